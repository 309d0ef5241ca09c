/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/heap.h"
#include "../helpers/runner.h"
#include "../helpers/seam.h"

#include "gst-libs/allocators/gstzcsys.h"
#include "gst-libs/allocators/zerocopy.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define CAPS(format, width, height)                                \
  "video/x-raw,format=" format ",width=" #width ",height=" #height \
  ",framerate=30/1"

/* --- set-up ------------------------------------------------------------- */

/* Takes HEAP over. */
static GstBufferPool *
pool_of (GstZcHeap *heap)
{
  GstBufferPool *pool = gst_zc_pool_new (heap);

  g_object_unref (heap);
  return pool;
}

static GstStructure *
config_for (GstBufferPool *pool, const char *text, guint min, guint max)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstCaps *caps = gst_caps_from_string (text);

  gst_buffer_pool_config_set_params (config, caps, 0, min, max);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  gst_caps_unref (caps);
  return config;
}

static GstBufferPool *
start (const char *caps, guint min, guint max)
{
  GstBufferPool *pool = pool_of (heap_new ());

  fail_unless (
      gst_buffer_pool_set_config (pool, config_for (pool, caps, min, max)));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  return pool;
}

static void
stop (GstBufferPool *pool)
{
  fail_unless (gst_buffer_pool_set_active (pool, FALSE));
  gst_object_unref (pool);
}

static GstBuffer *
acquire (GstBufferPool *pool)
{
  GstBuffer *buffer = NULL;

  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);
  return buffer;
}

static GstFlowReturn
try_acquire (GstBufferPool *pool, GstBuffer **buffer)
{
  GstBufferPoolAcquireParams params = {
    .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT,
  };

  return gst_buffer_pool_acquire_buffer (pool, buffer, &params);
}

static guint
config_size (GstBufferPool *pool)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  guint size;

  gst_buffer_pool_config_get_params (config, NULL, &size, NULL, NULL);
  gst_structure_free (config);
  return size;
}

static void
setup (void)
{
  seam_play ();
  heap_set_left (G_MAXUINT);
  heap_set_pitch (256);
}

/* --- layout ------------------------------------------------------------- */

GST_START_TEST (frames_lie_as_the_caps_imply)
{
  setup ();

  GstBufferPool *pool = start (CAPS ("NV12", 320, 240), 1, 1);
  GstBuffer *buffer = acquire (pool);
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);

  fail_unless_equals_int (gst_buffer_n_memory (buffer), 1);
  fail_unless (gst_zc_is_memory (gst_buffer_peek_memory (buffer, 0)));
  fail_unless_equals_int (gst_buffer_get_size (buffer), 320 * 240 * 3 / 2);
  fail_unless_equals_int (config_size (pool), 320 * 240 * 3 / 2);
  fail_unless_equals_int (meta->stride[1], 320);
  fail_unless_equals_int (meta->offset[1], 320 * 240);
  gst_buffer_unref (buffer);
  stop (pool);
}
GST_END_TEST;

GST_START_TEST (frames_lie_as_constraints_demand)
{
  setup ();

  GstZcConstraints constraints = { .stride_align = { 256, 256 },
    .height_align = 32 };
  GstBufferPool *pool = pool_of (heap_new ());
  GstStructure *config = config_for (pool, CAPS ("NV12", 320, 240), 1, 1);
  GstZcLayout layout;
  GstVideoMeta *meta;
  GstBuffer *buffer;

  gst_zc_pool_config_set_constraints (config, &constraints);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  buffer = acquire (pool);
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless_equals_int (meta->stride[0], 512);
  fail_unless_equals_int (meta->offset[1], 512 * 256);
  fail_unless_equals_int (meta->height, 240);
  fail_unless (gst_zc_pool_get_layout (GST_ZC_POOL (pool), &layout));
  fail_unless_equals_int (layout.coded_height, 256);
  fail_unless_equals_int (gst_buffer_get_size (buffer), layout.size);
  gst_buffer_unref (buffer);
  stop (pool);
}
GST_END_TEST;

