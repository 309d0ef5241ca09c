/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcinput.h"

#include "gstdmabufsrc-private.h"

#include "gst-libs/v4l2/v4l2-event.h"
#include "gst-libs/v4l2/v4l2-selection.h"
#include "gst-libs/v4l2/v4l2-timings.h"

#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_src_debug

/* No device has more; it bounds one that never ends its enumeration. */
#define MAX_ENTRIES 128

/* What comes in at the input that is chosen. */
typedef struct {
  enum zc_v4l2_signal signal;
  gboolean has_timings;
  gboolean has_standard;
  struct v4l2_dv_timings timings; /* if the signal is ok and has them */
  v4l2_std_id standard;           /* V4L2_STD_UNKNOWN if nobody can say */
} Source;

void
gst_dmabuf_src_input_clear (GstDmabufSrcInput *input)
{
  g_clear_pointer (&input->name, g_free);
  g_clear_pointer (&input->norm, g_free);
}

/* --- what is asked for -------------------------------------------------- */

static gboolean
is_meant (const gchar *wanted, const gchar *name)
{
  return g_ascii_strcasecmp (wanted, name) == 0;
}

/* The number of the input called @wanted, by name before by number; -1 if
 * there is none, and @known has their names. */
static gint
find_input (
    const struct zc_v4l2_device *device, const gchar *wanted, GString *known)
{
  struct v4l2_input input;
  guint64 number;
  guint i;

  for (i = 0; i < MAX_ENTRIES && zc_v4l2_input_enum (device, i, &input) == 0;
      i++) {
    const gchar *name = (const gchar *) input.name;

    if (is_meant (wanted, name))
      return (gint) i;
    g_string_append_printf (known, "%s%u: \"%s\"", i ? ", " : "", i, name);
  }
  if (i > 0 && g_ascii_string_to_unsigned (wanted, 10, 0, i - 1, &number, NULL))
    return (gint) number;
  return -1;
}

static gboolean
choose_input (GstDmabufSrc *self, const gchar *wanted, gboolean *changed)
{
  const struct zc_v4l2_device *device = self->camera.device;
  g_autoptr (GString) known = g_string_new (NULL);
  gint number = find_input (device, wanted, known);
  gint ret;

  if (number < 0) {
    gst_dmabuf_src_error_no_such (
        GST_ELEMENT (self), device->path, "input", wanted, known->str);
    return FALSE;
  }
  if (number == zc_v4l2_input_get (device))
    return TRUE;
  ret = zc_v4l2_input_set (device, (guint) number);
  if (ret < 0)
    gst_dmabuf_src_error_set_source (
        GST_ELEMENT (self), device->path, "VIDIOC_S_INPUT", wanted, ret);
  else
    *changed = TRUE;
  return ret == 0;
}

static gboolean
find_norm (const struct zc_v4l2_device *device, const gchar *wanted,
    v4l2_std_id *id, GString *known)
{
  struct v4l2_standard standard;

  for (guint i = 0; i < MAX_ENTRIES; i++) {
    const gchar *name = (const gchar *) standard.name;

    if (zc_v4l2_standard_enum (device, i, &standard) < 0)
      break;
    *id = standard.id;
    if (is_meant (wanted, name))
      return TRUE;
    g_string_append_printf (known, "%s%s", i ? ", " : "", name);
  }
  return FALSE;
}

static gboolean
choose_norm (GstDmabufSrc *self, const gchar *wanted, gboolean *changed)
{
  const struct zc_v4l2_device *device = self->camera.device;
  g_autoptr (GString) known = g_string_new (NULL);
  v4l2_std_id id, now = V4L2_STD_UNKNOWN;
  gint ret;

  if (!find_norm (device, wanted, &id, known)) {
    gst_dmabuf_src_error_no_such (
        GST_ELEMENT (self), device->path, "norm", wanted, known->str);
    return FALSE;
  }
  if (zc_v4l2_standard_get (device, &now) == 0 && now == id)
    return TRUE;
  ret = zc_v4l2_standard_set (device, id);
  if (ret < 0)
    gst_dmabuf_src_error_set_source (
        GST_ELEMENT (self), device->path, "VIDIOC_S_STD", wanted, ret);
  else
    *changed = TRUE;
  return ret == 0;
}

