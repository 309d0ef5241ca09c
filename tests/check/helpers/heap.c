/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "heap.h"

#include "seam.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static guint n_left = G_MAXUINT;
static guint pitch = 256;

#define BYTES_TYPE (bytes_get_type ())
G_DECLARE_FINAL_TYPE (Bytes, bytes, TEST, BYTES, GstZcHeap)

struct _Bytes {
  GstZcHeap parent;
};

G_DEFINE_TYPE (Bytes, bytes, GST_TYPE_ZC_HEAP)

static gint
bytes_export (GstZcHeap *heap, gsize size, gsize *actual, GError **error)
{
  void *data;
  gint fd;

  (void) heap;
  if (n_left == 0) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_NO_MEMORY, "empty");
    return -1;
  }
  n_left--;
  fd = seam_dmabuf (size);
  *actual = lseek (fd, 0, SEEK_END);
  data = mmap (NULL, *actual, PROT_WRITE, MAP_SHARED, fd, 0);
  memset (data, HEAP_POISON, *actual);
  munmap (data, *actual);
  return fd;
}

static void
bytes_class_init (BytesClass *klass)
{
  GST_ZC_HEAP_CLASS (klass)->export_fd = bytes_export;
}

static void
bytes_init (Bytes *self)
{
  (void) self;
}

#define PICTURES_TYPE (pictures_get_type ())
G_DECLARE_FINAL_TYPE (Pictures, pictures, TEST, PICTURES, GstZcHeap)

struct _Pictures {
  GstZcHeap parent;
};

G_DEFINE_TYPE (Pictures, pictures, GST_TYPE_ZC_HEAP)

static gint
pictures_export (GstZcHeap *heap, guint width, guint height, guint bits,
    guint *stride, gsize *actual, GError **error)
{
  *stride = (width * bits / 8 + pitch - 1) / pitch * pitch;
  return bytes_export (heap, (gsize) *stride * height, actual, error);
}

static void
pictures_class_init (PicturesClass *klass)
{
  GST_ZC_HEAP_CLASS (klass)->export_fd = bytes_export;
  GST_ZC_HEAP_CLASS (klass)->export_picture = pictures_export;
}

static void
pictures_init (Pictures *self)
{
  (void) self;
}

GstZcHeap *
heap_new (void)
{
  return g_object_new (
      BYTES_TYPE, "name", "played", "flags", GST_ZC_HEAP_DMABUF, NULL);
}

GstZcHeap *
heap_new_of_pictures (void)
{
  return g_object_new (
      PICTURES_TYPE, "name", "played", "flags", GST_ZC_HEAP_DMABUF, NULL);
}

void
heap_set_pitch (guint value)
{
  pitch = value;
}

void
heap_set_left (guint n)
{
  n_left = n;
}