GST_START_TEST (frames_lie_as_alignment_demands)
{
  setup ();

  GstVideoAlignment alignment = { .padding_bottom = 16,
    .stride_align = { 63, 63 } };
  GstBufferPool *pool = pool_of (heap_new ());
  GstStructure *config = config_for (pool, CAPS ("NV12", 300, 240), 1, 1);
  GstVideoMeta *meta;
  GstBuffer *buffer;

  gst_buffer_pool_config_add_option (
      config, GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT);
  gst_buffer_pool_config_set_video_alignment (config, &alignment);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  buffer = acquire (pool);
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless_equals_int (meta->stride[0], 320);
  fail_unless (meta->offset[1] >= 320 * 256);
  gst_buffer_unref (buffer);

  config = gst_buffer_pool_get_config (pool);
  fail_unless (gst_buffer_pool_config_get_video_alignment (config, &alignment));
  fail_unless (alignment.padding_bottom >= 16);
  gst_structure_free (config);
  stop (pool);
}
GST_END_TEST;

GST_START_TEST (each_plane_can_have_its_memory)
{
  setup ();

  GstZcConstraints constraints = {
    .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES,
  };
  GstBufferPool *pool = pool_of (heap_new ());
  GstStructure *config = config_for (pool, CAPS ("I420", 64, 64), 1, 1);
  GstVideoInfo info;
  GstVideoFrame frame;
  GstBuffer *buffer;
  GstCaps *caps = gst_caps_from_string (CAPS ("I420", 64, 64));

  gst_zc_pool_config_set_constraints (config, &constraints);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  buffer = acquire (pool);
  fail_unless_equals_int (gst_buffer_n_memory (buffer), 3);

  fail_unless (gst_video_info_from_caps (&info, caps));
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_WRITE));
  memset (GST_VIDEO_FRAME_PLANE_DATA (&frame, 2), 7, 32 * 32);
  gst_video_frame_unmap (&frame);
  gst_caps_unref (caps);
  gst_buffer_unref (buffer);
  stop (pool);
}
GST_END_TEST;

GST_START_TEST (the_driver_of_a_heap_decides_where_lines_begin)
{
  setup ();

  GstBufferPool *pool = pool_of (heap_new_of_pictures ());
  GstVideoMeta *meta;
  GstBuffer *buffer;

  fail_unless (gst_buffer_pool_set_config (
      pool, config_for (pool, CAPS ("BGRx", 100, 50), 1, 1)));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  buffer = acquire (pool);
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless_equals_int (meta->stride[0], 512);
  fail_unless (gst_buffer_get_size (buffer) >= 512 * 50);
  gst_buffer_unref (buffer);
  stop (pool);

  pool = pool_of (heap_new_of_pictures ());
  fail_unless (gst_buffer_pool_set_config (
      pool, config_for (pool, CAPS ("NV12", 300, 50), 1, 1)));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  buffer = acquire (pool);
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless_equals_int (meta->stride[0], 512);
  fail_unless_equals_int (meta->stride[1], 512);
  fail_unless_equals_int (meta->offset[1], 512 * 50);
  fail_unless (gst_buffer_get_size (buffer) >= 512 * 75);
  gst_buffer_unref (buffer);
  stop (pool);
}
GST_END_TEST;

GST_START_TEST (padding_needs_someone_who_understands_it)
{
  setup ();

  GstZcConstraints constraints = { .stride_align = { 256 } };
  GstBufferPool *pool = pool_of (heap_new ());
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstCaps *caps = gst_caps_from_string (CAPS ("BGRx", 100, 50));

  gst_buffer_pool_config_set_params (config, caps, 0, 1, 1);
  gst_zc_pool_config_set_constraints (config, &constraints);
  fail_if (gst_buffer_pool_set_config (pool, config));

  /* but none is needed here */
  config = gst_buffer_pool_get_config (pool);
  constraints.stride_align[0] = 400;
  gst_buffer_pool_config_set_params (config, caps, 0, 1, 1);
  gst_zc_pool_config_set_constraints (config, &constraints);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  gst_caps_unref (caps);
  gst_object_unref (pool);
}
GST_END_TEST;

