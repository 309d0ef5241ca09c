/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROBE_RUN_H
#define PROBE_RUN_H

#include <gst/gst.h>

G_BEGIN_DECLS

/* What an element of the pipeline says of itself at the end. */
typedef struct {
  gchar *element; /* "dmabufsrc" */
  gchar *path;    /* how it moved frames; NULL: it does not say */
  gchar *refused; /* what it would rather have done; NULL: nothing */
  guint64 copies; /* frames that the CPU copied */
  guint64 bytes;  /* that were copied for that */
} ProbeStep;

/*
 * One pipeline, from start to end, and what it cost the process. The time is
 * that between the second frame and the last, so that opening devices and
 * agreeing on formats do not count.
 */
typedef struct {
  guint frames;                  /* that came to the element called "to" */
  guint measured;                /* of them; 0: too few */
  guint64 user, system, elapsed; /* microseconds for all of these */
  GstCaps *caps;                 /* what came there, at last; NULL if nothing */
  GstCaps *made; /* what came to that called "made"; NULL: nothing, or none */
  GPtrArray *steps; /* ProbeStep, in the order of frames */
  gchar *error;     /* NULL: it ran to its end */
  gboolean is_busy; /* the error: somebody else has the device */
} ProbeRun;

/* Runs PIPELINE, which is given up to it, until it ends, fails, or nothing has
 * come for some seconds. Blocks. */
ProbeRun *probe_run_new (GstElement *pipeline);
void probe_run_free (ProbeRun *run);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ProbeRun, probe_run_free)

G_END_DECLS

#endif
