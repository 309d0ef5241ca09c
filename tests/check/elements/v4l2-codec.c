/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "v4l2-coder.h"

#include "gst-libs/v4l2/v4l2-selection.h"

#include <errno.h>

/* vicodec by the plain layer alone, in both APIs: what the elements rest on. */

#define WIDTH 640
#define HEIGHT 480
#define FRAMES 10

static gint64
time_of (GPtrArray *frames, guint i)
{
  return ((struct coder_frame *) g_ptr_array_index (frames, i))
      ->frame.timestamp_ns;
}

static GBytes *
bytes_of (GPtrArray *frames, guint i)
{
  return ((struct coder_frame *) g_ptr_array_index (frames, i))->bytes;
}

static __u32
flags_of (GPtrArray *frames, guint i)
{
  return ((struct coder_frame *) g_ptr_array_index (frames, i))->frame.flags;
}

static void
assert_times (GPtrArray *in, GPtrArray *out)
{
  fail_unless_equals_int (out->len, in->len);
  for (guint i = 0; i < in->len; i++)
    fail_unless_equals_int64 (time_of (out, i), time_of (in, i));
}

/* What the encoder makes of PICTURES. */
static GPtrArray *
encode (guint n, GPtrArray **pictures)
{
  struct coder encoder;
  GPtrArray *coded;

  coder_open (&encoder, ZC_V4L2_JOB_ENCODE);
  coder_start_encoder (&encoder, WIDTH, HEIGHT);
  *pictures = coder_pictures (&encoder, 0, n);
  coded = coder_drain (&encoder, *pictures);
  coder_close (&encoder);
  return coded;
}

static void
assert_pictures (GPtrArray *pictures, guint first, GPtrArray *decoded)
{
  for (guint i = 0; i < decoded->len; i++) {
    double difference = coder_compare (
        bytes_of (pictures, first + i), bytes_of (decoded, i));

    fail_unless (difference < 4, "picture %u differs by %g", i, difference);
  }
}

GST_START_TEST (both_queues_have_the_planes_of_the_device)
{
  g_autofree gchar *multiplanar = NULL;
  struct coder c;
  bool is;

  coder_open (&c, ZC_V4L2_JOB_ENCODE);
  fail_unless (g_file_get_contents (
      "/sys/module/vicodec/parameters/multiplanar", &multiplanar, NULL, NULL));
  is = zc_v4l2_device_is_multiplanar (c.device);
  fail_unless_equals_int (is, multiplanar[0] == 'Y');
  fail_unless_equals_int (V4L2_TYPE_IS_MULTIPLANAR (c.device->output_type), is);
  fail_unless (V4L2_TYPE_IS_OUTPUT (c.device->output_type));
  coder_close (&c);
}
GST_END_TEST;

GST_START_TEST (an_encoder_drains_to_the_last_frame)
{
  GPtrArray *pictures, *coded = encode (FRAMES, &pictures);

  assert_times (pictures, coded);
  for (guint i = 0; i < coded->len; i++) {
    fail_unless (g_bytes_get_size (bytes_of (coded, i)) > 0);
    fail_if (flags_of (coded, i) & V4L2_BUF_FLAG_ERROR);
  }
  g_ptr_array_unref (coded);
  g_ptr_array_unref (pictures);
}
GST_END_TEST;

GST_START_TEST (the_end_is_an_event_too)
{
  GPtrArray *pictures;
  struct coder c;

  coder_open (&c, ZC_V4L2_JOB_ENCODE);
  coder_start_encoder (&c, WIDTH, HEIGHT);
  pictures = coder_pictures (&c, 0, 1);
  g_ptr_array_unref (coder_drain (&c, pictures));
  fail_unless_equals_int (c.n_ends, 1);
  g_ptr_array_unref (pictures);
  coder_close (&c);
}
GST_END_TEST;

