/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrc-private.h"

#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_src_debug

/* GST_FLOW_CUSTOM_SUCCESS if frames flow again. */
static GstFlowReturn
handle_failure (GstDmabufSrc *self, const gchar *step, gint error)
{
  if (gst_dmabuf_src_reconnect_is_gone (self, error))
    return gst_dmabuf_src_reconnect (self);
  gst_dmabuf_src_error_streaming (
      GST_ELEMENT (self), self->camera.device->path, step, error);
  return GST_FLOW_ERROR;
}

/* Frames that the driver marks as broken, by what the user wants of them. */
static GstFlowReturn
handle_broken (GstDmabufSrc *self, GstBuffer **buffer)
{
  GstDmabufSrcOnError on_error;

  GST_OBJECT_LOCK (self);
  on_error = self->on_error;
  self->stats.broken++;
  GST_OBJECT_UNLOCK (self);
  GST_WARNING_OBJECT (self, "%s: a frame is marked as broken by the driver",
      self->camera.device->path);

  switch (on_error) {
    case GST_DMABUF_SRC_ON_ERROR_FLAG:
      GST_BUFFER_FLAG_SET (*buffer, GST_BUFFER_FLAG_CORRUPTED);
      return GST_FLOW_OK;
    case GST_DMABUF_SRC_ON_ERROR_STOP:
      gst_clear_buffer (buffer);
      if (gst_dmabuf_src_reconnect_is_gone (self, 0))
        return gst_dmabuf_src_reconnect (self);
      gst_dmabuf_src_error_broken (
          GST_ELEMENT (self), self->camera.device->path);
      return GST_FLOW_ERROR;
    default:
      gst_clear_buffer (buffer);
      gst_dmabuf_src_stamps_skip (&self->stamps, 1);
      return GST_FLOW_CUSTOM_SUCCESS;
  }
}

/* GST_FLOW_CUSTOM_SUCCESS to go on waiting for frames. */
static GstFlowReturn
handle_events (GstDmabufSrc *self)
{
  gint error;
  GstFlowReturn flow = gst_dmabuf_src_input_follow (self, &error);

  if (error < 0)
    return handle_failure (self, "VIDIOC_DQEVENT", error);
  return flow == GST_FLOW_OK ? GST_FLOW_CUSTOM_SUCCESS : flow;
}

/* GST_FLOW_CUSTOM_SUCCESS if it is nothing to be shown. */
static GstFlowReturn
pull (GstDmabufSrc *self, GstBuffer **buffer, struct zc_v4l2_frame *frame)
{
  const gchar *step;
  gint ret;

  if (G_UNLIKELY (!self->stream))
    return gst_dmabuf_src_reconnect (self);
  ret = gst_dmabuf_src_stream_pull (self->stream, buffer, frame, &step);
  if (ret == -ECANCELED)
    return GST_FLOW_FLUSHING;
  if (ret > 0)
    return handle_events (self);
  if (ret < 0)
    return handle_failure (self, step, ret);
  if (G_UNLIKELY (frame->flags & V4L2_BUF_FLAG_ERROR))
    return handle_broken (self, buffer);
  if (G_UNLIKELY (gst_dmabuf_src_is_stale (self, frame))) {
    gst_clear_buffer (buffer);
    return GST_FLOW_CUSTOM_SUCCESS;
  }
  return GST_FLOW_OK;
}

GstFlowReturn
gst_dmabuf_src_create (GstPushSrc *src, GstBuffer **buffer)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  struct zc_v4l2_frame frame;
  GstFlowReturn flow;

  do
    flow = pull (self, buffer, &frame);
  while (flow == GST_FLOW_CUSTOM_SUCCESS);
  if (flow != GST_FLOW_OK)
    return flow;

  gst_dmabuf_src_stamp (self, *buffer, &frame);
  gst_dmabuf_src_camera_mark_field (&self->camera, *buffer, frame.field);
  if (!self->plain_only)
    return GST_FLOW_OK;
  if (!gst_dmabuf_src_is_plain (self, *buffer))
    return gst_dmabuf_src_copy (self, buffer);
  gst_dmabuf_src_trim (self, *buffer);
  return GST_FLOW_OK;
}
