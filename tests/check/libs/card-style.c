/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a picture is shown by hardware that can do more than vkms, or less. */
#include "../helpers/card.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#include <drm_fourcc.h>

#define SIZE "width=640,height=480,framerate=30/1"
#define CAPS "video/x-raw,format=BGRx," SIZE
#define MODE "mode=1280x720 "

static struct card *card;
static uint32_t crtc, connector, plane;
static struct sink sink;

static void
make_card (bool can_scale)
{
  const struct card_plane shape = { .type = DRM_PLANE_TYPE_PRIMARY,
    .min_scale = can_scale ? 0x10000 / 8 : 0,
    .max_scale = can_scale ? 0x10000 * 4 : 0 };

  card = card_new ();
  crtc = card_add_crtc (card);
  connector = card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  plane = card_add_plane (card, &shape);
  card_set_auto_flip (card, 2000);
}

/* SINK shows one frame. */
static void
show (const char *properties, const char *caps)
{
  sink_open (&sink, card_path (card), properties, caps);
  sink_push_any (&sink);
  sink_wait_frames (&sink, 1);
}

static void
tear_down (void)
{
  sink_close (&sink);
  card_free (card);
}

static void
check_place (gint x, gint y, guint w, guint h)
{
  fail_unless_equals_int ((int32_t) card_get (card, plane, "CRTC_X"), x);
  fail_unless_equals_int ((int32_t) card_get (card, plane, "CRTC_Y"), y);
  fail_unless_equals_int (card_get (card, plane, "CRTC_W"), w);
  fail_unless_equals_int (card_get (card, plane, "CRTC_H"), h);
}

static void
check_warning (const char *text)
{
  g_autofree gchar *first = sink_take_warning (&sink), *second = NULL;

  fail_unless (first && strstr (first, text), "%s", first);
  second = sink_take_warning (&sink);
  fail_if (second, "%s", second);
}

/* --- scaled ------------------------------------------------------------ */

