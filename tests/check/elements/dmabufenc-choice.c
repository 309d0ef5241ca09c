/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/runner.h"
#include "enc.h"

#include "gst-libs/v4l2/v4l2-m2m.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

/* A real encoder that is there twice, by two names: the first takes NV12 alone,
 * the second planar 4:2:0 alone. */

#define SECOND "video250"
#define PLANAR \
  "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=YU12" ENC_SIZE

static char encoder[64];
static bool is_second[1024]; /* by descriptor */

static int
open_either (const char *path, int flags)
{
  bool second = strcmp (path, "/dev/" SECOND) == 0;
  int fd = open (second ? encoder : path, flags);

  if (fd >= 0)
    is_second[fd] = second;
  return fd;
}

static int
list_both (const char *folder, struct dirent ***entries,
    int (*filter) (const struct dirent *),
    int (*compare) (const struct dirent **, const struct dirent **))
{
  int n = scandir (folder, entries, filter, compare);
  struct dirent *more = calloc (1, sizeof (*more));

  g_strlcpy (more->d_name, SECOND, sizeof (more->d_name));
  *entries = realloc (*entries, ((gsize) n + 1) * sizeof (**entries));
  (*entries)[n] = more;
  return n + 1;
}

/* Of the pictures that it takes one is left. */
static int
enum_one (int fd, struct v4l2_fmtdesc *desc)
{
  const __u32 wanted = is_second[fd] ? V4L2_PIX_FMT_YUV420 : V4L2_PIX_FMT_NV12;
  const __u32 type = desc->type;

  if (desc->index > 0) {
    errno = EINVAL;
    return -1;
  }
  for (__u32 i = 0;; i++) {
    *desc = (struct v4l2_fmtdesc) { .type = type, .index = i };
    if (ioctl (fd, VIDIOC_ENUM_FMT, desc) < 0)
      return -1;
    if (desc->pixelformat == wanted)
      return 0;
  }
}

static int
ioctl_of_either (int fd, unsigned long request, void *arg)
{
  if (request == VIDIOC_ENUM_FMT &&
      V4L2_TYPE_IS_OUTPUT (((struct v4l2_fmtdesc *) arg)->type))
    return enum_one (fd, arg);
  return ioctl (fd, request, arg);
}

static void
open_both (struct enc *enc)
{
  const struct zc_v4l2_wanted_job wanted = { .job = ZC_V4L2_JOB_ENCODE };

  fail_unless_equals_int (
      zc_v4l2_m2m_find (&wanted, encoder, sizeof (encoder)), 0);
  zc_v4l2_sys.open = open_either;
  zc_v4l2_sys.scandir = list_both;
  zc_v4l2_sys.ioctl = ioctl_of_either;
  enc_open (enc, "", NULL);
}

static void
assert_encodes_on (struct enc *enc, const char *caps, const char *path)
{
  g_autofree gchar *used = NULL;

  enc_set_caps (enc, caps);
  enc_push_some (enc, 3);
  enc_pull_some (enc, 3);
  g_object_get (enc->element, "device", &used, NULL);
  fail_unless_equals_string (used, path);
  enc_assert_input (enc, "dmabuf-import");
}

GST_START_TEST (other_caps_may_need_another_device)
{
  unsigned fds = 0;
  struct enc enc;

  open_both (&enc);
  for (guint i = 0; i < 3; i++) {
    assert_encodes_on (&enc, ENC_DMABUF, encoder);
    assert_encodes_on (&enc, PLANAR, "/dev/" SECOND);
    if (i == 0)
      fds = fds_count ();
  }
  fail_unless_equals_int (fds_settle (fds), fds);
  enc_assert_stat (&enc, "frames", 18);
  enc_assert_stat (&enc, "dropped", 0);
  enc_close (&enc);
}
GST_END_TEST;

/* What is inside the one comes out before the other begins. */
GST_START_TEST (a_change_of_devices_loses_no_frame)
{
  struct enc enc;

  open_both (&enc);
  for (guint i = 0; i < 4; i++) {
    enc_set_caps (&enc, i % 2 ? PLANAR : ENC_DMABUF);
    enc_push_some (&enc, 2);
  }
  enc_end (&enc);
  for (guint i = 0; i < 8; i++) {
    GstBuffer *coded = enc_pull (&enc);

    fail_unless_equals_uint64 (GST_BUFFER_PTS (coded), i * ENC_DURATION);
    gst_buffer_unref (coded);
  }
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (what_either_takes_is_offered)
{
  GstCaps *caps, *wanted[3] = { gst_caps_from_string (ENC_DMABUF),
    gst_caps_from_string (PLANAR),
    gst_caps_from_string ("video/x-raw,format=RGB" ENC_SIZE) };
  struct enc enc;

  open_both (&enc);
  caps = gst_pad_peer_query_caps (enc.harness->srcpad, NULL);
  for (guint i = 0; i < 3; i++) {
    fail_unless_equals_int (gst_caps_can_intersect (caps, wanted[i]), i < 2);
    gst_caps_unref (wanted[i]);
  }
  gst_caps_unref (caps);
  enc_close (&enc);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (other_caps_may_need_another_device),
    RUNNER_TEST (a_change_of_devices_loses_no_frame),
    RUNNER_TEST (what_either_takes_is_offered))
