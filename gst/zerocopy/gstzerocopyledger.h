/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZEROCOPY_LEDGER_H__
#define __GST_ZEROCOPY_LEDGER_H__

#include "gst-libs/allocators/gstzcidentity.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What the tracer knows: elements, links between them, and the storage that
 * frames lie in. One for the process, guarded by one lock that is never held
 * over a call of GStreamer that takes another.
 *
 * Who copied is judged here. A frame is raw video that comes to an element.
 * The element copied it if the CPU read it there, and
 *   - it pushed raw video that lies elsewhere, which it wrote or which has the
 *     frame's timestamp, or
 *   - it wrote as much as half of it elsewhere and never pushed that: an input
 *     buffer of a device.
 * Coded frames that were made of it are no copies. An element that has no
 * frames coming in copied what it pushes if it read storage of its own to write
 * what it pushes.
 */

/* Less than this is no picture: its storage is not followed. Bytes. */
#define GST_ZEROCOPY_SMALL 512

/* How many of each are told apart; the rest is one, named "(others)". */
#define GST_ZEROCOPY_MAX_ELEMENTS 1000
#define GST_ZEROCOPY_MAX_LINKS 2000

/* How many frames an element may hold at a time, and elements a frame; older
 * ones are forgotten. */
#define GST_ZEROCOPY_MAX_FRAMES 32
#define GST_ZEROCOPY_MAX_HOLDERS 12

typedef struct _GstZerocopyElement GstZerocopyElement;
typedef struct _GstZerocopyLink GstZerocopyLink;
typedef struct _GstZerocopyStorage GstZerocopyStorage;

typedef enum {
  GST_ZEROCOPY_OTHER, /* audio, text, unknown: judged by nobody */
  GST_ZEROCOPY_CODED, /* video or images, compressed */
  GST_ZEROCOPY_RAW,   /* video frames */
} GstZerocopyKind;

/* Frames copied, and bytes that were. */
typedef struct {
  guint64 frames;
  guint64 bytes;
} GstZerocopyCopies;

typedef struct {
  GstZerocopyLink *link; /* it came by */
  guint serial;          /* of the element */
  GstClockTime pts;
  gsize bytes;
  gsize read;       /* bytes mapped for reading by the element */
  gboolean settled; /* copied, or passed on as it is */
} GstZerocopyFrame;

struct _GstZerocopyElement {
  gchar *name;
  gchar *top;     /* name of the pipeline */
  gpointer alive; /* the element or the pad without one; NULL once it is gone */

  /* of the CPU, by GstMemory */
  guint64 maps_read, maps_write;
  guint64 bytes_read, bytes_written;
  guint64 syncs; /* DMA_BUF_IOCTL_SYNC for them */
  GstZerocopyCopies copies;

  /* from the arrival of a frame until it is pushed, or its memory is free */
  guint64 held_frames;
  GstClockTime held_total, held_max;

  guint serial;    /* frames that came */
  guint unsettled; /* of frames: read, and not settled */
  GstZerocopyFrame frames[GST_ZEROCOPY_MAX_FRAMES];
  gsize own_read; /* bytes of its own storage read since its last push */
};

struct _GstZerocopyLink {
  guint id;
  GstZerocopyElement *src, *sink;
  gchar *src_pad, *sink_pad;
  gpointer alive; /* the sink pad, NULL once it is gone */

  GstZerocopyKind kind;
  gchar *format;           /* media type and format */
  const char *memory;      /* type of memory, interned */
  GstAllocator *allocator; /* of the last memory; only to compare with */

  guint64 buffers, bytes;
  guint64 distinct, dmabufs; /* storages, and dma-bufs among them */
  GstClockTime first, last;
  guint64 read;             /* frames that the sink's CPU read */
  GstZerocopyCopies copied; /* by the sink's element */
  GstZerocopyCopies made;   /* by the source's, before they came here */
};

