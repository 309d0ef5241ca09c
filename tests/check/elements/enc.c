/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "enc.h"

#include "../helpers/bus.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst/dmabufcodec/gstdmabufenc.h"

#include <gst/check/gstcheck.h>
#include <gst/video/gstvideoencoder.h>
#include <linux/v4l2-controls.h>
#include <string.h>

/* How long nothing in a test may take, in steps of a millisecond. */
#define PATIENCE_MS 10000

void
enc_open (struct enc *self, const char *properties, const char *caps)
{
  g_autofree gchar *text = g_strdup_printf ("dmabufenc %s", properties);
  g_autoptr (GError) error = NULL;

  memset (self, 0, sizeof (*self));
  fail_unless (GST_ELEMENT_REGISTER (dmabufenc, NULL));
  self->element = gst_parse_launch (text, &error);
  fail_unless (self->element && !error, "%s", error ? error->message : "");
  gst_object_ref_sink (self->element);
  self->bus = gst_bus_new ();
  gst_element_set_bus (self->element, self->bus);
  self->harness = gst_harness_new_with_element (self->element, "sink", "src");
  if (caps)
    enc_set_caps (self, caps);
}

static void
drop_pool (struct enc *self)
{
  if (self->pool)
    gst_buffer_pool_set_active (self->pool, FALSE);
  gst_clear_object (&self->pool);
}

void
enc_close (struct enc *self)
{
  drop_pool (self);
  gst_harness_teardown (self->harness);
  fail_unless_equals_int (gst_element_set_state (self->element, GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  gst_element_set_bus (self->element, NULL);
  gst_object_unref (self->element);
  gst_object_unref (self->bus);
}

static void
take_offer (struct enc *self, GstCaps *caps)
{
  g_autoptr (GstQuery) query = gst_query_new_allocation (caps, TRUE);
  GstStructure *config;
  guint size = 0, min = 0, max = 0;

  drop_pool (self);
  fail_unless (gst_pad_peer_query (self->harness->srcpad, query));
  if (gst_query_get_n_allocation_pools (query) == 0)
    return;
  gst_query_parse_nth_allocation_pool (
      query, 0, &self->pool, &size, &min, &max);
  if (!self->pool)
    return;
  config = gst_buffer_pool_get_config (self->pool);
  gst_buffer_pool_config_set_params (config, caps, size, min, 0);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  fail_unless (gst_buffer_pool_set_config (self->pool, config));
  fail_unless (gst_buffer_pool_set_active (self->pool, TRUE));
}

void
enc_set_caps (struct enc *self, const char *text)
{
  GstCaps *caps = gst_caps_from_string (text);
  guint64 modifier;
  guint32 fourcc;

  fail_unless (gst_zc_caps_parse (caps, &self->info, &fourcc, &modifier));
  gst_harness_set_src_caps (self->harness, gst_caps_ref (caps));
  take_offer (self, caps);
  gst_caps_unref (caps);
}

/* Of stripes; all pictures are alike but for their first line. */
static void
draw_plane (struct enc *self, GstVideoFrame *frame, guint plane)
{
  guint8 *line = GST_VIDEO_FRAME_PLANE_DATA (frame, plane);
  gint stride = GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane);
  gsize width = (gsize) GST_VIDEO_FRAME_COMP_WIDTH (frame, plane) *
                (gsize) GST_VIDEO_FRAME_COMP_PSTRIDE (frame, plane);

  for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (frame, plane); y++)
    memset (line + (gsize) y * (gsize) stride,
        y == 0 ? (int) (16 + self->pushed % 200) : 16 + y * 37 % 200, width);
}

static GstBuffer *
draw (struct enc *self, GstBuffer *buffer)
{
  GstVideoFrame frame;

  fail_unless (
      gst_video_frame_map (&frame, &self->info, buffer, GST_MAP_WRITE));
  for (guint i = 0; i < GST_VIDEO_FRAME_N_PLANES (&frame); i++)
    draw_plane (self, &frame, i);
  gst_video_frame_unmap (&frame);
  GST_BUFFER_PTS (buffer) = self->pushed * ENC_DURATION;
  GST_BUFFER_DURATION (buffer) = ENC_DURATION;
  self->pushed++;
  return buffer;
}

GstBuffer *
enc_picture (struct enc *self)
{
  GstBuffer *buffer = NULL;

  fail_unless (self->pool != NULL, "the encoder offers no memory");
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (self->pool, &buffer, NULL), GST_FLOW_OK);
  return draw (self, buffer);
}

