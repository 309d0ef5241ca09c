/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcerror.h"

#include "gstdmabufsrcdescribe.h"

#include "gst-libs/v4l2/v4l2-selection.h"

#include <errno.h>

static void
error_permission (GstElement *element, const gchar *path, gint error)
{
  g_autofree gchar *cure = gst_dmabuf_src_describe_permission (path, error);

  GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
      ("No permission to open the camera %s.", path),
      ("open: %s (errno %d). %s", g_strerror (-error), -error, cure));
}

static void
error_not_found (GstElement *element, const gchar *name, gint error)
{
  g_autofree gchar *cameras = gst_dmabuf_src_describe_cameras ();

  if (name)
    GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
        ("There is no camera %s%s.", name[0] == '/' ? "at " : "called ", name),
        ("%s (errno %d). %s Leave out the device property to take the first.",
            g_strerror (-error), -error, cameras));
  else
    GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND, ("There is no camera."),
        ("No /dev/video* captures video by itself (errno %d). %s One that is "
         "part of a media-controller pipeline must be set up (media-ctl) and "
         "named by the device property.",
            -error, cameras));
}

static void
error_cannot_capture (GstElement *element, const gchar *name, gint error)
{
  g_autofree gchar *cameras = gst_dmabuf_src_describe_cameras ();

  GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
      ("%s is a video device that cannot capture.", name),
      ("It lacks the capability to capture or to stream, as codecs and outputs "
       "do (errno %d). %s",
          -error, cameras));
}

static void
error_no_video_device (GstElement *element, const gchar *name, gint error)
{
  g_autofree gchar *cameras = gst_dmabuf_src_describe_cameras ();

  GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
      ("%s is not a video device.", name),
      ("VIDIOC_QUERYCAP: %s (errno %d). %s", g_strerror (-error), -error,
          cameras));
}

static void
error_busy (
    GstElement *element, const gchar *path, const gchar *step, gint error)
{
  g_autofree gchar *holders = gst_dmabuf_src_describe_holders (path);

  GST_ELEMENT_ERROR (element, RESOURCE, BUSY,
      ("The camera %s is in use by another program.", path),
      ("%s: %s (errno %d). %s", step, g_strerror (-error), -error, holders));
}

void
gst_dmabuf_src_error_open (
    GstElement *element, const gchar *name, const gchar *path, gint error)
{
  const gchar *named = name ? name : path ? path : "";

  switch (-error) {
    case EACCES:
    case EPERM:
      error_permission (element, path, error);
      break;
    case ENOENT:
    case ENODEV:
      error_not_found (element, name, error);
      break;
    case ENOTTY:
      error_no_video_device (element, named, error);
      break;
    case ENXIO:
      error_cannot_capture (element, named, error);
      break;
    case EBUSY:
      error_busy (element, path, "open", error);
      break;
    default:
      GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
          ("The camera %s cannot be opened.", named),
          ("open: %s (errno %d). The kernel log may say more (dmesg).",
              g_strerror (-error), -error));
  }
}

void
gst_dmabuf_src_error_open_fd (GstElement *element, gint fd, gint error)
{
  const gchar *cure = "The kernel log may say more (dmesg).";

  if (error == -EBADF)
    cure = "It must be open when the element leaves NULL.";
  else if (error == -ENOTTY)
    cure = "It is not a video device: give an open V4L2 node.";
  else if (error == -ENXIO)
    cure = "It is a video device that cannot capture, as codecs and outputs.";
  else if (error == -ENODEV)
    cure = "The camera was unplugged.";

  GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
      ("The descriptor %d, given as device-fd, cannot be used.", fd),
      ("%s (errno %d). %s", g_strerror (-error), -error, cure));
}

static void
error_unplugged (GstElement *element, const gchar *path, const gchar *step)
{
  GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
      ("The camera %s was unplugged.", path),
      ("%s: %s (errno %d). Plug it in again and restart the pipeline.", step,
          g_strerror (ENODEV), ENODEV));
}

