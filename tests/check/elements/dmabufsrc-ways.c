/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/incoherent.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include "gst-libs/allocators/zerocopy.h"

#include <gst/check/gstharness.h>
#include <unistd.h>

/* How frames leave the camera, whose memory they are in, and that there is
 * always one that works. */

#define SIZE ",width=640,height=480,framerate=30/1"
#define RAW "video/x-raw,format=BGRx" SIZE
#define DMABUF "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=XR24" SIZE

/* What downstream of a source offers; a harness asks it. */
static struct {
  GstBufferPool *pool;
  guint min, max;
  gboolean with_meta;
} offer;

static GstPadProbeReturn
answer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  (void) pad;
  (void) data;
  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  if (offer.pool)
    gst_query_add_allocation_pool (
        query, offer.pool, 640 * 480 * 4, offer.min, offer.max);
  if (offer.with_meta)
    gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return GST_PAD_PROBE_HANDLED;
}

/* A source in this mode, before a peer as OFFER says; still bars, white and
 * then yellow. */
static GstHarness *
play (const char *mode, const char *caps)
{
  g_autofree gchar *launch = g_strdup_printf ("dmabufsrc io-mode=%s", mode);
  GstHarness *harness = pipeline_harness (launch);

  vivid_set (VIVID_TEST_PATTERN, 1);
  vivid_set (VIVID_OSD_TEXT_MODE, 2);
  gst_pad_add_probe (harness->sinkpad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
      answer, NULL, NULL);
  gst_harness_use_systemclock (harness);
  gst_harness_set_sink_caps_str (harness, caps);
  gst_harness_play (harness);
  return harness;
}

static void
end (GstHarness *harness)
{
  gst_harness_teardown (harness);
  gst_clear_object (&offer.pool);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

static GstStructure *
get_stats (GstHarness *harness)
{
  GstStructure *stats;

  g_object_get (harness->element, "stats", &stats, NULL);
  return stats;
}

static guint64
get_stat (GstHarness *harness, const char *field)
{
  g_autoptr (GstStructure) stats = get_stats (harness);
  guint64 value = 0;
  guint small = 0;

  if (gst_structure_get_uint (stats, field, &small))
    return small;
  fail_unless (gst_structure_get_uint64 (stats, field, &value), "%s", field);
  return value;
}

static void
assert_path (GstHarness *harness, const char *path)
{
  g_autoptr (GstStructure) stats = get_stats (harness);

  fail_unless_equals_string (gst_structure_get_string (stats, "path"), path);
  fail_unless_equals_uint64 (get_stat (harness, "copies"), 0);
}

static void
assert_refused (GstHarness *harness, const char *way, const char *why)
{
  g_autoptr (GstStructure) stats = get_stats (harness);
  const gchar *refused = gst_structure_get_string (stats, "refused");

  fail_unless (strstr (refused, way) && strstr (refused, why), "%s", refused);
}

/* White on the left, as the camera drew it. */
static void
assert_picture (GstBuffer *buffer)
{
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (guint y = 0; y < 480; y += 60) {
    const guint8 *pixel = map.data + (gsize) y * 640 * 4 + 40 * 4;

    fail_unless (pixel[0] == 255 && pixel[1] == 255 && pixel[2] == 255,
        "line %u: %02x%02x%02x", y, pixel[2], pixel[1], pixel[0]);
  }
  gst_buffer_unmap (buffer, &map);
}

/* Pulls frames, all good ones, and gives each back at once. */
static void
assert_frames (GstHarness *harness, guint n)
{
  while (n-- > 0) {
    GstBuffer *buffer = gst_harness_pull (harness);

    fail_unless (buffer != NULL);
    assert_picture (buffer);
    gst_buffer_unref (buffer);
  }
}

static GstBufferPool *
heap_pool (GstZcHeap *heap, guint max)
{
  GstCaps *caps = gst_caps_from_string (RAW);
  GstBufferPool *pool = gst_zc_pool_new_for_caps (
      heap, caps, NULL, 2, max, NULL);

  fail_unless (pool != NULL);
  gst_caps_unref (caps);
  return pool;
}

static void
offer_heap (GstZcHeap *heap, guint max)
{
  offer.pool = heap_pool (heap, max);
  offer.min = 2;
  offer.max = max;
  offer.with_meta = TRUE;
}

GST_START_TEST (frames_are_written_into_downstreams_dmabufs)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstHarness *harness;
  GstBuffer *buffer;

  offer_heap (heap, 0);
  harness = play ("auto", DMABUF);
  buffer = gst_harness_pull (harness);
  fail_unless (buffer->pool == offer.pool);
  assert_picture (buffer);
  gst_buffer_unref (buffer);
  assert_frames (harness, 20);
  assert_path (harness, "dmabuf-import");
  end (harness);
}
GST_END_TEST;

