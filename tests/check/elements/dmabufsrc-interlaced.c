/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/negotiated.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <gst/video/video.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* vivid as a television tuner: standards, fields, pixels that are not square.
 */

#define INTERLEAVED "video/x-raw,format=YUY2"
#define ALTERNATE "video/x-raw(format:Interlaced),format=YUY2"

static void
set_standard (v4l2_std_id standard)
{
  int fd = vivid_open ();

  fail_unless_equals_int (ioctl (fd, VIDIOC_S_STD, &standard), 0);
  close (fd);
}

static void
assert_string (const GstCaps *caps, const char *field, const char *value)
{
  fail_unless_equals_string (
      gst_structure_get_string (gst_caps_get_structure (caps, 0), field),
      value);
}

static void
assert_fraction (const GstCaps *caps, const char *field, gint n, gint d)
{
  gint got_n, got_d;

  fail_unless (gst_structure_get_fraction (
      gst_caps_get_structure (caps, 0), field, &got_n, &got_d));
  fail_unless_equals_int (got_n, n);
  fail_unless_equals_int (got_d, d);
}

static void
assert_size (const GstCaps *caps, gint width, gint height)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  gint w, h;

  fail_unless (gst_structure_get_int (s, "width", &w));
  fail_unless (gst_structure_get_int (s, "height", &h));
  fail_unless_equals_int (w, width);
  fail_unless_equals_int (h, height);
}

GST_START_TEST (both_fields_in_a_frame_are_interleaved)
{
  g_autoptr (GstCaps) caps = NULL;
  struct v4l2_format format;

  set_standard (V4L2_STD_PAL_BG | V4L2_STD_PAL_H);
  caps = negotiated_caps ("dmabufsrc", INTERLEAVED);
  assert_string (caps, "interlace-mode", "interleaved");
  assert_string (caps, "field-order", "top-field-first");
  assert_size (caps, 720, 576);
  assert_fraction (caps, "framerate", 25, 1);
  vivid_get_format (&format);
  fail_unless_equals_int (format.fmt.pix.field, V4L2_FIELD_INTERLACED);
}
GST_END_TEST;

GST_START_TEST (with_525_lines_the_bottom_field_is_first)
{
  g_autoptr (GstCaps) caps = NULL;

  set_standard (V4L2_STD_NTSC_M);
  caps = negotiated_caps ("dmabufsrc", INTERLEAVED);
  assert_string (caps, "field-order", "bottom-field-first");
  assert_size (caps, 720, 480);
  assert_fraction (caps, "framerate", 30000, 1001);
}
GST_END_TEST;

GST_START_TEST (the_other_field_order_is_asked_for_by_name)
{
  g_autoptr (GstCaps) caps = NULL;
  struct v4l2_format format;

  set_standard (V4L2_STD_PAL_BG | V4L2_STD_PAL_H);
  caps = negotiated_caps (
      "dmabufsrc", INTERLEAVED ",field-order=bottom-field-first");
  assert_string (caps, "field-order", "bottom-field-first");
  vivid_get_format (&format);
  fail_unless_equals_int (format.fmt.pix.field, V4L2_FIELD_INTERLACED_BT);
}
GST_END_TEST;

/* For deinterlacers that are told nothing by the caps. */
static GstPadProbeReturn
count_top_first (GstPad *pad, GstPadProbeInfo *info, gpointer count)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  (void) pad;
  runner_require (
      GST_BUFFER_FLAG_IS_SET (buffer, GST_VIDEO_BUFFER_FLAG_INTERLACED), "%s",
      "not interlaced");
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_VIDEO_BUFFER_FLAG_TFF))
    g_atomic_int_inc ((gint *) count);
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (each_frame_says_which_field_is_first)
{
  gint top_first = 0;

  set_standard (V4L2_STD_PAL_BG | V4L2_STD_PAL_H);
  gst_caps_unref (negotiated_frames (
      "dmabufsrc", INTERLEAVED, 4, count_top_first, &top_first));
  fail_unless_equals_int (top_first, 4);

  top_first = 0;
  set_standard (V4L2_STD_NTSC_M);
  gst_caps_unref (negotiated_frames (
      "dmabufsrc", INTERLEAVED, 4, count_top_first, &top_first));
  fail_unless_equals_int (top_first, 0);
}
GST_END_TEST;

