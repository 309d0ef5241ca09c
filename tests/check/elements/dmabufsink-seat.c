/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The seat is switched to another session and back while a sink plays. Only an
 * active session can ask seatd for that, and only in the thread that serves it:
 * the program's libseat_get_fd() and libseat_dispatch(), which come before
 * those of libseat, do so when the test says.
 */
#include "../helpers/crc.h"
#include "../helpers/devices.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/seatd.h"

#include "gst-libs/kms/kms-access.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <libseat.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define CAPS "video/x-raw,format=BGRx,width=640,height=480,framerate=30/1"

/* --- between the sink and libseat -------------------------------------- */

static gint n_sessions;  /* that were opened here; seatd counts from 0 */
static gint delay_us;    /* how late we hear of what the seat does */
static int ask_fd = -1;  /* readable: the other's turn */
static int both_fd = -1; /* of that and the session's */

struct libseat *
libseat_open_seat (const struct libseat_seat_listener *listener, void *data)
{
  struct libseat *(*next) (const struct libseat_seat_listener *,
      void *) = dlsym (RTLD_NEXT, "libseat_open_seat");

  g_atomic_int_inc (&n_sessions);
  if (both_fd >= 0)
    close (both_fd);
  both_fd = -1;
  return next (listener, data);
}

int
libseat_get_fd (struct libseat *libseat)
{
  int (*next) (struct libseat *) = dlsym (RTLD_NEXT, "libseat_get_fd");
  struct epoll_event event = { .events = EPOLLIN };

  if (ask_fd < 0)
    return next (libseat);
  if (both_fd < 0) {
    both_fd = epoll_create1 (EPOLL_CLOEXEC);
    epoll_ctl (both_fd, EPOLL_CTL_ADD, next (libseat), &event);
    epoll_ctl (both_fd, EPOLL_CTL_ADD, ask_fd, &event);
  }
  return both_fd;
}

int
libseat_dispatch (struct libseat *libseat, int timeout)
{
  int (*next) (struct libseat *, int) = dlsym (RTLD_NEXT, "libseat_dispatch");
  eventfd_t value;

  if (ask_fd >= 0 && eventfd_read (ask_fd, &value) == 0)
    libseat_switch_session (libseat, g_atomic_int_get (&n_sessions));
  g_usleep (g_atomic_int_get (&delay_us));
  return next (libseat, timeout);
}

/* --- the other session ------------------------------------------------- */

static char card_path[64], card_debugfs[64];

static pid_t other;
static int tell; /* to the other */

/* Turns the display off, as a compositor that starts. */
static int
darken (int fd)
{
  drmModeRes *resources = drmModeGetResources (fd);
  int ret = drmModeSetCrtc (fd, resources->crtcs[0], 0, 0, 0, NULL, 0, NULL);

  drmModeFreeResources (resources);
  return ret;
}

/* Has the card from when it is told to until it is told again. */
static int
run_other (int go)
{
  static const struct zc_kms_seat_funcs funcs;
  struct zc_kms_access way;
  char c;

  ask_fd = -1;
  if (read (go, &c, 1) != 1)
    return 1;
  if (zc_kms_access_open (&way, card_path, ZC_KMS_ACCESS_SEAT, &funcs, NULL) !=
      0)
    return 2;
  if (darken (way.device->fd) != 0)
    return 3;
  if (read (go, &c, 1) != 1)
    return 4;
  zc_kms_access_close (&way);
  return 0;
}

static void
other_start (void)
{
  int ends[2];

  fail_unless_equals_int (pipe2 (ends, O_CLOEXEC), 0);
  other = fork ();
  if (other == 0) {
    close (ends[1]);
    _exit (run_other (ends[0]));
  }
  close (ends[0]);
  tell = ends[1];
}

static void
other_tell (void)
{
  fail_unless_equals_int (write (tell, "g", 1), 1);
}

static void
other_end (void)
{
  int status;

  fail_unless_equals_int (waitpid (other, &status, 0), other);
  fail_unless (
      WIFEXITED (status) && WEXITSTATUS (status) == 0, "status %x", status);
  close (tell);
}

/* --- the sink ---------------------------------------------------------- */

static GstElement *pipeline;
static int watch_fd; /* opened late: no master */

static void
play (void)
{
  fail_unless (devices_find_card (card_path, sizeof (card_path)));
  fail_unless (devices_find_card_debugfs (card_debugfs, sizeof (card_debugfs)));
  seatd_start ("nobody");
  seatd_become_nobody ();
  other_start ();
  pipeline = pipeline_new ("videotestsrc is-live=true pattern=circular ! " CAPS
                           " ! dmabufsink name=sink");
  ask_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 5);
  seatd_become_root (); /* to see what is shown */
  watch_fd = open (card_path, O_RDWR | O_CLOEXEC);
  fail_unless (watch_fd >= 0);
}

