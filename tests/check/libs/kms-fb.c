/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcidentity.h"
#include "gst-libs/kms/kms-fb.h"
#include "gst-libs/kms/kms-sys.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_HANDLES 16

/* The kernel's side of a card: a handle for each dma-buf, given again without
 * counting, as drm_prime.c does. */
static struct {
  int import_error;
  int add_error;
  int closefb_error;
  GstZcIdentity buffer[MAX_HANDLES];
  bool open[MAX_HANDLES]; /* handle is the index plus 1 */
  int n_adds, n_closefbs, n_rmfbs;
  uint32_t last_closed, last_removed;
  struct drm_mode_fb_cmd2 added;
} kernel;

static struct zc_kms_device device;

static int
result (int error)
{
  errno = error;
  return error ? -1 : 0;
}

static int
fake_import (int fd, int prime_fd, uint32_t *handle)
{
  GstZcIdentity identity;
  unsigned i;

  fail_unless_equals_int (fd, device.fd);
  if (kernel.import_error)
    return result (kernel.import_error);
  if (gst_zc_identity_from_fd (&identity, prime_fd) < 0)
    return result (EBADF);
  for (i = 0; i < MAX_HANDLES && kernel.open[i]; i++)
    if (gst_zc_identity_equal (&kernel.buffer[i], &identity))
      break;
  kernel.open[i] = true;
  kernel.buffer[i] = identity;
  *handle = i + 1;
  return 0;
}

static int
fake_close_handle (int fd, uint32_t handle)
{
  fail_unless_equals_int (fd, device.fd);
  fail_unless (handle > 0 && handle <= MAX_HANDLES);
  fail_unless (
      kernel.open[handle - 1], "handle %u is closed a second time", handle);
  kernel.open[handle - 1] = false;
  return 0;
}

static int
fake_ioctl (int fd, unsigned long request, void *arg)
{
  struct drm_mode_fb_cmd2 *add = arg;

  fail_unless_equals_int (fd, device.fd);
  switch (request) {
    case DRM_IOCTL_MODE_ADDFB2:
      kernel.added = *add;
      if (!kernel.add_error)
        add->fb_id = 100 + kernel.n_adds++;
      return result (kernel.add_error);
    case DRM_IOCTL_MODE_CLOSEFB:
      if (!kernel.closefb_error) {
        kernel.n_closefbs++;
        kernel.last_closed = ((struct drm_mode_closefb *) arg)->fb_id;
      }
      return result (kernel.closefb_error);
    case DRM_IOCTL_MODE_RMFB:
      kernel.n_rmfbs++;
      kernel.last_removed = *(uint32_t *) arg;
      return 0;
    default:
      return result (ENOTTY);
  }
}

static void
set_up (void)
{
  memset (&kernel, 0, sizeof (kernel));
  device = (struct zc_kms_device) { .fd = 1000, .has_modifiers = true };
  pthread_mutex_init (&device.fb_lock, NULL);
  zc_kms_sys.prime_fd_to_handle = fake_import;
  zc_kms_sys.close_handle = fake_close_handle;
  zc_kms_sys.ioctl = fake_ioctl;
}

static void
assert_no_handles (void)
{
  for (unsigned i = 0; i < MAX_HANDLES; i++)
    fail_if (kernel.open[i], "handle %u stays open", i + 1);
}

static struct zc_kms_image
nv12 (int fd)
{
  return (struct zc_kms_image) {
    .width = 640,
    .height = 480,
    .fourcc = DRM_FORMAT_NV12,
    .modifier = DRM_FORMAT_MOD_LINEAR,
    .n_planes = 2,
    .fd = { fd, fd },
    .offset = { 0, 640 * 480 },
    .stride = { 640, 640 },
  };
}

static struct zc_kms_fb *
get (const struct zc_kms_image *image, bool is_new)
{
  struct zc_kms_fb *fb = NULL;
  bool imported;

  fail_unless_equals_int (zc_kms_fb_get (&device, image, &fb, &imported), 0);
  fail_unless_equals_int (imported, is_new);
  assert_no_handles ();
  return fb;
}

