/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/v4l2-codec.h"
#include "gst-libs/v4l2/v4l2-event.h"
#include "gst-libs/v4l2/v4l2-format.h"
#include "gst-libs/v4l2/v4l2-selection.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>

/* What a codec is told besides its frames, and at which queue. */

static struct {
  int error;
  unsigned long request;
  union {
    struct v4l2_encoder_cmd encoder;
    struct v4l2_decoder_cmd decoder;
    struct v4l2_event_subscription subscription;
    struct v4l2_selection selection;
    struct v4l2_streamparm parm;
    struct v4l2_format format;
  } asked;
} kernel;

static const struct zc_v4l2_device device = { .fd = 1000,
  .capture_type = V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE,
  .output_type = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE };

static int
play_ioctl (int fd, unsigned long request, void *arg)
{
  fail_unless_equals_int (fd, device.fd);
  kernel.request = request;
  memcpy (&kernel.asked, arg, _IOC_SIZE (request));
  if (kernel.error) {
    errno = kernel.error;
    return -1;
  }
  if (request == VIDIOC_S_PARM)
    ((struct v4l2_streamparm *) arg)->parm.output.timeperframe.denominator = 25;
  return 0;
}

static void
play (int error)
{
  memset (&kernel, 0, sizeof (kernel));
  kernel.error = error;
  zc_v4l2_sys.ioctl = play_ioctl;
}

GST_START_TEST (an_encoder_is_stopped_and_started)
{
  play (0);
  fail_unless_equals_int (zc_v4l2_codec_stop (&device, ZC_V4L2_JOB_ENCODE), 0);
  fail_unless (kernel.request == VIDIOC_ENCODER_CMD);
  fail_unless_equals_int (kernel.asked.encoder.cmd, V4L2_ENC_CMD_STOP);
  fail_unless_equals_int (kernel.asked.encoder.flags, 0);
  fail_unless_equals_int (zc_v4l2_codec_start (&device, ZC_V4L2_JOB_ENCODE), 0);
  fail_unless (kernel.request == VIDIOC_ENCODER_CMD);
  fail_unless_equals_int (kernel.asked.encoder.cmd, V4L2_ENC_CMD_START);
}
GST_END_TEST;

GST_START_TEST (a_decoder_is_stopped_and_started)
{
  play (0);
  fail_unless_equals_int (zc_v4l2_codec_stop (&device, ZC_V4L2_JOB_DECODE), 0);
  fail_unless (kernel.request == VIDIOC_DECODER_CMD);
  fail_unless_equals_int (kernel.asked.decoder.cmd, V4L2_DEC_CMD_STOP);
  fail_unless_equals_int (kernel.asked.decoder.flags, 0);
  fail_unless_equals_uint64 (kernel.asked.decoder.stop.pts, 0);
  fail_unless_equals_int (zc_v4l2_codec_start (&device, ZC_V4L2_JOB_DECODE), 0);
  fail_unless (kernel.request == VIDIOC_DECODER_CMD);
  fail_unless_equals_int (kernel.asked.decoder.cmd, V4L2_DEC_CMD_START);
  fail_unless_equals_int (
      kernel.asked.decoder.start.format, V4L2_DEC_START_FMT_NONE);
}
GST_END_TEST;

GST_START_TEST (commands_are_tried_without_being_given)
{
  play (0);
  fail_unless (zc_v4l2_codec_has_command (&device, ZC_V4L2_JOB_ENCODE));
  fail_unless (kernel.request == VIDIOC_TRY_ENCODER_CMD);
  fail_unless_equals_int (kernel.asked.encoder.cmd, V4L2_ENC_CMD_STOP);
  fail_unless (zc_v4l2_codec_has_command (&device, ZC_V4L2_JOB_DECODE));
  fail_unless (kernel.request == VIDIOC_TRY_DECODER_CMD);
  play (ENOTTY);
  fail_if (zc_v4l2_codec_has_command (&device, ZC_V4L2_JOB_ENCODE));
  fail_if (zc_v4l2_codec_has_command (&device, ZC_V4L2_JOB_DECODE));
}
GST_END_TEST;

GST_START_TEST (each_errno_of_a_command_comes_out)
{
  static const int errors[] = { EBUSY, EINVAL, ENOTTY, EPERM, ENODEV };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    play (errors[i]);
    fail_unless_equals_int (
        zc_v4l2_codec_stop (&device, ZC_V4L2_JOB_ENCODE), -errors[i]);
    fail_unless_equals_int (
        zc_v4l2_codec_start (&device, ZC_V4L2_JOB_DECODE), -errors[i]);
  }
}
GST_END_TEST;

GST_START_TEST (a_converter_has_no_commands)
{
  play (0);
  fail_if (zc_v4l2_codec_has_command (&device, ZC_V4L2_JOB_CONVERT));
  fail_unless_equals_int (
      zc_v4l2_codec_stop (&device, ZC_V4L2_JOB_CONVERT), -ENOTTY);
  fail_unless (kernel.request == 0);
}
GST_END_TEST;

