/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-camera.h"

#include "../helpers/fds.h"
#include "../helpers/runner.h"
#include "../helpers/seam.h"

#include "gst-libs/allocators/gstzcmemory.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <gst/allocators/allocators.h>
#include <unistd.h>

/* What is done about a driver that has no buffers, and what ends the wait. */

static GstZcV4l2Counts
get_counts (void)
{
  GstZcV4l2Counts counts;

  gst_zc_v4l2_slots_get_counts (camera_slots, &counts);
  return counts;
}

static guint
hold_all (GstBuffer *held[CAMERA_MAX_BUFFERS])
{
  guint n = 0;

  while (gst_zc_v4l2_slots_get_queued (camera_slots) > 0)
    held[n++] = camera_pull_one ();
  return n;
}

static void
put_all (GstBuffer *held[CAMERA_MAX_BUFFERS], guint n)
{
  while (n > 0)
    gst_zc_v4l2_slots_put (camera_slots, held[--n]);
}

GST_START_TEST (a_driver_that_runs_dry_gets_more_buffers)
{
  GstBuffer *held[CAMERA_MAX_BUFFERS];

  camera_wish.limit = 7;
  camera_set_up (1);
  fail_unless_equals_int (hold_all (held), 7);
  fail_unless_equals_int (get_counts ().slots, 7);
  fail_unless (get_counts ().refused > 0);
  put_all (held, 7);
  fail_unless_equals_int (camera.n_queued, 7);
  camera_tear_down ();
}
GST_END_TEST;

/* Before it is dry: one is filled, one waits. */
GST_START_TEST (a_driver_with_two_buffers_gets_no_more)
{
  GstBuffer *a, *b;

  camera_wish.limit = 8;
  camera_set_up (1);
  a = camera_pull_one ();
  b = camera_pull_one ();
  fail_unless_equals_int (get_counts ().slots, 4);
  gst_zc_v4l2_slots_put (camera_slots, camera_pull_one ());
  fail_unless_equals_int (get_counts ().slots, 5);
  gst_zc_v4l2_slots_put (camera_slots, a);
  gst_zc_v4l2_slots_put (camera_slots, b);
  camera_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_limit_of_slots_is_kept)
{
  GstBuffer *held[CAMERA_MAX_BUFFERS];

  camera_wish.limit = 8;
  camera_wish.max = 5;
  camera_set_up (1);
  fail_unless_equals_int (hold_all (held), 5);
  fail_unless_equals_int (gst_zc_v4l2_slots_grow (camera_slots), -ENOBUFS);
  fail_unless_equals_int (get_counts ().slots, 5);
  put_all (held, 5);
  camera_tear_down ();
}
GST_END_TEST;

/* That is its minimum, or all it has. */
GST_START_TEST (the_driver_decides_how_many_there_are)
{
  static const guint given[] = { 2, 6 };

  for (guint i = 0; i < 2; i++) {
    camera_wish.given = given[i];
    camera_set_up (1);
    fail_unless_equals_int (get_counts ().slots, given[i]);
    camera_tear_down ();
  }
}
GST_END_TEST;

GST_START_TEST (an_index_that_is_given_twice_is_no_slot)
{
  camera_set_up (1);
  camera.repeats = true;
  fail_unless_equals_int (gst_zc_v4l2_slots_grow (camera_slots), -ENOBUFS);
  fail_unless_equals_int (get_counts ().slots, 4);
  gst_zc_v4l2_slots_put (camera_slots, camera_pull_one ());
  camera_tear_down ();
}
GST_END_TEST;

