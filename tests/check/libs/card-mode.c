/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which mode a sink sets, of a television that has many. */
#include "../helpers/card.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#include "gst-libs/kms/kms-mode.h"

#define VGA "video/x-raw,format=BGRx,width=640,height=480,framerate=30/1"
#define FILM "video/x-raw,format=BGRx,width=1920,height=1080,framerate=24/1"

enum { HD_50, HD_60, HD_50I, HD_24, SMALL_60, VGA_60, N_MODES };

static struct card *card;
static uint32_t crtc, connector, plane;
static struct sink sink;

static void
make_card (void)
{
  struct drm_mode_modeinfo modes[N_MODES] = {
    [HD_50] = card_mode (1920, 1080, 50), /* preferred */
    [HD_60] = card_mode (1920, 1080, 60),
    [HD_50I] = card_mode (1920, 1080, 25),
    [HD_24] = card_mode (1920, 1080, 24),
    [SMALL_60] = card_mode (800, 600, 60),
    [VGA_60] = card_mode (640, 480, 60),
  };

  modes[HD_50I].flags = DRM_MODE_FLAG_INTERLACE;
  card = card_new ();
  crtc = card_add_crtc (card);
  connector = card_add_connector (
      card, DRM_MODE_CONNECTOR_HDMIA, modes, N_MODES);
  plane = card_add_plane (
      card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY });
  card_add_plane (card, &(struct card_plane) { 0 });
  card_set_auto_flip (card, 2000);
}

