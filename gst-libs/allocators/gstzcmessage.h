/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_MESSAGE_H__
#define __GST_ZC_MESSAGE_H__

#include "gstzcdefs.h"

G_BEGIN_DECLS

/**
 * GST_ZC_MESSAGE_NAME:
 *
 * The name of the structure of an element message (%GST_MESSAGE_ELEMENT) that
 * says how frames come through a pad from now on. Elements post it when that is
 * decided, and again when it changes. Its fields are:
 *
 * * "pad" (string): the pad's name
 * * "way" (string): how, as in the element's "stats"
 * * "zero-copy" (boolean): whether the CPU copies no frame there
 * * "memory" (string): the type of the memory: "dmabuf", "SystemMemory"
 * * "heap" (string): the heap it is of; "none" if it is of no heap of this
 *   library: the driver's, or somebody else's
 * * "format" (string): of the caps: NV12, or a fourcc with its modifier as in
 *   drm-format (`NV12:0x0100000000000002`), or the media type of coded frames
 * * "modifier" (guint64): DRM's; 0 is linear
 * * "stride", "offset" (GstValueArray of gint and of guint64): of each plane,
 * in bytes; empty for coded frames
 * * "buffers" (guint): how many there are; 0 if that is not known
 * * "refused" (GstValueList of GstStructure): the better ways, best first, with
 *   "way" (string), "error" (gint, a negative errno, 0 if no call failed) and
 *   "reason" (string)
 *
 * Since: 0.2
 */
#define GST_ZC_MESSAGE_NAME "zerocopy"

G_END_DECLS

#endif /* __GST_ZC_MESSAGE_H__ */
