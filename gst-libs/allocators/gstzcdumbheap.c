/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcdumbheap.h"

#include "gstzcheap-private.h"
#include "gstzcsys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sysmacros.h>
#include <xf86drm.h>

#define GST_CAT_DEFAULT gst_zc_heap_debug

/* Documentation/admin-guide/devices.txt */
#define DRM_MAJOR 226

/* Bytes are asked for as so many lines of pixels of 32 bits, which is what all
 * drivers make (virtio-gpu no others); those that align lines are content with
 * these. */
#define BITS 32
#define PIXEL (BITS / 8)
#define LINE 4096
/* struct drm_mode_create_dumb counts in 32 bits, and so does the kernel. */
#define MAX_SIZE ((guint64) G_MAXUINT32 / LINE * LINE)

#define NO_RENDER_NODE \
  "render nodes have no dumb buffers: name a /dev/dri/card*"

#define GST_TYPE_ZC_DUMB_HEAP (gst_zc_dumb_heap_get_type ())
G_DECLARE_FINAL_TYPE (
    GstZcDumbHeap, gst_zc_dumb_heap, GST, ZC_DUMB_HEAP, GstZcHeap)

struct _GstZcDumbHeap {
  GstZcHeap parent;

  GMutex lock; /* guards opening the card */
  gint fd;     /* -1: not open yet */
};

G_DEFINE_FINAL_TYPE (GstZcDumbHeap, gst_zc_dumb_heap, GST_TYPE_ZC_HEAP)

static const struct gst_zc_heap_node node = {
  .rule = "SUBSYSTEM==\"drm\"",
  .missing = "the card's driver is not loaded; see /dev/dri for other cards",
};

/* The number of a DRM node, or -1 if it is something else. */
static gint
drm_minor (gint fd)
{
  struct stat st;

  if (gst_zc_sys.fstat (fd, &st) < 0 || !S_ISCHR (st.st_mode) ||
      major (st.st_rdev) != DRM_MAJOR)
    return -1;
  return minor (st.st_rdev);
}

/* Minors of primary nodes are the numbers of their cards; 64 to 191 are other
 * kinds of nodes (drm_minor_alloc() in drivers/gpu/drm/drm_drv.c). */
static gboolean
is_other_node (gint drm_minor)
{
  return drm_minor >= 64 && drm_minor < 192;
}

/* Opening may have made us DRM master, unasked. If we are not (EINVAL, or
 * EACCES without rights) there is nothing to give up. */
static gint
open_card (GstZcHeap *heap, GError **error)
{
  gint fd = gst_zc_heap_open (heap, &node, error);

  if (fd < 0)
    return -1;
  if (is_other_node (drm_minor (fd))) {
    gst_zc_sys.close (fd);
    return gst_zc_heap_refuse (heap, error, GST_ZC_ERROR_NOT_SUPPORTED,
        NO_RENDER_NODE, "is no primary node of a card");
  }
  gst_zc_sys_ioctl (fd, DRM_IOCTL_DROP_MASTER, NULL);
  return fd;
}

/* The card, opened if need be, or -1. */
static gint
get_fd (GstZcHeap *heap, GError **error)
{
  GstZcDumbHeap *self = GST_ZC_DUMB_HEAP (heap);
  gint fd;

  g_mutex_lock (&self->lock);
  if (self->fd < 0)
    self->fd = open_card (heap, error);
  fd = self->fd;
  g_mutex_unlock (&self->lock);
  return fd;
}

static const gchar *
cure_of (gint err)
{
  switch (err) {
    case ENOMEM:
    case ENOSPC:
      return "keep fewer or smaller buffers; a driver without IOMMU takes them "
             "from contiguous memory: cma=256M on the kernel's command line";
    case EINVAL:
      return "the driver makes no such pictures: ask for 32 bits a pixel and "
             "fewer of them, or take another heap";
    case ENOSYS:
      return "the driver has no dumb buffers, or cannot export them: take "
             "another card or heap";
    case ENODEV:
      return "the card was unplugged";
    case EACCES:
      return NO_RENDER_NODE;
    case ENOTTY:
      return "the node is no DRM card";
    default:
      return NULL;
  }
}

/* --- what the card can -------------------------------------------------- */

