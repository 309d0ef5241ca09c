/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/v4l2-find.h"
#include "gst-libs/v4l2/v4l2-identity.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A machine with two nodes that both capture, of one device or of two. */
#define FIRST_FD 1000
#define ATTRIBUTE_FD 2000 /* of a node's sysfs attribute, by its place */
#define N_NODES 2

static struct {
  const char *bus, *card, *link, *index;
  __u32 capabilities;
} nodes[N_NODES];
static int n_open;

static int
place_of (const char *path, const char *format)
{
  for (int i = 0; i < N_NODES; i++) {
    g_autofree char *its = g_strdup_printf (format, i);

    if (strcmp (its, path) == 0)
      return i;
  }
  return -1;
}

static int
fake_open (const char *path, int flags)
{
  int node = place_of (path, "/dev/video%d");
  int attribute = place_of (path, "/sys/class/video4linux/video%d/index");

  (void) flags;
  if (node < 0 && (attribute < 0 || !nodes[attribute].index)) {
    errno = ENOENT;
    return -1;
  }
  n_open++;
  return node >= 0 ? FIRST_FD + node : ATTRIBUTE_FD + attribute;
}

static int
fake_close (int fd)
{
  (void) fd;
  n_open--;
  return 0;
}

static ssize_t
fake_read (int fd, void *data, size_t size)
{
  const char *text = nodes[fd - ATTRIBUTE_FD].index;

  fail_unless (size > strlen (text));
  memcpy (data, text, strlen (text));
  return (ssize_t) strlen (text);
}

static int
fake_ioctl (int fd, unsigned long request, void *arg)
{
  struct v4l2_capability *c = arg;
  int i = fd - FIRST_FD;

  fail_unless (request == VIDIOC_QUERYCAP);
  *c = (struct v4l2_capability) { .capabilities = nodes[i].capabilities };
  g_strlcpy ((char *) c->bus_info, nodes[i].bus, sizeof (c->bus_info));
  g_strlcpy ((char *) c->card, nodes[i].card, sizeof (c->card));
  return 0;
}

static void
add_entry (struct dirent ***entries, int *n, const char *name)
{
  struct dirent *entry = calloc (1, sizeof (*entry));

  g_strlcpy (entry->d_name, name, sizeof (entry->d_name));
  *entries = realloc (*entries, (size_t) (*n + 1) * sizeof (**entries));
  (*entries)[(*n)++] = entry;
}

static int
fake_scandir (const char *folder, struct dirent ***entries,
    int (*filter) (const struct dirent *),
    int (*compare) (const struct dirent **, const struct dirent **))
{
  int n = 0;

  (void) filter;
  (void) compare;
  *entries = NULL;
  for (int i = 0; i < N_NODES; i++)
    if (strcmp (folder, "/dev") == 0)
      add_entry (entries, &n, i ? "video1" : "video0");
    else if (nodes[i].link)
      add_entry (entries, &n, nodes[i].link);
  return n;
}

static char *
fake_realpath (const char *path, char *resolved)
{
  for (int i = 0; i < N_NODES; i++) {
    g_autofree char *link = g_strdup_printf (
        "/dev/v4l/by-id/%s", nodes[i].link ? nodes[i].link : "");

    if (strcmp (link, path) == 0) {
      g_snprintf (resolved, PATH_MAX, "/dev/video%d", i);
      return resolved;
    }
  }
  return NULL;
}

/* Two cameras of one kind. */
static void
set_up (void)
{
  zc_v4l2_sys.open = fake_open;
  zc_v4l2_sys.close = fake_close;
  zc_v4l2_sys.read = fake_read;
  zc_v4l2_sys.ioctl = fake_ioctl;
  zc_v4l2_sys.scandir = fake_scandir;
  zc_v4l2_sys.realpath = fake_realpath;
  for (int i = 0; i < N_NODES; i++) {
    nodes[i].bus = i ? "usb-2" : "usb-1";
    nodes[i].card = "Cam";
    nodes[i].link = i ? "Cam-B" : "Cam-A";
    nodes[i].index = "0\n";
    nodes[i].capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
  }
  n_open = 0;
}

