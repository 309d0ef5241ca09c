/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "convert.h"

#include "../helpers/fds.h"
#include "../helpers/picture.h"

#include <gst/check/gstcheck.h>

GstHarness *
convert_new (const char *properties, const char *in, const char *out)
{
  g_autofree gchar *text = g_strdup_printf ("dmabufconvert %s", properties);
  g_autoptr (GError) error = NULL;
  GstElement *element = gst_parse_launch (text, &error);
  g_autoptr (GstBus) bus = gst_bus_new ();
  GstHarness *harness;

  fail_unless (element && !error, "%s", error ? error->message : "");
  gst_object_ref_sink (element);
  gst_element_set_bus (element, bus);
  harness = gst_harness_new_with_element (element, "sink", "src");
  gst_object_unref (element);
  gst_harness_add_propose_allocation_meta (
      harness, GST_VIDEO_META_API_TYPE, NULL);
  if (out)
    gst_harness_set_sink_caps_str (harness, out);
  gst_harness_set_src_caps_str (harness, in);
  return harness;
}

void
convert_end (GstHarness *harness)
{
  g_autoptr (GstElement) element = gst_object_ref (harness->element);
  g_autoptr (GstBus) bus = gst_element_get_bus (element);

  gst_harness_teardown (harness);
  gst_element_set_bus (element, NULL);
  /* messages hold whom they are from */
  gst_bus_set_flushing (bus, TRUE);
}

void
convert_free (GstHarness *harness)
{
  convert_end (harness);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

static GstVideoInfo
info_of (GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstVideoInfo info;

  fail_unless (caps != NULL && gst_video_info_from_caps (&info, caps));
  return info;
}

GstVideoInfo
convert_info_in (GstHarness *harness)
{
  g_autoptr (GstPad)
      pad = gst_element_get_static_pad (harness->element, "sink");

  return info_of (pad);
}

GstVideoInfo
convert_info_out (GstHarness *harness)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (harness->element, "src");

  return info_of (pad);
}

GstBuffer *
convert_picture (GstHarness *harness, guint n)
{
  const GstVideoInfo info = convert_info_in (harness);

  return picture_new (&info, n);
}

GstBuffer *
convert_one (GstHarness *harness, guint n)
{
  GstBuffer *made;

  fail_unless_equals_int (
      gst_harness_push (harness, convert_picture (harness, n)), GST_FLOW_OK);
  made = gst_harness_try_pull (harness);
  fail_unless (made != NULL);
  return made;
}

static GstStructure *
stats_of (GstHarness *harness)
{
  GstStructure *stats;

  g_object_get (harness->element, "stats", &stats, NULL);
  return stats;
}

guint64
convert_stat (GstHarness *harness, const char *field)
{
  g_autoptr (GstStructure) stats = stats_of (harness);
  guint64 value;

  fail_unless (gst_structure_get_uint64 (stats, field, &value), "%s", field);
  return value;
}

gchar *
convert_stat_string (GstHarness *harness, const char *field)
{
  g_autoptr (GstStructure) stats = stats_of (harness);

  return g_strdup (gst_structure_get_string (stats, field));
}

gchar *
convert_message (GstHarness *harness, GstMessageType types, gchar **debug)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (harness->element);
  g_autoptr (GstMessage)
      message = gst_bus_timed_pop_filtered (bus, 5 * GST_SECOND, types);
  g_autoptr (GError) error = NULL;

  fail_unless (message != NULL, "no message came");
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, debug);
  else
    gst_message_parse_warning (message, &error, debug);
  return g_strdup (error->message);
}

/* --- vim2m -------------------------------------------------------------- */

struct pixel {
  guint8 r, g, b;
};

static struct pixel
read_pixel (const GstVideoFrame *frame, guint x, guint y)
{
  const guint8 *line = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (frame, 0) +
                       (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);
  gboolean is_bgr = GST_VIDEO_FRAME_FORMAT (frame) == GST_VIDEO_FORMAT_BGR;

  line += (gsize) x * 3;
  return (struct pixel) { line[is_bgr ? 2 : 0], line[1], line[is_bgr ? 0 : 2] };
}

