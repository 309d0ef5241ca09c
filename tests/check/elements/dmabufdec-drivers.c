/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fwht.h"
#include "../helpers/runner.h"
#include "../helpers/wire.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>

/* Drivers that do less than vicodec, or bear less: it is made to play them. */

#define SIZE ",width=640,height=480,framerate=30/1"
#define NV12 "video/x-raw,format=NV12" SIZE
#define LARGER "video/x-raw,format=NV12,width=1280,height=720,framerate=30/1"
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

/* --- a new format ------------------------------------------------------- */

/* mt8173, mtk-jpeg: no last picture of the old format is told; the device has
 * nothing more to say until CAPTURE is stopped. */
static struct {
  gint marks; /* how many ends are still kept back */
  gint mute;
} old_format;

static int
keep_mark_back (int ret, gpointer argument)
{
  const struct v4l2_buffer *buffer = argument;

  if (ret < 0 || buffer->type != V4L2_BUF_TYPE_VIDEO_CAPTURE ||
      !(buffer->flags & V4L2_BUF_FLAG_LAST) ||
      g_atomic_int_get (&old_format.marks) == 0)
    return ret;
  g_atomic_int_add (&old_format.marks, -1);
  g_atomic_int_set (&old_format.mute, TRUE);
  return -EAGAIN;
}

static void
listen_to_stop (unsigned long request, gpointer argument, gboolean before)
{
  if (request == VIDIOC_STREAMOFF && !before &&
      *(int *) argument == V4L2_BUF_TYPE_VIDEO_CAPTURE)
    g_atomic_int_set (&old_format.mute, FALSE);
}

/* In place of libc's: who waits for pictures waits for events alone while the
 * device is mute. */
int
poll (struct pollfd *fds, nfds_t count, int timeout)
{
  const short pictures = POLLIN | POLLPRI;
  gpointer found = dlsym (RTLD_NEXT, "poll");
  int (*real) (struct pollfd *, nfds_t, int);
  gboolean is_mute = count > 0 && fds[0].events == pictures &&
                     g_atomic_int_get (&old_format.mute);
  int ret;

  *(gpointer *) &real = found;
  if (is_mute)
    fds[0].events = POLLPRI;
  ret = real (fds, count, timeout);
  if (is_mute)
    fds[0].events = pictures;
  return ret;
}

static void
begin_keeping_back (gint marks)
{
  g_atomic_int_set (&old_format.marks, marks);
  g_atomic_int_set (&old_format.mute, FALSE);
  wire_change (VIDIOC_DQBUF, keep_mark_back);
  wire_watch (listen_to_stop);
}

static void
assert_pictures (GstHarness *harness, guint n)
{
  for (guint i = 0; i < n; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);

    fail_unless (buffer != NULL, "picture %u", i);
    gst_buffer_unref (buffer);
  }
}

GST_START_TEST (a_format_is_set_up_when_the_old_one_ends_unsaid)
{
  struct fwht *one = fwht_new (NV12, 0, GOP);
  struct fwht *other = fwht_new (LARGER, 0, GOP);
  GstHarness *harness = fwht_decoder (other, NULL, TRUE);

  begin_keeping_back (1);
  push_group (harness, one);
  push_group (harness, other);
  assert_pictures (harness, 2 * GOP);
  fail_unless_equals_int (g_atomic_int_get (&old_format.marks), 0);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wire_change (0, NULL);
  wire_watch (NULL);
  fail_unless_equals_uint64 (fwht_stat (harness, "dropped"), 0);
  gst_harness_teardown (harness);
  fwht_free (one);
  fwht_free (other);
}
GST_END_TEST;

GST_START_TEST (a_format_before_the_end_is_set_up_when_the_old_one_ends_unsaid)
{
  struct fwht *one = fwht_new (NV12, 0, 1), *other = fwht_new (LARGER, 0, 1);
  GstHarness *harness = fwht_decoder (other, NULL, TRUE);

  begin_keeping_back (1);
  push (harness, fwht_frame (one, 0, 0));
  push (harness, fwht_frame (other, 0, 1));
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wire_change (0, NULL);
  wire_watch (NULL);
  fail_unless_equals_int (g_atomic_int_get (&old_format.marks), 0);
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), 2);
  gst_harness_teardown (harness);
  fwht_free (one);
  fwht_free (other);
}
GST_END_TEST;

/* --- the first format --------------------------------------------------- */

/* coda: who subscribes to the event is not told of a format that the first
 * frame has. That it follows no changes it says. */
static void
tell_no_format (unsigned long request, gpointer argument, gboolean before)
{
  struct v4l2_event_subscription *subscription = argument;
  struct v4l2_fmtdesc *desc = argument;

  if (request == VIDIOC_SUBSCRIBE_EVENT && before)
    subscription->type = V4L2_EVENT_EOS;
  else if (request == VIDIOC_ENUM_FMT && !before)
    desc->flags &= ~(__u32) V4L2_FMT_FLAG_DYN_RESOLUTION;
}

static void
decode_without_format (guint n)
{
  struct fwht *fwht = fwht_new (NV12, 0, n);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  wire_watch (tell_no_format);
  for (guint i = 0; i < n; i++)
    push (harness, fwht_frame (fwht, i, i));
  if (n > 1)
    assert_pictures (harness, n - 1);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wire_watch (NULL);
  assert_pictures (harness, 1);
  fail_unless_equals_uint64 (fwht_stat (harness, "dropped"), 0);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}

