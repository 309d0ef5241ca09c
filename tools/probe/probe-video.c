/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe-video.h"

#include "probe-ask.h"

#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/allocators/gstzcnode.h"
#include "gst-libs/v4l2/gstzcv4l2coded.h"
#include "gst-libs/v4l2/v4l2-find.h"
#include "gst-libs/v4l2/v4l2-m2m.h"

#include <errno.h>
#include <stdlib.h>

/* Why the node at PATH cannot be used, after CALL has failed. */
static gchar *
explain (const gchar *path, const gchar *call, gint error)
{
  g_autofree gchar *cure = NULL;

  if (error == -EACCES || error == -EPERM)
    cure = gst_zc_node_explain_permission (
        path, "SUBSYSTEM==\"video4linux\"", -error);
  else if (error == -EBUSY)
    cure = g_strdup ("another program uses it; fuser names that");
  else
    cure = g_strdup ("the kernel's log may say more (dmesg)");
  return g_strdup_printf (
      "%s: %s (errno %d): %s", call, g_strerror (-error), -error, cure);
}

static ProbeEnd *
new_end (ProbeKind kind, const struct zc_v4l2_node *node)
{
  return probe_end_new (
      kind, node->path, NULL, (const gchar *) node->capability.card);
}

/* What is raw of a camera's caps is in formats; of the rest, only what it is.
 */
static void
describe_caps (ProbeEnd *end)
{
  end->out = probe_formats_new ();
  probe_formats_add_caps (end->out, end->caps);
  end->coded = gst_caps_new_empty ();
  for (guint i = 0; i < gst_caps_get_size (end->caps); i++) {
    const gchar *name = gst_structure_get_name (
        gst_caps_get_structure (end->caps, i));
    GstCaps *caps;

    if (g_str_equal (name, "video/x-raw"))
      continue;
    caps = gst_caps_new_empty_simple (name);
    end->coded = gst_caps_merge (end->coded, caps);
  }
}

static void
add_camera (GPtrArray *ends, const struct zc_v4l2_node *node)
{
  ProbeEnd *end = new_end (PROBE_CAMERA, node);

  end->caps = probe_ask_caps (end, "dmabufsrc", "src");
  if (end->caps)
    describe_caps (end);
  if (!end->trouble && end->out->len == 0)
    end->trouble = g_strdup ("it has no raw video; what is coded is for a "
                             "decoder, which is not tried");
  g_ptr_array_add (ends, end);
}

static GArray *
raw_of (const struct zc_v4l2_formats *list)
{
  GArray *formats = probe_formats_new ();

  for (unsigned i = 0; i < list->n; i++)
    probe_formats_add (
        formats, gst_zc_format_from_v4l2 (list->format[i].fourcc));
  return formats;
}

/* To caps of an encoder, or of what a decoder takes. */
static GstCaps *
coded_of (
    const struct zc_v4l2_formats *list, GstCaps *(*to_caps) (guint32 fourcc))
{
  GstCaps *all = gst_caps_new_empty ();

  for (unsigned i = 0; i < list->n; i++) {
    GstCaps *caps = to_caps (list->format[i].fourcc);

    if (caps)
      all = gst_caps_merge (all, caps);
  }
  return all;
}

static void
add_jobs (GPtrArray *ends, const struct zc_v4l2_node *node,
    const struct zc_v4l2_m2m *m2m)
{
  ProbeEnd *end;

  if (m2m->jobs & ZC_V4L2_JOB_ENCODE) {
    g_ptr_array_add (ends, end = new_end (PROBE_ENCODER, node));
    end->in = raw_of (&m2m->output);
    end->coded = coded_of (&m2m->capture, gst_zc_v4l2_coded_to_caps);
  }
  if (m2m->jobs & ZC_V4L2_JOB_DECODE) {
    g_ptr_array_add (ends, end = new_end (PROBE_DECODER, node));
    end->out = raw_of (&m2m->capture);
    end->coded = coded_of (&m2m->output, gst_zc_v4l2_coded_to_decoder_caps);
  }
  if (m2m->jobs & ZC_V4L2_JOB_CONVERT) {
    g_ptr_array_add (ends, end = new_end (PROBE_CONVERTER, node));
    end->in = raw_of (&m2m->output);
    end->out = raw_of (&m2m->capture);
  }
  if (m2m->jobs == 0) {
    g_ptr_array_add (ends, end = new_end (PROBE_OTHER, node));
    end->trouble = g_strdup ("memory to memory, but without a job: a decoder "
                             "without a state (request API) is not supported");
  }
}

/* FALSE: it is no memory-to-memory device. */
static gboolean
add_m2m (GPtrArray *ends, const struct zc_v4l2_node *node)
{
  g_autofree struct zc_v4l2_m2m *m2m = g_new0 (struct zc_v4l2_m2m, 1);
  struct zc_v4l2_device *device;
  gint ret = zc_v4l2_device_open_m2m (&device, node->path);
  ProbeEnd *end;

  if (ret == -ENXIO || ret == -ENOTTY)
    return FALSE;
  if (ret == 0) {
    ret = zc_v4l2_m2m_query (m2m, device);
    zc_v4l2_device_close (device);
  }
  if (ret == 0) {
    add_jobs (ends, node, m2m);
  } else {
    g_ptr_array_add (ends, end = new_end (PROBE_OTHER, node));
    end->trouble = explain (node->path, "VIDIOC_ENUM_FMT", ret);
  }
  return TRUE;
}

static void
add_node (GPtrArray *ends, const struct zc_v4l2_node *node)
{
  ProbeEnd *end;

  if (node->error == 0 && zc_v4l2_node_works_alone (node)) {
    add_camera (ends, node);
    return;
  }
  if (node->error == 0 && add_m2m (ends, node))
    return;
  g_ptr_array_add (ends, end = new_end (PROBE_OTHER, node));
  end->is_closed = node->error < 0;
  if (node->error < 0)
    end->trouble = explain (node->path, "open", node->error);
  else if (zc_v4l2_node_captures (node))
    end->trouble = g_strdup ("part of a media-controller pipeline, to be set "
                             "up by media-ctl and named to dmabufsrc");
  else
    end->trouble = g_strdup ("neither a camera nor a codec");
}

guint
probe_video_list (GPtrArray *ends)
{
  struct zc_v4l2_node *nodes = NULL;
  gint n = zc_v4l2_node_list (&nodes);

  for (gint i = 0; i < n; i++)
    add_node (ends, &nodes[i]);
  free (nodes);
  return MAX (n, 0);
}
