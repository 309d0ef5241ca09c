/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * GLib's locks and queues are futexes of its own, which ThreadSanitizer cannot
 * see: all that they guard would look like races. Here a test tells it, for
 * itself and for the plugins that it loads. Without ThreadSanitizer this is
 * empty.
 */

#include <gst/gst.h>

#ifdef __SANITIZE_THREAD__

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

/* Threads may be the first at once, and find the same. */
#define REAL(function)                                                      \
  static __typeof__ (&function) found;                                      \
  __typeof__ (&function) real = __atomic_load_n (&found, __ATOMIC_RELAXED); \
  if (!real) {                                                              \
    real = (__typeof__ (real)) dlsym (RTLD_NEXT, #function);                \
    __atomic_store_n (&found, real, __ATOMIC_RELAXED);                      \
  }

void (g_mutex_lock) (GMutex *mutex)
{
  REAL (g_mutex_lock);
  real (mutex);
  __tsan_acquire (mutex);
}

void (g_mutex_unlock) (GMutex *mutex)
{
  REAL (g_mutex_unlock);
  __tsan_release (mutex);
  real (mutex);
}

gboolean (g_mutex_trylock) (GMutex *mutex)
{
  REAL (g_mutex_trylock);
  if (!real (mutex))
    return FALSE;
  __tsan_acquire (mutex);
  return TRUE;
}

void
g_rec_mutex_lock (GRecMutex *mutex)
{
  REAL (g_rec_mutex_lock);
  real (mutex);
  __tsan_acquire (mutex);
}

void
g_rec_mutex_unlock (GRecMutex *mutex)
{
  REAL (g_rec_mutex_unlock);
  __tsan_release (mutex);
  real (mutex);
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  REAL (g_cond_wait);
  __tsan_release (mutex);
  real (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
  gboolean signalled;

  REAL (g_cond_wait_until);
  __tsan_release (mutex);
  signalled = real (cond, mutex, end_time);
  __tsan_acquire (mutex);
  return signalled;
}

void
g_async_queue_push (GAsyncQueue *queue, gpointer data)
{
  REAL (g_async_queue_push);
  __tsan_release (queue);
  real (queue, data);
}

gpointer
g_async_queue_pop (GAsyncQueue *queue)
{
  gpointer data;

  REAL (g_async_queue_pop);
  data = real (queue);
  __tsan_acquire (queue);
  return data;
}

gpointer
g_async_queue_try_pop (GAsyncQueue *queue)
{
  gpointer data;

  REAL (g_async_queue_try_pop);
  data = real (queue);
  __tsan_acquire (queue);
  return data;
}

gpointer
g_async_queue_timeout_pop (GAsyncQueue *queue, guint64 timeout)
{
  gpointer data;

  REAL (g_async_queue_timeout_pop);
  data = real (queue, timeout);
  __tsan_acquire (queue);
  return data;
}

/* What is made once is whole for those who find it made. */
gboolean (g_once_init_enter) (volatile void *location)
{
  gboolean is_first;

  REAL (g_once_init_enter);
  is_first = real (location);
  __tsan_acquire ((void *) location);
  return is_first;
}

void (g_once_init_leave) (volatile void *location, gsize result)
{
  REAL (g_once_init_leave);
  __tsan_release ((void *) location);
  real (location, result);
}

/* What a thread did to an object comes before what the last owner does. */
void
gst_mini_object_unref (GstMiniObject *object)
{
  REAL (gst_mini_object_unref);
  __tsan_release (object);
  __tsan_acquire (object);
  real (object);
}

#endif
