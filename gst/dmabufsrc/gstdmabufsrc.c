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

#include "gstdmabufsrcerror.h"
#include "gstdmabufsrcformats.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/v4l2/gstzcv4l2pool.h"

#include <errno.h>
#include <gst/base/gstpushsrc.h>

GST_DEBUG_CATEGORY_STATIC (gst_dmabuf_src_debug);
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

  /* Guards device and formats against queries from other threads while the
   * state changes. Enumeration is done under it; the streaming thread does
   * not take it per frame. Taken before the object lock. */
  GMutex lock;
  struct zc_v4l2_device *device; /* from READY on */
  GstDmabufSrcFormats *formats;

  /* Of the streaming thread; the pool from set_caps to stop. */
  GstVideoInfo info;
  struct zc_v4l2_format format;
  GstZcLayout layout;
  GstZcV4l2Pool *pool;
  gboolean copy;       /* downstream cannot take the layout */
  gboolean expect_any; /* the next sequence number starts anew */
  guint32 next_sequence;

  /* The object lock guards what follows. */
  gchar *device_path; /* the property */
  Stats stats;
  guint n_buffers;
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

/* --- the device ---------------------------------------------------------- */

static gboolean
gst_dmabuf_src_open (GstDmabufSrc *self)
{
  g_autofree gchar *path = NULL;
  gchar found[64];
  gint ret = 0;

  GST_OBJECT_LOCK (self);
  path = g_strdup (self->device_path);
  GST_OBJECT_UNLOCK (self);

  if (!path)
    ret = zc_v4l2_device_find (found, sizeof (found));
  g_mutex_lock (&self->lock);
  if (ret == 0)
    ret = zc_v4l2_device_open (&self->device, path ? path : found);
  if (ret == 0)
    self->formats = gst_dmabuf_src_formats_new (self->device);
  g_mutex_unlock (&self->lock);

  if (ret < 0) {
    gst_dmabuf_src_error_open (GST_ELEMENT (self), path, ret);
    return FALSE;
  }
  GST_INFO_OBJECT (self, "%s: %s (%s), driver %s", self->device->path,
      self->device->capability.card, self->device->capability.bus_info,
      self->device->capability.driver);
  return TRUE;
}

static void
gst_dmabuf_src_close (GstDmabufSrc *self)
{
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->formats, gst_dmabuf_src_formats_free);
  g_clear_pointer (&self->device, zc_v4l2_device_close);
  g_mutex_unlock (&self->lock);
}

static void
gst_dmabuf_src_drop_pool (GstDmabufSrc *self)
{
  if (!self->pool)
    return;

  gst_zc_v4l2_pool_shutdown (self->pool);
  gst_buffer_pool_set_active (GST_BUFFER_POOL (self->pool), FALSE);
  gst_clear_object (&self->pool);
}

/* --- negotiation --------------------------------------------------------- */

static GstCaps *
gst_dmabuf_src_get_caps (GstBaseSrc *src, GstCaps *filter)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  GstCaps *caps = NULL;

  g_mutex_lock (&self->lock);
  if (self->formats)
    caps = gst_dmabuf_src_formats_get_caps (self->formats, filter);
  g_mutex_unlock (&self->lock);

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

  g_mutex_lock (&self->lock);
  coarse = gst_dmabuf_src_formats_get_coarse_caps (self->formats);
  g_mutex_unlock (&self->lock);

  peer = gst_pad_peer_query_caps (pad, coarse);
  g_mutex_lock (&self->lock);
  caps = gst_dmabuf_src_formats_get_caps (self->formats, peer);
  g_mutex_unlock (&self->lock);

  if (gst_caps_is_empty (caps)) {
    gst_caps_unref (peer);
    peer = gst_pad_peer_query_caps (pad, NULL);
    gst_dmabuf_src_error_no_common_caps (
        GST_ELEMENT (self), self->device->path, coarse, peer);
    gst_clear_caps (&caps);
  }
  gst_caps_unref (peer);
  gst_caps_unref (coarse);
  return caps;
}