/* --- what comes in ------------------------------------------------------ */

static void
look_for_timings (const struct zc_v4l2_device *device, Source *found)
{
  switch (zc_v4l2_timings_query (device, &found->timings)) {
    case 0:
      found->signal = ZC_V4L2_SIGNAL_OK;
      found->has_timings = TRUE;
      break;
    case -ENOLINK:
      found->signal = ZC_V4L2_SIGNAL_NONE;
      break;
    case -ENOLCK:
      found->signal = ZC_V4L2_SIGNAL_NO_LOCK;
      break;
    case -ERANGE:
      found->signal = ZC_V4L2_SIGNAL_OUT_OF_RANGE;
      break;
    default: /* the status of the input is all there is */
      break;
  }
}

static void
look_for_standard (const struct zc_v4l2_device *device, Source *found)
{
  found->has_standard = TRUE;
  if (zc_v4l2_standard_query (device, &found->standard) < 0)
    found->standard = V4L2_STD_UNKNOWN; /* it cannot, or not just now */
  else if (found->standard == V4L2_STD_UNKNOWN &&
           found->signal == ZC_V4L2_SIGNAL_OK)
    found->signal = ZC_V4L2_SIGNAL_NONE;
}

static Source
look (GstDmabufSrc *self)
{
  const struct zc_v4l2_device *device = self->camera.device;
  Source found = { .signal = ZC_V4L2_SIGNAL_UNKNOWN };
  struct v4l2_input input;

  if (self->input.number < 0 ||
      zc_v4l2_input_enum (device, (__u32) self->input.number, &input) < 0)
    return found;

  found.signal = zc_v4l2_input_signal (&input);
  if (input.capabilities & V4L2_IN_CAP_DV_TIMINGS)
    look_for_timings (device, &found);
  else if (input.capabilities & V4L2_IN_CAP_STD)
    look_for_standard (device, &found);
  return found;
}

static gboolean
norm_is_given (GstDmabufSrc *self)
{
  gboolean given;

  GST_OBJECT_LOCK (self);
  given = self->input.norm != NULL;
  GST_OBJECT_UNLOCK (self);
  return given;
}

/* Whether the device is set to something else than what comes in. */
static gboolean
has_other_timings (const struct zc_v4l2_device *device, const Source *found)
{
  struct v4l2_dv_timings now;

  return found->has_timings &&
         (zc_v4l2_timings_get (device, &now) < 0 ||
             !zc_v4l2_timings_is_same (&now, &found->timings));
}

static gboolean
has_other_standard (GstDmabufSrc *self, const Source *found)
{
  v4l2_std_id now = V4L2_STD_UNKNOWN;

  if (found->standard == V4L2_STD_UNKNOWN ||
      zc_v4l2_standard_get (self->camera.device, &now) < 0 ||
      now & found->standard)
    return FALSE;
  if (!norm_is_given (self))
    return TRUE;
  GST_WARNING_OBJECT (self,
      "%s: the signal is of another standard than the norm that was asked for",
      self->camera.device->path);
  return FALSE;
}

/* Drivers without timings and standards change the format by themselves. */
static gboolean
has_other_format (GstDmabufSrc *self)
{
  const struct zc_v4l2_format *set = &self->camera.format;
  struct zc_v4l2_format now;

  return self->stream &&
         zc_v4l2_format_get (self->camera.device, 0, &now) == 0 &&
         (now.width != set->width || now.height != set->height ||
             now.fourcc != set->fourcc);
}

static gboolean
is_changed (GstDmabufSrc *self, const Source *found)
{
  return has_other_timings (self->camera.device, found) ||
         has_other_standard (self, found) || has_other_format (self);
}

/* --- what people are told ----------------------------------------------- */

static gboolean
is_bad (enum zc_v4l2_signal signal)
{
  return signal != ZC_V4L2_SIGNAL_OK && signal != ZC_V4L2_SIGNAL_UNKNOWN;
}