/* An element that has a frame, or had it and pushed it. */
typedef struct {
  GstZerocopyElement *element;
  guint serial;
  GstClockTime since;
  gboolean out;
} GstZerocopyHolder;

struct _GstZerocopyStorage {
  guint refs;
  GList node; /* in all */
  gboolean dmabuf;
  GstZcIdentity identity;

  guint n_links, room; /* it was seen in, by id */
  guint *links;

  guint n_holders;
  GstZerocopyHolder holders[GST_ZEROCOPY_MAX_HOLDERS];

  GstZerocopyElement *writer; /* who wrote it and did not push it yet */
  guint writer_serial;        /* which frame the writer had last, then */
  gsize written;
};

typedef struct {
  GMutex lock;
  gint active; /* atomic */
  GstClockTime start;
  GPtrArray *elements; /* GstZerocopyElement, all there ever were */
  GPtrArray *links;
  GstZerocopyElement *nobody; /* maps by threads that belong to no element */
  GQueue storages;
  GHashTable *dmabufs; /* GstZerocopyStorage by identity, holds references */
} GstZerocopyLedger;

extern GstZerocopyLedger gst_zerocopy_ledger;

/* Begins: what was counted before is kept. */
void gst_zerocopy_ledger_start (void);

/* Nothing is counted from now on; what was counted stays. */
void gst_zerocopy_ledger_stop (void);

static inline gboolean
gst_zerocopy_ledger_is_active (void)
{
  return g_atomic_int_get (&gst_zerocopy_ledger.active);
}

static inline void
gst_zerocopy_ledger_lock (void)
{
  g_mutex_lock (&gst_zerocopy_ledger.lock);
}

static inline void
gst_zerocopy_ledger_unlock (void)
{
  g_mutex_unlock (&gst_zerocopy_ledger.lock);
}

/* The record of OBJECT, made if there is none; a dead one of the same name is
 * continued. The lock is held. */
GstZerocopyElement *gst_zerocopy_ledger_get_element (
    gpointer object, const char *name, const char *top);

/* The same for a link, by its sink pad. The lock is held. */
GstZerocopyLink *gst_zerocopy_ledger_get_link (gpointer pad,
    GstZerocopyElement *src, const char *src_pad, GstZerocopyElement *sink,
    const char *sink_pad);

/* OBJECT, a pad or an element, is gone: takes the lock. */
void gst_zerocopy_ledger_forget (gpointer object);

/* The time of gst_util_get_timestamp() at STAMP of a tracer's hook, which
 * counts from when GStreamer began. */
GstClockTime gst_zerocopy_ledger_get_time (GstClockTime stamp);

/* BUFFER passed LINK at STAMP, a hook's: takes the lock. */
void gst_zerocopy_ledger_pass (
    GstZerocopyLink *link, GstBuffer *buffer, GstClockTime stamp);

/* The CPU mapped MEMORY: takes the lock. OWNER is the element whose code
 * runs, NULL if that is not known. */
void gst_zerocopy_ledger_map (
    GstZerocopyElement *owner, GstMemory *memory, GstMapFlags flags);

/* N calls of DMA_BUF_IOCTL_SYNC by OWNER, NULL as above: takes the lock. */
void gst_zerocopy_ledger_sync (GstZerocopyElement *owner, guint64 n);

/* MEMORY is free to be used anew: nobody holds its frame. Takes the lock. */
void gst_zerocopy_ledger_release (GstMemory *memory);

/* The storage went with its last memory, or its frame did, at NOW: settles
 * what is open. The lock is held. */
void gst_zerocopy_ledger_settle (GstZerocopyStorage *storage, GstClockTime now);

/* Which frame was copied by writing STORAGE, which was not pushed; NULL if
 * none. BYTES gets how much. The lock is held. */
GstZerocopyFrame *gst_zerocopy_ledger_find_copied (
    const GstZerocopyStorage *storage, gsize *bytes);

G_END_DECLS

#endif /* __GST_ZEROCOPY_LEDGER_H__ */
