/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsinkcopier.h"

#include "gst-libs/allocators/gstzcpool.h"

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_sink_debug);
#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

void
gst_dmabuf_sink_copier_setup (
    GstDmabufSinkCopier *self, GstZcKmsCard *card, const GstVideoInfo *info)
{
  gst_dmabuf_sink_copier_clear (self);
  self->card = card;
  self->info = *info;
  self->allocator = GST_ZC_ALLOCATOR (gst_zc_allocator_new (NULL));
}

void
gst_dmabuf_sink_copier_clear (GstDmabufSinkCopier *self)
{
  if (self->pool)
    gst_buffer_pool_set_active (self->pool, FALSE);
  gst_clear_object (&self->pool);
  gst_clear_object (&self->allocator);
  self->last = NULL;
}

static GstBufferPool *
pool_new (GstDmabufSinkCopier *self)
{
  g_autoptr (GstCaps) caps = gst_video_info_to_caps (&self->info);
  g_autoptr (GError) error = NULL;
  GstBufferPool *pool = NULL;

  if (self->card->heap)
    pool = gst_zc_pool_new_for_caps (
        self->card->heap, caps, NULL, 0, 0, &error);
  if (error)
    GST_WARNING ("no memory to copy into: %s", error->message);
  return pool;
}

GstBuffer *
gst_dmabuf_sink_copier_acquire (GstDmabufSinkCopier *self)
{
  GstBuffer *buffer = NULL;

  if (!self->pool)
    self->pool = pool_new (self);
  if (!self->pool || !gst_buffer_pool_set_active (self->pool, TRUE))
    return NULL;
  gst_buffer_pool_acquire_buffer (self->pool, &buffer, NULL);
  return buffer;
}

static gboolean
copy_pixels (const GstVideoInfo *info, GstBuffer *from, GstBuffer *to)
{
  GstVideoFrame source, target;
  gboolean ok;

  if (!gst_video_frame_map (&source, info, from, GST_MAP_READ))
    return FALSE;
  ok = gst_video_frame_map (&target, info, to, GST_MAP_WRITE);
  if (ok) {
    ok = gst_video_frame_copy (&target, &source);
    gst_video_frame_unmap (&target);
  }
  gst_video_frame_unmap (&source);
  return ok;
}

/* The CPU reads dma-bufs of any element the way it has to be done. */
GstBuffer *
gst_dmabuf_sink_copier_copy (GstDmabufSinkCopier *self, GstBuffer *frame)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstBuffer)
      readable = gst_zc_allocator_wrap_buffer (self->allocator, frame, &error);
  GstBuffer *copy = readable ? gst_dmabuf_sink_copier_acquire (self) : NULL;

  if (!readable)
    GST_WARNING ("a frame cannot be read: %s", error->message);
  if (copy && !copy_pixels (&self->info, readable, copy))
    gst_clear_buffer (&copy);
  self->last = frame;
  self->last_pts = GST_BUFFER_PTS (frame);
  return copy;
}

gboolean
gst_dmabuf_sink_copier_did_last (
    const GstDmabufSinkCopier *self, const GstBuffer *frame)
{
  return self->last == frame && self->last_pts == GST_BUFFER_PTS (frame);
}