void
gst_dmabuf_src_error_set_format (GstElement *element, const gchar *path,
    const gchar *step, const struct zc_v4l2_format *format, gint error)
{
  if (error == -EBUSY)
    error_busy (element, path, step, error);
  else if (error == -ENODEV)
    error_unplugged (element, path, step);
  else
    GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
        ("The camera %s refuses the format.", path),
        ("%s with %" GST_FOURCC_FORMAT " %ux%u: %s (errno %d). Ask for another "
         "size or format: \"v4l2-ctl -d %s --list-formats-ext\" lists them.",
            step, GST_FOURCC_ARGS (format->fourcc), format->width,
            format->height, g_strerror (-error), -error, path));
}

void
gst_dmabuf_src_error_other_format (GstElement *element, const gchar *path,
    const struct zc_v4l2_format *wanted, const struct zc_v4l2_format *got)
{
  GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
      ("The camera %s does not deliver the format that it lists.", path),
      ("VIDIOC_S_FMT made %" GST_FOURCC_FORMAT " %ux%u with %u planes, field "
       "order %u, of %" GST_FOURCC_FORMAT " %ux%u with %u planes, field order "
       "%u: ask for another size or format.",
          GST_FOURCC_ARGS (got->fourcc), got->width, got->height,
          got->n_memory_planes, got->field, GST_FOURCC_ARGS (wanted->fourcc),
          wanted->width, wanted->height, wanted->n_memory_planes,
          wanted->field));
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

/* EPIPE: what is set along the links does not match; ENOLINK: a link is not
 * enabled (VIDIOC_STREAMON in the kernel's documentation). */
static void
error_not_set_up (
    GstElement *element, const gchar *path, const gchar *step, gint error)
{
  GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
      ("The pipeline of devices behind the camera %s is not set up.", path),
      ("%s: %s (errno %d). From the sensor to this node each link must be "
       "enabled, and have the same format and size at both ends, which this "
       "node has too: \"media-ctl -p\" (-d /dev/mediaN) shows them, "
       "\"media-ctl "
       "-l\" and \"-V\" set them; libcamerasrc does it by itself.",
          step, g_strerror (-error), -error));
}

static void
error_too_few_buffers (GstElement *element, const gchar *path,
    const gchar *step, gint error, const gchar *refused)
{
  GST_ELEMENT_ERROR (element, RESOURCE, NO_SPACE_LEFT,
      ("There are not enough buffers for the camera %s.", path),
      ("%s: %s (errno %d). Contiguous memory may be short: choose a smaller "
       "picture or fewer buffers (min-buffers), or a larger CMA area (cma= on "
       "the kernel's command line). Tried: %s.",
          step, g_strerror (-error), -error, refused));
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
  if (error == -EBUSY) {
    error_busy (element, path, step, error);
    return;
  }
  if (error == -EPIPE || error == -ENOLINK) {
    error_not_set_up (element, path, step, error);
    return;
  }
  if (error == -ENODEV) {
    error_unplugged (element, path, step);
    return;
  }
  if (error == -ENOMEM || error == -ENOBUFS) {
    error_too_few_buffers (element, path, step, error, refused);
    return;
  }
  if (error == -ENOLCK)
    cure = "There is no signal: check the cable, and that the source is on.";

  GST_ELEMENT_ERROR (element, RESOURCE, FAILED,
      ("The camera %s cannot be started.", path),
      ("%s: %s (errno %d). %s Tried: %s.", step, g_strerror (-error), -error,
          cure, refused));
}

void
gst_dmabuf_src_error_copy (
    GstElement *element, const gchar *path, const gchar *refused)
{
  GST_ELEMENT_ERROR (element, STREAM, FORMAT,
      ("Frames of the camera %s would have to be copied.", path),
      ("copy-policy is set to forbid. Without a copy: %s. Set it to allow, or "
       "change what was refused for.",
          refused));
}

