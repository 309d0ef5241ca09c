/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsink-private.h"

#include "gst-libs/allocators/gstzcnode.h"
#include "gst-libs/kms/kms-holders.h"
#include "gst-libs/kms/kms-seat.h"

#include <errno.h>
#include <unistd.h>

#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

void
gst_dmabuf_sink_error_permission (
    GstElement *element, const gchar *path, gint error, gint seat_error)
{
  const gchar *node = path ? path : "/dev/dri/card0";
  g_autofree gchar *cure = gst_zc_node_explain_permission (
      node, "SUBSYSTEM==\"drm\", KERNEL==\"card*\"", -error);
  gchar seat[256] = "";

  if (seat_error < 0)
    zc_kms_seat_explain (seat, sizeof (seat), seat_error);
  GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
      ("No permission to use %s%s.", path ? "the display card " : "any of ",
          path ? path : "the display cards"),
      ("%s: %s (errno %d): %s%s%s.", node, g_strerror (-error), -error, cure,
          seat[0] ? ". Else: " : "", seat));
}

static void
error_nothing_connected (
    GstElement *element, const gchar *path, const gchar *connector)
{
  GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
      ("No display is connected to %s%s%s.", path ? path : "any card",
          connector ? ", connector " : "", connector ? connector : ""),
      ("The connector reports no monitor or no modes. Plug one in, or choose "
       "another with the connector property; /sys/class/drm/*/status shows "
       "them."));
}

static void
error_not_found (GstElement *element, const gchar *path, const gchar *device,
    const gchar *connector)
{
  if (path && connector)
    GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
        ("The card %s has no connector %s.", path, connector),
        ("/sys/class/drm lists the connectors of each card."));
  else if (path && g_str_has_prefix (path, "fd "))
    GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
        ("The card of %s has no connector.", path),
        ("A lease has those that it was given with, and none any more when it "
         "has ended: ask who gave it for another."));
  else if (device || connector)
    GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
        ("There is no display card%s%s%s%s.", device ? " " : "",
            device ? device : "", connector ? " with connector " : "",
            connector ? connector : ""),
        ("None that can set modes atomically and import dma-bufs is called so. "
         "/dev/dri has the cards, /sys/class/drm the connectors of each, as in "
         "card0-HDMI-A-1 (upper and lower case count); without the device and "
         "connector properties the first that can show is taken."));
  else
    GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
        ("There is no display card."),
        ("No /dev/dri/card* can set modes atomically and import dma-bufs. Load "
         "the driver of the card (a virtual one: modprobe vkms)."));
}

static void
error_busy (GstElement *element, const gchar *path, gint error)
{
  gchar names[256] = "";
  g_autofree gchar *valid = NULL;

  if (path)
    zc_kms_holders_describe (path, names, sizeof (names));
  valid = g_utf8_make_valid (names, -1);
  if (valid[0])
    GST_ELEMENT_ERROR (element, RESOURCE, BUSY,
        ("The display card %s is in use by another program.", path),
        ("drmSetMaster: %s (errno %d). It is held by %s: end that, or switch "
         "to another console.",
            g_strerror (-error), -error, valid));
  else
    GST_ELEMENT_ERROR (element, RESOURCE, BUSY,
        ("The display card %s is in use by another program.", path),
        ("drmSetMaster: %s (errno %d). A compositor or another sink shows on "
         "it; /sys/kernel/debug/dri/*/clients names it to root.",
            g_strerror (-error), -error));
}

void
gst_dmabuf_sink_error_seat (GstElement *element, const gchar *path, gint error)
{
  gchar why[256];

  if (path && access (path, F_OK) < 0) {
    error_not_found (element, NULL, path, NULL);
    return;
  }
  zc_kms_seat_explain (why, sizeof (why), error);
  GST_ELEMENT_ERROR (element, RESOURCE, BUSY,
      ("The seat does not give %s.", path ? path : "any display card"),
      ("%s (errno %d): %s.", g_strerror (-error), -error, why));
}

