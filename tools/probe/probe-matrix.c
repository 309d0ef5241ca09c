/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe-matrix.h"

#include "probe-stream.h"

static gboolean
goes (const ProbeMachine *machine, const ProbePair *pair, GstVideoFormat format)
{
  if (pair->to->in && !probe_formats_have (pair->to->in, format))
    return FALSE;
  if (pair->from->out && !probe_formats_have (pair->from->out, format))
    return FALSE;
  return pair->from->kind != PROBE_DECODER ||
         probe_stream_find_encoder (machine, pair->from, format);
}

/* Those of both ends. Programs have all. */
static GArray *
list_formats (
    const ProbeMachine *machine, const ProbePair *pair, const ProbeWish *wish)
{
  GArray *formats = probe_formats_new ();
  const GArray *all = pair->from->out ? pair->from->out : pair->to->in;

  for (guint i = 0; i < all->len; i++) {
    GstVideoFormat format = g_array_index (all, GstVideoFormat, i);

    if (wish->format != GST_VIDEO_FORMAT_UNKNOWN && wish->format != format)
      continue;
    if (goes (machine, pair, format))
      probe_formats_add (formats, format);
  }
  return formats;
}

/* NULL: it can be tried. */
static gchar *
find_obstacle (const ProbeMachine *machine, const ProbePair *pair)
{
  if (pair->from->trouble)
    return g_strdup (pair->from->trouble);
  if (pair->to->trouble)
    return g_strdup (pair->to->trouble);
  if (pair->from->kind == PROBE_DECODER &&
      !probe_stream_find_encoder (
          machine, pair->from, GST_VIDEO_FORMAT_UNKNOWN))
    return g_strdup ("no encoder of this machine makes what it decodes, so "
                     "that there is nothing to try it with");
  return NULL;
}

/* Where one is busy the others are. */
static void
try_formats (ProbePair *pair, const ProbeMachine *machine,
    const ProbeWish *wish, const GArray *formats)
{
  for (guint i = 0; i < formats->len; i++) {
    ProbeTrial *trial = probe_trial_new (machine, pair->from, pair->to,
        g_array_index (formats, GstVideoFormat, i), wish);

    g_ptr_array_add (pair->trials, trial);
    if (trial->verdict == PROBE_BUSY)
      return;
  }
}

static ProbePair *
pair_new (const ProbeMachine *machine, const ProbeEnd *from, const ProbeEnd *to,
    const ProbeWish *wish)
{
  ProbePair *self = g_new0 (ProbePair, 1);

  self->from = from;
  self->to = to;
  self->trials = g_ptr_array_new_with_free_func (
      (GDestroyNotify) probe_trial_free);
  self->skipped = find_obstacle (machine, self);
  if (!self->skipped) {
    g_autoptr (GArray) formats = list_formats (machine, self, wish);

    try_formats (self, machine, wish, formats);
    if (formats->len == 0)
      self->skipped = g_strdup (wish->format == GST_VIDEO_FORMAT_UNKNOWN
                                    ? "they have no format in common"
                                    : "not both have this format");
  }
  return self;
}

static void
pair_free (gpointer data)
{
  ProbePair *pair = data;

  g_ptr_array_unref (pair->trials);
  g_free (pair->skipped);
  g_free (pair);
}

guint
probe_pair_count (const ProbePair *self, ProbeVerdict verdict)
{
  guint n = 0;

  for (guint i = 0; i < self->trials->len; i++) {
    const ProbeTrial *trial = self->trials->pdata[i];

    n += trial->verdict == verdict;
  }
  return n;
}

/* From a program to a program there is no device. */
static gboolean
is_asked_for (const ProbeEnd *from, const ProbeEnd *to, const ProbeWish *wish)
{
  return probe_end_is_source (from) && probe_end_is_sink (to) &&
         !(from->kind == PROBE_PRODUCER && to->kind == PROBE_CONSUMER) &&
         probe_end_is_meant (from, wish->from) &&
         probe_end_is_meant (to, wish->to);
}

ProbeMatrix *
probe_matrix_new (const ProbeMachine *machine, const ProbeWish *wish,
    ProbePairFunc told, gpointer data)
{
  ProbeMatrix *self = g_new0 (ProbeMatrix, 1);
  GPtrArray *ends = machine->ends;

  self->pairs = g_ptr_array_new_with_free_func (pair_free);
  for (guint i = 0; i < ends->len; i++)
    for (guint j = 0; j < ends->len; j++)
      if (is_asked_for (ends->pdata[i], ends->pdata[j], wish)) {
        ProbePair *pair = pair_new (
            machine, ends->pdata[i], ends->pdata[j], wish);

        g_ptr_array_add (self->pairs, pair);
        if (told)
          told (pair, data);
      }
  return self;
}

void
probe_matrix_free (ProbeMatrix *self)
{
  g_ptr_array_unref (self->pairs);
  g_free (self);
}

guint
probe_matrix_count (const ProbeMatrix *self, ProbeVerdict verdict)
{
  guint n = 0;

  for (guint i = 0; i < self->pairs->len; i++)
    n += probe_pair_count (self->pairs->pdata[i], verdict);
  return n;
}