/* Without CMD_START: the other way that the specification has. */
static void
restart_capture (struct coder *c)
{
  fail_unless_equals_int (zc_v4l2_queue_stop (&c->capture.queue), 0);
  memset (c->capture.queued, 0, sizeof (c->capture.queued));
  coder_push_all (&c->capture);
  fail_unless_equals_int (zc_v4l2_queue_start (&c->capture.queue), 0);
}

static void
assert_goes_on (void (*go_on) (struct coder *c))
{
  struct coder c;

  coder_open (&c, ZC_V4L2_JOB_ENCODE);
  coder_start_encoder (&c, WIDTH, HEIGHT);
  for (guint round = 0; round < 3; round++) {
    GPtrArray *pictures = coder_pictures (&c, round * FRAMES, FRAMES);
    GPtrArray *coded = coder_drain (&c, pictures);

    assert_times (pictures, coded);
    g_ptr_array_unref (coded);
    g_ptr_array_unref (pictures);
    go_on (&c);
  }
  coder_close (&c);
}

GST_START_TEST (a_drained_encoder_goes_on_with_a_new_capture)
{
  assert_goes_on (restart_capture);
}
GST_END_TEST;

/* vicodec still says EPIPE then, as the header has it. */
static void
start_command (struct coder *c)
{
  struct zc_v4l2_frame frame;

  fail_unless_equals_int (zc_v4l2_codec_start (c->device, c->job), 0);
  if (zc_v4l2_queue_pull (&c->capture.queue, &frame) == -EPIPE)
    restart_capture (c);
  else
    coder_push_all (&c->capture);
}

GST_START_TEST (a_drained_encoder_goes_on_at_a_command)
{
  assert_goes_on (start_command);
}
GST_END_TEST;

GST_START_TEST (while_it_drains_it_cannot_be_told_again)
{
  GPtrArray *pictures, *coded;
  struct zc_v4l2_stamp stamp = { .timestamp_ns = 0 };
  struct coder c;

  coder_open (&c, ZC_V4L2_JOB_ENCODE);
  coder_set_format (&c, &c.output, V4L2_PIX_FMT_NV12, WIDTH, HEIGHT);
  coder_set_format (&c, &c.capture, 0, 0, 0);
  coder_allocate (&c, &c.output);
  coder_allocate (&c, &c.capture);
  fail_unless_equals_int (zc_v4l2_queue_start (&c.output.queue), 0);
  pictures = coder_pictures (&c, 0, 1);
  fail_unless (coder_push (&c, bytes_of (pictures, 0), &stamp));
  fail_unless_equals_int (zc_v4l2_codec_stop (c.device, c.job), 0);
  fail_unless_equals_int (zc_v4l2_codec_stop (c.device, c.job), -EBUSY);
  fail_unless_equals_int (zc_v4l2_codec_start (c.device, c.job), -EBUSY);
  fail_unless_equals_int (zc_v4l2_queue_start (&c.capture.queue), 0);
  coded = g_ptr_array_new_with_free_func (coder_frame_free);
  g_ptr_array_add (coded, g_new0 (struct coder_frame, 1));
  coder_pull (&c, g_ptr_array_index (coded, 0));
  fail_unless (flags_of (coded, 0) & V4L2_BUF_FLAG_LAST);
  g_ptr_array_unref (coded);
  g_ptr_array_unref (pictures);
  coder_close (&c);
}
GST_END_TEST;

GST_START_TEST (each_codec_has_its_own_commands)
{
  struct coder c;

  coder_open (&c, ZC_V4L2_JOB_ENCODE);
  fail_unless (zc_v4l2_codec_has_command (c.device, ZC_V4L2_JOB_ENCODE));
  fail_if (zc_v4l2_codec_has_command (c.device, ZC_V4L2_JOB_DECODE));
  coder_close (&c);
  coder_open (&c, ZC_V4L2_JOB_DECODE);
  fail_unless (zc_v4l2_codec_has_command (c.device, ZC_V4L2_JOB_DECODE));
  fail_if (zc_v4l2_codec_has_command (c.device, ZC_V4L2_JOB_ENCODE));
  coder_close (&c);
  coder_open (&c, ZC_V4L2_JOB_CONVERT);
  fail_if (zc_v4l2_codec_has_command (c.device, ZC_V4L2_JOB_CONVERT));
  fail_unless_equals_int (zc_v4l2_codec_stop (c.device, c.job), -ENOTTY);
  coder_close (&c);
}
GST_END_TEST;

