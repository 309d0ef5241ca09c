/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcdescribe.h"

#include "gst-libs/allocators/gstzcnode.h"
#include "gst-libs/proc/proc-holders.h"
#include "gst-libs/v4l2/v4l2-find.h"

#include <stdlib.h>
#include <unistd.h>

/* More would not be read. */
#define MAX_HOLDERS 8

/* Cameras and programs may call themselves by any bytes, which messages cannot
 * have. */
static gchar *
valid (const void *name)
{
  return g_utf8_make_valid (name, -1);
}

static void
add_camera (GString *text, const struct zc_v4l2_node *node)
{
  const gchar *separator = text->len > 0 ? ", " : "";
  g_autofree gchar *card = valid (node->capability.card);
  g_autofree gchar *bus = valid (node->capability.bus_info);

  if (node->error != 0)
    g_string_append_printf (
        text, "%s%s (%s)", separator, node->path, g_strerror (-node->error));
  else if (zc_v4l2_node_captures (node))
    g_string_append_printf (text, "%s%s \"%s\" (%s%s)", separator, node->path,
        card, bus, zc_v4l2_node_works_alone (node) ? "" : ", needs media-ctl");
}

gchar *
gst_dmabuf_src_describe_cameras (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  struct zc_v4l2_node *nodes;
  gint n = zc_v4l2_node_list (&nodes);

  for (gint i = 0; i < n; i++)
    add_camera (text, &nodes[i]);
  free (nodes);

  if (text->len == 0)
    return g_strdup ("There are no cameras under /dev: plug one in or load its "
                     "driver.");
  return g_strdup_printf ("There are: %s.", text->str);
}

/* We have it open ourselves to learn that it is busy: that does not count. */
static void
add_holder (GString *text, const struct zc_proc_holder *holder)
{
  g_autofree gchar *command = valid (holder->command);
  gboolean ours = holder->pid == getpid ();

  if (ours && holder->n_descriptors < 2)
    return;
  g_string_append_printf (text, "%s%s (pid %d%s)", text->len > 0 ? ", " : "",
      command, (gint) holder->pid, ours ? ", this program" : "");
}

gchar *
gst_dmabuf_src_describe_holders (const gchar *path)
{
  struct zc_proc_holder holders[MAX_HOLDERS];
  g_autoptr (GString) text = g_string_new (NULL);
  gint n = zc_proc_holders_find (path, holders, MAX_HOLDERS);

  for (gint i = 0; i < n; i++)
    add_holder (text, &holders[i]);
  if (text->len == 0)
    return g_strdup_printf ("/proc does not tell us who has it open; \"fuser "
                            "-v %s\" as root does.",
        path);
  return g_strdup_printf ("It is open in %s: end that.", text->str);
}

gchar *
gst_dmabuf_src_describe_permission (const gchar *path, gint error)
{
  g_autofree gchar *cure = gst_zc_node_explain_permission (
      path, "SUBSYSTEM==\"video4linux\"", -error);

  return g_strdup_printf (
      "%s: %s. Or pass an open descriptor by device-fd.", path, cure);
}
