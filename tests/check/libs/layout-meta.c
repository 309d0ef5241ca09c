/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcerror.h"
#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/allocators/gstzclayout.h"

#define WIDTH 640
#define HEIGHT 480

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
is_tiled (GstVideoFormat format)
{
  return gst_zc_format_get_tile (format, 0, NULL, NULL);
}

static gboolean
survives_alignment (const GstZcLayout *layout)
{
  GstVideoAlignment alignment;
  GstVideoInfo info;

  if (!gst_zc_layout_to_alignment (layout, &alignment))
    return FALSE;
  gst_video_info_set_format (
      &info, layout->format, layout->width, layout->height);
  fail_unless (gst_video_info_align (&info, &alignment));
  for (guint i = 0; i < layout->n_planes; i++) {
    fail_unless_equals_int (
        GST_VIDEO_INFO_PLANE_OFFSET (&info, i), layout->offset[i]);
    fail_unless_equals_int (
        GST_VIDEO_INFO_PLANE_STRIDE (&info, i), layout->stride[i]);
  }
  return TRUE;
}

GST_START_TEST (an_alignment_says_the_same)
{
  GstZcConstraints codec = { .min_stride = 2112, .height_align = 32 };
  GstVideoFormat format;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    const char *name = gst_video_format_to_string (format);
    GstZcLayout layout;
    GstVideoInfo info;

    gst_video_info_set_format (&info, format, WIDTH, HEIGHT + 2);
    fail_unless (gst_zc_layout_from_info (&layout, &info, NULL, NULL));
    fail_unless (survives_alignment (&layout), "%s", name);

    /* groups of pixels over bytes that are no power of two */
    if (is_tiled (format) || format == GST_VIDEO_FORMAT_NV12_10LE40)
      continue;
#if GST_CHECK_VERSION(1, 28, 0)
    if (format == GST_VIDEO_FORMAT_NV16_10LE40)
      continue;
#endif
    fail_unless (gst_zc_layout_from_info (&layout, &info, &codec, NULL));
    fail_unless_equals_int (layout.coded_height, 512);
    fail_unless (survives_alignment (&layout), "%s", name);
  }
}
GST_END_TEST;

GST_START_TEST (what_no_alignment_can_say_is_told)
{
  GstZcConstraints apart = { .offset_align = { 1, 65536 } };
  GstZcConstraints odd = { .stride = { 1918 } };
  GstZcConstraints separate = { .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES,
    .size_align = 65536 };
  const GstZcConstraints *all[] = { &apart, &odd, &separate };
  GstVideoAlignment alignment;
  GstZcLayout layout;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, WIDTH, HEIGHT);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    fail_unless (gst_zc_layout_from_info (&layout, &info, all[i], NULL));
    fail_if (gst_zc_layout_to_alignment (&layout, &alignment), "%u", i);
  }
}
GST_END_TEST;

static GstBuffer *
make_buffer (const GstZcLayout *layout)
{
  GstBuffer *buffer = gst_buffer_new ();

  for (guint i = 0; i < layout->n_memories; i++)
    gst_buffer_append_memory (buffer,
        gst_allocator_alloc (NULL,
            layout->n_memories > 1 ? layout->memory_size[i] : layout->size,
            NULL));
  return buffer;
}

static void
assert_survives_meta (const GstZcLayout *layout, const GstVideoInfo *info)
{
  const char *name = gst_video_format_to_string (layout->format);
  GstBuffer *buffer = make_buffer (layout);
  GstVideoMeta *meta = gst_zc_layout_add_meta (layout, buffer);
  GstZcLayout read;
  GError *error = NULL;

  fail_unless (meta == gst_buffer_get_video_meta (buffer));
  fail_unless (gst_zc_layout_from_buffer (&read, buffer, info, &error),
      "%s: %s", name, error ? error->message : "");
  fail_unless (gst_zc_layout_equal (layout, &read), "%s", name);
  fail_unless (read.size == layout->size, "%s", name);
  if (layout->n_memories == 1) {
    fail_unless (gst_zc_layout_from_meta (&read, meta, NULL), "%s", name);
    fail_unless (gst_zc_layout_equal (layout, &read), "%s", name);
  }
  gst_buffer_unref (buffer);
}

GST_START_TEST (a_meta_says_the_same)
{
  static const GstZcConstraints demands[] = {
    { .flags = 0 },
    { .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES },
    { .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES, .size_align = 4096 },
    { .stride_align = { 64, 64, 64 }, .height_align = 16 },
    { .offset_align = { 4096, 4096, 4096 }, .padding = 64 },
    { .min_stride = 3000, .min_height = 300, .min_size = { 99999 } },
  };
  GstVideoFormat format;
  guint n = 0;

  for (guint j = 0; j < G_N_ELEMENTS (demands); j++)
    for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
      GstZcLayout layout;
      GstVideoInfo info;

      gst_video_info_set_format (&info, format, 322, 242);
      /* tiles stand where they stand */
      if (!gst_zc_layout_from_info (&layout, &info, &demands[j], NULL)) {
        fail_unless (is_tiled (format));
        continue;
      }
      assert_survives_meta (&layout, &info);
      n++;
    }
  fail_unless (n > 6 * 40, "%u", n);
}
GST_END_TEST;

