/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_CROP_H__
#define __GST_DMABUF_SRC_CROP_H__

#include "gst-libs/v4l2/v4l2-format.h"
#include "gst-libs/v4l2/v4l2-selection.h"

#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum {
  GST_DMABUF_SRC_CROP,    /* in pixels of the source */
  GST_DMABUF_SRC_COMPOSE, /* in pixels of the frame */
  GST_DMABUF_SRC_N_RECTANGLES
} GstDmabufSrcRectangle;

/**
 * GstDmabufSrcCrop:
 * @wanted: whether the property is set
 * @rect: to what
 * @pending: it waits for the device, or for the next negotiation
 * @nonsense: a text that is no rectangle, and that nobody was told of yet
 * @format: of the frames that flow, as they are seen
 * @buffers: the same of their buffers, which may have lines below
 *
 * Which part of the source is captured into which part of the frame. Guarded
 * by the object lock; the device is asked under the camera's lock.
 */
typedef struct {
  gboolean wanted[GST_DMABUF_SRC_N_RECTANGLES];
  struct v4l2_rect rect[GST_DMABUF_SRC_N_RECTANGLES];
  gboolean pending[GST_DMABUF_SRC_N_RECTANGLES];
  gchar *nonsense[GST_DMABUF_SRC_N_RECTANGLES];
  struct zc_v4l2_format format;
  struct zc_v4l2_format buffers;
} GstDmabufSrcCrop;

typedef struct _GstDmabufSrc GstDmabufSrc;

void gst_dmabuf_src_crop_clear (GstDmabufSrcCrop *crop);

/**
 * gst_dmabuf_src_crop_set:
 * @text: (nullable): "left,top,width,height", %NULL or "" for the default
 *
 * From any thread. While frames flow it takes effect at once, or, if the size
 * of the frames changes by it, after a negotiation. What is no rectangle is a
 * warning message, once the device is open, and changes nothing.
 */
void gst_dmabuf_src_crop_set (
    GstDmabufSrc *self, GstDmabufSrcRectangle which, const gchar *text);

/* What is in force, or what is asked for as long as it cannot be: as above. */
gchar *gst_dmabuf_src_crop_get (
    GstDmabufSrc *self, GstDmabufSrcRectangle which);

/* Crops before the formats are asked for, because sizes may follow from it.
 * Says what was set to no rectangle. Returns whether anything was set. */
gboolean gst_dmabuf_src_crop_prepare (GstDmabufSrc *self);

/* Crops and composes once the format is set, which may have changed both. */
void gst_dmabuf_src_crop_apply (GstDmabufSrc *self);

/* Once buffers exist, and before frames flow: rectangles that are set from now
 * on leave the format of these as it is. */
void gst_dmabuf_src_crop_note_buffers (GstDmabufSrc *self);

/* The size of the crop that was asked for; left alone if none was. */
void gst_dmabuf_src_crop_get_size (
    GstDmabufSrc *self, guint32 *width, guint32 *height);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_CROP_H__ */
