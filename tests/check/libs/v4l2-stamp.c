/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "../helpers/seam.h"
#include "v4l2-vb2.h"

#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <gst/allocators/allocators.h>
#include <poll.h>

/* What goes with a frame into an output queue, and what comes back of it. */

static const struct zc_v4l2_device device = { .fd = 1000 };

/* A driver that gives back what it has been given, by the kernel's own words
 * (v4l2_buffer_get_timestamp() and _set_timestamp() of v4l2-common.h). */
static struct v4l2_buffer told;
static guint64 kernel_time;
static __u32 kernel_flags;

static int
play_ioctl (int fd, unsigned long request, void *arg)
{
  struct v4l2_buffer *b = arg;
  gint64 second, rest;

  fail_unless_equals_int (fd, device.fd);
  if (request == VIDIOC_QBUF) {
    told = *b;
    kernel_time = b->timestamp.tv_sec * G_GUINT64_CONSTANT (1000000000) +
                  (guint32) b->timestamp.tv_usec * G_GUINT64_CONSTANT (1000);
    return 0;
  }
  second = (gint64) kernel_time / 1000000000;
  rest = (gint64) kernel_time % 1000000000;
  if (rest < 0) {
    second--;
    rest += 1000000000;
  }
  b->timestamp.tv_sec = second;
  b->timestamp.tv_usec = rest / 1000;
  b->flags = kernel_flags;
  return 0;
}

static gint64
through_kernel (struct zc_v4l2_queue *queue, gint64 time)
{
  const struct zc_v4l2_stamp stamp = { .timestamp_ns = time };
  struct zc_v4l2_frame frame;

  fail_unless_equals_int (zc_v4l2_queue_push (queue, 0, NULL, &stamp), 0);
  fail_unless (told.timestamp.tv_usec >= 0 && told.timestamp.tv_usec < 1000000);
  fail_unless_equals_int (zc_v4l2_queue_pull (queue, &frame), 0);
  return frame.timestamp_ns;
}

static void
set_up (struct zc_v4l2_queue *queue, enum v4l2_buf_type type)
{
  zc_v4l2_sys.ioctl = play_ioctl;
  kernel_flags = 0;
  fail_unless_equals_int (
      zc_v4l2_queue_init (queue, &device, type, &zc_v4l2_memory_mmap, 1), 0);
}

GST_START_TEST (whole_microseconds_survive)
{
  static const gint64 times[] = { 0, 1000, 999000, 1000000000, -1000,
    -999999000, -1000000000, -1000001000, G_MAXINT64 / 1000 * 1000,
    G_MININT64 / 1000 * 1000 };
  struct zc_v4l2_queue queue;

  set_up (&queue, V4L2_BUF_TYPE_VIDEO_OUTPUT);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    fail_unless_equals_int64 (through_kernel (&queue, times[i]), times[i]);
  zc_v4l2_queue_finish (&queue);
}
GST_END_TEST;

GST_START_TEST (what_is_between_comes_back_as_the_one_below)
{
  static const struct {
    gint64 in, out;
  } times[] = { { 1, 0 }, { 999, 0 }, { 1999, 1000 }, { -1, -1000 },
    { -1001, -2000 }, { G_MAXINT64, G_MAXINT64 / 1000 * 1000 } };
  struct zc_v4l2_queue queue;

  set_up (&queue, V4L2_BUF_TYPE_VIDEO_OUTPUT);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    fail_unless_equals_int64 (
        through_kernel (&queue, times[i].in), times[i].out);
  zc_v4l2_queue_finish (&queue);
}
GST_END_TEST;

GST_START_TEST (field_and_flags_go_in)
{
  static const enum v4l2_buf_type types[] = { V4L2_BUF_TYPE_VIDEO_OUTPUT,
    V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE };
  const struct zc_v4l2_stamp stamp = { 5000, V4L2_FIELD_INTERLACED_TB,
    V4L2_BUF_FLAG_KEYFRAME };
  const struct zc_v4l2_plane plane = {
    .length = 4096, .bytes_used = 100, .data_offset = 20
  };
  struct zc_v4l2_queue queue;

  for (guint i = 0; i < 2; i++) {
    set_up (&queue, types[i]);
    fail_unless_equals_int (zc_v4l2_queue_push (&queue, 3, &plane, &stamp), 0);
    fail_unless_equals_int (told.index, 3);
    fail_unless_equals_int (told.field, V4L2_FIELD_INTERLACED_TB);
    fail_unless_equals_int (told.flags, V4L2_BUF_FLAG_KEYFRAME);
    fail_unless_equals_int64 (told.timestamp.tv_usec, 5);
    fail_unless_equals_int (zc_v4l2_queue_push (&queue, 3, &plane, NULL), 0);
    fail_unless_equals_int (told.field, V4L2_FIELD_ANY);
    fail_unless_equals_int (told.flags, 0);
    fail_unless_equals_int64 (told.timestamp.tv_usec, 0);
    zc_v4l2_queue_finish (&queue);
  }
}
GST_END_TEST;