static guint64
get_stat (const char *field)
{
  return pipeline_get_stat (pipeline, "sink", field);
}

static void
wait_stat (const char *field, guint64 more)
{
  guint64 n = get_stat (field) + more;

  for (guint i = 0; i < 500 && get_stat (field) < n; i++)
    g_usleep (10000);
  fail_unless (get_stat (field) >= n, "%s", field);
}

static gboolean
is_lit (void)
{
  drmModeRes *resources = drmModeGetResources (watch_fd);
  drmModeCrtc *crtc = drmModeGetCrtc (watch_fd, resources->crtcs[0]);
  gboolean lit = crtc->mode_valid;

  drmModeFreeCrtc (crtc);
  drmModeFreeResources (resources);
  return lit;
}

/* Until the other is there to be switched to, and has done its work. */
static void
switch_away (void)
{
  other_tell ();
  for (guint i = 0; i < 200 && is_lit (); i++) {
    eventfd_write (ask_fd, 1);
    g_usleep (20000);
  }
  fail_if (is_lit ());
}

static void
switch_back (void)
{
  other_tell ();
  other_end ();
}

static void
assert_no_error (void)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage)
      message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

  fail_if (message != NULL, "%" GST_PTR_FORMAT, (void *) message);
}

static void
end (void)
{
  assert_no_error ();
  pipeline_free (pipeline);
  close (watch_fd);
}

static void
wait_crc (guint32 crc)
{
  for (guint i = 0; i < 100 && !is_lit (); i++)
    g_usleep (20000);
  for (guint i = 0; i < 100; i++)
    if (crc_read_current_of (card_debugfs, 0) == crc)
      return;
  fail ("it is not on the screen");
}

/* --- tests ------------------------------------------------------------- */

/* The display is taken away before that is told: frames come in between. */
GST_START_TEST (a_seat_that_tells_late_is_no_error)
{
  play ();
  g_atomic_int_set (&delay_us, 500000);
  switch_away ();
  wait_stat ("dropped", 20);
  g_atomic_int_set (&delay_us, 0);
  switch_back ();
  wait_stat ("frames", 5);
  end ();
}
GST_END_TEST;

GST_START_TEST (frames_are_dropped_while_another_session_is_in_front)
{
  guint64 shown;

  play ();
  switch_away ();
  wait_stat ("dropped", 5);
  shown = get_stat ("frames");
  wait_stat ("dropped", 10);
  fail_unless_equals_uint64 (get_stat ("frames"), shown);
  fail_if (is_lit ());
  switch_back ();
  end ();
}
GST_END_TEST;

GST_START_TEST (frames_are_seen_again_when_it_has_gone)
{
  guint32 crc;

  play ();
  crc = crc_read_current_of (card_debugfs, 0);
  fail_if (crc == crc_of_black (640, 480));
  switch_away ();
  wait_stat ("dropped", 5);
  switch_back ();
  wait_stat ("frames", 5);
  wait_crc (crc);
  end ();
}
GST_END_TEST;

/* Nobody sends another frame. */
GST_START_TEST (a_still_picture_is_seen_again)
{
  guint32 crc;

  play ();
  pipeline_set_state (pipeline, GST_STATE_PAUSED);
  crc = crc_read_current_of (card_debugfs, 0);
  switch_away ();
  switch_back ();
  wait_crc (crc);
  end ();
}
GST_END_TEST;

GST_START_TEST (a_sink_stops_while_another_session_is_in_front)
{
  play ();
  switch_away ();
  pipeline_set_state (pipeline, GST_STATE_NULL);
  fail_if (is_lit ());
  switch_back ();
  end ();
}
GST_END_TEST;

GST_START_TEST (a_sink_pauses_and_goes_on_while_another_session_is_in_front)
{
  play ();
  switch_away ();
  pipeline_set_state (pipeline, GST_STATE_PAUSED);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  wait_stat ("dropped", 5);
  switch_back ();
  wait_stat ("frames", 5);
  fail_unless (is_lit ());
  end ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (a_seat_that_tells_late_is_no_error),
    RUNNER_TEST (frames_are_dropped_while_another_session_is_in_front),
    RUNNER_TEST (frames_are_seen_again_when_it_has_gone),
    RUNNER_TEST (a_still_picture_is_seen_again),
    RUNNER_TEST (a_sink_stops_while_another_session_is_in_front),
    RUNNER_TEST (a_sink_pauses_and_goes_on_while_another_session_is_in_front))
