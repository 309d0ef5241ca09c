/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a sink says of the screen, of its frames, and of what it was asked for
 * in vain: whenever that is found, and once. */
#include "../helpers/card.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#include <gst/video/videooverlay.h>

#define SIZE "width=640,height=480,framerate=30/1"
#define CAPS "video/x-raw,format=BGRx," SIZE
#define MODE "mode=1280x720 "

static struct card *card;
static uint32_t connector, plane;
static struct sink sink;

static void
make_card (void)
{
  card = card_new ();
  card_add_crtc (card);
  connector = card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  plane = card_add_plane (
      card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY,
                .min_scale = 0x10000 / 8,
                .max_scale = 0x10000 * 4 });
  card_set_auto_flip (card, 2000);
}

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
check_stat (const char *field, const char *value)
{
  g_autofree gchar *is = sink_get_stat_string (&sink, field);

  fail_unless_equals_string (is, value);
}

/* It has TEXT and OTHER, and is the only one. */
static void
check_warning (const char *text, const char *other)
{
  g_autofree gchar *first = sink_take_warning (&sink), *second = NULL;

  fail_unless (first && strstr (first, text), "%s", first);
  fail_unless (strstr (first, other) != NULL, "%s", first);
  second = sink_take_warning (&sink);
  fail_if (second, "%s", second);
}

static void
check_no_warning (void)
{
  g_autofree gchar *warning = sink_take_warning (&sink);

  fail_if (warning, "%s", warning);
}

static void
plug (const char *monitor)
{
  g_autofree gchar *path = g_strdup_printf ("%s/%s.edid", EDID_DATA, monitor);
  g_autofree gchar *data = NULL;
  gsize size;

  fail_unless (g_file_get_contents (path, &data, &size, NULL), "%s", path);
  card_set_edid (card, connector, data, size);
}

/* --- the screen -------------------------------------------------------- */

