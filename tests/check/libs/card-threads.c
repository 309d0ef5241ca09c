/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who changes a sink while others run, start and stop it. */
#include "../helpers/card.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#include <gst/video/videooverlay.h>

#define CAPS "video/x-raw,format=BGRx,width=640,height=480,framerate=30/1"
#define N_STARTS 20

static struct card *card;
static GstElement *pipeline, *sink;
static gint stop;

static void
set_up (void)
{
  const struct card_plane shape = {
    .type = DRM_PLANE_TYPE_PRIMARY,
    .min_scale = 0x10000 / 8,
    .max_scale = 0x10000 * 4,
  };
  g_autofree gchar *launch = NULL;

  card = card_new ();
  card_add_crtc (card);
  card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  card_add_alpha (card, card_add_plane (card, &shape));
  card_set_auto_flip (card, 500);
  launch = g_strdup_printf ("videotestsrc ! " CAPS
                            " ! dmabufsink name=sink sync=false "
                            "mode=1280x720 device=%s",
      card_path (card));
  pipeline = pipeline_new (launch);
  sink = pipeline_get (pipeline, "sink");
}

static void
tear_down (void)
{
  gst_object_unref (sink);
  pipeline_free (pipeline);
  card_free (card);
}

/* Runs DO_IT while a sink starts, shows and stops. */
static void
start_and_stop_during (GThreadFunc do_it)
{
  GThread *thread;

  set_up ();
  thread = g_thread_new ("beside", do_it, NULL);
  for (guint i = 0; i < N_STARTS; i++) {
    pipeline_set_state (pipeline, GST_STATE_PLAYING);
    pipeline_set_state (pipeline, i % 2 ? GST_STATE_NULL : GST_STATE_READY);
  }
  g_atomic_int_set (&stop, TRUE);
  g_thread_join (thread);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 3);
  tear_down ();
}

static gpointer
change_style (gpointer data)
{
  (void) data;
  for (guint i = 0; !g_atomic_int_get (&stop); i++) {
    g_object_set (sink, "alpha", i % 5 / 4., "zpos", i % 3, NULL);
    gst_video_overlay_set_render_rectangle (
        GST_VIDEO_OVERLAY (sink), i % 100, i % 50, 200 + i % 90, 300);
    g_usleep (100);
  }
  return NULL;
}

GST_START_TEST (a_style_changes_while_a_sink_starts_and_stops)
{
  start_and_stop_during (change_style);
}
GST_END_TEST;

static gpointer
read_all (gpointer data)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  (void) data;
  while (!g_atomic_int_get (&stop)) {
    g_autoptr (GstCaps) caps = gst_pad_query_caps (pad, NULL);

    runner_require (!gst_caps_is_empty (caps), "no caps");
    pipeline_get_stat (pipeline, "sink", "frames");
    g_usleep (100);
  }
  return NULL;
}

GST_START_TEST (stats_and_caps_are_read_while_a_sink_starts_and_stops)
{
  start_and_stop_during (read_all);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (a_style_changes_while_a_sink_starts_and_stops),
    RUNNER_TEST (stats_and_caps_are_read_while_a_sink_starts_and_stops))