GST_START_TEST (demands_that_cannot_be_met_are_refused)
{
  setup ();

  GstZcConstraints constraints = { .stride = { 100 } };
  GstBufferPool *pool = pool_of (heap_new ());
  GstStructure *config = config_for (pool, CAPS ("BGRx", 100, 50), 1, 1);

  gst_zc_pool_config_set_constraints (config, &constraints);
  fail_if (gst_buffer_pool_set_config (pool, config));
  /* the pool is as good as before */
  config = config_for (pool, CAPS ("BGRx", 100, 50), 1, 1);
  gst_zc_pool_config_set_constraints (config, NULL);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  gst_object_unref (pool);
}
GST_END_TEST;

GST_START_TEST (other_caps_are_bytes)
{
  setup ();

  GstBufferPool *pool = pool_of (heap_new ());
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstCaps *caps = gst_caps_new_empty_simple ("video/x-h264");
  GstBuffer *buffer;

  gst_buffer_pool_config_set_params (config, caps, 5000, 1, 1);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  buffer = acquire (pool);
  fail_unless_equals_int (gst_buffer_get_size (buffer), 5000);
  fail_if (gst_buffer_get_video_meta (buffer));
  gst_buffer_unref (buffer);
  stop (pool);

  /* how many must be said */
  pool = pool_of (heap_new ());
  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_set_params (config, caps, 0, 1, 1);
  fail_if (gst_buffer_pool_set_config (pool, config));
  gst_caps_unref (caps);
  gst_object_unref (pool);
}
GST_END_TEST;

/* --- buffers ------------------------------------------------------------ */

GST_START_TEST (each_plane_is_whole_again)
{
  setup ();

  GstZcConstraints constraints = {
    .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES,
  };
  GstBufferPool *pool = pool_of (heap_new ());
  GstStructure *config = config_for (pool, CAPS ("NV12", 64, 64), 1, 1);
  GstBuffer *buffer, *same;

  gst_zc_pool_config_set_constraints (config, &constraints);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  buffer = acquire (pool);
  gst_buffer_set_size (buffer, 3000);
  gst_buffer_unref (buffer);
  same = acquire (pool);
  fail_unless (same == buffer);
  fail_unless_equals_int (
      gst_memory_get_sizes (gst_buffer_peek_memory (same, 0), NULL, NULL),
      64 * 64);
  fail_unless_equals_int (
      gst_memory_get_sizes (gst_buffer_peek_memory (same, 1), NULL, NULL),
      64 * 32);
  fail_unless (gst_buffer_get_video_meta (same) != NULL);
  gst_buffer_unref (same);
  stop (pool);
}
GST_END_TEST;

GST_START_TEST (a_refused_configuration_changes_nothing)
{
  setup ();

  GstBufferPool *pool = pool_of (heap_new ());
  GstZcConstraints constraints = { .stride = { 8, 8 } };
  GstStructure *config;
  GstZcLayout layout;
  GstBuffer *buffer;

  fail_unless (gst_buffer_pool_set_config (
      pool, config_for (pool, CAPS ("BGRx", 64, 64), 1, 1)));
  config = config_for (pool, CAPS ("NV12", 320, 240), 1, 1);
  gst_zc_pool_config_set_constraints (config, &constraints);
  fail_if (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_zc_pool_get_layout (GST_ZC_POOL (pool), &layout));
  fail_unless_equals_int (layout.format, GST_VIDEO_FORMAT_BGRx);
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  buffer = acquire (pool);
  fail_unless_equals_int (
      gst_buffer_get_video_meta (buffer)->format, GST_VIDEO_FORMAT_BGRx);
  fail_unless_equals_int (gst_buffer_get_size (buffer), 64 * 64 * 4);
  gst_buffer_unref (buffer);
  stop (pool);
}
GST_END_TEST;

