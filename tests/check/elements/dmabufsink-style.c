/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a picture is shown, pixel by pixel. */
#include "../helpers/dmabufs.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#include <drm_mode.h>
#include <gst/video/videooverlay.h>

#define CAPS                                                     \
  "video/x-raw,format=BGRx,width=320,height=240,framerate=30/1," \
  "pixel-aspect-ratio=1/1"
#define SMALL "video/x-raw,format=BGRx,width=160,height=120,framerate=30/1"

static struct stage stage;
static struct sink sink;

static void
set_up (const char *properties)
{
  stage_open (&stage, 1);
  stage_add (&stage, &sink, properties, CAPS);
}

static void
tear_down (void)
{
  sink_close (&sink);
  stage_close (&stage);
}

/* --- rectangles -------------------------------------------------------- */

GST_START_TEST (a_rectangle_is_set_before_the_start)
{
  set_up ("render-rectangle=<10,20,320,240>");
  stage_show (&stage, &sink, 1, 10, 20);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_picture_is_in_the_middle_of_its_rectangle)
{
  set_up ("render-rectangle=<100,40,400,300>");
  stage_show (&stage, &sink, 1, 140, 70);
  tear_down ();
}
GST_END_TEST;

/* What is there already moves: no frame has to come. */
GST_START_TEST (a_rectangle_moves_while_playing)
{
  struct golden_picture picture;
  GstBuffer *buffer;

  set_up ("");
  picture = stage_draw (&stage, &sink.info, 1, 160, 120, &buffer);
  sink_push (&sink, buffer);
  stage_wait (&stage, &picture, 1);
  sink_set_rectangle (&sink, 300, 200, 320, 240);
  picture.x = 300;
  picture.y = 200;
  stage_wait (&stage, &picture, 1);
  stage_show (&stage, &sink, 2, 300, 200);

  sink_set_rectangle (&sink, -1, -1, -1, -1); /* all of it again */
  stage_show (&stage, &sink, 3, 160, 120);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_rectangle_moves_while_paused)
{
  struct golden_picture picture;
  GstBuffer *buffer;

  set_up ("");
  picture = stage_draw (&stage, &sink.info, 1, 160, 120, &buffer);
  sink_push (&sink, buffer);
  stage_wait (&stage, &picture, 1);
  gst_element_set_state (sink.harness->element, GST_STATE_PAUSED);
  sink_set_rectangle (&sink, 5, 6, 320, 240);
  gst_video_overlay_expose (GST_VIDEO_OVERLAY (sink.harness->element));
  picture.x = 5;
  picture.y = 6;
  stage_wait (&stage, &picture, 1);
  gst_element_set_state (sink.harness->element, GST_STATE_PLAYING);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_rectangle_is_partly_off_the_screen)
{
  set_up ("");
  sink_set_rectangle (&sink, -100, -60, 320, 240);
  stage_show (&stage, &sink, 1, -100, -60);
  sink_set_rectangle (&sink, 500, 400, 320, 240);
  stage_show (&stage, &sink, 2, 500, 400);
  tear_down ();
}
GST_END_TEST;

