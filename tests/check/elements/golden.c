/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/golden.h"

#include "../helpers/crc.h"
#include "../helpers/runner.h"
#include "../helpers/vkms.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

/* Pictures of noise on a card of the test, by libdrm alone: what is computed
 * has to be what vkms shows. */
#define MODE_WIDTH 640
#define MODE_HEIGHT 480
#define N_PLANES 3

static struct {
  struct vkms *vkms;
  int fd;
  uint32_t crtc, connector, mode_blob;
  uint32_t planes[N_PLANES];
  GRand *random;
} screen;

static uint32_t
property (uint32_t object, uint32_t type, const char *name)
{
  drmModeObjectProperties *all = drmModeObjectGetProperties (
      screen.fd, object, type);
  uint32_t id = 0;

  for (uint32_t i = 0; i < all->count_props; i++) {
    drmModePropertyRes *p = drmModeGetProperty (screen.fd, all->props[i]);

    if (strcmp (p->name, name) == 0)
      id = p->prop_id;
    drmModeFreeProperty (p);
  }
  drmModeFreeObjectProperties (all);
  fail_unless (id != 0, "%s", name);
  return id;
}

static void
find_mode (void)
{
  drmModeConnector *c = drmModeGetConnector (screen.fd, screen.connector);

  for (int i = 0; i < c->count_modes && !screen.mode_blob; i++)
    if (c->modes[i].hdisplay == MODE_WIDTH &&
        c->modes[i].vdisplay == MODE_HEIGHT)
      drmModeCreatePropertyBlob (
          screen.fd, &c->modes[i], sizeof (c->modes[i]), &screen.mode_blob);
  fail_unless (screen.mode_blob != 0);
  drmModeFreeConnector (c);
}

static void
set_up (void)
{
  static const struct vkms_shape shape = { .n_overlays = N_PLANES - 1 };
  drmModeRes *all;
  drmModePlaneRes *planes;

  screen.vkms = vkms_new ("golden", &shape);
  screen.fd = open (screen.vkms->path, O_RDWR | O_CLOEXEC);
  fail_unless_equals_int (
      drmSetClientCap (screen.fd, DRM_CLIENT_CAP_ATOMIC, 1), 0);
  all = drmModeGetResources (screen.fd);
  screen.crtc = all->crtcs[0];
  screen.connector = all->connectors[0];
  drmModeFreeResources (all);
  planes = drmModeGetPlaneResources (screen.fd);
  fail_unless_equals_int (planes->count_planes, N_PLANES);
  memcpy (screen.planes, planes->planes, sizeof (screen.planes));
  drmModeFreePlaneResources (planes);
  find_mode ();
  screen.random = g_rand_new_with_seed (20260101);
}

static void
tear_down (void)
{
  close (screen.fd);
  vkms_remove (screen.vkms);
  g_rand_free (screen.random);
}

/* --- pictures ---------------------------------------------------------- */

static const uint32_t rgb_formats[] = { DRM_FORMAT_ARGB8888,
  DRM_FORMAT_ABGR8888, DRM_FORMAT_RGBA8888, DRM_FORMAT_BGRA8888,
  DRM_FORMAT_XRGB8888, DRM_FORMAT_XBGR8888, DRM_FORMAT_RGB888,
  DRM_FORMAT_BGR888, DRM_FORMAT_ARGB16161616, DRM_FORMAT_ABGR16161616,
  DRM_FORMAT_XRGB16161616, DRM_FORMAT_XBGR16161616, DRM_FORMAT_RGB565,
  DRM_FORMAT_BGR565, DRM_FORMAT_R8 };

static const uint32_t yuv_formats[] = { DRM_FORMAT_NV12, DRM_FORMAT_NV21,
  DRM_FORMAT_NV16, DRM_FORMAT_NV61, DRM_FORMAT_NV24, DRM_FORMAT_NV42,
  DRM_FORMAT_P010, DRM_FORMAT_P012, DRM_FORMAT_P016, DRM_FORMAT_YUV420,
  DRM_FORMAT_YVU420, DRM_FORMAT_YUV422, DRM_FORMAT_YVU422, DRM_FORMAT_YUV444,
  DRM_FORMAT_YVU444 };

/* Enough for any of the formats: lines of 8 bytes a pixel and some more, and
 * three planes of them. */
static void
fill (struct golden_picture *picture, uint32_t handles[], uint32_t offsets[])
{
  uint32_t stride = picture->width * 8 + 24, bytes, pitch;
  uint64_t size, at;
  guint8 *data;

  fail_unless_equals_int (
      drmModeCreateDumbBuffer (screen.fd, stride, picture->height * 3, 8, 0,
          &handles[0], &pitch, &size),
      0);
  fail_unless_equals_int (drmModeMapDumbBuffer (screen.fd, handles[0], &at), 0);
  data = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, screen.fd, at);
  fail_unless (data != MAP_FAILED);
  bytes = size;
  for (uint32_t i = 0; i + 4 <= bytes; i += 4)
    *(guint32 *) (data + i) = g_rand_int (screen.random);
  for (unsigned i = 0; i < 3; i++) {
    handles[i] = handles[0];
    offsets[i] = i * pitch * picture->height;
    picture->stride[i] = pitch;
    picture->data[i] = data + offsets[i];
  }
}

