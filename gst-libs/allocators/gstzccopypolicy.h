/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_COPY_POLICY_H__
#define __GST_ZC_COPY_POLICY_H__

#include "gstzcdefs.h"

G_BEGIN_DECLS

/**
 * GstZcCopyPolicy:
 * @GST_ZC_COPY_POLICY_ALLOW: frames that cannot be used where they are are
 *   copied, which is told once
 * @GST_ZC_COPY_POLICY_FORBID: that is an error
 *
 * What becomes of frames whose memory one end of a link cannot use. The
 * property copy-policy of elements.
 *
 * Since: 0.2
 */
typedef enum {
  GST_ZC_COPY_POLICY_ALLOW,
  GST_ZC_COPY_POLICY_FORBID,
} GstZcCopyPolicy;

#define GST_TYPE_ZC_COPY_POLICY (gst_zc_copy_policy_get_type ())
GST_ZC_API GType gst_zc_copy_policy_get_type (void);

/**
 * gst_zc_copy_policy_param_spec:
 *
 * Returns: (transfer floating): the property copy-policy, for a class to
 *   install: readable, writable, changeable at any time
 *
 * Since: 0.2
 */
GST_ZC_API GParamSpec *gst_zc_copy_policy_param_spec (void);

G_END_DECLS

#endif /* __GST_ZC_COPY_POLICY_H__ */