void
gst_dmabuf_src_error_streaming (
    GstElement *element, const gchar *path, const gchar *step, gint error)
{
  if (error == -ENODEV)
    error_unplugged (element, path, step);
  else if (error == -EIO)
    GST_ELEMENT_ERROR (element, RESOURCE, READ,
        ("The camera %s stopped with a fatal error.", path),
        ("%s: %s (errno %d). Restart the pipeline; if it comes back, the "
         "driver's word is in the kernel log (dmesg).",
            step, g_strerror (-error), -error));
  else
    GST_ELEMENT_ERROR (element, RESOURCE, READ,
        ("No frame can be had from the camera %s.", path),
        ("%s: %s (errno %d). Restart the pipeline; the kernel log may say more "
         "(dmesg).",
            step, g_strerror (-error), -error));
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

  if (gst_caps_is_empty (peer_caps))
    GST_ELEMENT_ERROR (element, STREAM, FORMAT,
        ("What follows the camera %s accepts no format at all.", path),
        ("Caps of the elements behind it contradict each other, such as those "
         "of a filter and of the element after it: change the filter, or put a "
         "converter between these."));
  else
    GST_ELEMENT_ERROR (element, STREAM, FORMAT,
        ("The camera %s has no format that fits.", path),
        ("What follows accepts %s. The camera delivers the formats below, in "
         "the sizes and at the rates that \"v4l2-ctl -d %s "
         "--list-formats-ext\" lists: change the caps, or put a converter "
         "between. %s",
            peer, path, device));
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
      ("VIDIOC_S_EXT_CTRLS: %s (errno %d). Another control may decide of it "
       "now: the flags that \"v4l2-ctl -d %s -L\" shows tell.",
          g_strerror (-error), -error, path));
}

void
gst_dmabuf_src_error_no_such (GstElement *element, const gchar *path,
    const gchar *what, const gchar *wanted, const gchar *known)
{
  if (known[0])
    GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
        ("The camera %s has no %s \"%s\".", path, what, wanted),
        ("Set the property \"%s\" to one of these: %s.", what, known));
  else
    GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
        ("The camera %s has no %s \"%s\".", path, what, wanted),
        ("It has none to choose from: leave out the property \"%s\", or choose "
         "another input.",
            what));
}

void
gst_dmabuf_src_error_set_source (GstElement *element, const gchar *path,
    const gchar *step, const gchar *what, gint error)
{
  if (error == -EBUSY)
    error_busy (element, path, step, error);
  else if (error == -ENODEV)
    error_unplugged (element, path, step);
  else
    GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
        ("The camera %s cannot be set to its source (%s).", path, what),
        ("%s: %s (errno %d). The device may be unable to receive such: set the "
         "source to a usual size and rate.",
            step, g_strerror (-error), -error));
}

/* With the errno that it is told by where the device can query its source;
 * others have a status of the input only. */
static const gchar *
signal_cure (enum zc_v4l2_signal signal)
{
  if (signal == ZC_V4L2_SIGNAL_NO_LOCK)
    return "ENOLCK: something comes in, but unstable. Try another cable, a "
           "shorter one, or a slower mode of the source.";
  if (signal == ZC_V4L2_SIGNAL_OUT_OF_RANGE)
    return "ERANGE: the source sends more than the device can receive. Set it "
           "to a smaller picture or a slower rate.";
  return "ENOLINK: nothing comes in. Check the cable and that the source is "
         "on; \"v4l2-ctl --list-inputs\" shows the others.";
}

void
gst_dmabuf_src_warn_signal (GstElement *element, const gchar *path,
    const gchar *input, enum zc_v4l2_signal signal, gboolean lost)
{
  if (lost)
    GST_ELEMENT_WARNING (element, RESOURCE, READ,
        ("Signal lost at the camera %s, input \"%s\".", path, input),
        ("%s", signal_cure (signal)));
  else
    GST_ELEMENT_WARNING (element, RESOURCE, READ,
        ("%s at the camera %s, input \"%s\".",
            signal == ZC_V4L2_SIGNAL_NONE ? "No signal" : "No usable signal",
            path, input),
        ("%s", signal_cure (signal)));
}

