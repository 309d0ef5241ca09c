/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcheap-private.h"

#include "gstzcallocator.h"
#include "gstzcerror-private.h"
#include "gstzcsys.h"

#include <errno.h>
#include <unistd.h>

GST_DEBUG_CATEGORY (gst_zc_heap_debug);
#define GST_CAT_DEFAULT gst_zc_heap_debug

#define READABLE \
  (G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS)

enum { PROP_0, PROP_NAME, PROP_PATH, PROP_FLAGS, PROP_MAX_SIZE };

typedef struct {
  gchar *name;
  gchar *path;
  GstZcHeapFlags flags;
  gsize max_size;
  const gchar *limit_cure;
} GstZcHeapPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GstZcHeap, gst_zc_heap, G_TYPE_OBJECT)

GType
gst_zc_heap_flags_get_type (void)
{
  static const GFlagsValue values[] = {
    { GST_ZC_HEAP_DMABUF, "GST_ZC_HEAP_DMABUF", "dmabuf" },
    { GST_ZC_HEAP_CONTIGUOUS, "GST_ZC_HEAP_CONTIGUOUS", "contiguous" },
    { GST_ZC_HEAP_CACHED, "GST_ZC_HEAP_CACHED", "cached" },
    { GST_ZC_HEAP_MAPPABLE, "GST_ZC_HEAP_MAPPABLE", "mappable" },
    { GST_ZC_HEAP_SCANOUT, "GST_ZC_HEAP_SCANOUT", "scanout" },
    { GST_ZC_HEAP_BY_NAME_ONLY, "GST_ZC_HEAP_BY_NAME_ONLY", "by-name-only" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_flags_register_static ("GstZcHeapFlags", values));
  return type;
}

static GstZcHeapPrivate *
private_of (GstZcHeap *self)
{
  return gst_zc_heap_get_instance_private (self);
}

/* --- errors ------------------------------------------------------------- */

static gchar *
label (GstZcHeap *self)
{
  GstZcHeapPrivate *priv = private_of (self);

  if (!priv->path)
    return g_strdup_printf (
        "`%s`", priv->name ? priv->name : G_OBJECT_TYPE_NAME (self));
  return g_strdup_printf ("`%s` (%s)", priv->name, priv->path);
}

/* What any heap may want for. */
static const gchar *
common_cure (gint err)
{
  switch (err) {
    case EBUSY:
      return "another program uses it: end that one (fuser -v names it), or "
             "take another heap";
    case EMFILE:
      return "raise the limit of open files (ulimit -n), or keep fewer buffers";
    case ENFILE:
      return "raise the machine's limit of open files (sysctl fs.file-max)";
    default:
      return NULL;
  }
}

static gint
propagate (GstZcHeap *self, GError **error, GError *failure, const gchar *cure)
{
  if (cure) {
    gchar *message = g_strdup_printf ("%s; %s", failure->message, cure);

    g_free (failure->message);
    failure->message = message;
  }
  GST_DEBUG_OBJECT (self, "%s", failure->message);
  g_propagate_error (error, failure);
  return -1;
}

gint
gst_zc_heap_fail (GstZcHeap *self, GError **error, gint err, const gchar *cure,
    const gchar *format, ...)
{
  g_autofree gchar *who = label (self), *what = NULL;
  GError *failure = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  gst_zc_error_set_errno (&failure, err, "%s: %s", who, what);
  return propagate (self, error, failure, cure ? cure : common_cure (err));
}

gint
gst_zc_heap_refuse (GstZcHeap *self, GError **error, GstZcError code,
    const gchar *cure, const gchar *format, ...)
{
  g_autofree gchar *who = label (self), *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  return propagate (
      self, error, g_error_new (GST_ZC_ERROR, code, "%s: %s", who, what), cure);
}

/* --- sizes -------------------------------------------------------------- */

gsize
gst_zc_heap_round_to_pages (gsize size)
{
  gsize page = sysconf (_SC_PAGESIZE);

  return (size + page - 1) / page * page;
}

void
gst_zc_heap_set_limit_cure (GstZcHeap *self, const gchar *cure)
{
  private_of (self)->limit_cure = cure;
}

static gboolean
check_size (GstZcHeap *self, gsize size, GError **error)
{
  GstZcHeapPrivate *priv = private_of (self);

  if (size == 0)
    gst_zc_heap_refuse (
        self, error, GST_ZC_ERROR_INVALID, NULL, "0 bytes are no memory");
  else if (size > priv->max_size)
    gst_zc_heap_refuse (self, error, GST_ZC_ERROR_TOO_LARGE, priv->limit_cure,
        "%" G_GSIZE_FORMAT " bytes are more than the %" G_GSIZE_FORMAT
        " that it can give at once",
        size, priv->max_size);
  return size > 0 && size <= priv->max_size;
}

gint
gst_zc_heap_take (
    GstZcHeap *self, gint fd, gsize size, gsize *actual, GError **error)
{
  off_t end = gst_zc_sys.lseek (fd, 0, SEEK_END);

  if (end >= 0 && (guint64) end >= size) {
    *actual = end;
    return fd;
  }
  if (end < 0)
    gst_zc_heap_fail (self, error, errno, NULL, "cannot ask a dma-buf's size");
  else
    gst_zc_heap_refuse (self, error, GST_ZC_ERROR_TOO_LARGE,
        private_of (self)->limit_cure,
        "made a dma-buf of %" G_GINT64_FORMAT
        " bytes instead of %" G_GSIZE_FORMAT,
        (gint64) end, size);
  gst_zc_sys.close (fd);
  return -1;
}

/* --- the interface ------------------------------------------------------ */

const gchar *
gst_zc_heap_get_name (GstZcHeap *heap)
{
  g_return_val_if_fail (GST_IS_ZC_HEAP (heap), NULL);
  return private_of (heap)->name;
}

const gchar *
gst_zc_heap_get_path (GstZcHeap *heap)
{
  g_return_val_if_fail (GST_IS_ZC_HEAP (heap), NULL);
  return private_of (heap)->path;
}

GstZcHeapFlags
gst_zc_heap_get_flags (GstZcHeap *heap)
{
  g_return_val_if_fail (GST_IS_ZC_HEAP (heap), 0);
  return private_of (heap)->flags |
         (GST_ZC_HEAP_GET_CLASS (heap)->export_fd ? GST_ZC_HEAP_DMABUF : 0);
}

gsize
gst_zc_heap_get_max_size (GstZcHeap *heap)
{
  g_return_val_if_fail (GST_IS_ZC_HEAP (heap), 0);
  return private_of (heap)->max_size;
}

gboolean
gst_zc_heap_check (GstZcHeap *heap, GError **error)
{
  GstZcHeapClass *klass;

  g_return_val_if_fail (GST_IS_ZC_HEAP (heap), FALSE);
  klass = GST_ZC_HEAP_GET_CLASS (heap);
  return !klass->check || klass->check (heap, error);
}

gint
gst_zc_heap_export (GstZcHeap *heap, gsize size, gsize *actual, GError **error)
{
  GstZcHeapClass *klass;
  gsize unused;

  g_return_val_if_fail (GST_IS_ZC_HEAP (heap), -1);
  klass = GST_ZC_HEAP_GET_CLASS (heap);
  if (!klass->export_fd)
    return gst_zc_heap_refuse (heap, error, GST_ZC_ERROR_NOT_SUPPORTED,
        "choose a heap that does", "makes no dma-bufs");
  if (!check_size (heap, size, error))
    return -1;
  return klass->export_fd (heap, size, actual ? actual : &unused, error);
}

gint
gst_zc_heap_export_picture (GstZcHeap *heap, guint width, guint height,
    guint bits, guint *stride, gsize *actual, GError **error)
{
  GstZcHeapClass *klass;
  gsize unused;

  g_return_val_if_fail (GST_IS_ZC_HEAP (heap), -1);
  g_return_val_if_fail (stride != NULL, -1);
  klass = GST_ZC_HEAP_GET_CLASS (heap);
  if (!klass->export_picture)
    return gst_zc_heap_refuse (heap, error, GST_ZC_ERROR_NOT_SUPPORTED,
        "ask for bytes", "does not know of pictures");
  if (width == 0 || height == 0 || bits == 0)
    return gst_zc_heap_refuse (heap, error, GST_ZC_ERROR_INVALID, NULL,
        "%ux%u at %u bits is no picture", width, height, bits);
  return klass->export_picture (
      heap, width, height, bits, stride, actual ? actual : &unused, error);
}

GstMemory *
gst_zc_heap_alloc (GstZcHeap *heap, gsize size, GError **error)
{
  g_autoptr (GstAllocator) allocator = NULL;
  GstZcHeapClass *klass;

  g_return_val_if_fail (GST_IS_ZC_HEAP (heap), NULL);
  klass = GST_ZC_HEAP_GET_CLASS (heap);
  if (klass->alloc)
    return check_size (heap, size, error) ? klass->alloc (heap, size, error)
                                          : NULL;
  g_return_val_if_fail (klass->export_fd != NULL, NULL);
  allocator = gst_zc_allocator_new (heap);
  return gst_zc_allocator_alloc (GST_ZC_ALLOCATOR (allocator), size, error);
}

/* --- the object --------------------------------------------------------- */

static void
gst_zc_heap_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstZcHeapPrivate *priv = private_of (GST_ZC_HEAP (object));

  switch (id) {
    case PROP_NAME:
      priv->name = g_value_dup_string (value);
      break;
    case PROP_PATH:
      priv->path = g_value_dup_string (value);
      break;
    case PROP_FLAGS:
      priv->flags = g_value_get_flags (value);
      break;
    case PROP_MAX_SIZE:
      priv->max_size = MIN (g_value_get_uint64 (value), GST_ZC_HEAP_NO_LIMIT);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_zc_heap_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstZcHeapPrivate *priv = private_of (GST_ZC_HEAP (object));

  switch (id) {
    case PROP_NAME:
      g_value_set_string (value, priv->name);
      break;
    case PROP_PATH:
      g_value_set_string (value, priv->path);
      break;
    case PROP_FLAGS:
      g_value_set_flags (value, gst_zc_heap_get_flags (GST_ZC_HEAP (object)));
      break;
    case PROP_MAX_SIZE:
      g_value_set_uint64 (value, priv->max_size);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_zc_heap_finalize (GObject *object)
{
  GstZcHeapPrivate *priv = private_of (GST_ZC_HEAP (object));

  g_free (priv->name);
  g_free (priv->path);
  G_OBJECT_CLASS (gst_zc_heap_parent_class)->finalize (object);
}

static void
gst_zc_heap_init (GstZcHeap *self)
{
  (void) self;
}

static void
install_properties (GObjectClass *klass)
{
  g_object_class_install_property (klass, PROP_NAME,
      g_param_spec_string ("name", "Name",
          "What the heap is called (default: nothing)", NULL, READABLE));
  g_object_class_install_property (klass, PROP_PATH,
      g_param_spec_string ("path", "Path",
          "The device node it is reached by (default: none)", NULL, READABLE));
  g_object_class_install_property (klass, PROP_FLAGS,
      g_param_spec_flags ("flags", "Flags",
          "What its memory is like (default: nothing is known)",
          GST_TYPE_ZC_HEAP_FLAGS, 0, READABLE));
  g_object_class_install_property (klass, PROP_MAX_SIZE,
      g_param_spec_uint64 ("max-size", "Largest size",
          "Bytes that one allocation can have (default: what a file can have)",
          0, G_MAXUINT64, GST_ZC_HEAP_NO_LIMIT, READABLE));
}

static void
gst_zc_heap_class_init (GstZcHeapClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (
      gst_zc_heap_debug, "zcheap", 0, "where memory comes from");
  object_class->set_property = gst_zc_heap_set_property;
  object_class->get_property = gst_zc_heap_get_property;
  object_class->finalize = gst_zc_heap_finalize;
  install_properties (object_class);
}
