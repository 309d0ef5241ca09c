/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufcodecoutput.h"

#include "gst-libs/v4l2/gstzcv4l2layout.h"

#include <errno.h>

void
gst_dmabuf_codec_output_init (GstDmabufCodecOutput *self)
{
  g_mutex_init (&self->lock);
}

void
gst_dmabuf_codec_output_clear (GstDmabufCodecOutput *self)
{
  gst_dmabuf_codec_output_stop (self);
  g_mutex_clear (&self->lock);
}

static void
set_pool (GstDmabufCodecOutput *self, GstBufferPool *pool)
{
  g_mutex_lock (&self->lock);
  self->pool = pool;
  if (pool && self->flushing)
    gst_buffer_pool_set_flushing (pool, TRUE);
  g_mutex_unlock (&self->lock);
}

static gint
read_format (GstDmabufCodecOutput *self, const struct zc_v4l2_device *device,
    const GstVideoInfo *info, const gchar **step)
{
  gint ret = zc_v4l2_format_get (device, device->capture_type, &self->format);

  *step = "VIDIOC_G_FMT";
  if (ret < 0)
    return ret;
  *step = "the layout of CAPTURE";
  self->info = *info;
  return gst_zc_v4l2_layout_init (&self->layout, &self->format, info, NULL)
             ? 0
             : -EPROTO;
}

gint
gst_dmabuf_codec_output_start (GstDmabufCodecOutput *self,
    const struct zc_v4l2_device *device, const GstVideoInfo *info,
    GstCaps *caps, guint count, const gchar **step)
{
  GstZcV4l2Slots *slots;
  GstBufferPool *pool;
  gint ret = read_format (self, device, info, step);

  if (ret < 0)
    return ret;
  slots = gst_zc_v4l2_slots_new (&gst_zc_v4l2_way_export, device,
      device->capture_type, &self->format, info, &self->layout, 0);
  ret = gst_zc_v4l2_slots_alloc (slots, &count, step);
  if (ret == 0) {
    *step = "VIDIOC_STREAMON";
    ret = gst_zc_v4l2_slots_start (slots);
  }
  if (ret < 0) {
    gst_zc_v4l2_slots_shutdown (slots);
    gst_zc_v4l2_slots_unref (slots);
    return ret;
  }
  self->device = device;
  pool = gst_zc_v4l2_pool_new (slots, caps, (guint) self->layout.size, count);
  gst_buffer_pool_set_active (pool, TRUE);
  set_pool (self, pool);
  return 0;
}

gboolean
gst_dmabuf_codec_output_is_streaming (GstDmabufCodecOutput *self)
{
  return self->device != NULL;
}

gint
gst_dmabuf_codec_output_pull (
    GstDmabufCodecOutput *self, GstBuffer **buffer, struct zc_v4l2_frame *frame)
{
  GstZcV4l2AcquireParams params = { 0 };
  GstFlowReturn flow = gst_buffer_pool_acquire_buffer (
      self->pool, buffer, &params.parent);

  *frame = params.frame;
  return flow == GST_FLOW_FLUSHING ? -ECANCELED : params.error;
}

void
gst_dmabuf_codec_output_set_flushing (
    GstDmabufCodecOutput *self, gboolean flushing)
{
  g_mutex_lock (&self->lock);
  self->flushing = flushing;
  if (self->pool)
    gst_buffer_pool_set_flushing (self->pool, flushing);
  g_mutex_unlock (&self->lock);
}

void
gst_dmabuf_codec_output_stop (GstDmabufCodecOutput *self)
{
  GstBufferPool *pool = self->pool;

  if (!self->device)
    return;
  set_pool (self, NULL);
  gst_zc_v4l2_pool_shutdown (GST_ZC_V4L2_POOL (pool));
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  self->device = NULL;
}