static unsigned
count_planes (uint32_t fourcc)
{
  switch (fourcc) {
    case DRM_FORMAT_YUV420:
    case DRM_FORMAT_YVU420:
    case DRM_FORMAT_YUV422:
    case DRM_FORMAT_YVU422:
    case DRM_FORMAT_YUV444:
    case DRM_FORMAT_YVU444:
      return 3;
    default:
      for (unsigned i = 0; i < G_N_ELEMENTS (rgb_formats); i++)
        if (rgb_formats[i] == fourcc)
          return 1;
      return 2;
  }
}

/* A framebuffer with noise; the memory is the kernel's to free, with the
 * test's end. */
static uint32_t
make (struct golden_picture *picture)
{
  uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 }, fb;

  fill (picture, handles, offsets);
  memcpy (pitches, picture->stride, sizeof (pitches));
  for (unsigned i = count_planes (picture->fourcc); i < 4; i++)
    handles[i] = pitches[i] = offsets[i] = 0;
  fail_unless_equals_int (
      drmModeAddFB2 (screen.fd, picture->width, picture->height,
          picture->fourcc, handles, pitches, offsets, &fb, 0),
      0);
  return fb;
}

/* --- showing ----------------------------------------------------------- */

static void
add (
    drmModeAtomicReq *request, uint32_t plane, const char *name, uint64_t value)
{
  drmModeAtomicAddProperty (
      request, plane, property (plane, DRM_MODE_OBJECT_PLANE, name), value);
}

static void
add_plane (drmModeAtomicReq *request, uint32_t plane,
    const struct golden_picture *p, uint32_t fb)
{
  guint w = p->crop.w ? p->crop.w : p->width;
  guint h = p->crop.w ? p->crop.h : p->height;
  gboolean lies = p->rotation & (DRM_MODE_ROTATE_90 | DRM_MODE_ROTATE_270);

  add (request, plane, "FB_ID", fb);
  add (request, plane, "CRTC_ID", screen.crtc);
  add (request, plane, "SRC_X", (uint64_t) p->crop.x << 16);
  add (request, plane, "SRC_Y", (uint64_t) p->crop.y << 16);
  add (request, plane, "SRC_W", (uint64_t) w << 16);
  add (request, plane, "SRC_H", (uint64_t) h << 16);
  add (request, plane, "CRTC_X", (int64_t) p->x);
  add (request, plane, "CRTC_Y", (int64_t) p->y);
  add (request, plane, "CRTC_W", lies ? h : w);
  add (request, plane, "CRTC_H", lies ? w : h);
  add (request, plane, "rotation",
      p->rotation ? p->rotation : DRM_MODE_ROTATE_0);
  /* the kernel's numbers are in this order */
  add (request, plane, "COLOR_ENCODING", p->encoding);
  add (request, plane, "COLOR_RANGE", p->full_range);
}

static void
commit (struct golden_picture pictures[], unsigned n)
{
  drmModeAtomicReq *request = drmModeAtomicAlloc ();

  drmModeAtomicAddProperty (request, screen.connector,
      property (screen.connector, DRM_MODE_OBJECT_CONNECTOR, "CRTC_ID"),
      screen.crtc);
  drmModeAtomicAddProperty (request, screen.crtc,
      property (screen.crtc, DRM_MODE_OBJECT_CRTC, "MODE_ID"),
      screen.mode_blob);
  drmModeAtomicAddProperty (request, screen.crtc,
      property (screen.crtc, DRM_MODE_OBJECT_CRTC, "ACTIVE"), 1);
  for (unsigned i = 0; i < n; i++)
    add_plane (request, screen.planes[i], &pictures[i], make (&pictures[i]));
  fail_unless_equals_int (drmModeAtomicCommit (screen.fd, request,
                              DRM_MODE_ATOMIC_ALLOW_MODESET, NULL),
      0);
  drmModeAtomicFree (request);
}

/* Shows the pictures, filled with noise, on planes from the lowest on. */
static void
check (struct golden_picture pictures[], unsigned n)
{
  guint32 wanted, shown;

  commit (pictures, n);
  wanted = golden_crc (MODE_WIDTH, MODE_HEIGHT, pictures, n);
  shown = crc_read_current_of (screen.vkms->debugfs, 0);
  fail_unless (shown == wanted,
      "%" GST_FOURCC_FORMAT ", encoding %d, full range %d, rotation 0x%x: "
      "0x%08x is computed, 0x%08x is shown",
      GST_FOURCC_ARGS (pictures[0].fourcc), pictures[0].encoding,
      pictures[0].full_range, pictures[0].rotation, wanted, shown);
}

