/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufcodecoffers.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/v4l2/gstzcv4l2coded.h"
#include "gst-libs/v4l2/gstzcv4l2sizes.h"
#include "gst-libs/v4l2/v4l2-find.h"
#include "gst-libs/v4l2/v4l2-selection.h"

#include <errno.h>
#include <gst/allocators/allocators.h>
#include <limits.h>
#include <stdlib.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_codec_debug);
#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

/* A format at one end of a device. */
typedef struct {
  guint32 fourcc;
  GstCaps *caps; /* with sizes */
} Format;

/* What of one device goes together: each format of one end with each of the
 * other. */
typedef struct {
  gchar *path;
  GArray *formats[2]; /* by end */
} Offer;

struct _GstDmabufCodecOffers {
  GPtrArray *offers;
};

static void
format_clear (gpointer data)
{
  gst_clear_caps (&((Format *) data)->caps);
}

static GArray *
formats_new (void)
{
  GArray *formats = g_array_new (FALSE, FALSE, sizeof (Format));

  g_array_set_clear_func (formats, format_clear);
  return formats;
}

static void
offer_free (gpointer data)
{
  Offer *offer = data;

  g_array_unref (offer->formats[GST_DMABUF_CODEC_IN]);
  g_array_unref (offer->formats[GST_DMABUF_CODEC_OUT]);
  g_free (offer->path);
  g_free (offer);
}

/* --- formats ------------------------------------------------------------ */

static GstCaps *
caps_of_code (guint32 fourcc, gboolean decodes)
{
  GstVideoFormat format = gst_zc_format_from_v4l2 (fourcc);
  guint64 modifier;
  guint32 drm;

  if (format == GST_VIDEO_FORMAT_UNKNOWN)
    return decodes ? gst_zc_v4l2_coded_to_decoder_caps (fourcc)
                   : gst_zc_v4l2_coded_to_caps (fourcc);
  drm = gst_zc_format_to_drm (format, &modifier);
  return gst_zc_caps_for_format (drm, modifier, format);
}

/* A picture that is not of whole blocks is padded, and cropped: every size
 * between the smallest and the largest goes, unless nobody can crop it. */
static gboolean
has_whole_blocks (const struct zc_v4l2_device *device, enum zc_v4l2_job job,
    GstDmabufCodecEnd end)
{
  struct v4l2_rect rect;

  if (job != ZC_V4L2_JOB_CONVERT)
    return FALSE;
  return end == GST_DMABUF_CODEC_IN
             ? zc_v4l2_selection_get (
                   device, device->output_type, V4L2_SEL_TGT_CROP, &rect) < 0
             : zc_v4l2_selection_get (device, device->capture_type,
                   V4L2_SEL_TGT_COMPOSE, &rect) < 0;
}

static void
without_steps (GstZcV4l2Size *size)
{
  size->width_step = size->height_step = 1;
}

static GstCaps *
with_sizes (GstCaps *caps, GArray *sizes, gboolean whole_blocks)
{
  GstCaps *all;

  if (sizes->len == 0)
    return caps;
  all = gst_caps_new_empty ();
  for (guint i = 0; i < sizes->len; i++) {
    GstZcV4l2Size size = g_array_index (sizes, GstZcV4l2Size, i);
    GstCaps *sized = gst_caps_copy (caps);

    if (!whole_blocks)
      without_steps (&size);
    for (guint j = 0; j < gst_caps_get_size (sized); j++)
      gst_zc_v4l2_size_to_structure (&size, gst_caps_get_structure (sized, j));
    gst_caps_append (all, sized);
  }
  gst_caps_unref (caps);
  return all;
}

/* Of the same caps one code is enough: that with all planes in one memory,
 * which everybody can make. */
static gboolean
is_known (GArray *formats, guint32 fourcc, GstCaps *caps)
{
  for (guint i = 0; i < formats->len; i++) {
    Format *known = &g_array_index (formats, Format, i);

    if (!gst_caps_is_equal (known->caps, caps))
      continue;
    if (gst_zc_format_v4l2_n_memories (known->fourcc) > 1 &&
        gst_zc_format_v4l2_n_memories (fourcc) == 1)
      known->fourcc = fourcc;
    return TRUE;
  }
  return FALSE;
}