GST_START_TEST (a_meta_tells_the_padding)
{
  GstZcConstraints codec = { .stride = { 2048 }, .coded_height = 1088 };
  GstBuffer *buffer = gst_buffer_new ();
  GstZcLayout layout, read;
  GstVideoMeta *meta;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 1920, 1080);
  fail_unless (gst_zc_layout_from_info (&layout, &info, &codec, NULL));
  meta = gst_zc_layout_add_meta (&layout, buffer);
  fail_unless_equals_int (meta->alignment.padding_right, 128);
  fail_unless_equals_int (meta->alignment.padding_bottom, 8);
  fail_unless (gst_zc_layout_from_meta (&read, meta, NULL));
  fail_unless_equals_int (read.coded_height, 1088);
  gst_buffer_unref (buffer);
}
GST_END_TEST;

GST_START_TEST (without_padding_the_next_plane_tells_the_coded_height)
{
  GstVideoMeta meta = { .format = GST_VIDEO_FORMAT_NV12,
    .width = 320,
    .height = 240,
    .n_planes = 2,
    .offset = { 0, 384 * 256 },
    .stride = { 384, 384 } };
  GstZcLayout layout;

  fail_unless (gst_zc_layout_from_meta (&layout, &meta, NULL));
  fail_unless_equals_int (layout.coded_height, 256);
  fail_unless_equals_int (layout.size, 384 * 384);
  meta.offset[1] += 100;
  fail_unless (gst_zc_layout_from_meta (&layout, &meta, NULL));
  fail_unless_equals_int (layout.coded_height, 240);
}
GST_END_TEST;

/* Producers tell the padding of their own layout, or of one they wished for. */
GST_START_TEST (padding_that_planes_contradict_is_not_believed)
{
  GstVideoMeta meta = { .format = GST_VIDEO_FORMAT_NV12,
    .width = 640,
    .height = 480,
    .n_planes = 2,
    .offset = { 0, 640 * 512 },
    .stride = { 640, 640 },
    .alignment = { .padding_bottom = 8 } };
  GstZcLayout layout;

  fail_unless (gst_zc_layout_from_meta (&layout, &meta, NULL));
  fail_unless_equals_int (layout.coded_height, 512);
  /* no whole number of lines: nothing else tells */
  meta.offset[1] += 100;
  fail_unless (gst_zc_layout_from_meta (&layout, &meta, NULL));
  fail_unless_equals_int (layout.coded_height, 488);
  /* unless there is no room for it */
  meta.alignment.padding_bottom = 33;
  fail_unless (gst_zc_layout_from_meta (&layout, &meta, NULL));
  fail_unless_equals_int (layout.coded_height, 480);
}
GST_END_TEST;

/* Memory goes on for many reasons. */
GST_START_TEST (below_a_single_plane_the_padding_tells_the_coded_height)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 2560 * 512, NULL);
  GstVideoMeta *meta = gst_buffer_add_video_meta (
      buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_BGRx, 640, 480);
  GstZcLayout layout;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_BGRx, 640, 480);
  fail_unless (gst_zc_layout_from_buffer (&layout, buffer, &info, NULL));
  fail_unless_equals_int (layout.coded_height, 512);
  meta->alignment.padding_bottom = 8;
  fail_unless (gst_zc_layout_from_buffer (&layout, buffer, &info, NULL));
  fail_unless_equals_int (layout.coded_height, 488);
  gst_buffer_unref (buffer);
}
GST_END_TEST;

