/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_SETTINGS_H__
#define __GST_DMABUF_SINK_SETTINGS_H__

#include "gstdmabufsinkplug.h"

#include "gst-libs/allocators/gstzccopypolicy.h"
#include "gst-libs/kms/kms-access.h"
#include "gst-libs/kms/kms-mode.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/* How frames wait for the display. */
typedef enum {
  GST_DMABUF_SINK_PRESENT_LOW_LATENCY,
  GST_DMABUF_SINK_PRESENT_SMOOTH,
  GST_DMABUF_SINK_PRESENT_IMMEDIATE,
} GstDmabufSinkPresentMode;

/* GstDmabufSinkPresentMode's. */
GType gst_dmabuf_sink_present_mode_get_type (void);

/* enum zc_kms_access_way's. */
GType gst_dmabuf_sink_seat_get_type (void);

/**
 * GstDmabufSinkStyle:
 * @has_mode: whether @mode was asked for; otherwise the one that is set stays
 *   if it will do
 * @render: where on the screen, all of it if it has no size
 * @orientation: as set, or of the stream if that is AUTO
 *
 * How pictures are to be shown, by the user's wish. It can change at any time.
 */
typedef struct {
  gboolean has_mode;
  struct zc_kms_mode_request mode;
  gchar mode_wrong[ZC_KMS_MODE_WHY_SIZE];
  gboolean variable_refresh;
  gboolean force_aspect_ratio;
  GstVideoRectangle render;
  GstVideoOrientationMethod orientation;
  gdouble alpha;
  gint zpos;
} GstDmabufSinkStyle;

/**
 * GstDmabufSinkSettings:
 *
 * The properties, guarded by the element's object lock.
 */
typedef struct {
  gchar *device;
  gint fd; /* -1: none */
  enum zc_kms_access_way seat;
  gchar *connector;
  gchar *mode; /* as written */
  GstDmabufSinkPresentMode present_mode;
  gboolean early_release;
  gboolean qos;        /* these two instead of basesink's */
  gint64 max_lateness; /* in nanoseconds, -1: none */
  GstDmabufSinkOnDisconnect on_disconnect;
  GstZcCopyPolicy copy_policy;
  GstVideoOrientationMethod rotate_method;
  GstVideoOrientationMethod tagged; /* by the stream, what AUTO means */
  GstDmabufSinkStyle style;
} GstDmabufSinkSettings;

void gst_dmabuf_sink_settings_init (GstDmabufSinkSettings *settings);
void gst_dmabuf_sink_settings_clear (GstDmabufSinkSettings *settings);

/* What @settings come to. */
GstDmabufSinkStyle gst_dmabuf_sink_settings_get_style (
    const GstDmabufSinkSettings *settings);

/*
 * The properties of the element, by number: the first is 1. Those of
 * GstVideoOverlay come after them.
 */
enum {
  GST_DMABUF_SINK_PROP_0,
  GST_DMABUF_SINK_PROP_DEVICE,
  GST_DMABUF_SINK_PROP_FD,
  GST_DMABUF_SINK_PROP_SEAT,
  GST_DMABUF_SINK_PROP_CONNECTOR,
  GST_DMABUF_SINK_PROP_QOS,
  GST_DMABUF_SINK_PROP_MAX_LATENESS,
  GST_DMABUF_SINK_PROP_ON_DISCONNECT,
  GST_DMABUF_SINK_PROP_COPY_POLICY,
  GST_DMABUF_SINK_PROP_MODE,
  GST_DMABUF_SINK_PROP_PRESENT_MODE,
  GST_DMABUF_SINK_PROP_VARIABLE_REFRESH,
  GST_DMABUF_SINK_PROP_EARLY_RELEASE,
  GST_DMABUF_SINK_PROP_FORCE_ASPECT_RATIO,
  GST_DMABUF_SINK_PROP_ROTATE_METHOD,
  GST_DMABUF_SINK_PROP_ALPHA,
  GST_DMABUF_SINK_PROP_ZPOS,
  GST_DMABUF_SINK_PROP_STATS,
  GST_DMABUF_SINK_PROP_LAST,
};

void gst_dmabuf_sink_settings_install (GObjectClass *klass);

/* Both return whether there is such a property; for the first the value may
 * make no sense (a mode), which is told when it is needed. The object lock is
 * held. */
gboolean gst_dmabuf_sink_settings_set (
    GstDmabufSinkSettings *settings, guint id, const GValue *value);
gboolean gst_dmabuf_sink_settings_get (
    const GstDmabufSinkSettings *settings, guint id, GValue *value);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_SETTINGS_H__ */
