/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe-stream.h"

#include "probe-run.h"

static gboolean
makes (const ProbeEnd *encoder, const ProbeEnd *decoder, GstVideoFormat format)
{
  return encoder->kind == PROBE_ENCODER && !encoder->trouble &&
         gst_caps_can_intersect (encoder->coded, decoder->coded) &&
         (format == GST_VIDEO_FORMAT_UNKNOWN ||
             probe_formats_have (encoder->in, format));
}

const ProbeEnd *
probe_stream_find_encoder (
    const ProbeMachine *machine, const ProbeEnd *decoder, GstVideoFormat format)
{
  for (guint i = 0; i < machine->ends->len; i++) {
    const ProbeEnd *end = machine->ends->pdata[i];

    if (makes (end, decoder, format))
      return end;
  }
  return NULL;
}

gchar *
probe_stream_describe (
    const ProbeEnd *encoder, const gchar *caps, guint n_frames)
{
  return g_strdup_printf ("videotestsrc num-buffers=%u ! %s ! dmabufenc "
                          "device=%s",
      n_frames, caps, encoder->path);
}

/* The device has its own buffer back. */
static GstPadProbeReturn
on_coded (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  (void) pad;
  g_ptr_array_add (
      data, gst_buffer_copy_deep (gst_pad_probe_info_get_buffer (info)));
  return GST_PAD_PROBE_OK;
}

static GstElement *
make_pipeline (const ProbeEnd *encoder, const ProbeEnd *decoder, GstCaps *caps,
    guint n_frames, gchar **error)
{
  g_autofree gchar *made = probe_stream_describe (
      encoder, "capsfilter name=filter", n_frames);
  g_autofree gchar *text = g_strdup_printf (
      "%s ! capsfilter name=codec ! fakesink name=to", made);
  g_autoptr (GError) why = NULL;
  g_autoptr (GstElement) filter = NULL, codec = NULL;
  GstElement *pipeline = gst_parse_launch (text, &why);

  if (why) {
    *error = g_strdup (why->message);
    gst_clear_object (&pipeline);
    return NULL;
  }
  filter = gst_bin_get_by_name (GST_BIN (pipeline), "filter");
  codec = gst_bin_get_by_name (GST_BIN (pipeline), "codec");
  g_object_set (filter, "caps", caps, NULL);
  g_object_set (codec, "caps", decoder->coded, NULL);
  return pipeline;
}

ProbeStream *
probe_stream_new (const ProbeEnd *encoder, const ProbeEnd *decoder,
    GstCaps *caps, guint n_frames, gchar **error)
{
  GstElement *pipeline = make_pipeline (
      encoder, decoder, caps, n_frames, error);
  g_autoptr (ProbeStream) self = g_new0 (ProbeStream, 1);
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (ProbeRun) run = NULL;

  self->frames = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_buffer_unref);
  if (!pipeline)
    return NULL;
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "to");
  pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER, on_coded, self->frames, NULL);
  run = probe_run_new (pipeline);
  if (run->error || !run->caps) {
    *error = g_strdup_printf ("%s cannot make a stream for it: %s",
        encoder->name, run->error ? run->error : "nothing came out.");
    return NULL;
  }
  self->caps = gst_caps_ref (run->caps);
  return g_steal_pointer (&self);
}

void
probe_stream_push (const ProbeStream *self, GstElement *appsrc)
{
  GstFlowReturn ret;

  g_object_set (appsrc, "caps", self->caps, "format", GST_FORMAT_TIME, NULL);
  for (guint i = 0; i < self->frames->len; i++)
    g_signal_emit_by_name (appsrc, "push-buffer", self->frames->pdata[i], &ret);
  g_signal_emit_by_name (appsrc, "end-of-stream", &ret);
}

void
probe_stream_free (ProbeStream *self)
{
  g_ptr_array_unref (self->frames);
  gst_clear_caps (&self->caps);
  g_free (self);
}
