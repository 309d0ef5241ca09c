/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROBE_MATRIX_H
#define PROBE_MATRIX_H

#include "probe-trial.h"

G_BEGIN_DECLS

/* From one end to another, in all formats that were tried. */
typedef struct {
  const ProbeEnd *from, *to;
  GPtrArray *trials; /* ProbeTrial */
  gchar *skipped;    /* why none was tried; or NULL */
} ProbePair;

/* How many of its trials came to VERDICT. */
guint probe_pair_count (const ProbePair *pair, ProbeVerdict verdict);

/* Each pair of what was asked for. */
typedef struct {
  GPtrArray *pairs; /* ProbePair */
} ProbeMatrix;

/* A pair has been tried. */
typedef void (*ProbePairFunc) (const ProbePair *pair, gpointer data);

/* Tries them all, which takes a while: TOLD (may be NULL) is called after each
 * pair. MACHINE must outlive the matrix. */
ProbeMatrix *probe_matrix_new (const ProbeMachine *machine,
    const ProbeWish *wish, ProbePairFunc told, gpointer data);
void probe_matrix_free (ProbeMatrix *matrix);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ProbeMatrix, probe_matrix_free)

/* How many trials came to VERDICT. */
guint probe_matrix_count (const ProbeMatrix *matrix, ProbeVerdict verdict);

G_END_DECLS

#endif
