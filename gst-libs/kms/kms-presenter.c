/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-presenter.h"

#include "kms-sys.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>

#define NS_PER_S 1000000000LL
#define FLIP_TIMEOUT_NS NS_PER_S

struct zc_kms_presenter {
  uint64_t serial; /* what its flip events carry */
  const struct zc_kms_device *device;
  uint32_t plane_id;
  struct zc_kms_property fb_property;
  struct zc_kms_presenter_events events;
  void *data;
  pthread_t thread;
  int stop_fd;

  /* Guards what follows. No system call and no callback is made with it held
   * but clock_gettime(). */
  pthread_mutex_t lock;
  pthread_cond_t idle; /* nothing is in flight any more */
  struct zc_kms_frame scanout;
  struct zc_kms_frame in_flight; /* owner NULL: none */
  struct zc_kms_frame waiting;   /* owner NULL: none */
  int64_t stuck_since_ns; /* when a frame had to be replaced; 0: none was */
  int error;              /* of a commit that the event thread made */
};

/* Events come without a context but the commit's number, and one of a
 * presenter that gave up waiting may still come after its end: the thread that
 * reads them knows whose it is. */
static _Thread_local struct zc_kms_presenter *reader;

static int64_t
now_ns (void)
{
  struct timespec ts;

  clock_gettime (CLOCK_MONOTONIC, &ts);
  return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static int
flip (struct zc_kms_presenter *self, uint32_t fb_id)
{
  struct zc_kms_atomic atomic;

  zc_kms_atomic_init (&atomic);
  zc_kms_atomic_object (&atomic, self->plane_id);
  zc_kms_atomic_set (&atomic, self->fb_property, fb_id);
  return zc_kms_atomic_commit (&atomic, self->device,
      DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT, self->serial);
}

static struct zc_kms_frame
take (struct zc_kms_frame *frame)
{
  struct zc_kms_frame taken = *frame;

  *frame = (struct zc_kms_frame) { 0 };
  return taken;
}

static void
release (
    struct zc_kms_presenter *self, const struct zc_kms_frame *frame, bool shown)
{
  if (frame->owner)
    self->events.released (frame, shown, self->data);
}

/* With the lock held: nothing is in flight from now on. */
static struct zc_kms_frame
land (struct zc_kms_presenter *self)
{
  self->stuck_since_ns = 0;
  pthread_cond_broadcast (&self->idle);
  return take (&self->in_flight);
}

/* The frame that was claimed as in flight could not be committed. */
static struct zc_kms_frame
abort_flip (struct zc_kms_presenter *self, int error)
{
  struct zc_kms_frame failed;

  pthread_mutex_lock (&self->lock);
  failed = land (self);
  self->error = error;
  pthread_mutex_unlock (&self->lock);
  return failed;
}

static void
on_flip (int fd, unsigned sequence, unsigned sec, unsigned usec,
    unsigned crtc_id, void *user_data)
{
  struct zc_kms_presenter *self = reader;
  struct zc_kms_frame old, shown, next;
  int ret;

  (void) fd;
  (void) sequence;
  (void) crtc_id;
  if ((uintptr_t) user_data != (uintptr_t) self->serial)
    return;

  pthread_mutex_lock (&self->lock);
  old = self->scanout;
  shown = land (self);
  self->scanout = shown;
  next = self->in_flight = take (&self->waiting);
  pthread_mutex_unlock (&self->lock);

  if (next.owner) {
    ret = flip (self, next.fb_id);
    if (ret < 0) {
      next = abort_flip (self, ret);
      release (self, &next, false);
    }
  }
  self->events.flipped (&shown, sec * NS_PER_S + usec * 1000LL, self->data);
  release (self, &old, true);
}

/* No flip will be told any more. */
static void
fail (struct zc_kms_presenter *self, int error)
{
  pthread_mutex_lock (&self->lock);
  self->error = error;
  pthread_mutex_unlock (&self->lock);
}

static void *
event_thread (void *user_data)
{
  struct zc_kms_presenter *self = user_data;
  drmEventContext context = {
    .version = 3,
    .page_flip_handler2 = on_flip,
  };
  struct pollfd fds[2] = {
    { .fd = self->device->fd, .events = POLLIN },
    { .fd = self->stop_fd, .events = POLLIN },
  };

  reader = self;
  while (zc_kms_poll (fds, 2, -1) >= 0 && !fds[1].revents)
    if (fds[0].revents &&
        zc_kms_sys.handle_event (self->device->fd, &context) < 0) {
      fail (self, errno ? -errno : -EIO); /* 0: an event cut short */
      break;
    }
  return NULL;
}

/* Signals are for the application's threads. */
static int
start_thread (struct zc_kms_presenter *self)
{
  sigset_t all, before;
  int ret;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  ret = pthread_create (&self->thread, NULL, event_thread, self);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  if (ret == 0)
    pthread_setname_np (self->thread, "kms-presenter");
  return -ret;
}

static void
presenter_free (struct zc_kms_presenter *self)
{
  if (self->stop_fd >= 0)
    zc_kms_sys.close (self->stop_fd);
  pthread_cond_destroy (&self->idle);
  pthread_mutex_destroy (&self->lock);
  free (self);
}

static void
init_locks (struct zc_kms_presenter *self)
{
  pthread_condattr_t attr;

  pthread_mutex_init (&self->lock, NULL);
  pthread_condattr_init (&attr);
  pthread_condattr_setclock (&attr, CLOCK_MONOTONIC);
  pthread_cond_init (&self->idle, &attr);
  pthread_condattr_destroy (&attr);
}

int
zc_kms_presenter_start (struct zc_kms_presenter **presenter,
    const struct zc_kms_output *output, const struct zc_kms_plane *plane,
    const struct zc_kms_frame *first,
    const struct zc_kms_presenter_events *events, void *data)
{
  static atomic_uint serials;
  struct zc_kms_presenter *self = calloc (1, sizeof (*self));
  int ret;

  if (!self)
    return -ENOMEM;
  self->serial = atomic_fetch_add (&serials, 1) + 1;
  self->device = output->device;
  self->plane_id = plane->id;
  self->fb_property = plane->property[ZC_KMS_PLANE_FB_ID];
  self->events = *events;
  self->data = data;
  self->scanout = *first;
  init_locks (self);

  self->stop_fd = zc_kms_sys.eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  ret = zc_kms_result (self->stop_fd);
  if (ret >= 0)
    ret = start_thread (self);
  if (ret < 0) {
    presenter_free (self);
    return ret;
  }
  *presenter = self;
  return 0;
}

/* With the lock held: FRAME waits, instead of that which waits now. */
static int
replace_waiting (struct zc_kms_presenter *self,
    const struct zc_kms_frame *frame, struct zc_kms_frame *replaced)
{
  if (self->waiting.owner) {
    int64_t now = now_ns ();

    if (self->stuck_since_ns == 0)
      self->stuck_since_ns = now;
    if (now - self->stuck_since_ns > FLIP_TIMEOUT_NS)
      return -ETIMEDOUT;
  }
  *replaced = take (&self->waiting);
  self->waiting = *frame;
  return 0;
}

int
zc_kms_presenter_show (
    struct zc_kms_presenter *self, const struct zc_kms_frame *frame)
{
  struct zc_kms_frame replaced = { 0 };
  bool commit_now = false;
  int ret;

  pthread_mutex_lock (&self->lock);
  ret = self->error;
  self->error = 0;
  if (ret == 0 && self->in_flight.owner) {
    ret = replace_waiting (self, frame, &replaced);
  } else if (ret == 0) {
    self->in_flight = *frame;
    commit_now = true;
  }
  pthread_mutex_unlock (&self->lock);

  if (commit_now) {
    ret = flip (self, frame->fb_id);
    if (ret < 0)
      abort_flip (self, 0);
  }
  release (self, &replaced, false);
  return ret;
}

bool
zc_kms_presenter_has_newest (struct zc_kms_presenter *self, const void *owner)
{
  const void *newest;

  pthread_mutex_lock (&self->lock);
  newest = self->waiting.owner     ? self->waiting.owner
           : self->in_flight.owner ? self->in_flight.owner
                                   : self->scanout.owner;
  pthread_mutex_unlock (&self->lock);
  return newest == owner;
}

static void
wait_until_idle (struct zc_kms_presenter *self)
{
  struct timespec until;
  int ret = 0;

  clock_gettime (CLOCK_MONOTONIC, &until);
  until.tv_sec += FLIP_TIMEOUT_NS / NS_PER_S;
  while (self->in_flight.owner && ret == 0)
    ret = pthread_cond_timedwait (&self->idle, &self->lock, &until);
}

void
zc_kms_presenter_stop (struct zc_kms_presenter *self, struct zc_kms_frame *last)
{
  struct zc_kms_frame dropped[2];

  pthread_mutex_lock (&self->lock);
  dropped[0] = take (&self->waiting);
  wait_until_idle (self);
  pthread_mutex_unlock (&self->lock);

  zc_kms_sys.eventfd_write (self->stop_fd, 1);
  pthread_join (self->thread, NULL);

  /* Only if the display never flipped: the kernel holds the memory itself. */
  dropped[1] = take (&self->in_flight);
  *last = take (&self->scanout);
  release (self, &dropped[0], false);
  release (self, &dropped[1], false);
  presenter_free (self);
}
