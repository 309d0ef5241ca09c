/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/crc.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#define WIDTH 640
#define HEIGHT 480
#define CAPTURE                                                \
  "dmabufsrc name=src num-buffers=60 ! "                       \
  "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=XR24," \
  "width=640,height=480,framerate=30/1 ! "

/* What was captured, by the CPU's eyes, and what the display scanned out. */
static struct {
  GArray *captured; /* CRCs */
  struct crc_reader *reader;
  gboolean paced;
} proof;

static guint32
last_captured (void)
{
  return g_array_index (proof.captured, guint32, proof.captured->len - 1);
}

static GstPadProbeReturn
look (GstPad *pad, GstPadProbeInfo *probe, gpointer data)
{
  GstVideoInfo info;
  guint32 crc;

  (void) pad;
  (void) data;
  if (proof.paced && proof.captured->len > 0)
    runner_require (crc_reader_wait_for (proof.reader, last_captured ()),
        "frame %u was not shown", proof.captured->len - 1);

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_BGRx, WIDTH, HEIGHT);
  crc = crc_of_buffer (GST_PAD_PROBE_INFO_BUFFER (probe), &info, WIDTH, HEIGHT);
  g_array_append_val (proof.captured, crc);
  return GST_PAD_PROBE_OK;
}

static GstElement *
run (gboolean paced)
{
  GstElement *pipeline = pipeline_new (paced ? CAPTURE
                                           "dmabufsink name=sink sync=false"
                                             : CAPTURE "dmabufsink name=sink");

  proof.captured = g_array_new (FALSE, FALSE, sizeof (guint32));
  proof.paced = paced;
  pipeline_probe (pipeline, "sink", look, NULL);
  proof.reader = crc_reader_start ();
  pipeline_run (pipeline);
  return pipeline;
}

static void
clean_up (GstElement *pipeline)
{
  pipeline_free (pipeline);
  crc_reader_stop (proof.reader);
  g_array_unref (proof.captured);
}

/* Walks through both in step: every picture on the screen must be one that
 * was captured, in the order of capture. Returns how many were shown. */
static guint
assert_only_captured_frames (void)
{
  g_autoptr (GArray) shown = crc_reader_get (proof.reader);
  guint32 black = crc_of_black (WIDTH, HEIGHT);
  guint n_shown = 0, next = 0;

  for (guint i = 0; i < shown->len; i++) {
    guint32 crc = g_array_index (shown, guint32, i);

    /* the display may be lit before the first frame comes */
    if (n_shown == 0 && crc == black)
      continue;
    while (next < proof.captured->len &&
           g_array_index (proof.captured, guint32, next) != crc)
      next++;
    fail_unless (next < proof.captured->len,
        "picture %u on the screen was never captured, or out of order", i);
    n_shown++;
  }
  return n_shown;
}

static void
assert_all_different (void)
{
  for (guint i = 0; i < proof.captured->len; i++)
    for (guint j = 0; j < i; j++)
      fail_if (g_array_index (proof.captured, guint32, i) ==
                   g_array_index (proof.captured, guint32, j),
          "frames %u and %u look the same: nothing would be proved", j, i);
}

/* The next frame is let go only when the display has shown the last one, and
 * none is late: so none can be left out. */
GST_START_TEST (every_frame_is_scanned_out_unchanged)
{
  GstElement *pipeline = run (TRUE);

  fail_unless_equals_int (proof.captured->len, 60);
  assert_all_different ();
  fail_unless (crc_reader_wait_for (proof.reader, last_captured ()));
  fail_unless_equals_int (assert_only_captured_frames (), 60);
  pipeline_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "sink", "frames"), 60);
  clean_up (pipeline);
}
GST_END_TEST;

/* At full speed: what does not fit is dropped, and counted. */
GST_START_TEST (nothing_else_is_scanned_out_at_full_speed)
{
  GstElement *pipeline = run (FALSE);
  guint n_shown;

  assert_all_different ();
  pipeline_set_state (pipeline, GST_STATE_NULL);
  n_shown = assert_only_captured_frames ();
  fail_unless (n_shown > 0);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "sink", "frames") +
          pipeline_get_stat (pipeline, "sink", "dropped"),
      60);
  fail_unless (n_shown <= pipeline_get_stat (pipeline, "sink", "frames"));
  clean_up (pipeline);
}
GST_END_TEST;

GST_START_TEST (no_byte_is_copied)
{
  GstElement *pipeline = pipeline_new (CAPTURE "dmabufsink name=sink");
  guint64 frames;

  pipeline_run (pipeline);
  frames = pipeline_get_stat (pipeline, "sink", "frames");
  fail_unless (frames > 0);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "src", "copies"), 0);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "src", "bytes-copied"), 0);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "sink", "copies"), 0);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "sink", "bytes-copied"), 0);
  pipeline_free (pipeline);
}
GST_END_TEST;

/* One framebuffer for each buffer of the camera, however many frames come. */
GST_START_TEST (each_buffer_is_imported_once)
{
  GstElement *pipeline = pipeline_new (CAPTURE "dmabufsink name=sink");
  g_autoptr (GstElement) src = NULL;
  g_autoptr (GstStructure) stats = NULL;
  guint buffers = 0;

  pipeline_run (pipeline);
  src = pipeline_get (pipeline, "src");
  g_object_get (src, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint (stats, "buffers", &buffers));
  fail_unless (pipeline_get_stat (pipeline, "sink", "imports") <= buffers);
  fail_unless (pipeline_get_stat (pipeline, "sink", "imports") > 0);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA | RUNNER_DISPLAY,
    RUNNER_TEST (every_frame_is_scanned_out_unchanged),
    RUNNER_TEST (nothing_else_is_scanned_out_at_full_speed),
    RUNNER_TEST (no_byte_is_copied), RUNNER_TEST (each_buffer_is_imported_once))