GST_START_TEST (a_decoder_tells_its_format_and_gives_every_picture)
{
  GPtrArray *pictures, *coded = encode (FRAMES, &pictures), *decoded;
  struct coder c;

  coder_open (&c, ZC_V4L2_JOB_DECODE);
  coder_start_decoder (&c, coded);
  fail_unless_equals_int (c.capture.format.width, WIDTH);
  fail_unless_equals_int (c.capture.format.height, HEIGHT);
  decoded = coder_drain (&c, coded);
  assert_times (pictures, decoded);
  fail_unless_equals_int (c.n_changes, 1);
  fail_unless_equals_int (c.n_ends, 1);
  g_ptr_array_unref (decoded);
  g_ptr_array_unref (coded);
  g_ptr_array_unref (pictures);
  coder_close (&c);
}
GST_END_TEST;

/* As the decoder has chosen it, which need not be what went in. */
static GPtrArray *
decode (GPtrArray *coded, struct coder *c)
{
  coder_open (c, ZC_V4L2_JOB_DECODE);
  coder_start_decoder (c, coded);
  return coder_drain (c, coded);
}

GST_START_TEST (pictures_are_the_same_after_both)
{
  GPtrArray *pictures, *coded = encode (FRAMES, &pictures), *decoded;
  const struct coder_frame *first = g_ptr_array_index (coded, 0);
  const struct zc_v4l2_stamp stamp = {
    .timestamp_ns = first->frame.timestamp_ns
  };
  struct coder c;

  coder_open (&c, ZC_V4L2_JOB_DECODE);
  coder_set_format (&c, &c.output, V4L2_PIX_FMT_FWHT, WIDTH, HEIGHT);
  coder_set_format (&c, &c.capture, V4L2_PIX_FMT_NV12, WIDTH, HEIGHT);
  coder_allocate (&c, &c.output);
  fail_unless_equals_int (zc_v4l2_queue_start (&c.output.queue), 0);
  fail_unless (coder_push (&c, first->bytes, &stamp));
  coder_set_format (&c, &c.capture, V4L2_PIX_FMT_NV12, WIDTH, HEIGHT);
  coder_allocate (&c, &c.capture);
  fail_unless_equals_int (zc_v4l2_queue_start (&c.capture.queue), 0);
  g_ptr_array_remove_index (coded, 0);
  decoded = coder_drain (&c, coded);
  fail_unless_equals_int (decoded->len, FRAMES);
  assert_pictures (pictures, 0, decoded);
  g_ptr_array_unref (decoded);
  g_ptr_array_unref (coded);
  g_ptr_array_unref (pictures);
  coder_close (&c);
}
GST_END_TEST;

/* What does not move is coded by what was before, where that is cheaper: not
 * for slopes. */
static void
make_stripes (struct coder_frame *frame)
{
  gsize size;
  guint8 *data = g_bytes_unref_to_data (frame->bytes, &size);

  for (gsize i = 0; i < size; i++)
    data[i] = i / 2 % 2 ? 180 : 60;
  frame->bytes = g_bytes_new_take (data, size);
}

static GPtrArray *
encode_still (guint n)
{
  GPtrArray *pictures, *coded;
  struct coder c;

  coder_open (&c, ZC_V4L2_JOB_ENCODE);
  coder_start_encoder (&c, WIDTH, HEIGHT);
  pictures = coder_pictures (&c, 0, n);
  for (guint i = 0; i < n; i++)
    make_stripes (g_ptr_array_index (pictures, i));
  coded = coder_drain (&c, pictures);
  coder_close (&c);
  g_ptr_array_unref (pictures);
  return coded;
}

