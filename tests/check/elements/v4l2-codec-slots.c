/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/dmabufs.h"
#include "../helpers/runner.h"
#include "v4l2-coder.h"

#include "gst-libs/allocators/zerocopy.h"
#include "gst-libs/v4l2/gstzcv4l2slots.h"

#include <errno.h>
#include <gst/allocators/allocators.h>

/* vicodec's encoder through slots: dma-bufs of others go in, those of the
 * driver come out. */

#define WIDTH 640
#define HEIGHT 480
#define FRAMES 10

struct encoder {
  struct coder c;
  GstVideoInfo info;
  GstZcLayout layout;
  GstZcV4l2Slots *output, *capture;
  GstZcHeap *heap;
};

static GstZcV4l2Slots *
start (struct encoder *e, struct coder_side *side, const GstZcV4l2Way *way,
    const GstZcLayout *layout)
{
  GstZcV4l2Slots *slots = gst_zc_v4l2_slots_new (
      way, e->c.device, side->format.type, &side->format, &e->info, layout, 0);
  const gchar *step = "";
  guint count = 4;
  int ret = gst_zc_v4l2_slots_alloc (slots, &count, &step);

  fail_unless (ret == 0, "%s: %s", step, g_strerror (-ret));
  fail_unless_equals_int (gst_zc_v4l2_slots_start (slots), 0);
  return slots;
}

static void
set_up (struct encoder *e)
{
  static const GstZcLayout bytes = { 0 };

  coder_open (&e->c, ZC_V4L2_JOB_ENCODE);
  coder_set_format (&e->c, &e->c.output, V4L2_PIX_FMT_NV12, WIDTH, HEIGHT);
  coder_set_format (&e->c, &e->c.capture, 0, 0, 0);
  gst_video_info_set_format (&e->info, GST_VIDEO_FORMAT_NV12, WIDTH, HEIGHT);
  fail_unless (gst_zc_layout_from_info (&e->layout, &e->info, NULL, NULL));
  e->heap = gst_zc_heap_new_dma_heap ("system");
  e->output = start (e, &e->c.output, &gst_zc_v4l2_way_import, &e->layout);
  e->capture = start (e, &e->c.capture, &gst_zc_v4l2_way_export, &bytes);
}

static void
tear_down (struct encoder *e)
{
  gst_zc_v4l2_slots_shutdown (e->output);
  gst_zc_v4l2_slots_shutdown (e->capture);
  gst_zc_v4l2_slots_unref (e->output);
  gst_zc_v4l2_slots_unref (e->capture);
  gst_object_unref (e->heap);
  coder_close (&e->c);
}

static GstBuffer *
picture (struct encoder *e, guint shade)
{
  GstBuffer *buffer = gst_buffer_new ();

  gst_buffer_append_memory (buffer,
      gst_zc_heap_alloc (e->heap, e->c.output.format.plane[0].size, NULL));
  gst_buffer_memset (buffer, 0, shade, gst_buffer_get_size (buffer));
  return buffer;
}

/* Events are not for the slots. */
static int
pull (struct encoder *e, GstZcV4l2Slots *slots, GstBuffer **buffer,
    struct zc_v4l2_frame *frame)
{
  struct v4l2_event event;
  int ret;

  while ((ret = gst_zc_v4l2_slots_pull (slots, buffer, frame)) == 1)
    fail_unless_equals_int (zc_v4l2_event_take (e->c.device, &event), 0);
  return ret;
}

static void
assert_coded (GstBuffer *buffer, const struct zc_v4l2_frame *frame)
{
  fail_unless (gst_is_dmabuf_memory (gst_buffer_peek_memory (buffer, 0)));
  fail_unless_equals_int (
      gst_buffer_get_size (buffer), frame->plane[0].bytes_used);
  fail_if (frame->flags & V4L2_BUF_FLAG_ERROR);
}

GST_START_TEST (pictures_go_through_slots_with_their_stamps)
{
  struct zc_v4l2_frame frame;
  GstBuffer *in, *out;
  struct encoder e;

  set_up (&e);
  for (guint i = 0; i < FRAMES; i++) {
    const struct zc_v4l2_stamp stamp = { .timestamp_ns = (i + 1) * 40000000ll,
      .field = V4L2_FIELD_NONE };
    const gchar *reason = "";
    int ret;

    in = picture (&e, 20 * i);
    ret = gst_zc_v4l2_slots_push (e.output, in, &stamp, &reason);
    fail_unless (ret == 0, "%s: %s", reason, g_strerror (-ret));
    fail_unless_equals_int (pull (&e, e.capture, &out, &frame), 0);
    fail_unless_equals_int64 (frame.timestamp_ns, stamp.timestamp_ns);
    fail_unless (frame.plane[0].bytes_used > 0);
    assert_coded (out, &frame);
    gst_zc_v4l2_slots_put (e.capture, out);
    fail_unless_equals_int (pull (&e, e.output, &out, &frame), 0);
    fail_unless (out == in);
    gst_buffer_unref (out);
  }
  tear_down (&e);
}
GST_END_TEST;

GST_START_TEST (slots_tell_the_end)
{
  struct zc_v4l2_frame frame;
  GstBuffer *none = NULL;
  guint n = 0;
  struct encoder e;

  set_up (&e);
  for (guint i = 0; i < 3; i++) {
    const gchar *reason = "";

    fail_unless_equals_int (
        gst_zc_v4l2_slots_push (e.output, picture (&e, i), NULL, &reason), 0);
  }
  fail_unless_equals_int (
      zc_v4l2_codec_stop (e.c.device, ZC_V4L2_JOB_ENCODE), 0);
  do {
    GstBuffer *out;

    fail_unless_equals_int (pull (&e, e.capture, &out, &frame), 0);
    n += gst_buffer_get_size (out) > 0;
    gst_zc_v4l2_slots_put (e.capture, out);
  } while (!(frame.flags & V4L2_BUF_FLAG_LAST));
  fail_unless_equals_int (n, 3);
  fail_unless_equals_int (pull (&e, e.capture, &none, &frame), -EPIPE);
  fail_unless (none == NULL);
  tear_down (&e);
}
GST_END_TEST;

GST_START_TEST (fifty_streams_leave_no_dmabuf)
{
  unsigned before = 0;

  for (guint round = 0; round < 50; round++) {
    struct zc_v4l2_frame frame;
    const gchar *reason = "";
    GstBuffer *out;
    struct encoder e;

    set_up (&e);
    fail_unless_equals_int (
        gst_zc_v4l2_slots_push (e.output, picture (&e, round), NULL, &reason),
        0);
    if (round % 2) {
      fail_unless_equals_int (pull (&e, e.capture, &out, &frame), 0);
      gst_buffer_unref (out);
    }
    tear_down (&e);
    if (round == 0)
      before = dmabufs_count ();
  }
  fail_unless_equals_int (dmabufs_settle (before), before);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (pictures_go_through_slots_with_their_stamps),
    RUNNER_TEST (slots_tell_the_end),
    RUNNER_TEST (fifty_streams_leave_no_dmabuf))
