/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_MEMORY_H__
#define __GST_ZC_MEMORY_H__

#include "gstzcerror.h"
#include "gstzcidentity.h"

G_BEGIN_DECLS

GST_ZC_API gboolean gst_zc_is_memory (GstMemory *memory);
GST_ZC_API gboolean gst_zc_memory_get_identity (
    GstMemory *memory, GstZcIdentity *identity, GError **error);

GST_ZC_API gpointer gst_zc_memory_begin_access (
    GstMemory *memory, GstMapFlags access, GError **error);
GST_ZC_API void gst_zc_memory_end_access (
    GstMemory *memory, gpointer data, GstMapFlags access);

GST_ZC_API gint gst_zc_memory_export_fence (
    GstMemory *memory, GstMapFlags access, GError **error);
GST_ZC_API gboolean gst_zc_memory_import_fence (
    GstMemory *memory, gint fence, GstMapFlags access, GError **error);
GST_ZC_API gboolean gst_zc_memory_wait (GstMemory *memory, GstMapFlags access,
    GstClockTime timeout, GError **error);

G_END_DECLS

#endif /* __GST_ZC_MEMORY_H__ */
