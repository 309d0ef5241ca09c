/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/v4l2-queue.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A driver that behaves as told. Its descriptor is an eventfd, readable when
 * a frame is there. */
static struct {
  int error;     /* of every call */
  int n_signals; /* so many calls are interrupted first */
  unsigned long last_request;
  int last_type;
  struct v4l2_requestbuffers requested;
  unsigned n_buffers_given;
  struct v4l2_exportbuffer exported;
  struct v4l2_buffer buffer; /* what DQBUF fills in */
  struct v4l2_plane planes[VIDEO_MAX_PLANES];
  struct v4l2_buffer asked;
} driver;

static struct zc_v4l2_device device;
static struct zc_v4l2_queue queue;

static int
fail_with (int error)
{
  errno = error;
  return -1;
}

static void
fill_buffer (struct v4l2_buffer *buffer)
{
  driver.asked = *buffer;
  if (V4L2_TYPE_IS_MULTIPLANAR (buffer->type))
    memcpy (buffer->m.planes, driver.planes,
        buffer->length * sizeof (driver.planes[0]));
  else
    buffer->length = driver.buffer.length;
  buffer->index = driver.buffer.index;
  buffer->sequence = driver.buffer.sequence;
  buffer->flags = driver.buffer.flags;
  buffer->timestamp = driver.buffer.timestamp;
  buffer->bytesused = driver.buffer.bytesused;
}

static int
fake_ioctl (int fd, unsigned long request, void *arg)
{
  fail_unless_equals_int (fd, device.fd);
  if (driver.n_signals-- > 0)
    return fail_with (EINTR);
  if (driver.error)
    return fail_with (driver.error);

  driver.last_request = request;
  switch (request) {
    case VIDIOC_REQBUFS:
      driver.requested = *(struct v4l2_requestbuffers *) arg;
      ((struct v4l2_requestbuffers *) arg)->count = driver.n_buffers_given;
      break;
    case VIDIOC_EXPBUF:
      driver.exported = *(struct v4l2_exportbuffer *) arg;
      ((struct v4l2_exportbuffer *) arg)->fd = 77;
      break;
    case VIDIOC_QUERYBUF:
    case VIDIOC_DQBUF:
      fill_buffer (arg);
      break;
    case VIDIOC_QBUF:
      driver.asked = *(struct v4l2_buffer *) arg;
      break;
    default:
      driver.last_type = *(int *) arg;
  }
  return 0;
}

static void
set_up (enum v4l2_buf_type type)
{
  memset (&driver, 0, sizeof (driver));
  device = (struct zc_v4l2_device) {
    .fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK), .capture_type = type
  };
  zc_v4l2_sys.ioctl = fake_ioctl;
  fail_unless_equals_int (
      zc_v4l2_queue_init (&queue, &device, type, &zc_v4l2_memory_mmap,
          V4L2_TYPE_IS_MULTIPLANAR (type) ? 2 : 1),
      0);
}

static void
tear_down (void)
{
  zc_v4l2_queue_finish (&queue);
  close (device.fd);
}

