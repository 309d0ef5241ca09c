/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-dmabufsink
 * @title: dmabufsink
 * @short_description: shows video on a display without a copy
 *
 * dmabufsink shows video through KMS with atomic, non-blocking commits. Frames
 * that are dma-bufs are scanned out where they are. Producers of system memory
 * are offered a pool of scanout memory to draw into; what they bring in memory
 * of their own is copied there, once, and counted.
 *
 * The streaming thread never waits for the display: a frame that comes while
 * one is being flipped waits for its turn, and is replaced by a newer one. A
 * frame goes back to its producer at the flip that takes it off the screen.
 *
 * The picture is scaled to the mode that is set, keeping its aspect ratio; if
 * no plane can scale, the mode of exactly its size is set; else it is centred.
 * When the sink stops, the display is put back as it was found.
 *
 * |[
 * gst-launch-1.0 dmabufsrc ! dmabufsink
 * gst-launch-1.0 videotestsrc ! dmabufsink connector=HDMI-A-1
 * ]|
 */

#include "gstdmabufsink.h"

#include "gstdmabufsinkcopier.h"
#include "gstdmabufsinkerror.h"
#include "gstdmabufsinkfbs.h"
#include "gstdmabufsinkscreen.h"
#include "latency.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/allocators/gstzcformat.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <gst/video/gstvideosink.h>

GST_DEBUG_CATEGORY (gst_dmabuf_sink_debug);
#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

/* What the display holds: the frame on the screen, the one being flipped to
 * and the one that waits. */
#define HELD_BUFFERS 3

/* A frame that is late by a refresh or so is still worth showing. */
#define MAX_LATENESS (20 * GST_MSECOND)

