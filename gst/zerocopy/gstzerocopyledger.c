/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzerocopyledger.h"

#include "gstzerocopystorage.h"

GstZerocopyLedger gst_zerocopy_ledger;

/* Of one buffer: GStreamer merges more. */
#define MAX_MEMORIES 16

static GstZerocopyElement *
element_new (gpointer object, const char *name, const char *top)
{
  GstZerocopyElement *self = g_new0 (GstZerocopyElement, 1);

  self->alive = object;
  self->name = g_strdup (name);
  self->top = g_strdup (top);
  g_ptr_array_add (gst_zerocopy_ledger.elements, self);
  return self;
}

void
gst_zerocopy_ledger_start (void)
{
  GstZerocopyLedger *self = &gst_zerocopy_ledger;

  if (!self->elements) {
    self->elements = g_ptr_array_new ();
    self->links = g_ptr_array_new ();
    self->start = gst_util_get_timestamp ();
    self->nobody = element_new (NULL, "(no element)", "");
  }
  g_atomic_int_set (&self->active, TRUE);
}

void
gst_zerocopy_ledger_stop (void)
{
  g_atomic_int_set (&gst_zerocopy_ledger.active, FALSE);
}

/* All that are too many. */
static GstZerocopyElement *
get_others (void)
{
  GPtrArray *all = gst_zerocopy_ledger.elements;

  while (all->len <= GST_ZEROCOPY_MAX_ELEMENTS)
    element_new (NULL, "(others)", "");
  return all->pdata[GST_ZEROCOPY_MAX_ELEMENTS];
}

GstZerocopyElement *
gst_zerocopy_ledger_get_element (
    gpointer object, const char *name, const char *top)
{
  GPtrArray *all = gst_zerocopy_ledger.elements;
  GstZerocopyElement *dead = NULL;

  for (guint i = 1; i < all->len; i++) {
    GstZerocopyElement *self = all->pdata[i];

    if (self->alive == object)
      return self;
    if (!self->alive && strcmp (self->name, name) == 0 &&
        strcmp (self->top, top) == 0)
      dead = self;
  }
  if (dead) {
    dead->alive = object;
    return dead;
  }
  if (all->len < GST_ZEROCOPY_MAX_ELEMENTS)
    return element_new (object, name, top);
  return get_others ();
}

static GstZerocopyLink *
link_new (gpointer pad, GstZerocopyElement *src, const char *src_pad,
    GstZerocopyElement *sink, const char *sink_pad)
{
  GstZerocopyLink *self = g_new0 (GstZerocopyLink, 1);

  self->id = gst_zerocopy_ledger.links->len;
  self->alive = pad;
  self->src = src;
  self->sink = sink;
  self->src_pad = g_strdup (src_pad);
  self->sink_pad = g_strdup (sink_pad);
  self->memory = "?";
  g_ptr_array_add (gst_zerocopy_ledger.links, self);
  return self;
}

GstZerocopyLink *
gst_zerocopy_ledger_get_link (gpointer pad, GstZerocopyElement *src,
    const char *src_pad, GstZerocopyElement *sink, const char *sink_pad)
{
  GPtrArray *all = gst_zerocopy_ledger.links;

  for (guint i = 0; i < all->len; i++) {
    GstZerocopyLink *self = all->pdata[i];

    if (self->src != src || self->sink != sink ||
        (self->alive && self->alive != pad) ||
        strcmp (self->src_pad, src_pad) != 0 ||
        strcmp (self->sink_pad, sink_pad) != 0)
      continue;
    self->alive = pad;
    return self;
  }
  if (all->len < GST_ZEROCOPY_MAX_LINKS)
    return link_new (pad, src, src_pad, sink, sink_pad);
  if (all->len == GST_ZEROCOPY_MAX_LINKS)
    return link_new (NULL, get_others (), "", get_others (), "");
  return all->pdata[GST_ZEROCOPY_MAX_LINKS];
}

