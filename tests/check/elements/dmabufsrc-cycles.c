/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/dmabufs.h"
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

/* What is started and changed again and again leaves nothing, neither here nor
 * in the kernel. */

#define DMABUF "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=XR24"
#define RAW "video/x-raw,format=BGRx"
#define VGA ",width=640,height=480,framerate=60/1"
#define SMALL ",width=320,height=180,framerate=60/1"

#define CHANGES 50

static unsigned dmabufs, fds;

static void
remember (void)
{
  dmabufs = dmabufs_count ();
  fds = fds_count ();
}

static void
assert_nothing_new (void)
{
  fail_unless_equals_int (dmabufs_settle (dmabufs), dmabufs);
  fail_unless_equals_int (fds_settle (fds), fds);
}

static GstElement *
pipeline_of (const char *mode, const char *caps)
{
  g_autofree gchar *text = g_strdup_printf (
      "dmabufsrc name=src io-mode=%s ! capsfilter name=filter caps=\"%s\" ! "
      "fakesink name=sink sync=false",
      mode, caps);

  return pipeline_new (text);
}

static void
start_and_stop (GstElement *pipeline, GstState down)
{
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 1);
  pipeline_set_state (pipeline, down);
}

/* Both with the device closed in between, and open. */
static void
assert_starts (const char *mode, const char *caps)
{
  GstElement *pipeline = pipeline_of (mode, caps);

  for (guint i = 0; i < 2; i++)
    start_and_stop (pipeline, GST_STATE_NULL);
  remember ();
  for (guint i = 0; i < 100; i++)
    start_and_stop (pipeline, GST_STATE_NULL);
  assert_nothing_new ();
  start_and_stop (pipeline, GST_STATE_READY);
  remember ();
  for (guint i = 0; i < 100; i++)
    start_and_stop (pipeline, GST_STATE_READY);
  assert_nothing_new ();
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

static void
change (GstElement *filter, const char *text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  g_object_set (filter, "caps", caps, NULL);
}

static GstPadProbeReturn
count_caps (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  (void) pad;
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_CAPS)
    g_atomic_int_inc ((gint *) data);
  return GST_PAD_PROBE_OK;
}

/* A pool makes buffers as they are asked for, more on some changes than on
 * others; but if each change left one, there would be CHANGES. */
static void
assert_no_pile (void)
{
  fail_unless (dmabufs_count () < dmabufs + CHANGES / 2);
  fail_unless (fds_count () < fds + CHANGES / 2);
}

/* Waits for the caps that a change brings, and for a frame that has them. */
static void
wait_changes (GstElement *pipeline, gint *changes, gint wanted)
{
  for (guint i = 0; g_atomic_int_get (changes) < wanted; i++) {
    fail_unless (i < 100, "%d of %d changes", *changes, wanted);
    pipeline_wait_buffers (pipeline, "sink", 1);
  }
  pipeline_wait_buffers (pipeline, "sink", 1);
}

static void
assert_changes (const char *mode, const char *large, const char *small)
{
  GstElement *pipeline = pipeline_of (mode, large);
  g_autoptr (GstElement) filter = pipeline_get (pipeline, "filter");
  g_autoptr (GstElement) sink = pipeline_get (pipeline, "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  gint changes = 0;

  start_and_stop (pipeline, GST_STATE_READY);
  remember ();
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, count_caps, &changes, NULL);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  wait_changes (pipeline, &changes, 1);
  for (gint i = 1; i <= CHANGES; i++) {
    change (filter, i % 2 ? small : large);
    wait_changes (pipeline, &changes, i + 1);
  }
  assert_no_pile ();
  pipeline_set_state (pipeline, GST_STATE_READY);
  assert_nothing_new ();
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

GST_START_TEST (two_hundred_starts_of_import_leave_nothing)
{
  assert_starts ("dmabuf-import", DMABUF SMALL);
}
GST_END_TEST;

GST_START_TEST (two_hundred_starts_of_export_leave_nothing)
{
  assert_starts ("dmabuf-export", DMABUF SMALL);
}
GST_END_TEST;

GST_START_TEST (two_hundred_starts_of_userptr_leave_nothing)
{
  assert_starts ("userptr", RAW SMALL);
}
GST_END_TEST;

GST_START_TEST (two_hundred_starts_of_mmap_leave_nothing)
{
  assert_starts ("mmap", RAW SMALL);
}
GST_END_TEST;

GST_START_TEST (fifty_changes_of_import_leave_nothing)
{
  assert_changes ("dmabuf-import", DMABUF VGA, DMABUF SMALL);
}
GST_END_TEST;

GST_START_TEST (fifty_changes_of_export_leave_nothing)
{
  assert_changes ("dmabuf-export", DMABUF VGA, DMABUF SMALL);
}
GST_END_TEST;

GST_START_TEST (fifty_changes_of_userptr_leave_nothing)
{
  assert_changes ("userptr", RAW VGA, RAW SMALL);
}
GST_END_TEST;

GST_START_TEST (fifty_changes_of_mmap_leave_nothing)
{
  assert_changes ("mmap", RAW VGA, RAW SMALL);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (two_hundred_starts_of_import_leave_nothing),
    RUNNER_TEST (two_hundred_starts_of_export_leave_nothing),
    RUNNER_TEST (two_hundred_starts_of_userptr_leave_nothing),
    RUNNER_TEST (two_hundred_starts_of_mmap_leave_nothing),
    RUNNER_TEST (fifty_changes_of_import_leave_nothing),
    RUNNER_TEST (fifty_changes_of_export_leave_nothing),
    RUNNER_TEST (fifty_changes_of_userptr_leave_nothing),
    RUNNER_TEST (fifty_changes_of_mmap_leave_nothing))
