/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "heap-kernel.h"

#include <errno.h>
#include <grp.h>

#define PAGE 4096

/* Which cause each errno stands for. EINTR and EAGAIN restart the call. */
static const struct {
  int error;
  GstZcError code;
} errors[] = {
  { EACCES, GST_ZC_ERROR_PERMISSION },
  { EPERM, GST_ZC_ERROR_PERMISSION },
  { ENOENT, GST_ZC_ERROR_NOT_FOUND },
  { ENODEV, GST_ZC_ERROR_NOT_FOUND },
  { ENXIO, GST_ZC_ERROR_NOT_FOUND },
  { EBUSY, GST_ZC_ERROR_BUSY },
  { ENOMEM, GST_ZC_ERROR_NO_MEMORY },
  { ENOSPC, GST_ZC_ERROR_NO_MEMORY },
  { EMFILE, GST_ZC_ERROR_NO_MEMORY },
  { ENFILE, GST_ZC_ERROR_NO_MEMORY },
  { EINVAL, GST_ZC_ERROR_INVALID },
  { EBADF, GST_ZC_ERROR_INVALID },
  { EFBIG, GST_ZC_ERROR_TOO_LARGE },
  { ENOTTY, GST_ZC_ERROR_NOT_SUPPORTED },
  { ENOSYS, GST_ZC_ERROR_NOT_SUPPORTED },
  { EOPNOTSUPP, GST_ZC_ERROR_NOT_SUPPORTED },
  { ETIMEDOUT, GST_ZC_ERROR_TIMED_OUT },
  { EIO, GST_ZC_ERROR_FAILED },
  { EFAULT, GST_ZC_ERROR_FAILED },
  { EBADFD, GST_ZC_ERROR_FAILED },
};

/* Where to look for what is missing, in words. */
static const struct {
  int error;
  const char *cure;
} cures[] = {
  { EMFILE, "ulimit -n" },
  { ENFILE, "fs.file-max" },
  { EBUSY, "fuser -v" },
};

static GstZcHeap *
system_heap (void)
{
  return gst_zc_heap_new_dma_heap ("system");
}

static GstZcHeap *
cma_heap (void)
{
  return gst_zc_heap_new_dma_heap ("reserved");
}

static GstZcHeap *
card (void)
{
  GstZcHeap *heap = gst_zc_heap_new_dumb ("/dev/dri/card0", NULL);

  fail_unless (heap != NULL);
  return heap;
}

/* One that is opened when it is needed, as all are in a list. */
static GstZcHeap *
closed_card (void)
{
  GstZcHeap *heap = NULL;
  GList *list;

  list = gst_zc_heap_list ();
  for (GList *l = list; l; l = l->next)
    if (strcmp (gst_zc_heap_get_name (l->data), "card0") == 0)
      heap = g_object_ref (l->data);
  g_list_free_full (list, g_object_unref);
  fail_unless (heap != NULL);
  return heap;
}

static GstZcHeap *
video (void)
{
  return gst_zc_heap_new_v4l2 ("/dev/video0");
}

static GstZcHeap *
anonymous (void)
{
  return gst_zc_heap_new_user (GST_ZC_USER_MEMORY_ANONYMOUS);
}

static GstZcHeap *
memfd (void)
{
  return gst_zc_heap_new_user (GST_ZC_USER_MEMORY_MEMFD);
}

/* --- each errno of each step -------------------------------------------- */

static void
assert_error (GstZcHeap *heap, GError *error, const char *step, guint i)
{
  const char *path = gst_zc_heap_get_path (heap);
  g_autofree char *number = g_strdup_printf ("(errno %d)", errors[i].error);

  fail_unless (error != NULL, "%s: no error %d", step, errors[i].error);
  fail_unless (g_error_matches (error, GST_ZC_ERROR, errors[i].code),
      "%s, %s: code %d", step, error->message, error->code);
  fail_unless (strstr (error->message, gst_zc_heap_get_name (heap)) != NULL);
  fail_unless (
      !path || strstr (error->message, path) != NULL, "%s", error->message);
  fail_unless (strstr (error->message, number) != NULL, "%s", error->message);
  for (guint j = 0; j < G_N_ELEMENTS (cures); j++)
    fail_unless (cures[j].error != errors[i].error ||
                     strstr (error->message, cures[j].cure) != NULL,
        "%s", error->message);
}

/* An errno that means something else at that step. */
static gboolean
is_no_failure (const char *step, int error)
{
  return strcmp (step, "VIDIOC_CREATE_BUFS") == 0 && error == ENOTTY;
}

