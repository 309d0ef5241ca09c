/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CRC_H
#define CRC_H

#include <gst/video/video.h>

/*
 * What the display really scans out: vkms computes a CRC of every refresh,
 * over what its planes were blended to, and tells it in debugfs. The same
 * value can be had from pixels.
 */

/* The CRC of a display of WIDTH x HEIGHT that shows FRAME in its middle, and
 * black around it. For formats of packed RGB with 8 bits. */
guint32 crc_of_frame (const GstVideoFrame *frame, guint width, guint height);

/* The same of a buffer, which is mapped for reading. */
guint32 crc_of_buffer (
    GstBuffer *buffer, const GstVideoInfo *info, guint width, guint height);

guint32 crc_of_black (guint width, guint height);

/* A pixel as vkms blends it: 16 bits a channel, little endian, alpha first
 * (struct pixel_argb_u16 in drivers/gpu/drm/vkms/vkms_drv.h). */
#define CRC_PIXEL_BYTES 8

/* Goes on with a CRC, which begins with 0: crc32_le() of the kernel, which
 * inverts neither before nor after. */
guint32 crc_add (guint32 crc, const guint8 *data, gsize size);

/*
 * Reads the CRC of every refresh, in a thread, from when the display is lit
 * (which may be later) until the end. Equal ones in a row count as one. Of the
 * card that vkms makes by itself, and its first CRTC.
 */
struct crc_reader;

struct crc_reader *crc_reader_start (void);

/* The same of any card, by its directory in debugfs, and of any of its CRTCs,
 * counted from 0. */
struct crc_reader *crc_reader_start_of (const char *card, guint crtc);

/* Until CRC has been seen, at the place that was found last or after it.
 * FALSE if it has not come for some seconds. */
gboolean crc_reader_wait_for (struct crc_reader *reader, guint32 crc);

/* All that were seen so far, in order: guint32. */
GArray *crc_reader_get (struct crc_reader *reader);

/* What a lit display shows now, after the refresh that is under way. */
guint32 crc_read_current (void);
guint32 crc_read_current_of (const char *card, guint crtc);

void crc_reader_stop (struct crc_reader *reader);

#endif