enum { PROP_0, PROP_DEVICE, PROP_CONNECTOR, PROP_STATS, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

typedef struct {
  guint64 frames;
  guint64 replaced;
  guint64 late;          /* of basesink, before it last forgot its count */
  guint64 late_but_seen; /* counted as late, but shown while pausing */
  guint64 copies;
  guint64 bytes_copied;
  guint64 imports;
  const gchar *path;
  LatencyHistogram latency;
} Stats;

typedef struct {
  GstVideoSink parent;

  /* Of the streaming thread, from start to stop. */
  GstDmabufSinkScreen *screen;
  gchar *card_path;
  GstDmabufSinkFbs *fbs;
  GstDmabufSinkCopier copier;
  GstVideoInfo info;
  guint32 fourcc;
  guint64 modifier;
  gboolean planned; /* the screen knows how to show such frames */
  gboolean place;   /* the next frame is the first of its caps */

  /* The object lock guards what follows. */
  gchar *device;
  gchar *connector;
  GstCaps *caps;       /* of the screen */
  gboolean prerolled;  /* the last frame was shown while pausing, when */
  guint64 late_before; /* so many had been late; written by the streaming
                        * thread alone */
  Stats stats;
} GstDmabufSink;

typedef struct {
  GstVideoSinkClass parent;
} GstDmabufSinkClass;

static GType gst_dmabuf_sink_get_type (void);
G_DEFINE_TYPE (GstDmabufSink, gst_dmabuf_sink, GST_TYPE_VIDEO_SINK)
#define GST_DMABUF_SINK(obj) ((GstDmabufSink *) (obj))

GST_ELEMENT_REGISTER_DEFINE (
    dmabufsink, "dmabufsink", GST_RANK_NONE, gst_dmabuf_sink_get_type ())

/* --- what the layer tells, mostly from the card's thread ---------------- */

static void
on_flipped (const struct zc_kms_frame *frame, int64_t time_ns, void *data)
{
  GstDmabufSink *self = data;

  GST_OBJECT_LOCK (self);
  self->stats.frames++;
  if (frame->captured_ns > 0)
    latency_histogram_add (
        &self->stats.latency, MAX (0, time_ns - frame->captured_ns));
  GST_OBJECT_UNLOCK (self);
}

static void
on_released (const struct zc_kms_frame *frame, bool shown, void *data)
{
  GstDmabufSink *self = data;

  if (!shown) {
    GST_OBJECT_LOCK (self);
    self->stats.replaced++;
    GST_OBJECT_UNLOCK (self);
  }
  gst_buffer_unref (frame->owner[ZC_KMS_VIDEO]);
}

static const struct zc_kms_layer_events layer_events = {
  .flipped = on_flipped,
  .released = on_released,
};

/* --- copying what cannot be scanned out -------------------------------- */

static gboolean
is_linear (GstDmabufSink *self)
{
  return self->modifier == DRM_FORMAT_MOD_LINEAR &&
         gst_zc_format_from_drm (self->fourcc, self->modifier) ==
             GST_VIDEO_INFO_FORMAT (&self->info);
}

/* A copy of @buffer in scanout memory, or NULL. */
static GstBuffer *
copy_frame (GstDmabufSink *self, GstBuffer *buffer, gint reason)
{
  GstBuffer *copy;

  if (self->stats.copies == 0)
    gst_dmabuf_sink_warn_copies (GST_ELEMENT (self), self->card_path, reason);
  copy = gst_dmabuf_sink_copier_copy (&self->copier, buffer);
  if (!copy)
    return NULL;

  GST_OBJECT_LOCK (self);
  self->stats.copies++;
  self->stats.bytes_copied += GST_VIDEO_INFO_SIZE (&self->info);
  self->stats.path = "copy";
  GST_OBJECT_UNLOCK (self);
  return copy;
}

/* --- frames ------------------------------------------------------------ */

static struct zc_kms_fb *
find_fb (GstDmabufSink *self, GstBuffer *buffer, gint *error)
{
  struct zc_kms_fb *fb;
  gboolean imported;

  fb = gst_dmabuf_sink_fbs_get (self->fbs, buffer, &self->info, self->fourcc,
      self->modifier, &imported, error);
  if (imported) {
    GST_OBJECT_LOCK (self);
    self->stats.imports++;
    if (!self->stats.path)
      self->stats.path = gst_dmabuf_sink_screen_made (self->screen, buffer)
                             ? "scanout-pool"
                             : "dmabuf-import";
    GST_OBJECT_UNLOCK (self);
  }
  return fb;
}

/* When the frame was captured, by CLOCK_MONOTONIC: now, less the age that the
 * pipeline's clock gives it. 0 if that is not known. */
static gint64
captured_ns (GstDmabufSink *self, GstBuffer *buffer)
{
  GstBaseSink *sink = GST_BASE_SINK (self);
  GstClock *clock = gst_element_get_clock (GST_ELEMENT (self));
  GstClockTime running, born;
  gint64 age;

  if (!clock)
    return 0;
  running = gst_segment_to_running_time (
      &sink->segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  born = running + gst_element_get_base_time (GST_ELEMENT (self));
  age = gst_clock_get_time (clock) - born;
  gst_object_unref (clock);

  if (!GST_CLOCK_TIME_IS_VALID (running) ||
      GST_STATE (self) != GST_STATE_PLAYING)
    return 0;
  return g_get_monotonic_time () * 1000 - age;
}

/* The first frame of its kind. Should the hardware take it otherwise than
 * planned, or could nothing be planned, it decides itself how it is shown. */
static gint
place (GstDmabufSink *self, const struct zc_kms_frame *frame, gchar **reasons)
{
  gint ret = -EAGAIN;

  if (self->planned)
    ret = gst_dmabuf_sink_screen_place (self->screen, frame);
  if (ret == 0)
    return 0;
  ret = gst_dmabuf_sink_screen_plan (
      self->screen, frame->fb[ZC_KMS_VIDEO], &self->info, reasons);
  return ret < 0 ? ret : gst_dmabuf_sink_screen_place (self->screen, frame);
}

static GstFlowReturn
show_first (GstDmabufSink *self, const struct zc_kms_frame *frame)
{
  g_autofree gchar *reasons = NULL;
  const struct zc_kms_rect *to;
  gint ret = place (self, frame, &reasons);

  if (ret < 0) {
    const struct zc_kms_image *image = &frame->fb[ZC_KMS_VIDEO]->image;

    gst_dmabuf_sink_error_place (GST_ELEMENT (self), self->card_path,
        image->width, image->height, reasons, ret);
    gst_buffer_unref (frame->owner[ZC_KMS_VIDEO]);
    return GST_FLOW_ERROR;
  }

  to = &self->screen->wish.part[ZC_KMS_VIDEO].look.destination;
  GST_INFO_OBJECT (self, "%s: %ux%u at %d,%d in mode %s@%u on plane %u",
      self->screen->output->connector.name, to->w, to->h, to->x, to->y,
      self->screen->wish.setup.mode.name,
      self->screen->wish.setup.mode.vrefresh,
      zc_kms_layer_get_plane (self->screen->layer, ZC_KMS_VIDEO)->id);
  self->place = FALSE;
  return GST_FLOW_OK;
}

static GstFlowReturn
show_next (GstDmabufSink *self, const struct zc_kms_frame *frame)
{
  gint ret = zc_kms_layer_show (self->screen->layer, frame);

  if (ret == 0)
    return GST_FLOW_OK;
  gst_dmabuf_sink_error_show (GST_ELEMENT (self), self->card_path, ret);
  return GST_FLOW_ERROR;
}

/* How many basesink dropped because they were late; it counts anew when it
 * pauses, the sum is ours to keep. */
static guint64
count_late_now (GstDmabufSink *self)
{
  GstStructure *s = gst_base_sink_get_stats (GST_BASE_SINK (self));
  guint64 late = 0;

  gst_structure_get_uint64 (s, "dropped", &late);
  gst_structure_free (s);
  return late;
}

/* A frame that was shown while pausing comes again when playing, if it is not
 * late then: in that case basesink calls it dropped, though it was seen. With
 * the object lock held. */
static gboolean
is_preroll_late (GstDmabufSink *self, guint64 late_now)
{
  return self->prerolled && self->stats.late + late_now > self->late_before;
}

static gboolean
is_newest (GstDmabufSink *self, GstBuffer *buffer)
{
  return !self->place && zc_kms_layer_has_newest (self->screen->layer, buffer);
}

static GstFlowReturn
gst_dmabuf_sink_preroll (GstBaseSink *sink, GstBuffer *buffer)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);
  GstFlowReturn flow = GST_BASE_SINK_CLASS (gst_dmabuf_sink_parent_class)
                           ->preroll (sink, buffer);
  guint64 late_now = count_late_now (self);
  gboolean shown = flow == GST_FLOW_OK &&
                   (is_newest (self, buffer) ||
                       gst_dmabuf_sink_copier_did_last (&self->copier, buffer));

