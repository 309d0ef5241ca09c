/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Four layers on one screen of a real driver. */
#include "../helpers/crc.h"
#include "../helpers/golden.h"
#include "../helpers/runner.h"
#include "../helpers/vkms.h"

#include "gst-libs/kms/kms-layer.h"
#include "gst-libs/kms/kms-sys.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define N 4
#define N_PICTURES 3
#define W 300
#define H 200
#define SECONDS 5

static struct vkms *vkms;
static struct zc_kms_device *device;
static struct zc_kms_output *output;
static drmModeModeInfo mode;

struct picture {
  struct zc_kms_fb *fb;
  guint8 *data;
  gsize size;
  guint stride;
};

static struct actor {
  struct zc_kms_layer *layer;
  struct zc_kms_wish wish;
  struct picture picture[N_PICTURES];
  guint n_given, last; /* frames, and the picture of the last one */

  GMutex lock;
  GCond changed;
  guint n_flipped, n_released, n_unshown;
} actors[N];

/* When the last flip was, and how many of our commits came much later than we
 * learnt of it. */
static _Atomic gint64 last_read_ns;
static gint n_slow, n_commits;

static int
timed_handle_event (int fd, drmEventContext *context)
{
  last_read_ns = zc_kms_now_ns ();
  return drmHandleEvent (fd, context);
}

static int
timed_ioctl (int fd, unsigned long request, void *arg)
{
  int ret = drmIoctl (fd, request, arg);
  const struct drm_mode_atomic *atomic = arg;

  if (request == DRM_IOCTL_MODE_ATOMIC && ret == 0 &&
      atomic->flags & DRM_MODE_ATOMIC_NONBLOCK) {
    g_atomic_int_inc (&n_commits);
    if (zc_kms_now_ns () - last_read_ns > 8 * G_TIME_SPAN_MILLISECOND * 1000)
      g_atomic_int_inc (&n_slow);
  }
  return ret;
}

