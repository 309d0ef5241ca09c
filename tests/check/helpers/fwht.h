/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef FWHT_H
#define FWHT_H

#include <gst/check/gstharness.h>
#include <gst/video/video.h>

/* Coded frames of vicodec's, made by dmabufenc, for who decodes them. */

struct fwht {
  GstVideoInfo info; /* of the pictures */
  GstCaps *caps;     /* of the frames */
  GPtrArray *frames; /* GstBuffer in system memory, 30 a second */
};

/* Codes N pictures, from picture FROM on, of CAPS as for gst-launch. */
struct fwht *fwht_new (const char *caps, guint from, guint n);
void fwht_free (struct fwht *fwht);

/* The picture that was coded, made again: smooth, and different from others. */
GstBuffer *fwht_picture (const GstVideoInfo *info, guint n);

/* A copy of frame I, with the time of frame N. */
GstBuffer *fwht_frame (const struct fwht *fwht, guint i, guint n);

/* Damages a frame: the decoder cannot decode it, or does not find it. */
GstBuffer *fwht_break (GstBuffer *frame);
GstBuffer *fwht_hide (GstBuffer *frame);

/* How much two pictures differ: the mean square of the steps, of their worst
 * plane. A peak signal to noise ratio of 30 dB is 255^2 / 10^3 of them. */
#define FWHT_30_DB 65.025
double fwht_error (
    const GstVideoInfo *info, GstBuffer *picture, GstBuffer *decoded);

/* dmabufdec with downstream that takes CAPS, NULL for any, and GstVideoMeta if
 * META; upstream of FWHT. */
GstHarness *fwht_decoder (
    const struct fwht *fwht, const char *caps, gboolean meta);

/* A number of its "stats". */
guint64 fwht_stat (GstHarness *harness, const char *field);

#endif
