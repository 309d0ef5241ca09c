/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "../libs/v4l2-encoder.h"
#include "enc.h"

#include "gst-libs/v4l2/v4l2-sys.h"

#include <gst/video/gstvideoencoder.h>
#include <linux/videodev2.h>
#include <string.h>
#include <sys/ioctl.h>

/* A real encoder that says it is one of H.264, with the controls of such a
 * one. What comes out is as before: only caps and controls are looked at. */

#define PROFILE V4L2_CID_MPEG_VIDEO_H264_PROFILE
#define LEVEL V4L2_CID_MPEG_VIDEO_H264_LEVEL
#define BITRATE V4L2_CID_MPEG_VIDEO_BITRATE
#define B_FRAMES V4L2_CID_MPEG_VIDEO_B_FRAMES
#define GOP_SIZE V4L2_CID_MPEG_VIDEO_GOP_SIZE
#define BIT(n) (G_GUINT64_CONSTANT (1) << (n))

static int (*control_ioctl) (int fd, unsigned long request, void *arg);
static GMutex lock;

static void
exchange (__u32 *fourcc, __u32 from, __u32 to)
{
  if (*fourcc == from)
    *fourcc = to;
}

/* Where the code is of CAPTURE, in both APIs; NULL if it is not of that. */
static __u32 *
find_code (unsigned long request, void *arg)
{
  struct v4l2_fmtdesc *desc = arg;
  struct v4l2_format *format = arg;
  struct v4l2_frmsizeenum *size = arg;

  switch (request) {
    case VIDIOC_ENUM_FMT:
      return V4L2_TYPE_IS_CAPTURE (desc->type) ? &desc->pixelformat : NULL;
    case VIDIOC_G_FMT:
    case VIDIOC_S_FMT:
    case VIDIOC_TRY_FMT:
      return V4L2_TYPE_IS_CAPTURE (format->type) ? &format->fmt.pix.pixelformat
                                                 : NULL;
    case VIDIOC_ENUM_FRAMESIZES:
      return &size->pixel_format;
    default:
      return NULL;
  }
}

static bool
is_of_controls (unsigned long request)
{
  return request == VIDIOC_QUERY_EXT_CTRL || request == VIDIOC_QUERYMENU ||
         request == VIDIOC_S_EXT_CTRLS || request == VIDIOC_TRY_EXT_CTRLS ||
         request == VIDIOC_G_EXT_CTRLS;
}

static int
playing_ioctl (int fd, unsigned long request, void *arg)
{
  __u32 *code = find_code (request, arg);
  int ret;

  if (is_of_controls (request)) {
    g_mutex_lock (&lock);
    encoder.device.fd = fd;
    ret = control_ioctl (fd, request, arg);
    g_mutex_unlock (&lock);
    return ret;
  }
  if (code)
    exchange (code, V4L2_PIX_FMT_H264, V4L2_PIX_FMT_FWHT);
  ret = ioctl (fd, request, arg);
  if (code)
    exchange (code, V4L2_PIX_FMT_FWHT, V4L2_PIX_FMT_H264);
  return ret;
}

/* Downstream takes WANTED. */
static void
open_played (struct enc *enc, const char *properties, const char *wanted)
{
  encoder_set_up ();
  control_ioctl = zc_v4l2_sys.ioctl;
  zc_v4l2_sys.ioctl = playing_ioctl;
  encoder_add_menu (PROFILE, 0, V4L2_MPEG_VIDEO_H264_PROFILE_HIGH,
      BIT (V4L2_MPEG_VIDEO_H264_PROFILE_EXTENDED),
      V4L2_MPEG_VIDEO_H264_PROFILE_MAIN);
  encoder_add_menu (LEVEL, 0, V4L2_MPEG_VIDEO_H264_LEVEL_5_1,
      BIT (V4L2_MPEG_VIDEO_H264_LEVEL_1B), V4L2_MPEG_VIDEO_H264_LEVEL_1_0);
  encoder_add (BITRATE, V4L2_CTRL_TYPE_INTEGER, 1000, 20000000, 500000);
  encoder_add (GOP_SIZE, V4L2_CTRL_TYPE_INTEGER, 0, 300, 12);
  enc_open (enc, properties, NULL);
  if (wanted)
    gst_harness_set_sink_caps_str (enc->harness, wanted);
}

