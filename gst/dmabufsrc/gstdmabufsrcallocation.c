/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrc-private.h"

#include "gst-libs/allocators/gstzcannouncement.h"

#include <gst/allocators/allocators.h>

#define GST_CAT_DEFAULT gst_dmabuf_src_debug

/* Besides what downstream asks for: one that the device fills, one that waits
 * for it, one on its way. */
#define OWN_BUFFERS 3
#define DOWNSTREAM_BUFFERS 2 /* if downstream does not say */

/* What a stream did counts on when it has ended. */
static void
add_counts (GstZcV4l2Counts *sum, const GstZcV4l2Counts *counts)
{
  sum->attached += counts->attached;
  sum->refused += counts->refused;
  sum->starved += counts->starved;
}

void
gst_dmabuf_src_take_stream (GstDmabufSrc *self, GstDmabufSrcStream *stream)
{
  GstDmabufSrcStream *old;
  GstZcV4l2Counts counts;

  GST_OBJECT_LOCK (self);
  old = self->stream;
  self->stream = stream;
  if (old) {
    gst_zc_v4l2_slots_get_counts (old->slots, &counts);
    add_counts (&self->stats.slots, &counts);
  }
  GST_OBJECT_UNLOCK (self);

  if (old) {
    gst_dmabuf_src_stream_shutdown (old);
    gst_dmabuf_src_stream_unref (old);
    gst_dmabuf_src_camera_end_buffers (&self->camera);
    gst_dmabuf_src_camera_reset_layout (&self->camera);
  }
  gst_dmabuf_src_end_copies (self);
}

/* A stream that starts in between finds the flag. */
void
gst_dmabuf_src_set_flushing (GstDmabufSrc *self, gboolean flushing)
{
  GstDmabufSrcStream *stream = NULL;

  GST_OBJECT_LOCK (self);
  self->flushing = flushing;
  if (self->stream)
    stream = gst_dmabuf_src_stream_ref (self->stream);
  GST_OBJECT_UNLOCK (self);

  gst_dmabuf_src_reconnect_set_flushing (self, flushing);
  if (stream) {
    gst_dmabuf_src_stream_set_flushing (stream, flushing);
    gst_dmabuf_src_stream_unref (stream);
  }
}

/* A size that comes with a pool is that pool's. Who has none says what it needs
 * of the buffers of others. */
static guint
size_without_pool (GstQuery *query)
{
  guint largest = 0;

  for (guint i = 0; i < gst_query_get_n_allocation_pools (query); i++) {
    g_autoptr (GstBufferPool) pool = NULL;
    guint size;

    gst_query_parse_nth_allocation_pool (query, i, &pool, &size, NULL, NULL);
    if (!pool)
      largest = MAX (largest, size);
  }
  return largest;
}

