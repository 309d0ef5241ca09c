/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsinkoverlay.h"

#include "gst-libs/allocators/gstzcpool.h"

#include <string.h>

/* Text grows and shrinks a little all the time: a clock. */
#define STEP 64

#define PIXEL_BYTES 4

static GstVideoOverlayComposition *
next_composition (GstBuffer *frame, gpointer *state)
{
  GstMeta *meta = gst_buffer_iterate_meta_filtered (
      frame, state, GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE);

  return meta ? ((GstVideoOverlayCompositionMeta *) meta)->overlay : NULL;
}

/* --- blending ---------------------------------------------------------- */

/* The part of the video that RECTANGLE covers; of no size if none. */
static GstVideoRectangle
get_covered (GstVideoOverlayRectangle *rectangle, gint width, gint height)
{
  GstVideoRectangle covered = { 0, 0, 0, 0 };
  gint64 right, bottom;
  guint w, h;
  gint x, y;

  gst_video_overlay_rectangle_get_render_rectangle (rectangle, &x, &y, &w, &h);
  right = MIN ((gint64) x + w, width);
  bottom = MIN ((gint64) y + h, height);
  x = MAX (x, 0);
  y = MAX (y, 0);
  if (x < right && y < bottom)
    covered = (GstVideoRectangle) { x, y, right - x, bottom - y };
  return covered;
}

/* Its pixels are blended as they are, in their own format and with their own
 * kind of alpha: each conversion before would round once more. */
static gboolean
blend_rectangle (
    GstVideoFrame *target, GstVideoOverlayRectangle *rectangle, gint x, gint y)
{
  GstVideoOverlayFormatFlags alpha =
      gst_video_overlay_rectangle_get_flags (rectangle) &
      GST_VIDEO_OVERLAY_FORMAT_FLAG_PREMULTIPLIED_ALPHA;
  GstBuffer *pixels = gst_video_overlay_rectangle_get_pixels_raw (
      rectangle, alpha | GST_VIDEO_OVERLAY_FORMAT_FLAG_GLOBAL_ALPHA);
  const GstVideoMeta *meta = gst_buffer_get_video_meta (pixels);
  GstVideoFrame source;
  GstVideoInfo info;
  gboolean ok;

  gst_video_info_set_format (&info, meta->format, meta->width, meta->height);
  if (alpha)
    info.flags |= GST_VIDEO_FLAG_PREMULTIPLIED_ALPHA;
  if (!gst_video_frame_map (&source, &info, pixels, GST_MAP_READ))
    return FALSE;
  ok = gst_video_blend (target, &source, x, y,
      gst_video_overlay_rectangle_get_global_alpha (rectangle));
  gst_video_frame_unmap (&source);
  return ok;
}

/* LEFT, TOP is what the target's corner is of the video. */
static gboolean
blend_composition (GstVideoFrame *target,
    GstVideoOverlayComposition *composition, gint left, gint top)
{
  gint width = GST_VIDEO_FRAME_WIDTH (target) + left;
  gint height = GST_VIDEO_FRAME_HEIGHT (target) + top;
  guint n = gst_video_overlay_composition_n_rectangles (composition);
  gboolean ok = TRUE;

  for (guint i = 0; i < n && ok; i++) {
    GstVideoOverlayRectangle *rectangle =
        gst_video_overlay_composition_get_rectangle (composition, i);
    gint x, y;

    if (get_covered (rectangle, width, height).w == 0)
      continue;
    gst_video_overlay_rectangle_get_render_rectangle (
        rectangle, &x, &y, NULL, NULL);
    ok = blend_rectangle (target, rectangle, x - left, y - top);
  }
  return ok;
}

/* The bytes of W x H pixels at X, Y: those of all their components. */
static guint64
count_bytes (const GstVideoInfo *info, const GstVideoRectangle *area)
{
  const GstVideoFormatInfo *format = info->finfo;
  guint64 bytes = 0;

  for (guint i = 0; i < format->n_components; i++) {
    guint x = area->x >> format->w_sub[i], y = area->y >> format->h_sub[i];
    guint right = GST_VIDEO_SUB_SCALE (format->w_sub[i], area->x + area->w);
    guint bottom = GST_VIDEO_SUB_SCALE (format->h_sub[i], area->y + area->h);

    bytes += (guint64) (right - x) * (bottom - y) *
             ((format->depth[i] + 7) / 8);
  }
  return bytes;
}

static guint64
count_composition (
    const GstVideoInfo *info, GstVideoOverlayComposition *composition)
{
  guint n = gst_video_overlay_composition_n_rectangles (composition);
  guint64 bytes = 0;

  for (guint i = 0; i < n; i++) {
    GstVideoRectangle covered = get_covered (
        gst_video_overlay_composition_get_rectangle (composition, i),
        info->width, info->height);

    if (covered.w > 0)
      bytes += count_bytes (info, &covered);
  }
  return bytes;
}

