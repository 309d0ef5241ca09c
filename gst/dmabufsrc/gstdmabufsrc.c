/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-dmabufsrc
 * @title: dmabufsrc
 * @short_description: captures from V4L2 devices without a copy
 *
 * dmabufsrc captures video from a V4L2 device into buffers that are dma-bufs,
 * exported once and used again and again, so that displays and encoders read
 * what the camera wrote. Downstream that knows DMABuf caps gets those; system
 * memory caps are offered too and carry the same dma-bufs, which are mapped
 * only if somebody reads them.
 *
 * Of what the device and downstream both can, the largest picture is chosen,
 * then the fastest rate, then the driver's order of formats.
 *
 * |[
 * gst-launch-1.0 dmabufsrc ! dmabufsink
 * gst-launch-1.0 dmabufsrc device=/dev/video2 ! video/x-raw,width=640 !
 * fakesink
 * ]|
 */

#include "gstdmabufsrc.h"

#include "gstdmabufsrccamera.h"
#include "gstdmabufsrcerror.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/v4l2/gstzcv4l2pool.h"

#include <errno.h>
#include <gst/base/gstpushsrc.h>

GST_DEBUG_CATEGORY (gst_dmabuf_src_debug);
#define GST_CAT_DEFAULT gst_dmabuf_src_debug

/* Besides what downstream asks for: one that the device fills, one that waits
 * for it, one on its way. */
#define OWN_BUFFERS 3
#define DOWNSTREAM_BUFFERS 2 /* if downstream does not say */

enum { PROP_0, PROP_DEVICE, PROP_STATS, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

typedef struct {
  guint64 frames;
  guint64 dropped;
  guint64 broken;
  guint64 copies;
  guint64 bytes_copied;
} Stats;

typedef struct {
  GstPushSrc parent;

  GstDmabufSrcCamera camera; /* open from READY on */

  /* Of the streaming thread. */
  gboolean plain_only; /* downstream takes no GstVideoMeta */
  gboolean expect_any; /* the next sequence number starts anew */
  guint32 next_sequence;

  /* From set_caps to stop. Written by the streaming thread under the object
   * lock, read under it by others. */
  GstZcV4l2Pool *pool;

  /* The object lock guards what follows. */
  gboolean flushing;  /* between unlock and unlock_stop */
  gchar *device_path; /* the property */
  Stats stats;
  guint n_buffers;
  GstClockTime frame_duration;
  guint32 buffer_flags; /* of the running queue */
  gint64 resumed_ns;    /* CLOCK_MONOTONIC: frames before it are stale */
} GstDmabufSrc;

typedef struct {
  GstPushSrcClass parent;
} GstDmabufSrcClass;

static GType gst_dmabuf_src_get_type (void);
G_DEFINE_TYPE (GstDmabufSrc, gst_dmabuf_src, GST_TYPE_PUSH_SRC)
#define GST_DMABUF_SRC(obj) ((GstDmabufSrc *) (obj))

GST_ELEMENT_REGISTER_DEFINE (
    dmabufsrc, "dmabufsrc", GST_RANK_NONE, gst_dmabuf_src_get_type ())

static void
gst_dmabuf_src_take_pool (GstDmabufSrc *self, GstZcV4l2Pool *pool)
{
  GstZcV4l2Pool *old;

  GST_OBJECT_LOCK (self);
  old = self->pool;
  self->pool = pool;
  GST_OBJECT_UNLOCK (self);

  if (old) {
    gst_zc_v4l2_pool_shutdown (old);
    gst_buffer_pool_set_active (GST_BUFFER_POOL (old), FALSE);
    gst_object_unref (old);
  }
}

/* --- negotiation ------------------------------------------------------- */

static GstCaps *
gst_dmabuf_src_get_caps (GstBaseSrc *src, GstCaps *filter)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  GstCaps *caps = gst_dmabuf_src_camera_get_caps (&self->camera, filter);

  return caps ? caps
              : GST_BASE_SRC_CLASS (gst_dmabuf_src_parent_class)
                    ->get_caps (src, filter);
}

static guint64
largest_area (const GstStructure *s)
{
  GstStructure *copy = gst_structure_copy (s);
  gint width = 0, height = 0;

  gst_structure_fixate_field_nearest_int (copy, "width", G_MAXINT);
  gst_structure_fixate_field_nearest_int (copy, "height", G_MAXINT);
  gst_structure_get_int (copy, "width", &width);
  gst_structure_get_int (copy, "height", &height);
  gst_structure_free (copy);
  return (guint64) width * height;
}

