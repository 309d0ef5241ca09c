/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Producers ask, before their first frame, whether their memory will do. */

#include "gstdmabufsink-private.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/allocators/gstzcimportquery.h"

#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

/* With the screen's lock held: a framebuffer, and a commit that changes
 * nothing. What was imported is found again when it is shown. */
static gint
try_to_show (GstDmabufSink *self, GstCaps *caps, GstBuffer *buffer)
{
  struct zc_kms_fb *fb;
  gboolean imported;
  GstVideoInfo info;
  guint64 modifier;
  guint32 fourcc;
  gint error;

  if (!gst_zc_caps_parse (caps, &info, &fourcc, &modifier))
    return -EINVAL;
  fb = gst_dmabuf_sink_fbs_get (
      self->fbs, buffer, &info, fourcc, modifier, &imported, &error);
  if (imported) {
    GST_OBJECT_LOCK (self);
    self->stats.imports++;
    GST_OBJECT_UNLOCK (self);
  }
  return fb ? gst_dmabuf_sink_screen_test (self->screen, fb) : error;
}

static gchar *
reason_of (GstDmabufSink *self, gint error)
{
  if (error == -EMEDIUMTYPE)
    return g_strdup ("it is no dma-buf");
  return g_strdup_printf ("%s cannot scan it out: %s (errno %d)",
      self->card_path, g_strerror (-error), -error);
}

void
gst_dmabuf_sink_answer_import (GstDmabufSink *self, GstQuery *query)
{
  g_autofree gchar *reason = NULL;
  GstBuffer *buffer;
  GstCaps *caps;
  gint error;

  if (!gst_zc_import_query_concerns (query, GST_BASE_SINK_PAD (self)))
    return;
  gst_zc_import_query_parse (query, &caps, &buffer);
  g_mutex_lock (&self->screen_lock);
  if (!self->screen) {
    g_mutex_unlock (&self->screen_lock);
    return;
  }
  error = try_to_show (self, caps, buffer);
  if (error < 0)
    reason = reason_of (self, error);
  g_mutex_unlock (&self->screen_lock);

  GST_DEBUG_OBJECT (self, "asked about memory: %s", reason ? reason : "yes");
  gst_zc_import_query_answer (query, GST_ELEMENT (self), error, reason);
}
