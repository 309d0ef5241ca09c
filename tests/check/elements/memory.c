/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/dmabufs.h"
#include "../helpers/fds.h"
#include "../helpers/runner.h"
#include "../helpers/swsync.h"

#include "gst-libs/allocators/zerocopy.h"

#include <linux/dma-buf.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SIZE (64 << 10)

static GstZcAllocator *
allocator_new (const char *name, GstClockTime timeout)
{
  GstZcHeap *heap = gst_zc_heap_new_dma_heap (name);
  GstAllocator *allocator = g_object_new (
      GST_TYPE_ZC_ALLOCATOR, "heap", heap, "fence-timeout", timeout, NULL);

  g_object_unref (heap);
  return gst_object_ref_sink (allocator);
}

static GstMemory *
memory_new (GstZcAllocator *allocator)
{
  GError *error = NULL;
  GstMemory *memory = gst_zc_allocator_alloc (allocator, SIZE, &error);

  fail_unless (memory != NULL, "%s", error ? error->message : "");
  return memory;
}

/* A device that is busy with MEMORY: the timeline that ends it. */
static int
occupy (GstMemory *memory, GstMapFlags access)
{
  int timeline = swsync_timeline ();
  int fence = swsync_fence (timeline, 1);
  GError *error = NULL;

  fail_unless (gst_zc_memory_import_fence (memory, fence, access, &error), "%s",
      error ? error->message : "");
  close (fence);
  return timeline;
}

static gpointer
finish_soon (gpointer timeline)
{
  g_usleep (50000);
  swsync_advance (GPOINTER_TO_INT (timeline), 1);
  return NULL;
}

static gboolean
is_signalled (int fence)
{
  struct pollfd fd = { .fd = fence, .events = POLLIN };

  return poll (&fd, 1, 0) == 1;
}

GST_START_TEST (a_map_waits_for_a_device_that_writes)
{
  GstZcAllocator *allocator = allocator_new ("system", 20 * GST_SECOND);
  GstMemory *memory = memory_new (allocator);
  int timeline = occupy (memory, GST_MAP_WRITE);
  int fence = gst_zc_memory_export_fence (memory, GST_MAP_READ, NULL);
  GThread *device;
  GstMapInfo map;

  fail_unless (fence >= 0);
  fail_if (is_signalled (fence));
  device = g_thread_new ("device", finish_soon, GINT_TO_POINTER (timeline));
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  fail_unless (is_signalled (fence), "mapped while the device writes");
  gst_memory_unmap (memory, &map);
  g_thread_join (device);
  close (fence);
  close (timeline);
  gst_memory_unref (memory);
  gst_object_unref (allocator);
}
GST_END_TEST;

GST_START_TEST (a_map_gives_up_after_the_timeout)
{
  GstZcAllocator *allocator = allocator_new ("system", 20 * GST_MSECOND);
  GstMemory *memory = memory_new (allocator);
  int timeline = occupy (memory, GST_MAP_WRITE);
  GError *error = NULL;
  GstMapInfo map;

  fail_if (gst_memory_map (memory, &map, GST_MAP_READ));
  fail_if (gst_zc_memory_wait (memory, GST_MAP_READ, GST_MSECOND, &error));
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_TIMED_OUT));
  g_clear_error (&error);

  swsync_advance (timeline, 1);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  gst_memory_unmap (memory, &map);
  close (timeline);
  gst_memory_unref (memory);
  gst_object_unref (allocator);
}
GST_END_TEST;

GST_START_TEST (a_device_that_reads_holds_up_writers_alone)
{
  GstZcAllocator *allocator = allocator_new ("system", 20 * GST_MSECOND);
  GstMemory *memory = memory_new (allocator);
  int timeline = occupy (memory, GST_MAP_READ);
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  gst_memory_unmap (memory, &map);
  fail_if (gst_memory_map (memory, &map, GST_MAP_WRITE));
  swsync_advance (timeline, 1);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  gst_memory_unmap (memory, &map);
  close (timeline);
  gst_memory_unref (memory);
  gst_object_unref (allocator);
}
GST_END_TEST;

/* What another program attaches, we are not told of. */
GST_START_TEST (a_fence_that_others_attach_is_waited_for_in_foreign_memory)
{
  GstZcAllocator *allocator = allocator_new ("system", 20 * GST_MSECOND);
  GstAllocator *upstream = gst_dmabuf_allocator_new ();
  GstZcHeap *heap = gst_zc_allocator_get_heap (allocator);
  int fd = gst_zc_heap_export (heap, SIZE, NULL, NULL);
  GstMemory *foreign = gst_dmabuf_allocator_alloc (upstream, fd, SIZE);
  GstMemory *memory = gst_zc_allocator_wrap (allocator, foreign, NULL);
  int timeline = swsync_timeline ();
  struct dma_buf_import_sync_file import = { .flags = DMA_BUF_SYNC_WRITE,
    .fd = swsync_fence (timeline, 1) };
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  gst_memory_unmap (memory, &map);
  fail_unless_equals_int (
      ioctl (fd, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &import), 0);
  fail_if (gst_memory_map (memory, &map, GST_MAP_READ));
  swsync_advance (timeline, 1);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  gst_memory_unmap (memory, &map);

  close (import.fd);
  close (timeline);
  gst_memory_unref (memory);
  gst_memory_unref (foreign);
  gst_object_unref (upstream);
  gst_object_unref (allocator);
}
GST_END_TEST;

