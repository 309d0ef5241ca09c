/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_HEAP_H__
#define __GST_ZC_HEAP_H__

#include "gstzcerror.h"

G_BEGIN_DECLS

/**
 * GstZcHeapFlags:
 * @GST_ZC_HEAP_DMABUF: its memory is dma-bufs, which devices can import;
 *   without it, memory for the CPU and for V4L2_MEMORY_USERPTR
 * @GST_ZC_HEAP_CONTIGUOUS: physically contiguous, for devices without IOMMU
 * @GST_ZC_HEAP_CACHED: the CPU reads it at full speed
 * @GST_ZC_HEAP_MAPPABLE: the CPU can map it
 * @GST_ZC_HEAP_SCANOUT: made for the display of the card it belongs to
 * @GST_ZC_HEAP_BY_NAME_ONLY: never chosen by gst_zc_heap_choose(): its memory
 *   serves a purpose of its own, and is for those who ask for it by name
 *
 * What the memory of a heap is like. What is not known is not set.
 *
 * Since: 0.2
 */
typedef enum { /*< flags >*/
  GST_ZC_HEAP_DMABUF = 1 << 0,
  GST_ZC_HEAP_CONTIGUOUS = 1 << 1,
  GST_ZC_HEAP_CACHED = 1 << 2,
  GST_ZC_HEAP_MAPPABLE = 1 << 3,
  GST_ZC_HEAP_SCANOUT = 1 << 4,
  GST_ZC_HEAP_BY_NAME_ONLY = 1 << 5,
} GstZcHeapFlags;

#define GST_TYPE_ZC_HEAP_FLAGS (gst_zc_heap_flags_get_type ())
GST_ZC_API GType gst_zc_heap_flags_get_type (void);

#define GST_TYPE_ZC_HEAP (gst_zc_heap_get_type ())

/**
 * GstZcHeap:
 *
 * A place where memory comes from that devices and the CPU can share: the
 * kernel's dma-heaps, udmabuf, dumb buffers, video devices, or pages of this
 * process. It says what its memory is like, how much it gives, whether it may
 * be used and what to do if not.
 *
 * gst_zc_heap_choose() finds the one that serves best, and gst_zc_heap_list()
 * all there are. Subclasses set their properties when they are constructed;
 * they do not change. All of it may be used from any thread.
 *
 * Since: 0.2
 */

/**
 * GstZcHeap:name:
 *
 * What the heap is called, gst_zc_heap_get_name(). Default: %NULL.
 *
 * Since: 0.2
 */

/**
 * GstZcHeap:path:
 *
 * The device node it is reached by, gst_zc_heap_get_path(). Default: %NULL, for
 * none.
 *
 * Since: 0.2
 */

/**
 * GstZcHeap:flags:
 *
 * What its memory is like, gst_zc_heap_get_flags(). Default: nothing is known.
 * %GST_ZC_HEAP_DMABUF is set by itself for classes that export.
 *
 * Since: 0.2
 */

/**
 * GstZcHeap:max-size:
 *
 * The bytes that one allocation can have, gst_zc_heap_get_max_size(). Default:
 * what a file can have, whole pages below 8 EiB (2 GiB where a long has 32
 * bits).
 *
 * Since: 0.2
 */
GST_ZC_API
G_DECLARE_DERIVABLE_TYPE (GstZcHeap, gst_zc_heap, GST, ZC_HEAP, GObject)

/**
 * GstZcHeapClass:
 * @parent_class: the parent
 * @check: whether it can be used now; sets the error with the cause and cure.
 *   %NULL: always
 * @export_fd: makes a dma-buf of at least @size bytes and tells its real size.
 *   The size is neither 0 nor more than the heap's max-size, @actual is never
 *   %NULL. Returns the descriptor, or -1 with the error set
 * @alloc: makes memory that is no dma-buf, under the same conditions. One of
 *   @export_fd and @alloc is %NULL
 * @export_picture: makes a dma-buf for so many lines of so many pixels as the
 *   driver lays them out; %NULL where that is no notion of the heap
 *
 * Where memory comes from: a small interface so that all exporters look alike.
 * All of it may be called from any thread.
 *
 * Since: 0.2
 */
struct _GstZcHeapClass {
  GObjectClass parent_class;

  gboolean (*check) (GstZcHeap *heap, GError **error);
  gint (*export_fd) (
      GstZcHeap *heap, gsize size, gsize *actual, GError **error);
  GstMemory *(*alloc) (GstZcHeap *heap, gsize size, GError **error);
  gint (*export_picture) (GstZcHeap *heap, guint width, guint height,
      guint bits, guint *stride, gsize *actual, GError **error);

  gpointer _gst_reserved[GST_PADDING];
};

/**
 * gst_zc_heap_get_name:
 * @heap: a heap
 *
 * What the heap is called: the kernel's name of a dma-heap (which differs
 * between kernels), "udmabuf", the node of a card or video device ("card0"),
 * "user" for memory of this process.
 *
 * Returns: (transfer none): the name, as long as @heap lives
 *
 * Since: 0.2
 */
