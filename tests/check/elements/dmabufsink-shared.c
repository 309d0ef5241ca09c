/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Several sinks of a process on one display. */
#include "../helpers/crc.h"
#include "../helpers/devices.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#define CAPS "video/x-raw,format=BGRx,width=320,height=240,framerate=30/1"
#define N 4

static const struct {
  const char *properties;
  gint x, y;
} places[N] = {
  { "render-rectangle=<0,0,320,240>", 0, 0 },
  { "render-rectangle=<320,0,320,240>", 320, 0 },
  { "render-rectangle=<0,240,320,240>", 0, 240 },
  { "render-rectangle=<320,240,320,240>", 320, 240 },
};

static struct stage stage;
static struct sink sinks[N];
static struct golden_picture shown[N];

static void
open_sinks (guint n)
{
  stage_open (&stage, N - 1);
  for (guint i = 0; i < n; i++)
    stage_add (&stage, &sinks[i], places[i].properties, CAPS);
}

static void
close_sinks (guint n)
{
  for (guint i = 0; i < n; i++)
    sink_close (&sinks[i]);
  stage_close (&stage);
}

static void
push (guint i, guint32 seed)
{
  GstBuffer *buffer;

  shown[i] = stage_draw (
      &stage, &sinks[i].info, seed, places[i].x, places[i].y, &buffer);
  sink_push (&sinks[i], buffer);
}

static gboolean
is_lit (void)
{
  int fd = open (stage.vkms->path, O_RDWR | O_CLOEXEC);
  drmModeRes *resources = drmModeGetResources (fd);
  drmModeCrtc *crtc = drmModeGetCrtc (fd, resources->crtcs[0]);
  gboolean lit = crtc->mode_valid;

  drmModeFreeCrtc (crtc);
  drmModeFreeResources (resources);
  close (fd);
  return lit;
}

/* --- pictures ---------------------------------------------------------- */

GST_START_TEST (two_sinks_are_seen_side_by_side)
{
  open_sinks (2);
  for (guint i = 0; i < 5; i++) {
    push (0, 2 * i);
    push (1, 2 * i + 1);
    stage_wait (&stage, shown, 2);
  }
  close_sinks (2);
}
GST_END_TEST;

/* As if they came at 60, 30, 15 and 7.5 a second. */
GST_START_TEST (four_sinks_are_seen_each_at_its_own_rate)
{
  open_sinks (N);
  for (guint i = 0; i < N; i++)
    push (i, i);
  stage_wait (&stage, shown, N);
  for (guint tick = 1; tick <= 16; tick++) {
    for (guint i = 0; i < N; i++)
      if (tick % (1 << i) == 0)
        push (i, 100 * tick + i);
    stage_wait (&stage, shown, N);
  }
  for (guint i = 0; i < N; i++)
    fail_unless_equals_uint64 (
        sink_get_stat (&sinks[i], "frames"), 1 + 16 / (1 << i));
  close_sinks (N);
}
GST_END_TEST;

GST_START_TEST (one_that_starts_late_joins_the_others)
{
  open_sinks (2);
  push (0, 1);
  push (1, 2);
  stage_wait (&stage, shown, 2);
  stage_add (&stage, &sinks[2], places[2].properties, CAPS);
  push (0, 3);
  stage_wait (&stage, shown, 2);
  push (2, 4);
  stage_wait (&stage, shown, 3);
  push (1, 5);
  stage_wait (&stage, shown, 3);
  close_sinks (3);
}
GST_END_TEST;

/* Whoever it is: the first as well, whose mode and plane it was. */
static void
stop_early (guint which)
{
  guint n = 0;

  open_sinks (3);
  for (guint i = 0; i < 3; i++)
    push (i, i);
  stage_wait (&stage, shown, 3);
  sink_close (&sinks[which]);
  for (guint i = 0; i < 3; i++)
    if (i != which) {
      sinks[n] = sinks[i];
      shown[n++] = shown[i];
    }
  stage_wait (&stage, shown, 2);
  for (guint round = 0; round < 3; round++) {
    for (guint i = 0; i < 2; i++) {
      gint x = shown[i].x, y = shown[i].y;
      GstBuffer *buffer;

      shown[i] = stage_draw (
          &stage, &sinks[i].info, 10 * round + i, x, y, &buffer);
      sink_push (&sinks[i], buffer);
    }
    stage_wait (&stage, shown, 2);
  }
  close_sinks (2);
}

