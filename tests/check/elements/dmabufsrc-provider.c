/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

/* udev runs in this machine. */
#define PATIENCE (20 * GST_SECOND)

static gint n_intervals, n_ioctls;

/* The plugins find this one before that of libc, and it counts. */
int ioctl (int fd, unsigned long request, ...);

int
ioctl (int fd, unsigned long request, ...)
{
  static int (*real) (int, unsigned long, ...);
  va_list args;
  void *arg;

  va_start (args, request);
  arg = va_arg (args, void *);
  va_end (args);
  if (!real)
    real = (int (*) (int, unsigned long, ...)) dlsym (RTLD_NEXT, "ioctl");
  g_atomic_int_inc (&n_ioctls);
  if (request == VIDIOC_ENUM_FRAMEINTERVALS)
    g_atomic_int_inc (&n_intervals);
  return real (fd, request, arg);
}

static GstDeviceProvider *
provider_new (void)
{
  GstDeviceProvider *provider = gst_device_provider_factory_get_by_name (
      "dmabufsrcdeviceprovider");

  fail_unless (provider != NULL);
  return provider;
}

static void
free_devices (GList *devices)
{
  g_list_free_full (devices, gst_object_unref);
}

static char *
path_of (GstDevice *device)
{
  g_autoptr (GstStructure) properties = gst_device_get_properties (device);

  fail_unless (properties != NULL);
  return g_strdup (gst_structure_get_string (properties, "device.path"));
}

static GstDevice *
find (GList *devices, const char *path)
{
  for (; devices; devices = devices->next) {
    g_autofree char *its = path_of (devices->data);

    if (g_str_equal (its, path))
      return gst_object_ref (devices->data);
  }
  return NULL;
}

/* As the provider lists it. */
static GstDevice *
camera (void)
{
  g_autoptr (GstDeviceProvider) provider = provider_new ();
  GList *devices = gst_device_provider_get_devices (provider);
  GstDevice *device = find (devices, vivid_path ());

  fail_unless (device != NULL);
  free_devices (devices);
  return device;
}

/* No codecs, no nodes of media-controller pipelines. */
GST_START_TEST (only_cameras_that_work_are_listed)
{
  g_autoptr (GstDeviceProvider) provider = provider_new ();
  GList *devices = gst_device_provider_get_devices (provider);
  g_autofree char *path = NULL;

  fail_unless_equals_int (g_list_length (devices), 1);
  path = path_of (devices->data);
  fail_unless_equals_string (path, vivid_path ());
  free_devices (devices);
}
GST_END_TEST;

GST_START_TEST (a_started_provider_lists_the_same)
{
  g_autoptr (GstDeviceProvider) provider = provider_new ();
  GList *devices;
  g_autofree char *path = NULL;

  fail_unless (gst_device_provider_can_monitor (provider));
  fail_unless (gst_device_provider_start (provider));
  devices = gst_device_provider_get_devices (provider);
  fail_unless_equals_int (g_list_length (devices), 1);
  path = path_of (devices->data);
  fail_unless_equals_string (path, vivid_path ());
  gst_device_provider_stop (provider);
  free_devices (devices);
}
GST_END_TEST;

static void
assert_text (const GstStructure *s, const char *name, const char *expected)
{
  fail_unless_equals_string (gst_structure_get_string (s, name), expected);
}

GST_START_TEST (properties_have_the_names_that_applications_know)
{
  g_autoptr (GstDevice) device = camera ();
  g_autoptr (GstStructure) s = gst_device_get_properties (device);
  g_autofree char *name = gst_device_get_display_name (device);
  guint version, caps, device_caps;

  fail_unless_equals_string (name, "vivid");
  fail_unless (gst_device_has_classes (device, "Video/Source"));
  assert_text (s, "device.api", "v4l2");
  assert_text (s, "device.path", vivid_path ());
  assert_text (s, "v4l2.device.driver", "vivid");
  assert_text (s, "v4l2.device.card", "vivid");
  assert_text (s, "v4l2.device.bus_info", "platform:vivid-000");
  fail_unless (gst_structure_get (s, "v4l2.device.version", G_TYPE_UINT,
      &version, "v4l2.device.capabilities", G_TYPE_UINT, &caps,
      "v4l2.device.device_caps", G_TYPE_UINT, &device_caps, NULL));
  fail_unless (caps & V4L2_CAP_DEVICE_CAPS);
  fail_unless (device_caps & V4L2_CAP_VIDEO_CAPTURE);
}
GST_END_TEST;

