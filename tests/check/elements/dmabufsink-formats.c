/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/crc.h"
#include "../helpers/display.h"
#include "../helpers/golden.h"
#include "../helpers/picture.h"
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcdmaheap.h"
#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/allocators/gstzcudmabufheap.h"

#include <drm_fourcc.h>
#include <gst/allocators/allocators.h>

/* Noise in every format, on a display that the sink leaves in its mode: odd
 * sizes, so that chroma samples and lines end in the middle of something. */
#define MODE_WIDTH 640
#define MODE_HEIGHT 480
#define WIDTH 161
#define HEIGHT 91

static guint mode_width = MODE_WIDTH, mode_height = MODE_HEIGHT;
static gint width = WIDTH, height = HEIGHT;
static GstHarness *harness;
static struct crc_reader *reader;
static struct display display;
static guint32 seed;

/* Lights the display, where the sink stays in the mode. */
static void
set_up (void)
{
  display_open (&display);
  display_become_master (&display);
  display_light (&display,
      display_make_picture (&display, mode_width, mode_height, 0), mode_width,
      mode_height);
  display_drop_master (&display);
  harness = gst_harness_new ("dmabufsink");
  g_object_set (harness->element, "sync", FALSE, NULL);
  gst_harness_play (harness);
  reader = crc_reader_start ();
}

static void
tear_down (void)
{
  crc_reader_stop (reader);
  gst_harness_teardown (harness);
  display_close (&display);
}

static guint64
get_stat (const char *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;

  g_object_get (harness->element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, field, &value), "%s", field);
  return value;
}

/* --- pictures ---------------------------------------------------------- */

/* In the sink's own pool, by the caps that were set. */
static GstBuffer *
draw_in_pool (const GstVideoInfo *info)
{
  GstCaps *caps = gst_video_info_to_caps (info);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  GstBuffer *buffer = NULL;
  GstBufferPool *pool;
  GstStructure *config;
  guint size;

  fail_unless (gst_pad_peer_query (harness->srcpad, query));
  fail_unless (gst_query_get_n_allocation_pools (query) > 0);
  gst_query_parse_nth_allocation_pool (query, 0, &pool, &size, NULL, NULL);
  fail_unless (pool != NULL);
  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_set_params (config, caps, size, 1, 1);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);
  picture_draw_noise (buffer, ++seed);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  gst_query_unref (query);
  gst_caps_unref (caps);
  return buffer;
}

struct layout {
  gsize offset[GST_VIDEO_MAX_PLANES];
  gint stride[GST_VIDEO_MAX_PLANES];
  gsize size;
  guint n_planes;
};

/* Lines so much longer than they need to be, and as much between planes. */
static struct layout
pad (GstVideoFormat format, guint padding)
{
  struct layout layout = { .n_planes = gst_zc_format_get_n_planes (format) };

  for (guint i = 0; i < layout.n_planes; i++) {
    layout.offset[i] = layout.size;
    layout.stride[i] = gst_zc_format_get_row_bytes (format, i, width) + padding;
    layout.size += (gsize) layout.stride[i] *
                       gst_zc_format_get_rows (format, i, height) +
                   padding;
  }
  return layout;
}

/* A dma-buf of HEAP, which the display has nothing to do with. */
static GstBuffer *
draw_in_dmabuf (GstZcHeap *heap, GstVideoFormat format, struct layout *layout)
{
  g_autoptr (GstAllocator) allocator = gst_dmabuf_allocator_new ();
  GstBuffer *buffer = gst_buffer_new ();
  gsize size;
  gint fd = gst_zc_heap_export (heap, layout->size, &size, NULL);

  fail_unless (fd >= 0);
  gst_buffer_append_memory (
      buffer, gst_dmabuf_allocator_alloc (allocator, fd, size));
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE, format,
      width, height, layout->n_planes, layout->offset, layout->stride);
  picture_draw_noise (buffer, ++seed);
  return buffer;
}

/* --- showing ----------------------------------------------------------- */

static void
show (GstBuffer *buffer, guint32 crc, const char *what)
{
  fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  fail_unless (crc_reader_wait_for (reader, crc), "%s", what);
}

/* The same video, as both kinds of caps say it. */
static char *
system_caps (GstVideoFormat format, const char *colorimetry)
{
  return g_strdup_printf ("video/x-raw,format=%s,width=%d,height=%d,"
                          "framerate=30/1%s%s",
      gst_video_format_to_string (format), width, height,
      colorimetry ? ",colorimetry=" : "", colorimetry ? colorimetry : "");
}

