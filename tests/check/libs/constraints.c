/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcconstraints.h"
#include "gst-libs/allocators/gstzcerror.h"
#include "gst-libs/allocators/gstzclayout.h"

#define NONE { .flags = 0 }

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

static gboolean
is_same (const GstZcConstraints *a, const GstZcConstraints *b)
{
  for (guint i = 0; i < GST_VIDEO_MAX_PLANES; i++)
    if (a->stride[i] != b->stride[i] ||
        a->stride_align[i] != b->stride_align[i] ||
        a->offset[i] != b->offset[i] ||
        a->offset_align[i] != b->offset_align[i] ||
        a->min_size[i] != b->min_size[i])
      return FALSE;
  return a->min_stride == b->min_stride && a->max_stride == b->max_stride &&
         a->coded_height == b->coded_height && a->min_height == b->min_height &&
         a->height_align == b->height_align && a->size_align == b->size_align &&
         a->padding == b->padding && a->flags == b->flags;
}

GST_START_TEST (each_demand_is_merged)
{
  static const struct {
    GstZcConstraints a, b, merged;
  } cases[] = {
    { NONE, NONE, NONE },
    { { .stride = { 1920 } }, NONE, { .stride = { 1920 } } },
    { { .stride = { 1920, 0, 7 } }, { .stride = { 1920, 960 } },
        { .stride = { 1920, 960, 7 } } },
    { { .stride_align = { 64, 1, 3 } }, { .stride_align = { 96, 0, 2 } },
        { .stride_align = { 192, 1, 6 } } },
    { { .min_stride = 640, .max_stride = 8192 },
        { .min_stride = 1000, .max_stride = 4096 },
        { .min_stride = 1000, .max_stride = 4096 } },
    { { .max_stride = 8192 }, NONE, { .max_stride = 8192 } },
    { { .coded_height = 1088 }, { .height_align = 16, .min_height = 1080 },
        { .coded_height = 1088, .height_align = 16, .min_height = 1080 } },
    { { .height_align = 16 }, { .height_align = 24 }, { .height_align = 48 } },
    { { .offset_align = { 16, 4096 } }, { .offset_align = { 48, 256, 2 } },
        { .offset_align = { 48, 4096, 2 } } },
    { { .offset = { 0, 307300 } }, { .offset_align = { 0, 4 } },
        { .offset = { 0, 307300 }, .offset_align = { 0, 4 } } },
    { { .offset = { 64, 96 }, .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES },
        { .offset = { 64, 96 } },
        { .offset = { 64, 96 }, .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES } },
    { { .min_size = { 100, 7 } }, { .min_size = { 50, 8 } },
        { .min_size = { 100, 8 } } },
    { { .size_align = 4096, .padding = 16 },
        { .size_align = 65536, .padding = 64 },
        { .size_align = 65536, .padding = 64 } },
    { { .flags = GST_ZC_CONSTRAINTS_CONTIGUOUS },
        { .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES },
        { .flags = GST_ZC_CONSTRAINTS_CONTIGUOUS |
                   GST_ZC_CONSTRAINTS_LINKED_PLANES } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstZcConstraints merged;

    fail_unless (
        gst_zc_constraints_merge (&merged, &cases[i].a, &cases[i].b, NULL),
        "%u", i);
    fail_unless (is_same (&merged, &cases[i].merged), "%u", i);
    fail_unless (
        gst_zc_constraints_merge (&merged, &cases[i].b, &cases[i].a, NULL),
        "%u the other way", i);
    fail_unless (is_same (&merged, &cases[i].merged), "%u", i);
  }
}
GST_END_TEST;

GST_START_TEST (contradictions_name_both_values)
{
  static const struct {
    GstZcConstraints a, b;
    const char *message;
  } cases[] = {
    { { .stride = { 1920 } }, { .stride = { 2048 } },
        "stride of plane 0: exactly 1920 contradicts exactly 2048" },
    { { .stride = { 0, 960 } }, { .stride = { 0, 1920 } },
        "stride of plane 1: exactly 960 contradicts exactly 1920" },
    { { .stride = { 1920 } }, { .stride_align = { 256 } },
        "stride of plane 0: exactly 1920 contradicts a multiple of 256" },
    { { .stride = { 1920 } }, { .min_stride = 2048 },
        "stride of plane 0: exactly 1920 contradicts at least 2048" },
    { { .stride = { 1920 } }, { .max_stride = 1024 },
        "stride of plane 0: exactly 1920 contradicts at most 1024" },
    { { .min_stride = 2048 }, { .max_stride = 1024 },
        "stride of plane 0: at least 2048 contradicts at most 1024" },
    { { .min_stride = 1000, .max_stride = 1023 }, { .stride_align = { 512 } },
        "stride of plane 0: a multiple of 512 contradicts at most 1023" },
    { { .stride_align = { 4096 } }, { .max_stride = 1000 },
        "stride of plane 0: a multiple of 4096 contradicts at most 1000" },
    { { .coded_height = 1080 }, { .coded_height = 1088 },
        "coded height: exactly 1080 contradicts exactly 1088" },
    { { .coded_height = 1080 }, { .height_align = 16 },
        "coded height: exactly 1080 contradicts a multiple of 16" },
    { { .coded_height = 1080 }, { .min_height = 1081 },
        "coded height: exactly 1080 contradicts at least 1081" },
    { { .offset = { 0, 307200 } }, { .offset = { 0, 307300 } },
        "offset of plane 1: exactly 307200 contradicts exactly 307300" },
    { { .offset = { 0, 307300 } }, { .offset_align = { 0, 4096 } },
        "offset of plane 1: exactly 307300 contradicts a multiple of 4096" },
    { { .offset = { 64 } }, { .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES },
        "offset of plane 0: exactly 64 contradicts exactly 0" },
    { { .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES },
        { .offset = { 0, 64 }, .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES },
        "offset of plane 1: exactly 0 contradicts exactly 64" },
    { { .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES },
        { .flags = GST_ZC_CONSTRAINTS_ONE_MEMORY },
        "each in a memory of its own contradicts all in one memory" },
    { { .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES },
        { .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES },
        "contradicts each right behind the one before" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstZcConstraints merged;
    GError *error = NULL;

    fail_if (
        gst_zc_constraints_merge (&merged, &cases[i].a, &cases[i].b, &error),
        "%u", i);
    assert_error (error, GST_ZC_ERROR_INVALID, cases[i].message);
  }
}
GST_END_TEST;

GST_START_TEST (alignments_that_multiply_out_of_range_are_an_error)
{
  GstZcConstraints a = { .stride_align = { G_MAXUINT } };
  GstZcConstraints b = { .stride_align = { G_MAXUINT - 1 } };
  GstZcConstraints large = { .size_align = G_MAXSIZE };
  GstZcConstraints odd = { .size_align = G_MAXSIZE - 1 };
  GstZcConstraints merged;
  GError *error = NULL;

  fail_if (gst_zc_constraints_merge (&merged, &a, &b, &error));
  assert_error (error, GST_ZC_ERROR_TOO_LARGE,
      "stride of plane 0: no multiple of both 4294967295 and 4294967294");
  error = NULL;
  fail_if (gst_zc_constraints_merge (&merged, &large, &odd, &error));
  assert_error (error, GST_ZC_ERROR_TOO_LARGE, "size: no multiple");
  error = NULL;
  /* alone it is beyond all strides */
  fail_if (gst_zc_constraints_check (&a, &error));
  assert_error (error, GST_ZC_ERROR_INVALID, "a multiple of 4294967295");
}
GST_END_TEST;

GST_START_TEST (merging_into_an_argument_is_allowed)
{
  GstZcConstraints a = { .stride_align = { 64 }, .min_stride = 640 };
  GstZcConstraints b = { .stride_align = { 48 } };
  GstZcConstraints before;

  fail_unless (gst_zc_constraints_merge (&a, &a, &b, NULL));
  fail_unless_equals_int (a.stride_align[0], 192);
  fail_unless_equals_int (a.min_stride, 640);
  fail_unless (gst_zc_constraints_merge (&b, &a, &b, NULL));
  fail_unless (is_same (&a, &b));

  before = b;
  a.stride[0] = 1;
  fail_if (gst_zc_constraints_merge (&b, &a, &b, NULL));
  fail_unless (is_same (&before, &b));
}
GST_END_TEST;

/* --- merged is both ---------------------------------------------------- */

static guint
pick (GRand *rand, const guint *values, guint n)
{
  return values[g_rand_int_range (rand, 0, n)];
}

/* Few values, so that they often agree. */
static GstZcConstraints
random_demands (GRand *rand)
{
  static const guint aligns[] = { 0, 0, 0, 2, 3, 16, 64, 256 };
  static const guint strides[] = { 0, 0, 0, 320, 384 };
  static const guint heights[] = { 0, 0, 0, 240, 256 };
  static const guint offsets[] = { 0, 0, 0, 320 * 240, 320 * 240 + 256 };
  static const guint flags[] = { 0, 0, GST_ZC_CONSTRAINTS_ONE_MEMORY,
    GST_ZC_CONSTRAINTS_SEPARATE_PLANES, GST_ZC_CONSTRAINTS_LINKED_PLANES };
  GstZcConstraints c = { 0 };

  for (guint i = 0; i < 2; i++) {
    c.stride[i] = pick (rand, strides, G_N_ELEMENTS (strides));
    c.stride_align[i] = pick (rand, aligns, G_N_ELEMENTS (aligns));
    c.offset_align[i] = pick (rand, aligns, G_N_ELEMENTS (aligns));
  }
  c.offset[0] = pick (rand, aligns, G_N_ELEMENTS (aligns));
  c.offset[1] = pick (rand, offsets, G_N_ELEMENTS (offsets));
  c.min_stride = pick (rand, strides, G_N_ELEMENTS (strides));
  c.max_stride = pick (rand, strides, G_N_ELEMENTS (strides));
  c.coded_height = pick (rand, heights, G_N_ELEMENTS (heights));
  c.min_height = pick (rand, heights, G_N_ELEMENTS (heights));
  c.height_align = pick (rand, aligns, G_N_ELEMENTS (aligns));
  c.size_align = pick (rand, aligns, G_N_ELEMENTS (aligns));
  c.padding = pick (rand, aligns, G_N_ELEMENTS (aligns));
  c.flags = pick (rand, flags, G_N_ELEMENTS (flags));
  return c;
}

GST_START_TEST (a_layout_fits_both_if_it_fits_what_they_merge_to)
{
  GRand *rand = g_rand_new_with_seed (1234);
  guint n_merged = 0, n_both = 0;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 320, 240);
  for (guint i = 0; i < 200000; i++) {
    GstZcConstraints a = random_demands (rand), b = random_demands (rand);
    GstZcConstraints merged;
    GstZcLayout layout;

    if (gst_zc_constraints_merge (&merged, &a, &b, NULL) &&
        gst_zc_layout_from_info (&layout, &info, &merged, NULL)) {
      fail_unless (gst_zc_layout_fits (&layout, &a, NULL));
      fail_unless (gst_zc_layout_fits (&layout, &b, NULL));
      n_merged++;
    }
    if (gst_zc_layout_from_info (&layout, &info, &a, NULL) &&
        gst_zc_layout_fits (&layout, &b, NULL)) {
      fail_unless (gst_zc_constraints_merge (&merged, &a, &b, NULL));
      fail_unless (gst_zc_layout_fits (&layout, &merged, NULL));
      n_both++;
    }
  }
  fail_unless (n_merged > 500, "%u", n_merged);
  fail_unless (n_both > 500, "%u", n_both);
  g_rand_free (rand);
}
GST_END_TEST;

/* --- what GStreamer calls it ------------------------------------------- */

GST_START_TEST (an_alignment_becomes_demands)
{
  GstVideoAlignment alignment;
  GstZcConstraints c, expected = {
    .stride_align = { 64, 32, 32 }, .min_stride = 336, .min_height = 256
  };
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 320, 240);
  gst_video_alignment_reset (&alignment);
  alignment.padding_right = 16;
  alignment.padding_bottom = 16;
  alignment.stride_align[0] = 63;
  alignment.stride_align[1] = alignment.stride_align[2] = 31;
  fail_unless (gst_zc_constraints_from_alignment (&c, &info, &alignment, NULL));
  /* those that are not aligned are to bytes */
  fail_unless (is_same (&c, &expected));
}
GST_END_TEST;

