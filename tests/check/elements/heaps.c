/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/display.h"
#include "../helpers/dmabufs.h"
#include "../helpers/fds.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include "gst-libs/allocators/zerocopy.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <gst/allocators/allocators.h>
#include <grp.h>
#include <linux/dma-buf.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xf86drm.h>

#define PAGE 4096
#define N_BUFFERS 3

#ifndef DMA_BUF_MAGIC
#define DMA_BUF_MAGIC 0x444d4142
#endif

/* --- the heaps ---------------------------------------------------------- */

/* All of the machine that make dma-bufs, the camera too. */
static GList *
all_heaps (void)
{
  GList *heaps = gst_zc_heap_list (), *next;

  for (GList *l = heaps; l; l = next) {
    next = l->next;
    if (!(gst_zc_heap_get_flags (l->data) & GST_ZC_HEAP_DMABUF)) {
      g_object_unref (l->data);
      heaps = g_list_delete_link (heaps, l);
    }
  }
  heaps = g_list_append (heaps, gst_zc_heap_new_v4l2 (vivid_path ()));
  fail_unless (g_list_length (heaps) >= 4);
  return heaps;
}

static GstZcHeap *
find (GList *heaps, const char *name)
{
  for (; heaps; heaps = heaps->next)
    if (strcmp (gst_zc_heap_get_name (heaps->data), name) == 0)
      return heaps->data;
  return NULL;
}

static int
export_from (GstZcHeap *heap, gsize size, gsize *actual)
{
  g_autoptr (GError) error = NULL;
  int fd = gst_zc_heap_export (heap, size, actual, &error);

  fail_unless (fd >= 0, "%s", error ? error->message : "no error");
  return fd;
}

static void
sync_access (int fd, guint64 flags)
{
  struct dma_buf_sync sync = { .flags = flags | DMA_BUF_SYNC_RW };

  fail_unless_equals_int (ioctl (fd, DMA_BUF_IOCTL_SYNC, &sync), 0);
}

static guint8 *
begin (int fd, gsize size)
{
  guint8 *data = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

  fail_unless (data != MAP_FAILED);
  sync_access (fd, DMA_BUF_SYNC_START);
  return data;
}

static void
end (int fd, guint8 *data, gsize size)
{
  sync_access (fd, DMA_BUF_SYNC_END);
  munmap (data, size);
}

/* Whether every byte is VALUE. */
static gboolean
is_all (const guint8 *data, gsize size, guint8 value)
{
  return data[0] == value && memcmp (data, data + 1, size - 1) == 0;
}

