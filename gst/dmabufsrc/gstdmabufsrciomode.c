/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrciomode.h"

GType
gst_dmabuf_src_io_mode_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_DMABUF_SRC_IO_MODE_AUTO, "What needs no copy, by trying", "auto" },
    { GST_DMABUF_SRC_IO_MODE_DMABUF_IMPORT,
        "Into dma-bufs of downstream, or of a heap", "dmabuf-import" },
    { GST_DMABUF_SRC_IO_MODE_DMABUF_EXPORT, "The driver's memory, as dma-bufs",
        "dmabuf-export" },
    { GST_DMABUF_SRC_IO_MODE_USERPTR,
        "Into plain memory of downstream, or pages of our own", "userptr" },
    { GST_DMABUF_SRC_IO_MODE_MMAP, "The driver's memory, mapped", "mmap" },
    { GST_DMABUF_SRC_IO_MODE_LIBV4L2,
        "Mapped, with formats that libv4l2 converts", "libv4l2" },
    { 0, NULL, NULL },
  };
  static GType type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_enum_register_static ("GstDmabufSrcIoMode", values));
  return type;
}

static const GstZcSideFlags flags[] = {
  [GST_DMABUF_SRC_IO_MODE_AUTO] = GST_ZC_SIDE_IMPORTS | GST_ZC_SIDE_EXPORTS |
                                  GST_ZC_SIDE_USER | GST_ZC_SIDE_MAPS |
                                  GST_ZC_SIDE_CACHES,
  [GST_DMABUF_SRC_IO_MODE_DMABUF_IMPORT] = GST_ZC_SIDE_IMPORTS,
  [GST_DMABUF_SRC_IO_MODE_DMABUF_EXPORT] = GST_ZC_SIDE_EXPORTS,
  [GST_DMABUF_SRC_IO_MODE_USERPTR] = GST_ZC_SIDE_USER,
  [GST_DMABUF_SRC_IO_MODE_MMAP] = GST_ZC_SIDE_MAPS,
  [GST_DMABUF_SRC_IO_MODE_LIBV4L2] = GST_ZC_SIDE_MAPS,
};

GstZcSideFlags
gst_dmabuf_src_io_mode_get_flags (GstDmabufSrcIoMode mode)
{
  return GST_ZC_SIDE_DEVICE | flags[mode];
}

gboolean
gst_dmabuf_src_io_mode_has_dmabufs (GstDmabufSrcIoMode mode)
{
  return (flags[mode] & (GST_ZC_SIDE_IMPORTS | GST_ZC_SIDE_EXPORTS)) != 0;
}
