/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROBE_MACHINE_H
#define PROBE_MACHINE_H

#include "probe-end.h"

G_BEGIN_DECLS

/* What there is. Does not change once it is made. */
typedef struct {
  GPtrArray *ends;    /* ProbeEnd: programs, too */
  GPtrArray *heaps;   /* ProbeHeap */
  GPtrArray *missing; /* gchar *: what is not there, and the cure */
} ProbeMachine;

/* Opens each device for a moment. */
ProbeMachine *probe_machine_new (void);
void probe_machine_free (ProbeMachine *machine);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ProbeMachine, probe_machine_free)

G_END_DECLS

#endif
