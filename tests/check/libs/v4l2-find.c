/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/v4l2-device.h"
#include "gst-libs/v4l2/v4l2-find.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdlib.h>
#include <unistd.h>

#define FIRST_FD 1000 /* of the nodes, by their place in the table */
#define CAMERA (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING)
#define CODEC (V4L2_CAP_VIDEO_M2M_MPLANE | V4L2_CAP_STREAMING)

/* A machine with two cameras of one kind, each with two nodes, a codec, and a
 * camera that needs others. */
struct node {
  const char *path, *card, *bus;
  __u32 capabilities;
  int open_errno;
};

static struct node nodes[6];
static int n_open, n_opened, fd_flags;

static const struct {
  const char *link, *target;
} links[] = {
  { "/dev/v4l/by-id/usb-ACME_Cam_7-video-index0", "/dev/video2" },
  { "/dev/v4l/by-path/pci-0000:00:14.0-video-index0", "/dev/video4" },
  { "/dev/v4l/by-id/odd", "/dev/null" },
  { "/dev/my-camera", "/dev/video2" },
  { "/dev/video4", "/dev/video4" },
};

static int
fail_with (int error)
{
  errno = error;
  return -1;
}

static int
fake_open (const char *path, int flags)
{
  fail_unless (flags & O_CLOEXEC);
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++) {
    if (!nodes[i].path || strcmp (nodes[i].path, path) != 0)
      continue;
    if (nodes[i].open_errno)
      return fail_with (nodes[i].open_errno);
    n_open++;
    n_opened++;
    return FIRST_FD + i;
  }
  return fail_with (ENOENT);
}

static int
fake_close (int fd)
{
  fail_unless (fd >= FIRST_FD);
  n_open--;
  return 0;
}

static int
fake_ioctl (int fd, unsigned long request, void *arg)
{
  const struct node *node = &nodes[fd % FIRST_FD];
  struct v4l2_capability *c = arg;

  fail_unless (request == VIDIOC_QUERYCAP);
  if (node->capabilities == 0)
    return fail_with (ENOTTY);
  memset (c, 0, sizeof (*c));
  c->capabilities = V4L2_CAP_DEVICE_CAPS;
  c->device_caps = node->capabilities;
  g_strlcpy ((char *) c->card, node->card, sizeof (c->card));
  g_strlcpy ((char *) c->bus_info, node->bus, sizeof (c->bus_info));
  return 0;
}

static struct dirent *
entry_new (const char *name)
{
  struct dirent *entry = calloc (1, sizeof (*entry));

  g_strlcpy (entry->d_name, name, sizeof (entry->d_name));
  return entry;
}

static int
list (const char *const *names, struct dirent ***entries,
    int (*filter) (const struct dirent *))
{
  int n = 0;

  *entries = calloc (16, sizeof (**entries));
  for (; *names; names++) {
    struct dirent *entry = entry_new (*names);

    if (filter (entry))
      (*entries)[n++] = entry;
    else
      free (entry);
  }
  return n;
}

static int
fake_scandir (const char *folder, struct dirent ***entries,
    int (*filter) (const struct dirent *),
    int (*compare) (const struct dirent **, const struct dirent **))
{
  static const char *const dev[] = { "null", "v4l", "vga", "video", "video0",
    "video1", "video2", "video3", "video4", "video5", "videocodec", NULL };

  fail_unless (compare == versionsort);
  fail_unless_equals_string (folder, "/dev");
  return list (dev, entries, filter);
}

static char *
fake_realpath (const char *path, char *resolved)
{
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    if (strcmp (links[i].link, path) == 0)
      return strcpy (resolved, links[i].target);
  errno = ENOENT;
  return NULL;
}

static ssize_t
fake_readlink (const char *path, char *target, size_t size)
{
  if (strcmp (path, "/proc/self/fd/2000") != 0)
    return fail_with (ENOENT);
  fail_unless (size > 11);
  memcpy (target, "/dev/video0", 11); /* without a zero, like the real one */
  return 11;
}

static int
fake_fcntl (int fd, int command, long arg)
{
  if (command == F_DUPFD_CLOEXEC) {
    if (fd != 5)
      return fail_with (EBADF);
    n_open++;
    return 2 * FIRST_FD;
  }
  fail_unless_equals_int (fd, 2 * FIRST_FD);
  if (command == F_SETFL)
    fd_flags = arg;
  return command == F_GETFL ? fd_flags : 0;
}

