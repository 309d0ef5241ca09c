/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrccamera.h"

#include "gstdmabufsrcerror.h"
#include "gstdmabufsrcopen.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/v4l2/gstzcv4l2colorimetry.h"

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

/* What to ask the driver for; a fourcc of 0 if the device has no such format.
 */
static struct zc_v4l2_format
format_for (GstDmabufSrcCamera *self, const GstVideoInfo *info)
{
  struct zc_v4l2_format format = {
    .width = GST_VIDEO_INFO_WIDTH (info),
    .height = GST_VIDEO_INFO_HEIGHT (info),
    .field = V4L2_FIELD_NONE,
  };

  g_mutex_lock (&self->lock);
  format.fourcc = gst_dmabuf_src_formats_get_fourcc (
      self->formats, GST_VIDEO_INFO_FORMAT (info));
  g_mutex_unlock (&self->lock);
  format.n_memory_planes = MAX (
      gst_zc_format_v4l2_n_memories (format.fourcc), 1);
  return format;
}

GstCaps *
gst_dmabuf_src_camera_add_colorimetry (GstDmabufSrcCamera *self, GstCaps *caps)
{
  g_autofree gchar *name = NULL;
  GstVideoColorimetry colorimetry;
  struct zc_v4l2_format format;
  guint32 drm_fourcc;
  guint64 modifier;
  GstVideoInfo info;

  if (!gst_zc_caps_parse (caps, &info, &drm_fourcc, &modifier))
    return caps;
  format = format_for (self, &info);
  if (zc_v4l2_format_try (self->device, &format) < 0 ||
      !gst_zc_v4l2_colorimetry (
          &colorimetry, &format, GST_VIDEO_INFO_IS_RGB (&info)))
    return caps;

  name = gst_video_colorimetry_to_string (&colorimetry);
  caps = gst_caps_make_writable (caps);
  if (name)
    gst_caps_set_simple (caps, "colorimetry", G_TYPE_STRING, name, NULL);
  return caps;
}

static gboolean
set_format (GstDmabufSrcCamera *self, GstElement *element)
{
  const struct zc_v4l2_format wanted = format_for (self, &self->info);
  gint ret;

  self->format = wanted;
  ret = zc_v4l2_format_set (self->device, &self->format);
  if (ret < 0) {
    gst_dmabuf_src_error_set_format (element, self->device->path, &wanted, ret);
    return FALSE;
  }
  if (self->format.fourcc != wanted.fourcc ||
      self->format.width != wanted.width ||
      self->format.height != wanted.height ||
      self->format.field != V4L2_FIELD_NONE ||
      self->format.n_memory_planes != wanted.n_memory_planes) {
    gst_dmabuf_src_error_other_format (
        element, self->device->path, &wanted, &self->format);
    return FALSE;
  }
  return TRUE;
}

/* What the driver made of the format, as a demand. With all planes in one
 * memory it tells the stride of the first (pixfmt-v4l2.rst, bytesperline). */
static GstZcConstraints
constraints_of (const struct zc_v4l2_format *format)
{
  GstZcConstraints constraints = { 0 };

  constraints.flags = format->n_memory_planes > 1
                          ? GST_ZC_CONSTRAINTS_SEPARATE_PLANES
                          : GST_ZC_CONSTRAINTS_LINKED_PLANES;
  for (guint i = 0; i < format->n_memory_planes; i++) {
    constraints.stride[i] = format->plane[i].stride;
    constraints.min_size[i] = format->plane[i].size;
  }
  return constraints;
}

/* Whether the driver's buffers hold the planes that its strides imply. */
static gboolean
holds (const struct zc_v4l2_format *format, const GstZcLayout *layout)
{
  if (layout->n_memories == 1)
    return layout->size <= format->plane[0].size;
  for (guint i = 0; i < layout->n_memories; i++)
    if (layout->memory_size[i] > format->plane[i].size)
      return FALSE;
  return TRUE;
}

static gboolean
set_layout (GstDmabufSrcCamera *self, GstElement *element)
{
  GstZcConstraints constraints = constraints_of (&self->format);
  g_autoptr (GError) error = NULL;

  if (gst_zc_layout_from_info (
          &self->layout, &self->info, &constraints, &error) &&
      holds (&self->format, &self->layout))
    return TRUE;

  if (error)
    GST_WARNING_OBJECT (element, "%s: %s", self->device->path, error->message);
  gst_dmabuf_src_error_layout (element, self->device->path, &self->format);
  return FALSE;
}

/* A driver that takes another interval is told about; one that cannot set it
 * has the only one it lists. */
static void
set_rate (GstDmabufSrcCamera *self, GstElement *element)
{
  struct v4l2_fract wanted = {
    .numerator = GST_VIDEO_INFO_FPS_D (&self->info),
    .denominator = GST_VIDEO_INFO_FPS_N (&self->info),
  };
  struct v4l2_fract got = wanted;
  gint ret;

  if (wanted.denominator == 0)
    return;
  ret = zc_v4l2_interval_set (self->device, &got);
  if (ret < 0)
    GST_INFO_OBJECT (element, "%s: VIDIOC_S_PARM: %s, the rate stays as it is",
        self->device->path, g_strerror (-ret));
  else if ((guint64) got.numerator * wanted.denominator !=
           (guint64) got.denominator * wanted.numerator)
    GST_WARNING_OBJECT (element,
        "%s: asked for %u/%u frames a second, got %u/%u", self->device->path,
        wanted.denominator, wanted.numerator, got.denominator, got.numerator);
}

gboolean
gst_dmabuf_src_camera_configure (
    GstDmabufSrcCamera *self, GstElement *element, const GstCaps *caps)
{
  guint32 drm_fourcc;
  guint64 modifier;

  if (!gst_zc_caps_parse (caps, &self->info, &drm_fourcc, &modifier) ||
      !set_format (self, element) || !set_layout (self, element))
    return FALSE;
  set_rate (self, element);
  return TRUE;
}

GstClockTime
gst_dmabuf_src_camera_get_duration (const GstDmabufSrcCamera *self)
{
  if (GST_VIDEO_INFO_FPS_N (&self->info) <= 0)
    return GST_CLOCK_TIME_NONE;
  return gst_util_uint64_scale_int (GST_SECOND,
      GST_VIDEO_INFO_FPS_D (&self->info), GST_VIDEO_INFO_FPS_N (&self->info));
}

gboolean
gst_dmabuf_src_camera_try_layout (
    GstDmabufSrcCamera *self, const GstZcLayout *layout)
{
  return gst_zc_layout_equal (&self->layout, layout);
}