GST_START_TEST (key_frames_are_told)
{
  GPtrArray *coded = encode_still (3), *decoded;
  struct coder c;

  decoded = decode (coded, &c);
  fail_unless_equals_int (decoded->len, 3);
  for (guint i = 0; i < 3; i++) {
    __u32 key = flags_of (decoded, i) & V4L2_BUF_FLAG_KEYFRAME;
    __u32 predicted = flags_of (decoded, i) & V4L2_BUF_FLAG_PFRAME;

    fail_unless ((key != 0) == (i == 0));
    fail_unless ((predicted != 0) == (i != 0));
  }
  g_ptr_array_unref (decoded);
  g_ptr_array_unref (coded);
  coder_close (&c);
}
GST_END_TEST;

/* Of the header of a coded frame: two words of a mark, then its version. */
#define VERSION_AT 8

static void
damage (GPtrArray *coded, guint i)
{
  struct coder_frame *frame = g_ptr_array_index (coded, i);
  gsize size;
  guint8 *data = g_bytes_unref_to_data (frame->bytes, &size);

  data[VERSION_AT] = 0xee;
  frame->bytes = g_bytes_new_take (data, size);
}

GST_START_TEST (a_broken_frame_is_told_and_the_next_ones_come)
{
  GPtrArray *pictures, *coded = encode (5, &pictures), *decoded;
  guint n_broken = 0;
  struct coder c;

  damage (coded, 2);
  decoded = decode (coded, &c);
  fail_unless_equals_int (decoded->len, 5);
  for (guint i = 0; i < decoded->len; i++)
    n_broken += (flags_of (decoded, i) & V4L2_BUF_FLAG_ERROR) != 0;
  fail_unless_equals_int (n_broken, 1);
  fail_unless (flags_of (decoded, 2) & V4L2_BUF_FLAG_ERROR);
  g_ptr_array_unref (decoded);
  g_ptr_array_unref (coded);
  g_ptr_array_unref (pictures);
  coder_close (&c);
}
GST_END_TEST;

/* The stream changes its size: up to LAST and EPIPE what was before, then
 * CAPTURE is set up anew. */
GST_START_TEST (a_size_that_changes_in_the_stream_is_told)
{
  GPtrArray *pictures, *coded = encode (3, &pictures), *larger, *decoded;
  struct coder_frame last;
  struct coder encoder, c;
  guint n = 0;

  g_ptr_array_unref (pictures);
  coder_open (&encoder, ZC_V4L2_JOB_ENCODE);
  coder_start_encoder (&encoder, 1280, 720);
  pictures = coder_pictures (&encoder, 3, 3);
  larger = coder_drain (&encoder, pictures);
  coder_close (&encoder);

  /* room for the larger ones from the start */
  coder_open (&c, ZC_V4L2_JOB_DECODE);
  coder_start_decoder (&c, coded);
  coder_push (&c, bytes_of (coded, 0), NULL);
  coder_push (&c, bytes_of (coded, 1), NULL);
  coder_push (&c, bytes_of (larger, 0), NULL);
  do {
    coder_pull (&c, &last);
    g_bytes_unref (last.bytes);
    n += last.frame.plane[0].bytes_used > 0;
  } while (!(last.frame.flags & V4L2_BUF_FLAG_LAST));
  fail_unless_equals_int (n, 3);
  fail_unless_equals_int (
      zc_v4l2_queue_pull (&c.capture.queue, &last.frame), -EPIPE);
  while (c.n_changes < 2)
    coder_wait (&c);

  coder_free (&c, &c.capture);
  coder_set_format (&c, &c.capture, 0, 0, 0);
  fail_unless_equals_int (c.capture.format.width, 1280);
  fail_unless_equals_int (c.capture.format.height, 720);
  coder_allocate (&c, &c.capture);
  fail_unless_equals_int (zc_v4l2_queue_start (&c.capture.queue), 0);
  g_ptr_array_remove_index (larger, 0);
  decoded = coder_drain (&c, larger);
  fail_unless_equals_int (decoded->len, 3);
  g_ptr_array_unref (decoded);
  g_ptr_array_unref (larger);
  g_ptr_array_unref (coded);
  g_ptr_array_unref (pictures);
  coder_close (&c);
}
GST_END_TEST;

