/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-identity.h"

#include "v4l2-find.h"
#include "v4l2-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINKS "/dev/v4l/by-id"

static int
is_link_entry (const struct dirent *entry)
{
  return entry->d_name[0] != '.';
}

static bool
leads_to (const char *name, const char *path)
{
  char link[sizeof (LINKS "/") + NAME_MAX], real[PATH_MAX];

  snprintf (link, sizeof (link), LINKS "/%s", name);
  return zc_v4l2_sys.realpath (link, real) && strcmp (real, path) == 0;
}

/* The first by name of those that lead to PATH. */
static void
find_link (char *link, size_t size, const char *path)
{
  struct dirent **entries;
  int n = zc_v4l2_sys.scandir (LINKS, &entries, is_link_entry, alphasort);

  if (n < 0)
    return;
  for (int i = 0; i < n; i++) {
    if (!link[0] && leads_to (entries[i]->d_name, path))
      snprintf (link, size, "%s", entries[i]->d_name);
    free (entries[i]);
  }
  free (entries);
}

/* Cameras that deliver two pictures have two nodes that differ in nothing
 * else. */
static int
read_index (const char *path)
{
  const char *name = strrchr (path, '/');
  char attribute[PATH_MAX], text[16] = "", *end;
  long index;
  int fd;

  snprintf (attribute, sizeof (attribute), "/sys/class/video4linux/%s/index",
      name ? name + 1 : path);
  fd = zc_v4l2_open (attribute, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return -1;
  if (zc_v4l2_sys.read (fd, text, sizeof (text) - 1) < 0)
    text[0] = '\0';
  zc_v4l2_sys.close (fd);
  index = strtol (text, &end, 10);
  return end != text && index >= 0 && index <= INT_MAX ? (int) index : -1;
}

void
zc_v4l2_identity_get (struct zc_v4l2_identity *identity, const char *path,
    const struct v4l2_capability *capability)
{
  *identity = (struct zc_v4l2_identity) { .index = read_index (path) };
  snprintf (identity->bus_info, sizeof (identity->bus_info), "%s",
      (const char *) capability->bus_info);
  snprintf (identity->card, sizeof (identity->card), "%s",
      (const char *) capability->card);
  find_link (identity->link, sizeof (identity->link), path);
}

bool
zc_v4l2_identity_is_same (
    const struct zc_v4l2_identity *before, const struct zc_v4l2_identity *now)
{
  return strcmp (before->bus_info, now->bus_info) == 0 &&
         strcmp (before->card, now->card) == 0 &&
         (before->index < 0 || now->index < 0 || before->index == now->index) &&
         (!before->link[0] || !now->link[0] ||
             strcmp (before->link, now->link) == 0);
}

static bool
is_it (const struct zc_v4l2_identity *identity, const struct zc_v4l2_node *node)
{
  struct zc_v4l2_identity now;

  if (!zc_v4l2_node_captures (node) ||
      strcmp (identity->bus_info, (const char *) node->capability.bus_info) !=
          0)
    return false;
  zc_v4l2_identity_get (&now, node->path, &node->capability);
  return zc_v4l2_identity_is_same (identity, &now);
}

int
zc_v4l2_identity_find (
    const struct zc_v4l2_identity *identity, char *path, size_t size)
{
  struct zc_v4l2_node *nodes;
  int n = zc_v4l2_node_list (&nodes);
  int ret = n < 0 ? n : -ENODEV;

  for (int i = 0; i < n && ret == -ENODEV; i++)
    if (is_it (identity, &nodes[i])) {
      int length = snprintf (path, size, "%s", nodes[i].path);

      ret = length < 0 || (size_t) length >= size ? -ENAMETOOLONG : 0;
    }
  free (nodes);
  return ret;
}
