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
 * frame goes back to its producer at the flip that takes it off the screen, or
 * with early-release one refresh before that, with a fence until the flip: only
 * producers that wait for the fences of dma-bufs may be given it so.
 *
 * Frames may come while a device such as a GPU still draws them, with a fence
 * in their dma-bufs. They are shown when that is signalled; frames of other
 * sinks on the display do not wait for it. A fence that takes longer than a
 * second is a warning, which says whose it is.
 *
 * ## The picture
 *
 * The picture is scaled to the mode that is set, keeping its aspect ratio; if
 * no plane can scale, the mode of exactly its size is set; else it is centred.
 * A part of the screen can be had with #dmabufsink:render-rectangle or by
 * #GstVideoOverlay; planes turn the picture (#dmabufsink:rotate-method), cut it
 * (#GstVideoCropMeta) and blend it (#dmabufsink:alpha) if they can.
 *
 * What the display cannot do is left out and told: by a warning on the bus,
 * once, and in #dmabufsink:stats ("refused"). So is a turn by
 * `rotate-method=custom`, which does not say what is to be done. A rectangle or
 * a mode that cannot be had while playing or paused leaves the picture as it
 * is; one that cannot be had when the stream begins is an error.
 *
 * Text that comes beside the picture (textoverlay, clockoverlay, subtitles) is
 * shown on a plane of its own.
 *
 * #dmabufsink:copy-policy at forbid makes frames that would have to be copied,
 * for want of memory that the display can scan out or of a plane for text, an
 * error with the reason. How frames come is told by the element message
 * "zerocopy" too. Producers that ask whether their memory will do
 * (`GstZcImportQuery`) are answered by an import and a test of a commit.
 *
 * ## Modes
 *
 * #dmabufsink:mode chooses another mode of the monitor. What it has is listed
 * by the error message if the mode that was asked for is not there. `match`
 * takes the size of the video, else the smallest that holds it; then the
 * refresh of which each frame gets as many as the next; then progressive before
 * interlaced modes. Rates of interlaced modes (`1920x1080i@50`) are those of
 * fields, so `match` may take one for 25 frames a second; a size without "i" is
 * always progressive. In such a mode the display takes the lines of each field
 * from the frame that is shown then. Fields of interlaced video are not timed
 * by those of the display.
 *
 * ## Interlaced video
 *
 * Frames of both fields (`interlace-mode` interleaved or mixed) are shown
 * woven, both fields at once: planes do not deinterlace. #dmabufsink:stats says
 * so ("fields"), and the log. Put `deinterlace`, or a decoder or converter that
 * does it, before the sink. Fields that come one by one (alternate, fields) are
 * not negotiated.
 *
 * ## Displays and who has them
 *
 * Several sinks of a process may show on one display, each in its rectangle:
 * what they have ready is shown by one commit at each refresh. When the last
 * of them stops, the display is put back as it was found. A program that is
 * killed cannot do that: the kernel takes its pictures away, which leaves the
 * display dark or black (a text console returns), and the next can use it.
 * Colours and variable refresh of the display are those of the sink that was
 * there first; when it goes, those of the next.
 *
 * A monitor may be unplugged and another plugged in
 * (#dmabufsink:on-disconnect), and the console switched, if the card was opened
 * through a seat (#dmabufsink:seat). HDR10, HLG and wide gamut reach monitors
 * that have them by what caps say (colorimetry, mastering-display-info,
 * content-light-level), and end with the stream.
 *
 * ## Input
 *
 * A display has no input of its own. Applications that have (a mouse, a touch
 * screen, a remote control) send it with #GstNavigation in pixels of the
 * screen; upstream gets it in those of the video. What nobody there takes comes
 * back on the bus.
 *
 * ## Statistics
 *
 * #dmabufsink:stats counts from the start of the stream:
 *
 * * frames: that were on the screen
 * * dropped: frames that were not: too late, or replaced by a newer one before
 *   their turn
 * * copies, bytes-copied: frames that the CPU copied, and how much that was
 * * copy-reason: why, "none" if there are none
 * * imports: framebuffers that were made
 * * early: frames that were given back before their flip, with a fence
 * * fenced: frames that came before the device that draws them had done so
 * * texts: pictures of text that were drawn for a plane
 * * blends, bytes-blended: frames that the CPU drew text into for want of a
 *   plane, and how much that was
 * * latency-median, latency-p99: from capture to flip, in nanoseconds, to
 *   0.1 ms; 0 if that is not known
 * * path: how frames come to the display: scanout-pool (drawn into the sink's
 *   memory), dmabuf-import or copy
 * * fields: "woven" of interlaced video, else "none"
 * * monitor: the connector and, if it says who it is, what is plugged in:
 *   "HDMI-A-1 (HP 27 QD)"
 * * mode: such as "1920x1080\@59.94"
 * * refused: what the display could not do of what it was asked for, or "none"
 * * rendered, average-rate: of every sink, see #GstBaseSink:stats
 *
 * ## Examples
 *
 * |[
 * gst-launch-1.0 dmabufsrc ! dmabufsink
 * gst-launch-1.0 videotestsrc ! dmabufsink connector=HDMI-A-1
 * gst-launch-1.0 videotestsrc ! clockoverlay ! dmabufsink mode=1920x1080@60
 * gst-launch-1.0 dmabufsrc ! dmabufsink render-rectangle="<0,0,640,480>" \
 *     dmabufsrc device=/dev/video1 ! \
 *     dmabufsink render-rectangle="<640,0,640,480>"
 * ]|
 */

#include "gstdmabufsink.h"

#include "gstdmabufsink-private.h"
#include "gstdmabufsinkcaps.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/allocators/gstzcimportquery.h"

#include <drm_fourcc.h>
#include <errno.h>

GST_DEBUG_CATEGORY (gst_dmabuf_sink_debug);
#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

typedef struct {
  GstVideoSinkClass parent;
} GstDmabufSinkClass;

static GType gst_dmabuf_sink_get_type (void);
static void gst_dmabuf_sink_overlay_iface_init (
    GstVideoOverlayInterface *iface);
G_DEFINE_TYPE_WITH_CODE (GstDmabufSink, gst_dmabuf_sink, GST_TYPE_VIDEO_SINK,
    G_IMPLEMENT_INTERFACE (
        GST_TYPE_VIDEO_OVERLAY, gst_dmabuf_sink_overlay_iface_init)
        G_IMPLEMENT_INTERFACE (
            GST_TYPE_NAVIGATION, gst_dmabuf_sink_navigation_iface_init))

GST_ELEMENT_REGISTER_DEFINE (
    dmabufsink, "dmabufsink", GST_RANK_NONE, gst_dmabuf_sink_get_type ())

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

/* Both fields of a frame are shown at once: planes do not deinterlace. */
static void
note_fields (GstDmabufSink *self)
{
  gboolean is_woven = GST_VIDEO_INFO_IS_INTERLACED (&self->info);

  GST_OBJECT_LOCK (self);
  self->stats.is_woven = is_woven;
  GST_OBJECT_UNLOCK (self);
  if (is_woven)
    GST_WARNING_OBJECT (self, "interlaced frames are shown woven, both fields "
                              "at once: a deinterlacer "
                              "before the sink makes frames of them");
}

static gboolean
gst_dmabuf_sink_set_info (
    GstVideoSink *sink, GstCaps *caps, const GstVideoInfo *info)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);

  (void) info;
  if (!gst_zc_caps_parse (caps, &self->info, &self->fourcc, &self->modifier))
    return FALSE;
  note_fields (self);
  gst_dmabuf_sink_color_init (&self->color, &self->info, caps);
  gst_dmabuf_sink_copier_setup (&self->copier, self->screen->card, &self->info);
  gst_dmabuf_sink_overlay_setup (&self->overlay, self->screen->card->heap,
      GST_VIDEO_INFO_WIDTH (&self->info), GST_VIDEO_INFO_HEIGHT (&self->info));
  self->text_is_drawn = FALSE;
  self->announced = NULL;
  self->place = TRUE;
  return gst_dmabuf_sink_prepare (self);
}

/* What is on the screen, being flipped to, and waiting. */
static guint
count_held (GstDmabufSink *self)
{
  guint waiting;

  GST_OBJECT_LOCK (self);
  waiting = gst_dmabuf_sink_screen_waiting (self->settings.present_mode);
  GST_OBJECT_UNLOCK (self);
  return 2 + waiting;
}

static gboolean
gst_dmabuf_sink_propose_allocation (GstBaseSink *sink, GstQuery *query)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);
  guint held = count_held (self);
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
      !gst_dmabuf_sink_screen_propose (self->screen, query, held)) {
    gst_query_add_allocation_pool (
        query, NULL, GST_VIDEO_INFO_SIZE (&info), held, 0);
    gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  }
  gst_query_add_allocation_meta (query, GST_VIDEO_CROP_META_API_TYPE, NULL);
  gst_query_add_allocation_meta (
      query, GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, NULL);
  return TRUE;
}