GST_START_TEST (each_heap_gives_whole_pages_of_a_dma_buf)
{
  static const gsize sizes[] = { 1, PAGE, PAGE + 1, 1000000 };
  g_autolist (GstZcHeap) heaps = all_heaps ();

  for (GList *l = heaps; l; l = l->next) {
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
      gsize actual = 0;
      int fd = export_from (l->data, sizes[i], &actual);
      struct statfs fs;

      fail_unless (actual >= sizes[i] && actual % PAGE == 0);
      fail_unless_equals_int (lseek (fd, 0, SEEK_END), actual);
      fail_unless_equals_int (fstatfs (fd, &fs), 0);
      fail_unless_equals_int_hex (fs.f_type, DMA_BUF_MAGIC);
      fail_unless_equals_int (fcntl (fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
      fail_unless_equals_int (fcntl (fd, F_GETFL) & O_ACCMODE, O_RDWR);
      close (fd);
    }
  }
}
GST_END_TEST;

GST_START_TEST (the_cpu_writes_into_each_heap)
{
  g_autolist (GstZcHeap) heaps = all_heaps ();

  for (GList *l = heaps; l; l = l->next) {
    gsize size;
    int fd = export_from (l->data, 100000, &size);
    guint8 *data = begin (fd, size);

    memset (data, 0xa5, size);
    end (fd, data, size);
    data = begin (fd, size);
    fail_unless (
        is_all (data, size, 0xa5), "%s", gst_zc_heap_get_name (l->data));
    end (fd, data, size);
    close (fd);
  }
}
GST_END_TEST;

/* Of what a heap gives by itself; heaps for tests have patterns instead. */
GST_START_TEST (new_memory_is_zeros)
{
  g_autolist (GstZcHeap) heaps = gst_zc_heap_list ();

  for (GList *l = heaps; l; l = l->next) {
    GstMemory *memory = NULL;
    GstMapInfo map;

    if (gst_zc_heap_get_flags (l->data) & GST_ZC_HEAP_BY_NAME_ONLY)
      continue;
    memory = gst_zc_heap_alloc (l->data, 100000, NULL);
    fail_unless (memory != NULL, "%s", gst_zc_heap_get_name (l->data));
    fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
    fail_unless (map.size >= 100000 && map.maxsize % PAGE == 0);
    fail_unless (is_all (map.data, map.size, 0));
    fail_unless_equals_int (gst_is_dmabuf_memory (memory),
        !!(gst_zc_heap_get_flags (l->data) & GST_ZC_HEAP_DMABUF));
    gst_memory_unmap (memory, &map);
    gst_memory_unref (memory);
  }
}
GST_END_TEST;

/* --- a camera as the importer ------------------------------------------- */

struct camera {
  int fd;
  gsize size; /* of its pictures */
  enum v4l2_memory memory;
};

static void
camera_ioctl (struct camera *camera, unsigned long request, void *arg)
{
  fail_unless (ioctl (camera->fd, request, arg) == 0, "%s", g_strerror (errno));
}

static void
camera_open (struct camera *camera, enum v4l2_memory memory)
{
  struct v4l2_format format;
  struct v4l2_requestbuffers request = {
    .count = N_BUFFERS,
    .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
    .memory = memory,
  };

  vivid_get_format (&format);
  camera->fd = vivid_open ();
  camera->size = format.fmt.pix.sizeimage;
  camera->memory = memory;
  camera_ioctl (camera, VIDIOC_REQBUFS, &request);
  fail_unless_equals_int (request.count, N_BUFFERS);
}

static void
camera_queue (
    struct camera *camera, guint index, int fd, void *data, gsize size)
{
  struct v4l2_buffer buffer = {
    .index = index,
    .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
    .memory = camera->memory,
    .length = size,
  };

  if (camera->memory == V4L2_MEMORY_DMABUF)
    buffer.m.fd = fd;
  else
    buffer.m.userptr = (unsigned long) data;
  camera_ioctl (camera, VIDIOC_QBUF, &buffer);
}

/* The index of the buffer that the first picture is in. */
static guint
camera_capture (struct camera *camera)
{
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  struct v4l2_buffer buffer = { .type = type, .memory = camera->memory };
  struct pollfd poll_fd = { .fd = camera->fd, .events = POLLIN };

  camera_ioctl (camera, VIDIOC_STREAMON, &type);
  fail_unless_equals_int (poll (&poll_fd, 1, 10000), 1);
  camera_ioctl (camera, VIDIOC_DQBUF, &buffer);
  fail_if (buffer.flags & V4L2_BUF_FLAG_ERROR);
  camera_ioctl (camera, VIDIOC_STREAMOFF, &type);
  close (camera->fd);
  return buffer.index;
}

static void
assert_camera_writes_into (GstZcHeap *heap)
{
  int fds[N_BUFFERS];
  struct camera camera;
  struct v4l2_format format;
  guint8 *data;
  gsize size;
  guint index;

  /* first, because the camera may be the heap */
  vivid_get_format (&format);
  for (guint i = 0; i < N_BUFFERS; i++) {
    fds[i] = export_from (heap, format.fmt.pix.sizeimage, &size);
    data = begin (fds[i], size);
    memset (data, 0xa5, size);
    end (fds[i], data, size);
  }
  camera_open (&camera, V4L2_MEMORY_DMABUF);
  for (guint i = 0; i < N_BUFFERS; i++)
    camera_queue (&camera, i, fds[i], NULL, size);
  index = camera_capture (&camera);

  data = begin (fds[index], size);
  fail_if (is_all (data, camera.size, 0xa5), "%s", gst_zc_heap_get_name (heap));
  end (fds[index], data, size);
  for (guint i = 0; i < N_BUFFERS; i++)
    close (fds[i]);
}

GST_START_TEST (a_camera_writes_into_each_heap)
{
  g_autolist (GstZcHeap) heaps = all_heaps ();

  for (GList *l = heaps; l; l = l->next)
    assert_camera_writes_into (l->data);
}
GST_END_TEST;

static void
assert_camera_writes_into_user (GstZcUserMemory kind)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_user (kind);
  GstMemory *memory[N_BUFFERS];
  GstMapInfo map[N_BUFFERS];
  struct camera camera;
  guint index;

  camera_open (&camera, V4L2_MEMORY_USERPTR);
  for (guint i = 0; i < N_BUFFERS; i++) {
    memory[i] = gst_zc_heap_alloc (heap, camera.size, NULL);
    fail_unless (memory[i] != NULL);
    fail_unless (gst_memory_map (memory[i], &map[i], GST_MAP_READWRITE));
    memset (map[i].data, 0xa5, map[i].maxsize);
    camera_queue (&camera, i, -1, map[i].data, map[i].maxsize);
  }
  index = camera_capture (&camera);
  fail_if (is_all (map[index].data, camera.size, 0xa5));
  for (guint i = 0; i < N_BUFFERS; i++) {
    gst_memory_unmap (memory[i], &map[i]);
    gst_memory_unref (memory[i]);
  }
}

