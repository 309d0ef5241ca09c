/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_MEMORY_PRIVATE_H__
#define __GST_ZC_MEMORY_PRIVATE_H__

#include "gstzcdmabuf.h"

/*
 * GstZcHandle: what a GstMemory, ours or another allocator's, has to do with
 * its dma-buf. It hangs on the memory (its parent, if it is a part of one) and
 * goes with it. GstFdMemory's own fields cannot be reached or added to.
 */
typedef struct {
  GstZcDmabuf *dmabuf;
  gint fd;            /* the memory's */
  gint accesses;      /* atomic: how many are open */
  GstMemory *wrapped; /* whose descriptor it is, or NULL */
} GstZcHandle;

/* Returns: the handle of MEMORY, made if need be; NULL if it is no dma-buf. */
GstZcHandle *gst_zc_handle_get (GstMemory *memory, GError **error);

/* Gives a new memory its handle; takes over both references. */
void gst_zc_handle_set (
    GstMemory *memory, gint fd, GstZcDmabuf *dmabuf, GstMemory *wrapped);

/* Returns: the first byte of the dma-buf, not of the memory; or NULL */
static inline guint8 *
gst_zc_handle_begin (GstZcHandle *handle, GstMapFlags access,
    GstClockTime timeout, GError **error)
{
  guint8 *data = gst_zc_dmabuf_begin (handle->dmabuf, handle->fd,
      access & (GST_MAP_READ | GST_MAP_WRITE), timeout, error);

  if (G_LIKELY (data))
    g_atomic_int_inc (&handle->accesses);
  return data;
}

static inline void
gst_zc_handle_end (GstZcHandle *handle, gconstpointer data, GstMapFlags access)
{
  if (G_LIKELY (gst_zc_dmabuf_end (handle->dmabuf, handle->fd, data,
          access & (GST_MAP_READ | GST_MAP_WRITE))))
    g_atomic_int_add (&handle->accesses, -1);
}

#endif /* __GST_ZC_MEMORY_PRIVATE_H__ */
