/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-coder.h"

#include "../helpers/runner.h"

#include <errno.h>

#define PATIENCE_MS 5000

void
coder_open (struct coder *c, enum zc_v4l2_job job)
{
  const struct zc_v4l2_wanted_job wanted = { .job = job };
  char path[64];
  int ret;

  memset (c, 0, sizeof (*c));
  c->job = job;
  ret = zc_v4l2_m2m_find (&wanted, path, sizeof (path));
  if (ret == -ENODEV)
    runner_skip ("there is no such codec or converter");
  fail_unless_equals_int (ret, 0);
  fail_unless_equals_int (zc_v4l2_device_open_m2m (&c->device, path), 0);
  if (job != ZC_V4L2_JOB_CONVERT)
    fail_unless_equals_int (zc_v4l2_event_subscribe_end (c->device), 0);
  if (job == ZC_V4L2_JOB_DECODE)
    fail_unless_equals_int (zc_v4l2_event_subscribe_stream (c->device), 0);
}

void
coder_set_format (struct coder *c, struct coder_side *side, __u32 fourcc,
    guint width, guint height)
{
  __u32 type = side == &c->output ? c->device->output_type
                                  : c->device->capture_type;

  fail_unless_equals_int (
      zc_v4l2_format_get (c->device, type, &side->format), 0);
  if (fourcc == 0)
    return;
  side->format = (struct zc_v4l2_format) { .type = type,
    .fourcc = fourcc,
    .width = width,
    .height = height,
    .n_memory_planes = 1,
    .colorspace = side->format.colorspace };
  fail_unless_equals_int (zc_v4l2_format_set (c->device, &side->format), 0);
  fail_unless_equals_int (side->format.fourcc, fourcc);
}

void
coder_push_all (struct coder_side *side)
{
  for (guint i = 0; i < side->count; i++) {
    if (side->queued[i])
      continue;
    fail_unless_equals_int (
        zc_v4l2_queue_push (&side->queue, i, NULL, NULL), 0);
    side->queued[i] = true;
  }
}

void
coder_allocate (struct coder *c, struct coder_side *side)
{
  unsigned count = CODER_BUFFERS;

  fail_unless_equals_int (
      zc_v4l2_queue_init (&side->queue, c->device, side->format.type,
          &zc_v4l2_memory_mmap, side->format.n_memory_planes),
      0);
  side->queue.timeout_ms = PATIENCE_MS;
  fail_unless_equals_int (zc_v4l2_queue_alloc (&side->queue, &count, 0), 0);
  fail_unless_equals_int (count, CODER_BUFFERS);
  for (guint i = 0; i < count; i++) {
    fail_unless_equals_int (
        zc_v4l2_queue_query (&side->queue, i, &side->info[i]), 0);
    fail_unless_equals_int (
        zc_v4l2_queue_map (&side->queue, &side->info[i], 0, &side->map[i]), 0);
    side->queued[i] = false;
  }
  side->count = count;
  if (side == &c->capture)
    coder_push_all (side);
}

void
coder_free (struct coder *c, struct coder_side *side)
{
  if (side->count == 0)
    return;
  fail_unless_equals_int (zc_v4l2_queue_stop (&side->queue), 0);
  for (guint i = 0; i < side->count; i++)
    zc_v4l2_device_unmap (
        c->device->emulated, side->map[i], side->info[i].plane[0].length);
  fail_unless_equals_int (zc_v4l2_queue_free (&side->queue), 0);
  zc_v4l2_queue_finish (&side->queue);
  side->count = 0;
}

void
coder_close (struct coder *c)
{
  coder_free (c, &c->output);
  coder_free (c, &c->capture);
  zc_v4l2_device_close (c->device);
}