GST_START_TEST (the_first_may_stop_early)
{
  stop_early (0);
}
GST_END_TEST;

GST_START_TEST (the_last_may_stop_early)
{
  stop_early (2);
}
GST_END_TEST;

GST_START_TEST (one_that_brings_nothing_holds_nobody_up)
{
  open_sinks (3);
  push (0, 1);
  push (1, 2);
  stage_wait (&stage, shown, 2);
  for (guint i = 0; i < 30; i++) {
    push (0, 10 + i);
    stage_wait (&stage, shown, 2);
  }
  fail_unless_equals_uint64 (sink_get_stat (&sinks[0], "frames"), 31);
  fail_unless_equals_uint64 (sink_get_stat (&sinks[0], "dropped"), 0);
  fail_unless_equals_uint64 (sink_get_stat (&sinks[1], "frames"), 1);
  close_sinks (3);
}
GST_END_TEST;

GST_START_TEST (one_that_is_paused_holds_nobody_up)
{
  open_sinks (2);
  push (0, 1);
  push (1, 2);
  stage_wait (&stage, shown, 2);
  gst_element_set_state (sinks[1].harness->element, GST_STATE_PAUSED);
  for (guint i = 0; i < 5; i++) {
    push (0, 10 + i);
    stage_wait (&stage, shown, 2);
  }
  gst_element_set_state (sinks[1].harness->element, GST_STATE_PLAYING);
  push (1, 3);
  stage_wait (&stage, shown, 2);
  close_sinks (2);
}
GST_END_TEST;

/* --- the display ------------------------------------------------------- */

GST_START_TEST (the_last_of_them_restores_the_display)
{
  open_sinks (0);
  fail_if (is_lit ());
  for (guint i = 0; i < 2; i++)
    stage_add (&stage, &sinks[i], places[i].properties, CAPS);
  push (0, 1);
  push (1, 2);
  stage_wait (&stage, shown, 2);
  fail_unless (is_lit ());
  sink_close (&sinks[0]);
  fail_unless (is_lit ());
  stage_wait (&stage, &shown[1], 1);
  sink_close (&sinks[1]);
  fail_if (is_lit ());
  stage_close (&stage);
}
GST_END_TEST;

GST_START_TEST (a_connector_has_one_display_by_any_name)
{
  g_autofree char *by_name = NULL;

  stage_open (&stage, 1);
  stage_add (&stage, &sinks[0], places[0].properties, CAPS);
  push (0, 1);
  by_name = g_strdup_printf (
      "connector=%s %s", stage.vkms->connectors[0], places[1].properties);
  stage_add (&stage, &sinks[1], by_name, CAPS);
  push (1, 2);
  stage_wait (&stage, shown, 2);
  close_sinks (2);
}
GST_END_TEST;

GST_START_TEST (two_connectors_of_a_card_are_two_displays)
{
  static const struct vkms_shape shape = { .n_crtcs = 2, .n_connectors = 2 };
  struct crc_reader *second;

  stage.vkms = vkms_new ("stage", &shape);
  stage.memory = g_ptr_array_new_with_free_func (g_free);
  stage.reader = crc_reader_start_of (stage.vkms->debugfs, 0);
  second = crc_reader_start_of (stage.vkms->debugfs, 1);
  for (guint i = 0; i < 2; i++) {
    g_autofree char *properties = g_strdup_printf (
        "connector=%s %s", stage.vkms->connectors[i], places[i].properties);

    stage_add (&stage, &sinks[i], properties, CAPS);
  }
  for (guint i = 0; i < 3; i++) {
    push (0, i);
    push (1, 10 + i);
    stage_wait (&stage, &shown[0], 1);
    fail_unless (crc_reader_wait_for (
        second, golden_crc (STAGE_WIDTH, STAGE_HEIGHT, &shown[1], 1)));
  }
  sink_close (&sinks[0]);
  push (1, 20);
  fail_unless (crc_reader_wait_for (
      second, golden_crc (STAGE_WIDTH, STAGE_HEIGHT, &shown[1], 1)));
  sink_close (&sinks[1]);
  crc_reader_stop (second);
  stage_close (&stage);
}
GST_END_TEST;