/* --- start and stop ---------------------------------------------------- */

static GstStructure *
gst_dmabuf_sink_get_stats (GstDmabufSink *self)
{
  GstStructure *s = gst_base_sink_get_stats (GST_BASE_SINK (self));

  GST_OBJECT_LOCK (self);
  gst_dmabuf_sink_stats_write (&self->stats, s);
  GST_OBJECT_UNLOCK (self);
  return s;
}

static GstDmabufSinkSettings
copy_settings (GstDmabufSink *self)
{
  GstDmabufSinkSettings copy;

  GST_OBJECT_LOCK (self);
  copy = self->settings;
  copy.device = g_strdup (copy.device);
  copy.connector = g_strdup (copy.connector);
  copy.mode = g_strdup (copy.mode);
  GST_OBJECT_UNLOCK (self);
  return copy;
}

static gboolean
open_screen (GstDmabufSink *self)
{
  GstDmabufSinkSettings settings = copy_settings (self);
  GstDmabufSinkScreen *screen;
  gint error, seat_error;

  screen = gst_dmabuf_sink_screen_open (
      &settings, &self->card_path, &error, &seat_error);
  g_mutex_lock (&self->screen_lock);
  self->screen = screen;
  if (screen)
    self->fbs = gst_dmabuf_sink_fbs_new (screen->card);
  g_mutex_unlock (&self->screen_lock);
  if (!screen) {
    if (seat_error < 0 && settings.seat == ZC_KMS_ACCESS_SEAT)
      gst_dmabuf_sink_error_seat (
          GST_ELEMENT (self), self->card_path, seat_error);
    else
      gst_dmabuf_sink_error_open (GST_ELEMENT (self), self->card_path,
          settings.device, settings.connector, error, seat_error);
    g_clear_pointer (&self->card_path, g_free);
  }
  gst_dmabuf_sink_settings_clear (&settings);
  return screen != NULL;
}