/* The kernel attaches memory that comes again at its own index no more. */
GST_START_TEST (each_dmabuf_is_attached_once)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstHarness *harness;
  guint64 attached;

  offer_heap (heap, 0);
  harness = play ("auto", DMABUF);
  assert_frames (harness, 20);
  attached = get_stat (harness, "attachments");
  assert_frames (harness, 40);
  fail_unless_equals_uint64 (get_stat (harness, "attachments"), attached);
  fail_unless (attached <= get_stat (harness, "buffers"));
  end (harness);
}
GST_END_TEST;

/* Where a bracket is missing, this memory has something else. */
GST_START_TEST (the_cpu_reads_what_was_written_into_incoherent_memory)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("incoherent");
  GstHarness *harness;

  offer_heap (heap, 0);
  harness = play ("auto", DMABUF);
  assert_frames (harness, 30);
  assert_path (harness, "dmabuf-import");
  end (harness);
}
GST_END_TEST;

GST_START_TEST (without_an_offer_the_cameras_memory_is_exported)
{
  GstHarness *harness = play ("auto", DMABUF);

  assert_frames (harness, 10);
  assert_path (harness, "dmabuf-export");
  assert_refused (harness, "dmabuf-import", "offers no pool");
  end (harness);
}
GST_END_TEST;

GST_START_TEST (without_an_offer_import_takes_a_heap)
{
  GstHarness *harness = play ("dmabuf-import", DMABUF);

  assert_frames (harness, 10);
  assert_path (harness, "dmabuf-import");
  end (harness);
}
GST_END_TEST;

/* Memory for the CPU: pages of our own, where downstream has none. */
GST_START_TEST (for_the_cpu_the_camera_writes_into_pages)
{
  GstHarness *harness;
  GstBuffer *buffer;
  GstMapInfo map;

  offer.with_meta = TRUE;
  harness = play ("auto", RAW);
  buffer = gst_harness_pull (harness);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  fail_unless_equals_uint64 ((gsize) map.data % sysconf (_SC_PAGESIZE), 0);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  assert_frames (harness, 20);
  assert_path (harness, "userptr");
  end (harness);
}
GST_END_TEST;

GST_START_TEST (for_the_cpu_the_camera_writes_into_downstreams_pages)
{
  GstHarness *harness;
  GstBuffer *buffer;

  offer.pool = gst_video_buffer_pool_new ();
  offer.with_meta = TRUE;
  harness = play ("auto", RAW);
  buffer = gst_harness_pull (harness);
  fail_unless (buffer->pool == offer.pool);
  assert_picture (buffer);
  gst_buffer_unref (buffer);
  assert_frames (harness, 20);
  assert_path (harness, "userptr");
  end (harness);
}
GST_END_TEST;

GST_START_TEST (for_the_cpu_an_offer_of_dmabufs_is_taken_too)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstHarness *harness;

  offer_heap (heap, 0);
  harness = play ("auto", RAW);
  assert_frames (harness, 10);
  assert_path (harness, "dmabuf-import");
  end (harness);
}
GST_END_TEST;

GST_START_TEST (mapped_memory_of_the_driver_will_do)
{
  GstHarness *harness;

  offer.with_meta = TRUE;
  harness = play ("mmap", RAW);
  assert_frames (harness, 10);
  assert_path (harness, "mmap");
  end (harness);
}
GST_END_TEST;

/* More and more frames are kept: more buffers are made. */
static void
assert_grows (const char *mode, const char *caps)
{
  GstBuffer *held[16];
  GstHarness *harness = play (mode, caps);
  guint before = get_stat (harness, "buffers");

  for (guint i = 0; i < G_N_ELEMENTS (held); i++) {
    held[i] = gst_harness_pull (harness);
    assert_picture (held[i]);
    for (guint j = 0; j < i; j++)
      fail_if (gst_buffer_peek_memory (held[i], 0) ==
               gst_buffer_peek_memory (held[j], 0));
  }
  fail_unless (get_stat (harness, "buffers") > MAX (before, 16),
      "%u buffers, %u before", (guint) get_stat (harness, "buffers"), before);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    gst_buffer_unref (held[i]);
  assert_frames (harness, 20);
  end (harness);
}

GST_START_TEST (exported_buffers_never_run_dry)
{
  assert_grows ("dmabuf-export", DMABUF);
}
GST_END_TEST;

GST_START_TEST (imported_buffers_never_run_dry)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");

  offer_heap (heap, 0);
  assert_grows ("dmabuf-import", DMABUF);
}
GST_END_TEST;

GST_START_TEST (pages_never_run_dry)
{
  offer.with_meta = TRUE;
  assert_grows ("userptr", RAW);
}
GST_END_TEST;

