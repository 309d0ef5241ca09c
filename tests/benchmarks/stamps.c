/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* stamps CYCLES: judges so many frames of a camera that does nothing wrong. */
#include "gst/dmabufsrc/gstdmabufsrcstamps.h"

#include <stdlib.h>

#define FRAME (GST_SECOND / 60)

int
main (int argc, char **argv)
{
  guint32 n = argc > 1 ? (guint32) atoi (argv[1]) : 1;
  gint64 now = 100 * (gint64) GST_SECOND;
  GstDmabufSrcStamps stamps = { 0 };
  GstClockTime time = 0;

  gst_dmabuf_src_stamps_start (&stamps, FRAME, now);
  for (guint32 i = 0; i < n; i++) {
    struct zc_v4l2_frame frame = {
      .flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC,
      .sequence = i,
      .timestamp_ns = now += FRAME,
    };
    GstDmabufSrcStamp stamp;

    if (gst_dmabuf_src_stamps_is_stale (&stamps, &frame, 1))
      return EXIT_FAILURE;
    gst_dmabuf_src_stamps_judge (&stamps, &frame, now, 1, &stamp);
    time = gst_dmabuf_src_stamps_get_running_time (
        &stamps, now - stamp.captured_ns, now);
  }
  return time > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
