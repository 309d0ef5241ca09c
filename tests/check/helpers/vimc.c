/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vimc.h"

#include "runner.h"

/* The name of its media device, which differs from kernel to kernel. */
static const char *
get_bus (void)
{
  static const char *const names[] = { "platform:vimc.0", "platform:vimc" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *command = g_strdup_printf ("media-ctl -d %s -p", names[i]);
    g_autofree char *out = NULL, *err = NULL;
    int status = -1;

    if (g_spawn_command_line_sync (command, &out, &err, &status, NULL) &&
        status == 0)
      return names[i];
  }
  fail ("there is no vimc");
  return NULL;
}

static char *
find_node (const char *entity)
{
  g_autofree char *command = g_strdup_printf (
      "media-ctl -d %s -e '%s'", get_bus (), entity);
  char *path = NULL;

  fail_unless (g_spawn_command_line_sync (command, &path, NULL, NULL, NULL));
  g_strchomp (path);
  fail_unless (g_str_has_prefix (path, "/dev/video"), "%s", path);
  return path;
}

char *
vimc_find_camera (void)
{
  return find_node ("RGB/YUV Capture");
}

static void
set_pad (const char *pad_format)
{
  const char *argv[] = { "media-ctl", "-d", get_bus (), "-V", pad_format,
    NULL };
  int status = -1;

  fail_unless (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH,
      NULL, NULL, NULL, NULL, &status, NULL));
  fail_unless (status == 0, "media-ctl %s", pad_format);
}

/* The sensor's other user is validated with it (vimc.rst). */
static void
set_raw_capture (void)
{
  g_autofree char *path = find_node ("Raw Capture 0");
  g_autofree char *command = g_strdup_printf (
      "v4l2-ctl -d %s -v width=640,height=480,pixelformat=BA81", path);
  int status = -1;

  fail_unless (g_spawn_command_line_sync (command, NULL, NULL, &status, NULL));
  fail_unless_equals_int (status, 0);
}

void
vimc_set_up (void)
{
  set_pad ("\"Sensor A\":0[fmt:SBGGR8_1X8/640x480 colorspace:srgb]");
  set_pad ("\"Debayer A\":0[fmt:SBGGR8_1X8/640x480 colorspace:srgb]");
  set_pad ("\"Scaler\":0[fmt:RGB888_1X24/640x480 colorspace:srgb]");
  set_pad ("\"Scaler\":0[crop:(0,0)/640x480]");
  set_pad ("\"Scaler\":1[fmt:RGB888_1X24/640x480 colorspace:srgb]");
  set_raw_capture ();
}