static gboolean
gst_dmabuf_src_negotiate (GstBaseSrc *src)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  GstCaps *caps = gst_dmabuf_src_find_caps (self);
  GstCaps *current;
  gboolean ok;

  if (!caps)
    return FALSE;

  caps = gst_dmabuf_src_fixate (src, caps);
  current = gst_pad_get_current_caps (GST_BASE_SRC_PAD (src));
  ok = (self->pool && current && gst_caps_is_equal (caps, current)) ||
       gst_base_src_set_caps (src, caps);
  gst_clear_caps (&current);
  gst_caps_unref (caps);
  return ok;
}

static gboolean
gst_dmabuf_src_set_format (GstDmabufSrc *self, guint32 fourcc)
{
  struct zc_v4l2_format wanted = {
    .fourcc = fourcc,
    .width = GST_VIDEO_INFO_WIDTH (&self->info),
    .height = GST_VIDEO_INFO_HEIGHT (&self->info),
    .field = V4L2_FIELD_NONE,
    .n_memory_planes = 1,
  };
  gint ret;

  if (gst_zc_format_v4l2_separate_planes (fourcc))
    wanted.n_memory_planes = GST_VIDEO_INFO_N_PLANES (&self->info);

  self->format = wanted;
  ret = zc_v4l2_format_set (self->device, &self->format);
  if (ret < 0) {
    gst_dmabuf_src_error_set_format (
        GST_ELEMENT (self), self->device->path, &wanted, ret);
    return FALSE;
  }
  if (self->format.fourcc != fourcc || self->format.width != wanted.width ||
      self->format.height != wanted.height ||
      self->format.field != V4L2_FIELD_NONE ||
      self->format.n_memory_planes != wanted.n_memory_planes) {
    gst_dmabuf_src_error_other_format (
        GST_ELEMENT (self), self->device->path, &wanted, &self->format);
    return FALSE;
  }
  return TRUE;
}

static gboolean
gst_dmabuf_src_set_layout (GstDmabufSrc *self)
{
  guint stride = self->format.plane[0].stride;

  if (stride == 0)
    stride = GST_VIDEO_INFO_PLANE_STRIDE (&self->info, 0);
  if (!gst_zc_layout_init (&self->layout, GST_VIDEO_INFO_FORMAT (&self->info),
          stride, self->format.height))
    return FALSE;

  for (guint i = 1; i < self->format.n_memory_planes; i++)
    if (self->format.plane[i].stride)
      self->layout.stride[i] = self->format.plane[i].stride;
  return TRUE;
}

/* The interval that the caps name; a driver that takes another is told about,
 * one that cannot set it has the only one it lists. */
static void
gst_dmabuf_src_set_rate (GstDmabufSrc *self)
{
  struct v4l2_fract wanted = {
    .numerator = GST_VIDEO_INFO_FPS_D (&self->info),
    .denominator = GST_VIDEO_INFO_FPS_N (&self->info),
  };
  struct v4l2_fract got = wanted;
  gint ret;

  if (wanted.denominator == 0)
    return;
  ret = zc_v4l2_interval_set (self->device, &got);
  if (ret < 0)
    GST_INFO_OBJECT (self, "%s: VIDIOC_S_PARM: %s, the rate stays as it is",
        self->device->path, g_strerror (-ret));
  else if ((guint64) got.numerator * wanted.denominator !=
           (guint64) got.denominator * wanted.numerator)
    GST_WARNING_OBJECT (self, "%s: asked for %u/%u frames a second, got %u/%u",
        self->device->path, wanted.denominator, wanted.numerator,
        got.denominator, got.numerator);
}