static void
fail_once (GstZcHeap *(*make) (void), const char *step, guint i)
{
  g_autoptr (GError) error = NULL;
  unsigned fds = fds_count ();
  GstZcHeap *heap;
  guint n_open;

  kernel_set_up ();
  heap = make ();
  n_open = kernel_n_open ();
  kernel_fail (step, errors[i].error);
  fail_unless (gst_zc_heap_alloc (heap, 3 * PAGE, &error) == NULL, "%s", step);
  assert_error (heap, error, step, i);
  fail_unless_equals_int (kernel_n_open (), n_open);
  fail_unless_equals_int (kernel_n_dmabufs (), 0);
  fail_unless_equals_int (kernel_n_handles (), 0);
  fail_unless_equals_int (kernel_n_buffers (), 0);
  fail_unless_equals_int (kernel_n_mappings (), 0);
  g_object_unref (heap);
  fail_unless_equals_int (kernel_n_open (), 0);
  fail_unless_equals_int (fds_count (), fds);
}

static void
assert_each_errno (GstZcHeap *(*make) (void), const char *step)
{
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    if (!is_no_failure (step, errors[i].error))
      fail_once (make, step, i);
}

GST_START_TEST (each_errno_of_a_dma_heap_comes_out)
{
  assert_each_errno (system_heap, "open /dev/dma_heap/system");
  assert_each_errno (system_heap, "DMA_HEAP_IOCTL_ALLOC");
  assert_each_errno (system_heap, "lseek");
  assert_each_errno (cma_heap, "DMA_HEAP_IOCTL_ALLOC");
}
GST_END_TEST;

GST_START_TEST (each_errno_of_udmabuf_comes_out)
{
  assert_each_errno (gst_zc_heap_new_udmabuf, "memfd_create");
  assert_each_errno (gst_zc_heap_new_udmabuf, "ftruncate");
  assert_each_errno (gst_zc_heap_new_udmabuf, "F_ADD_SEALS");
  assert_each_errno (gst_zc_heap_new_udmabuf, "open /dev/udmabuf");
  assert_each_errno (gst_zc_heap_new_udmabuf, "UDMABUF_CREATE");
  assert_each_errno (gst_zc_heap_new_udmabuf, "lseek");
}
GST_END_TEST;

GST_START_TEST (each_errno_of_a_card_comes_out)
{
  assert_each_errno (closed_card, "open /dev/dri/card0");
  assert_each_errno (card, "DRM_IOCTL_MODE_CREATE_DUMB");
  assert_each_errno (card, "DRM_IOCTL_PRIME_HANDLE_TO_FD");
  assert_each_errno (card, "lseek");
}
GST_END_TEST;

GST_START_TEST (each_errno_of_a_video_device_comes_out)
{
  assert_each_errno (video, "open /dev/video0");
  assert_each_errno (video, "VIDIOC_QUERYCAP");
  assert_each_errno (video, "VIDIOC_G_FMT");
  assert_each_errno (video, "VIDIOC_CREATE_BUFS");
  assert_each_errno (video, "VIDIOC_EXPBUF");
  assert_each_errno (video, "lseek");
}
GST_END_TEST;

GST_START_TEST (each_errno_of_user_memory_comes_out)
{
  assert_each_errno (anonymous, "mmap");
  assert_each_errno (memfd, "memfd_create");
  assert_each_errno (memfd, "ftruncate");
  assert_each_errno (memfd, "mmap memfd");
}
GST_END_TEST;

/* The constructors of cards, which have no heap to show for it. */
GST_START_TEST (each_errno_of_finding_out_comes_out)
{
  static const char *steps[] = { "open /dev/dri/card0", "DRM_IOCTL_GET_CAP" };

  for (guint s = 0; s < G_N_ELEMENTS (steps); s++) {
    for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
      g_autoptr (GError) error = NULL;

      kernel_set_up ();
      kernel_fail (steps[s], errors[i].error);
      fail_unless (gst_zc_heap_new_dumb ("/dev/dri/card0", &error) == NULL);
      fail_unless (g_error_matches (error, GST_ZC_ERROR, errors[i].code));
      fail_unless (strstr (error->message, "/dev/dri/card0") != NULL);
      fail_unless_equals_int (kernel_n_open (), 0);
    }
  }
}
GST_END_TEST;

