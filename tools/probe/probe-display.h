/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROBE_DISPLAY_H
#define PROBE_DISPLAY_H

#include "probe-end.h"

G_BEGIN_DECLS

/* Adds the displays to ENDS (of ProbeEnd): a card's connectors with a monitor,
 * or the card alone if it has none. Returns how many cards there are. */
guint probe_display_list (GPtrArray *ends);

G_END_DECLS

#endif