/* Each frame would try again, and leave one more behind. */
GST_START_TEST (growth_that_fails_leaves_nothing_and_is_tried_once)
{
  static const unsigned long failing[] = { VIDIOC_QUERYBUF, VIDIOC_EXPBUF,
    VIDIOC_QBUF };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (failing); i++) {
    guint left = i % 2; /* the index itself, on an old kernel */
    unsigned fds;
    guint n_calls;

    camera_wish.limit = 8;
    camera_wish.cannot_remove = left;
    camera_set_up (2);
    fds = fds_count ();
    camera.failing = failing[i / 2];
    fail_unless_equals_int (gst_zc_v4l2_slots_grow (camera_slots), -EINVAL);
    fail_unless_equals_int (get_counts ().slots, 4 + left);
    fail_unless_equals_int (camera.n_removed, 1 - left);
    fail_unless_equals_int (fds_count (), fds);
    n_calls = camera.n_calls;
    fail_unless_equals_int (gst_zc_v4l2_slots_grow (camera_slots), -ENOBUFS);
    fail_unless_equals_int (camera.n_calls, n_calls);
    camera.failing = 0;
    camera_tear_down ();
  }
}
GST_END_TEST;

static int
poll_event (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  (void) count;
  (void) timeout_ms;
  fds[0].revents = POLLPRI | POLLIN;
  return 1;
}

GST_START_TEST (an_event_comes_before_frames)
{
  GstBuffer *buffer = NULL;
  guint broken;

  camera_set_up (1);
  zc_v4l2_sys.poll = poll_event;
  fail_unless_equals_int (camera_pull (&buffer, &broken), 1);
  fail_unless (buffer == NULL);
  zc_v4l2_sys.poll = poll;
  gst_zc_v4l2_slots_put (camera_slots, camera_pull_one ());
  camera_tear_down ();
}
GST_END_TEST;

static gpointer
pull_in_thread (gpointer data)
{
  GstBuffer *buffer = NULL;
  struct zc_v4l2_frame frame;

  (void) data;
  runner_require (
      gst_zc_v4l2_slots_pull (camera_slots, &buffer, &frame) == 0, "no frame");
  return buffer;
}

static void
wait_until_starved (guint64 times)
{
  while (get_counts ().starved < times)
    g_usleep (1000);
}

/* Whether the buffer comes back, or its memory alone. */
GST_START_TEST (what_comes_back_ends_the_wait_of_a_dry_driver)
{
  for (guint alone = 0; alone < 2; alone++) {
    GstBuffer *held[CAMERA_MAX_BUFFERS];
    GstMemory *memory = NULL;
    GThread *thread;
    guint n;

    camera_set_up (2);
    n = hold_all (held);
    fail_unless_equals_uint64 (get_counts ().starved, 0);
    if (alone) {
      memory = gst_buffer_get_memory (held[3], 1);
      gst_zc_v4l2_slots_put (camera_slots, held[3]);
    }
    thread = g_thread_new ("pull", pull_in_thread, NULL);
    wait_until_starved (1);
    if (alone)
      gst_memory_unref (memory);
    else
      gst_zc_v4l2_slots_put (camera_slots, held[3]);
    held[3] = g_thread_join (thread);
    fail_unless_equals_uint64 (get_counts ().starved, 1);
    put_all (held, n);
    camera_tear_down ();
  }
}
GST_END_TEST;

GST_START_TEST (an_error_of_giving_back_ends_the_wait)
{
  GstBuffer *held[CAMERA_MAX_BUFFERS], *buffer;
  GThread *thread;
  guint n, broken;

  camera_set_up (1);
  n = hold_all (held);
  camera.failing = VIDIOC_QBUF;
  gst_zc_v4l2_slots_put (camera_slots, held[--n]);
  fail_unless_equals_int (camera_pull (&buffer, &broken), -EINVAL);
  camera.failing = 0;

  /* and it is told once */
  thread = g_thread_new ("pull", pull_in_thread, NULL);
  gst_zc_v4l2_slots_put (camera_slots, held[--n]);
  gst_zc_v4l2_slots_put (camera_slots, g_thread_join (thread));
  put_all (held, n);
  camera_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_wait_of_a_dry_driver_can_be_cancelled)
{
  GstBuffer *held[CAMERA_MAX_BUFFERS], *buffer;
  guint n, broken;

  camera_set_up (1);
  n = hold_all (held);
  gst_zc_v4l2_slots_cancel (camera_slots);
  fail_unless_equals_int (camera_pull (&buffer, &broken), -ECANCELED);
  gst_zc_v4l2_slots_resume (camera_slots);
  put_all (held, n);
  camera_tear_down ();
}
GST_END_TEST;