static void
assert_check_fails (GstZcHeap *(*make) (void), const char *step)
{
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    g_autoptr (GError) error = NULL;
    GstZcHeap *heap;

    kernel_set_up ();
    heap = make ();
    kernel_fail (step, errors[i].error);
    fail_unless (!gst_zc_heap_check (heap, &error), "%s", step);
    assert_error (heap, error, step, i);
    kernel_fail (NULL, 0);
    fail_unless (gst_zc_heap_check (heap, NULL), "%s", step);
    g_object_unref (heap);
    fail_unless_equals_int (kernel_n_open (), 0);
  }
}

GST_START_TEST (each_errno_of_a_check_comes_out)
{
  assert_check_fails (system_heap, "open /dev/dma_heap/system");
  assert_check_fails (gst_zc_heap_new_udmabuf, "open /dev/udmabuf");
  assert_check_fails (closed_card, "open /dev/dri/card0");
  assert_check_fails (card, "DRM_IOCTL_GET_CAP");
  assert_check_fails (video, "open /dev/video0");
  assert_check_fails (video, "VIDIOC_QUERYCAP");
}
GST_END_TEST;

/* --- cures -------------------------------------------------------------- */

static char *
message_of (GstZcHeap *(*make) (void), const char *step, int error)
{
  g_autoptr (GError) failure = NULL;
  GstZcHeap *heap = make ();
  char *text;

  kernel_fail (step, error);
  fail_unless (gst_zc_heap_alloc (heap, 3 * PAGE, &failure) == NULL);
  text = g_strdup (failure->message);
  g_object_unref (heap);
  kernel_fail (NULL, 0);
  return text;
}

static void
assert_words (
    GstZcHeap *(*make) (void), const char *step, int error, const char *words)
{
  g_autofree char *text = NULL;

  text = message_of (make, step, error);
  fail_unless (strstr (text, words) != NULL, "%s", text);
}

static const struct {
  GstZcHeap *(*make) (void);
  const char *open;
  const char *rule;
  const char *missing;
} nodes[] = {
  { system_heap, "open /dev/dma_heap/system", "SUBSYSTEM==\"dma_heap\"",
      "CONFIG_DMABUF_HEAPS_SYSTEM" },
  { cma_heap, "open /dev/dma_heap/reserved", "SUBSYSTEM==\"dma_heap\"",
      "cma=64M" },
  { gst_zc_heap_new_udmabuf, "open /dev/udmabuf", "KERNEL==\"udmabuf\"",
      "modprobe udmabuf" },
  { closed_card, "open /dev/dri/card0", "SUBSYSTEM==\"drm\"", "/dev/dri" },
  { video, "open /dev/video0", "SUBSYSTEM==\"video4linux\"", "/dev/video*" },
};

GST_START_TEST (a_group_that_may_is_named)
{
  g_autofree char *words = NULL;

  kernel_set_up ();
  words = g_strdup_printf ("usermod -aG %s", getgrgid (kernel.gid)->gr_name);
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++) {
    kernel_set_up ();
    assert_words (nodes[i].make, nodes[i].open, EACCES, words);
  }
}
GST_END_TEST;

/* Being in the group cures nothing for those who are. */
GST_START_TEST (where_the_mode_is_not_the_cause_a_sandbox_is_named)
{
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++) {
    g_autofree char *words = g_strconcat (
        "--device=", nodes[i].open + strlen ("open "), NULL);

    kernel_set_up ();
    assert_words (nodes[i].make, nodes[i].open, EPERM, words);
    kernel.uid = 0;
    assert_words (nodes[i].make, nodes[i].open, EACCES, words);
    kernel.uid = 1000;
    kernel.egid = kernel.gid;
    assert_words (nodes[i].make, nodes[i].open, EACCES, words);
    kernel.egid = 1000;
    kernel.group = kernel.gid;
    assert_words (nodes[i].make, nodes[i].open, EACCES, words);
    kernel.mode = 0600;
    assert_words (nodes[i].make, nodes[i].open, EACCES, nodes[i].rule);
  }
}
GST_END_TEST;

GST_START_TEST (where_no_group_may_there_is_a_udev_rule)
{
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++) {
    kernel_set_up ();
    kernel.mode = 0600;
    assert_words (nodes[i].make, nodes[i].open, EACCES, nodes[i].rule);
    kernel.mode = 0640;
    assert_words (nodes[i].make, nodes[i].open, EACCES, nodes[i].rule);
    kernel.mode = 0660;
    kernel.gid = 0;
    assert_words (nodes[i].make, nodes[i].open, EACCES, nodes[i].rule);
  }
}
GST_END_TEST;