GST_START_TEST (metas_that_make_no_sense_are_refused)
{
  static const struct {
    GstVideoMeta meta;
    GstZcError code;
    const char *message;
  } cases[] = {
    { { .n_planes = 2, .offset = { 0, 100 }, .stride = { 320, 320 } },
        GST_ZC_ERROR_INVALID, "planes 0 and 1 overlap" },
    { { .n_planes = 2, .offset = { 0, 76800 }, .stride = { 300, 320 } },
        GST_ZC_ERROR_INVALID, "320 pixels are 320 bytes, the stride is 300" },
    { { .n_planes = 2, .offset = { 0, 76800 }, .stride = { -320, 320 } },
        GST_ZC_ERROR_NOT_SUPPORTED, "a stride of -320" },
    { { .n_planes = 2, .offset = { 0, 76800 }, .stride = { 320, 0 } },
        GST_ZC_ERROR_NOT_SUPPORTED, "plane 1: a stride of 0" },
    { { .n_planes = 3, .offset = { 0, 76800 }, .stride = { 320, 320 } },
        GST_ZC_ERROR_INVALID, "3 planes of NV12, which has 2" },
    { { .n_planes = 2,
          .offset = { 0, G_MAXSIZE - 10 },
          .stride = { 320, 320 } },
        GST_ZC_ERROR_TOO_LARGE, "overflow" },
    { { .n_planes = 2,
          .offset = { 0, G_MAXSIZE },
          .stride = { G_MAXINT, 320 } },
        GST_ZC_ERROR_TOO_LARGE, "overflow" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstVideoMeta meta = cases[i].meta;
    GstZcLayout layout;
    GError *error = NULL;

    meta.format = GST_VIDEO_FORMAT_NV12;
    meta.width = 320;
    meta.height = 240;
    fail_if (gst_zc_layout_from_meta (&layout, &meta, &error), "%u", i);
    assert_error (error, cases[i].code, cases[i].message);
  }
}
GST_END_TEST;

GST_START_TEST (a_buffer_without_a_meta_is_as_its_caps_say)
{
  GstZcLayout layout;
  GstVideoInfo info;
  GstBuffer *buffer;
  GError *error = NULL;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 322, 242);
  buffer = gst_buffer_new_allocate (NULL, GST_VIDEO_INFO_SIZE (&info), NULL);
  fail_unless (gst_zc_layout_from_buffer (&layout, buffer, &info, NULL));
  for (guint i = 0; i < 3; i++) {
    fail_unless_equals_int (
        layout.offset[i], GST_VIDEO_INFO_PLANE_OFFSET (&info, i));
    fail_unless_equals_int (
        layout.stride[i], GST_VIDEO_INFO_PLANE_STRIDE (&info, i));
  }
  gst_buffer_resize (buffer, 0, GST_VIDEO_INFO_SIZE (&info) - 100);
  fail_if (gst_zc_layout_from_buffer (&layout, buffer, &info, &error));
  assert_error (error, GST_ZC_ERROR_INVALID, "its memory has");
  gst_buffer_unref (buffer);
}
GST_END_TEST;

/* As vivid does it with V4L2's data_offset. */
GST_START_TEST (bytes_before_a_plane_belong_to_its_memory)
{
  gsize offsets[GST_VIDEO_MAX_PLANES] = { 128, 320 * 240 + 128 + 64 };
  gint strides[GST_VIDEO_MAX_PLANES] = { 320, 320 };
  GstBuffer *buffer = gst_buffer_new ();
  GstZcConstraints separate = { .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES };
  GstZcLayout layout;
  GstVideoInfo info;
  gsize offset;
  GError *error = NULL;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV16, 320, 240);
  gst_buffer_append_memory (
      buffer, gst_allocator_alloc (NULL, 320 * 240 + 128, NULL));
  gst_buffer_append_memory (
      buffer, gst_allocator_alloc (NULL, 320 * 240 + 64, NULL));
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_FORMAT_NV16, 320, 240, 2, offsets, strides);

  fail_unless (gst_zc_layout_from_buffer (&layout, buffer, &info, NULL));
  fail_unless_equals_int (layout.n_memories, 2);
  fail_unless_equals_int (gst_zc_layout_find_plane (&layout, 0, &offset), 0);
  fail_unless_equals_int (offset, 128);
  fail_unless_equals_int (gst_zc_layout_find_plane (&layout, 1, &offset), 1);
  fail_unless_equals_int (offset, 64);
  fail_if (gst_zc_layout_fits (&layout, &separate, &error));
  assert_error (error, GST_ZC_ERROR_INVALID, "offset of plane 0: 128");
  gst_buffer_unref (buffer);
}
GST_END_TEST;

GST_START_TEST (planes_across_memories_are_refused)
{
  GstBuffer *buffer = gst_buffer_new ();
  GstZcLayout layout;
  GstVideoInfo info;
  GError *error = NULL;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 320, 240);
  gst_buffer_append_memory (
      buffer, gst_allocator_alloc (NULL, 320 * 240, NULL));
  gst_buffer_append_memory (
      buffer, gst_allocator_alloc (NULL, 320 * 120, NULL));
  fail_if (gst_zc_layout_from_buffer (&layout, buffer, &info, &error));
  assert_error (error, GST_ZC_ERROR_INVALID, "3 planes in 2 memories");
  gst_buffer_unref (buffer);

  buffer = gst_buffer_new ();
  error = NULL;
  for (guint i = 0; i < 3; i++)
    gst_buffer_append_memory (
        buffer, gst_allocator_alloc (NULL, 320 * 160 / 2 * 3, NULL));
  fail_if (gst_zc_layout_from_buffer (&layout, buffer, &info, &error));
  assert_error (error, GST_ZC_ERROR_INVALID, "");
  gst_buffer_unref (buffer);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (an_alignment_says_the_same),
    RUNNER_TEST (what_no_alignment_can_say_is_told),
    RUNNER_TEST (a_meta_says_the_same), RUNNER_TEST (a_meta_tells_the_padding),
    RUNNER_TEST (without_padding_the_next_plane_tells_the_coded_height),
    RUNNER_TEST (padding_that_planes_contradict_is_not_believed),
    RUNNER_TEST (below_a_single_plane_the_padding_tells_the_coded_height),
    RUNNER_TEST (metas_that_make_no_sense_are_refused),
    RUNNER_TEST (a_buffer_without_a_meta_is_as_its_caps_say),
    RUNNER_TEST (bytes_before_a_plane_belong_to_its_memory),
    RUNNER_TEST (planes_across_memories_are_refused))