static void
assert_coded (struct enc *enc, const char *field, const char *value)
{
  g_autoptr (GstCaps) caps = NULL;
  const gchar *is;

  enc_push_some (enc, 1);
  enc_pull_some (enc, 1);
  caps = gst_pad_get_current_caps (enc->harness->sinkpad);
  is = gst_structure_get_string (gst_caps_get_structure (caps, 0), field);
  fail_unless (g_strcmp0 (is, value) == 0, "%s is %s", field, is);
}

/* --- profile and level -------------------------------------------------- */

GST_START_TEST (the_profile_is_that_of_downstream)
{
  struct enc enc;

  open_played (&enc, "", "video/x-h264,profile=(string)high");
  enc_set_caps (&enc, ENC_DMABUF);
  assert_coded (&enc, "profile", "high");
  fail_unless_equals_int (
      encoder_find (PROFILE)->value, V4L2_MPEG_VIDEO_H264_PROFILE_HIGH);
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (the_level_is_the_least_that_will_do)
{
  struct enc enc;

  open_played (&enc, "", NULL);
  enc_set_caps (&enc, ENC_DMABUF);
  assert_coded (&enc, "level", "3");
  fail_unless_equals_int (
      encoder_find (LEVEL)->value, V4L2_MPEG_VIDEO_H264_LEVEL_3_0);
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (the_level_follows_the_size)
{
  struct enc enc;

  open_played (&enc, "", NULL);
  enc_set_caps (&enc, ENC_DMABUF);
  assert_coded (&enc, "level", "3");
  enc_set_caps (&enc, "video/x-raw(memory:DMABuf),format=DMA_DRM,"
                      "drm-format=NV12,width=1920,height=1080,framerate=30/1");
  assert_coded (&enc, "level", "4");
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (the_level_is_that_of_downstream)
{
  struct enc enc;

  open_played (&enc, "", "video/x-h264,level=(string)4.2");
  enc_set_caps (&enc, ENC_DMABUF);
  assert_coded (&enc, "level", "4.2");
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (a_profile_of_the_user_is_taken)
{
  struct enc enc;

  open_played (&enc, "profile=baseline", NULL);
  enc_set_caps (&enc, ENC_DMABUF);
  assert_coded (&enc, "profile", "baseline");
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (a_profile_that_the_device_lacks_is_an_error)
{
  struct enc enc;

  open_played (&enc, "", "video/x-h264,profile=(string)high-10");
  gst_harness_set_src_caps (enc.harness, gst_caps_from_string (ENC_DMABUF));
  enc_assert_error (&enc, "high-10");
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (what_downstream_names_later_is_tried)
{
  struct enc enc;

  open_played (&enc, "",
      "video/x-h264,profile=(string)high-10;video/x-h264,profile=(string)high");
  enc_set_caps (&enc, ENC_DMABUF);
  assert_coded (&enc, "profile", "high");
  fail_unless (enc_take_warning (&enc) == NULL);
  fail_unless (enc_take_error (&enc) == NULL);
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (what_the_user_has_set_may_be_named_later)
{
  struct enc enc;

  open_played (&enc, "profile=baseline",
      "video/x-h264,profile=(string)high;"
      "video/x-h264,profile=(string)baseline");
  enc_set_caps (&enc, ENC_DMABUF);
  assert_coded (&enc, "profile", "baseline");
  fail_unless (enc_take_warning (&enc) == NULL);
  enc_close (&enc);
}
GST_END_TEST;

/* 20 Mb/s at most in level 3.2, 14 in 3.1; the size alone needs 3. */
GST_START_TEST (the_level_has_the_bits_of_the_driver)
{
  struct enc enc;

  open_played (&enc, "", NULL);
  encoder_find (BITRATE)->value = 15000000;
  enc_set_caps (&enc, ENC_DMABUF);
  assert_coded (&enc, "level", "3.2");
  enc_close (&enc);
}
GST_END_TEST;

/* NV12 is called P010, with lines of as many bytes. */
static int
deep_ioctl (int fd, unsigned long request, void *arg)
{
  struct v4l2_fmtdesc *desc = request == VIDIOC_ENUM_FMT ? arg : NULL;
  struct v4l2_format *format = request == VIDIOC_S_FMT ? arg : NULL;
  struct v4l2_pix_format *pix = format ? &format->fmt.pix : NULL;
  __u32 *code = desc ? &desc->pixelformat : format ? &pix->pixelformat : NULL;
  bool is_deep;
  int ret;

  if (!code || find_code (request, arg) ||
      (request == VIDIOC_S_FMT && *code != V4L2_PIX_FMT_P010))
    return playing_ioctl (fd, request, arg);
  is_deep = format != NULL;
  exchange (code, V4L2_PIX_FMT_P010, V4L2_PIX_FMT_NV12);
  ret = ioctl (fd, request, arg);
  exchange (code, V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_P010);
  if (is_deep) {
    pix->bytesperline *= 2;
    pix->sizeimage *= 2;
  }
  return ret;
}

GST_START_TEST (samples_that_lose_bits_are_told)
{
  g_autofree gchar *warning = NULL;
  struct enc enc;

  open_played (&enc, "", NULL);
  gst_element_set_state (enc.element, GST_STATE_NULL);
  zc_v4l2_sys.ioctl = deep_ioctl;
  gst_harness_play (enc.harness);
  gst_element_set_state (enc.element, GST_STATE_PLAYING);
  enc_set_caps (&enc, "video/x-raw,format=P010_10LE" ENC_SIZE);
  warning = enc_take_warning (&enc);
  fail_unless (warning && strstr (warning, "fewer bits"), "%s", warning);
  enc_close (&enc);
}
GST_END_TEST;

/* --- the order of frames ------------------------------------------------ */

static GstClockTime
get_latency (struct enc *enc)
{
  GstClockTime least = 0, most = 0;

  gst_video_encoder_get_latency (
      GST_VIDEO_ENCODER (enc->element), &least, &most);
  return least;
}

GST_START_TEST (b_frames_are_known_before_the_first_frame)
{
  struct enc enc;

  open_played (&enc, "", NULL);
  encoder_add (B_FRAMES, V4L2_CTRL_TYPE_INTEGER, 0, 4, 0);
  enc_set_caps (&enc, ENC_DMABUF);
  fail_unless_equals_uint64 (get_latency (&enc), ENC_DURATION);
  g_object_set (enc.element, "b-frames", 2, NULL);
  fail_unless_equals_uint64 (get_latency (&enc), 3 * ENC_DURATION);
  enc_close (&enc);
}
GST_END_TEST;

/* A stream that flows keeps its order, whatever the control says. */
GST_START_TEST (b_frames_come_with_the_next_stream)
{
  GstClockTime before;
  GstBuffer *coded;
  struct enc enc;

  open_played (&enc, "", NULL);
  encoder_add (B_FRAMES, V4L2_CTRL_TYPE_INTEGER, 0, 4, 0);
  enc_set_caps (&enc, ENC_DMABUF);
  enc_push_some (&enc, 1);
  coded = enc_pull (&enc);
  before = GST_BUFFER_DTS (coded);
  gst_buffer_unref (coded);
  g_object_set (enc.element, "b-frames", 2, NULL);
  enc_push_some (&enc, 1);
  coded = enc_pull (&enc);
  fail_unless_equals_uint64 (GST_BUFFER_DTS (coded), before + ENC_DURATION);
  gst_buffer_unref (coded);
  fail_unless_equals_uint64 (get_latency (&enc), ENC_DURATION);
  enc_end (&enc);
  fail_unless_equals_uint64 (get_latency (&enc), 3 * ENC_DURATION);
  enc_close (&enc);
}
GST_END_TEST;

/* --- settings ----------------------------------------------------------- */

GST_START_TEST (settings_are_on_the_device)
{
  struct enc enc;

  open_played (&enc, "bitrate=3000000 gop-size=60", NULL);
  enc_set_caps (&enc, ENC_DMABUF);
  fail_unless_equals_int (encoder_find (BITRATE)->value, 3000000);
  fail_unless_equals_int (encoder_find (GOP_SIZE)->value, 60);
  fail_unless (enc_take_warning (&enc) == NULL);
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (they_change_while_frames_flow)
{
  struct enc enc;

  open_played (&enc, "bitrate=3000000", NULL);
  enc_set_caps (&enc, ENC_DMABUF);
  enc_push_some (&enc, 3);
  g_object_set (enc.element, "bitrate", 1000000, NULL);
  fail_unless_equals_int (encoder_find (BITRATE)->value, 1000000);
  enc_push_some (&enc, 3);
  enc_end (&enc);
  enc_pull_some (&enc, 6);
  fail_unless (enc_take_warning (&enc) == NULL);
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (what_is_out_of_range_is_told)
{
  g_autofree gchar *warning = NULL;
  struct enc enc;

  open_played (&enc, "bitrate=30000000", NULL);
  enc_set_caps (&enc, ENC_DMABUF);
  warning = enc_take_warning (&enc);
  fail_unless (warning && strstr (warning, "20000000"), "%s", warning);
  enc_close (&enc);
}
GST_END_TEST;

/* What is in use now is set with the next caps. */
GST_START_TEST (what_is_in_use_is_set_later)
{
  g_autofree gchar *warning = NULL;
  struct enc enc;

  open_played (&enc, "", NULL);
  enc_set_caps (&enc, ENC_DMABUF);
  enc_push_some (&enc, 1);
  encoder_find (GOP_SIZE)->info.flags |= V4L2_CTRL_FLAG_GRABBED;
  g_object_set (enc.element, "gop-size", 30, NULL);
  warning = enc_take_warning (&enc);
  fail_unless (warning && strstr (warning, "gop-size"), "%s", warning);
  encoder_find (GOP_SIZE)->info.flags = 0;
  enc_set_caps (&enc, ENC_NV12 ",pixel-aspect-ratio=2/1");
  fail_unless_equals_int (encoder_find (GOP_SIZE)->value, 30);
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (ranges_are_those_of_the_device)
{
  g_autoptr (GstStructure) settings = NULL;
  const GstStructure *bitrate;
  struct enc enc;
  gint64 wide = 0;
  gint narrow = 0;

  open_played (&enc, "", NULL);
  g_object_get (enc.element, "device-settings", &settings, NULL);
  fail_unless (settings == NULL, "no device is open yet");
  enc_set_caps (&enc, ENC_DMABUF);
  g_object_get (enc.element, "device-settings", &settings, NULL);
  bitrate = gst_value_get_structure (
      gst_structure_get_value (settings, "bitrate"));
  fail_unless (gst_structure_get_int (bitrate, "maximum", &narrow) ||
               gst_structure_get_int64 (bitrate, "maximum", &wide));
  fail_unless_equals_int64 (narrow + wide, 20000000);
  enc_close (&enc);
}
GST_END_TEST;

/* Threads that set and ask, while caps change. */
static gpointer
set_and_ask (gpointer data)
{
  struct enc *enc = data;

  for (gint i = 0; i < 200; i++) {
    GstStructure *settings = NULL, *stats = NULL;
    gchar *device = NULL;

    g_object_set (enc->element, "gop-size", 1 + i % 100, NULL);
    g_object_get (enc->element, "device-settings", &settings, "stats", &stats,
        "device", &device, NULL);
    if (settings)
      gst_structure_free (settings);
    gst_structure_free (stats);
    g_free (device);
  }
  return NULL;
}

GST_START_TEST (threads_may_set_and_ask_at_any_time)
{
  GThread *thread[2];
  struct enc enc;

  open_played (&enc, "", NULL);
  for (guint i = 0; i < 2; i++)
    thread[i] = g_thread_new ("sets", set_and_ask, &enc);
  for (guint i = 0; i < 10; i++) {
    enc_set_caps (
        &enc, i % 2 ? ENC_NV12 ",pixel-aspect-ratio=2/1" : ENC_DMABUF);
    enc_push_some (&enc, 2);
    enc_pull_some (&enc, 1);
  }
  for (guint i = 0; i < 2; i++)
    g_thread_join (thread[i]);
  fail_unless (enc_take_error (&enc) == NULL);
  enc_close (&enc);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (the_profile_is_that_of_downstream),
    RUNNER_TEST (the_level_is_the_least_that_will_do),
    RUNNER_TEST (the_level_follows_the_size),
    RUNNER_TEST (the_level_is_that_of_downstream),
    RUNNER_TEST (a_profile_of_the_user_is_taken),
    RUNNER_TEST (a_profile_that_the_device_lacks_is_an_error),
    RUNNER_TEST (what_downstream_names_later_is_tried),
    RUNNER_TEST (what_the_user_has_set_may_be_named_later),
    RUNNER_TEST (the_level_has_the_bits_of_the_driver),
    RUNNER_TEST (samples_that_lose_bits_are_told),
    RUNNER_TEST (b_frames_are_known_before_the_first_frame),
    RUNNER_TEST (b_frames_come_with_the_next_stream),
    RUNNER_TEST (settings_are_on_the_device),
    RUNNER_TEST (they_change_while_frames_flow),
    RUNNER_TEST (what_is_out_of_range_is_told),
    RUNNER_TEST (what_is_in_use_is_set_later),
    RUNNER_TEST (ranges_are_those_of_the_device),
    RUNNER_TEST (threads_may_set_and_ask_at_any_time))
