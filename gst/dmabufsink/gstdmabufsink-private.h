/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_PRIVATE_H__
#define __GST_DMABUF_SINK_PRIVATE_H__

/* What the files of the element share. */

#include "gstdmabufsinkcopier.h"
#include "gstdmabufsinkerror.h"
#include "gstdmabufsinkfbs.h"
#include "gstdmabufsinkoverlay.h"
#include "gstdmabufsinkplug.h"
#include "gstdmabufsinkscreen.h"
#include "gstdmabufsinksettings.h"
#include "gstdmabufsinkstats.h"

#include <gst/video/gstvideosink.h>
#include <gst/video/navigation.h>

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_sink_debug);

/**
 * GstDmabufSinkTiming:
 * @running: running time, or %GST_CLOCK_TIME_NONE
 * @now_ns: CLOCK_MONOTONIC, 0 if the pipeline has no clock or does not run
 * @captured_ns: likewise, when it was captured
 * @late_ns: how long after its time it is
 *
 * Of a frame.
 */
typedef struct {
  GstClockTime running;
  gint64 now_ns;
  gint64 captured_ns;
  gint64 late_ns;
} GstDmabufSinkTiming;

typedef struct _GstDmabufSink {
  GstVideoSink parent;

  /* Guards SCREEN and FBS for threads that do not stream while it is opened and
   * closed. The outermost lock, held over system calls. */
  GMutex screen_lock;

  /* From start to stop. */
  GstDmabufSinkScreen *screen;
  gchar *card_path;
  GstDmabufSinkFbs *fbs;
  GstDmabufSinkPlug plug;

  /* Of the streaming thread. */
  GstDmabufSinkCopier copier;
  GstDmabufSinkOverlay overlay;
  GstVideoInfo info;
  GstDmabufSinkColor color;
  guint32 fourcc;
  guint64 modifier;
  gboolean place;         /* the next frame is the first of its caps */
  gboolean text_is_drawn; /* by the CPU: there is no plane for it */
  gboolean prerolled;     /* the last frame was shown while pausing */
  gboolean told_late;     /* upstream, of the last frame */
  const gchar *announced; /* how frames come to the display */
  gboolean told_refusal;  /* memory that the display cannot take is copied */
  gboolean exports_no_fences; /* the kernel, of frames that are being drawn */
  gint64 tolerance_ns;        /* a frame need not wait longer for its refresh */
  gint64 last_shown_ns;
  gint64 lost_since_ns;   /* we are not master, and the seat has not said so */
  GstVideoRectangle crop; /* as placed last */
  GstVideoRectangle text;

  GstPoll *drawn; /* until a device has; others interrupt it */

  gint is_away;  /* atomic: another session is in front of the seat */
  gint restyled; /* atomic: the style has changed since the last placement */

  /* The object lock guards what follows. */
  GstDmabufSinkSettings settings;
  GstCaps *caps;           /* of the screen */
  gboolean refuses_fences; /* the kernel, for memory of frames */
  gint64 flip_late_ns;     /* how late the last frame was on the screen */
  gboolean told_kept;      /* that the style, as set last, cannot be had */
  GstDmabufSinkStats stats;
} GstDmabufSink;

#define GST_DMABUF_SINK(obj) ((GstDmabufSink *) (obj))

/* Frames: gstdmabufsinkframes.c. */

extern const struct zc_kms_layer_events gst_dmabuf_sink_frame_events;
/* With fences, for early-release. */
extern const struct zc_kms_layer_events gst_dmabuf_sink_early_events;

GstFlowReturn gst_dmabuf_sink_show_frame (
    GstVideoSink *sink, GstBuffer *buffer);

/* Lets go of a frame's memory. */
void gst_dmabuf_sink_drop_frame (const struct zc_kms_frame *frame);

/* Whether @buffer is the newest that is, or is to be, on the screen. */
gboolean gst_dmabuf_sink_is_newest (GstDmabufSink *self, GstBuffer *buffer);

/* Frames that devices still draw: gstdmabufsinkfence.c. */

/* What @frame is to wait for, if it is not drawn yet. */
void gst_dmabuf_sink_find_fence (
    GstDmabufSink *self, struct zc_kms_frame *frame);

/* %GST_FLOW_OK with @frame drawn, or %GST_FLOW_FLUSHING if that is
 * interrupted. It has no fence then. */
GstFlowReturn gst_dmabuf_sink_wait_until_drawn (
    GstDmabufSink *self, struct zc_kms_frame *frame);

/* Memory that can be scanned out: gstdmabufsinkmemory.c. */