static gboolean
gst_dmabuf_sink_start (GstBaseSink *sink)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);
  gchar name[ZC_KMS_OUTPUT_NAME_SIZE];
  GstCaps *caps;

  if (!open_screen (self))
    return FALSE;
  caps = gst_dmabuf_sink_caps_of (
      self->screen->output, self->screen->can_scale);
  GST_INFO_OBJECT (self, "%s (driver %s), connector %s, planes %s scale",
      self->card_path, self->screen->card->device->driver,
      zc_kms_output_describe (self->screen->output, name, sizeof (name)),
      self->screen->can_scale ? "can" : "cannot");

  GST_OBJECT_LOCK (self);
  self->caps = caps;
  GST_OBJECT_UNLOCK (self);
  gst_dmabuf_sink_listen_to_seat (self);
  gst_dmabuf_sink_plug_start (&self->plug, self->screen->output,
      self->card_path, gst_dmabuf_sink_plugged, self);
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
  gst_dmabuf_sink_overlay_clear (&self->overlay);
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

  gst_dmabuf_sink_plug_stop (&self->plug);
  gst_dmabuf_sink_leave_seat (self);
  GST_OBJECT_LOCK (self);
  gst_clear_caps (&self->caps);
  GST_OBJECT_UNLOCK (self);
  g_mutex_lock (&self->screen_lock);
  g_clear_pointer (&self->screen, gst_dmabuf_sink_screen_close);
  g_clear_pointer (&self->fbs, gst_dmabuf_sink_fbs_close);
  g_mutex_unlock (&self->screen_lock);
  g_clear_pointer (&self->card_path, g_free);
  return TRUE;
}

