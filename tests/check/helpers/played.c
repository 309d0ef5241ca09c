/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "played.h"

#include "heap.h"
#include "runner.h"
#include "seam.h"

GstZcAllocator *played_allocator;

void
played_set_up (void)
{
  seam_play ();
  heap_set_left (G_MAXUINT);
  played_allocator = GST_ZC_ALLOCATOR (gst_zc_allocator_new (NULL));
}

void
played_tear_down (void)
{
  gst_clear_object (&played_allocator);
}

GstMemory *
played_memory_of (int fd)
{
  GError *error = NULL;
  GstMemory *memory = gst_zc_allocator_wrap_fd (
      played_allocator, fd, 0, GST_ZC_WRAP_UNFENCED, &error);

  fail_unless (memory != NULL, "%s", error ? error->message : "");
  return memory;
}

GstMemory *
played_memory_new (void)
{
  return played_memory_of (seam_dmabuf (PLAYED_SIZE));
}

gpointer
played_begin (GstMemory *memory, GstMapFlags access)
{
  GError *error = NULL;
  gpointer data = gst_zc_memory_begin_access (
      memory, access, GST_ZC_DEFAULT_TIMEOUT, &error);

  fail_unless (data != NULL, "%s", error ? error->message : "");
  return data;
}

void
assert_refused (GstMemory *memory, GstMapFlags access, GstZcError code)
{
  GError *error = NULL;

  fail_if (gst_zc_memory_begin_access (memory, access, GST_MSECOND, &error));
  fail_unless (g_error_matches (error, GST_ZC_ERROR, code), "%s",
      error ? error->message : "no error");
  g_clear_error (&error);
}