/* What an element gets that asks for it is what it would have made itself. */
GST_START_TEST (an_alignment_comes_back)
{
  static const guint masks[] = { 0, 15, 63, 255 };
  GstVideoFormat format;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++)
    for (guint j = 0; j < G_N_ELEMENTS (masks); j++) {
      GstVideoAlignment wanted, got;
      GstVideoInfo ours, theirs;
      GstZcConstraints c;

      if (gst_zc_format_get_tile (format, 0, NULL, NULL) ||
          gst_video_format_get_info (format)->pixel_stride[0] == 0)
        continue;
      gst_video_alignment_reset (&wanted);
      for (guint p = 0; p < GST_VIDEO_MAX_PLANES; p++)
        wanted.stride_align[p] = masks[j];
      wanted.padding_bottom = 10;
      gst_video_info_set_format (&ours, format, 1280, 720);
      theirs = ours;
      fail_unless (
          gst_zc_constraints_from_alignment (&c, &ours, &wanted, NULL));
      fail_unless (gst_zc_constraints_to_alignment (&c, &ours, &got, NULL),
          "%s, %u", gst_video_format_to_string (format), masks[j]);
      fail_unless (gst_video_info_align (&theirs, &wanted));
      fail_unless (gst_video_info_align (&ours, &got));
      for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (&ours); p++)
        fail_unless ((GST_VIDEO_INFO_PLANE_STRIDE (&ours, p) & masks[j]) == 0,
            "%s", gst_video_format_to_string (format));
      fail_unless (GST_VIDEO_INFO_PLANE_STRIDE (&ours, 0) <=
                       GST_VIDEO_INFO_PLANE_STRIDE (&theirs, 0),
          "%s: %d for %d", gst_video_format_to_string (format),
          GST_VIDEO_INFO_PLANE_STRIDE (&ours, 0),
          GST_VIDEO_INFO_PLANE_STRIDE (&theirs, 0));
    }
}
GST_END_TEST;

