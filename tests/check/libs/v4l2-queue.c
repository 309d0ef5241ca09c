/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/v4l2-queue.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

/* As in the kernel's header, which may be older. */
#ifndef VIDIOC_REMOVE_BUFS
#define VIDIOC_REMOVE_BUFS _IOWR ('V', 104, __u32[16])
#endif
#ifndef V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS
#define V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS (1 << 8)
#endif

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
  struct v4l2_buffer asked, prepared;
  struct v4l2_plane asked_planes[VIDEO_MAX_PLANES];
  __u32 capabilities, grants; /* of REQBUFS */
  __u32 sizeimage;            /* of the format that is set */
  struct v4l2_create_buffers created, asked_to_create;
  __u32 removed[3]; /* index, count and type */
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
    *buffer = (struct v4l2_buffer) { .type = buffer->type,
      .length = driver.buffer.length,
      .m.offset = driver.buffer.m.offset };
  buffer->index = driver.buffer.index;
  buffer->sequence = driver.buffer.sequence;
  buffer->flags = driver.buffer.flags;
  buffer->timestamp = driver.buffer.timestamp;
  buffer->bytesused = driver.buffer.bytesused;
}

static void
keep_asked (const struct v4l2_buffer *buffer)
{
  driver.asked = *buffer;
  if (V4L2_TYPE_IS_MULTIPLANAR (buffer->type))
    memcpy (driver.asked_planes, buffer->m.planes,
        buffer->length * sizeof (driver.planes[0]));
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
      ((struct v4l2_requestbuffers *) arg)->capabilities = driver.capabilities;
      ((struct v4l2_requestbuffers *) arg)->flags = driver.grants;
      break;
    case VIDIOC_G_FMT:
      ((struct v4l2_format *) arg)->fmt.pix.sizeimage = driver.sizeimage;
      break;
    case VIDIOC_CREATE_BUFS:
      driver.asked_to_create = *(struct v4l2_create_buffers *) arg;
      ((struct v4l2_create_buffers *) arg)->index = driver.created.index;
      ((struct v4l2_create_buffers *) arg)->count = driver.created.count;
      break;
    case VIDIOC_REMOVE_BUFS:
      memcpy (driver.removed, arg, sizeof (driver.removed));
      break;
    case VIDIOC_EXPBUF:
      driver.exported = *(struct v4l2_exportbuffer *) arg;
      ((struct v4l2_exportbuffer *) arg)->fd = 77;
      break;
    case VIDIOC_QUERYBUF:
    case VIDIOC_DQBUF:
      fill_buffer (arg);
      break;
    case VIDIOC_PREPARE_BUF:
      driver.prepared = *(struct v4l2_buffer *) arg;
      keep_asked (arg);
      break;
    case VIDIOC_QBUF:
      keep_asked (arg);
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
  fail_unless_equals_int (zc_v4l2_queue_push (&queue, 0, NULL, NULL), -ENODEV);
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
  struct zc_v4l2_sys real = zc_v4l2_sys;

  zc_v4l2_sys.eventfd = no_eventfd;
  zc_v4l2_sys.close = no_close;
  fail_unless_equals_int (
      zc_v4l2_queue_init (&queue, &device, V4L2_BUF_TYPE_VIDEO_CAPTURE,
          &zc_v4l2_memory_mmap, 1),
      -EMFILE);
  zc_v4l2_queue_finish (&queue);
  zc_v4l2_sys = real;
}
GST_END_TEST;

/* --- what reaches the kernel ----------------------------------------- */

static void
set_up_memory (enum v4l2_buf_type type, const struct zc_v4l2_memory *memory)
{
  set_up (type);
  queue.memory = memory;
}

static const struct zc_v4l2_plane given[2] = {
  { .fd = 11,
      .address = (void *) 0x10000,
      .length = 4096,
      .bytes_used = 300,
      .data_offset = 128 },
  { .fd = 12,
      .address = (void *) 0x20000,
      .length = 2048,
      .bytes_used = 200,
      .data_offset = 64 },
};

