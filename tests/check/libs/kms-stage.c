/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-stage.h"

#include "../helpers/runner.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <unistd.h>

struct stage stage;

/* --- the card ---------------------------------------------------------- */

drmModeModeInfo
stage_mode (uint32_t width, uint32_t height)
{
  struct drm_mode_modeinfo mode = card_mode (width, height, 60);
  drmModeModeInfo same;

  memcpy (&same, &mode, sizeof (same));
  return same;
}

void
stage_build (const struct card_plane *planes, unsigned n)
{
  const struct drm_mode_modeinfo modes[] = { card_mode (1280, 720, 60),
    card_mode (640, 480, 60) };

  stage = (struct stage) { .card = card_new (), .n_planes = n };
  stage.crtc = card_add_crtc (stage.card);
  stage.connector = card_add_connector (
      stage.card, DRM_MODE_CONNECTOR_HDMIA, modes, 2);
  for (unsigned i = 0; i < n; i++) {
    const struct card_plane plane = {
      .type = i == 0 ? DRM_PLANE_TYPE_PRIMARY : DRM_PLANE_TYPE_OVERLAY,
    };

    stage.plane[i] = card_add_plane (stage.card, planes ? &planes[i] : &plane);
    card_add_zpos (stage.card, stage.plane[i], i, i, i);
    card_add_alpha (stage.card, stage.plane[i]);
  }
}

void
stage_begin (void)
{
  fail_unless_equals_int (
      zc_kms_device_open (&stage.device, card_path (stage.card)), 0);
  fail_unless_equals_int (
      zc_kms_output_get (&stage.output, stage.device, NULL), 0);
  fail_unless_equals_int (zc_kms_output_activate (stage.output), 0);
}

void
stage_set_up (const struct card_plane *planes, unsigned n)
{
  stage_build (planes, n);
  stage_begin ();
}

void
stage_end (void)
{
  zc_kms_output_deactivate (stage.output);
  zc_kms_output_put (stage.output);
  zc_kms_device_close (stage.device);
}

void
stage_tear_down (void)
{
  stage_end ();
  card_free (stage.card);
}

unsigned
stage_n_commits_since (unsigned first)
{
  unsigned n = 0;

  for (unsigned i = first; i < card_n_attempts (stage.card); i++)
    n += !(card_attempt (stage.card, i)->flags & DRM_MODE_ATOMIC_TEST_ONLY);
  return n;
}

unsigned
stage_n_objects (const struct card_commit *commit)
{
  unsigned n = 0;

  for (unsigned i = 0; i < commit->n_values; i++)
    n += i == 0 || commit->values[i].object != commit->values[i - 1].object;
  return n;
}

/* --- layers ------------------------------------------------------------ */

