/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* That an element of a plugin, which brings the device layer with it, runs on
 * the played card. */
#include "../helpers/card.h"
#include "../helpers/runner.h"

#include <drm_fourcc.h>
#include <gst/check/gstharness.h>

static struct card *card;
static uint32_t crtc, connector, plane;
static GstHarness *harness;

static void
set_up (void)
{
  g_autofree gchar *launch = NULL;

  card = card_new ();
  crtc = card_add_crtc (card);
  connector = card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  plane = card_add_plane (
      card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY });
  card_set_auto_flip (card, 5000);

  /* a harness opens its element at once */
  launch = g_strdup_printf (
      "dmabufsink sync=false device=%s", card_path (card));
  harness = gst_harness_new_parse (launch);
  gst_harness_set_src_caps_str (
      harness, "video/x-raw,format=BGRx,width=640,height=480,framerate=30/1");
  gst_harness_play (harness);
}

static void
tear_down (void)
{
  gst_harness_teardown (harness);
  card_free (card);
}

static GstFlowReturn
push (void)
{
  return gst_harness_push (
      harness, gst_buffer_new_allocate (NULL, 640 * 480 * 4, NULL));
}

GST_START_TEST (pictures_are_shown)
{
  uint64_t shown = 0;
  struct card_fb fb;

  set_up ();
  for (unsigned i = 0; i < 3; i++) {
    fail_unless_equals_int (push (), GST_FLOW_OK);
    card_wait_for_commits (card, i + 1);
  }
  fail_unless_equals_int (card_get (card, crtc, "ACTIVE"), 1);
  fail_unless_equals_int (card_get (card, connector, "CRTC_ID"), crtc);
  shown = card_get (card, plane, "FB_ID");
  fail_unless (card_get_fb (card, shown, &fb));
  fail_unless_equals_int (fb.fourcc, DRM_FORMAT_XRGB8888);
  fail_unless_equals_int (fb.width, 640);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_refused_commit_reaches_the_bus)
{
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstBus) bus = gst_bus_new ();

  set_up ();
  gst_element_set_bus (harness->element, bus);
  fail_unless_equals_int (push (), GST_FLOW_OK);
  card_fail_commit (card, ENOSPC, -1, 0);
  for (unsigned i = 0; i < 10 && !message; i++) {
    push ();
    /* none is committed before the last has flipped */
    message = gst_bus_timed_pop_filtered (
        bus, 200 * GST_MSECOND, GST_MESSAGE_ERROR);
  }
  fail_unless (message != NULL);
  gst_element_set_bus (harness->element, NULL);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (pictures_are_shown),
    RUNNER_TEST (a_refused_commit_reaches_the_bus))
