/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vkms.h"

#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xf86drmMode.h>

#define CONFIGFS "/sys/kernel/config/vkms"
#define SYSFS "/sys/class/drm"
#define DEBUGFS "/sys/kernel/debug/dri"

/* The numbers that configfs wants are those of the uapi. */
#define PLANE_OVERLAY 0
#define PLANE_PRIMARY 1
#define PLANE_CURSOR 2

/* --- configfs ---------------------------------------------------------- */

static char *at (struct vkms *self, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

static char *
at (struct vkms *self, const char *format, ...)
{
  g_autofree char *tail = NULL;
  va_list args;

  va_start (args, format);
  tail = g_strdup_vprintf (format, args);
  va_end (args);
  return g_build_filename (self->directory, tail, NULL);
}

/* Takes PATH. */
static void
make_directory (char *path)
{
  fail_unless (mkdir (path, 0755) == 0, "%s: %s", path, g_strerror (errno));
  g_free (path);
}

static void
remove_directory (char *path)
{
  fail_unless (rmdir (path) == 0, "%s: %s", path, g_strerror (errno));
  g_free (path);
}

static void
put_number (char *path, unsigned value)
{
  char text[16];
  int n = g_snprintf (text, sizeof (text), "%u", value);
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  fail_unless (
      write (fd, text, n) == n, "%s = %u: %s", path, value, g_strerror (errno));
  close (fd);
  g_free (path);
}

static void
make_link (char *target, char *path)
{
  fail_unless (symlink (target, path) == 0, "%s: %s", path, g_strerror (errno));
  g_free (target);
  g_free (path);
}

static void
remove_link (char *path)
{
  fail_unless (unlink (path) == 0, "%s: %s", path, g_strerror (errno));
  g_free (path);
}

/* --- its parts --------------------------------------------------------- */

static void
make_plane (struct vkms *self, unsigned crtc, const char *name, unsigned type)
{
  make_directory (at (self, "planes/c%u-%s", crtc, name));
  put_number (at (self, "planes/c%u-%s/type", crtc, name), type);
  make_link (at (self, "crtcs/c%u", crtc),
      at (self, "planes/c%u-%s/possible_crtcs/c%u", crtc, name, crtc));
}

static void
remove_plane (struct vkms *self, unsigned crtc, const char *name)
{
  remove_link (at (self, "planes/c%u-%s/possible_crtcs/c%u", crtc, name, crtc));
  remove_directory (at (self, "planes/c%u-%s", crtc, name));
}

static void
make_crtc (struct vkms *self, unsigned crtc)
{
  make_directory (at (self, "crtcs/c%u", crtc));
  put_number (at (self, "crtcs/c%u/writeback", crtc), self->shape.writeback);
  make_plane (self, crtc, "primary", PLANE_PRIMARY);
  for (unsigned i = 0; i < self->shape.n_overlays; i++) {
    g_autofree char *name = g_strdup_printf ("overlay%u", i);

    make_plane (self, crtc, name, PLANE_OVERLAY);
  }
  if (self->shape.cursor)
    make_plane (self, crtc, "cursor", PLANE_CURSOR);
}

static void
remove_crtc (struct vkms *self, unsigned crtc)
{
  remove_plane (self, crtc, "primary");
  for (unsigned i = 0; i < self->shape.n_overlays; i++) {
    g_autofree char *name = g_strdup_printf ("overlay%u", i);

    remove_plane (self, crtc, name);
  }
  if (self->shape.cursor)
    remove_plane (self, crtc, "cursor");
  remove_directory (at (self, "crtcs/c%u", crtc));
}

/* A connector with an encoder of its own, as a driver's output has it. */
static void
make_connector (struct vkms *self, unsigned i)
{
  gboolean plugged = !(self->shape.unplugged >> i & 1);

  make_directory (at (self, "encoders/e%u", i));
  for (unsigned crtc = 0; crtc < self->shape.n_crtcs; crtc++)
    make_link (at (self, "crtcs/c%u", crtc),
        at (self, "encoders/e%u/possible_crtcs/c%u", i, crtc));
  make_directory (at (self, "connectors/n%u", i));
  make_link (at (self, "encoders/e%u", i),
      at (self, "connectors/n%u/possible_encoders/e%u", i, i));
  put_number (at (self, "connectors/n%u/status", i),
      plugged ? DRM_MODE_CONNECTED : DRM_MODE_DISCONNECTED);
}

static void
remove_connector (struct vkms *self, unsigned i)
{
  remove_link (at (self, "connectors/n%u/possible_encoders/e%u", i, i));
  remove_directory (at (self, "connectors/n%u", i));
  for (unsigned crtc = 0; crtc < self->shape.n_crtcs; crtc++)
    remove_link (at (self, "encoders/e%u/possible_crtcs/c%u", i, crtc));
  remove_directory (at (self, "encoders/e%u", i));
}

/* --- what the kernel made of it ---------------------------------------- */

/* The number of the card whose device is called NAME; -1 if there is none. */
static int
find_card (const char *name)
{
  GDir *dir = g_dir_open (SYSFS, 0, NULL);
  const char *entry;
  int number, n, found = -1;

  while (dir && (entry = g_dir_read_name (dir))) {
    g_autofree char *link = g_build_filename (SYSFS, entry, "device", NULL);
    g_autofree char *target = g_file_read_link (link, NULL);
    g_autofree char *device = target ? g_path_get_basename (target) : NULL;

    if (sscanf (entry, "card%d%n", &number, &n) == 1 && entry[n] == '\0' &&
        g_strcmp0 (device, name) == 0)
      found = number;
  }
  if (dir)
    g_dir_close (dir);
  return found;
}

static unsigned
connector_id (const char *entry)
{
  g_autofree char *path = g_build_filename (SYSFS, entry, "connector_id", NULL);
  g_autofree char *text = NULL;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL), "%s", path);
  return strtoul (text, NULL, 10);
}

