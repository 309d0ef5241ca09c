/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsinkcopier.h"

void
gst_dmabuf_sink_copier_setup (
    GstDmabufSinkCopier *self, GstZcKmsCard *card, const GstVideoInfo *info)
{
  gst_dmabuf_sink_copier_clear (self);
  self->card = card;
  self->info = *info;
}

void
gst_dmabuf_sink_copier_clear (GstDmabufSinkCopier *self)
{
  if (self->pool)
    gst_buffer_pool_set_active (self->pool, FALSE);
  gst_clear_object (&self->pool);
  self->last = NULL;
}

GstBuffer *
gst_dmabuf_sink_copier_acquire (GstDmabufSinkCopier *self)
{
  GstBuffer *buffer = NULL;

  if (!self->pool)
    self->pool = gst_zc_kms_pool_new (self->card, &self->info, 0);
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

GstBuffer *
gst_dmabuf_sink_copier_copy (GstDmabufSinkCopier *self, GstBuffer *frame)
{
  GstBuffer *copy = gst_dmabuf_sink_copier_acquire (self);

  if (copy && !copy_pixels (&self->info, frame, copy))
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
