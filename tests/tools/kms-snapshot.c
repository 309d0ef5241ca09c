/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Writes a PNG of what a display scans out: the framebuffer of the topmost
 * plane that is on, read back from the kernel. It knows nothing of the program
 * that shows it, and needs root, because the kernel gives other programs'
 * framebuffers to nobody else.
 */

#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <gst/allocators/allocators.h>
#include <gst/video/video.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#define MAX_TRIES 300
#define MAX_CARDS 16

typedef struct {
  int fd;
  uint32_t plane;
  uint32_t fb;
} Scanout;

/* Overlays come after the primary plane, and lie above it. */
static gboolean
find_active_plane (Scanout *scanout)
{
  drmModePlaneRes *planes = drmModeGetPlaneResources (scanout->fd);

  scanout->fb = 0;
  for (uint32_t i = 0; planes && i < planes->count_planes; i++) {
    drmModePlane *plane = drmModeGetPlane (scanout->fd, planes->planes[i]);

    if (plane && plane->crtc_id != 0 && plane->fb_id != 0) {
      scanout->plane = plane->plane_id;
      scanout->fb = plane->fb_id;
    }
    drmModeFreePlane (plane);
  }
  drmModeFreePlaneResources (planes);
  return scanout->fb != 0;
}

static gboolean
open_card (Scanout *scanout, const char *path)
{
  scanout->fd = open (path, O_RDWR | O_CLOEXEC);
  if (scanout->fd < 0)
    return FALSE;
  drmSetClientCap (scanout->fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1);
  /* Whoever opens a card first is its master: leave that to the others. */
  drmDropMaster (scanout->fd);
  if (find_active_plane (scanout))
    return TRUE;
  close (scanout->fd);
  return FALSE;
}

static gboolean
open_first_card (Scanout *scanout)
{
  for (guint i = 0; i < MAX_CARDS; i++) {
    g_autofree gchar *path = g_strdup_printf ("/dev/dri/card%u", i);

    if (open_card (scanout, path))
      return TRUE;
  }
  return FALSE;
}

/* The name of the value that an enum property of the plane has, or NULL. */
static gchar *
get_enum (const Scanout *scanout, const char *name)
{
  drmModeObjectProperties *all = drmModeObjectGetProperties (
      scanout->fd, scanout->plane, DRM_MODE_OBJECT_PLANE);
  gchar *value = NULL;

  for (uint32_t i = 0; all && i < all->count_props; i++) {
    drmModePropertyRes *p = drmModeGetProperty (scanout->fd, all->props[i]);

    for (int j = 0; p && g_str_equal (p->name, name) && j < p->count_enums; j++)
      if (p->enums[j].value == all->prop_values[i])
        value = g_strdup (p->enums[j].name);
    drmModeFreeProperty (p);
  }
  drmModeFreeObjectProperties (all);
  return value;
}

/* As the plane makes RGB of it. */
static void
set_colorimetry (const Scanout *scanout, GstVideoInfo *info)
{
  g_autofree gchar *encoding = get_enum (scanout, "COLOR_ENCODING");
  g_autofree gchar *range = get_enum (scanout, "COLOR_RANGE");

  if (!GST_VIDEO_INFO_IS_YUV (info))
    return;
  info->colorimetry.matrix = GST_VIDEO_COLOR_MATRIX_BT601;
  if (encoding && strstr (encoding, "BT.709"))
    info->colorimetry.matrix = GST_VIDEO_COLOR_MATRIX_BT709;
  if (encoding && strstr (encoding, "BT.2020"))
    info->colorimetry.matrix = GST_VIDEO_COLOR_MATRIX_BT2020;
  info->colorimetry.range = range && strstr (range, "full")
                                ? GST_VIDEO_COLOR_RANGE_0_255
                                : GST_VIDEO_COLOR_RANGE_16_235;
}

/* A memory for each plane, as the framebuffer has them. */
static GstBuffer *
buffer_from_fb (
    const Scanout *scanout, const drmModeFB2 *fb, GstVideoFormat format)
{
  GstAllocator *allocator = gst_dmabuf_allocator_new ();
  GstBuffer *buffer = gst_buffer_new ();
  gsize offset[GST_VIDEO_MAX_PLANES] = { 0 }, size = 0;
  gint stride[GST_VIDEO_MAX_PLANES] = { 0 };
  guint n = gst_video_format_get_info (format)->n_planes;

  for (guint i = 0; i < n; i++) {
    int fd;
    off_t length;

    if (drmPrimeHandleToFD (
            scanout->fd, fb->handles[i], DRM_CLOEXEC | DRM_RDWR, &fd) < 0)
      break;
    length = lseek (fd, 0, SEEK_END);
    gst_buffer_append_memory (
        buffer, gst_dmabuf_allocator_alloc (allocator, fd, length));
    offset[i] = size + fb->offsets[i];
    stride[i] = fb->pitches[i];
    size += length;
  }
  gst_object_unref (allocator);
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE, format,
      fb->width, fb->height, n, offset, stride);
  return buffer;
}

