/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-presenter.h"

#include "kms-flip.h"
#include "kms-returned.h"
#include "kms-sys.h"

#include <errno.h>
#include <time.h>

#define NS_PER_S 1000000000LL
#define FLIP_TIMEOUT_NS NS_PER_S
/* A display that draws by software may take long on a machine under load; the
 * kernel itself gives flips ten seconds. */
#define STUCK_NS (3 * NS_PER_S)

#ifndef container_of
#define container_of(ptr, type, member) \
  ((type *) ((char *) (ptr) - offsetof (type, member)))
#endif

int64_t
zc_kms_now_ns (void)
{
  struct timespec ts;

  clock_gettime (CLOCK_MONOTONIC, &ts);
  return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* --- one commit -------------------------------------------------------- */

/* FENCE, if it is not NULL, gets a sync_file for the flip, the caller's, or -1.
 */
static int
commit (struct zc_kms_presenter *self, struct zc_kms_layer *const layers[],
    unsigned n, uint32_t flags, int32_t *fence)
{
  struct zc_kms_atomic atomic;

  zc_kms_atomic_init (&atomic);
  for (unsigned i = 0; i < n; i++)
    zc_kms_flip_add (&atomic, self->device, self->crtc_id, layers[i]);
  if (fence) {
    *fence = -1;
    zc_kms_atomic_object (&atomic, self->crtc_id);
    zc_kms_atomic_set_optional (&atomic, self->out_fence, (uintptr_t) fence);
  }
  /* its flip may be told before it returns */
  atomic_store_explicit (&self->is_launched, true, memory_order_release);
  return zc_kms_atomic_commit (
      &atomic, self->device, flags, self->listener.serial);
}

static bool
wants_async (const struct zc_kms_presenter *self,
    struct zc_kms_layer *const layers[], unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    if (!layers[i]->wants_async || !zc_kms_flip_is_pure (layers[i]))
      return false;
  return self->device->has_async && !atomic_load (&self->async_refused);
}

/* --- fences ------------------------------------------------------------ */

static bool
wants_fence (struct zc_kms_layer *const layers[], unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    if (layers[i]->events->fenced)
      return true;
  return false;
}

/* With the lock held: commits have landed since there were LANDED, so that
 * frames have gone back as they always do. */
static unsigned
hold_all (const struct zc_kms_presenter *self,
    struct zc_kms_layer *const layers[], unsigned n, unsigned landed,
    struct zc_kms_returned returned[])
{
  unsigned n_returned = 0;

  for (unsigned i = 0; i < n && self->n_landed == landed; i++)
    if (layers[i]->events->fenced)
      n_returned += zc_kms_returned_hold (&returned[n_returned], layers[i]);
  return n_returned;
}

/* The owner keeps its frame, as if nobody had asked. */
static void
take_again (struct zc_kms_presenter *self, struct zc_kms_returned *returned,
    unsigned landed)
{
  struct zc_kms_layer *layer = returned->layer;
  bool is_shown;

  pthread_mutex_lock (&self->lock);
  is_shown = self->n_landed == landed && layer->holds_scanout;
  if (is_shown) {
    layer->scanout = returned->frame;
    layer->holds_scanout = false;
  }
  pthread_mutex_unlock (&self->lock);
  if (is_shown)
    zc_kms_returned_drop_fbs (returned);
  else
    zc_kms_returned_give_back (returned);
}

/* What the commit replaces goes back to those who wait for fences. The flip may
 * be quicker: the event thread is not kept from it. */
static void
give_back_fenced (struct zc_kms_presenter *self,
    struct zc_kms_layer *const layers[], unsigned n, unsigned landed,
    int32_t fence)
{
  struct zc_kms_returned returned[ZC_KMS_MAX_LAYERS];
  unsigned n_returned;

  pthread_mutex_lock (&self->lock);
  n_returned = hold_all (self, layers, n, landed, returned);
  pthread_mutex_unlock (&self->lock);
  for (unsigned i = 0; i < n_returned; i++) {
    const struct zc_kms_layer *layer = returned[i].layer;

    if (!layer->events->fenced (&returned[i].frame, fence, layer->data))
      take_again (self, &returned[i], landed);
  }
  zc_kms_sys.close (fence);
}

static int
commit_fenced (struct zc_kms_presenter *self,
    struct zc_kms_layer *const layers[], unsigned n, uint32_t flags)
{
  unsigned landed;
  int32_t fence;
  int ret;

  pthread_mutex_lock (&self->lock);
  landed = self->n_landed;
  pthread_mutex_unlock (&self->lock);
  ret = commit (self, layers, n, flags, &fence);
  if (fence >= 0)
    give_back_fenced (self, layers, n, landed, fence);
  return ret;
}

/* --- what goes to the screen ------------------------------------------- */

/* Commits the frames in flight. A driver may refuse to flip without waiting
 * for the blanking what it flips otherwise; it is not asked again. */
static int
launch (struct zc_kms_presenter *self, struct zc_kms_layer *const layers[],
    unsigned n)
{
  const uint32_t flags = DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT;
  int ret;

  if (!wants_async (self, layers, n))
    return wants_fence (layers, n) ? commit_fenced (self, layers, n, flags)
                                   : commit (self, layers, n, flags, NULL);
  ret = commit (self, layers, n, flags | DRM_MODE_PAGE_FLIP_ASYNC, NULL);
  if (ret != -EINVAL)
    return ret;
  ret = commit (self, layers, n, flags, NULL);
  if (ret == 0)
    atomic_store (&self->async_refused, true);
  return ret;
}

/* --- what waits -------------------------------------------------------- */

/* Claims for one commit what waits and is drawn; whether there is something. */
static unsigned
load (struct zc_kms_presenter *self, struct zc_kms_layer *layers[])
{
  unsigned n = 0;

  pthread_mutex_lock (&self->lock);
  for (unsigned i = 0; i < self->n_layers; i++) {
    struct zc_kms_layer *layer = self->layers[i];

    if (layer->is_placed &&
        zc_kms_line_next (&layer->line, &layer->in_flight)) {
      layer->has_in_flight = true;
      layers[n++] = layer;
    }
  }
  if (n == 0) {
    self->is_busy = false;
    pthread_cond_broadcast (&self->idle);
  }
  pthread_mutex_unlock (&self->lock);
  return n;
}

/* A commit that failed because of another one goes through a little later. */
static void
put_back (struct zc_kms_presenter *self, struct zc_kms_layer *const layers[],
    unsigned n)
{
  struct zc_kms_returned returned[ZC_KMS_MAX_LAYERS];
  unsigned n_returned = 0;

  pthread_mutex_lock (&self->lock);
  for (unsigned i = 0; i < n; i++) {
    struct zc_kms_layer *layer = layers[i];

    layer->has_in_flight = false;
    if (!zc_kms_line_put_back (&layer->line, &layer->in_flight))
      returned[n_returned++] = (struct zc_kms_returned) { .layer = layer,
        .frame = layer->in_flight };
  }
  pthread_mutex_unlock (&self->lock);
  for (unsigned i = 0; i < n_returned; i++)
    zc_kms_returned_give_back (&returned[i]);
}

static void
retry (struct zc_kms_presenter *self, struct zc_kms_layer *const layers[],
    unsigned n)
{
  put_back (self, layers, n);
  pthread_mutex_lock (&self->lock);
  self->is_retrying = true;
  pthread_mutex_unlock (&self->lock);
  zc_kms_events_call_again (&self->device->events, &self->listener);
}

static void
fail (struct zc_kms_presenter *self, struct zc_kms_layer *layer, int error)
{
  struct zc_kms_returned returned = { .layer = layer };

  pthread_mutex_lock (&self->lock);
  returned.frame = layer->in_flight;
  layer->has_in_flight = false;
  layer->error = error;
  pthread_mutex_unlock (&self->lock);
  zc_kms_returned_give_back (&returned);
}

/* What is wrong with the commit may be wrong with one layer alone, which must
 * not keep the others from the screen: those that the hardware refuses are
 * taken out. Returns how many are left. */
static unsigned
sort_out (struct zc_kms_presenter *self, struct zc_kms_layer *layers[],
    unsigned n, int error)
{
  unsigned left = 0;

  for (unsigned i = 0; i < n; i++) {
    int ret = n > 1 ? commit (
                          self, &layers[i], 1, DRM_MODE_ATOMIC_TEST_ONLY, NULL)
                    : error;

    if (ret < 0)
      fail (self, layers[i], ret);
    else
      layers[left++] = layers[i];
  }
  if (left < n)
    return left;
  while (left > 0)
    fail (self, layers[--left], error);
  return 0;
}

/* With nothing in flight, by whom it is to make the next commit: commits what
 * waits, until something is in flight or nothing waits. */
static void
advance (struct zc_kms_presenter *self)
{
  struct zc_kms_layer *layers[ZC_KMS_MAX_LAYERS];
  unsigned n;

  while ((n = load (self, layers)) > 0) {
    int ret = -EINVAL;

    while (n > 0 && (ret = launch (self, layers, n)) < 0 && ret != -EBUSY)
      n = sort_out (self, layers, n, ret);
    if (n > 0 && ret == -EBUSY)
      retry (self, layers, n);
    if (n > 0)
      return;
  }
}

/* With the lock held: whether it is for the caller to advance(), and then
 * end_calling(). */
static bool
begin (struct zc_kms_presenter *self)
{
  bool begins = !self->is_busy && !self->is_claimed;

  self->is_busy |= begins;
  self->n_calling += begins;
  return begins;
}

/* With the lock held. */
static void
end_calling (struct zc_kms_presenter *self)
{
  self->n_calling--;
  pthread_cond_broadcast (&self->idle);
}

/* --- events ------------------------------------------------------------ */

/* With the lock held: what is in flight is on the screen. */
static bool
land (struct zc_kms_layer *layer, struct zc_kms_returned *old)
{
  bool had = layer->has_scanout;

  layer->stuck_since_ns = 0;
  *old = zc_kms_returned_from_screen (layer);
  layer->scanout = layer->in_flight;
  layer->has_scanout = true;
  layer->has_in_flight = false;
  return had;
}

/* What is in flight is on the screen; what was there goes back, after the next
 * commit is on its way, unless somebody else is to make that. */
static void
land_all (struct zc_kms_presenter *self, int64_t time_ns)
{
  bool goes_on;
  struct zc_kms_returned old[ZC_KMS_MAX_LAYERS], shown[ZC_KMS_MAX_LAYERS];
  unsigned n_old = 0, n_shown = 0;

  (void) atomic_load_explicit (&self->is_launched, memory_order_acquire);
  pthread_mutex_lock (&self->lock);
  for (unsigned i = 0; i < self->n_layers; i++) {
    struct zc_kms_layer *layer = self->layers[i];

    if (!layer->has_in_flight)
      continue;
    shown[n_shown++] = (struct zc_kms_returned) { layer, layer->in_flight,
      true };
    n_old += land (layer, &old[n_old]);
  }
  goes_on = !self->is_claimed;
  if (!goes_on)
    self->is_busy = false;
  self->has_flipped = true;
  self->n_landed++;
  self->n_calling++;
  pthread_mutex_unlock (&self->lock);

  if (goes_on)
    advance (self);
  for (unsigned i = 0; i < n_shown; i++)
    shown[i].layer->events->flipped (
        &shown[i].frame, time_ns, shown[i].layer->data);
  for (unsigned i = 0; i < n_old; i++)
    zc_kms_returned_give_back (&old[i]);

  pthread_mutex_lock (&self->lock);
  end_calling (self);
  pthread_mutex_unlock (&self->lock);
}

static void
on_flipped (struct zc_kms_listener *listener, int64_t time_ns)
{
  land_all (
      container_of (listener, struct zc_kms_presenter, listener), time_ns);
}

/* With the lock held: whether the fence is of a frame of the layer. */
static bool
note_drawn (
    struct zc_kms_layer *layer, uint64_t serial, struct zc_kms_fence *over)
{
  if (layer->watched == serial)
    layer->watched = 0;
  if (!zc_kms_line_note_drawn (&layer->line, serial, over))
    return false;
  layer->stuck_since_ns = 0;
  return true;
}

static void
on_signalled (struct zc_kms_listener *listener, uint64_t serial)
{
  struct zc_kms_presenter *self = container_of (
      listener, struct zc_kms_presenter, listener);
  struct zc_kms_fence over = { 0 };
  bool found = false, begins;

  pthread_mutex_lock (&self->lock);
  for (unsigned i = 0; i < self->n_layers && !found; i++)
    found = note_drawn (self->layers[i], serial, &over);
  begins = found && begin (self);
  pthread_mutex_unlock (&self->lock);

  zc_kms_fence_close (&over);
  if (!begins)
    return;
  advance (self);
  pthread_mutex_lock (&self->lock);
  end_calling (self);
  pthread_mutex_unlock (&self->lock);
}

static void
on_again (struct zc_kms_listener *listener)
{
  struct zc_kms_presenter *self = container_of (
      listener, struct zc_kms_presenter, listener);
  bool goes_on;

  pthread_mutex_lock (&self->lock);
  goes_on = self->is_retrying && !self->is_claimed;
  if (goes_on) {
    self->is_retrying = false;
    self->n_calling++;
  }
  pthread_mutex_unlock (&self->lock);
  if (!goes_on)
    return;

  advance (self);
  pthread_mutex_lock (&self->lock);
  end_calling (self);
  pthread_mutex_unlock (&self->lock);
}

static void
on_failed (struct zc_kms_listener *listener, int error)
{
  struct zc_kms_presenter *self = container_of (
      listener, struct zc_kms_presenter, listener);

  pthread_mutex_lock (&self->lock);
  for (unsigned i = 0; i < self->n_layers; i++)
    self->layers[i]->error = error;
  pthread_mutex_unlock (&self->lock);
}

/* --- for layers -------------------------------------------------------- */

void
zc_kms_presenter_init (struct zc_kms_presenter *self,
    struct zc_kms_device *device, uint32_t crtc_id,
    struct zc_kms_property out_fence)
{
  pthread_condattr_t attr;

  *self = (struct zc_kms_presenter) {
    .listener = { .flipped = on_flipped,
        .signalled = on_signalled,
        .again = on_again,
        .failed = on_failed },
    .device = device,
    .crtc_id = crtc_id,
    .out_fence = out_fence,
  };
  pthread_mutex_init (&self->lock, NULL);
  pthread_condattr_init (&attr);
  pthread_condattr_setclock (&attr, CLOCK_MONOTONIC);
  pthread_cond_init (&self->idle, &attr);
  pthread_condattr_destroy (&attr);
}

void
zc_kms_presenter_clear (struct zc_kms_presenter *self)
{
  pthread_cond_destroy (&self->idle);
  pthread_mutex_destroy (&self->lock);
}

int
zc_kms_presenter_add (struct zc_kms_presenter *self, struct zc_kms_layer *layer)
{
  int ret = 0;

  pthread_mutex_lock (&self->lock);
  if (self->n_layers == ZC_KMS_MAX_LAYERS)
    ret = -EUSERS;
  else
    self->layers[self->n_layers++] = layer;
  pthread_mutex_unlock (&self->lock);
  return ret;
}

void
zc_kms_presenter_remove (
    struct zc_kms_presenter *self, struct zc_kms_layer *layer)
{
  unsigned i = 0;

  pthread_mutex_lock (&self->lock);
  while (self->layers[i] != layer)
    i++;
  self->n_layers--;
  for (; i < self->n_layers; i++)
    self->layers[i] = self->layers[i + 1];
  pthread_mutex_unlock (&self->lock);
}

/* With the lock held, when a frame had to be replaced: whether the display, or
 * who draws for it, has stopped. It may take its time while somebody changes
 * its mode. */
static int
check_stuck (const struct zc_kms_presenter *self, struct zc_kms_layer *layer)
{
  int64_t now = zc_kms_now_ns ();
  bool held_up = zc_kms_line_is_held_up (&layer->line);

  if (layer->stuck_since_ns == 0 || self->is_claimed)
    layer->stuck_since_ns = now;
  if (now - layer->stuck_since_ns <= (held_up ? FLIP_TIMEOUT_NS : STUCK_NS))
    return 0;
  if (!held_up)
    return -ETIMEDOUT;
  layer->stuck_since_ns = INT64_MAX; /* not again for this fence */
  return -ETIME;
}

/* The fence of a frame that is not in line yet, and so nobody's to close. What
 * cannot be watched is left to the kernel to wait for. */
static void
watch (struct zc_kms_presenter *self, struct zc_kms_layer *layer,
    const struct zc_kms_fence *fence)
{
  if (!zc_kms_fence_is_set (fence))
    return;
  pthread_mutex_lock (&self->lock);
  layer->watched = fence->serial;
  pthread_mutex_unlock (&self->lock);
  if (zc_kms_events_watch (&self->device->events, fence) == 0)
    return;
  pthread_mutex_lock (&self->lock);
  layer->watched = 0;
  pthread_mutex_unlock (&self->lock);
}

/* With the lock held: FRAME's fence has been told already, and goes to *OVER.
 */
static void
note_told (struct zc_kms_layer *layer, struct zc_kms_frame *frame,
    struct zc_kms_fence *over)
{
  if (zc_kms_fence_is_set (&frame->fence) &&
      layer->watched != frame->fence.serial) {
    *over = frame->fence;
    frame->fence = (struct zc_kms_fence) { 0 };
  }
  layer->watched = 0;
}

int
zc_kms_presenter_show (struct zc_kms_presenter *self,
    struct zc_kms_layer *layer, const struct zc_kms_frame *frame)
{
  struct zc_kms_returned replaced = { .layer = layer };
  struct zc_kms_frame mine = *frame;
  struct zc_kms_fence over = { 0 };
  bool begins, replaces;
  int ret = 0;

  watch (self, layer, &mine.fence);
  pthread_mutex_lock (&self->lock);
  note_told (layer, &mine, &over);
  replaces = zc_kms_line_add (&layer->line, &mine, &replaced.frame);
  if (replaces)
    ret = check_stuck (self, layer);
  begins = begin (self);
  pthread_mutex_unlock (&self->lock);

  zc_kms_fence_close (&over);
  if (begins)
    advance (self);
  if (replaces)
    zc_kms_returned_give_back (&replaced);

  pthread_mutex_lock (&self->lock);
  if (begins)
    end_calling (self);
  if (layer->error < 0)
    ret = layer->error;
  layer->error = 0;
  pthread_mutex_unlock (&self->lock);
  return ret;
}

/* With the lock held, which is let go meanwhile. Returns 0 or -ETIMEDOUT. */
static int
wait_until_idle (struct zc_kms_presenter *self)
{
  struct timespec until;
  int error = 0;

  clock_gettime (CLOCK_MONOTONIC, &until);
  until.tv_sec += FLIP_TIMEOUT_NS / NS_PER_S;
  while (self->is_busy && !self->is_retrying && error == 0)
    error = pthread_cond_timedwait (&self->idle, &self->lock, &until);
  /* system calls and owners of frames come to an end */
  while (self->n_calling > 0)
    pthread_cond_wait (&self->idle, &self->lock);
  return self->is_busy && !self->is_retrying ? -ETIMEDOUT : 0;
}

int
zc_kms_presenter_claim (struct zc_kms_presenter *self)
{
  int ret;

  pthread_mutex_lock (&self->lock);
  self->is_claimed = true; /* or others would go on and on */
  ret = wait_until_idle (self);
  self->is_late = ret < 0;
  self->is_busy = true;
  self->is_retrying = self->has_flipped = false;
  pthread_mutex_unlock (&self->lock);
  return ret;
}

void
zc_kms_presenter_release (struct zc_kms_presenter *self, bool is_in_flight)
{
  bool goes_on;

  pthread_mutex_lock (&self->lock);
  goes_on = self->has_flipped || !(is_in_flight || self->is_late);
  for (unsigned i = 0; i < self->n_layers; i++)
    self->layers[i]->stuck_since_ns = 0;
  self->is_claimed = self->is_late = false;
  self->is_busy = true;
  self->n_calling += goes_on;
  pthread_mutex_unlock (&self->lock);
  if (!goes_on)
    return;

  advance (self);
  pthread_mutex_lock (&self->lock);
  end_calling (self);
  pthread_mutex_unlock (&self->lock);
}

void
zc_kms_presenter_load (struct zc_kms_presenter *self,
    struct zc_kms_layer *layer, const struct zc_kms_frame *frame)
{
  pthread_mutex_lock (&self->lock);
  layer->in_flight = *frame;
  layer->has_in_flight = true;
  pthread_mutex_unlock (&self->lock);
}

void
zc_kms_presenter_unload (
    struct zc_kms_presenter *self, struct zc_kms_layer *layer)
{
  pthread_mutex_lock (&self->lock);
  layer->has_in_flight = false;
  pthread_mutex_unlock (&self->lock);
}

void
zc_kms_presenter_settle (struct zc_kms_presenter *self,
    struct zc_kms_layer *layer, const struct zc_kms_frame *frame)
{
  if (self->is_late) {
    zc_kms_events_forget (&self->device->events, &self->listener);
    self->is_late = false;
    land_all (self, zc_kms_now_ns ());
  }
  if (frame) {
    zc_kms_presenter_load (self, layer, frame);
    land_all (self, zc_kms_now_ns ());
  }
}

/* What waits and, if WITH_SHOWN, what is or was to be on the screen. */
static void
take (
    struct zc_kms_presenter *self, struct zc_kms_layer *layer, bool with_shown)
{
  struct zc_kms_returned returned[ZC_KMS_MAX_WAITING + 3];
  struct zc_kms_frame waited;
  unsigned n = 0;

  pthread_mutex_lock (&self->lock);
  while (zc_kms_line_take (&layer->line, &waited))
    returned[n++] = (struct zc_kms_returned) { layer, waited, false };
  if (with_shown && layer->has_in_flight)
    returned[n++] = (struct zc_kms_returned) { layer, layer->in_flight, false };
  if (with_shown && layer->has_scanout)
    returned[n++] = zc_kms_returned_from_screen (layer);
  if (with_shown)
    layer->has_in_flight = layer->has_scanout = false;
  layer->stuck_since_ns = 0;
  pthread_cond_broadcast (&self->idle);
  pthread_mutex_unlock (&self->lock);
  for (unsigned i = 0; i < n; i++)
    zc_kms_returned_give_back (&returned[i]);
}

bool
zc_kms_presenter_has_newest (struct zc_kms_presenter *self,
    const struct zc_kms_layer *layer, const void *owner)
{
  const struct zc_kms_frame *newest;
  bool has;

  pthread_mutex_lock (&self->lock);
  newest = zc_kms_line_newest (&layer->line);
  if (!newest && layer->has_in_flight)
    newest = &layer->in_flight;
  else if (!newest && layer->has_scanout)
    newest = &layer->scanout;
  has = newest && newest->owner[ZC_KMS_VIDEO] == owner;
  pthread_mutex_unlock (&self->lock);
  return has;
}

bool
zc_kms_presenter_describe_fence (struct zc_kms_presenter *self,
    const struct zc_kms_layer *layer, char *text, size_t size)
{
  struct zc_kms_fence copy = { 0 };
  int fd = -1;

  /* others may close it */
  pthread_mutex_lock (&self->lock);
  if (zc_kms_line_is_held_up (&layer->line))
    fd = zc_kms_sys.dup (layer->line.due.fence.fd);
  pthread_mutex_unlock (&self->lock);
  if (fd < 0)
    return false;
  zc_kms_fence_add (&copy, fd);
  zc_kms_fence_describe (&copy, text, size);
  zc_kms_fence_close (&copy);
  return true;
}

void
zc_kms_presenter_flush (
    struct zc_kms_presenter *self, struct zc_kms_layer *layer)
{
  take (self, layer, false);
}

void
zc_kms_presenter_take_off (
    struct zc_kms_presenter *self, struct zc_kms_layer *layer)
{
  take (self, layer, true);
}

int
zc_kms_presenter_drain (
    struct zc_kms_presenter *self, struct zc_kms_layer *layer)
{
  struct timespec until;
  int ret = 0;

  clock_gettime (CLOCK_MONOTONIC, &until);
  until.tv_sec += FLIP_TIMEOUT_NS / NS_PER_S;
  pthread_mutex_lock (&self->lock);
  while ((!zc_kms_line_is_empty (&layer->line) || layer->has_in_flight) &&
         ret == 0)
    ret = pthread_cond_timedwait (&self->idle, &self->lock, &until);
  pthread_mutex_unlock (&self->lock);
  return -ret;
}

void
zc_kms_presenter_let_go (
    struct zc_kms_presenter *self, struct zc_kms_layer *layer)
{
  struct zc_kms_returned returned;
  bool has;

  pthread_mutex_lock (&self->lock);
  has = zc_kms_returned_hold (&returned, layer);
  pthread_mutex_unlock (&self->lock);
  if (has)
    zc_kms_returned_give_back (&returned);
}
