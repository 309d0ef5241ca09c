/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CONVERT_H
#define CONVERT_H

#include <gst/check/gstharness.h>
#include <gst/video/video.h>

/*
 * dmabufconvert between a test's own pads, and what vim2m makes of pictures.
 */

/* As fast as vim2m can be. */
#define CONVERT_FAST "controls=\"c,transaction_time_msec=1\""

/* With its properties: "video-direction=horiz". Caps are text, and plain
 * memory; those that come out need not be fixed. */
GstHarness *convert_new (
    const char *properties, const char *in, const char *out);
void convert_free (GstHarness *harness); /* no dma-buf may be left */
void convert_end (GstHarness *harness);  /* some may */

/* Picture N (picture.h) of what the caps are; and one that is converted. */
GstBuffer *convert_picture (GstHarness *harness, guint n);
GstBuffer *convert_one (GstHarness *harness, guint n);

GstVideoInfo convert_info_in (GstHarness *harness);
GstVideoInfo convert_info_out (GstHarness *harness);

guint64 convert_stat (GstHarness *harness, const char *field);
gchar *convert_stat_string (GstHarness *harness, const char *field);

/* The next message of these types: its text and, with @debug, its details. */
gchar *convert_message (
    GstHarness *harness, GstMessageType types, gchar **debug);

/* Whether MADE is what drivers/media/test-drivers/vim2m.c makes of GIVEN, RGB
 * or BGR, whose part is scaled: of all, without a size. */
struct convert_part {
  guint x, y, width, height;
};
void convert_assert_like_vim2m (GstBuffer *made, const GstVideoInfo *out,
    GstBuffer *given, const GstVideoInfo *in, const struct convert_part *part,
    gboolean hflip, gboolean vflip);

#endif
