/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "devices.h"

#include <fcntl.h>
#include <glib.h>
#include <linux/videodev2.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <xf86drm.h>

/* More than any machine has. */
#define MAX_NODES 64

static bool
node_is (const char *path, const char *driver, unsigned capability)
{
  struct v4l2_capability c = { 0 };
  int fd = open (path, O_RDWR | O_CLOEXEC);
  bool is;

  if (fd < 0)
    return false;
  is = ioctl (fd, VIDIOC_QUERYCAP, &c) == 0 &&
       strcmp ((const char *) c.driver, driver) == 0 &&
       c.device_caps & capability;
  close (fd);
  return is;
}

bool
devices_find_node (
    const char *driver, unsigned capability, char *path, size_t size)
{
  for (int i = 0; i < MAX_NODES; i++) {
    g_snprintf (path, size, "/dev/video%d", i);
    if (node_is (path, driver, capability))
      return true;
  }
  return false;
}

bool
devices_find_camera (char *path, size_t size)
{
  return devices_find_node ("vivid",
      V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE, path, size);
}

static bool
card_is_vkms (const char *path)
{
  int fd = open (path, O_RDWR | O_CLOEXEC);
  drmVersion *version = fd < 0 ? NULL : drmGetVersion (fd);
  bool is = version && strcmp (version->name, "vkms") == 0;

  drmFreeVersion (version);
  if (fd >= 0)
    close (fd);
  return is;
}

bool
devices_find_card (char *path, size_t size)
{
  for (int i = 0; i < MAX_NODES; i++) {
    g_snprintf (path, size, "/dev/dri/card%d", i);
    if (card_is_vkms (path))
      return true;
  }
  return false;
}

bool
devices_find_card_debugfs (char *path, size_t size)
{
  for (int i = 0; i < MAX_NODES; i++) {
    g_autofree char *name = g_strdup_printf ("/sys/kernel/debug/dri/%d", i);
    g_autofree char *file = g_build_filename (name, "name", NULL);
    g_autofree char *text = NULL;

    if (g_file_get_contents (file, &text, NULL, NULL) &&
        g_str_has_prefix (text, "vkms")) {
      g_strlcpy (path, name, size);
      return true;
    }
  }
  return false;
}
