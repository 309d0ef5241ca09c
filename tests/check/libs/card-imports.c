/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Memory that the display refuses: whether it is asked again. */
#include "../helpers/card.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#include <drm.h>
#include <drm_fourcc.h>
#include <drm_mode.h>
#include <gst/allocators/allocators.h>
#include <unistd.h>

#define WIDTH 64
#define HEIGHT 64
#define STRIDE (WIDTH * 4)
#define SIZE (STRIDE * HEIGHT)
#define CAPS "video/x-raw,format=BGRx,width=64,height=64,framerate=30/1"

static struct card *card;
static struct sink sink;
static GstAllocator *allocator;

static void
set_up (void)
{
  card = card_new ();
  card_add_crtc (card);
  card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  card_add_plane (
      card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY });
  card_set_auto_flip (card, 2000);
  allocator = gst_dmabuf_allocator_new ();
  sink_open (&sink, card_path (card), "", CAPS);
  sink_push_any (&sink); /* what the sink needs for copies is there */
  sink_wait_frames (&sink, 1);
}

static void
tear_down (void)
{
  sink_close (&sink);
  gst_object_unref (allocator);
  card_free (card);
}

/* A frame of foreign memory, twice as large as it needs. */
static GstBuffer *
frame_new (void)
{
  GstBuffer *buffer = gst_buffer_new ();

  gst_buffer_append_memory (
      buffer, gst_dmabuf_allocator_alloc (
                  allocator, card_dmabuf_new (card, 2 * SIZE), 2 * SIZE));
  return buffer;
}

/* The same memory in a buffer of its own, with lines so far apart. */
static GstBuffer *
frame_again (GstBuffer *frame, gint stride)
{
  const gsize offset[GST_VIDEO_MAX_PLANES] = { 0 };
  const gint strides[GST_VIDEO_MAX_PLANES] = { stride };
  GstBuffer *buffer = gst_buffer_new ();

  gst_buffer_append_memory (
      buffer, gst_memory_ref (gst_buffer_peek_memory (frame, 0)));
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_FORMAT_BGRx, WIDTH, HEIGHT, 1, offset, strides);
  return buffer;
}

static guint64
copies (void)
{
  return sink_get_stat (&sink, "copies");
}

/* Shows the memory of FRAME with lines of STRIDE; whether it had to be copied
 * for that. */
static gboolean
is_copied (GstBuffer *frame, gint stride)
{
  guint64 before = copies ();

  sink_push (&sink, frame_again (frame, stride));
  return copies () > before;
}

/* --- for good ---------------------------------------------------------- */

/* The next REQUEST is refused with ERROR. Whether memory that met with it is
 * copied ever after. */
static gboolean
is_remembered (unsigned long request, int error)
{
  GstBuffer *frame = frame_new ();
  guint n_copied = 0;
  unsigned calls;

  card_fail (card, request, error, 1, 0);
  fail_unless (is_copied (frame, STRIDE));
  calls = card_n_calls (card, request);
  for (guint i = 0; i < 10; i++)
    n_copied += is_copied (frame, STRIDE);
  fail_unless (n_copied == 0 || n_copied == 10, "%u of 10", n_copied);
  /* or once for all of them */
  fail_unless (card_n_calls (card, request) <= calls + 3);
  gst_buffer_unref (frame);
  return n_copied > 0;
}

