/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:tracer-zerocopy
 * @short_description: tells which frames the CPU copied, and who did it
 *
 * With `GST_TRACERS=zerocopy` any program that uses GStreamer tells when it
 * ends how video went through its pipelines: one line for each link, with the
 * type of memory, bytes a frame, how many different buffers there were
 * (dma-bufs by their identity) and a verdict: `zero copy`, or `copied by
 * v4l2fwhtenc0: 614 400 bytes a frame`. One line for each element says how
 * often the CPU mapped memory there, and how long the element kept frames.
 * `kill -USR1` makes the program tell at once.
 *
 * |[
 * GST_TRACERS=zerocopy gst-launch-1.0 v4l2src num-buffers=60 ! v4l2fwhtenc !
 * fakesink GST_TRACERS="zerocopy(format=json,file=/tmp/report.json)" ./program
 * ]|
 *
 * `format` is `table` (the default), `json`, `dot` (for GraphViz) or `none`;
 * `file` is where it goes instead of standard error.
 *
 * A frame is raw video. It was copied if an element mapped it to read it, and
 * pushed other memory for it, or wrote other memory that it kept. Reading alone
 * is no copy, and neither is encoding or decoding. What the CPU does without
 * gst_memory_map() is not seen: elements that map a descriptor themselves, and
 * those that keep a pointer. What devices copy (GPUs, scalers) is no copy by
 * the CPU. Memory under 512 bytes is not followed. Calls of
 * DMA_BUF_IOCTL_SYNC are those of this project's library, and two for each map
 * of GStreamer's own dma-bufs.
 *
 * Since: 0.2
 */

#include "gstzerocopytracer.h"

#include "gstzerocopylinks.h"
#include "gstzerocopymaps.h"
#include "gstzerocopyreport.h"
#include "gstzerocopysignal.h"
#include "gstzerocopythread.h"

#include <stdio.h>
#include <stdlib.h>

GST_DEBUG_CATEGORY_EXTERN (gst_zerocopy_debug);
#define GST_CAT_DEFAULT gst_zerocopy_debug

enum {
  PROP_0,
  PROP_FRAMES,
  PROP_COPIED_FRAMES,
  PROP_TABLE,
  PROP_JSON,
  PROP_DOT,
};

struct _GstZerocopyTracer {
  GstTracer parent;

  gboolean counts; /* the first of the process */
};

G_DEFINE_TYPE (GstZerocopyTracer, gst_zerocopy_tracer, GST_TYPE_TRACER)

/* Where reports go, for the thread of the signal and the end of the process:
 * set before either can come. */
static gchar *format;
static gchar *file;
static gint told; /* atomic: at the end */

typedef gchar *(*Writer) (const GstZerocopyReport *report);

static Writer
get_writer (void)
{
  if (g_strcmp0 (format, "json") == 0)
    return gst_zerocopy_report_to_json;
  if (g_strcmp0 (format, "dot") == 0)
    return gst_zerocopy_report_to_dot;
  return gst_zerocopy_report_to_table;
}

static void
tell (gboolean end)
{
  g_autoptr (GstZerocopyReport) report = gst_zerocopy_report_new (end);
  g_autofree gchar *text = get_writer () (report);
  g_autoptr (GError) error = NULL;

  if (!file)
    fputs (text, stderr);
  else if (!g_file_set_contents (file, text, -1, &error))
    g_printerr ("zerocopy: %s: %s\n", file, error->message);
}

static void
tell_now (void)
{
  tell (FALSE);
}

/* Programs that never call gst_deinit() get here when they exit. Processes
 * that had no pipeline, such as the plugin scanner, have nothing to tell. */
static void
tell_at_the_end (void)
{
  g_autoptr (GstZerocopyReport) report = NULL;

  if (!g_atomic_int_compare_and_exchange (&told, FALSE, TRUE) ||
      g_strcmp0 (format, "none") == 0)
    return;
  report = gst_zerocopy_report_new (TRUE);
  if (report->links->len > 0 || file)
    tell (TRUE);
}

/* The first memory tells for all of the buffer. */
static void
learn_memory (GstZerocopyLink *link, GstBuffer *buffer)
{
  GstAllocator *allocator;

  if (gst_buffer_n_memory (buffer) == 0)
    return;
  allocator = gst_buffer_peek_memory (buffer, 0)->allocator;
  if (g_atomic_pointer_get (&link->allocator) == allocator)
    return;

  gst_zerocopy_maps_watch (allocator);
  gst_zerocopy_ledger_lock ();
  link->memory = g_intern_string (allocator->mem_type);
  gst_zerocopy_ledger_unlock ();
  g_atomic_pointer_set (&link->allocator, allocator);
}

static void
pass (GstZerocopyLink *link, GstBuffer *buffer, GstClockTime stamp)
{
  learn_memory (link, buffer);
  gst_zerocopy_maps_watch_buffer (buffer);
  gst_zerocopy_ledger_pass (link, buffer, stamp);
}

