/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROBE_STREAM_H
#define PROBE_STREAM_H

#include "probe-machine.h"

G_BEGIN_DECLS

/* Coded frames for a decoder, made by an encoder of this machine. */
typedef struct {
  GPtrArray *frames; /* GstBuffer, in memory of the process */
  GstCaps *caps;
} ProbeStream;

/* The encoder whose codec DECODER has, that takes pictures of FORMAT (UNKNOWN:
 * of any); NULL if there is none. */
const ProbeEnd *probe_stream_find_encoder (const ProbeMachine *machine,
    const ProbeEnd *decoder, GstVideoFormat format);

/* How the stream is made in a command line. CAPS are of its pictures, as they
 * are written there. g_free(). */
gchar *probe_stream_describe (
    const ProbeEnd *encoder, const gchar *caps, guint n_frames);

/* Has ENCODER make N_FRAMES for DECODER, of pictures of CAPS. Returns NULL and
 * why not in ERROR, to be freed. */
ProbeStream *probe_stream_new (const ProbeEnd *encoder, const ProbeEnd *decoder,
    GstCaps *caps, guint n_frames, gchar **error);

/* Gives all frames, and the end, to an appsrc. */
void probe_stream_push (const ProbeStream *stream, GstElement *appsrc);

void probe_stream_free (ProbeStream *stream);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ProbeStream, probe_stream_free)

G_END_DECLS

#endif
