/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/negotiated.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <gst/allocators/allocators.h>
#include <gst/video/video.h>

/* The mosaics of sensors, which vivid delivers; of compressed formats it has
 * none. */

static GstPadProbeReturn
is_size (GstPad *pad, GstPadProbeInfo *info, gpointer size)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  (void) pad;
  runner_require (gst_buffer_get_size (buffer) == GPOINTER_TO_SIZE (size),
      "%" G_GSIZE_FORMAT " bytes", gst_buffer_get_size (buffer));
  runner_require (
      gst_buffer_get_video_meta (buffer) == NULL, "%s", "bytes have no planes");
  runner_require (gst_is_dmabuf_memory (gst_buffer_peek_memory (buffer, 0)),
      "%s", "no dma-buf");
  return GST_PAD_PROBE_OK;
}

static void
assert_delivered (const char *format, guint32 fourcc, gsize pixel)
{
  g_autofree char *text = g_strdup_printf (
      "video/x-bayer,format=%s,width=640,height=480", format);
  g_autoptr (GstCaps)
      caps = negotiated_frames ("dmabufsrc io-mode=dmabuf-export", text, 3,
          is_size, GSIZE_TO_POINTER (640 * 480 * pixel));
  struct v4l2_format now;

  fail_unless_equals_string (
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "format"),
      format);
  vivid_get_format (&now);
  fail_unless_equals_int_hex (now.fmt.pix.pixelformat, fourcc);
}

GST_START_TEST (mosaics_of_eight_bits_are_delivered)
{
  assert_delivered ("bggr", V4L2_PIX_FMT_SBGGR8, 1);
  assert_delivered ("gbrg", V4L2_PIX_FMT_SGBRG8, 1);
  assert_delivered ("grbg", V4L2_PIX_FMT_SGRBG8, 1);
  assert_delivered ("rggb", V4L2_PIX_FMT_SRGGB8, 1);
}
GST_END_TEST;

GST_START_TEST (mosaics_of_more_bits_are_delivered)
{
  assert_delivered ("rggb10le", V4L2_PIX_FMT_SRGGB10, 2);
  assert_delivered ("bggr12le", V4L2_PIX_FMT_SBGGR12, 2);
  assert_delivered ("grbg16le", V4L2_PIX_FMT_SGRBG16, 2);
}
GST_END_TEST;

GST_START_TEST (raw_video_comes_first)
{
  g_autoptr (GstCaps) caps = negotiated_query ("dmabufsrc", NULL);
  gboolean coded = FALSE;

  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    gboolean raw = gst_structure_has_name (
        gst_caps_get_structure (caps, i), "video/x-raw");

    fail_if (coded && raw);
    coded = !raw;
  }
  fail_unless (coded);
}
GST_END_TEST;

/* However much larger its picture is. */
GST_START_TEST (who_takes_anything_gets_raw_video)
{
  g_autoptr (GstCaps) caps = negotiated_caps (
      "dmabufsrc", "video/x-raw,width=640,height=360;video/x-bayer,width=1920");

  fail_unless (
      gst_structure_has_name (gst_caps_get_structure (caps, 0), "video/x-raw"));
}
GST_END_TEST;

GST_START_TEST (compressed_formats_are_in_the_template)
{
  GstElement *src = gst_element_factory_make ("dmabufsrc", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  g_autoptr (GstCaps) template = gst_pad_get_pad_template_caps (pad);
  static const char *const names[] = { "image/jpeg", "video/x-h264",
    "video/x-h265", "video/x-vp8", "video/x-vp9", "video/x-av1", "video/mpeg",
    "video/x-h263", "video/x-fwht" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GstCaps) one = gst_caps_new_empty_simple (names[i]);

    fail_unless (gst_caps_can_intersect (template, one), "%s", names[i]);
  }
  gst_object_unref (src);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (mosaics_of_eight_bits_are_delivered),
    RUNNER_TEST (mosaics_of_more_bits_are_delivered),
    RUNNER_TEST (raw_video_comes_first),
    RUNNER_TEST (who_takes_anything_gets_raw_video),
    RUNNER_TEST (compressed_formats_are_in_the_template))
