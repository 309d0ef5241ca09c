/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrccamera.h"

#include "gstdmabufsrcerror.h"
#include "gstdmabufsrcfields.h"
#include "gstdmabufsrcopen.h"

#include "gst-libs/v4l2/gstzcv4l2layout.h"
#include "gst-libs/v4l2/v4l2-selection.h"

#include <errno.h>
#include <string.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_src_debug);
#define GST_CAT_DEFAULT gst_dmabuf_src_debug

void
gst_dmabuf_src_camera_init (GstDmabufSrcCamera *self)
{
  g_mutex_init (&self->lock);
  gst_video_info_init (&self->info);
}

void
gst_dmabuf_src_camera_clear (GstDmabufSrcCamera *self)
{
  g_mutex_clear (&self->lock);
}

gboolean
gst_dmabuf_src_camera_open (
    GstDmabufSrcCamera *self, GstElement *element, const gchar *name, gint fd)
{
  struct zc_v4l2_device *device;

  if (!gst_dmabuf_src_open_device (&device, element, name, fd))
    return FALSE;
  g_mutex_lock (&self->lock);
  self->device = device;
  self->formats = gst_dmabuf_src_formats_new (device);
  self->controls = gst_zc_v4l2_controls_new (device);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

gboolean
gst_dmabuf_src_camera_is_emulated (GstDmabufSrcCamera *self)
{
  gboolean emulated;

  g_mutex_lock (&self->lock);
  emulated = self->device && self->device->emulated;
  g_mutex_unlock (&self->lock);
  return emulated;
}

gchar *
gst_dmabuf_src_camera_get_path (GstDmabufSrcCamera *self)
{
  gchar *path;

  g_mutex_lock (&self->lock);
  path = self->device ? g_strdup (self->device->path) : NULL;
  g_mutex_unlock (&self->lock);
  return path;
}

gint
gst_dmabuf_src_camera_get_fd (GstDmabufSrcCamera *self)
{
  gint fd;

  g_mutex_lock (&self->lock);
  fd = self->device ? self->device->fd : -1;
  g_mutex_unlock (&self->lock);
  return fd;
}

void
gst_dmabuf_src_camera_close (GstDmabufSrcCamera *self)
{
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->controls, gst_zc_v4l2_controls_free);
  g_clear_pointer (&self->formats, gst_dmabuf_src_formats_free);
  g_clear_pointer (&self->device, zc_v4l2_device_close);
  g_mutex_unlock (&self->lock);
}

void
gst_dmabuf_src_camera_renew (GstDmabufSrcCamera *self)
{
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->formats, gst_dmabuf_src_formats_free);
  self->formats = gst_dmabuf_src_formats_new (self->device);
  g_mutex_unlock (&self->lock);
}

gint
gst_dmabuf_src_camera_emulate (GstDmabufSrcCamera *self, gboolean emulated)
{
  gint ret = 0;

  g_mutex_lock (&self->lock);
  if (self->device->emulated != emulated) {
    ret = zc_v4l2_device_emulate (self->device, emulated);
    gst_dmabuf_src_formats_free (self->formats);
    self->formats = gst_dmabuf_src_formats_new (self->device);
  }
  g_mutex_unlock (&self->lock);
  return ret;
}

void
gst_dmabuf_src_camera_end_buffers (GstDmabufSrcCamera *self)
{
  gint ret = 0;

  g_mutex_lock (&self->lock);
  if (self->device)
    ret = zc_v4l2_device_renew_emulation (self->device);
  if (ret < 0)
    GST_WARNING ("%s: libv4l2 cannot be had again: %s", self->device->path,
        g_strerror (-ret));
  g_mutex_unlock (&self->lock);
}

GstCaps *
gst_dmabuf_src_camera_get_caps (GstDmabufSrcCamera *self, GstCaps *filter)
{
  GstCaps *caps = NULL;

  g_mutex_lock (&self->lock);
  if (self->formats)
    caps = gst_dmabuf_src_formats_get_caps (self->formats, filter);
  g_mutex_unlock (&self->lock);
  return caps;
}

GstCaps *
gst_dmabuf_src_camera_get_coarse_caps (GstDmabufSrcCamera *self)
{
  GstCaps *caps;

  g_mutex_lock (&self->lock);
  caps = gst_dmabuf_src_formats_get_coarse_caps (self->formats);
  g_mutex_unlock (&self->lock);
  return caps;
}

