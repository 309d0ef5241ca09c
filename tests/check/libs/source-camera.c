/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/v4l2-sys.h"
#include "gst/dmabufsrc/gstdmabufsrccamera.h"

#include <errno.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_src_debug);

/* The camera of the source with drivers that the lab lacks. */
#define MAX_FORMATS 4

static struct {
  struct v4l2_fmtdesc formats[MAX_FORMATS];
  struct v4l2_frmsizeenum sizes[MAX_FORMATS]; /* width 0 ends */
  struct v4l2_frmival_stepwise rates;         /* if its step is not 0 */
  __u32 (*field) (__u32 asked);
  __u32 stride_step;
  gboolean keeps_stride; /* whatever is asked for */
  __u32 size_image;
  gboolean converts;
  struct v4l2_fract interval;
  gint set_parm_errno, get_parm_errno, set_format_errno;
  gboolean composes, keeps_compose; /* it grows with the format */
  gboolean crop_grows;              /* with the format */
  struct v4l2_rect crop, compose;

  guint n_tries, n_csc, n_sizes, n_rates;
  struct v4l2_frmivalenum asked_rates;
  __u32 other_fourcc; /* of which nothing may be asked */
} driver;

static int
fail_with (int error)
{
  errno = error;
  return -1;
}

/* Of a driver that has one kind of fields alone. */
#define ALWAYS(name, answer)      \
  static __u32 name (__u32 asked) \
  {                               \
    (void) asked;                 \
    return answer;                \
  }

ALWAYS (progressive, V4L2_FIELD_NONE)
ALWAYS (top_alone, V4L2_FIELD_TOP)
ALWAYS (one_behind_the_other, V4L2_FIELD_SEQ_TB)
ALWAYS (alternate, V4L2_FIELD_ALTERNATE)

static __u32
any_order (__u32 asked)
{
  return asked == V4L2_FIELD_ALTERNATE || asked == V4L2_FIELD_NONE
             ? asked
             : V4L2_FIELD_INTERLACED_TB;
}

static int
enum_format (struct v4l2_fmtdesc *desc)
{
  __u32 index = desc->index;

  if (index >= MAX_FORMATS || driver.formats[index].pixelformat == 0)
    return fail_with (EINVAL);
  *desc = driver.formats[index];
  desc->index = index;
  return 0;
}

static int
enum_size (struct v4l2_frmsizeenum *size)
{
  __u32 index = size->index, fourcc = size->pixel_format;

  fail_if (fourcc == driver.other_fourcc);
  driver.n_sizes++;
  if (index >= MAX_FORMATS || driver.sizes[index].type == 0)
    return fail_with (EINVAL);
  *size = driver.sizes[index];
  size->index = index;
  size->pixel_format = fourcc;
  return 0;
}

static int
enum_rate (struct v4l2_frmivalenum *rate)
{
  fail_if (rate->pixel_format == driver.other_fourcc);
  driver.n_rates++;
  driver.asked_rates = *rate;
  if (rate->index > 0)
    return fail_with (EINVAL);
  if (driver.rates.step.denominator > 0) {
    rate->type = V4L2_FRMIVAL_TYPE_STEPWISE;
    rate->stepwise = driver.rates;
    return 0;
  }
  rate->type = V4L2_FRMIVAL_TYPE_DISCRETE;
  rate->discrete = (struct v4l2_fract) { 1, 30 };
  return 0;
}