GST_START_TEST (a_picture_keeps_its_proportions)
{
  make_card (true);
  show (MODE, CAPS);
  check_place (160, 0, 960, 720);
  fail_unless_equals_int (card_get (card, plane, "SRC_W"), 640 << 16);
  fail_unless_equals_int (card_get (card, plane, "SRC_H"), 480 << 16);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (without_them_it_fills_the_screen)
{
  make_card (true);
  show (MODE "force-aspect-ratio=false", CAPS);
  check_place (0, 0, 1280, 720);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (proportions_can_be_given_up_while_playing)
{
  make_card (true);
  show (MODE "render-rectangle=<10,20,200,300>", CAPS);
  check_place (10, 95, 200, 150);
  g_object_set (sink.harness->element, "force-aspect-ratio", FALSE, NULL);
  check_place (10, 20, 200, 300);
  sink_push_any (&sink);
  sink_wait_frames (&sink, 2);
  check_place (10, 20, 200, 300);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (pixels_that_are_not_square_are_stretched)
{
  make_card (true);
  show (MODE, "video/x-raw,format=BGRx,width=720,height=576,framerate=25/1,"
              "pixel-aspect-ratio=16/15");
  check_place (160, 0, 960, 720);
  tear_down ();
}
GST_END_TEST;

/* Square pixels on a screen that shows 4:3 as 16:9. */
GST_START_TEST (a_screen_whose_pixels_are_not_square_is_made_up_for)
{
  struct drm_mode_modeinfo wide = card_mode (720, 576, 50);

  wide.flags |= DRM_MODE_FLAG_PIC_AR_16_9;
  make_card (true);
  card_set_modes (card, connector, &wide, 1);
  show ("", CAPS);
  check_place (90, 0, 540, 576);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_part_off_the_screen_is_cut_off_by_as_much)
{
  make_card (true);
  show (MODE "render-rectangle=<-320,0,1280,960>", CAPS);
  check_place (0, 0, 960, 720);
  fail_unless_equals_int (card_get (card, plane, "SRC_X"), 160 << 16);
  fail_unless_equals_int (card_get (card, plane, "SRC_W"), 480 << 16);
  fail_unless_equals_int (card_get (card, plane, "SRC_H"), 360 << 16);
  tear_down ();
}
GST_END_TEST;

/* --- what a plane can do ----------------------------------------------- */

GST_START_TEST (a_rotation_is_set)
{
  make_card (true);
  card_add_rotation (card, plane, 0x3f);
  show (MODE "rotate-method=90r", CAPS);
  fail_unless_equals_int (
      card_get (card, plane, "rotation"), DRM_MODE_ROTATE_270);
  check_place (370, 0, 540, 720);
  tear_down ();
}
GST_END_TEST;

/* A half turn is what two reflections make. */
GST_START_TEST (a_rotation_is_made_of_what_there_is)
{
  make_card (true);
  card_add_rotation (
      card, plane, DRM_MODE_ROTATE_0 | DRM_MODE_REFLECT_X | DRM_MODE_REFLECT_Y);
  show (MODE "rotate-method=180", CAPS);
  fail_unless_equals_int (card_get (card, plane, "rotation"),
      DRM_MODE_ROTATE_0 | DRM_MODE_REFLECT_X | DRM_MODE_REFLECT_Y);
  tear_down ();
}
GST_END_TEST;

static void
check_refused (const char *properties, const char *text)
{
  g_autofree gchar *refused = NULL;

  show (properties, CAPS);
  for (guint i = 2; i < 5; i++) {
    sink_push_any (&sink);
    sink_wait_frames (&sink, i);
  }
  check_place (160, 0, 960, 720);
  refused = sink_get_stat_string (&sink, "refused");
  fail_unless_equals_string (refused, text);
  check_warning (text);
}

GST_START_TEST (a_rotation_that_cannot_be_is_told_once)
{
  make_card (true);
  check_refused (MODE "rotate-method=90r", "it cannot be turned");
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_quarter_is_refused_where_only_halves_are)
{
  make_card (true);
  card_add_rotation (card, plane, DRM_MODE_ROTATE_0 | DRM_MODE_ROTATE_180);
  check_refused (MODE "rotate-method=90r", "it cannot be turned");
  fail_unless_equals_int (
      card_get (card, plane, "rotation"), DRM_MODE_ROTATE_0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_translucency_that_cannot_be_is_told_once)
{
  make_card (true);
  check_refused (MODE "alpha=0.5", "it cannot be translucent");
  tear_down ();
}
GST_END_TEST;

/* Turning is more than a look: it is kept where both are asked for. */
GST_START_TEST (what_can_be_is_done_beside_what_cannot)
{
  make_card (true);
  card_add_rotation (card, plane, 0x3f);
  show (MODE "alpha=0.5 rotate-method=90r", CAPS);
  fail_unless_equals_int (
      card_get (card, plane, "rotation"), DRM_MODE_ROTATE_270);
  check_warning ("it cannot be translucent");
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_no_longer_asked_for_is_no_longer_refused)
{
  g_autofree gchar *refused = NULL;

  make_card (true);
  check_refused (MODE "alpha=0.5", "it cannot be translucent");
  g_object_set (sink.harness->element, "alpha", 1., NULL);
  sink_push_any (&sink);
  sink_wait_frames (&sink, 5);
  refused = sink_get_stat_string (&sink, "refused");
  fail_unless_equals_string (refused, "none");
  tear_down ();
}
GST_END_TEST;

/* --- alpha ------------------------------------------------------------- */

GST_START_TEST (an_alpha_is_set)
{
  make_card (true);
  card_add_alpha (card, plane);
  show (MODE "alpha=0.25", CAPS);
  fail_unless_equals_int (card_get (card, plane, "alpha"), 0x4000);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (an_alpha_changes_what_is_shown)
{
  g_autofree gchar *refused = NULL;

  make_card (true);
  card_add_alpha (card, plane);
  show (MODE, CAPS);
  fail_unless_equals_int (card_get (card, plane, "alpha"), 0xffff);
  g_object_set (sink.harness->element, "alpha", 0.5, NULL);
  fail_unless_equals_int (card_get (card, plane, "alpha"), 0x8000);
  sink_push_any (&sink);
  sink_wait_frames (&sink, 2);
  fail_unless_equals_int (card_get (card, plane, "alpha"), 0x8000);
  g_object_set (sink.harness->element, "alpha", 0., NULL);
  fail_unless_equals_int (card_get (card, plane, "alpha"), 0);
  refused = sink_get_stat_string (&sink, "refused");
  fail_unless_equals_string (refused, "none");
  tear_down ();
}
GST_END_TEST;

/* The next program is not to inherit it. */
GST_START_TEST (alpha_and_rotation_end_with_the_sink)
{
  make_card (true);
  card_add_alpha (card, plane);
  card_add_rotation (card, plane, 0x3f);
  show (MODE "alpha=0.25 rotate-method=90r", CAPS);
  fail_unless_equals_int (card_get (card, plane, "alpha"), 0x4000);
  sink_close (&sink);
  fail_unless_equals_int (card_get (card, plane, "alpha"), 0xffff);
  fail_unless_equals_int (
      card_get (card, plane, "rotation"), DRM_MODE_ROTATE_0);
  card_free (card);
}
GST_END_TEST;

/* --- threads ----------------------------------------------------------- */

static gpointer
keep_changing (gpointer data)
{
  gint *stop = data;

  for (guint i = 0; !g_atomic_int_get (stop); i++) {
    g_object_set (sink.harness->element, "alpha", i % 5 / 4., "zpos", i % 3,
        "force-aspect-ratio", i % 7 == 0, NULL);
    sink_set_rectangle (&sink, i % 100, i % 50, 200 + i % 90, 300);
  }
  return NULL;
}

GST_START_TEST (another_thread_may_change_the_style_at_any_time)
{
  GThread *thread;
  gint stop = 0;

  make_card (true);
  card_add_alpha (card, plane);
  card_set_auto_flip (card, 200);
  show (MODE, CAPS);
  thread = g_thread_new ("style", keep_changing, &stop);
  for (guint i = 0; i < 100; i++)
    sink_push_any (&sink);
  g_atomic_int_set (&stop, TRUE);
  g_thread_join (thread);

  sink_set_rectangle (&sink, 10, 20, 200, 150);
  g_object_set (
      sink.harness->element, "alpha", 1., "force-aspect-ratio", FALSE, NULL);
  check_place (10, 20, 200, 150);
  fail_unless_equals_int (card_get (card, plane, "alpha"), 0xffff);
  tear_down ();
}
GST_END_TEST;

/* --- zpos -------------------------------------------------------------- */

static void
show_on (struct sink *which)
{
  sink_push_any (which);
  sink_wait_frames (which, 1);
}

/* Planes that lie as their numbers say: the higher sink has the higher one. */
GST_START_TEST (the_higher_of_two_sinks_has_the_higher_plane)
{
  struct sink below, above;
  uint32_t overlay;

  make_card (true);
  overlay = card_add_plane (
      card, &(struct card_plane) {
                .min_scale = 0x10000 / 8, .max_scale = 0x10000 * 4 });
  card_add_zpos (card, plane, 0, 0, 0);
  card_add_zpos (card, overlay, 1, 1, 1);
  sink_open (&above, card_path (card),
      MODE "zpos=5 render-rectangle=<0,0,200,150>", CAPS);
  sink_open (&below, card_path (card),
      MODE "zpos=-5 render-rectangle=<100,100,400,300>", CAPS);
  show_on (&above);
  show_on (&below);
  fail_unless_equals_int (card_get (card, overlay, "CRTC_W"), 200);
  fail_unless_equals_int (card_get (card, plane, "CRTC_W"), 400);
  sink_close (&above);
  sink_close (&below);
  card_free (card);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (a_picture_keeps_its_proportions),
    RUNNER_TEST (without_them_it_fills_the_screen),
    RUNNER_TEST (proportions_can_be_given_up_while_playing),
    RUNNER_TEST (pixels_that_are_not_square_are_stretched),
    RUNNER_TEST (a_screen_whose_pixels_are_not_square_is_made_up_for),
    RUNNER_TEST (a_part_off_the_screen_is_cut_off_by_as_much),
    RUNNER_TEST (a_rotation_is_set),
    RUNNER_TEST (a_rotation_is_made_of_what_there_is),
    RUNNER_TEST (a_rotation_that_cannot_be_is_told_once),
    RUNNER_TEST (a_quarter_is_refused_where_only_halves_are),
    RUNNER_TEST (a_translucency_that_cannot_be_is_told_once),
    RUNNER_TEST (what_can_be_is_done_beside_what_cannot),
    RUNNER_TEST (what_is_no_longer_asked_for_is_no_longer_refused),
    RUNNER_TEST (an_alpha_is_set), RUNNER_TEST (an_alpha_changes_what_is_shown),
    RUNNER_TEST (alpha_and_rotation_end_with_the_sink),
    RUNNER_TEST (another_thread_may_change_the_style_at_any_time),
    RUNNER_TEST (the_higher_of_two_sinks_has_the_higher_plane))
