/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/runner.h"
#include "enc.h"

#include <gst/video/video.h>

/* An encoder that is interrupted, wherever its threads are. */

static gint pushes; /* atomic */

static gpointer
push_for_ever (gpointer data)
{
  struct enc *enc = data;
  GstFlowReturn flow;

  do {
    g_atomic_int_inc (&pushes);
    flow = gst_harness_push (enc->harness, enc_picture (enc));
  } while (flow == GST_FLOW_OK);
  return GINT_TO_POINTER (flow);
}

static gpointer
push_end (gpointer data)
{
  struct enc *enc = data;

  gst_harness_push_event (enc->harness, gst_event_new_eos ());
  return NULL;
}

/* Downstream takes nothing more, from now on. */
static gulong
block (struct enc *enc)
{
  GstPad *pad = gst_element_get_static_pad (enc->element, "src");
  gulong id = gst_pad_add_probe (pad,
      GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER, NULL, NULL, NULL);

  gst_object_unref (pad);
  return id;
}

static void
unblock (struct enc *enc, gulong id)
{
  GstPad *pad = gst_element_get_static_pad (enc->element, "src");

  gst_pad_remove_probe (pad, id);
  gst_object_unref (pad);
}

/* Until nothing moves. */
static void
wait_still (void)
{
  guint still = 0;

  while (still < 30) {
    gint before = g_atomic_int_get (&pushes);

    g_usleep (5000);
    still = g_atomic_int_get (&pushes) == before ? still + 1 : 0;
  }
}

/* All comes that is pushed now. */
static void
assert_goes_on (struct enc *enc)
{
  while (gst_harness_buffers_in_queue (enc->harness) > 0)
    gst_buffer_unref (gst_harness_pull (enc->harness));
  enc_push_some (enc, 10);
  enc_end (enc);
  enc_pull_some (enc, 10);
  fail_unless_equals_int (gst_harness_buffers_in_queue (enc->harness), 0);
  fail_unless (enc_take_error (enc) == NULL);
}