GST_START_TEST (a_camera_writes_into_user_memory)
{
  assert_camera_writes_into_user (GST_ZC_USER_MEMORY_ANONYMOUS);
  assert_camera_writes_into_user (GST_ZC_USER_MEMORY_MEMFD);
  assert_camera_writes_into_user (GST_ZC_USER_MEMORY_HUGEPAGES);
  assert_camera_writes_into_user (
      GST_ZC_USER_MEMORY_MEMFD | GST_ZC_USER_MEMORY_HUGEPAGES);
}
GST_END_TEST;

/* --- a display ---------------------------------------------------------- */

GST_START_TEST (a_display_imports_each_heap)
{
  g_autolist (GstZcHeap) heaps = all_heaps ();
  struct display display;

  display_open (&display);
  for (GList *l = heaps; l; l = l->next) {
    int fd = export_from (l->data, 64 * 64 * 4, NULL);
    uint32_t handle = 0;

    fail_unless (drmPrimeFDToHandle (display.fd, fd, &handle) == 0, "%s: %s",
        gst_zc_heap_get_name (l->data), g_strerror (errno));
    drmCloseBufferHandle (display.fd, handle);
    close (fd);
  }
  display_close (&display);
}
GST_END_TEST;

GST_START_TEST (a_picture_is_laid_out_for_the_display)
{
  struct display display;
  GstZcHeap *heap;
  uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 }, fb;
  guint stride = 0;
  gsize size = 0;
  int fd;

  display_open (&display);
  heap = gst_zc_heap_new_dumb (display.path, NULL);
  fail_unless (heap != NULL);
  fd = gst_zc_heap_export_picture (heap, 700, 480, 32, &stride, &size, NULL);
  fail_unless (fd >= 0);
  fail_unless (stride >= 700 * 4);
  fail_unless (size >= (gsize) stride * 480);
  fail_unless_equals_int (drmPrimeFDToHandle (display.fd, fd, handles), 0);
  pitches[0] = stride;
  fail_unless_equals_int (
      drmModeAddFB2 (display.fd, 700, 480, DRM_FORMAT_XRGB8888, handles,
          pitches, offsets, &fb, 0),
      0);
  drmModeRmFB (display.fd, fb);
  close (fd);
  g_object_unref (heap);
  display_close (&display);
}
GST_END_TEST;

/* Whoever comes next may become it, which nobody could if someone were. */
GST_START_TEST (nobody_is_master_after_listing)
{
  g_autolist (GstZcHeap) heaps = gst_zc_heap_list ();
  struct display display;
  g_autoptr (GstZcHeap) heap = NULL;

  display_open (&display);
  heap = gst_zc_heap_new_dumb (display.path, NULL);
  fail_unless (heap != NULL);
  close (export_from (heap, PAGE, NULL));
  fail_unless (find (heaps, gst_zc_heap_get_name (heap)) != NULL);
  display_become_master (&display);
  display_close (&display);
}
GST_END_TEST;

GST_START_TEST (a_master_stays_it)
{
  struct display display;
  g_autoptr (GstZcHeap) borrowed = NULL;
  g_autolist (GstZcHeap) heaps = NULL;

  display_open (&display);
  display_become_master (&display);
  heaps = gst_zc_heap_list ();
  borrowed = gst_zc_heap_new_dumb_for_fd (display.fd, NULL);
  fail_unless (borrowed != NULL);
  fail_unless_equals_string (gst_zc_heap_get_path (borrowed), display.path);
  close (export_from (borrowed, PAGE, NULL));
  fail_unless (drmIsMaster (display.fd));
  display_close (&display);
}
GST_END_TEST;

