/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "enc.h"

#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdbool.h>
#include <sys/ioctl.h>

/* A real encoder that behaves like drivers which are not at hand. */

#define LARGE                                                  \
  "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=NV12," \
  "width=1920,height=1088,framerate=30/1"

static bool has_coded[1024]; /* by descriptor */
static guint opened;
static GstSegment time_segment;
static guint32 room; /* what was asked for, for a coded frame */

static int
counting_open (const char *path, int flags)
{
  int fd = open (path, flags);

  if (fd >= 0)
    has_coded[fd] = false;
  opened++;
  return fd;
}

/* mtk-vcodec forgets its formats when both queues have stopped, wave5 stays at
 * the end of the stream: no other one begins. */
static int
stream_on (int fd, int *type)
{
  int ret;

  if (has_coded[fd]) {
    errno = EIO;
    return -1;
  }
  ret = ioctl (fd, VIDIOC_STREAMON, type);
  if (ret == 0 && V4L2_TYPE_IS_CAPTURE (*type))
    has_coded[fd] = true;
  return ret;
}

static void
note_room (const struct v4l2_format *format)
{
  if (V4L2_TYPE_IS_CAPTURE (format->type))
    room = V4L2_TYPE_IS_MULTIPLANAR (format->type)
               ? format->fmt.pix_mp.plane_fmt[0].sizeimage
               : format->fmt.pix.sizeimage;
}

static int
playing_ioctl (int fd, unsigned long request, void *arg)
{
  if (request == VIDIOC_STREAMON)
    return stream_on (fd, arg);
  if (request == VIDIOC_S_FMT)
    note_room (arg);
  return ioctl (fd, request, arg);
}

static void
open_played (struct enc *enc, const char *caps)
{
  zc_v4l2_sys.open = counting_open;
  zc_v4l2_sys.ioctl = playing_ioctl;
  enc_open (enc, "", caps);
}

/* Of a device that codes one stream alone. */
static void
assert_streams (struct enc *enc, void (*next) (struct enc *enc))
{
  open_played (enc, ENC_DMABUF);
  for (guint i = 0; i < 3; i++) {
    enc_push_some (enc, 4);
    enc_pull_some (enc, 4);
    next (enc);
  }
  enc_push_some (enc, 4);
  enc_pull_some (enc, 4);
  enc_assert_input (enc, "dmabuf-import");
  enc_assert_stat (enc, "frames", 16);
  enc_assert_stat (enc, "dropped", 0);
  fail_unless (enc_take_error (enc) == NULL);
  fail_unless (enc_take_warning (enc) == NULL);
  enc_close (enc);
}

static void
change_size (struct enc *enc)
{
  static guint n;

  enc_set_caps (enc, n++ % 2 == 0 ? LARGE : ENC_DMABUF);
}

static void
stop_and_start (struct enc *enc)
{
  gst_element_set_state (enc->element, GST_STATE_READY);
  gst_element_set_state (enc->element, GST_STATE_PLAYING);
  gst_harness_push_event (enc->harness, gst_event_new_stream_start ("again"));
  enc_set_caps (enc, ENC_DMABUF);
}

static void
end_and_start (struct enc *enc)
{
  enc_end (enc);
  gst_harness_push_event (enc->harness, gst_event_new_stream_start ("again"));
  gst_harness_push_event (enc->harness, gst_event_new_segment (&time_segment));
}

GST_START_TEST (a_device_for_one_stream_goes_on_after_the_end)
{
  struct enc enc;

  gst_segment_init (&time_segment, GST_FORMAT_TIME);
  assert_streams (&enc, end_and_start);
}
GST_END_TEST;

GST_START_TEST (a_device_for_one_stream_goes_on_after_a_flush)
{
  struct enc enc;

  assert_streams (&enc, enc_flush);
}
GST_END_TEST;

GST_START_TEST (a_device_for_one_stream_goes_on_with_other_caps)
{
  struct enc enc;

  assert_streams (&enc, change_size);
}
GST_END_TEST;

GST_START_TEST (a_device_for_one_stream_goes_on_after_a_pause)
{
  struct enc enc;

  assert_streams (&enc, stop_and_start);
}
GST_END_TEST;

GST_START_TEST (what_has_coded_nothing_is_not_opened_again)
{
  struct enc enc;
  guint before;

  open_played (&enc, ENC_DMABUF);
  before = opened;
  enc_set_caps (&enc, LARGE);
  enc_flush (&enc);
  enc_push_some (&enc, 4);
  enc_pull_some (&enc, 4);
  fail_unless_equals_int (opened, before);
  enc_close (&enc);
}
GST_END_TEST;

/* mtk-vcodec and s5p-mfc take what they are asked for, s5p-jpeg makes one page
 * of nothing. */
GST_START_TEST (room_is_asked_for_coded_frames)
{
  struct enc enc;

  open_played (&enc, ENC_DMABUF);
  fail_unless_equals_int (room, 1 << 20);
  enc_set_caps (&enc, LARGE);
  fail_unless_equals_int (room, 1920 * 1088 * 3 / 4);
  enc_close (&enc);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (a_device_for_one_stream_goes_on_after_the_end),
    RUNNER_TEST (a_device_for_one_stream_goes_on_after_a_flush),
    RUNNER_TEST (a_device_for_one_stream_goes_on_with_other_caps),
    RUNNER_TEST (a_device_for_one_stream_goes_on_after_a_pause),
    RUNNER_TEST (what_has_coded_nothing_is_not_opened_again),
    RUNNER_TEST (room_is_asked_for_coded_frames))