GST_ZC_API const gchar *gst_zc_heap_get_name (GstZcHeap *heap);

/**
 * gst_zc_heap_get_path:
 * @heap: a heap
 *
 * Returns: (transfer none) (nullable): the device node it is reached by, as
 *   long as @heap lives; %NULL if it needs none
 *
 * Since: 0.2
 */
GST_ZC_API const gchar *gst_zc_heap_get_path (GstZcHeap *heap);

/**
 * gst_zc_heap_get_flags:
 * @heap: a heap
 *
 * Returns: what its memory is like
 *
 * Since: 0.2
 */
GST_ZC_API GstZcHeapFlags gst_zc_heap_get_flags (GstZcHeap *heap);

/**
 * gst_zc_heap_get_max_size:
 * @heap: a heap
 *
 * Returns: the bytes that one allocation can have at most. Where free memory
 *   alone decides, what a file can have: more than there will ever be
 *
 * Since: 0.2
 */
GST_ZC_API gsize gst_zc_heap_get_max_size (GstZcHeap *heap);

/**
 * gst_zc_heap_check:
 * @heap: a heap
 * @error: why not: %GST_ZC_ERROR_PERMISSION with the group, udev rule or
 *   device rule of a container that is missing, %GST_ZC_ERROR_NOT_FOUND,
 * %GST_ZC_ERROR_NOT_SUPPORTED, %GST_ZC_ERROR_BUSY or another of what opening
 * its node can fail with
 *
 * Finds out whether the heap can be used now, by opening its device. Nothing is
 * allocated, so there may still be too little memory. Any thread.
 *
 * Returns: whether it can
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_heap_check (GstZcHeap *heap, GError **error);

/**
 * gst_zc_heap_export:
 * @heap: a heap with %GST_ZC_HEAP_DMABUF
 * @size: how many bytes, at least 1
 * @actual: (out) (optional): the bytes that the dma-buf has: @size rounded up
 *   to whole pages, or to what the driver makes of it
 * @error: %GST_ZC_ERROR_INVALID for 0 bytes, %GST_ZC_ERROR_TOO_LARGE above
 *   gst_zc_heap_get_max_size(), %GST_ZC_ERROR_NO_MEMORY,
 *   %GST_ZC_ERROR_NOT_SUPPORTED for a heap that makes no dma-bufs, or what
 *   gst_zc_heap_check() sets
 *
 * Makes a new dma-buf. Those of dma-heaps that anyone may choose, and of
 * udmabuf, are zeros. Do not count on that of cards and cameras, some of whose
 * drivers hand out video memory as the last user left it, nor of heaps with
 * %GST_ZC_HEAP_BY_NAME_ONLY. It can be written through mmap() and is not
 * inherited by programs that are executed. It lives as long as someone has a
 * descriptor or mapping of it, without the heap. Any thread; not for the way of
 * a frame.
 *
 * Returns: a file descriptor, which the caller closes, or -1
 *
 * Since: 0.2
 */
GST_ZC_API gint gst_zc_heap_export (
    GstZcHeap *heap, gsize size, gsize *actual, GError **error);

/**
 * gst_zc_heap_export_picture:
 * @heap: a heap whose driver lays pictures out (DRM dumb buffers)
 * @width: pixels a line, at least 1
 * @height: lines, at least 1
 * @bits: bits a pixel, at least 1
 * @stride: (out): bytes from one line to the next, as the driver made it
 * @actual: (out) (optional): the bytes that the dma-buf has
 * @error: as of gst_zc_heap_export(); %GST_ZC_ERROR_NOT_SUPPORTED for a heap
 *   that knows of bytes alone
 *
 * As gst_zc_heap_export(), with lines that begin where the hardware wants them
 * to (struct drm_mode_create_dumb in include/uapi/drm/drm_mode.h). Drivers make
 * pixels of some sizes, 32 bits always; pixels of 8 bits, which stand for
 * bytes, are had from all of them.
 *
 * Returns: a file descriptor, which the caller closes, or -1
 *
 * Since: 0.2
 */
GST_ZC_API gint gst_zc_heap_export_picture (GstZcHeap *heap, guint width,
    guint height, guint bits, guint *stride, gsize *actual, GError **error);

/**
 * gst_zc_heap_alloc:
 * @heap: a heap
 * @size: how many bytes, at least 1
 * @error: as of gst_zc_heap_export()
 *
 * Makes memory of whole pages: a dma-buf (gst_is_dmabuf_memory()) if the heap
 * has %GST_ZC_HEAP_DMABUF, otherwise memory of this process. Those who need
 * many keep a #GstZcAllocator of the heap. Any thread.
 *
 * Returns: (transfer full) (nullable): the memory, or %NULL with @error set
 *
 * Since: 0.2
 */
GST_ZC_API GstMemory *gst_zc_heap_alloc (
    GstZcHeap *heap, gsize size, GError **error);

G_END_DECLS

#endif /* __GST_ZC_HEAP_H__ */
