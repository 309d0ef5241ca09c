/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PSNR_H
#define PSNR_H

#include <gst/video/video.h>

/*
 * How much of a picture a codec has lost. The frames that go in are remembered,
 * and found by their times when they come out.
 */
struct psnr;

struct psnr *psnr_new (void);
void psnr_free (struct psnr *psnr);

/* A GstPadProbeCallback, DATA being the struct psnr: copies what passes, up to
 * 64 frames of 8 bits, in caps of system memory or of dma-bufs. */
GstPadProbeReturn psnr_remember (
    GstPad *pad, GstPadProbeInfo *probe, gpointer data);

/* In dB, of the worst plane, against the frame of the same time, which must
 * have passed; 100 if they are equal. The order of bytes may differ, and what
 * SAMPLE has besides at the right and below does not count. */
double psnr_of_sample (struct psnr *psnr, GstSample *sample);

#endif
