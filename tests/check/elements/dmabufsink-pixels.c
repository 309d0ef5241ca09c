/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/crc.h"
#include "../helpers/display.h"
#include "../helpers/picture.h"
#include "../helpers/runner.h"
#include "../helpers/swsync.h"

#include "gst-libs/allocators/gstzcmemory.h"

#include <unistd.h>

#define CAPS(format, width, height)                                \
  "video/x-raw,format=" format ",width=" #width ",height=" #height \
  ",framerate=30/1"

/* A sink alone, to which the test pushes pictures; each is shown at once. */
static GstHarness *harness;
static struct crc_reader *reader;
static GstVideoInfo info;

static void
set_caps (const char *caps)
{
  info = picture_info (caps);
  gst_harness_set_src_caps_str (harness, caps);
}

static void
set_up (const char *caps)
{
  harness = gst_harness_new ("dmabufsink");
  g_object_set (harness->element, "sync", FALSE, NULL);
  set_caps (caps);
  gst_harness_play (harness);
  reader = crc_reader_start ();
}

static void
tear_down (void)
{
  crc_reader_stop (reader);
  gst_harness_teardown (harness);
}

static guint64
get_stat (const char *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;

  g_object_get (harness->element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, field, &value), "%s", field);
  return value;
}

/* Shows BUFFER, on a display of WIDTH x HEIGHT, until it is seen there. */
static void
show (GstBuffer *buffer, guint width, guint height)
{
  guint32 crc = crc_of_buffer (buffer, &info, width, height);

  fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  fail_unless (crc_reader_wait_for (reader, crc), "the picture is not shown");
}

GST_START_TEST (foreign_memory_is_copied_once_for_each_frame)
{
  set_up (CAPS ("BGRx", 640, 480));
  for (guint i = 0; i < 5; i++)
    show (picture_new (&info, i), 640, 480);
  fail_unless_equals_uint64 (get_stat ("copies"), 5);
  fail_unless_equals_uint64 (get_stat ("bytes-copied"), 5 * 640 * 480 * 4);
  tear_down ();
}
GST_END_TEST;

/* basesink brings the first one twice, before playing and then. */
GST_START_TEST (a_picture_without_a_time_is_copied_once)
{
  GstBuffer *buffer;

  set_up (CAPS ("BGRx", 640, 480));
  for (guint i = 0; i < 3; i++) {
    buffer = picture_new (&info, i);
    GST_BUFFER_PTS (buffer) = GST_CLOCK_TIME_NONE;
    show (buffer, 640, 480);
  }
  fail_unless_equals_uint64 (get_stat ("copies"), 3);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_smaller_picture_is_centred)
{
  set_up (CAPS ("BGRx", 320, 240));
  show (picture_new (&info, 1), 1024, 768);
  show (picture_new (&info, 2), 1024, 768);
  tear_down ();
}
GST_END_TEST;

/* vkms before Linux 7.0 has few formats. */
static gboolean
is_accepted (const char *text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  return gst_pad_peer_query_accept_caps (harness->srcpad, caps);
}

GST_START_TEST (packed_rgb_formats_keep_their_colours)
{
  static const char *const caps[] = {
    CAPS ("BGRx", 640, 480),
    CAPS ("RGBx", 640, 480),
    CAPS ("RGB", 640, 480),
    CAPS ("BGR", 640, 480),
  };

  set_up (caps[0]);
  for (guint i = 0; i < G_N_ELEMENTS (caps); i++) {
    if (!is_accepted (caps[i]))
      continue;
    set_caps (caps[i]);
    show (picture_new (&info, 2 * i), 640, 480);
    show (picture_new (&info, 2 * i + 1), 640, 480);
  }
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (the_size_changes_while_playing)
{
  set_up (CAPS ("BGRx", 640, 480));
  show (picture_new (&info, 1), 640, 480);
  set_caps (CAPS ("BGRx", 800, 600));
  crc_reader_stop (reader);
  reader = crc_reader_start ();
  show (picture_new (&info, 2), 800, 600);
  show (picture_new (&info, 3), 800, 600);
  tear_down ();
}
GST_END_TEST;

/* What was imported is let go when its memory dies, not when the card is
 * closed. */
GST_START_TEST (framebuffers_die_with_their_memory)
{
  unsigned after_two = 0, now;

  set_up (CAPS ("BGRx", 640, 480));
  for (guint i = 0; i < 10; i++) {
    /* another rate is other caps, and so another pool to copy into */
    gst_harness_set_src_caps_str (harness,
        i % 2 ? "video/x-raw,format=BGRx,width=640,height=480,framerate=25/1"
              : CAPS ("BGRx", 640, 480));
    show (picture_new (&info, i), 640, 480);
    now = display_count_framebuffers ();
    if (i == 1)
      after_two = now;
    for (guint j = 0; i > 1 && j < 300 && now > after_two; j++) {
      g_usleep (10000);
      now = display_count_framebuffers ();
    }
    fail_unless (
        i < 2 || now <= after_two, "%u framebuffers, then %u", after_two, now);
  }
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_flush_goes_on_with_the_next_picture)
{
  GstSegment segment;

  set_up (CAPS ("BGRx", 640, 480));
  show (picture_new (&info, 1), 640, 480);
  fail_unless (gst_harness_push_event (harness, gst_event_new_flush_start ()));
  fail_unless (
      gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE)));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless (
      gst_harness_push_event (harness, gst_event_new_segment (&segment)));
  show (picture_new (&info, 2), 640, 480);
  tear_down ();
}
GST_END_TEST;

