/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROBE_VIDEO_H
#define PROBE_VIDEO_H

#include "probe-end.h"

G_BEGIN_DECLS

/* Adds cameras, codecs and converters to ENDS (of ProbeEnd), each node opened
 * for a moment; those that have no job, too. Returns how many nodes there
 * are. */
guint probe_video_list (GPtrArray *ends);

G_END_DECLS

#endif
