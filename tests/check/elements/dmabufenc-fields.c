/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "enc.h"

#include "gst-libs/v4l2/v4l2-sys.h"

#include <linux/videodev2.h>
#include <sys/ioctl.h>

/* Interlaced video: encoders code pictures alone. */

#define INTERLACED ENC_NV12 ",interlace-mode=interleaved"

static guint32 wished; /* the last V4L2_FIELD_* of a picture */

static int
watching_ioctl (int fd, unsigned long request, void *arg)
{
  const struct v4l2_format *format = arg;

  if (request == VIDIOC_S_FMT && V4L2_TYPE_IS_OUTPUT (format->type))
    wished = V4L2_TYPE_IS_MULTIPLANAR (format->type) ? format->fmt.pix_mp.field
                                                     : format->fmt.pix.field;
  return ioctl (fd, request, arg);
}

static void
assert_fields (struct enc *enc, const char *fields)
{
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (enc->element, "stats", &stats, NULL);
  fail_unless_equals_string (
      gst_structure_get_string (stats, "fields"), fields);
}

static void
assert_coded (const char *caps, const char *fields)
{
  struct enc enc;

  zc_v4l2_sys.ioctl = watching_ioctl;
  wished = V4L2_FIELD_ANY;
  enc_open (&enc, "", caps);
  enc_push_some (&enc, 5);
  enc_end (&enc);
  enc_pull_some (&enc, 5);
  enc_assert_stat (&enc, "frames", 5);
  enc_assert_input (&enc, "dmabuf-import");
  fail_unless_equals_int (wished, V4L2_FIELD_NONE);
  assert_fields (&enc, fields);
  enc_close (&enc);
}

GST_START_TEST (pictures_have_none)
{
  assert_coded (ENC_NV12, "none");
}
GST_END_TEST;

GST_START_TEST (fields_are_woven_and_that_is_said)
{
  assert_coded (INTERLACED, "woven");
}
GST_END_TEST;

GST_START_TEST (what_is_said_of_fields_is_of_the_last_caps)
{
  struct enc enc;

  enc_open (&enc, "", INTERLACED);
  assert_fields (&enc, "woven");
  enc_set_caps (&enc, ENC_NV12);
  assert_fields (&enc, "none");
  enc_close (&enc);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (pictures_have_none),
    RUNNER_TEST (fields_are_woven_and_that_is_said),
    RUNNER_TEST (what_is_said_of_fields_is_of_the_last_caps))