/* The pixels, in memory of their own, so that they stay as they are. */
static GstSample *
copy_fb (const Scanout *scanout, const drmModeFB2 *fb)
{
  GstVideoFormat format = gst_video_dma_drm_fourcc_to_format (fb->pixel_format);
  GstVideoFrame from, to;
  GstSample *sample = NULL;
  GstBuffer *source, *copy;
  GstVideoInfo info;
  GstCaps *caps;

  if (format == GST_VIDEO_FORMAT_UNKNOWN ||
      (fb->flags & DRM_MODE_FB_MODIFIERS &&
          fb->modifier != DRM_FORMAT_MOD_LINEAR))
    return NULL;
  gst_video_info_set_format (&info, format, fb->width, fb->height);
  set_colorimetry (scanout, &info);
  source = buffer_from_fb (scanout, fb, format);
  copy = gst_buffer_new_allocate (NULL, info.size, NULL);
  if (gst_video_frame_map (&from, &info, source, GST_MAP_READ)) {
    if (gst_video_frame_map (&to, &info, copy, GST_MAP_WRITE)) {
      gst_video_frame_copy (&to, &from);
      gst_video_frame_unmap (&to);
      caps = gst_video_info_to_caps (&info);
      sample = gst_sample_new (copy, caps, NULL, NULL);
      gst_caps_unref (caps);
    }
    gst_video_frame_unmap (&from);
  }
  gst_buffer_unref (copy);
  gst_buffer_unref (source);
  return sample;
}

static void
close_handles (const Scanout *scanout, const drmModeFB2 *fb)
{
  for (guint i = 0; i < 4; i++) {
    gboolean again = FALSE;

    for (guint j = 0; j < i; j++)
      again |= fb->handles[i] == fb->handles[j];
    if (fb->handles[i] != 0 && !again)
      drmCloseBufferHandle (scanout->fd, fb->handles[i]);
  }
}

/* A flip in between may have given the memory back to its producer: only what
 * is still on the screen afterwards was whole. */
static GstSample *
take_picture (Scanout *scanout)
{
  GstSample *sample = NULL;

  for (guint i = 0; i < MAX_TRIES && find_active_plane (scanout); i++) {
    uint32_t taken = scanout->fb;
    drmModeFB2 *fb = drmModeGetFB2 (scanout->fd, taken);

    if (!fb)
      continue;
    if (fb->handles[0] != 0)
      sample = copy_fb (scanout, fb);
    close_handles (scanout, fb);
    drmModeFreeFB2 (fb);
    if (sample && find_active_plane (scanout) && scanout->fb == taken)
      return sample;
    g_clear_pointer (&sample, gst_sample_unref);
  }
  return NULL;
}

static gboolean
write_png (GstSample *sample, const char *path)
{
  GstCaps *png = gst_caps_new_empty_simple ("image/png");
  GError *error = NULL;
  GstSample *encoded = gst_video_convert_sample (
      sample, png, 10 * GST_SECOND, &error);
  GstMapInfo map;
  gboolean ok = FALSE;

  gst_caps_unref (png);
  if (encoded &&
      gst_buffer_map (gst_sample_get_buffer (encoded), &map, GST_MAP_READ)) {
    ok = g_file_set_contents (path, (gchar *) map.data, map.size, &error);
    gst_buffer_unmap (gst_sample_get_buffer (encoded), &map);
  }
  if (!ok)
    fprintf (stderr, "kms-snapshot: %s: %s\n", path,
        error ? error->message : "the picture cannot be encoded");
  g_clear_error (&error);
  g_clear_pointer (&encoded, gst_sample_unref);
  return ok;
}

int
main (int argc, char *argv[])
{
  Scanout scanout = { -1, 0, 0 };
  GstSample *sample;
  gboolean ok;

  gst_init (&argc, &argv);
  if (argc < 2 || argc > 3) {
    fprintf (stderr,
        "Usage: kms-snapshot FILE.png [CARD]\n"
        "Writes what a display shows to FILE.png: that of CARD (such as "
        "/dev/dri/card0), or of\nthe first card that shows something.\n");
    return 2;
  }
  ok = argc == 3 ? open_card (&scanout, argv[2]) : open_first_card (&scanout);
  if (!ok) {
    fprintf (stderr, "kms-snapshot: no display is on\n");
    return 1;
  }
  sample = take_picture (&scanout);
  if (!sample) {
    fprintf (stderr, "kms-snapshot: what the display shows cannot be read "
                     "(are you root? is it linear?)\n");
    return 1;
  }
  ok = write_png (sample, argv[1]);
  gst_sample_unref (sample);
  return ok ? 0 : 1;
}
