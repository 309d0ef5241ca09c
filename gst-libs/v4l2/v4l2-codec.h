/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_CODEC_H
#define ZC_V4L2_CODEC_H

#include "v4l2-device.h"

/* What a device makes of frames; one may have several jobs. */
enum zc_v4l2_job {
  ZC_V4L2_JOB_ENCODE = 1 << 0,  /* pictures become coded */
  ZC_V4L2_JOB_DECODE = 1 << 1,  /* coded ones become pictures */
  ZC_V4L2_JOB_CONVERT = 1 << 2, /* pictures become others */
};

/*
 * The commands of a codec: the end of its frames, and that it goes on
 * (Documentation/userspace-api/media/v4l/vidioc-{encoder,decoder}-cmd.rst;
 * dev-encoder.rst and dev-decoder.rst, Drain). JOB is what the device does,
 * ZC_V4L2_JOB_ENCODE or _DECODE; a converter has no commands: each frame in
 * gives one out.
 *
 * From zc_v4l2_codec_stop() on, frames come out of CAPTURE until one has
 * V4L2_BUF_FLAG_LAST, which may be without a payload; each needs a buffer
 * there, the last as well. Then zc_v4l2_queue_pull() of CAPTURE gives -EPIPE,
 * and V4L2_EVENT_EOS comes. Frames that are pushed after the command wait. It
 * goes on by zc_v4l2_codec_start(), or by stopping and starting OUTPUT (frames
 * that wait are dropped) or CAPTURE. After a SOURCE_CHANGE it is the same up to
 * LAST and -EPIPE; if the buffers are good for the new format,
 * zc_v4l2_codec_start() goes on, else CAPTURE is stopped, given new buffers and
 * started.
 */

/* Whether the device has these commands. Without them (some JPEG codecs) each
 * frame in gives one out, and the end has come when as many have. */
bool zc_v4l2_codec_has_command (
    const struct zc_v4l2_device *device, enum zc_v4l2_job job);

/*
 * No more frames come: what is in the codec is to come out. Does nothing, and
 * no LAST comes, while OUTPUT does not stream, and after the last frame until
 * the codec goes on. Returns 0, -EBUSY while it drains
 * already, -ENOTTY or -EINVAL without such commands.
 */
int zc_v4l2_codec_stop (
    const struct zc_v4l2_device *device, enum zc_v4l2_job job);

/*
 * Goes on after the last frame was pulled. Returns 0, -EBUSY while it drains
 * still, -ENOTTY or -EINVAL without such commands. There are drivers (vicodec)
 * that go on, and still give -EPIPE for each pull: there CAPTURE has to be
 * stopped and started, which drops no frame, because none is in the codec, and
 * its buffers pushed again.
 */
int zc_v4l2_codec_start (
    const struct zc_v4l2_device *device, enum zc_v4l2_job job);

#endif
