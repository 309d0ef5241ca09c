/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcerror.h"
#include "gst-libs/allocators/gstzclayout.h"

static void
assert_error (GError *error, GstZcError code, const char *part)
{
  fail_unless (error != NULL);
  fail_unless (g_error_matches (error, GST_ZC_ERROR, code), "%d: %s",
      error->code, error->message);
  fail_unless (strstr (error->message, part) != NULL, "\"%s\" is not in \"%s\"",
      part, error->message);
  g_error_free (error);
}

/* NV12 of 320x240 with lines of 384 bytes, 256 of them, in one memory. */
static GstZcLayout
sample (void)
{
  GstZcConstraints c = { .stride = { 384 }, .coded_height = 256 };
  GstZcLayout layout;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 320, 240);
  fail_unless (gst_zc_layout_from_info (&layout, &info, &c, NULL));
  return layout;
}

GST_START_TEST (demands_that_are_met)
{
  static const GstZcConstraints met[] = {
    { .stride = { 384, 384 } },
    { .stride_align = { 128, 64 } },
    { .min_stride = 320, .max_stride = 384 },
    { .coded_height = 256, .height_align = 16, .min_height = 242 },
    { .offset = { 0, 384 * 256 } },
    { .offset_align = { 4096, 4096 } },
    { .min_size = { 384 * 384, 999999999 } },
    { .size_align = 4096, .padding = 64 },
    { .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES },
    { .flags = GST_ZC_CONSTRAINTS_ONE_MEMORY | GST_ZC_CONSTRAINTS_CONTIGUOUS },
  };
  GstZcLayout layout = sample ();
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (met); i++)
    fail_unless (gst_zc_layout_fits (&layout, &met[i], &error), "%u: %s", i,
        error ? error->message : "");
}
GST_END_TEST;

GST_START_TEST (a_demand_that_is_not_met_is_named)
{
  static const struct {
    GstZcConstraints c;
    const char *message;
  } unmet[] = {
    { { .stride = { 320 } }, "stride of plane 0: 384 is not exactly 320" },
    { { .stride = { 0, 400 } }, "stride of plane 1: 384 is not exactly 400" },
    { { .stride_align = { 0, 256 } },
        "stride of plane 1: 384 is not a multiple of 256" },
    { { .min_stride = 400 }, "stride of plane 0: 384 is not at least 400" },
    { { .max_stride = 383 }, "stride of plane 0: 384 is not at most 383" },
    { { .coded_height = 240 }, "coded height of plane 0: 256 is not exactly" },
    { { .min_height = 257 }, "coded height of plane 0: 256 is not at least" },
    { { .height_align = 100 }, "256 is not a multiple of 100" },
    { { .offset = { 0, 98688 } },
        "offset of plane 1: 98304 is not exactly 98688" },
    { { .offset = { 64 } }, "offset of plane 0: 0 is not exactly 64" },
    { { .offset_align = { 1, 65536 } },
        "offset of plane 1: 98304 is not a multiple of 65536" },
    { { .min_size = { 200000 } }, "147456 is not at least 200000" },
    { { .size_align = 65536 }, "147456 is not a multiple of 65536" },
    { { .padding = 10000 }, "bytes behind the picture, not 10000" },
    { { .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES },
        "2 planes are in one memory" },
  };
  GstZcLayout layout = sample ();

  for (guint i = 0; i < G_N_ELEMENTS (unmet); i++) {
    GError *error = NULL;

    fail_if (gst_zc_layout_fits (&layout, &unmet[i].c, &error), "%u", i);
    assert_error (error, GST_ZC_ERROR_INVALID, unmet[i].message);
  }
}
GST_END_TEST;

GST_START_TEST (planes_elsewhere_are_not_linked)
{
  static const GstZcConstraints linked = {
    .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES
  };
  GstZcLayout layout = sample ();
  GError *error = NULL;

  layout.offset[1] += 384;
  layout.size += 384;
  fail_if (gst_zc_layout_fits (&layout, &linked, &error));
  assert_error (error, GST_ZC_ERROR_INVALID, "98688 is not exactly 98304");

  layout = sample ();
  layout.stride[1] = 320;
  error = NULL;
  fail_if (gst_zc_layout_fits (&layout, &linked, &error));
  assert_error (error, GST_ZC_ERROR_INVALID, "320 is not exactly 384");
}
GST_END_TEST;

GST_START_TEST (layouts_that_make_no_sense_fit_nothing)
{
  static const GstZcConstraints none = { 0 };
  GstZcLayout layout = { 0 };

  fail_if (gst_zc_layout_fits (&layout, &none, NULL));
  layout = sample ();
  layout.n_memories = 7;
  fail_if (gst_zc_layout_fits (&layout, &none, NULL));
  layout = sample ();
  layout.size = 1000;
  fail_if (gst_zc_layout_fits (&layout, &none, NULL));
  layout = sample ();
  layout.n_planes = 9;
  fail_if (gst_zc_layout_fits (&layout, &none, NULL));
  layout = sample ();
  layout.coded_height = G_MAXUINT;
  fail_if (gst_zc_layout_fits (&layout, &none, NULL));
}
GST_END_TEST;

GST_START_TEST (equal_is_where_pixels_lie)
{
  GstZcLayout a = sample (), b = sample ();

  fail_unless (gst_zc_layout_equal (&a, &b));
  b.size += 4096;
  fail_unless (gst_zc_layout_equal (&a, &b));
  b.offset[1] += 2;
  fail_if (gst_zc_layout_equal (&a, &b));
  b = a;
  b.stride[1] += 2;
  fail_if (gst_zc_layout_equal (&a, &b));
  b = a;
  b.modifier = 1;
  fail_if (gst_zc_layout_equal (&a, &b));
  b = a;
  b.width--;
  fail_if (gst_zc_layout_equal (&a, &b));
}
GST_END_TEST;

