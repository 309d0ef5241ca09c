/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/v4l2-format.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>

/* What reaches the kernel of a wish, and what comes back. */
static struct v4l2_format asked;
static struct v4l2_fmtdesc listed;
static struct v4l2_cropcap cropcap;
static __u32 cropcap_type; /* the one that the driver knows */

static int
played_ioctl (int fd, unsigned long request, void *arg)
{
  (void) fd;
  switch (request) {
    case VIDIOC_S_FMT:
    case VIDIOC_TRY_FMT:
    case VIDIOC_G_FMT:
      asked = *(struct v4l2_format *) arg;
      return 0;
    case VIDIOC_ENUM_FMT:
      listed = *(struct v4l2_fmtdesc *) arg;
      return 0;
    case VIDIOC_CROPCAP:
      if (((struct v4l2_cropcap *) arg)->type == cropcap_type) {
        *(struct v4l2_cropcap *) arg = cropcap;
        return 0;
      }
      errno = EINVAL;
      return -1;
    default:
      errno = ENOTTY;
      return -1;
  }
}

static struct zc_v4l2_device
device (enum v4l2_buf_type type)
{
  zc_v4l2_sys.ioctl = played_ioctl;
  memset (&asked, 0, sizeof (asked));
  return (struct zc_v4l2_device) { .fd = 1, .capture_type = type };
}

static const struct zc_v4l2_format wish = {
  .fourcc = V4L2_PIX_FMT_NV12M,
  .width = 640,
  .height = 480,
  .field = V4L2_FIELD_INTERLACED_BT,
  .flags = V4L2_PIX_FMT_FLAG_SET_CSC,
  .colorspace = V4L2_COLORSPACE_REC709,
  .ycbcr_encoding = V4L2_YCBCR_ENC_709,
  .quantization = V4L2_QUANTIZATION_FULL_RANGE,
  .transfer_function = V4L2_XFER_FUNC_SRGB,
  .n_memory_planes = 2,
  .plane = { { 704, 400000 }, { 768, 200000 } },
};

static void
assert_same (const struct zc_v4l2_format *a, const struct zc_v4l2_format *b)
{
  fail_unless_equals_int (a->fourcc, b->fourcc);
  fail_unless_equals_int (a->width, b->width);
  fail_unless_equals_int (a->height, b->height);
  fail_unless_equals_int (a->field, b->field);
  fail_unless_equals_int (a->flags, b->flags);
  fail_unless_equals_int (a->colorspace, b->colorspace);
  fail_unless_equals_int (a->ycbcr_encoding, b->ycbcr_encoding);
  fail_unless_equals_int (a->quantization, b->quantization);
  fail_unless_equals_int (a->transfer_function, b->transfer_function);
  for (guint i = 0; i < a->n_memory_planes; i++) {
    fail_unless_equals_int (a->plane[i].stride, b->plane[i].stride);
    fail_unless_equals_int (a->plane[i].size, b->plane[i].size);
  }
}

