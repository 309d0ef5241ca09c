/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fwht.h"
#include "../helpers/runner.h"
#include "../helpers/wire.h"

#include <errno.h>

/* Drivers that do less than vicodec, or bear less: it is made to play them. */

#define SIZE ",width=640,height=480,framerate=30/1"
#define NV12 "video/x-raw,format=NV12" SIZE
#define GOP 10

static void
push (GstHarness *harness, GstBuffer *frame)
{
  fail_unless_equals_int (gst_harness_push (harness, frame), GST_FLOW_OK);
}

static void
push_group (GstHarness *harness, const struct fwht *fwht)
{
  for (guint i = 0; i < GOP; i++)
    push (harness, fwht_frame (fwht, i, i));
}

/* --- the end ------------------------------------------------------------ */

/* What is told to end does not: mtk-jpeg, which gives all pictures and never
 * says which is the last. */
static void
ignore_stop (unsigned long request, gpointer argument, gboolean before)
{
  struct v4l2_decoder_cmd *command = argument;

  if (request == VIDIOC_DECODER_CMD && before)
    command->cmd = V4L2_DEC_CMD_START;
}

GST_START_TEST (an_end_that_is_not_told_is_noticed)
{
  struct fwht *fwht = fwht_new (NV12, 0, GOP);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  wire_watch (ignore_stop);
  push_group (harness, fwht);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wire_watch (NULL);
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), GOP);
  fail_unless_equals_uint64 (fwht_stat (harness, "dropped"), 0);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* New caps end a stream as well. */
GST_START_TEST (caps_after_an_end_that_is_not_told_go_on)
{
  struct fwht *fwht = fwht_new (NV12, 0, GOP);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);
  GstCaps *caps = gst_caps_copy (fwht->caps);

  gst_caps_set_simple (caps, "framerate", GST_TYPE_FRACTION, 25, 1, NULL);
  wire_watch (ignore_stop);
  push_group (harness, fwht);
  gst_harness_set_src_caps (harness, caps);
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), GOP);
  push_group (harness, fwht);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wire_watch (NULL);
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), 2 * GOP);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

static int
no_command (int ret, gpointer argument)
{
  (void) ret;
  (void) argument;
  return -ENOTTY;
}

/* rcar_jpu has no command, and gives back what it cannot decode. */
GST_START_TEST (a_last_frame_without_a_picture_does_not_hold_up_the_end)
{
  struct fwht *fwht = fwht_new (NV12, 0, GOP);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  wire_change (VIDIOC_TRY_DECODER_CMD, no_command);
  for (guint i = 0; i < GOP - 1; i++)
    push (harness, fwht_frame (fwht, i, i));
  push (harness, fwht_hide (fwht_frame (fwht, GOP - 1, GOP - 1)));
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wire_change (0, NULL);
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), GOP - 1);
  fail_unless_equals_uint64 (fwht_stat (harness, "dropped"), 1);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (an_end_that_is_not_told_is_noticed),
    RUNNER_TEST (caps_after_an_end_that_is_not_told_go_on),
    RUNNER_TEST (a_last_frame_without_a_picture_does_not_hold_up_the_end))