GST_START_TEST (allocation_parameters_are_demands)
{
  setup ();

  GstAllocationParams params = { .padding = 64, .align = 63 };
  GstBufferPool *pool = pool_of (heap_new ());
  GstStructure *config = config_for (pool, CAPS ("GRAY8", 64, 64), 1, 1);
  GstBuffer *buffer;
  gsize max;

  gst_buffer_pool_config_set_allocator (config, NULL, &params);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  buffer = acquire (pool);
  gst_buffer_get_sizes (buffer, NULL, &max);
  fail_unless (max >= 64 * 64 + 64);
  gst_buffer_unref (buffer);
  gst_buffer_pool_set_active (pool, FALSE);

  /* a dma-buf has nothing before it */
  params.prefix = 16;
  config = config_for (pool, CAPS ("GRAY8", 64, 64), 1, 1);
  gst_buffer_pool_config_set_allocator (config, NULL, &params);
  fail_if (gst_buffer_pool_set_config (pool, config));
  gst_object_unref (pool);
}
GST_END_TEST;

GST_START_TEST (contiguous_memory_needs_a_heap_that_has_it)
{
  setup ();

  GstZcConstraints constraints = { .flags = GST_ZC_CONSTRAINTS_CONTIGUOUS };
  GstCaps *caps = gst_caps_from_string (CAPS ("GRAY8", 64, 64));
  GstZcHeap *heap = heap_new ();
  GError *error = NULL;

  fail_if (gst_zc_pool_new_for_caps (heap, caps, &constraints, 1, 1, &error));
  fail_unless (
      g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED));
  g_clear_error (&error);
  gst_caps_unref (caps);
  g_object_unref (heap);
}
GST_END_TEST;

GST_START_TEST (a_driver_that_changes_its_lines_is_an_error)
{
  setup ();

  GstBufferPool *pool = pool_of (heap_new_of_pictures ());
  g_autoptr (GError) error = NULL;

  fail_unless (gst_buffer_pool_set_config (
      pool, config_for (pool, CAPS ("BGRx", 100, 50), 1, 1)));
  heap_set_pitch (1024);
  fail_if (gst_buffer_pool_set_active (pool, TRUE));
  error = gst_zc_pool_steal_error (GST_ZC_POOL (pool));
  fail_unless (error && strstr (error->message, "`played`"), "%s",
      error ? error->message : "no error");
  gst_object_unref (pool);
}
GST_END_TEST;

GST_START_TEST (padding_that_overflows_is_refused)
{
  setup ();

  GstAllocationParams params = { .padding = G_MAXSIZE - 100 };
  GstBufferPool *pool = pool_of (heap_new ());
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstCaps *caps = gst_caps_new_empty_simple ("video/x-h264");

  gst_buffer_pool_config_set_params (config, caps, 5000, 1, 1);
  gst_buffer_pool_config_set_allocator (config, NULL, &params);
  fail_if (gst_buffer_pool_set_config (pool, config));
  config = config_for (pool, CAPS ("GRAY8", 64, 64), 1, 1);
  gst_buffer_pool_config_set_allocator (config, NULL, &params);
  fail_if (gst_buffer_pool_set_config (pool, config));
  gst_caps_unref (caps);
  gst_object_unref (pool);
}
GST_END_TEST;

GST_START_TEST (a_pool_grows_up_to_its_maximum)
{
  setup ();

  GstBufferPool *pool = start (CAPS ("GRAY8", 64, 64), 1, 3);
  GstBuffer *buffer[3], *more = NULL;

  for (guint i = 0; i < 3; i++)
    buffer[i] = acquire (pool);
  fail_unless_equals_int (try_acquire (pool, &more), GST_FLOW_EOS);
  gst_buffer_unref (buffer[1]);
  fail_unless_equals_int (try_acquire (pool, &more), GST_FLOW_OK);
  fail_unless (more == buffer[1]);
  gst_buffer_unref (more);
  gst_buffer_unref (buffer[0]);
  gst_buffer_unref (buffer[2]);
  stop (pool);
}
GST_END_TEST;

