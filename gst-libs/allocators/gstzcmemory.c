/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcmemory.h"

#include "gstzcerror-private.h"
#include "gstzcmemory-private.h"
#include "gstzcsys.h"

#include <gst/allocators/allocators.h>
#include <linux/dma-buf.h>

#define READ_WRITE (GST_MAP_READ | GST_MAP_WRITE)

/* Orders threads that are the first to ask for the handle of a memory. Taken
 * before GstZcDmabuf's locks. */
static GMutex create_lock;

static GQuark
handle_quark (void)
{
  static gint known; /* atomic; whoever comes first finds the same */
  GQuark quark = g_atomic_int_get (&known);

  if (G_LIKELY (quark))
    return quark;
  quark = g_quark_from_static_string ("gst-zc-handle");
  g_atomic_int_set (&known, quark);
  return quark;
}

static GstMemory *
root_of (GstMemory *memory)
{
  return memory->parent ? memory->parent : memory;
}

static void
handle_free (gpointer data)
{
  GstZcHandle *self = data;

  if (self->accesses)
    g_critical (
        "memory of dma-buf fd %d is freed while the CPU has access: its "
        "mapping is leaked",
        self->fd);
  else
    gst_zc_dmabuf_unref (self->dmabuf);
  if (self->wrapped)
    gst_memory_unref (self->wrapped);
  g_free (self);
}

void
gst_zc_handle_set (
    GstMemory *memory, gint fd, GstZcDmabuf *dmabuf, GstMemory *wrapped)
{
  GstZcHandle *self = g_new0 (GstZcHandle, 1);

  self->dmabuf = dmabuf;
  self->fd = fd;
  self->wrapped = wrapped;
  gst_mini_object_set_qdata (
      GST_MINI_OBJECT_CAST (memory), handle_quark (), self, handle_free);
}

/* Memory that did not come from here: anyone may attach fences to it. */
static GstZcHandle *
adopt (GstMemory *root, GError **error)
{
  GstZcDmabuf *dmabuf;
  gint fd;

  if (!gst_is_dmabuf_memory (root)) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_DMABUF,
        "memory of allocator %s is no dma-buf",
        root->allocator ? root->allocator->mem_type : "(none)");
    return NULL;
  }
  fd = gst_dmabuf_memory_get_fd (root);
  dmabuf = gst_zc_dmabuf_get (fd, TRUE, error);
  if (!dmabuf)
    return NULL;
  if (root->maxsize > gst_zc_dmabuf_get_size (dmabuf)) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_TOO_LARGE,
        "memory of %" G_GSIZE_FORMAT " bytes claims more than its dma-buf (fd "
        "%d) has, %" G_GSIZE_FORMAT,
        root->maxsize, fd, gst_zc_dmabuf_get_size (dmabuf));
    gst_zc_dmabuf_unref (dmabuf);
    return NULL;
  }
  gst_zc_handle_set (root, fd, dmabuf, NULL);
  return gst_mini_object_get_qdata (
      GST_MINI_OBJECT_CAST (root), handle_quark ());
}

/* Kept out of the way of those who have one. */
static G_GNUC_NO_INLINE GstZcHandle *
create (GstMemory *root, GError **error)
{
  GstZcHandle *self;

  g_mutex_lock (&create_lock);
  self = gst_mini_object_get_qdata (
      GST_MINI_OBJECT_CAST (root), handle_quark ());
  if (!self)
    self = adopt (root, error);
  g_mutex_unlock (&create_lock);
  return self;
}

GstZcHandle *
gst_zc_handle_get (GstMemory *memory, GError **error)
{
  GstMemory *root = root_of (memory);
  GstZcHandle *self = gst_mini_object_get_qdata (
      GST_MINI_OBJECT_CAST (root), handle_quark ());

  return G_LIKELY (self) ? self : create (root, error);
}

gboolean
gst_zc_memory_get_identity (
    GstMemory *memory, GstZcIdentity *identity, GError **error)
{
  GstZcHandle *handle;

  g_return_val_if_fail (memory && identity, FALSE);

  handle = gst_zc_handle_get (memory, error);
  if (!handle)
    return FALSE;
  *identity = *gst_zc_dmabuf_get_identity (handle->dmabuf);
  return TRUE;
}

gpointer
gst_zc_memory_begin_access (
    GstMemory *memory, GstMapFlags access, GstClockTime timeout, GError **error)
{
  GstZcHandle *handle;
  guint8 *data;

  g_return_val_if_fail (memory, NULL);

  handle = gst_zc_handle_get (memory, error);
  if (!handle)
    return NULL;
  data = gst_zc_handle_begin (handle, access, timeout, error);
  return data ? data + memory->offset : NULL;
}

void
gst_zc_memory_end_access (GstMemory *memory, gpointer data, GstMapFlags access)
{
  GstZcHandle *handle;

  g_return_if_fail (memory && data);

  handle = gst_zc_handle_get (memory, NULL);
  g_return_if_fail (handle);
  gst_zc_handle_end (handle, (guint8 *) data - memory->offset, access);
}

guint64
gst_zc_memory_get_n_syncs (void)
{
  return gst_zc_dmabuf_get_n_syncs ();
}

gboolean
gst_zc_memory_wait (
    GstMemory *memory, GstMapFlags access, GstClockTime timeout, GError **error)
{
  GstZcHandle *handle;

  g_return_val_if_fail (memory, FALSE);

  handle = gst_zc_handle_get (memory, error);
  return handle && gst_zc_dmabuf_wait (handle->fd, access, timeout, error);
}

gboolean
gst_zc_memory_is_ready (GstMemory *memory, GstMapFlags access)
{
  GstZcHandle *handle;

  g_return_val_if_fail (memory, FALSE);

  handle = gst_zc_handle_get (memory, NULL);
  return !handle || gst_zc_dmabuf_is_ready (handle->dmabuf, handle->fd, access);
}

gint
gst_zc_memory_export_fence (
    GstMemory *memory, GstMapFlags access, GError **error)
{
  struct dma_buf_export_sync_file arg = { .flags = access & READ_WRITE,
    .fd = -1 };
  GstZcHandle *handle;
  gint ret;

  g_return_val_if_fail (memory, -1);

  handle = gst_zc_handle_get (memory, error);
  if (!handle)
    return -1;
  ret = gst_zc_sys_ioctl (handle->fd, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &arg);
  if (ret == 0)
    return arg.fd;
  gst_zc_error_set_errno (
      error, -ret, "cannot export the fences of dma-buf fd %d", handle->fd);
  return -1;
}

gboolean
gst_zc_memory_import_fence (
    GstMemory *memory, gint fence, GstMapFlags access, GError **error)
{
  struct dma_buf_import_sync_file arg = { .flags = access & READ_WRITE,
    .fd = fence };
  GstZcHandle *handle;
  gint ret;

  g_return_val_if_fail (memory, FALSE);

  handle = gst_zc_handle_get (memory, error);
  if (!handle)
    return FALSE;
  gst_zc_dmabuf_set_fenced (handle->dmabuf, access);
  ret = gst_zc_sys_ioctl (handle->fd, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &arg);
  if (ret == 0)
    return TRUE;
  gst_zc_error_set_errno (error, -ret,
      "cannot attach fence fd %d to dma-buf fd %d", fence, handle->fd);
  return FALSE;
}
