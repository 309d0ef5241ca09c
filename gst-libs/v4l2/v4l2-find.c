/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-find.h"

#include "v4l2-device.h"
#include "v4l2-sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where short names are looked for. */
static const char *const link_folders[] = {
  "/dev/v4l/by-id/",
  "/dev/v4l/by-path/",
  "/dev/v4l/",
  "/dev/",
};

static int
copy_path (char *path, size_t size, const char *from)
{
  int n = snprintf (path, size, "%s", from);

  return n < 0 || (size_t) n >= size ? -ENAMETOOLONG : 0;
}

static bool
is_video_name (const char *name)
{
  return strncmp (name, "video", 5) == 0 && name[5] >= '0' && name[5] <= '9';
}

static int
is_video_entry (const struct dirent *entry)
{
  return is_video_name (entry->d_name);
}

static int
query (struct zc_v4l2_node *node)
{
  int fd = zc_v4l2_open (node->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  int ret;

  if (fd < 0)
    return fd;
  ret = zc_v4l2_ioctl (fd, VIDIOC_QUERYCAP, &node->capability);
  zc_v4l2_sys.close (fd);
  return ret < 0 ? ret : 0;
}

int
zc_v4l2_node_query (struct zc_v4l2_node *node, const char *path)
{
  *node = (struct zc_v4l2_node) { .error = 0 };
  node->error = copy_path (node->path, sizeof (node->path), path);
  if (node->error == 0)
    node->error = query (node);
  if (node->error != 0)
    memset (&node->capability, 0, sizeof (node->capability));
  return node->error;
}

bool
zc_v4l2_node_captures (const struct zc_v4l2_node *node)
{
  __u32 caps = zc_v4l2_capability_of_node (&node->capability);

  return node->error == 0 && caps & V4L2_CAP_STREAMING &&
         caps & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE);
}

/* A node of a media-controller pipeline gives EPIPE until somebody has set up
 * the others; a touch sensor is no camera. Taken if named, never by default. */
bool
zc_v4l2_node_works_alone (const struct zc_v4l2_node *node)
{
  __u32 caps = zc_v4l2_capability_of_node (&node->capability);

  return zc_v4l2_node_captures (node) &&
         !(caps & (V4L2_CAP_IO_MC | V4L2_CAP_TOUCH));
}

int
zc_v4l2_node_list (struct zc_v4l2_node **nodes)
{
  struct dirent **entries;
  int n = zc_v4l2_sys.scandir ("/dev", &entries, is_video_entry, versionsort);

  *nodes = NULL;
  if (n < 0)
    return errno == ENOMEM ? -ENOMEM : 0;
  *nodes = calloc (n > 0 ? n : 1, sizeof (**nodes));

  for (int i = 0; i < n; i++) {
    char path[sizeof ("/dev/") + NAME_MAX];

    snprintf (path, sizeof (path), "/dev/%s", entries[i]->d_name);
    if (*nodes)
      zc_v4l2_node_query (&(*nodes)[i], path);
    free (entries[i]);
  }
  free (entries);
  return *nodes ? n : -ENOMEM;
}

/* Why no node can be used: because of the first that could not be asked. */
static int
blame (const struct zc_v4l2_node *nodes, int n, char *path, size_t size)
{
  for (int i = 0; i < n; i++) {
    int error = nodes[i].error;

    if (error == -EACCES || error == -EPERM || error == -EBUSY) {
      copy_path (path, size, nodes[i].path);
      return error;
    }
  }
  copy_path (path, size, "");
  return -ENODEV;
}

static struct zc_v4l2_node *
find_fitting (
    struct zc_v4l2_node *nodes, int n, zc_v4l2_node_test fits, const void *data)
{
  for (int i = 0; i < n; i++)
    if (nodes[i].error == 0 && fits (&nodes[i], data))
      return &nodes[i];
  return NULL;
}

int
zc_v4l2_node_find (
    zc_v4l2_node_test fits, const void *data, char *path, size_t size)
{
  struct zc_v4l2_node *nodes, *node;
  int ret = zc_v4l2_node_list (&nodes);

  if (ret >= 0) {
    node = find_fitting (nodes, ret, fits, data);
    ret = node ? copy_path (path, size, node->path)
               : blame (nodes, ret, path, size);
  }
  free (nodes);
  return ret;
}

