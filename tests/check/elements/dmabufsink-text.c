/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Text that comes beside the picture, and how it is seen above it. */
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#include <drm_fourcc.h>
#include <drm_mode.h>

#define SIZE "width=320,height=240,framerate=30/1"
#define CAPS "video/x-raw,format=BGRx," SIZE
#define TEXT_CAPS                                                      \
  "video/"                                                             \
  "x-raw(memory:SystemMemory,meta:GstVideoOverlayComposition),format=" \
  "BGRx," SIZE
#define AT "render-rectangle=<100,50,320,240>"
#define LEFT 100
#define TOP 50

static struct stage stage;
static struct sink sink;
static struct golden_picture shown[2]; /* the video, and text above it */

static void
set_up (unsigned n_overlays, const char *properties)
{
  stage_open (&stage, n_overlays);
  stage_add (&stage, &sink, properties, CAPS);
}

static void
tear_down (void)
{
  sink_close (&sink);
  stage_close (&stage);
}

/* --- text -------------------------------------------------------------- */

/* Of W x H at X, Y of the picture; premultiplied, so that every bit of it is
 * what the display has to blend. Opaque text is the same blended by a CPU. */
static GstVideoOverlayComposition *
make_text (gint x, gint y, guint w, guint h, guint seed, gboolean opaque)
{
  GstBuffer *pixels = gst_buffer_new_allocate (NULL, w * h * 4, NULL);
  guint8 *kept = g_malloc (w * h * 4);
  GstVideoOverlayRectangle *rectangle;
  GstVideoOverlayComposition *text;

  for (guint i = 0; i < w * h; i++) {
    guint8 *bgra = kept + 4 * i;

    bgra[0] = (i + seed) % 128;
    bgra[1] = seed * 7 % 128;
    bgra[2] = i / w % 128;
    bgra[3] = opaque ? 255 : 128 + (i + seed) % 128;
  }
  gst_buffer_fill (pixels, 0, kept, w * h * 4);
  gst_buffer_add_video_meta (
      pixels, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_BGRA, w, h);
  rectangle = gst_video_overlay_rectangle_new_raw (
      pixels, x, y, w, h, GST_VIDEO_OVERLAY_FORMAT_FLAG_PREMULTIPLIED_ALPHA);
  text = gst_video_overlay_composition_new (rectangle);
  gst_video_overlay_rectangle_unref (rectangle);
  gst_buffer_unref (pixels);

  g_ptr_array_add (stage.memory, kept);
  shown[1] = (struct golden_picture) { .fourcc = DRM_FORMAT_ARGB8888,
    .width = w,
    .height = h,
    .data = { kept },
    .stride = { w * 4 },
    .x = LEFT + x,
    .y = TOP + y };
  return text;
}

/* Takes TEXT; a frame without if that is NULL. */
static void
push (guint seed, GstVideoOverlayComposition *text)
{
  GstBuffer *buffer;

  shown[0] = stage_draw (&stage, &sink.info, seed, LEFT, TOP, &buffer);
  if (text) {
    gst_buffer_add_video_overlay_composition_meta (buffer, text);
    gst_video_overlay_composition_unref (text);
  }
  sink_push (&sink, buffer);
}

static void
show (guint seed, GstVideoOverlayComposition *text)
{
  push (seed, text);
  stage_wait (&stage, shown, text ? 2 : 1);
}

static void
check_stats (guint64 texts, guint64 blends)
{
  fail_unless_equals_uint64 (sink_get_stat (&sink, "texts"), texts);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "blends"), blends);
}

/* --- on a plane -------------------------------------------------------- */

