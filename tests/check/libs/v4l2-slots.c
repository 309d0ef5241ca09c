/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/runner.h"
#include "../helpers/seam.h"

#include "gst-libs/v4l2/gstzcv4l2slots.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <gst/allocators/allocators.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define N_BUFFERS 4
#define MAX_PLANES 2
#define LUMA 4096
#define CHROMA 2048

/* A driver of the multi-planar API that fills buffers when the test says so.
 * Its memory are played dma-bufs, its descriptor an eventfd. */
static struct {
  unsigned long failing; /* this request ... */
  int error;             /* ... fails so */
  bool queued[N_BUFFERS];
  guint n_queued, n_calls;
  bool streaming;
  guint n_allocated;
  guint next;  /* index that DQBUF gives */
  __u32 flags; /* of the next frame */
  bool lies;   /* DQBUF gives this index instead */
  guint lie;
  __u32 data_offset[MAX_PLANES];
} driver;

static struct zc_v4l2_device device;
static GstZcV4l2Slots *slots;
static guint n_planes;

static int
dequeue (struct v4l2_buffer *b)
{
  if (!driver.queued[driver.next]) {
    errno = EAGAIN;
    return -1;
  }
  driver.queued[driver.next] = false;
  driver.n_queued--;
  b->index = driver.lies ? driver.lie : driver.next;
  b->flags = driver.flags;
  driver.flags = 0;
  for (guint i = 0; i < n_planes; i++) {
    b->m.planes[i].length = i == 0 ? LUMA : CHROMA;
    b->m.planes[i].data_offset = driver.data_offset[i];
    b->m.planes[i].bytesused = b->m.planes[i].length;
  }
  driver.next = (driver.next + 1) % N_BUFFERS;
  return 0;
}

static void
enqueue (guint index)
{
  runner_require (index < driver.n_allocated, "no such buffer: %u", index);
  runner_require (!driver.queued[index], "buffer %u is queued twice", index);
  driver.queued[index] = true;
  driver.n_queued++;
}

static void
query (struct v4l2_buffer *b)
{
  for (guint i = 0; i < n_planes; i++)
    b->m.planes[i].length = i == 0 ? LUMA : CHROMA;
}

static int export (struct v4l2_exportbuffer *e)
{
  e->fd = seam_dmabuf (e->plane == 0 ? LUMA : CHROMA);
  return 0;
}

static int
fake_ioctl (int fd, unsigned long request, void *arg)
{
  struct v4l2_requestbuffers *r = arg;

  runner_require (fd == device.fd, "the device is closed");
  driver.n_calls++;
  if (request == driver.failing) {
    errno = driver.error;
    return -1;
  }
  switch (request) {
    case VIDIOC_REQBUFS:
      runner_require (!driver.streaming, "REQBUFS while streaming");
      r->count = r->count ? N_BUFFERS : 0;
      driver.n_allocated = r->count;
      break;
    case VIDIOC_QUERYBUF:
      query (arg);
      break;
    case VIDIOC_EXPBUF:
      return export (arg);
    case VIDIOC_QBUF:
      enqueue (((struct v4l2_buffer *) arg)->index);
      break;
    case VIDIOC_DQBUF:
      return dequeue (arg);
    case VIDIOC_CREATE_BUFS:
      errno = ENOTTY;
      return -1;
    case VIDIOC_STREAMON:
      driver.streaming = true;
      break;
    case VIDIOC_STREAMOFF:
      driver.streaming = false;
      driver.n_queued = 0;
      memset (driver.queued, 0, sizeof (driver.queued));
      break;
  }
  return 0;
}