GST_START_TEST (alignments_that_no_device_knows_are_refused)
{
  GstVideoAlignment alignment;
  GstZcConstraints c;
  GstVideoInfo info;
  GError *error = NULL;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 320, 240);
  gst_video_alignment_reset (&alignment);
  alignment.padding_left = 32;
  fail_if (gst_zc_constraints_from_alignment (&c, &info, &alignment, &error));
  assert_error (error, GST_ZC_ERROR_NOT_SUPPORTED, "32 columns at the left");

  gst_video_alignment_reset (&alignment);
  alignment.stride_align[1] = 47;
  error = NULL;
  fail_if (gst_zc_constraints_from_alignment (&c, &info, &alignment, &error));
  assert_error (error, GST_ZC_ERROR_INVALID, "stride of plane 1: 47");

  alignment.stride_align[1] = G_MAXUINT;
  error = NULL;
  fail_if (gst_zc_constraints_from_alignment (&c, &info, &alignment, &error));
  assert_error (error, GST_ZC_ERROR_INVALID, "no power of two less one");

  gst_video_alignment_reset (&alignment);
  alignment.padding_bottom = G_MAXUINT;
  error = NULL;
  fail_if (gst_zc_constraints_from_alignment (&c, &info, &alignment, &error));
  assert_error (error, GST_ZC_ERROR_INVALID, "height: 240");
}
GST_END_TEST;

