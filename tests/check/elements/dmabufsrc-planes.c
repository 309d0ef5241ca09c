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

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (each_plane_is_exported),
    RUNNER_TEST (each_plane_is_imported),
    RUNNER_TEST (each_plane_has_its_pages), RUNNER_TEST (each_plane_is_mapped))
