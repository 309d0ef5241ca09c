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

/* How memory of the driver's goes out and comes back. */

GST_START_TEST (separate_planes_are_separate_memories)
{
  GstBuffer *buffer;
  const GstVideoMeta *meta;

  camera_set_up (2);
  buffer = camera_pull_one ();
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless_equals_int (gst_buffer_n_memory (buffer), 2);
  fail_unless_equals_int (
      gst_buffer_get_size (buffer), CAMERA_LUMA + CAMERA_CHROMA);
  /* plane 1 begins where memory 1 does */
  fail_unless_equals_int (meta->offset[0], 0);
  fail_unless_equals_int (meta->offset[1], CAMERA_LUMA);
  gst_zc_v4l2_slots_put (camera_slots, buffer);
  camera_tear_down ();
}
GST_END_TEST;

GST_START_TEST (each_plane_has_its_own_bytes_before_the_picture)
{
  GstBuffer *buffer;
  const GstVideoMeta *meta;

  camera_set_up (2);
  camera.data_offset[0] = 128;
  camera.data_offset[1] = 64;
  buffer = camera_pull_one ();
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless_equals_int (meta->offset[0], 128);
  fail_unless_equals_int (meta->offset[1], CAMERA_LUMA + 64);
  gst_zc_v4l2_slots_put (camera_slots, buffer);

  /* and they may change from frame to frame */
  camera.data_offset[0] = camera.data_offset[1] = 0;
  camera.next = 0;
  buffer = camera_pull_one ();
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless_equals_int (meta->offset[0], 0);
  fail_unless_equals_int (meta->offset[1], CAMERA_LUMA);
  gst_zc_v4l2_slots_put (camera_slots, buffer);
  camera_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_buffer_is_queued_as_soon_as_it_is_back)
{
  GstBuffer *buffer;

  camera_set_up (2);
  buffer = camera_pull_one ();
  fail_unless_equals_int (camera.n_queued, CAMERA_N_BUFFERS - 1);
  gst_zc_v4l2_slots_put (camera_slots, buffer);
  fail_unless_equals_int (camera.n_queued, CAMERA_N_BUFFERS);
  camera_tear_down ();
}
GST_END_TEST;

GST_START_TEST (one_plane_that_is_kept_keeps_the_slot)
{
  for (guint kept = 0; kept < 2; kept++) {
    GstBuffer *buffer;
    GstMemory *memory;

    camera_set_up (2);
    buffer = camera_pull_one ();
    memory = gst_buffer_get_memory (buffer, kept);
    gst_zc_v4l2_slots_put (camera_slots, buffer);
    fail_unless_equals_int (camera.n_queued, CAMERA_N_BUFFERS - 1);
    gst_memory_unref (memory);
    fail_unless_equals_int (camera.n_queued, CAMERA_N_BUFFERS);

    /* it is whole again */
    camera.next = 0;
    buffer = camera_pull_one ();
    fail_unless_equals_int (gst_buffer_n_memory (buffer), 2);
    fail_unless_equals_int (
        gst_memory_get_sizes (gst_buffer_peek_memory (buffer, 0), NULL, NULL),
        CAMERA_LUMA);
    gst_zc_v4l2_slots_put (camera_slots, buffer);
    camera_tear_down ();
  }
}
GST_END_TEST;

GST_START_TEST (memories_come_home_in_any_order)
{
  GstBuffer *buffer;
  GstMemory *luma, *chroma;

  camera_set_up (2);
  buffer = camera_pull_one ();
  luma = gst_buffer_get_memory (buffer, 0);
  chroma = gst_buffer_get_memory (buffer, 1);
  gst_zc_v4l2_slots_put (camera_slots, buffer);
  gst_memory_unref (chroma);
  fail_unless_equals_int (camera.n_queued, CAMERA_N_BUFFERS - 1);
  gst_memory_unref (luma);
  fail_unless_equals_int (camera.n_queued, CAMERA_N_BUFFERS);
  camera_tear_down ();
}
GST_END_TEST;

