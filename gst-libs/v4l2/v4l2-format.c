/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-format.h"

#include "v4l2-sys.h"

#include <errno.h>
#include <string.h>

static __u32
type_or_capture (const struct zc_v4l2_device *device, __u32 type)
{
  return type ? type : device->capture_type;
}

int
zc_v4l2_enum_format (const struct zc_v4l2_device *device, __u32 type,
    __u32 index, struct v4l2_fmtdesc *desc)
{
  *desc = (struct v4l2_fmtdesc) {
    .index = index,
    .type = type_or_capture (device, type),
  };
  return zc_v4l2_device_ioctl (device, VIDIOC_ENUM_FMT, desc);
}

int
zc_v4l2_enum_size (const struct zc_v4l2_device *device, __u32 fourcc,
    __u32 index, struct v4l2_frmsizeenum *size)
{
  *size = (struct v4l2_frmsizeenum) { .index = index, .pixel_format = fourcc };
  return zc_v4l2_device_ioctl (device, VIDIOC_ENUM_FRAMESIZES, size);
}

int
zc_v4l2_enum_interval (const struct zc_v4l2_device *device, __u32 fourcc,
    __u32 width, __u32 height, __u32 index, struct v4l2_frmivalenum *interval)
{
  *interval = (struct v4l2_frmivalenum) {
    .index = index,
    .pixel_format = fourcc,
    .width = width,
    .height = height,
  };
  return zc_v4l2_device_ioctl (device, VIDIOC_ENUM_FRAMEINTERVALS, interval);
}

static void
from_single (struct zc_v4l2_format *format, const struct v4l2_pix_format *pix)
{
  *format = (struct zc_v4l2_format) {
    .fourcc = pix->pixelformat,
    .width = pix->width,
    .height = pix->height,
    .field = pix->field,
    .flags = pix->flags,
    .colorspace = pix->colorspace,
    .ycbcr_encoding = pix->ycbcr_enc,
    .quantization = pix->quantization,
    .transfer_function = pix->xfer_func,
    .n_memory_planes = 1,
  };
  format->plane[0].stride = pix->bytesperline;
  format->plane[0].size = pix->sizeimage;
}

static void
from_multi (
    struct zc_v4l2_format *format, const struct v4l2_pix_format_mplane *pix)
{
  *format = (struct zc_v4l2_format) {
    .fourcc = pix->pixelformat,
    .width = pix->width,
    .height = pix->height,
    .field = pix->field,
    .flags = pix->flags,
    .colorspace = pix->colorspace,
    .ycbcr_encoding = pix->ycbcr_enc,
    .quantization = pix->quantization,
    .transfer_function = pix->xfer_func,
    .n_memory_planes = pix->num_planes < VIDEO_MAX_PLANES ? pix->num_planes
                                                          : VIDEO_MAX_PLANES,
  };
  for (__u32 i = 0; i < format->n_memory_planes; i++) {
    format->plane[i].stride = pix->plane_fmt[i].bytesperline;
    format->plane[i].size = pix->plane_fmt[i].sizeimage;
  }
}

static void
from_kernel (struct zc_v4l2_format *format, const struct v4l2_format *kernel)
{
  if (V4L2_TYPE_IS_MULTIPLANAR (kernel->type))
    from_multi (format, &kernel->fmt.pix_mp);
  else
    from_single (format, &kernel->fmt.pix);
  format->type = kernel->type;
}

/* Without the magic number the kernel drops all that came after it. */
static void
to_single (struct v4l2_pix_format *pix, const struct zc_v4l2_format *format)
{
  *pix = (struct v4l2_pix_format) {
    .pixelformat = format->fourcc,
    .width = format->width,
    .height = format->height,
    .field = format->field,
    .bytesperline = format->plane[0].stride,
    .sizeimage = format->plane[0].size,
    .priv = V4L2_PIX_FMT_PRIV_MAGIC,
    .flags = format->flags,
    .colorspace = format->colorspace,
    .ycbcr_enc = format->ycbcr_encoding,
    .quantization = format->quantization,
    .xfer_func = format->transfer_function,
  };
}