static void
on_flipped (const struct zc_kms_frame *frame, int64_t time_ns, void *data)
{
  struct actor *self = data;

  (void) frame;
  (void) time_ns;
  g_mutex_lock (&self->lock);
  self->n_flipped++;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
on_released (const struct zc_kms_frame *frame, bool shown, void *data)
{
  struct actor *self = data;

  (void) frame;
  g_mutex_lock (&self->lock);
  self->n_released++;
  self->n_unshown += !shown;
  g_mutex_unlock (&self->lock);
}

static const struct zc_kms_layer_events events = {
  .flipped = on_flipped,
  .released = on_released,
};

static void
make_picture (struct picture *p, guint seed)
{
  struct zc_kms_image image = {
    .width = W,
    .height = H,
    .fourcc = DRM_FORMAT_XRGB8888,
    .n_planes = 1,
  };
  uint32_t handle;
  uint64_t size, at;
  bool imported;

  fail_unless_equals_int (drmModeCreateDumbBuffer (device->fd, W, H, 32, 0,
                              &handle, &p->stride, &size),
      0);
  fail_unless_equals_int (drmModeMapDumbBuffer (device->fd, handle, &at), 0);
  p->size = size;
  p->data = mmap (
      NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, device->fd, at);
  fail_unless (p->data != MAP_FAILED);
  for (gsize i = 0; i < size; i++)
    p->data[i] = (guint8) (i * (seed + 3) + seed * 37);
  fail_unless_equals_int (drmPrimeHandleToFD (device->fd, handle,
                              DRM_CLOEXEC | DRM_RDWR, &image.fd[0]),
      0);
  drmCloseBufferHandle (device->fd, handle);
  image.stride[0] = p->stride;
  fail_unless_equals_int (zc_kms_fb_get (device, &image, &p->fb, &imported), 0);
  close (image.fd[0]);
}

static void
actor_enter (struct actor *self, guint n)
{
  struct zc_kms_rect to = { 20 + 330 * (n % 3), 15 + 220 * (n / 3), W, H };

  *self = (struct actor) { .wish.setup.mode = mode };
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  for (guint i = 0; i < N_PICTURES; i++)
    make_picture (&self->picture[i], n * N_PICTURES + i);
  self->wish.part[ZC_KMS_VIDEO].fb = self->picture[0].fb;
  self->wish.part[ZC_KMS_VIDEO].look = zc_kms_look_of (self->picture[0].fb, to);
  fail_unless_equals_int (
      zc_kms_layer_new (&self->layer, output, 1, false, &events, self), 0);
}

static struct zc_kms_frame
next_frame (struct actor *self)
{
  self->last = self->n_given++ % N_PICTURES;
  return (struct zc_kms_frame) { .fb = { self->picture[self->last].fb } };
}

static int
show (struct actor *self)
{
  struct zc_kms_frame frame = next_frame (self);

  return zc_kms_layer_show (self->layer, &frame);
}

static void
place (struct actor *self)
{
  struct zc_kms_frame frame = next_frame (self);

  fail_unless_equals_int (
      zc_kms_layer_place (self->layer, &self->wish, &frame), 0);
}

static void
wait_for_flips (struct actor *self, guint n)
{
  gint64 end = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;
  gboolean in_time = TRUE;

  g_mutex_lock (&self->lock);
  while (self->n_flipped < n && in_time)
    in_time = g_cond_wait_until (&self->changed, &self->lock, end);
  g_mutex_unlock (&self->lock);
  fail_unless (in_time);
}

static guint
count_unshown (struct actor *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->n_unshown;
  g_mutex_unlock (&self->lock);
  return n;
}

static void
actor_leave (struct actor *self)
{
  zc_kms_layer_free (self->layer);
  fail_unless_equals_int (self->n_released, self->n_given);
  for (guint i = 0; i < N_PICTURES; i++) {
    zc_kms_fb_unref (self->picture[i].fb);
    munmap (self->picture[i].data, self->picture[i].size);
  }
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
}

static void
set_up (void)
{
  static const struct vkms_shape shape = { .n_overlays = N - 1 };

  vkms = vkms_new ("layers", &shape);
  fail_unless_equals_int (zc_kms_device_open (&device, vkms->path), 0);
  fail_unless_equals_int (zc_kms_output_get (&output, device, NULL), 0);
  fail_unless_equals_int (zc_kms_output_activate (output), 0);
  mode = zc_kms_output_current_mode (output);
  for (guint i = 0; i < N; i++) {
    actor_enter (&actors[i], i);
    place (&actors[i]);
    wait_for_flips (&actors[i], 1);
  }
}

static void
tear_down (void)
{
  for (guint i = 0; i < N; i++)
    actor_leave (&actors[i]);
  zc_kms_output_deactivate (output);
  zc_kms_output_put (output);
  zc_kms_device_close (device);
}

static guint32
computed_crc (void)
{
  struct golden_picture pictures[N];

  for (guint i = 0; i < N; i++) {
    const struct picture *p = &actors[i].picture[actors[i].last];
    const struct zc_kms_look *look = &actors[i].wish.part[ZC_KMS_VIDEO].look;

    pictures[i] = (struct golden_picture) {
      .fourcc = DRM_FORMAT_XRGB8888,
      .width = W,
      .height = H,
      .data = { p->data },
      .stride = { p->stride },
      .x = look->destination.x,
      .y = look->destination.y,
    };
  }
  return golden_crc (mode.hdisplay, mode.vdisplay, pictures, N);
}

GST_START_TEST (four_layers_are_seen)
{
  set_up ();
  fail_unless_equals_uint64 (
      crc_read_current_of (vkms->debugfs, 0), computed_crc ());
  for (guint i = 0; i < N; i++)
    fail_unless_equals_int (show (&actors[i]), 0);
  for (guint i = 0; i < N; i++)
    wait_for_flips (&actors[i], 2);
  fail_unless_equals_uint64 (
      crc_read_current_of (vkms->debugfs, 0), computed_crc ());
  /* one goes, and what it covered is black */
  fail_unless_equals_int (zc_kms_layer_hide (actors[3].layer), 0);
  memset (actors[3].picture[actors[3].last].data, 0, actors[3].picture[0].size);
  fail_unless_equals_uint64 (
      crc_read_current_of (vkms->debugfs, 0), computed_crc ());
  tear_down ();
  vkms_remove (vkms);
}
GST_END_TEST;

/* The first at each refresh, the next at each second and third, the last
 * stands still. What comes at a flip goes with the next: a flip that is missed
 * was missed by the machine, not for want of a commit. */
GST_START_TEST (no_flip_is_missed_by_us)
{
  gint64 end;
  guint given[N];

  zc_kms_sys.handle_event = timed_handle_event;
  zc_kms_sys.ioctl = timed_ioctl;
  set_up ();
  g_atomic_int_set (&n_slow, 0);
  g_atomic_int_set (&n_commits, 0);
  fail_unless_equals_int (show (&actors[0]), 0);
  end = g_get_monotonic_time () + SECONDS * G_TIME_SPAN_SECOND;
  for (guint k = 1; g_get_monotonic_time () < end; k++) {
    fail_unless_equals_int (show (&actors[0]), 0);
    if (k % 2 == 0)
      fail_unless_equals_int (show (&actors[1]), 0);
    if (k % 3 == 0)
      fail_unless_equals_int (show (&actors[2]), 0);
    wait_for_flips (&actors[0], actors[0].n_given - 1);
  }
  for (guint i = 0; i < N; i++) {
    given[i] = actors[i].n_given - count_unshown (&actors[i]);
    wait_for_flips (&actors[i], given[i]);
    fail_unless_equals_int (count_unshown (&actors[i]), 0);
  }
  g_print ("%u, %u and %u frames in %d commits, %d of them late\n", given[0],
      given[1], given[2], g_atomic_int_get (&n_commits),
      g_atomic_int_get (&n_slow));
  /* all go with those of the first */
  fail_unless (g_atomic_int_get (&n_commits) <= (gint) given[0] + 2);
  fail_unless (given[0] > 30 * SECONDS);
  fail_unless (n_slow <= n_commits / 50, "%d of %d", n_slow, n_commits);
  fail_unless_equals_uint64 (
      crc_read_current_of (vkms->debugfs, 0), computed_crc ());
  tear_down ();
  vkms_remove (vkms);
}
GST_END_TEST;

static gint n_polls;

static int
counting_poll (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  g_atomic_int_inc (&n_polls);
  return poll (fds, count, timeout_ms);
}

/* Nothing is asked of it again and again, and frames return. */
GST_START_TEST (a_card_that_is_pulled_out_gives_all_back)
{
  gint before;

  zc_kms_sys.poll = counting_poll;
  set_up ();
  vkms_remove (vkms);
  g_usleep (50000);
  before = g_atomic_int_get (&n_polls);
  g_usleep (200000);
  fail_unless (g_atomic_int_get (&n_polls) - before <= 1);
  /* ENODEV of most drivers; vkms turns the screen off, and says EINVAL */
  fail_unless (show (&actors[0]) < 0);
  for (guint i = 0; i < N; i++)
    zc_kms_layer_hide (actors[i].layer);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (four_layers_are_seen),
    RUNNER_TEST (no_flip_is_missed_by_us),
    RUNNER_TEST (a_card_that_is_pulled_out_gives_all_back))
