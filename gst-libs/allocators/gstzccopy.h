/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_COPY_H__
#define __GST_ZC_COPY_H__

#include <gst/video/video.h>

G_BEGIN_DECLS

/*
 * Copies the picture @from with the CPU, each where its own GstVideoMeta has
 * it. Both are of @info. Who calls this counts it. For elements; not installed.
 * FALSE if either cannot be mapped. Any thread.
 */
static inline gboolean
gst_zc_copy_picture (const GstVideoInfo *info, GstBuffer *to, GstBuffer *from)
{
  GstVideoFrame source, target;
  gboolean ok = FALSE;

  if (!gst_video_frame_map (&source, info, from, GST_MAP_READ))
    return FALSE;
  if (gst_video_frame_map (&target, info, to, GST_MAP_WRITE)) {
    ok = gst_video_frame_copy (&target, &source);
    gst_video_frame_unmap (&target);
  }
  gst_video_frame_unmap (&source);
  return ok;
}

G_END_DECLS

#endif /* __GST_ZC_COPY_H__ */
