/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/runner.h"

#include <gst/allocators/allocators.h>

/* What holds for every element of the set, with or without devices. */
static const char *const names[] = { "dmabufsrc", "dmabufsink", "dmabufenc",
  "dmabufdec", "dmabufconvert" };
/* Below gst/. */
static const char *const folders[] = { "dmabufsrc", "dmabufsink", "dmabufcodec",
  "dmabufcodec", "dmabufcodec" };

static GstElement *
make (const char *name)
{
  GstElement *element = gst_element_factory_make (name, NULL);

  fail_unless (element != NULL, "%s", name);
  return gst_object_ref_sink (element);
}

static void
assert_gone (gpointer element)
{
  ASSERT_OBJECT_REFCOUNT (element, "element", 1);
  gst_object_unref (element);
}

GST_START_TEST (ready_works_or_says_why_not)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GstElement *element = make (names[i]);
    g_autoptr (GstBus) bus = gst_bus_new ();
    GstStateChangeReturn ret;
    GstMessage *message;

    gst_element_set_bus (element, bus);
    ret = gst_element_set_state (element, GST_STATE_READY);
    message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
    fail_unless_equals_int (ret == GST_STATE_CHANGE_FAILURE, message != NULL);
    gst_clear_message (&message);
    gst_element_set_state (element, GST_STATE_NULL);
    gst_element_set_bus (element, NULL);
    /* messages hold whom they are from */
    gst_bus_set_flushing (bus, TRUE);
    assert_gone (element);
  }
}
GST_END_TEST;

GST_START_TEST (a_failed_start_can_be_tried_again)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GstElement *element = make (names[i]);
    unsigned fds = 0;

    g_object_set (element, "device", "/dev/nonesuch", NULL);
    for (guint j = 0; j < 20; j++) {
      fail_unless_equals_int (gst_element_set_state (element, GST_STATE_READY),
          GST_STATE_CHANGE_FAILURE);
      gst_element_set_state (element, GST_STATE_NULL);
      if (j == 0)
        fds = fds_count ();
    }
    fail_unless_equals_int (fds_count (), fds);
    assert_gone (element);
  }
}
GST_END_TEST;

GST_START_TEST (unused_elements_go_away)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    assert_gone (make (names[i]));
}
GST_END_TEST;

GST_START_TEST (every_property_is_explained)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GstElement *element = make (names[i]);
    guint n;
    g_autofree GParamSpec **specs = g_object_class_list_properties (
        G_OBJECT_GET_CLASS (element), &n);

    for (guint j = 0; j < n; j++) {
      const char *blurb = g_param_spec_get_blurb (specs[j]);

      if (specs[j]->owner_type != G_OBJECT_TYPE (element))
        continue;
      fail_unless (
          blurb && strlen (blurb) > 10, "%s: %s", names[i], specs[j]->name);
      fail_if (
          g_str_has_suffix (blurb, "."), "%s: %s", names[i], specs[j]->name);
    }
    assert_gone (element);
  }
}
GST_END_TEST;

/* The comment at the top of its file. */
static gchar *
read_documentation (const char *folder, const char *name)
{
  g_autofree gchar *path = g_strdup_printf (
      TOP_SRCDIR "/gst/%s/gst%s.c", folder, name);
  gchar *text = NULL;
  char *section;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL), "%s", path);
  section = strstr (text, "SECTION:element-");
  fail_unless (section != NULL, "%s", path);
  *strstr (section, "*/") = '\0';
  memmove (text, section, strlen (section) + 1);
  return text;
}

/* In the documentation's list, which has an asterisk before each. */
static gboolean
is_listed (const char *documentation, const char *field)
{
  g_autofree gchar *pattern = g_strdup_printf (
      "\n \\* \\* ([a-z0-9-]+, )*%s(, [a-z0-9-]+)*: ", field);

  return g_regex_match_simple (pattern, documentation, 0, 0);
}

GST_START_TEST (every_field_of_stats_is_explained)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GstElement *element = make (names[i]);
    GParamSpec *spec = g_object_class_find_property (
        G_OBJECT_GET_CLASS (element), "stats");
    g_autofree gchar *documentation = read_documentation (folders[i], names[i]);
    g_autoptr (GstStructure) stats = NULL;

    g_object_get (element, "stats", &stats, NULL);
    fail_unless (gst_structure_n_fields (stats) > 5);
    for (gint j = 0; j < gst_structure_n_fields (stats); j++) {
      const char *field = gst_structure_nth_field_name (stats, j);

      fail_unless (strstr (g_param_spec_get_blurb (spec), field) != NULL,
          "%s: %s", names[i], field);
      fail_unless (is_listed (documentation, field), "%s: %s", names[i], field);
    }
    assert_gone (element);
  }
}
GST_END_TEST;

