/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufcodecannounce.h"

#include "gstdmabufcodecerror.h"

#include "gst-libs/allocators/gstzcannouncement.h"
#include "gst-libs/allocators/gstzcimportquery.h"

#define EXPORT "dmabuf-export"

/* Whether all who are asked can take what the device makes where it is. */
static gboolean
is_taken (
    GstPad *pad, GstCaps *caps, GstBuffer *sample, gint *error, GString *reason)
{
  g_autofree gchar *refusals = NULL;

  if (!sample ||
      gst_zc_import_query_ask (pad, caps, sample, error, &refusals) == 0)
    return TRUE;
  g_string_append (reason, refusals);
  return FALSE;
}

static void
post (GstDmabufCodec *codec, GstPad *pad, GstCaps *caps, GstBuffer *sample,
    const gchar *way, gint error, const gchar *reason)
{
  GstZcRefusals *refusals = gst_zc_refusals_new ();
  GstZcAnnouncement announcement = {
    .pad = pad,
    .way = way,
    .zero_copy = !reason,
    .caps = caps,
    .sample = sample,
    .buffers = gst_dmabuf_codec_output_get_n_buffers (&codec->output),
    .refusals = refusals,
  };

  if (reason)
    gst_zc_refusals_add (refusals, EXPORT, error, reason);
  gst_zc_announcement_post (&announcement);
  gst_zc_refusals_free (refusals);
}

gboolean
gst_dmabuf_codec_announce (
    GstDmabufCodec *codec, GstCaps *caps, const gchar *copied)
{
  GstPad *pad = gst_element_get_static_pad (codec->element, "src");
  GstBuffer *sample = gst_zc_v4l2_slots_sample (codec->output.slots);
  GString *reason = g_string_new (copied);
  gboolean ok = TRUE;
  gint error = 0;

  if (!copied && !is_taken (pad, caps, sample, &error, reason) &&
      g_atomic_int_get (&codec->forbids)) {
    gst_dmabuf_codec_error_forbidden (
        codec->element, codec->device->path, reason->str);
    ok = FALSE;
  }
  if (ok)
    post (codec, pad, caps, sample, copied ? "copy" : EXPORT, error,
        reason->len > 0 ? reason->str : NULL);
  g_string_free (reason, TRUE);
  gst_clear_buffer (&sample);
  gst_object_unref (pad);
  return ok;
}
