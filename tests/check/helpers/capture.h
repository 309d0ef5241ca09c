/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CAPTURE_H
#define CAPTURE_H

/*
 * The vivid camera without any library: a picture of colour bars, into a
 * dma-buf of somebody else's. One plane, no padding.
 */
#define CAPTURE_FOURCC V4L2_PIX_FMT_XBGR32 /* bytes B, G, R, X */
#define CAPTURE_WIDTH 1280
#define CAPTURE_HEIGHT 720
#define CAPTURE_SIZE (CAPTURE_WIDTH * CAPTURE_HEIGHT * 4)

/* B, G and R of the first bar; X is 0. */
#define CAPTURE_BAR 0xBF

/* A picture into the dma-buf FD: 0, or the -errno with which the driver refuses
 * to import it. */
int capture_into (int fd);

#endif
