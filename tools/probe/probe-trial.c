/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe-trial.h"

#include "probe-stream.h"

/* What a trial is made of. */
struct setup {
  const ProbeEnd *from, *to;
  GstVideoFormat format;
  guint width, height, n_frames;
  GstCaps *caps;           /* between the two */
  const ProbeEnd *encoder; /* of what a decoder is given */
};

const gchar *
probe_verdict_get_name (ProbeVerdict verdict)
{
  static const gchar *const names[] = { "zero copy", "copied", "failed",
    "busy" };

  return names[verdict];
}

static gchar *
describe_source (const struct setup *setup)
{
  if (setup->from->kind == PROBE_CAMERA)
    return g_strdup_printf ("dmabufsrc device=%s num-buffers=%u",
        setup->from->path, setup->n_frames);
  if (setup->from->kind == PROBE_DECODER)
    return g_strdup_printf ("dmabufdec device=%s", setup->from->path);
  return g_strdup_printf ("videotestsrc num-buffers=%u", setup->n_frames);
}

/* NAME goes to the element that is meant, END is what a converter ends in. */
static gchar *
describe_sink (const struct setup *setup, const gchar *name, const gchar *end)
{
  const ProbeEnd *to = setup->to;

  switch (to->kind) {
    case PROBE_DISPLAY:
      return g_strdup_printf (
          "dmabufsink%s device=%s connector=%s", name, to->path, to->connector);
    case PROBE_ENCODER:
      return g_strdup_printf (
          "dmabufenc%s device=%s ! fakesink", name, to->path);
    case PROBE_CONVERTER:
      return g_strdup_printf (
          "dmabufconvert%s device=%s ! %s", name, to->path, end);
    default:
      return g_strdup_printf ("fakesink%s", name);
  }
}

/* What a converter may make of it, of which it chooses: any other format, as
 * the same would pass. One that has no other scales. */
static GstCaps *
caps_of_other (const struct setup *setup)
{
  const GArray *formats = setup->to->out;
  GstCaps *all = gst_caps_new_empty ();

  for (guint i = 0; i < formats->len; i++) {
    GstVideoFormat format = g_array_index (formats, GstVideoFormat, i);

    if (format != setup->format)
      gst_caps_append (
          all, probe_caps_new (format, setup->width, setup->height, FALSE));
  }
  if (gst_caps_is_empty (all))
    gst_caps_append (all, probe_caps_new (setup->format, setup->width / 2,
                              setup->height / 2, FALSE));
  return all;
}

static void
set_filter (GstElement *pipeline, const gchar *name, GstCaps *caps)
{
  g_autoptr (GstElement)
      filter = gst_bin_get_by_name (GST_BIN (pipeline), name);

  g_object_set (filter, "caps", caps, NULL);
}

static GstElement *
make_pipeline (const struct setup *setup, gchar **error)
{
  g_autofree gchar *source = describe_source (setup);
  g_autofree gchar *sink = describe_sink (
      setup, " name=to", "capsfilter name=other ! fakesink name=made");
  g_autofree gchar *text = g_strdup_printf (
      "%s%s ! capsfilter name=filter ! %s",
      setup->encoder ? "appsrc name=coded ! " : "", source, sink);
  g_autoptr (GError) why = NULL;
  GstElement *pipeline = gst_parse_launch (text, &why);

  if (why) {
    *error = g_strdup (why->message);
    gst_clear_object (&pipeline);
    return NULL;
  }
  set_filter (pipeline, "filter", setup->caps);
  if (setup->to->kind == PROBE_CONVERTER) {
    g_autoptr (GstCaps) other = caps_of_other (setup);

    set_filter (pipeline, "other", other);
  }
  return pipeline;
}

static gboolean
push_stream (const struct setup *setup, GstElement *pipeline, gchar **error)
{
  g_autoptr (GstElement)
      appsrc = gst_bin_get_by_name (GST_BIN (pipeline), "coded");
  g_autoptr (ProbeStream) stream = probe_stream_new (
      setup->encoder, setup->from, setup->caps, setup->n_frames, error);

  if (stream)
    probe_stream_push (stream, appsrc);
  return stream != NULL;
}

/* By what it came to, not by what was asked for. */
static gchar *
describe_launch (const struct setup *setup, const ProbeRun *run)
{
  g_autofree gchar *source = describe_source (setup);
  g_autofree gchar *between = probe_caps_to_shell (run->caps);
  g_autofree gchar *made = run->made ? probe_caps_to_shell (run->made) : NULL;
  g_autofree gchar *end = g_strdup_printf (
      "%s%sfakesink", made ? made : "", made ? " ! " : "");
  g_autofree gchar *sink = describe_sink (setup, "", end);
  g_autofree gchar *coded = NULL;

  if (setup->encoder) {
    /* videotestsrc makes no dma-bufs by itself, and needs not be told. */
    g_autoptr (GstCaps) pictures = probe_caps_new (
        setup->format, setup->width, setup->height, TRUE);
    g_autofree gchar *drawn = probe_caps_to_shell (pictures);

    coded = probe_stream_describe (setup->encoder, drawn, setup->n_frames);
  }
  return g_strdup_printf ("gst-launch-1.0 %s%s%s ! %s ! %s", coded ? coded : "",
      coded ? " ! " : "", source, between, sink);
}