/* The structure with the largest picture, among those with the same kind of
 * memory as the first. */
static guint
best_structure (GstCaps *caps)
{
  GstCapsFeatures *features = gst_caps_get_features (caps, 0);
  guint best = 0;

  for (guint i = 1; i < gst_caps_get_size (caps); i++)
    if (gst_caps_features_is_equal (
            gst_caps_get_features (caps, i), features) &&
        largest_area (gst_caps_get_structure (caps, i)) >
            largest_area (gst_caps_get_structure (caps, best)))
      best = i;
  return best;
}

static GstCaps *
gst_dmabuf_src_fixate (GstBaseSrc *src, GstCaps *caps)
{
  GstCaps *best = gst_caps_copy_nth (caps, best_structure (caps));
  GstStructure *s = gst_caps_get_structure (best, 0);

  gst_caps_unref (caps);
  gst_structure_fixate_field_nearest_int (s, "width", G_MAXINT);
  gst_structure_fixate_field_nearest_int (s, "height", G_MAXINT);
  if (gst_structure_has_field (s, "framerate"))
    gst_structure_fixate_field_nearest_fraction (s, "framerate", G_MAXINT, 1);
  return GST_BASE_SRC_CLASS (gst_dmabuf_src_parent_class)->fixate (src, best);
}

/* What the peer takes of the formats alone comes first, so that the driver is
 * asked for the sizes and rates of those only. */
static GstCaps *
gst_dmabuf_src_find_caps (GstDmabufSrc *self)
{
  GstPad *pad = GST_BASE_SRC_PAD (self);
  GstCaps *coarse, *peer, *caps;

  coarse = gst_dmabuf_src_camera_get_coarse_caps (&self->camera);
  peer = gst_pad_peer_query_caps (pad, coarse);
  caps = gst_dmabuf_src_camera_get_caps (&self->camera, peer);

  if (gst_caps_is_empty (caps)) {
    gst_caps_unref (peer);
    peer = gst_pad_peer_query_caps (pad, NULL);
    gst_dmabuf_src_error_no_common_caps (
        GST_ELEMENT (self), self->camera.device->path, coarse, peer);
    gst_clear_caps (&caps);
  }
  gst_caps_unref (peer);
  gst_caps_unref (coarse);
  return caps;
}

static gboolean gst_dmabuf_src_set_caps (GstBaseSrc *src, GstCaps *caps);

/* The base class does not set caps that the pad has already; the device needs
 * them all the same if it was left without. */
static gboolean
gst_dmabuf_src_apply_caps (GstDmabufSrc *self, GstCaps *caps)
{
  GstBaseSrc *src = GST_BASE_SRC (self);
  GstCaps *current = gst_pad_get_current_caps (GST_BASE_SRC_PAD (src));
  gboolean same = current && gst_caps_is_equal (caps, current);

  gst_clear_caps (&current);
  if (!same)
    return gst_base_src_set_caps (src, caps);
  return self->pool || gst_dmabuf_src_set_caps (src, caps);
}

static gboolean
gst_dmabuf_src_negotiate (GstBaseSrc *src)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  GstCaps *caps = gst_dmabuf_src_find_caps (self);
  gboolean ok;

  if (!caps)
    return FALSE;

  caps = gst_dmabuf_src_fixate (src, caps);
  if (!gst_structure_has_field (
          gst_caps_get_structure (caps, 0), "colorimetry"))
    caps = gst_dmabuf_src_camera_add_colorimetry (&self->camera, caps);
  ok = gst_dmabuf_src_apply_caps (self, caps);
  gst_caps_unref (caps);
  return ok;
}

static gboolean
gst_dmabuf_src_set_caps (GstBaseSrc *src, GstCaps *caps)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  GstDmabufSrcCamera *camera = &self->camera;

  gst_dmabuf_src_take_pool (self, NULL);
  if (!gst_dmabuf_src_camera_configure (camera, GST_ELEMENT (self), caps))
    return FALSE;

  gst_dmabuf_src_take_pool (
      self, GST_ZC_V4L2_POOL (gst_zc_v4l2_pool_new (camera->device,
                &camera->format, &camera->info, &camera->layout)));
  return TRUE;
}

