/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst/dmabufsink/latency.h"

GST_START_TEST (nothing_measured_is_no_time)
{
  LatencyHistogram histogram = { 0 };

  fail_unless (
      latency_histogram_percentile (&histogram, 50) == GST_CLOCK_TIME_NONE);
}
GST_END_TEST;

/* The answer is the upper bound of a bin: never less than the truth, and at
 * most a bin more. */
static void
assert_about (GstClockTime answer, GstClockTime truth)
{
  fail_unless (answer >= truth && answer <= truth + LATENCY_BIN,
      "%" G_GUINT64_FORMAT " is not about %" G_GUINT64_FORMAT, answer, truth);
}

GST_START_TEST (one_value_is_every_percentile)
{
  LatencyHistogram histogram = { 0 };

  latency_histogram_add (&histogram, 5 * GST_MSECOND);
  for (guint percent = 1; percent <= 100; percent++)
    assert_about (
        latency_histogram_percentile (&histogram, percent), 5 * GST_MSECOND);
}
GST_END_TEST;

GST_START_TEST (percentiles_of_one_to_hundred)
{
  LatencyHistogram histogram = { 0 };

  for (guint i = 100; i > 0; i--)
    latency_histogram_add (&histogram, i * GST_MSECOND);
  assert_about (
      latency_histogram_percentile (&histogram, 50), 50 * GST_MSECOND);
  assert_about (
      latency_histogram_percentile (&histogram, 99), 99 * GST_MSECOND);
  assert_about (
      latency_histogram_percentile (&histogram, 100), 100 * GST_MSECOND);
}
GST_END_TEST;

GST_START_TEST (one_outlier_does_not_move_the_median)
{
  LatencyHistogram histogram = { 0 };

  for (guint i = 0; i < 99; i++)
    latency_histogram_add (&histogram, GST_MSECOND);
  latency_histogram_add (&histogram, 100 * GST_MSECOND);
  assert_about (latency_histogram_percentile (&histogram, 50), GST_MSECOND);
  assert_about (latency_histogram_percentile (&histogram, 99), GST_MSECOND);
  assert_about (
      latency_histogram_percentile (&histogram, 100), 100 * GST_MSECOND);
}
GST_END_TEST;

GST_START_TEST (what_is_too_long_counts_as_the_longest)
{
  LatencyHistogram histogram = { 0 };

  latency_histogram_add (&histogram, GST_CLOCK_TIME_NONE - 1);
  fail_unless (latency_histogram_percentile (&histogram, 50) ==
               LATENCY_BINS * LATENCY_BIN);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (nothing_measured_is_no_time),
    RUNNER_TEST (one_value_is_every_percentile),
    RUNNER_TEST (percentiles_of_one_to_hundred),
    RUNNER_TEST (one_outlier_does_not_move_the_median),
    RUNNER_TEST (what_is_too_long_counts_as_the_longest))