/* FAILING is the request that fails with EINVAL, or 0. */
static int
try_start (guint planes, unsigned long failing, const gchar **step)
{
  static const GstZcLayout layout = { .n_planes = 2,
    .offset = { 0, LUMA },
    .stride = { 64, 64 },
    .size = LUMA + CHROMA };
  struct zc_v4l2_format format = { .n_memory_planes = planes };
  guint count = N_BUFFERS;
  GstVideoInfo info;
  int ret;

  seam_play ();
  memset (&driver, 0, sizeof (driver));
  driver.failing = failing;
  driver.error = EINVAL;
  n_planes = planes;
  device = (struct zc_v4l2_device) {
    .fd = eventfd (1, EFD_CLOEXEC | EFD_NONBLOCK),
    .path = (char *) "/dev/video0",
    .capture_type = V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE,
  };
  zc_v4l2_sys.ioctl = fake_ioctl;
  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 64, 64);
  slots = gst_zc_v4l2_slots_new (&gst_zc_v4l2_way_export, &device,
      device.capture_type, &format, &info, &layout, 0);
  ret = gst_zc_v4l2_slots_alloc (slots, &count, step);
  if (ret == 0) {
    *step = "VIDIOC_STREAMON";
    ret = gst_zc_v4l2_slots_start (slots);
  }
  if (ret < 0) {
    gst_zc_v4l2_slots_shutdown (slots);
    gst_zc_v4l2_slots_unref (slots);
  }
  return ret;
}

static void
set_up (guint planes)
{
  const gchar *step;

  fail_unless_equals_int (try_start (planes, 0, &step), 0);
  fail_unless_equals_int (driver.n_queued, N_BUFFERS);
  fail_unless (driver.streaming);
}

static void
tear_down (void)
{
  gst_zc_v4l2_slots_shutdown (slots);
  fail_if (driver.streaming);
  fail_unless_equals_int (driver.n_allocated, 0);
  gst_zc_v4l2_slots_unref (slots);
  close (device.fd);
}

static int
pull (GstBuffer **buffer, guint *broken)
{
  struct zc_v4l2_frame frame;
  int ret = gst_zc_v4l2_slots_pull (slots, buffer, &frame);

  *broken = ret == 0 && frame.flags & V4L2_BUF_FLAG_ERROR;
  return ret;
}

static GstBuffer *
pull_one (void)
{
  GstBuffer *buffer = NULL;
  guint broken;

  fail_unless_equals_int (pull (&buffer, &broken), 0);
  fail_unless_equals_int (broken, 0);
  return buffer;
}