GST_START_TEST (demands_without_an_alignment_are_told)
{
  GstZcConstraints odd = { .stride = { 322 } };
  GstZcConstraints impossible = { .stride = { 100 } };
  GstVideoAlignment alignment;
  GstVideoInfo info;
  GError *error = NULL;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 320, 240);
  fail_if (gst_zc_constraints_to_alignment (&odd, &info, &alignment, &error));
  assert_error (error, GST_ZC_ERROR_NOT_SUPPORTED, "322");
  error = NULL;
  fail_if (
      gst_zc_constraints_to_alignment (&impossible, &info, &alignment, &error));
  assert_error (error, GST_ZC_ERROR_INVALID,
      "320 pixels are 320 bytes, the stride is 100");
}
GST_END_TEST;

GST_START_TEST (allocation_params_are_translated)
{
  GstAllocationParams params = {
    .align = 4095, .padding = 16, .flags = GST_MEMORY_FLAG_PHYSICALLY_CONTIGUOUS
  };
  GstZcConstraints c, expected = { .offset_align = { 4096 },
    .padding = 16,
    .flags = GST_ZC_CONSTRAINTS_CONTIGUOUS };
  GstAllocationParams back;
  GError *error = NULL;

  fail_unless (gst_zc_constraints_from_params (&c, &params, NULL));
  fail_unless (is_same (&c, &expected));
  fail_unless (gst_zc_constraints_to_params (&c, &back));
  fail_unless_equals_int (back.align, 4095);
  fail_unless_equals_int (back.padding, 16);
  fail_unless_equals_int (back.flags, GST_MEMORY_FLAG_PHYSICALLY_CONTIGUOUS);
  fail_unless_equals_int (back.prefix, 0);

  c.offset_align[1] = 48;
  fail_if (gst_zc_constraints_to_params (&c, &back));
  params.align = 5;
  fail_if (gst_zc_constraints_from_params (&c, &params, &error));
  assert_error (error, GST_ZC_ERROR_INVALID, "alignment: 5");
  params.align = G_MAXSIZE;
  fail_if (gst_zc_constraints_from_params (&c, &params, NULL));
  params.align = 0;
  params.prefix = 8;
  error = NULL;
  fail_if (gst_zc_constraints_from_params (&c, &params, &error));
  assert_error (error, GST_ZC_ERROR_NOT_SUPPORTED, "prefix: 8");
}
GST_END_TEST;