GST_START_TEST (the_monitor_is_named)
{
  make_card ();
  plug ("dell-2408wfp-dp");
  show (MODE, CAPS);
  check_stat ("monitor", "HDMI-A-1 (DELL 2408WFP)");
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (of_a_monitor_that_says_nothing_the_connector_is_named)
{
  make_card ();
  show (MODE, CAPS);
  check_stat ("monitor", "HDMI-A-1");
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (whose_modes_they_are_is_told)
{
  g_autofree gchar *error = NULL;

  make_card ();
  plug ("dell-2408wfp-dp");
  sink_open (&sink, card_path (card), "mode=1234x567", NULL);
  gst_harness_set_src_caps_str (sink.harness, CAPS);
  error = sink_take_error (&sink);
  fail_unless (error && strstr (error, "HDMI-A-1 (DELL 2408WFP) has no mode"),
      "%s", error);
  tear_down ();
}
GST_END_TEST;

/* --- the mode ---------------------------------------------------------- */

GST_START_TEST (a_mode_that_makes_no_sense_is_an_error_with_those_there_are)
{
  g_autofree gchar *error = NULL, *kept = NULL;

  make_card ();
  sink_open (&sink, card_path (card), "mode=foo", NULL);
  g_object_get (sink.harness->element, "mode", &kept, NULL);
  fail_unless_equals_string (kept, "foo");
  gst_harness_set_src_caps_str (sink.harness, CAPS);
  error = sink_take_error (&sink);
  fail_unless (error && strstr (error, card_path (card)), "%s", error);
  fail_unless (strstr (error, "\"foo\"") != NULL, "%s", error);
  fail_unless (strstr (error, "preferred, current, match") != NULL);
  fail_unless (strstr (error, "1280x720@60") != NULL, "%s", error);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_mode_that_makes_no_sense_leaves_what_is_shown)
{
  make_card ();
  show (MODE, CAPS);
  g_object_set (sink.harness->element, "mode", "foo", NULL);
  for (guint i = 2; i < 5; i++) {
    sink_push_any (&sink);
    sink_wait_frames (&sink, i);
  }
  check_stat ("mode", "1280x720@60");
  check_warning ("stays as it is", "\"foo\"");
  g_object_set (sink.harness->element, "mode", "640x480", NULL);
  sink_push_any (&sink);
  sink_wait_frames (&sink, 5);
  check_stat ("mode", "640x480@60");
  check_no_warning ();
  tear_down ();
}
GST_END_TEST;

/* --- the style --------------------------------------------------------- */

#define NO_TURN "rotate-method=custom does not say how to turn it"

GST_START_TEST (a_custom_turn_is_none_and_told)
{
  make_card ();
  card_add_rotation (card, plane, 0x3f);
  show (MODE "rotate-method=custom", CAPS);
  fail_unless_equals_int (
      card_get (card, plane, "rotation"), DRM_MODE_ROTATE_0);
  check_stat ("refused", NO_TURN);
  check_warning (NO_TURN, "all else is done");
  tear_down ();
}
GST_END_TEST;

static void
show_and_pause (void)
{
  make_card ();
  show (MODE, CAPS);
  gst_element_set_state (sink.harness->element, GST_STATE_PAUSED);
}

/* Nothing more comes with the frames that follow. */
static void
go_on (void)
{
  gst_element_set_state (sink.harness->element, GST_STATE_PLAYING);
  for (guint i = 2; i < 5; i++) {
    sink_push_any (&sink);
    sink_wait_frames (&sink, i);
  }
  check_no_warning ();
  tear_down ();
}

GST_START_TEST (while_paused_what_cannot_be_done_is_told_at_once)
{
  show_and_pause ();
  g_object_set (sink.harness->element, "alpha", 0.5, NULL);
  check_stat ("refused", "it cannot be translucent");
  check_warning ("it cannot be translucent", card_path (card));
  go_on ();
}
GST_END_TEST;

GST_START_TEST (while_paused_a_rectangle_off_the_screen_is_told_at_once)
{
  show_and_pause ();
  sink_set_rectangle (&sink, 5000, 0, 320, 240);
  check_warning ("stays as it is", "nothing would be visible");
  go_on ();
}
GST_END_TEST;

GST_START_TEST (each_of_two_rectangles_off_the_screen_is_told)
{
  show_and_pause ();
  sink_set_rectangle (&sink, 5000, 0, 320, 240);
  check_warning ("stays as it is", "nothing would be visible");
  sink_set_rectangle (&sink, 6000, 0, 320, 240);
  check_warning ("stays as it is", "nothing would be visible");
  go_on ();
}
GST_END_TEST;

GST_START_TEST (what_was_told_is_not_told_again_by_an_expose)
{
  show_and_pause ();
  sink_set_rectangle (&sink, 5000, 0, 320, 240);
  check_warning ("stays as it is", "nothing would be visible");
  gst_video_overlay_expose (GST_VIDEO_OVERLAY (sink.harness->element));
  go_on ();
}
GST_END_TEST;

/* --- frames ------------------------------------------------------------ */

GST_START_TEST (interlaced_frames_are_shown_woven)
{
  make_card ();
  show (MODE, CAPS ",interlace-mode=interleaved");
  check_stat ("fields", "woven");
  sink_set_caps (&sink, CAPS ",interlace-mode=mixed");
  check_stat ("fields", "woven");
  sink_set_caps (&sink, CAPS ",interlace-mode=progressive");
  check_stat ("fields", "none");
  sink_set_caps (&sink, CAPS);
  check_stat ("fields", "none");
  tear_down ();
}
GST_END_TEST;

static void
check_refused_caps (const char *text)
{
  GstSegment segment;
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  fail_if (
      gst_pad_peer_query_accept_caps (sink.harness->srcpad, caps), "%s", text);
  gst_harness_push_event (sink.harness, gst_event_new_caps (caps));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (sink.harness, gst_event_new_segment (&segment));
  fail_unless_equals_int (gst_harness_push (sink.harness,
                              gst_buffer_new_allocate (NULL, 100, NULL)),
      GST_FLOW_NOT_NEGOTIATED);
}

GST_START_TEST (fields_that_come_one_by_one_are_not_negotiated)
{
  make_card ();
  sink_open (&sink, card_path (card), MODE, NULL);
  gst_harness_push_event (sink.harness, gst_event_new_stream_start ("fields"));
  check_refused_caps ("video/x-raw(memory:SystemMemory,format:Interlaced),"
                      "format=BGRx," SIZE ",interlace-mode=alternate");
  check_refused_caps (CAPS ",interlace-mode=alternate");
  check_refused_caps (CAPS ",interlace-mode=fields");
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (why_frames_are_copied_is_counted_with_them)
{
  g_autofree gchar *reason = NULL;

  make_card ();
  show (MODE, CAPS);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "copies"), 1);
  reason = sink_get_stat_string (&sink, "copy-reason");
  fail_unless (strstr (reason, "did not take the pool") != NULL, "%s", reason);
  tear_down ();
}
GST_END_TEST;

/* In memory of the sink's, which need not be copied. */
static GstBuffer *
acquire (GstBufferPool **pool)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  GstBuffer *buffer = NULL;
  GstStructure *config;
  guint size, min, max;

  fail_unless (gst_pad_peer_query (sink.harness->srcpad, query));
  gst_query_parse_nth_allocation_pool (query, 0, pool, &size, &min, &max);
  gst_query_unref (query);
  config = gst_buffer_pool_get_config (*pool);
  gst_buffer_pool_config_set_params (config, caps, size, min, max);
  fail_unless (gst_buffer_pool_set_config (*pool, config));
  fail_unless (gst_buffer_pool_set_active (*pool, TRUE));
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (*pool, &buffer, NULL), GST_FLOW_OK);
  return buffer;
}