/* Codes may end with spaces. */
static char *
dmabuf_caps (guint32 fourcc, const char *colorimetry)
{
  g_autofree char *name = gst_video_dma_drm_fourcc_to_string (
      fourcc, DRM_FORMAT_MOD_LINEAR);

  return g_strdup_printf ("video/x-raw(memory:DMABuf),format=DMA_DRM,"
                          "drm-format=\"%s\",width=%d,height=%d,"
                          "framerate=30/1%s%s",
      name, width, height, colorimetry ? ",colorimetry=" : "",
      colorimetry ? colorimetry : "");
}

/* By caps of system memory, drawn into the pool. */
static void
show_from_pool (GstVideoFormat format, const char *colorimetry)
{
  g_autofree char *caps = system_caps (format, colorimetry);
  GstVideoInfo info = picture_info (caps);
  guint32 fourcc = gst_zc_format_to_drm (format, NULL);
  GstBuffer *buffer;

  gst_harness_set_src_caps_str (harness, caps);
  buffer = draw_in_pool (&info);
  show (buffer,
      golden_crc_of_buffer (buffer, &info, fourcc, mode_width, mode_height),
      caps);
}

/* By caps of dma-bufs, in ordinary pages where lines are longer. */
static void
show_from_dmabuf (GstVideoFormat format, const char *colorimetry, guint padding)
{
  g_autoptr (GstZcHeap) heap = padding > 0
                                   ? gst_zc_heap_new_udmabuf ()
                                   : gst_zc_heap_new_dma_heap ("system");
  guint32 fourcc = gst_zc_format_to_drm (format, NULL);
  g_autofree char *caps = dmabuf_caps (fourcc, colorimetry);
  g_autofree char *same = system_caps (format, colorimetry);
  GstVideoInfo info = picture_info (same);
  struct layout layout = pad (format, padding);
  GstBuffer *buffer = draw_in_dmabuf (heap, format, &layout);

  gst_harness_set_src_caps_str (harness, caps);
  show (buffer,
      golden_crc_of_buffer (buffer, &info, fourcc, mode_width, mode_height),
      caps);
}

/* --- each format that the layout table and the display share ----------- */

enum family { RGB, SEMI_PLANAR, PLANAR };

static enum family
family_of (GstVideoFormat format)
{
  switch (gst_zc_format_get_n_planes (format)) {
    case 1:
      return RGB;
    case 2:
      return SEMI_PLANAR;
    default:
      return PLANAR;
  }
}

static gboolean
is_shared (GstVideoFormat format)
{
  guint64 modifier;
  guint32 fourcc = gst_zc_format_to_drm (format, &modifier);

  return fourcc && modifier == DRM_FORMAT_MOD_LINEAR &&
         display_has_format (&display, fourcc);
}

/* So many they are at least; the kernel before Linux 7.0 has few. */
static const guint n_shared[] = { [RGB] = 13, [SEMI_PLANAR] = 8, [PLANAR] = 4 };

static void
for_each_of (enum family family, void (*check) (GstVideoFormat))
{
  GstVideoFormat format;
  guint n = 0;

  set_up ();
  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    if (family_of (format) != family || !is_shared (format))
      continue;
    check (format);
    n++;
  }
  if (n == 0)
    runner_skip_always ("the display has none of these formats");
  fail_unless (!is_shared (GST_VIDEO_FORMAT_NV12) || n >= n_shared[family],
      "%u formats", n);
  fail_unless_equals_uint64 (get_stat ("copies"), 0);
  tear_down ();
}

static void
check_pool (GstVideoFormat format)
{
  show_from_pool (format, NULL);
}

static void
check_dmabuf (GstVideoFormat format)
{
  show_from_dmabuf (format, NULL, 0);
}

static void
check_padded (GstVideoFormat format)
{
  show_from_dmabuf (format, NULL, 56);
}

GST_START_TEST (rgb_drawn_into_the_pool)
{
  for_each_of (RGB, check_pool);
}
GST_END_TEST;

GST_START_TEST (semi_planar_yuv_drawn_into_the_pool)
{
  for_each_of (SEMI_PLANAR, check_pool);
}
GST_END_TEST;

GST_START_TEST (planar_yuv_drawn_into_the_pool)
{
  for_each_of (PLANAR, check_pool);
}
GST_END_TEST;

GST_START_TEST (rgb_in_foreign_dmabufs)
{
  for_each_of (RGB, check_dmabuf);
}
GST_END_TEST;

