/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsink-private.h"

/* A display has no input of its own, but applications on one do: a mouse, a
 * touch screen, a remote control. What they send is in pixels of the screen,
 * what goes upstream in those of the video. */

static void
translate (GstDmabufSink *self, GstEvent *event)
{
  gboolean is_shown = FALSE;
  gdouble x, y;

  if (!gst_navigation_event_get_coordinates (event, &x, &y))
    return;
  g_mutex_lock (&self->screen_lock);
  if (self->screen)
    is_shown = gst_dmabuf_sink_screen_to_video (self->screen, &x, &y);
  g_mutex_unlock (&self->screen_lock);
  if (is_shown)
    gst_navigation_event_set_coordinates (event, x, y);
}

static void
send_event (GstNavigation *navigation, GstEvent *event)
{
  GstDmabufSink *self = GST_DMABUF_SINK (navigation);

  event = gst_event_make_writable (event);
  translate (self, event);
  /* what nobody upstream knows is for the application */
  if (!gst_pad_push_event (GST_BASE_SINK_PAD (self), gst_event_ref (event)))
    gst_element_post_message (GST_ELEMENT (self),
        gst_navigation_message_new_event (GST_OBJECT (self), event));
  gst_event_unref (event);
}

void
gst_dmabuf_sink_navigation_iface_init (GstNavigationInterface *iface)
{
  iface->send_event_simple = send_event;
}
