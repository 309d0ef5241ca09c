/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-dmabufsrc
 * @title: dmabufsrc
 * @short_description: captures from V4L2 devices without a copy
 *
 * dmabufsrc captures video from a V4L2 device without a copy: displays and
 * encoders read what the camera wrote. Downstream that knows DMABuf caps gets
 * dma-bufs; system memory caps are offered too, for who reads with the CPU.
 *
 * ## Memory
 *
 * With #dmabufsrc:io-mode at auto, the camera writes into downstream's own
 * buffers where it can: scanout memory of a display, the input of an encoder.
 * Else devices get the driver's memory, exported once and used again and again,
 * and the CPU gets plain pages or memory of the driver that it caches. Each way
 * is tried with a real buffer. The fields "path" and "refused" of
 * #dmabufsrc:stats tell which one was taken, and why the others were not; so
 * does the element message "zerocopy". A mode that is set is the only one
 * tried.
 *
 * Before the first frame all that is downstream, behind tees and queues too, is
 * asked whether it can take such memory (`GstZcImportQuery`, which elements of
 * this project answer by trying). If one cannot, the next way is tried; if
 * there is none that all take, the one is used that most take, and the others
 * copy. With #dmabufsrc:copy-policy at forbid that is an error.
 *
 * An encoder that works in whole blocks has lines below the picture: 1088 for
 * 1080. Devices that can put the picture into a part of a larger buffer
 * (compose) capture into such memory, and caps stay as they are. A webcam often
 * cannot: "refused" says so, and the encoder copies.
 *
 * What only libv4l2 can make of the driver's formats is converted by the CPU,
 * with a warning, if downstream takes nothing else.
 *
 * ## What is chosen
 *
 * Of what the device and downstream both can, dma-bufs come first, then raw
 * video in system memory, then coded video: JPEG, H.264 and others, and the
 * mosaics of sensors (Bayer). Within the first of these that is possible, the
 * largest picture is chosen, then the fastest rate of that size, then what the
 * driver lists first. A driver that scales to any size has the size that is set
 * now, which for receivers is that of the signal; where downstream fixes the
 * width or the height alone, the other one keeps the shape. To have a fast
 * small picture, say so: `video/x-raw,framerate=60/1`.
 *
 * ## Signals
 *
 * Timings and standard of a signal are detected and followed: when they change,
 * the caps are negotiated anew. A signal that is lost is a warning on the bus,
 * one that is back an information message; meanwhile the device may deliver
 * noise or a test picture. The field "signal" of #dmabufsrc:stats tells how it
 * is.
 *
 * #dmabufsrc:crop and #dmabufsrc:compose may change while frames flow. Devices
 * that cannot scale get other caps by it. What lies outside of the part that
 * is composed is as the device leaves it.
 *
 * ## Cameras that are unplugged
 *
 * #dmabufsrc:on-disconnect says what happens then: an error; the end of the
 * stream, with a warning; or a wait for the same camera, which a warning and,
 * when it is back, an information message tell of. The same is what has the
 * same card name at the same place on the bus, whatever its node is called
 * then; another one of the kind at that place is known by its serial number.
 * Properties are set again and the caps negotiated anew, times go on rising,
 * and the first frame is a #GST_BUFFER_FLAG_DISCONT. Pausing, flushing and
 * stopping work meanwhile.
 *
 * |[
 * gst-launch-1.0 dmabufsrc on-disconnect=wait ! dmabufsink
 * ]|
 *
 * ## Fields, colours, pixels
 *
 * Interlaced video comes as whole frames (`interlace-mode=interleaved`) with
 * the order of fields in the caps and on each buffer, or, for a peer that asks
 * for `video/x-raw(format:Interlaced)`, as one field a buffer
 * (`interlace-mode=alternate`). Drivers that deliver one field alone for each
 * frame, or two fields one behind the other, cannot be used so: the log says
 * which.
 *
 * Colorimetry is what the driver says. Where downstream wants another and the
 * driver can convert, it is asked to; what it does not deliver is never in the
 * caps. The same holds for pixels that are not square
 * (`pixel-aspect-ratio`), as those of standard television are.
 *
 * A driver that keeps another frame rate than the one that was negotiated is a
 * warning message, and the durations of buffers are those of its rate.
 *
 * ## Controls
 *
 * The device's controls are set by the property "controls", before and while
 * frames flow. All go to the driver in one call, so that those which belong
 * together (an automatic and its manual value) change together. Names are those
 * of `v4l2-ctl -L`.
 *
 * |[
 * gst-launch-1.0 dmabufsrc \
 *     controls="controls,brightness=100,auto_exposure=manual_mode" !
 *     dmabufsink
 * ]|
 *
 * Numbers of any width, booleans, texts and bitmasks are written as in any
 * #GstStructure. An entry of a menu is named by its text, in which neither case
 * nor punctuation matters, or by its index; one of a menu of integers by its
 * integer as a text, `(string)13`, or by its index. Arrays are `<1,2,3>`.
 * Buttons are pressed by `true`, each time that the property is set.
 *
 * What the device does not have or cannot take is left out, and the rest is
 * set. A warning message says what, and what there is instead:
 * `controls="c,help=1"` lists the names. What is not named stays as it is.
 * Programs that make dialogues of controls find all there is to know in
 * "device-controls"; brightness, contrast, saturation and hue are channels of
 * #GstColorBalance too.
 *
 * ## Statistics
 *
 * #dmabufsrc:stats counts from the start of the stream:
 *
 * * frames: that were captured
 * * dropped: lost before they could be captured
 * * broken: marked so by the driver
 * * copies, bytes-copied: frames that the CPU copied, and how much that was
 * * stamps: of what frames have their time: start-of-exposure, end-of-frame or
 *   arrival
 * * bad-stamps: frames whose stamp was not believed
 * * buffers: how many there are now
 * * attachments: how often the driver was given memory that it did not know
 * * starved: how often it had no buffer to fill
 * * left-out: buffers of others that the driver refuses now
 * * path, refused: the way of frames that was taken, and those that were tried
 *   before it, and why not
 * * signal: ok, none, no-lock, out-of-range or unknown
 * * state: connected or waiting
 * * reconnections: how often the device came back
 *
 * ## Examples
 *
 * |[
 * gst-launch-1.0 dmabufsrc ! dmabufsink
 * gst-launch-1.0 dmabufsrc device=/dev/video2 ! video/x-raw,width=640 !
 * fakesink
 * gst-launch-1.0 dmabufsrc device=usb-0000:00:14.0-1 ! dmabufsink
 * gst-launch-1.0 uridecodebin uri=dmabufsrc:///dev/video0 ! autovideosink
 * gst-launch-1.0 dmabufsrc input=1 crop=0,0,640,360 ! dmabufsink
 * ]|
 *
 * The property `device` takes paths, and names that stay when cameras are
 * plugged in another order; `dmabufsrc://` URIs name them too: the path after
 * it, or a percent-encoded name, or nothing for the first camera. An
 * application that may not open devices passes an open descriptor by
 * `device-fd`.
 */