static int
memory (void)
{
  return memfd_create ("dma-buf", MFD_CLOEXEC);
}

GST_START_TEST (layout_reaches_the_kernel)
{
  struct zc_kms_image image = nv12 (memory ());
  struct zc_kms_fb *fb;

  set_up ();
  fb = get (&image, true);
  fail_unless_equals_int (fb->id, 100);
  fail_unless_equals_int (kernel.added.width, 640);
  fail_unless_equals_int (kernel.added.height, 480);
  fail_unless_equals_int (kernel.added.pixel_format, DRM_FORMAT_NV12);
  fail_unless_equals_int (kernel.added.flags, DRM_MODE_FB_MODIFIERS);
  fail_unless_equals_int (kernel.added.handles[0], 1);
  fail_unless_equals_int (kernel.added.handles[1], 1);
  fail_unless_equals_int (kernel.added.handles[2], 0);
  fail_unless_equals_int (kernel.added.offsets[1], 640 * 480);
  fail_unless_equals_int (kernel.added.pitches[1], 640);
  zc_kms_fb_unref (fb);
}
GST_END_TEST;

GST_START_TEST (one_buffer_is_imported_once)
{
  struct zc_kms_image image = nv12 (memory ()), same = image;
  struct zc_kms_fb *a, *b;

  set_up ();
  a = get (&image, true);
  /* another descriptor of the same buffer */
  same.fd[0] = same.fd[1] = dup (image.fd[0]);
  b = get (&same, false);
  fail_unless (a == b);
  fail_unless_equals_int (kernel.n_adds, 1);

  zc_kms_fb_unref (a);
  fail_unless_equals_int (kernel.n_closefbs, 0);
  zc_kms_fb_unref (b);
  fail_unless_equals_int (kernel.n_closefbs, 1);
  fail_unless_equals_int (kernel.last_closed, 100);
}
GST_END_TEST;

GST_START_TEST (another_layout_is_another_framebuffer)
{
  struct zc_kms_image image = nv12 (memory ()), other[6];
  struct zc_kms_fb *fb, *first;

  set_up ();
  for (guint i = 0; i < G_N_ELEMENTS (other); i++)
    other[i] = image;
  other[0].width = 320;
  other[1].height = 240;
  other[2].fourcc = DRM_FORMAT_NV21;
  other[3].offset[1] += 640;
  other[4].stride[1] = 704;
  other[5].n_planes = 1;

  first = get (&image, true);
  for (guint i = 0; i < G_N_ELEMENTS (other); i++) {
    fb = get (&other[i], true);
    fail_if (fb == first, "case %u", i);
    zc_kms_fb_unref (fb);
  }
  zc_kms_fb_unref (first);
}
GST_END_TEST;

GST_START_TEST (another_buffer_is_another_framebuffer)
{
  struct zc_kms_image image = nv12 (memory ()), other = nv12 (memory ());
  struct zc_kms_fb *a, *b;

  set_up ();
  a = get (&image, true);
  b = get (&other, true);
  fail_if (a == b);
  fail_if (a->id == b->id);
  zc_kms_fb_unref (a);
  zc_kms_fb_unref (b);
}
GST_END_TEST;

GST_START_TEST (planes_in_two_buffers_have_two_handles)
{
  struct zc_kms_image image = nv12 (memory ());

  set_up ();
  image.fd[1] = memory ();
  zc_kms_fb_unref (get (&image, true));
  fail_unless_equals_int (kernel.added.handles[0], 1);
  fail_unless_equals_int (kernel.added.handles[1], 2);
}
GST_END_TEST;

/* fake_close_handle() fails the test when one is closed twice. */
GST_START_TEST (a_handle_that_planes_share_is_closed_once)
{
  struct zc_kms_image image = nv12 (memory ());

  set_up ();
  image.n_planes = 4;
  for (guint i = 0; i < 4; i++) {
    image.fd[i] = i == 2 ? memory () : image.fd[0];
    image.stride[i] = 640;
  }
  zc_kms_fb_unref (get (&image, true));
}
GST_END_TEST;

