/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrccrop.h"

#include "gstdmabufsrc-private.h"

#include <errno.h>
#include <stdio.h>

#define GST_CAT_DEFAULT gst_dmabuf_src_debug

static const gchar *const names[] = { "crop", "compose" };
static const guint32 targets[] = { V4L2_SEL_TGT_CROP, V4L2_SEL_TGT_COMPOSE };

/* --- rectangles as text ------------------------------------------------- */

static gboolean
parse (const gchar *text, struct v4l2_rect *rect)
{
  gint left, top, width, height, end = 0;

  if (sscanf (text, "%d , %d , %d , %d %n", &left, &top, &width, &height,
          &end) < 4 ||
      end == 0 || text[end] || width <= 0 || height <= 0)
    return FALSE;
  *rect = (struct v4l2_rect) { left, top, (guint) width, (guint) height };
  return TRUE;
}

static gchar *
print (const struct v4l2_rect *rect)
{
  return g_strdup_printf (
      "%d,%d,%u,%u", rect->left, rect->top, rect->width, rect->height);
}

/* Set to nonsense while the device is closed, there may be nobody to hear it:
 * gst-launch-1.0 sets properties before the element is in a pipeline. */
static void
warn_nonsense (GstDmabufSrc *self)
{
  for (guint i = 0; i < GST_DMABUF_SRC_N_RECTANGLES; i++) {
    g_autofree gchar *text = NULL;

    GST_OBJECT_LOCK (self);
    text = g_steal_pointer (&self->crop.nonsense[i]);
    GST_OBJECT_UNLOCK (self);
    if (text)
      GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS,
          ("\"%s\" is no rectangle to %s.", text, names[i]),
          ("Say \"left,top,width,height\" in pixels, such as "
           "\"0,0,640,480\"; it stays as it was."));
  }
}

static void
keep_nonsense (
    GstDmabufSrc *self, GstDmabufSrcRectangle which, const gchar *text)
{
  GST_OBJECT_LOCK (self);
  g_free (self->crop.nonsense[which]);
  self->crop.nonsense[which] = g_utf8_make_valid (text, -1);
  GST_OBJECT_UNLOCK (self);
  if (gst_dmabuf_src_camera_get_fd (&self->camera) >= 0)
    warn_nonsense (self);
}

void
gst_dmabuf_src_crop_clear (GstDmabufSrcCrop *self)
{
  for (guint i = 0; i < GST_DMABUF_SRC_N_RECTANGLES; i++)
    g_clear_pointer (&self->nonsense[i], g_free);
}

/* --- the device --------------------------------------------------------- */

static gboolean
get_wanted (
    GstDmabufSrc *self, GstDmabufSrcRectangle which, struct v4l2_rect *rect)
{
  gboolean wanted;

  GST_OBJECT_LOCK (self);
  wanted = self->crop.wanted[which];
  if (wanted)
    *rect = self->crop.rect[which];
  GST_OBJECT_UNLOCK (self);
  return wanted;
}

static void
set_pending (GstDmabufSrc *self, GstDmabufSrcRectangle which, gboolean pending)
{
  GST_OBJECT_LOCK (self);
  self->crop.pending[which] = pending;
  GST_OBJECT_UNLOCK (self);
}

/* Below the picture a buffer may have lines that nobody sees. */
static void
keep_inside (struct v4l2_rect *rect, const struct zc_v4l2_format *frame)
{
  rect->width = MIN (rect->width, frame->width);
  rect->height = MIN (rect->height, frame->height);
  rect->left = CLAMP (rect->left, 0, (gint) (frame->width - rect->width));
  rect->top = CLAMP (rect->top, 0, (gint) (frame->height - rect->height));
}

/* 0, or -errno, with what the device made of it in the log. */
static gint
set_rect (GstDmabufSrc *self, GstDmabufSrcRectangle which,
    const struct v4l2_rect *wanted)
{
  const struct zc_v4l2_device *device = self->camera.device;
  struct v4l2_rect got = *wanted;
  gint ret = zc_v4l2_selection_set (device, 0, targets[which], 0, &got);

  if (ret < 0)
    return ret;
  set_pending (self, which, FALSE);
  if (zc_v4l2_rect_is_equal (&got, wanted))
    GST_INFO_OBJECT (self, "%s: %s is %d,%d,%u,%u", device->path, names[which],
        got.left, got.top, got.width, got.height);
  else
    GST_WARNING_OBJECT (self, "%s: %s is %d,%d,%u,%u instead of %d,%d,%u,%u",
        device->path, names[which], got.left, got.top, got.width, got.height,
        wanted->left, wanted->top, wanted->width, wanted->height);
  return 0;
}

