/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROBE_TEXT_H
#define PROBE_TEXT_H

#include "probe-matrix.h"

G_BEGIN_DECLS

/* For people. All to be freed by g_free(). */

/* Devices, heaps, and what is missing. */
gchar *probe_text_describe_machine (const ProbeMachine *machine);

/* What became of a pair: formats of which it is the same are one entry. */
gchar *probe_text_describe_pair (const ProbePair *pair);

/* The table of all pairs. */
gchar *probe_text_describe_matrix (const ProbeMatrix *matrix);

G_END_DECLS

#endif