static struct golden_picture
picture (uint32_t fourcc, guint width, guint height, gint x, gint y)
{
  return (struct golden_picture) {
    .fourcc = fourcc, .width = width, .height = height, .x = x, .y = y
  };
}

GST_START_TEST (formats_of_rgb_are_as_computed)
{
  set_up ();
  for (unsigned i = 0; i < G_N_ELEMENTS (rgb_formats); i++) {
    struct golden_picture p = picture (rgb_formats[i], 161, 91, 13 + i, 7);

    fail_unless (golden_has_format (rgb_formats[i]));
    check (&p, 1);
  }
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (formats_of_yuv_are_as_computed)
{
  set_up ();
  for (unsigned i = 0; i < G_N_ELEMENTS (yuv_formats); i++) {
    struct golden_picture p = picture (yuv_formats[i], 161, 91, 13, 7 + i);

    fail_unless (golden_has_format (yuv_formats[i]));
    check (&p, 1);
  }
  tear_down ();
}
GST_END_TEST;

/* Large enough for all that rounding can do. */
GST_START_TEST (matrices_are_as_computed)
{
  static const uint32_t fourccs[] = { DRM_FORMAT_NV24, DRM_FORMAT_P016 };

  set_up ();
  for (unsigned i = 0; i < 12; i++) {
    struct golden_picture p = picture (fourccs[i / 6], 256, 192, 5, 6);

    p.encoding = i % 3;
    p.full_range = i / 3 % 2;
    check (&p, 1);
  }
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (rotations_are_as_computed)
{
  static const uint32_t rotations[] = { DRM_MODE_ROTATE_0, DRM_MODE_ROTATE_90,
    DRM_MODE_ROTATE_180, DRM_MODE_ROTATE_270 };
  static const uint32_t reflections[] = { 0, DRM_MODE_REFLECT_X,
    DRM_MODE_REFLECT_Y };
  static const uint32_t fourccs[] = { DRM_FORMAT_XRGB8888, DRM_FORMAT_NV12,
    DRM_FORMAT_YUV422 };

  set_up ();
  for (unsigned i = 0; i < 12; i++) {
    struct golden_picture p = picture (fourccs[i % 3], 121, 75, 50, 60);

    p.rotation = rotations[i / 3] | reflections[i % 3];
    check (&p, 1);
    p.fourcc = DRM_FORMAT_YUV420;
    check (&p, 1);
  }
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (crops_are_as_computed)
{
  static const uint32_t rotations[] = { DRM_MODE_ROTATE_0, DRM_MODE_ROTATE_90,
    DRM_MODE_ROTATE_180 | DRM_MODE_REFLECT_X };

  set_up ();
  for (unsigned i = 0; i < 3; i++) {
    struct golden_picture p = picture (DRM_FORMAT_NV12, 160, 90, 30, 40);

    p.crop.x = 15;
    p.crop.y = 9;
    p.crop.w = 101;
    p.crop.h = 51;
    p.rotation = rotations[i];
    check (&p, 1);
  }
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_beyond_the_edges_is_cut_off)
{
  struct golden_picture corners[] = {
    picture (DRM_FORMAT_XRGB8888, 100, 100, -31, -17),
    picture (DRM_FORMAT_NV12, 101, 99, MODE_WIDTH - 51, MODE_HEIGHT - 49),
    picture (DRM_FORMAT_YUV422, 64, 64, MODE_WIDTH - 9, -3),
  };

  set_up ();
  check (corners, 3);
  corners[0].rotation = DRM_MODE_ROTATE_90;
  corners[1].rotation = DRM_MODE_ROTATE_270;
  corners[2].rotation = DRM_MODE_ROTATE_180;
  check (corners, 3);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (planes_are_blended_as_computed)
{
  struct golden_picture pictures[] = {
    picture (DRM_FORMAT_NV12, MODE_WIDTH, MODE_HEIGHT, 0, 0),
    picture (DRM_FORMAT_ARGB8888, 200, 100, 100, 100),
    picture (DRM_FORMAT_ABGR16161616, 200, 100, 201, 151),
  };

  set_up ();
  check (pictures, 3);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (black_is_as_computed)
{
  fail_unless_equals_int (golden_crc (MODE_WIDTH, MODE_HEIGHT, NULL, 0),
      crc_of_black (MODE_WIDTH, MODE_HEIGHT));
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (formats_of_rgb_are_as_computed),
    RUNNER_TEST (formats_of_yuv_are_as_computed),
    RUNNER_TEST (matrices_are_as_computed),
    RUNNER_TEST (rotations_are_as_computed),
    RUNNER_TEST (crops_are_as_computed),
    RUNNER_TEST (what_is_beyond_the_edges_is_cut_off),
    RUNNER_TEST (planes_are_blended_as_computed),
    RUNNER_TEST (black_is_as_computed))