static int
make_format (struct v4l2_format *format)
{
  struct v4l2_pix_format *pix = &format->fmt.pix;
  __u32 least = pix->width * (pix->pixelformat == V4L2_PIX_FMT_YUYV ? 2 : 1);

  driver.n_tries++;
  fail_if (pix->pixelformat == driver.other_fourcc);
  pix->field = driver.field (pix->field);
  if (pix->flags & V4L2_PIX_FMT_FLAG_SET_CSC)
    driver.n_csc++;
  if (!driver.converts || !(pix->flags & V4L2_PIX_FMT_FLAG_SET_CSC)) {
    pix->colorspace = V4L2_COLORSPACE_SMPTE170M;
    pix->ycbcr_enc = pix->quantization = pix->xfer_func = 0;
  }
  if (driver.keeps_stride || pix->bytesperline < least)
    pix->bytesperline = least;
  if (driver.stride_step > 0)
    pix->bytesperline = (pix->bytesperline + driver.stride_step - 1) /
                        driver.stride_step * driver.stride_step;
  pix->sizeimage = driver.size_image ? driver.size_image
                                     : pix->bytesperline * pix->height * 3 / 2;
  if (pix->pixelformat == V4L2_PIX_FMT_MJPEG)
    pix->bytesperline = 0;
  return 0;
}

static void
grow_with_format (const struct v4l2_format *format)
{
  driver.compose.width = format->fmt.pix.width;
  driver.compose.height = format->fmt.pix.height;
  if (driver.crop_grows)
    driver.crop = driver.compose;
}

static int
select_rect (struct v4l2_selection *selection, gboolean sets)
{
  struct v4l2_rect *rect = &driver.compose;

  if (!driver.composes)
    return fail_with (ENOTTY);
  if (selection->target == V4L2_SEL_TGT_CROP)
    rect = &driver.crop;
  if (sets && !driver.keeps_compose)
    *rect = selection->r;
  selection->r = *rect;
  return 0;
}

static int
played_ioctl (int fd, unsigned long request, void *arg)
{
  struct v4l2_streamparm *parm = arg;

  (void) fd;
  switch (request) {
    case VIDIOC_ENUM_FMT:
      return enum_format (arg);
    case VIDIOC_ENUM_FRAMESIZES:
      return enum_size (arg);
    case VIDIOC_ENUM_FRAMEINTERVALS:
      return enum_rate (arg);
    case VIDIOC_S_FMT:
      if (driver.set_format_errno)
        return fail_with (driver.set_format_errno);
      grow_with_format (arg);
      return make_format (arg);
    case VIDIOC_G_SELECTION:
    case VIDIOC_S_SELECTION:
      return select_rect (arg, request == VIDIOC_S_SELECTION);
    case VIDIOC_TRY_FMT:
      return make_format (arg);
    case VIDIOC_G_FMT:
      ((struct v4l2_format *) arg)->fmt.pix = (struct v4l2_pix_format) {
        .pixelformat = V4L2_PIX_FMT_YUYV,
        .width = 800,
        .height = 600,
        .field = driver.field (V4L2_FIELD_ANY),
      };
      return 0;
    case VIDIOC_S_PARM:
      if (driver.set_parm_errno)
        return fail_with (driver.set_parm_errno);
      if (driver.interval.numerator > 0)
        parm->parm.capture.timeperframe = driver.interval;
      return 0;
    case VIDIOC_G_PARM:
      if (driver.get_parm_errno)
        return fail_with (driver.get_parm_errno);
      parm->parm.capture.timeperframe = driver.interval;
      return 0;
    default:
      return fail_with (ENOTTY);
  }
}

static GstDmabufSrcCamera camera;
static struct zc_v4l2_device device;
static GstElement *element;
static GstBus *bus;

static void
add_size (guint index, __u32 width, __u32 height)
{
  driver.sizes[index].type = V4L2_FRMSIZE_TYPE_DISCRETE;
  driver.sizes[index].discrete.width = width;
  driver.sizes[index].discrete.height = height;
}

/* A camera of one format and one size, which it can be told to change. */
static void
play (__u32 fourcc)
{
  GST_DEBUG_CATEGORY_INIT (
      gst_dmabuf_src_debug, "dmabufsrc", 0, "zero-copy V4L2 capture");
  zc_v4l2_sys.ioctl = played_ioctl;
  memset (&driver, 0, sizeof (driver));
  driver.formats[0].pixelformat = fourcc;
  driver.field = progressive;
  add_size (0, 640, 480);
}

