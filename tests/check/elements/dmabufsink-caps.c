/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/display.h"
#include "../helpers/runner.h"

#include <drm_fourcc.h>
#include <gst/video/video.h>
#include <xf86drm.h>

/* The element's caps against what libdrm says of the planes. */
static GHashTable *driver; /* drm-format strings */
static GstCaps *caps;

static void
add_formats (struct display *display, uint32_t plane)
{
  drmModeObjectProperties *all = drmModeObjectGetProperties (
      display->fd, plane, DRM_MODE_OBJECT_PLANE);

  for (uint32_t i = 0; i < all->count_props; i++) {
    drmModePropertyRes *p = drmModeGetProperty (display->fd, all->props[i]);
    drmModeFormatModifierIterator it = { 0 };
    drmModePropertyBlobRes *blob;

    if (strcmp (p->name, "IN_FORMATS") == 0) {
      blob = drmModeGetPropertyBlob (display->fd, all->prop_values[i]);
      while (drmModeFormatModifierBlobIterNext (blob, &it))
        g_hash_table_add (
            driver, gst_video_dma_drm_fourcc_to_string (it.fmt, it.mod));
      drmModeFreePropertyBlob (blob);
    }
    drmModeFreeProperty (p);
  }
  drmModeFreeObjectProperties (all);
}

static void
set_up (void)
{
  GstElement *sink = gst_element_factory_make ("dmabufsink", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  struct display display;
  drmModePlaneRes *planes;

  driver = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  display_open (&display);
  display_drop_master (&display);
  planes = drmModeGetPlaneResources (display.fd);
  for (uint32_t i = 0; i < planes->count_planes; i++)
    add_formats (&display, planes->planes[i]);
  drmModeFreePlaneResources (planes);
  fail_unless (g_hash_table_size (driver) > 0);

  fail_unless_equals_int (
      gst_element_set_state (sink, GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
  caps = gst_pad_query_caps (pad, NULL);
  gst_element_set_state (sink, GST_STATE_NULL);
  gst_object_unref (sink);
  display_close (&display);
}

static void
tear_down (void)
{
  g_hash_table_unref (driver);
  gst_caps_unref (caps);
}

static gboolean
offers (const char *text)
{
  g_autoptr (GstCaps) one = gst_caps_from_string (text);

  return gst_caps_can_intersect (caps, one);
}

GST_START_TEST (every_format_of_the_planes_is_offered)
{
  GHashTableIter iter;
  gpointer name;

  set_up ();
  g_hash_table_iter_init (&iter, driver);
  while (g_hash_table_iter_next (&iter, &name, NULL)) {
    g_autofree char *text = g_strdup_printf (
        "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=\"%s\"",
        (char *) name);

    fail_unless (offers (text), "%s", text);
  }
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (nothing_else_is_offered)
{
  const GValue *list;

  set_up ();
  list = gst_structure_get_value (
      gst_caps_get_structure (caps, 0), "drm-format");
  for (guint i = 0; i < gst_value_list_get_size (list); i++) {
    const char *name = g_value_get_string (gst_value_list_get_value (list, i));

    fail_unless (g_hash_table_contains (driver, name), "%s", name);
  }
  fail_unless_equals_int (
      gst_value_list_get_size (list), g_hash_table_size (driver));
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (system_memory_is_offered_for_linear_formats)
{
  set_up ();
  fail_unless (offers ("video/x-raw,format=BGRx,width=640,height=480"));
  fail_unless (offers ("video/x-raw,format=RGB16,width=640,height=480"));
  fail_if (offers ("video/x-raw,format=GRAY16_LE"));
  tear_down ();
}
GST_END_TEST;

/* vkms cannot scale: no picture is larger than the largest mode. */
GST_START_TEST (sizes_end_at_the_largest_mode)
{
  set_up ();
  fail_unless (offers ("video/x-raw,format=BGRx,width=4096,height=2160"));
  fail_if (offers ("video/x-raw,format=BGRx,width=4097,height=2160"));
  fail_if (offers ("video/x-raw,format=BGRx,width=4096,height=2161"));
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (frames_of_both_fields_are_offered_and_single_fields_are_not)
{
  set_up ();
  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    fail_unless (gst_structure_has_field (
        gst_caps_get_structure (caps, i), "interlace-mode"));
  fail_unless (offers ("video/x-raw,format=BGRx,interlace-mode=progressive"));
  fail_unless (offers ("video/x-raw,format=BGRx,interlace-mode=interleaved"));
  fail_unless (offers ("video/x-raw,format=BGRx,interlace-mode=mixed"));
  fail_if (offers ("video/x-raw,format=BGRx,interlace-mode=fields"));
  fail_if (offers ("video/x-raw(memory:SystemMemory,format:Interlaced),"
                   "format=BGRx,interlace-mode=alternate"));
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY,
    RUNNER_TEST (every_format_of_the_planes_is_offered),
    RUNNER_TEST (nothing_else_is_offered),
    RUNNER_TEST (system_memory_is_offered_for_linear_formats),
    RUNNER_TEST (sizes_end_at_the_largest_mode),
    RUNNER_TEST (frames_of_both_fields_are_offered_and_single_fields_are_not))
