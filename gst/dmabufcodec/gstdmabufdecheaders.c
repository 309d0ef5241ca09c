/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What containers keep beside the frames. */

#include "gstdmabufdec-private.h"

/* MPEG-1, 2 and 4: the stream's own bytes, which came before its first frame.
 * Other formats repeat theirs in the stream, or have no place for them in it
 * (as caps of decoders ask for). */
static GstBuffer *
find_headers (GstDmabufDec *self)
{
  const GstStructure *s = gst_caps_get_structure (self->input->caps, 0);

  return gst_structure_has_name (s, "video/mpeg") ? self->input->codec_data
                                                  : NULL;
}

static gboolean
has_them (GstBuffer *frame, const GstMapInfo *headers)
{
  return gst_buffer_get_size (frame) >= headers->size &&
         gst_buffer_memcmp (frame, 0, headers->data, headers->size) == 0;
}

/* (inout) (transfer full) */
static void
put_in_front (GstBuffer **frame, const GstMapInfo *headers)
{
  gsize size = gst_buffer_get_size (*frame);
  GstBuffer *both = gst_buffer_new_allocate (NULL, headers->size + size, NULL);
  GstMapInfo map;

  gst_buffer_copy_into (both, *frame,
      GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS | GST_BUFFER_COPY_META,
      0, -1);
  gst_buffer_map (both, &map, GST_MAP_WRITE);
  memcpy (map.data, headers->data, headers->size);
  gst_buffer_extract (*frame, 0, map.data + headers->size, size);
  gst_buffer_unmap (both, &map);
  gst_buffer_unref (*frame);
  *frame = both;
}

void
gst_dmabuf_dec_add_headers (GstDmabufDec *self, GstBuffer **frame)
{
  GstBuffer *headers = find_headers (self);
  GstMapInfo map;

  if (!headers || !gst_buffer_map (headers, &map, GST_MAP_READ))
    return;
  if (!has_them (*frame, &map))
    put_in_front (frame, &map);
  gst_buffer_unmap (headers, &map);
}
