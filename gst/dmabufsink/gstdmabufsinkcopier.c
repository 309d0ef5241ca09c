/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsinkcopier.h"

#include "gst-libs/allocators/gstzccopy.h"
#include "gst-libs/allocators/gstzcpool.h"

void
gst_dmabuf_sink_copier_init (GstDmabufSinkCopier *self)
{
  g_mutex_init (&self->lock);
}

void
gst_dmabuf_sink_copier_finish (GstDmabufSinkCopier *self)
{
  gst_dmabuf_sink_copier_clear (self);
  g_mutex_clear (&self->lock);
}

void
gst_dmabuf_sink_copier_setup (
    GstDmabufSinkCopier *self, GstZcKmsCard *card, const GstVideoInfo *info)
{
  gst_dmabuf_sink_copier_clear (self);
  self->card = card;
  self->caps = self->info = *info;
  self->allocator = GST_ZC_ALLOCATOR (gst_zc_allocator_new (NULL));
}

static void
set_pool (GstDmabufSinkCopier *self, GstBufferPool *pool)
{
  GstBufferPool *old;

  g_mutex_lock (&self->lock);
  old = self->pool;
  self->pool = pool;
  if (pool && self->flushing)
    gst_buffer_pool_set_flushing (pool, TRUE);
  g_mutex_unlock (&self->lock);
  if (old)
    gst_buffer_pool_set_active (old, FALSE);
  gst_clear_object (&old);
}

void
gst_dmabuf_sink_copier_clear (GstDmabufSinkCopier *self)
{
  set_pool (self, NULL);
  gst_clear_object (&self->allocator);
  g_clear_error (&self->error);
  self->last = NULL;
}

void
gst_dmabuf_sink_copier_set_flushing (
    GstDmabufSinkCopier *self, gboolean flushing)
{
  g_mutex_lock (&self->lock);
  self->flushing = flushing;
  if (self->pool)
    gst_buffer_pool_set_flushing (self->pool, flushing);
  g_mutex_unlock (&self->lock);
}

gboolean
gst_dmabuf_sink_copier_is_flushing (GstDmabufSinkCopier *self)
{
  gboolean flushing;

  g_mutex_lock (&self->lock);
  flushing = self->flushing;
  g_mutex_unlock (&self->lock);
  return flushing;
}

static GstBufferPool *
pool_new (GstDmabufSinkCopier *self, GError **error)
{
  g_autoptr (GstCaps) caps = gst_video_info_to_caps (&self->info);

  if (self->card->heap)
    return gst_zc_pool_new_for_caps (self->card->heap, caps, NULL, 0, 0, error);
  g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED,
      "the card has no memory for that (dumb buffers)");
  return NULL;
}

static GstBuffer *
acquire (GstDmabufSinkCopier *self, GError **error)
{
  GstBuffer *buffer = NULL;

  if (!self->pool) {
    GstBufferPool *pool = pool_new (self, error);

    if (!pool)
      return NULL;
    gst_buffer_pool_set_active (pool, TRUE);
    set_pool (self, pool);
  }
  if (gst_buffer_pool_acquire_buffer (self->pool, &buffer, NULL) != GST_FLOW_OK)
    *error = gst_zc_pool_steal_error (GST_ZC_POOL (self->pool));
  return buffer;
}

GstBuffer *
gst_dmabuf_sink_copier_acquire (GstDmabufSinkCopier *self)
{
  g_clear_error (&self->error);
  return acquire (self, &self->error);
}

/* The CPU reads dma-bufs of any element the way it has to be done. */
static GstBuffer *
copy (GstDmabufSinkCopier *self, GstBuffer *frame, GError **error)
{
  g_autoptr (GstBuffer)
      readable = gst_zc_allocator_wrap_buffer (self->allocator, frame, error);
  GstBuffer *target = readable ? acquire (self, error) : NULL;

  if (target && !gst_zc_copy_picture (&self->info, target, readable)) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_FAILED,
        "the CPU cannot map it or the card's memory; the log (zcallocator) has "
        "the errno");
    gst_clear_buffer (&target);
  }
  return target;
}

/* A frame may hold more than is to be seen, and is copied whole: the plane cuts
 * it as it would cut the frame. */
static void
fit (GstDmabufSinkCopier *self, GstBuffer *frame)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (frame);
  gint width = meta ? (gint) meta->width : GST_VIDEO_INFO_WIDTH (&self->caps);
  gint height = meta ? (gint) meta->height
                     : GST_VIDEO_INFO_HEIGHT (&self->caps);

  if (width == GST_VIDEO_INFO_WIDTH (&self->info) &&
      height == GST_VIDEO_INFO_HEIGHT (&self->info))
    return;
  gst_video_info_set_format (
      &self->info, GST_VIDEO_INFO_FORMAT (&self->caps), width, height);
  self->info.colorimetry = self->caps.colorimetry;
  set_pool (self, NULL);
}

GstBuffer *
gst_dmabuf_sink_copier_copy (GstDmabufSinkCopier *self, GstBuffer *frame)
{
  g_clear_error (&self->error);
  fit (self, frame);
  self->last = frame;
  self->last_pts = GST_BUFFER_PTS (frame);
  return copy (self, frame, &self->error);
}

gboolean
gst_dmabuf_sink_copier_did_last (
    const GstDmabufSinkCopier *self, const GstBuffer *frame)
{
  return self->last == frame && self->last_pts == GST_BUFFER_PTS (frame);
}
