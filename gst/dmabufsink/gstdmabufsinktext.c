/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsink-private.h"

#include <drm_fourcc.h>

#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

/* Text that no plane is left for, drawn into a copy of the frame. */
GstFlowReturn
gst_dmabuf_sink_blend_text (
    GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame)
{
  g_autoptr (GError) error = NULL;
  GstBuffer *copy = frame->owner[ZC_KMS_VIDEO];
  guint64 bytes = 0;
  gint ret = 0;

  if (copy == buffer) {
    if (!gst_dmabuf_sink_may_copy (self,
            "text is beside the picture, and there is no plane left for it"))
      return GST_FLOW_ERROR;
    copy = gst_dmabuf_sink_copy_frame (self, buffer);
    if (!copy)
      return gst_dmabuf_sink_copy_failed (self, 0);
    GST_OBJECT_LOCK (self);
    if (!self->stats.copied)
      self->stats.copied = "the CPU draws text into them";
    GST_OBJECT_UNLOCK (self);
    gst_buffer_unref (buffer);
    frame->owner[ZC_KMS_VIDEO] = copy;
    frame->fb[ZC_KMS_VIDEO] = gst_dmabuf_sink_find_fb (self, copy, &ret);
    if (ret < 0)
      return gst_dmabuf_sink_copy_failed (self, ret);
  }
  if (!gst_dmabuf_sink_overlay_blend (
          self->copier.allocator, buffer, copy, &self->info, &bytes, &error))
    GST_WARNING_OBJECT (self, "text is missing: %s", error->message);
  GST_OBJECT_LOCK (self);
  self->stats.blends++;
  self->stats.bytes_blended += bytes;
  GST_OBJECT_UNLOCK (self);
  return GST_FLOW_OK;
}

void
gst_dmabuf_sink_use_cpu_for_text (GstDmabufSink *self, const gchar *reason)
{
  if (!self->text_is_drawn)
    GST_ELEMENT_WARNING (self, RESOURCE, NO_SPACE_LEFT,
        ("Text is drawn into the picture by the CPU."),
        ("%s has no plane left for it: %s. Each frame with text is copied; "
         "fewer sinks on the display, or text drawn before the sink, cost "
         "less.",
            self->card_path, reason));
  self->text_is_drawn = TRUE;
}

static gboolean
has_text (GstBuffer *buffer)
{
  return gst_buffer_get_video_overlay_composition_meta (buffer) != NULL;
}

/* The text of a frame as a picture of its own, if it has some. */
GstFlowReturn
gst_dmabuf_sink_add_text (
    GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame)
{
  struct zc_kms_fb *fb;
  gboolean imported;
  gint error;

  if (!has_text (buffer) && !self->overlay.buffer)
    return GST_FLOW_OK;
  if (self->text_is_drawn)
    return has_text (buffer) ? gst_dmabuf_sink_blend_text (self, buffer, frame)
                             : GST_FLOW_OK;
  if (!gst_dmabuf_sink_overlay_update (&self->overlay, buffer)) {
    if (!g_error_matches (self->overlay.error, GST_ZC_ERROR, GST_ZC_ERROR_BUSY))
      gst_dmabuf_sink_use_cpu_for_text (self, self->overlay.error->message);
    return gst_dmabuf_sink_blend_text (self, buffer, frame);
  }
  if (!self->overlay.buffer)
    return GST_FLOW_OK;
  fb = gst_dmabuf_sink_fbs_get (self->fbs, self->overlay.buffer,
      &self->overlay.info, DRM_FORMAT_ARGB8888, DRM_FORMAT_MOD_LINEAR,
      &imported, &error);
  if (!fb) {
    gst_dmabuf_sink_use_cpu_for_text (self, g_strerror (-error));
    return gst_dmabuf_sink_blend_text (self, buffer, frame);
  }
  frame->fb[ZC_KMS_OVERLAY] = fb;
  frame->owner[ZC_KMS_OVERLAY] = gst_buffer_ref (self->overlay.buffer);
  GST_OBJECT_LOCK (self);
  self->stats.texts = self->overlay.drawn;
  GST_OBJECT_UNLOCK (self);
  return GST_FLOW_OK;
}
