/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-codec.h"

#include <errno.h>

/* What a command is called, of an encoder and of a decoder. */
struct command {
  __u32 encoder, decoder;
};

static const struct command command_start = { V4L2_ENC_CMD_START,
  V4L2_DEC_CMD_START };
static const struct command command_stop = { V4L2_ENC_CMD_STOP,
  V4L2_DEC_CMD_STOP };

static int
command_encoder (const struct zc_v4l2_device *device, bool try,
    const struct command *command)
{
  struct v4l2_encoder_cmd cmd = { .cmd = command->encoder };

  return zc_v4l2_device_ioctl (
      device, try ? VIDIOC_TRY_ENCODER_CMD : VIDIOC_ENCODER_CMD, &cmd);
}

static int
command_decoder (const struct zc_v4l2_device *device, bool try,
    const struct command *command)
{
  struct v4l2_decoder_cmd cmd = { .cmd = command->decoder };

  return zc_v4l2_device_ioctl (
      device, try ? VIDIOC_TRY_DECODER_CMD : VIDIOC_DECODER_CMD, &cmd);
}

static int
give (const struct zc_v4l2_device *device, enum zc_v4l2_job job, bool try,
    const struct command *command)
{
  switch (job) {
    case ZC_V4L2_JOB_ENCODE:
      return command_encoder (device, try, command);
    case ZC_V4L2_JOB_DECODE:
      return command_decoder (device, try, command);
    default:
      return -ENOTTY;
  }
}

bool
zc_v4l2_codec_has_command (
    const struct zc_v4l2_device *device, enum zc_v4l2_job job)
{
  return give (device, job, true, &command_stop) == 0;
}

int
zc_v4l2_codec_stop (const struct zc_v4l2_device *device, enum zc_v4l2_job job)
{
  return give (device, job, false, &command_stop);
}

int
zc_v4l2_codec_start (const struct zc_v4l2_device *device, enum zc_v4l2_job job)
{
  return give (device, job, false, &command_start);
}
