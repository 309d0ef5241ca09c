/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "../helpers/source.h"
#include "../helpers/vivid.h"

#include <gst/video/video.h>

/* A format that vivid has with a memory for each plane only. */

/* White on the left, which has no colour, and yellow, which has little blue. */
static void
assert_bars (GstBuffer *buffer)
{
  GstVideoFrame frame;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_Y444, 640, 480);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  for (guint y = 0; y < 480; y += 60) {
    const guint8 *line[3];

    for (guint i = 0; i < 3; i++)
      line[i] = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, i) +
                y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, i);
    fail_unless (line[0][40] > 230 && ABS (line[1][40] - 128) < 3 &&
                     ABS (line[2][40] - 128) < 3,
        "line %u: %u %u %u", y, line[0][40], line[1][40], line[2][40]);
    fail_unless (line[0][120] > 190 && line[1][120] < 40, "line %u: %u %u", y,
        line[0][120], line[1][120]);
  }
  gst_video_frame_unmap (&frame);
}

static void
assert_way (const char *mode)
{
  struct v4l2_format format;
  GstHarness *harness;

  source_offer.with_meta = TRUE;
  harness = source_play (mode, "video/x-raw,format=Y444" SOURCE_SIZE);
  for (guint i = 0; i < 10; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);

    fail_unless_equals_int (gst_buffer_n_memory (buffer), 3);
    assert_bars (buffer);
    gst_buffer_unref (buffer);
  }
  vivid_get_format (&format);
  fail_unless_equals_int (format.fmt.pix_mp.num_planes, 3);
  source_assert_path (harness, mode);
  source_end (harness);
}

GST_START_TEST (each_plane_is_exported)
{
  assert_way ("dmabuf-export");
}
GST_END_TEST;

GST_START_TEST (each_plane_is_imported)
{
  assert_way ("dmabuf-import");
}
GST_END_TEST;

GST_START_TEST (each_plane_has_its_pages)
{
  assert_way ("userptr");
}
GST_END_TEST;

GST_START_TEST (each_plane_is_mapped)
{
  assert_way ("mmap");
}
GST_END_TEST;

/* Lines below the picture are nothing to ask the driver for, where no plane is
 * behind them. */
GST_START_TEST (downstreams_planes_may_have_more_lines)
{
  const GstZcConstraints constraints = {
    .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES,
    .min_size = { 640 * 496, 640 * 496, 640 * 496 },
  };
  const char *raw = "video/x-raw,format=Y444" SOURCE_SIZE;
  g_autoptr (GstZcHeap) heap = gst_zc_heap_choose (
      1 << 20, GST_ZC_HEAP_DMABUF, GST_MAP_READWRITE, NULL, NULL, NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string (raw);
  GstHarness *harness;

  source_offer = (struct source_offer) {
    gst_zc_pool_new_for_caps (heap, caps, &constraints, 2, 0, NULL), 2, 0, TRUE
  };
  harness = source_play ("auto", raw);
  for (guint i = 0; i < 5; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);
    gsize size = gst_memory_get_sizes (
        gst_buffer_peek_memory (buffer, 0), NULL, NULL);

    fail_unless (size >= 640 * 480);
    fail_unless (buffer->pool == source_offer.pool);
    assert_bars (buffer);
    gst_buffer_unref (buffer);
  }
  source_assert_path (harness, "dmabuf-import");
  source_end (harness);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (each_plane_is_exported),
    RUNNER_TEST (each_plane_is_imported),
    RUNNER_TEST (each_plane_has_its_pages), RUNNER_TEST (each_plane_is_mapped),
    RUNNER_TEST (downstreams_planes_may_have_more_lines))