/* --- the list and the choice -------------------------------------------- */

GST_START_TEST (the_list_has_all_heaps_of_the_machine)
{
  g_autolist (GstZcHeap) heaps = gst_zc_heap_list ();
  char card[64];

  fail_unless (devices_find_card (card, sizeof (card)));
  fail_unless (find (heaps, "system") != NULL);
  fail_unless (find (heaps, "udmabuf") != NULL);
  fail_unless (find (heaps, strrchr (card, '/') + 1) != NULL);
  fail_unless (find (heaps, "user") != NULL);
  for (GList *l = heaps; l; l = l->next) {
    g_autoptr (GError) error = NULL;

    fail_unless (gst_zc_heap_check (l->data, &error), "%s",
        error ? error->message : "no error");
  }
}
GST_END_TEST;

GST_START_TEST (a_camera_is_given_the_system_heap)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;
  g_autoptr (GstZcHeap) heap = gst_zc_heap_choose (
      1 << 20, GST_ZC_HEAP_DMABUF, GST_MAP_READ, NULL, &why, &error);

  fail_unless (heap != NULL, "%s", error ? error->message : "no error");
  fail_unless_equals_string (gst_zc_heap_get_name (heap), "system");
  fail_unless (strstr (why, "`udmabuf`") != NULL, "%s", why);
  assert_camera_writes_into (heap);
}
GST_END_TEST;

GST_START_TEST (without_contiguous_memory_it_says_how_to_boot)
{
  g_autoptr (GError) error = NULL;

  fail_unless (
      gst_zc_heap_choose (1 << 20, GST_ZC_HEAP_DMABUF | GST_ZC_HEAP_CONTIGUOUS,
          0, NULL, NULL, &error) == NULL);
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_FOUND));
  fail_unless (strstr (error->message, "cma=") != NULL, "%s", error->message);
}
GST_END_TEST;

/* --- what is left ------------------------------------------------------- */

GST_START_TEST (thousand_allocations_leave_nothing)
{
  unsigned dmabufs = dmabufs_count (), fds = fds_count ();
  GList *heaps = all_heaps ();

  for (GList *l = heaps; l; l = l->next)
    for (guint i = 0; i < 1000; i++)
      close (export_from (l->data, 3 * PAGE, NULL));
  g_list_free_full (heaps, g_object_unref);
  fail_unless_equals_int (fds_count (), fds);
  fail_unless_equals_int (dmabufs_settle (dmabufs), dmabufs);
}
GST_END_TEST;

GST_START_TEST (thousand_memories_of_a_process_leave_nothing)
{
  unsigned fds = fds_count ();

  for (guint i = 0; i < 1000; i++) {
    g_autoptr (GstZcHeap) heap = gst_zc_heap_new_user (
        i % 2 ? GST_ZC_USER_MEMORY_MEMFD : GST_ZC_USER_MEMORY_ANONYMOUS);

    gst_memory_unref (gst_zc_heap_alloc (heap, 3 * PAGE, NULL));
  }
  fail_unless_equals_int (fds_count (), fds);
}
GST_END_TEST;

/* Of a camera in particular, whose queue is given back at once. */
GST_START_TEST (a_dma_buf_outlives_its_heap)
{
  GList *heaps = all_heaps ();
  guint n = g_list_length (heaps), i = 0;
  g_autofree int *fds = g_new0 (int, n);

  for (GList *l = heaps; l; l = l->next)
    fds[i++] = export_from (l->data, PAGE, NULL);
  g_list_free_full (heaps, g_object_unref);
  close (vivid_occupy ());

  for (i = 0; i < n; i++) {
    guint8 *data = begin (fds[i], PAGE);

    memset (data, 0x5a, PAGE);
    end (fds[i], data, PAGE);
    close (fds[i]);
  }
}
GST_END_TEST;

/* --- threads ------------------------------------------------------------ */

#define N_THREADS 8

/* Starts all threads at once. */
struct crowd {
  GMutex lock;
  GCond cond;
  guint n_waiting;
  GstZcHeap *card;
};

static void
wait_for_all (struct crowd *crowd)
{
  g_mutex_lock (&crowd->lock);
  crowd->n_waiting++;
  g_cond_broadcast (&crowd->cond);
  while (crowd->n_waiting < N_THREADS)
    g_cond_wait (&crowd->cond, &crowd->lock);
  g_mutex_unlock (&crowd->lock);
}

