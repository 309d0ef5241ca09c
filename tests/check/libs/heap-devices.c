/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "heap-kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "gst-libs/allocators/gstzcsys.h"

#define PAGE 4096
#define CARD "/dev/dri/card0"
#define OPENED "open " CARD ", fstat, DRM_IOCTL_DROP_MASTER"
#define ASKED "DRM_IOCTL_GET_CAP, DRM_IOCTL_GET_CAP"
#define MADE                                                   \
  "DRM_IOCTL_MODE_CREATE_DUMB, DRM_IOCTL_PRIME_HANDLE_TO_FD, " \
  "DRM_IOCTL_MODE_DESTROY_DUMB, lseek"

static void
assert_steps (const char *steps)
{
  fail_unless_equals_string (kernel.steps->str, steps);
  g_string_truncate (kernel.steps, 0);
}

static void
close_it (gint fd, GError *error)
{
  fail_unless (fd >= 0, "%s", error ? error->message : "no error");
  fail_unless (error == NULL);
  kernel_close_dmabuf (fd);
  fail_unless_equals_int (kernel_n_dmabufs (), 0);
}

static gsize
export_size (GstZcHeap *heap, gsize size)
{
  g_autoptr (GError) error = NULL;
  gsize actual = 0;

  close_it (gst_zc_heap_export (heap, size, &actual, &error), error);
  return actual;
}

static void
assert_failed (GError **error, GstZcError code, const char *words)
{
  fail_unless (*error != NULL);
  fail_unless (g_error_matches (*error, GST_ZC_ERROR, code), "code %d: %s",
      (*error)->code, (*error)->message);
  fail_unless (
      strstr ((*error)->message, words) != NULL, "%s", (*error)->message);
  g_clear_error (error);
}

/* --- dumb buffers ------------------------------------------------------- */

static GstZcHeap *
new_dumb (void)
{
  g_autoptr (GError) error = NULL;
  GstZcHeap *heap = gst_zc_heap_new_dumb (CARD, &error);

  fail_unless (heap != NULL, "%s", error ? error->message : "no error");
  return heap;
}

GST_START_TEST (opening_a_card_gives_master_up_at_once)
{
  GstZcHeap *heap;

  kernel_set_up ();
  heap = new_dumb ();
  assert_steps (OPENED ", " ASKED);
  fail_unless_equals_int (kernel_n_open (), 1);
  g_object_unref (heap);
  fail_unless_equals_int (kernel_n_open (), 0);
}
GST_END_TEST;

/* EACCES is the kernel's answer to a user who never was master. */
GST_START_TEST (having_no_master_to_give_up_is_no_error)
{
  static const int errors[] = { EACCES, EINVAL, EPERM };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    GstZcHeap *heap;

    kernel_set_up ();
    kernel_fail ("DRM_IOCTL_DROP_MASTER", errors[i]);
    heap = new_dumb ();
    g_object_unref (heap);
  }
}
GST_END_TEST;

GST_START_TEST (a_borrowed_card_keeps_its_master)
{
  g_autoptr (GError) error = NULL;
  GstZcHeap *heap;
  int fd;

  kernel_set_up ();
  fd = gst_zc_sys.open (CARD, O_RDWR | O_CLOEXEC);
  heap = gst_zc_heap_new_dumb_for_fd (fd, &error);
  fail_unless (heap != NULL, "%s", error ? error->message : "no error");
  assert_steps ("open " CARD ", fstat, dup, " ASKED);
  fail_unless_equals_string (gst_zc_heap_get_path (heap), CARD);
  fail_unless_equals_string (gst_zc_heap_get_name (heap), "card0");
  fail_unless_equals_int (export_size (heap, 1), PAGE);
  assert_steps (MADE);

  g_object_unref (heap);
  fail_unless_equals_int (kernel_n_open (), 1);
  gst_zc_sys.close (fd);
}
GST_END_TEST;

