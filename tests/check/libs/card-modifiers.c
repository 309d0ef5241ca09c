/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures in tiles, which vkms does not have: from caps to the framebuffer. */
#include "../helpers/card.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#include <drm.h>
#include <drm_fourcc.h>
#include <drm_mode.h>
#include <gst/allocators/allocators.h>

#define WIDTH 640
#define HEIGHT 480
#define SIZE "width=640,height=480,framerate=30/1"

/* That the plane has, another that it has, and one that it has not. */
#define TILED DRM_FORMAT_MOD_SAMSUNG_64_32_TILE
#define TILED_XRGB I915_FORMAT_MOD_X_TILED
#define OTHER DRM_FORMAT_MOD_QCOM_COMPRESSED

static const struct card_format formats[] = {
  { DRM_FORMAT_XRGB8888, DRM_FORMAT_MOD_LINEAR },
  { DRM_FORMAT_XRGB8888, TILED_XRGB },
  { DRM_FORMAT_NV12, TILED },
  { 0 },
};

static struct card *card;
static uint32_t plane;
static struct sink sink;

static void
set_up (bool has_modifiers)
{
  card = card_new ();
  card_set_cap (card, DRM_CAP_ADDFB2_MODIFIERS, has_modifiers);
  card_add_crtc (card);
  card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  plane = card_add_plane (
      card, &(struct card_plane) {
                .type = DRM_PLANE_TYPE_PRIMARY, .formats = formats });
  card_set_auto_flip (card, 2000);
  sink_open (&sink, card_path (card), "mode=640x480", NULL);
}

static void
tear_down (void)
{
  sink_close (&sink);
  card_free (card);
}

static gchar *
caps_of (guint32 fourcc, guint64 modifier)
{
  g_autofree gchar *name = gst_video_dma_drm_fourcc_to_string (
      fourcc, modifier);

  return g_strdup_printf (
      "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=%s," SIZE, name);
}

static void
set_caps (guint32 fourcc, guint64 modifier)
{
  g_autofree gchar *caps = caps_of (fourcc, modifier);

  gst_harness_set_src_caps_str (sink.harness, caps);
}

/* By what it lists, and by what it takes. */
static gboolean
is_offered (guint32 fourcc, guint64 modifier)
{
  g_autofree gchar *text = caps_of (fourcc, modifier);
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  g_autoptr (GstCaps)
      offered = gst_pad_peer_query_caps (sink.harness->srcpad, NULL);

  fail_unless_equals_int (
      gst_pad_peer_query_accept_caps (sink.harness->srcpad, caps),
      gst_caps_can_intersect (caps, offered));
  return gst_caps_can_intersect (caps, offered);
}

/* As a producer lays it out that has tiles: lines of 768 bytes, the second
 * plane after 512 of them. */
static GstBuffer *
nv12_new (void)
{
  const gsize offset[GST_VIDEO_MAX_PLANES] = { 0, 768 * 512 };
  const gint stride[GST_VIDEO_MAX_PLANES] = { 768, 768 };
  g_autoptr (GstAllocator) allocator = gst_dmabuf_allocator_new ();
  const gsize size = 768 * 512 + 768 * 256;
  GstBuffer *buffer = gst_buffer_new ();

  gst_buffer_append_memory (buffer, gst_dmabuf_allocator_alloc (allocator,
                                        card_dmabuf_new (card, size), size));
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_FORMAT_NV12, WIDTH, HEIGHT, 2, offset, stride);
  return buffer;
}

/* --- caps -------------------------------------------------------------- */

GST_START_TEST (what_a_plane_has_is_offered)
{
  set_up (true);
  fail_unless (is_offered (DRM_FORMAT_NV12, TILED));
  fail_unless (is_offered (DRM_FORMAT_XRGB8888, TILED_XRGB));
  fail_unless (is_offered (DRM_FORMAT_XRGB8888, DRM_FORMAT_MOD_LINEAR));
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_it_has_not_is_not_offered)
{
  set_up (true);
  fail_if (is_offered (DRM_FORMAT_NV12, OTHER));
  fail_if (is_offered (DRM_FORMAT_XRGB8888, TILED));
  fail_if (is_offered (DRM_FORMAT_NV12, TILED_XRGB));
  fail_if (is_offered (DRM_FORMAT_NV12, DRM_FORMAT_MOD_LINEAR));
  tear_down ();
}
GST_END_TEST;

/* Not even of the kind that GStreamer has a format for: the sink has no memory
 * for them. */
GST_START_TEST (tiles_are_for_dmabufs_alone)
{
  g_autoptr (GstCaps) offered = NULL;

  set_up (true);
  offered = gst_pad_peer_query_caps (sink.harness->srcpad, NULL);
  for (guint i = 0; i < gst_caps_get_size (offered); i++) {
    const GstStructure *s = gst_caps_get_structure (offered, i);
    const GValue *format = gst_structure_get_value (s, "format");

    if (GST_VALUE_HOLDS_LIST (format)) {
      fail_unless_equals_int (gst_value_list_get_size (format), 1);
      format = gst_value_list_get_value (format, 0);
    }
    if (strcmp (g_value_get_string (format), "DMA_DRM") != 0)
      fail_unless_equals_string (g_value_get_string (format), "BGRx");
  }
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_card_without_modifiers_has_lines)
{
  set_up (false);
  fail_unless (is_offered (DRM_FORMAT_XRGB8888, DRM_FORMAT_MOD_LINEAR));
  fail_if (is_offered (DRM_FORMAT_XRGB8888, TILED_XRGB));
  fail_if (is_offered (DRM_FORMAT_NV12, TILED));
  tear_down ();
}
GST_END_TEST;