/* --- what goes with the pictures ---------------------------------------- */

GST_START_TEST (the_visible_part_goes_through_the_stream)
{
  struct v4l2_rect rect = { 0, 0, WIDTH, HEIGHT - 6 };
  GPtrArray *pictures, *coded;
  struct coder c;

  coder_open (&c, ZC_V4L2_JOB_ENCODE);
  coder_set_format (&c, &c.output, V4L2_PIX_FMT_NV12, WIDTH, HEIGHT);
  fail_unless_equals_int (
      zc_v4l2_selection_set (
          c.device, c.device->output_type, V4L2_SEL_TGT_CROP, 0, &rect),
      0);
  fail_unless_equals_int (rect.height, HEIGHT - 6);
  coder_set_format (&c, &c.capture, 0, 0, 0);
  coder_allocate (&c, &c.output);
  coder_allocate (&c, &c.capture);
  fail_unless_equals_int (zc_v4l2_queue_start (&c.output.queue), 0);
  fail_unless_equals_int (zc_v4l2_queue_start (&c.capture.queue), 0);
  pictures = coder_pictures (&c, 0, 1);
  coded = coder_drain (&c, pictures);
  coder_close (&c);

  coder_open (&c, ZC_V4L2_JOB_DECODE);
  coder_start_decoder (&c, coded);
  fail_unless_equals_int (
      zc_v4l2_selection_get (c.device, 0, V4L2_SEL_TGT_COMPOSE, &rect), 0);
  fail_unless_equals_int (rect.width, WIDTH);
  fail_unless_equals_int (rect.height, HEIGHT - 6);
  fail_unless_equals_int (c.capture.format.height, HEIGHT);
  fail_unless_equals_int (zc_v4l2_selection_get (c.device,
                              c.device->output_type, V4L2_SEL_TGT_CROP, &rect),
      -EINVAL);
  g_ptr_array_unref (coded);
  g_ptr_array_unref (pictures);
  coder_close (&c);
}
GST_END_TEST;

GST_START_TEST (colours_of_what_goes_in_are_those_of_what_comes_out)
{
  GPtrArray *pictures, *coded;
  struct coder c;

  coder_open (&c, ZC_V4L2_JOB_ENCODE);
  coder_set_format (&c, &c.output, V4L2_PIX_FMT_NV12, WIDTH, HEIGHT);
  c.output.format.colorspace = V4L2_COLORSPACE_BT2020;
  c.output.format.ycbcr_encoding = V4L2_YCBCR_ENC_BT2020;
  c.output.format.quantization = V4L2_QUANTIZATION_FULL_RANGE;
  c.output.format.transfer_function = V4L2_XFER_FUNC_SMPTE2084;
  fail_unless_equals_int (zc_v4l2_format_set (c.device, &c.output.format), 0);
  for (guint i = 0; i < 2; i++) {
    coder_set_format (&c, &c.capture, 0, 0, 0);
    fail_unless_equals_int (
        c.capture.format.colorspace, V4L2_COLORSPACE_BT2020);
    fail_unless_equals_int (
        c.capture.format.ycbcr_encoding, V4L2_YCBCR_ENC_BT2020);
    fail_unless_equals_int (
        c.capture.format.quantization, V4L2_QUANTIZATION_FULL_RANGE);
    fail_unless_equals_int (
        c.capture.format.transfer_function, V4L2_XFER_FUNC_SMPTE2084);
    if (i == 1)
      break;
    coder_allocate (&c, &c.output);
    coder_allocate (&c, &c.capture);
    fail_unless_equals_int (zc_v4l2_queue_start (&c.output.queue), 0);
    fail_unless_equals_int (zc_v4l2_queue_start (&c.capture.queue), 0);
    pictures = coder_pictures (&c, 0, 1);
    coded = coder_drain (&c, pictures);
    coder_close (&c);
    coder_open (&c, ZC_V4L2_JOB_DECODE);
    coder_start_decoder (&c, coded);
    g_ptr_array_unref (coded);
    g_ptr_array_unref (pictures);
  }
  coder_close (&c);
}
GST_END_TEST;