void
gst_dmabuf_sink_error_open (GstElement *element, const gchar *path,
    const gchar *device, const gchar *connector, gint error, gint seat_error)
{
  switch (-error) {
    case EACCES:
    case EPERM:
      /* The node is ours, but not the display. */
      if (error == -EACCES && path && euidaccess (path, R_OK | W_OK) == 0)
        error_busy (element, path, error);
      else
        gst_dmabuf_sink_error_permission (element, path, error, seat_error);
      break;
    case ENXIO:
      error_nothing_connected (element, path, connector);
      break;
    case ENODEV:
    case ENOENT:
      error_not_found (element, path, device, connector);
      break;
    case EBUSY:
      if (seat_error < 0)
        gst_dmabuf_sink_error_seat (element, path, seat_error);
      else
        error_busy (element, path, error);
      break;
    case EUSERS:
      GST_ELEMENT_ERROR (element, RESOURCE, BUSY,
          ("All of %s that could drive the connector drives others.", path),
          ("No CRTC is free. Turn another connector off, or show on one that "
           "is lit with the connector property."));
      break;
    case ENOTTY:
      GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
          ("%s is no display card.", path),
          ("It is no DRM device: %s (errno %d). Cards are called like "
           "/dev/dri/card0.",
              g_strerror (-error), -error));
      break;
    case EOPNOTSUPP:
      GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
          ("%s cannot be used as a display.", path),
          ("Its driver has no atomic mode setting, or cannot import dma-bufs: "
           "kmssink may work with it."));
      break;
    default:
      GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ_WRITE,
          ("The display card %s cannot be opened.", path),
          ("%s (errno %d).", g_strerror (-error), -error));
  }
}

void
gst_dmabuf_sink_error_place (GstElement *element, const gchar *path,
    guint width, guint height, const gchar *reasons, gint error)
{
  if (error == -EACCES || error == -EPERM || error == -ENODEV ||
      error == -ENOENT) {
    gst_dmabuf_sink_error_show (element, path, error);
    return;
  }
  if (error == -ESRCH) {
    GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
        ("The display on %s does not have the mode that was asked for.", path),
        ("Tried: %s. Choose one of these with the mode property, or match for "
         "the nearest to the video; without it the sink has the choice of "
         "mode.",
            reasons));
    return;
  }
  GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
      ("The display on %s cannot show pictures of %ux%u.", path, width, height),
      ("Tried: %s. Last errno %d. Choose a size that the display has as a "
       "mode, or smaller, or scale before the sink; or leave it the choice of "
       "mode and render-rectangle.",
          reasons[0] ? reasons : "no plane has the format", -error));
}

void
gst_dmabuf_sink_error_show (GstElement *element, const gchar *path, gint error)
{
  switch (-error) {
    case EACCES:
    case EPERM:
      GST_ELEMENT_ERROR (element, RESOURCE, BUSY,
          ("The display on %s was taken away.", path),
          ("Atomic commit: %s. Another program became DRM master, as when the "
           "console is switched; switch back and restart the pipeline.",
              g_strerror (-error)));
      break;
    case ENOENT:
      GST_ELEMENT_ERROR (element, RESOURCE, BUSY,
          ("The display on %s was taken away.", path),
          ("Atomic commit: %s. Who gave the lease has ended it, or the "
           "connector is gone, as with a hub that is unplugged: ask for "
           "another "
           "lease, or plug it in, and restart the pipeline.",
              g_strerror (-error)));
      break;
    case ENODEV:
      GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
          ("The display card %s is gone.", path),
          ("Atomic commit: %s. It was unplugged, or its driver unloaded.",
              g_strerror (-error)));
      break;
    case ETIMEDOUT:
      GST_ELEMENT_ERROR (element, RESOURCE, WRITE,
          ("The display on %s stopped.", path),
          ("No flip completed for three seconds: no vertical blank came, for "
           "which "
           "the kernel log may have the reason (dmesg), or, before Linux 6.0, "
           "the fence of a frame was not signalled by the device that draws "
           "it."));
      break;
    default:
      GST_ELEMENT_ERROR (element, RESOURCE, WRITE,
          ("A frame cannot be shown on %s.", path),
          ("Atomic commit: %s (errno %d).", g_strerror (-error), -error));
  }
}

