/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2pool.h"

#include <errno.h>

struct _GstZcV4l2Pool {
  GstBufferPool parent;

  GstZcV4l2Slots *slots;
};

static GstBufferPoolClass *parent_class;

static const gchar **
gst_zc_v4l2_pool_get_options (GstBufferPool *pool)
{
  static const gchar *options[] = { GST_BUFFER_POOL_OPTION_VIDEO_META, NULL };

  (void) pool;
  return options;
}

/* The slots have all buffers there are. */
static gboolean
gst_zc_v4l2_pool_start (GstBufferPool *pool)
{
  (void) pool;
  return TRUE;
}

static gboolean
gst_zc_v4l2_pool_stop (GstBufferPool *pool)
{
  gst_zc_v4l2_pool_shutdown (GST_ZC_V4L2_POOL (pool));
  return TRUE;
}

static GstFlowReturn
gst_zc_v4l2_pool_acquire_buffer (
    GstBufferPool *pool, GstBuffer **buffer, GstBufferPoolAcquireParams *params)
{
  GstZcV4l2Pool *self = GST_ZC_V4L2_POOL (pool);
  GstZcV4l2AcquireParams *ours = (GstZcV4l2AcquireParams *) params;
  GstZcV4l2AcquireParams ignored;

  if (GST_BUFFER_POOL_IS_FLUSHING (pool))
    return GST_FLOW_FLUSHING;
  if (!ours)
    ours = &ignored;
  ours->error = gst_zc_v4l2_slots_pull (self->slots, buffer, &ours->frame);
  if (ours->error == -ECANCELED)
    return GST_FLOW_FLUSHING;
  if (ours->error > 0)
    return GST_FLOW_CUSTOM_SUCCESS;
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
  gst_zc_v4l2_slots_cancel (GST_ZC_V4L2_POOL (pool)->slots);
}

static void
gst_zc_v4l2_pool_flush_stop (GstBufferPool *pool)
{
  gst_zc_v4l2_slots_resume (GST_ZC_V4L2_POOL (pool)->slots);
}

static void
gst_zc_v4l2_pool_finalize (GObject *object)
{
  GstZcV4l2Pool *self = GST_ZC_V4L2_POOL (object);

  gst_zc_v4l2_slots_shutdown (self->slots);
  gst_zc_v4l2_slots_unref (self->slots);
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
gst_zc_v4l2_pool_class_init (gpointer klass, gpointer data)
{
  GstBufferPoolClass *pool_class = GST_BUFFER_POOL_CLASS (klass);

  (void) data;
  parent_class = g_type_class_peek_parent (klass);
  G_OBJECT_CLASS (klass)->finalize = gst_zc_v4l2_pool_finalize;
  pool_class->get_options = gst_zc_v4l2_pool_get_options;
  pool_class->start = gst_zc_v4l2_pool_start;
  pool_class->stop = gst_zc_v4l2_pool_stop;
  pool_class->acquire_buffer = gst_zc_v4l2_pool_acquire_buffer;
  pool_class->release_buffer = gst_zc_v4l2_pool_release_buffer;
  pool_class->flush_start = gst_zc_v4l2_pool_flush_start;
  pool_class->flush_stop = gst_zc_v4l2_pool_flush_stop;
}

static GType
register_type (void)
{
  g_autofree gchar *name = g_strdup_printf (
      "GstZcV4l2Pool-%p", (gpointer) &parent_class);

  return g_type_register_static_simple (GST_TYPE_BUFFER_POOL, name,
      sizeof (GstZcV4l2PoolClass), gst_zc_v4l2_pool_class_init,
      sizeof (GstZcV4l2Pool), NULL, 0);
}

/* Each plugin has a copy of this code, and so a type of its own: names are one
 * for each process. */
GType
gst_zc_v4l2_pool_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, register_type ());
  return type;
}

GstBufferPool *
gst_zc_v4l2_pool_new (
    GstZcV4l2Slots *slots, GstCaps *caps, guint size, guint count)
{
  GstZcV4l2Pool *self = g_object_new (GST_TYPE_ZC_V4L2_POOL, NULL);
  GstBufferPool *pool = GST_BUFFER_POOL (self);
  GstStructure *config = gst_buffer_pool_get_config (pool);

  gst_object_ref_sink (self);
  self->slots = slots;
  gst_buffer_pool_config_set_params (config, caps, size, count, 0);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  gst_buffer_pool_set_config (pool, config);
  return pool;
}

void
gst_zc_v4l2_pool_shutdown (GstZcV4l2Pool *self)
{
  gst_zc_v4l2_slots_shutdown (self->slots);
}
