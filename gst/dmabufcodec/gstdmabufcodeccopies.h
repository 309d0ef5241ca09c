/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CODEC_COPIES_H__
#define __GST_DMABUF_CODEC_COPIES_H__

#include <gst/video/video.h>
#include <linux/videodev2.h>

G_BEGIN_DECLS

/* Why there are copies. */
#define GST_DMABUF_CODEC_COPIES_PADDED                                  \
  "What follows does not take GstVideoMeta, and the device's lines or " \
  "planes are padded"
#define GST_DMABUF_CODEC_COPIES_CROPPED                                    \
  "What follows does not take GstVideoCropMeta, and the picture does not " \
  "begin where the device's does"
#define GST_DMABUF_CODEC_COPIES_KEPT \
  "What follows keeps all buffers of the device, which cannot have more"

/**
 * GstDmabufCodecCopies:
 *
 * Pictures that cannot stay where a device has made them. One thread starts,
 * copies and stops.
 */
typedef struct {
  /*< private >*/
  GstElement *element; /* whose messages they are; not a reference */
  const gint *forbids;
  GstVideoInfo info;
  GstCaps *caps;
  GstBufferPool *pool; /* %NULL until the first */
  const gchar *told;   /* the last reason */

  /* The element's object lock guards what follows. */
  guint64 frames;
  guint64 bytes;
} GstDmabufCodecCopies;

/* @forbids, which is atomic and outlives @copies, is whether there may be
 * none. */
void gst_dmabuf_codec_copies_init (
    GstDmabufCodecCopies *copies, GstElement *element, const gint *forbids);

/* From now on copies are @caps, which are @info: in dma-bufs, if they say so,
 * else in memory of the process. */
void gst_dmabuf_codec_copies_start (
    GstDmabufCodecCopies *copies, const GstVideoInfo *info, GstCaps *caps);
void gst_dmabuf_codec_copies_stop (GstDmabufCodecCopies *copies);

/**
 * gst_dmabuf_codec_copies_replace:
 * @buffer: (inout) (transfer full): a picture, where its GstVideoMeta says
 * @whole: what it is
 * @visible: the part that is copied, as large as the copies
 * @path: the device that made it
 * @reason: one of those above, told by a warning where it is not that of the
 *   copy before
 *
 * Puts a copy, which is counted, in the place of @buffer.
 *
 * Returns: %GST_FLOW_OK, or %GST_FLOW_ERROR with @buffer as it was and the
 *   reason in the log, or %GST_FLOW_NOT_SUPPORTED where copies are forbidden,
 *   with an error message
 */
GstFlowReturn gst_dmabuf_codec_copies_replace (GstDmabufCodecCopies *copies,
    GstBuffer **buffer, const GstVideoInfo *whole,
    const struct v4l2_rect *visible, const gchar *path, const gchar *reason);

/* Counts begin anew, and are told. Any thread. */
void gst_dmabuf_codec_copies_reset_stats (GstDmabufCodecCopies *copies);
void gst_dmabuf_codec_copies_get_stats (
    GstDmabufCodecCopies *copies, guint64 *frames, guint64 *bytes);

G_END_DECLS

#endif /* __GST_DMABUF_CODEC_COPIES_H__ */
