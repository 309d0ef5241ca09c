/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A lease: part of a card, from a program that is its master and stays so
 * (Documentation/gpu/drm-uapi.rst, DRM leases). Compositors give a screen away
 * in this way.
 */
#include "../helpers/crc.h"
#include "../helpers/fds.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#define CAPS "video/x-raw,format=BGRx,width=320,height=240,framerate=30/1"
#define PLACE "render-rectangle=<100,50,320,240>"
#define X 100
#define Y 50

/* Of two screens the first is leased. */
static struct stage stage;
static struct sink sink;

static struct {
  int fd;
  uint32_t fb, handle;
  struct crc_reader *reader; /* of the second screen */
  guint32 crc;
} lessor;

static struct {
  int fd;
  uint32_t id;
} lease;

/* --- the lessor -------------------------------------------------------- */

static drmModeModeInfo
mode_of (uint32_t connector)
{
  drmModeConnector *kernel = drmModeGetConnector (lessor.fd, connector);
  drmModeModeInfo mode = { 0 };

  for (int i = 0; i < kernel->count_modes; i++)
    if (kernel->modes[i].hdisplay == STAGE_WIDTH &&
        kernel->modes[i].vdisplay == STAGE_HEIGHT)
      mode = kernel->modes[i];
  drmModeFreeConnector (kernel);
  return mode;
}

/* Its own picture on the second screen. */
static void
lessor_show (const drmModeRes *resources)
{
  uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 };
  uint32_t connector = resources->connectors[1];
  drmModeModeInfo mode = mode_of (connector);
  uint64_t size;

  fail_unless_equals_int (
      drmModeCreateDumbBuffer (lessor.fd, STAGE_WIDTH, STAGE_HEIGHT, 32, 0,
          &lessor.handle, &pitches[0], &size),
      0);
  handles[0] = lessor.handle;
  fail_unless_equals_int (
      drmModeAddFB2 (lessor.fd, STAGE_WIDTH, STAGE_HEIGHT, DRM_FORMAT_XRGB8888,
          handles, pitches, offsets, &lessor.fb, 0),
      0);
  fail_unless_equals_int (drmModeSetCrtc (lessor.fd, resources->crtcs[1],
                              lessor.fb, 0, 0, &connector, 1, &mode),
      0);
  lessor.crc = crc_of_black (STAGE_WIDTH, STAGE_HEIGHT);
}

/* The only plane of the first CRTC. */
static uint32_t
first_plane (void)
{
  drmModePlaneRes *planes = drmModeGetPlaneResources (lessor.fd);
  uint32_t found = 0;

  for (uint32_t i = 0; i < planes->count_planes; i++) {
    drmModePlane *plane = drmModeGetPlane (lessor.fd, planes->planes[i]);

    if (plane->possible_crtcs == 1)
      found = plane->plane_id;
    drmModeFreePlane (plane);
  }
  drmModeFreePlaneResources (planes);
  fail_unless (found != 0);
  return found;
}

static void
give_lease (void)
{
  drmModeRes *resources = drmModeGetResources (lessor.fd);
  const uint32_t objects[] = { resources->crtcs[0], resources->connectors[0],
    first_plane () };

  lease.fd = drmModeCreateLease (
      lessor.fd, objects, G_N_ELEMENTS (objects), O_CLOEXEC, &lease.id);
  fail_unless (lease.fd >= 0, "%s", g_strerror (-lease.fd));
  drmModeFreeResources (resources);
}

static void
set_up (void)
{
  static const struct vkms_shape shape = { .n_crtcs = 2, .n_connectors = 2 };
  drmModeRes *resources;

  stage.vkms = vkms_new ("leased", &shape);
  stage.memory = g_ptr_array_new_with_free_func (g_free);
  stage.reader = crc_reader_start_of (stage.vkms->debugfs, 0);
  lessor.reader = crc_reader_start_of (stage.vkms->debugfs, 1);
  lessor.fd = open (stage.vkms->path, O_RDWR | O_CLOEXEC);
  fail_unless (drmIsMaster (lessor.fd));
  drmSetClientCap (lessor.fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1);
  resources = drmModeGetResources (lessor.fd);
  lessor_show (resources);
  drmModeFreeResources (resources);
  give_lease ();
}

static void
tear_down (void)
{
  close (lease.fd);
  crc_reader_stop (lessor.reader);
  drmModeRmFB (lessor.fd, lessor.fb);
  close (lessor.fd);
  stage_close (&stage);
}

static void
add_sink (const char *properties)
{
  g_autofree char *all = g_strdup_printf ("fd=%d %s", lease.fd, properties);

  stage_add (&stage, &sink, all, CAPS);
}

/* --- tests ------------------------------------------------------------- */

GST_START_TEST (frames_are_seen_on_a_leased_screen)
{
  g_autoptr (GArray) seen = NULL;

  set_up ();
  add_sink (PLACE);
  for (guint32 i = 0; i < 5; i++)
    stage_show (&stage, &sink, i, X, Y);
  fail_unless (drmIsMaster (lessor.fd));
  sink_close (&sink);
  /* the other screen has never shown anything else */
  fail_unless (crc_reader_wait_for (lessor.reader, lessor.crc));
  seen = crc_reader_get (lessor.reader);
  fail_unless_equals_int (seen->len, 1);
  tear_down ();
}
GST_END_TEST;