/* Downstream may take them out of the buffer, and put others in. */
GST_START_TEST (a_buffer_with_other_memories_is_mended)
{
  GstBuffer *buffer;

  camera_set_up (1);
  buffer = camera_pull_one ();
  gst_buffer_replace_all_memory (buffer, gst_allocator_alloc (NULL, 16, NULL));
  gst_zc_v4l2_slots_put (camera_slots, buffer);
  fail_unless_equals_int (camera.n_queued, CAMERA_N_BUFFERS);
  camera.next = 0;
  buffer = camera_pull_one ();
  fail_unless (gst_is_dmabuf_memory (gst_buffer_peek_memory (buffer, 0)));
  gst_zc_v4l2_slots_put (camera_slots, buffer);
  camera_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_buffer_that_was_cut_is_whole_again)
{
  GstBuffer *buffer;

  camera_set_up (1);
  buffer = camera_pull_one ();
  gst_buffer_resize (buffer, 100, 50);
  gst_zc_v4l2_slots_put (camera_slots, buffer);
  camera.next = 0;
  buffer = camera_pull_one ();
  fail_unless_equals_int (gst_buffer_get_size (buffer), CAMERA_LUMA);
  gst_zc_v4l2_slots_put (camera_slots, buffer);
  camera_tear_down ();
}
GST_END_TEST;

GST_START_TEST (broken_frames_say_so)
{
  GstBuffer *buffer = NULL;
  guint broken;

  camera_set_up (1);
  camera.flags = V4L2_BUF_FLAG_ERROR;
  fail_unless_equals_int (camera_pull (&buffer, &broken), 0);
  fail_unless_equals_int (broken, 1);
  fail_if (camera.queued[0]);
  gst_zc_v4l2_slots_put (camera_slots, buffer);
  fail_unless (camera.queued[0]);
  camera_tear_down ();
}
GST_END_TEST;

GST_START_TEST (each_errno_of_the_device_comes_out_of_a_pull)
{
  static const int errors[] = { EIO, ENODEV, EPIPE, EINVAL };
  GstBuffer *buffer = NULL;
  guint broken;

  camera_set_up (1);
  camera.failing = VIDIOC_DQBUF;
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    camera.error = errors[i];
    fail_unless_equals_int (camera_pull (&buffer, &broken), -errors[i]);
    fail_unless (buffer == NULL);
  }
  camera_tear_down ();
}
GST_END_TEST;

/* Neither an index that there is not nor one that is outside is believed. */
GST_START_TEST (what_the_driver_never_had_is_an_error)
{
  static const guint lies[] = { CAMERA_N_BUFFERS, G_MAXUINT32, 0 };
  GstBuffer *held, *buffer = NULL;
  guint broken;

  camera_set_up (1);
  held = camera_pull_one ();
  camera.lies = true;
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++) {
    camera.lie = lies[i];
    fail_unless_equals_int (camera_pull (&buffer, &broken), -ERANGE);
    fail_unless (buffer == NULL);
  }
  gst_zc_v4l2_slots_put (camera_slots, held);
  camera_tear_down ();
}
GST_END_TEST;

/* Dropping a buffer cannot fail for who drops it: the next frame tells. */
GST_START_TEST (an_error_of_giving_back_reaches_the_next_pull)
{
  GstBuffer *buffer;
  guint broken;

  camera_set_up (1);
  buffer = camera_pull_one ();
  camera.failing = VIDIOC_QBUF;
  camera.error = EIO;
  gst_zc_v4l2_slots_put (camera_slots, buffer);
  fail_unless_equals_int (camera_pull (&buffer, &broken), -EIO);
  camera_tear_down ();
}
GST_END_TEST;

GST_START_TEST (cancel_ends_a_pull)
{
  GstBuffer *buffer = NULL;
  guint broken;

  camera_set_up (1);
  gst_zc_v4l2_slots_cancel (camera_slots);
  fail_unless_equals_int (camera_pull (&buffer, &broken), -ECANCELED);
  gst_zc_v4l2_slots_resume (camera_slots);
  gst_zc_v4l2_slots_put (camera_slots, camera_pull_one ());
  camera_tear_down ();
}
GST_END_TEST;

static void
assert_start_fails (unsigned long request, const char *name)
{
  unsigned fds = fds_count ();
  const gchar *step = NULL;

  fail_unless_equals_int (camera_try_start (1, request, &step), -EINVAL);
  fail_unless_equals_string (step, name);
  fail_if (camera.streaming);
  fail_unless_equals_int (camera.n_allocated, 0);
  close (camera_device.fd);
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

  camera_set_up (2);
  buffer = camera_pull_one ();
  other = camera_pull_one ();
  memory = gst_buffer_get_memory (other, 1);
  gst_zc_v4l2_slots_put (camera_slots, other);
  gst_zc_v4l2_slots_shutdown (camera_slots);
  close (camera_device.fd);
  camera_device.fd = -1;
  n_calls = camera.n_calls;

  gst_zc_v4l2_slots_put (camera_slots, buffer);
  gst_zc_v4l2_slots_shutdown (camera_slots);
  gst_zc_v4l2_slots_unref (camera_slots);
  gst_memory_unref (memory);
  fail_unless_equals_int (camera.n_calls, n_calls);
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
