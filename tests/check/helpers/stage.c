/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stage.h"

#include "bus.h"
#include "crc.h"
#include "picture.h"
#include "runner.h"

#include <drm_fourcc.h>
#include <gst/video/videooverlay.h>

/* --- sinks ------------------------------------------------------------- */

void
sink_open (struct sink *self, const char *path, const char *properties,
    const char *caps)
{
  g_autofree char *launch = g_strdup_printf (
      "dmabufsink sync=false device=%s %s", path, properties);
  g_autoptr (GError) error = NULL;
  GstElement *element = gst_parse_launch (launch, &error);

  fail_unless (element && !error, "%s", error ? error->message : launch);
  gst_object_ref_sink (element);
  self->bus = gst_bus_new ();
  gst_element_set_bus (element, self->bus);
  self->harness = gst_harness_new_with_element (element, "sink", NULL);
  gst_object_unref (element);
  if (caps)
    sink_set_caps (self, caps);
}

void
sink_close (struct sink *self)
{
  gst_element_set_bus (self->harness->element, NULL);
  gst_harness_teardown (self->harness);
  gst_object_unref (self->bus);
}

void
sink_set_caps (struct sink *self, const char *caps)
{
  self->info = picture_info (caps);
  gst_harness_set_src_caps_str (self->harness, caps);
}

void
sink_push (struct sink *self, GstBuffer *buffer)
{
  fail_unless_equals_int (
      gst_harness_push (self->harness, buffer), GST_FLOW_OK);
}

void
sink_push_any (struct sink *self)
{
  sink_push (self,
      gst_buffer_new_allocate (NULL, GST_VIDEO_INFO_SIZE (&self->info), NULL));
}

void
sink_set_rectangle (struct sink *self, gint x, gint y, gint w, gint h)
{
  fail_unless (gst_video_overlay_set_render_rectangle (
      GST_VIDEO_OVERLAY (self->harness->element), x, y, w, h));
}

guint64
sink_get_stat (struct sink *self, const char *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;

  g_object_get (self->harness->element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, field, &value), "%s", field);
  return value;
}

gchar *
sink_get_stat_string (struct sink *self, const char *field)
{
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (self->harness->element, "stats", &stats, NULL);
  fail_unless (gst_structure_has_field (stats, field), "%s", field);
  return g_strdup (gst_structure_get_string (stats, field));
}

void
sink_wait_frames (struct sink *self, guint64 frames)
{
  for (guint i = 0; i < 1000 && sink_get_stat (self, "frames") < frames; i++)
    g_usleep (5000);
  fail_unless (sink_get_stat (self, "frames") >= frames);
}

gchar *
sink_take_warning (struct sink *self)
{
  return bus_take (self->bus, GST_MESSAGE_WARNING);
}

gchar *
sink_take_error (struct sink *self)
{
  return bus_take (self->bus, GST_MESSAGE_ERROR);
}

/* --- vkms -------------------------------------------------------------- */

void
stage_open (struct stage *self, unsigned n_overlays)
{
  const struct vkms_shape shape = { .n_overlays = n_overlays };

  self->vkms = vkms_new ("stage", &shape);
  self->reader = crc_reader_start_of (self->vkms->debugfs, 0);
  self->memory = g_ptr_array_new_with_free_func (g_free);
}

void
stage_close (struct stage *self)
{
  crc_reader_stop (self->reader);
  g_ptr_array_unref (self->memory);
  vkms_remove (self->vkms);
}

void
stage_add (struct stage *self, struct sink *sink, const char *properties,
    const char *caps)
{
  g_autofree char *all = g_strdup_printf (
      "mode=%dx%d %s", STAGE_WIDTH, STAGE_HEIGHT, properties);

  sink_open (sink, self->vkms->path, all, caps);
}

static guint32
fourcc_of (GstVideoFormat format)
{
  switch (format) {
    case GST_VIDEO_FORMAT_BGRx:
      return DRM_FORMAT_XRGB8888;
    case GST_VIDEO_FORMAT_BGRA:
      return DRM_FORMAT_ARGB8888;
    case GST_VIDEO_FORMAT_NV12:
      return DRM_FORMAT_NV12;
    default:
      fail ("%s", gst_video_format_to_string (format));
      return 0;
  }
}

struct golden_picture
stage_draw (struct stage *self, const GstVideoInfo *info, guint32 seed, gint x,
    gint y, GstBuffer **buffer)
{
  gsize size = GST_VIDEO_INFO_SIZE (info);
  guint8 *data = g_malloc (size);
  struct golden_picture picture;
  GstVideoFrame frame;

  *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  picture_draw_noise (*buffer, seed);
  fail_unless (gst_video_frame_map (&frame, info, *buffer, GST_MAP_READ));
  picture = golden_of_frame (
      &frame, fourcc_of (GST_VIDEO_INFO_FORMAT (info)), 0, 0);
  gst_video_frame_unmap (&frame);
  gst_buffer_extract (*buffer, 0, data, size);
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (info); i++)
    picture.data[i] = data + GST_VIDEO_INFO_PLANE_OFFSET (info, i);
  picture.x = x;
  picture.y = y;
  g_ptr_array_add (self->memory, data);
  return picture;
}

void
stage_wait (struct stage *self, const struct golden_picture pictures[], guint n)
{
  fail_unless (crc_reader_wait_for (self->reader,
                   golden_crc (STAGE_WIDTH, STAGE_HEIGHT, pictures, n)),
      "it is not on the screen");
}

void
stage_show (struct stage *self, struct sink *sink, guint32 seed, gint x, gint y)
{
  GstBuffer *buffer;
  struct golden_picture picture = stage_draw (
      self, &sink->info, seed, x, y, &buffer);

  sink_push (sink, buffer);
  stage_wait (self, &picture, 1);
}
