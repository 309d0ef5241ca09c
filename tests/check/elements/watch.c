/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/runner.h"
#include "../helpers/vkms.h"

#include "gst-libs/udev/gstzcwatch.h"

/* udev runs in this machine. */
#define PATIENCE (10 * G_TIME_SPAN_SECOND)

/* What the watch told, one after the other: "added /dev/dri/card1". */
static GAsyncQueue *told;

static void
on_added (const gchar *path, gpointer data)
{
  fail_unless (data == &told);
  g_async_queue_push (told, g_strdup_printf ("added %s", path));
}

static void
on_removed (const gchar *path, gpointer data)
{
  fail_unless (data == &told);
  g_async_queue_push (told, g_strdup_printf ("removed %s", path));
}

static void
on_changed (const gchar *path, const GstZcWatchChange *change, gpointer data)
{
  fail_unless (data == &told);
  g_async_queue_push (told, g_strdup_printf ("changed %s%s%s", path,
                                change->is_hotplug ? " hotplug" : "",
                                change->property ? " property" : ""));
}

static GstZcWatch *
watch_prefix (const char *prefix)
{
  static const GstZcWatchFuncs funcs = { on_added, on_removed, on_changed };

  told = g_async_queue_new_full (g_free);
  return gst_zc_watch_new ("drm", prefix, &funcs, &told);
}

static void
watch_end (GstZcWatch *watch)
{
  gst_zc_watch_free (watch);
  g_async_queue_unref (told);
}

/* Until it is told; all before it is forgotten. */
static void
wait_told (const char *what, const char *path)
{
  g_autofree char *wanted = g_strdup_printf (what, path);
  g_autofree char *text = NULL;

  do {
    g_free (text);
    text = g_async_queue_timeout_pop (told, PATIENCE);
    fail_unless (text != NULL, "\"%s\" was not told", wanted);
  } while (!g_str_equal (text, wanted));
}

static struct vkms *
make_card (void)
{
  return vkms_new ("watched", &(struct vkms_shape) { 0 });
}

static void
settle (void)
{
  fail_unless (
      g_spawn_command_line_sync ("udevadm settle", NULL, NULL, NULL, NULL));
}

GST_START_TEST (what_is_there_has_been_told_when_it_begins)
{
  g_autofree char *wanted = NULL;
  g_autofree char *text = NULL;
  GstZcWatch *watch;
  char path[64];

  fail_unless (devices_find_card (path, sizeof (path)));
  watch = watch_prefix ("/dev/dri/card");
  wanted = g_strdup_printf ("added %s", path);
  text = g_async_queue_try_pop (told);
  fail_unless_equals_string (text, wanted);
  fail_unless_equals_int (g_async_queue_length (told), 0);
  watch_end (watch);
}
GST_END_TEST;

GST_START_TEST (a_card_that_comes_is_told)
{
  GstZcWatch *watch = watch_prefix ("/dev/dri/card");
  struct vkms *vkms = make_card ();

  wait_told ("added %s", vkms->path);
  vkms_remove (vkms);
  watch_end (watch);
}
GST_END_TEST;

GST_START_TEST (a_card_that_goes_is_told)
{
  struct vkms *vkms = make_card ();
  g_autofree char *path = g_strdup (vkms->path);
  GstZcWatch *watch = watch_prefix ("/dev/dri/card");

  vkms_remove (vkms);
  wait_told ("removed %s", path);
  watch_end (watch);
}
GST_END_TEST;

GST_START_TEST (a_screen_that_goes_or_comes_is_told_as_hotplug)
{
  struct vkms *vkms = make_card ();
  GstZcWatch *watch = watch_prefix ("/dev/dri/card");

  wait_told ("added %s", vkms->path);
  vkms_unplug (vkms, 0);
  wait_told ("changed %s hotplug", vkms->path);
  vkms_plug (vkms, 0);
  wait_told ("changed %s hotplug", vkms->path);
  watch_end (watch);
  vkms_remove (vkms);
}
GST_END_TEST;

GST_START_TEST (a_change_without_hotplug_is_told_apart)
{
  struct vkms *vkms = make_card ();
  GstZcWatch *watch;
  g_autofree char *trigger = g_strdup_printf (
      "udevadm trigger --action=change %s", vkms->path);

  settle ();
  watch = watch_prefix ("/dev/dri/card");
  fail_unless (g_spawn_command_line_sync (trigger, NULL, NULL, NULL, NULL));
  wait_told ("changed %s", vkms->path);
  watch_end (watch);
  vkms_remove (vkms);
}
GST_END_TEST;

GST_START_TEST (nodes_that_are_called_otherwise_are_not_told)
{
  GstZcWatch *watch = watch_prefix ("/dev/dri/renderD");
  struct vkms *vkms = make_card ();

  vkms_unplug (vkms, 0);
  vkms_remove (vkms);
  settle ();
  gst_zc_watch_free (watch);
  fail_unless_equals_int (g_async_queue_length (told), 0);
  g_async_queue_unref (told);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY,
    RUNNER_TEST (what_is_there_has_been_told_when_it_begins),
    RUNNER_TEST (a_card_that_comes_is_told),
    RUNNER_TEST (a_card_that_goes_is_told),
    RUNNER_TEST (a_screen_that_goes_or_comes_is_told_as_hotplug),
    RUNNER_TEST (a_change_without_hotplug_is_told_apart),
    RUNNER_TEST (nodes_that_are_called_otherwise_are_not_told))