#define MAX_WIDTH 640

/* The columns of which pixels are made: Bresenham, as the driver does it. */
static void
find_columns (guint columns[MAX_WIDTH], guint from, guint to)
{
  guint offset = 0, err = 0;

  for (guint x = 0; x < to; x++) {
    columns[x] = offset;
    offset += from / to;
    err += from % to;
    if (err > to) {
      offset++;
      err -= to;
    }
  }
}

static guint8
luma (struct pixel p)
{
  return (8453 * p.r + 16594 * p.g + 3223 * p.b + 524288) >> 15;
}

static guint16
packed (struct pixel p)
{
  return ((p.r << 8) & 0xf800) | ((p.g << 3) & 0x07e0) | (p.b >> 3);
}

/* The bytes of pixel X, and their number. P is the pixel, FIRST the even one of
 * its pair: the driver writes that twice in 16 bits. */
static guint
bytes_of (GstVideoFormat format, guint x, struct pixel p, struct pixel first,
    guint8 *b)
{
  switch (format) {
    case GST_VIDEO_FORMAT_RGB:
      b[0] = p.r, b[1] = p.g, b[2] = p.b;
      return 3;
    case GST_VIDEO_FORMAT_BGR:
      b[0] = p.b, b[1] = p.g, b[2] = p.r;
      return 3;
    case GST_VIDEO_FORMAT_RGB16:
      GST_WRITE_UINT16_LE (b, packed (first));
      return 2;
    default:
      b[0] = luma (p);
      b[1] = x % 2 == 0 ? (-4878 * first.r - 9578 * first.g + 14456 * first.b +
                              4210688) >>
                              15
                        : (14456 * first.r - 12105 * first.g - 2351 * first.b +
                              4210688) >>
                              15;
      return 2;
  }
}

static void
compare_line (const GstVideoFrame *made, const GstVideoFrame *given,
    const struct convert_part *part, gboolean hflip, guint y, guint y_in)
{
  const guint8 *line = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (made, 0) +
                       (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (made, 0);
  guint width = GST_VIDEO_FRAME_WIDTH (made);
  struct pixel first = { 0 };
  guint columns[MAX_WIDTH];

  find_columns (columns, part->width, width);
  for (guint x = 0; x < width; x++) {
    guint column = columns[x], n;
    struct pixel p;
    guint8 b[4];

    if (hflip)
      column = part->width - 1 - column;
    p = read_pixel (given, part->x + column, part->y + y_in);
    if (x % 2 == 0)
      first = p;
    n = bytes_of (GST_VIDEO_FRAME_FORMAT (made), x, p, first, b);
    if (memcmp (line, b, n) != 0)
      fail ("pixel %u of line %u: %u %u, not %u %u", x, y, line[0], line[1],
          b[0], b[1]);
    line += n;
  }
}

void
convert_assert_like_vim2m (GstBuffer *made, const GstVideoInfo *out,
    GstBuffer *given, const GstVideoInfo *in, const struct convert_part *part,
    gboolean hflip, gboolean vflip)
{
  const struct convert_part all = { 0, 0, GST_VIDEO_INFO_WIDTH (in),
    GST_VIDEO_INFO_HEIGHT (in) };
  guint height = GST_VIDEO_INFO_HEIGHT (out);
  GstVideoFrame to, from;

  if (!part)
    part = &all;
  fail_unless (gst_video_frame_map (&to, out, made, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&from, in, given, GST_MAP_READ));
  for (guint y = 0; y < height; y++) {
    guint line = vflip ? height - 1 - y : y;

    compare_line (&to, &from, part, hflip, y, line * part->height / height);
  }
  gst_video_frame_unmap (&from);
  gst_video_frame_unmap (&to);
}
