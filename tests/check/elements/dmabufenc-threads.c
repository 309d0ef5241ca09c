/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "enc.h"

#include "gst-libs/v4l2/v4l2-sys.h"

#include <linux/videodev2.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/ioctl.h>

/* Who is kept waiting by whom. */

/* Calls for controls wait while it is closed, not for ever. */
static struct {
  atomic_bool is_closed;
  atomic_int waiting;
} gate;

static int
gated_ioctl (int fd, unsigned long request, void *arg)
{
  if (request == VIDIOC_QUERY_EXT_CTRL && atomic_load (&gate.is_closed)) {
    atomic_fetch_add (&gate.waiting, 1);
    for (guint i = 0; i < 2000 && atomic_load (&gate.is_closed); i++)
      g_usleep (1000);
    atomic_fetch_sub (&gate.waiting, 1);
  }
  return ioctl (fd, request, arg);
}

static gpointer
read_controls (gpointer element)
{
  GstStructure *controls = NULL;

  g_object_get (element, "device-controls", &controls, NULL);
  gst_structure_free (controls);
  return NULL;
}

GST_START_TEST (frames_flow_while_controls_are_read)
{
  struct enc enc;
  GThread *reader;

  zc_v4l2_sys.ioctl = gated_ioctl;
  enc_open (&enc, "", ENC_DMABUF);
  enc_push_some (&enc, 3);
  enc_pull_some (&enc, 3);
  atomic_store (&gate.is_closed, true);
  reader = g_thread_new ("reader", read_controls, enc.element);
  while (atomic_load (&gate.waiting) == 0)
    g_usleep (1000);
  enc_push_some (&enc, 5);
  enc_pull_some (&enc, 5);
  fail_unless (atomic_load (&gate.waiting) > 0, "they waited for the controls");
  atomic_store (&gate.is_closed, false);
  g_thread_join (reader);
  enc_close (&enc);
}
GST_END_TEST;

/* A branch of a tee, which goes on: pictures are not kept for nobody. */
GST_START_TEST (who_is_linked_again_is_served_again)
{
  GstFlowReturn flow = GST_FLOW_OK;
  GstPad *source, *sink;
  GstBuffer *coded;
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  enc_push_some (&enc, 2);
  enc_pull_some (&enc, 2);
  source = gst_element_get_static_pad (enc.element, "src");
  sink = gst_pad_get_peer (source);
  fail_unless (gst_pad_unlink (source, sink));
  for (guint i = 0; i < 100 && flow == GST_FLOW_OK; i++)
    flow = gst_harness_push (enc.harness, enc_picture (&enc));
  for (guint i = 0; i < 20; i++) {
    flow = gst_harness_push (enc.harness, enc_picture (&enc));
    fail_unless_equals_int (flow, GST_FLOW_NOT_LINKED);
  }
  fail_unless (enc_count_pending (&enc) <= 5, "%u", enc_count_pending (&enc));

  fail_unless_equals_int (gst_pad_link (source, sink), GST_PAD_LINK_OK);
  enc_push_some (&enc, 3);
  coded = enc_pull (&enc);
  fail_unless (enc_is_key (coded));
  gst_buffer_unref (coded);
  enc_pull_some (&enc, 2);
  enc_end (&enc);
  fail_unless_equals_int (enc_count_pending (&enc), 0);
  gst_object_unref (source);
  gst_object_unref (sink);
  enc_close (&enc);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (frames_flow_while_controls_are_read),
    RUNNER_TEST (who_is_linked_again_is_served_again))
