/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/picture.h"
#include "../helpers/runner.h"
#include "convert.h"

#include "gst-libs/v4l2/v4l2-sys.h"
#include "gst/dmabufcodec/gstdmabufconvert.h"

#include <errno.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>

/* What other converters can and vim2m cannot, played on it: cropping, turning,
 * lines with padding. The element is the one that is linked into this program.
 */

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_codec_debug);

#define RGB "video/x-raw,format=RGB,framerate=30/1,width="
#define SMALL RGB "64,height=48"
#define LARGE RGB "160,height=120"

/* Pixels of a line that are not seen. */
#define PADDING 32

static struct {
  gboolean crops;
  gboolean is_busy; /* no crop while there are buffers */
  gboolean turns;
  gboolean pads;
  gboolean enlarges; /* CAPTURE, and cannot compose */
  struct v4l2_rect crop;
  gint rotate;
  guint n_crops, n_starts;
  gboolean streams;
} device;

static int
refuse (int error)
{
  errno = error;
  return -1;
}

static int
select_part (unsigned long request, struct v4l2_selection *selection)
{
  if (!device.crops || selection->type != V4L2_BUF_TYPE_VIDEO_OUTPUT ||
      selection->target != V4L2_SEL_TGT_CROP)
    return refuse (ENOTTY);
  if (request == VIDIOC_G_SELECTION) {
    selection->r = device.crop;
    return 0;
  }
  if (device.is_busy && device.streams)
    return refuse (EBUSY);
  device.crop = selection->r;
  device.n_crops++;
  return 0;
}

static gboolean
is_capture (const struct v4l2_format *format)
{
  return format->type == V4L2_BUF_TYPE_VIDEO_CAPTURE;
}

/* The device writes a wider picture than it tells. */
static int
pad_format (int fd, unsigned long request, struct v4l2_format *format)
{
  int ret;

  if (request == VIDIOC_S_FMT)
    format->fmt.pix.width += PADDING;
  ret = ioctl (fd, request, format);
  if (ret == 0)
    format->fmt.pix.width -= PADDING;
  return ret;
}

static int
query_control (int fd, struct v4l2_query_ext_ctrl *query)
{
  int ret = ioctl (fd, VIDIOC_QUERY_EXT_CTRL, query);

  if (ret == 0 && query->id == V4L2_CID_VFLIP) {
    query->id = V4L2_CID_ROTATE;
    query->type = V4L2_CTRL_TYPE_INTEGER;
    query->maximum = 270;
    query->step = 90;
  }
  return ret;
}

static int
set_controls (int fd, struct v4l2_ext_controls *controls)
{
  for (guint i = 0; i < controls->count; i++)
    if (controls->controls[i].id == V4L2_CID_ROTATE) {
      device.rotate = controls->controls[i].value;
      return 0;
    }
  return ioctl (fd, VIDIOC_S_EXT_CTRLS, controls);
}

static int
played_ioctl (int fd, unsigned long request, void *arg)
{
  switch (request) {
    case VIDIOC_G_SELECTION:
    case VIDIOC_S_SELECTION:
      return select_part (request, arg);
    case VIDIOC_S_FMT:
      if (device.enlarges && is_capture (arg))
        ((struct v4l2_format *) arg)->fmt.pix.width += 16;
      /* fall through */
    case VIDIOC_G_FMT:
      if (device.pads && is_capture (arg))
        return pad_format (fd, request, arg);
      break;
    case VIDIOC_QUERY_EXT_CTRL:
      if (device.turns)
        return query_control (fd, arg);
      break;
    case VIDIOC_S_EXT_CTRLS:
      if (device.turns)
        return set_controls (fd, arg);
      break;
    case VIDIOC_STREAMON:
      device.n_starts++;
      device.streams = TRUE;
      break;
    case VIDIOC_STREAMOFF:
      device.streams = FALSE;
      break;
    default:
      break;
  }
  return ioctl (fd, request, arg);
}

static GstHarness *
start (const char *properties, const char *in, const char *out)
{
  GST_DEBUG_CATEGORY_INIT (gst_dmabuf_codec_debug, "dmabufcodec", 0, "");
  zc_v4l2_sys.ioctl = played_ioctl;
  fail_unless (GST_ELEMENT_REGISTER (dmabufconvert, NULL));
  return convert_new (properties, in, out);
}

/* --- cropping ----------------------------------------------------------- */

