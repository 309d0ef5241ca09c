/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "enc.h"

#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>

/* Interlaced video. The encoder of the lab codes pictures alone; another is
 * played, that takes what it is asked for. */

#define INTERLACED ENC_NV12 ",interlace-mode=interleaved"

static guint32 wished;        /* the last V4L2_FIELD_* of a picture */
static guint32 wished_before; /* the one before it */
static gboolean takes_fields; /* and says so */
static gboolean fails;        /* of what it has not */

static guint32
get_field (const struct v4l2_format *format)
{
  return V4L2_TYPE_IS_MULTIPLANAR (format->type) ? format->fmt.pix_mp.field
                                                 : format->fmt.pix.field;
}

static void
set_field (struct v4l2_format *format, guint32 field)
{
  if (V4L2_TYPE_IS_MULTIPLANAR (format->type))
    format->fmt.pix_mp.field = field;
  else
    format->fmt.pix.field = field;
}

static int
set_picture (int fd, struct v4l2_format *format)
{
  int ret;

  wished_before = wished;
  wished = get_field (format);
  if (fails && wished != V4L2_FIELD_NONE) {
    errno = EINVAL;
    return -1;
  }
  ret = ioctl (fd, VIDIOC_S_FMT, format);
  if (takes_fields)
    set_field (format, wished);
  return ret;
}

static int
playing_ioctl (int fd, unsigned long request, void *arg)
{
  struct v4l2_format *format = arg;

  if (request == VIDIOC_S_FMT && V4L2_TYPE_IS_OUTPUT (format->type))
    return set_picture (fd, format);
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

  zc_v4l2_sys.ioctl = playing_ioctl;
  enc_open (&enc, "", caps);
  enc_push_some (&enc, 5);
  enc_end (&enc);
  enc_pull_some (&enc, 5);
  enc_assert_stat (&enc, "frames", 5);
  enc_assert_input (&enc, "dmabuf-import");
  assert_fields (&enc, fields);
  enc_close (&enc);
}

GST_START_TEST (pictures_are_asked_for_as_such)
{
  assert_coded (ENC_NV12, "none");
  fail_unless_equals_int (wished, V4L2_FIELD_NONE);
}
GST_END_TEST;

GST_START_TEST (fields_are_woven_where_there_are_pictures_alone)
{
  assert_coded (INTERLACED, "woven");
  fail_unless_equals_int (wished_before, V4L2_FIELD_INTERLACED);
  fail_unless_equals_int (wished, V4L2_FIELD_NONE);
}
GST_END_TEST;

GST_START_TEST (so_they_are_where_fields_are_an_error)
{
  fails = TRUE;
  assert_coded (INTERLACED, "woven");
}
GST_END_TEST;

GST_START_TEST (fields_are_coded_by_who_can)
{
  takes_fields = TRUE;
  assert_coded (INTERLACED, "coded");
  fail_unless_equals_int (wished, V4L2_FIELD_INTERLACED);
}
GST_END_TEST;

GST_START_TEST (the_first_of_two_fields_is_told)
{
  takes_fields = TRUE;
  assert_coded (INTERLACED ",field-order=top-field-first", "coded");
  fail_unless_equals_int (wished, V4L2_FIELD_INTERLACED_TB);
  assert_coded (INTERLACED ",field-order=bottom-field-first", "coded");
  fail_unless_equals_int (wished, V4L2_FIELD_INTERLACED_BT);
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

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (pictures_are_asked_for_as_such),
    RUNNER_TEST (fields_are_woven_where_there_are_pictures_alone),
    RUNNER_TEST (so_they_are_where_fields_are_an_error),
    RUNNER_TEST (fields_are_coded_by_who_can),
    RUNNER_TEST (the_first_of_two_fields_is_told),
    RUNNER_TEST (what_is_said_of_fields_is_of_the_last_caps))