static gpointer
use_heaps (gpointer user_data)
{
  struct crowd *crowd = user_data;

  wait_for_all (crowd);
  for (guint i = 0; i < 20; i++) {
    g_autolist (GstZcHeap) heaps = NULL;
    g_autoptr (GstZcHeap) chosen = NULL;

    close (export_from (crowd->card, PAGE, NULL));
    heaps = gst_zc_heap_list ();
    fail_unless (find (heaps, gst_zc_heap_get_name (crowd->card)) != NULL);
    chosen = gst_zc_heap_choose (
        PAGE, GST_ZC_HEAP_DMABUF | GST_ZC_HEAP_SCANOUT, 0, NULL, NULL, NULL);
    fail_unless (chosen != NULL);
    close (export_from (chosen, PAGE, NULL));
  }
  return NULL;
}

/* The card of a list is opened by whoever needs it first: once. */
GST_START_TEST (threads_share_a_card_that_is_opened_late)
{
  struct crowd crowd = { .n_waiting = 0 };
  unsigned dmabufs = dmabufs_count (), fds = fds_count ();
  GList *heaps = gst_zc_heap_list ();
  GThread *threads[N_THREADS];
  char card[64];

  fail_unless (devices_find_card (card, sizeof (card)));
  crowd.card = find (heaps, strrchr (card, '/') + 1);
  fail_unless (crowd.card != NULL);
  fail_unless_equals_int (fds_count (), fds);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("heaps", use_heaps, &crowd);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  fail_unless_equals_int (fds_count (), fds + 1);
  g_list_free_full (heaps, g_object_unref);
  fail_unless_equals_int (fds_count (), fds);
  fail_unless_equals_int (dmabufs_settle (dmabufs), dmabufs);
}
GST_END_TEST;

/* --- errors of the real kernel ------------------------------------------ */

static void
assert_error (GError *error, GstZcError code, const char *words)
{
  fail_unless (error != NULL);
  fail_unless (g_error_matches (error, GST_ZC_ERROR, code), "code %d: %s",
      error->code, error->message);
  fail_unless (strstr (error->message, words) != NULL, "%s", error->message);
}

GST_START_TEST (a_camera_in_use_is_busy)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_v4l2 (vivid_path ());
  g_autoptr (GError) error = NULL;
  int fd = vivid_occupy ();

  fail_unless_equals_int (gst_zc_heap_export (heap, PAGE, NULL, &error), -1);
  assert_error (error, GST_ZC_ERROR_BUSY, vivid_path ());
  close (fd);
  close (export_from (heap, PAGE, NULL));
}
GST_END_TEST;

static void
set_udmabuf_limit (const char *mb)
{
  int fd = open ("/sys/module/udmabuf/parameters/size_limit_mb", O_WRONLY);

  fail_unless (fd >= 0);
  fail_unless_equals_int (write (fd, mb, strlen (mb)), strlen (mb));
  close (fd);
}

GST_START_TEST (the_limit_of_udmabuf_is_known)
{
  g_autoptr (GstZcHeap) before = NULL, after = NULL;
  g_autoptr (GError) error = NULL, kernels_error = NULL;

  set_udmabuf_limit ("4");
  before = gst_zc_heap_new_udmabuf ();
  fail_unless_equals_uint64 (gst_zc_heap_get_max_size (before), 4 << 20);
  set_udmabuf_limit ("1");
  after = gst_zc_heap_new_udmabuf ();
  close (export_from (after, 1 << 20, NULL));
  fail_unless_equals_int (
      gst_zc_heap_export (after, (1 << 20) + 1, NULL, &error), -1);
  assert_error (error, GST_ZC_ERROR_TOO_LARGE, "udmabuf.size_limit_mb");
  fail_unless_equals_int (
      gst_zc_heap_export (before, 2 << 20, NULL, &kernels_error), -1);
  assert_error (kernels_error, GST_ZC_ERROR_INVALID, "size_limit_mb");
}
GST_END_TEST;

