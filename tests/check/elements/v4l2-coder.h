/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef V4L2_CODER_H
#define V4L2_CODER_H

#include "gst-libs/v4l2/v4l2-codec.h"
#include "gst-libs/v4l2/v4l2-event.h"
#include "gst-libs/v4l2/v4l2-format.h"
#include "gst-libs/v4l2/v4l2-m2m.h"
#include "gst-libs/v4l2/v4l2-queue.h"

#include <glib.h>

/*
 * A memory-to-memory device driven by the plain layer alone, with mapped
 * buffers of the driver's. What fails here fails the test, and so does what
 * takes longer than a frame may.
 */
#define CODER_BUFFERS 4

struct coder_side {
  struct zc_v4l2_queue queue;
  struct zc_v4l2_format format;
  struct zc_v4l2_frame info[CODER_BUFFERS]; /* lengths */
  void *map[CODER_BUFFERS];
  unsigned count;
  bool queued[CODER_BUFFERS];
};

struct coder {
  struct zc_v4l2_device *device;
  enum zc_v4l2_job job;
  struct coder_side output, capture;
  guint n_ends, n_changes; /* events that came */
};

/* A frame that goes in or came out. */
struct coder_frame {
  GBytes *bytes;
  struct zc_v4l2_frame frame;
};

/* Opens the first node that does JOB and subscribes to its events; without
 * formats. */
void coder_open (struct coder *c, enum zc_v4l2_job job);
void coder_close (struct coder *c);

/* Sets one side up: the format, or that which there is if FOURCC is 0, and
 * buffers. CAPTURE has them all queued. */
void coder_set_format (struct coder *c, struct coder_side *side, __u32 fourcc,
    guint width, guint height);
void coder_allocate (struct coder *c, struct coder_side *side);
void coder_free (struct coder *c, struct coder_side *side);
void coder_push_all (struct coder_side *side);

/* Into a buffer that is free; false if there is none. */
bool coder_push (
    struct coder *c, GBytes *bytes, const struct zc_v4l2_stamp *stamp);

/* Waits once at CAPTURE, for a little, and takes events and OUTPUT buffers that
 * are done. Returns what was seen, 0 if nothing. */
int coder_wait (struct coder *c);

/* The next frame of CAPTURE, waited for; its buffer goes back unless it is the
 * last. */
void coder_pull (struct coder *c, struct coder_frame *frame);
void coder_frame_free (gpointer frame);

/* Pushes all of IN (of struct coder_frame: bytes and time), tells the end, and
 * gives all that comes out, up to the last. */
GPtrArray *coder_drain (struct coder *c, GPtrArray *in);

/* Tells the end, and gives what comes out. */
GPtrArray *coder_finish (struct coder *c);

/* The queues, streaming, of an encoder of NV12 of that size to FWHT. */
void coder_start_encoder (struct coder *c, guint width, guint height);

/* Pictures of it, different from each other, and their times. */
GPtrArray *coder_pictures (const struct coder *c, guint first, guint n);

/* How much two pictures differ on average, in steps of a byte. */
double coder_compare (GBytes *a, GBytes *b);

/* A decoder that has been given the first of IN, and what it has made of that
 * for CAPTURE, streaming. */
void coder_start_decoder (struct coder *c, GPtrArray *in);

#endif
