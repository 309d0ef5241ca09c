/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * frames: draws a frame into memory that devices can import, as an application
 * would that is no GStreamer element.
 *
 *   cc frames.c $(pkg-config --cflags --libs gstreamer-zerocopy-1.0)
 */

#include <gst/zerocopy/zerocopy.h>

#include <stdio.h>
#include <string.h>

static gboolean
draw (GstBuffer *buffer, const GstVideoInfo *info)
{
  GstVideoFrame frame;

  if (!gst_video_frame_map (&frame, info, buffer, GST_MAP_WRITE))
    return FALSE;
  for (gint y = 0; y < GST_VIDEO_FRAME_HEIGHT (&frame); y++)
    memset ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) +
                y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0),
        y, GST_VIDEO_FRAME_WIDTH (&frame));
  gst_video_frame_unmap (&frame);
  return TRUE;
}

int
main (int argc, char **argv)
{
  /* what a device might ask for */
  GstZcConstraints constraints = { .stride_align = { 256, 256 },
    .height_align = 16 };
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GstBufferPool) pool = NULL;
  g_autoptr (GstZcHeap) heap = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *why = NULL;
  GstBuffer *buffer;
  GstVideoInfo info;

  gst_init (&argc, &argv);
  caps = gst_caps_from_string (
      "video/x-raw,format=NV12,width=1920,height=1080");
  gst_video_info_from_caps (&info, caps);

  heap = gst_zc_heap_choose (
      info.size, GST_ZC_HEAP_DMABUF, GST_MAP_WRITE, NULL, &why, &error);
  if (heap)
    pool = gst_zc_pool_new_for_caps (heap, caps, &constraints, 2, 0, &error);
  if (!pool) {
    fprintf (stderr, "%s\n", error->message);
    return 1;
  }
  puts (why);

  gst_buffer_pool_set_active (pool, TRUE);
  if (gst_buffer_pool_acquire_buffer (pool, &buffer, NULL) != GST_FLOW_OK ||
      !draw (buffer, &info))
    return 1;
  printf ("a frame of %" G_GSIZE_FORMAT " bytes in dma-buf fd %d\n",
      gst_buffer_get_size (buffer),
      gst_dmabuf_memory_get_fd (gst_buffer_peek_memory (buffer, 0)));
  gst_buffer_unref (buffer);
  gst_buffer_pool_set_active (pool, FALSE);
  return 0;
}