/* Lines that downstream has below the picture are nothing to show. */
static void
hide_lines (const GstDmabufSrcCamera *self, guint *width, guint *height)
{
  if (*width != self->format.width ||
      *height != gst_dmabuf_src_frame_height (&self->format))
    return;
  *width = self->own.width;
  *height = gst_dmabuf_src_frame_height (&self->own);
}

void
gst_dmabuf_src_camera_get_size (
    GstDmabufSrcCamera *self, guint *width, guint *height)
{
  g_mutex_lock (&self->lock);
  gst_dmabuf_src_formats_get_size (self->formats, width, height);
  hide_lines (self, width, height);
  g_mutex_unlock (&self->lock);
}

static gint
make_request (
    GstDmabufSrcCamera *self, GstDmabufSrcRequest *request, const GstCaps *caps)
{
  const GstDmabufSrcFormat *format;
  gint ret = -EINVAL;

  g_mutex_lock (&self->lock);
  format = gst_dmabuf_src_formats_find (self->formats, caps);
  if (format)
    ret = gst_dmabuf_src_request_init (request, self->device, format, caps);
  g_mutex_unlock (&self->lock);
  return ret;
}

/* The shape of pixels is told by the driver, and may be left open until then.
 * (transfer full) */
static GstCaps *
without_pixels (const GstCaps *caps)
{
  GstCaps *copy = gst_caps_copy (caps);

  gst_structure_remove_field (
      gst_caps_get_structure (copy, 0), "pixel-aspect-ratio");
  return copy;
}

GstCaps *
gst_dmabuf_src_camera_complete (GstDmabufSrcCamera *self, GstCaps *caps)
{
  g_autoptr (GstCaps) asked = without_pixels (caps);
  GstDmabufSrcRequest request;

  caps = gst_caps_make_writable (caps);
  if (make_request (self, &request, asked) == 0 &&
      gst_dmabuf_src_request_is_met (&request, &request.answer) &&
      gst_dmabuf_src_request_describe (
          &request, self->device, gst_caps_get_structure (caps, 0)))
    return caps;
  GST_INFO ("%s does not deliver %" GST_PTR_FORMAT, self->device->path,
      (void *) caps);
  gst_caps_unref (caps);
  return NULL;
}

/* Under the lock: a crop that is set at this moment puts back the format of
 * the frames that flowed if it changed that. */
static gboolean
set_format (GstDmabufSrcCamera *self, GstElement *element)
{
  const struct zc_v4l2_format wanted = self->request.format;
  gint ret;

  self->format = wanted;
  g_mutex_lock (&self->lock);
  ret = zc_v4l2_format_set (self->device, &self->format);
  g_mutex_unlock (&self->lock);
  if (ret < 0) {
    gst_dmabuf_src_error_set_format (
        element, self->device->path, "VIDIOC_S_FMT", &wanted, ret);
    return FALSE;
  }
  if (!gst_dmabuf_src_request_is_met (&self->request, &self->format)) {
    gst_dmabuf_src_error_other_format (
        element, self->device->path, &wanted, &self->format);
    return FALSE;
  }
  return TRUE;
}

static gboolean
make_layout (
    const GstDmabufSrcCamera *self, GstZcLayout *layout, GError **error)
{
  return gst_zc_v4l2_layout_init (layout, &self->format, &self->info, error);
}

static gboolean
set_layout (GstDmabufSrcCamera *self, GstElement *element)
{
  g_autoptr (GError) error = NULL;

  if (make_layout (self, &self->layout, &error)) {
    self->own = self->format;
    return TRUE;
  }
  if (error)
    GST_WARNING_OBJECT (element, "%s: %s", self->device->path, error->message);
  gst_dmabuf_src_error_layout (element, self->device->path, &self->format);
  return FALSE;
}

/* --- where lines lie ---------------------------------------------------- */

/* Which part of the source is drawn into which part of a buffer. */
typedef struct {
  struct v4l2_rect crop; /* of no size where the driver has none */
  struct v4l2_rect compose;
} Picture;

static gboolean
get_picture (const GstDmabufSrcCamera *self, Picture *picture)
{
  *picture = (Picture) { 0 };
  zc_v4l2_selection_get (self->device, 0, V4L2_SEL_TGT_CROP, &picture->crop);
  return zc_v4l2_selection_get (
             self->device, 0, V4L2_SEL_TGT_COMPOSE, &picture->compose) == 0;
}