GST_START_TEST (bytes_are_lines_of_a_page)
{
  static const struct {
    gsize size;
    guint height;
  } cases[] = { { 1, 1 }, { PAGE, 1 }, { PAGE + 1, 2 }, { 10 * PAGE, 10 } };
  GstZcHeap *heap;

  kernel_set_up ();
  heap = new_dumb ();
  g_string_truncate (kernel.steps, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    fail_unless_equals_int (
        export_size (heap, cases[i].size), cases[i].height * PAGE);
    assert_steps (MADE);
    fail_unless_equals_int (kernel.dumb.width, PAGE / 4);
    fail_unless_equals_int (kernel.dumb.height, cases[i].height);
    fail_unless_equals_int (kernel.dumb.bpp, 32);
    fail_unless_equals_int_hex (kernel.prime.flags, O_RDWR | O_CLOEXEC);
    fail_unless_equals_int (kernel_n_handles (), 0);
  }
  g_object_unref (heap);
}
GST_END_TEST;

GST_START_TEST (pictures_have_the_drivers_stride)
{
  g_autoptr (GError) error = NULL;
  GstZcHeap *heap;
  guint stride = 0;
  gsize actual = 0;

  kernel_set_up ();
  kernel.pitch = 2816;
  heap = new_dumb ();
  close_it (
      gst_zc_heap_export_picture (heap, 700, 480, 32, &stride, &actual, &error),
      error);
  fail_unless_equals_int (stride, 2816);
  fail_unless_equals_int (actual, 2816 * 480);
  fail_unless_equals_int (kernel.dumb.width, 700);
  fail_unless_equals_int (kernel.dumb.height, 480);
  fail_unless_equals_int (kernel.dumb.bpp, 32);
  fail_unless_equals_int (kernel_n_handles (), 0);
  g_object_unref (heap);
}
GST_END_TEST;

/* As virtio-gpu, which makes pixels of 32 bits alone. */
GST_START_TEST (a_card_of_wide_pixels_makes_planes_too)
{
  static const struct {
    guint width, pixels;
  } cases[] = { { 700, 175 }, { 701, 176 }, { 1, 1 }, { 65535, 16384 } };
  GstZcHeap *heap;

  kernel_set_up ();
  kernel.only_bpp = 32;
  heap = new_dumb ();
  fail_unless_equals_int (export_size (heap, 3 * PAGE), 3 * PAGE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    guint stride = 0;

    close_it (gst_zc_heap_export_picture (
                  heap, cases[i].width, 480, 8, &stride, NULL, &error),
        error);
    fail_unless_equals_int (kernel.dumb.width, cases[i].pixels);
    fail_unless_equals_int (kernel.dumb.height, 480);
    fail_unless_equals_int (stride, 4 * cases[i].pixels);
    fail_unless_equals_int (kernel_n_handles (), 0);
  }
  g_object_unref (heap);
}
GST_END_TEST;

GST_START_TEST (a_card_of_wide_pixels_refuses_narrow_ones)
{
  g_autoptr (GError) error = NULL;
  GstZcHeap *heap;
  guint stride;

  kernel_set_up ();
  kernel.only_bpp = 32;
  heap = new_dumb ();
  fail_unless_equals_int (
      gst_zc_heap_export_picture (heap, 640, 480, 16, &stride, NULL, &error),
      -1);
  assert_failed (&error, GST_ZC_ERROR_INVALID, "640x480 at 16 bits");
  fail_unless_equals_int (
      gst_zc_heap_export_picture (heap, 640, 480, 16, &stride, NULL, &error),
      -1);
  assert_failed (&error, GST_ZC_ERROR_INVALID, "ask for 32 bits a pixel");
  g_object_unref (heap);
}
GST_END_TEST;