GST_START_TEST (a_heap_that_is_empty_is_an_error)
{
  setup ();

  g_autoptr (GError) error = NULL;
  GstBufferPool *pool;
  GstBuffer *buffer, *more = NULL;

  heap_set_left (1);
  pool = start (CAPS ("GRAY8", 64, 64), 1, 0);
  buffer = acquire (pool);
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &more, NULL), GST_FLOW_ERROR);
  error = gst_zc_pool_steal_error (GST_ZC_POOL (pool));
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_NO_MEMORY));
  fail_if (gst_zc_pool_steal_error (GST_ZC_POOL (pool)));
  gst_buffer_unref (buffer);
  buffer = acquire (pool);
  gst_buffer_unref (buffer);
  stop (pool);

  /* before the first */
  pool = pool_of (heap_new ());
  fail_unless (gst_buffer_pool_set_config (
      pool, config_for (pool, CAPS ("GRAY8", 64, 64), 1, 1)));
  fail_if (gst_buffer_pool_set_active (pool, TRUE));
  gst_object_unref (pool);
}
GST_END_TEST;

GST_START_TEST (a_buffer_whose_memory_is_in_another_is_made_anew)
{
  setup ();

  GstBufferPool *pool = start (CAPS ("GRAY8", 64, 64), 1, 1);
  GstBuffer *buffer = acquire (pool);
  GstBuffer *other = gst_buffer_new ();

  gst_buffer_append_memory (other, gst_buffer_get_memory (buffer, 0));
  gst_buffer_unref (buffer);
  buffer = acquire (pool);
  fail_if (
      gst_buffer_peek_memory (buffer, 0) == gst_buffer_peek_memory (other, 0));
  gst_buffer_unref (buffer);
  gst_buffer_unref (other);
  stop (pool);
}
GST_END_TEST;

GST_START_TEST (a_buffer_that_was_cut_is_whole_again)
{
  setup ();

  GstBufferPool *pool = start (CAPS ("GRAY8", 64, 64), 1, 1);
  GstBuffer *buffer = acquire (pool), *same;

  gst_buffer_resize (buffer, 10, 20);
  gst_buffer_unref (buffer);
  same = acquire (pool);
  fail_unless (same == buffer);
  fail_unless_equals_int (gst_buffer_get_size (same), 64 * 64);
  gst_buffer_unref (same);
  stop (pool);
}
GST_END_TEST;

static gpointer
acquire_one (gpointer pool)
{
  GstBuffer *buffer = NULL;

  gst_buffer_pool_acquire_buffer (pool, &buffer, NULL);
  return buffer;
}

/* --- fences ------------------------------------------------------------- */

GST_START_TEST (a_buffer_in_use_is_not_given_out)
{
  setup ();

  GstBufferPool *pool = start (CAPS ("GRAY8", 64, 64), 1, 1);
  GstBuffer *buffer = NULL;

  gst_buffer_unref (acquire (pool));
  fail_unless_equals_int (seam_polled (), POLLOUT);
  seam_set_ready (0);
  fail_unless_equals_int (try_acquire (pool, &buffer), GST_FLOW_EOS);
  fail_if (buffer);
  seam_set_ready (POLLOUT);
  fail_unless_equals_int (try_acquire (pool, &buffer), GST_FLOW_OK);
  gst_buffer_unref (buffer);
  stop (pool);
}
GST_END_TEST;

GST_START_TEST (an_idle_buffer_is_found_behind_a_busy_one)
{
  setup ();

  GstBufferPool *pool = start (CAPS ("GRAY8", 64, 64), 2, 2);
  GstBuffer *first = acquire (pool), *second = acquire (pool), *buffer = NULL;

  seam_set_busy (gst_dmabuf_memory_get_fd (gst_buffer_peek_memory (first, 0)));
  gst_buffer_unref (first);
  gst_buffer_unref (second);
  fail_unless_equals_int (try_acquire (pool, &buffer), GST_FLOW_OK);
  fail_unless (buffer == second);
  gst_buffer_unref (buffer);
  stop (pool);
}
GST_END_TEST;