void
gst_zerocopy_ledger_forget (gpointer object)
{
  GstZerocopyLedger *self = &gst_zerocopy_ledger;

  gst_zerocopy_ledger_lock ();
  for (guint i = 0; i < self->elements->len; i++) {
    GstZerocopyElement *element = self->elements->pdata[i];

    if (element->alive == object)
      element->alive = NULL;
  }
  for (guint i = 0; i < self->links->len; i++) {
    GstZerocopyLink *link = self->links->pdata[i];

    if (link->alive == object)
      link->alive = NULL;
  }
  gst_zerocopy_ledger_unlock ();
}

static void
add_copy (GstZerocopyCopies *copies, gsize bytes)
{
  copies->frames++;
  copies->bytes += bytes;
}

static GstZerocopyFrame *
frame_of (GstZerocopyElement *element, guint serial)
{
  GstZerocopyFrame *frame = &element->frames[serial % GST_ZEROCOPY_MAX_FRAMES];

  return frame->serial == serial && frame->link ? frame : NULL;
}

static void
frame_copied (GstZerocopyFrame *frame, gsize bytes)
{
  GstZerocopyElement *element = frame->link->sink;

  frame->settled = TRUE;
  element->unsettled--;
  add_copy (&frame->link->copied, bytes);
  add_copy (&element->copies, bytes);
}

static gboolean
is_unsettled (const GstZerocopyFrame *frame)
{
  return frame->read > 0 && !frame->settled;
}

GstZerocopyFrame *
gst_zerocopy_ledger_find_copied (
    const GstZerocopyStorage *storage, gsize *bytes)
{
  GstZerocopyFrame *frame;

  if (!storage->writer)
    return NULL;
  frame = frame_of (storage->writer, storage->writer_serial);
  if (!frame || !is_unsettled (frame) || storage->written < frame->bytes / 2)
    return NULL;
  *bytes = MIN (frame->read, storage->written);
  return frame;
}

/* What was written and never pushed will not be any more. */
static void
settle_writing (GstZerocopyStorage *storage)
{
  gsize bytes;
  GstZerocopyFrame *frame = gst_zerocopy_ledger_find_copied (storage, &bytes);

  if (frame)
    frame_copied (frame, bytes);
  storage->writer = NULL;
}

static GstZerocopyHolder *
find_holder (GstZerocopyStorage *storage, const GstZerocopyElement *element)
{
  for (guint i = storage->n_holders; i-- > 0;)
    if (storage->holders[i].element == element)
      return &storage->holders[i];
  return NULL;
}

static void
let_go (GstZerocopyHolder *holder, GstClockTime now)
{
  GstZerocopyElement *element = holder->element;
  GstClockTime held = now > holder->since ? now - holder->since : 0;

  if (holder->out)
    return;
  holder->out = TRUE;
  element->held_frames++;
  element->held_total += held;
  element->held_max = MAX (element->held_max, held);
}

static void
let_all_go (GstZerocopyStorage *storage, GstClockTime now)
{
  for (guint i = 0; i < storage->n_holders; i++)
    let_go (&storage->holders[i], now);
  storage->n_holders = 0;
}

void
gst_zerocopy_ledger_settle (GstZerocopyStorage *storage, GstClockTime now)
{
  settle_writing (storage);
  let_all_go (storage, now);
}

static void
hold (
    GstZerocopyStorage *storage, GstZerocopyElement *element, GstClockTime now)
{
  GstZerocopyHolder *holder = find_holder (storage, element);

  if (!holder) {
    if (storage->n_holders == GST_ZEROCOPY_MAX_HOLDERS) {
      let_go (&storage->holders[0], now);
      storage->n_holders--;
      memmove (&storage->holders[0], &storage->holders[1],
          storage->n_holders * sizeof (storage->holders[0]));
    }
    holder = &storage->holders[storage->n_holders++];
  }
  *holder = (GstZerocopyHolder) { element, element->serial, now, FALSE };
}

/* Its frame goes on as it is: whatever was read of it, it is not copied. */
static void
pass_on (GstZerocopyHolder *holder, GstClockTime now)
{
  GstZerocopyFrame *frame = frame_of (holder->element, holder->serial);

  let_go (holder, now);
  if (!frame)
    return;
  if (is_unsettled (frame))
    holder->element->unsettled--;
  frame->settled = TRUE;
}