/* One message when the signal goes, one when it is back. */
static void
tell_signal (GstDmabufSrc *self, enum zc_v4l2_signal signal)
{
  const gchar *path = self->camera.device->path;
  enum zc_v4l2_signal before;

  GST_OBJECT_LOCK (self);
  before = self->input.signal;
  self->input.signal = signal;
  GST_OBJECT_UNLOCK (self);

  if (signal == before)
    return;
  GST_INFO_OBJECT (self, "%s: input \"%s\": signal %s, was %s", path,
      self->input.title, zc_v4l2_signal_name (signal),
      zc_v4l2_signal_name (before));
  if (is_bad (signal) && !is_bad (before))
    gst_dmabuf_src_warn_signal (GST_ELEMENT (self), path, self->input.title,
        signal, before == ZC_V4L2_SIGNAL_OK);
  else if (is_bad (before) && signal == ZC_V4L2_SIGNAL_OK)
    gst_dmabuf_src_tell_signal_back (
        GST_ELEMENT (self), path, self->input.title);
}

static void
tell_source (GstDmabufSrc *self, const Source *found)
{
  const gchar *path = self->camera.device->path;
  const struct v4l2_bt_timings *bt = &found->timings.bt;

  if (found->has_timings)
    GST_INFO_OBJECT (self,
        "%s: input \"%s\": %ux%u%s, pixel clock %" G_GUINT64_FORMAT " Hz", path,
        self->input.title, bt->width, bt->height, bt->interlaced ? "i" : "",
        (guint64) bt->pixelclock);
  else if (found->has_standard)
    GST_INFO_OBJECT (self,
        "%s: input \"%s\": standards 0x%" G_GINT64_MODIFIER "x detected", path,
        self->input.title, (guint64) found->standard);
}

/* --- setting ------------------------------------------------------------ */

/* Sets what comes in, if something else is set: 0, 1 if it changed, or
 * -errno. */
static gint
set_source (GstDmabufSrc *self, const Source *found, const gchar **step)
{
  const struct zc_v4l2_device *device = self->camera.device;
  gint ret = 0;

  if (has_other_timings (device, found)) {
    *step = "VIDIOC_S_DV_TIMINGS";
    ret = zc_v4l2_timings_set (device, &found->timings);
  } else if (has_other_standard (self, found)) {
    *step = "VIDIOC_S_STD";
    ret = zc_v4l2_standard_set (device, found->standard);
  } else {
    return 0;
  }
  if (ret < 0)
    return ret;
  tell_source (self, found);
  return 1;
}

/* The size of what comes in. With a crop rectangle of the driver's that is
 * known best. */
static void
note_size (GstDmabufSrc *self, const Source *found)
{
  const struct zc_v4l2_device *device = self->camera.device;
  struct v4l2_dv_timings timings;
  v4l2_std_id standard = V4L2_STD_UNKNOWN;
  struct v4l2_rect rect = { 0 };

  if (zc_v4l2_timings_get (device, &timings) == 0) {
    rect.width = timings.bt.width;
    rect.height = timings.bt.height;
  } else if (found->has_standard &&
             zc_v4l2_standard_get (device, &standard) == 0) {
    zc_v4l2_standard_size (standard, &rect.width, &rect.height);
  }
  if (rect.width > 0)
    zc_v4l2_selection_get (device, 0, V4L2_SEL_TGT_CROP_DEFAULT, &rect);
  gst_dmabuf_src_crop_get_size (self, &rect.width, &rect.height);
  self->input.width = MIN (rect.width, G_MAXINT);
  self->input.height = MIN (rect.height, G_MAXINT);
}

static void
note_input (GstDmabufSrc *self)
{
  const struct zc_v4l2_device *device = self->camera.device;
  struct v4l2_input input;

  self->input.number = zc_v4l2_input_get (device);
  self->input.title[0] = '\0';
  if (self->input.number >= 0 &&
      zc_v4l2_input_enum (device, (__u32) self->input.number, &input) == 0)
    g_strlcpy (self->input.title, (const gchar *) input.name,
        sizeof (self->input.title));
}

/* The number of the input is the subject of the event
 * (vidioc-dqevent.rst, V4L2_EVENT_SOURCE_CHANGE). */
static void
subscribe (GstDmabufSrc *self)
{
  const struct zc_v4l2_device *device = self->camera.device;
  gint ret = zc_v4l2_event_subscribe_source (
      device, (guint) MAX (self->input.number, 0));

  if (ret < 0)
    GST_INFO_OBJECT (self, "%s tells no changes of its signal: %s",
        device->path, g_strerror (-ret));
}