/* With another format: drivers let the picture grow with it, or do not. */
static gboolean
keep_picture (const GstDmabufSrcCamera *self, const Picture *wanted)
{
  struct v4l2_rect compose = wanted->compose;
  Picture now;

  if (!get_picture (self, &now))
    return FALSE;
  if (!zc_v4l2_rect_is_equal (&now.compose, &compose) &&
      (zc_v4l2_selection_set (
           self->device, 0, V4L2_SEL_TGT_COMPOSE, 0, &compose) < 0 ||
          !get_picture (self, &now)))
    return FALSE;
  return zc_v4l2_rect_is_equal (&now.crop, &wanted->crop) &&
         zc_v4l2_rect_is_equal (&now.compose, &wanted->compose);
}

/* Asks for what was asked for, with LINES of that length and number. */
static gboolean
set_lines (GstDmabufSrcCamera *self, const struct zc_v4l2_format *lines)
{
  GstDmabufSrcRequest request = self->request;
  struct zc_v4l2_format answer;
  GstZcLayout layout;

  request.format.height = lines->height;
  for (guint i = 0; i < request.format.n_memory_planes; i++)
    request.format.plane[i] = lines->plane[i];
  answer = request.format;
  if (zc_v4l2_format_set (self->device, &answer) < 0)
    return FALSE;
  self->format = answer;
  if (!gst_dmabuf_src_request_is_met (&request, &answer) ||
      !make_layout (self, &layout, NULL))
    return FALSE;
  self->layout = layout;
  return TRUE;
}

/* The same, with lines below the picture that nobody sees: NULL, or why not. */
static const gchar *
set_more_lines (GstDmabufSrcCamera *self, const struct zc_v4l2_format *lines)
{
  Picture picture;

  if (!get_picture (self, &picture))
    return "it cannot leave lines below the picture (no COMPOSE)";
  if (!set_lines (self, lines))
    return "its buffers cannot have that many lines";
  if (!keep_picture (self, &picture))
    return "it cannot leave the picture as it is in a larger buffer";
  return NULL;
}

void
gst_dmabuf_src_camera_reset_layout (GstDmabufSrcCamera *self)
{
  if (!self->device || self->own.n_memory_planes == 0 ||
      memcmp (&self->own, &self->format, sizeof (self->own)) == 0)
    return;
  if (!set_lines (self, &self->own))
    GST_WARNING ("%s: cannot have its own lines again", self->device->path);
}

/* NULL, or why not; what is in force then has to be reset. */
static const gchar *
try_lines (GstDmabufSrcCamera *self, const struct zc_v4l2_format *lines,
    const GstZcLayout *wanted)
{
  const gchar *fault = NULL;

  if (lines->height != self->own.height)
    fault = set_more_lines (self, lines);
  else if (!set_lines (self, lines))
    fault = "it cannot write such lines";
  if (!fault && !gst_zc_layout_equal (wanted, &self->layout))
    fault = "it writes lines of another length";
  if (fault) {
    GST_INFO ("%s: asked for %u lines of %u bytes: %s", self->device->path,
        lines->height, lines->plane[0].stride, fault);
    gst_dmabuf_src_camera_reset_layout (self);
  }
  return fault;
}

/* Whether the number of lines says where the planes are. */
static gboolean
is_placed_by_lines (const GstZcLayout *layout)
{
  return layout->n_planes > 1 && layout->n_memories == 1;
}

gboolean
gst_dmabuf_src_camera_try_layout (
    GstDmabufSrcCamera *self, const GstZcLayout *wanted, const gchar **reason)
{
  struct zc_v4l2_format lines = self->own;
  const gchar *fault = "it has other planes";

  if (gst_zc_layout_equal (wanted, &self->layout))
    return TRUE;
  if (wanted->n_planes > 0 && wanted->n_planes == self->layout.n_planes &&
      wanted->format == self->layout.format &&
      wanted->n_memories == self->layout.n_memories) {
    gst_zc_v4l2_layout_wish (wanted, &lines);
    if (is_placed_by_lines (wanted) && wanted->coded_height > self->own.height)
      lines.height = wanted->coded_height;
    fault = try_lines (self, &lines, wanted);
  }
  if (fault && reason)
    *reason = fault;
  return !fault;
}

