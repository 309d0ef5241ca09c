/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Producers ask, before their first frame, whether their memory will do. */

#include "gstdmabufcodecinput-private.h"

#include "gst-libs/allocators/gstzcimportquery.h"

#include <errno.h>
#include <gst/allocators/allocators.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_codec_debug);
#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

/* A real buffer in the queue, which does not stream and is freed again. */
static gint
queue_once (GstDmabufCodecInput *self, const GstZcV4l2Way *way,
    GstBuffer *buffer, const gchar **step)
{
  static const struct zc_v4l2_stamp stamp;
  GstZcV4l2Slots *slots = gst_zc_v4l2_slots_new (way, self->device,
      self->device->output_type, &self->format, &self->info, &self->layout, 0);
  guint count = 1;
  gint ret = gst_zc_v4l2_slots_alloc (slots, &count, step);

  if (ret == 0) {
    gst_buffer_ref (buffer);
    *step = "VIDIOC_QBUF";
    ret = gst_zc_v4l2_slots_push (slots, buffer, &stamp, step);
    if (ret < 0)
      gst_buffer_unref (buffer);
  }
  gst_zc_v4l2_slots_shutdown (slots);
  gst_zc_v4l2_slots_unref (slots);
  return ret;
}

static gint
try_way (GstDmabufCodecInput *self, const GstZcV4l2Way *way, GstBuffer *buffer,
    gchar **reason)
{
  const gchar *fault = gst_dmabuf_codec_input_fault_of_memory (way, buffer);
  const gchar *step = NULL;
  gint ret;

  *reason = fault ? g_strdup (fault)
                  : gst_dmabuf_codec_input_fault_of_layout (self, buffer);
  if (*reason)
    return -EMEDIUMTYPE;
  ret = queue_once (self, way, buffer, &step);
  if (ret < 0)
    *reason = g_strdup_printf ("%s: %s: %s (errno %d)", self->device->path,
        step, g_strerror (-ret), -ret);
  return ret;
}

/* The ways that copy nothing. What they asked of the format is taken back. */
static gint
try_ways (GstDmabufCodecInput *self, GstBuffer *buffer, gchar **reason)
{
  const GstZcV4l2Way *way = gst_is_dmabuf_memory (
                                gst_buffer_peek_memory (buffer, 0))
                                ? &gst_zc_v4l2_way_import
                                : &gst_zc_v4l2_way_userptr;
  gint ret = try_way (self, way, buffer, reason);
  gint again = gst_dmabuf_codec_input_set_format (self, &self->wish);

  if (again < 0)
    GST_WARNING_OBJECT (self->element, "%s does not take its format again: %s",
        self->device->path, g_strerror (-again));
  return ret;
}

static gboolean
is_meant (const GstDmabufCodecInput *self, GstQuery *query)
{
  GstPad *pad = gst_element_get_static_pad (self->element, "sink");
  gboolean is = gst_zc_import_query_concerns (query, pad);

  gst_object_unref (pad);
  return is;
}

/* Who streams already knows how frames come, and is not to be disturbed. */
gboolean
gst_dmabuf_codec_input_answer (GstDmabufCodecInput *self, GstQuery *query)
{
  g_autofree gchar *reason = NULL;
  gboolean knows = FALSE;
  GstBuffer *buffer;
  gint error = 0;

  if (!gst_zc_import_query_parse (query, NULL, &buffer))
    return FALSE;
  if (!is_meant (self, query) || !g_mutex_trylock (&self->setup))
    return TRUE;
  if (self->device && !self->slots && gst_buffer_n_memory (buffer) > 0) {
    knows = TRUE;
    error = try_ways (self, buffer, &reason);
  }
  g_mutex_unlock (&self->setup);
  if (knows) {
    GST_DEBUG_OBJECT (
        self->element, "asked about memory: %s", reason ? reason : "yes");
    gst_zc_import_query_answer (query, self->element, error, reason);
  }
  return TRUE;
}
