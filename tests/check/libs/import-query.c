/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcimportquery.h"

#include <errno.h>

/* The question goes through elements that know nothing of it, and everybody
 * answers. */

static const gchar *refusers; /* names of who cannot take it */

static GstPadProbeReturn
answer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstElement *element = data;
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  GstBuffer *buffer = NULL;
  GstCaps *caps = NULL;

  (void) pad;
  if (!(GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_PUSH) ||
      !gst_zc_import_query_parse (query, &caps, &buffer))
    return GST_PAD_PROBE_OK;
  fail_unless (
      gst_structure_has_name (gst_caps_get_structure (caps, 0), "video/x-raw"));
  fail_unless_equals_int (gst_buffer_get_size (buffer), 4096);
  if (strstr (refusers, GST_OBJECT_NAME (element)))
    gst_zc_import_query_answer (query, element, -EINVAL, "it is too far");
  else
    gst_zc_import_query_answer (query, element, 0, NULL);
  return GST_PAD_PROBE_DROP; /* the query fails, as it should */
}

static void
listen (GstElement *pipeline, const gchar *name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);
  GstPad *pad;

  if (!element)
    return;
  pad = gst_element_get_static_pad (element, "sink");
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, answer, element, NULL);
  gst_object_unref (pad);
  gst_object_unref (element);
}

/* Asks from in front of "first": how many refuse. */
static guint
ask (const gchar *description, gchar **refusals)
{
  GstElement *pipeline = gst_parse_launch (description, NULL);
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, 4096, NULL);
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-raw");
  GstElement *first;
  GstPad *sink, *src = gst_pad_new ("src", GST_PAD_SRC);
  guint refused;
  gint error;

  fail_unless (pipeline != NULL);
  listen (pipeline, "a");
  listen (pipeline, "b");
  first = gst_bin_get_by_name (GST_BIN (pipeline), "first");
  sink = gst_element_get_static_pad (first, "sink");
  if (!sink) {
    sink = gst_element_request_pad_simple (first, "sink_%u");
    g_object_set (first, "active-pad", sink, NULL);
  }
  fail_unless_equals_int (gst_pad_link (src, sink), GST_PAD_LINK_OK);
  gst_pad_set_active (src, TRUE);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);

  refused = gst_zc_import_query_ask (src, caps, buffer, &error, refusals);
  fail_unless_equals_int (error, refused > 0 ? -EINVAL : 0);
  /* who was asked has kept nothing of it */
  ASSERT_MINI_OBJECT_REFCOUNT (buffer, "buffer", 1);

  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_pad_unlink (src, sink);
  gst_object_unref (src);
  gst_object_unref (sink);
  gst_object_unref (first);
  gst_object_unref (pipeline);
  return refused;
}

GST_START_TEST (it_passes_through_what_does_not_know_it)
{
  static const gchar *const elements[] = { "queue", "capsfilter", "identity",
    "valve", "input-selector", "tee" };

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++) {
    g_autofree gchar *refusals = NULL;
    g_autofree gchar *text = g_strdup_printf (
        "%s name=first ! fakesink async=false name=a", elements[i]);

    refusers = "a";
    fail_unless (ask (text, &refusals) == 1, "%s", elements[i]);
    fail_unless_equals_string (refusals, "a cannot take it: it is too far");
  }
}
GST_END_TEST;

#define TEE                                               \
  "tee name=first first. ! queue ! fakesink async=false " \
  "name=a first. ! identity ! fakesink async=false name=b"

GST_START_TEST (all_branches_of_a_tee_are_asked)
{
  g_autofree gchar *refusals = NULL;

  refusers = "a b";
  fail_unless_equals_int (ask (TEE, &refusals), 2);
  fail_unless (strstr (refusals, "a cannot") != NULL, "%s", refusals);
  fail_unless (strstr (refusals, "b cannot") != NULL, "%s", refusals);
}
GST_END_TEST;

GST_START_TEST (the_branch_that_cannot_is_named)
{
  g_autofree gchar *refusals = NULL;

  refusers = "b";
  fail_unless_equals_int (ask (TEE, &refusals), 1);
  fail_unless_equals_string (refusals, "b cannot take it: it is too far");
}
GST_END_TEST;