GST_START_TEST (pictures_that_cannot_be_are_not_asked_for)
{
  static const struct {
    guint width, height, bits;
    GstZcError code;
  } cases[] = {
    { 0, 480, 32, GST_ZC_ERROR_INVALID },
    { 640, 0, 32, GST_ZC_ERROR_INVALID },
    { 640, 480, 0, GST_ZC_ERROR_INVALID },
    { G_MAXUINT, G_MAXUINT, G_MAXUINT, GST_ZC_ERROR_TOO_LARGE },
    { G_MAXUINT, 1, 16, GST_ZC_ERROR_TOO_LARGE },
    { 1, G_MAXUINT, 16, GST_ZC_ERROR_TOO_LARGE },
    { 65536, 65536, 8, GST_ZC_ERROR_TOO_LARGE },
    { 65536, 65535, 8 + 1, GST_ZC_ERROR_TOO_LARGE },
  };
  g_autoptr (GError) error = NULL;
  GstZcHeap *heap;
  guint stride;

  kernel_set_up ();
  heap = new_dumb ();
  g_string_truncate (kernel.steps, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    fail_unless_equals_int (
        gst_zc_heap_export_picture (heap, cases[i].width, cases[i].height,
            cases[i].bits, &stride, NULL, &error),
        -1);
    assert_failed (&error, cases[i].code, CARD);
    assert_steps ("");
  }
  g_object_unref (heap);
}
GST_END_TEST;

GST_START_TEST (a_stride_that_is_too_short_is_not_believed)
{
  g_autoptr (GError) error = NULL;
  GstZcHeap *heap;
  guint stride;

  kernel_set_up ();
  kernel.pitch = 640;
  heap = new_dumb ();
  fail_unless_equals_int (
      gst_zc_heap_export_picture (heap, 640, 480, 32, &stride, NULL, &error),
      -1);
  assert_failed (&error, GST_ZC_ERROR_FAILED, "640 bytes are too short");
  fail_unless_equals_int (kernel_n_dmabufs (), 0);
  g_object_unref (heap);
}
GST_END_TEST;

GST_START_TEST (a_card_that_cannot_do_it_is_refused)
{
  g_autoptr (GError) error = NULL;

  kernel_set_up ();
  kernel.dumb_cap = 0;
  fail_unless (gst_zc_heap_new_dumb (CARD, &error) == NULL);
  assert_failed (&error, GST_ZC_ERROR_NOT_SUPPORTED, "no dumb buffers");
  kernel.dumb_cap = 1;
  kernel.prime_cap = DRM_PRIME_CAP_IMPORT;
  fail_unless (gst_zc_heap_new_dumb (CARD, &error) == NULL);
  assert_failed (&error, GST_ZC_ERROR_NOT_SUPPORTED, "cannot export");
  fail_unless_equals_int (kernel_n_open (), 0);
}
GST_END_TEST;

/* Which would let itself be asked what it can, and then make nothing. */
GST_START_TEST (a_render_node_is_refused)
{
  static const guint minors[] = { 64, 128, 191 };

  for (guint i = 0; i < G_N_ELEMENTS (minors); i++) {
    g_autoptr (GError) error = NULL;

    kernel_set_up ();
    kernel.minor = minors[i];
    fail_unless (gst_zc_heap_new_dumb (CARD, &error) == NULL);
    assert_failed (&error, GST_ZC_ERROR_NOT_SUPPORTED, "no primary node");
    assert_steps ("open " CARD ", fstat");
    fail_unless_equals_int (kernel_n_open (), 0);
  }
}
GST_END_TEST;

/* --- video devices ------------------------------------------------------ */

static GstZcHeap *
new_video (void)
{
  return gst_zc_heap_new_v4l2 ("/dev/video0");
}

#define VIDEO "open /dev/video0, VIDIOC_QUERYCAP"

GST_START_TEST (a_video_device_is_let_go)
{
  GstZcHeap *heap;

  kernel_set_up ();
  heap = new_video ();
  assert_steps ("");
  fail_unless_equals_int (export_size (heap, 3 * PAGE), 3 * PAGE);
  assert_steps (VIDEO ", VIDIOC_G_FMT, VIDIOC_CREATE_BUFS, VIDIOC_EXPBUF, "
                      "VIDIOC_REQBUFS, lseek");
  fail_unless_equals_int (kernel.create.count, 1);
  fail_unless_equals_int (kernel.create.memory, V4L2_MEMORY_MMAP);
  fail_unless_equals_int (kernel.expbuf.plane, 0);
  fail_unless_equals_int_hex (kernel.expbuf.flags, O_RDWR | O_CLOEXEC);
  fail_unless_equals_int (kernel_n_open (), 0);
  fail_unless_equals_int (kernel_n_buffers (), 0);
  g_object_unref (heap);
}
GST_END_TEST;