static int
compare_connectors (const void *a, const void *b)
{
  unsigned x = connector_id (*(char *const *) a);
  unsigned y = connector_id (*(char *const *) b);

  return x < y ? -1 : x > y;
}

/* In the order in which they were made; all cards share the numbers in their
 * names. */
static char **
list_connectors (int card)
{
  g_autofree char *prefix = g_strdup_printf ("card%d-", card);
  g_autofree char *ours = g_strdup_printf ("card%d-Virtual-", card);
  GDir *dir = g_dir_open (SYSFS, 0, NULL);
  GPtrArray *names = g_ptr_array_new ();
  const char *entry;

  while ((entry = g_dir_read_name (dir)))
    if (g_str_has_prefix (entry, ours))
      g_ptr_array_add (names, g_strdup (entry));
  g_dir_close (dir);
  g_ptr_array_sort (names, compare_connectors);
  for (guint i = 0; i < names->len; i++) {
    char *name = g_strdup (names->pdata[i] + strlen (prefix));

    g_free (names->pdata[i]);
    names->pdata[i] = name;
  }
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}

static gboolean
is_there (const char *path)
{
  for (int i = 0; i < 500; i++) {
    if (access (path, F_OK) == 0)
      return TRUE;
    g_usleep (10000);
  }
  return FALSE;
}

static void
find (struct vkms *self)
{
  int card = find_card (self->name);

  fail_unless (card >= 0, "%s is no card", self->name);
  self->path = g_strdup_printf ("/dev/dri/card%d", card);
  self->debugfs = g_strdup_printf (DEBUGFS "/%d", card);
  self->connectors = list_connectors (card);
  fail_unless_equals_int (
      g_strv_length (self->connectors), self->shape.n_connectors);
  fail_unless (is_there (self->path), "%s", self->path);
}

/* --- the whole --------------------------------------------------------- */

struct vkms *
vkms_new (const char *name, const struct vkms_shape *shape)
{
  struct vkms *self;

  if (!g_file_test (CONFIGFS, G_FILE_TEST_IS_DIR))
    runner_skip_always ("vkms has no configfs in this kernel");
  self = g_new0 (struct vkms, 1);
  self->name = g_strdup (name);
  self->directory = g_build_filename (CONFIGFS, name, NULL);
  self->shape = *shape;
  self->shape.n_crtcs = MAX (1, shape->n_crtcs);
  self->shape.n_connectors = MAX (1, shape->n_connectors);

  make_directory (g_strdup (self->directory));
  for (unsigned i = 0; i < self->shape.n_crtcs; i++)
    make_crtc (self, i);
  for (unsigned i = 0; i < self->shape.n_connectors; i++)
    make_connector (self, i);
  put_number (at (self, "enabled"), 1);
  find (self);
  return self;
}

static void
set_status (struct vkms *self, unsigned connector, drmModeConnection status)
{
  fail_unless (connector < self->shape.n_connectors);
  put_number (at (self, "connectors/n%u/status", connector), status);
}

void
vkms_plug (struct vkms *self, unsigned connector)
{
  set_status (self, connector, DRM_MODE_CONNECTED);
}

void
vkms_unplug (struct vkms *self, unsigned connector)
{
  set_status (self, connector, DRM_MODE_DISCONNECTED);
}

void
vkms_remove (struct vkms *self)
{
  put_number (at (self, "enabled"), 0);
  for (unsigned i = 0; i < self->shape.n_connectors; i++)
    remove_connector (self, i);
  for (unsigned i = 0; i < self->shape.n_crtcs; i++)
    remove_crtc (self, i);
  remove_directory (g_strdup (self->directory));
  g_strfreev (self->connectors);
  g_free (self->path);
  g_free (self->debugfs);
  g_free (self->directory);
  g_free (self->name);
  g_free (self);
}