#include "gstdmabufsrc.h"

#include "gstdmabufsrc-private.h"
#include "gstdmabufsrccontrols.h"
#include "gstdmabufsrcuri.h"

GST_DEBUG_CATEGORY (gst_dmabuf_src_debug);
#define GST_CAT_DEFAULT gst_dmabuf_src_debug

enum {
  PROP_0,
  PROP_CONTROLS,
  PROP_DEVICE,
  PROP_DEVICE_CONTROLS,
  PROP_DEVICE_FD,
  PROP_IO_MODE,
  PROP_MIN_BUFFERS,
  PROP_MAX_BUFFERS,
  PROP_ON_ERROR,
  PROP_COPY_POLICY,
  PROP_ON_DISCONNECT,
  PROP_INPUT,
  PROP_NORM,
  PROP_CROP,
  PROP_COMPOSE,
  PROP_STATS,
  N_PROPERTIES
};

#define DEFAULT_IO_MODE GST_DMABUF_SRC_IO_MODE_AUTO
#define DEFAULT_MIN_BUFFERS 0
#define DEFAULT_MAX_BUFFERS 32
#define MOST_BUFFERS 1024
#define DEFAULT_ON_ERROR GST_DMABUF_SRC_ON_ERROR_SKIP

static GParamSpec *properties[N_PROPERTIES];

