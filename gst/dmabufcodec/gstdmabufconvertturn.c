/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufconvertturn.h"

#include <errno.h>

/* The values of V4L2_CID_HFLIP, _VFLIP and _ROTATE (clockwise). */
typedef struct {
  gint hflip;
  gint vflip;
  gint rotate;
} Values;

static const guint32 ids[] = { V4L2_CID_HFLIP, V4L2_CID_VFLIP,
  V4L2_CID_ROTATE };

gboolean
gst_dmabuf_convert_turn_is_none (GstDmabufConvertTurn turn)
{
  return turn.method == GST_VIDEO_ORIENTATION_IDENTITY;
}

gboolean
gst_dmabuf_convert_turn_swaps (GstDmabufConvertTurn turn)
{
  return turn.method == GST_VIDEO_ORIENTATION_90R ||
         turn.method == GST_VIDEO_ORIENTATION_90L ||
         turn.method == GST_VIDEO_ORIENTATION_UL_LR ||
         turn.method == GST_VIDEO_ORIENTATION_UR_LL;
}

void
gst_dmabuf_convert_turn_back (GstDmabufConvertTurn turn, gdouble *x, gdouble *y)
{
  const gdouble u = *x, v = *y;

  switch (turn.method) {
    case GST_VIDEO_ORIENTATION_90R:
      *x = v;
      *y = 1 - u;
      break;
    case GST_VIDEO_ORIENTATION_90L:
      *x = 1 - v;
      *y = u;
      break;
    case GST_VIDEO_ORIENTATION_180:
      *x = 1 - u;
      *y = 1 - v;
      break;
    case GST_VIDEO_ORIENTATION_HORIZ:
      *x = 1 - u;
      break;
    case GST_VIDEO_ORIENTATION_VERT:
      *y = 1 - v;
      break;
    default:
      break;
  }
}

/* FALSE for what the controls have no one meaning for. */
static gboolean
values_of (GstDmabufConvertTurn turn, Values *values)
{
  *values = (Values) { 0 };
  switch (turn.method) {
    case GST_VIDEO_ORIENTATION_IDENTITY:
      return TRUE;
    case GST_VIDEO_ORIENTATION_90R:
      values->rotate = 90;
      return TRUE;
    case GST_VIDEO_ORIENTATION_90L:
      values->rotate = 270;
      return TRUE;
    case GST_VIDEO_ORIENTATION_180:
      values->hflip = values->vflip = 1;
      return TRUE;
    case GST_VIDEO_ORIENTATION_HORIZ:
      values->hflip = 1;
      return TRUE;
    case GST_VIDEO_ORIENTATION_VERT:
      values->vflip = 1;
      return TRUE;
    default:
      return FALSE;
  }
}

/* Adds a control if the device has it; FALSE if it is needed and missing. */
static gboolean
add (GstZcV4l2Controls *controls, struct v4l2_ext_control *list, guint *n,
    guint32 id, gint value)
{
  if (gst_zc_v4l2_controls_has (controls, id) <= 0)
    return value == 0;
  list[(*n)++] = (struct v4l2_ext_control) { .id = id, .value = value };
  return TRUE;
}

static gboolean
collect (GstZcV4l2Controls *controls, const Values *values,
    struct v4l2_ext_control *list, guint *n)
{
  const gint wanted[] = { values->hflip, values->vflip, values->rotate };
  gboolean ok = TRUE;

  *n = 0;
  for (guint i = 0; i < G_N_ELEMENTS (ids) && ok; i++)
    ok = add (controls, list, n, ids[i], wanted[i]);
  return ok;
}

gint
gst_dmabuf_convert_turn_set (GstDmabufConvertTurn turn,
    const struct zc_v4l2_device *device, GstZcV4l2Controls *controls,
    const gchar **reason)
{
  struct v4l2_ext_control list[G_N_ELEMENTS (ids)];
  const Values half = { .rotate = 180 };
  uint32_t failed;
  Values values;
  bool partly;
  guint n;
  gint ret;

  if (!values_of (turn, &values)) {
    *reason = "V4L2 does not say whether a device that turns and mirrors turns "
              "first, so that diagonals have no one meaning";
    return -ENOTSUP;
  }
  *reason = "it has no such control (V4L2_CID_HFLIP, V4L2_CID_VFLIP, "
            "V4L2_CID_ROTATE)";
  if (!collect (controls, &values, list, &n) &&
      (turn.method != GST_VIDEO_ORIENTATION_180 ||
          !collect (controls, &half, list, &n)))
    return -ENOTSUP;
  *reason = "VIDIOC_S_EXT_CTRLS";
  if (n == 0)
    return 0;
  ret = zc_v4l2_control_set (device, list, n, &failed, &partly);
  return MIN (ret, 0);
}