static gboolean
get_cap (GstZcHeap *heap, gint fd, guint64 capability, guint64 *value,
    GError **error)
{
  struct drm_get_cap cap = { .capability = capability };
  gint ret = gst_zc_sys_ioctl (fd, DRM_IOCTL_GET_CAP, &cap);

  *value = cap.value;
  if (ret < 0)
    gst_zc_heap_fail (heap, error, -ret, cure_of (-ret),
        "cannot ask what the card can (DRM_IOCTL_GET_CAP)");
  return ret == 0;
}

static gboolean
gst_zc_dumb_heap_check (GstZcHeap *heap, GError **error)
{
  gint fd = get_fd (heap, error);
  guint64 dumb, prime;

  if (fd < 0 || !get_cap (heap, fd, DRM_CAP_DUMB_BUFFER, &dumb, error) ||
      !get_cap (heap, fd, DRM_CAP_PRIME, &prime, error))
    return FALSE;
  if (!dumb)
    gst_zc_heap_refuse (heap, error, GST_ZC_ERROR_NOT_SUPPORTED,
        "take another card or heap", "the driver has no dumb buffers");
  else if (!(prime & DRM_PRIME_CAP_EXPORT))
    gst_zc_heap_refuse (heap, error, GST_ZC_ERROR_NOT_SUPPORTED,
        "take another card or heap", "the driver cannot export (PRIME)");
  return dumb && prime & DRM_PRIME_CAP_EXPORT;
}

/* --- making buffers ----------------------------------------------------- */

/* The dma-buf holds the memory; the handle is needed only to make it. */
static gint
export_handle (GstZcHeap *heap, gint fd, guint32 handle, GError **error)
{
  struct drm_prime_handle prime = {
    .handle = handle,
    .flags = DRM_CLOEXEC | DRM_RDWR, /* the first export decides for all */
  };
  struct drm_mode_destroy_dumb destroy = { .handle = handle };
  gint ret = gst_zc_sys_ioctl (fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &prime);

  gst_zc_sys_ioctl (fd, DRM_IOCTL_MODE_DESTROY_DUMB, &destroy);
  if (ret < 0)
    return gst_zc_heap_fail (heap, error, -ret, cure_of (-ret),
        "cannot export a dumb buffer (DRM_IOCTL_PRIME_HANDLE_TO_FD)");
  return prime.fd;
}

/* The same bytes as wider pixels: some drivers make no narrow ones. */
static gint
create_of_words (GstZcHeap *heap, gint fd, struct drm_mode_create_dumb *bytes)
{
  struct drm_mode_create_dumb words = {
    .width = bytes->width / PIXEL + (bytes->width % PIXEL != 0),
    .height = bytes->height,
    .bpp = BITS,
  };
  gint ret = gst_zc_sys_ioctl (fd, DRM_IOCTL_MODE_CREATE_DUMB, &words);

  GST_INFO_OBJECT (heap,
      "the driver makes no pixels of %u bits: asked for lines of %u at %u bits",
      bytes->bpp, words.width, words.bpp);
  if (ret == 0)
    *bytes = words;
  return ret;
}

/* DUMB says what is wanted, and then what the driver made of it. */
static gint
create (GstZcHeap *heap, struct drm_mode_create_dumb *dumb, GError **error)
{
  gint fd = get_fd (heap, error);
  gint ret;

  if (fd < 0)
    return -1;
  ret = gst_zc_sys_ioctl (fd, DRM_IOCTL_MODE_CREATE_DUMB, dumb);
  if (ret == -EINVAL && dumb->bpp == 8)
    ret = create_of_words (heap, fd, dumb);
  if (ret < 0)
    return gst_zc_heap_fail (heap, error, -ret, cure_of (-ret),
        "no dumb buffer of %ux%u at %u bits (DRM_IOCTL_MODE_CREATE_DUMB)",
        dumb->width, dumb->height, dumb->bpp);
  return export_handle (heap, fd, dumb->handle, error);
}

static gint
gst_zc_dumb_heap_export (
    GstZcHeap *heap, gsize size, gsize *actual, GError **error)
{
  struct drm_mode_create_dumb dumb = {
    .width = LINE / PIXEL,
    .height = (size + LINE - 1) / LINE,
    .bpp = BITS,
  };
  gint fd = create (heap, &dumb, error);

  return fd < 0 ? -1 : gst_zc_heap_take (heap, fd, size, actual, error);
}

