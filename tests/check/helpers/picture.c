/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "picture.h"

#include "runner.h"

GstVideoInfo
picture_info (const char *text)
{
  GstCaps *caps = gst_caps_from_string (text);
  GstVideoInfo info;

  fail_unless (gst_video_info_from_caps (&info, caps), "%s", text);
  gst_caps_unref (caps);
  return info;
}

static void
draw_plane (GstVideoFrame *frame, guint plane, guint n)
{
  guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (frame, plane);
  guint height = GST_VIDEO_FRAME_COMP_HEIGHT (frame, plane);
  guint width = GST_VIDEO_FRAME_COMP_WIDTH (frame, plane) *
                GST_VIDEO_FRAME_COMP_PSTRIDE (frame, plane);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      data[(gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane) + x] =
          x * 7 + y * 13 + n * 29 + plane;
}

void
picture_draw (GstBuffer *buffer, const GstVideoInfo *info, guint n)
{
  GstVideoFrame frame;

  fail_unless (gst_video_frame_map (&frame, info, buffer, GST_MAP_WRITE));
  for (guint i = 0; i < GST_VIDEO_FRAME_N_PLANES (&frame); i++)
    draw_plane (&frame, i, n);
  gst_video_frame_unmap (&frame);
}

void
picture_draw_noise (GstBuffer *buffer, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  for (gsize i = 0; i < map.size; i++)
    map.data[i] = g_rand_int (random) >> 24;
  gst_buffer_unmap (buffer, &map);
}

GstBuffer *
picture_new (const GstVideoInfo *info, guint n)
{
  GstBuffer *buffer = gst_buffer_new_allocate (
      NULL, GST_VIDEO_INFO_SIZE (info), NULL);

  picture_draw (buffer, info, n);
  GST_BUFFER_PTS (buffer) = n * GST_SECOND / 30;
  return buffer;
}