/* Pushes and prepares; both tell the same. */
static void
hand_over (unsigned long request)
{
  memset (&driver.asked, 0, sizeof (driver.asked));
  memset (driver.asked_planes, 0xff, sizeof (driver.asked_planes));
  fail_unless_equals_int (request == VIDIOC_QBUF
                              ? zc_v4l2_queue_push (&queue, 40, given, NULL)
                              : zc_v4l2_queue_prepare (&queue, 40, given),
      0);
  fail_unless (driver.last_request == request);
  fail_unless_equals_int (driver.asked.index, 40);
  fail_unless_equals_int (driver.asked.type, queue.type);
  fail_unless_equals_int (driver.asked.memory, queue.memory->type);
}

static void
assert_single (const struct zc_v4l2_memory *memory, unsigned long request)
{
  hand_over (request);
  fail_unless_equals_int (driver.asked.length, 4096);
  fail_unless_equals_int (driver.asked.bytesused, 300);
  if (memory == &zc_v4l2_memory_dmabuf) {
    fail_unless_equals_int (driver.asked.m.fd, 11);
    return;
  }
  fail_unless_equals_uint64 (
      driver.asked.m.userptr, memory == &zc_v4l2_memory_userptr ? 0x10000 : 0);
}

static void
assert_multi (const struct zc_v4l2_memory *memory, unsigned long request)
{
  hand_over (request);
  fail_unless_equals_int (driver.asked.length, 2);
  for (guint i = 0; i < 2; i++) {
    const struct v4l2_plane *p = &driver.asked_planes[i];

    fail_unless_equals_int (p->length, given[i].length);
    fail_unless_equals_int (p->bytesused, given[i].bytes_used);
    fail_unless_equals_int (p->data_offset, given[i].data_offset);
    if (memory == &zc_v4l2_memory_dmabuf) {
      fail_unless_equals_int (p->m.fd, given[i].fd);
    } else {
      fail_unless_equals_uint64 (p->m.userptr,
          memory == &zc_v4l2_memory_userptr ? (unsigned long) given[i].address
                                            : 0);
    }
    for (guint j = 0; j < G_N_ELEMENTS (p->reserved); j++)
      fail_unless_equals_int (p->reserved[j], 0);
  }
}

static const struct zc_v4l2_memory *const memories[] = { &zc_v4l2_memory_mmap,
  &zc_v4l2_memory_dmabuf, &zc_v4l2_memory_userptr };

GST_START_TEST (each_memory_is_told_in_its_own_words)
{
  static const enum v4l2_buf_type types[] = { V4L2_BUF_TYPE_VIDEO_CAPTURE,
    V4L2_BUF_TYPE_VIDEO_OUTPUT };

  for (guint t = 0; t < 2; t++) {
    for (guint m = 0; m < 3; m++) {
      set_up_memory (types[t], memories[m]);
      assert_single (memories[m], VIDIOC_QBUF);
      assert_single (memories[m], VIDIOC_PREPARE_BUF);
      tear_down ();
    }
  }
}
GST_END_TEST;

GST_START_TEST (each_plane_is_told_in_its_own_words)
{
  static const enum v4l2_buf_type types[] = {
    V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE
  };

  for (guint t = 0; t < 2; t++) {
    for (guint m = 0; m < 3; m++) {
      set_up_memory (types[t], memories[m]);
      assert_multi (memories[m], VIDIOC_QBUF);
      assert_multi (memories[m], VIDIOC_PREPARE_BUF);
      tear_down ();
    }
  }
}
GST_END_TEST;

/* Nothing of the stack reaches the kernel where the index says it all. */
GST_START_TEST (the_drivers_own_memory_needs_no_planes)
{
  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  memset (driver.asked_planes, 0xff, sizeof (driver.asked_planes));
  fail_unless_equals_int (zc_v4l2_queue_push (&queue, 1, NULL, NULL), 0);
  fail_unless_equals_int (driver.asked.length, 2);
  for (guint i = 0; i < 2; i++) {
    fail_unless_equals_int (driver.asked_planes[i].length, 0);
    fail_unless_equals_int (driver.asked_planes[i].bytesused, 0);
    fail_unless_equals_int (driver.asked_planes[i].data_offset, 0);
  }
  tear_down ();
}
GST_END_TEST;

