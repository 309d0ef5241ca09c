/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "source.h"

#include "fds.h"
#include "pipeline.h"
#include "runner.h"
#include "vivid.h"

struct source_offer source_offer;

static GstPadProbeReturn
answer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  (void) pad;
  (void) data;
  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  g_atomic_int_inc (&source_offer.n_asked);
  if (source_offer.pool)
    gst_query_add_allocation_pool (query, source_offer.pool, 640 * 480 * 4,
        source_offer.min, source_offer.max);
  else if (source_offer.size > 0)
    gst_query_add_allocation_pool (
        query, NULL, source_offer.size, source_offer.min, source_offer.max);
  if (source_offer.with_meta)
    gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return GST_PAD_PROBE_HANDLED;
}

GstHarness *
source_play (const char *mode, const char *caps)
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

void
source_end (GstHarness *harness)
{
  gst_harness_teardown (harness);
  gst_clear_object (&source_offer.pool);
  source_offer = (struct source_offer) { 0 };
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

static GstStructure *
get_stats (GstHarness *harness)
{
  GstStructure *stats;

  g_object_get (harness->element, "stats", &stats, NULL);
  return stats;
}

guint64
source_get_stat (GstHarness *harness, const char *field)
{
  g_autoptr (GstStructure) stats = get_stats (harness);
  guint64 value = 0;
  guint small = 0;

  if (gst_structure_get_uint (stats, field, &small))
    return small;
  fail_unless (gst_structure_get_uint64 (stats, field, &value), "%s", field);
  return value;
}

void
source_assert_path (GstHarness *harness, const char *path)
{
  g_autoptr (GstStructure) stats = get_stats (harness);

  fail_unless_equals_string (gst_structure_get_string (stats, "path"), path);
  fail_unless_equals_uint64 (source_get_stat (harness, "copies"), 0);
}

void
source_assert_refused (GstHarness *harness, const char *way, const char *why)
{
  g_autoptr (GstStructure) stats = get_stats (harness);
  const gchar *refused = gst_structure_get_string (stats, "refused");

  fail_unless (strstr (refused, way) && strstr (refused, why), "%s", refused);
}

void
source_assert_unrefused (GstHarness *harness)
{
  g_autoptr (GstStructure) stats = get_stats (harness);

  fail_unless_equals_string (gst_structure_get_string (stats, "refused"), "");
}

void
source_assert_picture (GstBuffer *buffer)
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

void
source_assert_frames (GstHarness *harness, guint n)
{
  while (n-- > 0) {
    GstBuffer *buffer = gst_harness_pull (harness);

    fail_unless (buffer != NULL);
    source_assert_picture (buffer);
    gst_buffer_unref (buffer);
  }
}

static GstBufferPool *
heap_pool (GstZcHeap *heap, guint max)
{
  GstCaps *caps = gst_caps_from_string (SOURCE_RAW);
  GstBufferPool *pool = gst_zc_pool_new_for_caps (
      heap, caps, NULL, 2, max, NULL);

  fail_unless (pool != NULL);
  gst_caps_unref (caps);
  return pool;
}

void
source_offer_heap (GstZcHeap *heap, guint max)
{
  source_offer.pool = heap_pool (heap, max);
  source_offer.min = 2;
  source_offer.max = max;
  source_offer.with_meta = TRUE;
}