gboolean
gst_dmabuf_src_camera_try_size (
    GstDmabufSrcCamera *self, gsize size, const gchar **reason)
{
  const gchar *fault = "no number of lines makes frames of that size";
  struct zc_v4l2_format lines = self->own;
  GstZcLayout wanted = self->layout;
  guint64 height = gst_util_uint64_scale (
      wanted.coded_height, size, MAX (wanted.size, 1));

  if (wanted.size == size)
    return TRUE;
  if (wanted.n_planes > 0 && wanted.n_memories == 1 && wanted.modifier == 0 &&
      height > lines.height && height <= G_MAXINT &&
      gst_zc_layout_init (
          &wanted, wanted.format, (guint) wanted.stride[0], (guint) height) &&
      wanted.size == size) {
    wanted.width = self->layout.width;
    wanted.height = self->layout.height;
    gst_zc_v4l2_layout_wish (&wanted, &lines);
    lines.height = (guint32) height;
    fault = try_lines (self, &lines, &wanted);
  }
  if (fault)
    *reason = fault;
  return !fault;
}

void
gst_dmabuf_src_camera_mark_field (
    const GstDmabufSrcCamera *self, GstBuffer *buffer, guint32 field)
{
  gst_dmabuf_src_mark_field (buffer, &self->info, field);
}

/* What the driver does, in seconds a frame; it may have no words for it. */
static gint
set_interval (GstDmabufSrcCamera *self, struct v4l2_fract *interval)
{
  struct v4l2_fract got = *interval;
  gint ret = zc_v4l2_interval_set (self->device, 0, &got);

  if (ret < 0)
    ret = zc_v4l2_interval_get (self->device, 0, &got);
  if (ret == 0 && got.numerator > 0 && got.denominator > 0)
    *interval = got;
  return ret;
}

/* Devices count in units of their own: 333333 of 100 ns are a thirtieth. */
static gboolean
same_interval (const struct v4l2_fract *a, const struct v4l2_fract *b)
{
  gdouble x = (gdouble) a->numerator / a->denominator;
  gdouble y = (gdouble) b->numerator / b->denominator;

  return ABS (x - y) < x / 10000;
}

/* A driver that takes another rate is told about, and believed. */
static void
set_rate (GstDmabufSrcCamera *self, GstElement *element)
{
  const struct v4l2_fract wanted = {
    .numerator = GST_VIDEO_INFO_FPS_D (&self->info),
    .denominator = GST_VIDEO_INFO_FPS_N (&self->info),
  };
  gint ret;

  self->interval = (struct v4l2_fract) { 0, 1 };
  if (wanted.denominator == 0)
    return;
  self->interval = wanted;
  ret = set_interval (self, &self->interval);
  if (ret < 0)
    GST_INFO_OBJECT (element,
        "%s: neither VIDIOC_S_PARM nor G_PARM works (%s), the rate is believed "
        "to be the one it lists",
        self->device->path, g_strerror (-ret));
  else if (!same_interval (&wanted, &self->interval))
    gst_dmabuf_src_warn_rate (
        element, self->device->path, &wanted, &self->interval);
}

gboolean
gst_dmabuf_src_camera_configure (
    GstDmabufSrcCamera *self, GstElement *element, const GstCaps *caps)
{
  gint ret = make_request (self, &self->request, caps);

  if (ret < 0) {
    gst_dmabuf_src_error_set_format (element, self->device->path,
        "VIDIOC_TRY_FMT", &self->request.format, ret);
    return FALSE;
  }
  self->info = self->request.info;
  if (!set_format (self, element) || !set_layout (self, element))
    return FALSE;
  set_rate (self, element);
  return TRUE;
}

GstClockTime
gst_dmabuf_src_camera_get_duration (const GstDmabufSrcCamera *self)
{
  gboolean fields = GST_VIDEO_INFO_INTERLACE_MODE (&self->info) ==
                    GST_VIDEO_INTERLACE_MODE_ALTERNATE;

  if (self->interval.numerator == 0)
    return GST_CLOCK_TIME_NONE;
  return gst_util_uint64_scale (GST_SECOND, self->interval.numerator,
      (guint64) self->interval.denominator * (fields ? 2 : 1));
}
