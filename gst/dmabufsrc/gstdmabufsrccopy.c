/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrc-private.h"

#include "gst-libs/allocators/gstzccopy.h"

#define GST_CAT_DEFAULT gst_dmabuf_src_debug

gboolean
gst_dmabuf_src_is_plain (GstDmabufSrc *self, GstBuffer *buffer)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  const GstVideoInfo *info = &self->camera.info;

  if (!meta)
    return TRUE;
  if (gst_buffer_n_memory (buffer) > 1)
    return FALSE;
  for (guint i = 0; i < meta->n_planes; i++)
    if (meta->stride[i] != GST_VIDEO_INFO_PLANE_STRIDE (info, i) ||
        meta->offset[i] != GST_VIDEO_INFO_PLANE_OFFSET (info, i))
      return FALSE;
  return TRUE;
}

/* Drivers round the size of frames up to pages; who knows plain lines alone
 * counts on the size that the caps imply. */
void
gst_dmabuf_src_trim (GstDmabufSrc *self, GstBuffer *buffer)
{
  gsize size = GST_VIDEO_INFO_SIZE (&self->camera.info);

  if (self->camera.layout.n_planes > 0 && gst_buffer_get_size (buffer) > size)
    gst_buffer_set_size (buffer, (gssize) size);
}

static GstBufferPool *
get_pool (GstDmabufSrc *self)
{
  GstStructure *config;
  GstCaps *caps;

  if (self->copy_pool)
    return self->copy_pool;
  caps = gst_pad_get_current_caps (GST_BASE_SRC_PAD (self));
  self->copy_pool = gst_buffer_pool_new ();
  config = gst_buffer_pool_get_config (self->copy_pool);
  gst_buffer_pool_config_set_params (
      config, caps, GST_VIDEO_INFO_SIZE (&self->camera.info), 0, 0);
  gst_buffer_pool_set_config (self->copy_pool, config);
  gst_buffer_pool_set_active (self->copy_pool, TRUE);
  gst_clear_caps (&caps);
  return self->copy_pool;
}

void
gst_dmabuf_src_end_copies (GstDmabufSrc *self)
{
  if (self->copy_pool)
    gst_buffer_pool_set_active (self->copy_pool, FALSE);
  gst_clear_object (&self->copy_pool);
}

static void
count_copy (GstDmabufSrc *self)
{
  if (self->stats.copies == 0)
    GST_ELEMENT_WARNING (self, STREAM, FORMAT,
        ("Frames of %s are copied.", self->camera.device->path),
        ("What follows does not take GstVideoMeta, and the camera's lines or "
         "planes are padded. A size without padding, or DMABuf caps, avoid "
         "it."));
  GST_OBJECT_LOCK (self);
  self->stats.copies++;
  self->stats.bytes_copied += GST_VIDEO_INFO_SIZE (&self->camera.info);
  GST_OBJECT_UNLOCK (self);
}

static gboolean
may_copy (GstDmabufSrc *self)
{
  gboolean may;

  GST_OBJECT_LOCK (self);
  may = self->copy_policy == GST_ZC_COPY_POLICY_ALLOW;
  GST_OBJECT_UNLOCK (self);
  if (!may)
    gst_dmabuf_src_error_copy (GST_ELEMENT (self), self->camera.device->path,
        "plain lines: what follows does not take GstVideoMeta, and the "
        "camera's lines or planes are padded. A size without padding, or "
        "DMABuf caps, avoid it");
  return may;
}

static GstFlowReturn
acquire (GstDmabufSrc *self, GstBuffer **copy)
{
  if (!may_copy (self))
    return GST_FLOW_ERROR;
  return gst_buffer_pool_acquire_buffer (get_pool (self), copy, NULL);
}

GstFlowReturn
gst_dmabuf_src_copy (GstDmabufSrc *self, GstBuffer **buffer)
{
  GstBuffer *copy = NULL;
  GstFlowReturn flow = acquire (self, &copy);

  if (flow == GST_FLOW_OK) {
    gst_buffer_copy_into (copy, *buffer,
        GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS, 0, -1);
    gst_dmabuf_src_copy_device_time (copy, *buffer);
    if (!gst_zc_copy_picture (&self->camera.info, copy, *buffer)) {
      GST_ELEMENT_ERROR (self, RESOURCE, READ,
          ("A frame of %s cannot be read.", self->camera.device->path),
          ("Mapping its memory failed; the log has the reason."));
      flow = GST_FLOW_ERROR;
    }
  }
  gst_buffer_unref (*buffer);
  *buffer = copy;
  if (flow == GST_FLOW_OK)
    count_copy (self);
  else
    gst_clear_buffer (buffer);
  return flow;
}
