/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROBE_TRIAL_H
#define PROBE_TRIAL_H

#include "probe-machine.h"
#include "probe-run.h"

G_BEGIN_DECLS

/* What was asked for. */
typedef struct {
  gchar *from, *to;      /* as of probe_end_is_meant() */
  GstVideoFormat format; /* UNKNOWN: all that both ends have */
  guint width, height;
  gboolean size_is_must; /* else another is taken where there is not this one */
  guint frames;
} ProbeWish;

typedef enum {
  PROBE_ZERO_COPY,
  PROBE_COPIED, /* by the CPU, at least one frame */
  PROBE_FAILED,
  PROBE_BUSY, /* somebody else has the device */
} ProbeVerdict;

/* One format from one end to the other, with real frames. */
typedef struct {
  GstVideoFormat format;
  ProbeVerdict verdict;
  ProbeRun *run;       /* NULL: it did not come to that */
  guint width, height; /* of the frames; 0: there were none */
  guint64 copies;      /* frames that were copied, at all steps */
  guint64 bytes;       /* for that */
  gchar *error;        /* FAILED and BUSY: why */
  gchar *launch;       /* the command that does the same; NULL: none does */
} ProbeTrial;

/* Blocks until all frames have passed. */
ProbeTrial *probe_trial_new (const ProbeMachine *machine, const ProbeEnd *from,
    const ProbeEnd *to, GstVideoFormat format, const ProbeWish *wish);
void probe_trial_free (ProbeTrial *trial);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ProbeTrial, probe_trial_free)

/* "zero copy", "copied", "failed", "busy". */
const gchar *probe_verdict_get_name (ProbeVerdict verdict);

/* "dmabufsrc dmabuf-import, dmabufsink scanout-pool"; "" if it did not run.
 * g_free(). */
gchar *probe_trial_describe_way (const ProbeTrial *trial);

G_END_DECLS

#endif