bool
coder_push (struct coder *c, GBytes *bytes, const struct zc_v4l2_stamp *stamp)
{
  struct coder_side *side = &c->output;
  struct zc_v4l2_plane plane = { .fd = -1 };
  guint i = 0;

  while (i < side->count && side->queued[i])
    i++;
  if (i == side->count)
    return false;
  plane.length = side->info[i].plane[0].length;
  plane.bytes_used = g_bytes_get_size (bytes);
  fail_unless (plane.bytes_used <= plane.length);
  memcpy (side->map[i], g_bytes_get_data (bytes, NULL), plane.bytes_used);
  fail_unless_equals_int (
      zc_v4l2_queue_push (&side->queue, i, &plane, stamp), 0);
  side->queued[i] = true;
  return true;
}

static guint
count_queued (const struct coder_side *side)
{
  guint n = 0;

  for (guint i = 0; i < side->count; i++)
    n += side->queued[i];
  return n;
}

static void
take_events (struct coder *c)
{
  struct v4l2_event event;

  while (zc_v4l2_event_take (c->device, &event) == 0) {
    c->n_ends += event.type == V4L2_EVENT_EOS;
    c->n_changes += zc_v4l2_event_is_stream_change (&event);
  }
}

static void
take_done (struct coder_side *side)
{
  struct zc_v4l2_frame frame;
  int ret;

  while ((ret = zc_v4l2_queue_pull (&side->queue, &frame)) == 0)
    side->queued[frame.index] = false;
  fail_unless_equals_int (ret, -EAGAIN);
}

/* Frames that are done are taken from OUTPUT now and then. */
int
coder_wait (struct coder *c)
{
  int seen;

  c->capture.queue.timeout_ms = 20;
  seen = zc_v4l2_queue_wait (
      &c->capture.queue, count_queued (&c->capture) > 0, -1);
  if (seen == -ETIMEDOUT)
    seen = 0;
  fail_unless (seen >= 0, "the wait gives %d", seen);
  if (seen & ZC_V4L2_EVENT)
    take_events (c);
  if (count_queued (&c->output) > 0)
    take_done (&c->output);
  return seen;
}

void
coder_pull (struct coder *c, struct coder_frame *out)
{
  struct coder_side *side = &c->capture;
  int ret;

  while ((ret = zc_v4l2_queue_pull (&side->queue, &out->frame)) == -EAGAIN)
    coder_wait (c);
  fail_unless_equals_int (ret, 0);
  side->queued[out->frame.index] = false;
  out->bytes = g_bytes_new (
      side->map[out->frame.index], out->frame.plane[0].bytes_used);
  if (out->frame.flags & V4L2_BUF_FLAG_LAST)
    return;
  fail_unless_equals_int (
      zc_v4l2_queue_push (&side->queue, out->frame.index, NULL, NULL), 0);
  side->queued[out->frame.index] = true;
}

void
coder_frame_free (gpointer data)
{
  struct coder_frame *frame = data;

  g_bytes_unref (frame->bytes);
  g_free (frame);
}

/* Whether it was the last. One without bytes is no frame. */
static bool
pull_into (struct coder *c, GPtrArray *out)
{
  struct coder_frame *frame = g_new0 (struct coder_frame, 1);
  bool last;

  coder_pull (c, frame);
  last = frame->frame.flags & V4L2_BUF_FLAG_LAST;
  if (last && frame->frame.plane[0].bytes_used == 0)
    coder_frame_free (frame);
  else
    g_ptr_array_add (out, frame);
  return last;
}

static void
feed (struct coder *c, const struct coder_frame *in, GPtrArray *out)
{
  const struct zc_v4l2_stamp stamp = { .timestamp_ns = in->frame.timestamp_ns,
    .field = V4L2_FIELD_NONE };

  while (!coder_push (c, in->bytes, &stamp))
    if (coder_wait (c) & ZC_V4L2_READY)
      fail_if (pull_into (c, out), "the last frame came before the end");
}

static void
finish_into (struct coder *c, GPtrArray *out)
{
  struct zc_v4l2_frame frame;

  fail_unless_equals_int (zc_v4l2_codec_stop (c->device, c->job), 0);
  while (!pull_into (c, out))
    ;
  fail_unless_equals_int (
      zc_v4l2_queue_pull (&c->capture.queue, &frame), -EPIPE);
  take_events (c);
  take_done (&c->output);
}