GstBuffer *
enc_picture_of (
    struct enc *self, GstZcHeap *heap, const GstZcConstraints *constraints)
{
  g_autoptr (GstCaps) caps = gst_video_info_to_caps (&self->info);
  g_autoptr (GstBufferPool)
      pool = gst_zc_pool_new_for_caps (heap, caps, constraints, 0, 0, NULL);
  GstBuffer *buffer = NULL;

  fail_unless (pool && gst_buffer_pool_set_active (pool, TRUE));
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);
  gst_buffer_pool_set_active (pool, FALSE);
  return draw (self, buffer);
}

GstBuffer *
enc_picture_of_system (struct enc *self, guint misaligned)
{
  GstAllocationParams params = { .align = 4095, .prefix = misaligned };

  return draw (self, gst_buffer_new_allocate (
                         NULL, GST_VIDEO_INFO_SIZE (&self->info), &params));
}

void
enc_push (struct enc *self, GstBuffer *buffer)
{
  fail_unless_equals_int (
      gst_harness_push (self->harness, buffer), GST_FLOW_OK);
}

void
enc_push_some (struct enc *self, guint n)
{
  for (guint i = 0; i < n; i++)
    enc_push (self, enc_picture (self));
}

GstBuffer *
enc_pull (struct enc *self)
{
  GstBuffer *buffer = gst_harness_pull (self->harness);

  fail_unless (buffer != NULL, "nothing comes out");
  return buffer;
}

void
enc_pull_some (struct enc *self, guint n)
{
  for (guint i = 0; i < n; i++)
    gst_buffer_unref (enc_pull (self));
}

void
enc_end (struct enc *self)
{
  fail_unless (gst_harness_push_event (self->harness, gst_event_new_eos ()));
}

void
enc_flush (struct enc *self)
{
  GstHarness *h = self->harness;
  GstSegment segment;

  gst_harness_push_event (h, gst_event_new_flush_start ());
  fail_unless (gst_harness_push_event (h, gst_event_new_flush_stop (TRUE)));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless (gst_harness_push_event (h, gst_event_new_segment (&segment)));
}

/* struct fwht_cframe_hdr of vicodec: eight bytes of magic, then numbers of 32
 * bits, big-endian: version, width, height, flags. */
gboolean
enc_is_key (GstBuffer *buffer)
{
  guint8 bytes[4];

  fail_unless_equals_int (gst_buffer_extract (buffer, 20, bytes, 4), 4);
  return (GST_READ_UINT32_BE (bytes) & V4L2_FWHT_FL_I_FRAME) != 0;
}

guint
enc_count_pending (struct enc *self)
{
  GList *frames = gst_video_encoder_get_frames (
      GST_VIDEO_ENCODER (self->element));
  guint n = g_list_length (frames);

  g_list_free_full (frames, (GDestroyNotify) gst_video_codec_frame_unref);
  return n;
}

guint64
enc_get_stat (struct enc *self, const char *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;

  g_object_get (self->element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, field, &value), "%s", field);
  return value;
}

void
enc_assert_stat (struct enc *self, const char *field, guint64 value)
{
  guint64 is = enc_get_stat (self, field);

  fail_unless (is == value, "%s: %" G_GUINT64_FORMAT " not %" G_GUINT64_FORMAT,
      field, is, value);
}

void
enc_assert_input (struct enc *self, const char *input)
{
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (self->element, "stats", &stats, NULL);
  fail_unless (
      g_strcmp0 (gst_structure_get_string (stats, "input"), input) == 0,
      "%s, because %s", gst_structure_get_string (stats, "input"),
      gst_structure_get_string (stats, "input-refused"));
}

gchar *
enc_take_warning (struct enc *self)
{
  return bus_take (self->bus, GST_MESSAGE_WARNING);
}

gchar *
enc_take_error (struct enc *self)
{
  return bus_take (self->bus, GST_MESSAGE_ERROR);
}

void
enc_assert_error (struct enc *self, const char *words)
{
  g_autofree gchar *error = enc_take_error (self);
  g_autofree gchar *other = enc_take_error (self);

  fail_unless (error != NULL, "no error came");
  fail_unless (strstr (error, words) != NULL, "%s", error);
  fail_unless (other == NULL, "and %s", other);
}

static void
note_gone (gpointer gone, GstMiniObject *object)
{
  (void) object;
  g_atomic_int_inc ((gint *) gone);
}

void
enc_watch (GstBuffer *buffer, gint *gone)
{
  gst_mini_object_weak_ref (GST_MINI_OBJECT (buffer), note_gone, gone);
}

void
enc_wait_gone (gint *gone, gint wanted)
{
  for (guint i = 0; i < PATIENCE_MS && g_atomic_int_get (gone) < wanted; i++)
    g_usleep (1000);
  fail_unless_equals_int (g_atomic_int_get (gone), wanted);
}