/* The pool that the sink offers to producers of system memory. */
static GstBufferPool *
get_pool (guint max)
{
  GstCaps *caps = gst_video_info_to_caps (&info);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  GstBufferPool *pool;
  GstStructure *config;
  guint size;

  fail_unless (gst_pad_peer_query (harness->srcpad, query));
  fail_unless (gst_query_get_n_allocation_pools (query) > 0);
  gst_query_parse_nth_allocation_pool (query, 0, &pool, &size, NULL, NULL);
  fail_unless (pool != NULL);
  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_set_params (config, caps, size, max, max);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  gst_query_unref (query);
  gst_caps_unref (caps);
  return pool;
}

static GstBuffer *
acquire (GstBufferPool *pool)
{
  GstBufferPoolAcquireParams params = {
    .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT
  };
  GstBuffer *buffer = NULL;

  gst_buffer_pool_acquire_buffer (pool, &buffer, &params);
  return buffer;
}

/* How many of the pool's buffers are not out. */
static guint
count_free (GstBufferPool *pool)
{
  GQueue taken = G_QUEUE_INIT;
  GstBuffer *buffer;
  guint n;

  while ((buffer = acquire (pool)))
    g_queue_push_tail (&taken, buffer);
  n = taken.length;
  g_queue_clear_full (&taken, (GDestroyNotify) gst_buffer_unref);
  return n;
}

/* The next frame does not have to come for the last but one to return. */
GST_START_TEST (only_the_picture_on_the_screen_is_kept)
{
  GstBufferPool *pool;

  set_up (CAPS ("BGRx", 640, 480));
  pool = get_pool (4);
  for (guint i = 0; i < 12; i++) {
    GstBuffer *buffer = acquire (pool);

    fail_unless (buffer != NULL);
    picture_draw (buffer, &info, i);
    show (buffer, 640, 480);
    for (guint j = 0; j < 300 && count_free (pool) != 3; j++)
      g_usleep (10000);
    fail_unless_equals_int (count_free (pool), 3);
  }
  fail_unless_equals_uint64 (get_stat ("copies"), 0);
  fail_unless_equals_uint64 (get_stat ("dropped"), 0);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  tear_down ();
}
GST_END_TEST;

static GstBuffer *
acquire_drawn (GstBufferPool *pool, guint n)
{
  GstBuffer *buffer = acquire (pool);

  fail_unless (buffer != NULL);
  picture_draw (buffer, &info, n);
  return buffer;
}

/* A device draws into it until the fence is signalled. */
static void
attach_fence (GstBuffer *buffer, int timeline)
{
  int fence = swsync_fence (timeline, 1);
  g_autoptr (GError) error = NULL;

  fail_unless (gst_zc_memory_import_fence (gst_buffer_peek_memory (buffer, 0),
                   fence, GST_MAP_WRITE, &error),
      "%s", error ? error->message : "");
  close (fence);
}

static void
push_at_once (GstBuffer *buffer)
{
  gint64 before = g_get_monotonic_time ();

  fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  fail_unless (g_get_monotonic_time () - before < 200 * 1000);
}