/* What the driver is asked for size by size. */
static gboolean
drop_details (GstCapsFeatures *features, GstStructure *s, gpointer data)
{
  (void) features;
  (void) data;
  gst_structure_remove_fields (
      s, "framerate", "interlace-mode", "pixel-aspect-ratio", NULL);
  return TRUE;
}

GST_START_TEST (caps_are_those_of_the_element_without_details)
{
  g_autoptr (GstDevice) device = camera ();
  g_autoptr (GstCaps) listed = gst_device_get_caps (device);
  GstElement *pipeline = pipeline_new ("dmabufsrc name=src ! fakesink");
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  GstCaps *caps;

  pipeline_set_state (pipeline, GST_STATE_READY);
  caps = gst_caps_make_writable (gst_pad_query_caps (pad, NULL));
  gst_caps_map_in_place (caps, drop_details, NULL);
  fail_unless (gst_caps_is_subset (caps, listed), "%" GST_PTR_FORMAT, listed);
  fail_unless (gst_caps_is_subset (listed, caps), "%" GST_PTR_FORMAT, listed);
  gst_caps_unref (caps);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (no_rate_is_asked_for)
{
  g_autoptr (GstDeviceProvider) provider = provider_new ();
  gint before = g_atomic_int_get (&n_ioctls);

  g_atomic_int_set (&n_intervals, 0);
  free_devices (gst_device_provider_get_devices (provider));
  g_print ("%d ioctls\n", g_atomic_int_get (&n_ioctls) - before);
  fail_unless (g_atomic_int_get (&n_ioctls) > before); /* they are counted */
  fail_unless_equals_int (g_atomic_int_get (&n_intervals), 0);
}
GST_END_TEST;

GST_START_TEST (a_device_makes_an_element_that_captures)
{
  g_autoptr (GstDevice) device = camera ();
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  GstElement *src = gst_device_create_element (device, "my-camera");
  g_autofree char *path = NULL;

  fail_unless (src != NULL);
  g_object_get (src, "device", &path, NULL);
  fail_unless_equals_string (path, vivid_path ());
  fail_unless_equals_string (GST_OBJECT_NAME (src), "my-camera");
  g_object_set (src, "num-buffers", 2, NULL);
  gst_bin_add_many (GST_BIN (pipeline), src, sink, NULL);
  fail_unless (gst_element_link (src, sink));
  pipeline_run (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (an_element_is_reconfigured_while_it_is_closed)
{
  g_autoptr (GstDevice) device = camera ();
  GstElement *pipeline = pipeline_new (
      "dmabufsrc name=src device=other device-fd=1000 ! fakesink name=sink");
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");
  g_autoptr (GstElement) sink = pipeline_get (pipeline, "sink");
  g_autofree char *path = NULL;

  fail_if (gst_device_reconfigure_element (device, sink));
  fail_unless (gst_device_reconfigure_element (device, src));
  g_object_get (src, "device", &path, NULL);
  fail_unless_equals_string (path, vivid_path ());
  pipeline_set_state (pipeline, GST_STATE_READY);
  fail_if (gst_device_reconfigure_element (device, src));
  pipeline_free (pipeline);
}
GST_END_TEST;

static void
write_file (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  fail_unless (fd >= 0, "%s", path);
  fail_unless_equals_int (write (fd, text, strlen (text)), strlen (text));
  close (fd);
}

static void
assert_told (GstBus *bus, GstMessageType type, const char *expected)
{
  GstMessage *message = gst_bus_timed_pop_filtered (
      bus, PATIENCE, GST_MESSAGE_DEVICE_ADDED | GST_MESSAGE_DEVICE_REMOVED);
  g_autoptr (GstDevice) device = NULL;
  g_autofree char *path = NULL;

  fail_unless (message != NULL, "nothing is told");
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), type);
  if (type == GST_MESSAGE_DEVICE_ADDED)
    gst_message_parse_device_added (message, &device);
  else
    gst_message_parse_device_removed (message, &device);
  path = path_of (device);
  fail_unless_equals_string (path, expected);
  gst_message_unref (message);
}

GST_START_TEST (cameras_that_come_and_go_are_told)
{
  g_autoptr (GstDeviceProvider) provider = provider_new ();
  g_autoptr (GstBus) bus = gst_device_provider_get_bus (provider);
  g_autofree char *path = g_strdup (vivid_path ());
  GList *devices;

  fail_unless (gst_device_provider_start (provider));
  assert_told (bus, GST_MESSAGE_DEVICE_ADDED, path);

  write_file ("/sys/bus/platform/drivers/vivid/unbind", "vivid.0");
  assert_told (bus, GST_MESSAGE_DEVICE_REMOVED, path);
  devices = gst_device_provider_get_devices (provider);
  fail_unless (devices == NULL);

  write_file ("/sys/bus/platform/drivers/vivid/bind", "vivid.0");
  assert_told (bus, GST_MESSAGE_DEVICE_ADDED, path);
  devices = gst_device_provider_get_devices (provider);
  fail_unless_equals_int (g_list_length (devices), 1);
  free_devices (devices);
  gst_device_provider_stop (provider);
}
GST_END_TEST;

GST_START_TEST (a_camera_that_is_told_again_is_listed_once)
{
  g_autoptr (GstDeviceProvider) provider = provider_new ();
  GList *devices;

  fail_unless (gst_device_provider_start (provider));
  fail_unless (g_spawn_command_line_sync (
      "udevadm trigger --settle --action=add --subsystem-match=video4linux",
      NULL, NULL, NULL, NULL));
  /* The next event comes after those. */
  write_file ("/sys/bus/platform/drivers/vivid/unbind", "vivid.0");
  do {
    devices = gst_device_provider_get_devices (provider);
    fail_unless (g_list_length (devices) <= 1);
    free_devices (devices);
    g_usleep (10000);
  } while (devices);
  gst_device_provider_stop (provider);
}
GST_END_TEST;

GST_START_TEST (twenty_starts_leave_no_descriptor)
{
  g_autoptr (GstDeviceProvider) provider = provider_new ();
  unsigned n;

  fail_unless (gst_device_provider_start (provider));
  gst_device_provider_stop (provider);
  n = fds_count ();
  for (int i = 0; i < 20; i++) {
    fail_unless (gst_device_provider_start (provider));
    gst_device_provider_stop (provider);
  }
  fail_unless_equals_int (fds_count (), n);
}
GST_END_TEST;

/* Both this provider and upstream's list the camera; upstream's first. */
GST_START_TEST (a_monitor_lists_the_camera_and_nothing_is_hidden)
{
  GstDeviceMonitor *monitor = gst_device_monitor_new ();
  g_autofree char *ours = g_strdup (vivid_path ());
  gint place_of_ours = -1, place_of_upstreams = -1, i = 0;
  GList *devices;

  gst_device_monitor_add_filter (monitor, "Video/Source", NULL);
  fail_unless (gst_device_monitor_start (monitor));
  devices = gst_device_monitor_get_devices (monitor);
  for (GList *l = devices; l; l = l->next, i++) {
    g_autofree char *path = path_of (l->data);

    if (g_strcmp0 (path, ours) != 0)
      continue;
    if (g_str_equal (G_OBJECT_TYPE_NAME (l->data), "GstDmabufSrcDevice"))
      place_of_ours = i;
    else if (g_str_equal (G_OBJECT_TYPE_NAME (l->data), "GstV4l2Device"))
      place_of_upstreams = i;
  }
  fail_unless (place_of_ours >= 0);
  fail_unless (place_of_upstreams >= 0);
  fail_unless (place_of_upstreams < place_of_ours);
  free_devices (devices);
  gst_device_monitor_stop (monitor);
  gst_object_unref (monitor);
}
GST_END_TEST;

GST_START_TEST (it_ranks_below_upstreams)
{
  g_autoptr (GstDeviceProviderFactory)
      ours = gst_device_provider_factory_find ("dmabufsrcdeviceprovider");
  g_autoptr (GstDeviceProviderFactory)
      upstreams = gst_device_provider_factory_find ("v4l2deviceprovider");
  guint rank;

  fail_unless (ours && upstreams);
  rank = gst_plugin_feature_get_rank (GST_PLUGIN_FEATURE (ours));
  fail_unless (rank > GST_RANK_NONE);
  fail_unless (
      rank < gst_plugin_feature_get_rank (GST_PLUGIN_FEATURE (upstreams)));
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (only_cameras_that_work_are_listed),
    RUNNER_TEST (a_started_provider_lists_the_same),
    RUNNER_TEST (properties_have_the_names_that_applications_know),
    RUNNER_TEST (caps_are_those_of_the_element_without_details),
    RUNNER_TEST (no_rate_is_asked_for),
    RUNNER_TEST (a_device_makes_an_element_that_captures),
    RUNNER_TEST (an_element_is_reconfigured_while_it_is_closed),
    RUNNER_TEST (cameras_that_come_and_go_are_told),
    RUNNER_TEST (a_camera_that_is_told_again_is_listed_once),
    RUNNER_TEST (twenty_starts_leave_no_descriptor),
    RUNNER_TEST (a_monitor_lists_the_camera_and_nothing_is_hidden),
    RUNNER_TEST (it_ranks_below_upstreams))