static GType gst_dmabuf_src_get_type (void);
G_DEFINE_TYPE_WITH_CODE (GstDmabufSrc, gst_dmabuf_src, GST_TYPE_PUSH_SRC,
    G_IMPLEMENT_INTERFACE (
        GST_TYPE_COLOR_BALANCE, gst_dmabuf_src_balance_interface_init)
        G_IMPLEMENT_INTERFACE (
            GST_TYPE_URI_HANDLER, gst_dmabuf_src_uri_handler_init))

GST_ELEMENT_REGISTER_DEFINE (
    dmabufsrc, "dmabufsrc", GST_RANK_NONE, gst_dmabuf_src_get_type ())

#define GST_TYPE_DMABUF_SRC_ON_ERROR (gst_dmabuf_src_on_error_get_type ())
static GType
gst_dmabuf_src_on_error_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_DMABUF_SRC_ON_ERROR_SKIP, "Leave the frame out", "skip" },
    { GST_DMABUF_SRC_ON_ERROR_FLAG, "Pass it on, flagged as corrupted",
        "flag" },
    { GST_DMABUF_SRC_ON_ERROR_STOP, "Stop with an error", "stop" },
    { 0, NULL, NULL },
  };
  static GType type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_enum_register_static ("GstDmabufSrcOnError", values));
  return type;
}

/* A pause need not end the wait for a frame, which is dropped or found stale
 * then. Told that it was flushed, the base class would pause its task for good
 * if it is played again at that moment. */
static gboolean
gst_dmabuf_src_unlock (GstBaseSrc *src)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);

  if (g_atomic_pointer_get (&self->pausing) != g_thread_self ())
    gst_dmabuf_src_set_flushing (self, TRUE);
  return TRUE;
}

static gboolean
gst_dmabuf_src_unlock_stop (GstBaseSrc *src)
{
  gst_dmabuf_src_set_flushing (GST_DMABUF_SRC (src), FALSE);
  return TRUE;
}

/* With the object lock held. */
static const gchar *
path_of (GstDmabufSrc *self)
{
  if (!self->stream)
    return "none";
  if (self->stats.copies > self->copies_before)
    return "copy";
  return self->stream->path;
}

static GstStructure *
gst_dmabuf_src_get_stats (GstDmabufSrc *self)
{
  GstZcV4l2Counts now = { 0 };
  guint64 left_out = 0;
  GstDmabufSrcStats *stats = &self->stats;
  GstStructure *s;

  GST_OBJECT_LOCK (self);
  if (self->stream)
    gst_zc_v4l2_slots_get_counts (self->stream->slots, &now);
  if (self->stream)
    left_out = gst_dmabuf_src_stream_get_left_out (self->stream);
  s = gst_structure_new ("dmabufsrc-stats", "frames", G_TYPE_UINT64,
      stats->frames, "dropped", G_TYPE_UINT64, stats->dropped, "broken",
      G_TYPE_UINT64, stats->broken, "copies", G_TYPE_UINT64, stats->copies,
      "bytes-copied", G_TYPE_UINT64, stats->bytes_copied, "bad-stamps",
      G_TYPE_UINT64, stats->bad_stamps, "stamps", G_TYPE_STRING,
      gst_dmabuf_src_get_stamp_name (self->buffer_flags), "buffers",
      G_TYPE_UINT, now.slots, "attachments", G_TYPE_UINT64,
      stats->slots.attached + now.attached, "starved", G_TYPE_UINT64,
      stats->slots.starved + now.starved, "left-out", G_TYPE_UINT64, left_out,
      "path", G_TYPE_STRING, path_of (self), "refused", G_TYPE_STRING,
      self->refused ? self->refused : "", "signal", G_TYPE_STRING,
      zc_v4l2_signal_name (self->input.signal), "state", G_TYPE_STRING,
      gst_dmabuf_src_reconnect_get_state (&self->reconnect), "reconnections",
      G_TYPE_UINT64, self->reconnect.count, NULL);
  GST_OBJECT_UNLOCK (self);
  return s;
}

