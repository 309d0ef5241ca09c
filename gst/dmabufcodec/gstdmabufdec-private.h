/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_DEC_PRIVATE_H__
#define __GST_DMABUF_DEC_PRIVATE_H__

/* What the files of the element share. */

#include "gstdmabufcodeccopies.h"
#include "gstdmabufcodecproperties.h"
#include "gstdmabufcodecerror.h"

#include <gst/video/gstvideodecoder.h>

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_codec_debug);

/**
 * GstDmabufDecPictures:
 * @format: of CAPTURE, as it is set
 * @info: the visible picture
 * @whole: what the device makes, of which that is a part
 * @visible: where it begins
 * @is_dmabuf: whether the caps say so
 * @is_plain: whether pictures lie as caps alone imply
 *
 * What comes out, since CAPTURE was last set up.
 */
typedef struct {
  struct zc_v4l2_format format;
  GstVideoInfo info;
  GstVideoInfo whole;
  struct v4l2_rect visible;
  gboolean is_dmabuf;
  gboolean is_plain;
} GstDmabufDecPictures;

/**
 * GstDmabufDecDownstream:
 * @takes_meta: whether it knows GstVideoMeta
 * @takes_crop: whether it knows GstVideoCropMeta
 * @kept: buffers that it may keep
 *
 * What downstream has last said.
 */
typedef struct {
  gboolean takes_meta;
  gboolean takes_crop;
  guint kept;
} GstDmabufDecDownstream;

typedef struct {
  GstVideoDecoder parent;

  GstDmabufCodec codec;
  GstBuffer *nothing; /* stands for what went back to upstream */

  /* Of the streaming thread. */
  GstVideoCodecState *input; /* what comes in; changes only between streams */
  gboolean used;             /* the device has been given frames */

  /* Of the source pad's thread while that runs. */
  gboolean tells_formats; /* the device has events of them */
  gboolean tells_surely;  /* it follows changes, and must */
  gboolean changed;       /* the stream has a format that CAPTURE has not */
  guint fruitless;        /* such changes without a picture in between */
  gboolean unsaid;        /* that without a last picture before it */
  guint silence;          /* how often no picture has come, in a row */
  guint disorder;    /* frames that were shown after a later one, at most */
  guint min_buffers; /* that the device needs of CAPTURE */
  GstDmabufDecPictures pictures;
  GstDmabufCodecCopies copies;

  /* The object lock guards what follows. */
  GstDmabufDecDownstream downstream;
  gboolean draining;
  GstFlowReturn flow; /* of the source pad's thread */
} GstDmabufDec;

#define GST_DMABUF_DEC(obj) ((GstDmabufDec *) (obj))

/* The thread of the source pad: gstdmabufdecthread.c. */

/* Gives frames until the stream ends. */
void gst_dmabuf_dec_give_frames (gpointer self);

/* From now on who pulls looks, while no picture comes, whether one will. Any
 * thread. */
void gst_dmabuf_dec_mind_silence (GstDmabufDec *self);

/* What went in and has not come out by the end of a stream is dropped, or let
 * go if that is because of a @flow that nobody takes. */
void gst_dmabuf_dec_end_frames (GstDmabufDec *self, GstFlowReturn flow);

void gst_dmabuf_dec_set_flow (GstDmabufDec *self, GstFlowReturn flow);
GstFlowReturn gst_dmabuf_dec_get_flow (GstDmabufDec *self);

/* Puts in front of the first frame that the device is given what it cannot do
 * without, where that is in the caps: (inout) (transfer full).
 * gstdmabufdecheaders.c. */
void gst_dmabuf_dec_add_headers (GstDmabufDec *self, GstBuffer **frame);

/* What comes out: gstdmabufdecpictures.c. */

/* Sets CAPTURE up, which has no buffers, for the stream's format, which the
 * device knows: negotiates with downstream, and starts it. What goes wrong is
 * an error message. */
GstFlowReturn gst_dmabuf_dec_start_pictures (GstDmabufDec *self);

/* Tells how long frames stay inside, for the disorder that there is. */
void gst_dmabuf_dec_set_latency (GstDmabufDec *self);

/* The answer of downstream to an ALLOCATION query. */
gboolean gst_dmabuf_dec_decide_allocation (
    GstVideoDecoder *decoder, GstQuery *query);

/* Makes a picture that was pulled ready for downstream, or copies it:
 * (inout) (transfer full). */
GstFlowReturn gst_dmabuf_dec_finish_picture (
    GstDmabufDec *self, GstBuffer **buffer, const struct zc_v4l2_frame *frame);

/* Formats: gstdmabufdecformats.c. */

/**
 * gst_dmabuf_dec_choose_format:
 * @current: what the driver has CAPTURE at
 * @fourcc: (out): what CAPTURE is to be
 * @is_dmabuf: (out): in which memory downstream takes it
 *
 * The first that downstream takes of the formats that have the samples of the
 * stream; others, which the device converts to, if there is none.
 *
 * Returns: %FALSE, with an error message, if downstream takes none
 */
gboolean gst_dmabuf_dec_choose_format (GstDmabufDec *self,
    const struct zc_v4l2_format *current, const struct v4l2_rect *visible,
    guint32 *fourcc, gboolean *is_dmabuf);

/* Interlacing: %FALSE for a V4L2_FIELD_* that is not whole pictures. */
gboolean gst_dmabuf_dec_field_to_mode (
    guint32 field, GstVideoInterlaceMode *mode);

/* The GstVideoBufferFlags of a frame. */
guint gst_dmabuf_dec_field_to_flags (guint32 field, guint height);

/* The caps of @info in that memory: (transfer full) (nullable). */
GstCaps *gst_dmabuf_dec_make_caps (
    const GstVideoInfo *info, gboolean is_dmabuf);

G_END_DECLS

#endif /* __GST_DMABUF_DEC_PRIVATE_H__ */