static void
read_orientation (GstDmabufSink *self, GstEvent *event)
{
  GstVideoOrientationMethod method;
  gboolean is_auto;
  GstTagList *tags;

  gst_event_parse_tag (event, &tags);
  if (!gst_video_orientation_from_tag (tags, &method))
    return;
  GST_OBJECT_LOCK (self);
  self->settings.tagged = method;
  self->told_kept = FALSE;
  is_auto = self->settings.rotate_method == GST_VIDEO_ORIENTATION_AUTO;
  GST_OBJECT_UNLOCK (self);
  if (is_auto)
    gst_dmabuf_sink_restyle (self);
}

/* Nothing from before a flush appears after it. */
static void
forget_waiting (GstDmabufSink *self)
{
  g_mutex_lock (&self->screen_lock);
  if (self->screen)
    gst_dmabuf_sink_screen_flush (self->screen);
  g_mutex_unlock (&self->screen_lock);
}

static void
wait_for_last (GstDmabufSink *self)
{
  gint ret = zc_kms_layer_drain (self->screen->layer);

  if (ret < 0)
    GST_WARNING_OBJECT (self, "the last frame was not shown within a second");
}

static gboolean
gst_dmabuf_sink_event (GstBaseSink *sink, GstEvent *event)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_FLUSH_START:
      forget_waiting (self);
      break;
    case GST_EVENT_FLUSH_STOP:
      /* and what was on its way when it began */
      forget_waiting (self);
      self->prerolled = FALSE;
      break;
    case GST_EVENT_TAG:
      read_orientation (self, event);
      break;
    case GST_EVENT_EOS:
      /* whoever stops at the end has seen the last frame */
      wait_for_last (self);
      break;
    default:
      break;
  }
  return GST_BASE_SINK_CLASS (gst_dmabuf_sink_parent_class)
      ->event (sink, event);
}

/* Upstream wants its memory back, to free it: what is on the screen stays there
 * without. Base class would keep a copy of it as the last sample. */
static gboolean
drain (GstDmabufSink *self)
{
  GstBaseSink *sink = GST_BASE_SINK (self);

  if (gst_base_sink_is_last_sample_enabled (sink)) {
    gst_base_sink_set_last_sample_enabled (sink, FALSE);
    gst_base_sink_set_last_sample_enabled (sink, TRUE);
  }
  if (self->screen && self->screen->layer) {
    wait_for_last (self);
    zc_kms_layer_let_go (self->screen->layer);
  }
  return TRUE;
}

static void
answer_accept_caps (GstBaseSink *sink, GstQuery *query)
{
  g_autoptr (GstCaps) offered = gst_dmabuf_sink_get_caps (sink, NULL);
  GstCaps *caps;

  gst_query_parse_accept_caps (query, &caps);
  gst_query_set_accept_caps_result (
      query, gst_dmabuf_sink_caps_accept (offered, caps));
}

static gboolean
gst_dmabuf_sink_query (GstBaseSink *sink, GstQuery *query)
{
  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_DRAIN:
      return drain (GST_DMABUF_SINK (sink));
    case GST_QUERY_ACCEPT_CAPS:
      answer_accept_caps (sink, query);
      return TRUE;
    case GST_QUERY_CUSTOM:
      if (gst_zc_import_query_parse (query, NULL, NULL)) {
        gst_dmabuf_sink_answer_import (GST_DMABUF_SINK (sink), query);
        return FALSE; /* as that question is answered */
      }
      break;
    default:
      break;
  }
  return GST_BASE_SINK_CLASS (gst_dmabuf_sink_parent_class)
      ->query (sink, query);
}