static gboolean
choose (GstDmabufSrc *self, gboolean *changed)
{
  g_autofree gchar *name = NULL;
  g_autofree gchar *norm = NULL;

  GST_OBJECT_LOCK (self);
  name = g_strdup (self->input.name);
  norm = g_strdup (self->input.norm);
  self->input.signal = ZC_V4L2_SIGNAL_UNKNOWN;
  GST_OBJECT_UNLOCK (self);

  return (!name || choose_input (self, name, changed)) &&
         (!norm || choose_norm (self, norm, changed));
}

/* All that is set before the formats are asked for. -EBUSY is no error as long
 * as somebody else may still let go of the device. */
static gboolean
settle (GstDmabufSrc *self, gboolean opening, gboolean changed)
{
  const Source found = look (self);
  const gchar *step = NULL;
  gint ret;

  tell_signal (self, found.signal);
  ret = set_source (self, &found, &step);
  if (ret == -EBUSY && opening) {
    gst_dmabuf_src_input_ask_to_renew (self);
  } else if (ret < 0) {
    gst_dmabuf_src_error_set_source (GST_ELEMENT (self),
        self->camera.device->path, step, self->input.title, ret);
    return FALSE;
  }
  changed |= ret > 0;
  changed |= gst_dmabuf_src_crop_prepare (self);
  note_size (self, &found);
  if (changed)
    gst_dmabuf_src_camera_renew (&self->camera);
  return TRUE;
}

gboolean
gst_dmabuf_src_input_open (GstDmabufSrc *self)
{
  gboolean changed = FALSE;

  g_atomic_int_set (&self->input.renew, FALSE);
  if (!choose (self, &changed))
    return FALSE;
  note_input (self);
  subscribe (self);
  return settle (self, TRUE, changed);
}

void
gst_dmabuf_src_input_ask_to_renew (GstDmabufSrc *self)
{
  g_atomic_int_set (&self->input.renew, TRUE);
  gst_pad_mark_reconfigure (GST_BASE_SRC_PAD (self));
}

gboolean
gst_dmabuf_src_input_renew (GstDmabufSrc *self)
{
  if (!g_atomic_int_compare_and_exchange (&self->input.renew, TRUE, FALSE))
    return TRUE;

  gst_dmabuf_src_take_stream (self, NULL);
  return settle (self, FALSE, TRUE);
}

/* --- following ---------------------------------------------------------- */

/* 0, 1 if one of the events that wait is about the source, or -errno. */
static gint
take_events (GstDmabufSrc *self)
{
  struct v4l2_event event;
  gint source_changed = 0, ret;

  while ((ret = zc_v4l2_event_take (self->camera.device, &event)) == 0) {
    GST_DEBUG_OBJECT (self, "%s: event %u of %u, %u more wait",
        self->camera.device->path, event.type, event.id, event.pending);
    if (event.type == V4L2_EVENT_SOURCE_CHANGE)
      source_changed = 1;
  }
  return ret == -ENOENT ? source_changed : ret;
}

GstFlowReturn
gst_dmabuf_src_input_follow (GstDmabufSrc *self, gint *error)
{
  GstPad *pad = GST_BASE_SRC_PAD (self);
  Source found;
  gint ret = take_events (self);

  *error = MIN (ret, 0);
  if (ret <= 0)
    return ret < 0 ? GST_FLOW_ERROR : GST_FLOW_OK;

  found = look (self);
  tell_signal (self, found.signal);
  if (!is_changed (self, &found))
    return GST_FLOW_OK;

  GST_INFO_OBJECT (self, "%s: the source changed, negotiating anew",
      self->camera.device->path);
  g_atomic_int_set (&self->input.renew, TRUE);
  if (!gst_base_src_negotiate (GST_BASE_SRC (self)))
    return GST_PAD_IS_FLUSHING (pad) ? GST_FLOW_FLUSHING
                                     : GST_FLOW_NOT_NEGOTIATED;
  return GST_FLOW_OK;
}

void
gst_dmabuf_src_input_prefer_size (
    GstDmabufSrc *self, guint *width, guint *height)
{
  if (self->input.width == 0 || self->input.height == 0)
    return;
  *width = self->input.width;
  *height = self->input.height;
}
