/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/crc.h"
#include "../helpers/display.h"
#include "../helpers/picture.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#include <drm_fourcc.h>

#define WIDTH 640
#define HEIGHT 480
#define SIZE (WIDTH * HEIGHT * 3 / 2)
#define N_FRAMES 15
#define CAPTURE                                                \
  "dmabufsrc name=src num-buffers=15 ! "                       \
  "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=NV12," \
  "width=640,height=480,framerate=30/1 ! "

/* Copies of what was captured. */
static struct {
  guint8 *data[N_FRAMES];
  guint n;
} captured;

static GstPadProbeReturn
keep_copy (GstPad *pad, GstPadProbeInfo *probe, gpointer data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (probe);
  guint8 *copy = g_malloc (SIZE);

  (void) pad;
  (void) data;
  runner_require (gst_buffer_extract (buffer, 0, copy, SIZE) == SIZE,
      "a frame is too small");
  captured.data[captured.n++] = copy;
  return GST_PAD_PROBE_OK;
}

/* What vkms makes of the colours is for vkms to say: each copy is shown, from
 * memory of our own and in the colour space that the camera's caps have, and
 * the CRC is read. */
static void
compute_crcs (guint32 crcs[])
{
  struct display display;

  display_open (&display);
  display_set_enum (&display, "COLOR_ENCODING", "ITU-R BT.601 YCbCr");
  display_set_enum (&display, "COLOR_RANGE", "YCbCr limited range");
  for (guint i = 0; i < captured.n; i++) {
    uint32_t fb = display_make_nv12 (
        &display, WIDTH, HEIGHT, captured.data[i], SIZE);

    display_light (&display, fb, WIDTH, HEIGHT);
    crcs[i] = crc_read_current ();
  }
  display_close (&display);
}

static gboolean
is_in_order (GArray *shown, const guint32 crcs[], guint *n_shown)
{
  guint next = 0;

  *n_shown = 0;
  for (guint i = 0; i < shown->len; i++) {
    guint32 crc = g_array_index (shown, guint32, i);

    if (*n_shown == 0 && crc == crc_of_black (WIDTH, HEIGHT))
      continue;
    while (next < captured.n && crcs[next] != crc)
      next++;
    if (next == captured.n)
      return FALSE;
    (*n_shown)++;
  }
  return TRUE;
}

GST_START_TEST (frames_are_scanned_out_unchanged)
{
  GstElement *pipeline = pipeline_new (
      CAPTURE "dmabufsink name=sink sync=false");
  g_autoptr (GArray) shown = NULL;
  struct crc_reader *reader;
  guint32 crcs[N_FRAMES];
  guint n_shown;

  display_require_format (DRM_FORMAT_NV12);
  pipeline_probe (pipeline, "sink", keep_copy, NULL);
  reader = crc_reader_start ();
  pipeline_run (pipeline);
  shown = crc_reader_get (reader);
  crc_reader_stop (reader);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "sink", "copies"), 0);
  pipeline_free (pipeline);

  fail_unless_equals_int (captured.n, N_FRAMES);
  compute_crcs (crcs);
  fail_unless (is_in_order (shown, crcs, &n_shown),
      "a picture on the screen was never captured");
  fail_unless (n_shown > 1, "%u pictures were shown", n_shown);
  for (guint i = 0; i < captured.n; i++)
    g_free (captured.data[i]);
}
GST_END_TEST;

static guint32
last_seen (struct crc_reader *reader)
{
  g_autoptr (GArray) seen = crc_reader_get (reader);

  return seen->len ? g_array_index (seen, guint32, seen->len - 1) : 0;
}

/* Until the display shows something else than before. */
static void
show_copy (GstHarness *harness, struct crc_reader *reader, GstBuffer *buffer)
{
  guint32 before = last_seen (reader), now = before;

  captured.data[captured.n] = g_malloc (SIZE);
  gst_buffer_extract (buffer, 0, captured.data[captured.n++], SIZE);
  fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  for (guint i = 0; i < 1000; i++) {
    now = last_seen (reader);
    if (now != before && now != 0 && now != crc_of_black (WIDTH, HEIGHT))
      return;
    g_usleep (10000);
  }
  fail ("the picture is not shown");
}

/* From system memory, through scanout memory of other lines perhaps. */
GST_START_TEST (copies_are_scanned_out_unchanged)
{
  GstVideoInfo info = picture_info (
      "video/x-raw,format=NV12,width=640,height=480,framerate=30/1");
  g_autoptr (GArray) shown = NULL;
  struct crc_reader *reader;
  GstHarness *harness;
  guint32 crcs[3];
  guint n_shown;

  display_require_format (DRM_FORMAT_NV12);
  harness = gst_harness_new ("dmabufsink");
  g_object_set (harness->element, "sync", FALSE, NULL);
  gst_harness_set_src_caps (harness, gst_video_info_to_caps (&info));
  gst_harness_play (harness);
  reader = crc_reader_start ();
  for (guint i = 0; i < 3; i++)
    show_copy (harness, reader, picture_new (&info, i));
  shown = crc_reader_get (reader);
  crc_reader_stop (reader);
  gst_harness_teardown (harness);

  compute_crcs (crcs);
  fail_unless (is_in_order (shown, crcs, &n_shown));
  fail_unless_equals_int (n_shown, 3);
  for (guint i = 0; i < 3; i++)
    g_free (captured.data[i]);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA | RUNNER_DISPLAY,
    RUNNER_TEST (frames_are_scanned_out_unchanged),
    RUNNER_TEST (copies_are_scanned_out_unchanged))