/* Others import what came from a heap too, and a GPU writes into it. */
GST_START_TEST (a_fence_that_others_attach_to_memory_of_a_heap_is_met)
{
  GstZcAllocator *allocator = allocator_new ("system", 20 * GST_MSECOND);
  GstMemory *memory = memory_new (allocator);
  int timeline = swsync_timeline ();
  struct dma_buf_import_sync_file import = { .flags = DMA_BUF_SYNC_WRITE,
    .fd = swsync_fence (timeline, 1) };
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  gst_memory_unmap (memory, &map);
  fail_unless_equals_int (ioctl (gst_dmabuf_memory_get_fd (memory),
                              DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &import),
      0);
  fail_if (gst_memory_map (memory, &map, GST_MAP_READ));
  swsync_advance (timeline, 1);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  gst_memory_unmap (memory, &map);
  close (import.fd);
  close (timeline);
  gst_memory_unref (memory);
  gst_object_unref (allocator);
}
GST_END_TEST;

static int watched_fence;

static gpointer
map_and_check (gpointer memory)
{
  GstMapInfo map;
  GstMemory *own = gst_zc_allocator_wrap_fd (
      GST_ZC_ALLOCATOR (((GstMemory *) memory)->allocator),
      dup (gst_dmabuf_memory_get_fd (memory)), 0, GST_ZC_WRAP_UNFENCED, NULL);

  runner_require (gst_memory_map (own, &map, GST_MAP_READ), "not mapped");
  runner_require (is_signalled (watched_fence), "mapped while a device writes");
  gst_memory_unmap (own, &map);
  gst_memory_unref (own);
  return NULL;
}

/* Who comes while another waits must wait as well. */
GST_START_TEST (all_threads_wait_for_the_device)
{
  GstZcAllocator *allocator = allocator_new ("system", 20 * GST_SECOND);
  GstMemory *memory = memory_new (allocator);
  GThread *threads[4];
  GstMapInfo map;
  int timeline;

  for (guint i = 0; i < 50; i++) {
    fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
    gst_memory_unmap (memory, &map);
  }
  timeline = occupy (memory, GST_MAP_WRITE);
  watched_fence = gst_zc_memory_export_fence (memory, GST_MAP_READ, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = g_thread_new ("user", map_and_check, memory);
    g_usleep (5000);
  }
  swsync_advance (timeline, 1);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  close (watched_fence);
  close (timeline);
  gst_memory_unref (memory);
  gst_object_unref (allocator);
}
GST_END_TEST;

GST_START_TEST (an_exported_fence_signals_with_the_device)
{
  GstZcAllocator *allocator = allocator_new ("system", GST_SECOND);
  GstMemory *memory = memory_new (allocator);
  int idle = gst_zc_memory_export_fence (memory, GST_MAP_WRITE, NULL);
  int timeline = occupy (memory, GST_MAP_READ);
  int reading = gst_zc_memory_export_fence (memory, GST_MAP_READ, NULL);
  int writing = gst_zc_memory_export_fence (memory, GST_MAP_WRITE, NULL);

  fail_unless (is_signalled (idle));
  fail_unless (is_signalled (reading), "readers do not wait for readers");
  fail_if (is_signalled (writing));
  swsync_advance (timeline, 1);
  fail_unless (is_signalled (writing));
  close (idle);
  close (reading);
  close (writing);
  close (timeline);
  gst_memory_unref (memory);
  gst_object_unref (allocator);
}
GST_END_TEST;

/* --- a pool ------------------------------------------------------------- */

static GstBufferPool *
pool_new (GstClockTime timeout)
{
  GstZcHeap *heap = gst_zc_heap_new_dma_heap ("system");
  GstBufferPool *pool = g_object_new (
      GST_TYPE_ZC_POOL, "heap", heap, "fence-timeout", timeout, NULL);
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstCaps *caps = gst_caps_from_string (
      "video/x-raw,format=GRAY8,width=64,height=64");

  gst_object_ref_sink (pool);
  gst_buffer_pool_config_set_params (config, caps, 0, 1, 1);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  gst_caps_unref (caps);
  g_object_unref (heap);
  return pool;
}

