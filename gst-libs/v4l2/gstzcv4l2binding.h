/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_BINDING_H__
#define __GST_ZC_V4L2_BINDING_H__

#include "gstzcv4l2slots-private.h"

G_BEGIN_DECLS

/*
 * That the kernel knows a memory by an index. The id tells whether that is
 * still so: the slot has it too, until other memory takes its place. When the
 * memory goes, gst_zc_v4l2_foreign_forget() is called, in whatever thread that
 * is and before its pages are freed.
 */
typedef struct _GstZcV4l2Binding GstZcV4l2Binding;

GstZcV4l2Binding *gst_zc_v4l2_binding_new (
    GstZcV4l2Slots *slots, guint index, guint id);

guint gst_zc_v4l2_binding_get_index (const GstZcV4l2Binding *binding);
guint gst_zc_v4l2_binding_get_id (const GstZcV4l2Binding *binding);

/* Valid as long as the caller holds MEMORY and attaches no other to it. */
GstZcV4l2Binding *gst_zc_v4l2_binding_find_dmabuf (
    GstZcV4l2Slots *slots, GstMemory *memory);
GstZcV4l2Binding *gst_zc_v4l2_binding_find_user (
    GstZcV4l2Slots *slots, GstMemory *memory);

/* Take over BINDING, which replaces what there was: 0 or negative errno. */
int gst_zc_v4l2_binding_attach_dmabuf (
    GstZcV4l2Slots *slots, GstMemory *memory, GstZcV4l2Binding *binding);
int gst_zc_v4l2_binding_attach_user (
    GstZcV4l2Slots *slots, GstMemory *memory, GstZcV4l2Binding *binding);

void gst_zc_v4l2_bindings_init_once (void);
void gst_zc_v4l2_bindings_init (GstZcV4l2Slots *slots);

/* Forgets all of them; the memories live on. */
void gst_zc_v4l2_bindings_drop (GstZcV4l2Slots *slots);

G_END_DECLS

#endif /* __GST_ZC_V4L2_BINDING_H__ */
