/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcannouncement.h"

#include "gstzcallocator.h"
#include "gstzccaps.h"

#include <gst/video/video.h>

static const gchar *
memory_type (const GstMemory *memory)
{
  return memory && memory->allocator ? memory->allocator->mem_type : "none";
}

static const gchar *
heap_name (const GstMemory *memory)
{
  GstZcHeap *heap = NULL;

  if (memory && GST_IS_ZC_ALLOCATOR (memory->allocator))
    heap = gst_zc_allocator_get_heap (GST_ZC_ALLOCATOR (memory->allocator));
  return heap ? gst_zc_heap_get_name (heap) : "none";
}

static void
add_memory (GstStructure *structure, GstBuffer *sample)
{
  const GstMemory *memory = sample && gst_buffer_n_memory (sample) > 0
                                ? gst_buffer_peek_memory (sample, 0)
                                : NULL;

  gst_structure_set (structure, "memory", G_TYPE_STRING, memory_type (memory),
      "heap", G_TYPE_STRING, heap_name (memory), NULL);
}

static void
add_format (GstStructure *structure, GstCaps *caps)
{
  const GstStructure *first = caps && gst_caps_get_size (caps) > 0
                                  ? gst_caps_get_structure (caps, 0)
                                  : NULL;
  const gchar *format = NULL;
  guint64 modifier = 0;
  guint32 fourcc;
  GstVideoInfo info;

  if (first) {
    format = gst_structure_get_string (first, "drm-format");
    if (!format)
      format = gst_structure_get_string (first, "format");
    if (!format)
      format = gst_structure_get_name (first);
    if (!gst_zc_caps_parse (caps, &info, &fourcc, &modifier))
      modifier = 0;
  }
  gst_structure_set (structure, "format", G_TYPE_STRING,
      format ? format : "none", "modifier", G_TYPE_UINT64, modifier, NULL);
}

static void
append (GValue *array, GType type, guint64 number)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, type);
  if (type == G_TYPE_INT)
    g_value_set_int (&value, (gint) number);
  else
    g_value_set_uint64 (&value, number);
  gst_value_array_append_and_take_value (array, &value);
}

/* What the buffer does not say, the caps imply. */
static void
add_layout (GstStructure *structure, GstBuffer *sample, GstCaps *caps)
{
  const GstVideoMeta *meta = sample ? gst_buffer_get_video_meta (sample) : NULL;
  GValue strides = G_VALUE_INIT, offsets = G_VALUE_INIT;
  GstVideoInfo info;
  guint n = 0;

  gst_value_array_init (&strides, 0);
  gst_value_array_init (&offsets, 0);
  if (meta)
    n = meta->n_planes;
  else if (caps && gst_video_info_from_caps (&info, caps))
    n = GST_VIDEO_INFO_N_PLANES (&info);
  for (guint i = 0; i < n; i++) {
    append (&strides, G_TYPE_INT,
        meta ? (guint64) meta->stride[i]
             : (guint64) GST_VIDEO_INFO_PLANE_STRIDE (&info, i));
    append (&offsets, G_TYPE_UINT64,
        meta ? meta->offset[i] : GST_VIDEO_INFO_PLANE_OFFSET (&info, i));
  }
  gst_structure_take_value (structure, "stride", &strides);
  gst_structure_take_value (structure, "offset", &offsets);
}

static void
add_refusals (GstStructure *structure, const GstZcRefusals *refusals)
{
  GValue list = G_VALUE_INIT;

  if (refusals)
    gst_zc_refusals_get_list (refusals, &list);
  else
    gst_value_list_init (&list, 0);
  gst_structure_take_value (structure, "refused", &list);
}

void
gst_zc_announcement_post (const GstZcAnnouncement *self)
{
  GstElement *element = gst_pad_get_parent_element (self->pad);
  GstStructure *structure;

  if (!element)
    return;
  structure = gst_structure_new (GST_ZC_MESSAGE_NAME, "pad", G_TYPE_STRING,
      GST_OBJECT_NAME (self->pad), "way", G_TYPE_STRING, self->way, "zero-copy",
      G_TYPE_BOOLEAN, self->zero_copy, "buffers", G_TYPE_UINT, self->buffers,
      NULL);
  add_memory (structure, self->sample);
  add_format (structure, self->caps);
  add_layout (structure, self->sample, self->caps);
  add_refusals (structure, self->refusals);
  gst_element_post_message (
      element, gst_message_new_element (GST_OBJECT (element), structure));
  gst_object_unref (element);
}