  GST_OBJECT_LOCK (self);
  self->prerolled = shown;
  self->late_before = self->stats.late + late_now;
  GST_OBJECT_UNLOCK (self);
  return flow;
}

/* Whether @buffer is what was shown while pausing. Whatever it is, that is
 * over now. */
static gboolean
was_prerolled (GstDmabufSink *self, GstBuffer *buffer)
{
  gboolean again;
  guint64 late_now;

  if (!self->prerolled)
    return FALSE;
  again = is_newest (self, buffer) ||
          gst_dmabuf_sink_copier_did_last (&self->copier, buffer);
  late_now = count_late_now (self);

  GST_OBJECT_LOCK (self);
  if (!again && is_preroll_late (self, late_now))
    self->stats.late_but_seen++;
  self->prerolled = FALSE;
  GST_OBJECT_UNLOCK (self);
  return again;
}

static GstFlowReturn
gst_dmabuf_sink_show_frame (GstVideoSink *sink, GstBuffer *buffer)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);
  struct zc_kms_frame frame = { 0 };
  struct zc_kms_fb *fb;
  GstBuffer *shown;
  gint error;

  if (was_prerolled (self, buffer) || is_newest (self, buffer))
    return GST_FLOW_OK;

  shown = gst_buffer_ref (buffer);
  fb = find_fb (self, buffer, &error);
  if (!fb && !is_linear (self)) {
    gst_buffer_unref (shown);
    gst_dmabuf_sink_error_import (GST_ELEMENT (self), self->card_path, error);
    return GST_FLOW_ERROR;
  }
  if (!fb) {
    gst_buffer_unref (shown);
    shown = copy_frame (self, buffer, error);
    fb = shown ? find_fb (self, shown, &error) : NULL;
  }
  if (!fb) {
    gst_clear_buffer (&shown);
    gst_dmabuf_sink_error_copy (
        GST_ELEMENT (self), self->card_path, self->copier.error, error);
    return GST_FLOW_ERROR;
  }

  frame.fb[ZC_KMS_VIDEO] = fb;
  frame.owner[ZC_KMS_VIDEO] = shown;
  frame.captured_ns = captured_ns (self, buffer);
  return self->place ? show_first (self, &frame) : show_next (self, &frame);
}

/* --- negotiation ------------------------------------------------------- */

static GstCaps *
gst_dmabuf_sink_get_caps (GstBaseSink *sink, GstCaps *filter)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);
  GstCaps *caps, *both;

  GST_OBJECT_LOCK (self);
  caps = self->caps ? gst_caps_ref (self->caps) : NULL;
  GST_OBJECT_UNLOCK (self);

  if (!caps)
    caps = gst_pad_get_pad_template_caps (GST_BASE_SINK_PAD (sink));
  if (!filter)
    return caps;
  both = gst_caps_intersect_full (filter, caps, GST_CAPS_INTERSECT_FIRST);
  gst_caps_unref (caps);
  return both;
}