static void
warn_rect (GstDmabufSrc *self, GstDmabufSrcRectangle which,
    const struct v4l2_rect *wanted, gint error)
{
  g_autofree gchar *path = gst_dmabuf_src_camera_get_path (&self->camera);
  g_autofree gchar *text = print (wanted);

  if (!path || error == -ENODEV)
    return; /* it waits until the device is back */
  set_pending (self, which, FALSE);
  gst_dmabuf_src_warn_rectangle (
      GST_ELEMENT (self), path, names[which], text, error);
}

/* The picture fills the frame, unless something else is asked for. Drivers
 * leave it as small as it was when the format grows. */
static gint
compose (GstDmabufSrc *self, const struct zc_v4l2_format *format,
    struct v4l2_rect *wanted)
{
  struct v4l2_rect now;

  if (get_wanted (self, GST_DMABUF_SRC_COMPOSE, wanted))
    return set_rect (self, GST_DMABUF_SRC_COMPOSE, wanted);

  *wanted = (struct v4l2_rect) { 0, 0, format->width, format->height };
  set_pending (self, GST_DMABUF_SRC_COMPOSE, FALSE);
  if (zc_v4l2_selection_get (
          self->camera.device, 0, V4L2_SEL_TGT_COMPOSE, &now) < 0 ||
      zc_v4l2_rect_is_equal (&now, wanted))
    return 0;
  return set_rect (self, GST_DMABUF_SRC_COMPOSE, wanted);
}

/* Without a scaler, cropping changes the format. 0, or -EBUSY. */
static gint
keep_format (GstDmabufSrc *self, const struct zc_v4l2_format *set)
{
  const struct zc_v4l2_device *device = self->camera.device;
  struct zc_v4l2_format now;

  if (zc_v4l2_format_get (device, 0, &now) < 0 ||
      (now.width == set->width && now.height == set->height))
    return 0;
  now = *set;
  zc_v4l2_format_set (device, &now);
  return -EBUSY;
}

/* Whether the crop is to be set before the formats are asked for: as it is
 * asked for, or to the whole if it was taken back. */
static gboolean
get_crop_to_prepare (GstDmabufSrc *self, struct v4l2_rect *rect)
{
  gboolean pending;

  if (get_wanted (self, GST_DMABUF_SRC_CROP, rect))
    return TRUE;
  GST_OBJECT_LOCK (self);
  pending = self->crop.pending[GST_DMABUF_SRC_CROP];
  GST_OBJECT_UNLOCK (self);
  return pending && zc_v4l2_selection_get (self->camera.device, 0,
                        V4L2_SEL_TGT_CROP_DEFAULT, rect) == 0;
}

gboolean
gst_dmabuf_src_crop_prepare (GstDmabufSrc *self)
{
  struct v4l2_rect rect;
  gboolean done;

  warn_nonsense (self);
  g_mutex_lock (&self->camera.lock);
  done = get_crop_to_prepare (self, &rect) &&
         set_rect (self, GST_DMABUF_SRC_CROP, &rect) == 0;
  g_mutex_unlock (&self->camera.lock);
  return done;
}

void
gst_dmabuf_src_crop_apply (GstDmabufSrc *self)
{
  struct v4l2_rect crop, whole;
  gboolean crops = get_wanted (self, GST_DMABUF_SRC_CROP, &crop);
  gint cropped = 0, kept, composed;

  g_mutex_lock (&self->camera.lock);
  if (crops)
    cropped = set_rect (self, GST_DMABUF_SRC_CROP, &crop);
  kept = keep_format (self, &self->camera.format);
  composed = compose (self, &self->camera.format, &whole);
  GST_OBJECT_LOCK (self);
  self->crop.format = self->crop.buffers = self->camera.format;
  GST_OBJECT_UNLOCK (self);
  g_mutex_unlock (&self->camera.lock);

  if (cropped < 0)
    warn_rect (self, GST_DMABUF_SRC_CROP, &crop, cropped);
  if (kept < 0)
    gst_dmabuf_src_warn_crop_dropped (GST_ELEMENT (self),
        self->camera.device->path, self->camera.format.width,
        self->camera.format.height);
  if (composed < 0)
    warn_rect (self, GST_DMABUF_SRC_COMPOSE, &whole, composed);
}

void
gst_dmabuf_src_crop_note_buffers (GstDmabufSrc *self)
{
  GST_OBJECT_LOCK (self);
  self->crop.buffers = self->camera.format;
  GST_OBJECT_UNLOCK (self);
}