GST_START_TEST (a_first_format_that_is_not_told_is_done_without)
{
  decode_without_format (GOP);
}
GST_END_TEST;

/* A still picture. */
GST_START_TEST (a_format_that_is_not_told_before_the_end_is_done_without)
{
  decode_without_format (1);
}
GST_END_TEST;

/* --- one end ------------------------------------------------------------ */

/* How far the two threads are, and how often the device was told to end while
 * CAPTURE streamed: mt8173 bears that once, and forgets what came before. */
static struct {
  gint asked, told, streams, stops;
} progress;

static gboolean
is_stop (unsigned long request, gpointer argument)
{
  const struct v4l2_decoder_cmd *command = argument;

  return request == VIDIOC_DECODER_CMD && command->cmd == V4L2_DEC_CMD_STOP;
}

static void
await (const gint *flag)
{
  for (guint i = 0; i < 5000 && !g_atomic_int_get (flag); i++)
    g_usleep (1000);
}

static void
note_progress (unsigned long request, gpointer argument, gboolean before)
{
  gboolean is_capture = (request == VIDIOC_STREAMON ||
                            request == VIDIOC_STREAMOFF) &&
                        *(int *) argument == V4L2_BUF_TYPE_VIDEO_CAPTURE;

  if (before && is_stop (request, argument)) {
    g_atomic_int_set (&progress.told, TRUE);
    if (g_atomic_int_get (&progress.streams))
      g_atomic_int_inc (&progress.stops);
  } else if (!before && is_capture) {
    g_atomic_int_set (&progress.streams, request == VIDIOC_STREAMON);
  }
}

static gint
count_stops (
    void (*watch) (unsigned long request, gpointer argument, gboolean before))
{
  struct fwht *fwht = fwht_new (NV12, 0, 1);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  memset (&progress, 0, sizeof progress);
  wire_watch (watch);
  push (harness, fwht_frame (fwht, 0, 0));
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wire_watch (NULL);
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), 1);
  gst_harness_teardown (harness);
  fwht_free (fwht);
  return progress.stops;
}

/* CAPTURE starts between the decision to drain and the STOP, and who starts it
 * has all the time to tell of the end first. */
static void
drain_while_capture_starts (
    unsigned long request, gpointer argument, gboolean before)
{
  if (before && request == VIDIOC_STREAMON &&
      *(int *) argument == V4L2_BUF_TYPE_VIDEO_CAPTURE)
    await (&progress.asked);
  note_progress (request, argument, before);
  if (before && request == VIDIOC_TRY_DECODER_CMD) {
    g_atomic_int_set (&progress.asked, TRUE);
    await (&progress.streams);
    g_usleep (100000);
  }
}

GST_START_TEST (an_end_while_capture_starts_is_told_once)
{
  fail_unless_equals_int (count_stops (drain_while_capture_starts), 1);
}
GST_END_TEST;

static void
drain_before_a_format (
    unsigned long request, gpointer argument, gboolean before)
{
  note_progress (request, argument, before);
  if (before && request == VIDIOC_DQEVENT)
    await (&progress.told);
}

GST_START_TEST (an_end_before_capture_starts_is_told_again)
{
  fail_unless_equals_int (count_stops (drain_before_a_format), 1);
}
GST_END_TEST;

/* What mt8173 was told stays in its queue while CAPTURE is stopped. */
static void
listen_to_both (unsigned long request, gpointer argument, gboolean before)
{
  listen_to_stop (request, argument, before);
  note_progress (request, argument, before);
}

GST_START_TEST (an_end_behind_an_unsaid_change_is_told_once)
{
  struct fwht *one = fwht_new (NV12, 0, 1), *other = fwht_new (LARGER, 0, 1);
  GstHarness *harness = fwht_decoder (other, NULL, TRUE);

  memset (&progress, 0, sizeof progress);
  begin_keeping_back (1);
  wire_watch (listen_to_both);
  push (harness, fwht_frame (one, 0, 0));
  assert_pictures (harness, 1);
  push (harness, fwht_frame (other, 0, 1));
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wire_change (0, NULL);
  wire_watch (NULL);
  fail_unless_equals_int (g_atomic_int_get (&old_format.marks), 0);
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), 1);
  fail_unless_equals_int (progress.stops, 1);
  gst_harness_teardown (harness);
  fwht_free (one);
  fwht_free (other);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (an_end_that_is_not_told_is_noticed),
    RUNNER_TEST (caps_after_an_end_that_is_not_told_go_on),
    RUNNER_TEST (a_last_frame_without_a_picture_does_not_hold_up_the_end),
    RUNNER_TEST (a_format_is_set_up_when_the_old_one_ends_unsaid),
    RUNNER_TEST (
        a_format_before_the_end_is_set_up_when_the_old_one_ends_unsaid),
    RUNNER_TEST (a_first_format_that_is_not_told_is_done_without),
    RUNNER_TEST (a_format_that_is_not_told_before_the_end_is_done_without),
    RUNNER_TEST (an_end_while_capture_starts_is_told_once),
    RUNNER_TEST (an_end_before_capture_starts_is_told_again),
    RUNNER_TEST (an_end_behind_an_unsaid_change_is_told_once))