/* Sets the display up for the video with a picture of its kind, so that what
 * cannot be shown is refused with its caps, and the camera does not run while
 * the mode changes. */
static gboolean
plan_with (GstDmabufSink *self, struct zc_kms_fb *fb)
{
  g_autofree gchar *reasons = NULL;
  gint ret;

  ret = gst_dmabuf_sink_screen_plan (self->screen, fb, &self->info, &reasons);
  if (reasons[0])
    GST_INFO_OBJECT (self, "tried in vain: %s", reasons);
  if (ret == 0)
    ret = gst_dmabuf_sink_screen_light (self->screen);
  if (ret < 0)
    gst_dmabuf_sink_error_place (GST_ELEMENT (self), self->card_path,
        fb->image.width, fb->image.height, reasons, ret);
  self->planned = ret == 0;
  return self->planned;
}

static gboolean
plan (GstDmabufSink *self)
{
  struct zc_kms_fb *fb = NULL;
  GstBuffer *buffer = NULL;
  gboolean imported, ok = TRUE;
  gint error;

  self->planned = FALSE;
  if (is_linear (self))
    buffer = gst_dmabuf_sink_copier_acquire (&self->copier);
  if (buffer)
    fb = gst_dmabuf_sink_fbs_get (self->fbs, buffer, &self->info, self->fourcc,
        self->modifier, &imported, &error);
  if (fb)
    ok = plan_with (self, fb);
  gst_clear_buffer (&buffer);
  /* It is only needed again if frames must be copied. */
  gst_dmabuf_sink_copier_setup (&self->copier, self->screen->card, &self->info);
  return ok;
}

static gboolean
gst_dmabuf_sink_set_info (
    GstVideoSink *sink, GstCaps *caps, const GstVideoInfo *info)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);

  (void) info;
  if (!gst_zc_caps_parse (caps, &self->info, &self->fourcc, &self->modifier))
    return FALSE;
  gst_dmabuf_sink_copier_setup (&self->copier, self->screen->card, &self->info);
  self->place = TRUE;
  return plan (self);
}

static gboolean
gst_dmabuf_sink_propose_allocation (GstBaseSink *sink, GstQuery *query)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);
  GstVideoInfo info;
  guint64 modifier;
  guint32 fourcc;
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, NULL);
  if (!self->screen || !caps ||
      !gst_zc_caps_parse (caps, &info, &fourcc, &modifier))
    return FALSE;

  /* what has tiles nobody but its producer can make */
  if (modifier != DRM_FORMAT_MOD_LINEAR ||
      !gst_dmabuf_sink_screen_propose (self->screen, query, HELD_BUFFERS)) {
    gst_query_add_allocation_pool (
        query, NULL, GST_VIDEO_INFO_SIZE (&info), HELD_BUFFERS, 0);
    gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  }
  return TRUE;
}

/* --- start and stop ---------------------------------------------------- */

static GstStructure *
gst_dmabuf_sink_get_stats (GstDmabufSink *self)
{
  GstStructure *s = gst_base_sink_get_stats (GST_BASE_SINK (self));
  guint64 late = 0;

  gst_structure_get_uint64 (s, "dropped", &late);
  gst_structure_set_name (s, "dmabufsink-stats");
  GST_OBJECT_LOCK (self);
  late += self->stats.late - self->stats.late_but_seen -
          is_preroll_late (self, late);
  gst_structure_set (s, "frames", G_TYPE_UINT64, self->stats.frames, "dropped",
      G_TYPE_UINT64, late + self->stats.replaced, "copies", G_TYPE_UINT64,
      self->stats.copies, "bytes-copied", G_TYPE_UINT64,
      self->stats.bytes_copied, "imports", G_TYPE_UINT64, self->stats.imports,
      "latency-median", G_TYPE_UINT64,
      latency_histogram_percentile (&self->stats.latency, 50), "latency-p99",
      G_TYPE_UINT64, latency_histogram_percentile (&self->stats.latency, 99),
      "path", G_TYPE_STRING, self->stats.path ? self->stats.path : "none",
      NULL);
  GST_OBJECT_UNLOCK (self);
  return s;
}