GST_START_TEST (before_the_first_frame)
{
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  enc_flush (&enc);
  assert_goes_on (&enc);
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (while_frames_flow)
{
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  for (guint i = 0; i < 50; i++) {
    enc_push_some (&enc, i % 5);
    enc_flush (&enc);
  }
  assert_goes_on (&enc);
  enc_close (&enc);
}
GST_END_TEST;

/* The thread that pushes waits for the device, which waits for downstream. */
GST_START_TEST (while_the_device_has_no_room)
{
  struct enc enc;
  GThread *thread;
  gulong id;

  enc_open (&enc, "", ENC_DMABUF);
  id = block (&enc);
  thread = g_thread_new ("pushes", push_for_ever, &enc);
  wait_still ();
  fail_unless (
      gst_harness_push_event (enc.harness, gst_event_new_flush_start ()));
  fail_unless_equals_int (
      GPOINTER_TO_INT (g_thread_join (thread)), GST_FLOW_FLUSHING);
  unblock (&enc, id);
  enc_flush (&enc);
  assert_goes_on (&enc);
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (while_it_drains)
{
  struct enc enc;
  GThread *thread;
  gulong id;

  enc_open (&enc, "", ENC_DMABUF);
  id = block (&enc);
  enc_push_some (&enc, 3);
  thread = g_thread_new ("ends", push_end, &enc);
  wait_still ();
  fail_unless (
      gst_harness_push_event (enc.harness, gst_event_new_flush_start ()));
  g_thread_join (thread);
  unblock (&enc, id);
  enc_flush (&enc);
  assert_goes_on (&enc);
  enc_close (&enc);
}
GST_END_TEST;

/* Stopping is the same, but that nothing goes on. */
GST_START_TEST (stopping_ends_the_wait_for_room)
{
  struct enc enc;
  GThread *thread;

  enc_open (&enc, "", ENC_DMABUF);
  block (&enc);
  thread = g_thread_new ("pushes", push_for_ever, &enc);
  wait_still ();
  fail_unless_equals_int (gst_element_set_state (enc.element, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  fail_unless_equals_int (
      GPOINTER_TO_INT (g_thread_join (thread)), GST_FLOW_FLUSHING);
  enc_close (&enc);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}
GST_END_TEST;

GST_START_TEST (stopping_ends_the_drain)
{
  struct enc enc;
  GThread *thread;

  enc_open (&enc, "", ENC_DMABUF);
  block (&enc);
  enc_push_some (&enc, 3);
  thread = g_thread_new ("ends", push_end, &enc);
  wait_still ();
  fail_unless_equals_int (gst_element_set_state (enc.element, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  g_thread_join (thread);
  enc_close (&enc);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}
GST_END_TEST;

/* --- downstream that ends ----------------------------------------------- */

static gint may_refuse;
static GstBuffer *kept;

static GstPadProbeReturn
refuse (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  (void) pad;
  while (!g_atomic_int_get (&may_refuse))
    g_usleep (1000);
  kept = GST_PAD_PROBE_INFO_BUFFER (info); /* the device cannot have it */
  info->data = NULL;
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = (GstFlowReturn) GPOINTER_TO_INT (
      data);
  return GST_PAD_PROBE_HANDLED;
}

/* Who pushes is told, though he waits for room. */
static void
assert_flow_is_told (GstFlowReturn flow)
{
  struct enc enc;
  GThread *thread;
  GstPad *pad;

  enc_open (&enc, "", ENC_DMABUF);
  pad = gst_element_get_static_pad (enc.element, "src");
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER, refuse, GINT_TO_POINTER (flow), NULL);
  gst_object_unref (pad);
  thread = g_thread_new ("pushes", push_for_ever, &enc);
  wait_still ();
  g_atomic_int_set (&may_refuse, TRUE);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)), flow);
  enc_end (&enc);
  fail_unless (enc_take_error (&enc) == NULL);
  enc_close (&enc);
  gst_buffer_unref (kept);
}

GST_START_TEST (an_end_downstream_is_told)
{
  assert_flow_is_told (GST_FLOW_EOS);
}
GST_END_TEST;

GST_START_TEST (an_error_downstream_is_told)
{
  assert_flow_is_told (GST_FLOW_ERROR);
}
GST_END_TEST;

/* --- buffers go back ---------------------------------------------------- */

/* With all that it refers to. */
GST_START_TEST (a_picture_goes_back_before_the_next_one_comes)
{
  struct enc enc;
  GstBuffer *picture, *buffer, *parent;
  gint gone = 0;

  enc_open (&enc, "", ENC_DMABUF);
  block (&enc);
  for (gint i = 1; i <= 4; i++) {
    /* one that no pool keeps */
    picture = enc_picture (&enc);
    buffer = gst_buffer_copy (picture);
    gst_buffer_unref (picture);
    parent = gst_buffer_new ();
    enc_watch (parent, &gone);
    gst_buffer_add_parent_buffer_meta (buffer, parent);
    gst_buffer_unref (parent);
    enc_watch (buffer, &gone);
    enc_push (&enc, buffer);
    enc_wait_gone (&gone, 2 * i);
  }
  gst_element_set_state (enc.element, GST_STATE_READY);
  enc_close (&enc);
}
GST_END_TEST;

/* Downstream keeps all: there are as many buffers as the driver can have, and
 * then copies. */
GST_START_TEST (downstream_may_keep_every_coded_frame)
{
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  enc_push_some (&enc, 100);
  enc_end (&enc);
  fail_unless_equals_int (gst_harness_buffers_in_queue (enc.harness), 100);
  /* vb2 has up to 64 buffers, or 32 in older kernels */
  fail_unless (enc_get_stat (&enc, "coded-copies") > 100 - 66);
  fail_unless (enc_get_stat (&enc, "coded-copies") < 100 - 24);
  enc_assert_stat (&enc, "frames", 100);
  for (guint i = 0; i < 100; i++) {
    GstBuffer *buffer = enc_pull (&enc);

    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), i * ENC_DURATION);
    gst_buffer_unref (buffer);
  }
  enc_close (&enc);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}
GST_END_TEST;

/* When there are buffers again, frames are not copied any more. */
GST_START_TEST (copies_end_when_buffers_are_back)
{
  struct enc enc;
  guint64 copies;

  enc_open (&enc, "", ENC_DMABUF);
  enc_push_some (&enc, 100);
  enc_pull_some (&enc, 98);
  copies = enc_get_stat (&enc, "coded-copies");
  fail_unless (copies > 0);
  for (guint i = 0; i < 20; i++) {
    enc_push_some (&enc, 1);
    enc_pull_some (&enc, 1);
  }
  enc_assert_stat (&enc, "coded-copies", copies);
  enc_close (&enc);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (before_the_first_frame),
    RUNNER_TEST (while_frames_flow), RUNNER_TEST (while_the_device_has_no_room),
    RUNNER_TEST (while_it_drains),
    RUNNER_TEST (stopping_ends_the_wait_for_room),
    RUNNER_TEST (stopping_ends_the_drain),
    RUNNER_TEST (an_end_downstream_is_told),
    RUNNER_TEST (an_error_downstream_is_told),
    RUNNER_TEST (a_picture_goes_back_before_the_next_one_comes),
    RUNNER_TEST (downstream_may_keep_every_coded_frame),
    RUNNER_TEST (copies_end_when_buffers_are_back))
