/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_ANNOUNCEMENT_H__
#define __GST_ZC_ANNOUNCEMENT_H__

#include "gstzcmessage.h"
#include "gstzcrefusals.h"

G_BEGIN_DECLS

/**
 * GstZcAnnouncement:
 * @pad: the pad
 * @way: how frames come through it
 * @zero_copy: whether the CPU copies no frame there
 * @caps: (nullable): what they are
 * @sample: (nullable): one of them: where its memory is from, and how it lies
 * @buffers: how many there are, 0 if that is not known
 * @refusals: (nullable): the better ways
 *
 * What a message %GST_ZC_MESSAGE_NAME says. For elements; not installed.
 */
typedef struct {
  GstPad *pad;
  const gchar *way;
  gboolean zero_copy;
  GstCaps *caps;
  GstBuffer *sample;
  guint buffers;
  const GstZcRefusals *refusals;
} GstZcAnnouncement;

/* Posts it, from the element of the pad. Without locks. */
GST_ZC_API void gst_zc_announcement_post (
    const GstZcAnnouncement *announcement);

G_END_DECLS

#endif /* __GST_ZC_ANNOUNCEMENT_H__ */