static void
show (const char *properties, const char *caps)
{
  make_card ();
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
check_mode (const char *name)
{
  g_autofree gchar *told = sink_get_stat_string (&sink, "mode");
  size_t size;
  const drmModeModeInfo *mode = card_get_blob (card, crtc, "MODE_ID", &size);
  char set[ZC_KMS_MODE_NAME_SIZE];

  fail_unless_equals_string (told, name);
  fail_unless (mode != NULL);
  fail_unless_equals_string (zc_kms_mode_name (mode, set, sizeof (set)), name);
}

static void
check_choice (const char *mode, const char *caps, const char *name)
{
  g_autofree char *properties = g_strdup_printf ("mode=%s", mode);

  show (properties, caps);
  check_mode (name);
  tear_down ();
}

/* --- words ------------------------------------------------------------- */

GST_START_TEST (without_a_wish_it_is_the_pictures_size)
{
  show ("", VGA);
  check_mode ("640x480@60");
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_size_alone_has_the_rate_of_the_video)
{
  check_choice ("1920x1080", FILM, "1920x1080@24");
}
GST_END_TEST;

GST_START_TEST (a_size_has_the_rate_that_is_asked_for)
{
  check_choice ("1920x1080@50", FILM, "1920x1080@50");
}
GST_END_TEST;

GST_START_TEST (preferred_is_what_the_monitor_likes_best)
{
  check_choice ("preferred", VGA, "1920x1080@50");
}
GST_END_TEST;

GST_START_TEST (match_is_the_videos_size_and_rate)
{
  check_choice ("match", FILM, "1920x1080@24");
}
GST_END_TEST;

GST_START_TEST (match_is_the_smallest_that_holds_it)
{
  check_choice ("match",
      "video/x-raw,format=BGRx,width=700,height=400,framerate=30/1",
      "800x600@60");
}
GST_END_TEST;

GST_START_TEST (current_of_a_dark_display_is_preferred)
{
  check_choice ("current", VGA, "1920x1080@50");
}
GST_END_TEST;

GST_START_TEST (interlaced_is_had_by_its_name_alone)
{
  check_choice ("1920x1080i@50", FILM, "1920x1080i@50");
  check_choice ("1920x1080", FILM, "1920x1080@24");
}
GST_END_TEST;

/* --- refused ----------------------------------------------------------- */

GST_START_TEST (what_is_not_there_is_answered_with_what_is)
{
  g_autofree gchar *text = NULL;

  make_card ();
  sink_open (&sink, card_path (card), "mode=1024x768", VGA);
  gst_harness_push (
      sink.harness, gst_buffer_new_allocate (NULL, 640 * 480 * 4, NULL));
  text = sink_take_error (&sink);
  fail_unless (text != NULL);
  fail_unless (strstr (text, "1024x768"), "%s", text);
  fail_unless (
      strstr (text, "1920x1080@50, 1920x1080@60, 1920x1080i@50"), "%s", text);
  fail_unless_equals_int (card_get (card, crtc, "ACTIVE"), 0);
  tear_down ();
}
GST_END_TEST;

/* --- changed ----------------------------------------------------------- */

GST_START_TEST (it_changes_while_playing)
{
  show ("mode=640x480", VGA);
  for (guint i = 1; i < 7; i++) {
    g_object_set (sink.harness->element, "mode",
        i % 2 ? "1920x1080@60" : "640x480", NULL);
    sink_push_any (&sink);
    sink_wait_frames (&sink, i + 1);
    check_mode (i % 2 ? "1920x1080@60" : "640x480@60");
    fail_unless_equals_int (card_get (card, plane, "CRTC_X"), i % 2 ? 640 : 0);
  }
  tear_down ();
}
GST_END_TEST;

/* Frames go on in the mode that is there, and the bus is told. */
GST_START_TEST (what_is_not_there_changes_nothing_while_playing)
{
  g_autofree gchar *text = NULL;

  show ("mode=800x600", VGA);
  g_object_set (sink.harness->element, "mode", "1024x768", NULL);
  for (guint i = 2; i < 5; i++) {
    sink_push_any (&sink);
    sink_wait_frames (&sink, i);
  }
  check_mode ("800x600@60");
  text = sink_take_warning (&sink);
  fail_unless (text && strstr (text, "1920x1080@24"), "%s", text);
  tear_down ();
}
GST_END_TEST;

/* --- shared ------------------------------------------------------------ */

GST_START_TEST (the_second_sink_does_not_change_it)
{
  g_autofree gchar *refused = NULL;
  struct sink second;

  show ("mode=800x600 render-rectangle=<0,0,640,480>", VGA);
  sink_open (&second, card_path (card),
      "mode=1920x1080@60 render-rectangle=<100,100,640,480>", VGA);
  sink_push_any (&second);
  sink_wait_frames (&second, 1);
  check_mode ("800x600@60");
  refused = sink_get_stat_string (&second, "refused");
  fail_unless_equals_string (
      refused, "another sink shows on the display, which keeps its mode");
  sink_close (&second);
  tear_down ();
}
GST_END_TEST;

/* A sink that agrees is refused nothing. */
GST_START_TEST (the_second_sink_may_ask_for_the_same)
{
  g_autofree gchar *warning = NULL;
  struct sink second;

  show ("mode=800x600 render-rectangle=<0,0,640,480>", VGA);
  sink_open (&second, card_path (card),
      "mode=800x600@60 render-rectangle=<100,100,640,480>", VGA);
  sink_push_any (&second);
  sink_wait_frames (&second, 1);
  warning = sink_take_warning (&second);
  fail_if (warning, "%s", warning);
  sink_close (&second);
  tear_down ();
}
GST_END_TEST;

/* What another program left there. */
GST_START_TEST (current_is_what_is_lit)
{
  struct sink other;

  make_card ();
  sink_open (&other, card_path (card), "mode=800x600", VGA);
  sink_push_any (&other);
  sink_wait_frames (&other, 1);
  sink_open (&sink, card_path (card), "mode=current", VGA);
  sink_push_any (&sink);
  sink_wait_frames (&sink, 1);
  check_mode ("800x600@60");
  sink_close (&other);
  sink_push_any (&sink);
  sink_wait_frames (&sink, 2);
  check_mode ("800x600@60");
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (without_a_wish_it_is_the_pictures_size),
    RUNNER_TEST (a_size_alone_has_the_rate_of_the_video),
    RUNNER_TEST (a_size_has_the_rate_that_is_asked_for),
    RUNNER_TEST (preferred_is_what_the_monitor_likes_best),
    RUNNER_TEST (match_is_the_videos_size_and_rate),
    RUNNER_TEST (match_is_the_smallest_that_holds_it),
    RUNNER_TEST (current_of_a_dark_display_is_preferred),
    RUNNER_TEST (interlaced_is_had_by_its_name_alone),
    RUNNER_TEST (what_is_not_there_is_answered_with_what_is),
    RUNNER_TEST (it_changes_while_playing),
    RUNNER_TEST (what_is_not_there_changes_nothing_while_playing),
    RUNNER_TEST (the_second_sink_does_not_change_it),
    RUNNER_TEST (the_second_sink_may_ask_for_the_same),
    RUNNER_TEST (current_is_what_is_lit))