static void
set_up (void)
{
  static const struct node machine[G_N_ELEMENTS (nodes)] = {
    { "/dev/video0", "Codec", "platform:codec", CODEC, 0 },
    { "/dev/video1", "Cam", "usb-1", V4L2_CAP_META_CAPTURE, 0 },
    { "/dev/video2", "Cam", "usb-1", CAMERA, 0 },
    { "/dev/video3", "ISP", "platform:isp", CAMERA | V4L2_CAP_IO_MC, 0 },
    { "/dev/video4", "Cam", "usb-2", CAMERA, 0 },
    { "/dev/video5", "usb-2", "usb-3", CAMERA, 0 },
  };

  memcpy (nodes, machine, sizeof (nodes));
  n_open = n_opened = 0;
  fd_flags = O_RDWR;
  zc_v4l2_sys.open = fake_open;
  zc_v4l2_sys.close = fake_close;
  zc_v4l2_sys.ioctl = fake_ioctl;
  zc_v4l2_sys.scandir = fake_scandir;
  zc_v4l2_sys.realpath = fake_realpath;
  zc_v4l2_sys.readlink = fake_readlink;
  zc_v4l2_sys.fcntl = fake_fcntl;
}

static void
assert_resolves (const char *name, int ret, const char *expected)
{
  char path[64] = "before";

  fail_unless_equals_int (
      zc_v4l2_device_resolve (name, path, sizeof (path)), ret);
  fail_unless_equals_string (path, expected);
  fail_unless_equals_int (n_open, 0);
}

GST_START_TEST (the_first_camera_works_by_itself)
{
  char path[64];

  set_up ();
  nodes[2].capabilities |= V4L2_CAP_IO_MC;
  fail_unless_equals_int (zc_v4l2_device_find (path, sizeof (path)), 0);
  fail_unless_equals_string (path, "/dev/video4");
  fail_unless_equals_int (n_open, 0);
}
GST_END_TEST;

GST_START_TEST (without_any_camera_the_reason_is_told)
{
  static const int reasons[] = { EACCES, EPERM, EBUSY };
  char path[64];

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++) {
    set_up ();
    for (guint j = 2; j < G_N_ELEMENTS (nodes); j++)
      nodes[j].open_errno = reasons[i];
    fail_unless_equals_int (
        zc_v4l2_device_find (path, sizeof (path)), -reasons[i]);
    fail_unless_equals_string (path, "/dev/video2");
  }
  for (guint j = 2; j < G_N_ELEMENTS (nodes); j++)
    nodes[j].open_errno = ENXIO;
  fail_unless_equals_int (zc_v4l2_device_find (path, sizeof (path)), -ENODEV);
  fail_unless_equals_string (path, "");
}
GST_END_TEST;

GST_START_TEST (a_camera_that_is_busy_does_not_hide_the_next)
{
  char path[64];

  set_up ();
  nodes[2].open_errno = EBUSY;
  fail_unless_equals_int (zc_v4l2_device_find (path, sizeof (path)), 0);
  fail_unless_equals_string (path, "/dev/video4");
}
GST_END_TEST;

GST_START_TEST (a_path_is_taken_as_it_is)
{
  set_up ();
  assert_resolves ("/dev/video99", 0, "/dev/video99");
  assert_resolves ("/dev/my-camera", 0, "/dev/video2");
  fail_unless_equals_int (n_opened, 0);
}
GST_END_TEST;

GST_START_TEST (links_are_found_by_their_short_names)
{
  set_up ();
  assert_resolves ("usb-ACME_Cam_7-video-index0", 0, "/dev/video2");
  assert_resolves ("by-id/usb-ACME_Cam_7-video-index0", 0, "/dev/video2");
  assert_resolves ("v4l/by-id/usb-ACME_Cam_7-video-index0", 0, "/dev/video2");
  assert_resolves ("pci-0000:00:14.0-video-index0", 0, "/dev/video4");
  assert_resolves ("video4", 0, "/dev/video4");
  fail_unless_equals_int (n_opened, 0); /* no camera was woken for it */
}
GST_END_TEST;

GST_START_TEST (a_link_to_something_else_is_no_camera)
{
  set_up ();
  assert_resolves ("odd", -ENODEV, "");
}
GST_END_TEST;

GST_START_TEST (of_the_nodes_of_a_place_the_first_that_captures)
{
  set_up ();
  assert_resolves ("usb-1", 0, "/dev/video2");
  assert_resolves ("platform:isp", 0, "/dev/video3");
}
GST_END_TEST;

GST_START_TEST (of_the_nodes_of_a_card_the_first_that_captures)
{
  set_up ();
  assert_resolves ("Cam", 0, "/dev/video2");
  nodes[2].open_errno = EBUSY;
  assert_resolves ("Cam", 0, "/dev/video4");
}
GST_END_TEST;

/* usb-2 is also the name of a card, whose node comes later or earlier. */
GST_START_TEST (the_place_wins_over_the_card)
{
  set_up ();
  nodes[2].card = "usb-2";
  assert_resolves ("usb-2", 0, "/dev/video4");
}
GST_END_TEST;