GST_START_TEST (sizes_of_both_sides_are_listed)
{
  struct v4l2_frmsizeenum size;
  struct coder c;

  coder_open (&c, ZC_V4L2_JOB_ENCODE);
  fail_unless_equals_int (
      zc_v4l2_enum_size (c.device, V4L2_PIX_FMT_NV12, 0, &size), 0);
  fail_unless_equals_int (size.type, V4L2_FRMSIZE_TYPE_STEPWISE);
  fail_unless_equals_int (size.stepwise.max_width, 4096);
  fail_unless_equals_int (
      zc_v4l2_enum_size (c.device, V4L2_PIX_FMT_FWHT, 0, &size), 0);
  fail_unless_equals_int (size.stepwise.min_width, 640);
  fail_unless_equals_int (
      zc_v4l2_enum_size (c.device, V4L2_PIX_FMT_FWHT, 1, &size), -EINVAL);
  coder_close (&c);
}
GST_END_TEST;

GST_START_TEST (a_codec_without_a_rate_says_so)
{
  struct v4l2_fract interval = { 1, 30 };
  struct coder c;

  coder_open (&c, ZC_V4L2_JOB_ENCODE);
  fail_unless_equals_int (
      zc_v4l2_interval_set (c.device, c.device->output_type, &interval),
      -ENOTTY);
  fail_unless_equals_int (
      zc_v4l2_interval_get (c.device, c.device->output_type, &interval),
      -ENOTTY);
  coder_close (&c);
}
GST_END_TEST;

GST_START_TEST (formats_cannot_change_under_buffers)
{
  struct zc_v4l2_format format;
  struct coder c;

  coder_open (&c, ZC_V4L2_JOB_ENCODE);
  coder_set_format (&c, &c.output, V4L2_PIX_FMT_NV12, WIDTH, HEIGHT);
  coder_allocate (&c, &c.output);
  format = c.output.format;
  format.width = 1280;
  format.height = 720;
  fail_unless_equals_int (zc_v4l2_format_set (c.device, &format), -EBUSY);
  format = c.output.format;
  format.type = V4L2_BUF_TYPE_VIDEO_OVERLAY;
  fail_unless_equals_int (zc_v4l2_format_set (c.device, &format), -EINVAL);
  coder_close (&c);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (both_queues_have_the_planes_of_the_device),
    RUNNER_TEST (an_encoder_drains_to_the_last_frame),
    RUNNER_TEST (the_end_is_an_event_too),
    RUNNER_TEST (a_drained_encoder_goes_on_with_a_new_capture),
    RUNNER_TEST (a_drained_encoder_goes_on_at_a_command),
    RUNNER_TEST (while_it_drains_it_cannot_be_told_again),
    RUNNER_TEST (each_codec_has_its_own_commands),
    RUNNER_TEST (a_decoder_tells_its_format_and_gives_every_picture),
    RUNNER_TEST (pictures_are_the_same_after_both),
    RUNNER_TEST (key_frames_are_told),
    RUNNER_TEST (a_broken_frame_is_told_and_the_next_ones_come),
    RUNNER_TEST (a_size_that_changes_in_the_stream_is_told),
    RUNNER_TEST (the_visible_part_goes_through_the_stream),
    RUNNER_TEST (colours_of_what_goes_in_are_those_of_what_comes_out),
    RUNNER_TEST (sizes_of_both_sides_are_listed),
    RUNNER_TEST (a_codec_without_a_rate_says_so),
    RUNNER_TEST (formats_cannot_change_under_buffers))