static void
push_part (GstHarness *harness, guint x, guint y, guint width, guint height)
{
  GstBuffer *given = convert_picture (harness, 3);
  GstVideoCropMeta *crop = gst_buffer_add_video_crop_meta (given);
  GstBuffer *made;

  crop->x = x;
  crop->y = y;
  crop->width = width;
  crop->height = height;
  made = gst_harness_push_and_pull (harness, given);
  fail_unless (made != NULL);
  gst_buffer_unref (made);
}

static void
assert_crop (gint x, gint y, guint width, guint height)
{
  fail_unless_equals_int (device.crop.left, x);
  fail_unless_equals_int (device.crop.top, y);
  fail_unless_equals_int (device.crop.width, width);
  fail_unless_equals_int (device.crop.height, height);
}

GST_START_TEST (a_device_that_crops_is_told_the_part)
{
  g_autofree gchar *crop = NULL;
  GstHarness *harness;

  device.crops = TRUE;
  harness = start (CONVERT_FAST, LARGE, SMALL);
  push_part (harness, 11, 7, 80, 60);
  assert_crop (11, 7, 80, 60);
  crop = convert_stat_string (harness, "crop");
  fail_unless_equals_string (crop, "device");
  gst_buffer_unref (convert_one (harness, 0));
  assert_crop (0, 0, 160, 120);
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (a_part_that_moves_stops_nothing)
{
  GstHarness *harness;
  guint starts;

  device.crops = TRUE;
  harness = start (CONVERT_FAST, LARGE, SMALL);
  push_part (harness, 0, 0, 80, 60);
  starts = device.n_starts;
  for (guint i = 1; i < 10; i++) {
    push_part (harness, i, i, 80, 60);
    assert_crop ((gint) i, (gint) i, 80, 60);
  }
  fail_unless_equals_int (device.n_starts, starts);
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (a_part_that_cannot_move_while_it_streams_starts_it_anew)
{
  GstHarness *harness;

  device.crops = device.is_busy = TRUE;
  harness = start (CONVERT_FAST, LARGE, SMALL);
  for (guint i = 0; i < 3; i++) {
    push_part (harness, i, i, 80, 60);
    assert_crop ((gint) i, (gint) i, 80, 60);
  }
  convert_free (harness);
}
GST_END_TEST;

static gboolean
offers_crop (GstHarness *harness)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (harness->srcpad);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  gboolean offers;

  fail_unless (gst_pad_peer_query (harness->srcpad, query));
  offers = gst_query_find_allocation_meta (
      query, GST_VIDEO_CROP_META_API_TYPE, NULL);
  gst_query_unref (query);
  return offers;
}

GST_START_TEST (upstream_may_leave_cropping_to_who_can)
{
  GstHarness *harness = start (CONVERT_FAST, LARGE, SMALL);

  fail_if (offers_crop (harness));
  convert_free (harness);
  device.crops = TRUE;
  harness = start (CONVERT_FAST, LARGE, SMALL);
  fail_unless (offers_crop (harness));
  convert_free (harness);
}
GST_END_TEST;

/* --- turning ------------------------------------------------------------ */

static void
assert_turned (const char *direction, gint rotate)
{
  g_autofree gchar *properties = g_strdup_printf (
      CONVERT_FAST " video-direction=%s", direction);
  GstHarness *harness = start (properties, LARGE, "video/x-raw,format=RGB");
  GstVideoInfo info;

  gst_buffer_unref (convert_one (harness, 0));
  info = convert_info_out (harness);
  fail_unless_equals_int (device.rotate, rotate);
  fail_unless_equals_int (GST_VIDEO_INFO_WIDTH (&info), 120);
  fail_unless_equals_int (GST_VIDEO_INFO_HEIGHT (&info), 160);
  convert_free (harness);
}

GST_START_TEST (a_device_that_turns_is_told_how_far)
{
  device.turns = TRUE;
  assert_turned ("90r", 90);
  assert_turned ("90l", 270);
}
GST_END_TEST;

GST_START_TEST (half_a_turn_needs_no_mirrors)
{
  GstHarness *harness;

  device.turns = TRUE;
  harness = start (CONVERT_FAST " video-direction=180", LARGE, LARGE);
  gst_buffer_unref (convert_one (harness, 0));
  fail_unless_equals_int (device.rotate, 180);
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (a_turn_in_the_middle_of_a_stream_changes_the_size)
{
  GstHarness *harness;

  device.turns = TRUE;
  harness = start (CONVERT_FAST, LARGE, "video/x-raw,format=RGB");
  gst_buffer_unref (convert_one (harness, 0));
  fail_unless_equals_int (convert_info_out (harness).width, 160);
  gst_util_set_object_arg (
      G_OBJECT (harness->element), "video-direction", "90r");
  gst_buffer_unref (convert_one (harness, 1));
  fail_unless_equals_int (convert_info_out (harness).width, 120);
  gst_util_set_object_arg (
      G_OBJECT (harness->element), "video-direction", "identity");
  gst_buffer_unref (convert_one (harness, 2));
  fail_unless_equals_int (convert_info_out (harness).width, 160);
  fail_unless_equals_uint64 (convert_stat (harness, "frames"), 1);
  convert_free (harness);
}
GST_END_TEST;

/* --- lines with padding ------------------------------------------------- */

static void
assert_same_picture (GstBuffer *a, GstBuffer *b, const GstVideoInfo *info)
{
  GstVideoFrame x, y;

  fail_unless (gst_video_frame_map (&x, info, a, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&y, info, b, GST_MAP_READ));
  for (gint i = 0; i < GST_VIDEO_INFO_HEIGHT (info); i++)
    fail_unless (memcmp ((guint8 *) x.data[0] + i * x.info.stride[0],
                     (guint8 *) y.data[0] + i * y.info.stride[0],
                     (gsize) GST_VIDEO_INFO_WIDTH (info) * 3) == 0,
        "line %d", i);
  gst_video_frame_unmap (&y);
  gst_video_frame_unmap (&x);
}

/* Downstream that answers no allocation query. */
static GstPadProbeReturn
refuse_query (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  (void) pad;
  (void) data;
  return GST_QUERY_TYPE (GST_PAD_PROBE_INFO_QUERY (info)) ==
                 GST_QUERY_ALLOCATION
             ? GST_PAD_PROBE_DROP
             : GST_PAD_PROBE_OK;
}

static GstBuffer *
make_padded (const char *properties, gboolean knows, guint64 *copies)
{
  GstHarness *harness = start (properties, SMALL, LARGE);
  GstBuffer *made;

  if (!knows) {
    gst_pad_add_probe (harness->sinkpad, GST_PAD_PROBE_TYPE_QUERY_BOTH,
        refuse_query, NULL, NULL);
    gst_harness_push_upstream_event (harness, gst_event_new_reconfigure ());
  }
  made = convert_one (harness, 0);
  *copies = convert_stat (harness, "copies-out");
  if (!knows) {
    g_autofree gchar *text = NULL;

    do {
      g_free (text);
      text = convert_message (harness, GST_MESSAGE_WARNING, NULL);
    } while (!strstr (text, "for downstream"));
  }
  convert_end (harness);
  return made;
}

GST_START_TEST (padding_goes_to_who_knows_and_is_copied_for_others)
{
  const GstVideoInfo info = picture_info (LARGE);
  GstBuffer *padded, *plain;
  guint64 copies;

  device.pads = TRUE;
  plain = make_padded (CONVERT_FAST, FALSE, &copies);
  fail_unless_equals_uint64 (copies, 1);
  fail_unless_equals_uint64 (gst_buffer_get_size (plain), info.size);
  padded = make_padded (CONVERT_FAST, TRUE, &copies);
  fail_unless_equals_uint64 (copies, 0);
  fail_unless_equals_int (
      gst_buffer_get_video_meta (padded)->stride[0], (160 + PADDING) * 3);
  assert_same_picture (padded, plain, &info);
  gst_buffer_unref (padded);
  gst_buffer_unref (plain);
}
GST_END_TEST;

GST_START_TEST (a_size_that_the_device_enlarges_is_refused)
{
  g_autofree gchar *text = NULL;
  GstHarness *harness;

  device.enlarges = TRUE;
  harness = start (CONVERT_FAST, SMALL, LARGE);
  text = convert_message (harness, GST_MESSAGE_ERROR, NULL);
  fail_unless (strstr (text, "does not take") != NULL, "%s", text);
  convert_free (harness);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (a_device_that_crops_is_told_the_part),
    RUNNER_TEST (a_part_that_moves_stops_nothing),
    RUNNER_TEST (a_part_that_cannot_move_while_it_streams_starts_it_anew),
    RUNNER_TEST (upstream_may_leave_cropping_to_who_can),
    RUNNER_TEST (a_device_that_turns_is_told_how_far),
    RUNNER_TEST (half_a_turn_needs_no_mirrors),
    RUNNER_TEST (a_turn_in_the_middle_of_a_stream_changes_the_size),
    RUNNER_TEST (padding_goes_to_who_knows_and_is_copied_for_others),
    RUNNER_TEST (a_size_that_the_device_enlarges_is_refused))
