/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2heap.h"

#include "gstzcheap-private.h"
#include "gstzcsys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>

#define GST_TYPE_ZC_V4L2_HEAP (gst_zc_v4l2_heap_get_type ())
G_DECLARE_FINAL_TYPE (
    GstZcV4l2Heap, gst_zc_v4l2_heap, GST, ZC_V4L2_HEAP, GstZcHeap)

struct _GstZcV4l2Heap {
  GstZcHeap parent;
};

G_DEFINE_FINAL_TYPE (GstZcV4l2Heap, gst_zc_v4l2_heap, GST_TYPE_ZC_HEAP)

static const struct gst_zc_heap_node node = {
  .rule = "SUBSYSTEM==\"video4linux\"",
  .missing = "plug the device in, or load its driver; see /dev/video*",
};

/* Which queue makes the memory, by what the node can. */
static const struct {
  guint32 capability;
  guint32 type;
} queues[] = {
  { V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_M2M, V4L2_BUF_TYPE_VIDEO_CAPTURE },
  { V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_VIDEO_M2M_MPLANE,
      V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE },
  { V4L2_CAP_VIDEO_OUTPUT, V4L2_BUF_TYPE_VIDEO_OUTPUT },
  { V4L2_CAP_VIDEO_OUTPUT_MPLANE, V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE },
};

static const gchar *
cure_of (gint err)
{
  switch (err) {
    case ENOMEM:
      return "keep fewer or smaller buffers; a device without IOMMU takes them "
             "from contiguous memory: cma=256M on the kernel's command line";
    case EINVAL:
      return "the driver makes no buffers of this size for the format that is "
             "set: set a larger one, or take another heap";
    case ENODEV:
      return "the device was unplugged";
    case ENOTTY:
      return "the node is no video device, or its driver cannot do it";
    default:
      return NULL;
  }
}

static gint
fail (GstZcHeap *heap, GError **error, gint ret, const gchar *what)
{
  return gst_zc_heap_fail (heap, error, -ret, cure_of (-ret), "%s", what);
}

/* --- the device --------------------------------------------------------- */

static guint32
find_type (guint32 capabilities)
{
  for (guint i = 0; i < G_N_ELEMENTS (queues); i++)
    if (capabilities & queues[i].capability)
      return queues[i].type;
  return 0;
}

/* The type of the queue, or 0. */
static guint32
query_type (GstZcHeap *heap, gint fd, GError **error)
{
  struct v4l2_capability cap = { 0 };
  gint ret = gst_zc_sys_ioctl (fd, VIDIOC_QUERYCAP, &cap);
  guint32 capabilities = cap.capabilities & V4L2_CAP_DEVICE_CAPS
                             ? cap.device_caps
                             : cap.capabilities;
  guint32 type = find_type (capabilities);

  if (ret < 0) {
    fail (heap, error, ret, "cannot ask what it is (VIDIOC_QUERYCAP)");
    return 0;
  }
  if (type == 0 || !(capabilities & V4L2_CAP_STREAMING)) {
    gst_zc_heap_refuse (heap, error, GST_ZC_ERROR_NOT_SUPPORTED,
        "take another device or heap", "the device has no video buffers");
    return 0;
  }
  return type;
}

static gint
open_queue (GstZcHeap *heap, guint32 *type, GError **error)
{
  gint fd = gst_zc_heap_open (heap, &node, error);

  if (fd < 0)
    return -1;
  *type = query_type (heap, fd, error);
  if (*type != 0)
    return fd;
  gst_zc_sys.close (fd);
  return -1;
}

static guint32
get_size (const struct v4l2_format *format)
{
  return V4L2_TYPE_IS_MULTIPLANAR (format->type)
             ? format->fmt.pix_mp.plane_fmt[0].sizeimage
             : format->fmt.pix.sizeimage;
}

static void
set_size (struct v4l2_format *format, guint32 size)
{
  if (V4L2_TYPE_IS_MULTIPLANAR (format->type))
    format->fmt.pix_mp.plane_fmt[0].sizeimage = size;
  else
    format->fmt.pix.sizeimage = size;
}

static gboolean
get_format (
    GstZcHeap *heap, gint fd, struct v4l2_format *format, GError **error)
{
  gint ret = gst_zc_sys_ioctl (fd, VIDIOC_G_FMT, format);

  if (ret < 0) {
    fail (heap, error, ret, "has no format (VIDIOC_G_FMT)");
    return FALSE;
  }
  if (V4L2_TYPE_IS_MULTIPLANAR (format->type) &&
      format->fmt.pix_mp.num_planes != 1) {
    gst_zc_heap_refuse (heap, error, GST_ZC_ERROR_NOT_SUPPORTED,
        "set a format with one, like NV12 instead of NM12",
        "the format that is set has %u memory planes",
        format->fmt.pix_mp.num_planes);
    return FALSE;
  }
  return TRUE;
}