/* A producer that is interrupted must not wait for memory to copy into, nor for
 * a monitor, nor for a device that draws. */
static gboolean
gst_dmabuf_sink_unlock (GstBaseSink *sink)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);

  gst_dmabuf_sink_copier_set_flushing (&self->copier, TRUE);
  gst_dmabuf_sink_plug_interrupt (&self->plug, TRUE);
  gst_poll_set_flushing (self->drawn, TRUE);
  return TRUE;
}

static gboolean
gst_dmabuf_sink_unlock_stop (GstBaseSink *sink)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);

  gst_dmabuf_sink_copier_set_flushing (&self->copier, FALSE);
  gst_dmabuf_sink_plug_interrupt (&self->plug, FALSE);
  gst_poll_set_flushing (self->drawn, FALSE);
  return TRUE;
}

/* Takes the screen. */
static gboolean
begin (GstDmabufSink *self)
{
  const struct zc_kms_layer_events *events;
  GstDmabufSinkPresentMode mode;
  gint ret;

  GST_OBJECT_LOCK (self);
  self->stats = (GstDmabufSinkStats) { 0 };
  self->flip_late_ns = 0;
  self->told_kept = FALSE;
  self->settings.tagged = GST_VIDEO_ORIENTATION_IDENTITY;
  mode = self->settings.present_mode;
  events = self->settings.early_release ? &gst_dmabuf_sink_early_events
                                        : &gst_dmabuf_sink_frame_events;
  self->refuses_fences = FALSE;
  GST_OBJECT_UNLOCK (self);
  self->place = TRUE;
  self->prerolled = self->told_late = self->told_refusal = FALSE;
  self->last_shown_ns = 0;
  ret = gst_dmabuf_sink_screen_activate (self->screen, mode, events, self);
  if (ret < 0)
    gst_dmabuf_sink_error_open (
        GST_ELEMENT (self), self->card_path, NULL, NULL, ret, 0);
  return ret == 0;
}

