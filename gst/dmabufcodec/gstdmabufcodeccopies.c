/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufcodeccopies.h"

#include "gstdmabufcodecerror.h"

#include "gst-libs/allocators/zerocopy.h"

#include <gst/allocators/allocators.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_codec_debug);
#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

void
gst_dmabuf_codec_copies_init (
    GstDmabufCodecCopies *self, GstElement *element, const gint *forbids)
{
  self->element = element;
  self->forbids = forbids;
}

void
gst_dmabuf_codec_copies_start (
    GstDmabufCodecCopies *self, const GstVideoInfo *info, GstCaps *caps)
{
  gst_dmabuf_codec_copies_stop (self);
  self->info = *info;
  self->caps = gst_caps_ref (caps);
}

void
gst_dmabuf_codec_copies_stop (GstDmabufCodecCopies *self)
{
  if (self->pool)
    gst_buffer_pool_set_active (self->pool, FALSE);
  gst_clear_object (&self->pool);
  gst_clear_caps (&self->caps);
  self->told = NULL;
}

/* --- where they lie ----------------------------------------------------- */

static GstBufferPool *
plain_pool (GstDmabufCodecCopies *self)
{
  GstBufferPool *pool = gst_buffer_pool_new ();
  GstStructure *config = gst_buffer_pool_get_config (pool);

  gst_buffer_pool_config_set_params (
      config, self->caps, (guint) GST_VIDEO_INFO_SIZE (&self->info), 0, 0);
  gst_buffer_pool_set_config (pool, config);
  return pool;
}

static GstBufferPool *
dmabuf_pool (GstDmabufCodecCopies *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstZcHeap)
      heap = gst_zc_heap_choose (GST_VIDEO_INFO_SIZE (&self->info),
          GST_ZC_HEAP_DMABUF, GST_MAP_READWRITE, NULL, NULL, &error);
  GstBufferPool *pool = NULL;

  if (heap)
    pool = gst_zc_pool_new_for_caps (heap, self->caps, NULL, 0, 0, &error);
  if (!pool)
    GST_WARNING_OBJECT (self->element, "no memory for copies: %s",
        error ? error->message : "none is shared");
  return pool;
}

static gboolean
are_dmabufs (const GstDmabufCodecCopies *self)
{
  return gst_caps_features_contains (
      gst_caps_get_features (self->caps, 0), GST_CAPS_FEATURE_MEMORY_DMABUF);
}

static GstBufferPool *
get_pool (GstDmabufCodecCopies *self)
{
  if (self->pool)
    return self->pool;
  self->pool = are_dmabufs (self) ? dmabuf_pool (self) : plain_pool (self);
  if (self->pool)
    gst_buffer_pool_set_active (self->pool, TRUE);
  return self->pool;
}

/* --- one picture -------------------------------------------------------- */

/* The visible part of what the device has made. */
static void
crop (GstVideoFrame *frame, const struct v4l2_rect *visible)
{
  const GstVideoFormatInfo *format = frame->info.finfo;

  for (guint i = 0; i < GST_VIDEO_FRAME_N_COMPONENTS (frame); i++) {
    guint plane = GST_VIDEO_FRAME_COMP_PLANE (frame, i);
    guint8 *data = frame->map[0].data ? frame->data[plane] : NULL;

    /* the first component of a plane tells; U and V of NV12 go together */
    if (!data || (i > 0 && plane == (guint) format->plane[i - 1]))
      continue;
    frame->data[plane] = data +
                         GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (
                             format, i, visible->top) *
                             GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane) +
                         GST_VIDEO_FORMAT_INFO_SCALE_WIDTH (
                             format, i, visible->left) *
                             GST_VIDEO_FRAME_COMP_PSTRIDE (frame, i);
  }
}

static gboolean
copy_pixels (const GstDmabufCodecCopies *self, GstBuffer *to, GstBuffer *from,
    const GstVideoInfo *whole, const struct v4l2_rect *visible)
{
  GstVideoFrame in, out;
  gboolean ok = FALSE;

  if (!gst_video_frame_map (&in, whole, from, GST_MAP_READ))
    return FALSE;
  crop (&in, visible);
  if (gst_video_frame_map (&out, &self->info, to, GST_MAP_WRITE)) {
    ok = gst_video_frame_copy (&out, &in);
    gst_video_frame_unmap (&out);
  }
  gst_video_frame_unmap (&in);
  return ok;
}

static void
count (GstDmabufCodecCopies *self, const gchar *path, const gchar *reason)
{
  GST_OBJECT_LOCK (self->element);
  self->bytes += GST_VIDEO_INFO_SIZE (&self->info);
  self->frames++;
  GST_OBJECT_UNLOCK (self->element);
  if (g_strcmp0 (self->told, reason) == 0)
    return;
  self->told = reason;
  gst_dmabuf_codec_warn_pictures (self->element, path, reason);
}

GstFlowReturn
gst_dmabuf_codec_copies_replace (GstDmabufCodecCopies *self, GstBuffer **buffer,
    const GstVideoInfo *whole, const struct v4l2_rect *visible,
    const gchar *path, const gchar *reason)
{
  const guint kept = GST_VIDEO_BUFFER_FLAG_INTERLACED |
                     GST_VIDEO_BUFFER_FLAG_TFF;
  GstBufferPool *pool;
  GstBuffer *copy = NULL;

  if (g_atomic_int_get (self->forbids)) {
    gst_dmabuf_codec_error_forbidden (self->element, path, reason);
    return GST_FLOW_NOT_SUPPORTED;
  }
  pool = get_pool (self);
  if (!pool ||
      gst_buffer_pool_acquire_buffer (pool, &copy, NULL) != GST_FLOW_OK)
    return GST_FLOW_ERROR;
  if (!copy_pixels (self, copy, *buffer, whole, visible)) {
    GST_WARNING_OBJECT (self->element, "a picture cannot be mapped");
    gst_buffer_unref (copy);
    return GST_FLOW_ERROR;
  }
  GST_BUFFER_FLAG_SET (copy, GST_BUFFER_FLAGS (*buffer) & kept);
  gst_buffer_unref (*buffer);
  *buffer = copy;
  count (self, path, reason);
  return GST_FLOW_OK;
}

/* --- counts ------------------------------------------------------------- */

void
gst_dmabuf_codec_copies_reset_stats (GstDmabufCodecCopies *self)
{
  GST_OBJECT_LOCK (self->element);
  self->frames = self->bytes = 0;
  GST_OBJECT_UNLOCK (self->element);
}

void
gst_dmabuf_codec_copies_get_stats (
    GstDmabufCodecCopies *self, guint64 *frames, guint64 *bytes)
{
  GST_OBJECT_LOCK (self->element);
  *frames = self->frames;
  *bytes = self->bytes;
  GST_OBJECT_UNLOCK (self->element);
}