/* Frames go on where they were. */
GST_START_TEST (a_rectangle_off_the_screen_is_told_and_not_taken)
{
  g_autofree gchar *first = NULL, *second = NULL;

  set_up ("");
  stage_show (&stage, &sink, 1, 160, 120);
  sink_set_rectangle (&sink, 700, 0, 320, 240);
  for (guint i = 2; i < 5; i++)
    stage_show (&stage, &sink, i, 160, 120);
  first = sink_take_warning (&sink);
  fail_unless (first && strstr (first, "visible"), "%s", first);
  second = sink_take_warning (&sink);
  fail_if (second, "%s", second);

  sink_set_rectangle (&sink, 0, 0, 320, 240);
  stage_show (&stage, &sink, 9, 0, 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_rectangle_stays_with_other_caps)
{
  set_up ("render-rectangle=<10,20,320,240>");
  stage_show (&stage, &sink, 1, 10, 20);
  sink_set_caps (&sink, SMALL);
  stage_show (&stage, &sink, 2, 90, 80);
  stage_show (&stage, &sink, 3, 90, 80);
  sink_set_caps (&sink, CAPS);
  stage_show (&stage, &sink, 4, 10, 20);
  tear_down ();
}
GST_END_TEST;

/* --- turned ------------------------------------------------------------ */

/* As golden.h turns: what videoflip does is tested with orientations. */
static const struct {
  GstVideoOrientationMethod method;
  guint rotation;
  const char *tag;
} turns[] = {
  { GST_VIDEO_ORIENTATION_IDENTITY, 0, "rotate-0" },
  { GST_VIDEO_ORIENTATION_90R, DRM_MODE_ROTATE_270, "rotate-90" },
  { GST_VIDEO_ORIENTATION_180, DRM_MODE_ROTATE_180, "rotate-180" },
  { GST_VIDEO_ORIENTATION_90L, DRM_MODE_ROTATE_90, "rotate-270" },
  { GST_VIDEO_ORIENTATION_HORIZ, DRM_MODE_ROTATE_0 | DRM_MODE_REFLECT_X,
      "flip-rotate-0" },
  { GST_VIDEO_ORIENTATION_VERT, DRM_MODE_ROTATE_0 | DRM_MODE_REFLECT_Y,
      "flip-rotate-180" },
};

static void
show_turned (guint32 seed, guint turn)
{
  gboolean sideways = turns[turn].rotation &
                      (DRM_MODE_ROTATE_90 | DRM_MODE_ROTATE_270);
  struct golden_picture picture;
  GstBuffer *buffer;

  picture = stage_draw (&stage, &sink.info, seed, sideways ? 200 : 160,
      sideways ? 80 : 120, &buffer);
  picture.rotation = turns[turn].rotation;
  sink_push (&sink, buffer);
  stage_wait (&stage, &picture, 1);
}

GST_START_TEST (each_rotation_is_shown)
{
  set_up ("");
  for (guint i = 0; i < G_N_ELEMENTS (turns); i++) {
    g_object_set (
        sink.harness->element, "rotate-method", turns[i].method, NULL);
    show_turned (i, i);
  }
  tear_down ();
}
GST_END_TEST;

static void
push_tag (const char *orientation)
{
  GstTagList *tags = gst_tag_list_new (
      GST_TAG_IMAGE_ORIENTATION, orientation, NULL);

  fail_unless (gst_harness_push_event (sink.harness, gst_event_new_tag (tags)));
}

GST_START_TEST (a_tag_before_the_stream_turns_it)
{
  set_up ("rotate-method=auto");
  push_tag ("rotate-90");
  show_turned (1, 1);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_tag_within_the_stream_turns_it)
{
  set_up ("rotate-method=auto");
  for (guint i = 0; i < G_N_ELEMENTS (turns); i++) {
    push_tag (turns[i].tag);
    show_turned (i, i);
  }
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (without_auto_a_tag_is_nothing)
{
  set_up ("");
  push_tag ("rotate-90");
  stage_show (&stage, &sink, 1, 160, 120);
  g_object_set (
      sink.harness->element, "rotate-method", GST_VIDEO_ORIENTATION_AUTO, NULL);
  show_turned (2, 1);
  tear_down ();
}
GST_END_TEST;

/* --- above each other -------------------------------------------------- */

static void
show_two (const char *first, const char *second, gboolean second_is_above)
{
  struct golden_picture pictures[2];
  GstBuffer *buffer;
  struct sink other;

  set_up (first);
  stage_add (&stage, &other, second, CAPS);
  pictures[!second_is_above] = stage_draw (
      &stage, &sink.info, 1, 0, 0, &buffer);
  sink_push (&sink, buffer);
  pictures[second_is_above] = stage_draw (
      &stage, &other.info, 2, 100, 100, &buffer);
  sink_push (&other, buffer);
  stage_wait (&stage, pictures, 2);
  sink_close (&other);
  tear_down ();
}

GST_START_TEST (the_higher_of_two_sinks_is_above)
{
  show_two ("zpos=2 render-rectangle=<0,0,320,240>",
      "zpos=1 render-rectangle=<100,100,320,240>", FALSE);
}
GST_END_TEST;

GST_START_TEST (of_two_sinks_alike_the_later_is_above)
{
  show_two ("render-rectangle=<0,0,320,240>",
      "render-rectangle=<100,100,320,240>", TRUE);
}
GST_END_TEST;

GST_START_TEST (a_sink_can_be_raised_while_it_plays)
{
  struct golden_picture pictures[2];
  GstBuffer *buffer;
  struct sink other;

  set_up ("render-rectangle=<0,0,320,240>");
  stage_add (&stage, &other, "render-rectangle=<100,100,320,240>", CAPS);
  pictures[0] = stage_draw (&stage, &sink.info, 1, 0, 0, &buffer);
  sink_push (&sink, buffer);
  pictures[1] = stage_draw (&stage, &other.info, 2, 100, 100, &buffer);
  sink_push (&other, buffer);
  stage_wait (&stage, pictures, 2);
  g_object_set (sink.harness->element, "zpos", 1, NULL);
  stage_wait (
      &stage, (const struct golden_picture[]) { pictures[1], pictures[0] }, 2);
  sink_close (&other);
  tear_down ();
}
GST_END_TEST;

/* --- changes ----------------------------------------------------------- */

static GstPadProbeReturn
move (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstElement *element = GST_PAD_PARENT (pad);
  guint *n = data;

  (void) info;
  gst_video_overlay_set_render_rectangle (
      GST_VIDEO_OVERLAY (element), *n % 300, *n % 200, 320, 240);
  ++*n;
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (a_property_that_changes_with_each_frame_loses_none)
{
  g_autofree char *launch = NULL;
  unsigned dmabufs = dmabufs_count ();
  GstElement *pipeline;
  guint n = 0;

  stage_open (&stage, 1);
  launch = g_strdup_printf ("videotestsrc num-buffers=100 ! " CAPS
                            " ! dmabufsink name=sink sync=false device=%s "
                            "mode=640x480",
      stage.vkms->path);
  pipeline = pipeline_new (launch);
  pipeline_probe (pipeline, "sink", move, &n);
  pipeline_run (pipeline);
  fail_unless_equals_int (n, 100);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "sink", "copies"), 0);
  pipeline_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "sink", "frames") +
          pipeline_get_stat (pipeline, "sink", "dropped"),
      100);
  pipeline_free (pipeline);
  fail_unless_equals_int (dmabufs_settle (dmabufs), dmabufs);
  stage_close (&stage);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (a_rectangle_is_set_before_the_start),
    RUNNER_TEST (a_picture_is_in_the_middle_of_its_rectangle),
    RUNNER_TEST (a_rectangle_moves_while_playing),
    RUNNER_TEST (a_rectangle_moves_while_paused),
    RUNNER_TEST (a_rectangle_is_partly_off_the_screen),
    RUNNER_TEST (a_rectangle_off_the_screen_is_told_and_not_taken),
    RUNNER_TEST (a_rectangle_stays_with_other_caps),
    RUNNER_TEST (each_rotation_is_shown),
    RUNNER_TEST (a_tag_before_the_stream_turns_it),
    RUNNER_TEST (a_tag_within_the_stream_turns_it),
    RUNNER_TEST (without_auto_a_tag_is_nothing),
    RUNNER_TEST (the_higher_of_two_sinks_is_above),
    RUNNER_TEST (of_two_sinks_alike_the_later_is_above),
    RUNNER_TEST (a_sink_can_be_raised_while_it_plays),
    RUNNER_TEST (a_property_that_changes_with_each_frame_loses_none))
