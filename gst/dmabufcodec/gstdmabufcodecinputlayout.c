/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufcodecinput-private.h"

#include "gst-libs/v4l2/gstzcv4l2layout.h"
#include "gst-libs/v4l2/v4l2-selection.h"

#include <errno.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_codec_debug);
#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

gboolean
gst_dmabuf_codec_input_is_coded (const GstDmabufCodecInput *self)
{
  return GST_VIDEO_INFO_FORMAT (&self->info) == GST_VIDEO_FORMAT_ENCODED;
}

/* --- the format --------------------------------------------------------- */

static struct v4l2_rect
visible_part (const GstDmabufCodecInput *self)
{
  if (self->visible.width > 0)
    return self->visible;
  return (struct v4l2_rect) {
    .width = GST_VIDEO_INFO_WIDTH (&self->info),
    .height = GST_VIDEO_INFO_HEIGHT (&self->info),
  };
}

/* The visible part of a picture, which the device may have made larger. Of
 * devices without the selection the stream shows the rest, too. */
static gint
set_crop (GstDmabufCodecInput *self)
{
  const struct v4l2_rect wanted = visible_part (self);
  struct v4l2_rect rect = wanted;
  gint ret;

  if (gst_dmabuf_codec_input_is_coded (self))
    return 0;
  ret = zc_v4l2_selection_set (
      self->device, self->device->output_type, V4L2_SEL_TGT_CROP, 0, &rect);
  if (rect.width == self->format.width && rect.height == self->format.height)
    return 0;
  if (ret == 0 && rect.width == wanted.width && rect.height == wanted.height &&
      (self->visible.width == 0 || zc_v4l2_rect_is_equal (&rect, &wanted)))
    return 0;
  return ret < 0 ? ret : -EPROTO;
}

void
gst_dmabuf_codec_input_set_visible (
    GstDmabufCodecInput *self, const struct v4l2_rect *visible)
{
  self->visible = visible ? *visible : (struct v4l2_rect) { 0 };
}

/* Of the same picture, at least as large. */
static gboolean
is_met (const GstDmabufCodecInput *self)
{
  if (self->format.fourcc != self->wish.fourcc)
    return FALSE;
  return gst_dmabuf_codec_input_is_coded (self) ||
         (self->format.width >= self->wish.width &&
             self->format.height >= self->wish.height);
}

/* Either way @input has what is in force. */
gint
gst_dmabuf_codec_input_set_format (
    GstDmabufCodecInput *self, const struct zc_v4l2_format *wish)
{
  struct zc_v4l2_format format = *wish;
  gint ret = zc_v4l2_format_set (self->device, &format);

  if (ret < 0)
    return ret;
  self->format = format;
  if (!is_met (self) || !gst_zc_v4l2_layout_init (
                            &self->layout, &self->format, &self->info, NULL))
    return -EPROTO;
  self->is_plain = gst_dmabuf_codec_input_is_coded (self) ||
                   gst_zc_v4l2_layout_is_plain (&self->layout, &self->info);
  return set_crop (self);
}

/* --- where frames lie --------------------------------------------------- */

/* Whether the device may be asked to take frames that lie like this. */
static gboolean
is_askable (const GstDmabufCodecInput *self, const GstZcLayout *layout)
{
  return layout->n_planes == self->layout.n_planes &&
         layout->format == self->layout.format &&
         layout->n_memories == self->layout.n_memories;
}

/* The device is asked for the lines of the frame; it keeps its own if it
 * cannot have those. */
static gboolean
adopt_layout (GstDmabufCodecInput *self, const GstZcLayout *layout)
{
  const struct zc_v4l2_format before = self->format;
  struct zc_v4l2_format wish = before;

  if (gst_zc_layout_equal (layout, &self->layout))
    return TRUE;
  if (!is_askable (self, layout))
    return FALSE;
  gst_zc_v4l2_layout_wish (layout, &wish);
  wish.height = MAX (self->wish.height, layout->coded_height);
  if (gst_dmabuf_codec_input_set_format (self, &wish) == 0 &&
      gst_zc_layout_equal (layout, &self->layout))
    return TRUE;
  if (gst_dmabuf_codec_input_set_format (self, &before) < 0)
    GST_WARNING_OBJECT (self->element, "%s cannot have its own lines again",
        self->device->path);
  return FALSE;
}

static gchar *
describe_layouts (const GstDmabufCodecInput *self, const GstZcLayout *theirs)
{
  return g_strdup_printf ("theirs has lines of %d bytes and planes at 0, "
                          "%" G_GSIZE_FORMAT
                          "; the device wants lines of %d bytes and planes at "
                          "0, %" G_GSIZE_FORMAT,
      theirs->stride[0], theirs->n_planes > 1 ? theirs->offset[1] : 0,
      self->layout.stride[0],
      self->layout.n_planes > 1 ? self->layout.offset[1] : 0);
}

/* Of the first frame: NULL if the device reads it as it lies, or why not. */
gchar *
gst_dmabuf_codec_input_fault_of_layout (
    GstDmabufCodecInput *self, GstBuffer *buffer)
{
  g_autoptr (GError) error = NULL;
  GstZcLayout layout;

  if (gst_dmabuf_codec_input_is_coded (self))
    return NULL;
  if (!gst_zc_layout_from_buffer (&layout, buffer, &self->info, &error))
    return g_strdup (error->message);
  if (adopt_layout (self, &layout))
    return NULL;
  return describe_layouts (self, &layout);
}

/* The same of each frame, without asking anybody. */
gboolean
gst_dmabuf_codec_input_lies_well (
    const GstDmabufCodecInput *self, GstBuffer *buffer)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);

  if (!meta)
    return self->is_plain;
  if (meta->n_planes != self->layout.n_planes &&
      !gst_dmabuf_codec_input_is_coded (self))
    return FALSE;
  for (guint i = 0; i < self->layout.n_planes; i++)
    if (meta->offset[i] != self->layout.offset[i] ||
        meta->stride[i] != self->layout.stride[i])
      return FALSE;
  return TRUE;
}
