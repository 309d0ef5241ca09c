/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The library's CPU access on memory that is not coherent: a bracket that is
 * missing, too early or too late shows as wrong bytes, and is counted.
 */

#include "../helpers/dma.h"
#include "../helpers/incoherent.h"
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcsys.h"
#include "gst-libs/allocators/zerocopy.h"

#include <linux/dma-buf.h>
#include <string.h>

#define READ_WRITE (GST_MAP_READ | GST_MAP_WRITE)
#define LINE INCOHERENT_LINE

static GstAllocator *upstream;
static GstZcAllocator *allocator;

static void
setup (void)
{
  upstream = gst_dmabuf_allocator_new ();
  allocator = GST_ZC_ALLOCATOR (gst_zc_allocator_new (NULL));
  incoherent_reset ();
}

static void
teardown (void)
{
  assert_incoherent_clean ();
  gst_clear_object (&upstream);
  gst_clear_object (&allocator);
}

static GstMemory *
memory_new (void)
{
  GError *error = NULL;
  GstMemory *memory = gst_zc_allocator_wrap_fd (
      allocator, incoherent_alloc (DMA_SIZE), 0, GST_ZC_WRAP_UNFENCED, &error);

  fail_unless (memory != NULL, "%s", error ? error->message : "");
  return memory;
}

static guint8 *
begin (GstMemory *memory, GstMapFlags access)
{
  guint8 *data = gst_zc_memory_begin_access (
      memory, access, GST_ZC_DEFAULT_TIMEOUT, NULL);

  runner_require (data != NULL, "no access");
  return data;
}

static void
device_fills (GstMemory *memory, guint8 byte)
{
  dma_fill (gst_dmabuf_memory_get_fd (memory), byte);
}

/* What a device sees at OFFSET. */
static guint8
device_byte (GstMemory *memory, gsize offset)
{
  guint8 bytes[DMA_SIZE];

  dma_read (gst_dmabuf_memory_get_fd (memory), bytes);
  return bytes[offset];
}

static gboolean
is_filled (const guint8 *data, guint8 byte)
{
  for (gsize i = 0; i < DMA_SIZE; i++)
    if (data[i] != byte)
      return FALSE;
  return TRUE;
}

static gboolean
device_sees (GstMemory *memory, guint8 byte)
{
  guint8 bytes[DMA_SIZE];

  dma_read (gst_dmabuf_memory_get_fd (memory), bytes);
  return is_filled (bytes, byte);
}

static void
map_and_fill (GstMemory *memory, guint8 byte)
{
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  memset (map.data, byte, map.size);
  gst_memory_unmap (memory, &map);
}

static gboolean
map_and_see (GstMemory *memory, guint8 byte)
{
  GstMapInfo map;
  gboolean same;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  same = is_filled (map.data, byte);
  gst_memory_unmap (memory, &map);
  return same;
}