void
gst_dmabuf_src_crop_get_size (
    GstDmabufSrc *self, guint32 *width, guint32 *height)
{
  struct v4l2_rect rect;

  if (!get_wanted (self, GST_DMABUF_SRC_CROP, &rect) ||
      zc_v4l2_selection_get (self->camera.device, 0, V4L2_SEL_TGT_CROP, &rect) <
          0)
    return;
  *width = rect.width;
  *height = rect.height;
}

/* --- the properties ------------------------------------------------------ */

/* What no rectangle means for the device. */
static gint
get_default (GstDmabufSrc *self, GstDmabufSrcRectangle which,
    const struct zc_v4l2_format *format, struct v4l2_rect *rect)
{
  if (which == GST_DMABUF_SRC_CROP)
    return zc_v4l2_selection_get (
        self->camera.device, 0, V4L2_SEL_TGT_CROP_DEFAULT, rect);
  *rect = (struct v4l2_rect) { 0, 0, format->width, format->height };
  return 0;
}

/* While frames flow. -EBUSY if that needs another format. */
static gint
set_live (GstDmabufSrc *self, GstDmabufSrcRectangle which, gboolean is_given,
    const GstDmabufSrcCrop *flowing, struct v4l2_rect *rect)
{
  struct v4l2_rect whole;
  gint ret = 0;

  if (!is_given)
    ret = get_default (self, which, &flowing->format, rect);
  else if (which == GST_DMABUF_SRC_COMPOSE)
    keep_inside (rect, &flowing->format);
  if (ret == 0)
    ret = set_rect (self, which, rect);
  if (ret == 0)
    ret = keep_format (self, &flowing->buffers);
  if (ret == 0 && which == GST_DMABUF_SRC_CROP)
    ret = compose (self, &flowing->format, &whole);
  return ret;
}

static void
store (GstDmabufSrc *self, GstDmabufSrcRectangle which, gboolean is_given,
    const struct v4l2_rect *rect)
{
  GST_OBJECT_LOCK (self);
  self->crop.wanted[which] = is_given;
  self->crop.rect[which] = *rect;
  self->crop.pending[which] = TRUE;
  g_clear_pointer (&self->crop.nonsense[which], g_free);
  GST_OBJECT_UNLOCK (self);
}

/* As far as it can be at once: 0, -EBUSY if there must be a negotiation, or
 * another -errno. */
static gint
try_at_once (GstDmabufSrc *self, GstDmabufSrcRectangle which, gboolean is_given,
    struct v4l2_rect *rect)
{
  GstDmabufSrcCrop flowing;
  gboolean streams;
  gint ret = 0;

  g_mutex_lock (&self->camera.lock);
  GST_OBJECT_LOCK (self);
  streams = self->stream != NULL;
  flowing = self->crop;
  GST_OBJECT_UNLOCK (self);
  if (self->camera.device)
    ret = streams ? set_live (self, which, is_given, &flowing, rect) : -EBUSY;
  g_mutex_unlock (&self->camera.lock);
  return ret;
}

void
gst_dmabuf_src_crop_set (
    GstDmabufSrc *self, GstDmabufSrcRectangle which, const gchar *text)
{
  gboolean is_given = text && text[0];
  struct v4l2_rect rect = { 0 };
  gint ret;

  if (is_given && !parse (text, &rect)) {
    keep_nonsense (self, which, text);
    return;
  }

  store (self, which, is_given, &rect);
  ret = try_at_once (self, which, is_given, &rect);
  if (ret == -EBUSY) {
    set_pending (self, which, TRUE);
    gst_dmabuf_src_input_ask_to_renew (self);
  } else if (!is_given && zc_v4l2_selection_is_missing (ret)) {
    set_pending (self, which, FALSE); /* nothing to take back */
  } else if (ret < 0) {
    warn_rect (self, which, &rect, ret);
  }
}

gchar *
gst_dmabuf_src_crop_get (GstDmabufSrc *self, GstDmabufSrcRectangle which)
{
  struct v4l2_rect rect = { 0 };
  gboolean known, pending;

  g_mutex_lock (&self->camera.lock);
  known = get_wanted (self, which, &rect);
  GST_OBJECT_LOCK (self);
  pending = self->crop.pending[which];
  GST_OBJECT_UNLOCK (self);
  if (self->camera.device && !pending)
    known = zc_v4l2_selection_get (
                self->camera.device, 0, targets[which], &rect) == 0;
  g_mutex_unlock (&self->camera.lock);
  return known ? print (&rect) : NULL;
}