/* The kernel here gives back what it was given. */
GST_START_TEST (all_of_a_wish_reaches_a_single_planar_driver)
{
  struct zc_v4l2_device d = device (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  struct zc_v4l2_format format = wish;

  fail_unless_equals_int (zc_v4l2_format_set (&d, &format), 0);
  fail_unless_equals_int (format.n_memory_planes, 1);
  assert_same (&format, &wish);
  fail_unless_equals_int (asked.fmt.pix.bytesperline, 704);
  fail_unless_equals_int (asked.fmt.pix.sizeimage, 400000);
}
GST_END_TEST;

GST_START_TEST (all_of_a_wish_reaches_a_multi_planar_driver)
{
  struct zc_v4l2_device d = device (V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  struct zc_v4l2_format format = wish;

  fail_unless_equals_int (zc_v4l2_format_try (&d, &format), 0);
  fail_unless_equals_int (format.n_memory_planes, 2);
  assert_same (&format, &wish);
  fail_unless_equals_int (asked.fmt.pix_mp.plane_fmt[1].bytesperline, 768);
}
GST_END_TEST;

/* v4l_sanitize_format() of the kernel clears what comes after priv. */
GST_START_TEST (colours_carry_the_magic_number)
{
  struct zc_v4l2_device d = device (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  struct zc_v4l2_format format = wish;

  zc_v4l2_format_set (&d, &format);
  fail_unless_equals_int_hex (asked.fmt.pix.priv, V4L2_PIX_FMT_PRIV_MAGIC);
}
GST_END_TEST;

GST_START_TEST (a_format_without_a_type_is_what_is_captured)
{
  struct zc_v4l2_device d = device (V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  struct zc_v4l2_format format = { 0 };
  struct v4l2_fmtdesc desc;

  fail_unless_equals_int (zc_v4l2_format_get (&d, format.type, &format), 0);
  fail_unless_equals_int (asked.type, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  fail_unless_equals_int (format.type, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  fail_unless_equals_int (zc_v4l2_enum_format (&d, 0, 3, &desc), 0);
  fail_unless_equals_int (listed.type, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  fail_unless_equals_int (listed.index, 3);
}
GST_END_TEST;

GST_START_TEST (the_other_queue_is_named_by_its_type)
{
  struct zc_v4l2_device d = device (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  struct zc_v4l2_format format = wish;
  struct v4l2_fmtdesc desc;

  format.type = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;
  fail_unless_equals_int (zc_v4l2_format_set (&d, &format), 0);
  fail_unless_equals_int (asked.type, V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE);
  fail_unless_equals_int (asked.fmt.pix_mp.plane_fmt[1].bytesperline, 768);
  zc_v4l2_enum_format (&d, V4L2_BUF_TYPE_VIDEO_OUTPUT, 0, &desc);
  fail_unless_equals_int (listed.type, V4L2_BUF_TYPE_VIDEO_OUTPUT);
}
GST_END_TEST;

GST_START_TEST (the_shape_of_pixels_is_width_by_height)
{
  struct zc_v4l2_device d = device (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  struct v4l2_fract aspect;
  struct v4l2_rect size;

  cropcap_type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  cropcap.pixelaspect = (struct v4l2_fract) { 54, 59 };
  cropcap.defrect = (struct v4l2_rect) { 0, 0, 720, 576 };
  fail_unless_equals_int (zc_v4l2_pixel_aspect_get (&d, &aspect, &size), 0);
  fail_unless_equals_int (aspect.numerator, 59);
  fail_unless_equals_int (aspect.denominator, 54);
  fail_unless_equals_int (size.width, 720);
}
GST_END_TEST;

GST_START_TEST (a_multi_planar_driver_tells_it_by_either_type)
{
  struct zc_v4l2_device d = device (V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  struct v4l2_fract aspect;
  struct v4l2_rect size;

  cropcap.pixelaspect = (struct v4l2_fract) { 11, 10 };
  cropcap_type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  fail_unless_equals_int (zc_v4l2_pixel_aspect_get (&d, &aspect, &size), 0);
  cropcap_type = V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
  fail_unless_equals_int (zc_v4l2_pixel_aspect_get (&d, &aspect, &size), 0);
  fail_unless_equals_int (aspect.numerator, 10);
}
GST_END_TEST;

GST_START_TEST (no_shape_is_an_error)
{
  struct zc_v4l2_device d = device (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  struct v4l2_fract aspect;
  struct v4l2_rect size;

  cropcap_type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  cropcap.pixelaspect = (struct v4l2_fract) { 0, 0 };
  fail_unless_equals_int (
      zc_v4l2_pixel_aspect_get (&d, &aspect, &size), -ENODATA);
  cropcap_type = 0;
  fail_unless_equals_int (
      zc_v4l2_pixel_aspect_get (&d, &aspect, &size), -EINVAL);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (all_of_a_wish_reaches_a_single_planar_driver),
    RUNNER_TEST (all_of_a_wish_reaches_a_multi_planar_driver),
    RUNNER_TEST (colours_carry_the_magic_number),
    RUNNER_TEST (a_format_without_a_type_is_what_is_captured),
    RUNNER_TEST (the_other_queue_is_named_by_its_type),
    RUNNER_TEST (the_shape_of_pixels_is_width_by_height),
    RUNNER_TEST (a_multi_planar_driver_tells_it_by_either_type),
    RUNNER_TEST (no_shape_is_an_error))
