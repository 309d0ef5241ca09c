/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2pool.h"

#include <errno.h>

struct _GstZcV4l2Pool {
  GstBufferPool parent;

  const struct zc_v4l2_device *device;
  struct zc_v4l2_format format;
  GstVideoInfo info;
  GstZcLayout layout;

  GstZcV4l2Slots *slots; /* set while active; GstBufferPool's lock orders
                          * start and stop against each other */
  guint count;
  gint error;
  const gchar *step;
};

G_DEFINE_TYPE (GstZcV4l2Pool, gst_zc_v4l2_pool, GST_TYPE_BUFFER_POOL)

static const gchar **
gst_zc_v4l2_pool_get_options (GstBufferPool *pool)
{
  static const gchar *options[] = { GST_BUFFER_POOL_OPTION_VIDEO_META, NULL };

  (void) pool;
  return options;
}

static gboolean
gst_zc_v4l2_pool_start (GstBufferPool *pool)
{
  GstZcV4l2Pool *self = GST_ZC_V4L2_POOL (pool);
  GstStructure *config = gst_buffer_pool_get_config (pool);

  gst_buffer_pool_config_get_params (config, NULL, NULL, &self->count, NULL);
  gst_structure_free (config);

  self->error = gst_zc_v4l2_slots_start (&self->slots, self->device,
      &self->format, &self->info, &self->layout, &self->count, &self->step);
  return self->error == 0;
}

static gboolean
gst_zc_v4l2_pool_stop (GstBufferPool *pool)
{
  GstZcV4l2Pool *self = GST_ZC_V4L2_POOL (pool);

  gst_zc_v4l2_pool_shutdown (self);
  g_clear_pointer (&self->slots, gst_zc_v4l2_slots_unref);
  return TRUE;
}

static GstFlowReturn
gst_zc_v4l2_pool_acquire_buffer (
    GstBufferPool *pool, GstBuffer **buffer, GstBufferPoolAcquireParams *params)
{
  GstZcV4l2Pool *self = GST_ZC_V4L2_POOL (pool);
  GstZcV4l2AcquireParams *ours = (GstZcV4l2AcquireParams *) params;
  GstZcV4l2AcquireParams ignored;

  if (!self->slots || GST_BUFFER_POOL_IS_FLUSHING (pool))
    return GST_FLOW_FLUSHING;
  if (!ours)
    ours = &ignored;
  ours->broken = 0;
  ours->error = gst_zc_v4l2_slots_pull (
      self->slots, buffer, &ours->frame, &ours->broken);
  if (ours->error == -ECANCELED)
    return GST_FLOW_FLUSHING;
  return ours->error == 0 ? GST_FLOW_OK : GST_FLOW_ERROR;
}

static void
gst_zc_v4l2_pool_release_buffer (GstBufferPool *pool, GstBuffer *buffer)
{
  gst_zc_v4l2_slots_put (GST_ZC_V4L2_POOL (pool)->slots, buffer);
}

static void
gst_zc_v4l2_pool_flush_start (GstBufferPool *pool)
{
  GstZcV4l2Pool *self = GST_ZC_V4L2_POOL (pool);

  if (self->slots)
    gst_zc_v4l2_slots_cancel (self->slots);
}

static void
gst_zc_v4l2_pool_flush_stop (GstBufferPool *pool)
{
  GstZcV4l2Pool *self = GST_ZC_V4L2_POOL (pool);

  if (self->slots)
    gst_zc_v4l2_slots_resume (self->slots);
}

static void
gst_zc_v4l2_pool_finalize (GObject *object)
{
  gst_zc_v4l2_pool_stop (GST_BUFFER_POOL (object));
  G_OBJECT_CLASS (gst_zc_v4l2_pool_parent_class)->finalize (object);
}

static void
gst_zc_v4l2_pool_init (GstZcV4l2Pool *self)
{
  (void) self;
}

static void
gst_zc_v4l2_pool_class_init (GstZcV4l2PoolClass *klass)
{
  GstBufferPoolClass *pool_class = GST_BUFFER_POOL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_zc_v4l2_pool_finalize;
  pool_class->get_options = gst_zc_v4l2_pool_get_options;
  pool_class->start = gst_zc_v4l2_pool_start;
  pool_class->stop = gst_zc_v4l2_pool_stop;
  pool_class->acquire_buffer = gst_zc_v4l2_pool_acquire_buffer;
  pool_class->release_buffer = gst_zc_v4l2_pool_release_buffer;
  pool_class->flush_start = gst_zc_v4l2_pool_flush_start;
  pool_class->flush_stop = gst_zc_v4l2_pool_flush_stop;
}

GstBufferPool *
gst_zc_v4l2_pool_new (const struct zc_v4l2_device *device,
    const struct zc_v4l2_format *format, const GstVideoInfo *info,
    const GstZcLayout *layout)
{
  GstZcV4l2Pool *self = g_object_new (GST_TYPE_ZC_V4L2_POOL, NULL);

  gst_object_ref_sink (self);
  self->device = device;
  self->format = *format;
  self->info = *info;
  self->layout = *layout;
  return GST_BUFFER_POOL (self);
}

void
gst_zc_v4l2_pool_shutdown (GstZcV4l2Pool *self)
{
  if (self->slots)
    gst_zc_v4l2_slots_shutdown (self->slots);
}

__u32
gst_zc_v4l2_pool_get_flags (GstZcV4l2Pool *self)
{
  return self->slots ? gst_zc_v4l2_slots_get_flags (self->slots) : 0;
}

guint
gst_zc_v4l2_pool_get_count (GstZcV4l2Pool *self)
{
  return self->slots ? self->count : 0;
}

gint
gst_zc_v4l2_pool_get_error (GstZcV4l2Pool *self, const gchar **step)
{
  *step = self->step;
  return self->error;
}
