/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROBE_JSON_H
#define PROBE_JSON_H

#include "probe-matrix.h"

G_BEGIN_DECLS

/* All of it; g_free(). MATRIX is NULL if nothing was run. */
gchar *probe_json_write (
    const ProbeMachine *machine, const ProbeMatrix *matrix);

G_END_DECLS

#endif