static void
to_multi (
    struct v4l2_pix_format_mplane *pix, const struct zc_v4l2_format *format)
{
  *pix = (struct v4l2_pix_format_mplane) {
    .pixelformat = format->fourcc,
    .width = format->width,
    .height = format->height,
    .field = format->field,
    .num_planes = (__u8) format->n_memory_planes,
    .flags = (__u8) format->flags,
    .colorspace = format->colorspace,
    .ycbcr_enc = (__u8) format->ycbcr_encoding,
    .quantization = (__u8) format->quantization,
    .xfer_func = (__u8) format->transfer_function,
  };
  for (__u32 i = 0; i < VIDEO_MAX_PLANES; i++) {
    pix->plane_fmt[i].bytesperline = format->plane[i].stride;
    pix->plane_fmt[i].sizeimage = format->plane[i].size;
  }
}

static int
apply (const struct zc_v4l2_device *device, unsigned long request,
    struct zc_v4l2_format *format)
{
  struct v4l2_format kernel = { .type = type_or_capture (
                                    device, format->type) };
  int ret;

  if (V4L2_TYPE_IS_MULTIPLANAR (kernel.type))
    to_multi (&kernel.fmt.pix_mp, format);
  else
    to_single (&kernel.fmt.pix, format);

  ret = zc_v4l2_device_ioctl (device, request, &kernel);
  if (ret == 0)
    from_kernel (format, &kernel);
  return ret;
}

int
zc_v4l2_format_set (
    const struct zc_v4l2_device *device, struct zc_v4l2_format *format)
{
  return apply (device, VIDIOC_S_FMT, format);
}

int
zc_v4l2_format_try (
    const struct zc_v4l2_device *device, struct zc_v4l2_format *format)
{
  return apply (device, VIDIOC_TRY_FMT, format);
}

int
zc_v4l2_format_get (const struct zc_v4l2_device *device, __u32 type,
    struct zc_v4l2_format *format)
{
  struct v4l2_format kernel = { .type = type_or_capture (device, type) };
  int ret = zc_v4l2_device_ioctl (device, VIDIOC_G_FMT, &kernel);

  if (ret == 0)
    from_kernel (format, &kernel);
  return ret;
}

/* The same place in what is said of either queue. */
static struct v4l2_fract *
interval_of (struct v4l2_streamparm *parm)
{
  return V4L2_TYPE_IS_OUTPUT (parm->type) ? &parm->parm.output.timeperframe
                                          : &parm->parm.capture.timeperframe;
}

int
zc_v4l2_interval_get (const struct zc_v4l2_device *device, __u32 type,
    struct v4l2_fract *interval)
{
  struct v4l2_streamparm parm = { .type = type_or_capture (device, type) };
  int ret = zc_v4l2_device_ioctl (device, VIDIOC_G_PARM, &parm);

  if (ret == 0)
    *interval = *interval_of (&parm);
  return ret;
}

int
zc_v4l2_interval_set (const struct zc_v4l2_device *device, __u32 type,
    struct v4l2_fract *interval)
{
  struct v4l2_streamparm parm = { .type = type_or_capture (device, type) };
  int ret;

  *interval_of (&parm) = *interval;
  ret = zc_v4l2_device_ioctl (device, VIDIOC_S_PARM, &parm);
  if (ret == 0)
    *interval = *interval_of (&parm);
  return ret;
}

int
zc_v4l2_pixel_aspect_get (const struct zc_v4l2_device *device,
    struct v4l2_fract *aspect, struct v4l2_rect *size)
{
  struct v4l2_cropcap cap = { .type = device->capture_type };
  int ret = zc_v4l2_device_ioctl (device, VIDIOC_CROPCAP, &cap);

  /* Drivers disagree on which type it is for a multi-planar device. */
  if (ret == -EINVAL && zc_v4l2_device_is_multiplanar (device)) {
    cap = (struct v4l2_cropcap) { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };
    ret = zc_v4l2_device_ioctl (device, VIDIOC_CROPCAP, &cap);
  }
  if (ret < 0)
    return ret;
  if (cap.pixelaspect.numerator == 0 || cap.pixelaspect.denominator == 0)
    return -ENODATA;
  aspect->numerator = cap.pixelaspect.denominator;
  aspect->denominator = cap.pixelaspect.numerator;
  *size = cap.defrect;
  return 0;
}
