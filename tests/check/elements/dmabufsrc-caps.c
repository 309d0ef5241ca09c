/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include "gst-libs/allocators/gstzcformat.h"

#include <gst/video/video.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The element's caps against what the driver answers to the very ioctls,
 * asked for here once more. */
static GstElement *src;
static int fd;

static void
set_up (void)
{
  src = gst_element_factory_make ("dmabufsrc", NULL);
  fail_unless_equals_int (
      gst_element_set_state (src, GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
  fd = vivid_open ();
}

static void
tear_down (void)
{
  close (fd);
  gst_element_set_state (src, GST_STATE_NULL);
  gst_object_unref (src);
}

static GstCaps *
query (const char *filter_text)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  g_autoptr (GstCaps) filter = filter_text ? gst_caps_from_string (filter_text)
                                           : NULL;

  return gst_pad_query_caps (pad, filter);
}

/* The format of the driver's entry INDEX; FALSE after the last. */
static gboolean
driver_format (guint index, GstVideoFormat *format, guint32 *fourcc)
{
  struct v4l2_fmtdesc desc = { .index = index,
    .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };

  if (ioctl (fd, VIDIOC_ENUM_FMT, &desc) < 0)
    return FALSE;
  *fourcc = desc.pixelformat;
  *format = gst_zc_format_from_v4l2 (desc.pixelformat);
  return TRUE;
}

static gboolean
offers (GstCaps *caps, const char *text)
{
  g_autoptr (GstCaps) one = gst_caps_from_string (text);

  return gst_caps_can_intersect (caps, one);
}

GST_START_TEST (every_known_format_of_the_driver_is_offered)
{
  g_autoptr (GstCaps) caps = NULL;
  GstVideoFormat format;
  guint32 fourcc;
  guint n = 0;

  set_up ();
  caps = query (NULL);
  for (guint i = 0; driver_format (i, &format, &fourcc); i++) {
    guint32 drm = gst_video_dma_drm_fourcc_from_format (format);
    g_autofree char *text = NULL;

    if (format == GST_VIDEO_FORMAT_UNKNOWN)
      continue;
    text = g_strdup_printf (
        "video/x-raw,format=%s", gst_video_format_to_string (format));
    fail_unless (offers (caps, text), "%s", text);
    n++;
    if (drm) {
      g_autofree char *name = gst_video_dma_drm_fourcc_to_string (drm, 0);
      g_autofree char *dmabuf = g_strdup_printf (
          "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=\"%s\"", name);

      fail_unless (offers (caps, dmabuf), "%s", dmabuf);
    }
  }
  fail_unless (n > 10, "%u", n);
  tear_down ();
}
GST_END_TEST;

static gboolean
driver_has (GstVideoFormat wanted)
{
  GstVideoFormat format;
  guint32 fourcc;

  for (guint i = 0; driver_format (i, &format, &fourcc); i++)
    if (format == wanted)
      return TRUE;
  return FALSE;
}

GST_START_TEST (nothing_else_is_offered)
{
  g_autoptr (GstCaps) caps = NULL;

  set_up ();
  caps = query (NULL);
  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    const GstStructure *s = gst_caps_get_structure (caps, i);
    const char *name = gst_structure_get_string (s, "format");
    GstVideoFormat format = gst_video_format_from_string (name);
    guint64 modifier;

    if (format == GST_VIDEO_FORMAT_DMA_DRM)
      format = gst_video_dma_drm_fourcc_to_format (
          gst_video_dma_drm_fourcc_from_string (
              gst_structure_get_string (s, "drm-format"), &modifier));
    fail_unless (driver_has (format), "%s", name);
  }
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (dmabufs_come_first)
{
  g_autoptr (GstCaps) caps = NULL;
  gboolean system_seen = FALSE;

  set_up ();
  caps = query (NULL);
  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    gboolean system = gst_caps_features_is_equal (
        gst_caps_get_features (caps, i),
        GST_CAPS_FEATURES_MEMORY_SYSTEM_MEMORY);

    fail_if (system_seen && !system);
    system_seen = system;
  }
  fail_unless (system_seen);
  tear_down ();
}
GST_END_TEST;

static guint
count_sizes (GstCaps *caps)
{
  guint n = 0;

  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    const GstStructure *s = gst_caps_get_structure (caps, i);
    gint width, height;

    fail_unless (gst_structure_get_int (s, "width", &width));
    fail_unless (gst_structure_get_int (s, "height", &height));
    n++;
  }
  return n;
}

GST_START_TEST (sizes_are_those_of_the_driver)
{
  g_autoptr (GstCaps) caps = NULL;
  struct v4l2_frmsizeenum size = { .pixel_format = V4L2_PIX_FMT_XBGR32 };

  set_up ();
  caps = query ("video/x-raw,format=BGRx");
  for (; ioctl (fd, VIDIOC_ENUM_FRAMESIZES, &size) == 0; size.index++) {
    g_autofree char *text = g_strdup_printf ("video/x-raw,width=%u,height=%u",
        size.discrete.width, size.discrete.height);

    fail_unless_equals_int (size.type, V4L2_FRMSIZE_TYPE_DISCRETE);
    fail_unless (offers (caps, text), "%s", text);
  }
  fail_unless (size.index > 1);
  fail_unless_equals_int (count_sizes (caps), size.index);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (rates_are_those_of_the_driver)
{
  struct v4l2_frmivalenum interval = {
    .pixel_format = V4L2_PIX_FMT_XBGR32, .width = 640, .height = 480
  };
  g_autoptr (GstCaps) caps = NULL;
  const GValue *rates;

  set_up ();
  caps = query ("video/x-raw,format=BGRx,width=640,height=480");
  fail_unless_equals_int (gst_caps_get_size (caps), 1);
  for (; ioctl (fd, VIDIOC_ENUM_FRAMEINTERVALS, &interval) == 0;
      interval.index++) {
    g_autofree char *text = g_strdup_printf ("video/x-raw,framerate=%u/%u",
        interval.discrete.denominator, interval.discrete.numerator);

    fail_unless (offers (caps, text), "%s", text);
  }
  rates = gst_structure_get_value (
      gst_caps_get_structure (caps, 0), "framerate");
  fail_unless (interval.index > 1);
  fail_unless_equals_int (gst_value_list_get_size (rates), interval.index);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_closed_device_offers_its_template)
{
  GstElement *closed = gst_element_factory_make ("dmabufsrc", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (closed, "src");
  g_autoptr (GstCaps) caps = gst_pad_query_caps (pad, NULL);
  g_autoptr (GstCaps) template = gst_pad_get_pad_template_caps (pad);

  fail_unless (gst_caps_is_equal (caps, template));
  gst_object_unref (closed);
}
GST_END_TEST;

GST_START_TEST (all_that_is_offered_is_in_the_template)
{
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstCaps) caps = NULL, template = NULL;

  set_up ();
  caps = query (NULL);
  pad = gst_element_get_static_pad (src, "src");
  template = gst_pad_get_pad_template_caps (pad);
  fail_unless (gst_caps_is_subset (caps, template));
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (every_known_format_of_the_driver_is_offered),
    RUNNER_TEST (nothing_else_is_offered), RUNNER_TEST (dmabufs_come_first),
    RUNNER_TEST (sizes_are_those_of_the_driver),
    RUNNER_TEST (rates_are_those_of_the_driver),
    RUNNER_TEST (a_closed_device_offers_its_template),
    RUNNER_TEST (all_that_is_offered_is_in_the_template))
