/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

/* Pictures whose lines libgstvideo makes longer than the driver would, of
 * vivid's HDMI, which scales to any size. Who knows no GstVideoMeta (fakesink)
 * needs libgstvideo's. */

static void
assert_no_copies (const char *format)
{
  g_autofree gchar *text = g_strdup_printf (
      "dmabufsrc name=src num-buffers=3 ! "
      "video/x-raw,format=%s,width=1918,height=270 ! fakesink",
      format);
  GstElement *pipeline = pipeline_new (text);

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_eos (pipeline);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "src", "copies"), 0);
  pipeline_free (pipeline);
}

GST_START_TEST (odd_lines_of_two_planes_need_no_copy)
{
  assert_no_copies ("NV12");
}
GST_END_TEST;

/* vivid itself would make lines of chroma of 959 bytes; where it scales
 * 1920x1080 down to such, it never comes back from STREAMON. */
GST_START_TEST (odd_lines_of_three_planes_need_no_copy)
{
  assert_no_copies ("I420");
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (odd_lines_of_two_planes_need_no_copy),
    RUNNER_TEST (odd_lines_of_three_planes_need_no_copy))