static gboolean
gst_dmabuf_sink_start (GstBaseSink *sink)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);
  g_autofree gchar *device = NULL, *connector = NULL;
  GstCaps *caps;
  gint error;

  GST_OBJECT_LOCK (self);
  device = g_strdup (self->device);
  connector = g_strdup (self->connector);
  GST_OBJECT_UNLOCK (self);

  self->screen = gst_dmabuf_sink_screen_open (
      device, connector, &self->card_path, &error);
  if (!self->screen) {
    gst_dmabuf_sink_error_open (
        GST_ELEMENT (self), self->card_path, device, connector, error);
    g_clear_pointer (&self->card_path, g_free);
    return FALSE;
  }
  self->fbs = gst_dmabuf_sink_fbs_new (self->screen->card);
  caps = gst_dmabuf_sink_screen_get_caps (self->screen);
  GST_INFO_OBJECT (self, "%s (driver %s), connector %s, planes %s scale",
      self->card_path, self->screen->card->device->driver,
      self->screen->output->connector.name,
      self->screen->can_scale ? "can" : "cannot");

  GST_OBJECT_LOCK (self);
  self->caps = caps;
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

/* Ends what is shown: the frames go back to their producer, and the display to
 * what it was. */
static void
hide (GstDmabufSink *self)
{
  GstStructure *stats;
  gint ret;

  gst_dmabuf_sink_copier_clear (&self->copier);
  ret = gst_dmabuf_sink_screen_deactivate (self->screen);
  if (ret < 0)
    GST_WARNING_OBJECT (self,
        "%s: what was shown before cannot be shown again (%s): the display is "
        "dark now",
        self->card_path, g_strerror (-ret));

  stats = gst_dmabuf_sink_get_stats (self);
  GST_INFO_OBJECT (self, "stopped: %" GST_PTR_FORMAT, (void *) stats);
  gst_structure_free (stats);
}

static gboolean
gst_dmabuf_sink_stop (GstBaseSink *sink)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);

  GST_OBJECT_LOCK (self);
  gst_clear_caps (&self->caps);
  GST_OBJECT_UNLOCK (self);
  g_clear_pointer (&self->screen, gst_dmabuf_sink_screen_close);
  g_clear_pointer (&self->fbs, gst_dmabuf_sink_fbs_close);
  g_clear_pointer (&self->card_path, g_free);
  return TRUE;
}

/* After something that may have made basesink forget that it had counted so
 * many late frames. */
static void
keep_late (GstDmabufSink *self, guint64 late)
{
  if (count_late_now (self) >= late)
    return;
  GST_OBJECT_LOCK (self);
  self->stats.late += late;
  GST_OBJECT_UNLOCK (self);
}

static gboolean
gst_dmabuf_sink_event (GstBaseSink *sink, GstEvent *event)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);
  gboolean flush = GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START, ok;
  guint64 late = flush ? count_late_now (self) : 0;

  if (flush) {
    GST_OBJECT_LOCK (self);
    self->stats.late_but_seen += is_preroll_late (self, late);
    self->prerolled = FALSE;
    GST_OBJECT_UNLOCK (self);
  }
  ok = GST_BASE_SINK_CLASS (gst_dmabuf_sink_parent_class)->event (sink, event);
  if (flush)
    keep_late (self, late);
  return ok;
}

/* Takes the screen. */
static gboolean
begin (GstDmabufSink *self)
{
  gint ret;

  GST_OBJECT_LOCK (self);
  self->stats = (Stats) { 0 };
  self->prerolled = FALSE;
  GST_OBJECT_UNLOCK (self);
  self->planned = FALSE;
  self->place = TRUE;
  ret = gst_dmabuf_sink_screen_activate (self->screen, &layer_events, self);
  if (ret < 0)
    gst_dmabuf_sink_error_open (
        GST_ELEMENT (self), self->card_path, NULL, NULL, ret);
  return ret == 0;
}

static GstStateChangeReturn
gst_dmabuf_sink_change_state (GstElement *element, GstStateChange transition)
{
  GstDmabufSink *self = GST_DMABUF_SINK (element);
  guint64 late = count_late_now (self);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !begin (self))
    return GST_STATE_CHANGE_FAILURE;
  ret = GST_ELEMENT_CLASS (gst_dmabuf_sink_parent_class)
            ->change_state (element, transition);
  keep_late (self, late);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY ||
      (transition == GST_STATE_CHANGE_READY_TO_PAUSED &&
          ret == GST_STATE_CHANGE_FAILURE))
    hide (self);
  return ret;
}