GPtrArray *
coder_finish (struct coder *c)
{
  GPtrArray *out = g_ptr_array_new_with_free_func (coder_frame_free);

  finish_into (c, out);
  return out;
}

GPtrArray *
coder_drain (struct coder *c, GPtrArray *in)
{
  GPtrArray *out = g_ptr_array_new_with_free_func (coder_frame_free);

  for (guint i = 0; i < in->len; i++)
    feed (c, g_ptr_array_index (in, i), out);
  finish_into (c, out);
  return out;
}

/* The coded format first: that of OUTPUT depends on it. */
void
coder_start_encoder (struct coder *c, guint width, guint height)
{
  coder_set_format (c, &c->capture, V4L2_PIX_FMT_FWHT, width, height);
  coder_set_format (c, &c->output, V4L2_PIX_FMT_NV12, width, height);
  coder_set_format (c, &c->capture, 0, 0, 0);
  coder_allocate (c, &c->output);
  coder_allocate (c, &c->capture);
  fail_unless_equals_int (zc_v4l2_queue_start (&c->output.queue), 0);
  fail_unless_equals_int (zc_v4l2_queue_start (&c->capture.queue), 0);
}

/* Slopes that move, which any codec can do. */
GPtrArray *
coder_pictures (const struct coder *c, guint first, guint n)
{
  GPtrArray *pictures = g_ptr_array_new_with_free_func (coder_frame_free);
  guint stride = c->output.format.plane[0].stride;
  guint size = c->output.format.plane[0].size;

  for (guint i = first; i < first + n; i++) {
    struct coder_frame *frame = g_new0 (struct coder_frame, 1);
    guint8 *data = g_malloc (size);

    for (guint j = 0; j < size; j++)
      data[j] = 40 + j % stride * 100 / stride + 8 * i;
    frame->bytes = g_bytes_new_take (data, size);
    frame->frame.timestamp_ns = (gint64) (i + 1) * 40 * 1000000;
    g_ptr_array_add (pictures, frame);
  }
  return pictures;
}

double
coder_compare (GBytes *a, GBytes *b)
{
  gsize size_a, size_b;
  const guint8 *da = g_bytes_get_data (a, &size_a);
  const guint8 *db = g_bytes_get_data (b, &size_b);
  guint64 sum = 0;

  fail_unless_equals_uint64 (size_a, size_b);
  for (gsize i = 0; i < size_a; i++)
    sum += da[i] > db[i] ? da[i] - db[i] : db[i] - da[i];
  return (double) sum / size_a;
}

/* CAPTURE has no buffers yet, and no more to tell than events. */
static void
wait_for_format (struct coder *c)
{
  struct zc_v4l2_queue capture;

  fail_unless_equals_int (zc_v4l2_queue_init (&capture, c->device,
                              c->device->capture_type, &zc_v4l2_memory_mmap, 1),
      0);
  capture.timeout_ms = PATIENCE_MS;
  while (c->n_changes == 0) {
    fail_unless_equals_int (
        zc_v4l2_queue_wait (&capture, false, -1), ZC_V4L2_EVENT);
    take_events (c);
  }
  zc_v4l2_queue_finish (&capture);
}

void
coder_start_decoder (struct coder *c, GPtrArray *in)
{
  const struct coder_frame *first = g_ptr_array_index (in, 0);
  const struct zc_v4l2_stamp stamp = {
    .timestamp_ns = first->frame.timestamp_ns
  };

  coder_set_format (c, &c->output, V4L2_PIX_FMT_FWHT, 640, 480);
  coder_allocate (c, &c->output);
  fail_unless_equals_int (zc_v4l2_queue_start (&c->output.queue), 0);
  fail_unless (coder_push (c, first->bytes, &stamp));
  wait_for_format (c);
  coder_set_format (c, &c->capture, 0, 0, 0);
  coder_allocate (c, &c->capture);
  fail_unless_equals_int (zc_v4l2_queue_start (&c->capture.queue), 0);
  g_ptr_array_remove_index (in, 0);
}
