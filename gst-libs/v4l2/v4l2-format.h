/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_FORMAT_H
#define ZC_V4L2_FORMAT_H

#include "v4l2-device.h"

/*
 * A picture format as the driver understands it, the same for the single- and
 * the multi-planar API. A memory plane is what one buffer descriptor and one
 * dma-buf cover; NV12 has one, NV12M has two.
 *
 * As a wish, what is 0 is left to the driver: colours, strides and sizes. A
 * stride that it cannot have it makes longer, and sizes too, which are heard
 * mainly for compressed formats (pixfmt-v4l2.rst, sizeimage).
 */
struct zc_v4l2_format {
  __u32 type; /* V4L2_BUF_TYPE_VIDEO_*; 0: what the device captures with */
  __u32 fourcc;
  __u32 width;
  __u32 height;            /* lines of a buffer: a field has half a frame's */
  __u32 field;             /* V4L2_FIELD_* */
  __u32 flags;             /* V4L2_PIX_FMT_FLAG_* */
  __u32 colorspace;        /* V4L2_COLORSPACE_* */
  __u32 ycbcr_encoding;    /* V4L2_YCBCR_ENC_*; of HSV: V4L2_HSV_ENC_* */
  __u32 quantization;      /* V4L2_QUANTIZATION_* */
  __u32 transfer_function; /* V4L2_XFER_FUNC_* */
  __u32 n_memory_planes;
  struct {
    __u32 stride; /* bytes a line */
    __u32 size;   /* bytes that a buffer must have */
  } plane[VIDEO_MAX_PLANES];
};

/* One entry of an enumeration, by INDEX from 0; TYPE is as in a format. Return
 * 0, -EINVAL after the last entry, -ENOTTY where the driver has no such
 * enumeration. */
int zc_v4l2_enum_format (const struct zc_v4l2_device *device, __u32 type,
    __u32 index, struct v4l2_fmtdesc *desc);
int zc_v4l2_enum_size (const struct zc_v4l2_device *device, __u32 fourcc,
    __u32 index, struct v4l2_frmsizeenum *size);
int zc_v4l2_enum_interval (const struct zc_v4l2_device *device, __u32 fourcc,
    __u32 width, __u32 height, __u32 index, struct v4l2_frmivalenum *interval);

/*
 * Sets the format; FORMAT holds what is wanted and then what the driver made
 * of it, which may differ: compare. Colours of what is captured are a wish
 * only with V4L2_PIX_FMT_FLAG_SET_CSC, for formats that are listed with the
 * V4L2_FMT_FLAG_CSC_* of them (pixfmt-v4l2.rst); of an output queue they are
 * told to the driver. Of coded formats plane[0].size is a wish that is heard:
 * the room for one coded frame, in bytes. Returns 0, -EBUSY while buffers
 * exist, -EINVAL for a type or format that the driver does not have, or another
 * errno of VIDIOC_S_FMT, FORMAT being left as it was.
 *
 * Setting OUTPUT of a codec or converter changes what CAPTURE has: the size,
 * the buffers that are needed, and the colours, which are those of OUTPUT. An
 * encoder's coded format is set first, because OUTPUT depends on it (which raw
 * formats, which sizes; dev-encoder.rst).
 */
int zc_v4l2_format_set (
    const struct zc_v4l2_device *device, struct zc_v4l2_format *format);

/* The same without setting it; works while the device streams. */
int zc_v4l2_format_try (
    const struct zc_v4l2_device *device, struct zc_v4l2_format *format);

/* The format that is set of the queue of TYPE, 0 for the capture queue. */
int zc_v4l2_format_get (const struct zc_v4l2_device *device, __u32 type,
    struct zc_v4l2_format *format);

/*
 * Sets the time between frames of the queue of TYPE (0: capture), in seconds as
 * a fraction; INTERVAL then holds what the driver made of it. On the OUTPUT
 * queue of an encoder it says at which rate frames come, for the control of its
 * bitrate; CAPTURE follows. Returns 0, or -ENOTTY if it cannot be set.
 */
int zc_v4l2_interval_set (const struct zc_v4l2_device *device, __u32 type,
    struct v4l2_fract *interval);
int zc_v4l2_interval_get (const struct zc_v4l2_device *device, __u32 type,
    struct v4l2_fract *interval);

/*
 * The shape of a pixel, width by height, in a picture that is not scaled: not
 * 1 by 1 for standard television (vidioc-cropcap.rst has it upside down), and
 * the SIZE of that picture. Returns 0, or an errno of VIDIOC_CROPCAP where the
 * driver does not tell.
 */
int zc_v4l2_pixel_aspect_get (const struct zc_v4l2_device *device,
    struct v4l2_fract *aspect, struct v4l2_rect *size);

#endif
