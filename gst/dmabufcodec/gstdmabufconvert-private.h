/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CONVERT_PRIVATE_H__
#define __GST_DMABUF_CONVERT_PRIVATE_H__

/* What the files of the element share. */

#include "gstdmabufcodeccopies.h"
#include "gstdmabufcodecproperties.h"
#include "gstdmabufcodecerror.h"
#include "gstdmabufconvertturn.h"

#include <gst/base/gstbasetransform.h>

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_codec_debug);

/**
 * GstDmabufConvertView:
 * @width: of the whole picture in the buffer
 * @height: likewise
 * @part: what is to be seen of it; without a size if that is all
 *
 * Which part of a frame is converted.
 */
typedef struct {
  gint width;
  gint height;
  GstVideoRectangle part;
} GstDmabufConvertView;

/**
 * GstDmabufConvertNeeds:
 * @with_meta: it reads pictures where GstVideoMeta says
 * @with_crop: it shows the part that GstVideoCropMeta says
 * @buffers: that it keeps
 *
 * What downstream said in the allocation query.
 */
typedef struct {
  gboolean with_meta;
  gboolean with_crop;
  guint buffers;
} GstDmabufConvertNeeds;

typedef struct {
  GstBaseTransform parent;

  GstDmabufCodec codec;

  /* Of the streaming thread. */
  GstCaps *caps[2]; /* by GstDmabufCodecEnd */
  GstVideoInfo info[2];
  gboolean is_same;            /* both are the same */
  gboolean is_known;           /* formats are such as devices may have */
  gboolean is_ready;           /* the device is set to what follows */
  gboolean is_stale;           /* it has frames that nobody wants any more */
  gboolean has_asked;          /* needs are those of downstream */
  gboolean shifts;             /* the part is found by where its planes begin */
  guint32 number;              /* of the last frame */
  GstDmabufCodecCopies copies; /* of what comes out */
  GstDmabufConvertView view;
  GstDmabufConvertNeeds needs;
  GstDmabufConvertTurn turn;

  /* The object lock guards what follows. */
  GstVideoOrientationMethod method; /* of the property */
  GstVideoOrientationMethod tagged; /* of tags, for auto */
  gboolean tagged_by_stream;
  const gchar *crop; /* how the last part was cut out */
  gint width[2];     /* of the video, for who points at it */
  gint height[2];
} GstDmabufConvert;

#define GST_DMABUF_CONVERT(obj) ((GstDmabufConvert *) (obj))

/* How pictures are to be turned now. Any thread. */
GstDmabufConvertTurn gst_dmabuf_convert_get_turn (GstDmabufConvert *self);

/* --- gstdmabufconvertcaps.c: as GstBaseTransform has them --------------- */

GstCaps *gst_dmabuf_convert_transform_caps (GstBaseTransform *trans,
    GstPadDirection direction, GstCaps *caps, GstCaps *filter);
GstCaps *gst_dmabuf_convert_fixate_caps (GstBaseTransform *trans,
    GstPadDirection direction, GstCaps *caps, GstCaps *othercaps);

/* --- gstdmabufconvertdevice.c ------------------------------------------- */

/**
 * gst_dmabuf_convert_set_up:
 * @view: of the frames that come
 *
 * Chooses the device for the caps, and sets it up for frames that are seen so.
 * Nothing is done if it is. What goes wrong is an error message.
 */
gboolean gst_dmabuf_convert_set_up (
    GstDmabufConvert *self, const GstDmabufConvertView *view);

/* The size and the format of CAPTURE: 0, or the negative errno of @step. */
gint gst_dmabuf_convert_set_output (GstDmabufConvert *self, const gchar **step);

/* --- gstdmabufconvertframe.c -------------------------------------------- */

/* Which part of a frame of the streaming thread is to be seen. */
GstDmabufConvertView gst_dmabuf_convert_view_of (
    GstDmabufConvert *self, GstBuffer *frame);

/* Converts @frame, and waits for the result, which has no timestamps. Returns
 * %GST_BASE_TRANSFORM_FLOW_DROPPED for a frame that the device could not do. */
GstFlowReturn gst_dmabuf_convert_frame (
    GstDmabufConvert *self, GstBuffer *frame, GstBuffer **result);

/* Forgets the frames that are inside. */
void gst_dmabuf_convert_stop (GstDmabufConvert *self);

/* --- gstdmabufconvertmeta.c --------------------------------------------- */

/* As GstBaseTransform has it: whether to copy @meta of @frame. */
gboolean gst_dmabuf_convert_transform_meta (GstBaseTransform *trans,
    GstBuffer *result, GstMeta *meta, GstBuffer *frame);

G_END_DECLS

#endif /* __GST_DMABUF_CONVERT_PRIVATE_H__ */