GST_START_TEST (a_copy_is_equal)
{
  GstZcLayout layout = sample ();
  GstZcLayout *copy = g_boxed_copy (GST_TYPE_ZC_LAYOUT, &layout);
  GstZcConstraints c;

  fail_unless (gst_zc_layout_equal (&layout, copy));
  gst_zc_layout_to_constraints (copy, &c);
  fail_unless (gst_zc_layout_fits (copy, &c, NULL));
  fail_unless_equals_int (c.stride[1], 384);
  fail_unless_equals_int (c.coded_height, 256);
  g_boxed_free (GST_TYPE_ZC_LAYOUT, copy);
  copy = gst_zc_layout_new ();
  fail_unless_equals_int (copy->n_planes, 0);
  gst_zc_layout_free (copy);
}
GST_END_TEST;

/* --- demands of a layout ----------------------------------------------- */

static void
assert_makes_itself (const GstZcLayout *layout, const GstVideoInfo *info)
{
  const char *name = gst_video_format_to_string (layout->format);
  GstZcConstraints c;
  GstZcLayout again;
  GError *error = NULL;

  gst_zc_layout_to_constraints (layout, &c);
  fail_unless (gst_zc_layout_fits (layout, &c, &error), "%s: %s", name,
      error ? error->message : "");
  fail_unless (gst_zc_layout_from_info (&again, info, &c, &error), "%s: %s",
      name, error ? error->message : "");
  fail_unless (gst_zc_layout_equal (layout, &again), "%s", name);
  for (guint i = 0; layout->n_memories > 1 && i < layout->n_memories; i++)
    fail_unless (again.memory_size[i] >= layout->memory_size[i], "%s", name);
}

/* Tiles cannot have all of them. */
static guint
make_again (const GstZcConstraints *demands, guint width, guint height)
{
  GstVideoFormat format;
  guint n = 0;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    GstZcLayout layout;
    GstVideoInfo info;

    gst_video_info_set_format (&info, format, width, height);
    if (gst_zc_layout_from_info (&layout, &info, demands, NULL)) {
      assert_makes_itself (&layout, &info);
      n++;
    }
  }
  return n;
}

GST_START_TEST (what_a_layout_demands_makes_it_again)
{
  static const GstZcConstraints demands[] = {
    { .flags = 0 },
    { .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES },
    { .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES, .height_align = 32 },
    { .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES, .size_align = 4096 },
    { .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES, .min_height = 300 },
    { .stride_align = { 64, 64, 64 }, .height_align = 16 },
    { .stride_align = { 48, 100, 36 } },
    { .offset_align = { 4096, 4096, 4096 }, .padding = 64 },
    { .offset_align = { 1, 100, 300 } },
    { .offset = { 0, 1000000, 2000000 } },
    { .offset = { 128 } },
    { .min_stride = 3000, .min_height = 300, .min_size = { 99999 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (demands); i++) {
    fail_unless (make_again (&demands[i], 322, 242) > 35, "%u", i);
    fail_unless (make_again (&demands[i], 321, 241) > 35, "%u", i);
    fail_unless (make_again (&demands[i], 640, 480) > 35, "%u", i);
  }
}
GST_END_TEST;

/* As vivid does it with V4L2's data_offset. */
GST_START_TEST (bytes_before_planes_in_their_own_memories_are_demanded)
{
  GstZcConstraints c = { .offset = { 128, 64 },
    .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES };
  GstZcLayout layout;
  GstVideoInfo info;
  gsize offset;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV16, 320, 240);
  fail_unless (gst_zc_layout_from_info (&layout, &info, &c, NULL));
  fail_unless_equals_int (layout.memory_size[0], 320 * 240 + 128);
  fail_unless_equals_int (layout.offset[1], 320 * 240 + 128 + 64);
  fail_unless_equals_int (gst_zc_layout_find_plane (&layout, 1, &offset), 1);
  fail_unless_equals_int (offset, 64);
  assert_makes_itself (&layout, &info);
}
GST_END_TEST;

GST_START_TEST (a_layout_with_a_gap_is_demanded_with_it)
{
  GstVideoMeta meta = { .format = GST_VIDEO_FORMAT_NV12,
    .width = 640,
    .height = 480,
    .n_planes = 2,
    .offset = { 0, 307300 },
    .stride = { 640, 640 } };
  GstZcConstraints c, linked = { .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES };
  GstZcLayout layout;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 640, 480);
  fail_unless (gst_zc_constraints_from_meta (&c, &meta, NULL));
  fail_unless (gst_zc_layout_from_info (&layout, &info, &c, NULL));
  fail_unless_equals_int (layout.offset[1], 307300);
  fail_unless_equals_int (layout.size, 307300 + 640 * 240);
  /* a device that knows the first plane alone cannot take it */
  fail_unless (gst_zc_constraints_merge (&c, &c, &linked, NULL));
  fail_if (gst_zc_layout_from_info (&layout, &info, &c, NULL));
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (demands_that_are_met),
    RUNNER_TEST (a_demand_that_is_not_met_is_named),
    RUNNER_TEST (planes_elsewhere_are_not_linked),
    RUNNER_TEST (layouts_that_make_no_sense_fit_nothing),
    RUNNER_TEST (equal_is_where_pixels_lie), RUNNER_TEST (a_copy_is_equal),
    RUNNER_TEST (what_a_layout_demands_makes_it_again),
    RUNNER_TEST (bytes_before_planes_in_their_own_memories_are_demanded),
    RUNNER_TEST (a_layout_with_a_gap_is_demanded_with_it))
