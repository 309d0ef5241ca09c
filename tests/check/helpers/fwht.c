/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fwht.h"

#include "runner.h"

#include <string.h>

/* Of the header of a frame (kernel: codec-fwht.h): a mark of two words, then
 * its version. */
#define VERSION_AT 8

static void
draw_plane (GstVideoFrame *frame, guint plane, guint n)
{
  guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (frame, plane);
  guint height = GST_VIDEO_FRAME_COMP_HEIGHT (frame, plane);
  guint step = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, plane);
  guint width = GST_VIDEO_FRAME_COMP_WIDTH (frame, plane) * step;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      data[(gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane) + x] =
          40 + (x / step / 8 + y / 8 + n * 9 + plane * 20 + x % step * 8) % 160;
}

GstBuffer *
fwht_picture (const GstVideoInfo *info, guint n)
{
  GstBuffer *buffer = gst_buffer_new_allocate (
      NULL, GST_VIDEO_INFO_SIZE (info), NULL);
  GstVideoFrame frame;

  fail_unless (gst_video_frame_map (&frame, info, buffer, GST_MAP_WRITE));
  for (guint i = 0; i < GST_VIDEO_FRAME_N_PLANES (&frame); i++)
    draw_plane (&frame, i, n);
  gst_video_frame_unmap (&frame);
  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (n, GST_SECOND, 30);
  return buffer;
}

static void
keep (struct fwht *fwht, GstBuffer *coded)
{
  GstBuffer *frame = gst_buffer_copy_deep (coded);

  gst_buffer_unref (coded);
  g_ptr_array_add (fwht->frames, frame);
}

struct fwht *
fwht_new (const char *caps, guint from, guint n)
{
  struct fwht *fwht = g_new0 (struct fwht, 1);
  GstHarness *harness = gst_harness_new ("dmabufenc");
  g_autoptr (GstCaps) raw = gst_caps_from_string (caps);

  fail_unless (gst_video_info_from_caps (&fwht->info, raw), "%s", caps);
  gst_harness_set_src_caps (harness, g_steal_pointer (&raw));
  fwht->frames = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_buffer_unref);
  for (guint i = 0; i < n; i++) {
    fail_unless_equals_int (
        gst_harness_push (harness, fwht_picture (&fwht->info, from + i)),
        GST_FLOW_OK);
    keep (fwht, gst_harness_pull (harness));
  }
  fwht->caps = gst_pad_get_current_caps (harness->sinkpad);
  gst_harness_teardown (harness);
  return fwht;
}

void
fwht_free (struct fwht *fwht)
{
  g_ptr_array_unref (fwht->frames);
  gst_caps_unref (fwht->caps);
  g_free (fwht);
}

GstBuffer *
fwht_frame (const struct fwht *fwht, guint i, guint n)
{
  GstBuffer *frame = gst_buffer_copy_deep (g_ptr_array_index (fwht->frames, i));

  GST_BUFFER_PTS (frame) = gst_util_uint64_scale (n, GST_SECOND, 30);
  GST_BUFFER_DTS (frame) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (frame) = gst_util_uint64_scale (1, GST_SECOND, 30);
  return frame;
}

static GstBuffer *
damage (GstBuffer *frame, gsize at)
{
  const guint8 wrong = 0xee;

  fail_unless_equals_int (gst_buffer_fill (frame, at, &wrong, 1), 1);
  return frame;
}

GstBuffer *
fwht_break (GstBuffer *frame)
{
  return damage (frame, VERSION_AT);
}

GstBuffer *
fwht_hide (GstBuffer *frame)
{
  return damage (frame, 0);
}

static double
plane_error (const GstVideoFrame *a, const GstVideoFrame *b, guint plane)
{
  guint height = GST_VIDEO_FRAME_COMP_HEIGHT (a, plane);
  guint width = GST_VIDEO_FRAME_COMP_WIDTH (a, plane) *
                GST_VIDEO_FRAME_COMP_PSTRIDE (a, plane);
  guint64 sum = 0;

  for (guint y = 0; y < height; y++) {
    const guint8 *one = GST_VIDEO_FRAME_PLANE_DATA (a, plane);
    const guint8 *other = GST_VIDEO_FRAME_PLANE_DATA (b, plane);

    one += (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (a, plane);
    other += (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (b, plane);
    for (guint x = 0; x < width; x++)
      sum += (guint64) ((one[x] - other[x]) * (one[x] - other[x]));
  }
  return (double) sum / ((double) width * height);
}

double
fwht_error (const GstVideoInfo *info, GstBuffer *picture, GstBuffer *decoded)
{
  GstVideoFrame a, b;
  double worst = 0;

  fail_unless (gst_video_frame_map (&a, info, picture, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&b, info, decoded, GST_MAP_READ));
  for (guint i = 0; i < GST_VIDEO_FRAME_N_PLANES (&a); i++)
    worst = MAX (worst, plane_error (&a, &b, i));
  gst_video_frame_unmap (&b);
  gst_video_frame_unmap (&a);
  return worst;
}

GstHarness *
fwht_decoder (const struct fwht *fwht, const char *caps, gboolean meta)
{
  GstHarness *harness = gst_harness_new ("dmabufdec");

  if (meta)
    gst_harness_add_propose_allocation_meta (
        harness, GST_VIDEO_META_API_TYPE, NULL);
  if (caps)
    gst_harness_set_sink_caps_str (harness, caps);
  gst_harness_set_src_caps (harness, gst_caps_ref (fwht->caps));
  return harness;
}

guint64
fwht_stat (GstHarness *harness, const char *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 number = 0;
  guint small;

  g_object_get (harness->element, "stats", &stats, NULL);
  if (gst_structure_get_uint (stats, field, &small))
    return small;
  fail_unless (gst_structure_get_uint64 (stats, field, &number), "%s", field);
  return number;
}