/* --- properties -------------------------------------------------------- */

static void
gst_dmabuf_sink_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstDmabufSink *self = GST_DMABUF_SINK (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_DEVICE:
      g_free (self->device);
      self->device = g_value_dup_string (value);
      break;
    case PROP_CONNECTOR:
      g_free (self->connector);
      self->connector = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_dmabuf_sink_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstDmabufSink *self = GST_DMABUF_SINK (object);

  switch (id) {
    case PROP_DEVICE:
      GST_OBJECT_LOCK (self);
      g_value_set_string (value, self->device);
      GST_OBJECT_UNLOCK (self);
      break;
    case PROP_CONNECTOR:
      GST_OBJECT_LOCK (self);
      g_value_set_string (value, self->connector);
      GST_OBJECT_UNLOCK (self);
      break;
    case PROP_STATS:
      g_value_take_boxed (value, gst_dmabuf_sink_get_stats (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_dmabuf_sink_finalize (GObject *object)
{
  GstDmabufSink *self = GST_DMABUF_SINK (object);

  g_free (self->device);
  g_free (self->connector);
  G_OBJECT_CLASS (gst_dmabuf_sink_parent_class)->finalize (object);
}

static void
gst_dmabuf_sink_init (GstDmabufSink *self)
{
  gst_video_info_init (&self->info);
}

/* After the parent, which has defaults of its own for the same. */
static void
gst_dmabuf_sink_constructed (GObject *object)
{
  G_OBJECT_CLASS (gst_dmabuf_sink_parent_class)->constructed (object);
  gst_base_sink_set_max_lateness (GST_BASE_SINK (object), MAX_LATENESS);
  /* Handing a frame to the display takes no time worth waiting for. */
  gst_base_sink_set_processing_deadline (GST_BASE_SINK (object), 0);
}

static void
gst_dmabuf_sink_install_properties (GObjectClass *klass)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  properties[PROP_DEVICE] = g_param_spec_string ("device", "Device",
      "Path of the display card, such as /dev/dri/card0, or the name of its "
      "driver; none means the first with something connected; read when "
      "leaving "
      "NULL (default: none)",
      NULL, flags);
  properties[PROP_CONNECTOR] = g_param_spec_string ("connector", "Connector",
      "Name of the connector, such as HDMI-A-1; none means one that is lit, "
      "else the first connected; read when leaving NULL (default: none)",
      NULL, flags);
  properties[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "Counts since the start: frames shown, dropped (late, or replaced by a "
      "newer one before their turn), copies (frames) and bytes-copied by the "
      "CPU, imports (framebuffers made), latency-median and latency-p99 (from "
      "capture to flip, in nanoseconds, to 0.1 ms), the path taken, and those "
      "of every sink",
      GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (klass, N_PROPERTIES, properties);
}

static void
gst_dmabuf_sink_class_init (GstDmabufSinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *sink_class = GST_BASE_SINK_CLASS (klass);
  GstCaps *caps = gst_zc_caps_template ();

  GST_DEBUG_CATEGORY_INIT (
      gst_dmabuf_sink_debug, "dmabufsink", 0, "zero-copy KMS display");

  object_class->set_property = gst_dmabuf_sink_set_property;
  object_class->get_property = gst_dmabuf_sink_get_property;
  object_class->finalize = gst_dmabuf_sink_finalize;
  object_class->constructed = gst_dmabuf_sink_constructed;
  gst_dmabuf_sink_install_properties (object_class);

  gst_element_class_set_static_metadata (element_class, "KMS dma-buf sink",
      "Sink/Video/Hardware",
      "Shows video on a display through atomic KMS, without a copy",
      "The gst-dmabuf developers");
  gst_element_class_add_pad_template (element_class,
      gst_pad_template_new ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, caps));
  gst_caps_unref (caps);

  element_class->change_state = gst_dmabuf_sink_change_state;

  sink_class->get_caps = gst_dmabuf_sink_get_caps;
  sink_class->propose_allocation = gst_dmabuf_sink_propose_allocation;
  sink_class->event = gst_dmabuf_sink_event;
  sink_class->preroll = gst_dmabuf_sink_preroll;
  sink_class->start = gst_dmabuf_sink_start;
  sink_class->stop = gst_dmabuf_sink_stop;
  GST_VIDEO_SINK_CLASS (klass)->set_info = gst_dmabuf_sink_set_info;
  GST_VIDEO_SINK_CLASS (klass)->show_frame = gst_dmabuf_sink_show_frame;
}
