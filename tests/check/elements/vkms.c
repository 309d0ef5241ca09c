/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/vkms.h"

#include "../helpers/crc.h"
#include "../helpers/golden.h"
#include "../helpers/runner.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

/* The cards that the tests make, in the words of another program. */
static int
open_card (const struct vkms *vkms)
{
  int fd = open (vkms->path, O_RDWR | O_CLOEXEC);

  fail_unless (fd >= 0, "%s", vkms->path);
  fail_unless_equals_int (
      drmSetClientCap (fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1), 0);
  return fd;
}

static uint64_t
plane_type (int fd, uint32_t plane)
{
  drmModeObjectProperties *all = drmModeObjectGetProperties (
      fd, plane, DRM_MODE_OBJECT_PLANE);
  uint64_t type = UINT64_MAX;

  for (uint32_t i = 0; i < all->count_props; i++) {
    drmModePropertyRes *p = drmModeGetProperty (fd, all->props[i]);

    if (strcmp (p->name, "type") == 0)
      type = all->prop_values[i];
    drmModeFreeProperty (p);
  }
  drmModeFreeObjectProperties (all);
  return type;
}

/* The planes of TYPE that reach these CRTCs, and no others. */
static unsigned
count_planes (int fd, uint64_t type, uint32_t crtcs)
{
  drmModePlaneRes *all = drmModeGetPlaneResources (fd);
  unsigned n = 0;

  for (uint32_t i = 0; i < all->count_planes; i++) {
    drmModePlane *plane = drmModeGetPlane (fd, all->planes[i]);

    n += plane_type (fd, plane->plane_id) == type &&
         plane->possible_crtcs == crtcs;
    drmModeFreePlane (plane);
  }
  drmModeFreePlaneResources (all);
  return n;
}

/* The connector's name in the words of drivers, and whether a screen is there,
 * asked for anew. */
static gboolean
is_plugged (int fd, unsigned n, char name[32])
{
  drmModeRes *all = drmModeGetResources (fd);
  drmModeConnector *c;
  gboolean plugged;

  fail_unless (n < (unsigned) all->count_connectors);
  c = drmModeGetConnector (fd, all->connectors[n]);
  g_snprintf (name, 32, "%s-%u",
      drmModeGetConnectorTypeName (c->connector_type), c->connector_type_id);
  plugged = c->connection == DRM_MODE_CONNECTED;
  fail_unless_equals_int (c->count_modes > 0, plugged);
  drmModeFreeConnector (c);
  drmModeFreeResources (all);
  return plugged;
}

GST_START_TEST (a_card_has_what_was_asked_for)
{
  static const struct vkms_shape shape = {
    .n_crtcs = 2,
    .n_overlays = 4,
    .n_connectors = 3,
    .unplugged = 1 << 1,
  };
  struct vkms *vkms = vkms_new ("of-any-shape", &shape);
  int fd = open_card (vkms);
  drmModeRes *all = drmModeGetResources (fd);
  char name[32];

  fail_unless_equals_int (all->count_crtcs, 2);
  fail_unless_equals_int (all->count_connectors, 3);
  fail_unless_equals_int (count_planes (fd, DRM_PLANE_TYPE_PRIMARY, 1), 1);
  fail_unless_equals_int (count_planes (fd, DRM_PLANE_TYPE_PRIMARY, 2), 1);
  fail_unless_equals_int (count_planes (fd, DRM_PLANE_TYPE_OVERLAY, 1), 4);
  fail_unless_equals_int (count_planes (fd, DRM_PLANE_TYPE_OVERLAY, 2), 4);
  fail_unless_equals_int (count_planes (fd, DRM_PLANE_TYPE_CURSOR, 1), 0);
  for (unsigned i = 0; i < 3; i++) {
    fail_unless_equals_int (is_plugged (fd, i, name), i != 1);
    fail_unless_equals_string (name, vkms->connectors[i]);
  }
  drmModeFreeResources (all);
  close (fd);
  vkms_remove (vkms);
}
GST_END_TEST;

GST_START_TEST (cursor_and_writeback_are_had_if_asked_for)
{
  static const struct vkms_shape shape = { .cursor = TRUE, .writeback = TRUE };
  struct vkms *vkms = vkms_new ("with-both", &shape);
  int fd = open_card (vkms);
  drmModeRes *all;

  fail_unless_equals_int (drmSetClientCap (fd, DRM_CLIENT_CAP_ATOMIC, 1), 0);
  fail_unless_equals_int (
      drmSetClientCap (fd, DRM_CLIENT_CAP_WRITEBACK_CONNECTORS, 1), 0);
  all = drmModeGetResources (fd);
  fail_unless_equals_int (count_planes (fd, DRM_PLANE_TYPE_CURSOR, 1), 1);
  fail_unless_equals_int (all->count_connectors, 2);
  drmModeFreeResources (all);
  close (fd);
  vkms_remove (vkms);
}
GST_END_TEST;

GST_START_TEST (a_screen_goes_and_comes)
{
  struct vkms *vkms = vkms_new ("plugged", &(struct vkms_shape) { 0 });
  int fd = open_card (vkms);
  char name[32];

  fail_unless (is_plugged (fd, 0, name));
  for (unsigned i = 0; i < 3; i++) {
    vkms_unplug (vkms, 0);
    fail_unless (!is_plugged (fd, 0, name));
    vkms_plug (vkms, 0);
    fail_unless (is_plugged (fd, 0, name));
  }
  close (fd);
  vkms_remove (vkms);
}
GST_END_TEST;