static gchar *
open_error (const char *properties)
{
  g_autofree char *launch = g_strdup_printf (
      "dmabufsink fd=%d %s", lease.fd, properties);
  GstElement *element = gst_parse_launch (launch, NULL);
  GstBus *bus = gst_bus_new ();
  struct sink just_bus = { .bus = bus };
  gchar *error;

  gst_object_ref_sink (element);
  gst_element_set_bus (element, bus);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  error = sink_take_error (&just_bus);
  gst_element_set_bus (element, NULL);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (element);
  gst_object_unref (bus);
  return error;
}

GST_START_TEST (a_screen_that_is_not_leased_is_not_there)
{
  g_autofree char *properties = NULL;
  g_autofree gchar *error = NULL;

  set_up ();
  properties = g_strdup_printf ("connector=%s", stage.vkms->connectors[1]);
  error = open_error (properties);
  fail_unless (error && strstr (error, "no connector"), "%s", error);
  fail_unless (strstr (error, stage.vkms->connectors[1]), "%s", error);
  tear_down ();
}
GST_END_TEST;

/* Until an error is on the bus. */
static gchar *
push_until_error (void)
{
  gchar *error = NULL;

  for (guint i = 0; i < 200 && !error; i++) {
    GstBuffer *buffer;

    stage_draw (&stage, &sink.info, i, X, Y, &buffer);
    gst_harness_push (sink.harness, buffer);
    error = sink_take_error (&sink);
    g_usleep (5000);
  }
  fail_unless (error != NULL, "nothing is told");
  return error;
}

GST_START_TEST (a_lease_that_ends_is_told)
{
  g_autofree gchar *error = NULL;

  set_up ();
  add_sink (PLACE);
  stage_show (&stage, &sink, 1, X, Y);
  fail_unless_equals_int (drmModeRevokeLease (lessor.fd, lease.id), 0);
  error = push_until_error ();
  fail_unless (strstr (error, "was taken away"), "%s", error);
  fail_unless (strstr (error, "lease"), "%s", error);
  sink_close (&sink);
  tear_down ();
}
GST_END_TEST;

/* Nothing is shown yet, or what is shown is to change. */
GST_START_TEST (a_lease_that_ends_before_the_first_frame_is_told)
{
  g_autofree gchar *error = NULL;

  set_up ();
  add_sink (PLACE);
  fail_unless_equals_int (drmModeRevokeLease (lessor.fd, lease.id), 0);
  error = push_until_error ();
  fail_unless (strstr (error, "was taken away"), "%s", error);
  sink_close (&sink);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_lease_that_has_ended_cannot_be_opened)
{
  g_autofree gchar *error = NULL;

  set_up ();
  fail_unless_equals_int (drmModeRevokeLease (lessor.fd, lease.id), 0);
  error = open_error ("");
  fail_unless (error && strstr (error, "lease"), "%s", error);
  tear_down ();
}
GST_END_TEST;

/* udev tells of the card, not of the descriptor. */
GST_START_TEST (a_monitor_of_a_lease_may_be_unplugged)
{
  guint64 dropped;

  set_up ();
  add_sink (PLACE " on-disconnect=drop");
  stage_show (&stage, &sink, 1, X, Y);
  vkms_unplug (stage.vkms, 0);
  for (guint i = 0; i < 500 && sink_get_stat (&sink, "dropped") == 0; i++) {
    sink_push_any (&sink);
    g_usleep (10000);
  }
  dropped = sink_get_stat (&sink, "dropped");
  sink_push_any (&sink);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "dropped"), dropped + 1);
  vkms_plug (stage.vkms, 0);
  for (guint i = 0; i < 500; i++) {
    dropped = sink_get_stat (&sink, "dropped");
    sink_push_any (&sink);
    if (sink_get_stat (&sink, "dropped") == dropped)
      break;
    g_usleep (10000);
  }
  stage_show (&stage, &sink, 2, X, Y);
  sink_close (&sink);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (after_a_lease_another_can_be_had)
{
  guint before = 0;

  set_up ();
  for (guint32 i = 0; i < 5; i++) {
    g_autofree gchar *error = NULL;

    add_sink (PLACE);
    stage_show (&stage, &sink, i, X, Y);
    fail_unless_equals_int (drmModeRevokeLease (lessor.fd, lease.id), 0);
    error = push_until_error ();
    sink_close (&sink);
    close (lease.fd);
    give_lease ();
    if (i == 0)
      before = fds_count ();
  }
  fail_unless_equals_int (fds_count (), before);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (frames_are_seen_on_a_leased_screen),
    RUNNER_TEST (a_screen_that_is_not_leased_is_not_there),
    RUNNER_TEST (a_lease_that_ends_is_told),
    RUNNER_TEST (a_lease_that_ends_before_the_first_frame_is_told),
    RUNNER_TEST (a_lease_that_has_ended_cannot_be_opened),
    RUNNER_TEST (a_monitor_of_a_lease_may_be_unplugged),
    RUNNER_TEST (after_a_lease_another_can_be_had))