GST_START_TEST (text_is_above_the_picture)
{
  set_up (1, AT);
  show (1, make_text (10, 20, 100, 30, 1, FALSE));
  check_stats (1, 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (text_appears_changes_moves_and_disappears)
{
  set_up (1, AT);
  show (1, NULL);
  show (2, make_text (10, 20, 100, 30, 1, FALSE));
  show (3, make_text (10, 20, 100, 30, 2, FALSE));
  show (4, make_text (40, 100, 100, 30, 3, FALSE));
  show (5, make_text (40, 100, 30, 90, 4, FALSE));
  show (6, NULL);
  show (7, make_text (40, 100, 30, 90, 5, FALSE));
  check_stats (5, 0);
  tear_down ();
}
GST_END_TEST;

/* The plane is not kept for it meanwhile. */
GST_START_TEST (text_comes_back_after_a_change_without_it)
{
  set_up (1, AT);
  show (1, make_text (10, 20, 100, 30, 1, FALSE));
  show (2, NULL);
  g_object_set (sink.harness->element, "zpos", 1, NULL);
  show (3, NULL);
  show (4, make_text (10, 20, 100, 30, 2, FALSE));
  check_stats (2, 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (text_comes_back_after_other_caps_without_it)
{
  set_up (1, AT);
  show (1, make_text (10, 20, 100, 30, 1, FALSE));
  sink_set_caps (&sink, "video/x-raw,format=NV12," SIZE);
  show (2, NULL);
  show (3, make_text (10, 20, 100, 30, 2, FALSE));
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (the_same_text_is_drawn_once)
{
  GstVideoOverlayComposition *text;

  set_up (1, AT);
  text = make_text (10, 20, 100, 30, 1, FALSE);
  for (guint i = 0; i < 100; i++)
    push (i, gst_video_overlay_composition_ref (text));
  stage_wait (&stage, shown, 2);
  gst_video_overlay_composition_unref (text);
  check_stats (1, 0);
  tear_down ();
}
GST_END_TEST;

/* Nobody waits for the display: more than one picture of text is on its way. */
static void
change_each_frame (const char *properties)
{
  set_up (1, properties);
  for (guint i = 0; i < 40; i++)
    push (i, make_text (10, 20, 100, 30, i, FALSE));
  stage_wait (&stage, shown, 2);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "blends"), 0);
  check_stats (40, 0);
  tear_down ();
}

GST_START_TEST (text_that_changes_with_each_frame_stays_on_its_plane)
{
  change_each_frame (AT);
}
GST_END_TEST;

GST_START_TEST (text_that_waits_with_two_frames_stays_on_its_plane)
{
  change_each_frame (AT " present-mode=smooth");
}
GST_END_TEST;

GST_START_TEST (text_moves_with_the_picture)
{
  set_up (1, AT);
  show (1, make_text (10, 20, 100, 30, 1, FALSE));
  sink_set_rectangle (&sink, LEFT + 80, TOP + 60, 320, 240);
  for (guint i = 0; i < 2; i++) {
    shown[i].x += 80;
    shown[i].y += 60;
  }
  stage_wait (&stage, shown, 2);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (text_is_cut_at_the_edges_of_the_picture)
{
  set_up (1, AT);
  push (1, make_text (-30, -10, 100, 30, 1, FALSE));
  shown[1].crop.x = 30;
  shown[1].crop.y = 10;
  shown[1].crop.w = 70;
  shown[1].crop.h = 20;
  shown[1].x += 30;
  shown[1].y += 10;
  stage_wait (&stage, shown, 2);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (text_is_turned_with_the_picture)
{
  set_up (1, AT " rotate-method=180");
  push (1, make_text (10, 20, 100, 30, 1, FALSE));
  shown[0].rotation = shown[1].rotation = DRM_MODE_ROTATE_180;
  shown[1].x = LEFT + 320 - 10 - 100;
  shown[1].y = TOP + 240 - 20 - 30;
  stage_wait (&stage, shown, 2);
  check_stats (1, 0);
  tear_down ();
}
GST_END_TEST;

/* Upright where the picture lies on its side. */
#define UPRIGHT "render-rectangle=<100,50,240,320>"

/* Text of 100 x 30 at 10, 20, turned with the picture to X, Y of it. */
static void
show_quarter (guint n_overlays, const char *method, guint rotation, gint x,
    gint y, gboolean opaque)
{
  g_autofree char *properties = g_strdup_printf (
      UPRIGHT " rotate-method=%s", method);

  set_up (n_overlays, properties);
  for (guint i = 0; i < 3; i++) {
    push (i, make_text (10, 20, 100, 30, i, opaque));
    shown[0].rotation = shown[1].rotation = rotation;
    shown[1].x = LEFT + x;
    shown[1].y = TOP + y;
    stage_wait (&stage, shown, 2);
  }
}

GST_START_TEST (text_lies_on_its_side_with_the_picture)
{
  show_quarter (1, "90r", DRM_MODE_ROTATE_270, 240 - 20 - 30, 10, FALSE);
  check_stats (3, 0);
  tear_down ();
  show_quarter (1, "90l", DRM_MODE_ROTATE_90, 20, 320 - 10 - 100, FALSE);
  check_stats (3, 0);
  tear_down ();
}
GST_END_TEST;

/* It is drawn into the picture as it lies in memory, before the plane turns
 * that. */
GST_START_TEST (text_is_blended_into_a_picture_that_lies_on_its_side)
{
  show_quarter (0, "90r", DRM_MODE_ROTATE_270, 240 - 20 - 30, 10, TRUE);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "blends"), 3);
  tear_down ();
  show_quarter (0, "90l", DRM_MODE_ROTATE_90, 20, 320 - 10 - 100, TRUE);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "blends"), 3);
  tear_down ();
}
GST_END_TEST;

/* What is over the edge of the picture is cut where that edge is now. */
GST_START_TEST (text_on_its_side_is_cut_at_the_edges_of_the_picture)
{
  set_up (1, UPRIGHT " rotate-method=90r");
  push (1, make_text (-30, -10, 100, 30, 1, FALSE));
  shown[0].rotation = shown[1].rotation = DRM_MODE_ROTATE_270;
  shown[1].crop.x = 30;
  shown[1].crop.y = 10;
  shown[1].crop.w = 70;
  shown[1].crop.h = 20;
  shown[1].x = LEFT + 240 - 20;
  shown[1].y = TOP;
  stage_wait (&stage, shown, 2);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (text_stays_when_the_picture_is_turned_while_playing)
{
  set_up (1, UPRIGHT);
  push (1, make_text (10, 20, 100, 30, 1, FALSE));
  sink_wait_frames (&sink, 1);
  g_object_set (
      sink.harness->element, "rotate-method", GST_VIDEO_ORIENTATION_90R, NULL);
  shown[0].rotation = shown[1].rotation = DRM_MODE_ROTATE_270;
  shown[1].x = LEFT + 240 - 20 - 30;
  shown[1].y = TOP + 10;
  stage_wait (&stage, shown, 2);
  tear_down ();
}
GST_END_TEST;

/* --- with crop --------------------------------------------------------- */

static void
push_cropped (GstVideoOverlayComposition *text)
{
  GstVideoInfo whole;
  GstVideoCropMeta *crop;
  GstBuffer *buffer;

  gst_video_info_set_format (&whole, GST_VIDEO_FORMAT_BGRx, 400, 300);
  shown[0] = stage_draw (&stage, &whole, 1, LEFT, TOP, &buffer);
  gst_buffer_add_video_meta (
      buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_BGRx, 400, 300);
  crop = gst_buffer_add_video_crop_meta (buffer);
  crop->x = shown[0].crop.x = 50;
  crop->y = shown[0].crop.y = 31;
  crop->width = shown[0].crop.w = 320;
  crop->height = shown[0].crop.h = 240;
  gst_buffer_add_video_overlay_composition_meta (buffer, text);
  gst_video_overlay_composition_unref (text);
  sink_push (&sink, buffer);
  stage_wait (&stage, shown, 2);
}

GST_START_TEST (text_is_placed_on_the_cropped_picture)
{
  set_up (1, AT);
  push_cropped (make_text (10, 20, 100, 30, 1, FALSE));
  check_stats (1, 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (text_is_blended_into_the_cropped_picture)
{
  set_up (0, AT);
  push_cropped (make_text (10, 20, 100, 30, 1, TRUE));
  fail_unless_equals_uint64 (sink_get_stat (&sink, "blends"), 1);
  tear_down ();
}
GST_END_TEST;

/* --- planes ------------------------------------------------------------ */

GST_START_TEST (without_a_plane_it_is_blended_and_told_once)
{
  g_autofree gchar *first = NULL, *second = NULL;

  set_up (0, AT);
  for (guint i = 1; i < 5; i++)
    show (i, make_text (10, 20, 100, 30, i, TRUE));
  fail_unless_equals_uint64 (sink_get_stat (&sink, "blends"), 4);
  fail_unless_equals_uint64 (
      sink_get_stat (&sink, "bytes-blended"), 4 * 100 * 30 * 3);
  first = sink_take_warning (&sink);
  fail_unless (first && strstr (first, "CPU"), "%s", first);
  second = sink_take_warning (&sink);
  fail_if (second, "%s", second);
  show (9, NULL);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "blends"), 4);
  tear_down ();
}
GST_END_TEST;

/* Planes of vkms have no order but that overlays are above the primary one: the
 * other picture lies beside. */
GST_START_TEST (text_takes_the_last_plane)
{
  struct golden_picture all[3];
  struct sink other;
  GstBuffer *buffer;

  set_up (2, AT);
  stage_add (&stage, &other, "zpos=1 render-rectangle=<440,300,160,120>",
      "video/x-raw,format=BGRx,width=160,height=120,framerate=30/1");
  all[0] = stage_draw (&stage, &other.info, 77, 440, 300, &buffer);
  sink_push (&other, buffer);
  push (1, make_text (10, 20, 100, 30, 1, FALSE));
  all[1] = shown[0];
  all[2] = shown[1];
  stage_wait (&stage, all, 3);
  check_stats (1, 0);
  sink_close (&other);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (text_of_the_second_sink_is_blended_where_planes_end)
{
  struct golden_picture all[3];
  struct sink other;
  GstBuffer *buffer;

  set_up (1, AT " zpos=1");
  stage_add (&stage, &other, "render-rectangle=<0,0,320,240>", CAPS);
  all[0] = stage_draw (&stage, &other.info, 77, 0, 0, &buffer);
  sink_push (&other, buffer);
  push (1, make_text (10, 20, 100, 30, 1, TRUE));
  all[1] = shown[0];
  all[2] = shown[1];
  stage_wait (&stage, all, 3);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "blends"), 1);
  sink_close (&other);
  tear_down ();
}
GST_END_TEST;

/* --- upstream ---------------------------------------------------------- */

static void
run_pipeline (const char *middle, gboolean expect_text)
{
  g_autofree char *launch = NULL;
  GstElement *pipeline;

  stage_open (&stage, 2);
  launch = g_strdup_printf ("videotestsrc num-buffers=20 ! " CAPS
                            " ! %s ! dmabufsink name=sink sync=false "
                            "device=%s",
      middle, stage.vkms->path);
  pipeline = pipeline_new (launch);
  pipeline_run (pipeline);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "sink", "copies"), 0);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "sink", "blends"), 0);
  fail_unless_equals_int (
      pipeline_get_stat (pipeline, "sink", "texts") > 0, expect_text);
  pipeline_free (pipeline);
  stage_close (&stage);
}

