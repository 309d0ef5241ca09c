/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufcodecerror.h"

#include "gst-libs/allocators/gstzcnode.h"

#include <errno.h>

/* What a device is, for people. */
static const gchar *
job_name (enum zc_v4l2_job job)
{
  switch (job) {
    case ZC_V4L2_JOB_ENCODE:
      return "encoder";
    case ZC_V4L2_JOB_DECODE:
      return "decoder";
    default:
      return "converter";
  }
}

static const gchar *
named (const gchar *name, const gchar *path)
{
  return name ? name : path ? path : "";
}

void
gst_dmabuf_codec_error_open (GstElement *element, enum zc_v4l2_job job,
    const gchar *name, const gchar *path, gint error)
{
  const gchar *what = job_name (job), *which = named (name, path);
  g_autofree gchar *cure = NULL;

  switch (-error) {
    case EACCES:
    case EPERM:
      cure = gst_zc_node_explain_permission (
          path, "SUBSYSTEM==\"video4linux\"", -error);
      GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
          ("No permission to open the video device %s.", path),
          ("open: %s (errno %d). %s: %s.", g_strerror (-error), -error, path,
              cure));
      break;
    case ENOENT:
    case ENODEV:
      GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
          ("There is no %s%s%s.", what, name ? " called " : "",
              name ? name : ""),
          ("%s (errno %d). No /dev/video* of that kind: \"v4l2-ctl "
           "--list-devices\" shows those there are. Codecs whose frames user "
           "space has to parse (stateless, request API) need other elements.",
              g_strerror (-error), -error));
      break;
    case ENXIO:
      GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
          ("%s is a video device that is no %s.", which, what),
          ("It does something else (errno %d): \"v4l2-ctl -d %s --list-formats "
           "--list-formats-out\" shows what. Leave out the device property to "
           "take the first that fits.",
              -error, which));
      break;
    case ENOTTY:
      GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
          ("%s is not a video device.", which),
          ("VIDIOC_QUERYCAP: %s (errno %d). Leave out the device property to "
           "take the first %s.",
              g_strerror (-error), -error, what));
      break;
    case EBUSY:
      GST_ELEMENT_ERROR (element, RESOURCE, BUSY,
          ("The %s %s is in use.", what, which),
          ("open: %s (errno %d). It has as many users as it can: end another.",
              g_strerror (-error), -error));
      break;
    default:
      GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
          ("The %s %s cannot be opened.", what, which),
          ("open: %s (errno %d). The kernel log may say more (dmesg).",
              g_strerror (-error), -error));
  }
}

void
gst_dmabuf_codec_error_no_device (
    GstElement *element, enum zc_v4l2_job job, GstCaps *in, GstCaps *out)
{
  g_autofree gchar *from = gst_caps_to_string (in);
  g_autofree gchar *to = gst_caps_to_string (out);

  GST_ELEMENT_ERROR (element, STREAM, WRONG_TYPE,
      ("No %s makes what is wanted of this video.", job_name (job)),
      ("From %s to %s. \"v4l2-ctl --list-formats --list-formats-out\" of each "
       "device shows what there is.",
          from, to));
}

static gboolean
explain_gone (
    GstElement *element, const gchar *path, const gchar *step, gint error)
{
  if (error != -ENODEV)
    return FALSE;
  GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
      ("The video device %s is gone.", path),
      ("%s: %s (errno %d). Its driver was removed, or it was unplugged; start "
       "the pipeline again when it is back.",
          step, g_strerror (-error), -error));
  return TRUE;
}

void
gst_dmabuf_codec_error_set_format (GstElement *element, const gchar *path,
    const gchar *step, const struct zc_v4l2_format *format, gint error)
{
  if (explain_gone (element, path, step, error))
    return;
  GST_ELEMENT_ERROR (element, STREAM, FORMAT,
      ("%s does not take %ux%u of the format %" GST_FOURCC_FORMAT ".", path,
          format->width, format->height, GST_FOURCC_ARGS (format->fourcc)),
      ("%s: %s (errno %d). %s", step, g_strerror (-error), -error,
          error == -EPROTO ? "The driver made something else of it, or cannot "
                             "crop it. Another size or format may do."
                           : "Another size or format may do."));
}