/* Who shares is the process: another program waits for the last of them. */
GST_START_TEST (another_program_is_kept_out_until_the_last_stops)
{
  int fd;

  open_sinks (2);
  push (0, 1);
  push (1, 2);
  fd = open (stage.vkms->path, O_RDWR | O_CLOEXEC);
  fail_unless (drmSetMaster (fd) < 0);
  fail_unless_equals_int (errno, EBUSY);
  sink_close (&sinks[0]);
  fail_unless (drmSetMaster (fd) < 0);
  sink_close (&sinks[1]);
  fail_unless_equals_int (drmSetMaster (fd), 0);
  close (fd);
  stage_close (&stage);
}
GST_END_TEST;

/* --- pipelines --------------------------------------------------------- */

#define SINK(name, x, y)                               \
  "dmabufsink name=" name " mode=640x480 device=%1$s " \
  "render-rectangle=<" #x "," #y ",320,240>"
#define SOURCE(rate, count)                       \
  "videotestsrc is-live=true num-buffers=" #count \
  " ! video/x-raw,format=BGRx,width=320,height=240,framerate=" #rate "/1 ! "

/* Of a pipeline that has stopped: nothing waits any more. */
static void
check_frames (GstElement *pipeline, const char *name, guint64 n)
{
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, name, "frames") +
                                 pipeline_get_stat (pipeline, name, "dropped"),
      n);
  fail_unless (pipeline_get_stat (pipeline, name, "frames") > n / 3);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, name, "copies"), 0);
}

GST_START_TEST (four_sinks_of_a_pipeline_run_at_their_rates)
{
  g_autofree char *launch = NULL;
  GstElement *pipeline;

  stage_open (&stage, N - 1);
  launch = g_strdup_printf (SOURCE (60, 60) SINK ("a", 0, 0) " " SOURCE (30, 30)
                                SINK ("b", 320, 0) " " SOURCE (25, 25)
                                    SINK ("c", 0, 240) " " SOURCE (10, 10)
                                        SINK ("d", 320, 240),
      stage.vkms->path);
  pipeline = pipeline_new (launch);
  pipeline_run (pipeline);
  pipeline_set_state (pipeline, GST_STATE_NULL);
  check_frames (pipeline, "a", 60);
  check_frames (pipeline, "b", 30);
  check_frames (pipeline, "c", 25);
  check_frames (pipeline, "d", 10);
  pipeline_free (pipeline);
  fail_if (is_lit ());
  stage_close (&stage);
}
GST_END_TEST;

GST_START_TEST (sinks_of_two_pipelines_share_it_too)
{
  g_autofree char *first = NULL, *second = NULL;
  GstElement *a, *b;

  stage_open (&stage, N - 1);
  first = g_strdup_printf (SOURCE (30, 30) SINK ("a", 0, 0), stage.vkms->path);
  second = g_strdup_printf (
      SOURCE (25, 10) SINK ("b", 320, 0), stage.vkms->path);
  a = pipeline_new (first);
  b = pipeline_new (second);
  pipeline_set_state (a, GST_STATE_PLAYING);
  pipeline_run (b);
  pipeline_set_state (b, GST_STATE_NULL);
  check_frames (b, "b", 10);
  pipeline_free (b);
  fail_unless (is_lit ());
  pipeline_wait_eos (a);
  pipeline_set_state (a, GST_STATE_NULL);
  check_frames (a, "a", 30);
  pipeline_free (a);
  fail_if (is_lit ());
  stage_close (&stage);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (two_sinks_are_seen_side_by_side),
    RUNNER_TEST (four_sinks_are_seen_each_at_its_own_rate),
    RUNNER_TEST (one_that_starts_late_joins_the_others),
    RUNNER_TEST (the_first_may_stop_early),
    RUNNER_TEST (the_last_may_stop_early),
    RUNNER_TEST (one_that_brings_nothing_holds_nobody_up),
    RUNNER_TEST (one_that_is_paused_holds_nobody_up),
    RUNNER_TEST (the_last_of_them_restores_the_display),
    RUNNER_TEST (a_connector_has_one_display_by_any_name),
    RUNNER_TEST (two_connectors_of_a_card_are_two_displays),
    RUNNER_TEST (another_program_is_kept_out_until_the_last_stops),
    RUNNER_TEST (four_sinks_of_a_pipeline_run_at_their_rates),
    RUNNER_TEST (sinks_of_two_pipelines_share_it_too))