void
gst_dmabuf_src_tell_signal_back (
    GstElement *element, const gchar *path, const gchar *input)
{
  GST_ELEMENT_INFO (element, RESOURCE, READ,
      ("The signal is back at the camera %s, input \"%s\".", path, input),
      ("Size and rate are those of the signal."));
}

void
gst_dmabuf_src_warn_rectangle (GstElement *element, const gchar *path,
    const gchar *what, const gchar *text, gint error)
{
  if (zc_v4l2_selection_is_missing (error))
    GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS,
        ("The camera %s cannot %s.", path, what),
        ("VIDIOC_S_SELECTION with %s: %s (errno %d). Another input of it may; "
         "the elements videocrop and videobox do it with any.",
            text, g_strerror (-error), -error));
  else
    GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS,
        ("The camera %s does not %s as asked.", path, what),
        ("VIDIOC_S_SELECTION with %s: %s (errno %d). \"v4l2-ctl -d %s "
         "--get-selection target=%s_bounds\" tells the limits.",
            text, g_strerror (-error), -error, path, what));
}

void
gst_dmabuf_src_warn_crop_dropped (
    GstElement *element, const gchar *path, guint width, guint height)
{
  GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS,
      ("The camera %s cannot crop as asked.", path),
      ("It cannot scale, and the caps demand %ux%u. Leave the size out of the "
       "caps, or crop to it.",
          width, height));
}

void
gst_dmabuf_src_warn_rate (GstElement *element, const gchar *path,
    const struct v4l2_fract *wanted, const struct v4l2_fract *got)
{
  GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS,
      ("The camera %s has another frame rate.", path),
      ("VIDIOC_S_PARM made %u/%u frames a second of %u/%u, which the caps "
       "say: ask for a rate that it can keep.",
          got->denominator, got->numerator, wanted->denominator,
          wanted->numerator));
}

void
gst_dmabuf_src_warn_converted (
    GstElement *element, const gchar *path, GstCaps *caps)
{
  g_autofree gchar *text = gst_caps_to_string (caps);

  GST_ELEMENT_WARNING (element, STREAM, FORMAT,
      ("Frames of %s are converted by the CPU.", path),
      ("What follows takes no format of the driver's: libv4l2 makes %s of it. "
       "Let what follows take another format to avoid it.",
          text));
}

void
gst_dmabuf_src_error_no_libv4l2 (
    GstElement *element, const gchar *path, gint error)
{
  GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
      ("The camera %s cannot be reached through libv4l2.", path),
      ("%s (errno %d). Set io-mode to auto%s.", g_strerror (-error), -error,
          error == -ENOSYS ? ", or build with libv4l2" : ""));
}

void
gst_dmabuf_src_warn_unplugged (
    GstElement *element, const gchar *path, gboolean ends)
{
  if (ends)
    GST_ELEMENT_WARNING (element, RESOURCE, NOT_FOUND,
        ("The camera %s was unplugged: the stream ends.", path),
        ("%s (errno %d). on-disconnect is set to eos; wait would go on when "
         "the camera is back.",
            g_strerror (ENODEV), ENODEV));
  else
    GST_ELEMENT_WARNING (element, RESOURCE, NOT_FOUND,
        ("The camera %s was unplugged, waiting for it to come back.", path),
        ("%s (errno %d). Plug it in again, into the same port.",
            g_strerror (ENODEV), ENODEV));
}

void
gst_dmabuf_src_error_cannot_wait (GstElement *element, const gchar *path)
{
  GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
      ("The camera %s was unplugged.", path),
      ("%s (errno %d). It was given as device-fd, which cannot be opened "
       "again: on-disconnect=wait works with the property device only. Plug it "
       "in again and restart the pipeline with a new descriptor.",
          g_strerror (ENODEV), ENODEV));
}

void
gst_dmabuf_src_tell_plugged (GstElement *element, const gchar *path)
{
  GST_ELEMENT_INFO (element, RESOURCE, READ, ("The camera %s is back.", path),
      ("It is set as before; formats may have changed."));
}