/* --- memory ------------------------------------------------------------ */

static gboolean
is_pool_offered (guint32 fourcc, guint64 modifier)
{
  g_autofree gchar *text = caps_of (fourcc, modifier);
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  g_autoptr (GstBufferPool) pool = NULL;
  guint min;

  fail_unless (gst_pad_peer_query (sink.harness->srcpad, query));
  gst_query_parse_nth_allocation_pool (query, 0, &pool, NULL, &min, NULL);
  fail_unless_equals_int (min, 3);
  fail_unless (
      gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL));
  gst_query_unref (query);
  return pool != NULL;
}

/* Nobody but its producer has memory for tiles; how many it takes is told. */
GST_START_TEST (no_pool_is_offered_for_tiles)
{
  set_up (true);
  fail_if (is_pool_offered (DRM_FORMAT_NV12, TILED));
  fail_if (is_pool_offered (DRM_FORMAT_XRGB8888, TILED_XRGB));
  fail_unless (is_pool_offered (DRM_FORMAT_XRGB8888, DRM_FORMAT_MOD_LINEAR));
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_framebuffer_has_the_modifier_of_the_caps)
{
  struct card_fb fb;

  set_up (true);
  set_caps (DRM_FORMAT_NV12, TILED);
  sink_push (&sink, nv12_new ());
  sink_wait_frames (&sink, 1);
  fail_unless (card_get_fb (card, card_shown (card, plane), &fb));
  fail_unless_equals_int (fb.fourcc, DRM_FORMAT_NV12);
  fail_unless_equals_uint64_hex (fb.modifier, TILED);
  fail_unless_equals_int (fb.width, WIDTH);
  fail_unless_equals_int (fb.height, HEIGHT);
  for (guint i = 0; i < 2; i++)
    fail_unless_equals_int (fb.pitches[i], 768);
  fail_unless_equals_int (fb.offsets[1], 768 * 512);
  fail_unless_equals_uint64 (fb.inode[0], fb.inode[1]);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "copies"), 0);
  tear_down ();
}
GST_END_TEST;

/* Linear is a modifier as well, which is told where it can be. */
GST_START_TEST (linear_is_told_where_modifiers_are)
{
  for (guint has = 0; has < 2; has++) {
    struct card_fb fb;

    set_up (has);
    sink_set_caps (&sink, "video/x-raw,format=BGRx," SIZE);
    sink_push_any (&sink);
    sink_wait_frames (&sink, 1);
    fail_unless (card_get_fb (card, card_shown (card, plane), &fb));
    fail_unless_equals_uint64_hex (
        fb.modifier, has ? DRM_FORMAT_MOD_LINEAR : DRM_FORMAT_MOD_INVALID);
    tear_down ();
  }
}
GST_END_TEST;

GST_START_TEST (from_tiles_to_lines_and_back)
{
  static const char lines[] = "video/x-raw,format=BGRx," SIZE;
  struct card_fb fb;

  set_up (true);
  for (guint i = 0; i < 3; i++) {
    set_caps (DRM_FORMAT_NV12, TILED);
    sink_push (&sink, nv12_new ());
    sink_wait_frames (&sink, 2 * i + 1);
    fail_unless (card_get_fb (card, card_shown (card, plane), &fb));
    fail_unless_equals_uint64_hex (fb.modifier, TILED);
    sink_set_caps (&sink, lines);
    sink_push_any (&sink);
    sink_wait_frames (&sink, 2 * i + 2);
    fail_unless (card_get_fb (card, card_shown (card, plane), &fb));
    fail_unless_equals_uint64_hex (fb.modifier, DRM_FORMAT_MOD_LINEAR);
  }
  tear_down ();
}
GST_END_TEST;

/* --- refused ----------------------------------------------------------- */

/* What cannot be read cannot be copied either. */
GST_START_TEST (tiles_that_are_refused_are_an_error)
{
  g_autofree gchar *error = NULL;

  set_up (true);
  set_caps (DRM_FORMAT_NV12, TILED);
  card_fail (card, DRM_IOCTL_MODE_ADDFB2, EINVAL, 1, 0);
  fail_unless_equals_int (
      gst_harness_push (sink.harness, nv12_new ()), GST_FLOW_ERROR);
  error = sink_take_error (&sink);
  fail_unless (error && strstr (error, "errno 22"), "%s", error);
  fail_unless (strstr (error, "linear"), "%s", error);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (what_a_plane_has_is_offered),
    RUNNER_TEST (what_it_has_not_is_not_offered),
    RUNNER_TEST (tiles_are_for_dmabufs_alone),
    RUNNER_TEST (a_card_without_modifiers_has_lines),
    RUNNER_TEST (no_pool_is_offered_for_tiles),
    RUNNER_TEST (a_framebuffer_has_the_modifier_of_the_caps),
    RUNNER_TEST (linear_is_told_where_modifiers_are),
    RUNNER_TEST (from_tiles_to_lines_and_back),
    RUNNER_TEST (tiles_that_are_refused_are_an_error))