static gboolean
gst_dmabuf_src_start_pool (GstDmabufSrc *self, GstCaps *caps, guint count)
{
  GstBufferPool *pool = GST_BUFFER_POOL (self->pool);
  GstStructure *config = gst_buffer_pool_get_config (pool);
  gboolean flushing;
  const gchar *step;
  gint error;

  gst_buffer_pool_config_set_params (
      config, caps, self->camera.layout.size, count, count);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  gst_buffer_pool_set_config (pool, config);

  if (!gst_buffer_pool_set_active (pool, TRUE)) {
    error = gst_zc_v4l2_pool_get_error (self->pool, &step);
    gst_dmabuf_src_error_start (
        GST_ELEMENT (self), self->camera.device->path, step, count, error);
    return FALSE;
  }

  GST_OBJECT_LOCK (self);
  self->n_buffers = gst_zc_v4l2_pool_get_count (self->pool);
  self->frame_duration = gst_dmabuf_src_camera_get_duration (&self->camera);
  self->buffer_flags = gst_zc_v4l2_pool_get_flags (self->pool);
  flushing = self->flushing;
  GST_OBJECT_UNLOCK (self);
  if (flushing)
    gst_buffer_pool_set_flushing (pool, TRUE);
  self->expect_any = TRUE;
  if (self->n_buffers < count)
    GST_WARNING_OBJECT (self,
        "%s: asked for %u buffers, got %u: frames may be "
        "lost while downstream holds them",
        self->camera.device->path, count, self->n_buffers);
  GST_INFO_OBJECT (self, "%s: %u buffers, exported as dma-bufs",
      self->camera.device->path, self->n_buffers);
  return TRUE;
}

static gboolean
gst_dmabuf_src_decide_allocation (GstBaseSrc *src, GstQuery *query)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  GstBufferPool *pool = GST_BUFFER_POOL (self->pool);
  guint min = DOWNSTREAM_BUFFERS, size = self->camera.layout.size;
  guint n_pools = gst_query_get_n_allocation_pools (query);
  GstCaps *caps;

  if (!pool)
    return FALSE;
  gst_query_parse_allocation (query, &caps, NULL);
  if (n_pools > 0)
    gst_query_parse_nth_allocation_pool (query, 0, NULL, NULL, &min, NULL);

  self->plain_only = !gst_video_is_dma_drm_caps (caps) &&
                     !gst_query_find_allocation_meta (
                         query, GST_VIDEO_META_API_TYPE, NULL);

  if (!gst_buffer_pool_is_active (pool) &&
      !gst_dmabuf_src_start_pool (self, caps, min + OWN_BUFFERS))
    return FALSE;

  min = self->n_buffers;
  if (n_pools > 0)
    gst_query_set_nth_allocation_pool (query, 0, pool, size, min, min);
  else
    gst_query_add_allocation_pool (query, pool, size, min, min);
  return TRUE;
}

/* --- frames ------------------------------------------------------------ */

static gboolean
has_monotonic_stamp (const struct zc_v4l2_frame *frame)
{
  return (frame->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) ==
         V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
}

/* Running time of the frame: now, less the age that the kernel's stamp gives
 * it. A stamp in the future makes it no younger than now (vivid's lie up to a
 * frame ahead); one of an unknown clock says nothing. */
static GstClockTime
gst_dmabuf_src_running_time (
    GstDmabufSrc *self, const struct zc_v4l2_frame *frame)
{
  GstClock *clock = gst_element_get_clock (GST_ELEMENT (self));
  GstClockTime now, base = gst_element_get_base_time (GST_ELEMENT (self));
  gint64 age = 0;

  if (!clock)
    return GST_CLOCK_TIME_NONE;

  now = gst_clock_get_time (clock);
  gst_object_unref (clock);
  if (has_monotonic_stamp (frame))
    age = g_get_monotonic_time () * 1000 - frame->timestamp_ns;

  now -= MIN (base, now);
  return now - CLAMP (age, 0, (gint64) now);
}