/* Whether a CPU can make such pictures. */
gboolean gst_dmabuf_sink_is_linear (GstDmabufSink *self);

/* The video's framebuffer in @buffer, or NULL with @error as negative errno. */
struct zc_kms_fb *gst_dmabuf_sink_find_fb (
    GstDmabufSink *self, GstBuffer *buffer, gint *error);

/* The frame's memory, or a copy in memory that the display can scan out: a
 * reference to it in @frame. */
GstFlowReturn gst_dmabuf_sink_bring (
    GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame);

/* Whether frames may be copied; if not that is an error now, because of
 * @reason. */
gboolean gst_dmabuf_sink_may_copy (GstDmabufSink *self, const gchar *reason);

/* A copy of @buffer in scanout memory, counted, or NULL. */
GstBuffer *gst_dmabuf_sink_copy_frame (GstDmabufSink *self, GstBuffer *buffer);

/* What to return then; @error is why there is no framebuffer of a copy, if
 * there is a copy. */
GstFlowReturn gst_dmabuf_sink_copy_failed (GstDmabufSink *self, gint error);

/* Answers a producer that asks whether its memory can be shown
 * (GstZcImportQuery): gstdmabufsinkimport.c. Any thread. */
void gst_dmabuf_sink_answer_import (GstDmabufSink *self, GstQuery *query);

/* Text beside the picture: gstdmabufsinktext.c. */

/* Adds the text of @buffer to its frame, as a picture of its own. */
GstFlowReturn gst_dmabuf_sink_add_text (
    GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame);

/* From now on the CPU draws it, and why. */
void gst_dmabuf_sink_use_cpu_for_text (
    GstDmabufSink *self, const gchar *reason);

/* Draws it into a copy of the frame. */
GstFlowReturn gst_dmabuf_sink_blend_text (
    GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame);

/* How frames are shown: gstdmabufsinkplacing.c. */

/* Sets the display up for the video with a picture of its kind, so that what
 * cannot be shown is refused with its caps, and the camera does not run while
 * the mode changes. */
gboolean gst_dmabuf_sink_prepare (GstDmabufSink *self);

/* Shows @frame, which is of @buffer; it is taken in any case. */
GstFlowReturn gst_dmabuf_sink_place_frame (
    GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame);

/* Shows what is there in the style that was set, from any thread. */
void gst_dmabuf_sink_restyle (GstDmabufSink *self);

/* Input of the application's: gstdmabufsinknavigation.c. */

void gst_dmabuf_sink_navigation_iface_init (GstNavigationInterface *iface);

/* A display that is away: gstdmabufsinkaway.c. */

/* From start to stop: while another session is in front of the seat, frames are
 * dropped. */
void gst_dmabuf_sink_listen_to_seat (GstDmabufSink *self);
void gst_dmabuf_sink_leave_seat (GstDmabufSink *self);

/* What the element's plug tells. */
void gst_dmabuf_sink_plugged (gboolean is_connected, gpointer self);

/* What becomes of a frame without a monitor: %GST_FLOW_OK to show it all the
 * same, because one is there again. */
GstFlowReturn gst_dmabuf_sink_miss_monitor (GstDmabufSink *self);
GstFlowReturn gst_dmabuf_sink_drop_while_away (GstDmabufSink *self);

/* Time: gstdmabufsinkqos.c. */

/* When a frame was captured, and how late it is: 0 if that is not known, or
 * does not matter because the sink does not synchronize. */
GstDmabufSinkTiming gst_dmabuf_sink_time (
    GstDmabufSink *self, GstBuffer *buffer);

/* Whether a frame is not worth showing any more. */
gboolean gst_dmabuf_sink_is_too_late (
    GstDmabufSink *self, const GstDmabufSinkTiming *timing);

/* Counts and tells that it is not shown. */
GstFlowReturn gst_dmabuf_sink_drop_late (
    GstDmabufSink *self, GstBuffer *buffer, const GstDmabufSinkTiming *timing);

/* Tells upstream if frames are late, or no longer are. */
void gst_dmabuf_sink_tell_qos (
    GstDmabufSink *self, GstBuffer *buffer, const GstDmabufSinkTiming *timing);

GstFlowReturn gst_dmabuf_sink_preroll (GstBaseSink *sink, GstBuffer *buffer);

/* Whether @buffer is what was shown while pausing. Whatever it is, that is
 * over now. */
gboolean gst_dmabuf_sink_was_prerolled (GstDmabufSink *self, GstBuffer *buffer);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_PRIVATE_H__ */
