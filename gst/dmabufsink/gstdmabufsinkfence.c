/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Frames that come while a device, such as a GPU, still draws them. Who asks
 * for that, and when, is a matter of gst_zc_memory_is_ready(): memory that
 * nobody attaches fences to is soon not asked about.
 */
#include "gstdmabufsink-private.h"

#include "gst-libs/allocators/gstzcmemory.h"

#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

#define PATIENCE GST_SECOND

/* Without a fence to wait for, the kernel waits, and with it all that is shown
 * by the same commit. */
static void
tell_unfenced (GstDmabufSink *self, const GError *error)
{
  self->exports_no_fences |= g_error_matches (
      error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED);
  GST_WARNING_OBJECT (self,
      "a frame is still being drawn, and holds up all sinks of its display: %s",
      error->message);
}

static void
add_fence (GstDmabufSink *self, GstMemory *memory, struct zc_kms_fence *fence)
{
  g_autoptr (GError) error = NULL;
  gint fd = gst_zc_memory_export_fence (memory, GST_MAP_READ, &error);
  gint ret;

  if (fd < 0) {
    tell_unfenced (self, error);
    return;
  }
  ret = zc_kms_fence_add (fence, fd);
  if (ret < 0)
    GST_WARNING_OBJECT (self, "fences cannot be merged: %s", g_strerror (-ret));
}

void
gst_dmabuf_sink_find_fence (GstDmabufSink *self, struct zc_kms_frame *frame)
{
  /* text beside it is drawn by the CPU */
  GstBuffer *buffer = frame->owner[ZC_KMS_VIDEO];

  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);

    if (G_UNLIKELY (!gst_zc_memory_is_ready (memory, GST_MAP_READ)) &&
        !self->exports_no_fences)
      add_fence (self, memory, &frame->fence);
  }
  if (zc_kms_fence_is_set (&frame->fence)) {
    GST_OBJECT_LOCK (self);
    self->stats.fenced++;
    GST_OBJECT_UNLOCK (self);
  }
}

static void
tell_late (GstDmabufSink *self, const struct zc_kms_fence *fence)
{
  gchar text[ZC_KMS_FENCE_TEXT_SIZE];

  zc_kms_fence_describe (fence, text, sizeof (text));
  gst_dmabuf_sink_warn_late (GST_ELEMENT (self), self->card_path, text);
}

/* Returns FALSE if that was interrupted. */
static gboolean
wait_for (GstDmabufSink *self, const struct zc_kms_fence *fence)
{
  GstClockTime timeout = PATIENCE;
  GstPollFD fd = GST_POLL_FD_INIT;
  gint ret, error;

  fd.fd = fence->fd;
  gst_poll_add_fd (self->drawn, &fd);
  gst_poll_fd_ctl_read (self->drawn, &fd, TRUE);
  do {
    ret = gst_poll_wait (self->drawn, timeout);
    error = errno;
    if (ret == 0) {
      tell_late (self, fence);
      timeout = GST_CLOCK_TIME_NONE;
    }
  } while (ret == 0 || (ret < 0 && (error == EINTR || error == EAGAIN)));
  gst_poll_remove_fd (self->drawn, &fd);
  return ret > 0 || error != EBUSY;
}

GstFlowReturn
gst_dmabuf_sink_wait_until_drawn (
    GstDmabufSink *self, struct zc_kms_frame *frame)
{
  gboolean is_drawn = TRUE;

  gst_dmabuf_sink_find_fence (self, frame);
  if (zc_kms_fence_is_set (&frame->fence))
    is_drawn = wait_for (self, &frame->fence);
  zc_kms_fence_close (&frame->fence);
  return is_drawn ? GST_FLOW_OK : GST_FLOW_FLUSHING;
}