GST_START_TEST (a_card_that_is_taken_away_leaves_nothing)
{
  static const struct vkms_shape shape = {
    .n_crtcs = 2, .n_overlays = 1, .n_connectors = 2
  };

  for (unsigned i = 0; i < 5; i++) {
    struct vkms *vkms = vkms_new ("passing", &shape);
    g_autofree char *path = g_strdup (vkms->path);
    g_autofree char *directory = g_strdup (vkms->directory);
    g_autofree char *debugfs = g_strdup (vkms->debugfs);

    fail_unless (g_file_test (path, G_FILE_TEST_EXISTS));
    fail_unless (g_file_test (debugfs, G_FILE_TEST_IS_DIR));
    vkms_remove (vkms);
    fail_if (g_file_test (path, G_FILE_TEST_EXISTS));
    fail_if (g_file_test (directory, G_FILE_TEST_EXISTS));
    fail_if (g_file_test (debugfs, G_FILE_TEST_EXISTS));
  }
}
GST_END_TEST;

GST_START_TEST (cards_live_side_by_side)
{
  struct vkms *a = vkms_new ("first", &(struct vkms_shape) { 0 });
  struct vkms *b = vkms_new ("second", &(struct vkms_shape) { 0 });
  int fd;

  fail_if (strcmp (a->path, b->path) == 0);
  fail_if (strcmp (a->connectors[0], b->connectors[0]) == 0);
  vkms_remove (a);
  fd = open_card (b);
  close (fd);
  vkms_remove (b);
}
GST_END_TEST;

/* --- what it shows ----------------------------------------------------- */

#define WIDTH 640
#define HEIGHT 480

static drmModeModeInfo
find_mode (int fd, uint32_t connector)
{
  drmModeConnector *c = drmModeGetConnector (fd, connector);
  drmModeModeInfo mode = { 0 };

  for (int i = 0; i < c->count_modes; i++)
    if (c->modes[i].hdisplay == WIDTH && c->modes[i].vdisplay == HEIGHT)
      mode = c->modes[i];
  fail_unless_equals_int (mode.hdisplay, WIDTH);
  drmModeFreeConnector (c);
  return mode;
}

/* Lights a CRTC with all pixels VALUE. Returns the CRC that it must have. */
static guint32
light (int fd, uint32_t crtc, uint32_t connector, guint8 value)
{
  drmModeModeInfo mode = find_mode (fd, connector);
  uint32_t handle[4] = { 0 }, pitch[4] = { 0 }, offset[4] = { 0 }, fb;
  struct golden_picture picture = {
    .fourcc = DRM_FORMAT_XRGB8888, .width = WIDTH, .height = HEIGHT
  };
  uint64_t size, at;
  guint32 crc;
  void *data;

  fail_unless_equals_int (
      drmModeCreateDumbBuffer (fd, WIDTH, HEIGHT, 32, 0, handle, pitch, &size),
      0);
  fail_unless_equals_int (drmModeMapDumbBuffer (fd, handle[0], &at), 0);
  data = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, at);
  fail_unless (data != MAP_FAILED);
  memset (data, value, size);
  fail_unless_equals_int (drmModeAddFB2 (fd, WIDTH, HEIGHT, picture.fourcc,
                              handle, pitch, offset, &fb, 0),
      0);
  fail_unless_equals_int (
      drmModeSetCrtc (fd, crtc, fb, 0, 0, &connector, 1, &mode), 0);
  picture.data[0] = data;
  picture.stride[0] = pitch[0];
  crc = golden_crc (WIDTH, HEIGHT, &picture, 1);
  munmap (data, size);
  return crc;
}

GST_START_TEST (each_crtc_of_each_card_has_a_crc_of_its_own)
{
  static const struct vkms_shape shape = { .n_crtcs = 2, .n_connectors = 2 };
  struct vkms *vkms[] = { vkms_new ("left", &shape),
    vkms_new ("right", &shape) };
  guint32 crc[4];
  int fd[2];

  for (unsigned i = 0; i < 4; i++) {
    drmModeRes *all;

    if (i % 2 == 0)
      fd[i / 2] = open_card (vkms[i / 2]);
    all = drmModeGetResources (fd[i / 2]);
    crc[i] = light (
        fd[i / 2], all->crtcs[i % 2], all->connectors[i % 2], 50 * i + 10);
    drmModeFreeResources (all);
  }
  for (unsigned i = 0; i < 4; i++)
    fail_unless_equals_uint64 (
        crc_read_current_of (vkms[i / 2]->debugfs, i % 2), crc[i]);
  for (unsigned i = 0; i < 2; i++) {
    close (fd[i]);
    vkms_remove (vkms[i]);
  }
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (a_card_has_what_was_asked_for),
    RUNNER_TEST (cursor_and_writeback_are_had_if_asked_for),
    RUNNER_TEST (a_screen_goes_and_comes),
    RUNNER_TEST (a_card_that_is_taken_away_leaves_nothing),
    RUNNER_TEST (cards_live_side_by_side),
    RUNNER_TEST (each_crtc_of_each_card_has_a_crc_of_its_own))