GST_START_TEST (every_property_can_be_read)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GstElement *element = make (names[i]);
    guint n;
    g_autofree GParamSpec **specs = g_object_class_list_properties (
        G_OBJECT_GET_CLASS (element), &n);

    for (guint j = 0; j < n; j++) {
      GValue value = G_VALUE_INIT;

      if (!(specs[j]->flags & G_PARAM_READABLE))
        continue;
      g_value_init (&value, specs[j]->value_type);
      g_object_get_property (G_OBJECT (element), specs[j]->name, &value);
      g_value_unset (&value);
    }
    assert_gone (element);
  }
}
GST_END_TEST;

GST_START_TEST (what_is_set_can_be_read)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GstElement *element = make (names[i]);
    g_autofree gchar *device = NULL, *unset = NULL;

    g_object_get (element, "device", &unset, NULL);
    fail_unless (unset == NULL);
    g_object_set (element, "device", "/dev/something", NULL);
    g_object_get (element, "device", &device, NULL);
    fail_unless_equals_string (device, "/dev/something");
    assert_gone (element);
  }
}
GST_END_TEST;

/* Whether these are of raw video, which must be in both kinds of memory. */
static gboolean
is_raw_in_both (GstCaps *caps, const char *name)
{
  gboolean dmabuf = FALSE, system = FALSE;

  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    GstStructure *s = gst_caps_get_structure (caps, i);

    if (!gst_structure_has_name (s, "video/x-raw"))
      continue;
    if (gst_caps_features_contains (
            gst_caps_get_features (caps, i), GST_CAPS_FEATURE_MEMORY_DMABUF)) {
      fail_unless_equals_string (
          gst_structure_get_string (s, "format"), "DMA_DRM");
      dmabuf = TRUE;
    } else {
      system = TRUE;
    }
  }
  fail_unless (dmabuf == system, "%s", name);
  return dmabuf;
}

GST_START_TEST (templates_have_dmabuf_and_system_memory)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GstElement *element = make (names[i]);
    guint n_raw = 0;

    for (const GList *l = gst_element_get_pad_template_list (element); l;
        l = l->next) {
      g_autoptr (GstCaps) caps = gst_pad_template_get_caps (l->data);

      n_raw += is_raw_in_both (caps, names[i]);
    }
    fail_unless (n_raw > 0, "%s", names[i]);
    assert_gone (element);
  }
}
GST_END_TEST;

GST_START_TEST (elements_say_what_they_are)
{
  static const char *const keys[] = { GST_ELEMENT_METADATA_LONGNAME,
    GST_ELEMENT_METADATA_KLASS, GST_ELEMENT_METADATA_DESCRIPTION,
    GST_ELEMENT_METADATA_AUTHOR };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GstElementFactory *factory = gst_element_factory_find (names[i]);

    fail_unless (factory != NULL, "%s", names[i]);
    for (guint j = 0; j < G_N_ELEMENTS (keys); j++) {
      const char *text = gst_element_factory_get_metadata (factory, keys[j]);

      fail_unless (text && text[0], "%s: %s", names[i], keys[j]);
    }
    gst_object_unref (factory);
  }
}
GST_END_TEST;

/* Automatic pluggers must not choose them over what systems have set up. */
GST_START_TEST (nobody_gets_them_unasked)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GstElementFactory *factory = gst_element_factory_find (names[i]);

    fail_unless_equals_int (
        gst_plugin_feature_get_rank (GST_PLUGIN_FEATURE (factory)),
        GST_RANK_NONE);
    gst_object_unref (factory);
  }
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (ready_works_or_says_why_not),
    RUNNER_TEST (a_failed_start_can_be_tried_again),
    RUNNER_TEST (unused_elements_go_away),
    RUNNER_TEST (every_property_is_explained),
    RUNNER_TEST (every_field_of_stats_is_explained),
    RUNNER_TEST (every_property_can_be_read),
    RUNNER_TEST (what_is_set_can_be_read),
    RUNNER_TEST (templates_have_dmabuf_and_system_memory),
    RUNNER_TEST (elements_say_what_they_are),
    RUNNER_TEST (nobody_gets_them_unasked))