static void
add_text (GstBuffer *buffer)
{
  GstBuffer *pixels = gst_buffer_new_allocate (NULL, 16 * 16 * 4, NULL);
  GstVideoOverlayRectangle *rectangle;
  GstVideoOverlayComposition *text;

  gst_buffer_memset (pixels, 0, 0xff, 16 * 16 * 4);
  gst_buffer_add_video_meta (
      pixels, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_BGRA, 16, 16);
  rectangle = gst_video_overlay_rectangle_new_raw (
      pixels, 0, 0, 16, 16, GST_VIDEO_OVERLAY_FORMAT_FLAG_PREMULTIPLIED_ALPHA);
  text = gst_video_overlay_composition_new (rectangle);
  gst_buffer_add_video_overlay_composition_meta (buffer, text);
  gst_video_overlay_composition_unref (text);
  gst_video_overlay_rectangle_unref (rectangle);
  gst_buffer_unref (pixels);
}

GST_START_TEST (frames_that_text_is_drawn_into_are_copied_for_that)
{
  GstBuffer *buffer, *text;
  GstBufferPool *pool;

  make_card ();
  sink_open (&sink, card_path (card), MODE, CAPS);
  buffer = acquire (&pool);
  sink_push (&sink, gst_buffer_ref (buffer));
  sink_wait_frames (&sink, 1);
  check_stat ("copy-reason", "none");
  text = gst_buffer_copy (buffer);
  gst_buffer_unref (buffer);
  add_text (text);
  sink_push (&sink, text);
  sink_wait_frames (&sink, 2);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "copies"), 1);
  check_stat ("copy-reason", "the CPU draws text into them");
  sink_close (&sink);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  card_free (card);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (the_monitor_is_named),
    RUNNER_TEST (of_a_monitor_that_says_nothing_the_connector_is_named),
    RUNNER_TEST (whose_modes_they_are_is_told),
    RUNNER_TEST (a_mode_that_makes_no_sense_is_an_error_with_those_there_are),
    RUNNER_TEST (a_mode_that_makes_no_sense_leaves_what_is_shown),
    RUNNER_TEST (a_custom_turn_is_none_and_told),
    RUNNER_TEST (while_paused_what_cannot_be_done_is_told_at_once),
    RUNNER_TEST (while_paused_a_rectangle_off_the_screen_is_told_at_once),
    RUNNER_TEST (each_of_two_rectangles_off_the_screen_is_told),
    RUNNER_TEST (what_was_told_is_not_told_again_by_an_expose),
    RUNNER_TEST (interlaced_frames_are_shown_woven),
    RUNNER_TEST (fields_that_come_one_by_one_are_not_negotiated),
    RUNNER_TEST (why_frames_are_copied_is_counted_with_them),
    RUNNER_TEST (frames_that_text_is_drawn_into_are_copied_for_that))