static void
plug (void)
{
  device = (struct zc_v4l2_device) {
    .fd = 1,
    .path = "/dev/video0",
    .capture_type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
  };
  gst_dmabuf_src_camera_init (&camera);
  camera.device = &device;
  camera.formats = gst_dmabuf_src_formats_new (&device);
  element = gst_element_factory_make ("fakesrc", NULL);
  bus = gst_bus_new ();
  gst_element_set_bus (element, bus);
}

static void
unplug (void)
{
  gst_dmabuf_src_formats_free (camera.formats);
  gst_dmabuf_src_camera_clear (&camera);
  gst_element_set_bus (element, NULL);
  gst_object_unref (element);
  gst_object_unref (bus);
}

static GstCaps *
offered (const char *text)
{
  g_autoptr (GstCaps) filter = text ? gst_caps_from_string (text) : NULL;

  return gst_dmabuf_src_camera_get_caps (&camera, filter);
}

static void
assert_offered (const char *text, gboolean wanted)
{
  g_autoptr (GstCaps) caps = offered (text);

  fail_unless (gst_caps_is_empty (caps) != wanted, "%s", text);
}

static gboolean
configure (const char *text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  return gst_dmabuf_src_camera_configure (&camera, element, caps);
}

static GstCaps *
complete (const char *text)
{
  return gst_dmabuf_src_camera_complete (&camera, gst_caps_from_string (text));
}

static gboolean
warned (void)
{
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);

  gboolean any = message != NULL;

  gst_clear_message (&message);
  return any;
}

#define JPEG "image/jpeg,width=640,height=480,framerate=30/1"
#define RAW "video/x-raw,format=YUY2,width=640,height=480,framerate=30/1"
#define FIELDS                                                       \
  "video/x-raw(format:Interlaced),format=YUY2,width=640,height=480," \
  "interlace-mode=alternate,framerate=30/1"
#define MOSAIC "video/x-bayer,format=rggb,width=650,height=480,framerate=30/1"

