/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The element on the played card, which fails the test for whatever a client
 * leaves behind: without a picture that is shown. */
#include "../helpers/card.h"
#include "../helpers/runner.h"

#include <gst/gst.h>

/* Its plane does not scale: the hardware is asked with black behind. */
static struct card *
new_card (void)
{
  struct card *card = card_new ();

  card_add_crtc (card);
  card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  card_add_plane (
      card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY });
  card_set_auto_flip (card, 5000);
  return card;
}

GST_START_TEST (what_is_only_asked_leaves_nothing)
{
  struct card *card = new_card ();
  GstElement *sink = gst_element_factory_make ("dmabufsink", NULL);

  g_object_set (sink, "device", card_path (card), NULL);
  fail_unless_equals_int (
      gst_element_set_state (sink, GST_STATE_PAUSED), GST_STATE_CHANGE_ASYNC);
  fail_unless_equals_int (card_n_commits (card), 0);
  fail_unless_equals_int (
      gst_element_set_state (sink, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
  gst_object_unref (sink);
  card_free (card);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (what_is_only_asked_leaves_nothing))
