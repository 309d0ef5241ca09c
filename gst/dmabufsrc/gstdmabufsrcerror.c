/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcerror.h"

#include "gst-libs/allocators/gstzcnode.h"

#include <errno.h>

static void
error_permission (GstElement *element, const gchar *path)
{
  g_autofree gchar *group = gst_zc_node_get_group (path);

  GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
      ("No permission to open the camera %s.", path ? path : "nodes"),
      ("Errno EACCES. Its nodes are for the group \"%s\": add the user to it "
       "(usermod -aG) and log in again, or write a udev rule.",
          group));
}

static void
error_not_found (GstElement *element, const gchar *path, gint error)
{
  if (path)
    GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
        ("There is no camera at %s.", path),
        ("%s. List the cameras with \"v4l2-ctl --list-devices\"; leave out "
         "the device property to take the first.",
            g_strerror (-error)));
  else
    GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND, ("There is no camera."),
        ("No /dev/video* captures video by itself. Plug a camera in or load "
         "its driver; one that is part of a media-controller pipeline must be "
         "set up (media-ctl) and named by the device property."));
}

void
gst_dmabuf_src_error_open (GstElement *element, const gchar *path, gint error)
{
  switch (-error) {
    case EACCES:
    case EPERM:
      error_permission (element, path);
      break;
    case ENOENT:
    case ENODEV:
      error_not_found (element, path, error);
      break;
    case ENOTTY:
      GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
          ("%s is not a video device.", path),
          ("VIDIOC_QUERYCAP: %s. Name a V4L2 node such as /dev/video0.",
              g_strerror (-error)));
      break;
    case ENXIO:
      GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
          ("%s is a video device that cannot capture.", path),
          ("It lacks the capability to capture or to stream (codecs and "
           "outputs do). \"v4l2-ctl --list-devices\" shows the others."));
      break;
    case EBUSY:
      GST_ELEMENT_ERROR (element, RESOURCE, BUSY,
          ("The camera %s is in use by another program.", path),
          ("open: %s. \"fuser -v %s\" names it.", g_strerror (-error), path));
      break;
    default:
      GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
          ("The camera %s cannot be opened.", path),
          ("open: %s (errno %d).", g_strerror (-error), -error));
  }
}

void
gst_dmabuf_src_error_set_format (GstElement *element, const gchar *path,
    const struct zc_v4l2_format *format, gint error)
{
  if (error == -EBUSY)
    GST_ELEMENT_ERROR (element, RESOURCE, BUSY,
        ("The camera %s is in use by another program.", path),
        ("VIDIOC_S_FMT: %s. \"fuser -v %s\" names it.", g_strerror (-error),
            path));
  else
    GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
        ("The camera %s refuses the format.", path),
        ("VIDIOC_S_FMT with %" GST_FOURCC_FORMAT " %ux%u: %s (errno %d).",
            GST_FOURCC_ARGS (format->fourcc), format->width, format->height,
            g_strerror (-error), -error));
}

void
gst_dmabuf_src_error_other_format (GstElement *element, const gchar *path,
    const struct zc_v4l2_format *wanted, const struct zc_v4l2_format *got)
{
  GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
      ("The camera %s does not deliver the format that it lists.", path),
      ("VIDIOC_S_FMT made %" GST_FOURCC_FORMAT " %ux%u with %u planes, field "
       "order %u, of %" GST_FOURCC_FORMAT " %ux%u progressive: ask for another "
       "size or format.",
          GST_FOURCC_ARGS (got->fourcc), got->width, got->height,
          got->n_memory_planes, got->field, GST_FOURCC_ARGS (wanted->fourcc),
          wanted->width, wanted->height));
}

void
gst_dmabuf_src_error_layout (
    GstElement *element, const gchar *path, const struct zc_v4l2_format *format)
{
  GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
      ("The driver of the camera %s contradicts itself.", path),
      ("VIDIOC_S_FMT made %" GST_FOURCC_FORMAT " %ux%u with lines of %u bytes, "
       "which do not fit into buffers of %u: try another size or format, and "
       "tell the driver's authors.",
          GST_FOURCC_ARGS (format->fourcc), format->width, format->height,
          format->plane[0].stride, format->plane[0].size));
}

void
gst_dmabuf_src_error_start (GstElement *element, const gchar *path,
    const gchar *step, gint error, const gchar *refused)
{
  const gchar *cure = "The kernel log may say more (dmesg).";

  if (error == 0) {
    GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
        ("The camera %s has no memory to write into.", path),
        ("%s. Set io-mode to auto.", refused));
    return;
  }
  if (error == -EBUSY)
    cure = "Another program streams from it; \"fuser -v\" with its path names "
           "that.";
  else if (error == -ENOMEM)
    cure = "There is not enough contiguous memory for so many buffers: choose "
           "a smaller picture, or a larger CMA area (cma= on the kernel's "
           "command line).";

  GST_ELEMENT_ERROR (element, RESOURCE, FAILED,
      ("The camera %s cannot be started.", path),
      ("%s: %s (errno %d). %s Tried: %s.", step, g_strerror (-error), -error,
          cure, refused));
}

void
gst_dmabuf_src_error_streaming (
    GstElement *element, const gchar *path, const gchar *step, gint error)
{
  if (error == -ENODEV)
    GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
        ("The camera %s was unplugged.", path),
        ("%s. Plug it in again and restart the pipeline.",
            g_strerror (-error)));
  else if (error == -EIO)
    GST_ELEMENT_ERROR (element, RESOURCE, READ,
        ("The camera %s stopped with a fatal error.", path),
        ("%s: %s. Restart the pipeline; if it comes back, the driver's word is "
         "in the kernel log (dmesg).",
            step, g_strerror (-error)));
  else
    GST_ELEMENT_ERROR (element, RESOURCE, READ,
        ("No frame can be had from the camera %s.", path),
        ("%s: %s (errno %d).", step, g_strerror (-error), -error));
}

void
gst_dmabuf_src_error_broken (GstElement *element, const gchar *path)
{
  GST_ELEMENT_ERROR (element, RESOURCE, READ,
      ("A frame of the camera %s is broken.", path),
      ("The driver marked it so (V4L2_BUF_FLAG_ERROR), and on-error is set to "
       "stop: bad cables and hubs are the usual cause."));
}

void
gst_dmabuf_src_error_no_common_caps (GstElement *element, const gchar *path,
    GstCaps *device_caps, GstCaps *peer_caps)
{
  g_autofree gchar *device = gst_caps_to_string (device_caps);
  g_autofree gchar *peer = gst_caps_to_string (peer_caps);

  GST_ELEMENT_ERROR (element, STREAM, FORMAT,
      ("The camera %s has no format that fits.", path),
      ("What follows accepts %s; the camera delivers %s (sizes and rates left "
       "out). Change the caps, or put a converter between.",
          peer, device));
}

void
gst_dmabuf_src_warn_controls (
    GstElement *element, const gchar *path, const GPtrArray *complaints)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < complaints->len; i++)
    g_string_append_printf (text, "%s%s", i ? "\n" : "",
        (const gchar *) g_ptr_array_index (complaints, i));
  GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS,
      ("Not all controls of the camera %s are as they were wanted.", path),
      ("%s", text->str));
}

void
gst_dmabuf_src_warn_balance (
    GstElement *element, const gchar *path, const gchar *label, gint error)
{
  GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS,
      ("%s of the camera %s cannot be set.", label, path),
      ("VIDIOC_S_EXT_CTRLS: %s (errno %d).", g_strerror (-error), -error));
}