GST_START_TEST (jpeg_is_bytes)
{
  play (V4L2_PIX_FMT_MJPEG);
  driver.size_image = 123456;
  plug ();
  assert_offered (JPEG, TRUE);
  fail_unless (configure (JPEG));
  fail_unless_equals_int (camera.layout.n_planes, 0);
  fail_unless_equals_int (camera.layout.n_memories, 1);
  fail_unless_equals_int (camera.layout.size, 123456);
  fail_unless_equals_int (camera.format.fourcc, V4L2_PIX_FMT_MJPEG);
  fail_unless_equals_uint64 (
      gst_dmabuf_src_camera_get_duration (&camera), GST_SECOND / 30);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (coded_video_may_have_any_fields)
{
  play (V4L2_PIX_FMT_MJPEG);
  driver.field = top_alone;
  plug ();
  fail_unless (configure (JPEG));
  unplug ();
}
GST_END_TEST;

GST_START_TEST (two_codes_of_the_same_are_offered_once)
{
  play (V4L2_PIX_FMT_JPEG);
  driver.formats[1].pixelformat = V4L2_PIX_FMT_MJPEG;
  plug ();
  {
    g_autoptr (GstCaps) caps = offered (NULL);

    fail_unless_equals_int (gst_caps_get_size (caps), 1);
  }
  fail_unless (configure (JPEG));
  fail_unless_equals_int (camera.format.fourcc, V4L2_PIX_FMT_JPEG);
  unplug ();
}
GST_END_TEST;

/* Its caps cannot tell of them. */
GST_START_TEST (a_mosaic_with_padded_lines_is_not_delivered)
{
  GstCaps *caps;

  play (V4L2_PIX_FMT_SRGGB8);
  add_size (0, 650, 480);
  plug ();
  caps = complete (MOSAIC);
  fail_unless (caps != NULL); /* it was asked for 652 bytes */
  gst_caps_unref (caps);
  driver.stride_step = 64;
  fail_if (complete (MOSAIC));
  unplug ();
}
GST_END_TEST;

GST_START_TEST (fields_that_caps_cannot_tell_of_are_not_offered)
{
  play (V4L2_PIX_FMT_YUYV);
  driver.field = top_alone;
  plug ();
  assert_offered (NULL, FALSE);
  unplug ();
  play (V4L2_PIX_FMT_YUYV);
  driver.field = one_behind_the_other;
  plug ();
  assert_offered (NULL, FALSE);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (who_has_only_fields_offers_only_these)
{
  play (V4L2_PIX_FMT_YUYV);
  driver.field = alternate;
  plug ();
  assert_offered (RAW, FALSE);
  assert_offered (FIELDS, TRUE);
  fail_unless (configure (FIELDS));
  fail_unless_equals_int (camera.format.height, 240);
  fail_unless_equals_int (camera.layout.coded_height, 240);
  fail_unless_equals_int (camera.layout.size, camera.format.plane[0].size);
  fail_unless_equals_uint64 (
      gst_dmabuf_src_camera_get_duration (&camera), GST_SECOND / 60);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (who_can_do_all_offers_all)
{
  play (V4L2_PIX_FMT_YUYV);
  driver.field = any_order;
  plug ();
  assert_offered (RAW ",interlace-mode=progressive", TRUE);
  assert_offered (RAW ",interlace-mode=interleaved", TRUE);
  assert_offered (FIELDS, TRUE);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (a_progressive_driver_is_asked_once_for_its_fields)
{
  play (V4L2_PIX_FMT_YUYV);
  add_size (1, 320, 240);
  add_size (2, 160, 120);
  plug ();
  gst_caps_unref (offered (NULL));
  fail_unless_equals_int (driver.n_tries, 1);
  gst_caps_unref (offered (NULL));
  fail_unless_equals_int (driver.n_tries, 1);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (nothing_is_asked_of_formats_that_nobody_takes)
{
  play (V4L2_PIX_FMT_YUYV);
  driver.formats[1].pixelformat = V4L2_PIX_FMT_GREY;
  driver.formats[2].pixelformat = V4L2_PIX_FMT_SRGGB8;
  driver.other_fourcc = V4L2_PIX_FMT_GREY;
  plug ();
  gst_caps_unref (offered ("video/x-raw,format=YUY2;video/x-bayer"));
  fail_unless_equals_int (driver.n_sizes, 4); /* two entries, two ends */
  fail_unless_equals_int (driver.n_rates, 4);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (nothing_is_asked_of_sizes_that_nobody_takes)
{
  play (V4L2_PIX_FMT_YUYV);
  add_size (1, 320, 240);
  plug ();
  gst_caps_unref (offered ("video/x-raw,width=320"));
  fail_unless_equals_int (driver.n_rates, 2);
  fail_unless_equals_int (driver.asked_rates.width, 320);
  fail_unless_equals_int (driver.n_tries, 1);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (colours_are_not_asked_for_without_the_capability)
{
  play (V4L2_PIX_FMT_YUYV);
  plug ();
  assert_offered (RAW ",colorimetry=bt709", FALSE);
  assert_offered (RAW ",colorimetry=bt601", TRUE);
  fail_unless_equals_int (driver.n_csc, 0);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (colours_that_are_there_are_not_asked_for)
{
  play (V4L2_PIX_FMT_YUYV);
  driver.formats[0].flags = V4L2_FMT_FLAG_CSC_COLORSPACE;
  driver.converts = TRUE;
  plug ();
  fail_unless (configure (RAW ",colorimetry=bt601"));
  fail_unless_equals_int (driver.n_csc, 0);
  fail_unless (configure (RAW ",colorimetry=bt709"));
  fail_unless (driver.n_csc > 0);
  fail_unless_equals_int (camera.format.colorspace, V4L2_COLORSPACE_REC709);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (who_promises_to_convert_and_does_not_is_not_believed)
{
  play (V4L2_PIX_FMT_YUYV);
  driver.formats[0].flags = V4L2_FMT_FLAG_CSC_COLORSPACE;
  plug ();
  assert_offered (RAW ",colorimetry=bt709", FALSE);
  fail_if (complete (RAW ",colorimetry=bt709"));
  fail_unless (driver.n_csc > 0);
  unplug ();
}
GST_END_TEST;

/* The layout with lines of so many bytes. */
static GstZcLayout
layout_with (guint stride)
{
  GstZcLayout layout = camera.layout;

  fail_unless (
      gst_zc_layout_init (&layout, GST_VIDEO_FORMAT_YUY2, stride, 480));
  layout.width = 640;
  layout.height = 480;
  return layout;
}

GST_START_TEST (strides_of_downstream_are_taken)
{
  GstZcLayout wanted;

  play (V4L2_PIX_FMT_YUYV);
  plug ();
  fail_unless (configure (RAW));
  fail_unless_equals_int (camera.layout.stride[0], 1280);
  wanted = layout_with (1536);
  fail_unless (gst_dmabuf_src_camera_try_layout (&camera, &wanted, NULL));
  fail_unless_equals_int (camera.layout.stride[0], 1536);
  fail_unless_equals_int (camera.format.plane[0].stride, 1536);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (strides_that_cannot_be_leave_the_drivers_own)
{
  GstZcLayout wanted, before;

  play (V4L2_PIX_FMT_YUYV);
  driver.stride_step = 64;
  plug ();
  fail_unless (configure (RAW));
  before = camera.layout;
  wanted = layout_with (1300); /* becomes 1344 */
  fail_if (gst_dmabuf_src_camera_try_layout (&camera, &wanted, NULL));
  fail_unless (gst_zc_layout_equal (&camera.layout, &before));
  fail_unless_equals_int (camera.format.plane[0].stride, 1280);

  driver.keeps_stride = TRUE;
  wanted = layout_with (1536);
  fail_if (gst_dmabuf_src_camera_try_layout (&camera, &wanted, NULL));
  fail_unless (gst_zc_layout_equal (&camera.layout, &before));
  unplug ();
}
GST_END_TEST;

GST_START_TEST (a_layout_of_something_else_is_not_asked_for)
{
  GstZcLayout wanted;
  guint n_tries;

  play (V4L2_PIX_FMT_YUYV);
  plug ();
  fail_unless (configure (RAW));
  n_tries = driver.n_tries;
  wanted = layout_with (1280); /* there already */
  fail_unless (gst_dmabuf_src_camera_try_layout (&camera, &wanted, NULL));
  wanted.format = GST_VIDEO_FORMAT_UYVY;
  fail_if (gst_dmabuf_src_camera_try_layout (&camera, &wanted, NULL));
  fail_unless_equals_int (driver.n_tries, n_tries);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (a_busy_driver_keeps_its_strides)
{
  GstZcLayout wanted, before;

  play (V4L2_PIX_FMT_YUYV);
  plug ();
  fail_unless (configure (RAW));
  before = camera.layout;
  wanted = layout_with (1536);
  driver.set_format_errno = EBUSY;
  fail_if (gst_dmabuf_src_camera_try_layout (&camera, &wanted, NULL));
  fail_unless (gst_zc_layout_equal (&camera.layout, &before));
  unplug ();
}
GST_END_TEST;

/* --- lines below the picture --- */

#define NV12 "video/x-raw,format=NV12,width=640,height=480,framerate=30/1"

static void
play_nv12 (void)
{
  play (V4L2_PIX_FMT_NV12);
  driver.composes = TRUE;
  driver.crop = (struct v4l2_rect) { 0, 0, 1280, 720 };
  plug ();
  fail_unless (configure (NV12));
}

static gboolean
try_lines (guint lines, const gchar **reason)
{
  GstZcLayout wanted = camera.layout;

  fail_unless (gst_zc_layout_init (&wanted, GST_VIDEO_FORMAT_NV12, 640, lines));
  wanted.width = 640;
  wanted.height = 480;
  return gst_dmabuf_src_camera_try_layout (&camera, &wanted, reason);
}

static void
assert_not_had (const char *why)
{
  const gchar *reason = NULL;

  fail_if (try_lines (496, &reason));
  fail_unless (strstr (reason, why) != NULL, "%s", reason);
  fail_unless_equals_int (camera.format.height, 480);
  fail_unless_equals_int (camera.layout.coded_height, 480);
  fail_unless_equals_int (camera.layout.offset[1], 640 * 480);
}

GST_START_TEST (a_picture_that_grew_with_the_buffer_is_put_back)
{
  play_nv12 ();
  fail_unless (try_lines (496, NULL));
  fail_unless_equals_int (camera.format.height, 496);
  fail_unless_equals_int (camera.layout.offset[1], 640 * 496);
  fail_unless_equals_int (driver.compose.height, 480);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (a_picture_that_stays_grown_is_not_had)
{
  play_nv12 ();
  driver.keeps_compose = TRUE;
  assert_not_had ("the picture as it is");
  unplug ();
}
GST_END_TEST;

GST_START_TEST (a_picture_of_more_of_the_source_is_not_had)
{
  play_nv12 ();
  driver.crop_grows = TRUE;
  assert_not_had ("the picture as it is");
  unplug ();
}
GST_END_TEST;

GST_START_TEST (without_composing_the_format_is_left_alone)
{
  guint n_tries;

  play_nv12 ();
  driver.composes = FALSE;
  n_tries = driver.n_tries;
  assert_not_had ("no COMPOSE");
  fail_unless_equals_int (driver.n_tries, n_tries);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (a_size_is_as_many_lines)
{
  const gchar *reason = NULL;

  play_nv12 ();
  fail_unless (
      gst_dmabuf_src_camera_try_size (&camera, 640 * 496 * 3 / 2, &reason));
  fail_unless_equals_int (camera.layout.coded_height, 496);
  gst_dmabuf_src_camera_reset_layout (&camera);
  fail_unless_equals_int (camera.layout.coded_height, 480);
  fail_if (
      gst_dmabuf_src_camera_try_size (&camera, 640 * 496 * 3 / 2 - 2, &reason));
  fail_unless (strstr (reason, "no number of lines") != NULL, "%s", reason);
  fail_unless_equals_int (camera.format.height, 480);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (another_rate_is_warned_of_and_believed)
{
  play (V4L2_PIX_FMT_YUYV);
  driver.interval = (struct v4l2_fract) { 1, 25 };
  plug ();
  fail_unless (configure (RAW));
  fail_unless (warned ());
  fail_if (warned ()); /* once */
  fail_unless_equals_uint64 (
      gst_dmabuf_src_camera_get_duration (&camera), GST_SECOND / 25);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (a_rate_that_cannot_be_set_is_asked_for)
{
  play (V4L2_PIX_FMT_YUYV);
  driver.interval = (struct v4l2_fract) { 1, 25 };
  driver.set_parm_errno = ENOTTY;
  plug ();
  fail_unless (configure (RAW));
  fail_unless (warned ());
  fail_unless_equals_uint64 (
      gst_dmabuf_src_camera_get_duration (&camera), GST_SECOND / 25);

  driver.get_parm_errno = ENOTTY;
  fail_unless (configure (RAW));
  fail_if (warned ());
  fail_unless_equals_uint64 (
      gst_dmabuf_src_camera_get_duration (&camera), GST_SECOND / 30);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (units_of_a_device_are_no_other_rate)
{
  play (V4L2_PIX_FMT_YUYV);
  driver.interval = (struct v4l2_fract) { 333333, 10000000 };
  plug ();
  fail_unless (configure (RAW));
  fail_if (warned ());
  unplug ();
}
GST_END_TEST;

static void
play_range (void)
{
  play (V4L2_PIX_FMT_YUYV);
  driver.sizes[0] = (struct v4l2_frmsizeenum) {
    .type = V4L2_FRMSIZE_TYPE_STEPWISE,
    .stepwise = { 16, 16384, 16, 16, 16384, 16 },
  };
}

GST_START_TEST (rates_of_a_range_are_asked_for_once_the_size_is_known)
{
  play_range ();
  plug ();
  assert_offered ("video/x-raw", TRUE);
  fail_unless_equals_int (driver.n_rates, 0);
  assert_offered (RAW, TRUE);
  fail_unless_equals_int (driver.n_rates, 2);
  fail_unless_equals_int (driver.asked_rates.width, 640);
  fail_unless_equals_int (driver.asked_rates.height, 480);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (sizes_between_the_steps_are_not_offered)
{
  play_range ();
  plug ();
  assert_offered ("video/x-raw,width=640,height=480", TRUE);
  assert_offered ("video/x-raw,width=641,height=480", FALSE);
  unplug ();
}
GST_END_TEST;

GST_START_TEST (a_range_of_one_rate_is_that_rate)
{
  play (V4L2_PIX_FMT_YUYV);
  driver.rates = (struct v4l2_frmival_stepwise) { { 1, 50 }, { 1, 50 },
    { 1, 50 } };
  plug ();
  assert_offered ("video/x-raw,framerate=50/1", TRUE);
  assert_offered ("video/x-raw,framerate=30/1", FALSE);
  unplug ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (jpeg_is_bytes),
    RUNNER_TEST (coded_video_may_have_any_fields),
    RUNNER_TEST (two_codes_of_the_same_are_offered_once),
    RUNNER_TEST (a_mosaic_with_padded_lines_is_not_delivered),
    RUNNER_TEST (fields_that_caps_cannot_tell_of_are_not_offered),
    RUNNER_TEST (who_has_only_fields_offers_only_these),
    RUNNER_TEST (who_can_do_all_offers_all),
    RUNNER_TEST (a_progressive_driver_is_asked_once_for_its_fields),
    RUNNER_TEST (nothing_is_asked_of_formats_that_nobody_takes),
    RUNNER_TEST (nothing_is_asked_of_sizes_that_nobody_takes),
    RUNNER_TEST (colours_are_not_asked_for_without_the_capability),
    RUNNER_TEST (colours_that_are_there_are_not_asked_for),
    RUNNER_TEST (who_promises_to_convert_and_does_not_is_not_believed),
    RUNNER_TEST (strides_of_downstream_are_taken),
    RUNNER_TEST (strides_that_cannot_be_leave_the_drivers_own),
    RUNNER_TEST (a_layout_of_something_else_is_not_asked_for),
    RUNNER_TEST (a_busy_driver_keeps_its_strides),
    RUNNER_TEST (a_picture_that_grew_with_the_buffer_is_put_back),
    RUNNER_TEST (a_picture_that_stays_grown_is_not_had),
    RUNNER_TEST (a_picture_of_more_of_the_source_is_not_had),
    RUNNER_TEST (without_composing_the_format_is_left_alone),
    RUNNER_TEST (a_size_is_as_many_lines),
    RUNNER_TEST (another_rate_is_warned_of_and_believed),
    RUNNER_TEST (a_rate_that_cannot_be_set_is_asked_for),
    RUNNER_TEST (units_of_a_device_are_no_other_rate),
    RUNNER_TEST (rates_of_a_range_are_asked_for_once_the_size_is_known),
    RUNNER_TEST (sizes_between_the_steps_are_not_offered),
    RUNNER_TEST (a_range_of_one_rate_is_that_rate))
