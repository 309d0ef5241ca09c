/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrccontrols.h"

#include "gstdmabufsrcbalance.h"
#include "gstdmabufsrcerror.h"

#include "gst-libs/v4l2/gstzcv4l2controls.h"

#define GST_CAT_DEFAULT gst_dmabuf_src_debug

static GstStructure *
copy_wanted (GstDmabufSrc *self)
{
  GstStructure *wanted;

  GST_OBJECT_LOCK (self);
  wanted = self->controls ? gst_structure_copy (self->controls) : NULL;
  GST_OBJECT_UNLOCK (self);
  return wanted;
}

/* The property is read under the lock of the camera: of two threads that set
 * it, the later one's values reach the device last. */
static GArray *
apply (GstDmabufSrc *self, GPtrArray *complaints, gchar **path)
{
  GstStructure *wanted;
  GArray *done = NULL;

  g_mutex_lock (&self->camera.lock);
  wanted = self->camera.device ? copy_wanted (self) : NULL;
  if (wanted) {
    done = gst_zc_v4l2_controls_apply (
        self->camera.controls, wanted, complaints);
    *path = g_strdup (self->camera.device->path);
    gst_structure_free (wanted);
  }
  g_mutex_unlock (&self->camera.lock);
  return done;
}

void
gst_dmabuf_src_apply_controls (GstDmabufSrc *self)
{
  g_autoptr (GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *path = NULL;
  GArray *done = apply (self, complaints, &path);

  if (!done)
    return;
  GST_DEBUG_OBJECT (self, "%s: %u controls are set", path, done->len);
  if (complaints->len > 0)
    gst_dmabuf_src_warn_controls (GST_ELEMENT (self), path, complaints);
  gst_dmabuf_src_balance_announce (self, done);
  g_array_unref (done);
}

void
gst_dmabuf_src_set_controls (GstDmabufSrc *self, const GstStructure *controls)
{
  GstStructure *old;

  GST_OBJECT_LOCK (self);
  old = self->controls;
  self->controls = controls ? gst_structure_copy (controls) : NULL;
  GST_OBJECT_UNLOCK (self);
  if (old)
    gst_structure_free (old);
  gst_dmabuf_src_apply_controls (self);
}

GstStructure *
gst_dmabuf_src_describe_controls (GstDmabufSrc *self)
{
  GstStructure *controls = NULL;

  g_mutex_lock (&self->camera.lock);
  if (self->camera.device)
    controls = gst_zc_v4l2_controls_describe (
        self->camera.controls, "device-controls");
  g_mutex_unlock (&self->camera.lock);
  return controls;
}