/* The buffer is back, and a device still reads it. */
static int
release_occupied (GstBufferPool *pool)
{
  GstBuffer *buffer;
  int timeline;

  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);
  timeline = occupy (gst_buffer_peek_memory (buffer, 0), GST_MAP_READ);
  gst_buffer_unref (buffer);
  return timeline;
}

GST_START_TEST (a_pool_waits_for_the_device_that_has_the_buffer)
{
  GstBufferPool *pool = pool_new (20 * GST_SECOND);
  int timeline = release_occupied (pool), fence;
  GThread *device = g_thread_new (
      "device", finish_soon, GINT_TO_POINTER (timeline));
  GstBuffer *buffer;

  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);
  fence = gst_zc_memory_export_fence (
      gst_buffer_peek_memory (buffer, 0), GST_MAP_WRITE, NULL);
  fail_unless (is_signalled (fence), "given out while the device reads");
  g_thread_join (device);
  gst_buffer_unref (buffer);
  close (fence);
  close (timeline);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
}
GST_END_TEST;

GST_START_TEST (a_pool_waits_for_the_device_of_each_plane)
{
  GstZcConstraints constraints = {
    .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES,
  };
  GstZcHeap *heap = gst_zc_heap_new_dma_heap ("system");
  GstCaps *caps = gst_caps_from_string (
      "video/x-raw,format=I420,width=64,height=64");
  GstBufferPool *pool = gst_zc_pool_new_for_caps (
      heap, caps, &constraints, 1, 1, NULL);
  GstBuffer *buffer;
  GThread *device;
  int timeline;

  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);
  timeline = occupy (gst_buffer_peek_memory (buffer, 1), GST_MAP_READ);
  gst_buffer_unref (buffer);

  device = g_thread_new ("device", finish_soon, GINT_TO_POINTER (timeline));
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);
  for (guint i = 0; i < 3; i++)
    fail_unless (gst_zc_memory_wait (
        gst_buffer_peek_memory (buffer, i), GST_MAP_WRITE, 0, NULL));
  g_thread_join (device);
  gst_buffer_unref (buffer);
  close (timeline);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  gst_caps_unref (caps);
  g_object_unref (heap);
}
GST_END_TEST;

GST_START_TEST (a_pool_gives_up_on_a_device_that_hangs)
{
  GstBufferPool *pool = pool_new (20 * GST_MSECOND);
  int timeline = release_occupied (pool);
  GstBuffer *buffer = NULL;

  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_ERROR);
  fail_if (buffer);
  close (timeline);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
}
GST_END_TEST;

static gpointer
acquire_in_vain (gpointer pool)
{
  GstBuffer *buffer = NULL;

  return GINT_TO_POINTER (gst_buffer_pool_acquire_buffer (pool, &buffer, NULL));
}

GST_START_TEST (flushing_ends_the_wait_for_a_device)
{
  GstBufferPool *pool = pool_new (GST_CLOCK_TIME_NONE);
  int timeline = release_occupied (pool);
  GThread *thread = g_thread_new ("acquire", acquire_in_vain, pool);
  GstBuffer *buffer;

  g_usleep (50000);
  gst_buffer_pool_set_flushing (pool, TRUE);
  fail_unless_equals_int (
      GPOINTER_TO_INT (g_thread_join (thread)), GST_FLOW_FLUSHING);
  gst_buffer_pool_set_flushing (pool, FALSE);
  swsync_advance (timeline, 1);
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);
  gst_buffer_unref (buffer);
  close (timeline);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
}
GST_END_TEST;

/* --- what is left behind ------------------------------------------------ */

/* Of dma-bufs. */
static guint
count_mappings (void)
{
  FILE *file = fopen ("/proc/self/maps", "r");
  char line[512];
  guint n = 0;

  fail_unless (file != NULL);
  while (fgets (line, sizeof (line), file))
    n += strstr (line, "/dmabuf:") != NULL;
  fclose (file);
  return n;
}