static void
gst_dmabuf_src_stamp (
    GstDmabufSrc *self, GstBuffer *buffer, const struct zc_v4l2_frame *frame)
{
  guint32 lost = 0;

  if (!self->expect_any)
    lost = frame->sequence - self->next_sequence;
  if (lost > G_MAXINT32) /* the counter went backwards: it was reset */
    lost = 0;
  if (self->expect_any || lost > 0)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  if (lost > 0 && self->stats.dropped == 0)
    GST_WARNING_OBJECT (self,
        "%s: %u frames lost; from now on they are only counted",
        self->camera.device->path, lost);
  self->expect_any = FALSE;
  self->next_sequence = frame->sequence + 1;

  GST_BUFFER_PTS (buffer) = gst_dmabuf_src_running_time (self, frame);
  GST_BUFFER_DURATION (buffer) = self->frame_duration;
  GST_BUFFER_OFFSET (buffer) = frame->sequence;
  GST_BUFFER_OFFSET_END (buffer) = (guint64) frame->sequence + 1;

  GST_OBJECT_LOCK (self);
  self->stats.frames++;
  self->stats.dropped += lost;
  GST_OBJECT_UNLOCK (self);
}

/* Whether the frame lies in memory as its caps alone imply. */
static gboolean
is_plain (const GstVideoInfo *info, GstBuffer *buffer)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);

  if (gst_buffer_n_memory (buffer) > 1)
    return FALSE;
  for (guint i = 0; i < meta->n_planes; i++)
    if (meta->stride[i] != GST_VIDEO_INFO_PLANE_STRIDE (info, i) ||
        meta->offset[i] != GST_VIDEO_INFO_PLANE_OFFSET (info, i))
      return FALSE;
  return TRUE;
}

/* For a peer that needs plain lines and planes. */
static GstFlowReturn
gst_dmabuf_src_copy (GstDmabufSrc *self, GstBuffer **buffer)
{
  gsize size = GST_VIDEO_INFO_SIZE (&self->camera.info);
  GstBuffer *copy = gst_buffer_new_allocate (NULL, size, NULL);
  GstVideoFrame from, to;
  gboolean ok = FALSE;

  gst_buffer_copy_into (
      copy, *buffer, GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS, 0, -1);
  if (gst_video_frame_map (&from, &self->camera.info, *buffer, GST_MAP_READ)) {
    if (gst_video_frame_map (&to, &self->camera.info, copy, GST_MAP_WRITE)) {
      ok = gst_video_frame_copy (&to, &from);
      gst_video_frame_unmap (&to);
    }
    gst_video_frame_unmap (&from);
  }
  gst_buffer_unref (*buffer);
  *buffer = copy;
  if (!ok) {
    GST_ELEMENT_ERROR (self, RESOURCE, READ,
        ("A frame of %s cannot be read.", self->camera.device->path),
        ("Mapping its dma-buf failed; the log has the reason."));
    gst_clear_buffer (buffer);
    return GST_FLOW_ERROR;
  }

  if (self->stats.copies == 0)
    GST_ELEMENT_WARNING (self, STREAM, FORMAT,
        ("Frames of %s are copied.", self->camera.device->path),
        ("What follows does not take GstVideoMeta, and the camera's lines or "
         "planes are padded. A size without padding, or DMABuf caps, avoid "
         "it."));
  GST_OBJECT_LOCK (self);
  self->stats.copies++;
  self->stats.bytes_copied += size;
  GST_OBJECT_UNLOCK (self);
  return GST_FLOW_OK;
}

/* Captured before the pipeline (re)started, and waiting since. */
static gboolean
gst_dmabuf_src_is_stale (GstDmabufSrc *self, const struct zc_v4l2_frame *frame)
{
  gboolean stale;

  GST_OBJECT_LOCK (self);
  stale = has_monotonic_stamp (frame) && frame->timestamp_ns < self->resumed_ns;
  GST_OBJECT_UNLOCK (self);
  return stale;
}

static GstFlowReturn
gst_dmabuf_src_acquire (
    GstDmabufSrc *self, GstBuffer **buffer, GstZcV4l2AcquireParams *params)
{
  GstFlowReturn flow = gst_buffer_pool_acquire_buffer (
      GST_BUFFER_POOL (self->pool), buffer, &params->parent);

  if (params->broken > 0) {
    GST_WARNING_OBJECT (self, "%s: %u frames marked as broken by the driver",
        self->camera.device->path, params->broken);
    GST_OBJECT_LOCK (self);
    self->stats.broken += params->broken;
    GST_OBJECT_UNLOCK (self);
    self->next_sequence += params->broken;
  }
  if (flow == GST_FLOW_ERROR)
    gst_dmabuf_src_error_streaming (
        GST_ELEMENT (self), self->camera.device->path, params->error);
  return flow;
}

