/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_INPUT_H__
#define __GST_DMABUF_SRC_INPUT_H__

#include "gst-libs/v4l2/v4l2-input.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstDmabufSrcInput:
 * @name: the property "input"
 * @norm: the property "norm"
 * @number: of the input that is chosen, -1 if the device has none to choose
 * @title: its name, "" if the device has none
 * @width: of the picture that comes in, in pixels; 0 if nobody knows
 * @height: in lines
 * @signal: what comes in
 * @renew: the device must be set anew before frames can flow
 *
 * Where a source takes its picture from, and what comes in there. The object
 * lock guards the properties and @signal; @renew is atomic; the rest belongs
 * to who changes the state, then to the streaming thread.
 */
typedef struct {
  gchar *name;
  gchar *norm;
  gint number;
  gchar title[32];
  guint width;
  guint height;
  enum zc_v4l2_signal signal;
  gint renew;
} GstDmabufSrcInput;

typedef struct _GstDmabufSrc GstDmabufSrc;

void gst_dmabuf_src_input_clear (GstDmabufSrcInput *input);

/**
 * gst_dmabuf_src_input_open:
 *
 * Once the device is open: chooses input and standard as the properties say,
 * sets the timings or the standard that the signal has, and asks to be told of
 * changes. A signal that is missing is a warning.
 *
 * Returns: %FALSE after an error message
 */
gboolean gst_dmabuf_src_input_open (GstDmabufSrc *self);

/**
 * gst_dmabuf_src_input_follow:
 * @error: (out): 0; or the negative errno with which the device gave no events
 *   (-ENODEV: unplugged), which is the caller's to tell
 *
 * For the streaming thread outside of the pool's calls, when the device has
 * events (POLLPRI): takes all of them. A signal that went or came back becomes
 * a message. If size or rate changed, the stream has been stopped, the caps
 * negotiated and the next stream started when this returns.
 *
 * Returns: %GST_FLOW_OK; else what create() shall return
 */
GstFlowReturn gst_dmabuf_src_input_follow (GstDmabufSrc *self, gint *error);

/**
 * gst_dmabuf_src_input_renew:
 *
 * The first thing in a negotiation: if the device must be set anew, stops the
 * stream, sets timings or standard and crop, and forgets the lists of formats.
 *
 * Returns: %FALSE after an error message
 */
gboolean gst_dmabuf_src_input_renew (GstDmabufSrc *self);

/* Asks for that, from any thread; the streaming thread negotiates before the
 * next frame. */
void gst_dmabuf_src_input_ask_to_renew (GstDmabufSrc *self);

/* The size that needs no scaling: @width and @height are left alone if any is
 * as good. */
void gst_dmabuf_src_input_prefer_size (
    GstDmabufSrc *self, guint *width, guint *height);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_INPUT_H__ */
