/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/incoherent.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include "gst-libs/allocators/zerocopy.h"

#include <gst/check/gstharness.h>
#include <unistd.h>

/* What becomes of pools that downstream offers, and of limits. */

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

/* 0 is no limit, not a small one. */
static void
assert_no_limit (const char *mode, const char *caps)
{
  GstBuffer *held[40];
  GstHarness *harness = play (mode, caps);

  for (guint i = 0; i < G_N_ELEMENTS (held); i++) {
    held[i] = gst_harness_pull (harness);
    fail_unless (held[i] != NULL, "frame %u does not come", i);
  }
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    gst_buffer_unref (held[i]);
  end (harness);
}

GST_START_TEST (without_a_limit_downstreams_dmabufs_never_run_dry)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");

  offer_heap (heap, 0);
  assert_no_limit ("dmabuf-import max-buffers=0", DMABUF);
}
GST_END_TEST;

GST_START_TEST (without_a_limit_downstreams_pages_never_run_dry)
{
  offer.pool = gst_video_buffer_pool_new ();
  offer.with_meta = TRUE;
  assert_no_limit ("userptr max-buffers=0", RAW);
}
GST_END_TEST;

GST_START_TEST (a_small_limit_is_kept_from_the_start)
{
  GstHarness *harness = play ("dmabuf-export max-buffers=4", DMABUF);

  assert_frames (harness, 5);
  fail_unless_equals_uint64 (get_stat (harness, "buffers"), 4);
  end (harness);
}
GST_END_TEST;

/* While downstream has all of its buffers the driver has none. */
GST_START_TEST (a_driver_without_buffers_of_downstreams_is_starved)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstBuffer *held[8];
  GstHarness *harness;

  offer_heap (heap, 8);
  harness = play ("dmabuf-import", DMABUF);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    held[i] = gst_harness_pull (harness);
  g_usleep (100000);
  fail_unless (get_stat (harness, "starved") > 0);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    gst_buffer_unref (held[i]);
  assert_frames (harness, 5);
  end (harness);
}
GST_END_TEST;

/* Lines that were made for memory which is not taken after all. */
GST_START_TEST (lines_are_the_cameras_again_if_an_offer_fails)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstZcConstraints constraints = { .stride_align = { 4096 } };
  g_autoptr (GstCaps) caps = gst_caps_from_string (RAW);
  GstHarness *harness;
  GstVideoMeta *meta;
  GstBuffer *buffer;

  offer.pool = gst_zc_pool_new_for_caps (heap, caps, &constraints, 2, 0, NULL);
  fail_unless (offer.pool != NULL);
  offer.min = 2;
  offer.with_meta = TRUE;
  vivid_set (VIVID_QBUF_ERROR, 1);
  harness = play ("auto", DMABUF);
  buffer = gst_harness_pull (harness);
  assert_path (harness, "dmabuf-export");
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless_equals_int (meta->stride[0], 640 * 4);
  gst_buffer_unref (buffer);
  end (harness);
}
GST_END_TEST;

/* Who knows nothing of lines counts on the size of the caps; page by page is
 * how memory comes. */
GST_START_TEST (a_peer_without_video_meta_gets_no_bytes_behind_the_picture)
{
  static const char *modes[] = { "userptr", "dmabuf-import", "dmabuf-export",
    "mmap" };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    GstHarness *harness = play (modes[i],
        "video/x-raw,format=GRAY8,width=320,height=180,framerate=30/1");
    GstBuffer *buffer = gst_harness_pull (harness);

    fail_unless_equals_uint64 (gst_buffer_get_size (buffer), 320 * 180);
    gst_buffer_unref (buffer);
    for (guint j = 0; j < 20; j++)
      gst_buffer_unref (gst_harness_pull (harness));
    end (harness);
  }
}
GST_END_TEST;

/* What downstream keeps of the picture before does not hinder the next. */
static void
assert_renegotiates (const char *mode)
{
  GstHarness *harness = play (mode, RAW);
  GstBuffer *held = gst_harness_pull (harness);
  guint size = 0;

  gst_harness_set_sink_caps_str (
      harness, "video/x-raw,format=BGRx,width=320,height=180,framerate=30/1");
  gst_pad_push_event (harness->sinkpad, gst_event_new_reconfigure ());
  for (guint i = 0; i < 30 && size != 320 * 180 * 4; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);

    fail_unless (buffer != NULL);
    size = gst_buffer_get_size (buffer);
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_int (size, 320 * 180 * 4);
  assert_picture (held);
  gst_buffer_unref (held);
  end (harness);
}

GST_START_TEST (caps_change_while_mapped_frames_are_kept)
{
  offer.with_meta = TRUE;
  assert_renegotiates ("mmap");
}
GST_END_TEST;

GST_START_TEST (caps_change_while_frames_of_libv4l2_are_kept)
{
  offer.with_meta = TRUE;
  assert_renegotiates ("libv4l2");
}
GST_END_TEST;

GST_START_TEST (caps_change_while_pages_are_kept)
{
  offer.with_meta = TRUE;
  assert_renegotiates ("userptr");
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (without_a_limit_downstreams_dmabufs_never_run_dry),
    RUNNER_TEST (without_a_limit_downstreams_pages_never_run_dry),
    RUNNER_TEST (a_small_limit_is_kept_from_the_start),
    RUNNER_TEST (a_driver_without_buffers_of_downstreams_is_starved),
    RUNNER_TEST (lines_are_the_cameras_again_if_an_offer_fails),
    RUNNER_TEST (a_peer_without_video_meta_gets_no_bytes_behind_the_picture),
    RUNNER_TEST (caps_change_while_mapped_frames_are_kept),
    RUNNER_TEST (caps_change_while_frames_of_libv4l2_are_kept),
    RUNNER_TEST (caps_change_while_pages_are_kept))