GST_START_TEST (what_has_the_name_but_cannot_capture_is_told)
{
  set_up ();
  assert_resolves ("Codec", -ENXIO, "");
  assert_resolves ("platform:codec", -ENXIO, "");
}
GST_END_TEST;

GST_START_TEST (an_unknown_name_is_told)
{
  set_up ();
  assert_resolves ("nobody", -ENODEV, "");
  assert_resolves ("", -ENODEV, "");
}
GST_END_TEST;

GST_START_TEST (an_unknown_name_among_closed_nodes_is_told_with_the_reason)
{
  set_up ();
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    nodes[i].open_errno = EACCES;
  assert_resolves ("Cam", -EACCES, "/dev/video0");
}
GST_END_TEST;

GST_START_TEST (a_buffer_that_is_too_short_is_an_error)
{
  char path[5];

  set_up ();
  fail_unless_equals_int (
      zc_v4l2_device_find (path, sizeof (path)), -ENAMETOOLONG);
  fail_unless_equals_int (
      zc_v4l2_device_resolve ("Cam", path, sizeof (path)), -ENAMETOOLONG);
  fail_unless_equals_int (
      zc_v4l2_device_resolve ("/dev/video2", path, sizeof (path)),
      -ENAMETOOLONG);
}
GST_END_TEST;

GST_START_TEST (the_list_has_all_nodes_and_their_errors)
{
  struct zc_v4l2_node *found;

  set_up ();
  nodes[3].open_errno = EACCES;
  nodes[4].capabilities = 0;
  fail_unless_equals_int (zc_v4l2_node_list (&found), 6);
  fail_unless_equals_string (found[5].path, "/dev/video5");
  fail_unless_equals_int (found[3].error, -EACCES);
  fail_unless_equals_int (found[4].error, -ENOTTY);
  fail_unless_equals_string ((char *) found[2].capability.card, "Cam");
  fail_if (zc_v4l2_node_captures (&found[0]));
  fail_if (zc_v4l2_node_captures (&found[3]));
  fail_unless (zc_v4l2_node_captures (&found[5]));
  fail_unless_equals_int (n_open, 0);
  free (found);
}
GST_END_TEST;

GST_START_TEST (a_descriptor_is_used_without_opening_anything)
{
  struct zc_v4l2_device *device;

  set_up ();
  nodes[0].capabilities = CAMERA;
  fail_unless_equals_int (zc_v4l2_device_open_fd (&device, 5), 0);
  fail_unless_equals_string (device->path, "/dev/video0");
  fail_unless_equals_int (device->fd, 2 * FIRST_FD);
  fail_unless_equals_int (fd_flags, O_RDWR | O_NONBLOCK);
  fail_unless_equals_int (n_opened, 0);
  zc_v4l2_device_close (device);
  fail_unless_equals_int (n_open, 0);
}
GST_END_TEST;

GST_START_TEST (a_descriptor_that_will_not_do_is_closed)
{
  struct zc_v4l2_device *device;

  set_up ();
  fail_unless_equals_int (zc_v4l2_device_open_fd (&device, 5), -ENXIO);
  fail_unless (device == NULL);
  nodes[0].capabilities = 0;
  fail_unless_equals_int (zc_v4l2_device_open_fd (&device, 5), -ENOTTY);
  fail_unless_equals_int (zc_v4l2_device_open_fd (&device, 6), -EBADF);
  fail_unless (device == NULL);
  fail_unless_equals_int (n_open, 0);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (the_first_camera_works_by_itself),
    RUNNER_TEST (without_any_camera_the_reason_is_told),
    RUNNER_TEST (a_camera_that_is_busy_does_not_hide_the_next),
    RUNNER_TEST (a_path_is_taken_as_it_is),
    RUNNER_TEST (links_are_found_by_their_short_names),
    RUNNER_TEST (a_link_to_something_else_is_no_camera),
    RUNNER_TEST (of_the_nodes_of_a_place_the_first_that_captures),
    RUNNER_TEST (of_the_nodes_of_a_card_the_first_that_captures),
    RUNNER_TEST (the_place_wins_over_the_card),
    RUNNER_TEST (what_has_the_name_but_cannot_capture_is_told),
    RUNNER_TEST (an_unknown_name_is_told),
    RUNNER_TEST (an_unknown_name_among_closed_nodes_is_told_with_the_reason),
    RUNNER_TEST (a_buffer_that_is_too_short_is_an_error),
    RUNNER_TEST (the_list_has_all_nodes_and_their_errors),
    RUNNER_TEST (a_descriptor_is_used_without_opening_anything),
    RUNNER_TEST (a_descriptor_that_will_not_do_is_closed))
