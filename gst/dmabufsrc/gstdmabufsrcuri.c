/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcuri.h"

#define SCHEME "dmabufsrc"
#define PREFIX SCHEME "://"

static GstURIType
get_type (GType type)
{
  (void) type;
  return GST_URI_SRC;
}

static const gchar *const *
get_protocols (GType type)
{
  static const gchar *protocols[] = { SCHEME, NULL };

  (void) type;
  return protocols;
}

static gchar *
get_uri (GstURIHandler *handler)
{
  g_autofree gchar *device = NULL;
  g_autofree gchar *escaped = NULL;

  g_object_get (handler, "device", &device, NULL);
  escaped = g_uri_escape_string (device ? device : "", "/", FALSE);
  return g_strconcat (PREFIX, escaped, NULL);
}

/* What follows "dmabufsrc:" and maybe "//", unescaped; NULL if it is not valid.
 * There are no queries and fragments: nothing would be done about them. */
static gchar *
parse (const gchar *uri)
{
  const gchar *rest = uri + strlen (SCHEME ":");

  if (!gst_uri_has_protocol (uri, SCHEME))
    return NULL;
  if (g_str_has_prefix (rest, "//"))
    rest += 2;
  return strpbrk (rest, "?#") ? NULL : g_uri_unescape_string (rest, NULL);
}

static gboolean
set_uri (GstURIHandler *handler, const gchar *uri, GError **error)
{
  g_autofree gchar *device = NULL;

  if (GST_STATE (handler) >= GST_STATE_READY) {
    g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE,
        "a camera is open: go to NULL first");
    return FALSE;
  }
  device = parse (uri);
  if (!device) {
    g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI,
        "\"%s\" names no camera: expected " PREFIX " and a path or a "
        "percent-encoded name, without a query",
        uri);
    return FALSE;
  }
  g_object_set (handler, "device", device[0] != '\0' ? device : NULL, NULL);
  return TRUE;
}

void
gst_dmabuf_src_uri_handler_init (gpointer interface, gpointer data)
{
  GstURIHandlerInterface *iface = interface;

  (void) data;
  iface->get_type = get_type;
  iface->get_protocols = get_protocols;
  iface->get_uri = get_uri;
  iface->set_uri = set_uri;
}