static void
get_wish (GstDmabufSrc *self, GstQuery *query, GstDmabufSrcWish *wish)
{
  *wish = (GstDmabufSrcWish) {
    .camera = &self->camera,
    .pad = GST_BASE_SRC_PAD (self),
    .query = query,
    .min = DOWNSTREAM_BUFFERS,
    .size = size_without_pool (query),
  };
  if (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_parse_nth_allocation_pool (
        query, 0, NULL, NULL, &wish->min, NULL);

  GST_OBJECT_LOCK (self);
  wish->depth = MAX (self->min_buffers, OWN_BUFFERS);
  wish->max = self->max_buffers;
  wish->may_copy = self->copy_policy == GST_ZC_COPY_POLICY_ALLOW;
  GST_OBJECT_UNLOCK (self);
  if (wish->max > 0)
    wish->max = MAX (wish->max, wish->depth);
}

/* So that the driver has enough beside what downstream keeps now. */
static void
grow (GstDmabufSrc *self, guint wanted)
{
  GstZcV4l2Counts counts;

  gst_zc_v4l2_slots_get_counts (self->stream->slots, &counts);
  if (counts.slots >= wanted)
    return;
  gst_dmabuf_src_stream_grow (self->stream, wanted - counts.slots);
  if (gst_zc_v4l2_way_takes_buffers (self->stream->way))
    return;
  gst_zc_v4l2_slots_get_counts (self->stream->slots, &counts);
  GST_OBJECT_LOCK (self);
  self->n_buffers = counts.slots;
  GST_OBJECT_UNLOCK (self);
  gst_dmabuf_src_announce_latency (self);
}

/* Whether downstream, asked again, still is what the stream was made for. */
static gboolean
keeps_stream (GstDmabufSrc *self, const GstDmabufSrcWish *wish)
{
  guint n = gst_query_get_n_allocation_pools (wish->query);

  if (!self->stream)
    return FALSE;
  for (guint i = 0; i < n && self->stream->is_theirs; i++) {
    GstBufferPool *pool;
    gboolean same;

    gst_query_parse_nth_allocation_pool (
        wish->query, i, &pool, NULL, NULL, NULL);
    same = pool == self->stream->pool;
    gst_clear_object (&pool);
    if (same)
      return TRUE;
  }
  if (self->stream->is_theirs)
    return FALSE;
  grow (self, wish->min + wish->depth);
  return TRUE;
}

/* Who names dma-bufs in its caps is a device; who takes anything may be none.
 */
static gboolean
peer_wants_dmabufs (GstDmabufSrc *self)
{
  GstCaps *caps = gst_pad_peer_query_caps (GST_BASE_SRC_PAD (self), NULL);
  gboolean wants = FALSE;

  for (guint i = 0; !wants && i < gst_caps_get_size (caps); i++)
    wants = gst_caps_features_contains (
        gst_caps_get_features (caps, i), GST_CAPS_FEATURE_MEMORY_DMABUF);
  gst_caps_unref (caps);
  return wants;
}

/* Pages of the CPU are never chosen between two devices. */
static void
warn_of_userptr (GstDmabufSrc *self)
{
  if (self->stream->way != &gst_zc_v4l2_way_userptr ||
      !peer_wants_dmabufs (self))
    return;
  GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS,
      ("Frames of %s go to another device through memory of the CPU.",
          self->camera.device->path),
      ("What follows takes dma-bufs, and io-mode is set to userptr: every "
       "frame is copied there. Leave io-mode at auto."));
}

static void
note_start (GstDmabufSrc *self, const GstDmabufSrcStream *stream,
    const GstDmabufSrcFailure *failure)
{
  GstZcV4l2Counts counts;
  gboolean flushing;

  gst_zc_v4l2_slots_get_counts (stream->slots, &counts);
  GST_OBJECT_LOCK (self);
  self->n_buffers = counts.slots;
  self->copies_before = self->stats.copies;
  g_free (self->refused);
  self->refused = g_strdup (gst_zc_refusals_get_text (failure->refused));
  flushing = self->flushing;
  GST_OBJECT_UNLOCK (self);
  if (flushing)
    gst_dmabuf_src_stream_set_flushing (self->stream, TRUE);
  gst_dmabuf_src_start_stamps (self,
      gst_zc_v4l2_slots_get_flags (stream->slots),
      gst_dmabuf_src_camera_get_duration (&self->camera));
}

static void
announce (GstDmabufSrc *self, const GstDmabufSrcWish *wish,
    const GstDmabufSrcFailure *failure)
{
  const GstDmabufSrcStream *stream = self->stream;
  GstBuffer *sample = gst_zc_v4l2_slots_sample (stream->slots);
  gboolean is_copied = self->plain_only && sample &&
                       !gst_dmabuf_src_is_plain (self, sample);
  GstZcAnnouncement announcement = {
    .pad = wish->pad,
    .way = is_copied ? "copy" : stream->path,
    .zero_copy = !is_copied && !failure->must_copy &&
                 !self->camera.device->emulated,
    .sample = sample,
    .buffers = self->n_buffers,
    .refusals = failure->refused,
  };

  gst_query_parse_allocation (wish->query, &announcement.caps, NULL);
  GST_INFO_OBJECT (self, "%s: frames by %s%s", self->camera.device->path,
      stream->path, stream->is_theirs ? ", into downstream's memory" : "");
  gst_zc_announcement_post (&announcement);
  gst_clear_buffer (&sample);
}

