/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENC_H
#define ENC_H

#include "gst-libs/allocators/zerocopy.h"

#include <gst/check/gstharness.h>

/*
 * An encoder that is linked into the test, between a test that pushes pictures
 * and one that takes what is made of them. What goes wrong where it must not
 * fails the test.
 */
#define ENC_SIZE ",width=640,height=480,framerate=30/1"
#define ENC_NV12 "video/x-raw,format=NV12" ENC_SIZE
#define ENC_DMABUF \
  "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=NV12" ENC_SIZE
#define ENC_DURATION (GST_SECOND / 30)

struct enc {
  GstHarness *harness;
  GstElement *element;
  GstBus *bus;
  GstBufferPool *pool; /* what the encoder offers */
  GstVideoInfo info;
  guint pushed;
};

/* PROPERTIES are as for gst-launch; CAPS may be NULL, to be set later. */
void enc_open (struct enc *self, const char *properties, const char *caps);
void enc_close (struct enc *self);

/* Takes the encoder's offer, too. */
void enc_set_caps (struct enc *self, const char *caps);

/* The next picture, in memory that the encoder offers; or of some other. Its
 * time is that of its number. */
GstBuffer *enc_picture (struct enc *self);
GstBuffer *enc_picture_of (
    struct enc *self, GstZcHeap *heap, const GstZcConstraints *constraints);
GstBuffer *enc_picture_of_system (struct enc *self, guint misaligned);

/* Takes BUFFER; that is, those of the first two. */
void enc_push (struct enc *self, GstBuffer *buffer);
void enc_push_some (struct enc *self, guint n);

/* The next one out, waited for. */
GstBuffer *enc_pull (struct enc *self);
void enc_pull_some (struct enc *self, guint n);

/* The end of the stream, after which all has come out. */
void enc_end (struct enc *self);

/* Sends a flush through. */
void enc_flush (struct enc *self);

/* Whether a coded picture of FWHT is a key frame, by its header. */
gboolean enc_is_key (GstBuffer *buffer);

/* Frames that the base class waits for. */
guint enc_count_pending (struct enc *self);

guint64 enc_get_stat (struct enc *self, const char *field);
void enc_assert_stat (struct enc *self, const char *field, guint64 value);
void enc_assert_input (struct enc *self, const char *input);

/* Text and details of the next warning or error, a line feed between them;
 * NULL if there is none. To be freed. */
gchar *enc_take_warning (struct enc *self);
gchar *enc_take_error (struct enc *self);

/* One error that has these words, and no other. */
void enc_assert_error (struct enc *self, const char *words);

/* Adds to GONE when BUFFER, which is of no pool, is freed. */
void enc_watch (GstBuffer *buffer, gint *gone);
void enc_wait_gone (gint *gone, gint wanted);

#endif