/* --- one buffer --------------------------------------------------------- */

static gint
request (gint fd, guint32 type, guint32 count)
{
  struct v4l2_requestbuffers request = {
    .count = count,
    .type = type,
    .memory = V4L2_MEMORY_MMAP,
  };

  return gst_zc_sys_ioctl (fd, VIDIOC_REQBUFS, &request);
}

/* Whether what REQBUFS makes will do where CREATE_BUFS failed with RET. Drivers
 * without it give the size they have, of which gst_zc_heap_take() tells; some
 * have it and take no size but their own. Buffers are whole pages. */
static gboolean
may_request (gint ret, const struct v4l2_format *format, gsize size)
{
  return ret == -ENOTTY ||
         (ret == -EINVAL &&
             size <= gst_zc_heap_round_to_pages (get_size (format)));
}

/* One buffer of at least SIZE bytes: its index, or -errno; *CALL is the last
 * that was tried. */
static gint
create (gint fd, struct v4l2_format *format, gsize size, const gchar **call)
{
  struct v4l2_create_buffers create = {
    .count = 1,
    .memory = V4L2_MEMORY_MMAP,
    .format = *format,
  };
  gint ret;

  set_size (&create.format, MAX (get_size (format), size));
  ret = gst_zc_sys_ioctl (fd, VIDIOC_CREATE_BUFS, &create);
  *call = "VIDIOC_CREATE_BUFS";
  if (ret == 0)
    return create.index;
  if (!may_request (ret, format, size))
    return ret;
  *call = "VIDIOC_REQBUFS";
  return request (fd, format->type, 1);
}

static gint
export_buffer (
    GstZcHeap *heap, gint fd, guint32 type, guint32 index, GError **error)
{
  struct v4l2_exportbuffer export = {
    .type = type,
    .index = index,
    .flags = O_RDWR | O_CLOEXEC, /* the default cannot be written to */
    .fd = -1,
  };
  gint ret = gst_zc_sys_ioctl (fd, VIDIOC_EXPBUF, &export);

  if (ret < 0)
    return fail (heap, error, ret, "cannot export a buffer (VIDIOC_EXPBUF)");
  return export.fd;
}

static gint
make (GstZcHeap *heap, gint fd, guint32 type, gsize size, GError **error)
{
  struct v4l2_format format = { .type = type };
  const gchar *call;
  gint index, dmabuf;

  if (!get_format (heap, fd, &format, error))
    return -1;
  index = create (fd, &format, size, &call);
  if (index < 0)
    return gst_zc_heap_fail (heap, error, -index, cure_of (-index),
        "no buffer of %" G_GSIZE_FORMAT " bytes (%s)",
        MAX (size, get_size (&format)), call);
  dmabuf = export_buffer (heap, fd, type, index, error);
  request (fd, type, 0); /* lets go of the queue; the dma-buf stays */
  return dmabuf;
}

static gint
gst_zc_v4l2_heap_export (
    GstZcHeap *heap, gsize size, gsize *actual, GError **error)
{
  guint32 type;
  gint fd = open_queue (heap, &type, error);
  gint dmabuf;

  if (fd < 0)
    return -1;
  dmabuf = make (heap, fd, type, gst_zc_heap_round_to_pages (size), error);
  gst_zc_sys.close (fd);
  return dmabuf < 0 ? -1 : gst_zc_heap_take (heap, dmabuf, size, actual, error);
}

static gboolean
gst_zc_v4l2_heap_check (GstZcHeap *heap, GError **error)
{
  guint32 type;
  gint fd = open_queue (heap, &type, error);

  if (fd >= 0)
    gst_zc_sys.close (fd);
  return fd >= 0;
}

/* --- the object --------------------------------------------------------- */

static void
gst_zc_v4l2_heap_init (GstZcV4l2Heap *self)
{
  gst_zc_heap_set_limit_cure (GST_ZC_HEAP (self),
      "V4L2 counts buffers in 32 bits, and drivers without VIDIOC_CREATE_BUFS "
      "make those of their format alone: set a larger one");
}

static void
gst_zc_v4l2_heap_class_init (GstZcV4l2HeapClass *klass)
{
  GstZcHeapClass *heap_class = GST_ZC_HEAP_CLASS (klass);

  heap_class->check = gst_zc_v4l2_heap_check;
  heap_class->export_fd = gst_zc_v4l2_heap_export;
}

GstZcHeap *
gst_zc_heap_new_v4l2 (const gchar *device)
{
  g_autofree gchar *name = NULL;

  g_return_val_if_fail (device != NULL, NULL);
  name = g_path_get_basename (device);
  return g_object_new (GST_TYPE_ZC_V4L2_HEAP, "name", name, "path", device,
      "flags", GST_ZC_HEAP_MAPPABLE, "max-size",
      (guint64) G_MAXUINT32 & ~G_GUINT64_CONSTANT (0xffff), NULL);
}
