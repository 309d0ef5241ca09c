/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzerocopylinks.h"

#include <string.h>

typedef struct {
  guint generation;
  GstZerocopyLink *link;
} Known;

/* By GstPad; guarded by the ledger's lock. */
static GHashTable *pads;

/* Atomic: what was asked in another one has to be asked again. */
static guint generation = 1;

void
gst_zerocopy_links_changed (void)
{
  g_atomic_int_inc (&generation);
}

static gchar *
name_top (GstObject *object)
{
  GstObject *top = gst_object_ref (object), *parent;
  gchar *name;

  while ((parent = gst_object_get_parent (top)) != NULL) {
    gst_object_unref (top);
    top = parent;
  }
  name = top == object ? g_strdup ("") : gst_object_get_name (top);
  gst_object_unref (top);
  return name;
}

static GstZerocopyElement *
get_owner (GstObject *object)
{
  g_autofree gchar *name = gst_object_get_name (object);
  g_autofree gchar *top = name_top (object);
  GstZerocopyElement *element;

  gst_zerocopy_ledger_lock ();
  element = gst_zerocopy_ledger_get_element (object, name, top);
  gst_zerocopy_ledger_unlock ();
  return element;
}

GstZerocopyElement *
gst_zerocopy_links_get_element (GstElement *element)
{
  return get_owner (GST_OBJECT (element));
}

/* That of a test is in no element: it stands for itself. */
static GstZerocopyElement *
owner_of_pad (GstPad *pad)
{
  GstObject *parent = gst_object_get_parent (GST_OBJECT (pad));
  GstZerocopyElement *element = get_owner (
      GST_IS_ELEMENT (parent) ? parent : GST_OBJECT (pad));

  gst_clear_object (&parent);
  return element;
}

/* Who pushes to PAD at last, through all bins; to be unreffed. */
static GstPad *
find_source (GstPad *pad)
{
  GstPad *peer = gst_pad_get_peer (pad);

  while (peer && GST_IS_PROXY_PAD (peer)) {
    GstProxyPad *internal = gst_proxy_pad_get_internal (GST_PROXY_PAD (peer));

    gst_object_unref (peer);
    peer = internal ? gst_pad_get_peer (GST_PAD (internal)) : NULL;
    gst_clear_object (&internal);
  }
  return peer;
}

static GstZerocopyKind
kind_of (const char *media)
{
  if (strcmp (media, "video/x-raw") == 0 ||
      strcmp (media, "video/x-bayer") == 0)
    return GST_ZEROCOPY_RAW;
  if (g_str_has_prefix (media, "video/") || g_str_has_prefix (media, "image/"))
    return GST_ZEROCOPY_CODED;
  return GST_ZEROCOPY_OTHER;
}

static gchar *
describe_caps (const GstCaps *caps)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  const char *format = gst_structure_get_string (structure, "drm-format");
  gint width, height;

  if (!format)
    format = gst_structure_get_string (structure, "format");
  if (!gst_structure_get_int (structure, "width", &width) ||
      !gst_structure_get_int (structure, "height", &height))
    return g_strdup (gst_structure_get_name (structure));
  return g_strdup_printf ("%s %dx%d",
      format ? format : gst_structure_get_name (structure), width, height);
}

static void
learn_caps (GstZerocopyLink *link, GstPad *pad)
{
  GstCaps *caps = gst_pad_get_current_caps (pad);
  GstZerocopyKind kind = GST_ZEROCOPY_OTHER;
  gchar *format = NULL;

  if (caps && gst_caps_get_size (caps) > 0) {
    kind = kind_of (gst_structure_get_name (gst_caps_get_structure (caps, 0)));
    format = describe_caps (caps);
  }
  gst_clear_caps (&caps);

  gst_zerocopy_ledger_lock ();
  link->kind = kind;
  if (format) {
    g_free (link->format);
    link->format = format;
  }
  gst_zerocopy_ledger_unlock ();
}

static GstZerocopyLink *
resolve (GstPad *pad)
{
  GstPad *source = find_source (pad);
  g_autofree gchar *src_pad = source ? gst_object_get_name (GST_OBJECT (source))
                                     : g_strdup ("?");
  g_autofree gchar *sink_pad = gst_object_get_name (GST_OBJECT (pad));
  GstZerocopyElement *sink = owner_of_pad (pad), *src;
  GstZerocopyLink *link;

  src = source ? owner_of_pad (source) : gst_zerocopy_ledger.nobody;
  gst_clear_object (&source);
  gst_zerocopy_ledger_lock ();
  link = gst_zerocopy_ledger_get_link (pad, src, src_pad, sink, sink_pad);
  gst_zerocopy_ledger_unlock ();
  learn_caps (link, pad);
  return link;
}

static void
remember (GstPad *pad, GstZerocopyLink *link, guint now)
{
  Known *known;

  gst_zerocopy_ledger_lock ();
  known = g_hash_table_lookup (pads, pad);
  if (!known) {
    known = g_new (Known, 1);
    g_hash_table_insert (pads, pad, known);
  }
  known->generation = now;
  known->link = link;
  gst_zerocopy_ledger_unlock ();
}

GstZerocopyLink *
gst_zerocopy_links_get (GstPad *pad)
{
  guint now = g_atomic_int_get (&generation);
  GstZerocopyLink *link = NULL;
  Known *known;

  gst_zerocopy_ledger_lock ();
  if (!pads)
    pads = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  known = g_hash_table_lookup (pads, pad);
  if (G_LIKELY (known && known->generation == now)) {
    link = known->link;
    gst_zerocopy_ledger_unlock ();
    return link;
  }
  gst_zerocopy_ledger_unlock ();

  if (!GST_IS_PROXY_PAD (pad))
    link = resolve (pad);
  remember (pad, link, now);
  return link;
}

void
gst_zerocopy_links_forget (gpointer object)
{
  gst_zerocopy_ledger_lock ();
  if (pads)
    g_hash_table_remove (pads, object);
  gst_zerocopy_ledger_unlock ();
  gst_zerocopy_ledger_forget (object);
}