static bool
works_alone (struct zc_v4l2_node *node, const void *data)
{
  (void) data;
  return zc_v4l2_node_works_alone (node);
}

int
zc_v4l2_device_find (char *path, size_t size)
{
  return zc_v4l2_node_find (works_alone, NULL, path, size);
}

/* Where there is no link to follow the path stays: opening it tells why. */
static int
resolve_path (const char *name, char *path, size_t size)
{
  char real[PATH_MAX];

  return copy_path (
      path, size, zc_v4l2_sys.realpath (name, real) ? real : name);
}

static int
resolve_link (const char *name, char *path, size_t size)
{
  for (size_t i = 0; i < sizeof (link_folders) / sizeof (*link_folders); i++) {
    char link[PATH_MAX], real[PATH_MAX];

    if (snprintf (link, sizeof (link), "%s%s", link_folders[i], name) >=
        (int) sizeof (link))
      return -ENAMETOOLONG;
    if (zc_v4l2_sys.realpath (link, real) &&
        is_video_name (strrchr (real, '/') + 1))
      return copy_path (path, size, real);
  }
  return -ENODEV;
}

static bool
has_bus (const struct zc_v4l2_node *node, const char *name)
{
  return strcmp ((const char *) node->capability.bus_info, name) == 0;
}

static bool
has_card (const struct zc_v4l2_node *node, const char *name)
{
  return strcmp ((const char *) node->capability.card, name) == 0;
}

/* What is looked for by its name. */
struct wanted {
  const char *name;
  zc_v4l2_node_test fits;
  const void *data;
};

/* Returns 0; if there are such nodes but none fits, -ENXIO, or why one could
 * not be asked, its name in PATH; -ENODEV. */
static int
match (struct zc_v4l2_node *nodes, int n,
    bool (*has_name) (const struct zc_v4l2_node *, const char *),
    const struct wanted *wanted, char *path, size_t size)
{
  int ret = -ENODEV;

  for (int i = 0; i < n; i++) {
    if (nodes[i].error != 0 || !has_name (&nodes[i], wanted->name))
      continue;
    if (wanted->fits (&nodes[i], wanted->data))
      return copy_path (path, size, nodes[i].path);
    if (nodes[i].error != 0 && (ret == -ENODEV || ret == -ENXIO)) {
      ret = nodes[i].error;
      copy_path (path, size, nodes[i].path);
    } else if (ret == -ENODEV) {
      ret = -ENXIO;
    }
  }
  return ret;
}

static bool
any_answered (const struct zc_v4l2_node *nodes, int n)
{
  for (int i = 0; i < n; i++)
    if (nodes[i].error == 0)
      return true;
  return false;
}

static int
resolve_name (const struct wanted *wanted, char *path, size_t size)
{
  struct zc_v4l2_node *nodes;
  int n = zc_v4l2_node_list (&nodes);
  int ret = n < 0 ? n : match (nodes, n, has_bus, wanted, path, size);

  if (ret == -ENODEV)
    ret = match (nodes, n, has_card, wanted, path, size);
  if (ret == -ENODEV && !any_answered (nodes, n))
    ret = blame (nodes, n, path, size);
  free (nodes);
  return ret;
}

int
zc_v4l2_node_resolve (const char *name, zc_v4l2_node_test fits,
    const void *data, char *path, size_t size)
{
  const struct wanted wanted = { name, fits, data };
  int ret;

  copy_path (path, size, "");
  if (name[0] == '/')
    return resolve_path (name, path, size);
  if (name[0] == '\0')
    return -ENODEV;
  ret = resolve_link (name, path, size);
  return ret == -ENODEV ? resolve_name (&wanted, path, size) : ret;
}

static bool
captures (struct zc_v4l2_node *node, const void *data)
{
  (void) data;
  return zc_v4l2_node_captures (node);
}

int
zc_v4l2_device_resolve (const char *name, char *path, size_t size)
{
  return zc_v4l2_node_resolve (name, captures, NULL, path, size);
}