/* What an element pushed that did not come in. */
typedef struct {
  gsize bytes;
  gboolean written; /* by the element itself */
} Origin;

static void
storage_leaves (GstZerocopyStorage *storage, GstZerocopyElement *element,
    gsize bytes, GstClockTime now, Origin *origin)
{
  GstZerocopyHolder *holder = find_holder (storage, element);

  if (holder) {
    pass_on (holder, now);
    return;
  }
  origin->bytes += bytes;
  origin->written |= storage->writer == element;
  storage->writer = NULL;
  let_all_go (storage, now);
}

static void
judge_frames (GstZerocopyElement *element, GstClockTime pts, Origin *origin)
{
  guint n = MIN (element->serial, GST_ZEROCOPY_MAX_FRAMES);

  for (guint i = 0; i < n && element->unsettled > 0; i++) {
    GstZerocopyFrame *frame = frame_of (element, element->serial - i);

    if (frame && is_unsettled (frame) &&
        (origin->written ||
            (pts == frame->pts && GST_CLOCK_TIME_IS_VALID (pts))))
      frame_copied (frame, MIN (frame->read, origin->bytes));
  }
}

static void
judge_push (GstZerocopyLink *link, GstClockTime pts, Origin *origin)
{
  GstZerocopyElement *element = link->src;
  gsize own_read = element->own_read;

  element->own_read = 0;
  if (link->kind != GST_ZEROCOPY_RAW)
    return;
  if (element->unsettled > 0) {
    judge_frames (element, pts, origin);
  } else if (origin->written && own_read > 0 && own_read >= origin->bytes / 2) {
    add_copy (&link->made, MIN (own_read, origin->bytes));
    add_copy (&element->copies, MIN (own_read, origin->bytes));
  }
}

static void
frame_arrives (GstZerocopyLink *link, GstClockTime pts, gsize bytes)
{
  GstZerocopyElement *element = link->sink;
  guint serial = ++element->serial;
  GstZerocopyFrame *frame = &element->frames[serial % GST_ZEROCOPY_MAX_FRAMES];

  if (is_unsettled (frame))
    element->unsettled--;
  *frame = (GstZerocopyFrame) {
    .link = link, .serial = serial, .pts = pts, .bytes = bytes
  };
}

static void
count_buffer (GstZerocopyLink *link, gsize bytes, GstClockTime now)
{
  if (link->buffers++ == 0)
    link->first = now;
  link->last = now;
  link->bytes += bytes;
}

static void
count_storage (GstZerocopyLink *link, GstZerocopyStorage *storage)
{
  if (gst_zerocopy_storage_was_seen (storage, link))
    return;
  link->distinct++;
  link->dmabufs += storage->dmabuf;
}

static void
pass_storages (GstZerocopyLink *link, GstZerocopyStorage **storages,
    const gsize *sizes, guint n, GstClockTime pts, GstClockTime now)
{
  Origin origin = { 0, FALSE };
  gsize bytes = 0;

  for (guint i = 0; i < n; i++) {
    bytes += sizes[i];
    if (storages[i])
      storage_leaves (storages[i], link->src, sizes[i], now, &origin);
  }
  if (origin.bytes > 0)
    judge_push (link, pts, &origin);
  count_buffer (link, bytes, now);
  frame_arrives (link, pts, bytes);
  for (guint i = 0; i < n; i++) {
    if (!storages[i])
      continue;
    count_storage (link, storages[i]);
    hold (storages[i], link->sink, now);
  }
}

GstClockTime
gst_zerocopy_ledger_get_time (GstClockTime stamp)
{
  static gsize offset;

  if (g_once_init_enter (&offset))
    g_once_init_leave (&offset, MAX (gst_util_get_timestamp () - stamp, 1));
  return stamp + offset;
}