GST_START_TEST (the_end_and_another_format_are_subscribed)
{
  play (0);
  fail_unless_equals_int (zc_v4l2_event_subscribe_end (&device), 0);
  fail_unless (kernel.request == VIDIOC_SUBSCRIBE_EVENT);
  fail_unless_equals_int (kernel.asked.subscription.type, V4L2_EVENT_EOS);
  fail_unless_equals_int (kernel.asked.subscription.id, 0);
  fail_unless_equals_int (zc_v4l2_event_subscribe_stream (&device), 0);
  fail_unless_equals_int (
      kernel.asked.subscription.type, V4L2_EVENT_SOURCE_CHANGE);
  fail_unless_equals_int (kernel.asked.subscription.id, 0);
  play (EINVAL);
  fail_unless_equals_int (zc_v4l2_event_subscribe_end (&device), -EINVAL);
  fail_unless_equals_int (zc_v4l2_event_subscribe_stream (&device), -EINVAL);
}
GST_END_TEST;

GST_START_TEST (another_size_is_told_from_other_events)
{
  struct v4l2_event event = { .type = V4L2_EVENT_SOURCE_CHANGE };

  fail_if (zc_v4l2_event_is_stream_change (&event));
  event.u.src_change.changes = V4L2_EVENT_SRC_CH_RESOLUTION;
  fail_unless (zc_v4l2_event_is_stream_change (&event));
  event.type = V4L2_EVENT_EOS;
  fail_if (zc_v4l2_event_is_stream_change (&event));
}
GST_END_TEST;

/* In the words that every kernel knows, whichever API it is. */
GST_START_TEST (each_queue_has_its_rectangles)
{
  static const __u32 outputs[] = { V4L2_BUF_TYPE_VIDEO_OUTPUT,
    V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE };
  static const __u32 captures[] = { 0, V4L2_BUF_TYPE_VIDEO_CAPTURE,
    V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE };
  struct v4l2_rect rect = { 0 };

  play (0);
  for (guint i = 0; i < G_N_ELEMENTS (outputs); i++) {
    zc_v4l2_selection_get (&device, outputs[i], V4L2_SEL_TGT_CROP, &rect);
    fail_unless_equals_int (
        kernel.asked.selection.type, V4L2_BUF_TYPE_VIDEO_OUTPUT);
    zc_v4l2_selection_set (&device, outputs[i], V4L2_SEL_TGT_CROP, 0, &rect);
    fail_unless_equals_int (
        kernel.asked.selection.type, V4L2_BUF_TYPE_VIDEO_OUTPUT);
  }
  for (guint i = 0; i < G_N_ELEMENTS (captures); i++) {
    zc_v4l2_selection_get (&device, captures[i], V4L2_SEL_TGT_COMPOSE, &rect);
    fail_unless_equals_int (
        kernel.asked.selection.type, V4L2_BUF_TYPE_VIDEO_CAPTURE);
  }
}
GST_END_TEST;

GST_START_TEST (the_rate_of_what_goes_in_is_told)
{
  struct v4l2_fract interval = { 1, 30 };

  play (0);
  fail_unless_equals_int (
      zc_v4l2_interval_set (&device, device.output_type, &interval), 0);
  fail_unless_equals_int (
      kernel.asked.parm.type, V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE);
  fail_unless_equals_int (
      kernel.asked.parm.parm.output.timeperframe.denominator, 30);
  fail_unless_equals_int (interval.denominator, 25);
  fail_unless_equals_int (zc_v4l2_interval_get (&device, 0, &interval), 0);
  fail_unless_equals_int (
      kernel.asked.parm.type, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  play (ENOTTY);
  fail_unless_equals_int (
      zc_v4l2_interval_set (&device, device.output_type, &interval), -ENOTTY);
}
GST_END_TEST;

GST_START_TEST (the_room_for_coded_bytes_is_a_wish)
{
  struct zc_v4l2_format format = { .type = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE,
    .fourcc = V4L2_PIX_FMT_H264,
    .width = 640,
    .height = 480,
    .n_memory_planes = 1,
    .plane[0].size = 1 << 20 };

  play (0);
  fail_unless_equals_int (zc_v4l2_format_set (&device, &format), 0);
  fail_unless_equals_int (
      kernel.asked.format.fmt.pix_mp.plane_fmt[0].sizeimage, 1 << 20);
  format.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
  fail_unless_equals_int (zc_v4l2_format_set (&device, &format), 0);
  fail_unless_equals_int (kernel.asked.format.fmt.pix.sizeimage, 1 << 20);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (an_encoder_is_stopped_and_started),
    RUNNER_TEST (a_decoder_is_stopped_and_started),
    RUNNER_TEST (commands_are_tried_without_being_given),
    RUNNER_TEST (each_errno_of_a_command_comes_out),
    RUNNER_TEST (a_converter_has_no_commands),
    RUNNER_TEST (the_end_and_another_format_are_subscribed),
    RUNNER_TEST (another_size_is_told_from_other_events),
    RUNNER_TEST (each_queue_has_its_rectangles),
    RUNNER_TEST (the_rate_of_what_goes_in_is_told),
    RUNNER_TEST (the_room_for_coded_bytes_is_a_wish))
