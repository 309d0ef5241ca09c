/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_CAMERA_H__
#define __GST_DMABUF_SRC_CAMERA_H__

#include "gstdmabufsrcformats.h"

#include "gst-libs/allocators/gstzclayout.h"
#include "gst-libs/v4l2/gstzcv4l2controls.h"
#include "gst-libs/v4l2/v4l2-format.h"

G_BEGIN_DECLS

/**
 * GstDmabufSrcCamera:
 * @device: the open device, %NULL while closed
 * @controls: of it
 * @info: the video as it is configured
 * @format: what the driver made of it
 * @layout: where its planes lie
 *
 * The capture device of a source: what it can do, and how it is set. Caps may
 * be asked for from any thread; all else is for one at a time.
 */
typedef struct {
  /* Guards device, formats and controls against other threads while the state
   * changes. Enumeration is done under it, and controls are set; nothing that
   * is done for a frame takes it. Taken before the element's object lock. */
  GMutex lock;
  struct zc_v4l2_device *device;
  GstDmabufSrcFormats *formats;
  GstZcV4l2Controls *controls;

  GstVideoInfo info;
  struct zc_v4l2_format format;
  GstZcLayout layout;
} GstDmabufSrcCamera;

void gst_dmabuf_src_camera_init (GstDmabufSrcCamera *camera);
void gst_dmabuf_src_camera_clear (GstDmabufSrcCamera *camera);

/* As gst_dmabuf_src_open_device(). What goes wrong becomes an error message of
 * @element; so does it below. */
gboolean gst_dmabuf_src_camera_open (GstDmabufSrcCamera *camera,
    GstElement *element, const gchar *name, gint fd);
void gst_dmabuf_src_camera_close (GstDmabufSrcCamera *camera);

/* Of the open device, from any thread: (transfer full) %NULL, and -1, while it
 * is closed. */
gchar *gst_dmabuf_src_camera_get_path (GstDmabufSrcCamera *camera);
gint gst_dmabuf_src_camera_get_fd (GstDmabufSrcCamera *camera);

/* Forgets what the device could deliver: another input, standard or timings
 * are set now. */
void gst_dmabuf_src_camera_renew (GstDmabufSrcCamera *camera);

/* As gst_dmabuf_src_formats_get_caps(); %NULL while closed. */
GstCaps *gst_dmabuf_src_camera_get_caps (
    GstDmabufSrcCamera *camera, GstCaps *filter);

/* As gst_dmabuf_src_formats_get_coarse_caps(). */
GstCaps *gst_dmabuf_src_camera_get_coarse_caps (GstDmabufSrcCamera *camera);

/**
 * gst_dmabuf_src_camera_add_colorimetry:
 * @caps: (transfer full): fixed caps
 *
 * What the colours mean only the driver knows, and only of a whole format.
 *
 * Returns: (transfer full): @caps, with the driver's colorimetry if it has one
 */
GstCaps *gst_dmabuf_src_camera_add_colorimetry (
    GstDmabufSrcCamera *camera, GstCaps *caps);

/* Sets format and rate as @caps say; no buffers may exist. */
gboolean gst_dmabuf_src_camera_configure (
    GstDmabufSrcCamera *camera, GstElement *element, const GstCaps *caps);

/**
 * gst_dmabuf_src_camera_try_layout:
 * @layout: where the planes should lie
 *
 * Asks the driver to write lines and planes so; no buffers may exist. What it
 * makes of it is in @format and @layout of the camera.
 *
 * Returns: whether it does
 */
gboolean gst_dmabuf_src_camera_try_layout (
    GstDmabufSrcCamera *camera, const GstZcLayout *layout);

/* Of a frame, or GST_CLOCK_TIME_NONE if the rate is not known. */
GstClockTime gst_dmabuf_src_camera_get_duration (
    const GstDmabufSrcCamera *camera);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_CAMERA_H__ */