GST_START_TEST (mapped_buffers_never_run_dry)
{
  offer.with_meta = TRUE;
  assert_grows ("mmap", RAW);
}
GST_END_TEST;

/* A limit is kept: frames are lost while all are outside, which is told, and
 * come again afterwards. */
static void
assert_limit (const char *mode, const char *caps)
{
  GstBuffer *held[8];
  GstHarness *harness = play (mode, caps);

  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    held[i] = gst_harness_pull (harness);
  g_usleep (300000);
  fail_unless_equals_uint64 (get_stat (harness, "buffers"), 8);
  fail_unless (
      get_stat (harness, "starved") > 0 || get_stat (harness, "frames") == 8);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    gst_buffer_unref (held[i]);
  assert_frames (harness, 10);
  fail_unless (get_stat (harness, "dropped") > 0);
  end (harness);
}

GST_START_TEST (a_limit_of_exported_buffers_is_kept)
{
  assert_limit ("dmabuf-export max-buffers=8", DMABUF);
}
GST_END_TEST;

GST_START_TEST (a_limit_of_downstreams_pool_is_kept)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");

  offer_heap (heap, 8);
  assert_limit ("dmabuf-import", DMABUF);
}
GST_END_TEST;

GST_START_TEST (a_pool_that_is_too_small_is_left)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstHarness *harness;

  offer_heap (heap, 3);
  harness = play ("auto", DMABUF);
  assert_frames (harness, 5);
  assert_path (harness, "dmabuf-export");
  end (harness);
}
GST_END_TEST;

GST_START_TEST (stopping_ends_the_wait_for_a_buffer_of_downstreams)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstBuffer *held[8];
  GstHarness *harness;

  offer_heap (heap, 8);
  harness = play ("auto", DMABUF);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    held[i] = gst_harness_pull (harness);
  g_usleep (100000);
  gst_element_set_state (harness->element, GST_STATE_NULL);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    gst_buffer_unref (held[i]);
  end (harness);
}
GST_END_TEST;

/* What downstream keeps outlives the source in each mode. */
GST_START_TEST (frames_of_every_way_outlive_the_source)
{
  static const char *modes[] = { "dmabuf-import", "dmabuf-export", "userptr",
    "mmap" };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    GstBuffer *buffer;
    GstHarness *harness;

    offer.with_meta = TRUE;
    harness = play (modes[i], i < 2 ? DMABUF : RAW);
    buffer = gst_harness_pull (harness);
    gst_harness_teardown (harness);
    assert_picture (buffer);
    gst_buffer_unref (buffer);
    fail_unless_equals_int (fds_count_dmabufs (), 0);
  }
}
GST_END_TEST;

GST_START_TEST (fifty_starts_of_every_way_leave_nothing)
{
  static const char *modes[] = { "dmabuf-import", "dmabuf-export", "userptr",
    "mmap" };
  guint fds = 0;

  for (guint i = 0; i < 50; i++) {
    GstHarness *harness = play (modes[i % 4], i % 4 < 2 ? DMABUF : RAW);

    assert_frames (harness, 1);
    end (harness);
    if (i == 4)
      fds = fds_count ();
  }
  fail_unless_equals_int (fds_count (), fds);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (frames_are_written_into_downstreams_dmabufs),
    RUNNER_TEST (each_dmabuf_is_attached_once),
    RUNNER_TEST (the_cpu_reads_what_was_written_into_incoherent_memory),
    RUNNER_TEST (without_an_offer_the_cameras_memory_is_exported),
    RUNNER_TEST (without_an_offer_import_takes_a_heap),
    RUNNER_TEST (for_the_cpu_the_camera_writes_into_pages),
    RUNNER_TEST (for_the_cpu_the_camera_writes_into_downstreams_pages),
    RUNNER_TEST (for_the_cpu_an_offer_of_dmabufs_is_taken_too),
    RUNNER_TEST (mapped_memory_of_the_driver_will_do),
    RUNNER_TEST (exported_buffers_never_run_dry),
    RUNNER_TEST (imported_buffers_never_run_dry),
    RUNNER_TEST (pages_never_run_dry),
    RUNNER_TEST (mapped_buffers_never_run_dry),
    RUNNER_TEST (a_limit_of_exported_buffers_is_kept),
    RUNNER_TEST (a_limit_of_downstreams_pool_is_kept),
    RUNNER_TEST (a_pool_that_is_too_small_is_left),
    RUNNER_TEST (stopping_ends_the_wait_for_a_buffer_of_downstreams),
    RUNNER_TEST (frames_of_every_way_outlive_the_source),
    RUNNER_TEST (fifty_starts_of_every_way_leave_nothing))