/* The caps of what is decoded are not those of what is encoded. */
static void
add_format (GArray *formats, const struct zc_v4l2_device *device,
    guint32 fourcc, gboolean decodes, gboolean whole_blocks)
{
  GstCaps *caps = caps_of_code (fourcc, decodes);

  if (caps) {
    g_autoptr (GArray) sizes = gst_zc_v4l2_sizes_new (device, fourcc);

    caps = with_sizes (caps, sizes, whole_blocks);
    if (!is_known (formats, fourcc, caps)) {
      Format format = { fourcc, caps };

      g_array_append_val (formats, format);
      return;
    }
    gst_caps_unref (caps);
  }
}

static GArray *
read_formats (const struct zc_v4l2_device *device,
    const struct zc_v4l2_formats *list, gboolean whole_blocks)
{
  GArray *formats = formats_new ();

  for (guint i = 0; i < list->n; i++)
    if (!zc_v4l2_m2m_is_coded (list->format[i].fourcc, list->format[i].flags))
      add_format (formats, device, list->format[i].fourcc, FALSE, whole_blocks);
  return formats;
}

/* --- devices ------------------------------------------------------------ */

static void
add_offer (GstDmabufCodecOffers *self, const struct zc_v4l2_device *device,
    GArray *in, GArray *out)
{
  Offer *offer = g_new0 (Offer, 1);

  offer->path = g_strdup (device->path);
  offer->formats[GST_DMABUF_CODEC_IN] = in;
  offer->formats[GST_DMABUF_CODEC_OUT] = out;
  if (in->len > 0 && out->len > 0)
    g_ptr_array_add (self->offers, offer);
  else
    offer_free (offer);
}

static GArray *
only (const struct zc_v4l2_device *device, guint32 fourcc, gboolean decodes)
{
  GArray *formats = formats_new ();

  add_format (formats, device, fourcc, decodes, FALSE);
  return formats;
}

/* Which pictures a coded format is made of, or becomes, depends on it. */
static void
add_codec (GstDmabufCodecOffers *self, const struct zc_v4l2_device *device,
    const struct zc_v4l2_formats *coded, guint32 type, gboolean encodes)
{
  for (guint i = 0; i < coded->n; i++) {
    guint32 fourcc = coded->format[i].fourcc;
    struct zc_v4l2_formats raw;
    GArray *one, *others;

    if (!zc_v4l2_m2m_is_coded (fourcc, coded->format[i].flags) ||
        zc_v4l2_m2m_list_partners (device, type, fourcc, &raw) < 0)
      continue;
    one = only (device, fourcc, !encodes);
    others = read_formats (device, &raw, FALSE);
    add_offer (self, device, encodes ? others : one, encodes ? one : others);
  }
}

/* Of those that do something else nothing is added. */
static void
add_device (GstDmabufCodecOffers *self, enum zc_v4l2_job job,
    const struct zc_v4l2_device *device)
{
  g_autofree struct zc_v4l2_m2m *m2m = g_new (struct zc_v4l2_m2m, 1);

  if (zc_v4l2_m2m_query (m2m, device) < 0 || !(m2m->jobs & job))
    return;
  if (job == ZC_V4L2_JOB_ENCODE)
    add_codec (self, device, &m2m->capture, device->capture_type, TRUE);
  else if (job == ZC_V4L2_JOB_DECODE)
    add_codec (self, device, &m2m->output, device->output_type, FALSE);
  else
    add_offer (self, device,
        read_formats (device, &m2m->output,
            has_whole_blocks (device, job, GST_DMABUF_CODEC_IN)),
        read_formats (device, &m2m->capture,
            has_whole_blocks (device, job, GST_DMABUF_CODEC_OUT)));
}

static gint
add_path (GstDmabufCodecOffers *self, enum zc_v4l2_job job, const gchar *path)
{
  struct zc_v4l2_device *device;
  gint ret = zc_v4l2_device_open_m2m (&device, path);

  if (ret < 0)
    return ret;
  add_device (self, job, device);
  zc_v4l2_device_close (device);
  return 0;
}

/* Whether it hides what might do the job. */
static gboolean
is_closed_to_us (gint error)
{
  return error == -EACCES || error == -EPERM || error == -EBUSY;
}