/* As drm_mode_create_dumb() of the kernel reckons, whose overflows are an
 * EINVAL that does not say what was wrong. */
static gboolean
fits (guint width, guint height, guint bits)
{
  guint64 line = (guint64) width * ((bits + G_GUINT64_CONSTANT (7)) / 8);

  return line <= G_MAXUINT32 && line * height <= MAX_SIZE;
}

static gint
gst_zc_dumb_heap_export_picture (GstZcHeap *heap, guint width, guint height,
    guint bits, guint *stride, gsize *actual, GError **error)
{
  struct drm_mode_create_dumb dumb = {
    .width = width,
    .height = height,
    .bpp = bits,
  };
  gint fd;

  if (!fits (width, height, bits))
    return gst_zc_heap_refuse (heap, error, GST_ZC_ERROR_TOO_LARGE, NULL,
        "%ux%u at %u bits are more than the 4 GiB of a dumb buffer", width,
        height, bits);
  fd = create (heap, &dumb, error);
  if (fd < 0)
    return -1;
  if (dumb.pitch < (guint64) width * bits / 8) {
    gst_zc_sys.close (fd);
    return gst_zc_heap_refuse (heap, error, GST_ZC_ERROR_FAILED,
        "the driver has a bug: take another heap",
        "lines of %u bytes are too short for %u pixels at %u bits", dumb.pitch,
        width, bits);
  }
  *stride = dumb.pitch;
  return gst_zc_heap_take (
      heap, fd, (gsize) dumb.pitch * height, actual, error);
}

/* --- the object --------------------------------------------------------- */

static void
gst_zc_dumb_heap_finalize (GObject *object)
{
  GstZcDumbHeap *self = GST_ZC_DUMB_HEAP (object);

  if (self->fd >= 0)
    gst_zc_sys.close (self->fd);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_zc_dumb_heap_parent_class)->finalize (object);
}

static void
gst_zc_dumb_heap_init (GstZcDumbHeap *self)
{
  g_mutex_init (&self->lock);
  self->fd = -1;
  gst_zc_heap_set_limit_cure (
      GST_ZC_HEAP (self), "the kernel counts dumb buffers in 32 bits");
}

static void
gst_zc_dumb_heap_class_init (GstZcDumbHeapClass *klass)
{
  GstZcHeapClass *heap_class = GST_ZC_HEAP_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_zc_dumb_heap_finalize;
  heap_class->check = gst_zc_dumb_heap_check;
  heap_class->export_fd = gst_zc_dumb_heap_export;
  heap_class->export_picture = gst_zc_dumb_heap_export_picture;
}

GstZcHeap *
gst_zc_heap_new_closed_dumb (const gchar *path)
{
  g_autofree gchar *name = g_path_get_basename (path);

  return g_object_new (GST_TYPE_ZC_DUMB_HEAP, "name", name, "path", path,
      "flags", GST_ZC_HEAP_MAPPABLE | GST_ZC_HEAP_SCANOUT, "max-size", MAX_SIZE,
      NULL);
}

GstZcHeap *
gst_zc_heap_new_dumb (const gchar *card_path, GError **error)
{
  GstZcHeap *heap;

  g_return_val_if_fail (card_path != NULL, NULL);
  heap = gst_zc_heap_new_closed_dumb (card_path);
  if (!gst_zc_heap_check (heap, error))
    g_clear_object (&heap);
  return heap;
}

static gchar *
path_of (gint fd)
{
  gint number = drm_minor (fd);

  if (number < 0 || is_other_node (number))
    return NULL;
  return g_strdup_printf ("/dev/dri/card%d", number);
}

GstZcHeap *
gst_zc_heap_new_dumb_for_fd (gint fd, GError **error)
{
  g_autofree gchar *path = path_of (fd);
  GstZcHeap *heap;
  gint own;

  if (!path) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID,
        "descriptor %d is no primary node of a DRM card", fd);
    return NULL;
  }
  heap = gst_zc_heap_new_closed_dumb (path);
  own = gst_zc_sys.fcntl (fd, F_DUPFD_CLOEXEC, 0);
  if (own < 0)
    gst_zc_heap_fail (heap, error, errno, NULL, "cannot keep it open (dup)");
  else
    GST_ZC_DUMB_HEAP (heap)->fd = own;
  if (own < 0 || !gst_zc_heap_check (heap, error))
    g_clear_object (&heap);
  return heap;
}
