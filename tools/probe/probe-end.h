/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROBE_END_H
#define PROBE_END_H

#include "probe-caps.h"

G_BEGIN_DECLS

typedef enum {
  PROBE_CAMERA,
  PROBE_DECODER,
  PROBE_PRODUCER, /* a program's pictures: videotestsrc */
  PROBE_DISPLAY,
  PROBE_ENCODER,
  PROBE_CONVERTER,
  PROBE_CONSUMER, /* a program that looks at pixels */
  PROBE_OTHER,    /* a device that no pipeline of ours begins or ends with */
} ProbeKind;

/*
 * Where pictures come from or go to: a job of a device, or a program. Does not
 * change once it is made.
 */
typedef struct {
  ProbeKind kind;
  gchar *name;      /* unlike that of any other: "camera:/dev/video0" */
  gchar *path;      /* NULL: a program */
  gchar *connector; /* of a display */
  gchar *label;     /* what the device calls itself */
  GArray *in, *out; /* formats of pictures; NULL: none, or of a program, any */
  GstCaps *coded; /* the other side of a codec; of a camera, what is not raw */
  GstCaps *caps;  /* of a camera; formats with sizes */
  gchar *trouble; /* why it cannot be used, and the cure; or NULL */
  gboolean is_busy;   /* the trouble: somebody else has it */
  gboolean is_closed; /* the trouble: what it is cannot be asked */
} ProbeEnd;

/* One of KIND, the rest of which is to be filled in. LABEL, which may be any
 * bytes, and the other names are copied. */
ProbeEnd *probe_end_new (ProbeKind kind, const gchar *path,
    const gchar *connector, const gchar *label);
void probe_end_free (ProbeEnd *end);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ProbeEnd, probe_end_free)

const gchar *probe_kind_get_name (ProbeKind kind);

/* Whether WORD is such a name. */
gboolean probe_kind_is_name (const gchar *word);

gboolean probe_end_is_source (const ProbeEnd *end);
gboolean probe_end_is_sink (const ProbeEnd *end);

/* Whether WORD means it: its name, kind, node, the last part of that, or its
 * connector. NULL means all. */
gboolean probe_end_is_meant (const ProbeEnd *end, const gchar *word);

G_END_DECLS

#endif