static GstFlowReturn
gst_dmabuf_src_create (GstPushSrc *src, GstBuffer **buffer)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  GstZcV4l2AcquireParams params = { 0 };
  GstFlowReturn flow;

  while (
      (flow = gst_dmabuf_src_acquire (self, buffer, &params)) == GST_FLOW_OK &&
      gst_dmabuf_src_is_stale (self, &params.frame)) {
    gst_clear_buffer (buffer);
    self->expect_any = TRUE;
  }
  if (flow != GST_FLOW_OK)
    return flow;

  gst_dmabuf_src_stamp (self, *buffer, &params.frame);
  if (self->plain_only && !is_plain (&self->camera.info, *buffer))
    return gst_dmabuf_src_copy (self, buffer);
  return GST_FLOW_OK;
}

/* A pool that starts in between finds the flag. */
static void
gst_dmabuf_src_set_flushing (GstDmabufSrc *self, gboolean flushing)
{
  GstBufferPool *pool = NULL;

  GST_OBJECT_LOCK (self);
  self->flushing = flushing;
  if (self->pool)
    pool = gst_object_ref (GST_BUFFER_POOL (self->pool));
  GST_OBJECT_UNLOCK (self);

  if (pool) {
    gst_buffer_pool_set_flushing (pool, flushing);
    gst_object_unref (pool);
  }
}

static gboolean
gst_dmabuf_src_unlock (GstBaseSrc *src)
{
  gst_dmabuf_src_set_flushing (GST_DMABUF_SRC (src), TRUE);
  return TRUE;
}

static gboolean
gst_dmabuf_src_unlock_stop (GstBaseSrc *src)
{
  gst_dmabuf_src_set_flushing (GST_DMABUF_SRC (src), FALSE);
  return TRUE;
}

/* --- states, queries, properties --------------------------------------- */

static GstStructure *
gst_dmabuf_src_get_stats (GstDmabufSrc *self)
{
  GstStructure *s;

  GST_OBJECT_LOCK (self);
  s = gst_structure_new ("dmabufsrc-stats", "frames", G_TYPE_UINT64,
      self->stats.frames, "dropped", G_TYPE_UINT64, self->stats.dropped,
      "broken", G_TYPE_UINT64, self->stats.broken, "copies", G_TYPE_UINT64,
      self->stats.copies, "bytes-copied", G_TYPE_UINT64,
      self->stats.bytes_copied, "buffers", G_TYPE_UINT, self->n_buffers, "path",
      G_TYPE_STRING, self->stats.copies > 0 ? "copy" : "dmabuf-export", NULL);
  GST_OBJECT_UNLOCK (self);
  return s;
}

static gboolean
gst_dmabuf_src_start (GstBaseSrc *src)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);

  GST_OBJECT_LOCK (self);
  self->stats = (Stats) { 0 };
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

static gboolean
gst_dmabuf_src_stop (GstBaseSrc *src)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  GstStructure *stats = gst_dmabuf_src_get_stats (self);

  GST_INFO_OBJECT (self, "stopped: %" GST_PTR_FORMAT, (void *) stats);
  gst_structure_free (stats);
  gst_dmabuf_src_take_pool (self, NULL);
  return TRUE;
}

static gboolean
gst_dmabuf_src_open (GstDmabufSrc *self)
{
  g_autofree gchar *path = NULL;

  GST_OBJECT_LOCK (self);
  path = g_strdup (self->device_path);
  GST_OBJECT_UNLOCK (self);
  return gst_dmabuf_src_camera_open (&self->camera, GST_ELEMENT (self), path);
}

static GstStateChangeReturn
gst_dmabuf_src_change_state (GstElement *element, GstStateChange transition)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY &&
      !gst_dmabuf_src_open (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING) {
    GST_OBJECT_LOCK (self);
    self->resumed_ns = g_get_monotonic_time () * 1000;
    GST_OBJECT_UNLOCK (self);
  }

  ret = GST_ELEMENT_CLASS (gst_dmabuf_src_parent_class)
            ->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_READY_TO_NULL)
    gst_dmabuf_src_camera_close (&self->camera);
  return ret;
}

/* A stamp from the start of a frame makes it one frame old when it is whole;
 * one from its end makes it new. */