GST_START_TEST (what_is_no_heap_says_so)
{
  g_autoptr (GstZcHeap) none = gst_zc_heap_new_dma_heap ("none");
  g_autoptr (GstZcHeap) null = gst_zc_heap_new_v4l2 ("/dev/null");
  g_autoptr (GError) error = NULL, card_error = NULL, fd_error = NULL;
  g_autoptr (GError) video_error = NULL;
  int fd = open ("/dev/null", O_RDWR | O_CLOEXEC);

  fail_unless (!gst_zc_heap_check (none, &error));
  assert_error (error, GST_ZC_ERROR_NOT_FOUND, "/dev/dma_heap/none");
  fail_unless (!gst_zc_heap_check (null, &video_error));
  assert_error (video_error, GST_ZC_ERROR_NOT_SUPPORTED, "no video device");
  fail_unless (gst_zc_heap_new_dumb ("/dev/null", &card_error) == NULL);
  assert_error (card_error, GST_ZC_ERROR_NOT_SUPPORTED, "no DRM card");
  fail_unless (gst_zc_heap_new_dumb_for_fd (fd, &fd_error) == NULL);
  assert_error (fd_error, GST_ZC_ERROR_INVALID, "no primary node");
  close (fd);
}
GST_END_TEST;

/* In a process without rights, every heap that has a node fails its check with
 * WORDS; the status is that of the process. */
static int
check_as_nobody (const char *words)
{
  g_autolist (GstZcHeap) heaps = NULL;
  guint n = 0;

  runner_require (
      setgroups (0, NULL) == 0 && setgid (65534) == 0 && setuid (65534) == 0,
      "still root");
  heaps = gst_zc_heap_list ();
  for (GList *l = heaps; l; l = l->next) {
    g_autoptr (GError) error = NULL;

    if (!gst_zc_heap_get_path (l->data))
      continue;
    n++;
    runner_require (!gst_zc_heap_check (l->data, &error), "it may");
    runner_require (
        g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_PERMISSION) &&
            strstr (error->message, words),
        "%s", error->message);
  }
  runner_require (n >= 3, "only %u heaps are listed", n);
  return 0;
}

static void
assert_nobody_reads (const char *words)
{
  pid_t pid = fork ();
  int status = -1;

  if (pid == 0)
    _exit (check_as_nobody (words));
  fail_unless_equals_int (waitpid (pid, &status, 0), pid);
  fail_unless_equals_int (status, 0);
}

static void
give_nodes_away (mode_t mode, const char *name)
{
  g_autolist (GstZcHeap) heaps = gst_zc_heap_list ();
  struct group *group = getgrnam (name);

  fail_unless (group != NULL);
  for (GList *l = heaps; l; l = l->next) {
    const char *path = gst_zc_heap_get_path (l->data);

    fail_unless (!path || chown (path, 0, group->gr_gid) == 0);
    fail_unless (!path || chmod (path, mode) == 0);
  }
}

GST_START_TEST (without_permission_the_group_is_named)
{
  give_nodes_away (0660, "kvm");
  assert_nobody_reads ("usermod -aG kvm");
}
GST_END_TEST;

GST_START_TEST (where_root_alone_may_a_udev_rule_is_named)
{
  give_nodes_away (0600, "root");
  assert_nobody_reads ("GROUP=\"video\", MODE=\"0660\"");
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA | RUNNER_DISPLAY,
    RUNNER_TEST (each_heap_gives_whole_pages_of_a_dma_buf),
    RUNNER_TEST (the_cpu_writes_into_each_heap),
    RUNNER_TEST (new_memory_is_zeros),
    RUNNER_TEST (a_camera_writes_into_each_heap),
    RUNNER_TEST (a_camera_writes_into_user_memory),
    RUNNER_TEST (a_display_imports_each_heap),
    RUNNER_TEST (a_picture_is_laid_out_for_the_display),
    RUNNER_TEST (nobody_is_master_after_listing),
    RUNNER_TEST (a_master_stays_it),
    RUNNER_TEST (the_list_has_all_heaps_of_the_machine),
    RUNNER_TEST (a_camera_is_given_the_system_heap),
    RUNNER_TEST (without_contiguous_memory_it_says_how_to_boot),
    RUNNER_TEST (thousand_allocations_leave_nothing),
    RUNNER_TEST (thousand_memories_of_a_process_leave_nothing),
    RUNNER_TEST (a_dma_buf_outlives_its_heap),
    RUNNER_TEST (threads_share_a_card_that_is_opened_late),
    RUNNER_TEST (a_camera_in_use_is_busy),
    RUNNER_TEST (the_limit_of_udmabuf_is_known),
    RUNNER_TEST (what_is_no_heap_says_so),
    RUNNER_TEST (without_permission_the_group_is_named),
    RUNNER_TEST (where_root_alone_may_a_udev_rule_is_named))