/* Which is what vb2 demands. */
GST_START_TEST (less_than_the_format_has_is_the_formats_size)
{
  GstZcHeap *heap;

  kernel_set_up ();
  heap = new_video ();
  fail_unless_equals_int (export_size (heap, 1), 2 * PAGE);
  fail_unless_equals_int (kernel.create.format.fmt.pix.sizeimage, 2 * PAGE);
  g_object_unref (heap);
}
GST_END_TEST;

GST_START_TEST (each_kind_of_node_has_its_queue)
{
  static const struct {
    guint32 capability, type;
  } nodes[] = {
    { V4L2_CAP_VIDEO_CAPTURE, V4L2_BUF_TYPE_VIDEO_CAPTURE },
    { V4L2_CAP_VIDEO_CAPTURE_MPLANE, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE },
    { V4L2_CAP_VIDEO_OUTPUT, V4L2_BUF_TYPE_VIDEO_OUTPUT },
    { V4L2_CAP_VIDEO_OUTPUT_MPLANE, V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE },
    { V4L2_CAP_VIDEO_M2M, V4L2_BUF_TYPE_VIDEO_CAPTURE },
    { V4L2_CAP_VIDEO_M2M_MPLANE, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++) {
    GstZcHeap *heap;

    kernel_set_up ();
    kernel.video_capabilities = nodes[i].capability | V4L2_CAP_STREAMING;
    heap = new_video ();
    fail_unless_equals_int (export_size (heap, 3 * PAGE), 3 * PAGE);
    fail_unless_equals_int (kernel.video_type, nodes[i].type);
    g_object_unref (heap);
  }
}
GST_END_TEST;

GST_START_TEST (a_node_without_video_buffers_is_refused)
{
  static const guint32 capabilities[] = { V4L2_CAP_STREAMING,
    V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_READWRITE,
    V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (capabilities); i++) {
    GstZcHeap *heap;

    kernel_set_up ();
    kernel.video_capabilities = capabilities[i];
    heap = new_video ();
    fail_unless (!gst_zc_heap_check (heap, &error));
    assert_failed (&error, GST_ZC_ERROR_NOT_SUPPORTED, "no video buffers");
    fail_unless_equals_int (gst_zc_heap_export (heap, PAGE, NULL, &error), -1);
    assert_failed (&error, GST_ZC_ERROR_NOT_SUPPORTED, "no video buffers");
    fail_unless_equals_int (kernel_n_open (), 0);
    g_object_unref (heap);
  }
}
GST_END_TEST;

GST_START_TEST (a_format_of_two_memory_planes_is_refused)
{
  g_autoptr (GError) error = NULL;
  GstZcHeap *heap;

  kernel_set_up ();
  kernel.video_capabilities = V4L2_CAP_VIDEO_CAPTURE_MPLANE |
                              V4L2_CAP_STREAMING;
  kernel.video_planes = 2;
  heap = new_video ();
  fail_unless_equals_int (gst_zc_heap_export (heap, PAGE, NULL, &error), -1);
  assert_failed (&error, GST_ZC_ERROR_NOT_SUPPORTED, "2 memory planes");
  fail_unless_equals_int (kernel_n_open (), 0);
  g_object_unref (heap);
}
GST_END_TEST;

GST_START_TEST (without_create_bufs_the_formats_size_is_what_there_is)
{
  g_autoptr (GError) error = NULL;
  GstZcHeap *heap;

  kernel_set_up ();
  kernel_fail ("VIDIOC_CREATE_BUFS", ENOTTY);
  heap = new_video ();
  fail_unless_equals_int (export_size (heap, PAGE), 2 * PAGE);
  fail_unless_equals_int (kernel_count ("VIDIOC_REQBUFS"), 2);
  fail_unless_equals_int (
      gst_zc_heap_export (heap, 3 * PAGE, NULL, &error), -1);
  assert_failed (&error, GST_ZC_ERROR_TOO_LARGE, "set a larger one");
  fail_unless_equals_int (kernel_n_open (), 0);
  fail_unless_equals_int (kernel_n_dmabufs (), 0);
  g_object_unref (heap);
}
GST_END_TEST;

/* As drivers do that take no size but their own. */
GST_START_TEST (where_create_bufs_refuses_a_size_that_fits_reqbufs_serves)
{
  g_autoptr (GError) error = NULL;
  GstZcHeap *heap;

  kernel_set_up ();
  kernel.video_size = 2 * PAGE - 100;
  kernel_fail ("VIDIOC_CREATE_BUFS", EINVAL);
  heap = new_video ();
  fail_unless_equals_int (export_size (heap, PAGE), 2 * PAGE);
  fail_unless_equals_int (export_size (heap, 2 * PAGE), 2 * PAGE);
  fail_unless_equals_int (kernel_count ("VIDIOC_REQBUFS"), 4);
  fail_unless_equals_int (
      gst_zc_heap_export (heap, 3 * PAGE, NULL, &error), -1);
  assert_failed (&error, GST_ZC_ERROR_INVALID, "(VIDIOC_CREATE_BUFS)");
  fail_unless_equals_int (kernel_count ("VIDIOC_REQBUFS"), 4);
  g_object_unref (heap);
}
GST_END_TEST;

GST_START_TEST (the_call_that_failed_to_make_a_buffer_is_named)
{
  g_autoptr (GError) error = NULL;
  GstZcHeap *heap;

  kernel_set_up ();
  kernel.no_create_bufs = TRUE;
  kernel_fail ("VIDIOC_REQBUFS", EINVAL);
  heap = new_video ();
  fail_unless_equals_int (gst_zc_heap_export (heap, PAGE, NULL, &error), -1);
  assert_failed (&error, GST_ZC_ERROR_INVALID, "(VIDIOC_REQBUFS)");
  fail_unless_equals_int (gst_zc_heap_export (heap, PAGE, NULL, &error), -1);
  assert_failed (&error, GST_ZC_ERROR_INVALID, "set a larger one");
  g_object_unref (heap);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (opening_a_card_gives_master_up_at_once),
    RUNNER_TEST (having_no_master_to_give_up_is_no_error),
    RUNNER_TEST (a_borrowed_card_keeps_its_master),
    RUNNER_TEST (bytes_are_lines_of_a_page),
    RUNNER_TEST (pictures_have_the_drivers_stride),
    RUNNER_TEST (a_card_of_wide_pixels_makes_planes_too),
    RUNNER_TEST (a_card_of_wide_pixels_refuses_narrow_ones),
    RUNNER_TEST (pictures_that_cannot_be_are_not_asked_for),
    RUNNER_TEST (a_stride_that_is_too_short_is_not_believed),
    RUNNER_TEST (a_card_that_cannot_do_it_is_refused),
    RUNNER_TEST (a_render_node_is_refused),
    RUNNER_TEST (a_video_device_is_let_go),
    RUNNER_TEST (less_than_the_format_has_is_the_formats_size),
    RUNNER_TEST (each_kind_of_node_has_its_queue),
    RUNNER_TEST (a_node_without_video_buffers_is_refused),
    RUNNER_TEST (a_format_of_two_memory_planes_is_refused),
    RUNNER_TEST (without_create_bufs_the_formats_size_is_what_there_is),
    RUNNER_TEST (where_create_bufs_refuses_a_size_that_fits_reqbufs_serves),
    RUNNER_TEST (the_call_that_failed_to_make_a_buffer_is_named))