GST_START_TEST (a_pool_grows_when_all_are_busy)
{
  setup ();

  GstBufferPool *pool = start (CAPS ("GRAY8", 64, 64), 1, 2);
  GstBuffer *first = acquire (pool), *other;

  seam_set_busy (gst_dmabuf_memory_get_fd (gst_buffer_peek_memory (first, 0)));
  gst_buffer_unref (first);
  other = acquire (pool);
  fail_if (other == first);
  gst_buffer_unref (other);
  stop (pool);
}
GST_END_TEST;

GST_START_TEST (a_long_wait_for_a_buffer_is_no_wait_for_a_device)
{
  setup ();

  GstZcHeap *heap = heap_new ();
  GstBufferPool *pool = g_object_new (GST_TYPE_ZC_POOL, "heap", heap,
      "fence-timeout", (guint64) 20 * GST_MSECOND, NULL);
  GstBuffer *buffer;
  GThread *thread;

  gst_object_ref_sink (pool);
  g_object_unref (heap);
  fail_unless (gst_buffer_pool_set_config (
      pool, config_for (pool, CAPS ("GRAY8", 64, 64), 1, 1)));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  buffer = acquire (pool);
  thread = g_thread_new ("acquire", acquire_one, pool);
  g_usleep (100000);
  seam_set_not_ready_once ();
  gst_buffer_unref (buffer);
  buffer = g_thread_join (thread);
  fail_unless (buffer != NULL, "the device had no time at all");
  gst_buffer_unref (buffer);
  stop (pool);
}
GST_END_TEST;

GST_START_TEST (a_device_that_never_ends_is_an_error)
{
  setup ();

  GstZcHeap *heap = heap_new ();
  GstBufferPool *pool = g_object_new (GST_TYPE_ZC_POOL, "heap", heap,
      "fence-timeout", (guint64) GST_MSECOND, NULL);
  GstBuffer *buffer = NULL;

  gst_object_ref_sink (pool);
  g_object_unref (heap);
  fail_unless (gst_buffer_pool_set_config (
      pool, config_for (pool, CAPS ("GRAY8", 64, 64), 1, 1)));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  seam_set_ready (0);
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_ERROR);
  /* and can be waited for again */
  seam_set_ready (POLLOUT);
  buffer = acquire (pool);
  gst_buffer_unref (buffer);
  stop (pool);
}
GST_END_TEST;

GST_START_TEST (each_errno_of_the_wait_is_an_error)
{
  setup ();

  GstBufferPool *pool = start (CAPS ("GRAY8", 64, 64), 1, 1);
  GstBuffer *buffer = NULL;

  seam_fail ("poll", ENOMEM, 1);
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_ERROR);
  seam_set_ready (POLLERR);
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_ERROR);
  seam_set_ready (POLLOUT);
  seam_fail ("poll", EINTR, 2);
  gst_buffer_unref (acquire (pool));
  stop (pool);
}
GST_END_TEST;

/* --- flush, reconfiguration, life --------------------------------------- */

static gpointer
acquire_in_vain (gpointer pool)
{
  GstBuffer *buffer = NULL;
  GstFlowReturn flow = gst_buffer_pool_acquire_buffer (pool, &buffer, NULL);

  runner_require (!buffer, "there is a buffer");
  return GINT_TO_POINTER (flow);
}

GST_START_TEST (flushing_ends_the_wait_for_a_buffer)
{
  setup ();

  GstBufferPool *pool = start (CAPS ("GRAY8", 64, 64), 1, 1);
  GstBuffer *buffer = acquire (pool);
  GThread *thread = g_thread_new ("acquire", acquire_in_vain, pool);

  g_usleep (20000);
  gst_buffer_pool_set_flushing (pool, TRUE);
  fail_unless_equals_int (
      GPOINTER_TO_INT (g_thread_join (thread)), GST_FLOW_FLUSHING);
  gst_buffer_pool_set_flushing (pool, FALSE);
  gst_buffer_unref (buffer);
  gst_buffer_unref (acquire (pool));
  stop (pool);
}
GST_END_TEST;

