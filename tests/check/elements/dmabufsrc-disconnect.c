/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/dmabufs.h"
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include "gst-libs/allocators/zerocopy.h"

#include <sys/ioctl.h>
#include <unistd.h>

/* A camera that says it is gone, and is back when nobody has it open any more.
 * No udev tells of it. */

#define RAW "video/x-raw,format=BGRx,width=640,height=480,framerate=30/1"
#define DMABUF                                                           \
  "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=XR24,width=640," \
  "height=480,framerate=30/1"

static GstElement *
open_source (const char *properties)
{
  g_autofree char *text = g_strdup_printf ("dmabufsrc name=src %s ! " RAW
                                           " ! fakesink name=sink sync=false "
                                           "enable-last-sample=false",
      properties);
  GstElement *pipeline = pipeline_new (text);

  pipeline_set_state (pipeline, GST_STATE_READY);
  return pipeline;
}

static GstElement *
play (const char *properties)
{
  GstElement *pipeline = open_source (properties);

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 2);
  return pipeline;
}

/* It stays away until the descriptor is closed. */
static int
unplug (void)
{
  struct v4l2_control control = { .id = VIVID_DISCONNECT, .value = 1 };
  int fd = vivid_open ();

  fail_unless_equals_int (ioctl (fd, VIDIOC_S_CTRL, &control), 0);
  return fd;
}

static void
plug (int fd)
{
  close (fd);
}

static void
assert_waits (GstElement *pipeline)
{
  g_autofree char *text = pipeline_wait_warning (pipeline);

  fail_unless (
      strstr (text, "waiting for it to come back") != NULL, "%s", text);
}

static void
assert_is_back (GstElement *pipeline)
{
  g_autofree char *text = pipeline_wait_info (pipeline);

  fail_unless (strstr (text, "is back") != NULL, "%s", text);
  pipeline_wait_buffers (pipeline, "sink", 3);
}

static void
assert_state (GstElement *pipeline, const char *expected)
{
  g_autofree char *state = pipeline_get_stat_string (pipeline, "src", "state");

  fail_unless_equals_string (state, expected);
}

static void
assert_reconnections (GstElement *pipeline, guint n)
{
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "src", "reconnections"), n);
}

static void
assert_unplugged (GstElement *pipeline, const char *cure)
{
  g_autofree char *debug = NULL;
  g_autoptr (GError) error = pipeline_wait_error (pipeline, &debug);

  fail_unless (g_error_matches (
      error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND));
  fail_unless (
      strstr (error->message, "was unplugged") != NULL, "%s", error->message);
  fail_unless (strstr (debug, cure) != NULL, "%s", debug);
}

/* --- error and eos ------------------------------------------------------ */

GST_START_TEST (by_default_it_is_an_error)
{
  GstElement *pipeline = play ("");
  int fd = unplug ();

  assert_unplugged (pipeline, "Plug it in again");
  pipeline_free (pipeline);
  plug (fd);
}
GST_END_TEST;

/* Whatever step finds it: no talk of formats or buffers. */
GST_START_TEST (before_the_start_it_is_the_same_error)
{
  GstElement *pipeline = open_source ("");
  int fd = unplug ();

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  assert_unplugged (pipeline, "Plug it in again");
  pipeline_free (pipeline);
  plug (fd);
}
GST_END_TEST;

static void
assert_ends (GstElement *pipeline)
{
  g_autofree char *text = pipeline_wait_warning (pipeline);

  fail_unless (
      strstr (text, "was unplugged: the stream ends") != NULL, "%s", text);
  pipeline_wait_eos (pipeline);
}

GST_START_TEST (the_stream_ends_with_a_warning)
{
  GstElement *pipeline = play ("on-disconnect=eos");
  int fd = unplug ();

  assert_ends (pipeline);
  pipeline_free (pipeline);
  plug (fd);
}
GST_END_TEST;

GST_START_TEST (a_stream_that_never_began_ends)
{
  GstElement *pipeline = open_source ("on-disconnect=eos");
  int fd = unplug ();

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  assert_ends (pipeline);
  pipeline_free (pipeline);
  plug (fd);
}
GST_END_TEST;