static gboolean
gst_dmabuf_src_start (GstBaseSrc *src)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);

  GST_OBJECT_LOCK (self);
  self->stats = (GstDmabufSrcStats) { 0 };
  GST_OBJECT_UNLOCK (self);
  gst_dmabuf_src_reset_time (self);
  gst_dmabuf_src_reconnect_start (self);
  return TRUE;
}

static gboolean
gst_dmabuf_src_stop (GstBaseSrc *src)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  GstStructure *stats = gst_dmabuf_src_get_stats (self);

  GST_INFO_OBJECT (self, "stopped: %" GST_PTR_FORMAT, (void *) stats);
  gst_structure_free (stats);
  gst_dmabuf_src_take_stream (self, NULL);
  gst_dmabuf_src_reset_time (self);
  return TRUE;
}

static gboolean
gst_dmabuf_src_open (GstDmabufSrc *self)
{
  g_autofree gchar *name = NULL;
  gint fd;

  GST_OBJECT_LOCK (self);
  name = g_strdup (self->device_name);
  fd = self->device_fd;
  GST_OBJECT_UNLOCK (self);
  if (!gst_dmabuf_src_camera_open (&self->camera, GST_ELEMENT (self), name, fd))
    return FALSE;
  if (!gst_dmabuf_src_input_open (self)) {
    gst_dmabuf_src_camera_close (&self->camera);
    return FALSE;
  }
  gst_dmabuf_src_apply_controls (self);
  gst_dmabuf_src_reconnect_note (self, fd >= 0);
  return TRUE;
}

/* The real ones while the device is open, else what was set. */
static gchar *
gst_dmabuf_src_get_device (GstDmabufSrc *self)
{
  gchar *device = gst_dmabuf_src_camera_get_path (&self->camera);

  if (!device) {
    GST_OBJECT_LOCK (self);
    device = g_strdup (self->device_name);
    GST_OBJECT_UNLOCK (self);
  }
  return device;
}

static gint
gst_dmabuf_src_get_device_fd (GstDmabufSrc *self)
{
  gint fd = gst_dmabuf_src_camera_get_fd (&self->camera);

  if (fd < 0) {
    GST_OBJECT_LOCK (self);
    fd = self->device_fd;
    GST_OBJECT_UNLOCK (self);
  }
  return fd;
}

static GstStateChangeReturn
gst_dmabuf_src_change_state (GstElement *element, GstStateChange transition)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY &&
      !gst_dmabuf_src_open (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    gst_dmabuf_src_resume_time (self);
  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    g_atomic_pointer_set (&self->pausing, g_thread_self ());

  ret = GST_ELEMENT_CLASS (gst_dmabuf_src_parent_class)
            ->change_state (element, transition);

  g_atomic_pointer_set (&self->pausing, NULL);
  if (transition == GST_STATE_CHANGE_READY_TO_NULL)
    gst_dmabuf_src_camera_close (&self->camera);
  return ret;
}

static gboolean
gst_dmabuf_src_post_message (GstElement *element, GstMessage *message)
{
  if (gst_dmabuf_src_reconnect_hides (GST_DMABUF_SRC (element), message)) {
    gst_message_unref (message);
    return TRUE;
  }
  return GST_ELEMENT_CLASS (gst_dmabuf_src_parent_class)
      ->post_message (element, message);
}

static gboolean
gst_dmabuf_src_query (GstBaseSrc *src, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    return gst_dmabuf_src_answer_latency (GST_DMABUF_SRC (src), query);
  return GST_BASE_SRC_CLASS (gst_dmabuf_src_parent_class)->query (src, query);
}

