/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_CAMERA_H__
#define __GST_DMABUF_SRC_CAMERA_H__

#include "gstdmabufsrcformats.h"
#include "gstdmabufsrcrequest.h"

#include "gst-libs/allocators/gstzclayout.h"
#include "gst-libs/v4l2/gstzcv4l2controls.h"
#include "gst-libs/v4l2/v4l2-format.h"

G_BEGIN_DECLS

/**
 * GstDmabufSrcCamera:
 * @device: the open device, %NULL while closed
 * @controls: of it
 * @info: the video as it is configured
 * @request: what the driver was asked for
 * @own: what it made of that by itself
 * @format: what is set: more or longer lines, if downstream needs them
 * @layout: where the planes lie; without any, it is bytes: coded video
 * @interval: seconds from a frame to the next, 0 if nobody knows
 *
 * The capture device of a source: what it can do, and how it is set. Caps may
 * be asked for from any thread; all else is for one at a time.
 */
typedef struct {
  /* Guards device, formats and controls against other threads while the state
   * changes. Enumeration is done under it, and formats, crops and controls are
   * set; nothing that is done for a frame takes it. Taken before the element's
   * object lock. */
  GMutex lock;
  struct zc_v4l2_device *device;
  GstDmabufSrcFormats *formats;
  GstZcV4l2Controls *controls;

  GstVideoInfo info;
  GstDmabufSrcRequest request;
  struct zc_v4l2_format own;
  struct zc_v4l2_format format;
  GstZcLayout layout;
  struct v4l2_fract interval;
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

/* Whether it is reached through libv4l2 now; from any thread. */
gboolean gst_dmabuf_src_camera_is_emulated (GstDmabufSrcCamera *camera);

/* Forgets what the device could deliver: another input, standard or timings
 * are set now. */
void gst_dmabuf_src_camera_renew (GstDmabufSrcCamera *camera);

/* Reaches the device through libv4l2, or no longer; no buffers may exist. What
 * it can do is asked anew. Returns 0 or negative errno:
 * zc_v4l2_device_emulate()
 */
gint gst_dmabuf_src_camera_emulate (
    GstDmabufSrcCamera *camera, gboolean emulated);

/* After a stream has ended: zc_v4l2_device_renew_emulation() */
void gst_dmabuf_src_camera_end_buffers (GstDmabufSrcCamera *camera);

/* As gst_dmabuf_src_formats_get_caps(); %NULL while closed. */
GstCaps *gst_dmabuf_src_camera_get_caps (
    GstDmabufSrcCamera *camera, GstCaps *filter);

/* As gst_dmabuf_src_formats_get_coarse_caps(). */
GstCaps *gst_dmabuf_src_camera_get_coarse_caps (GstDmabufSrcCamera *camera);

/* As gst_dmabuf_src_formats_get_size(). */
void gst_dmabuf_src_camera_get_size (
    GstDmabufSrcCamera *camera, guint *width, guint *height);

/**
 * gst_dmabuf_src_camera_complete:
 * @caps: (transfer full): caps with one format, size and rate
 *
 * What the colours mean, which field comes first and what shape pixels have
 * only the driver knows, and only of a whole format.
 *
 * Returns: (transfer full) (nullable): @caps with what the driver says of them,
 *   %NULL if it does not deliver what they say already
 */
GstCaps *gst_dmabuf_src_camera_complete (
    GstDmabufSrcCamera *camera, GstCaps *caps);

/* Sets format and rate as @caps say; no buffers may exist. A rate that comes
 * out as another one is a warning message of @element. */
gboolean gst_dmabuf_src_camera_configure (
    GstDmabufSrcCamera *camera, GstElement *element, const GstCaps *caps);

/**
 * gst_dmabuf_src_camera_try_layout:
 * @wanted: where downstream has the planes in its memory
 * @reason: (out) (optional): why the driver cannot, in words; static
 *
 * Asks the driver for downstream's strides, and for lines below the picture if
 * the next plane is behind those (an encoder works in whole blocks): for a
 * larger buffer, with the picture composed where it was. No buffers may exist;
 * the camera is configured and cropped. If the driver cannot do it, its own
 * layout is in force.
 *
 * Returns: whether the driver writes as @wanted says
 */
gboolean gst_dmabuf_src_camera_try_layout (GstDmabufSrcCamera *camera,
    const GstZcLayout *wanted, const gchar **reason);

/**
 * gst_dmabuf_src_camera_try_size:
 * @size: bytes that a buffer must have, of downstream that says nothing else
 * @reason: (out): why the driver cannot, in words; static
 *
 * Asks the driver for as many lines below the picture as make frames of exactly
 * that size: what devices that work in whole blocks demand. As
 * gst_dmabuf_src_camera_try_layout().
 *
 * Returns: whether it writes such frames now
 */
gboolean gst_dmabuf_src_camera_try_size (
    GstDmabufSrcCamera *camera, gsize size, const gchar **reason);

/* Has the driver's own layout again; no buffers may exist. */
void gst_dmabuf_src_camera_reset_layout (GstDmabufSrcCamera *camera);

/* As gst_dmabuf_src_mark_field(); @field is V4L2_FIELD_* of the buffer. */
void gst_dmabuf_src_camera_mark_field (
    const GstDmabufSrcCamera *camera, GstBuffer *buffer, guint32 field);

/* Of a buffer, which may be a field, or GST_CLOCK_TIME_NONE if the rate is not
 * known. */
GstClockTime gst_dmabuf_src_camera_get_duration (
    const GstDmabufSrcCamera *camera);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_CAMERA_H__ */
