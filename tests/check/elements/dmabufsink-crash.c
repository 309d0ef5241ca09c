/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/crc.h"
#include "../helpers/display.h"
#include "../helpers/dmabufs.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the kernel makes of a display whose program was killed while it showed,
 * and what the next one finds. */
#define STILL                     \
  "videotestsrc pattern=gradient" \
  " ! video/x-raw,format=BGRx,width=640,height=480,framerate=60/1 ! "
#define SINK STILL "dmabufsink name=sink "

/* Plays in a process of its own until it is killed. */
static pid_t
start_other (const char *description)
{
  pid_t pid = fork ();

  fail_unless (pid >= 0);
  if (pid == 0) {
    prctl (PR_SET_PDEATHSIG, SIGKILL);
    gst_element_set_state (
        gst_parse_launch (description, NULL), GST_STATE_PLAYING);
    for (;;)
      pause ();
  }
  return pid;
}

static void
kill_other (pid_t pid)
{
  int status;

  fail_unless_equals_int (kill (pid, SIGKILL), 0);
  fail_unless_equals_int (waitpid (pid, &status, 0), pid);
  fail_unless (WIFSIGNALED (status), "it ended by itself: %d", status);
}

/* Until something else than OLD is on the primary plane. */
static void
wait_for_picture (struct display *display, uint32_t old)
{
  struct display_state state;

  for (guint i = 0; i < 1000; i++) {
    display_read (display, &state);
    if (state.lit && state.primary_fb != 0 && state.primary_fb != old)
      return;
    g_usleep (10 * G_TIME_SPAN_MILLISECOND);
  }
  fail ("the other program shows nothing");
}

/* Watches only, so that the other can be master. */
static void
watch (struct display *display)
{
  display_open (display);
  display_drop_master (display);
}

static void
kill_while_showing (struct display *display, const char *description)
{
  pid_t pid = start_other (description);

  wait_for_picture (display, 0);
  g_usleep (100 * G_TIME_SPAN_MILLISECOND); /* some flips */
  kill_other (pid);
}

/* Framebuffers go with their program, and planes with them; whether the mode
 * stays, with black in it, is the driver's choice. */
static void
assert_no_picture (struct display *display)
{
  struct display_state state;

  display_read (display, &state);
  fail_unless_equals_int (state.primary_fb, 0);
  fail_unless_equals_int (state.n_planes_on, 0);
}

GST_START_TEST (the_picture_of_a_killed_program_goes_with_it)
{
  unsigned dmabufs = dmabufs_count ();
  struct display display;

  watch (&display);
  kill_while_showing (&display, SINK);
  assert_no_picture (&display);
  fail_unless_equals_int (display_count_framebuffers (), 0);
  fail_unless_equals_int (dmabufs_settle (dmabufs), dmabufs);
  display_close (&display);
}
GST_END_TEST;

/* Nobody is left who knew it, but who made it still has it. */
GST_START_TEST (what_was_lit_before_is_not_back_and_can_be_shown_again)
{
  struct display display;
  struct display_state state;
  uint32_t fb;
  pid_t pid;

  display_open (&display);
  fb = display_make_picture (&display, 1280, 720, 0x336699);
  display_light (&display, fb, 1280, 720);
  display_drop_master (&display);
  pid = start_other (SINK);
  wait_for_picture (&display, fb);
  kill_other (pid);
  assert_no_picture (&display);

  display_become_master (&display);
  display_light (&display, fb, 1280, 720);
  display_read (&display, &state);
  fail_unless (state.lit);
  fail_unless_equals_int (state.primary_fb, fb);
  display_close (&display);
}
GST_END_TEST;

/* The same for a while, and not the black before the first picture. */
static guint32
crc_read_settled (void)
{
  guint32 black = crc_of_black (640, 480), last = black, crc;

  for (guint i = 0, same = 0; i < 200; i++, last = crc) {
    crc = crc_read_current ();
    same = crc == last && crc != black ? same + 1 : 0;
    if (same == 5)
      return crc;
    g_usleep (20 * G_TIME_SPAN_MILLISECOND);
  }
  fail ("the picture does not stand still");
  return 0;
}

/* Programs are forked before this one plays anything, because threads do not
 * come along. */
static guint32
show_in_other (struct display *display, const char *description)
{
  pid_t pid = start_other (description);
  guint32 crc;

  wait_for_picture (display, 0);
  crc = crc_read_settled ();
  kill_other (pid);
  return crc;
}

static void
assert_shows_and_restores (struct display *display, guint32 crc)
{
  GstElement *pipeline = pipeline_new (SINK);
  struct display_state state;

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 5);
  fail_unless_equals_int_hex (crc_read_settled (), crc);
  pipeline_free (pipeline);
  display_read (display, &state);
  fail_if (state.lit);
  fail_unless_equals_int (state.n_planes_on, 0);
}

GST_START_TEST (the_next_program_shows_and_leaves_the_display_dark)
{
  struct display display;
  guint32 crc;

  watch (&display);
  crc = show_in_other (&display, SINK);
  assert_shows_and_restores (&display, crc);
  display_close (&display);
}
GST_END_TEST;

/* The kernel keeps what properties of planes were set to. */
GST_START_TEST (the_turn_of_a_killed_program_is_not_the_next_ones)
{
  struct display display;
  guint32 crc;

  watch (&display);
  crc = show_in_other (&display, SINK);
  fail_if (show_in_other (&display, SINK "rotate-method=180") == crc);
  assert_shows_and_restores (&display, crc);
  display_close (&display);
}
GST_END_TEST;

GST_START_TEST (ten_killed_programs_leave_nothing)
{
  unsigned dmabufs = dmabufs_count ();
  struct display display;

  watch (&display);
  for (guint i = 0; i < 10; i++)
    kill_while_showing (
        &display, "videotestsrc ! textoverlay text=text ! dmabufsink");
  assert_no_picture (&display);
  fail_unless_equals_int (display_count_framebuffers (), 0);
  fail_unless_equals_int (dmabufs_settle (dmabufs), dmabufs);
  display_close (&display);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY,
    RUNNER_TEST (the_picture_of_a_killed_program_goes_with_it),
    RUNNER_TEST (what_was_lit_before_is_not_back_and_can_be_shown_again),
    RUNNER_TEST (the_next_program_shows_and_leaves_the_display_dark),
    RUNNER_TEST (the_turn_of_a_killed_program_is_not_the_next_ones),
    RUNNER_TEST (ten_killed_programs_leave_nothing))
