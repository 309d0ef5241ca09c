/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What threads do at the same time, each at the worst moment for the other:
 * for ThreadSanitizer. They wait for each other by flags that order nothing. */
#include "../helpers/runner.h"
#include "kms-stage.h"

#include "gst-libs/kms/kms-sys.h"

#include <drm.h>
#include <errno.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct actor actor;

static void
raise_flag (atomic_bool *flag)
{
  atomic_store_explicit (flag, true, memory_order_relaxed);
}

static void
await (atomic_bool *flag)
{
  for (unsigned i = 0; i < 1000; i++) {
    if (atomic_load_explicit (flag, memory_order_relaxed))
      return;
    g_usleep (1000);
  }
  runner_require (false, "the other thread does not get there");
}

/* --- a flip before its commit returns ------------------------------------ */

static int (*real_ioctl) (int fd, unsigned long request, void *arg);
static atomic_bool is_slow, has_flipped;

/* As drmHandleEvent(). The played card's events are messages, which
 * ThreadSanitizer knows to come after they were sent; of a real card's it knows
 * nothing, nor of this call. */
static int
handle_event (int fd, drmEventContext *context)
{
  struct drm_event_vblank event = { 0 };

  if (syscall (SYS_read, fd, &event, sizeof (event)) != sizeof (event))
    return -1;
  context->page_flip_handler2 (fd, event.sequence, event.tv_sec, event.tv_usec,
      event.crtc_id, (void *) (uintptr_t) event.user_data);
  raise_flag (&has_flipped);
  return 0;
}

static int
commit_slowly (int fd, unsigned long request, void *arg)
{
  const struct drm_mode_atomic *commit = arg;
  int ret = real_ioctl (fd, request, arg);

  if (request == DRM_IOCTL_MODE_ATOMIC && ret == 0 &&
      commit->flags & DRM_MODE_PAGE_FLIP_EVENT &&
      atomic_load_explicit (&is_slow, memory_order_relaxed))
    await (&has_flipped);
  return ret;
}

static void
begin (bool async)
{
  real_ioctl = zc_kms_sys.ioctl;
  zc_kms_sys.ioctl = commit_slowly;
  zc_kms_sys.handle_event = handle_event;
  stage_build (NULL, 1);
  if (async)
    card_set_cap (stage.card, DRM_CAP_ATOMIC_ASYNC_PAGE_FLIP, 1);
  stage_begin ();
  actor_enter_on (&actor, stage.output, 0, 0, 320, 240, 1, async);
  fail_unless_equals_int (actor_place (&actor), 0);
}

static void
end (void)
{
  actor_leave (&actor);
  stage_tear_down ();
  zc_kms_sys.ioctl = real_ioctl;
  zc_kms_sys.handle_event = drmHandleEvent;
}

/* Commits return after their flips were told. */
static void
slow_down (void)
{
  atomic_store (&has_flipped, false);
  card_set_flips (stage.card, CARD_FLIPS_AT_ONCE);
  raise_flag (&is_slow);
}

GST_START_TEST (a_frame_flips_before_its_commit_returns)
{
  begin (false);
  slow_down ();
  fail_unless_equals_int (actor_show (&actor), 0);
  actor_wait_for_flips (&actor, 2);
  end ();
}
GST_END_TEST;

GST_START_TEST (a_placement_flips_before_its_commit_returns)
{
  begin (false);
  slow_down ();
  actor.wish.part[ZC_KMS_VIDEO].look.destination.x++;
  fail_unless_equals_int (actor_place (&actor), 0);
  actor_wait_for_flips (&actor, 2);
  end ();
}
GST_END_TEST;

/* --- a question while async flips are refused ---------------------------- */

static atomic_bool has_asked;

static gpointer
ask (gpointer data)
{
  zc_kms_layer_is_async (data);
  raise_flag (&has_asked);
  return NULL;
}

static GThread *asking;

static int
refuse_while_asked (const struct card_state *state, void *data)
{
  if (!(card_state_flags (state) & DRM_MODE_PAGE_FLIP_ASYNC))
    return 0;
  asking = g_thread_new ("ask", ask, data);
  await (&has_asked);
  return EINVAL;
}

GST_START_TEST (a_layer_is_asked_while_async_flips_are_refused)
{
  begin (true);
  fail_unless (zc_kms_layer_is_async (actor.layer));
  card_set_check (stage.card, refuse_while_asked, actor.layer);
  fail_unless_equals_int (actor_show (&actor), 0);
  fail_if (zc_kms_layer_is_async (actor.layer));
  g_thread_join (asking);
  card_set_check (stage.card, NULL, NULL);
  card_flip (stage.card);
  actor_wait_for_flips (&actor, 2);
  end ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (a_frame_flips_before_its_commit_returns),
    RUNNER_TEST (a_placement_flips_before_its_commit_returns),
    RUNNER_TEST (a_layer_is_asked_while_async_flips_are_refused))
