/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/negotiated.h"
#include "../helpers/runner.h"

#include <gst/video/video.h>

/* What is chosen where downstream leaves it open, of a camera with a list of
 * sizes, each with a list of rates. */

static void
assert_chosen (const char *demand, gint width, gint height, gint n, gint d)
{
  g_autoptr (GstCaps) caps = negotiated_caps ("dmabufsrc", demand);
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  gint w, h, got_n, got_d;

  fail_unless (gst_structure_get_int (s, "width", &w));
  fail_unless (gst_structure_get_int (s, "height", &h));
  fail_unless (gst_structure_get_fraction (s, "framerate", &got_n, &got_d));
  fail_unless_equals_int (w, width);
  fail_unless_equals_int (h, height);
  fail_unless_equals_int (got_n, n);
  fail_unless_equals_int (got_d, d);
}

/* It has 120 frames a second of smaller ones. */
GST_START_TEST (the_largest_picture_wins_though_it_is_slow)
{
  assert_chosen ("video/x-raw", 3840, 2160, 15, 1);
}
GST_END_TEST;

GST_START_TEST (the_fastest_rate_of_a_size_is_taken)
{
  assert_chosen ("video/x-raw,width=640,height=480", 640, 480, 120, 1);
}
GST_END_TEST;

GST_START_TEST (a_rate_leaves_the_sizes_that_have_it)
{
  assert_chosen ("video/x-raw,framerate=60/1,height=[1,720]", 1280, 720, 60, 1);
}
GST_END_TEST;

GST_START_TEST (a_limit_leaves_the_largest_below_it)
{
  assert_chosen (
      "video/x-raw,width=[1,1279],height=[1,720],framerate=[0/1,25/1]", 640,
      480, 25, 1);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (the_largest_picture_wins_though_it_is_slow),
    RUNNER_TEST (the_fastest_rate_of_a_size_is_taken),
    RUNNER_TEST (a_rate_leaves_the_sizes_that_have_it),
    RUNNER_TEST (a_limit_leaves_the_largest_below_it))
