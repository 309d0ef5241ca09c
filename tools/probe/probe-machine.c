/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe-machine.h"

#include "probe-display.h"
#include "probe-heap.h"
#include "probe-video.h"

#include <unistd.h>

static void
add_programs (GPtrArray *ends)
{
  g_ptr_array_add (ends, probe_end_new (PROBE_PRODUCER, NULL, NULL,
                             "a program's pictures: videotestsrc"));
  g_ptr_array_add (ends,
      probe_end_new (PROBE_CONSUMER, NULL, NULL, "a program that takes them"));
}

static gboolean
has_kind (const ProbeMachine *self, ProbeKind kind)
{
  for (guint i = 0; i < self->ends->len; i++) {
    const ProbeEnd *end = self->ends->pdata[i];

    if (end->kind == kind)
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_closed (const ProbeMachine *self)
{
  for (guint i = 0; i < self->ends->len; i++) {
    const ProbeEnd *end = self->ends->pdata[i];

    if (end->is_closed)
      return TRUE;
  }
  return FALSE;
}

static void
miss (ProbeMachine *self, const gchar *text)
{
  g_ptr_array_add (self->missing, g_strdup (text));
}

static void
miss_video (ProbeMachine *self, guint n_nodes)
{
  static const struct {
    ProbeKind kind;
    const gchar *text;
  } kinds[] = {
    { PROBE_CAMERA,
        "no camera: plug one in (USB ones: modprobe uvcvideo); a virtual one: "
        "modprobe vivid" },
    { PROBE_ENCODER,
        "no encoder that V4L2 has memory-to-memory; a virtual one: modprobe "
        "vicodec" },
    { PROBE_DECODER,
        "no decoder with a state that V4L2 has memory-to-memory; a virtual "
        "one: modprobe vicodec" },
    { PROBE_CONVERTER,
        "no converter or scaler that V4L2 has memory-to-memory; a virtual one: "
        "modprobe vim2m" },
  };

  if (n_nodes == 0)
    miss (self, "no /dev/video*: neither a camera nor a codec has a driver. "
                "Load it; a container needs its devices to be passed in");
  /* What there is may be among those. */
  if (has_closed (self)) {
    miss (self, "what some of /dev/video* are, because they cannot be opened: "
                "see what is said of them");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (!has_kind (self, kinds[i].kind))
      miss (self, kinds[i].text);
}

static void
miss_display (ProbeMachine *self, guint n_cards)
{
  if (n_cards == 0)
    miss (self, "no /dev/dri/card*: no display card has a driver. Load it; a "
                "virtual one: modprobe vkms");
  else if (!has_kind (self, PROBE_DISPLAY))
    miss (self, "no display that can be used: see what is said of the cards");
}

static void
miss_heaps (ProbeMachine *self)
{
  if (access ("/dev/dma_heap", F_OK) < 0)
    miss (self, "no /dev/dma_heap: the kernel is without CONFIG_DMABUF_HEAPS "
                "and CONFIG_DMABUF_HEAPS_SYSTEM");
  if (access ("/dev/udmabuf", F_OK) < 0)
    miss (self, "no /dev/udmabuf: modprobe udmabuf; the kernel needs "
                "CONFIG_UDMABUF");
}

static void
miss_elements (ProbeMachine *self)
{
  static const gchar *const names[] = { "dmabufsrc", "dmabufsink", "dmabufenc",
    "dmabufdec", "dmabufconvert", "videotestsrc", "appsrc", "fakesink" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GstElementFactory) factory = gst_element_factory_find (names[i]);

    if (!factory)
      g_ptr_array_add (self->missing,
          g_strdup_printf ("no element %s: its plugin is not installed, or not "
                           "in GST_PLUGIN_PATH",
              names[i]));
  }
}

ProbeMachine *
probe_machine_new (void)
{
  ProbeMachine *self = g_new0 (ProbeMachine, 1);
  guint n_nodes, n_cards;

  self->ends = g_ptr_array_new_with_free_func ((GDestroyNotify) probe_end_free);
  self->missing = g_ptr_array_new_with_free_func (g_free);
  n_nodes = probe_video_list (self->ends);
  n_cards = probe_display_list (self->ends);
  add_programs (self->ends);
  self->heaps = probe_heap_list ();

  miss_video (self, n_nodes);
  miss_display (self, n_cards);
  miss_heaps (self);
  miss_elements (self);
  return self;
}

void
probe_machine_free (ProbeMachine *self)
{
  g_ptr_array_unref (self->ends);
  g_ptr_array_unref (self->heaps);
  g_ptr_array_unref (self->missing);
  g_free (self);
}