GST_START_TEST (who_can_refuses_nothing)
{
  gchar *refusals = "";

  refusers = "";
  fail_unless_equals_int (ask (TEE, &refusals), 0);
  fail_unless (refusals == NULL);
}
GST_END_TEST;

GST_START_TEST (who_does_not_know_it_refuses_nothing)
{
  gchar *refusals = "";

  fail_unless_equals_int (
      ask ("tee name=first ! queue ! fakesink async=false", &refusals), 0);
  fail_unless (refusals == NULL);
}
GST_END_TEST;

/* Whether frames like ASKED are those that come to a pad as COME, NULL for
 * none. */
static gboolean
concerns (const gchar *asked, const gchar *come)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  g_autoptr (GstCaps) caps = gst_caps_from_string (asked);
  GstQuery *query = gst_zc_import_query_new (caps, buffer);
  GstPad *pad = gst_pad_new ("sink", GST_PAD_SINK);
  gboolean yes;

  gst_pad_set_active (pad, TRUE);
  if (come) {
    g_autoptr (GstCaps) current = gst_caps_from_string (come);
    GstEvent *start = gst_event_new_stream_start ("stream");
    GstEvent *event = gst_event_new_caps (current);

    gst_pad_store_sticky_event (pad, start);
    gst_pad_store_sticky_event (pad, event);
    gst_event_unref (start);
    gst_event_unref (event);
  }
  yes = gst_zc_import_query_concerns (query, pad);
  gst_pad_set_active (pad, FALSE);
  gst_object_unref (pad);
  gst_query_unref (query);
  return yes;
}

#define SIZE ",width=640,height=480"

GST_START_TEST (who_gets_other_frames_is_not_meant)
{
  static const struct {
    const gchar *asked, *come;
    gboolean meant;
  } cases[] = {
    { "video/x-raw,format=NV12" SIZE, "video/x-raw,format=NV12" SIZE, TRUE },
    { "video/x-raw,format=NV12,framerate=30/1" SIZE,
        "video/x-raw,format=NV12,framerate=15/1" SIZE, TRUE },
    { "video/x-raw,format=NV12" SIZE, "video/x-raw,format=I420" SIZE, FALSE },
    { "video/x-raw,format=NV12" SIZE,
        "video/x-raw,format=NV12,width=320,height=480", FALSE },
    { "video/x-raw,format=NV12" SIZE,
        "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=NV12" SIZE,
        FALSE },
    { "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=NV12" SIZE,
        "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format="
        "NV12:0x0100000000000002" SIZE,
        FALSE },
    { "video/x-raw,format=NV12" SIZE, "video/x-h264", FALSE },
    { "image/jpeg" SIZE, "image/jpeg" SIZE, TRUE },
    { "image/jpeg" SIZE, "video/x-h264", FALSE },
    { "video/x-raw,format=NV12" SIZE, NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    fail_unless (concerns (cases[i].asked, cases[i].come) == cases[i].meant,
        "%s and %s", cases[i].asked, cases[i].come);
}
GST_END_TEST;

GST_START_TEST (other_queries_are_not_it)
{
  GstQuery *query = gst_query_new_custom (
      GST_QUERY_CUSTOM, gst_structure_new_empty ("something"));
  GstBuffer *buffer = NULL;

  fail_if (gst_zc_import_query_parse (query, NULL, &buffer));
  fail_unless (buffer == NULL);
  gst_query_unref (query);
  query = gst_query_new_drain ();
  fail_if (gst_zc_import_query_parse (query, NULL, &buffer));
  gst_query_unref (query);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (it_passes_through_what_does_not_know_it),
    RUNNER_TEST (all_branches_of_a_tee_are_asked),
    RUNNER_TEST (the_branch_that_cannot_is_named),
    RUNNER_TEST (who_can_refuses_nothing),
    RUNNER_TEST (who_does_not_know_it_refuses_nothing),
    RUNNER_TEST (who_gets_other_frames_is_not_meant),
    RUNNER_TEST (other_queries_are_not_it))
