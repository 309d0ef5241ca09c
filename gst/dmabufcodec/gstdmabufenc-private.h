/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_ENC_PRIVATE_H__
#define __GST_DMABUF_ENC_PRIVATE_H__

/* What the files of the element share. */

#include "gstdmabufcodecproperties.h"
#include "gstdmabufcodecerror.h"

#include "gst-libs/v4l2/gstzcv4l2encodersettings.h"
#include "gst-libs/v4l2/gstzcv4l2grades.h"

#include <gst/base/gstqueuearray.h>
#include <gst/video/gstvideoencoder.h>

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_codec_debug);

typedef struct {
  GstVideoEncoder parent;

  GstDmabufCodec codec;
  GstZcV4l2Grades grades;    /* of the device; of the streaming thread */
  GstVideoCodecState *state; /* of the last caps of another size or rate */
  GstCaps *caps;             /* the last caps */
  GstCaps *coded;            /* what was made of downstream's for them */
  GstCaps *refused;          /* caps that the device did not take, if it is set
                              * to nothing since */
  GstBuffer *nothing;        /* stands for what went back to upstream */
  gchar *cannot_force_key;   /* the device that has no such control */
  gint reorders;             /* frames that one may come before; atomic */
  gint forces_key;           /* the device takes the request; atomic */
  gint has_period;           /* not every frame is a key frame; atomic */
  gint has_headers;          /* the device may put the stream's headers
                              * before the first frame, alone; atomic */
  gint has_changed;          /* settings have since these were asked; atomic */
  gboolean streams;          /* from the first frame to the end; stream lock */
  gboolean used;             /* the device has coded since it was opened */
  gboolean has_begun;        /* a frame has come in this segment */
  gint relinked;             /* since the flow was asked for; atomic */
  GstClockTime least_time;   /* what the base class was told of it */

  GstQueueArray *times;  /* GstClockTime: when frames that are inside are
                          * shown, if they are reordered; stream lock */
  GstClockTime duration; /* of a frame; 0: unknown */

  /* Of the source pad's thread, while there is one. */
  gboolean is_first;     /* no frame has come out since the start */
  gboolean tells_keys;   /* the driver marks key frames */
  gboolean told_headers; /* they have come since then */
  gboolean told_broken;  /* since then */

  /* The object lock guards what follows. */
  GstZcV4l2EncoderSettings settings;
  GstFlowReturn flow; /* of the source pad's thread, or an error of another */
  guint64 coded_copies;
  gboolean is_woven; /* of interlaced frames, both fields into one picture */
} GstDmabufEnc;

#define GST_DMABUF_ENC(obj) ((GstDmabufEnc *) (obj))

/* Frames that the device may have at least: one in work, one that waits, so
 * that it does not wait for us. */
#define GST_DMABUF_ENC_DEPTH 2

/* What comes out: gstdmabufencoutput.c. Without "thread": for the streaming
 * thread, with the stream lock of the base class held once, which is released
 * meanwhile where it has to wait. */

/* Why no frames flow. Any thread. */
void gst_dmabuf_enc_set_flow (GstDmabufEnc *self, GstFlowReturn flow);
GstFlowReturn gst_dmabuf_enc_get_flow (GstDmabufEnc *self);

/* The flow becomes an error. %FALSE if it is one already: there is to be one
 * message. Any thread. */
gboolean gst_dmabuf_enc_fail (GstDmabufEnc *self);

/* Between streams, with the stream lock: the order of frames, and with it what
 * times are, follow settings that have changed. */
void gst_dmabuf_enc_follow_settings (GstDmabufEnc *self);

/* Notes a frame that is about to go in, for the times of decoding. */
void gst_dmabuf_enc_note_time (
    GstDmabufEnc *self, const GstVideoCodecFrame *frame);

/* Starts CAPTURE, once the first frame is in the device, and the thread. */
GstFlowReturn gst_dmabuf_enc_start_output (GstDmabufEnc *self);

/* Ends the streams of the device, and gives up what is inside. Without the
 * stream lock, which frames on their way need. */
void gst_dmabuf_enc_end_streams (GstDmabufEnc *self);

/* The same with that lock held once. */
void gst_dmabuf_enc_end_output (GstDmabufEnc *self);

/* The same after all that is inside has come out. Returns how that went. */
GstFlowReturn gst_dmabuf_enc_drain (GstDmabufEnc *self);

/* What the device is set to: gstdmabufencformat.c. */

/**
 * gst_dmabuf_enc_configure:
 * @info: the video, of the caps @in
 * @all: (transfer full): what downstream takes, not empty
 *
 * Sets formats, rate, grades and settings: for the first of @all that can be
 * had; if none can, what is wrong with the first is an error message.
 *
 * Returns: (transfer full) (nullable): what it is, or %NULL
 */
GstCaps *gst_dmabuf_enc_configure (
    GstDmabufEnc *self, const GstVideoInfo *info, GstCaps *in, GstCaps *all);

/* The same as before, for another stream. %FALSE with an error message. */
gboolean gst_dmabuf_enc_configure_again (GstDmabufEnc *self);

/* What the user wants of the device: gstdmabufencsettings.c. */

/* Asks the device how many frames it needs at once, and whether they come out
 * in another order. Of a stream that flows that does not change any more. */
void gst_dmabuf_enc_learn_order (GstDmabufEnc *self);

/**
 * gst_dmabuf_enc_set_grades:
 * @info: the video
 * @coded: (inout): what downstream takes, which gets what is true
 * @is_last: nothing else can be tried: what the user has set goes before what
 *   downstream takes, with a warning
 *
 * Sets profile, tier and level. The device's formats must be set.
 *
 * Returns: 0; -EAGAIN, unless @is_last, if the device has none of them; else
 *   another negative errno, with an error message
 */
gint gst_dmabuf_enc_set_grades (GstDmabufEnc *self, const GstVideoInfo *info,
    GstStructure *coded, gboolean is_last);

/* Sets all that the user has set; what cannot be had is a warning. Any
 * thread. */
void gst_dmabuf_enc_apply_settings (GstDmabufEnc *self);

/* The same for one setting, while frames flow. */
void gst_dmabuf_enc_apply_setting (GstDmabufEnc *self, guint n);

/* What the device has of them: (transfer full) (nullable), %NULL while it is
 * closed. Any thread. */
GstStructure *gst_dmabuf_enc_describe_settings (GstDmabufEnc *self);

/* The frame that is pushed next is to be a key frame. */
void gst_dmabuf_enc_force_key (GstDmabufEnc *self);

G_END_DECLS

#endif /* __GST_DMABUF_ENC_PRIVATE_H__ */
