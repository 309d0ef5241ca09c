/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_GEOMETRY_H__
#define __GST_DMABUF_SINK_GEOMETRY_H__

#include <gst/video/video.h>

G_BEGIN_DECLS

/*
 * Where a picture goes on the screen, and which part of it. Nothing here has
 * state, allocates, or makes a system call: any thread may call all of it.
 *
 * The plane's rectangles are those of "Plane Composition Properties" in
 * drivers/gpu/drm/drm_blend.c: the source is in pixels of the framebuffer
 * before it is turned, the destination in pixels of the screen after. Drivers
 * differ in what they make of a destination that leaves the screen, so it never
 * does here: source and destination are cut together.
 */

/**
 * GstDmabufSinkView:
 * @info: format, pixel aspect ratio and interlacing of the video
 * @width: pixels a line of the framebuffer, at most 65535; 0 for that of @info
 * @height: its lines, likewise
 * @crop: the part of the framebuffer to show (GstVideoCropMeta), cut to the
 *   framebuffer; all of it if its width or height is 0
 * @orientation: how it is to be turned, clockwise; AUTO and CUSTOM are to be
 *   resolved before, and turn nothing
 * @screen_width: pixels a line of the mode
 * @screen_height: its lines
 * @screen_par_n: how wide a pixel of the screen is, 0 for as wide as high
 * @screen_par_d: how high it is
 * @force_aspect_ratio: whether the picture keeps its proportions, in the middle
 *   of the rectangle; it fills the rectangle otherwise
 * @render: the rectangle on the screen to show it in, which may lie outside the
 *   screen in part or as a whole; all of the screen if its width or height is
 *   not positive
 * @can_scale: whether the plane can scale. If not, pixels stay pixels: the
 *   picture is in the middle of @render, and cut at its edges
 * @whole_pixels: for planes that take nothing but whole pixels, and of
 *   subsampled formats whole groups of them (i915)
 *
 * What is to be shown, where, and with what means.
 */
typedef struct {
  const GstVideoInfo *info;
  guint width, height;
  GstVideoRectangle crop;
  GstVideoOrientationMethod orientation;

  guint screen_width, screen_height;
  guint screen_par_n, screen_par_d;

  gboolean force_aspect_ratio;
  GstVideoRectangle render;
  gboolean can_scale;
  gboolean whole_pixels;
} GstDmabufSinkView;

/**
 * GstDmabufSinkSource:
 *
 * A part of a framebuffer in 16.16 fixed point: SRC_X, SRC_Y, SRC_W and SRC_H
 * of a plane.
 */
typedef struct {
  guint32 x, y, w, h;
} GstDmabufSinkSource;

/*
 * One axis of the framebuffer: @length pixels from @from lie on the screen from
 * @to on, @to_length of them (the first one at the far end if @reversed), of
 * which those in [@low, @high) are visible.
 */
typedef struct {
  gint64 from, length;
  gint64 to, to_length;
  gint64 low, high;
  gint64 skipped; /* pixels of the crop before @from, for the chroma's sake */
  gboolean reversed;
  guint align;
} GstDmabufSinkAxis;

/**
 * GstDmabufSinkGeometry:
 * @source: what the plane reads
 * @destination: where it goes, within the screen
 * @orientation: as in the view
 *
 * The answer. What else is in it is for the functions below.
 */
typedef struct {
  GstDmabufSinkSource source;
  GstVideoRectangle destination;
  GstVideoOrientationMethod orientation;

  /*< private >*/
  GstDmabufSinkAxis x, y;
  gboolean whole_pixels;
} GstDmabufSinkGeometry;

/**
 * gst_dmabuf_sink_geometry_compute:
 * @view: what is to be shown
 * @geometry: (out caller-allocates): where; undefined if nothing is visible
 *
 * Rounding: the picture's rectangle on the screen has the size nearest to its
 * proportions, at least one pixel, and the odd pixel of what is left over goes
 * to the right or to the bottom. An edge of the source is the point that lies
 * at the edge of the destination, to the nearest 1/65536 pixel: two screens
 * that show halves of a picture meet exactly. With @whole_pixels it is the
 * nearest pixel (or group of pixels that share a colour) within the crop.
 *
 * Unscaled, the source begins with the first pixel of such a group, so that
 * colours stay where they belong: a crop that begins within one loses the rest
 * of it, and a picture that is cut there lies up to a group off the middle.
 *
 * Returns: whether any of it is visible
 */
gboolean gst_dmabuf_sink_geometry_compute (
    const GstDmabufSinkView *view, GstDmabufSinkGeometry *geometry);

/**
 * gst_dmabuf_sink_geometry_place:
 * @geometry: that of a video, as computed
 * @part: a rectangle of the video, in its pixels from the top left corner of
 *   the crop, before it is turned
 * @source: (out): what a plane with a picture of the size of @part reads
 * @destination: (out): where it goes, within the screen
 *
 * Places another picture over a part of the video: text. It is turned, scaled
 * and cut as the video is; it is not scaled if the video is not.
 *
 * Returns: whether any of it is visible
 */
gboolean gst_dmabuf_sink_geometry_place (const GstDmabufSinkGeometry *geometry,
    const GstVideoRectangle *part, GstDmabufSinkSource *source,
    GstVideoRectangle *destination);

/**
 * gst_dmabuf_sink_geometry_to_video:
 * @geometry: as computed
 * @x: (inout): in pixels of the screen, becomes pixels of the video from the
 *   left edge of the crop, before it is turned: what GstNavigation tells
 * @y: (inout): likewise
 *
 * A point beside the picture becomes that on its edge.
 *
 * Returns: whether the point is on the picture
 */
gboolean gst_dmabuf_sink_geometry_to_video (
    const GstDmabufSinkGeometry *geometry, gdouble *x, gdouble *y);

/**
 * gst_dmabuf_sink_geometry_rotation:
 * @orientation: how pictures are to be turned, clockwise
 * @supported: all bits that the plane's "rotation" can have (its enum values
 *   as 1 << value), DRM_MODE_ROTATE_0 without such a property
 *
 * Each orientation can be told in two ways, a half turn and both reflections
 * being one; hardware often has only one. DRM reflects first and then turns,
 * counter-clockwise.
 *
 * Returns: DRM_MODE_ROTATE_* | DRM_MODE_REFLECT_*, or 0 if the plane cannot
 */
guint gst_dmabuf_sink_geometry_rotation (
    GstVideoOrientationMethod orientation, guint supported);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_GEOMETRY_H__ */