/* --- indices --------------------------------------------------------- */

GST_START_TEST (what_the_driver_grants_is_kept)
{
  unsigned count = 3;

  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  driver.n_buffers_given = 3;
  driver.capabilities = V4L2_BUF_CAP_SUPPORTS_MMAP;
  fail_unless_equals_int (
      zc_v4l2_queue_alloc (&queue, &count, V4L2_MEMORY_FLAG_NON_COHERENT), 0);
  fail_unless_equals_int (
      driver.requested.flags, V4L2_MEMORY_FLAG_NON_COHERENT);
  fail_unless_equals_int (queue.flags, 0);

  driver.grants = V4L2_MEMORY_FLAG_NON_COHERENT;
  fail_unless_equals_int (
      zc_v4l2_queue_alloc (&queue, &count, V4L2_MEMORY_FLAG_NON_COHERENT), 0);
  fail_unless_equals_int (queue.flags, V4L2_MEMORY_FLAG_NON_COHERENT);

  /* and asked for again: vb2 refuses other flags than the queue's */
  driver.created.index = 63;
  driver.created.count = 1;
  fail_unless_equals_int (zc_v4l2_queue_create (&queue), 63);
  fail_unless_equals_int (
      driver.asked_to_create.flags, V4L2_MEMORY_FLAG_NON_COHERENT);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (one_buffer_more_is_of_the_format_that_is_set)
{
  set_up_memory (V4L2_BUF_TYPE_VIDEO_OUTPUT, &zc_v4l2_memory_userptr);
  driver.sizeimage = 12345;
  driver.created.index = 5;
  driver.created.count = 1;
  fail_unless_equals_int (zc_v4l2_queue_create (&queue), 5);
  fail_unless_equals_int (driver.asked_to_create.count, 1);
  fail_unless_equals_int (driver.asked_to_create.memory, V4L2_MEMORY_USERPTR);
  fail_unless_equals_int (
      driver.asked_to_create.format.type, V4L2_BUF_TYPE_VIDEO_OUTPUT);
  fail_unless_equals_int (
      driver.asked_to_create.format.fmt.pix.sizeimage, 12345);

  driver.created.count = 0;
  fail_unless_equals_int (zc_v4l2_queue_create (&queue), -ENOBUFS);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (an_index_is_removed_where_the_driver_can)
{
  unsigned count = 3;

  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  driver.n_buffers_given = 3;
  fail_unless_equals_int (zc_v4l2_queue_alloc (&queue, &count, 0), 0);
  driver.last_request = 0;
  fail_if (zc_v4l2_queue_can_remove (&queue));
  fail_unless_equals_int (zc_v4l2_queue_remove (&queue, 2), -ENOTTY);
  fail_unless_equals_int (driver.last_request, 0);

  driver.capabilities = V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS;
  fail_unless_equals_int (zc_v4l2_queue_alloc (&queue, &count, 0), 0);
  fail_unless (zc_v4l2_queue_can_remove (&queue));
  fail_unless_equals_int (zc_v4l2_queue_remove (&queue, 2), 0);
  fail_unless (driver.last_request == VIDIOC_REMOVE_BUFS);
  fail_unless_equals_int (driver.removed[0], 2);
  fail_unless_equals_int (driver.removed[1], 1);
  fail_unless_equals_int (driver.removed[2], V4L2_BUF_TYPE_VIDEO_CAPTURE);
  tear_down ();
}
GST_END_TEST;

/* No memory is offered, so that vb2 puts what it has; what QUERYBUF then says
 * counts, not what the failure was. */
GST_START_TEST (clearing_offers_nothing_and_looks)
{
  set_up_memory (V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, &zc_v4l2_memory_userptr);
  fail_unless_equals_int (zc_v4l2_queue_clear (&queue, 4), 0);
  fail_unless_equals_int (driver.prepared.index, 4);
  for (guint i = 0; i < 2; i++) {
    fail_unless_equals_int (driver.asked_planes[i].length, 0);
    fail_unless_equals_uint64 (driver.asked_planes[i].m.userptr, 0);
  }
  driver.planes[1].length = 2048;
  fail_unless_equals_int (zc_v4l2_queue_clear (&queue, 4), -EBUSY);

  queue.memory = &zc_v4l2_memory_dmabuf;
  driver.planes[1].length = 0;
  fail_unless_equals_int (zc_v4l2_queue_clear (&queue, 4), 0);
  fail_unless_equals_int (driver.asked_planes[1].m.fd, -1);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (clearing_is_for_memory_of_others)
{
  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  fail_unless_equals_int (zc_v4l2_queue_clear (&queue, 0), -ENOTTY);
  tear_down ();

  set_up_memory (V4L2_BUF_TYPE_VIDEO_OUTPUT, &zc_v4l2_memory_dmabuf);
  fail_unless_equals_int (zc_v4l2_queue_clear (&queue, 0), -ENOTTY);
  fail_unless_equals_int (driver.last_request, 0);
  tear_down ();

  set_up_memory (V4L2_BUF_TYPE_VIDEO_CAPTURE, &zc_v4l2_memory_dmabuf);
  driver.error = ENOTTY;
  fail_unless_equals_int (zc_v4l2_queue_clear (&queue, 0), -ENOTTY);
  tear_down ();
}
GST_END_TEST;

static int64_t mapped_offset;
static size_t mapped_length;

static void *
fake_mmap (size_t length, int fd, int64_t offset)
{
  fail_unless_equals_int (fd, device.fd);
  mapped_length = length;
  mapped_offset = offset;
  return driver.error ? (errno = driver.error, MAP_FAILED) : &mapped_offset;
}

GST_START_TEST (a_plane_is_mapped_where_the_driver_says)
{
  struct zc_v4l2_frame frame;
  void *address = NULL;

  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  zc_v4l2_sys.mmap = fake_mmap;
  driver.planes[1].length = 2048;
  driver.planes[1].m.mem_offset = 0x7000;
  fail_unless_equals_int (zc_v4l2_queue_query (&queue, 0, &frame), 0);
  fail_unless_equals_int (zc_v4l2_queue_map (&queue, &frame, 1, &address), 0);
  fail_unless (address == &mapped_offset);
  fail_unless_equals_int64 (mapped_offset, 0x7000);
  fail_unless_equals_int (mapped_length, 2048);

  driver.error = EINVAL;
  fail_unless_equals_int (
      zc_v4l2_queue_map (&queue, &frame, 1, &address), -EINVAL);
  tear_down ();

  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  driver.buffer.length = 4096;
  driver.buffer.m.offset = 0x3000;
  fail_unless_equals_int (zc_v4l2_queue_query (&queue, 0, &frame), 0);
  fail_unless_equals_int (zc_v4l2_queue_map (&queue, &frame, 0, &address), 0);
  fail_unless_equals_int64 (mapped_offset, 0x3000);
  fail_unless_equals_int (mapped_length, 4096);
  tear_down ();
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
    RUNNER_TEST (no_descriptor_for_cancelling_is_an_error),
    RUNNER_TEST (each_memory_is_told_in_its_own_words),
    RUNNER_TEST (each_plane_is_told_in_its_own_words),
    RUNNER_TEST (the_drivers_own_memory_needs_no_planes),
    RUNNER_TEST (what_the_driver_grants_is_kept),
    RUNNER_TEST (one_buffer_more_is_of_the_format_that_is_set),
    RUNNER_TEST (an_index_is_removed_where_the_driver_can),
    RUNNER_TEST (clearing_offers_nothing_and_looks),
    RUNNER_TEST (clearing_is_for_memory_of_others),
    RUNNER_TEST (a_plane_is_mapped_where_the_driver_says))