static glong
resident_pages (void)
{
  g_autofree char *text = NULL;
  glong pages = 0;

  fail_unless (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  fail_unless_equals_int (sscanf (text, "%*d %ld", &pages), 1);
  return pages;
}

static void
allocate_map_free (GstZcAllocator *allocator, guint n)
{
  for (guint i = 0; i < n; i++) {
    GstMemory *memory = memory_new (allocator);
    GstMapInfo map;

    fail_unless (gst_memory_map (memory, &map, GST_MAP_READWRITE));
    map.data[i % SIZE] = i;
    if (i == 0)
      fail_unless_equals_int (count_mappings (), 1);
    gst_memory_unmap (memory, &map);
    gst_memory_unref (memory);
  }
}

GST_START_TEST (ten_thousand_cycles_leave_nothing)
{
  GstZcAllocator *allocator = allocator_new ("system", GST_SECOND);
  guint fds, mappings, dmabufs;
  glong pages;

  allocate_map_free (allocator, 100);
  fds = fds_count ();
  mappings = count_mappings ();
  dmabufs = dmabufs_count ();
  pages = resident_pages ();

  allocate_map_free (allocator, 10000);
  fail_unless_equals_int (fds_count (), fds);
  fail_unless_equals_int (count_mappings (), mappings);
  fail_unless_equals_int (dmabufs_count (), dmabufs);
  /* less than the smallest piece of memory a cycle; AddressSanitizer keeps all
   * that was freed for a while, and finds leaks by itself */
#ifndef __SANITIZE_ADDRESS__
  fail_unless (resident_pages () <= pages + 64, "%ld pages, before: %ld",
      resident_pages (), pages);
#else
  (void) pages;
#endif
  gst_object_unref (allocator);
}
GST_END_TEST;

/* --- threads ------------------------------------------------------------ */

#define N_THREADS 8
#define N_MEMORIES 4
#define LINE 64

static GstMemory *shared[N_MEMORIES];

/* Bytes of its own in each memory, so that only the library can race. */
static void
touch (guint8 *data, guint thread, GstMapFlags access, guint8 *expected)
{
  guint8 *mine = data + thread * LINE;

  if (access & GST_MAP_READ)
    runner_require (*mine == *expected, "read %u, not %u", *mine, *expected);
  if (access & GST_MAP_WRITE)
    *mine = ++*expected;
}

static void
access_directly (GstMemory *memory, guint thread, guint8 *expected, GRand *rand)
{
  GstMapFlags access = g_rand_int_range (rand, 1, 4);
  guint8 *data = gst_zc_memory_begin_access (
      memory, access, GST_ZC_DEFAULT_TIMEOUT, NULL);

  runner_require (data != NULL, "no access");
  touch (data, thread, access, expected);
  gst_zc_memory_end_access (memory, data, access);
}

/* Each thread with a memory of its own for the same dma-buf: GStreamer refuses
 * some orders of maps of one memory. */
static void
access_mapped (GstMemory *memory, guint thread, guint8 *expected, GRand *rand)
{
  GstMapFlags access = g_rand_int_range (rand, 1, 4);
  GstMemory *own = gst_zc_allocator_wrap_fd (
      GST_ZC_ALLOCATOR (memory->allocator),
      dup (gst_dmabuf_memory_get_fd (memory)), SIZE, GST_ZC_WRAP_UNFENCED,
      NULL);
  GstMapInfo map;

  runner_require (gst_memory_map (own, &map, access), "not mapped");
  touch (map.data, thread, access, expected);
  gst_memory_unmap (own, &map);
  gst_memory_unref (own);
}

static gpointer
use_memories (gpointer data)
{
  guint thread = GPOINTER_TO_UINT (data);
  g_autoptr (GRand) rand = g_rand_new_with_seed (thread);
  guint8 expected[N_MEMORIES] = { 0 };

  for (guint i = 0; i < 500; i++) {
    guint n = g_rand_int_range (rand, 0, N_MEMORIES);

    if (g_rand_boolean (rand))
      access_directly (shared[n], thread, &expected[n], rand);
    else
      access_mapped (shared[n], thread, &expected[n], rand);
  }
  return NULL;
}

GST_START_TEST (eight_threads_map_in_every_direction)
{
  GstZcAllocator *allocator = allocator_new ("system", GST_SECOND);
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_MEMORIES; i++)
    shared[i] = memory_new (allocator);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("user", use_memories, GUINT_TO_POINTER (i));
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < N_MEMORIES; i++)
    gst_memory_unref (shared[i]);
  fail_unless_equals_int (count_mappings (), 0);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
  gst_object_unref (allocator);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (a_map_waits_for_a_device_that_writes),
    RUNNER_TEST (a_map_gives_up_after_the_timeout),
    RUNNER_TEST (a_device_that_reads_holds_up_writers_alone),
    RUNNER_TEST (a_fence_that_others_attach_is_waited_for_in_foreign_memory),
    RUNNER_TEST (a_fence_that_others_attach_to_memory_of_a_heap_is_met),
    RUNNER_TEST (all_threads_wait_for_the_device),
    RUNNER_TEST (an_exported_fence_signals_with_the_device),
    RUNNER_TEST (a_pool_waits_for_the_device_that_has_the_buffer),
    RUNNER_TEST (a_pool_waits_for_the_device_of_each_plane),
    RUNNER_TEST (a_pool_gives_up_on_a_device_that_hangs),
    RUNNER_TEST (flushing_ends_the_wait_for_a_device),
    RUNNER_TEST (ten_thousand_cycles_leave_nothing),
    RUNNER_TEST (eight_threads_map_in_every_direction))
