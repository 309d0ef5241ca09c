/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "negotiated.h"

#include "pipeline.h"
#include "runner.h"

GstCaps *
negotiated_frames (const char *source, const char *caps, unsigned n_buffers,
    GstPadProbeCallback probe, gpointer data)
{
  g_autofree char *text = g_strdup_printf (
      "%s num-buffers=%u ! capsfilter caps=\"%s\" ! fakesink name=sink", source,
      n_buffers, caps);
  GstElement *pipeline = pipeline_new (text);
  GstElement *sink = pipeline_get (pipeline, "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  GstCaps *got;

  if (probe)
    pipeline_probe (pipeline, "sink", probe, data);
  pipeline_run (pipeline);
  got = gst_pad_get_current_caps (pad);
  fail_unless (got != NULL);
  gst_object_unref (sink);
  pipeline_free (pipeline);
  return got;
}

GstCaps *
negotiated_caps (const char *source, const char *caps)
{
  return negotiated_frames (source, caps, 2, NULL, NULL);
}

GstCaps *
negotiated_query (const char *source, const char *filter_text)
{
  GstElement *src = gst_parse_launch (source, NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  g_autoptr (GstCaps) filter = filter_text ? gst_caps_from_string (filter_text)
                                           : NULL;
  GstCaps *caps;

  fail_unless_equals_int (
      gst_element_set_state (src, GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
  caps = gst_pad_query_caps (pad, filter);
  gst_element_set_state (src, GST_STATE_NULL);
  gst_object_unref (src);
  return caps;
}
