/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_DMABUF_H__
#define __GST_ZC_DMABUF_H__

#include "gstzcerror.h"
#include "gstzcidentity.h"

G_BEGIN_DECLS

/*
 * GstZcDmabuf: what this process does with one dma-buf, however many memories
 * stand for it: its mapping, and the bracket of CPU access around all its
 * users. One exists for each identity, as long as any memory uses it. Private;
 * may be used from any thread.
 *
 * A file descriptor is passed to what needs one, because each memory has its
 * own and none need outlive the memory. They all name the same dma-buf.
 */
typedef struct _GstZcDmabuf GstZcDmabuf;

/* Called when the last memory of the dma-buf went, without locks held. */
typedef void (*GstZcDmabufGone) (gpointer data, GstZcDmabuf *dmabuf);

/* FD stays the caller's. FENCED says that others may attach fences to it, so
 * that each access must ask for them; without, the first ones do, and all from
 * when one was met. */
GstZcDmabuf *gst_zc_dmabuf_get (gint fd, gboolean fenced, GError **error);
GstZcDmabuf *gst_zc_dmabuf_ref (GstZcDmabuf *dmabuf);
void gst_zc_dmabuf_unref (GstZcDmabuf *dmabuf);

const GstZcIdentity *gst_zc_dmabuf_get_identity (const GstZcDmabuf *dmabuf);
gsize gst_zc_dmabuf_get_size (const GstZcDmabuf *dmabuf);

/* Maps and begins CPU access; returns the address of the first byte, or NULL.
 * Waits for fences until TIMEOUT nanoseconds have passed. */
guint8 *gst_zc_dmabuf_begin (GstZcDmabuf *dmabuf, gint fd, GstMapFlags access,
    GstClockTime timeout, GError **error);

/* Ends what begin gave for the same ACCESS, by the address that it gave. FALSE,
 * with a critical, if there is nothing to end. */
gboolean gst_zc_dmabuf_end (
    GstZcDmabuf *dmabuf, gint fd, gconstpointer data, GstMapFlags access);

/* A fence is about to be attached, of a device's ACCESS: whom it concerns must
 * ask for it before the next access. */
void gst_zc_dmabuf_set_fenced (GstZcDmabuf *dmabuf, GstMapFlags access);

/* GONE is called with DATA once, unless it is removed before. */
void gst_zc_dmabuf_watch (
    GstZcDmabuf *dmabuf, GstZcDmabufGone gone, gpointer data);
gboolean gst_zc_dmabuf_unwatch (
    GstZcDmabuf *dmabuf, GstZcDmabufGone gone, gpointer data);

/* Whether an ACCESS would not have to wait, as far as is known. */
gboolean gst_zc_dmabuf_is_ready (
    GstZcDmabuf *dmabuf, gint fd, GstMapFlags access);

/* Waits for the fences that an ACCESS by CPU or device has to wait for. */
gboolean gst_zc_dmabuf_wait (
    gint fd, GstMapFlags access, GstClockTime timeout, GError **error);

/* Calls of DMA_BUF_IOCTL_SYNC by this thread, since anyone asked first. */
guint64 gst_zc_dmabuf_get_n_syncs (void);

G_END_DECLS

#endif /* __GST_ZC_DMABUF_H__ */