static gboolean
gst_dmabuf_src_set_caps (GstBaseSrc *src, GstCaps *caps)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  guint32 drm_fourcc, fourcc;
  guint64 modifier;

  gst_dmabuf_src_drop_pool (self);
  if (!gst_zc_caps_parse (caps, &self->info, &drm_fourcc, &modifier))
    return FALSE;

  g_mutex_lock (&self->lock);
  fourcc = gst_dmabuf_src_formats_get_fourcc (
      self->formats, GST_VIDEO_INFO_FORMAT (&self->info));
  g_mutex_unlock (&self->lock);

  if (fourcc == 0 || !gst_dmabuf_src_set_format (self, fourcc) ||
      !gst_dmabuf_src_set_layout (self))
    return FALSE;
  gst_dmabuf_src_set_rate (self);

  self->pool = GST_ZC_V4L2_POOL (gst_zc_v4l2_pool_new (
      self->device, &self->format, &self->info, &self->layout));
  return TRUE;
}

/* Whether the frame lies in memory as its caps alone say. */
static gboolean
gst_dmabuf_src_is_plain_layout (GstDmabufSrc *self)
{
  if (self->format.n_memory_planes > 1)
    return FALSE;
  for (guint i = 0; i < self->layout.n_planes; i++)
    if (self->layout.stride[i] !=
            GST_VIDEO_INFO_PLANE_STRIDE (&self->info, i) ||
        self->layout.offset[i] != GST_VIDEO_INFO_PLANE_OFFSET (&self->info, i))
      return FALSE;
  return TRUE;
}

static gboolean
gst_dmabuf_src_start_pool (GstDmabufSrc *self, GstCaps *caps, guint count)
{
  GstBufferPool *pool = GST_BUFFER_POOL (self->pool);
  GstStructure *config = gst_buffer_pool_get_config (pool);
  const gchar *step;
  gint error;

  gst_buffer_pool_config_set_params (
      config, caps, self->layout.size, count, count);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  gst_buffer_pool_set_config (pool, config);

  if (!gst_buffer_pool_set_active (pool, TRUE)) {
    error = gst_zc_v4l2_pool_get_error (self->pool, &step);
    gst_dmabuf_src_error_start (
        GST_ELEMENT (self), self->device->path, step, count, error);
    return FALSE;
  }

  GST_OBJECT_LOCK (self);
  self->n_buffers = gst_zc_v4l2_pool_get_count (self->pool);
  self->buffer_flags = gst_zc_v4l2_pool_get_flags (self->pool);
  GST_OBJECT_UNLOCK (self);
  self->expect_any = TRUE;
  GST_INFO_OBJECT (self, "%s: %u buffers, exported as dma-bufs",
      self->device->path, self->n_buffers);
  return TRUE;
}

static gboolean
gst_dmabuf_src_decide_allocation (GstBaseSrc *src, GstQuery *query)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  GstBufferPool *pool = GST_BUFFER_POOL (self->pool);
  guint min = DOWNSTREAM_BUFFERS, size = self->layout.size;
  guint n_pools = gst_query_get_n_allocation_pools (query);
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, NULL);
  if (n_pools > 0)
    gst_query_parse_nth_allocation_pool (query, 0, NULL, NULL, &min, NULL);

  self->copy = !gst_query_find_allocation_meta (
                   query, GST_VIDEO_META_API_TYPE, NULL) &&
               !gst_video_is_dma_drm_caps (caps) &&
               !gst_dmabuf_src_is_plain_layout (self);
  if (self->copy)
    GST_WARNING_OBJECT (self,
        "frames are copied: downstream does not take "
        "GstVideoMeta and the lines of %s are padded",
        self->device->path);

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

/* --- frames -------------------------------------------------------------- */