void
gst_dmabuf_sink_error_unplugged (
    GstElement *element, const gchar *connector, const gchar *path)
{
  GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
      ("The monitor on %s was unplugged.", connector),
      ("%s has nothing to show on. on-disconnect=wait or drop goes on when one "
       "is plugged in again.",
          path));
}

void
gst_dmabuf_sink_error_import (
    GstElement *element, const gchar *path, gint error)
{
  GST_ELEMENT_ERROR (element, RESOURCE, WRITE,
      ("The display card %s cannot take the frames.", path),
      ("Importing a dma-buf failed: %s (errno %d), and its layout is not "
       "linear, so that it cannot be copied either. Ask the producer for a "
       "linear format.",
          g_strerror (-error), -error));
}

static const gchar *
intern_errno (gint error)
{
  g_autofree gchar *text = g_strdup_printf (
      "%s (errno %d)", g_strerror (-error), -error);

  return g_intern_string (text);
}

const gchar *
gst_dmabuf_sink_reason_of_copy (gint error)
{
  return error == -EMEDIUMTYPE ? "they come in system memory that is not the "
                                 "sink's: the producer "
                                 "did not take the pool that was offered"
                               : intern_errno (error);
}

void
gst_dmabuf_sink_error_forbidden (
    GstElement *element, const gchar *path, const gchar *reason)
{
  GST_ELEMENT_ERROR (element, STREAM, FORMAT,
      ("Frames would have to be copied for the display on %s.", path),
      ("copy-policy is set to forbid, and without a copy: %s. Set it to allow, "
       "or have the producer draw into the memory that the sink offers.",
          reason));
}

void
gst_dmabuf_sink_warn_copies (GstElement *element, const gchar *path, gint error)
{
  GstDmabufSink *self = GST_DMABUF_SINK (element);
  const gchar *reason = gst_dmabuf_sink_reason_of_copy (error);

  GST_OBJECT_LOCK (self);
  self->stats.copied = reason;
  GST_OBJECT_UNLOCK (self);
  /* Programs that draw by themselves are no reason to trouble people. */
  if (error == -EMEDIUMTYPE)
    GST_WARNING_OBJECT (element, "frames are copied: %s", reason);
  else
    GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS,
        ("Frames are copied for the display."),
        ("%s cannot scan them out where they are: %s (errno %d).", path,
            g_strerror (-error), -error));
}

void
gst_dmabuf_sink_warn_fences (
    GstElement *element, const gchar *path, const GError *error)
{
  GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS,
      ("Frames cannot be given back early."),
      ("%s: %s. They go back when the next is on the screen, as without "
       "early-release, which needs Linux 6.0.",
          path, error->message));
}

void
gst_dmabuf_sink_warn_late (
    GstElement *element, const gchar *path, const gchar *fence)
{
  GST_ELEMENT_WARNING (element, RESOURCE, WRITE,
      ("A frame for the display on %s is not drawn.", path),
      ("Its fence (%s) has not been signalled for a second: the device that "
       "draws it hangs or is slow. It is still waited for, and newer frames "
       "are dropped; if it never ends, restart the producer, and look into the "
       "kernel log (dmesg).",
          fence));
}

void
gst_dmabuf_sink_error_copy (
    GstElement *element, const gchar *path, const GError *reason, gint error)
{
  if (reason)
    GST_ELEMENT_ERROR (element, RESOURCE, WRITE,
        ("A frame cannot be copied for the display on %s.", path),
        ("%s", reason->message));
  else
    GST_ELEMENT_ERROR (element, RESOURCE, WRITE,
        ("A copied frame cannot be shown on %s.", path),
        ("The card does not import its own memory: %s (errno %d). Its driver "
         "has a bug, or was removed.",
            g_strerror (-error), -error));
}