GST_START_TEST (each_errno_of_a_pull_comes_out)
{
  static const int errors[] = { EAGAIN, EIO, EPIPE, ENODEV, EINVAL, EBUSY };
  struct zc_v4l2_frame frame;

  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    driver.error = errors[i];
    fail_unless_equals_int (zc_v4l2_queue_pull (&queue, &frame), -errors[i]);
  }
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (each_call_tells_its_errno)
{
  struct zc_v4l2_frame frame;
  unsigned count = 4;

  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  queue.capabilities = V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS;
  driver.error = ENODEV;
  fail_unless_equals_int (zc_v4l2_queue_alloc (&queue, &count, 0), -ENODEV);
  fail_unless_equals_int (zc_v4l2_queue_create (&queue), -ENODEV);
  fail_unless_equals_int (zc_v4l2_queue_remove (&queue, 0), -ENODEV);
  fail_unless_equals_int (zc_v4l2_queue_prepare (&queue, 0, NULL), -ENODEV);
  fail_unless_equals_int (zc_v4l2_queue_query (&queue, 0, &frame), -ENODEV);
  fail_unless_equals_int (zc_v4l2_queue_export (&queue, 0, 0), -ENODEV);
  fail_unless_equals_int (zc_v4l2_queue_push (&queue, 0, NULL), -ENODEV);
  fail_unless_equals_int (zc_v4l2_queue_start (&queue), -ENODEV);
  fail_unless_equals_int (zc_v4l2_queue_stop (&queue), -ENODEV);
  fail_unless_equals_int (zc_v4l2_queue_free (&queue), -ENODEV);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (signals_restart_the_call)
{
  struct zc_v4l2_frame frame;

  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  driver.n_signals = 3;
  fail_unless_equals_int (zc_v4l2_queue_pull (&queue, &frame), 0);
  fail_unless_equals_int (driver.last_request, VIDIOC_DQBUF);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_ready_frame_ends_the_wait)
{
  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  eventfd_write (device.fd, 1);
  fail_unless (zc_v4l2_queue_wait (&queue, true, -1) & ZC_V4L2_READY);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (cancel_wins_over_a_ready_frame)
{
  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  eventfd_write (device.fd, 1);
  zc_v4l2_queue_cancel (&queue);
  fail_unless_equals_int (zc_v4l2_queue_wait (&queue, true, -1), -ECANCELED);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (cancel_lasts_until_resume)
{
  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  eventfd_write (device.fd, 1);
  zc_v4l2_queue_cancel (&queue);
  zc_v4l2_queue_cancel (&queue);
  fail_unless_equals_int (zc_v4l2_queue_wait (&queue, true, -1), -ECANCELED);
  fail_unless_equals_int (zc_v4l2_queue_wait (&queue, true, -1), -ECANCELED);

  zc_v4l2_queue_resume (&queue);
  fail_unless (zc_v4l2_queue_wait (&queue, true, -1) & ZC_V4L2_READY);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (resume_without_cancel_does_not_block)
{
  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  zc_v4l2_queue_resume (&queue);
  tear_down ();
}
GST_END_TEST;

static gpointer
wait_in_thread (gpointer data)
{
  (void) data;
  return GINT_TO_POINTER (zc_v4l2_queue_wait (&queue, true, -1));
}

GST_START_TEST (cancel_wakes_a_waiting_thread)
{
  GThread *thread;

  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  thread = g_thread_new ("wait", wait_in_thread, NULL);
  zc_v4l2_queue_cancel (&queue);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)), -ECANCELED);
  tear_down ();
}
GST_END_TEST;

static int
interrupted_poll (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  if (driver.n_signals-- > 0)
    return fail_with (EINTR);
  return poll (fds, count, timeout_ms);
}

GST_START_TEST (signals_restart_the_wait)
{
  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  zc_v4l2_sys.poll = interrupted_poll;
  driver.n_signals = 3;
  eventfd_write (device.fd, 1);
  fail_unless (zc_v4l2_queue_wait (&queue, true, -1) & ZC_V4L2_READY);
  zc_v4l2_sys.poll = poll;
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (the_driver_decides_how_many)
{
  unsigned count = 4;

  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  driver.n_buffers_given = 7;
  fail_unless_equals_int (zc_v4l2_queue_alloc (&queue, &count, 0), 0);
  fail_unless_equals_int (driver.requested.count, 4);
  fail_unless_equals_int (driver.requested.memory, V4L2_MEMORY_MMAP);
  fail_unless_equals_int (count, 7);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (free_asks_for_none)
{
  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  driver.requested.count = 4;
  fail_unless_equals_int (zc_v4l2_queue_free (&queue), 0);
  fail_unless_equals_int (driver.requested.count, 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (exports_can_be_written_and_are_not_inherited)
{
  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  fail_unless_equals_int (zc_v4l2_queue_export (&queue, 3, 1), 77);
  fail_unless_equals_int (driver.exported.index, 3);
  fail_unless_equals_int (driver.exported.plane, 1);
  fail_unless_equals_int (driver.exported.flags, O_RDWR | O_CLOEXEC);
  fail_unless_equals_int (
      driver.exported.type, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (single_planar_frame_is_read)
{
  struct zc_v4l2_frame frame;

  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  driver.buffer = (struct v4l2_buffer) { .index = 2,
    .sequence = 41,
    .flags = V4L2_BUF_FLAG_ERROR,
    .timestamp = { 3, 5 },
    .bytesused = 100,
    .length = 4096 };
  fail_unless_equals_int (zc_v4l2_queue_pull (&queue, &frame), 0);

  fail_unless_equals_int (frame.index, 2);
  fail_unless_equals_int (frame.sequence, 41);
  fail_unless_equals_int (frame.flags, V4L2_BUF_FLAG_ERROR);
  fail_unless_equals_int64 (frame.timestamp_ns, 3000005000);
  fail_unless_equals_int (frame.plane[0].bytes_used, 100);
  fail_unless_equals_int (frame.plane[0].length, 4096);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (multi_planar_frame_is_read)
{
  struct zc_v4l2_frame frame;

  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  driver.planes[0] = (struct v4l2_plane) { 228, 4096, .data_offset = 128 };
  driver.planes[1] = (struct v4l2_plane) { 50, 2048, .data_offset = 0 };
  fail_unless_equals_int (zc_v4l2_queue_pull (&queue, &frame), 0);

  fail_unless_equals_int (driver.asked.length, 2);
  fail_unless_equals_int (frame.plane[0].bytes_used, 228);
  fail_unless_equals_int (frame.plane[0].data_offset, 128);
  fail_unless_equals_int (frame.plane[1].length, 2048);
  fail_unless_equals_int (frame.plane[1].data_offset, 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (start_and_stop_name_the_queue)
{
  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  fail_unless_equals_int (zc_v4l2_queue_start (&queue), 0);
  fail_unless (driver.last_request == VIDIOC_STREAMON);
  fail_unless_equals_int (driver.last_type, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  fail_unless_equals_int (zc_v4l2_queue_stop (&queue), 0);
  fail_unless (driver.last_request == VIDIOC_STREAMOFF);
  tear_down ();
}
GST_END_TEST;

static int
no_eventfd (unsigned int value, int flags)
{
  (void) value;
  (void) flags;
  return fail_with (EMFILE);
}

static int
no_close (int fd)
{
  fail ("closed %d, which was never opened", fd);
  return 0;
}

GST_START_TEST (no_descriptor_for_cancelling_is_an_error)
{
  zc_v4l2_sys.eventfd = no_eventfd;
  zc_v4l2_sys.close = no_close;
  fail_unless_equals_int (
      zc_v4l2_queue_init (&queue, &device, V4L2_BUF_TYPE_VIDEO_CAPTURE,
          &zc_v4l2_memory_mmap, 1),
      -EMFILE);
  zc_v4l2_queue_finish (&queue);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (each_errno_of_a_pull_comes_out),
    RUNNER_TEST (each_call_tells_its_errno),
    RUNNER_TEST (signals_restart_the_call),
    RUNNER_TEST (a_ready_frame_ends_the_wait),
    RUNNER_TEST (cancel_wins_over_a_ready_frame),
    RUNNER_TEST (cancel_lasts_until_resume),
    RUNNER_TEST (resume_without_cancel_does_not_block),
    RUNNER_TEST (cancel_wakes_a_waiting_thread),
    RUNNER_TEST (signals_restart_the_wait),
    RUNNER_TEST (the_driver_decides_how_many), RUNNER_TEST (free_asks_for_none),
    RUNNER_TEST (exports_can_be_written_and_are_not_inherited),
    RUNNER_TEST (single_planar_frame_is_read),
    RUNNER_TEST (multi_planar_frame_is_read),
    RUNNER_TEST (start_and_stop_name_the_queue),
    RUNNER_TEST (no_descriptor_for_cancelling_is_an_error))
