/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzerocopythread.h"

/* Deeper ones count as the deepest that is known. */
#define MAX_DEPTH 64

typedef struct {
  GstZerocopyElement *owner;
  GstZerocopyElement *stack[MAX_DEPTH];
  guint depth;
  guint muted;
} Thread;

/* Elements are never freed, see GST_ZEROCOPY_MAX_ELEMENTS. */
static __thread Thread thread;

GstZerocopyElement *
gst_zerocopy_thread_get_element (void)
{
  if (thread.depth == 0)
    return thread.owner;
  return thread.stack[MIN (thread.depth, MAX_DEPTH) - 1];
}

void
gst_zerocopy_thread_enter (GstZerocopyElement *element)
{
  if (!element)
    element = gst_zerocopy_thread_get_element ();
  if (thread.depth < MAX_DEPTH)
    thread.stack[thread.depth] = element;
  thread.depth++;
}

/* Whoever entered before the tracer was there leaves too. */
void
gst_zerocopy_thread_leave (void)
{
  if (thread.depth > 0)
    thread.depth--;
}

void
gst_zerocopy_thread_set_owner (GstZerocopyElement *element)
{
  thread.owner = element;
}

void
gst_zerocopy_thread_mute (void)
{
  thread.muted++;
}

void
gst_zerocopy_thread_unmute (void)
{
  thread.muted--;
}

gboolean
gst_zerocopy_thread_is_muted (void)
{
  return thread.muted > 0;
}
