/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What applications send with GstNavigation, on its way upstream. */
#include "../helpers/card.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#include <gst/video/navigation.h>

#define CAPS "video/x-raw,format=BGRx,width=640,height=480,framerate=30/1"

static struct card *card;
static struct sink sink;

/* On a screen of 1280x720 the picture is 960x720 at 160,0. */
static void
set_up (const char *properties)
{
  g_autofree char *all = g_strdup_printf ("mode=1280x720 %s", properties);
  uint32_t plane;

  card = card_new ();
  card_add_crtc (card);
  card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  plane = card_add_plane (
      card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY,
                .min_scale = 0x10000 / 8,
                .max_scale = 0x10000 * 4 });
  card_add_rotation (card, plane, 0x3f);
  card_set_auto_flip (card, 2000);
  sink_open (&sink, card_path (card), all, CAPS);
}

static void
tear_down (void)
{
  sink_close (&sink);
  card_free (card);
}

static GstNavigation *
navigation (void)
{
  return GST_NAVIGATION (sink.harness->element);
}

/* Upstream gets the next one. */
static GstEvent *
pull (void)
{
  GstEvent *event = gst_harness_try_pull_upstream_event (sink.harness);

  while (event && GST_EVENT_TYPE (event) != GST_EVENT_NAVIGATION) {
    gst_event_unref (event);
    event = gst_harness_try_pull_upstream_event (sink.harness);
  }
  fail_unless (event != NULL);
  return event;
}

/* What is touched at X, Y of the screen is AT_X, AT_Y of the video. */
static void
check_point (gdouble x, gdouble y, gdouble at_x, gdouble at_y)
{
  g_autoptr (GstEvent) event = NULL;
  gdouble is_x, is_y;

  gst_navigation_send_event_simple (navigation (),
      gst_navigation_event_new_mouse_move (x, y, GST_NAVIGATION_MODIFIER_NONE));
  event = pull ();
  fail_unless (gst_navigation_event_get_coordinates (event, &is_x, &is_y));
  fail_unless (ABS (is_x - at_x) < 1e-6 && ABS (is_y - at_y) < 1e-6, "%f, %f",
      is_x, is_y);
}

static void
show (void)
{
  sink_push_any (&sink);
  sink_wait_frames (&sink, 1);
}

GST_START_TEST (a_point_of_the_screen_becomes_one_of_the_video)
{
  set_up ("");
  show ();
  check_point (160, 0, 0, 0);
  check_point (640, 360, 320, 240);
  check_point (1118.5, 718.5, 639, 479);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_point_beside_the_video_becomes_one_of_its_edge)
{
  set_up ("");
  show ();
  check_point (10, 360, 0, 240);
  check_point (1279, 360, 640, 240);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (points_are_turned_back_with_the_picture)
{
  set_up ("rotate-method=180");
  show ();
  check_point (160, 0, 640, 480);
  check_point (640, 360, 320, 240);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (points_move_with_the_rectangle)
{
  set_up ("");
  show ();
  sink_set_rectangle (&sink, 100, 50, 320, 240);
  check_point (100, 50, 0, 0);
  check_point (260, 170, 320, 240);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (without_a_picture_points_are_as_they_came)
{
  set_up ("");
  check_point (10, 20, 10, 20);
  gst_element_set_state (sink.harness->element, GST_STATE_NULL);
  gst_navigation_send_event_simple (
      navigation (), gst_navigation_event_new_key_press (
                         "Left", GST_NAVIGATION_MODIFIER_NONE));
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (keys_go_as_they_are)
{
  g_autoptr (GstEvent) event = NULL;
  const char *key;

  set_up ("");
  show ();
  gst_navigation_send_event_simple (
      navigation (), gst_navigation_event_new_key_press (
                         "Left", GST_NAVIGATION_MODIFIER_NONE));
  event = pull ();
  fail_unless (gst_navigation_event_parse_key_event (event, &key));
  fail_unless_equals_string (key, "Left");
  tear_down ();
}
GST_END_TEST;

static gboolean
handle_nothing (GstPad *pad, GstObject *parent, GstEvent *event)
{
  (void) pad;
  (void) parent;
  gst_event_unref (event);
  return FALSE;
}

GST_START_TEST (what_nobody_takes_is_for_the_application)
{
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstEvent) event = NULL;
  gdouble x, y;

  set_up ("");
  show ();
  gst_pad_set_event_function (sink.harness->srcpad, handle_nothing);
  gst_navigation_send_event_simple (
      navigation (), gst_navigation_event_new_mouse_button_press (
                         1, 640, 360, GST_NAVIGATION_MODIFIER_NONE));
  while (
      (message = gst_bus_pop_filtered (sink.bus, GST_MESSAGE_ELEMENT)) &&
      gst_navigation_message_get_type (message) != GST_NAVIGATION_MESSAGE_EVENT)
    g_clear_pointer (&message, gst_message_unref);
  fail_unless (message && gst_navigation_message_parse_event (message, &event));
  fail_unless (gst_navigation_event_get_coordinates (event, &x, &y));
  fail_unless (x == 320 && y == 240, "%f, %f", x, y);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (a_point_of_the_screen_becomes_one_of_the_video),
    RUNNER_TEST (a_point_beside_the_video_becomes_one_of_its_edge),
    RUNNER_TEST (points_are_turned_back_with_the_picture),
    RUNNER_TEST (points_move_with_the_rectangle),
    RUNNER_TEST (without_a_picture_points_are_as_they_came),
    RUNNER_TEST (keys_go_as_they_are),
    RUNNER_TEST (what_nobody_takes_is_for_the_application))
