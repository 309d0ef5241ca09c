/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "enc.h"

#include "gst-libs/v4l2/v4l2-sys.h"

#include <linux/videodev2.h>
#include <stdbool.h>
#include <sys/ioctl.h>

/* A real encoder that puts headers before the first frame of a stream, in a
 * buffer of their own, as some do (V4L2_CID_MPEG_VIDEO_HEADER_MODE). */

#define HEADER_BYTES 24

static int header_mode;
static int kept = -1; /* the buffer for them, which vicodec does not get */
static bool have_come;

static int
queue (int fd, struct v4l2_buffer *buffer)
{
  if (V4L2_TYPE_IS_CAPTURE (buffer->type) && kept < 0) {
    kept = (int) buffer->index;
    return 0;
  }
  return ioctl (fd, VIDIOC_QBUF, buffer);
}

static int
dequeue (int fd, struct v4l2_buffer *buffer)
{
  if (V4L2_TYPE_IS_OUTPUT (buffer->type) || have_come)
    return ioctl (fd, VIDIOC_DQBUF, buffer);
  have_come = true;
  buffer->index = (guint) kept;
  buffer->bytesused = HEADER_BYTES;
  buffer->flags = 0;
  buffer->timestamp = (struct timeval) { 0 };
  return 0;
}

static int
header_ioctl (int fd, unsigned long request, void *arg)
{
  struct v4l2_ext_controls *all = arg;

  switch (request) {
    case VIDIOC_QBUF:
      return queue (fd, arg);
    case VIDIOC_DQBUF:
      return dequeue (fd, arg);
    case VIDIOC_G_EXT_CTRLS:
      if (all->count != 1 ||
          all->controls->id != V4L2_CID_MPEG_VIDEO_HEADER_MODE)
        return ioctl (fd, request, arg);
      all->controls->value = header_mode;
      return 0;
    default:
      return ioctl (fd, request, arg);
  }
}

GST_START_TEST (headers_come_before_the_first_frame)
{
  GstBuffer *headers;
  struct enc enc;

  header_mode = V4L2_MPEG_VIDEO_HEADER_MODE_SEPARATE;
  zc_v4l2_sys.ioctl = header_ioctl;
  enc_open (&enc, "", ENC_DMABUF);
  enc_push_some (&enc, 5);
  enc_end (&enc);
  headers = enc_pull (&enc);
  fail_unless_equals_uint64 (gst_buffer_get_size (headers), HEADER_BYTES);
  fail_unless (GST_BUFFER_FLAG_IS_SET (headers, GST_BUFFER_FLAG_HEADER));
  gst_buffer_unref (headers);
  for (guint i = 0; i < 5; i++) {
    GstBuffer *coded = enc_pull (&enc);

    fail_unless_equals_uint64 (GST_BUFFER_PTS (coded), i * ENC_DURATION);
    fail_unless (i > 0 || enc_is_key (coded));
    gst_buffer_unref (coded);
  }
  enc_assert_stat (&enc, "frames", 5);
  enc_assert_stat (&enc, "dropped", 0);
  enc_close (&enc);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (headers_come_before_the_first_frame))