GST_START_TEST (textoverlay_does_not_touch_the_video)
{
  run_pipeline ("textoverlay text=subtitle", TRUE);
}
GST_END_TEST;

GST_START_TEST (clockoverlay_does_not_touch_the_video)
{
  run_pipeline ("clockoverlay", TRUE);
}
GST_END_TEST;

GST_START_TEST (text_passes_a_queue_and_identity)
{
  run_pipeline ("textoverlay text=subtitle ! queue ! identity", TRUE);
}
GST_END_TEST;

GST_START_TEST (text_passes_caps_that_name_it)
{
  run_pipeline ("textoverlay text=subtitle ! " TEXT_CAPS, TRUE);
}
GST_END_TEST;

GST_START_TEST (caps_without_text_are_obeyed)
{
  run_pipeline ("textoverlay text=subtitle ! " CAPS, FALSE);
}
GST_END_TEST;

GST_START_TEST (text_comes_with_dmabufs_of_a_camera)
{
  g_autofree char *launch = NULL;
  GstElement *pipeline;

  stage_open (&stage, 2);
  launch = g_strdup_printf (
      "dmabufsrc num-buffers=10 ! video/x-raw(ANY),width=640 ! "
      "textoverlay text=subtitle ! "
      "dmabufsink name=sink device=%s",
      stage.vkms->path);
  pipeline = pipeline_new (launch);
  pipeline_run (pipeline);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "sink", "copies"), 0);
  fail_unless (pipeline_get_stat (pipeline, "sink", "texts") > 0);
  pipeline_free (pipeline);
  stage_close (&stage);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA | RUNNER_DISPLAY,
    RUNNER_TEST (text_is_above_the_picture),
    RUNNER_TEST (text_appears_changes_moves_and_disappears),
    RUNNER_TEST (text_comes_back_after_a_change_without_it),
    RUNNER_TEST (text_comes_back_after_other_caps_without_it),
    RUNNER_TEST (the_same_text_is_drawn_once),
    RUNNER_TEST (text_that_changes_with_each_frame_stays_on_its_plane),
    RUNNER_TEST (text_that_waits_with_two_frames_stays_on_its_plane),
    RUNNER_TEST (text_moves_with_the_picture),
    RUNNER_TEST (text_is_cut_at_the_edges_of_the_picture),
    RUNNER_TEST (text_is_turned_with_the_picture),
    RUNNER_TEST (text_lies_on_its_side_with_the_picture),
    RUNNER_TEST (text_is_blended_into_a_picture_that_lies_on_its_side),
    RUNNER_TEST (text_on_its_side_is_cut_at_the_edges_of_the_picture),
    RUNNER_TEST (text_stays_when_the_picture_is_turned_while_playing),
    RUNNER_TEST (text_is_placed_on_the_cropped_picture),
    RUNNER_TEST (text_is_blended_into_the_cropped_picture),
    RUNNER_TEST (without_a_plane_it_is_blended_and_told_once),
    RUNNER_TEST (text_takes_the_last_plane),
    RUNNER_TEST (text_of_the_second_sink_is_blended_where_planes_end),
    RUNNER_TEST (textoverlay_does_not_touch_the_video),
    RUNNER_TEST (clockoverlay_does_not_touch_the_video),
    RUNNER_TEST (text_passes_a_queue_and_identity),
    RUNNER_TEST (text_passes_caps_that_name_it),
    RUNNER_TEST (caps_without_text_are_obeyed),
    RUNNER_TEST (text_comes_with_dmabufs_of_a_camera))