GST_START_TEST (separate_planes_are_separate_memories)
{
  GstBuffer *buffer;
  const GstVideoMeta *meta;

  set_up (2);
  buffer = pull_one ();
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless_equals_int (gst_buffer_n_memory (buffer), 2);
  fail_unless_equals_int (gst_buffer_get_size (buffer), LUMA + CHROMA);
  /* plane 1 begins where memory 1 does */
  fail_unless_equals_int (meta->offset[0], 0);
  fail_unless_equals_int (meta->offset[1], LUMA);
  gst_zc_v4l2_slots_put (slots, buffer);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (each_plane_has_its_own_bytes_before_the_picture)
{
  GstBuffer *buffer;
  const GstVideoMeta *meta;

  set_up (2);
  driver.data_offset[0] = 128;
  driver.data_offset[1] = 64;
  buffer = pull_one ();
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless_equals_int (meta->offset[0], 128);
  fail_unless_equals_int (meta->offset[1], LUMA + 64);
  gst_zc_v4l2_slots_put (slots, buffer);

  /* and they may change from frame to frame */
  driver.data_offset[0] = driver.data_offset[1] = 0;
  driver.next = 0;
  buffer = pull_one ();
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless_equals_int (meta->offset[0], 0);
  fail_unless_equals_int (meta->offset[1], LUMA);
  gst_zc_v4l2_slots_put (slots, buffer);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_buffer_is_queued_as_soon_as_it_is_back)
{
  GstBuffer *buffer;

  set_up (2);
  buffer = pull_one ();
  fail_unless_equals_int (driver.n_queued, N_BUFFERS - 1);
  gst_zc_v4l2_slots_put (slots, buffer);
  fail_unless_equals_int (driver.n_queued, N_BUFFERS);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (one_plane_that_is_kept_keeps_the_slot)
{
  for (guint kept = 0; kept < 2; kept++) {
    GstBuffer *buffer;
    GstMemory *memory;

    set_up (2);
    buffer = pull_one ();
    memory = gst_buffer_get_memory (buffer, kept);
    gst_zc_v4l2_slots_put (slots, buffer);
    fail_unless_equals_int (driver.n_queued, N_BUFFERS - 1);
    gst_memory_unref (memory);
    fail_unless_equals_int (driver.n_queued, N_BUFFERS);

    /* it is whole again */
    driver.next = 0;
    buffer = pull_one ();
    fail_unless_equals_int (gst_buffer_n_memory (buffer), 2);
    fail_unless_equals_int (
        gst_memory_get_sizes (gst_buffer_peek_memory (buffer, 0), NULL, NULL),
        LUMA);
    gst_zc_v4l2_slots_put (slots, buffer);
    tear_down ();
  }
}
GST_END_TEST;

GST_START_TEST (memories_come_home_in_any_order)
{
  GstBuffer *buffer;
  GstMemory *luma, *chroma;

  set_up (2);
  buffer = pull_one ();
  luma = gst_buffer_get_memory (buffer, 0);
  chroma = gst_buffer_get_memory (buffer, 1);
  gst_zc_v4l2_slots_put (slots, buffer);
  gst_memory_unref (chroma);
  fail_unless_equals_int (driver.n_queued, N_BUFFERS - 1);
  gst_memory_unref (luma);
  fail_unless_equals_int (driver.n_queued, N_BUFFERS);
  tear_down ();
}
GST_END_TEST;

/* Downstream may take them out of the buffer, and put others in. */
GST_START_TEST (a_buffer_with_other_memories_is_mended)
{
  GstBuffer *buffer;

  set_up (1);
  buffer = pull_one ();
  gst_buffer_replace_all_memory (buffer, gst_allocator_alloc (NULL, 16, NULL));
  gst_zc_v4l2_slots_put (slots, buffer);
  fail_unless_equals_int (driver.n_queued, N_BUFFERS);
  driver.next = 0;
  buffer = pull_one ();
  fail_unless (gst_is_dmabuf_memory (gst_buffer_peek_memory (buffer, 0)));
  gst_zc_v4l2_slots_put (slots, buffer);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_buffer_that_was_cut_is_whole_again)
{
  GstBuffer *buffer;

  set_up (1);
  buffer = pull_one ();
  gst_buffer_resize (buffer, 100, 50);
  gst_zc_v4l2_slots_put (slots, buffer);
  driver.next = 0;
  buffer = pull_one ();
  fail_unless_equals_int (gst_buffer_get_size (buffer), LUMA);
  gst_zc_v4l2_slots_put (slots, buffer);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (broken_frames_say_so)
{
  GstBuffer *buffer = NULL;
  guint broken;

  set_up (1);
  driver.flags = V4L2_BUF_FLAG_ERROR;
  fail_unless_equals_int (pull (&buffer, &broken), 0);
  fail_unless_equals_int (broken, 1);
  fail_if (driver.queued[0]);
  gst_zc_v4l2_slots_put (slots, buffer);
  fail_unless (driver.queued[0]);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (each_errno_of_the_device_comes_out_of_a_pull)
{
  static const int errors[] = { EIO, ENODEV, EPIPE, EINVAL };
  GstBuffer *buffer = NULL;
  guint broken;

  set_up (1);
  driver.failing = VIDIOC_DQBUF;
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    driver.error = errors[i];
    fail_unless_equals_int (pull (&buffer, &broken), -errors[i]);
    fail_unless (buffer == NULL);
  }
  tear_down ();
}
GST_END_TEST;

/* Neither an index that there is not nor one that is outside is believed. */
GST_START_TEST (what_the_driver_never_had_is_an_error)
{
  static const guint lies[] = { N_BUFFERS, G_MAXUINT32, 0 };
  GstBuffer *held, *buffer = NULL;
  guint broken;

  set_up (1);
  held = pull_one ();
  driver.lies = true;
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++) {
    driver.lie = lies[i];
    fail_unless_equals_int (pull (&buffer, &broken), -ERANGE);
    fail_unless (buffer == NULL);
  }
  gst_zc_v4l2_slots_put (slots, held);
  tear_down ();
}
GST_END_TEST;

/* Dropping a buffer cannot fail for who drops it: the next frame tells. */
GST_START_TEST (an_error_of_giving_back_reaches_the_next_pull)
{
  GstBuffer *buffer;
  guint broken;

  set_up (1);
  buffer = pull_one ();
  driver.failing = VIDIOC_QBUF;
  driver.error = EIO;
  gst_zc_v4l2_slots_put (slots, buffer);
  fail_unless_equals_int (pull (&buffer, &broken), -EIO);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (cancel_ends_a_pull)
{
  GstBuffer *buffer = NULL;
  guint broken;

  set_up (1);
  gst_zc_v4l2_slots_cancel (slots);
  fail_unless_equals_int (pull (&buffer, &broken), -ECANCELED);
  gst_zc_v4l2_slots_resume (slots);
  gst_zc_v4l2_slots_put (slots, pull_one ());
  tear_down ();
}
GST_END_TEST;

static void
assert_start_fails (unsigned long request, const char *name)
{
  unsigned fds = fds_count ();
  const gchar *step = NULL;

  fail_unless_equals_int (try_start (1, request, &step), -EINVAL);
  fail_unless_equals_string (step, name);
  fail_if (driver.streaming);
  fail_unless_equals_int (driver.n_allocated, 0);
  close (device.fd);
  fail_unless_equals_int (fds_count (), fds);
}

GST_START_TEST (each_step_of_the_start_tells_its_name_and_leaves_nothing)
{
  assert_start_fails (VIDIOC_REQBUFS, "VIDIOC_REQBUFS");
  assert_start_fails (VIDIOC_QUERYBUF, "VIDIOC_QUERYBUF");
  assert_start_fails (VIDIOC_EXPBUF, "VIDIOC_EXPBUF");
  assert_start_fails (VIDIOC_QBUF, "VIDIOC_QBUF");
  assert_start_fails (VIDIOC_STREAMON, "VIDIOC_STREAMON");
}
GST_END_TEST;

/* Whoever still holds something does not touch the device any more. */
GST_START_TEST (nothing_is_asked_of_the_device_after_shutdown)
{
  GstBuffer *buffer, *other;
  GstMemory *memory;
  unsigned fds = fds_count ();
  guint n_calls;

  set_up (2);
  buffer = pull_one ();
  other = pull_one ();
  memory = gst_buffer_get_memory (other, 1);
  gst_zc_v4l2_slots_put (slots, other);
  gst_zc_v4l2_slots_shutdown (slots);
  close (device.fd);
  device.fd = -1;
  n_calls = driver.n_calls;

  gst_zc_v4l2_slots_put (slots, buffer);
  gst_zc_v4l2_slots_shutdown (slots);
  gst_zc_v4l2_slots_unref (slots);
  gst_memory_unref (memory);
  fail_unless_equals_int (driver.n_calls, n_calls);
  fail_unless_equals_int (fds_count (), fds);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (separate_planes_are_separate_memories),
    RUNNER_TEST (each_plane_has_its_own_bytes_before_the_picture),
    RUNNER_TEST (a_buffer_is_queued_as_soon_as_it_is_back),
    RUNNER_TEST (one_plane_that_is_kept_keeps_the_slot),
    RUNNER_TEST (memories_come_home_in_any_order),
    RUNNER_TEST (a_buffer_with_other_memories_is_mended),
    RUNNER_TEST (a_buffer_that_was_cut_is_whole_again),
    RUNNER_TEST (broken_frames_say_so),
    RUNNER_TEST (each_errno_of_the_device_comes_out_of_a_pull),
    RUNNER_TEST (what_the_driver_never_had_is_an_error),
    RUNNER_TEST (an_error_of_giving_back_reaches_the_next_pull),
    RUNNER_TEST (cancel_ends_a_pull),
    RUNNER_TEST (each_step_of_the_start_tells_its_name_and_leaves_nothing),
    RUNNER_TEST (nothing_is_asked_of_the_device_after_shutdown))
