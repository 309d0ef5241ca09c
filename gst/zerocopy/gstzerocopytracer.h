/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZEROCOPY_TRACER_H__
#define __GST_ZEROCOPY_TRACER_H__

#include <gst/gst.h>
#include <gst/gsttracer.h>

G_BEGIN_DECLS

#define GST_TYPE_ZEROCOPY_TRACER (gst_zerocopy_tracer_get_type ())
G_DECLARE_FINAL_TYPE (
    GstZerocopyTracer, gst_zerocopy_tracer, GST, ZEROCOPY_TRACER, GstTracer)

G_END_DECLS

#endif /* __GST_ZEROCOPY_TRACER_H__ */