static void
chain_pre (
    GstTracer *tracer, GstClockTime stamp, GstPad *pad, GstBuffer *buffer)
{
  GstZerocopyLink *link = gst_zerocopy_links_get (pad);

  (void) tracer;
  if (link)
    pass (link, buffer, stamp);
  gst_zerocopy_thread_enter (link ? link->sink : NULL);
}

static void
chain_list_pre (
    GstTracer *tracer, GstClockTime stamp, GstPad *pad, GstBufferList *list)
{
  GstZerocopyLink *link = gst_zerocopy_links_get (pad);

  (void) tracer;
  if (link)
    for (guint i = 0; i < gst_buffer_list_length (list); i++)
      pass (link, gst_buffer_list_get (list, i), stamp);
  gst_zerocopy_thread_enter (link ? link->sink : NULL);
}

static void
chain_post (
    GstTracer *tracer, GstClockTime stamp, GstPad *pad, GstFlowReturn ret)
{
  (void) tracer;
  (void) stamp;
  (void) pad;
  (void) ret;
  gst_zerocopy_thread_leave ();
}

static void
pull_pre (GstTracer *tracer, GstClockTime stamp, GstPad *pad, guint64 offset,
    guint size)
{
  GstZerocopyLink *link = gst_zerocopy_links_get (pad);

  (void) tracer;
  (void) stamp;
  (void) offset;
  (void) size;
  gst_zerocopy_thread_enter (link ? link->src : NULL);
}

static void
pull_post (GstTracer *tracer, GstClockTime stamp, GstPad *pad,
    GstBuffer *buffer, GstFlowReturn ret)
{
  GstZerocopyLink *link = gst_zerocopy_links_get (pad);

  (void) tracer;
  gst_zerocopy_thread_leave ();
  if (link && buffer && ret == GST_FLOW_OK)
    pass (link, buffer, stamp);
}

static void
event_pre (GstTracer *tracer, GstClockTime stamp, GstPad *pad, GstEvent *event)
{
  (void) tracer;
  (void) stamp;
  (void) pad;
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS)
    gst_zerocopy_links_changed ();
}

static void
link_post (GstTracer *tracer, GstClockTime stamp, GstPad *src, GstPad *sink,
    GstPadLinkReturn ret)
{
  (void) tracer;
  (void) stamp;
  (void) src;
  (void) sink;
  (void) ret;
  gst_zerocopy_links_changed ();
}

static void
unlink_post (GstTracer *tracer, GstClockTime stamp, GstPad *src, GstPad *sink,
    gboolean ok)
{
  link_post (
      tracer, stamp, src, sink, ok ? GST_PAD_LINK_OK : GST_PAD_LINK_REFUSED);
}

/* Tasks tell about themselves in their own thread. */
static void
message_pre (GstTracer *tracer, GstClockTime stamp, GstElement *element,
    GstMessage *message)
{
  GstStreamStatusType type;
  GstElement *owner;

  (void) tracer;
  (void) stamp;
  (void) element;
  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_STREAM_STATUS)
    return;
  gst_message_parse_stream_status (message, &type, &owner);
  if (type == GST_STREAM_STATUS_TYPE_ENTER)
    gst_zerocopy_thread_set_owner (gst_zerocopy_links_get_element (owner));
  else if (type == GST_STREAM_STATUS_TYPE_LEAVE)
    gst_zerocopy_thread_set_owner (NULL);
}

static void
object_created (GstTracer *tracer, GstClockTime stamp, GstObject *object)
{
  (void) tracer;
  (void) stamp;
  if (GST_IS_ALLOCATOR (object))
    gst_zerocopy_maps_watch (GST_ALLOCATOR_CAST (object));
}

static void
object_destroyed (GstTracer *tracer, GstClockTime stamp, GstObject *object)
{
  (void) tracer;
  (void) stamp;
  if (GST_IS_ALLOCATOR (object))
    gst_zerocopy_maps_forget (object);
  else if (GST_IS_PAD (object) || GST_IS_ELEMENT (object))
    gst_zerocopy_links_forget (object);
}

static void
watch_default_allocators (void)
{
  const char *const names[] = { NULL, GST_ALLOCATOR_SYSMEM };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GstAllocator *allocator = gst_allocator_find (names[i]);

    if (allocator)
      gst_zerocopy_maps_watch (allocator);
    gst_clear_object (&allocator);
  }
}

