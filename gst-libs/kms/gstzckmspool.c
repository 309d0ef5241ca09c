/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzckmspool.h"

#include "../allocators/gstzclayout.h"

#include <drm_fourcc.h>
#include <gst/allocators/allocators.h>
#include <unistd.h>

GST_DEBUG_CATEGORY_STATIC (zc_kms_pool_debug);
#define GST_CAT_DEFAULT zc_kms_pool_debug

struct _GstZcKmsPool {
  GstBufferPool parent;

  GstZcKmsCard *card;
  GstAllocator *allocator;
  GstVideoInfo info; /* of the configuration */
};

G_DEFINE_TYPE (GstZcKmsPool, gst_zc_kms_pool, GST_TYPE_BUFFER_POOL)

GstZcKmsCard *
gst_zc_kms_card_new (struct zc_kms_device *device)
{
  GstZcKmsCard *card = g_atomic_rc_box_new (GstZcKmsCard);

  card->device = device;
  return card;
}

static void
card_clear (gpointer data)
{
  zc_kms_device_close (((GstZcKmsCard *) data)->device);
}

void
gst_zc_kms_card_unref (GstZcKmsCard *card)
{
  g_atomic_rc_box_release_full (card, card_clear);
}

static const gchar **
gst_zc_kms_pool_get_options (GstBufferPool *pool)
{
  static const gchar *options[] = { GST_BUFFER_POOL_OPTION_VIDEO_META, NULL };

  (void) pool;
  return options;
}

/* Packed formats are what dumb buffers are made for; planar ones are asked
 * for as so many more lines of the first plane's bytes. */
static gint
create_dumb (GstZcKmsPool *self, GstZcLayout *layout)
{
  const GstVideoInfo *info = &self->info;
  guint width = GST_VIDEO_INFO_WIDTH (info);
  guint height = GST_VIDEO_INFO_HEIGHT (info);
  guint bits = 8 * GST_VIDEO_INFO_COMP_PSTRIDE (info, 0);
  guint line = GST_VIDEO_INFO_PLANE_STRIDE (info, 0);
  guint32 stride;
  guint64 size;
  gint fd;

  if (!gst_zc_layout_init (layout, GST_VIDEO_INFO_FORMAT (info), line, height))
    return -1;
  if (GST_VIDEO_INFO_N_PLANES (info) > 1) {
    width = line;
    bits = 8;
    height = (layout->size + line - 1) / line;
  }

  fd = zc_kms_dumb_create (
      self->card->device, width, height, bits, &stride, &size);
  if (fd < 0) {
    GST_WARNING_OBJECT (self, "no scanout memory for %ux%u at %u bits: %s",
        width, height, bits, g_strerror (-fd));
    return -1;
  }
  if (!gst_zc_layout_init (layout, GST_VIDEO_INFO_FORMAT (info), stride,
          GST_VIDEO_INFO_HEIGHT (info)) ||
      layout->size > size) {
    GST_WARNING_OBJECT (self,
        "scanout memory of %" G_GUINT64_FORMAT
        " bytes is too small for lines of %u",
        size, stride);
    close (fd);
    return -1;
  }
  layout->size = size;
  return fd;
}

/* How many bytes a buffer has is the driver's to say: one is made to see. */
static gboolean
gst_zc_kms_pool_set_config (GstBufferPool *pool, GstStructure *config)
{
  GstZcKmsPool *self = GST_ZC_KMS_POOL (pool);
  GstCaps *caps = NULL;
  GstZcLayout layout;
  guint size, min, max;
  guint64 modifier;
  gint fd;

  if (!gst_buffer_pool_config_get_params (config, &caps, &size, &min, &max) ||
      !caps || !gst_video_info_from_caps (&self->info, caps) ||
      gst_zc_format_to_drm (GST_VIDEO_INFO_FORMAT (&self->info), &modifier) ==
          0 ||
      modifier != DRM_FORMAT_MOD_LINEAR) {
    GST_WARNING_OBJECT (pool,
        "caps are of no linear format for displays: %" GST_PTR_FORMAT,
        (void *) caps);
    return FALSE;
  }

  fd = create_dumb (self, &layout);
  if (fd < 0)
    return FALSE;
  close (fd);
  gst_buffer_pool_config_set_params (config, caps, layout.size, min, max);
  return GST_BUFFER_POOL_CLASS (gst_zc_kms_pool_parent_class)
      ->set_config (pool, config);
}

static GstFlowReturn
gst_zc_kms_pool_alloc_buffer (
    GstBufferPool *pool, GstBuffer **buffer, GstBufferPoolAcquireParams *params)
{
  GstZcKmsPool *self = GST_ZC_KMS_POOL (pool);
  GstVideoMeta *meta;
  GstZcLayout layout;
  gint fd = create_dumb (self, &layout);

  (void) params;
  if (fd < 0)
    return GST_FLOW_ERROR;

  *buffer = gst_buffer_new ();
  gst_buffer_append_memory (
      *buffer, gst_dmabuf_allocator_alloc_with_flags (self->allocator, fd,
                   layout.size, GST_FD_MEMORY_FLAG_KEEP_MAPPED));
  meta = gst_buffer_add_video_meta_full (*buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_INFO_FORMAT (&self->info), GST_VIDEO_INFO_WIDTH (&self->info),
      GST_VIDEO_INFO_HEIGHT (&self->info), layout.n_planes, layout.offset,
      layout.stride);
  GST_META_FLAG_SET (meta, GST_META_FLAG_POOLED);
  return GST_FLOW_OK;
}

static void
gst_zc_kms_pool_finalize (GObject *object)
{
  GstZcKmsPool *self = GST_ZC_KMS_POOL (object);

  /* frees the buffers first */
  G_OBJECT_CLASS (gst_zc_kms_pool_parent_class)->finalize (object);
  gst_object_unref (self->allocator);
  gst_zc_kms_card_unref (self->card);
}

static void
gst_zc_kms_pool_init (GstZcKmsPool *self)
{
  gst_video_info_init (&self->info);
  self->allocator = gst_dmabuf_allocator_new ();
}

static void
gst_zc_kms_pool_class_init (GstZcKmsPoolClass *klass)
{
  GstBufferPoolClass *pool_class = GST_BUFFER_POOL_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (
      zc_kms_pool_debug, "zckmspool", 0, "scanout memory for CPU producers");
  G_OBJECT_CLASS (klass)->finalize = gst_zc_kms_pool_finalize;
  pool_class->get_options = gst_zc_kms_pool_get_options;
  pool_class->set_config = gst_zc_kms_pool_set_config;
  pool_class->alloc_buffer = gst_zc_kms_pool_alloc_buffer;
}

static gboolean
configure (GstBufferPool *pool, const GstVideoInfo *info, guint min)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstCaps *caps = gst_video_info_to_caps (info);

  gst_buffer_pool_config_set_params (
      config, caps, GST_VIDEO_INFO_SIZE (info), min, 0);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  gst_caps_unref (caps);
  return gst_buffer_pool_set_config (pool, config);
}

GstBufferPool *
gst_zc_kms_pool_new (GstZcKmsCard *card, const GstVideoInfo *info, guint min)
{
  GstZcKmsPool *self = g_object_new (GST_TYPE_ZC_KMS_POOL, NULL);

  gst_object_ref_sink (self);
  self->card = g_atomic_rc_box_acquire (card);
  if (!configure (GST_BUFFER_POOL (self), info, min))
    gst_clear_object (&self);
  return GST_BUFFER_POOL (self);
}