static GstStateChangeReturn
gst_dmabuf_sink_change_state (GstElement *element, GstStateChange transition)
{
  GstDmabufSink *self = GST_DMABUF_SINK (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !begin (self))
    return GST_STATE_CHANGE_FAILURE;
  /* Who fails to preroll is sent from READY to NULL; on that way the base
   * class, too, would keep what it gives back between PAUSED and READY. */
  if (transition == GST_STATE_CHANGE_READY_TO_NULL && self->screen &&
      self->screen->layer)
    gst_dmabuf_sink_change_state (element, GST_STATE_CHANGE_PAUSED_TO_READY);
  ret = GST_ELEMENT_CLASS (gst_dmabuf_sink_parent_class)
            ->change_state (element, transition);
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
  gboolean known;

  GST_OBJECT_LOCK (self);
  known = gst_dmabuf_sink_settings_set (&self->settings, id, value);
  self->told_kept = FALSE;
  GST_OBJECT_UNLOCK (self);
  if (known) {
    if (id >= GST_DMABUF_SINK_PROP_MODE)
      gst_dmabuf_sink_restyle (self);
  } else if (!gst_video_overlay_set_property (
                 object, GST_DMABUF_SINK_PROP_LAST, id, value)) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_dmabuf_sink_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstDmabufSink *self = GST_DMABUF_SINK (object);
  gboolean known;

  if (id == GST_DMABUF_SINK_PROP_STATS) {
    g_value_take_boxed (value, gst_dmabuf_sink_get_stats (self));
    return;
  }
  GST_OBJECT_LOCK (self);
  known = gst_dmabuf_sink_settings_get (&self->settings, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* --- GstVideoOverlay --------------------------------------------------- */

static void
gst_dmabuf_sink_set_render_rectangle (
    GstVideoOverlay *overlay, gint x, gint y, gint width, gint height)
{
  GstDmabufSink *self = GST_DMABUF_SINK (overlay);

  GST_OBJECT_LOCK (self);
  self->settings.style.render = (GstVideoRectangle) { x, y, width, height };
  self->told_kept = FALSE;
  GST_OBJECT_UNLOCK (self);
  gst_dmabuf_sink_restyle (self);
}

/* The display keeps the picture by itself. */
static void
gst_dmabuf_sink_expose (GstVideoOverlay *overlay)
{
  gst_dmabuf_sink_restyle (GST_DMABUF_SINK (overlay));
}

/* There are no windows, but applications set one before they ask. */
static void
gst_dmabuf_sink_set_window_handle (GstVideoOverlay *overlay, guintptr handle)
{
  (void) overlay;
  (void) handle;
}

static void
gst_dmabuf_sink_overlay_iface_init (GstVideoOverlayInterface *iface)
{
  iface->set_render_rectangle = gst_dmabuf_sink_set_render_rectangle;
  iface->expose = gst_dmabuf_sink_expose;
  iface->set_window_handle = gst_dmabuf_sink_set_window_handle;
}

/* --- class ------------------------------------------------------------- */

static void
gst_dmabuf_sink_finalize (GObject *object)
{
  GstDmabufSink *self = GST_DMABUF_SINK (object);

  gst_dmabuf_sink_copier_finish (&self->copier);
  gst_dmabuf_sink_plug_clear (&self->plug);
  gst_poll_free (self->drawn);
  g_mutex_clear (&self->screen_lock);
  gst_dmabuf_sink_settings_clear (&self->settings);
  G_OBJECT_CLASS (gst_dmabuf_sink_parent_class)->finalize (object);
}

static void
gst_dmabuf_sink_init (GstDmabufSink *self)
{
  gst_dmabuf_sink_settings_init (&self->settings);
  gst_dmabuf_sink_copier_init (&self->copier);
  gst_dmabuf_sink_plug_init (&self->plug);
  self->drawn = gst_poll_new (TRUE);
  g_mutex_init (&self->screen_lock);
  gst_video_info_init (&self->info);
}

/* After the parent, which has defaults of its own for the same. What is late,
 * and who is told, is our own business. */
static void
gst_dmabuf_sink_constructed (GObject *object)
{
  G_OBJECT_CLASS (gst_dmabuf_sink_parent_class)->constructed (object);
  gst_base_sink_set_max_lateness (GST_BASE_SINK (object), -1);
  gst_base_sink_set_qos_enabled (GST_BASE_SINK (object), FALSE);
  /* Handing a frame to the display takes no time worth waiting for. */
  gst_base_sink_set_processing_deadline (GST_BASE_SINK (object), 0);
}

static void
gst_dmabuf_sink_class_init (GstDmabufSinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *sink_class = GST_BASE_SINK_CLASS (klass);
  GstCaps *caps = gst_dmabuf_sink_caps_template ();

  GST_DEBUG_CATEGORY_INIT (
      gst_dmabuf_sink_debug, "dmabufsink", 0, "zero-copy KMS display");

  object_class->set_property = gst_dmabuf_sink_set_property;
  object_class->get_property = gst_dmabuf_sink_get_property;
  object_class->finalize = gst_dmabuf_sink_finalize;
  object_class->constructed = gst_dmabuf_sink_constructed;
  gst_dmabuf_sink_settings_install (object_class);
  gst_video_overlay_install_properties (
      object_class, GST_DMABUF_SINK_PROP_LAST);

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
  sink_class->query = gst_dmabuf_sink_query;
  sink_class->preroll = gst_dmabuf_sink_preroll;
  sink_class->start = gst_dmabuf_sink_start;
  sink_class->stop = gst_dmabuf_sink_stop;
  sink_class->unlock = gst_dmabuf_sink_unlock;
  sink_class->unlock_stop = gst_dmabuf_sink_unlock_stop;
  GST_VIDEO_SINK_CLASS (klass)->set_info = gst_dmabuf_sink_set_info;
  GST_VIDEO_SINK_CLASS (klass)->show_frame = gst_dmabuf_sink_show_frame;
}