GST_START_TEST (a_descriptor_cannot_be_waited_for)
{
  int camera = vivid_open (), fd;
  g_autofree char *properties = g_strdup_printf (
      "on-disconnect=wait device-fd=%d", camera);
  GstElement *pipeline = play (properties);

  fd = unplug ();
  assert_unplugged (pipeline, "device-fd");
  pipeline_free (pipeline);
  close (camera);
  plug (fd);
}
GST_END_TEST;

/* --- wait --------------------------------------------------------------- */

GST_START_TEST (frames_go_on_when_it_is_back)
{
  GstElement *pipeline = play ("on-disconnect=wait");
  int fd;

  assert_state (pipeline, "connected");
  fd = unplug ();
  assert_waits (pipeline);
  assert_state (pipeline, "waiting");
  assert_reconnections (pipeline, 0);
  plug (fd);
  assert_is_back (pipeline);
  assert_state (pipeline, "connected");
  assert_reconnections (pipeline, 1);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (it_may_go_twice)
{
  GstElement *pipeline = play ("on-disconnect=wait");

  for (guint i = 1; i <= 2; i++) {
    int fd = unplug ();

    assert_waits (pipeline);
    plug (fd);
    assert_is_back (pipeline);
    assert_reconnections (pipeline, i);
  }
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (before_the_start_it_is_waited_for)
{
  GstElement *pipeline = open_source ("on-disconnect=wait");
  int fd = unplug ();

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  assert_waits (pipeline);
  plug (fd);
  assert_is_back (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

/* Nothing else ends the wait: the camera stays away. */
GST_START_TEST (it_stops_while_it_waits)
{
  GstElement *pipeline = play ("on-disconnect=wait");
  int fd = unplug ();

  assert_waits (pipeline);
  pipeline_free (pipeline);
  plug (fd);
}
GST_END_TEST;

GST_START_TEST (it_starts_again_while_it_waits)
{
  GstElement *pipeline = play ("on-disconnect=wait");
  int fd = unplug ();

  assert_waits (pipeline);
  pipeline_set_state (pipeline, GST_STATE_READY);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  assert_waits (pipeline);
  plug (fd);
  assert_is_back (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (it_pauses_while_it_waits)
{
  GstElement *pipeline = play ("on-disconnect=wait");
  int fd = unplug ();

  assert_waits (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  assert_state (pipeline, "waiting");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  plug (fd);
  assert_is_back (pipeline);
  pipeline_assert_no_warning (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_flush_while_it_waits_tells_nothing_again)
{
  GstElement *pipeline = play ("on-disconnect=wait");
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");
  int fd = unplug ();

  assert_waits (pipeline);
  fail_unless (gst_element_send_event (src, gst_event_new_flush_start ()));
  fail_unless (gst_element_send_event (src, gst_event_new_flush_stop (TRUE)));
  assert_state (pipeline, "waiting");
  plug (fd);
  assert_is_back (pipeline);
  pipeline_assert_no_warning (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (the_stream_ends_when_told_while_it_waits)
{
  GstElement *pipeline = play ("on-disconnect=wait");
  int fd = unplug ();

  assert_waits (pipeline);
  fail_unless (gst_element_send_event (pipeline, gst_event_new_eos ()));
  pipeline_wait_eos (pipeline);
  pipeline_free (pipeline);
  plug (fd);
}
GST_END_TEST;

/* --- buffers ------------------------------------------------------------ */

/* What downstream kept, and what was in it. */
typedef struct {
  GstBuffer *buffer;
  gpointer bytes;
  gsize size;
} Kept;

static GstPadProbeReturn
keep (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  Kept *kept = data;

  (void) pad;
  for (int i = 0; i < 2; i++) {
    if (kept[i].buffer)
      continue;
    gst_buffer_extract_dup (
        buffer, 0, gst_buffer_get_size (buffer), &kept[i].bytes, &kept[i].size);
    kept[i].buffer = gst_buffer_ref (buffer);
    break;
  }
  return GST_PAD_PROBE_OK;
}

static void
assert_old_buffers_stay (const char *mode)
{
  g_autofree char *properties = g_strdup_printf (
      "on-disconnect=wait io-mode=%s", mode);
  GstElement *pipeline = open_source (properties);
  Kept kept[2] = { 0 };
  int fd;

  pipeline_probe (pipeline, "sink", keep, kept);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 4);
  fd = unplug ();
  assert_waits (pipeline);
  plug (fd);
  assert_is_back (pipeline);

  for (int i = 0; i < 2; i++) {
    fail_unless_equals_int (
        gst_buffer_memcmp (kept[i].buffer, 0, kept[i].bytes, kept[i].size), 0);
    gst_buffer_unref (kept[i].buffer);
    g_free (kept[i].bytes);
  }
  pipeline_wait_buffers (pipeline, "sink", 3);
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

GST_START_TEST (exported_buffers_outlive_the_camera)
{
  assert_old_buffers_stay ("dmabuf-export");
}
GST_END_TEST;

GST_START_TEST (imported_buffers_outlive_the_camera)
{
  assert_old_buffers_stay ("dmabuf-import");
}
GST_END_TEST;

GST_START_TEST (user_memory_outlives_the_camera)
{
  assert_old_buffers_stay ("userptr");
}
GST_END_TEST;

/* A mapping is a user of the node: this camera is back when it is gone. */
GST_START_TEST (a_camera_that_was_mapped_comes_back)
{
  GstElement *pipeline = play ("on-disconnect=wait io-mode=mmap");
  int fd = unplug ();

  assert_waits (pipeline);
  plug (fd);
  assert_is_back (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

static GstPadProbeReturn
offer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  (void) pad;
  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  gst_query_add_allocation_pool (query, data, 640 * 480 * 4, 2, 0);
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return GST_PAD_PROBE_HANDLED;
}

static void
assert_pulled_from (GstHarness *harness, GstBufferPool *pool)
{
  GstBuffer *buffer = gst_harness_pull (harness);

  fail_unless (buffer != NULL);
  fail_unless (buffer->pool == pool);
  gst_buffer_unref (buffer);
}

GST_START_TEST (downstreams_memory_is_written_again)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  g_autoptr (GstCaps) caps = gst_caps_from_string (RAW);
  GstBufferPool *pool = gst_zc_pool_new_for_caps (heap, caps, NULL, 2, 0, NULL);
  GstHarness *harness = pipeline_harness ("dmabufsrc on-disconnect=wait");
  guint64 count = 0;

  gst_pad_add_probe (
      harness->sinkpad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, offer, pool, NULL);
  gst_harness_use_systemclock (harness);
  gst_harness_set_sink_caps_str (harness, DMABUF);
  gst_harness_play (harness);
  assert_pulled_from (harness, pool);

  plug (unplug ());
  while (count == 0) {
    g_autoptr (GstStructure) stats = NULL;

    g_object_get (harness->element, "stats", &stats, NULL);
    gst_structure_get_uint64 (stats, "reconnections", &count);
    assert_pulled_from (harness, pool);
  }
  for (int i = 0; i < 10; i++)
    assert_pulled_from (harness, pool);
  gst_harness_teardown (harness);
  gst_object_unref (pool);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}
GST_END_TEST;

typedef struct {
  GMutex lock;
  GstClockTime last;
  guint disconts, backwards;
} Times;

static GstPadProbeReturn
watch_times (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  Times *times = data;

  (void) pad;
  g_mutex_lock (&times->lock);
  if (GST_CLOCK_TIME_IS_VALID (times->last) &&
      GST_BUFFER_PTS (buffer) <= times->last)
    times->backwards++;
  times->last = GST_BUFFER_PTS (buffer);
  if (GST_BUFFER_IS_DISCONT (buffer))
    times->disconts++;
  g_mutex_unlock (&times->lock);
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (times_rise_over_a_discontinuity)
{
  GstElement *pipeline = open_source ("on-disconnect=wait");
  Times times = { .last = GST_CLOCK_TIME_NONE };
  guint before;
  int fd;

  pipeline_probe (pipeline, "sink", watch_times, &times);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 4);
  fd = unplug ();
  assert_waits (pipeline);
  g_mutex_lock (&times.lock);
  before = times.disconts;
  g_mutex_unlock (&times.lock);
  plug (fd);
  assert_is_back (pipeline);
  pipeline_free (pipeline);
  fail_unless (times.disconts > before);
  fail_unless_equals_int (times.backwards, 0);
}
GST_END_TEST;

GST_START_TEST (twenty_reconnections_leave_nothing)
{
  GstElement *pipeline = play ("on-disconnect=wait");
  guint fds = 0, dmabufs = 0;

  for (int i = 0; i <= 20; i++) {
    plug (unplug ());
    assert_waits (pipeline);
    assert_is_back (pipeline);
    if (i == 0) {
      fds = fds_count ();
      dmabufs = dmabufs_count ();
    }
  }
  if (fds_count () != fds)
    fds_print ();
  fail_unless_equals_int (fds_count (), fds);
  fail_unless_equals_int (dmabufs_settle (dmabufs), dmabufs);
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}
GST_END_TEST;

/* --- other threads ------------------------------------------------------ */

static gint stop;

static gpointer
ask (gpointer data)
{
  GstElement *src = data;
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");

  while (!g_atomic_int_get (&stop)) {
    g_autoptr (GstStructure) stats = NULL;
    g_autoptr (GstStructure) controls = NULL;
    g_autofree char *device = NULL;
    g_autofree char *crop = NULL;
    int fd;

    gst_caps_unref (gst_pad_query_caps (pad, NULL));
    g_object_get (src, "stats", &stats, "device-controls", &controls, "device",
        &device, "crop", &crop, "device-fd", &fd, NULL);
    g_usleep (1000);
  }
  return NULL;
}

static gpointer
set (gpointer data)
{
  GstElement *src = data;

  for (int i = 0; !g_atomic_int_get (&stop); i++) {
    g_autoptr (GstStructure) controls = gst_structure_new (
        "c", "brightness", G_TYPE_INT, i % 100, NULL);

    g_object_set (src, "controls", controls, "compose", "0,0,640,480", NULL);
    g_usleep (1000);
  }
  return NULL;
}

GST_START_TEST (other_threads_may_ask_and_set_meanwhile)
{
  GstElement *pipeline = play ("on-disconnect=wait");
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");
  GThread *threads[] = { g_thread_new ("ask", ask, src),
    g_thread_new ("set", set, src) };
  guint64 count = 0;

  for (guint i = 1; i <= 5; i++) {
    plug (unplug ());
    do {
      g_usleep (10000);
      count = pipeline_get_stat (pipeline, "src", "reconnections");
    } while (count < i);
    pipeline_wait_buffers (pipeline, "sink", 2);
  }
  g_atomic_int_set (&stop, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (by_default_it_is_an_error),
    RUNNER_TEST (before_the_start_it_is_the_same_error),
    RUNNER_TEST (the_stream_ends_with_a_warning),
    RUNNER_TEST (a_stream_that_never_began_ends),
    RUNNER_TEST (a_descriptor_cannot_be_waited_for),
    RUNNER_TEST (frames_go_on_when_it_is_back), RUNNER_TEST (it_may_go_twice),
    RUNNER_TEST (before_the_start_it_is_waited_for),
    RUNNER_TEST (it_stops_while_it_waits),
    RUNNER_TEST (it_starts_again_while_it_waits),
    RUNNER_TEST (it_pauses_while_it_waits),
    RUNNER_TEST (a_flush_while_it_waits_tells_nothing_again),
    RUNNER_TEST (the_stream_ends_when_told_while_it_waits),
    RUNNER_TEST (exported_buffers_outlive_the_camera),
    RUNNER_TEST (imported_buffers_outlive_the_camera),
    RUNNER_TEST (user_memory_outlives_the_camera),
    RUNNER_TEST (a_camera_that_was_mapped_comes_back),
    RUNNER_TEST (downstreams_memory_is_written_again),
    RUNNER_TEST (times_rise_over_a_discontinuity),
    RUNNER_TEST (twenty_reconnections_leave_nothing),
    RUNNER_TEST (other_threads_may_ask_and_set_meanwhile))