void
gst_dmabuf_codec_error_fields (
    GstElement *element, const gchar *path, guint32 field)
{
  GST_ELEMENT_ERROR (element, STREAM, NOT_IMPLEMENTED,
      ("%s makes single fields of this interlaced video.", path),
      ("V4L2_FIELD_%s (%u): they are no pictures, and nothing here weaves "
       "them. A decoder in software (avdec_*) does.",
          field == V4L2_FIELD_ALTERNATE ? "ALTERNATE" : "*", field));
}

void
gst_dmabuf_codec_error_forbidden (
    GstElement *element, const gchar *path, const gchar *reason)
{
  GST_ELEMENT_ERROR (element, STREAM, FORMAT,
      ("Frames of the video device %s would have to be copied.", path),
      ("copy-policy is set to forbid. Without a copy: %s. Set it to allow, or "
       "change what was refused for.",
          reason));
}

void
gst_dmabuf_codec_error_push (
    GstElement *element, const gchar *path, const gchar *refused, gint error)
{
  if (error == -EXDEV) {
    gst_dmabuf_codec_error_forbidden (element, path, refused);
    return;
  }
  if (explain_gone (element, path, "VIDIOC_QBUF", error))
    return;
  GST_ELEMENT_ERROR (element, RESOURCE, WRITE,
      ("A frame cannot be brought into %s.", path),
      ("%s (errno %d). Of each way: %s.", g_strerror (-error), -error,
          refused));
}

void
gst_dmabuf_codec_error_streaming (
    GstElement *element, const gchar *path, const gchar *step, gint error)
{
  if (explain_gone (element, path, step, error))
    return;
  GST_ELEMENT_ERROR (element, RESOURCE, FAILED,
      ("The video device %s has stopped.", path),
      ("%s: %s (errno %d). %s", step, g_strerror (-error), -error,
          error == -EIO ? "The hardware met an error that it cannot go on "
                          "after: the kernel log says which (dmesg)."
                        : "The kernel log may say more (dmesg)."));
}

void
gst_dmabuf_codec_error_grade (
    GstElement *element, const gchar *path, const gchar *field, gint error)
{
  if (explain_gone (element, path, "VIDIOC_S_EXT_CTRLS", error))
    return;
  GST_ELEMENT_ERROR (element, STREAM, ENCODE,
      ("The %s of %s cannot be set.", field, path),
      ("VIDIOC_S_EXT_CTRLS: %s (errno %d). The device lists it, and refuses it "
       "for this video: another %s may do.",
          g_strerror (-error), -error, field));
}

void
gst_dmabuf_codec_error_no_grade (
    GstElement *element, const gchar *path, const GstStructure *wanted)
{
  g_autofree gchar *text = gst_structure_to_string (wanted);

  GST_ELEMENT_ERROR (element, STREAM, ENCODE,
      ("%s does not encode with the profile, tier or level that is wanted.",
          path),
      ("Wanted: %s. \"v4l2-ctl -d %s -L\" shows what it has.", text, path));
}

void
gst_dmabuf_codec_warn_copies (
    GstElement *element, const gchar *path, const gchar *reason)
{
  GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS,
      ("Frames are copied for %s.", path),
      ("It cannot read them where they are: %s.", reason));
}

void
gst_dmabuf_codec_warn_pictures (
    GstElement *element, const gchar *path, const gchar *reason)
{
  GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS,
      ("Pictures of %s are copied for downstream.", path), ("%s.", reason));
}

void
gst_dmabuf_codec_warn_broken (GstElement *element, const gchar *path)
{
  GST_ELEMENT_WARNING (element, STREAM, FAILED,
      ("%s could not do a frame, which is left out.", path),
      ("V4L2_BUF_FLAG_ERROR: its data were damaged, or the result was larger "
       "than its buffer."));
}

void
gst_dmabuf_codec_warn_settings (
    GstElement *element, const gchar *path, const GPtrArray *complaints)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < complaints->len; i++)
    g_string_append_printf (
        text, "%s%s", i > 0 ? "; " : "", (gchar *) complaints->pdata[i]);
  GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS,
      ("%s is not set as was wanted.", path), ("%s.", text->str));
}
