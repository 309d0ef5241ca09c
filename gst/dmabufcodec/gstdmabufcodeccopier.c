/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufcodeccopier.h"

#include "gst-libs/allocators/gstzccopy.h"
#include "gst-libs/v4l2/gstzcv4l2layout.h"

void
gst_dmabuf_codec_copier_init (GstDmabufCodecCopier *self)
{
  g_mutex_init (&self->lock);
  self->allocator = GST_ZC_ALLOCATOR (gst_zc_allocator_new (NULL));
}

void
gst_dmabuf_codec_copier_clear (GstDmabufCodecCopier *self)
{
  gst_dmabuf_codec_copier_stop (self);
  gst_clear_object (&self->allocator);
  g_mutex_clear (&self->lock);
}

static gboolean
is_coded (const GstDmabufCodecCopier *self)
{
  return GST_VIDEO_INFO_FORMAT (&self->info) == GST_VIDEO_FORMAT_ENCODED;
}

static GstBufferPool *
pool_of_bytes (GstZcHeap *heap, gsize size)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-coded");
  GstBufferPool *pool = gst_zc_pool_new (heap);
  GstStructure *config = gst_buffer_pool_get_config (pool);

  gst_buffer_pool_config_set_params (config, caps, (guint) size, 0, 0);
  gst_buffer_pool_set_config (pool, config);
  return pool;
}

static GstBufferPool *
pool_of_pictures (GstZcHeap *heap, const GstZcLayout *layout,
    const struct zc_v4l2_format *format, const GstVideoInfo *info,
    GError **error)
{
  g_autoptr (GstCaps) caps = gst_video_info_to_caps (info);
  GstZcConstraints constraints;

  gst_zc_v4l2_layout_demand (layout, format, &constraints);
  return gst_zc_pool_new_for_caps (heap, caps, &constraints, 0, 0, error);
}

void
gst_dmabuf_codec_copier_start (GstDmabufCodecCopier *self, GstZcHeap *heap,
    const GstZcLayout *layout, const struct zc_v4l2_format *format,
    const GstVideoInfo *info)
{
  gst_dmabuf_codec_copier_stop (self);
  self->info = *info;
  self->pool = is_coded (self) ? pool_of_bytes (heap, layout->size)
                               : pool_of_pictures (
                                     heap, layout, format, info, &self->error);
  if (self->pool)
    gst_buffer_pool_set_active (self->pool, TRUE);
}

void
gst_dmabuf_codec_copier_stop (GstDmabufCodecCopier *self)
{
  if (self->pool)
    gst_buffer_pool_set_active (self->pool, FALSE);
  gst_clear_object (&self->pool);
  g_clear_error (&self->error);
}

static GstBuffer *
acquire (GstDmabufCodecCopier *self, GError **error)
{
  GstBuffer *buffer = NULL;

  if (!self->pool) {
    *error = self->error ? g_error_copy (self->error)
                         : g_error_new (GST_ZC_ERROR, GST_ZC_ERROR_NOT_FOUND,
                               "there is no memory that the device can read");
    return NULL;
  }
  if (gst_buffer_pool_acquire_buffer (self->pool, &buffer, NULL) != GST_FLOW_OK)
    *error = gst_zc_pool_steal_error (GST_ZC_POOL (self->pool));
  return buffer;
}

/* By hand: a buffer that knows that its size was changed leaves its pool. */
static gboolean
copy_bytes (GstBuffer *to, GstBuffer *from)
{
  GstMemory *memory = gst_buffer_peek_memory (to, 0);
  gsize size = gst_buffer_get_size (from);
  GstMapInfo map;

  if (size > memory->maxsize)
    return FALSE;
  gst_memory_resize (memory, -(gssize) memory->offset, size);
  if (!gst_memory_map (memory, &map, GST_MAP_WRITE))
    return FALSE;
  gst_buffer_extract (from, 0, map.data, size);
  gst_memory_unmap (memory, &map);
  return TRUE;
}

static void
count (GstDmabufCodecCopier *self, gsize size)
{
  g_mutex_lock (&self->lock);
  self->copies++;
  self->bytes += size;
  g_mutex_unlock (&self->lock);
}

/* The CPU reads dma-bufs of any element the way it has to be done. */
GstBuffer *
gst_dmabuf_codec_copier_copy (
    GstDmabufCodecCopier *self, GstBuffer *frame, GError **error)
{
  g_autoptr (GstBuffer)
      readable = gst_zc_allocator_wrap_buffer (self->allocator, frame, error);
  GstBuffer *target = readable ? acquire (self, error) : NULL;

  if (!target)
    return NULL;
  if (is_coded (self) ? copy_bytes (target, readable)
                      : gst_zc_copy_picture (&self->info, target, readable)) {
    count (self, gst_buffer_get_size (target));
    return target;
  }
  g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_FAILED,
      "%" G_GSIZE_FORMAT " bytes cannot be read, or do not fit into the "
      "%" G_GSIZE_FORMAT " that the device takes at once",
      gst_buffer_get_size (frame), gst_buffer_peek_memory (target, 0)->maxsize);
  gst_buffer_unref (target);
  return NULL;
}

gboolean
gst_dmabuf_codec_copier_is_started (const GstDmabufCodecCopier *self)
{
  return self->pool || self->error;
}

void
gst_dmabuf_codec_copier_reset_stats (GstDmabufCodecCopier *self)
{
  g_mutex_lock (&self->lock);
  self->copies = self->bytes = 0;
  g_mutex_unlock (&self->lock);
}

void
gst_dmabuf_codec_copier_get_stats (
    GstDmabufCodecCopier *self, GstStructure *stats)
{
  g_mutex_lock (&self->lock);
  gst_structure_set (stats, "copies", G_TYPE_UINT64, self->copies,
      "bytes-copied", G_TYPE_UINT64, self->bytes, NULL);
  g_mutex_unlock (&self->lock);
}
