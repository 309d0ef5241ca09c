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
  gst_dmabuf_codec_output_unwatch (self);
  g_mutex_clear (&self->lock);
}

/* --- events before there are buffers ------------------------------------ */

gint
gst_dmabuf_codec_output_watch (
    GstDmabufCodecOutput *self, const struct zc_v4l2_device *device)
{
  gint ret;

  gst_dmabuf_codec_output_unwatch (self);
  ret = zc_v4l2_queue_init (
      &self->watch, device, device->capture_type, &zc_v4l2_memory_mmap, 1);
  if (ret < 0)
    return ret;
  g_mutex_lock (&self->lock);
  self->watches = TRUE;
  if (self->flushing)
    zc_v4l2_queue_cancel (&self->watch);
  g_mutex_unlock (&self->lock);
  return 0;
}

void
gst_dmabuf_codec_output_unwatch (GstDmabufCodecOutput *self)
{
  gboolean watches;

  g_mutex_lock (&self->lock);
  watches = self->watches;
  self->watches = FALSE;
  g_mutex_unlock (&self->lock);
  if (watches)
    zc_v4l2_queue_finish (&self->watch);
}

gint
gst_dmabuf_codec_output_wait_for_event (
    GstDmabufCodecOutput *self, gint timeout_ms)
{
  gint ret;

  self->watch.timeout_ms = timeout_ms;
  ret = zc_v4l2_queue_wait (&self->watch, false, -1);
  if (ret < 0)
    return ret;
  /* a device that is gone tells so when it is asked for the event */
  return ret & (ZC_V4L2_EVENT | ZC_V4L2_READY) ? 1 : 0;
}

void
gst_dmabuf_codec_output_wake (GstDmabufCodecOutput *self)
{
  g_mutex_lock (&self->lock);
  if (self->watches)
    zc_v4l2_queue_wake (&self->watch);
  g_mutex_unlock (&self->lock);
}

/* --- frames ------------------------------------------------------------- */

static void
set_pool (
    GstDmabufCodecOutput *self, GstBufferPool *pool, GstZcV4l2Slots *slots)
{
  g_mutex_lock (&self->lock);
  self->pool = pool;
  self->slots = slots;
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
  self->low = 0;
  pool = gst_zc_v4l2_pool_new (slots, caps, (guint) self->layout.size, count);
  gst_buffer_pool_set_active (pool, TRUE);
  set_pool (self, pool, slots);
  return 0;
}

void
gst_dmabuf_codec_output_set_low (GstDmabufCodecOutput *self, guint count)
{
  self->low = count;
}

gboolean
gst_dmabuf_codec_output_can_go_on (GstDmabufCodecOutput *self)
{
  return gst_zc_v4l2_slots_get_queued (self->slots) >= MAX (self->low, 1);
}

gboolean
gst_dmabuf_codec_output_is_scarce (GstDmabufCodecOutput *self)
{
  GstZcV4l2Counts counts;

  if (gst_dmabuf_codec_output_can_go_on (self))
    return FALSE;
  gst_zc_v4l2_slots_get_counts (self->slots, &counts);
  return counts.refused > 0;
}

guint
gst_dmabuf_codec_output_get_n_buffers (GstDmabufCodecOutput *self)
{
  GstZcV4l2Counts counts = { 0 };

  g_mutex_lock (&self->lock);
  if (self->slots)
    gst_zc_v4l2_slots_get_counts (self->slots, &counts);
  g_mutex_unlock (&self->lock);
  return counts.slots;
}

void
gst_dmabuf_codec_output_reset_stats (GstDmabufCodecOutput *self)
{
  g_mutex_lock (&self->lock);
  self->starved = 0;
  g_mutex_unlock (&self->lock);
}

void
gst_dmabuf_codec_output_get_stats (
    GstDmabufCodecOutput *self, GstStructure *stats)
{
  GstZcV4l2Counts counts = { 0 };
  guint64 starved;

  g_mutex_lock (&self->lock);
  if (self->slots)
    gst_zc_v4l2_slots_get_counts (self->slots, &counts);
  starved = self->starved + counts.starved;
  g_mutex_unlock (&self->lock);
  gst_structure_set (stats, "buffers", G_TYPE_UINT, counts.slots, "starved",
      G_TYPE_UINT64, starved, NULL);
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

  if (flow == GST_FLOW_OK &&
      gst_zc_v4l2_slots_get_queued (self->slots) < self->low)
    gst_zc_v4l2_slots_grow (self->slots);
  *frame = params.frame;
  return flow == GST_FLOW_FLUSHING ? -ECANCELED : params.error;
}

void
gst_dmabuf_codec_output_set_timeout (
    GstDmabufCodecOutput *self, gint timeout_ms)
{
  g_mutex_lock (&self->lock);
  if (self->slots) {
    gst_zc_v4l2_slots_set_timeout (self->slots, timeout_ms);
    gst_zc_v4l2_slots_wake (self->slots);
  }
  g_mutex_unlock (&self->lock);
}

void
gst_dmabuf_codec_output_set_flushing (
    GstDmabufCodecOutput *self, gboolean flushing)
{
  g_mutex_lock (&self->lock);
  self->flushing = flushing;
  if (self->pool)
    gst_buffer_pool_set_flushing (self->pool, flushing);
  if (self->watches && flushing)
    zc_v4l2_queue_cancel (&self->watch);
  else if (self->watches)
    zc_v4l2_queue_resume (&self->watch);
  g_mutex_unlock (&self->lock);
}

/* Their buffers go, what they counted does not. */
static void
keep_counts (GstDmabufCodecOutput *self)
{
  GstZcV4l2Counts counts;

  g_mutex_lock (&self->lock);
  gst_zc_v4l2_slots_get_counts (self->slots, &counts);
  self->starved += counts.starved;
  g_mutex_unlock (&self->lock);
}

void
gst_dmabuf_codec_output_interrupt (GstDmabufCodecOutput *self)
{
  g_mutex_lock (&self->lock);
  if (self->pool)
    gst_buffer_pool_set_flushing (self->pool, TRUE);
  g_mutex_unlock (&self->lock);
}

void
gst_dmabuf_codec_output_stop (GstDmabufCodecOutput *self)
{
  GstBufferPool *pool = self->pool;

  if (!self->device)
    return;
  keep_counts (self);
  set_pool (self, NULL, NULL);
  gst_zc_v4l2_pool_shutdown (GST_ZC_V4L2_POOL (pool));
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  self->device = NULL;
}