static gboolean
gst_dmabuf_src_answer_latency (GstDmabufSrc *self, GstQuery *query)
{
  GstClockTime frame, min;
  guint n_buffers;

  GST_OBJECT_LOCK (self);
  n_buffers = self->pool ? self->n_buffers : 0;
  frame = self->frame_duration;
  min = (self->buffer_flags & V4L2_BUF_FLAG_TSTAMP_SRC_MASK) ==
                V4L2_BUF_FLAG_TSTAMP_SRC_SOE
            ? frame
            : 0;
  GST_OBJECT_UNLOCK (self);

  if (n_buffers == 0 || !GST_CLOCK_TIME_IS_VALID (frame))
    return FALSE;
  gst_query_set_latency (query, TRUE, min, frame * n_buffers);
  return TRUE;
}

static gboolean
gst_dmabuf_src_query (GstBaseSrc *src, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    return gst_dmabuf_src_answer_latency (GST_DMABUF_SRC (src), query);
  return GST_BASE_SRC_CLASS (gst_dmabuf_src_parent_class)->query (src, query);
}

static void
gst_dmabuf_src_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (object);

  switch (id) {
    case PROP_DEVICE:
      GST_OBJECT_LOCK (self);
      g_free (self->device_path);
      self->device_path = g_value_dup_string (value);
      GST_OBJECT_UNLOCK (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_dmabuf_src_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (object);

  switch (id) {
    case PROP_DEVICE:
      GST_OBJECT_LOCK (self);
      g_value_set_string (value, self->device_path);
      GST_OBJECT_UNLOCK (self);
      break;
    case PROP_STATS:
      g_value_take_boxed (value, gst_dmabuf_src_get_stats (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_dmabuf_src_finalize (GObject *object)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (object);

  g_free (self->device_path);
  gst_dmabuf_src_camera_clear (&self->camera);
  G_OBJECT_CLASS (gst_dmabuf_src_parent_class)->finalize (object);
}

static void
gst_dmabuf_src_init (GstDmabufSrc *self)
{
  gst_dmabuf_src_camera_init (&self->camera);
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}

static void
gst_dmabuf_src_install_properties (GObjectClass *klass)
{
  properties[PROP_DEVICE] = g_param_spec_string ("device", "Device",
      "Path of the capture device, such as /dev/video0; none means the first "
      "that captures video by itself; read when leaving NULL (default: none)",
      NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "Counts since the start: frames, dropped (lost before they could be "
      "captured), broken (marked so by the driver), copies (frames) and "
      "bytes-copied by the CPU, buffers, and the path taken",
      GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (klass, N_PROPERTIES, properties);
}

static void
gst_dmabuf_src_class_init (GstDmabufSrcClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *src_class = GST_BASE_SRC_CLASS (klass);
  GstCaps *caps = gst_zc_caps_template ();

  GST_DEBUG_CATEGORY_INIT (
      gst_dmabuf_src_debug, "dmabufsrc", 0, "zero-copy V4L2 capture");

  object_class->set_property = gst_dmabuf_src_set_property;
  object_class->get_property = gst_dmabuf_src_get_property;
  object_class->finalize = gst_dmabuf_src_finalize;
  gst_dmabuf_src_install_properties (object_class);

  gst_element_class_set_static_metadata (element_class, "V4L2 dma-buf source",
      "Source/Video/Hardware",
      "Captures video from a V4L2 device into dma-bufs, without a copy",
      "The gst-dmabuf developers");
  gst_element_class_add_pad_template (element_class,
      gst_pad_template_new ("src", GST_PAD_SRC, GST_PAD_ALWAYS, caps));
  gst_caps_unref (caps);
  element_class->change_state = gst_dmabuf_src_change_state;

  src_class->get_caps = gst_dmabuf_src_get_caps;
  src_class->fixate = gst_dmabuf_src_fixate;
  src_class->negotiate = gst_dmabuf_src_negotiate;
  src_class->set_caps = gst_dmabuf_src_set_caps;
  src_class->decide_allocation = gst_dmabuf_src_decide_allocation;
  src_class->query = gst_dmabuf_src_query;
  src_class->start = gst_dmabuf_src_start;
  src_class->stop = gst_dmabuf_src_stop;
  src_class->unlock = gst_dmabuf_src_unlock;
  src_class->unlock_stop = gst_dmabuf_src_unlock_stop;
  GST_PUSH_SRC_CLASS (klass)->create = gst_dmabuf_src_create;
}