GST_START_TEST (a_frame_demands_its_strides)
{
  GstVideoMeta meta = { .format = GST_VIDEO_FORMAT_NV12,
    .width = 320,
    .height = 240,
    .n_planes = 2,
    .offset = { 0, 384 * 256 },
    .stride = { 384, 384 } };
  GstZcConstraints c, expected = {
    .stride = { 384, 384 }, .offset = { 0, 384 * 256 }, .coded_height = 256
  };
  GError *error = NULL;

  fail_unless (gst_zc_constraints_from_meta (&c, &meta, NULL));
  fail_unless (is_same (&c, &expected));

  /* nothing lies behind the lines of a packed format */
  meta = (GstVideoMeta) { .format = GST_VIDEO_FORMAT_BGRx,
    .width = 320,
    .height = 240,
    .n_planes = 1,
    .stride = { 1536 } };
  expected = (GstZcConstraints) { .stride = { 1536 } };
  fail_unless (gst_zc_constraints_from_meta (&c, &meta, NULL));
  fail_unless (is_same (&c, &expected));

  meta.stride[0] = 100;
  fail_if (gst_zc_constraints_from_meta (&c, &meta, &error));
  assert_error (error, GST_ZC_ERROR_INVALID, "the stride is 100");
}
GST_END_TEST;

GST_START_TEST (a_plane_can_be_set_at_once)
{
  GstZcConstraints c = { 0 }, expected = { .stride = { 0, 384 },
    .stride_align = { 0, 64 },
    .offset = { 0, 8192 },
    .offset_align = { 0, 4096 },
    .min_size = { 0, 99 } };

  gst_zc_constraints_set_plane (&c, 1, 384, 64, 8192, 4096, 99);
  fail_unless (is_same (&c, &expected));
}
GST_END_TEST;

GST_START_TEST (flags_have_names)
{
  GFlagsClass *class = g_type_class_ref (GST_TYPE_ZC_CONSTRAINTS_FLAGS);
  GFlagsValue *value = g_flags_get_value_by_nick (class, "linked-planes");

  fail_unless_equals_int (value->value, GST_ZC_CONSTRAINTS_LINKED_PLANES);
  fail_unless_equals_int (class->mask, 15);
  g_type_class_unref (class);
}
GST_END_TEST;

GST_START_TEST (a_copy_is_the_same)
{
  GstZcConstraints *new = gst_zc_constraints_new (), *copy;
  GstZcConstraints none = { 0 };

  fail_unless (is_same (new, &none));
  new->stride[3] = 5;
  copy = g_boxed_copy (GST_TYPE_ZC_CONSTRAINTS, new);
  fail_unless (is_same (new, copy));
  g_boxed_free (GST_TYPE_ZC_CONSTRAINTS, copy);
  gst_zc_constraints_free (new);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (each_demand_is_merged),
    RUNNER_TEST (contradictions_name_both_values),
    RUNNER_TEST (alignments_that_multiply_out_of_range_are_an_error),
    RUNNER_TEST (merging_into_an_argument_is_allowed),
    RUNNER_TEST (a_layout_fits_both_if_it_fits_what_they_merge_to),
    RUNNER_TEST (an_alignment_becomes_demands),
    RUNNER_TEST (an_alignment_comes_back),
    RUNNER_TEST (alignments_that_no_device_knows_are_refused),
    RUNNER_TEST (demands_without_an_alignment_are_told),
    RUNNER_TEST (allocation_params_are_translated),
    RUNNER_TEST (a_frame_demands_its_strides),
    RUNNER_TEST (a_plane_can_be_set_at_once), RUNNER_TEST (flags_have_names),
    RUNNER_TEST (a_copy_is_the_same))
