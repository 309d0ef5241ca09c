/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_SLOTS_PRIVATE_H__
#define __GST_ZC_V4L2_SLOTS_PRIVATE_H__

#include "gstzcv4l2slots.h"

#include "../allocators/gstzcallocator.h"
#include "../allocators/gstzccache.h"

G_BEGIN_DECLS

/* What an index of the queue stands for. */
typedef struct {
  guint index;
  GstBuffer *buffer; /* at the driver, or waiting to go there */
  gboolean queued;   /* the driver has it */
  /* How the kernel is told; it may still have that when BINDING is 0. */
  struct zc_v4l2_plane planes[VIDEO_MAX_PLANES];
  struct zc_v4l2_stamp stamp; /* of an output queue */

  /* Memory of the driver's. */
  GstMemory *memory[VIDEO_MAX_PLANES]; /* who is who; not a reference */
  GstMemory *home[VIDEO_MAX_PLANES];   /* memories that came back alone */

  /* Memory of others. */
  guint binding; /* which of all bindings is in force; 0 for none */
  guint64 used;  /* when it was queued last, by the count of pushes */
  GstMapInfo map[VIDEO_MAX_PLANES]; /* of what the driver has */
} GstZcV4l2Slot;

/* What is different from way to way. Called without locks. */
struct _GstZcV4l2Way {
  const gchar *name;
  const struct zc_v4l2_memory *memory;
  __u32 flags;          /* V4L2_MEMORY_FLAG_* that are wished for */
  gboolean are_dmabufs; /* others may use them: fences count */
  gboolean takes_buffers;

  /* Memory of the driver's: makes one of its planes, told by FRAME. */
  int (*make_memory) (GstZcV4l2Slots *self, guint index, guint plane,
      const struct zc_v4l2_frame *frame, GstMemory **memory,
      const gchar **step);

  /* Makes a buffer that the driver filled ready for its user. */
  void (*give) (GstZcV4l2Slots *self, GstZcV4l2Slot *slot, GstBuffer *buffer,
      const struct zc_v4l2_frame *frame);

  /* Memory of others: which binding it has, NULL if none; makes one; tells the
   * kernel's words for it, and ends what that took. */
  struct _GstZcV4l2Binding *(*find) (GstZcV4l2Slots *self, GstMemory *memory);
  int (*attach) (GstZcV4l2Slots *self, GstMemory *memory,
      struct _GstZcV4l2Binding *binding);
  int (*point) (GstMemory *memory, GstMapFlags access,
      struct zc_v4l2_plane *plane, GstMapInfo *map, const gchar **reason);
  void (*unpoint) (GstMemory *memory, GstMapInfo *map);
};

struct _GstZcV4l2Slots {
  gint refcount;
  const GstZcV4l2Way *way;
  struct zc_v4l2_queue queue;
  guint32 size[VIDEO_MAX_PLANES]; /* that the driver needs of each memory */
  GstVideoInfo info;
  GstZcLayout layout;
  guint max;
  __u32 flags;
  GstZcAllocator *allocator; /* of exported memory */
  GstZcCache *bindings;      /* of imported memory */

  /* Guards the slots and the fields below. GstBuffer functions alone are
   * called with it held; it is the innermost lock. */
  GMutex lock;
  GCond idle;
  GPtrArray *slots; /* by index; NULL where there is a hole */
  GQueue fenced;    /* slots whose memory a device still uses */
  gboolean live;    /* the device may be used */
  gboolean down;    /* and it is not used any more, not even to end it */
  guint users;      /* threads that use it now; shutdown waits for them */
  gint push_error;  /* the first error of giving a buffer back */
  gboolean dry;     /* the driver has nothing, and a pull waits for that */
  gboolean cannot_grow;
  guint last_binding;
  guint64 n_pushed;
  GstZcV4l2Counts counts;

  GSList *user_bindings; /* of user memory; gstzcv4l2binding.c has the lock */
};

/* Between enter and leave the device is there. */
gboolean gst_zc_v4l2_slots_enter (GstZcV4l2Slots *self);
void gst_zc_v4l2_slots_leave (GstZcV4l2Slots *self);

/* With the lock held: the slot of an index, NULL if there is none. */
GstZcV4l2Slot *gst_zc_v4l2_slots_peek (GstZcV4l2Slots *self, guint index);

/* A slot for an index that the driver gave; NULL if there is one already. */
GstZcV4l2Slot *gst_zc_v4l2_slots_add (GstZcV4l2Slots *self, guint index);

/* With the lock held: the slot leaves the table, for an index that is given up
 * next. Before that, because the kernel may give the index to another thread
 * at once. */
void gst_zc_v4l2_slots_unlist (GstZcV4l2Slots *self, GstZcV4l2Slot *slot);

/* After the table was left: frees slot and index, without locks. Where the
 * kernel refuses, the slot is listed again. 0 or negative errno. */
int gst_zc_v4l2_slots_remove (GstZcV4l2Slots *self, GstZcV4l2Slot *slot);

/* One more index, while streaming too; NULL if the limit is reached, or the
 * driver cannot, which is counted. */
GstZcV4l2Slot *gst_zc_v4l2_slots_create (GstZcV4l2Slots *self);

/* Hands a slot with its buffer to the driver, or has a pull do so once nobody
 * uses its memory any more: 0 or negative errno. */
int gst_zc_v4l2_slots_submit (GstZcV4l2Slots *self, GstZcV4l2Slot *slot);

/* The same, with the error kept for the next pull. */
void gst_zc_v4l2_slots_give_back (GstZcV4l2Slots *self, GstZcV4l2Slot *slot);

/* What the device does with memory: writes where it captures. */
GstMapFlags gst_zc_v4l2_slots_get_access (const GstZcV4l2Slots *self);

/* Of a format that is bytes: leaves what the driver wrote, without what it put
 * before it. */
void gst_zc_v4l2_cut_payload (
    GstBuffer *buffer, const struct zc_v4l2_frame *frame);

/* gstzcv4l2own.c: memory of the driver's. */
void gst_zc_v4l2_own_init (void);
int gst_zc_v4l2_own_fill (
    GstZcV4l2Slots *self, GstZcV4l2Slot *slot, const gchar **step);
void gst_zc_v4l2_own_clear (GstZcV4l2Slots *self, GstZcV4l2Slot *slot);

/* gstzcv4l2foreign.c: memory of others. What the driver has at shutdown. */
void gst_zc_v4l2_foreign_release (GstZcV4l2Slots *self, GstZcV4l2Slot *slot);

/* The memory of a binding goes: its slot forgets it. Without locks. */
void gst_zc_v4l2_foreign_forget (
    GstZcV4l2Slots *self, guint index, guint binding);

G_END_DECLS

#endif /* __GST_ZC_V4L2_SLOTS_PRIVATE_H__ */