static void
tell_failure (GstDmabufSrc *self, const GstDmabufSrcWish *wish,
    const GstDmabufSrcFailure *failure)
{
  const gchar *refused = gst_zc_refusals_get_text (failure->refused);

  if (!wish->may_copy && failure->must_copy)
    gst_dmabuf_src_error_copy (
        GST_ELEMENT (self), self->camera.device->path, refused);
  else
    gst_dmabuf_src_error_start (GST_ELEMENT (self), self->camera.device->path,
        failure->step, failure->error, refused);
}

static gboolean
start_stream (GstDmabufSrc *self, const GstDmabufSrcWish *wish)
{
  GstDmabufSrcFailure failure = { .refused = gst_zc_refusals_new () };
  GstDmabufSrcStream *stream;
  GstDmabufSrcIoMode mode;

  GST_OBJECT_LOCK (self);
  mode = self->io_mode;
  GST_OBJECT_UNLOCK (self);
  gst_dmabuf_src_take_stream (self, NULL);
  stream = gst_dmabuf_src_ways_start (wish, mode, &failure);
  if (stream) {
    gst_dmabuf_src_crop_note_buffers (self);
    gst_dmabuf_src_take_stream (self, stream);
    note_start (self, stream, &failure);
    announce (self, wish, &failure);
  } else {
    tell_failure (self, wish, &failure);
  }
  gst_zc_refusals_free (failure.refused);
  return stream != NULL;
}

/* libv4l2 converts each frame with the CPU. */
static gboolean
is_forbidden (GstDmabufSrc *self, const GstDmabufSrcWish *wish)
{
  if (wish->may_copy || !self->camera.device->emulated)
    return FALSE;
  gst_dmabuf_src_error_copy (GST_ELEMENT (self), self->camera.device->path,
      "libv4l2: it converts every frame with the CPU, because nothing that "
      "follows takes a format of the camera's own");
  return TRUE;
}

/* The base classes look at the first. */
static void
answer (GstDmabufSrc *self, const GstDmabufSrcWish *wish)
{
  guint size = self->camera.layout.size, n = wish->min + wish->depth;
  GstBufferPool *pool = self->stream->pool;

  if (gst_query_get_n_allocation_pools (wish->query) > 0)
    gst_query_set_nth_allocation_pool (wish->query, 0, pool, size, n, 0);
  else
    gst_query_add_allocation_pool (wish->query, pool, size, n, 0);
}

static gboolean
decide (GstDmabufSrc *self, GstQuery *query)
{
  GstDmabufSrcWish wish;
  gboolean for_devices;
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, NULL);
  for_devices = gst_caps_features_contains (
      gst_caps_get_features (caps, 0), GST_CAPS_FEATURE_MEMORY_DMABUF);
  self->plain_only = !for_devices && !gst_query_find_allocation_meta (
                                         query, GST_VIDEO_META_API_TYPE, NULL);

  get_wish (self, query, &wish);
  if (is_forbidden (self, &wish))
    return FALSE;
  if (!keeps_stream (self, &wish) && !start_stream (self, &wish))
    return FALSE;
  answer (self, &wish);
  warn_of_userptr (self);
  return TRUE;
}

gboolean
gst_dmabuf_src_decide_allocation (GstBaseSrc *src, GstQuery *query)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);

  if (!gst_dmabuf_src_reconnect_is_lost (self)) {
    gst_dmabuf_src_reconnect_try (self);
    if (!gst_dmabuf_src_reconnect_tried (self, decide (self, query)))
      return FALSE;
  }
  /* without a stream no pool is made ready */
  while (!self->stream && gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  return TRUE;
}