static GstClockTime
gst_dmabuf_src_frame_duration (GstDmabufSrc *self)
{
  if (GST_VIDEO_INFO_FPS_N (&self->info) <= 0)
    return GST_CLOCK_TIME_NONE;
  return gst_util_uint64_scale_int (GST_SECOND,
      GST_VIDEO_INFO_FPS_D (&self->info), GST_VIDEO_INFO_FPS_N (&self->info));
}

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
  if (lost > 0)
    GST_WARNING_OBJECT (self, "%s: %u frames lost", self->device->path, lost);
  self->expect_any = FALSE;
  self->next_sequence = frame->sequence + 1;

  GST_BUFFER_PTS (buffer) = gst_dmabuf_src_running_time (self, frame);
  GST_BUFFER_DURATION (buffer) = gst_dmabuf_src_frame_duration (self);
  GST_BUFFER_OFFSET (buffer) = frame->sequence;
  GST_BUFFER_OFFSET_END (buffer) = (guint64) frame->sequence + 1;

  GST_OBJECT_LOCK (self);
  self->stats.frames++;
  self->stats.dropped += lost;
  GST_OBJECT_UNLOCK (self);
}

/* For a peer that needs plain lines and planes. */
static GstFlowReturn
gst_dmabuf_src_copy (GstDmabufSrc *self, GstBuffer **buffer)
{
  gsize size = GST_VIDEO_INFO_SIZE (&self->info);
  GstBuffer *copy = gst_buffer_new_allocate (NULL, size, NULL);
  GstVideoFrame from, to;
  gboolean ok = FALSE;

  gst_buffer_copy_into (
      copy, *buffer, GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS, 0, -1);
  if (gst_video_frame_map (&from, &self->info, *buffer, GST_MAP_READ)) {
    if (gst_video_frame_map (&to, &self->info, copy, GST_MAP_WRITE)) {
      ok = gst_video_frame_copy (&to, &from);
      gst_video_frame_unmap (&to);
    }
    gst_video_frame_unmap (&from);
  }
  gst_buffer_unref (*buffer);
  *buffer = copy;
  if (!ok) {
    GST_ELEMENT_ERROR (self, RESOURCE, READ,
        ("A frame of %s cannot be read.", self->device->path),
        ("Mapping its dma-buf failed; the log has the reason."));
    gst_clear_buffer (buffer);
    return GST_FLOW_ERROR;
  }

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
        self->device->path, params->broken);
    GST_OBJECT_LOCK (self);
    self->stats.broken += params->broken;
    GST_OBJECT_UNLOCK (self);
    self->next_sequence += params->broken;
  }
  if (flow == GST_FLOW_ERROR)
    gst_dmabuf_src_error_streaming (
        GST_ELEMENT (self), self->device->path, params->error);
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
  return self->copy ? gst_dmabuf_src_copy (self, buffer) : GST_FLOW_OK;
}

static gboolean
gst_dmabuf_src_unlock (GstBaseSrc *src)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);

  if (self->pool)
    gst_buffer_pool_set_flushing (GST_BUFFER_POOL (self->pool), TRUE);
  return TRUE;
}

static gboolean
gst_dmabuf_src_unlock_stop (GstBaseSrc *src)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);

  if (self->pool)
    gst_buffer_pool_set_flushing (GST_BUFFER_POOL (self->pool), FALSE);
  return TRUE;
}

/* --- states, queries, properties ------------------------------------------ */

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
  gst_dmabuf_src_drop_pool (self);
  return TRUE;
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
    gst_dmabuf_src_close (self);
  return ret;
}

/* A stamp from the start of a frame makes it one frame old when it is whole;
 * one from its end makes it new. */
static gboolean
gst_dmabuf_src_answer_latency (GstDmabufSrc *self, GstQuery *query)
{
  GstClockTime frame = gst_dmabuf_src_frame_duration (self), min;
  guint n_buffers;

  GST_OBJECT_LOCK (self);
  n_buffers = self->n_buffers;
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
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_dmabuf_src_parent_class)->finalize (object);
}

static void
gst_dmabuf_src_init (GstDmabufSrc *self)
{
  g_mutex_init (&self->lock);
  gst_video_info_init (&self->info);
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}

static void
gst_dmabuf_src_install_properties (GObjectClass *klass)
{
  properties[PROP_DEVICE] = g_param_spec_string ("device", "Device",
      "Path of the capture device, such as /dev/video0; none means the first "
      "that captures video by itself (default: none)",
      NULL,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
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
