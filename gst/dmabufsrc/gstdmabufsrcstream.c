/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrc-private.h"

#define GST_CAT_DEFAULT gst_dmabuf_src_debug

/* Besides what downstream asks for: one that the device fills, one that waits
 * for it, one on its way. */
#define OWN_BUFFERS 3
#define DOWNSTREAM_BUFFERS 2 /* if downstream does not say */

void
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

gboolean
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

GstFlowReturn
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
void
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