GST_START_TEST (semi_planar_yuv_in_foreign_dmabufs)
{
  for_each_of (SEMI_PLANAR, check_dmabuf);
}
GST_END_TEST;

GST_START_TEST (planar_yuv_in_foreign_dmabufs)
{
  for_each_of (PLANAR, check_dmabuf);
}
GST_END_TEST;

GST_START_TEST (rgb_with_longer_lines)
{
  for_each_of (RGB, check_padded);
}
GST_END_TEST;

GST_START_TEST (semi_planar_yuv_with_longer_lines_and_a_gap)
{
  for_each_of (SEMI_PLANAR, check_padded);
}
GST_END_TEST;

GST_START_TEST (planar_yuv_with_longer_lines_and_gaps)
{
  for_each_of (PLANAR, check_padded);
}
GST_END_TEST;

/* --- formats that GStreamer has no name for ---------------------------- */

struct nameless {
  guint32 fourcc;
  guint n_planes;
  guint row_bytes[3];
};

static void
show_nameless (const struct nameless *format)
{
  g_autofree char *caps = dmabuf_caps (format->fourcc, "bt709");
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  struct layout layout = { .n_planes = format->n_planes };
  struct golden_picture picture = {
    .fourcc = format->fourcc,
    .width = width,
    .height = height,
    .encoding = GOLDEN_BT709,
    .x = (mode_width - width) / 2,
    .y = (mode_height - height) / 2,
  };
  GstBuffer *buffer;
  GstMapInfo map;
  guint32 crc;

  for (guint i = 0; i < layout.n_planes; i++) {
    layout.offset[i] = layout.size;
    layout.stride[i] = format->row_bytes[i];
    layout.size += (gsize) layout.stride[i] * height;
  }
  buffer = draw_in_dmabuf (heap, GST_VIDEO_FORMAT_DMA_DRM, &layout);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (guint i = 0; i < layout.n_planes; i++) {
    picture.data[i] = map.data + layout.offset[i];
    picture.stride[i] = layout.stride[i];
  }
  crc = golden_crc (mode_width, mode_height, &picture, 1);
  gst_buffer_unmap (buffer, &map);
  gst_harness_set_src_caps_str (harness, caps);
  show (buffer, crc, caps);
}

