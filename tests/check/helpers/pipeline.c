/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pipeline.h"

#include <gst/check/gstcheck.h>

/* No test waits that long for anything unless it fails. */
#define PATIENCE (20 * GST_SECOND)

GstElement *
pipeline_new (const char *description)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  fail_unless (
      error == NULL, "%s: %s", description, error ? error->message : "");
  fail_unless (GST_IS_PIPELINE (pipeline), "%s", description);
  return pipeline;
}

void
pipeline_free (GstElement *pipeline)
{
  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  gst_object_unref (pipeline);
}

GstHarness *
pipeline_harness (const char *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *element = gst_parse_launch (description, &error);
  GstHarness *harness;

  fail_unless (element && !error, "%s", error ? error->message : "");
  gst_object_ref_sink (element);
  harness = gst_harness_new_with_element (element, NULL, "src");
  gst_object_unref (element);
  return harness;
}

GstElement *
pipeline_get (GstElement *pipeline, const char *name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);

  fail_unless (element != NULL, "%s", name);
  return element;
}

static void
fail_with_message (GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  gst_message_parse_error (message, &error, &debug);
  fail ("%s\n%s", error->message, debug);
}

/* The first warning that came while something else was waited for. */
static void
keep_warning (GstElement *pipeline, GstMessage *message)
{
  if (g_object_get_data (G_OBJECT (pipeline), "warning"))
    gst_message_unref (message);
  else
    g_object_set_data_full (G_OBJECT (pipeline), "warning", message,
        (GDestroyNotify) gst_message_unref);
}

static GstMessage *
wait_message (GstElement *pipeline, GstMessageType types)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  for (;;) {
    message = gst_bus_timed_pop_filtered (
        bus, PATIENCE, types | GST_MESSAGE_WARNING);
    fail_unless (message != NULL, "nothing came on the bus");
    if (GST_MESSAGE_TYPE (message) & types)
      return message;
    keep_warning (pipeline, message);
  }
}

void
pipeline_set_state (GstElement *pipeline, GstState state)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstStateChangeReturn ret = gst_element_set_state (pipeline, state);

  if (ret == GST_STATE_CHANGE_ASYNC)
    ret = gst_element_get_state (pipeline, NULL, NULL, PATIENCE);
  if (ret != GST_STATE_CHANGE_SUCCESS && ret != GST_STATE_CHANGE_NO_PREROLL) {
    GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

    if (message)
      fail_with_message (message);
    fail ("no %s: %s", gst_element_state_get_name (state),
        gst_element_state_change_return_get_name (ret));
  }
}

void
pipeline_wait_eos (GstElement *pipeline)
{
  GstMessage *message = wait_message (
      pipeline, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    fail_with_message (message);
  gst_message_unref (message);
}

void
pipeline_run (GstElement *pipeline)
{
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_eos (pipeline);
}

GError *
pipeline_wait_error (GstElement *pipeline, gchar **debug)
{
  GstMessage *message = wait_message (
      pipeline, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  GError *error = NULL;

  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR,
      "it ended without an error");
  gst_message_parse_error (message, &error, debug);
  gst_message_unref (message);
  return error;
}

GError *
pipeline_run_to_error (GstElement *pipeline, gchar **debug)
{
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline_wait_error (pipeline, debug);
}

static gchar *
wait_text (GstElement *pipeline, GstMessageType type)
{
  g_autoptr (GError) error = NULL;
  GstMessage *message = wait_message (pipeline, type | GST_MESSAGE_ERROR);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    fail_with_message (message);
  if (type == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &error, NULL);
  else
    gst_message_parse_info (message, &error, NULL);
  gst_message_unref (message);
  return g_strdup (error->message);
}

gchar *
pipeline_wait_warning (GstElement *pipeline)
{
  return wait_text (pipeline, GST_MESSAGE_WARNING);
}

gchar *
pipeline_wait_info (GstElement *pipeline)
{
  return wait_text (pipeline, GST_MESSAGE_INFO);
}

gchar *
pipeline_get_warning (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  g_autoptr (GError) error = NULL;

  if (message)
    keep_warning (pipeline, message);
  message = g_object_get_data (G_OBJECT (pipeline), "warning");
  if (!message)
    return NULL;
  gst_message_parse_warning (message, &error, NULL);
  return g_strdup (error->message);
}

void
pipeline_assert_no_warning (GstElement *pipeline)
{
  g_autofree gchar *warning = pipeline_get_warning (pipeline);

  fail_unless (warning == NULL, "%s", warning);
}

guint64
pipeline_get_stat (GstElement *pipeline, const char *element, const char *field)
{
  g_autoptr (GstElement) e = pipeline_get (pipeline, element);
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;

  g_object_get (e, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, field, &value), "%s", field);
  return value;
}

gchar *
pipeline_get_stat_string (
    GstElement *pipeline, const char *element, const char *field)
{
  GstElement *e = pipeline_get (pipeline, element);
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (e, "stats", &stats, NULL);
  gst_object_unref (e);
  fail_unless (gst_structure_has_field_typed (stats, field, G_TYPE_STRING),
      "no %s in the stats", field);
  return g_strdup (gst_structure_get_string (stats, field));
}

void
pipeline_probe (GstElement *pipeline, const char *element,
    GstPadProbeCallback probe, gpointer data)
{
  g_autoptr (GstElement) e = pipeline_get (pipeline, element);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (e, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, probe, data, NULL);
}

typedef struct {
  GMutex lock;
  GCond more;
  guint count;
} Counter;

static GstPadProbeReturn
count_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Counter *counter = data;

  (void) pad;
  (void) info;
  g_mutex_lock (&counter->lock);
  counter->count++;
  g_cond_signal (&counter->more);
  g_mutex_unlock (&counter->lock);
  return GST_PAD_PROBE_OK;
}

void
pipeline_wait_buffers (GstElement *pipeline, const char *element, guint count)
{
  g_autoptr (GstElement) e = pipeline_get (pipeline, element);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (e, "sink");
  gint64 until = g_get_monotonic_time () + GST_TIME_AS_USECONDS (PATIENCE);
  gboolean in_time = TRUE;
  Counter counter = { 0 };
  gulong id;

  id = gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER, count_buffer, &counter, NULL);
  g_mutex_lock (&counter.lock);
  while (counter.count < count && in_time)
    in_time = g_cond_wait_until (&counter.more, &counter.lock, until);
  g_mutex_unlock (&counter.lock);
  gst_pad_remove_probe (pad, id);
  fail_unless (in_time, "%u of %u buffers came", counter.count, count);
}