static guint n_fence_waits;
static int fenced_fd;

/* Of the device nothing is asked but events: it has no buffers. */
static int
poll_fence (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  (void) timeout_ms;
  if (count < 3)
    return poll (fds, count, 0);
  runner_require (++n_fence_waits == 1, "the wrong fence is waited for");
  runner_require (fds[2].fd == fenced_fd, "the wrong dma-buf is waited for");
  runner_require (fds[0].events == POLLPRI, "frames of a dry driver");
  for (nfds_t i = 0; i < count; i++)
    fds[i].revents = 0;
  fds[2].revents = fds[2].events;
  seam_set_busy (-1);
  return 1;
}

/* A display still reads it: the buffer is the driver's only after that. */
GST_START_TEST (a_buffer_that_others_use_waits)
{
  for (guint plane = 0; plane < 2; plane++) {
    GstBuffer *held[CAMERA_MAX_BUFFERS];
    GstMemory *memory;
    guint n;

    camera_set_up (2);
    n = hold_all (held);
    memory = gst_buffer_peek_memory (held[n - 1], plane);
    fenced_fd = gst_dmabuf_memory_get_fd (memory);
    fail_unless (gst_zc_memory_import_fence (
        memory, -1, GST_MAP_READ | GST_MAP_WRITE, NULL));
    seam_set_busy (fenced_fd);
    gst_zc_v4l2_slots_put (camera_slots, held[n - 1]);
    fail_unless_equals_int (camera.n_queued, 0);
    fail_unless_equals_int (gst_zc_v4l2_slots_get_queued (camera_slots), 1);
    n_fence_waits = 0;
    zc_v4l2_sys.poll = poll_fence;
    held[n - 1] = camera_pull_one ();
    fail_unless_equals_int (n_fence_waits, 1);
    put_all (held, n);
    camera_tear_down ();
  }
}
GST_END_TEST;

static int n_mapped;

static void *
map_some (size_t length, int fd, int64_t offset)
{
  (void) fd;
  (void) offset;
  n_mapped++;
  return g_malloc (length);
}

static int
unmap_some (void *address, size_t length)
{
  (void) length;
  n_mapped--;
  g_free (address);
  return 0;
}

GST_START_TEST (mappings_outlive_the_slots)
{
  struct zc_v4l2_sys real = zc_v4l2_sys;
  GstBuffer *buffer;

  zc_v4l2_sys.mmap = map_some;
  zc_v4l2_sys.munmap = unmap_some;
  camera_wish.way = &gst_zc_v4l2_way_mmap;
  camera_set_up (2);
  fail_unless_equals_int (n_mapped, 2 * CAMERA_N_BUFFERS);
  buffer = camera_pull_one ();
  gst_zc_v4l2_slots_shutdown (camera_slots);
  fail_unless_equals_int (n_mapped, 2);
  gst_buffer_memset (buffer, 0, 1, CAMERA_LUMA + CAMERA_CHROMA);
  gst_buffer_unref (buffer);
  fail_unless_equals_int (n_mapped, 0);
  camera_tear_down ();
  zc_v4l2_sys = real;
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (a_driver_that_runs_dry_gets_more_buffers),
    RUNNER_TEST (a_driver_with_two_buffers_gets_no_more),
    RUNNER_TEST (a_limit_of_slots_is_kept),
    RUNNER_TEST (the_driver_decides_how_many_there_are),
    RUNNER_TEST (an_index_that_is_given_twice_is_no_slot),
    RUNNER_TEST (growth_that_fails_leaves_nothing_and_is_tried_once),
    RUNNER_TEST (an_event_comes_before_frames),
    RUNNER_TEST (what_comes_back_ends_the_wait_of_a_dry_driver),
    RUNNER_TEST (an_error_of_giving_back_ends_the_wait),
    RUNNER_TEST (a_wait_of_a_dry_driver_can_be_cancelled),
    RUNNER_TEST (a_buffer_that_others_use_waits),
    RUNNER_TEST (mappings_outlive_the_slots))