GST_START_TEST (what_is_missing_says_what_brings_it)
{
  static const int gone[] = { ENOENT, ENODEV, ENXIO };

  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    for (guint j = 0; j < G_N_ELEMENTS (gone); j++) {
      kernel_set_up ();
      assert_words (nodes[i].make, nodes[i].open, gone[j], nodes[i].missing);
    }
}
GST_END_TEST;

GST_START_TEST (what_is_used_up_says_what_to_do)
{
  kernel_set_up ();
  assert_words (cma_heap, "DMA_HEAP_IOCTL_ALLOC", ENOMEM, "cma=256M");
  assert_words (
      system_heap, "DMA_HEAP_IOCTL_ALLOC", ENOMEM, "fewer or smaller");
  assert_words (
      gst_zc_heap_new_udmabuf, "UDMABUF_CREATE", ENOMEM, "fewer or smaller");
  assert_words (
      gst_zc_heap_new_udmabuf, "UDMABUF_CREATE", EINVAL, "size_limit_mb");
  assert_words (card, "DRM_IOCTL_MODE_CREATE_DUMB", ENOMEM, "cma=256M");
  assert_words (video, "VIDIOC_CREATE_BUFS", ENOMEM, "cma=256M");
  assert_words (anonymous, "mmap", ENOMEM, "fewer or smaller");
  assert_words (memfd, "ftruncate", ENOMEM, "fewer or smaller");
}
GST_END_TEST;

GST_START_TEST (what_is_something_else_says_so)
{
  kernel_set_up ();
  assert_words (system_heap, "DMA_HEAP_IOCTL_ALLOC", ENOTTY, "is no dma-heap");
  assert_words (
      gst_zc_heap_new_udmabuf, "UDMABUF_CREATE", ENOTTY, "is no udmabuf");
  assert_words (card, "DRM_IOCTL_MODE_CREATE_DUMB", EACCES, "render node");
  assert_words (
      closed_card, "DRM_IOCTL_MODE_CREATE_DUMB", ENOSYS, "has no dumb buffers");
  assert_words (video, "VIDIOC_QUERYCAP", ENOTTY, "is no video device");
}
GST_END_TEST;

/* No driver should; nobody may write behind the end. */
GST_START_TEST (a_dma_buf_that_is_too_small_is_refused)
{
  static GstZcHeap *(*const makers[]) (
      void) = { system_heap, gst_zc_heap_new_udmabuf, card, video };

  for (guint i = 0; i < G_N_ELEMENTS (makers); i++) {
    g_autoptr (GError) error = NULL;
    GstZcHeap *heap;

    kernel_set_up ();
    kernel.dmabuf_size = 2 * PAGE;
    heap = makers[i]();
    fail_unless_equals_int (
        gst_zc_heap_export (heap, 2 * PAGE + 1, NULL, &error), -1);
    fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_TOO_LARGE));
    fail_unless_equals_int (kernel_n_dmabufs (), 0);
    g_object_unref (heap);
  }
}
GST_END_TEST;

GST_START_TEST (what_is_no_card_cannot_be_borrowed)
{
  g_autoptr (GError) error = NULL;

  kernel_set_up ();
  fail_unless (gst_zc_heap_new_dumb_for_fd (-1, &error) == NULL);
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID));
  fail_unless (strstr (error->message, "-1") != NULL);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (each_errno_of_a_dma_heap_comes_out),
    RUNNER_TEST (each_errno_of_udmabuf_comes_out),
    RUNNER_TEST (each_errno_of_a_card_comes_out),
    RUNNER_TEST (each_errno_of_a_video_device_comes_out),
    RUNNER_TEST (each_errno_of_user_memory_comes_out),
    RUNNER_TEST (each_errno_of_finding_out_comes_out),
    RUNNER_TEST (each_errno_of_a_check_comes_out),
    RUNNER_TEST (a_group_that_may_is_named),
    RUNNER_TEST (where_the_mode_is_not_the_cause_a_sandbox_is_named),
    RUNNER_TEST (where_no_group_may_there_is_a_udev_rule),
    RUNNER_TEST (what_is_missing_says_what_brings_it),
    RUNNER_TEST (what_is_used_up_says_what_to_do),
    RUNNER_TEST (what_is_something_else_says_so),
    RUNNER_TEST (a_dma_buf_that_is_too_small_is_refused),
    RUNNER_TEST (what_is_no_card_cannot_be_borrowed))