static void
on_flipped (const struct zc_kms_frame *frame, int64_t time_ns, void *data)
{
  struct ticket *ticket = frame->owner[ZC_KMS_VIDEO];
  struct actor *self = data;

  runner_require (ticket->actor == self, "the frame of another");
  runner_require (time_ns > 0, "no time");
  g_mutex_lock (&self->lock);
  runner_require (ticket->n_released == 0, "flipped after its release");
  ticket->n_flipped++;
  self->n_flipped++;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
on_released (const struct zc_kms_frame *frame, bool shown, void *data)
{
  struct ticket *ticket = frame->owner[ZC_KMS_VIDEO];
  struct actor *self = data;

  runner_require (ticket->actor == self, "the frame of another");
  if (self->on_released)
    self->on_released (self);
  g_mutex_lock (&self->lock);
  runner_require (ticket->n_released == 0, "released twice");
  ticket->n_released++;
  ticket->was_shown = shown;
  self->n_released++;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static const struct zc_kms_layer_events events = {
  .flipped = on_flipped,
  .released = on_released,
};

static struct zc_kms_fb *
new_fb (struct zc_kms_device *device, unsigned w, unsigned h)
{
  int fd = card_dmabuf_new (stage.card, w * h * 4);
  struct zc_kms_image image = {
    .width = w,
    .height = h,
    .fourcc = DRM_FORMAT_XRGB8888,
    .modifier = DRM_FORMAT_MOD_LINEAR,
    .n_planes = 1,
    .fd = { fd },
    .stride = { w * 4 },
  };
  struct zc_kms_fb *fb;
  bool imported;

  fail_unless_equals_int (zc_kms_fb_get (device, &image, &fb, &imported), 0);
  close (fd);
  return fb;
}

void
actor_enter_on (struct actor *self, struct zc_kms_output *output, int x, int y,
    unsigned w, unsigned h, unsigned depth, bool async)
{
  *self = (struct actor) { .output = output };
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  for (unsigned i = 0; i < ACTOR_N_FBS; i++)
    self->fb[i] = new_fb (output->device, w, h);
  self->wish.setup.mode = stage_mode (1280, 720);
  self->wish.part[ZC_KMS_VIDEO].fb = self->fb[0];
  self->wish.part[ZC_KMS_VIDEO].look = zc_kms_look_of (
      self->fb[0], (struct zc_kms_rect) { x, y, w, h });
  fail_unless_equals_int (
      zc_kms_layer_new (&self->layer, output, depth, async, &events, self), 0);
}

void
actor_enter (struct actor *self, int x, int y, unsigned w, unsigned h)
{
  actor_enter_on (self, stage.output, x, y, w, h, 1, false);
}

static struct zc_kms_frame
new_frame (struct actor *self, unsigned fb)
{
  struct ticket *ticket = &self->ticket[self->n_given++];

  fail_unless (self->n_given < ACTOR_MAX_FRAMES);
  ticket->actor = self;
  return (struct zc_kms_frame) {
    .fb = { self->fb[fb % ACTOR_N_FBS] },
    .owner = { ticket },
  };
}

int
actor_place (struct actor *self)
{
  struct zc_kms_frame frame = new_frame (self, self->n_given);
  int ret = zc_kms_layer_place (self->layer, &self->wish, &frame);

  if (ret < 0) {
    self->n_given--;
    fail_unless_equals_int (self->ticket[self->n_given].n_released, 0);
    fail_unless_equals_int (self->ticket[self->n_given].n_flipped, 0);
  }
  return ret;
}

int
actor_show_fb (struct actor *self, unsigned n)
{
  struct zc_kms_frame frame = new_frame (self, n);

  return zc_kms_layer_show (self->layer, &frame);
}

int
actor_show (struct actor *self)
{
  return actor_show_fb (self, self->n_given);
}

int
actor_show_with_fence (struct actor *self, int fence)
{
  struct zc_kms_frame frame = new_frame (self, self->n_given);

  fail_unless_equals_int (
      zc_kms_fence_add (&frame.fence, fcntl (fence, F_DUPFD_CLOEXEC, 0)), 0);
  return zc_kms_layer_show (self->layer, &frame);
}

static void
wait_for (struct actor *self, const unsigned *count, unsigned n)
{
  gint64 end = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;
  bool in_time = true;

  g_mutex_lock (&self->lock);
  while (*count < n && in_time)
    in_time = g_cond_wait_until (&self->changed, &self->lock, end);
  g_mutex_unlock (&self->lock);
  fail_unless (in_time, "%u instead of %u", *count, n);
}

void
actor_wait_for_flips (struct actor *self, unsigned n)
{
  wait_for (self, &self->n_flipped, n);
}

void
actor_wait_for_releases (struct actor *self, unsigned n)
{
  wait_for (self, &self->n_released, n);
}

uint32_t
actor_plane (struct actor *self)
{
  const struct zc_kms_plane *plane = zc_kms_layer_get_plane (
      self->layer, ZC_KMS_VIDEO);

  return plane ? plane->id : 0;
}

void
actor_leave (struct actor *self)
{
  zc_kms_layer_free (self->layer);
  for (unsigned i = 0; i < self->n_given; i++)
    fail_unless (self->ticket[i].n_released == 1, "frame %u came back %u times",
        i, self->ticket[i].n_released);
  fail_unless_equals_int (self->n_released, self->n_given);
  for (unsigned i = 0; i < ACTOR_N_FBS; i++)
    zc_kms_fb_unref (self->fb[i]);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
}
