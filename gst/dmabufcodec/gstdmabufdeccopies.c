/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures that cannot stay where the device has made them. */

#include "gstdmabufdec-private.h"

#include "gst-libs/allocators/zerocopy.h"

#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

static GstBufferPool *
plain_pool (GstDmabufDec *self, GstCaps *caps)
{
  GstBufferPool *pool = gst_buffer_pool_new ();
  GstStructure *config = gst_buffer_pool_get_config (pool);

  gst_buffer_pool_config_set_params (
      config, caps, (guint) GST_VIDEO_INFO_SIZE (&self->pictures.info), 0, 0);
  gst_buffer_pool_set_config (pool, config);
  return pool;
}

static GstBufferPool *
dmabuf_pool (GstDmabufDec *self, GstCaps *caps)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstZcHeap)
      heap = gst_zc_heap_choose (GST_VIDEO_INFO_SIZE (&self->pictures.info),
          GST_ZC_HEAP_DMABUF, GST_MAP_READWRITE, NULL, NULL, &error);
  GstBufferPool *pool = NULL;

  if (heap)
    pool = gst_zc_pool_new_for_caps (heap, caps, NULL, 0, 0, &error);
  if (!pool)
    GST_WARNING_OBJECT (self, "no memory for copies: %s",
        error ? error->message : "none is shared");
  return pool;
}

static GstBufferPool *
get_pool (GstDmabufDec *self)
{
  GstDmabufDecCopies *copies = &self->copies;
  g_autoptr (GstCaps) caps = NULL;

  if (copies->pool)
    return copies->pool;
  caps = gst_dmabuf_dec_make_caps (
      &self->pictures.info, self->pictures.is_dmabuf);
  copies->pool = self->pictures.is_dmabuf ? dmabuf_pool (self, caps)
                                          : plain_pool (self, caps);
  if (copies->pool)
    gst_buffer_pool_set_active (copies->pool, TRUE);
  return copies->pool;
}

void
gst_dmabuf_dec_end_copies (GstDmabufDec *self)
{
  if (self->copies.pool)
    gst_buffer_pool_set_active (self->copies.pool, FALSE);
  gst_clear_object (&self->copies.pool);
}

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
copy_pixels (GstDmabufDec *self, GstBuffer *to, GstBuffer *from)
{
  const GstDmabufDecPictures *pictures = &self->pictures;
  GstVideoFrame in, out;
  gboolean ok = FALSE;

  if (!gst_video_frame_map (&in, &pictures->whole, from, GST_MAP_READ))
    return FALSE;
  crop (&in, &pictures->visible);
  if (gst_video_frame_map (&out, &pictures->info, to, GST_MAP_WRITE)) {
    ok = gst_video_frame_copy (&out, &in);
    gst_video_frame_unmap (&out);
  }
  gst_video_frame_unmap (&in);
  return ok;
}

static void
count (GstDmabufDec *self, const gchar *reason)
{
  GST_OBJECT_LOCK (self);
  self->copies.bytes += GST_VIDEO_INFO_SIZE (&self->pictures.info);
  self->copies.frames++;
  GST_OBJECT_UNLOCK (self);
  if (self->copies.frames == 1)
    gst_dmabuf_codec_warn_pictures (
        GST_ELEMENT (self), self->codec.device->path, reason);
}

GstFlowReturn
gst_dmabuf_dec_copy (
    GstDmabufDec *self, GstBuffer **buffer, const gchar *reason)
{
  GstBufferPool *pool = get_pool (self);
  GstBuffer *copy = NULL;
  GstFlowReturn flow;

  flow = pool ? gst_buffer_pool_acquire_buffer (pool, &copy, NULL)
              : GST_FLOW_ERROR;
  if (flow == GST_FLOW_OK && !copy_pixels (self, copy, *buffer))
    flow = GST_FLOW_ERROR;
  if (flow != GST_FLOW_OK) {
    gst_clear_buffer (&copy);
    return flow;
  }
  GST_BUFFER_FLAGS (
      copy) |= GST_BUFFER_FLAGS (*buffer) &
               (GST_VIDEO_BUFFER_FLAG_INTERLACED | GST_VIDEO_BUFFER_FLAG_TFF);
  gst_buffer_unref (*buffer);
  *buffer = copy;
  count (self, reason);
  return GST_FLOW_OK;
}