static gint
add_all (GstDmabufCodecOffers *self, enum zc_v4l2_job job, gchar **path)
{
  struct zc_v4l2_node *nodes;
  gint n = zc_v4l2_node_list (&nodes), error = -ENODEV;

  if (n < 0)
    return n;
  for (gint i = 0; i < n; i++) {
    gint ret = add_path (self, job, nodes[i].path);

    if (is_closed_to_us (ret) && !*path) {
      error = ret;
      *path = g_strdup (nodes[i].path);
    }
  }
  free (nodes);
  return error;
}

static gint
add_named (GstDmabufCodecOffers *self, enum zc_v4l2_job job, const gchar *name,
    gchar **path)
{
  const struct zc_v4l2_wanted_job wanted = { .job = job };
  gchar resolved[PATH_MAX] = "";
  gint ret = zc_v4l2_m2m_resolve (name, &wanted, resolved, sizeof (resolved));

  if (resolved[0] != '\0')
    *path = g_strdup (resolved);
  if (ret == 0)
    ret = add_path (self, job, resolved);
  return ret == 0 ? -ENXIO : ret;
}

GstDmabufCodecOffers *
gst_dmabuf_codec_offers_new (
    enum zc_v4l2_job job, const gchar *name, gchar **path, gint *error)
{
  GstDmabufCodecOffers *self = g_new0 (GstDmabufCodecOffers, 1);
  gint why;

  *path = NULL;
  *error = 0;
  self->offers = g_ptr_array_new_with_free_func (offer_free);
  why = name ? add_named (self, job, name, path) : add_all (self, job, path);
  if (self->offers->len > 0) {
    g_clear_pointer (path, g_free);
    return self;
  }
  *error = why;
  gst_dmabuf_codec_offers_free (self);
  return NULL;
}

void
gst_dmabuf_codec_offers_free (GstDmabufCodecOffers *self)
{
  g_ptr_array_unref (self->offers);
  g_free (self);
}

/* --- caps --------------------------------------------------------------- */

static Format *
find_format (const Offer *offer, GstDmabufCodecEnd end, GstCaps *caps)
{
  for (guint i = 0; i < offer->formats[end]->len; i++) {
    Format *format = &g_array_index (offer->formats[end], Format, i);

    if (!caps || gst_caps_can_intersect (format->caps, caps))
      return format;
  }
  return NULL;
}

/* Dma-bufs, then the rest. */
static GstCaps *
in_order (GstCaps *caps)
{
  GstCaps *ordered = gst_caps_new_empty ();

  for (gint other = 0; other <= 1; other++)
    for (guint i = 0; i < gst_caps_get_size (caps); i++)
      if (gst_caps_features_contains (gst_caps_get_features (caps, i),
              GST_CAPS_FEATURE_MEMORY_DMABUF) != other)
        gst_caps_append (ordered, gst_caps_copy_nth (caps, i));
  gst_caps_unref (caps);
  return ordered;
}

GstCaps *
gst_dmabuf_codec_offers_get_caps (
    GstDmabufCodecOffers *self, GstDmabufCodecEnd end, GstCaps *other)
{
  GstCaps *caps = gst_caps_new_empty ();

  for (guint i = 0; i < self->offers->len; i++) {
    const Offer *offer = self->offers->pdata[i];

    if (!find_format (offer, !end, other))
      continue;
    for (guint j = 0; j < offer->formats[end]->len; j++)
      caps = gst_caps_merge (caps,
          gst_caps_ref (g_array_index (offer->formats[end], Format, j).caps));
  }
  return in_order (caps);
}

gboolean
gst_dmabuf_codec_offers_choose (GstDmabufCodecOffers *self, GstCaps *in,
    GstCaps *out, GstDmabufCodecChoice *choice)
{
  for (guint i = 0; i < self->offers->len; i++) {
    const Offer *offer = self->offers->pdata[i];
    const Format *from = find_format (offer, GST_DMABUF_CODEC_IN, in);
    const Format *to = find_format (offer, GST_DMABUF_CODEC_OUT, out);

    if (!from || !to)
      continue;
    *choice = (GstDmabufCodecChoice) { offer->path,
      { from->fourcc, to->fourcc } };
    return TRUE;
  }
  return FALSE;
}
