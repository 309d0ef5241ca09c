/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_MEMORY_H__
#define __GST_ZC_MEMORY_H__

#include "gstzcerror.h"
#include "gstzcidentity.h"

G_BEGIN_DECLS

/**
 * GST_ZC_DEFAULT_TIMEOUT:
 *
 * How long access by the CPU waits for devices if nothing else was said, in
 * nanoseconds: five seconds, longer than any frame takes and shorter than a
 * user waits.
 *
 * Since: 0.2
 */
#define GST_ZC_DEFAULT_TIMEOUT (5 * GST_SECOND)

/**
 * gst_zc_memory_get_identity:
 * @memory: dma-buf memory of any allocator
 * @identity: (out caller-allocates): which dma-buf it is
 * @error: why it cannot be told
 *
 * The kernel is asked once for each memory. Safe from any thread.
 *
 * Returns: %FALSE with %GST_ZC_ERROR_NOT_DMABUF for other memory, or with the
 *   errno of fstatfs(), fstat() or lseek()
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_memory_get_identity (
    GstMemory *memory, GstZcIdentity *identity, GError **error);

/**
 * gst_zc_memory_begin_access: (skip)
 * @memory: dma-buf memory of any allocator
 * @access: %GST_MAP_READ, %GST_MAP_WRITE or both
 * @timeout: how long to wait for devices that use it, in nanoseconds;
 *   %GST_CLOCK_TIME_NONE for as long as it takes
 * @error: why it cannot be had
 *
 * Lets the CPU at the pixels: waits for pending fences, maps (once for all
 * users in the process), and brackets the access with DMA_BUF_IOCTL_SYNC as
 * Documentation/driver-api/dma-buf.rst, "CPU Access to DMA Buffer Objects",
 * demands. Accesses of any kind may be nested and overlap in any order, from
 * any threads, through any memories of the same dma-buf: START is sent for
 * what nobody has yet, END when the last one ends.
 *
 * gst_memory_map() does the same for memories of a #GstZcAllocator. It adds
 * GStreamer's own rule that whoever maps a mapped memory again may ask for no
 * more than the first did (gst_mini_object_lock()); this function has no such
 * rule, and says why it fails.
 *
 * %GST_MAP_WRITE alone is for writing all of it: what a device wrote before may
 * not be seen, and be overwritten in cache lines that are written in part. Add
 * %GST_MAP_READ for changing parts.
 *
 * Pixels are no lock: when one thread writes and another begins to read, the
 * exporter may drop what is written in that very moment.
 *
 * Returns: (nullable): the first byte of @memory (not of its dma-buf), until
 *   gst_zc_memory_end_access(); %NULL on errors, with the errno of the step
 *   that failed: %GST_ZC_ERROR_TIMED_OUT if a device was not done in time,
 *   %GST_ZC_ERROR_PERMISSION for writing into what was exported for reading
 *
 * Since: 0.2
 */
GST_ZC_API gpointer gst_zc_memory_begin_access (GstMemory *memory,
    GstMapFlags access, GstClockTime timeout, GError **error);

/**
 * gst_zc_memory_end_access: (skip)
 * @memory: what the access began with
 * @data: what gst_zc_memory_begin_access() gave
 * @access: what it was asked for
 *
 * Ends an access; devices see what was written when this returns. The mapping
 * stays for the next one. Another address, or an access that nobody has, is a
 * critical warning and changes nothing.
 *
 * Since: 0.2
 */
GST_ZC_API void gst_zc_memory_end_access (
    GstMemory *memory, gpointer data, GstMapFlags access);

/**
 * gst_zc_memory_get_n_syncs:
 *
 * For measuring: who reads it before and after knows what something cost. The
 * library counts from the first call in the process on.
 *
 * Returns: how often the calling thread has called DMA_BUF_IOCTL_SYNC through
 *   this library, of whatever memory
 *
 * Since: 0.2
 */
GST_ZC_API guint64 gst_zc_memory_get_n_syncs (void);

/**
 * gst_zc_memory_wait:
 * @memory: dma-buf memory of any allocator
 * @access: what is to be done with it: %GST_MAP_READ waits for those who write,
 *   %GST_MAP_WRITE for those who read as well
 * @timeout: in nanoseconds; 0 to ask only, %GST_CLOCK_TIME_NONE for ever
 * @error: why it is not ready
 *
 * Waits for the fences of devices, as poll() on a dma-buf does (kernel:
 * dma_buf_poll() in drivers/dma-buf/dma-buf.c). Other devices than GPUs and
 * displays attach none. Safe from any thread.
 *
 * Returns: %FALSE with %GST_ZC_ERROR_TIMED_OUT if they are not done
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_memory_wait (GstMemory *memory, GstMapFlags access,
    GstClockTime timeout, GError **error);

/**
 * gst_zc_memory_is_ready:
 * @memory: dma-buf memory of any allocator
 * @access: what is to be done with it, as of gst_zc_memory_wait()
 *
 * Asks without waiting whether devices are done with @memory, for those who
 * hand it to another one. Memory that nobody attaches fences to is soon not
 * asked about any more, and costs no system call then; one that cannot be asked
 * counts as ready. Safe from any thread.
 *
 * Returns: whether nobody is known to use it
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_memory_is_ready (
    GstMemory *memory, GstMapFlags access);

/**
 * gst_zc_memory_export_fence:
 * @memory: dma-buf memory of any allocator
 * @access: what a device is to do with it
 * @error: why there is none
 *
 * What a device must wait for before @access, as a sync_file to pass on to it,
 * such as IN_FENCE_FD of KMS (kernel: DMA_BUF_IOCTL_EXPORT_SYNC_FILE in
 * include/uapi/linux/dma-buf.h, since 6.0).
 *
 * Returns: a file descriptor for the caller to close, signalled at once if
 *   there is nothing to wait for; -1 on errors, %GST_ZC_ERROR_NOT_SUPPORTED on
 *   older kernels
 *
 * Since: 0.2
 */
GST_ZC_API gint gst_zc_memory_export_fence (
    GstMemory *memory, GstMapFlags access, GError **error);

/**
 * gst_zc_memory_import_fence:
 * @memory: dma-buf memory of any allocator
 * @fence: a sync_file, which stays the caller's
 * @access: what the device behind @fence does with the memory
 * @error: why it cannot be attached
 *
 * Makes all who use @memory wait for @fence: those who read or write if the
 * device writes, those who write if it reads (kernel:
 * DMA_BUF_IOCTL_IMPORT_SYNC_FILE in include/uapi/linux/dma-buf.h, since 6.0).
 *
 * Returns: %FALSE with the errno
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_memory_import_fence (
    GstMemory *memory, gint fence, GstMapFlags access, GError **error);

G_END_DECLS

#endif /* __GST_ZC_MEMORY_H__ */
