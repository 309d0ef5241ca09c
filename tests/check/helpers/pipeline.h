/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PIPELINE_H
#define PIPELINE_H

#include <gst/check/gstharness.h>
#include <gst/gst.h>

/* Small words for what tests do with pipelines. What goes wrong where it must
 * not fails the test, with the error message. */

/* Elements are called as in the text: dmabufsrc name=src. */
GstElement *pipeline_new (const char *description);
void pipeline_free (GstElement *pipeline); /* to NULL first */

/* One source in a harness, with its properties: dmabufsrc io-mode=mmap. */
GstHarness *pipeline_harness (const char *description);

GstElement *pipeline_get (GstElement *pipeline, const char *name); /* unref */

void pipeline_set_state (GstElement *pipeline, GstState state);

/* Plays until the end of the stream. */
void pipeline_run (GstElement *pipeline);
void pipeline_wait_eos (GstElement *pipeline);

/* Plays until an error comes; DEBUG gets its details if it is not NULL. */
GError *pipeline_run_to_error (GstElement *pipeline, gchar **debug);
GError *pipeline_wait_error (GstElement *pipeline, gchar **debug);

/* Waits for a warning or an information message: its text. */
gchar *pipeline_wait_warning (GstElement *pipeline);
gchar *pipeline_wait_info (GstElement *pipeline);

/* The first warning of those that nobody waited for, also while something else
 * was waited for: its text, to be freed, or NULL. */
gchar *pipeline_get_warning (GstElement *pipeline);

/* That there is none. */
void pipeline_assert_no_warning (GstElement *pipeline);

/* A number in the "stats" of an element. */
guint64 pipeline_get_stat (
    GstElement *pipeline, const char *element, const char *field);

/* A word in them, to be freed. */
gchar *pipeline_get_stat_string (
    GstElement *pipeline, const char *element, const char *field);

/* Calls PROBE for every buffer that arrives at ELEMENT's sink pad. */
void pipeline_probe (GstElement *pipeline, const char *element,
    GstPadProbeCallback probe, gpointer data);

/* Waits until so many buffers arrived at ELEMENT since it was called. */
void pipeline_wait_buffers (
    GstElement *pipeline, const char *element, guint count);

#endif