static void
register_hooks (GstTracer *self)
{
  gst_tracing_register_hook (self, "pad-chain-pre", G_CALLBACK (chain_pre));
  gst_tracing_register_hook (self, "pad-chain-post", G_CALLBACK (chain_post));
  gst_tracing_register_hook (
      self, "pad-chain-list-pre", G_CALLBACK (chain_list_pre));
  gst_tracing_register_hook (
      self, "pad-chain-list-post", G_CALLBACK (chain_post));
  gst_tracing_register_hook (self, "pad-pull-range-pre", G_CALLBACK (pull_pre));
  gst_tracing_register_hook (
      self, "pad-pull-range-post", G_CALLBACK (pull_post));
  gst_tracing_register_hook (
      self, "pad-push-event-pre", G_CALLBACK (event_pre));
  gst_tracing_register_hook (
      self, "pad-send-event-pre", G_CALLBACK (event_pre));
  gst_tracing_register_hook (self, "pad-link-post", G_CALLBACK (link_post));
  gst_tracing_register_hook (self, "pad-unlink-post", G_CALLBACK (unlink_post));
  gst_tracing_register_hook (
      self, "element-post-message-pre", G_CALLBACK (message_pre));
  gst_tracing_register_hook (
      self, "object-created", G_CALLBACK (object_created));
  gst_tracing_register_hook (
      self, "object-destroyed", G_CALLBACK (object_destroyed));
}

static gboolean
is_format (const char *word)
{
  static const char *const words[] = { "table", "json", "dot", "none", NULL };

  return g_strv_contains (words, word);
}

static void
read_params (GstTracer *self)
{
  g_autofree gchar *params = NULL, *text = NULL;
  g_autoptr (GstStructure) structure = NULL;

  g_object_get (self, "params", &params, NULL);
  if (!params || !*params)
    return;
  text = g_strdup_printf ("zerocopy,%s", params);
  structure = gst_structure_from_string (text, NULL);
  if (!structure) {
    g_printerr ("zerocopy: not understood: %s\n", params);
    return;
  }
  format = g_strdup (gst_structure_get_string (structure, "format"));
  file = g_strdup (gst_structure_get_string (structure, "file"));
  if (format && !is_format (format)) {
    g_printerr ("zerocopy: there is no format %s; there are table, json, dot "
                "and none\n",
        format);
    g_clear_pointer (&format, g_free);
  }
}

/* The process has one ledger: a second tracer has nothing to add. */
static void
gst_zerocopy_tracer_constructed (GObject *object)
{
  static gint taken;
  GstZerocopyTracer *self = GST_ZEROCOPY_TRACER (object);

  G_OBJECT_CLASS (gst_zerocopy_tracer_parent_class)->constructed (object);
  self->counts = g_atomic_int_compare_and_exchange (&taken, FALSE, TRUE);
  if (!self->counts) {
    GST_WARNING_OBJECT (self, "there is one in this process already");
    return;
  }
  read_params (GST_TRACER (self));
  gst_zerocopy_ledger_start ();
  watch_default_allocators ();
  register_hooks (GST_TRACER (self));
  gst_zerocopy_signal_start (tell_now);
  atexit (tell_at_the_end);
}

static void
gst_zerocopy_tracer_finalize (GObject *object)
{
  if (GST_ZEROCOPY_TRACER (object)->counts) {
    gst_zerocopy_signal_stop ();
    tell_at_the_end ();
    gst_zerocopy_ledger_stop ();
    gst_zerocopy_maps_stop ();
  }
  G_OBJECT_CLASS (gst_zerocopy_tracer_parent_class)->finalize (object);
}

static void
gst_zerocopy_tracer_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_autoptr (GstZerocopyReport) report = gst_zerocopy_report_new (TRUE);

  switch (id) {
    case PROP_FRAMES:
      g_value_set_uint64 (value, report->frames);
      break;
    case PROP_COPIED_FRAMES:
      g_value_set_uint64 (value, report->copied_frames);
      break;
    case PROP_TABLE:
      g_value_take_string (value, gst_zerocopy_report_to_table (report));
      break;
    case PROP_JSON:
      g_value_take_string (value, gst_zerocopy_report_to_json (report));
      break;
    case PROP_DOT:
      g_value_take_string (value, gst_zerocopy_report_to_dot (report));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
install_text (
    GObjectClass *klass, guint id, const char *name, const char *blurb)
{
  g_object_class_install_property (klass, id,
      g_param_spec_string (
          name, name, blurb, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
install_number (
    GObjectClass *klass, guint id, const char *name, const char *blurb)
{
  g_object_class_install_property (klass, id,
      g_param_spec_uint64 (name, name, blurb, 0, G_MAXUINT64, 0,
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
gst_zerocopy_tracer_class_init (GstZerocopyTracerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = gst_zerocopy_tracer_constructed;
  object_class->finalize = gst_zerocopy_tracer_finalize;
  object_class->get_property = gst_zerocopy_tracer_get_property;
  install_number (object_class, PROP_FRAMES, "frames",
      "Frames of raw video that passed a link, counted at each");
  install_number (object_class, PROP_COPIED_FRAMES, "copied-frames",
      "How often an element copied a frame by the CPU");
  install_text (object_class, PROP_TABLE, "table",
      "What was counted, one line for each link and each element");
  install_text (
      object_class, PROP_JSON, "json", "What was counted, for programs");
  install_text (object_class, PROP_DOT, "dot",
      "The links as a graph for GraphViz, with copies in red");
}

static void
gst_zerocopy_tracer_init (GstZerocopyTracer *self)
{
  (void) self;
}
