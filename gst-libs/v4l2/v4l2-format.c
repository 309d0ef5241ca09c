/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-format.h"

#include "v4l2-sys.h"

#include <errno.h>
#include <string.h>

int
zc_v4l2_enum_format (
    const struct zc_v4l2_device *device, __u32 index, struct v4l2_fmtdesc *desc)
{
  *desc = (struct v4l2_fmtdesc) {
    .index = index,
    .type = device->capture_type,
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
}

static int
apply (const struct zc_v4l2_device *device, unsigned long request,
    struct zc_v4l2_format *format)
{
  struct v4l2_format kernel = { .type = device->capture_type };
  int ret;

  if (zc_v4l2_device_is_multiplanar (device)) {
    kernel.fmt.pix_mp.pixelformat = format->fourcc;
    kernel.fmt.pix_mp.width = format->width;
    kernel.fmt.pix_mp.height = format->height;
    kernel.fmt.pix_mp.field = format->field;
  } else {
    kernel.fmt.pix.pixelformat = format->fourcc;
    kernel.fmt.pix.width = format->width;
    kernel.fmt.pix.height = format->height;
    kernel.fmt.pix.field = format->field;
  }

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
zc_v4l2_format_get (
    const struct zc_v4l2_device *device, struct zc_v4l2_format *format)
{
  struct v4l2_format kernel = { .type = device->capture_type };
  int ret = zc_v4l2_device_ioctl (device, VIDIOC_G_FMT, &kernel);

  if (ret == 0)
    from_kernel (format, &kernel);
  return ret;
}

int
zc_v4l2_interval_get (
    const struct zc_v4l2_device *device, struct v4l2_fract *interval)
{
  struct v4l2_streamparm parm = { .type = device->capture_type };
  int ret = zc_v4l2_device_ioctl (device, VIDIOC_G_PARM, &parm);

  if (ret == 0)
    *interval = parm.parm.capture.timeperframe;
  return ret;
}

int
zc_v4l2_interval_set (
    const struct zc_v4l2_device *device, struct v4l2_fract *interval)
{
  struct v4l2_streamparm parm = { .type = device->capture_type };
  int ret;

  parm.parm.capture.timeperframe = *interval;
  ret = zc_v4l2_device_ioctl (device, VIDIOC_S_PARM, &parm);
  if (ret == 0)
    *interval = parm.parm.capture.timeperframe;
  return ret;
}