GST_START_TEST (a_refused_framebuffer_leaves_no_handle)
{
  struct zc_kms_image image = nv12 (memory ());
  struct zc_kms_fb *fb = NULL;
  bool imported;

  set_up ();
  kernel.add_error = EINVAL;
  fail_unless_equals_int (
      zc_kms_fb_get (&device, &image, &fb, &imported), -EINVAL);
  fail_if (imported);
  assert_no_handles ();

  /* nothing is remembered of it */
  kernel.add_error = 0;
  zc_kms_fb_unref (get (&image, true));
}
GST_END_TEST;

GST_START_TEST (a_refused_import_is_the_errno)
{
  struct zc_kms_image image = nv12 (memory ());
  struct zc_kms_fb *fb = NULL;
  bool imported;

  set_up ();
  kernel.import_error = EOPNOTSUPP;
  fail_unless_equals_int (
      zc_kms_fb_get (&device, &image, &fb, &imported), -EOPNOTSUPP);
  fail_unless_equals_int (kernel.n_adds, 0);

  kernel.import_error = 0;
  image.fd[1] = -1;
  fail_unless_equals_int (
      zc_kms_fb_get (&device, &image, &fb, &imported), -EBADF);
  assert_no_handles ();
}
GST_END_TEST;

GST_START_TEST (old_kernels_without_closefb_get_rmfb)
{
  static const int errors[] = { EINVAL, ENOTTY };
  struct zc_kms_image image = nv12 (memory ());

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    set_up ();
    kernel.closefb_error = errors[i];
    zc_kms_fb_unref (get (&image, true));
    fail_unless_equals_int (kernel.n_rmfbs, 1);
    fail_unless_equals_int (kernel.last_removed, 100);
  }
}
GST_END_TEST;

/* RMFB would take the picture off the screen. */
GST_START_TEST (closefb_makes_rmfb_needless)
{
  struct zc_kms_image image = nv12 (memory ());

  set_up ();
  zc_kms_fb_unref (get (&image, true));
  fail_unless_equals_int (kernel.n_closefbs, 1);
  fail_unless_equals_int (kernel.n_rmfbs, 0);
}
GST_END_TEST;

GST_START_TEST (without_modifiers_only_linear_goes)
{
  struct zc_kms_image image = nv12 (memory ());
  struct zc_kms_fb *fb = NULL;
  bool imported;

  set_up ();
  device.has_modifiers = false;
  zc_kms_fb_unref (get (&image, true));
  fail_unless_equals_int (kernel.added.flags, 0);

  image.modifier = I915_FORMAT_MOD_X_TILED;
  fail_unless_equals_int (
      zc_kms_fb_get (&device, &image, &fb, &imported), -EINVAL);
  assert_no_handles ();
}
GST_END_TEST;

GST_START_TEST (more_planes_than_there_can_be_are_refused)
{
  struct zc_kms_image image = nv12 (memory ());
  struct zc_kms_fb *fb = NULL;
  bool imported;

  set_up ();
  image.n_planes = ZC_KMS_MAX_PLANES + 1;
  fail_unless_equals_int (
      zc_kms_fb_get (&device, &image, &fb, &imported), -EINVAL);
  zc_kms_fb_unref (NULL);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (layout_reaches_the_kernel),
    RUNNER_TEST (one_buffer_is_imported_once),
    RUNNER_TEST (another_layout_is_another_framebuffer),
    RUNNER_TEST (another_buffer_is_another_framebuffer),
    RUNNER_TEST (planes_in_two_buffers_have_two_handles),
    RUNNER_TEST (a_handle_that_planes_share_is_closed_once),
    RUNNER_TEST (a_refused_framebuffer_leaves_no_handle),
    RUNNER_TEST (a_refused_import_is_the_errno),
    RUNNER_TEST (old_kernels_without_closefb_get_rmfb),
    RUNNER_TEST (closefb_makes_rmfb_needless),
    RUNNER_TEST (without_modifiers_only_linear_goes),
    RUNNER_TEST (more_planes_than_there_can_be_are_refused))
