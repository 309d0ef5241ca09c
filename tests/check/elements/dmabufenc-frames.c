/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/runner.h"
#include "enc.h"

#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <gst/video/video.h>
#include <linux/videodev2.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/ioctl.h>

/* A real encoder to which controls are added that it does not have, and which
 * spoils, leaves out or exchanges frames. */

/* The n-th frame that comes out, from 0. */
static bool (*is_spoilt) (guint n);   /* is marked as broken */
static bool (*is_left_out) (guint n); /* never comes */
static bool (*is_empty) (guint n);    /* has no bytes */
static guint (*place) (guint n);      /* comes in place of this one */
static guint n_out;

static struct {
  int b_frames; /* < 0: there is no such control */
  int needed;   /* MIN_BUFFERS_FOR_OUTPUT */
  bool has_force_key;
  bool has_no_command;
  atomic_int queued; /* frames that went in */
  int forced[8];     /* of them, the next one was to be a key frame */
  atomic_int n_forced;
  atomic_int most_in; /* frames that were in the device at once */
  atomic_int in;
} played = { .b_frames = -1 };

static void
note_in (void)
{
  int in = atomic_fetch_add (&played.in, 1) + 1;

  atomic_fetch_add (&played.queued, 1);
  if (in > atomic_load (&played.most_in))
    atomic_store (&played.most_in, in);
}

/* Whole groups of them, and the first frame. */
#define N_REORDERED 31

/* What is to come next has not gone in yet. */
static bool
is_too_early (const struct v4l2_buffer *buffer)
{
  return V4L2_TYPE_IS_CAPTURE (buffer->type) && place && n_out < N_REORDERED &&
         (int) place (n_out) >= atomic_load (&played.queued);
}

static int
dequeue (int fd, struct v4l2_buffer *buffer)
{
  guint n;
  int ret;

  if (is_too_early (buffer)) {
    g_usleep (1000);
    errno = EAGAIN;
    return -1;
  }
  ret = ioctl (fd, VIDIOC_DQBUF, buffer);
  if (ret < 0)
    return ret;
  if (V4L2_TYPE_IS_OUTPUT (buffer->type)) {
    atomic_fetch_sub (&played.in, 1);
    return 0;
  }
  if (buffer->bytesused == 0)
    return 0; /* the mark of the end */
  n = n_out++;
  if (is_spoilt && is_spoilt (n))
    buffer->flags |= V4L2_BUF_FLAG_ERROR;
  if (is_empty && is_empty (n))
    buffer->bytesused = 0;
  if (place)
    buffer->timestamp.tv_usec = place (n);
  if (is_left_out && is_left_out (n)) {
    if (ioctl (fd, VIDIOC_QBUF, buffer) < 0)
      return -1;
    errno = EAGAIN;
    return -1;
  }
  return 0;
}

/* One control in one call: those of the codec that are played. */
static bool
get (struct v4l2_ext_controls *all, int *ret)
{
  struct v4l2_ext_control *control = all->controls;

  if (all->count != 1)
    return false;
  *ret = 0;
  if (control->id == V4L2_CID_MPEG_VIDEO_B_FRAMES && played.b_frames >= 0)
    control->value = played.b_frames;
  else if (control->id == V4L2_CID_MIN_BUFFERS_FOR_OUTPUT && played.needed)
    control->value = played.needed;
  else
    return false;
  return true;
}

static bool
set (struct v4l2_ext_controls *all)
{
  if (all->count != 1 ||
      all->controls->id != V4L2_CID_MPEG_VIDEO_FORCE_KEY_FRAME ||
      !played.has_force_key)
    return false;
  played.forced[atomic_fetch_add (&played.n_forced, 1)] = atomic_load (
      &played.queued);
  return true;
}

static int
playing_ioctl (int fd, unsigned long request, void *arg)
{
  int ret;

  if (request == VIDIOC_DQBUF)
    return dequeue (fd, arg);
  if (request == VIDIOC_G_EXT_CTRLS && get (arg, &ret))
    return ret;
  if (request == VIDIOC_S_EXT_CTRLS && set (arg))
    return 0;
  if (played.has_no_command &&
      (request == VIDIOC_TRY_ENCODER_CMD || request == VIDIOC_ENCODER_CMD)) {
    errno = ENOTTY;
    return -1;
  }
  ret = ioctl (fd, request, arg);
  if (ret == 0 && request == VIDIOC_QBUF &&
      V4L2_TYPE_IS_OUTPUT (((struct v4l2_buffer *) arg)->type))
    note_in ();
  return ret;
}

