/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STAGE_H
#define STAGE_H

#include "golden.h"
#include "vkms.h"

#include <gst/check/gstharness.h>

/*
 * Sinks that a test pushes pictures to, and a vkms card of its own for them,
 * of which every pixel is known. What goes wrong where it must not fails the
 * test.
 */
#define STAGE_WIDTH 640
#define STAGE_HEIGHT 480

/* --- Sinks -------------------------------------------------------------- */

struct sink {
  GstHarness *harness;
  GstBus *bus;
  GstVideoInfo info;
};

/* A dmabufsink on the card at PATH, of any kind, that shows at once what is
 * pushed. PROPERTIES are as for gst-launch: mode=640x480 zpos=1. CAPS of system
 * memory may be NULL, to be set later. */
void sink_open (struct sink *self, const char *path, const char *properties,
    const char *caps);
void sink_close (struct sink *self);

void sink_set_caps (struct sink *self, const char *caps);

/* Takes BUFFER. */
void sink_push (struct sink *self, GstBuffer *buffer);

/* A picture of system memory that is like any other. */
void sink_push_any (struct sink *self);

void sink_set_rectangle (struct sink *self, gint x, gint y, gint w, gint h);

/* Of the "stats". The string is to be freed. */
guint64 sink_get_stat (struct sink *self, const char *field);
gchar *sink_get_stat_string (struct sink *self, const char *field);

/* Until so many frames have been on the screen. */
void sink_wait_frames (struct sink *self, guint64 frames);

/* The texts of the warning or error that is next on the bus, DEBUG's after a
 * line feed; NULL if there is none. To be freed. */
gchar *sink_take_warning (struct sink *self);
gchar *sink_take_error (struct sink *self);

/* --- vkms --------------------------------------------------------------- */

struct stage {
  struct vkms *vkms;
  struct crc_reader *reader;
  GPtrArray *memory;
};

/* A card with one screen, one primary plane and N_OVERLAYS. */
void stage_open (struct stage *self, unsigned n_overlays);
void stage_close (struct stage *self);

/* A sink on it, in the mode of the stage's size. */
void stage_add (struct stage *self, struct sink *sink, const char *properties,
    const char *caps);

/* Noise in a new BUFFER of system memory, and how it looks at X, Y. The picture
 * is valid until the stage is closed. */
struct golden_picture stage_draw (struct stage *self, const GstVideoInfo *info,
    guint32 seed, gint x, gint y, GstBuffer **buffer);

/* Until the display shows these pictures, the lowest first. */
void stage_wait (
    struct stage *self, const struct golden_picture pictures[], guint n);

/* Pushes noise to SINK, until it is seen at X, Y and nothing else. */
void stage_show (
    struct stage *self, struct sink *sink, guint32 seed, gint x, gint y);

#endif
