/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <gst/video/video.h>

/*
 * What vkms (drivers/gpu/drm/vkms, Linux 7.3) has to scan out, computed from
 * the bytes of the pictures to the last bit: every format of its planes that is
 * made of whole bytes, its matrices, the fixed-point numbers it rounds with,
 * and its blending. A display of any size, black where there is no picture.
 */

enum golden_encoding { GOLDEN_BT601, GOLDEN_BT709, GOLDEN_BT2020 };

struct golden_picture {
  guint32 fourcc; /* DRM_FORMAT_* */
  guint width, height;
  const guint8 *data[4]; /* of each plane */
  guint stride[4];       /* bytes */

  /* how YUV becomes RGB */
  enum golden_encoding encoding;
  gboolean full_range;

  struct {
    guint x, y, w, h; /* pixels of the picture; 0 w: all of it */
  } crop;
  guint rotation; /* DRM_MODE_ROTATE_* | DRM_MODE_REFLECT_*; 0: none */
  gint x, y;      /* where its upper left corner is on the display */
};

gboolean golden_has_format (guint32 fourcc);

/* The CRC of a display of WIDTH x HEIGHT with N pictures, the lowest first.
 * Their colours are premultiplied with their alpha. */
guint32 golden_crc (
    guint width, guint height, const struct golden_picture pictures[], guint n);

/* The same of one buffer, in the middle of the display. */
guint32 golden_crc_of_buffer (GstBuffer *buffer, const GstVideoInfo *info,
    guint32 fourcc, guint width, guint height);

/* A picture of FRAME in the middle of a display of WIDTH x HEIGHT. Encoding and
 * range are those of the frame's colorimetry; BT.601 stands for what is
 * neither. */
struct golden_picture golden_of_frame (
    const GstVideoFrame *frame, guint32 fourcc, guint width, guint height);

#endif
