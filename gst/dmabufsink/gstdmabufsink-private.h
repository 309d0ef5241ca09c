/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_PRIVATE_H__
#define __GST_DMABUF_SINK_PRIVATE_H__

/* What the files of the element share. */

#include "gstdmabufsinkcopier.h"
#include "gstdmabufsinkerror.h"
#include "gstdmabufsinkfbs.h"
#include "gstdmabufsinkoverlay.h"
#include "gstdmabufsinkscreen.h"
#include "gstdmabufsinksettings.h"
#include "gstdmabufsinkstats.h"

#include <gst/video/gstvideosink.h>

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_sink_debug);

typedef struct _GstDmabufSink {
  GstVideoSink parent;

  /* Guards SCREEN for threads that do not stream while it is opened and closed.
   * The outermost lock, held over system calls. */
  GMutex screen_lock;

  /* From start to stop. */
  GstDmabufSinkScreen *screen;
  gchar *card_path;
  GstDmabufSinkFbs *fbs;

  /* Of the streaming thread. */
  GstDmabufSinkCopier copier;
  GstDmabufSinkOverlay overlay;
  GstVideoInfo info;
  GstDmabufSinkColor color;
  guint32 fourcc;
  guint64 modifier;
  gboolean place;         /* the next frame is the first of its caps */
  gboolean text_is_drawn; /* by the CPU: there is no plane for it */
  GstVideoRectangle crop; /* as placed last */
  GstVideoRectangle text;

  gint restyled; /* atomic: the style has changed since the last placement */

  /* The object lock guards what follows. */
  GstDmabufSinkSettings settings;
  GstCaps *caps;       /* of the screen */
  gboolean prerolled;  /* the last frame was shown while pausing, when */
  guint64 late_before; /* so many had been late; written by the streaming
                        * thread alone */
  GstDmabufSinkStats stats;
} GstDmabufSink;

#define GST_DMABUF_SINK(obj) ((GstDmabufSink *) (obj))

/* Frames: gstdmabufsinkframes.c. */

extern const struct zc_kms_layer_events gst_dmabuf_sink_frame_events;

GstFlowReturn gst_dmabuf_sink_show_frame (
    GstVideoSink *sink, GstBuffer *buffer);

/* Sets the display up for the video with a picture of its kind, so that what
 * cannot be shown is refused with its caps, and the camera does not run while
 * the mode changes. */
gboolean gst_dmabuf_sink_prepare (GstDmabufSink *self);

/* Shows what is there in the style that was set, from any thread. */
void gst_dmabuf_sink_restyle (GstDmabufSink *self);

/* Whether @buffer is the newest that is, or is to be, on the screen. */
gboolean gst_dmabuf_sink_is_newest (GstDmabufSink *self, GstBuffer *buffer);

/* Late frames: gstdmabufsinklate.c. */

/* How many basesink dropped because they were late; it counts anew when it
 * pauses, the sum is ours to keep. */
guint64 gst_dmabuf_sink_count_late (GstDmabufSink *self);

/* After something that may have made basesink forget that it had counted so
 * many late frames. */
void gst_dmabuf_sink_keep_late (GstDmabufSink *self, guint64 late);

/* Before a flush: what was shown while pausing will not come again. */
void gst_dmabuf_sink_forget_preroll (GstDmabufSink *self);

/* How many were dropped as late. With the object lock held; @late_now is what
 * basesink has counted. */
guint64 gst_dmabuf_sink_sum_late (GstDmabufSink *self, guint64 late_now);

GstFlowReturn gst_dmabuf_sink_preroll (GstBaseSink *sink, GstBuffer *buffer);

/* Whether @buffer is what was shown while pausing. Whatever it is, that is
 * over now. */
gboolean gst_dmabuf_sink_was_prerolled (GstDmabufSink *self, GstBuffer *buffer);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_PRIVATE_H__ */
