/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/seatd.h"

#include "gst-libs/kms/gstzckmscard.h"
#include "gst-libs/kms/kms-find.h"
#include "gst-libs/kms/kms-seat-sys.h"

#include <libseat.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static char card_path[64];

static void
become_nobody (void)
{
  fail_unless (devices_find_card (card_path, sizeof (card_path)));
  seatd_become_nobody ();
}

/* What a card was told last. */
static gint told;

static void
on_enabled (void *data)
{
  (void) data;
  g_atomic_int_set (&told, 'e');
}

static void
on_disabled (void *data)
{
  (void) data;
  g_atomic_int_set (&told, 'd');
}

static const struct zc_kms_seat_funcs funcs = {
  .enabled = on_enabled,
  .disabled = on_disabled,
};

static uint32_t
find_property (int fd, uint32_t object, const char *name)
{
  drmModeObjectProperties *list = drmModeObjectGetProperties (
      fd, object, DRM_MODE_OBJECT_ANY);
  uint32_t found = 0;

  for (uint32_t i = 0; list && i < list->count_props; i++) {
    drmModePropertyRes *property = drmModeGetProperty (fd, list->props[i]);

    if (property && strcmp (property->name, name) == 0)
      found = property->prop_id;
    drmModeFreeProperty (property);
  }
  drmModeFreeObjectProperties (list);
  return found;
}

/* Only the master may: 0, or the errno. */
static int
try_commit (struct zc_kms_device *device)
{
  drmModePlaneRes *planes = drmModeGetPlaneResources (device->fd);
  drmModeAtomicReq *request = drmModeAtomicAlloc ();
  uint32_t plane = planes->planes[0];
  int ret;

  drmModeAtomicAddProperty (
      request, plane, find_property (device->fd, plane, "FB_ID"), 0);
  drmModeAtomicAddProperty (
      request, plane, find_property (device->fd, plane, "CRTC_ID"), 0);
  ret = drmModeAtomicCommit (
      device->fd, request, DRM_MODE_ATOMIC_TEST_ONLY, NULL);
  drmModeAtomicFree (request);
  drmModeFreePlaneResources (planes);
  return -ret;
}

GST_START_TEST (a_seat_gives_the_card_to_who_may_not_open_it)
{
  struct zc_kms_access way;

  seatd_start ("nobody");
  become_nobody ();
  fail_unless (open (card_path, O_RDWR | O_CLOEXEC) < 0 && errno == EACCES);
  fail_unless_equals_int (
      zc_kms_access_open (&way, card_path, ZC_KMS_ACCESS_AUTO, &funcs, NULL),
      0);
  fail_unless_equals_string (way.device->path, card_path);
  fail_unless_equals_int (zc_kms_device_become_master (way.device), 0);
  fail_unless_equals_int (try_commit (way.device), 0);
  zc_kms_device_drop_master (way.device);
  zc_kms_access_close (&way);
  seatd_become_root ();
}
GST_END_TEST;

GST_START_TEST (without_a_seat_the_cure_is_told)
{
  struct zc_kms_access way;
  char text[256];

  become_nobody ();
  fail_unless_equals_int (
      zc_kms_access_open (&way, card_path, ZC_KMS_ACCESS_AUTO, &funcs, NULL),
      -EACCES);
  fail_unless_equals_int (way.seat_error, -ENOENT);
  zc_kms_seat_explain (text, sizeof (text), way.seat_error);
  fail_unless (strstr (text, "start seatd") != NULL, "%s", text);
  seatd_become_root ();
}
GST_END_TEST;

GST_START_TEST (a_seat_for_others_is_told)
{
  struct zc_kms_access way;
  char text[256];

  seatd_start ("root");
  become_nobody ();
  fail_unless_equals_int (
      zc_kms_access_open (&way, card_path, ZC_KMS_ACCESS_AUTO, &funcs, NULL),
      -EACCES);
  zc_kms_seat_explain (text, sizeof (text), way.seat_error);
  fail_unless (strstr (text, "not for this user") != NULL, "%s", text);
  seatd_become_root ();
}
GST_END_TEST;

GST_START_TEST (twenty_sessions_leave_no_descriptor)
{
  struct zc_kms_access way;
  guint before;

  seatd_start ("nobody");
  before = fds_count ();
  become_nobody ();
  for (int i = 0; i < 20; i++) {
    fail_unless_equals_int (
        zc_kms_access_open (&way, card_path, ZC_KMS_ACCESS_SEAT, &funcs, NULL),
        0);
    zc_kms_access_close (&way);
  }
  fail_unless_equals_int (fds_count (), before);
  seatd_become_root ();
}
GST_END_TEST;