void
gst_zerocopy_ledger_pass (
    GstZerocopyLink *link, GstBuffer *buffer, GstClockTime stamp)
{
  GstClockTime now = gst_zerocopy_ledger_get_time (stamp);
  guint n = MIN (gst_buffer_n_memory (buffer), MAX_MEMORIES);
  gboolean follow = link->kind != GST_ZEROCOPY_OTHER;
  GstZerocopyStorage *storages[MAX_MEMORIES];
  gsize sizes[MAX_MEMORIES];

  for (guint i = 0; i < n; i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);

    sizes[i] = memory->size;
    storages[i] = gst_zerocopy_storage_get (
        memory, follow && memory->size >= GST_ZEROCOPY_SMALL);
  }
  gst_zerocopy_ledger_lock ();
  pass_storages (link, storages, sizes, n, GST_BUFFER_PTS (buffer), now);
  gst_zerocopy_ledger_unlock ();
}

static void
count_map (GstZerocopyElement *element, gsize bytes, GstMapFlags flags)
{
  if (flags & GST_MAP_READ) {
    element->maps_read++;
    element->bytes_read += bytes;
  }
  if (flags & GST_MAP_WRITE) {
    element->maps_write++;
    element->bytes_written += bytes;
  }
}

static void
read_frame (GstZerocopyFrame *frame, gsize bytes)
{
  if (frame->link->kind != GST_ZEROCOPY_RAW)
    return;
  if (frame->read == 0) {
    frame->link->read++;
    if (!frame->settled)
      frame->link->sink->unsettled++;
  }
  frame->read = MIN (frame->bytes, frame->read + bytes);
}

static void
map_input (GstZerocopyHolder *holder, gsize bytes, GstMapFlags flags)
{
  GstZerocopyFrame *frame = frame_of (holder->element, holder->serial);

  if (frame && flags & GST_MAP_READ)
    read_frame (frame, bytes);
}

/* Storage that did not come in. */
static void
map_own (GstZerocopyStorage *storage, GstZerocopyElement *owner, gsize bytes,
    GstMapFlags flags)
{
  if (flags & GST_MAP_WRITE) {
    if (storage->writer != owner || storage->writer_serial != owner->serial) {
      settle_writing (storage);
      storage->written = 0;
    }
    storage->writer = owner;
    storage->writer_serial = owner->serial;
    storage->written = MAX (storage->written, bytes);
  } else if (storage->writer != owner) {
    owner->own_read += bytes;
  }
}

/* Who has it, when a thread of nobody's maps it. */
static GstZerocopyElement *
last_holder (GstZerocopyStorage *storage)
{
  for (guint i = storage->n_holders; i-- > 0;)
    if (!storage->holders[i].out)
      return storage->holders[i].element;
  return gst_zerocopy_ledger.nobody;
}

void
gst_zerocopy_ledger_map (
    GstZerocopyElement *owner, GstMemory *memory, GstMapFlags flags)
{
  gsize bytes = memory->size;
  GstZerocopyStorage *storage = gst_zerocopy_storage_get (
      memory, bytes >= GST_ZEROCOPY_SMALL);
  GstZerocopyHolder *holder;

  gst_zerocopy_ledger_lock ();
  if (!owner)
    owner = storage ? last_holder (storage) : gst_zerocopy_ledger.nobody;
  count_map (owner, bytes, flags);
  if (storage && owner != gst_zerocopy_ledger.nobody) {
    holder = find_holder (storage, owner);
    if (holder)
      map_input (holder, bytes, flags);
    else
      map_own (storage, owner, bytes, flags);
  }
  gst_zerocopy_ledger_unlock ();
}

void
gst_zerocopy_ledger_sync (GstZerocopyElement *owner, guint64 n)
{
  gst_zerocopy_ledger_lock ();
  if (!owner)
    owner = gst_zerocopy_ledger.nobody;
  if (owner)
    owner->syncs += n;
  gst_zerocopy_ledger_unlock ();
}

void
gst_zerocopy_ledger_release (GstMemory *memory)
{
  GstZerocopyStorage *storage = gst_zerocopy_storage_get (memory, FALSE);

  if (!storage)
    return;
  gst_zerocopy_ledger_lock ();
  let_all_go (storage, gst_util_get_timestamp ());
  gst_zerocopy_ledger_unlock ();
}