GST_START_TEST (memory_that_cannot_be_imported_is_not_asked_for_again)
{
  set_up ();
  fail_unless (is_remembered (DRM_IOCTL_PRIME_FD_TO_HANDLE, EINVAL));
  fail_unless (is_remembered (DRM_IOCTL_PRIME_FD_TO_HANDLE, ENOTTY));
  fail_unless (is_remembered (DRM_IOCTL_PRIME_FD_TO_HANDLE, EOPNOTSUPP));
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (memory_that_cannot_be_a_framebuffer_is_not_asked_for_again)
{
  set_up ();
  fail_unless (is_remembered (DRM_IOCTL_MODE_ADDFB2, EINVAL));
  fail_unless (is_remembered (DRM_IOCTL_MODE_ADDFB2, ERANGE));
  tear_down ();
}
GST_END_TEST;

/* Even after memory that no display could take, of which nobody hears. */
GST_START_TEST (what_was_refused_is_told_once)
{
  g_autofree gchar *first = NULL, *second = NULL;
  GstBuffer *frame;

  set_up ();
  frame = frame_new ();
  card_fail (card, DRM_IOCTL_MODE_ADDFB2, EINVAL, 1, 0);
  for (guint i = 0; i < 5; i++)
    is_copied (frame, STRIDE);
  first = sink_take_warning (&sink);
  second = sink_take_warning (&sink);
  fail_unless (first && strstr (first, "errno 22"), "%s", first);
  fail_if (second, "%s", second);
  gst_buffer_unref (frame);
  tear_down ();
}
GST_END_TEST;

/* --- for now ----------------------------------------------------------- */

GST_START_TEST (what_may_go_next_time_is_asked_for_again)
{
  static const int errors[] = { ENOMEM, EMFILE, ENFILE, EBUSY };

  set_up ();
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    fail_if (is_remembered (DRM_IOCTL_PRIME_FD_TO_HANDLE, errors[i]));
    fail_if (is_remembered (DRM_IOCTL_MODE_ADDFB2, errors[i]));
  }
  tear_down ();
}
GST_END_TEST;

/* libdrm itself goes on: nobody is to see it. */
GST_START_TEST (a_call_that_is_interrupted_is_no_refusal)
{
  GstBuffer *frame;

  set_up ();
  frame = frame_new ();
  card_fail (card, DRM_IOCTL_PRIME_FD_TO_HANDLE, EINTR, 3, 0);
  card_fail (card, DRM_IOCTL_MODE_ADDFB2, EINTR, 3, 0);
  fail_if (is_copied (frame, STRIDE));
  gst_buffer_unref (frame);
  tear_down ();
}
GST_END_TEST;

/* --- what it is of ----------------------------------------------------- */

GST_START_TEST (the_same_memory_may_do_in_another_layout)
{
  GstBuffer *frame;

  set_up ();
  frame = frame_new ();
  card_fail (card, DRM_IOCTL_MODE_ADDFB2, EINVAL, 1, 0);
  fail_unless (is_copied (frame, STRIDE));
  fail_if (is_copied (frame, 2 * STRIDE));
  fail_unless (is_copied (frame, STRIDE));
  fail_if (is_copied (frame, 2 * STRIDE));
  gst_buffer_unref (frame);
  tear_down ();
}
GST_END_TEST;

/* The next buffer may have the descriptor's number, and even its address. */
GST_START_TEST (other_memory_is_asked_for_by_itself)
{
  set_up ();
  for (guint i = 0; i < 10; i++) {
    GstBuffer *frame = frame_new ();

    if (i % 2 == 0)
      card_fail (card, DRM_IOCTL_PRIME_FD_TO_HANDLE, EINVAL, 1, 0);
    fail_unless_equals_int (is_copied (frame, STRIDE), i % 2 == 0);
    gst_buffer_unref (frame);
  }
  tear_down ();
}
GST_END_TEST;

/* What was remembered is of one start: the card may be another. */
GST_START_TEST (the_next_start_asks_again)
{
  GstBuffer *frame;

  set_up ();
  frame = frame_new ();
  card_fail (card, DRM_IOCTL_PRIME_FD_TO_HANDLE, EINVAL, 1, 0);
  fail_unless (is_copied (frame, STRIDE));
  fail_unless (is_copied (frame, STRIDE));
  sink_close (&sink);
  sink_open (&sink, card_path (card), "", CAPS);
  fail_if (is_copied (frame, STRIDE));
  gst_buffer_unref (frame);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (memory_that_cannot_be_imported_is_not_asked_for_again),
    RUNNER_TEST (memory_that_cannot_be_a_framebuffer_is_not_asked_for_again),
    RUNNER_TEST (what_was_refused_is_told_once),
    RUNNER_TEST (what_may_go_next_time_is_asked_for_again),
    RUNNER_TEST (a_call_that_is_interrupted_is_no_refusal),
    RUNNER_TEST (the_same_memory_may_do_in_another_layout),
    RUNNER_TEST (other_memory_is_asked_for_by_itself),
    RUNNER_TEST (the_next_start_asks_again))