GST_START_TEST (what_the_cpu_writes_reaches_the_device)
{
  setup ();

  GstMemory *memory = memory_new ();

  for (guint i = 1; i <= 3; i++) {
    map_and_fill (memory, i);
    fail_unless (device_sees (memory, i));
  }
  gst_memory_unref (memory);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (what_the_device_writes_reaches_the_cpu)
{
  setup ();

  GstMemory *memory = memory_new ();

  for (guint i = 1; i <= 3; i++) {
    device_fills (memory, i);
    fail_unless (map_and_see (memory, i));
  }
  gst_memory_unref (memory);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (turns_of_both_keep_all_bytes)
{
  setup ();

  GstMemory *memory = memory_new ();

  for (guint i = 1; i <= 3; i++) {
    map_and_fill (memory, i);
    fail_unless (map_and_see (memory, i));
    fail_unless (device_sees (memory, i));
    device_fills (memory, 0x80 + i);
    fail_unless (map_and_see (memory, 0x80 + i));
  }
  gst_memory_unref (memory);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (a_partial_write_keeps_the_devices_bytes)
{
  setup ();

  GstMemory *memory = memory_new ();
  GstMapInfo map;

  device_fills (memory, 0x77);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READWRITE));
  map.data[5] = 0x11;
  gst_memory_unmap (memory, &map);
  fail_unless_equals_int (device_byte (memory, 5), 0x11);
  fail_unless_equals_int (device_byte (memory, 4), 0x77);
  fail_unless_equals_int (device_byte (memory, LINE), 0x77);
  gst_memory_unref (memory);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (nested_accesses_lose_nothing)
{
  setup ();

  GstMemory *memory = memory_new ();
  guint8 *data;

  device_fills (memory, 0x77);
  data = begin (memory, GST_MAP_READ);
  fail_unless (begin (memory, READ_WRITE) == data);
  data[0] = 0x11;
  begin (memory, GST_MAP_READ);
  fail_unless_equals_int (data[0], 0x11);
  gst_zc_memory_end_access (memory, data, GST_MAP_READ);
  data[LINE] = 0x22;
  gst_zc_memory_end_access (memory, data, READ_WRITE);

  /* the reader that is left does not keep it from the device */
  fail_unless_equals_int (device_byte (memory, 0), 0x11);
  fail_unless_equals_int (device_byte (memory, LINE), 0x22);
  fail_unless_equals_int (data[2 * LINE], 0x77);
  gst_zc_memory_end_access (memory, data, GST_MAP_READ);
  gst_memory_unref (memory);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (reading_that_joins_writing_sees_both)
{
  setup ();

  GstMemory *memory = memory_new ();
  guint8 *data;

  device_fills (memory, 0x77);
  data = begin (memory, GST_MAP_WRITE);
  memset (data, 0x11, LINE);
  begin (memory, GST_MAP_READ);
  fail_unless_equals_int (data[0], 0x11);
  fail_unless_equals_int (data[LINE], 0x77);
  memset (data + LINE, 0x22, LINE);
  gst_zc_memory_end_access (memory, data, GST_MAP_READ);
  gst_zc_memory_end_access (memory, data, GST_MAP_WRITE);
  fail_unless_equals_int (device_byte (memory, 0), 0x11);
  fail_unless_equals_int (device_byte (memory, LINE), 0x22);
  fail_unless_equals_int (device_byte (memory, 2 * LINE), 0x77);
  gst_memory_unref (memory);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (writing_that_joins_reading_is_given_back)
{
  setup ();

  GstMemory *memory = memory_new ();
  guint8 *data;

  device_fills (memory, 0x77);
  data = begin (memory, GST_MAP_READ);
  fail_unless_equals_int (data[0], 0x77);
  begin (memory, GST_MAP_WRITE);
  memset (data, 0x11, LINE);
  /* the reader goes first: what was written must not go with it */
  gst_zc_memory_end_access (memory, data, GST_MAP_READ);
  memset (data + LINE, 0x22, LINE);
  gst_zc_memory_end_access (memory, data, GST_MAP_WRITE);
  fail_unless_equals_int (device_byte (memory, 0), 0x11);
  fail_unless_equals_int (device_byte (memory, LINE), 0x22);
  fail_unless_equals_int (device_byte (memory, 2 * LINE), 0x77);
  gst_memory_unref (memory);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (memories_of_one_dmabuf_have_one_bracket)
{
  setup ();

  GstMemory *a = memory_new ();
  GstMemory *b = gst_zc_allocator_wrap_fd (allocator,
      dup (gst_dmabuf_memory_get_fd (a)), 0, GST_ZC_WRAP_UNFENCED, NULL);
  GstMapInfo first, second;

  device_fills (a, 0x77);
  fail_unless (gst_memory_map (a, &first, GST_MAP_READ));
  fail_unless (gst_memory_map (b, &second, GST_MAP_READWRITE));
  second.data[0] = 0x11;
  gst_memory_unmap (a, &first);
  second.data[LINE] = 0x22;
  gst_memory_unmap (b, &second);
  fail_unless_equals_int (device_byte (a, 0), 0x11);
  fail_unless_equals_int (device_byte (a, LINE), 0x22);
  gst_memory_unref (a);
  gst_memory_unref (b);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (copies_and_parts_have_the_devices_bytes)
{
  setup ();

  GstMemory *memory = memory_new (), *copy, *part;
  GstMapInfo map;

  device_fills (memory, 0x77);
  copy = gst_memory_copy (memory, 0, -1);
  fail_unless (map_and_see (copy, 0x77));
  device_fills (memory, 0x66);
  part = gst_memory_share (memory, 100, 10);
  fail_unless (gst_memory_map (part, &map, GST_MAP_READ));
  fail_unless_equals_int (map.data[9], 0x66);
  gst_memory_unmap (part, &map);
  gst_memory_unref (part);
  gst_memory_unref (copy);
  gst_memory_unref (memory);

  teardown ();
}
GST_END_TEST;

/* Caches may write back at any time. */
GST_START_TEST (early_write_back_harms_nobody)
{
  setup ();

  struct incoherent_counters counters;
  GstMemory *memory = memory_new ();

  incoherent_set_chaos (true);
  for (guint i = 1; i <= 20; i++) {
    guint8 *data;

    device_fills (memory, i);
    fail_unless (map_and_see (memory, i));
    data = begin (memory, GST_MAP_WRITE);
    memset (data, 0x80 + i, DMA_SIZE / 2);
    g_usleep (5000);
    begin (memory, GST_MAP_READ);
    fail_unless_equals_int (data[DMA_SIZE / 2], i);
    memset (data + DMA_SIZE / 2, 0x80 + i, DMA_SIZE / 2);
    gst_zc_memory_end_access (memory, data, GST_MAP_READ);
    gst_zc_memory_end_access (memory, data, GST_MAP_WRITE);
    fail_unless (device_sees (memory, 0x80 + i));
  }
  incoherent_set_chaos (false);
  incoherent_get (&counters);
  fail_unless (counters.evicted > 0, "nothing was written back early");
  gst_memory_unref (memory);

  teardown ();
}
GST_END_TEST;

/* --- two threads -------------------------------------------------------- */

/* Orders who writes against who reads, as any two threads must. */
static GRWLock pixels;
static GstMemory *shared;
static gint done; /* atomic */

static gpointer
read_on (gpointer data)
{
  guint n = 0;

  (void) data;
  while (!g_atomic_int_get (&done) || n < 20) {
    guint8 *bytes;

    g_rw_lock_reader_lock (&pixels);
    bytes = begin (shared, GST_MAP_READ);
    runner_require (is_filled (bytes, bytes[0]), "half a picture");
    gst_zc_memory_end_access (shared, bytes, GST_MAP_READ);
    g_rw_lock_reader_unlock (&pixels);
    g_usleep (1000); /* lets the writer in */
    n++;
  }
  return NULL;
}

GST_START_TEST (two_threads_see_whole_pictures)
{
  setup ();

  GThread *readers[2];

  shared = memory_new ();
  map_and_fill (shared, 0);
  for (guint i = 0; i < 2; i++)
    readers[i] = g_thread_new ("reader", read_on, NULL);
  for (guint i = 1; i <= 40; i++) {
    g_rw_lock_writer_lock (&pixels);
    if (i % 2)
      map_and_fill (shared, i);
    else
      device_fills (shared, i);
    g_rw_lock_writer_unlock (&pixels);
    if (i % 2)
      fail_unless (device_sees (shared, i));
  }
  g_atomic_int_set (&done, TRUE);
  for (guint i = 0; i < 2; i++)
    g_thread_join (readers[i]);
  gst_memory_unref (shared);

  teardown ();
}
GST_END_TEST;

/* --- foreign memory ----------------------------------------------------- */

GST_START_TEST (wrapped_memory_is_right_where_upstreams_is_not)
{
  setup ();

  GstMemory *foreign = gst_dmabuf_allocator_alloc (
      upstream, incoherent_alloc (DMA_SIZE), DMA_SIZE);
  GstMemory *memory = gst_zc_allocator_wrap (allocator, foreign, NULL);
  GstMapInfo outer, inner;

  fail_unless (gst_memory_map (memory, &outer, GST_MAP_READWRITE));
  fail_unless (gst_memory_map (memory, &inner, GST_MAP_READ));
  gst_memory_unmap (memory, &inner);
  memset (outer.data, 0x11, outer.size);
  gst_memory_unmap (memory, &outer);
  fail_unless (device_sees (memory, 0x11));
  assert_incoherent_clean ();

  /* the same on upstream's: the first END ends it for both */
  fail_unless (gst_memory_map (foreign, &outer, GST_MAP_READWRITE));
  outer.data[0] = 0x22;
  fail_unless (gst_memory_map (foreign, &inner, GST_MAP_READ));
  gst_memory_unmap (foreign, &inner);
  gst_memory_unmap (foreign, &outer);
  fail_if (incoherent_is_clean (), "the heap sees nothing");

  incoherent_reset ();
  gst_memory_unref (memory);
  gst_memory_unref (foreign);

  teardown ();
}
GST_END_TEST;

/* --- brackets that are missing ------------------------------------------ */

static int (*real_ioctl) (int fd, unsigned long request, void *arg);
static guint64 swallowed;

static int
swallow (int fd, unsigned long request, void *arg)
{
  if (request == DMA_BUF_IOCTL_SYNC &&
      ((struct dma_buf_sync *) arg)->flags == swallowed)
    return 0;
  return real_ioctl (fd, request, arg);
}

static void
remove_call (guint64 flags)
{
  real_ioctl = gst_zc_sys.ioctl;
  swallowed = flags;
  gst_zc_sys.ioctl = swallow;
}

GST_START_TEST (a_start_that_is_missing_is_caught)
{
  setup ();

  GstMemory *memory = memory_new ();

  device_fills (memory, 0x77);
  remove_call (DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ);
  fail_unless (map_and_see (memory, INCOHERENT_CPU_POISON));
  fail_if (incoherent_is_clean (), "the heap sees nothing");
  incoherent_reset ();
  gst_memory_unref (memory);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (an_end_that_is_missing_is_caught)
{
  setup ();

  struct incoherent_counters counters;
  GstMemory *memory = memory_new ();

  remove_call (DMA_BUF_SYNC_END | DMA_BUF_SYNC_WRITE);
  map_and_fill (memory, 0x11);
  fail_unless (device_sees (memory, INCOHERENT_DEVICE_POISON));
  gst_memory_unref (memory);
  incoherent_get (&counters);
  fail_unless_equals_int (counters.open_at_release, 1);
  incoherent_reset ();

  teardown ();
}
GST_END_TEST;

/* Reading that joins writing without giving back first. */
GST_START_TEST (an_end_that_is_missing_before_widening_is_caught)
{
  setup ();

  struct incoherent_counters counters;
  GstMemory *memory = memory_new ();
  guint8 *data = begin (memory, GST_MAP_WRITE);

  memset (data, 0x11, LINE);
  remove_call (DMA_BUF_SYNC_END | DMA_BUF_SYNC_WRITE);
  begin (memory, GST_MAP_READ);
  fail_if (data[0] == 0x11);
  gst_zc_memory_end_access (memory, data, GST_MAP_READ);
  gst_zc_memory_end_access (memory, data, GST_MAP_WRITE);
  incoherent_get (&counters);
  fail_unless (counters.lost > 0);
  gst_memory_unref (memory);
  incoherent_reset ();

  teardown ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (what_the_cpu_writes_reaches_the_device),
    RUNNER_TEST (what_the_device_writes_reaches_the_cpu),
    RUNNER_TEST (turns_of_both_keep_all_bytes),
    RUNNER_TEST (a_partial_write_keeps_the_devices_bytes),
    RUNNER_TEST (nested_accesses_lose_nothing),
    RUNNER_TEST (reading_that_joins_writing_sees_both),
    RUNNER_TEST (writing_that_joins_reading_is_given_back),
    RUNNER_TEST (memories_of_one_dmabuf_have_one_bracket),
    RUNNER_TEST (copies_and_parts_have_the_devices_bytes),
    RUNNER_TEST (early_write_back_harms_nobody),
    RUNNER_TEST (two_threads_see_whole_pictures),
    RUNNER_TEST (wrapped_memory_is_right_where_upstreams_is_not),
    RUNNER_TEST (a_start_that_is_missing_is_caught),
    RUNNER_TEST (an_end_that_is_missing_is_caught),
    RUNNER_TEST (an_end_that_is_missing_before_widening_is_caught))