static gboolean
blend_all (GstBuffer *frame, GstBuffer *target, const GstVideoInfo *info,
    guint64 *bytes)
{
  const GstVideoCropMeta *crop = gst_buffer_get_video_crop_meta (frame);
  gint left = crop ? crop->x : 0, top = crop ? crop->y : 0;
  GstVideoOverlayComposition *composition;
  gpointer state = NULL;
  GstVideoFrame mapped;
  gboolean ok = TRUE;

  if (!gst_video_frame_map (&mapped, info, target, GST_MAP_READWRITE))
    return FALSE;
  while (ok && (composition = next_composition (frame, &state))) {
    /* text lies on what is seen of it */
    ok = blend_composition (&mapped, composition, -left, -top);
    if (ok)
      *bytes += count_composition (&mapped.info, composition);
  }
  gst_video_frame_unmap (&mapped);
  return ok;
}

gboolean
gst_dmabuf_sink_overlay_blend (GstZcAllocator *allocator, GstBuffer *frame,
    GstBuffer *target, const GstVideoInfo *info, guint64 *bytes, GError **error)
{
  g_autoptr (GstBuffer) wrapped = NULL;
  gpointer state = NULL;

  *bytes = 0;
  if (!next_composition (frame, &state))
    return TRUE;
  g_return_val_if_fail (gst_buffer_is_writable (target), FALSE);
  wrapped = gst_zc_allocator_wrap_buffer (allocator, target, error);
  if (!wrapped)
    return FALSE;
  if (wrapped == target) /* with a second reference it could not be written */
    gst_clear_buffer (&wrapped);
  if (blend_all (frame, wrapped ? wrapped : target, info, bytes))
    return TRUE;
  g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_FAILED,
      "the CPU cannot map the picture, or not blend text into %s",
      gst_video_format_to_string (GST_VIDEO_INFO_FORMAT (info)));
  return FALSE;
}

/* --- memory ------------------------------------------------------------ */

static void
drop_pool (GstDmabufSinkOverlay *self)
{
  if (self->pool)
    gst_buffer_pool_set_active (self->pool, FALSE);
  gst_clear_object (&self->pool);
}

/* No smaller than before. */
static GstBufferPool *
pool_new (GstDmabufSinkOverlay *self, GError **error)
{
  gint w = MIN (GST_ROUND_UP_N (self->rectangle.w, STEP), self->width);
  gint h = MIN (GST_ROUND_UP_N (self->rectangle.h, STEP), self->height);
  g_autoptr (GstCaps) caps = NULL;

  if (!self->heap) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED,
        "the card has no memory for text (dumb buffers)");
    return NULL;
  }
  gst_video_info_set_format (&self->info, GST_VIDEO_FORMAT_BGRA,
      MAX (w, self->info.width), MAX (h, self->info.height));
  caps = gst_video_info_to_caps (&self->info);
  return gst_zc_pool_new_for_caps (
      self->heap, caps, NULL, 0, GST_DMABUF_SINK_OVERLAY_BUFFERS, error);
}

static gboolean
fits (const GstDmabufSinkOverlay *self)
{
  return self->rectangle.w <= self->info.width &&
         self->rectangle.h <= self->info.height;
}

static GstBuffer *
acquire (GstDmabufSinkOverlay *self, GError **error)
{
  GstBufferPoolAcquireParams params = {
    .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT,
  };
  GstBuffer *buffer = NULL;
  GstFlowReturn flow = GST_FLOW_ERROR;

  if (self->pool && !fits (self))
    drop_pool (self);
  if (!self->pool)
    self->pool = pool_new (self, error);
  if (!self->pool)
    return NULL;
  if (gst_buffer_pool_set_active (self->pool, TRUE))
    flow = gst_buffer_pool_acquire_buffer (self->pool, &buffer, &params);
  if (flow == GST_FLOW_EOS)
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_BUSY,
        "all %d pictures of text are still shown",
        GST_DMABUF_SINK_OVERLAY_BUFFERS);
  else if (flow != GST_FLOW_OK)
    *error = gst_zc_pool_steal_error (GST_ZC_POOL (self->pool));
  return buffer;
}

/* --- drawing ----------------------------------------------------------- */

static GstVideoRectangle
merge (GstVideoRectangle a, GstVideoRectangle b)
{
  GstVideoRectangle all = { MIN (a.x, b.x), MIN (a.y, b.y), 0, 0 };

  all.w = MAX (a.x + a.w, b.x + b.w) - all.x;
  all.h = MAX (a.y + a.h, b.y + b.h) - all.y;
  return all;
}

static GstVideoRectangle
get_bounds (const GstDmabufSinkOverlay *self)
{
  GstVideoRectangle all = { 0, 0, 0, 0 };

  for (guint i = 0; i < self->shown->len; i++) {
    GstVideoOverlayComposition *composition = g_ptr_array_index (
        self->shown, i);
    guint n = gst_video_overlay_composition_n_rectangles (composition);

    for (guint j = 0; j < n; j++) {
      GstVideoRectangle one = get_covered (
          gst_video_overlay_composition_get_rectangle (composition, j),
          self->width, self->height);

      if (one.w > 0)
        all = all.w > 0 ? merge (all, one) : one;
    }
  }
  return all;
}

