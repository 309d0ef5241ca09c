/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsink-private.h"

#include "gst-libs/allocators/gstzcannouncement.h"
#include "gst-libs/allocators/gstzcformat.h"

#include <drm_fourcc.h>
#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

/* How frames come to the display. */
static const gchar scanout_pool[] = "scanout-pool";
static const gchar dmabuf_import[] = "dmabuf-import";
static const gchar copied[] = "copy";

gboolean
gst_dmabuf_sink_is_linear (GstDmabufSink *self)
{
  return self->modifier == DRM_FORMAT_MOD_LINEAR &&
         gst_zc_format_from_drm (self->fourcc, self->modifier) ==
             GST_VIDEO_INFO_FORMAT (&self->info);
}

struct zc_kms_fb *
gst_dmabuf_sink_find_fb (GstDmabufSink *self, GstBuffer *buffer, gint *error)
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
                             ? scanout_pool
                             : dmabuf_import;
    GST_OBJECT_UNLOCK (self);
  }
  return fb;
}

GstBuffer *
gst_dmabuf_sink_copy_frame (GstDmabufSink *self, GstBuffer *buffer)
{
  GstBuffer *copy = gst_dmabuf_sink_copier_copy (&self->copier, buffer);

  if (!copy)
    return NULL;
  GST_OBJECT_LOCK (self);
  self->stats.copies++;
  self->stats.bytes_copied += GST_VIDEO_INFO_SIZE (&self->copier.info);
  self->stats.path = copied;
  GST_OBJECT_UNLOCK (self);
  return copy;
}

GstFlowReturn
gst_dmabuf_sink_copy_failed (GstDmabufSink *self, gint error)
{
  if (gst_dmabuf_sink_copier_is_flushing (&self->copier))
    return GST_FLOW_FLUSHING;
  gst_dmabuf_sink_error_copy (
      GST_ELEMENT (self), self->card_path, self->copier.error, error);
  return GST_FLOW_ERROR;
}

gboolean
gst_dmabuf_sink_may_copy (GstDmabufSink *self, const gchar *reason)
{
  gboolean may;

  GST_OBJECT_LOCK (self);
  may = self->settings.copy_policy == GST_ZC_COPY_POLICY_ALLOW;
  GST_OBJECT_UNLOCK (self);
  if (!may)
    gst_dmabuf_sink_error_forbidden (
        GST_ELEMENT (self), self->card_path, reason);
  return may;
}

/* Once; and once more if it was not memory of the producer's own, but the
 * display that refused. */
static void
tell_copies (GstDmabufSink *self, gint error)
{
  gboolean is_refused = error != -EMEDIUMTYPE;

  if (is_refused ? !self->told_refusal : self->stats.copies == 0)
    gst_dmabuf_sink_warn_copies (GST_ELEMENT (self), self->card_path, error);
  self->told_refusal |= is_refused;
}

/* Of the first frame of the stream that comes this way, and again only of the
 * first copy; ERROR is why not without. */
static void
announce (GstDmabufSink *self, const gchar *way, GstBuffer *buffer, gint error)
{
  GstZcAnnouncement announcement = {
    .pad = GST_BASE_SINK_PAD (self),
    .way = way,
    .zero_copy = error == 0,
    .caps = gst_pad_get_current_caps (GST_BASE_SINK_PAD (self)),
    .sample = buffer,
  };
  GstZcRefusals *refusals = gst_zc_refusals_new ();

  if (error < 0)
    gst_zc_refusals_add (
        refusals, dmabuf_import, error, gst_dmabuf_sink_reason_of_copy (error));
  announcement.refusals = refusals;
  gst_zc_announcement_post (&announcement);
  gst_zc_refusals_free (refusals);
  gst_clear_caps (&announcement.caps);
  self->announced = way;
}

static GstFlowReturn
take (GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame)
{
  frame->owner[ZC_KMS_VIDEO] = gst_buffer_ref (buffer);
  if (!self->announced)
    announce (self,
        gst_dmabuf_sink_screen_made (self->screen, buffer) ? scanout_pool
                                                           : dmabuf_import,
        buffer, 0);
  return GST_FLOW_OK;
}

static GstFlowReturn
take_copy (GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame,
    gint error)
{
  tell_copies (self, error);
  if (self->announced != copied)
    announce (self, copied, buffer, error);
  frame->owner[ZC_KMS_VIDEO] = gst_dmabuf_sink_copy_frame (self, buffer);
  if (frame->owner[ZC_KMS_VIDEO])
    frame->fb[ZC_KMS_VIDEO] = gst_dmabuf_sink_find_fb (
        self, frame->owner[ZC_KMS_VIDEO], &error);
  if (frame->fb[ZC_KMS_VIDEO])
    return GST_FLOW_OK;
  return gst_dmabuf_sink_copy_failed (self, error);
}

GstFlowReturn
gst_dmabuf_sink_bring (
    GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame)
{
  gint error = 0;

  frame->fb[ZC_KMS_VIDEO] = gst_dmabuf_sink_find_fb (self, buffer, &error);
  if (frame->fb[ZC_KMS_VIDEO])
    return take (self, buffer, frame);
  if (!gst_dmabuf_sink_is_linear (self)) {
    gst_dmabuf_sink_error_import (GST_ELEMENT (self), self->card_path, error);
    return GST_FLOW_ERROR;
  }
  if (!gst_dmabuf_sink_may_copy (self, gst_dmabuf_sink_reason_of_copy (error)))
    return GST_FLOW_ERROR;
  return take_copy (self, buffer, frame, error);
}