/* Why what ended well proves nothing; NULL: it does. A converter may have let
 * frames pass, a display may have dropped them. Decoders tell no path. */
static gchar *
find_doubt (const ProbeRun *run)
{
  if (run->frames == 0)
    return g_strdup ("It ended without a frame.");
  for (guint i = 0; i < run->steps->len; i++) {
    const ProbeStep *step = run->steps->pdata[i];

    if (!step->path && !g_str_equal (step->element, "dmabufdec"))
      return g_strdup_printf (
          "It ended well, but %s did nothing with the frames.", step->element);
  }
  return NULL;
}

static void
judge (ProbeTrial *self)
{
  for (guint i = 0; i < self->run->steps->len; i++) {
    const ProbeStep *step = self->run->steps->pdata[i];

    self->copies += step->copies;
    self->bytes += step->bytes;
  }
  self->error = self->run->error ? g_strdup (self->run->error)
                                 : find_doubt (self->run);
  if (self->error)
    self->verdict = self->run->is_busy ? PROBE_BUSY : PROBE_FAILED;
  else
    self->verdict = self->copies ? PROBE_COPIED : PROBE_ZERO_COPY;
}

static void
read_size (ProbeTrial *self, const GstCaps *caps)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  gint width = 0, height = 0;

  gst_structure_get (
      s, "width", G_TYPE_INT, &width, "height", G_TYPE_INT, &height, NULL);
  self->width = width;
  self->height = height;
}

static void
try_out (ProbeTrial *self, const struct setup *setup)
{
  GstElement *pipeline = make_pipeline (setup, &self->error);

  if (pipeline && setup->encoder &&
      !push_stream (setup, pipeline, &self->error))
    gst_clear_object (&pipeline);
  if (!pipeline)
    return;
  self->run = probe_run_new (pipeline);
  judge (self);
  if (self->run->caps)
    read_size (self, self->run->caps);
  if (!self->error)
    self->launch = describe_launch (setup, self->run);
}

/* The size that is wanted; if a camera does not have it, any, or an error. */
static gboolean
choose_size (struct setup *setup, const ProbeWish *wish, gchar **error)
{
  gboolean for_cpu = setup->to->kind == PROBE_CONSUMER;

  setup->width = wish->width;
  setup->height = wish->height;
  setup->caps = probe_caps_new (
      setup->format, setup->width, setup->height, for_cpu);
  if (!setup->from->caps ||
      gst_caps_can_intersect (setup->from->caps, setup->caps))
    return TRUE;
  if (wish->size_is_must) {
    *error = g_strdup_printf ("The camera does not have it in %ux%u: see "
                              "v4l2-ctl -d %s --list-formats-ext.",
        wish->width, wish->height, setup->from->path);
    return FALSE;
  }
  gst_caps_unref (setup->caps);
  setup->width = setup->height = 0;
  setup->caps = probe_caps_new (setup->format, 0, 0, for_cpu);
  return TRUE;
}

ProbeTrial *
probe_trial_new (const ProbeMachine *machine, const ProbeEnd *from,
    const ProbeEnd *to, GstVideoFormat format, const ProbeWish *wish)
{
  ProbeTrial *self = g_new0 (ProbeTrial, 1);
  struct setup setup = { from, to, format, 0, 0, wish->frames, NULL, NULL };

  self->format = format;
  self->verdict = PROBE_FAILED;
  if (from->kind == PROBE_DECODER)
    setup.encoder = probe_stream_find_encoder (machine, from, format);
  if (choose_size (&setup, wish, &self->error))
    try_out (self, &setup);
  gst_caps_unref (setup.caps);
  return self;
}

void
probe_trial_free (ProbeTrial *self)
{
  g_clear_pointer (&self->run, probe_run_free);
  g_free (self->error);
  g_free (self->launch);
  g_free (self);
}

gchar *
probe_trial_describe_way (const ProbeTrial *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; self->run && i < self->run->steps->len; i++) {
    const ProbeStep *step = self->run->steps->pdata[i];

    g_string_append_printf (text, "%s%s%s%s", text->len ? ", " : "",
        step->element, step->path ? " " : "", step->path ? step->path : "");
  }
  return g_string_free (text, FALSE);
}
