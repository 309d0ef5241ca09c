/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe-run.h"

#include "probe-ask.h"

#include <sys/resource.h>

/* Nothing came for so long: nothing will. */
#define PATIENCE (5 * GST_SECOND)

/* Until the pipeline stops, frames are counted in its threads. */
struct meter {
  GMutex lock; /* of what follows */
  guint frames;
  struct sample {
    guint64 user, system, now;
  } second, last;
  GstCaps *caps;
};

static guint64
to_us (const struct timeval *time)
{
  return (guint64) time->tv_sec * G_USEC_PER_SEC + time->tv_usec;
}

static struct sample
take_sample (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (struct sample) { to_us (&usage.ru_utime), to_us (&usage.ru_stime),
    g_get_monotonic_time () };
}

static GstPadProbeReturn
on_frame (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  struct meter *meter = data;

  (void) info;
  g_mutex_lock (&meter->lock);
  meter->frames++;
  meter->last = take_sample ();
  if (meter->frames == 2)
    meter->second = meter->last;
  if (!meter->caps)
    meter->caps = gst_pad_get_current_caps (pad);
  g_mutex_unlock (&meter->lock);
  return GST_PAD_PROBE_OK;
}

static guint
count_frames (struct meter *meter)
{
  guint frames;

  g_mutex_lock (&meter->lock);
  frames = meter->frames;
  g_mutex_unlock (&meter->lock);
  return frames;
}

/* TRUE: it has ended. */
static gboolean
handle (ProbeRun *self, GstElement *pipeline, GstMessage *message)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    self->error = probe_error_read (message, &self->is_busy);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY)
    gst_bin_recalculate_latency (GST_BIN (pipeline));
  return GST_MESSAGE_TYPE (message) != GST_MESSAGE_LATENCY;
}

static void
wait_for_end (ProbeRun *self, GstElement *pipeline, struct meter *meter)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gboolean ended = FALSE;

  while (!ended) {
    guint before = count_frames (meter);
    GstMessage *message = gst_bus_timed_pop_filtered (bus, PATIENCE,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_LATENCY);

    if (message) {
      ended = handle (self, pipeline, message);
      gst_message_unref (message);
    } else if (count_frames (meter) == before) {
      self->error = g_strdup_printf (
          "Nothing happened for %u seconds, after %u frames.",
          (guint) (PATIENCE / GST_SECOND), before);
      ended = TRUE;
    }
  }
}

static guint64
get_number (const GstStructure *stats, const gchar *field)
{
  guint64 number = 0;

  gst_structure_get_uint64 (stats, field, &number);
  return number;
}

/* What STATS say under the first of the names that they have; NULL: nothing. */
static gchar *
get_word (const GstStructure *stats, const gchar *name, const gchar *other)
{
  const gchar *word = gst_structure_get_string (stats, name);

  if (!word)
    word = gst_structure_get_string (stats, other);
  return word && word[0] && !g_str_equal (word, "none") ? g_strdup (word)
                                                        : NULL;
}

static gboolean
is_decoder (const GstStructure *stats)
{
  return gst_structure_has_field (stats, "pictures-copied");
}

/* Of a decoder what counts is what comes out: it is given what is coded in
 * memory that no device reads, and copies that. */
static guint64
count_copies (const GstStructure *stats)
{
  if (is_decoder (stats))
    return get_number (stats, "pictures-copied");
  return get_number (stats, "copies") + get_number (stats, "copies-out") +
         get_number (stats, "blends");
}

static guint64
count_bytes (const GstStructure *stats)
{
  return get_number (stats, "bytes-copied") +
         get_number (stats, "bytes-copied-out") +
         get_number (stats, "bytes-blended");
}

static ProbeStep *
step_new (GstElement *element, const GstStructure *stats)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  ProbeStep *step = g_new0 (ProbeStep, 1);

  step->element = g_strdup (GST_OBJECT_NAME (factory));
  step->copies = count_copies (stats);
  if (!is_decoder (stats)) {
    step->path = get_word (stats, "path", "input");
    step->refused = get_word (stats, "copy-reason", "input-refused");
  }
  if (!step->refused)
    step->refused = get_word (stats, "refused", "refused");
  step->bytes = step->copies ? count_bytes (stats) : 0;
  /* It converts inside, and does not say how many bytes. */
  if (g_strcmp0 (step->path, "libv4l2") == 0)
    step->copies = get_number (stats, "frames");
  return step;
}

static void
step_free (gpointer data)
{
  ProbeStep *step = data;

  g_free (step->element);
  g_free (step->path);
  g_free (step->refused);
  g_free (step);
}

/* The sink pad of the element called NAME; NULL: there is none. */
static GstPad *
find_pad (GstElement *pipeline, const gchar *name)
{
  g_autoptr (GstElement)
      element = gst_bin_get_by_name (GST_BIN (pipeline), name);

  return element ? gst_element_get_static_pad (element, "sink") : NULL;
}

/* Those of ours; every sink has some "stats" that say nothing of this. */
static void
add_step (const GValue *item, gpointer data)
{
  ProbeRun *self = data;
  GstElement *element = g_value_get_object (item);
  GstElementFactory *factory = gst_element_get_factory (element);
  GstStructure *stats = NULL;

  if (!factory || !g_str_has_prefix (GST_OBJECT_NAME (factory), "dmabuf"))
    return;
  g_object_get (element, "stats", &stats, NULL);
  g_ptr_array_insert (self->steps, 0, step_new (element, stats));
  gst_structure_free (stats);
}

/* Before it stops, which makes pads forget. */
static void
read_made (ProbeRun *self, GstElement *pipeline)
{
  g_autoptr (GstPad) pad = find_pad (pipeline, "made");

  if (pad)
    self->made = gst_pad_get_current_caps (pad);
}

static void
read_steps (ProbeRun *self, GstElement *pipeline)
{
  GstIterator *all = gst_bin_iterate_sorted (GST_BIN (pipeline));

  gst_iterator_foreach (all, add_step, self);
  gst_iterator_free (all);
}

static void
read_meter (ProbeRun *self, struct meter *meter)
{
  self->frames = meter->frames;
  self->caps = g_steal_pointer (&meter->caps);
  if (meter->frames < 3)
    return;
  self->measured = meter->frames - 2;
  self->user = meter->last.user - meter->second.user;
  self->system = meter->last.system - meter->second.system;
  self->elapsed = meter->last.now - meter->second.now;
}

ProbeRun *
probe_run_new (GstElement *pipeline)
{
  ProbeRun *self = g_new0 (ProbeRun, 1);
  struct meter meter = { 0 };
  g_autoptr (GstPad) pad = find_pad (pipeline, "to");

  g_mutex_init (&meter.lock);
  self->steps = g_ptr_array_new_with_free_func (step_free);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_frame, &meter, NULL);
  /* What keeps it from starting is a message. */
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  wait_for_end (self, pipeline, &meter);
  read_steps (self, pipeline);
  read_made (self, pipeline);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  read_meter (self, &meter);
  gst_object_unref (pipeline);
  g_mutex_clear (&meter.lock);
  return self;
}

void
probe_run_free (ProbeRun *self)
{
  gst_clear_caps (&self->caps);
  gst_clear_caps (&self->made);
  g_ptr_array_unref (self->steps);
  g_free (self->error);
  g_free (self);
}
