/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsink-private.h"

#include "gst-libs/allocators/gstzcformat.h"

#include <drm_fourcc.h>
#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

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
                             ? "scanout-pool"
                             : "dmabuf-import";
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
  self->stats.path = "copy";
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

GstFlowReturn
gst_dmabuf_sink_bring (
    GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame)
{
  gint error = 0;

  frame->fb[ZC_KMS_VIDEO] = gst_dmabuf_sink_find_fb (self, buffer, &error);
  if (frame->fb[ZC_KMS_VIDEO]) {
    frame->owner[ZC_KMS_VIDEO] = gst_buffer_ref (buffer);
    return GST_FLOW_OK;
  }
  if (!gst_dmabuf_sink_is_linear (self)) {
    gst_dmabuf_sink_error_import (GST_ELEMENT (self), self->card_path, error);
    return GST_FLOW_ERROR;
  }
  tell_copies (self, error);
  frame->owner[ZC_KMS_VIDEO] = gst_dmabuf_sink_copy_frame (self, buffer);
  if (frame->owner[ZC_KMS_VIDEO])
    frame->fb[ZC_KMS_VIDEO] = gst_dmabuf_sink_find_fb (
        self, frame->owner[ZC_KMS_VIDEO], &error);
  if (frame->fb[ZC_KMS_VIDEO])
    return GST_FLOW_OK;
  return gst_dmabuf_sink_copy_failed (self, error);
}