/* --- two sessions ------------------------------------------------------ */

/* The other opens the card, when it gets its turn, until it reads something. */
static int
run_other (int go)
{
  struct zc_kms_access way;
  char c;
  int ret;

  if (read (go, &c, 1) != 1)
    return 1;
  ret = zc_kms_access_open (&way, card_path, ZC_KMS_ACCESS_SEAT, &funcs, NULL);
  if (ret != 0 || try_commit (way.device) != 0 || read (go, &c, 1) != 1)
    return 2;
  zc_kms_access_close (&way);
  return 0;
}

#define OTHER_SESSION 1 /* seatd counts from 0 */

/* libseat may be called only where the session calls it. */
static int
switch_instead (struct libseat *libseat, const char *path, int *fd)
{
  (void) path;
  (void) fd;
  libseat_switch_session (libseat, OTHER_SESSION);
  errno = EAGAIN;
  return -1;
}

static void
wait_told (char what)
{
  for (int i = 0; i < 500 && g_atomic_int_get (&told) != what; i++)
    g_usleep (10000);
  fail_unless_equals_int (g_atomic_int_get (&told), what);
}

/* Until the other is there to be switched to. */
static void
switch_to_other (void)
{
  struct zc_kms_seat_card *card;

  zc_kms_seat_sys.open_device = switch_instead;
  for (int i = 0; i < 50 && g_atomic_int_get (&told) != 'd'; i++) {
    zc_kms_seat_open_card (&card, card_path, &funcs, NULL);
    g_usleep (10000);
  }
  wait_told ('d');
}

GST_START_TEST (a_card_is_found_through_the_seat)
{
  char path[64];
  int seat_error;

  seatd_start ("nobody");
  become_nobody ();
  fail_unless_equals_int (zc_kms_access_find (path, sizeof (path), "vkms", NULL,
                              ZC_KMS_ACCESS_AUTO, &seat_error),
      0);
  fail_unless_equals_string (path, card_path);
  fail_unless_equals_int (seat_error, 0);
  fail_unless_equals_int (zc_kms_access_find (path, sizeof (path), "vkms", NULL,
                              ZC_KMS_ACCESS_DIRECT, &seat_error),
      -EACCES);
  seatd_become_root ();
}
GST_END_TEST;

GST_START_TEST (a_card_that_no_seat_gives_is_told_with_the_reason)
{
  char path[64];
  int seat_error;

  become_nobody ();
  fail_unless_equals_int (zc_kms_access_find (path, sizeof (path), "vkms", NULL,
                              ZC_KMS_ACCESS_AUTO, &seat_error),
      -EACCES);
  fail_unless_equals_int (seat_error, -ENOENT);
  seatd_become_root ();
}
GST_END_TEST;

GST_START_TEST (frames_are_shown_on_a_card_of_the_seat)
{
  struct zc_kms_seat_card *card;
  g_autofree char *text = NULL;
  GstElement *pipeline;

  seatd_start ("nobody");
  become_nobody ();
  fail_unless_equals_int (
      zc_kms_seat_open_card (&card, card_path, &funcs, NULL), 0);
  text = g_strdup_printf (
      "videotestsrc num-buffers=10 ! dmabufsink name=sink fd=%d", card->fd);
  pipeline = pipeline_new (text);
  pipeline_run (pipeline);
  pipeline_assert_no_warning (pipeline);
  pipeline_free (pipeline);
  zc_kms_seat_close_card (card);
  seatd_become_root ();
}
GST_END_TEST;

static pid_t
other_start (int *go)
{
  int ends[2];
  pid_t other;

  fail_unless_equals_int (pipe (ends), 0);
  other = fork ();
  if (other == 0)
    _exit (run_other (ends[0]));
  close (ends[0]);
  *go = ends[1];
  return other;
}

static void
other_tell (int go)
{
  fail_unless_equals_int (write (go, "g", 1), 1);
}

static void
other_end (pid_t other)
{
  int status;

  fail_unless_equals_int (waitpid (other, &status, 0), other);
  fail_unless_equals_int (status, 0);
}