static void
open_played (struct enc *enc)
{
  zc_v4l2_sys.ioctl = playing_ioctl;
  enc_open (enc, "", ENC_DMABUF);
}

/* Time begins later where frames are reordered. */
static GstClockTime
begin (void)
{
  return played.b_frames > 0 ? 1000 * 60 * 60 * GST_SECOND : 0;
}

/* Pictures of these numbers come out, and no others. */
static void
assert_come (struct enc *enc, guint n, bool (*is_lost) (guint))
{
  for (guint i = 0; i < n; i++) {
    GstBuffer *buffer;

    if (is_lost && is_lost (i))
      continue;
    buffer = enc_pull (enc);
    fail_unless_equals_uint64 (
        GST_BUFFER_PTS (buffer), begin () + i * ENC_DURATION);
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_int (gst_harness_buffers_in_queue (enc->harness), 0);
}

static bool
third (guint n)
{
  return n % 3 == 2;
}

static bool
last_ones (guint n)
{
  return n >= 7;
}

static bool
first_ones (guint n)
{
  return n < 3;
}

/* --- broken frames ------------------------------------------------------ */

GST_START_TEST (a_broken_frame_costs_itself_alone)
{
  g_autofree gchar *warning = NULL;
  struct enc enc;

  is_spoilt = third;
  open_played (&enc);
  enc_push_some (&enc, 12);
  enc_end (&enc);
  assert_come (&enc, 12, third);
  enc_assert_stat (&enc, "frames", 8);
  enc_assert_stat (&enc, "dropped", 4);
  fail_unless_equals_int (enc_count_pending (&enc), 0);
  warning = enc_take_warning (&enc);
  fail_unless (warning && strstr (warning, "left out"), "%s", warning);
  fail_unless (enc_take_warning (&enc) == NULL, "one is enough");
  fail_unless (enc_take_error (&enc) == NULL);
  enc_close (&enc);
}
GST_END_TEST;

/* --- frames that are left out ------------------------------------------- */

static void
assert_lost (bool (*is_lost) (guint), guint lost)
{
  struct enc enc;

  open_played (&enc);
  enc_push_some (&enc, 12);
  enc_end (&enc);
  assert_come (&enc, 12, is_lost);
  enc_assert_stat (&enc, "frames", 12 - lost);
  enc_assert_stat (&enc, "dropped", lost);
  fail_unless_equals_int (enc_count_pending (&enc), 0);
  fail_unless (enc_take_error (&enc) == NULL);
  enc_close (&enc);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

GST_START_TEST (frames_that_the_driver_leaves_out_are_dropped)
{
  is_left_out = third;
  assert_lost (third, 4);
}
GST_END_TEST;

GST_START_TEST (the_first_frames_may_be_left_out)
{
  is_left_out = first_ones;
  assert_lost (first_ones, 3);
}
GST_END_TEST;

GST_START_TEST (frames_of_no_bytes_are_dropped)
{
  is_empty = third;
  assert_lost (third, 4);
}
GST_END_TEST;

/* Those that are left out at the end. */
GST_START_TEST (nothing_stays_behind_at_the_end)
{
  struct enc enc;

  is_left_out = last_ones;
  open_played (&enc);
  enc_push_some (&enc, 10);
  enc_end (&enc);
  assert_come (&enc, 7, NULL);
  enc_assert_stat (&enc, "dropped", 3);
  fail_unless_equals_int (enc_count_pending (&enc), 0);
  enc_close (&enc);
}
GST_END_TEST;

/* They do not pile up. */
GST_START_TEST (what_is_left_out_goes_at_once)
{
  struct enc enc;

  is_left_out = third;
  open_played (&enc);
  for (guint i = 0; i < 100; i++) {
    enc_push_some (&enc, 1);
    fail_unless (
        enc_count_pending (&enc) <= 12, "%u", enc_count_pending (&enc));
  }
  enc_end (&enc);
  assert_come (&enc, 100, third);
  enc_close (&enc);
}
GST_END_TEST;

/* A later frame may come first there, and says nothing of earlier ones. */
GST_START_TEST (where_frames_are_reordered_earlier_ones_are_waited_for)
{
  struct enc enc;

  played.b_frames = 2;
  is_left_out = third;
  open_played (&enc);
  enc_push_some (&enc, 12);
  enc_pull_some (&enc, 5);
  enc_assert_stat (&enc, "dropped", 0);
  enc_end (&enc);
  enc_assert_stat (&enc, "dropped", 4);
  fail_unless_equals_int (enc_count_pending (&enc), 0);
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (where_frames_are_reordered_they_do_not_pile_up)
{
  struct enc enc;

  played.b_frames = 2;
  is_left_out = third;
  open_played (&enc);
  for (guint i = 0; i < 150; i++) {
    enc_push_some (&enc, 1);
    fail_unless (
        enc_count_pending (&enc) <= 20, "%u", enc_count_pending (&enc));
  }
  enc_end (&enc);
  assert_come (&enc, 150, third);
  enc_assert_stat (&enc, "dropped", 50);
  enc_close (&enc);
}
GST_END_TEST;

/* Two lie between frames that come first: 0 3 1 2 6 4 5 ... */
static guint
reorder (guint n)
{
  static const guint from_third[] = { 3, 1, 2 };

  return n == 0 ? 0 : (n - 1) / 3 * 3 + from_third[(n - 1) % 3];
}

/* As a decoder needs it, which has to have each when it shows it. */
GST_START_TEST (reordered_frames_are_decoded_before_they_are_shown)
{
  GstClockTime before = 0;
  struct enc enc;

  played.b_frames = 2;
  place = reorder;
  open_played (&enc);
  enc_push_some (&enc, N_REORDERED);
  enc_end (&enc);
  for (guint i = 0; i < N_REORDERED; i++) {
    GstBuffer *buffer = enc_pull (&enc);

    fail_unless_equals_uint64 (
        GST_BUFFER_PTS (buffer), begin () + reorder (i) * ENC_DURATION);
    fail_unless (GST_BUFFER_DTS (buffer) <= GST_BUFFER_PTS (buffer), "%u", i);
    fail_unless (GST_BUFFER_DTS (buffer) > before, "%u", i);
    before = GST_BUFFER_DTS (buffer);
    gst_buffer_unref (buffer);
  }
  enc_assert_stat (&enc, "dropped", 0);
  fail_unless_equals_uint64 (
      gst_harness_query_latency (enc.harness), 3 * ENC_DURATION);
  enc_close (&enc);
}
GST_END_TEST;

/* --- how many a device needs -------------------------------------------- */

static GstPadProbeReturn
wait_for_ever (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  (void) pad;
  (void) info;
  (void) data;
  return GST_PAD_PROBE_OK;
}

/* Fills it up: with downstream blocked, as many as may go in do. */
static void
assert_takes (guint n)
{
  GstPad *pad;
  struct enc enc;
  gulong id;

  open_played (&enc);
  /* one that has been read, but cannot come out */
  pad = gst_element_get_static_pad (enc.element, "src");
  id = gst_pad_add_probe (pad,
      GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER, wait_for_ever, NULL,
      NULL);
  for (guint i = 0; i < 20; i++) {
    enc_push_some (&enc, 1);
    if (i == 0)
      gst_pad_remove_probe (pad, id);
  }
  gst_object_unref (pad);
  enc_end (&enc);
  enc_pull_some (&enc, 20);
  fail_unless (atomic_load (&played.most_in) <= (int) n, "%d at once",
      atomic_load (&played.most_in));
  enc_close (&enc);
}

GST_START_TEST (a_device_has_no_more_frames_than_it_needs)
{
  assert_takes (2);
}
GST_END_TEST;

/* A device that reads nothing until it has as many as it needs: it would wait
 * for ever for the rest. */
static int
slow_ioctl (int fd, unsigned long request, void *arg)
{
  if (request == VIDIOC_DQBUF &&
      V4L2_TYPE_IS_OUTPUT (((struct v4l2_buffer *) arg)->type) &&
      atomic_load (&played.queued) < 6) {
    g_usleep (1000);
    errno = EAGAIN;
    return -1;
  }
  return playing_ioctl (fd, request, arg);
}

static void
assert_is_given_what_it_needs (void)
{
  struct enc enc;

  zc_v4l2_sys.ioctl = slow_ioctl;
  enc_open (&enc, "", ENC_DMABUF);
  enc_push_some (&enc, 20);
  enc_end (&enc);
  enc_pull_some (&enc, 20);
  enc_close (&enc);
}

GST_START_TEST (a_device_is_given_the_frames_that_it_needs)
{
  played.needed = 6;
  assert_is_given_what_it_needs ();
}
GST_END_TEST;

GST_START_TEST (a_device_is_given_what_lies_between_frames)
{
  played.b_frames = 4;
  assert_is_given_what_it_needs ();
}
GST_END_TEST;

/* --- commands and controls ---------------------------------------------- */

GST_START_TEST (without_commands_all_frames_come)
{
  struct enc enc;

  played.has_no_command = true;
  open_played (&enc);
  for (guint i = 0; i < 3; i++) {
    enc_push_some (&enc, 10);
    enc_end (&enc);
    enc_pull_some (&enc, 10);
    enc_flush (&enc);
  }
  enc_assert_stat (&enc, "frames", 30);
  enc_close (&enc);
}
GST_END_TEST;

static void
force_key (struct enc *enc)
{
  GstEvent *event = gst_video_event_new_upstream_force_key_unit (
      GST_CLOCK_TIME_NONE, TRUE, 0);

  fail_unless (gst_harness_push_upstream_event (enc->harness, event));
}

GST_START_TEST (a_forced_key_frame_is_the_one_that_is_asked_for)
{
  struct enc enc;

  played.has_force_key = true;
  open_played (&enc);
  for (guint i = 0; i < 12; i++) {
    GstBuffer *buffer;
    bool is_key = i == 0 || i == 4 || i == 9;

    if (i > 0 && is_key)
      force_key (&enc);
    enc_push_some (&enc, 1);
    buffer = enc_pull (&enc);
    fail_unless_equals_int (
        GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT), !is_key);
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_int (atomic_load (&played.n_forced), 2);
  fail_unless_equals_int (played.forced[0], 4);
  fail_unless_equals_int (played.forced[1], 9);
  fail_unless (enc_take_warning (&enc) == NULL);
  enc_close (&enc);
}
GST_END_TEST;

/* The base class would count their times from the first frame again. */
GST_START_TEST (times_go_on_with_other_caps)
{
  struct enc enc;

  played.b_frames = 2;
  open_played (&enc);
  enc_push_some (&enc, 5);
  enc_set_caps (&enc, ENC_NV12);
  enc_push_some (&enc, 5);
  enc_end (&enc);
  assert_come (&enc, 10, NULL);
  enc_close (&enc);
}
GST_END_TEST;

/* Downstream knows where its segment begins. */
GST_START_TEST (where_time_begins_does_not_change_in_a_segment)
{
  GstCaps *caps = gst_caps_from_string (ENC_NV12);
  struct enc enc;

  played.b_frames = 0;
  open_played (&enc);
  enc_push_some (&enc, 5);
  played.b_frames = 2;
  gst_harness_push_event (enc.harness, gst_event_new_caps (caps));
  enc_push_some (&enc, 5);
  enc_end (&enc);
  played.b_frames = 0;
  assert_come (&enc, 10, NULL);
  gst_caps_unref (caps);
  enc_close (&enc);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (a_broken_frame_costs_itself_alone),
    RUNNER_TEST (frames_that_the_driver_leaves_out_are_dropped),
    RUNNER_TEST (the_first_frames_may_be_left_out),
    RUNNER_TEST (frames_of_no_bytes_are_dropped),
    RUNNER_TEST (nothing_stays_behind_at_the_end),
    RUNNER_TEST (what_is_left_out_goes_at_once),
    RUNNER_TEST (where_frames_are_reordered_earlier_ones_are_waited_for),
    RUNNER_TEST (where_frames_are_reordered_they_do_not_pile_up),
    RUNNER_TEST (reordered_frames_are_decoded_before_they_are_shown),
    RUNNER_TEST (a_device_has_no_more_frames_than_it_needs),
    RUNNER_TEST (a_device_is_given_the_frames_that_it_needs),
    RUNNER_TEST (a_device_is_given_what_lies_between_frames),
    RUNNER_TEST (without_commands_all_frames_come),
    RUNNER_TEST (a_forced_key_frame_is_the_one_that_is_asked_for),
    RUNNER_TEST (times_go_on_with_other_caps),
    RUNNER_TEST (where_time_begins_does_not_change_in_a_segment))
