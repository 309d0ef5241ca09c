/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzerocopythread.h"

#include "gst-libs/allocators/gstzcmemory.h"

/* Deeper ones count as the deepest that is known. */
#define MAX_DEPTH 64

typedef struct {
  GstZerocopyElement *owner;
  GstZerocopyElement *stack[MAX_DEPTH];
  guint depth;
  guint muted;
  guint64 syncs; /* as it was when the library was asked last */
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

/* What was called since then was for who ran. */
static void
account_for_syncs (void)
{
  guint64 syncs = gst_zc_memory_get_n_syncs ();

  if (syncs != thread.syncs)
    gst_zerocopy_ledger_sync (
        gst_zerocopy_thread_get_element (), syncs - thread.syncs);
  thread.syncs = syncs;
}

void
gst_zerocopy_thread_enter (GstZerocopyElement *element)
{
  account_for_syncs ();
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
  account_for_syncs ();
  if (thread.depth > 0)
    thread.depth--;
}

void
gst_zerocopy_thread_set_owner (GstZerocopyElement *element)
{
  account_for_syncs ();
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
