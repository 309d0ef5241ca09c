/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/dmabufs.h"
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vimc.h"

/* Another driver: vimc, which has 24-bit RGB and pictures of its own. */

/* Its sensor draws bars, white on the left, which the debayer and the scaler
 * hand on; at the edge there is less. */
static GstPadProbeReturn
look (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  guint8 pixel[3];

  (void) pad;
  gst_buffer_extract (GST_PAD_PROBE_INFO_BUFFER (info),
      (gsize) 240 * 640 * 3 + 40 * 3, pixel, 3);
  runner_require (pixel[0] > 180 && pixel[1] > 180 && pixel[2] > 180,
      "%02x%02x%02x", pixel[0], pixel[1], pixel[2]);
  g_atomic_int_inc ((gint *) data);
  return GST_PAD_PROBE_OK;
}

static void
assert_way (const char *mode, const char *caps, const char *way)
{
  g_autofree char *path = vimc_find_camera ();
  unsigned dmabufs = dmabufs_count ();
  g_autofree gchar *is = NULL;
  g_autofree gchar *text = g_strdup_printf (
      "dmabufsrc name=src num-buffers=10 device=%s io-mode=%s ! %s,width=640,"
      "height=480 ! fakesink name=sink",
      path, mode, caps);
  GstElement *pipeline = pipeline_new (text);
  gint seen = 0;

  vimc_set_up ();
  pipeline_probe (pipeline, "sink", look, &seen);
  pipeline_run (pipeline);
  is = pipeline_get_stat_string (pipeline, "src", "path");
  fail_unless_equals_string (is, way);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "src", "copies"), 0);
  fail_unless_equals_int (seen, 10);
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
  fail_unless_equals_int (dmabufs_settle (dmabufs), dmabufs);
}

#define DMABUF "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=BG24"
#define RAW "video/x-raw,format=RGB"

GST_START_TEST (its_memory_is_exported)
{
  assert_way ("auto", DMABUF, "dmabuf-export");
}
GST_END_TEST;

GST_START_TEST (it_writes_into_memory_of_a_heap)
{
  assert_way ("dmabuf-import", DMABUF, "dmabuf-import");
}
GST_END_TEST;

GST_START_TEST (for_the_cpu_it_writes_into_pages)
{
  assert_way ("auto", RAW, "userptr");
}
GST_END_TEST;

GST_START_TEST (its_memory_is_mapped)
{
  assert_way ("mmap", RAW, "mmap");
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (its_memory_is_exported),
    RUNNER_TEST (it_writes_into_memory_of_a_heap),
    RUNNER_TEST (for_the_cpu_it_writes_into_pages),
    RUNNER_TEST (its_memory_is_mapped))