/* Scanout memory is slow to read, and blending reads: it is done elsewhere. */
static gboolean
draw_aside (const GstDmabufSinkOverlay *self, GstVideoFrame *picture)
{
  const GstVideoRectangle *r = &self->rectangle;
  GstVideoInfo info;
  GstBuffer *buffer;
  gpointer data;
  gboolean ok;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_BGRA, r->w, r->h);
  info.flags |= GST_VIDEO_FLAG_PREMULTIPLIED_ALPHA;
  data = g_try_malloc0 (info.size);
  if (!data)
    return FALSE;
  buffer = gst_buffer_new_wrapped (data, info.size);
  ok = gst_video_frame_map (picture, &info, buffer, GST_MAP_READWRITE);
  gst_buffer_unref (buffer); /* the frame holds it */
  for (guint i = 0; ok && i < self->shown->len; i++)
    if (!blend_composition (
            picture, g_ptr_array_index (self->shown, i), r->x, r->y)) {
      gst_video_frame_unmap (picture);
      ok = FALSE;
    }
  return ok;
}

static gboolean
copy_lines (
    const GstVideoFrame *picture, const GstVideoInfo *info, GstBuffer *buffer)
{
  GstVideoFrame target;
  const guint8 *from = picture->data[0];
  guint8 *to;

  if (!gst_video_frame_map (&target, info, buffer, GST_MAP_WRITE))
    return FALSE;
  to = target.data[0];
  for (gint y = 0; y < picture->info.height; y++) {
    memcpy (to, from, (gsize) picture->info.width * PIXEL_BYTES);
    to += target.info.stride[0];
    from += picture->info.stride[0];
  }
  gst_video_frame_unmap (&target);
  return TRUE;
}

static gboolean
draw (GstDmabufSinkOverlay *self, GstBuffer *buffer)
{
  GstVideoFrame picture;
  gboolean ok;

  if (!draw_aside (self, &picture))
    return FALSE;
  ok = copy_lines (&picture, &self->info, buffer);
  gst_video_frame_unmap (&picture);
  return ok;
}

static GstBuffer *
draw_new (GstDmabufSinkOverlay *self, GError **error)
{
  GstBuffer *buffer = acquire (self, error);

  if (buffer && !draw (self, buffer)) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_FAILED,
        "the CPU cannot draw %dx%d pixels of text into the card's memory; the "
        "log (zcallocator) has the errno",
        self->rectangle.w, self->rectangle.h);
    gst_clear_buffer (&buffer);
  }
  if (!buffer && error && !*error)
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_FAILED,
        "the card gives no memory for text");
  return buffer;
}

/* --- the text of a frame ----------------------------------------------- */

static gboolean
is_shown (const GstDmabufSinkOverlay *self, GstBuffer *frame)
{
  GstVideoOverlayComposition *composition;
  gpointer state = NULL;
  guint n = 0;

  while ((composition = next_composition (frame, &state))) {
    if (n == self->shown->len ||
        gst_video_overlay_composition_get_seqnum (composition) !=
            gst_video_overlay_composition_get_seqnum (
                g_ptr_array_index (self->shown, n)))
      return FALSE;
    n++;
  }
  return n == self->shown->len;
}

static void
remember (GstDmabufSinkOverlay *self, GstBuffer *frame)
{
  GstVideoOverlayComposition *composition;
  gpointer state = NULL;

  g_ptr_array_set_size (self->shown, 0);
  while ((composition = next_composition (frame, &state)))
    g_ptr_array_add (
        self->shown, gst_video_overlay_composition_ref (composition));
}

static void
unref_composition (gpointer composition)
{
  gst_video_overlay_composition_unref (composition);
}

void
gst_dmabuf_sink_overlay_setup (
    GstDmabufSinkOverlay *self, GstZcHeap *heap, gint width, gint height)
{
  gst_dmabuf_sink_overlay_clear (self);
  self->heap = heap ? g_object_ref (heap) : NULL;
  self->width = width;
  self->height = height;
  self->shown = g_ptr_array_new_with_free_func (unref_composition);
}

void
gst_dmabuf_sink_overlay_clear (GstDmabufSinkOverlay *self)
{
  gst_clear_buffer (&self->buffer);
  drop_pool (self);
  g_clear_error (&self->error);
  g_clear_object (&self->heap);
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  gst_video_info_init (&self->info);
  self->again = FALSE;
}

gboolean
gst_dmabuf_sink_overlay_update (GstDmabufSinkOverlay *self, GstBuffer *frame)
{
  if (!is_shown (self, frame))
    remember (self, frame);
  else if (!self->again)
    return self->error == NULL;

  g_clear_error (&self->error);
  gst_clear_buffer (&self->buffer);
  self->rectangle = get_bounds (self);
  if (self->rectangle.w > 0)
    self->buffer = draw_new (self, &self->error);
  self->again = g_error_matches (self->error, GST_ZC_ERROR, GST_ZC_ERROR_BUSY);
  self->drawn += self->buffer != NULL;
  return self->error == NULL;
}