GST_START_TEST (a_picture_waits_for_its_fence_and_nobody_else_does)
{
  int timeline = swsync_timeline ();
  GstBufferPool *pool;
  GstBuffer *buffer;
  guint32 last;

  set_up (CAPS ("BGRx", 640, 480));
  pool = get_pool (6);
  show (acquire_drawn (pool, 0), 640, 480);
  buffer = acquire_drawn (pool, 1);
  attach_fence (buffer, timeline);

  push_at_once (buffer);
  for (guint i = 2; i < 5; i++) {
    buffer = acquire_drawn (pool, i);
    last = crc_of_buffer (buffer, &info, 640, 480);
    push_at_once (buffer);
  }
  g_usleep (100000);
  fail_unless_equals_uint64 (get_stat ("frames"), 1);

  swsync_advance (timeline, 1);
  fail_unless (crc_reader_wait_for (reader, last));
  fail_unless_equals_uint64 (get_stat ("frames"), 3);
  fail_unless_equals_uint64 (get_stat ("dropped"), 2);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  tear_down ();
  close (timeline);
}
GST_END_TEST;

/* What is on the screen now, by a refresh of its own. */
static guint32
read_now (void)
{
  guint32 crc;

  crc_reader_stop (reader);
  crc = crc_read_current ();
  reader = crc_reader_start ();
  return crc;
}

/* Upstream frees its memory, and the picture stays: nothing is copied. */
GST_START_TEST (a_drain_gives_all_back_and_the_picture_stays)
{
  GstQuery *query = gst_query_new_drain ();
  GstBufferPool *pool;
  GstBuffer *buffer;
  guint32 crc;

  set_up (CAPS ("BGRx", 640, 480));
  pool = get_pool (4);
  for (guint i = 0; i < 3; i++) {
    buffer = acquire (pool);
    fail_unless (buffer != NULL);
    picture_draw (buffer, &info, i);
    show (buffer, 640, 480);
  }
  crc = read_now ();
  fail_unless (gst_pad_peer_query (harness->srcpad, query));
  fail_unless_equals_int (count_free (pool), 4);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  g_usleep (100000);
  fail_unless_equals_int (read_now (), crc);
  fail_unless_equals_uint64 (get_stat ("copies"), 0);

  show (picture_new (&info, 9), 640, 480);
  gst_query_unref (query);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_drain_before_the_first_picture_is_nothing)
{
  GstQuery *query = gst_query_new_drain ();

  set_up (CAPS ("BGRx", 640, 480));
  gst_pad_peer_query (harness->srcpad, query);
  show (picture_new (&info, 1), 640, 480);
  gst_query_unref (query);
  tear_down ();
}
GST_END_TEST;

/* Who stops at once has seen it. */
GST_START_TEST (the_last_picture_is_shown_before_the_end)
{
  guint32 crc;

  set_up (CAPS ("BGRx", 640, 480));
  for (guint i = 0; i < 4; i++) {
    GstBuffer *buffer = picture_new (&info, i);

    crc = crc_of_buffer (buffer, &info, 640, 480);
    fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  }
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  fail_unless_equals_uint64 (get_stat ("frames") + get_stat ("dropped"), 4);
  fail_unless_equals_int (read_now (), crc);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (the_offered_pool_outlives_the_sink)
{
  GstBufferPool *pool;
  GstBuffer *buffer;

  set_up (CAPS ("BGRx", 640, 480));
  pool = get_pool (4);
  buffer = acquire (pool);
  tear_down ();
  picture_draw (buffer, &info, 1);
  gst_buffer_unref (buffer);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY,
    RUNNER_TEST (foreign_memory_is_copied_once_for_each_frame),
    RUNNER_TEST (a_picture_without_a_time_is_copied_once),
    RUNNER_TEST (a_smaller_picture_is_centred),
    RUNNER_TEST (packed_rgb_formats_keep_their_colours),
    RUNNER_TEST (the_size_changes_while_playing),
    RUNNER_TEST (framebuffers_die_with_their_memory),
    RUNNER_TEST (a_flush_goes_on_with_the_next_picture),
    RUNNER_TEST (only_the_picture_on_the_screen_is_kept),
    RUNNER_TEST (a_picture_waits_for_its_fence_and_nobody_else_does),
    RUNNER_TEST (a_drain_gives_all_back_and_the_picture_stays),
    RUNNER_TEST (a_drain_before_the_first_picture_is_nothing),
    RUNNER_TEST (the_last_picture_is_shown_before_the_end),
    RUNNER_TEST (the_offered_pool_outlives_the_sink))