static GstDmabufSrcRectangle
rectangle_of (guint id)
{
  return id == PROP_CROP ? GST_DMABUF_SRC_CROP : GST_DMABUF_SRC_COMPOSE;
}

/* No text is none, as it is in URIs and on command lines. */
static gchar *
dup_text (const GValue *value)
{
  const gchar *text = g_value_get_string (value);

  return text && text[0] ? g_strdup (text) : NULL;
}

/* What is only kept, for when it is wanted. */
static void
set_kept (GstDmabufSrc *self, guint id, const GValue *value, GParamSpec *pspec)
{
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_DEVICE:
      g_free (self->device_name);
      self->device_name = dup_text (value);
      break;
    case PROP_DEVICE_FD:
      self->device_fd = g_value_get_int (value);
      break;
    case PROP_INPUT:
      g_free (self->input.name);
      self->input.name = dup_text (value);
      break;
    case PROP_NORM:
      g_free (self->input.norm);
      self->input.norm = dup_text (value);
      break;
    case PROP_IO_MODE:
      self->io_mode = g_value_get_enum (value);
      break;
    case PROP_MIN_BUFFERS:
      self->min_buffers = g_value_get_uint (value);
      break;
    case PROP_MAX_BUFFERS:
      self->max_buffers = g_value_get_uint (value);
      break;
    case PROP_COPY_POLICY:
      self->copy_policy = g_value_get_enum (value);
      break;
    case PROP_ON_ERROR:
      self->on_error = g_value_get_enum (value);
      break;
    case PROP_ON_DISCONNECT:
      self->reconnect.mode = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (self, id, pspec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_dmabuf_src_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (object);

  switch (id) {
    case PROP_CONTROLS:
      gst_dmabuf_src_set_controls (self, gst_value_get_structure (value));
      break;
    case PROP_CROP:
    case PROP_COMPOSE:
      gst_dmabuf_src_crop_set (
          self, rectangle_of (id), g_value_get_string (value));
      break;
    default:
      set_kept (self, id, value, pspec);
  }
}

static void
get_kept (GstDmabufSrc *self, guint id, GValue *value, GParamSpec *pspec)
{
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_CONTROLS:
      gst_value_set_structure (value, self->controls);
      break;
    case PROP_INPUT:
      g_value_set_string (value, self->input.name);
      break;
    case PROP_NORM:
      g_value_set_string (value, self->input.norm);
      break;
    case PROP_IO_MODE:
      g_value_set_enum (value, self->io_mode);
      break;
    case PROP_MIN_BUFFERS:
      g_value_set_uint (value, self->min_buffers);
      break;
    case PROP_MAX_BUFFERS:
      g_value_set_uint (value, self->max_buffers);
      break;
    case PROP_COPY_POLICY:
      g_value_set_enum (value, self->copy_policy);
      break;
    case PROP_ON_ERROR:
      g_value_set_enum (value, self->on_error);
      break;
    case PROP_ON_DISCONNECT:
      g_value_set_enum (value, self->reconnect.mode);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (self, id, pspec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_dmabuf_src_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (object);

  switch (id) {
    case PROP_DEVICE_CONTROLS:
      g_value_take_boxed (value, gst_dmabuf_src_describe_controls (self));
      break;
    case PROP_DEVICE:
      g_value_take_string (value, gst_dmabuf_src_get_device (self));
      break;
    case PROP_DEVICE_FD:
      g_value_set_int (value, gst_dmabuf_src_get_device_fd (self));
      break;
    case PROP_STATS:
      g_value_take_boxed (value, gst_dmabuf_src_get_stats (self));
      break;
    case PROP_CROP:
    case PROP_COMPOSE:
      g_value_take_string (
          value, gst_dmabuf_src_crop_get (self, rectangle_of (id)));
      break;
    default:
      get_kept (self, id, value, pspec);
  }
}

static void
gst_dmabuf_src_finalize (GObject *object)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (object);

  g_free (self->device_name);
  g_free (self->refused);
  gst_clear_structure (&self->controls);
  gst_dmabuf_src_balance_clear (&self->balance);
  gst_dmabuf_src_crop_clear (&self->crop);
  gst_dmabuf_src_input_clear (&self->input);
  gst_dmabuf_src_camera_clear (&self->camera);
  gst_dmabuf_src_reconnect_clear (&self->reconnect);
  G_OBJECT_CLASS (gst_dmabuf_src_parent_class)->finalize (object);
}

static void
gst_dmabuf_src_init (GstDmabufSrc *self)
{
  gst_dmabuf_src_camera_init (&self->camera);
  gst_dmabuf_src_reconnect_init (&self->reconnect);
  self->io_mode = DEFAULT_IO_MODE;
  self->min_buffers = DEFAULT_MIN_BUFFERS;
  self->max_buffers = DEFAULT_MAX_BUFFERS;
  self->on_error = DEFAULT_ON_ERROR;
  gst_dmabuf_src_balance_init (&self->balance);
  self->device_fd = -1;
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}

static void
gst_dmabuf_src_install_properties (GObjectClass *klass)
{
  properties[PROP_CONTROLS] = g_param_spec_boxed ("controls", "Controls",
      "Controls of the device by the names that v4l2-ctl gives them: numbers, "
      "booleans, texts, menus by entry or index, arrays; set when the device "
      "is opened, and at once while it is open; the others stay as they are "
      "(default: none)",
      GST_TYPE_STRUCTURE,
      G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS);
  properties[PROP_DEVICE_CONTROLS] = g_param_spec_boxed ("device-controls",
      "Device controls",
      "What controls the device has, by name: their types, ranges, menus, "
      "flags and present values; none while it is closed",
      GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_DEVICE] = g_param_spec_string ("device", "Device",
      "The camera: a path such as /dev/video0; the name of a link below "
      "/dev/v4l/by-id or /dev/v4l/by-path; its place on the bus, such as "
      "platform:vivid-000; or the name of its card. None means the first that "
      "captures video by itself. Read when leaving NULL; tells the path of the "
      "node while it is open (default: none)",
      NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IO_MODE] = g_param_spec_enum ("io-mode", "I/O mode",
      "How frames leave the driver; auto tries what needs no copy, with real "
      "buffers; read when a stream starts (default: auto)",
      GST_TYPE_DMABUF_SRC_IO_MODE, DEFAULT_IO_MODE,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_MIN_BUFFERS] = g_param_spec_uint ("min-buffers",
      "Minimum of buffers",
      "Buffers that the driver should have, besides those that downstream "
      "keeps; 0 for what is usual, 3, which is the least; read when a stream "
      "starts (default: 0)",
      0, MOST_BUFFERS, DEFAULT_MIN_BUFFERS,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_MAX_BUFFERS] = g_param_spec_uint ("max-buffers",
      "Maximum of buffers",
      "Buffers that there may be while downstream keeps more and more of them: "
      "when they are all in use, frames are dropped and counted; 0 for as many "
      "as the device can; no fewer than min-buffers, or 3; read when a stream "
      "starts (default: 32)",
      0, G_MAXINT, DEFAULT_MAX_BUFFERS,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_COPY_POLICY] = gst_zc_copy_policy_param_spec ();
  properties[PROP_ON_ERROR] = g_param_spec_enum ("on-error", "On error",
      "What to do with a frame that the driver marks as broken (default: skip)",
      GST_TYPE_DMABUF_SRC_ON_ERROR, DEFAULT_ON_ERROR,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);
  properties[PROP_ON_DISCONNECT] = g_param_spec_enum ("on-disconnect",
      "On disconnect",
      "What to do when the device is unplugged; read when that happens "
      "(default: error)",
      GST_TYPE_DMABUF_SRC_ON_DISCONNECT, GST_DMABUF_SRC_ON_DISCONNECT_ERROR,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);
  properties[PROP_DEVICE_FD] = g_param_spec_int ("device-fd",
      "Device descriptor",
      "An open descriptor of the camera to use instead of opening a node, -1 "
      "for none; the caller keeps it, and it must be open when the element "
      "leaves NULL, which duplicates it and sets its O_NONBLOCK. Tells the "
      "element's own descriptor while that is open (default: -1)",
      -1, G_MAXINT, -1, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_INPUT] = g_param_spec_string ("input", "Input",
      "Where the picture comes in: the name of an input of the device, in any "
      "case, or its number; none leaves it as it is; read when leaving NULL "
      "(default: none)",
      NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_NORM] = g_param_spec_string ("norm", "Norm",
      "Analogue video standard, such as PAL or NTSC-M; none takes the one "
      "that the device detects, or leaves it as it is; read when leaving NULL "
      "(default: none)",
      NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CROP] = g_param_spec_string ("crop", "Crop",
      "Part of the source that is captured, as \"left,top,width,height\" in "
      "pixels of the source; reading tells what the device made of it; none "
      "leaves it as it is, or makes it whole again (default: none)",
      NULL,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);
  properties[PROP_COMPOSE] = g_param_spec_string ("compose", "Compose",
      "Part of the frame that the picture is put into, as "
      "\"left,top,width,height\" in pixels of the frame; reading tells what "
      "the device made of it; none fills the frame (default: none)",
      NULL,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);
  properties[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "Counts since the start: frames, dropped (lost before they could be "
      "captured), broken (marked so by the driver), copies (frames) and "
      "bytes-copied by the CPU, bad-stamps (frames whose stamp was not "
      "believed), stamps (start-of-exposure, end-of-frame or arrival), buffers "
      "that there are now, attachments (how often the driver was given memory "
      "that it did not know), starved (how often it had no buffer to fill),"
      " left-out (buffers of others that the driver refuses now), the path "
      "taken, refused: the paths that were tried before it, and why not, "
      "the signal: ok, none, no-lock, out-of-range or unknown, the state: "
      "connected or waiting, and reconnections: how often the device came "
      "back",
      GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (klass, N_PROPERTIES, properties);
}

static void
gst_dmabuf_src_class_init (GstDmabufSrcClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *src_class = GST_BASE_SRC_CLASS (klass);
  GstCaps *caps = gst_dmabuf_src_formats_template ();

  GST_DEBUG_CATEGORY_INIT (
      gst_dmabuf_src_debug, "dmabufsrc", 0, "zero-copy V4L2 capture");

  object_class->set_property = gst_dmabuf_src_set_property;
  object_class->get_property = gst_dmabuf_src_get_property;
  object_class->finalize = gst_dmabuf_src_finalize;
  gst_dmabuf_src_install_properties (object_class);

  gst_element_class_set_static_metadata (element_class, "V4L2 dma-buf source",
      "Source/Video/Hardware",
      "Captures video from a V4L2 device into dma-bufs, without a copy",
      "The gst-dmabuf developers");
  gst_element_class_add_pad_template (element_class,
      gst_pad_template_new ("src", GST_PAD_SRC, GST_PAD_ALWAYS, caps));
  gst_caps_unref (caps);
  element_class->change_state = gst_dmabuf_src_change_state;
  element_class->post_message = gst_dmabuf_src_post_message;

  src_class->get_caps = gst_dmabuf_src_get_caps;
  src_class->fixate = gst_dmabuf_src_fixate;
  src_class->negotiate = gst_dmabuf_src_negotiate;
  src_class->set_caps = gst_dmabuf_src_set_caps;
  src_class->decide_allocation = gst_dmabuf_src_decide_allocation;
  src_class->query = gst_dmabuf_src_query;
  src_class->start = gst_dmabuf_src_start;
  src_class->stop = gst_dmabuf_src_stop;
  src_class->unlock = gst_dmabuf_src_unlock;
  src_class->unlock_stop = gst_dmabuf_src_unlock_stop;
  GST_PUSH_SRC_CLASS (klass)->create = gst_dmabuf_src_create;
}
