/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/dmabufs.h"
#include "../helpers/fds.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include "gst-libs/allocators/zerocopy.h"
#include "gst-libs/v4l2/gstzcv4l2slots.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <gst/allocators/allocators.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* The slots of real queues, without an element: two vivid devices, the first
 * with an output too, the second multi-planar. */

#define WIDTH 640
#define HEIGHT 360
#define DEBUG_OF_VB2 "/sys/module/videobuf2_common/parameters/debug"

/* As in the kernel's header, which may be older. */
#ifndef V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS
#define V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS (1 << 8)
#endif

struct queue {
  struct zc_v4l2_device device;
  enum v4l2_buf_type type;
  struct zc_v4l2_format format;
  GstVideoInfo info;
  GstZcLayout layout;
  GstZcV4l2Slots *slots;
};

static GstZcHeap *heap;

/* The COUNTth node of vivid that has CAPABILITY. */
static void
open_node (struct queue *q, guint count, guint capability)
{
  struct v4l2_capability c;

  for (guint i = 0; i < 64; i++) {
    g_autofree gchar *path = g_strdup_printf ("/dev/video%u", i);

    q->device.fd = open (path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (q->device.fd < 0)
      continue;
    if (ioctl (q->device.fd, VIDIOC_QUERYCAP, &c) == 0 &&
        g_str_equal ((const char *) c.driver, "vivid") &&
        c.device_caps & capability && count-- == 0) {
      q->device.path = g_steal_pointer (&path);
      return;
    }
    close (q->device.fd);
  }
  runner_skip ("there is no such vivid node");
}

static void
set_format (struct queue *q)
{
  struct v4l2_format f = { .type = q->type };

  fail_unless_equals_int (ioctl (q->device.fd, VIDIOC_G_FMT, &f), 0);
  if (V4L2_TYPE_IS_MULTIPLANAR (q->type)) {
    f.fmt.pix_mp.pixelformat = V4L2_PIX_FMT_XBGR32;
    f.fmt.pix_mp.width = WIDTH;
    f.fmt.pix_mp.height = HEIGHT;
  } else {
    f.fmt.pix.pixelformat = V4L2_PIX_FMT_XBGR32;
    f.fmt.pix.width = WIDTH;
    f.fmt.pix.height = HEIGHT;
    f.fmt.pix.bytesperline = 0;
  }
  fail_unless_equals_int (ioctl (q->device.fd, VIDIOC_S_FMT, &f), 0);
  q->format.n_memory_planes = 1;
  q->format.plane[0].size = V4L2_TYPE_IS_MULTIPLANAR (q->type)
                                ? f.fmt.pix_mp.plane_fmt[0].sizeimage
                                : f.fmt.pix.sizeimage;
  fail_unless (q->format.plane[0].size >= WIDTH * 4);
}

static void
queue_open (struct queue *q, guint count, enum v4l2_buf_type type)
{
  static const guint capabilities[] = {
    [V4L2_BUF_TYPE_VIDEO_CAPTURE] = V4L2_CAP_VIDEO_CAPTURE,
    [V4L2_BUF_TYPE_VIDEO_OUTPUT] = V4L2_CAP_VIDEO_OUTPUT,
    [V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE] = V4L2_CAP_VIDEO_CAPTURE_MPLANE,
  };

  *q = (struct queue) { .type = type, .device.capture_type = type };
  open_node (q, count, capabilities[type]);
  set_format (q);
  gst_video_info_set_format (&q->info, GST_VIDEO_FORMAT_BGRx, WIDTH, HEIGHT);
  fail_unless (gst_zc_layout_from_info (&q->layout, &q->info, NULL, NULL));
}

static void
queue_start (struct queue *q, const GstZcV4l2Way *way, guint count)
{
  const gchar *step = "";
  int ret;

  q->slots = gst_zc_v4l2_slots_new (
      way, &q->device, q->type, &q->format, &q->info, &q->layout, 0);
  ret = gst_zc_v4l2_slots_alloc (q->slots, &count, &step);
  fail_unless (ret == 0, "%s: %s", step, g_strerror (-ret));
  fail_unless_equals_int (gst_zc_v4l2_slots_start (q->slots), 0);
}

static void
queue_stop (struct queue *q)
{
  gst_zc_v4l2_slots_shutdown (q->slots);
  g_clear_pointer (&q->slots, gst_zc_v4l2_slots_unref);
}

static void
queue_close (struct queue *q)
{
  close (q->device.fd);
  g_free (q->device.path);
}

static void
set_up (struct queue *q, const GstZcV4l2Way *way, guint count)
{
  vivid_set (VIVID_TEST_PATTERN, 1);
  vivid_set (VIVID_OSD_TEXT_MODE, 2);
  queue_open (q, 0, V4L2_BUF_TYPE_VIDEO_CAPTURE);
  queue_start (q, way, count);
}

static void
tear_down (struct queue *q)
{
  queue_stop (q);
  queue_close (q);
  gst_clear_object (&heap);
}

static gsize
map_size (const struct queue *q)
{
  gsize page = sysconf (_SC_PAGESIZE);

  return (q->format.plane[0].size + page - 1) / page * page;
}

static GstBuffer *
dmabuf_buffer (const struct queue *q)
{
  GstBuffer *buffer = gst_buffer_new ();

  if (!heap)
    heap = gst_zc_heap_new_dma_heap ("system");
  gst_buffer_append_memory (
      buffer, gst_zc_heap_alloc (heap, map_size (q), NULL));
  return buffer;
}

/* Pages of zeros, which the test unmaps. */
static GstBuffer *
user_buffer_at (const struct queue *q, gpointer at)
{
  gsize size = map_size (q);
  gpointer data = mmap (at, size, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | (at ? MAP_FIXED_NOREPLACE : 0), -1, 0);
  GstBuffer *buffer = gst_buffer_new ();

  fail_unless (data != MAP_FAILED);
  gst_buffer_append_memory (
      buffer, gst_memory_new_wrapped (0, data, size, 0, size, NULL, NULL));
  return buffer;
}

static GstBuffer *
buffer_for (const struct queue *q, const GstZcV4l2Way *way)
{
  return way == &gst_zc_v4l2_way_import ? dmabuf_buffer (q)
                                        : user_buffer_at (q, NULL);
}

static void
push (struct queue *q, GstBuffer *buffer)
{
  const gchar *reason = "";
  int ret = gst_zc_v4l2_slots_push (q->slots, buffer, NULL, &reason);

  fail_unless (ret == 0, "%s: %s", reason, g_strerror (-ret));
}

static GstBuffer *
pull (struct queue *q)
{
  struct zc_v4l2_frame frame;
  GstBuffer *buffer = NULL;
  int ret;

  do
    ret = gst_zc_v4l2_slots_pull (q->slots, &buffer, &frame);
  while (ret == 1);
  fail_unless (ret == 0, "%s", g_strerror (-ret));
  return buffer;
}

/* Below the text that another device draws, the first bar is white or grey;
 * what was not written is 0. */
static void
assert_written (GstBuffer *buffer)
{
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (guint y = 240; y < HEIGHT; y += 20)
    fail_if (map.data[(gsize) y * WIDTH * 4 + 40 * 4] == 0);
  gst_buffer_unmap (buffer, &map);
}

static void
blacken (GstBuffer *buffer)
{
  gst_buffer_memset (buffer, 0, 0, gst_buffer_get_size (buffer));
}

/* --- attachments --------------------------------------------------------- */

static int kmsg;

static void
listen_to_vb2 (void)
{
  fail_unless (g_file_set_contents_full (
      DEBUG_OF_VB2, "3", 1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
  kmsg = open ("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  fail_unless (kmsg >= 0);
  lseek (kmsg, 0, SEEK_END);
}

/* How often an index got other memory since last time. */
static guint
count_changes (void)
{
  char line[1024];
  guint n = 0;

  for (;;) {
    ssize_t size = read (kmsg, line, sizeof (line) - 1);

    if (size < 0 && errno == EAGAIN)
      return n;
    fail_unless (size > 0, "%s", g_strerror (errno));
    line[size] = '\0';
    n += strstr (line, "buffer for plane") != NULL ||
         strstr (line, "userspace address for plane") != NULL;
  }
}

static void
play_shuffled (struct queue *q, GstBuffer **buffer, guint n, guint frames)
{
  GPtrArray *here = g_ptr_array_new ();
  GRand *rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (here, buffer[i]);
  while (frames-- > 0) {
    while (gst_zc_v4l2_slots_get_queued (q->slots) < 2)
      push (q, g_ptr_array_remove_index_fast (
                   here, g_rand_int_range (rand, 0, here->len)));
    g_ptr_array_add (here, pull (q));
  }
  while (gst_zc_v4l2_slots_get_queued (q->slots) > 0)
    pull (q);
  g_ptr_array_unref (here);
  g_rand_free (rand);
}

static void
assert_attached_once (const GstZcV4l2Way *way)
{
  GstBuffer *buffer[5];
  GstZcV4l2Counts counts;
  struct queue q;

  set_up (&q, way, 2);
  for (guint i = 0; i < 5; i++)
    buffer[i] = buffer_for (&q, way);
  listen_to_vb2 ();
  for (guint i = 0; i < 5; i++) {
    push (&q, buffer[i]);
    fail_unless (pull (&q) == buffer[i]);
  }
  fail_unless (count_changes () >= 5);

  play_shuffled (&q, buffer, 5, 60);
  fail_unless_equals_int (count_changes (), 0);
  gst_zc_v4l2_slots_get_counts (q.slots, &counts);
  fail_unless_equals_uint64 (counts.attached, 5);
  for (guint i = 0; i < 5; i++)
    gst_buffer_unref (buffer[i]);
  close (kmsg);
  tear_down (&q);
}

GST_START_TEST (each_dmabuf_is_attached_once_in_any_order)
{
  assert_attached_once (&gst_zc_v4l2_way_import);
}
GST_END_TEST;

GST_START_TEST (pages_are_pinned_once_in_any_order)
{
  assert_attached_once (&gst_zc_v4l2_way_userptr);
}
GST_END_TEST;

/* --- streams ------------------------------------------------------------- */

GST_START_TEST (two_hundred_streams_leave_no_dmabuf)
{
  GstBuffer *buffer[3];
  unsigned n, fds;
  struct queue q;

  queue_open (&q, 0, V4L2_BUF_TYPE_VIDEO_CAPTURE);
  for (guint i = 0; i < 3; i++)
    buffer[i] = dmabuf_buffer (&q);
  n = dmabufs_count ();
  fds = fds_count ();
  for (guint round = 0; round < 200; round++) {
    gboolean import = round % 2;

    queue_start (
        &q, import ? &gst_zc_v4l2_way_import : &gst_zc_v4l2_way_export, 4);
    for (guint i = 0; import && i < 3; i++)
      push (&q, gst_buffer_ref (buffer[i]));
    queue_stop (&q);
    fail_unless_equals_int (fds_count (), fds);
  }
  fail_unless_equals_int (dmabufs_settle (n), n);
  for (guint i = 0; i < 3; i++) {
    fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT_VALUE (buffer[i]), 1);
    gst_buffer_unref (buffer[i]);
  }
  fail_unless_equals_int (dmabufs_settle (n - 3), n - 3);
  queue_close (&q);
  gst_clear_object (&heap);
}
GST_END_TEST;

/* Both while they were with the driver and after. */
static void
assert_goes_on (struct queue *q, const GstZcV4l2Way *way, GstBuffer **buffer)
{
  queue_start (q, way, 3);
  for (guint i = 0; i < 3; i++) {
    blacken (buffer[i]);
    push (q, buffer[i]);
  }
  for (guint i = 0; i < 6; i++) {
    GstBuffer *b = pull (q);

    assert_written (b);
    blacken (b);
    push (q, b);
  }
  for (guint i = 0; i < 3; i++)
    gst_buffer_ref (buffer[i]);
  queue_stop (q);
}

GST_START_TEST (buffers_go_on_in_the_next_stream_and_on_another_device)
{
  static const GstZcV4l2Way *const ways[] = { &gst_zc_v4l2_way_import,
    &gst_zc_v4l2_way_userptr };

  for (guint w = 0; w < 2; w++) {
    struct queue q, other;
    GstBuffer *buffer[3];

    vivid_set (VIVID_TEST_PATTERN, 1);
    vivid_set (VIVID_OSD_TEXT_MODE, 2);
    queue_open (&q, 0, V4L2_BUF_TYPE_VIDEO_CAPTURE);
    queue_open (&other, 0, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
    for (guint i = 0; i < 3; i++)
      buffer[i] = buffer_for (&q, ways[w]);
    assert_goes_on (&q, ways[w], buffer);
    assert_goes_on (&q, ways[w], buffer);
    assert_goes_on (&other, ways[w], buffer);
    assert_goes_on (&q, ways[w], buffer);
    for (guint i = 0; i < 3; i++)
      gst_buffer_unref (buffer[i]);
    queue_close (&q);
    queue_close (&other);
  }
  gst_clear_object (&heap);
}
GST_END_TEST;

GST_START_TEST (an_output_shows_what_is_pushed_and_gives_it_back)
{
  static const GstZcV4l2Way *const ways[] = { &gst_zc_v4l2_way_import,
    &gst_zc_v4l2_way_userptr };

  for (guint w = 0; w < 2; w++) {
    GstBuffer *buffer[4];
    struct queue q;

    queue_open (&q, 0, V4L2_BUF_TYPE_VIDEO_OUTPUT);
    queue_start (&q, ways[w], 2);
    for (guint i = 0; i < 4; i++) {
      buffer[i] = buffer_for (&q, ways[w]);
      push (&q, buffer[i]);
    }
    for (guint i = 0; i < 10; i++) {
      GstBuffer *b = pull (&q);

      fail_unless (b == buffer[i % 4]);
      push (&q, b);
    }
    queue_stop (&q);
    queue_close (&q);
  }
  gst_clear_object (&heap);
}
GST_END_TEST;

/* What the driver refuses leaves the index good for the next: without
 * REMOVE_BUFS vb2 would then refuse every payload there. */
GST_START_TEST (an_output_goes_on_after_a_refusal)
{
  const gchar *reason;
  GstBuffer *buffer;
  struct queue q;

  queue_open (&q, 0, V4L2_BUF_TYPE_VIDEO_OUTPUT);
  queue_start (&q, &gst_zc_v4l2_way_import, 2);
  buffer = dmabuf_buffer (&q);
  vivid_set (VIVID_QBUF_ERROR, 1);
  /* the button is of the device, for whichever queue comes first */
  fail_unless_equals_int (
      gst_zc_v4l2_slots_push (q.slots, buffer, NULL, &reason), -EINVAL);
  for (guint i = 0; i < 4; i++)
    push (&q, i == 0 ? buffer : dmabuf_buffer (&q));
  gst_buffer_unref (pull (&q));
  tear_down (&q);
}
GST_END_TEST;

/* --- memory that goes ---------------------------------------------------- */

static bool hides_remove, hides_prepare;

/* As kernels before 6.10 answer. */
static int
old_ioctl (int fd, unsigned long request, void *arg)
{
  int ret;

  if (hides_prepare && request == VIDIOC_PREPARE_BUF) {
    errno = ENOTTY;
    return -1;
  }
  ret = ioctl (fd, request, arg);
  if (hides_remove && ret == 0 && request == VIDIOC_REQBUFS)
    ((struct v4l2_requestbuffers *) arg)->capabilities &=
        ~V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS;
  return ret;
}

/* The kernel tells memory by its address: it would write to the old pages. */
static void
assert_new_pages_get_new_frames (guint count)
{
  gpointer at = NULL;
  struct queue q;

  set_up (&q, &gst_zc_v4l2_way_userptr, count);
  for (guint i = 0; i < 5; i++) {
    GstBuffer *buffer = user_buffer_at (&q, at);
    GstMapInfo map;

    push (&q, buffer);
    fail_unless (pull (&q) == buffer);
    assert_written (buffer);
    fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
    fail_unless (at == NULL || at == map.data);
    at = map.data;
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
    munmap (at, map_size (&q));
  }
  tear_down (&q);
}

GST_START_TEST (new_pages_at_an_old_address_get_the_new_frames)
{
  assert_new_pages_get_new_frames (2);
}
GST_END_TEST;

GST_START_TEST (without_remove_bufs_new_pages_get_the_new_frames)
{
  hides_remove = true;
  zc_v4l2_sys.ioctl = old_ioctl;
  assert_new_pages_get_new_frames (2);
}
GST_END_TEST;

GST_START_TEST (without_anything_new_pages_get_the_new_frames)
{
  hides_remove = hides_prepare = true;
  zc_v4l2_sys.ioctl = old_ioctl;
  assert_new_pages_get_new_frames (2);
}
GST_END_TEST;

/* And the device streams on. */
static void
assert_let_go (void)
{
  GstBuffer *buffer[4];
  struct queue q;
  unsigned n;

  set_up (&q, &gst_zc_v4l2_way_import, 4);
  for (guint i = 0; i < 4; i++) {
    buffer[i] = dmabuf_buffer (&q);
    push (&q, buffer[i]);
  }
  n = dmabufs_count ();
  gst_buffer_unref (pull (&q));
  fail_unless_equals_int (dmabufs_settle (n - 1), n - 1);
  gst_buffer_unref (pull (&q));
  fail_unless_equals_int (dmabufs_settle (n - 2), n - 2);
  for (guint i = 0; i < 6; i++) {
    GstBuffer *b = pull (&q);

    assert_written (b);
    blacken (b);
    push (&q, b);
  }
  push (&q, dmabuf_buffer (&q));
  fail_unless_equals_int (dmabufs_count (), n - 1);
  tear_down (&q);
}

GST_START_TEST (the_kernel_lets_a_dmabuf_go_with_its_memory)
{
  assert_let_go ();
}
GST_END_TEST;

GST_START_TEST (without_remove_bufs_the_kernel_lets_a_dmabuf_go)
{
  hides_remove = true;
  zc_v4l2_sys.ioctl = old_ioctl;
  assert_let_go ();
}
GST_END_TEST;

GST_START_TEST (there_may_be_more_than_32_buffers)
{
  GstZcV4l2Counts counts;
  GstBuffer *buffer;
  struct queue q;

  set_up (&q, &gst_zc_v4l2_way_import, 2);
  for (guint i = 0; i < 40; i++)
    push (&q, dmabuf_buffer (&q));
  gst_zc_v4l2_slots_get_counts (q.slots, &counts);
  fail_unless_equals_int (counts.slots, 40);
  fail_unless_equals_int (counts.queued, 40);
  for (guint i = 0; i < 40; i++) {
    buffer = pull (&q);
    assert_written (buffer);
    gst_buffer_unref (buffer);
  }
  tear_down (&q);

  set_up (&q, &gst_zc_v4l2_way_export, 4);
  for (guint i = 0; i < 40; i++)
    fail_unless_equals_int (gst_zc_v4l2_slots_grow (q.slots), 0);
  for (guint i = 0; i < 50; i++) {
    buffer = pull (&q);
    assert_written (buffer);
    gst_zc_v4l2_slots_put (q.slots, buffer);
  }
  tear_down (&q);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (each_dmabuf_is_attached_once_in_any_order),
    RUNNER_TEST (pages_are_pinned_once_in_any_order),
    RUNNER_TEST (two_hundred_streams_leave_no_dmabuf),
    RUNNER_TEST (buffers_go_on_in_the_next_stream_and_on_another_device),
    RUNNER_TEST (an_output_shows_what_is_pushed_and_gives_it_back),
    RUNNER_TEST (an_output_goes_on_after_a_refusal),
    RUNNER_TEST (new_pages_at_an_old_address_get_the_new_frames),
    RUNNER_TEST (without_remove_bufs_new_pages_get_the_new_frames),
    RUNNER_TEST (without_anything_new_pages_get_the_new_frames),
    RUNNER_TEST (the_kernel_lets_a_dmabuf_go_with_its_memory),
    RUNNER_TEST (without_remove_bufs_the_kernel_lets_a_dmabuf_go),
    RUNNER_TEST (there_may_be_more_than_32_buffers))
