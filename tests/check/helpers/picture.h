/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PICTURE_H
#define PICTURE_H

#include <gst/check/gstharness.h>
#include <gst/video/video.h>

/* A buffer of system memory with picture N: no two pixels in a row are alike,
 * nor are two pictures. Its time is that of frame N at 30 a second. */
GstBuffer *picture_new (const GstVideoInfo *info, guint n);

/* The same into a buffer that is there. */
void picture_draw (GstBuffer *buffer, const GstVideoInfo *info, guint n);

/* Noise over all of a buffer's bytes, so that every bit counts: always the same
 * for a SEED. */
void picture_draw_noise (GstBuffer *buffer, guint32 seed);

/* What caps of system memory say. */
GstVideoInfo picture_info (const char *caps);

#endif