/* Of the second node. */
static struct zc_v4l2_identity
identity_of_second (void)
{
  struct zc_v4l2_identity identity;
  struct zc_v4l2_node node;

  fail_unless_equals_int (zc_v4l2_node_query (&node, "/dev/video1"), 0);
  zc_v4l2_identity_get (&identity, node.path, &node.capability);
  return identity;
}

static void
assert_found (const struct zc_v4l2_identity *identity, const char *expected)
{
  char path[64] = "";
  int ret = zc_v4l2_identity_find (identity, path, sizeof (path));

  fail_unless_equals_int (ret, expected ? 0 : -ENODEV);
  if (expected)
    fail_unless_equals_string (path, expected);
  fail_unless_equals_int (n_open, 0);
}

GST_START_TEST (a_device_is_known_at_another_node)
{
  struct zc_v4l2_identity identity;

  set_up ();
  identity = identity_of_second ();
  assert_found (&identity, "/dev/video1");
  nodes[0] = nodes[1];
  nodes[1].bus = "usb-3";
  assert_found (&identity, "/dev/video0");
}
GST_END_TEST;

GST_START_TEST (at_another_place_it_is_another)
{
  struct zc_v4l2_identity identity;

  set_up ();
  identity = identity_of_second ();
  nodes[1].bus = "usb-3";
  assert_found (&identity, NULL);
}
GST_END_TEST;

GST_START_TEST (with_another_name_it_is_another)
{
  struct zc_v4l2_identity identity;

  set_up ();
  identity = identity_of_second ();
  nodes[1].card = "Grabber";
  assert_found (&identity, NULL);
}
GST_END_TEST;

GST_START_TEST (with_another_serial_number_it_is_another)
{
  struct zc_v4l2_identity identity;

  set_up ();
  identity = identity_of_second ();
  nodes[1].link = "Cam-C";
  assert_found (&identity, NULL);
}
GST_END_TEST;

GST_START_TEST (a_link_that_went_to_its_like_is_not_missed)
{
  struct zc_v4l2_identity identity;

  set_up ();
  identity = identity_of_second ();
  nodes[0].link = "Cam-B";
  nodes[1].link = NULL;
  assert_found (&identity, "/dev/video1");
}
GST_END_TEST;

GST_START_TEST (two_pictures_of_a_device_are_told_apart)
{
  struct zc_v4l2_identity identity;

  set_up ();
  nodes[0].bus = nodes[1].bus;
  nodes[0].link = nodes[1].link = NULL;
  nodes[1].index = "2\n";
  identity = identity_of_second ();
  assert_found (&identity, "/dev/video1");
  nodes[1].index = "0\n";
  assert_found (&identity, NULL);
}
GST_END_TEST;

GST_START_TEST (without_sysfs_the_rest_is_enough)
{
  struct zc_v4l2_identity identity;

  set_up ();
  nodes[0].index = nodes[1].index = NULL;
  identity = identity_of_second ();
  fail_unless_equals_int (identity.index, -1);
  assert_found (&identity, "/dev/video1");
}
GST_END_TEST;

GST_START_TEST (what_cannot_capture_is_passed_over)
{
  struct zc_v4l2_identity identity;

  set_up ();
  identity = identity_of_second ();
  nodes[1].capabilities = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING;
  assert_found (&identity, NULL);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (a_device_is_known_at_another_node),
    RUNNER_TEST (at_another_place_it_is_another),
    RUNNER_TEST (with_another_name_it_is_another),
    RUNNER_TEST (with_another_serial_number_it_is_another),
    RUNNER_TEST (a_link_that_went_to_its_like_is_not_missed),
    RUNNER_TEST (two_pictures_of_a_device_are_told_apart),
    RUNNER_TEST (without_sysfs_the_rest_is_enough),
    RUNNER_TEST (what_cannot_capture_is_passed_over))