GST_START_TEST (a_sink_that_may_not_open_the_card_asks_the_seat)
{
  GstElement *pipeline;

  seatd_start ("nobody");
  become_nobody ();
  pipeline = pipeline_new (
      "videotestsrc num-buffers=10 ! dmabufsink name=sink");
  pipeline_run (pipeline);
  fail_unless (pipeline_get_stat (pipeline, "sink", "frames") > 0);
  pipeline_free (pipeline);
  seatd_become_root ();
}
GST_END_TEST;

GST_START_TEST (a_sink_without_a_seat_says_what_would_help)
{
  GstElement *pipeline = pipeline_new ("videotestsrc ! dmabufsink");
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  become_nobody ();
  gst_element_set_state (pipeline, GST_STATE_READY);
  error = pipeline_wait_error (pipeline, &debug);
  fail_unless (strstr (error->message, "permission"), "%s", error->message);
  fail_unless (strstr (debug, "start seatd"), "%s", debug);
  pipeline_free (pipeline);
  seatd_become_root ();
}
GST_END_TEST;

GST_START_TEST (two_sessions_take_turns)
{
  struct zc_kms_access way;
  pid_t other;
  int go;

  seatd_start ("nobody");
  become_nobody ();
  other = other_start (&go);
  fail_unless_equals_int (
      zc_kms_access_open (&way, card_path, ZC_KMS_ACCESS_SEAT, &funcs, NULL),
      0);
  other_tell (go);
  switch_to_other ();
  fail_unless_equals_int (try_commit (way.device), EACCES);

  other_tell (go);
  wait_told ('e');
  fail_unless_equals_int (try_commit (way.device), 0);
  other_end (other);
  zc_kms_access_close (&way);
  seatd_become_root ();
}
GST_END_TEST;

static void
count_disabled (void *data)
{
  g_atomic_int_inc ((gint *) data);
}

GST_START_TEST (all_who_share_a_card_are_told)
{
  static const struct zc_kms_seat_funcs counting = {
    .disabled = count_disabled
  };
  GstZcKmsCard *a, *b;
  gint error, seat_error, n_told = 0, n_gone = 0;
  pid_t other;
  int go;

  seatd_start ("nobody");
  become_nobody ();
  other = other_start (&go);
  a = gst_zc_kms_card_open_by (
      card_path, ZC_KMS_ACCESS_AUTO, &error, &seat_error);
  b = gst_zc_kms_card_open_by (
      card_path, ZC_KMS_ACCESS_AUTO, &error, &seat_error);
  fail_unless (a && a == b);
  fail_unless (gst_zc_kms_card_listen (a, &counting, &n_told));
  fail_unless (gst_zc_kms_card_listen (a, &counting, &n_gone));
  gst_zc_kms_card_unlisten (a, &counting, &n_gone);
  fail_unless (gst_zc_kms_card_listen (b, &funcs, NULL));

  other_tell (go);
  switch_to_other ();
  fail_unless_equals_int (g_atomic_int_get (&n_told), 1);
  fail_unless_equals_int (g_atomic_int_get (&n_gone), 0);
  fail_if (gst_zc_kms_card_listen (a, &counting, &n_gone));
  fail_unless_equals_int (g_atomic_int_get (&n_gone), 1);

  other_tell (go);
  wait_told ('e');
  other_end (other);
  gst_zc_kms_card_unlisten (a, &counting, &n_gone);
  gst_zc_kms_card_unlisten (a, &counting, &n_told);
  gst_zc_kms_card_unlisten (b, &funcs, NULL);
  gst_zc_kms_card_unref (a);
  gst_zc_kms_card_unref (b);
  seatd_become_root ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY,
    RUNNER_TEST (a_seat_gives_the_card_to_who_may_not_open_it),
    RUNNER_TEST (without_a_seat_the_cure_is_told),
    RUNNER_TEST (a_seat_for_others_is_told),
    RUNNER_TEST (twenty_sessions_leave_no_descriptor),
    RUNNER_TEST (a_card_is_found_through_the_seat),
    RUNNER_TEST (a_card_that_no_seat_gives_is_told_with_the_reason),
    RUNNER_TEST (frames_are_shown_on_a_card_of_the_seat),
    RUNNER_TEST (a_sink_that_may_not_open_the_card_asks_the_seat),
    RUNNER_TEST (a_sink_without_a_seat_says_what_would_help),
    RUNNER_TEST (two_sessions_take_turns),
    RUNNER_TEST (all_who_share_a_card_are_told))