GST_START_TEST (a_buffer_for_each_field_is_alternate)
{
  g_autoptr (GstCaps) caps = NULL;
  struct v4l2_format format;
  GstVideoInfo info;

  set_standard (V4L2_STD_PAL_BG | V4L2_STD_PAL_H);
  caps = negotiated_caps ("dmabufsrc", ALTERNATE);
  assert_string (caps, "interlace-mode", "alternate");
  assert_size (caps, 720, 576); /* of the frame */
  assert_fraction (caps, "framerate", 25, 1);
  fail_unless (gst_video_info_from_caps (&info, caps));
  vivid_get_format (&format);
  fail_unless_equals_int (format.fmt.pix.field, V4L2_FIELD_ALTERNATE);
  fail_unless_equals_int (
      format.fmt.pix.height, GST_VIDEO_INFO_FIELD_HEIGHT (&info));
}
GST_END_TEST;

struct fields {
  guint n_top;
  guint n_bottom;
  guint repeated;
  guint flags;
  GstVideoInfo info;
};

static GstPadProbeReturn
look_at_field (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  guint flags = GST_BUFFER_FLAGS (buffer) & GST_VIDEO_BUFFER_FLAG_TOP_FIELD;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  struct fields *fields = data;
  GstVideoFrame frame;

  runner_require (gst_video_info_from_caps (&fields->info, caps), "%s", "caps");
  if (flags == GST_VIDEO_BUFFER_FLAG_TOP_FIELD)
    fields->n_top++;
  if (flags == GST_VIDEO_BUFFER_FLAG_BOTTOM_FIELD)
    fields->n_bottom++;
  if (flags == fields->flags)
    fields->repeated++;
  fields->flags = flags;

  runner_require (
      GST_BUFFER_DURATION (buffer) == 20 * GST_MSECOND, "%s", "duration");
  runner_require (
      gst_video_frame_map (&frame, &fields->info, buffer, GST_MAP_READ), "%s",
      "a field cannot be mapped");
  runner_require (
      GST_VIDEO_FRAME_COMP_HEIGHT (&frame, 0) == 288, "%s", "lines of a field");
  gst_video_frame_unmap (&frame);
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (each_field_says_which_it_is)
{
  struct fields fields = { 0 };

  set_standard (V4L2_STD_PAL_BG | V4L2_STD_PAL_H);
  gst_caps_unref (
      negotiated_frames ("dmabufsrc", ALTERNATE, 8, look_at_field, &fields));
  fail_unless_equals_int (fields.n_top, 4);
  fail_unless_equals_int (fields.n_bottom, 4);
  fail_unless_equals_int (fields.repeated, 0);
}
GST_END_TEST;

GST_START_TEST (fields_are_dmabufs_too)
{
  g_autoptr (GstCaps) caps = negotiated_caps (
      "dmabufsrc", "video/x-raw(memory:DMABuf,format:Interlaced)");

  assert_string (caps, "interlace-mode", "alternate");
}
GST_END_TEST;

/* Memory of half a frame. */
GST_START_TEST (fields_go_into_memory_of_the_process)
{
  static const char *const formats[] = { "YUY2", "NV12", "I420" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autofree char *text = g_strdup_printf (
        "video/x-raw(format:Interlaced),format=%s", formats[i]);
    struct fields fields = { 0 };

    gst_caps_unref (negotiated_frames (
        "dmabufsrc io-mode=userptr", text, 8, look_at_field, &fields));
    fail_unless_equals_int (fields.n_top, 4);
    fail_unless_equals_int (fields.n_bottom, 4);
  }
}
GST_END_TEST;

/* Nobody who does not ask for fields gets some. */
GST_START_TEST (frames_come_before_fields)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc num-buffers=2 ! fakesink name=sink");
  GstElement *sink = pipeline_get (pipeline, "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstCaps) caps = NULL;

  pipeline_run (pipeline);
  caps = gst_pad_get_current_caps (pad);
  assert_string (caps, "interlace-mode", "interleaved");
  gst_object_unref (sink);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (what_is_interlaced_is_not_offered_as_progressive)
{
  g_autoptr (GstCaps) caps = negotiated_query (
      "dmabufsrc", INTERLEAVED ",interlace-mode=progressive");

  fail_unless (gst_caps_is_empty (caps));
}
GST_END_TEST;

GST_START_TEST (all_ways_are_in_the_template)
{
  g_autoptr (GstCaps) caps = negotiated_query ("dmabufsrc", NULL);
  GstElement *src = gst_element_factory_make ("dmabufsrc", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  g_autoptr (GstCaps) template = gst_pad_get_pad_template_caps (pad);
  g_autoptr (GstCaps) alternate = gst_caps_from_string (ALTERNATE);

  fail_unless (gst_caps_can_intersect (caps, alternate));
  fail_unless (gst_caps_is_subset (caps, template));
  gst_object_unref (src);
}
GST_END_TEST;

/* BT.601: 59:54 with 625 lines, 10:11 with 525. */
GST_START_TEST (the_shape_of_pixels_is_told)
{
  g_autoptr (GstCaps) pal = NULL, ntsc = NULL;

  set_standard (V4L2_STD_PAL_BG | V4L2_STD_PAL_H);
  pal = negotiated_caps ("dmabufsrc", INTERLEAVED);
  assert_fraction (pal, "pixel-aspect-ratio", 59, 54);
  set_standard (V4L2_STD_NTSC_M);
  ntsc = negotiated_caps ("dmabufsrc", INTERLEAVED);
  assert_fraction (ntsc, "pixel-aspect-ratio", 10, 11);
}
GST_END_TEST;

GST_START_TEST (a_picture_made_narrower_has_wider_pixels)
{
  g_autoptr (GstCaps) caps = NULL;

  set_standard (V4L2_STD_PAL_BG | V4L2_STD_PAL_H);
  caps = negotiated_caps ("dmabufsrc", INTERLEAVED ",width=360,height=576");
  assert_fraction (caps, "pixel-aspect-ratio", 59, 27);
}
GST_END_TEST;

GST_START_TEST (pixels_of_another_shape_are_no_common_caps)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc ! video/x-raw,pixel-aspect-ratio=1/1 ! fakesink");
  GError *error = pipeline_run_to_error (pipeline, NULL);

  fail_unless (
      g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT), "%s",
      error->message);
  g_error_free (error);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (both_fields_in_a_frame_are_interleaved),
    RUNNER_TEST (with_525_lines_the_bottom_field_is_first),
    RUNNER_TEST (the_other_field_order_is_asked_for_by_name),
    RUNNER_TEST (each_frame_says_which_field_is_first),
    RUNNER_TEST (a_buffer_for_each_field_is_alternate),
    RUNNER_TEST (each_field_says_which_it_is),
    RUNNER_TEST (fields_are_dmabufs_too),
    RUNNER_TEST (fields_go_into_memory_of_the_process),
    RUNNER_TEST (frames_come_before_fields),
    RUNNER_TEST (what_is_interlaced_is_not_offered_as_progressive),
    RUNNER_TEST (all_ways_are_in_the_template),
    RUNNER_TEST (the_shape_of_pixels_is_told),
    RUNNER_TEST (a_picture_made_narrower_has_wider_pixels),
    RUNNER_TEST (pixels_of_another_shape_are_no_common_caps))
