/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "../helpers/vkms.h"

#include <gudev/gudev.h>

/* udev runs in this machine. */
#define PATIENCE (10 * G_TIME_SPAN_SECOND)

struct hotplugs {
  const char *path;
  unsigned n;
};

static void
on_uevent (
    GUdevClient *client, const char *action, GUdevDevice *device, gpointer data)
{
  struct hotplugs *seen = data;

  (void) client;
  if (g_strcmp0 (action, "change") == 0 &&
      g_strcmp0 (g_udev_device_get_device_file (device), seen->path) == 0 &&
      g_udev_device_get_property_as_boolean (device, "HOTPLUG"))
    seen->n++;
}

static void
wait_hotplugs (const struct hotplugs *seen, unsigned n)
{
  gint64 until = g_get_monotonic_time () + PATIENCE;

  while (seen->n < n && g_get_monotonic_time () < until)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  fail_unless_equals_int (seen->n, n);
}

GST_START_TEST (a_screen_that_goes_or_comes_is_told)
{
  static const char *const subsystems[] = { "drm", NULL };
  struct vkms *vkms = vkms_new ("told", &(struct vkms_shape) { 0 });
  g_autoptr (GUdevClient) client = g_udev_client_new (subsystems);
  struct hotplugs seen = { .path = vkms->path };

  g_signal_connect (client, "uevent", G_CALLBACK (on_uevent), &seen);
  vkms_unplug (vkms, 0);
  wait_hotplugs (&seen, 1);
  vkms_plug (vkms, 0);
  wait_hotplugs (&seen, 2);
  vkms_remove (vkms);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (a_screen_that_goes_or_comes_is_told))