GST_START_TEST (rgb_that_gstreamer_has_no_name_for)
{
  static const struct nameless formats[] = {
    { DRM_FORMAT_XRGB16161616, 1, { WIDTH * 8 } },
    { DRM_FORMAT_XBGR16161616, 1, { WIDTH * 8 } },
  };

  set_up ();
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (display_has_format (&display, formats[i].fourcc))
      show_nameless (&formats[i]);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (yuv_that_gstreamer_has_no_name_for)
{
  static const struct nameless formats[] = {
    { DRM_FORMAT_NV42, 2, { WIDTH, WIDTH * 2 } },
    { DRM_FORMAT_YVU422, 3, { WIDTH, WIDTH / 2 + 1, WIDTH / 2 + 1 } },
    { DRM_FORMAT_YVU444, 3, { WIDTH, WIDTH, WIDTH } },
  };

  set_up ();
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (display_has_format (&display, formats[i].fourcc))
      show_nameless (&formats[i]);
  tear_down ();
}
GST_END_TEST;

/* --- colours ----------------------------------------------------------- */

/* Each range with each matrix. */
static void
for_each_colorimetry (
    GstVideoFormat format, void (*check) (GstVideoFormat, const char *))
{
  static const GstVideoColorMatrix matrices[] = { GST_VIDEO_COLOR_MATRIX_BT601,
    GST_VIDEO_COLOR_MATRIX_BT709, GST_VIDEO_COLOR_MATRIX_BT2020 };
  static const GstVideoColorRange ranges[] = { GST_VIDEO_COLOR_RANGE_0_255,
    GST_VIDEO_COLOR_RANGE_16_235 };

  set_up ();
  if (!is_shared (format))
    runner_skip_always ("the display has no such format");
  for (guint i = 0; i < 6; i++) {
    g_autofree char *text = g_strdup_printf (
        "%d:%d:5:1", ranges[i % 2], matrices[i / 2]);

    check (format, text);
  }
  tear_down ();
}

static void
check_dmabuf_colours (GstVideoFormat format, const char *colorimetry)
{
  show_from_dmabuf (format, colorimetry, 0);
}

GST_START_TEST (matrices_and_ranges_of_system_memory)
{
  for_each_colorimetry (GST_VIDEO_FORMAT_NV12, show_from_pool);
}
GST_END_TEST;

GST_START_TEST (matrices_and_ranges_of_dmabufs)
{
  for_each_colorimetry (GST_VIDEO_FORMAT_NV12, check_dmabuf_colours);
}
GST_END_TEST;

GST_START_TEST (matrices_and_ranges_of_ten_bits)
{
  for_each_colorimetry (GST_VIDEO_FORMAT_P010_10LE, check_dmabuf_colours);
}
GST_END_TEST;

GST_START_TEST (matrices_and_ranges_of_planar_yuv)
{
  for_each_colorimetry (GST_VIDEO_FORMAT_Y42B, check_dmabuf_colours);
}
GST_END_TEST;

/* What caps do not say follows from the size. */
GST_START_TEST (matrices_of_large_pictures)
{
  mode_width = width = 1280;
  mode_height = height = 720;
  set_up ();
  if (!is_shared (GST_VIDEO_FORMAT_NV12))
    runner_skip_always ("the display has no NV12");
  show_from_pool (GST_VIDEO_FORMAT_NV12, NULL);
  show_from_dmabuf (GST_VIDEO_FORMAT_NV12, NULL, 0);
  tear_down ();
}
GST_END_TEST;

/* --- layouts ----------------------------------------------------------- */

/* Buffers of one stream need not be alike. */
GST_START_TEST (each_buffer_has_its_own_strides)
{
  GstVideoFormat format = GST_VIDEO_FORMAT_NV12;

  set_up ();
  if (!is_shared (format))
    runner_skip_always ("the display has no NV12");
  for (guint i = 0; i < 4; i++)
    show_from_dmabuf (format, NULL, i % 2 * 16 + i * 8);
  fail_unless_equals_uint64 (get_stat ("copies"), 0);
  tear_down ();
}
GST_END_TEST;

/* Copied, so that the display's own strides meet those of the producer. */
static void
show_copy (GstVideoFormat format)
{
  g_autofree char *caps = system_caps (format, NULL);
  GstVideoInfo info = picture_info (caps);
  struct layout layout = pad (format, 24);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, layout.size, NULL);

  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE, format,
      width, height, layout.n_planes, layout.offset, layout.stride);
  picture_draw_noise (buffer, ++seed);
  gst_harness_set_src_caps_str (harness, caps);
  show (buffer,
      golden_crc_of_buffer (buffer, &info, gst_zc_format_to_drm (format, NULL),
          mode_width, mode_height),
      caps);
}

GST_START_TEST (longer_lines_of_system_memory_are_copied_right)
{
  static const GstVideoFormat formats[] = { GST_VIDEO_FORMAT_BGRx,
    GST_VIDEO_FORMAT_RGB16, GST_VIDEO_FORMAT_BGR, GST_VIDEO_FORMAT_NV12,
    GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_Y444, GST_VIDEO_FORMAT_P010_10LE };
  guint n = 0;

  set_up ();
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (!is_shared (formats[i]))
      continue;
    show_copy (formats[i]);
    fail_unless_equals_uint64 (get_stat ("copies"), ++n);
  }
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (rgb_drawn_into_the_pool),
    RUNNER_TEST (semi_planar_yuv_drawn_into_the_pool),
    RUNNER_TEST (planar_yuv_drawn_into_the_pool),
    RUNNER_TEST (rgb_in_foreign_dmabufs),
    RUNNER_TEST (semi_planar_yuv_in_foreign_dmabufs),
    RUNNER_TEST (planar_yuv_in_foreign_dmabufs),
    RUNNER_TEST (rgb_with_longer_lines),
    RUNNER_TEST (semi_planar_yuv_with_longer_lines_and_a_gap),
    RUNNER_TEST (planar_yuv_with_longer_lines_and_gaps),
    RUNNER_TEST (rgb_that_gstreamer_has_no_name_for),
    RUNNER_TEST (yuv_that_gstreamer_has_no_name_for),
    RUNNER_TEST (matrices_and_ranges_of_system_memory),
    RUNNER_TEST (matrices_and_ranges_of_dmabufs),
    RUNNER_TEST (matrices_and_ranges_of_ten_bits),
    RUNNER_TEST (matrices_and_ranges_of_planar_yuv),
    RUNNER_TEST (matrices_of_large_pictures),
    RUNNER_TEST (each_buffer_has_its_own_strides),
    RUNNER_TEST (longer_lines_of_system_memory_are_copied_right))