GST_START_TEST (buffers_outside_outlive_the_pool)
{
  setup ();

  GstBufferPool *pool = start (CAPS ("GRAY8", 64, 64), 2, 2);
  GstBuffer *buffer = acquire (pool);
  gint fd = gst_dmabuf_memory_get_fd (gst_buffer_peek_memory (buffer, 0));
  GstMapInfo map;

  fail_unless (gst_buffer_pool_set_active (pool, FALSE));
  gst_object_unref (pool);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  memset (map.data, 1, map.size);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  fail_unless_equals_int (fcntl (fd, F_GETFD), -1);
}
GST_END_TEST;

GST_START_TEST (another_pool_serves_while_buffers_are_outside)
{
  setup ();

  GstBufferPool *pool = start (CAPS ("GRAY8", 64, 64), 1, 1), *next;
  GstBuffer *buffer = acquire (pool), *other;

  fail_unless (gst_buffer_pool_set_active (pool, FALSE));
  fail_if (gst_buffer_pool_set_config (
      pool, config_for (pool, CAPS ("GRAY8", 32, 32), 1, 1)));
  next = start (CAPS ("GRAY8", 32, 32), 1, 1);
  other = acquire (next);
  fail_unless_equals_int (gst_buffer_get_size (other), 32 * 32);
  gst_buffer_unref (buffer);

  /* now it can be used again itself */
  fail_unless (gst_buffer_pool_set_config (
      pool, config_for (pool, CAPS ("GRAY8", 16, 16), 1, 1)));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  buffer = acquire (pool);
  fail_unless_equals_int (gst_buffer_get_size (buffer), 16 * 16);
  gst_buffer_unref (buffer);
  gst_buffer_unref (other);
  stop (pool);
  stop (next);
}
GST_END_TEST;

GST_START_TEST (without_a_descriptor_it_does_not_start)
{
  setup ();

  GstBufferPool *pool;

  seam_fail ("eventfd", EMFILE, 1);
  pool = pool_of (heap_new ());
  fail_unless (gst_buffer_pool_set_config (
      pool, config_for (pool, CAPS ("GRAY8", 64, 64), 1, 1)));
  fail_if (gst_buffer_pool_set_active (pool, TRUE));
  gst_object_unref (pool);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (frames_lie_as_the_caps_imply),
    RUNNER_TEST (frames_lie_as_constraints_demand),
    RUNNER_TEST (frames_lie_as_alignment_demands),
    RUNNER_TEST (each_plane_can_have_its_memory),
    RUNNER_TEST (the_driver_of_a_heap_decides_where_lines_begin),
    RUNNER_TEST (padding_needs_someone_who_understands_it),
    RUNNER_TEST (demands_that_cannot_be_met_are_refused),
    RUNNER_TEST (other_caps_are_bytes), RUNNER_TEST (each_plane_is_whole_again),
    RUNNER_TEST (a_refused_configuration_changes_nothing),
    RUNNER_TEST (allocation_parameters_are_demands),
    RUNNER_TEST (contiguous_memory_needs_a_heap_that_has_it),
    RUNNER_TEST (a_driver_that_changes_its_lines_is_an_error),
    RUNNER_TEST (padding_that_overflows_is_refused),
    RUNNER_TEST (a_pool_grows_up_to_its_maximum),
    RUNNER_TEST (a_heap_that_is_empty_is_an_error),
    RUNNER_TEST (a_buffer_whose_memory_is_in_another_is_made_anew),
    RUNNER_TEST (a_buffer_that_was_cut_is_whole_again),
    RUNNER_TEST (a_buffer_in_use_is_not_given_out),
    RUNNER_TEST (an_idle_buffer_is_found_behind_a_busy_one),
    RUNNER_TEST (a_pool_grows_when_all_are_busy),
    RUNNER_TEST (a_long_wait_for_a_buffer_is_no_wait_for_a_device),
    RUNNER_TEST (a_device_that_never_ends_is_an_error),
    RUNNER_TEST (each_errno_of_the_wait_is_an_error),
    RUNNER_TEST (flushing_ends_the_wait_for_a_buffer),
    RUNNER_TEST (buffers_outside_outlive_the_pool),
    RUNNER_TEST (another_pool_serves_while_buffers_are_outside),
    RUNNER_TEST (without_a_descriptor_it_does_not_start))