GST_START_TEST (flags_of_a_codec_come_back)
{
  static const __u32 flags[] = { V4L2_BUF_FLAG_LAST, V4L2_BUF_FLAG_ERROR,
    V4L2_BUF_FLAG_KEYFRAME, V4L2_BUF_FLAG_PFRAME, V4L2_BUF_FLAG_BFRAME,
    V4L2_BUF_FLAG_TIMESTAMP_COPY };
  struct zc_v4l2_queue queue;
  struct zc_v4l2_frame frame;

  set_up (&queue, V4L2_BUF_TYPE_VIDEO_CAPTURE);
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++) {
    kernel_flags = flags[i];
    fail_unless_equals_int (zc_v4l2_queue_pull (&queue, &frame), 0);
    fail_unless_equals_int (frame.flags, flags[i]);
  }
  zc_v4l2_queue_finish (&queue);
}
GST_END_TEST;

/* --- of slots ------------------------------------------------------------ */

static void
push_stamped (GstBuffer *buffer, const struct zc_v4l2_stamp *stamp)
{
  const gchar *reason = "";

  fail_unless_equals_int (
      gst_zc_v4l2_slots_push (vb2_slots, buffer, stamp, &reason), 0);
}

GST_START_TEST (a_buffer_has_the_stamp_of_its_push)
{
  const struct zc_v4l2_stamp stamp = { 7000, V4L2_FIELD_NONE,
    V4L2_BUF_FLAG_KEYFRAME };

  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    GstBuffer *buffer;

    vb2_set_up_full (vb2_ways[w], V4L2_BUF_TYPE_VIDEO_OUTPUT, 1, 1, 1, FALSE);
    buffer = vb2_buffer_new ();
    push_stamped (buffer, &stamp);
    fail_unless_equals_int64 (vb2.told_buffer.timestamp.tv_usec, 7);
    fail_unless_equals_int (vb2.told_buffer.field, V4L2_FIELD_NONE);
    fail_unless_equals_int (vb2.told_buffer.flags, V4L2_BUF_FLAG_KEYFRAME);
    fail_unless (vb2_pull () == buffer);
    /* nothing is left of it at the same index */
    push_stamped (buffer, NULL);
    fail_unless_equals_int64 (vb2.told_buffer.timestamp.tv_usec, 0);
    fail_unless_equals_int (vb2.told_buffer.field, V4L2_FIELD_ANY);
    fail_unless_equals_int (vb2.told_buffer.flags, 0);
    gst_buffer_unref (vb2_pull ());
    vb2_tear_down ();
  }
}
GST_END_TEST;

/* The fence is over. */
static int
free_memory (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  (void) timeout_ms;
  runner_require (count == 3, "no fence is waited for");
  for (nfds_t i = 0; i < count; i++)
    fds[i].revents = 0;
  fds[2].revents = fds[2].events;
  seam_set_busy (-1);
  zc_v4l2_sys.poll = poll;
  return 1;
}

GST_START_TEST (a_buffer_that_waits_for_its_fence_keeps_its_stamp)
{
  const struct zc_v4l2_stamp stamp = { 9000, V4L2_FIELD_NONE, 0 };
  GstBuffer *buffer;

  vb2_set_up_full (
      &gst_zc_v4l2_way_import, V4L2_BUF_TYPE_VIDEO_OUTPUT, 1, 1, 1, FALSE);
  buffer = vb2_buffer_new ();
  seam_set_busy (gst_dmabuf_memory_get_fd (gst_buffer_peek_memory (buffer, 0)));
  push_stamped (buffer, &stamp);
  fail_unless_equals_int (vb2.n_fifo, 0);
  zc_v4l2_sys.poll = free_memory;
  fail_unless (vb2_pull () == buffer);
  fail_unless_equals_int64 (vb2.told_buffer.timestamp.tv_usec, 9);
  gst_buffer_unref (buffer);
  vb2_tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (whole_microseconds_survive),
    RUNNER_TEST (what_is_between_comes_back_as_the_one_below),
    RUNNER_TEST (field_and_flags_go_in),
    RUNNER_TEST (flags_of_a_codec_come_back),
    RUNNER_TEST (a_buffer_has_the_stamp_of_its_push),
    RUNNER_TEST (a_buffer_that_waits_for_its_fence_keeps_its_stamp))
