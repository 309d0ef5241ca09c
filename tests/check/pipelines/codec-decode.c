/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/display.h"
#include "../helpers/fwht.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#include <drm_fourcc.h>

/* dmabufdec among other elements: what goes where without a copy. */

#define DMABUF "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format="

static void
assert_no_copies (GstElement *pipeline, const char *element)
{
  guint64 copies = pipeline_get_stat (pipeline, element, "copies");

  fail_unless (copies == 0, "%s: %" G_GUINT64_FORMAT, element, copies);
}

/* From the camera to the display. */
static void
assert_shown (const char *caps)
{
  g_autofree gchar *text = g_strdup_printf (
      "dmabufsrc name=src num-buffers=30 ! " DMABUF
      "%s ! dmabufenc ! dmabufdec name=dec ! dmabufsink name=sink "
      "sync=false",
      caps);
  GstElement *pipeline = pipeline_new (text);

  pipeline_run (pipeline);
  assert_no_copies (pipeline, "dec");
  assert_no_copies (pipeline, "sink");
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "dec", "frames"), 30);
  pipeline_free (pipeline);
}

/* vkms shows none before Linux 7.0. */
static void
need_yuv (void)
{
  struct display display;
  bool has;

  display_open (&display);
  has = display_has_format (&display, DRM_FORMAT_YUV420);
  display_close (&display);
  if (!has)
    runner_skip_always ("the display has no YUV");
}

GST_START_TEST (what_is_coded_and_decoded_is_shown_without_a_copy)
{
  need_yuv ();
  assert_shown ("NV12,width=640,height=480");
}
GST_END_TEST;

GST_START_TEST (padded_pictures_are_shown_without_a_copy)
{
  need_yuv ();
  assert_shown ("NV12,width=640,height=360"); /* 368 lines are coded */
}
GST_END_TEST;

GST_START_TEST (packed_pictures_are_shown_without_a_copy)
{
  assert_shown ("XR24,width=640,height=480");
}
GST_END_TEST;

GST_START_TEST (coded_frames_are_imported)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc num-buffers=30 ! " DMABUF "NV12,width=1920,height=1080 ! "
      "dmabufenc ! dmabufdec name=dec ! fakesink");
  g_autofree gchar *input = NULL;

  pipeline_run (pipeline);
  input = pipeline_get_stat_string (pipeline, "dec", "input");
  fail_unless_equals_string (input, "dmabuf-import");
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (streams_of_upstreams_encoder_are_decoded)
{
  GstElement *pipeline = pipeline_new (
      "videotestsrc num-buffers=30 ! "
      "video/x-raw,format=NV12,width=1280,height=720 ! v4l2fwhtenc ! "
      "dmabufdec name=dec ! video/x-raw ! videoconvert ! fakesink");

  pipeline_run (pipeline);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "dec", "frames"), 30);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "dec", "pictures-copied"), 0);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (what_is_decoded_can_be_coded_again)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc num-buffers=30 ! " DMABUF "NV12,width=1920,height=1080 ! "
      "dmabufenc ! dmabufdec name=dec ! " DMABUF "NV12 ! "
      "dmabufenc name=enc ! fakesink");

  pipeline_run (pipeline);
  assert_no_copies (pipeline, "dec");
  assert_no_copies (pipeline, "enc");
  pipeline_free (pipeline);
}
GST_END_TEST;

static void
set_rank (guint rank)
{
  GstRegistry *registry = gst_registry_get ();
  GstPluginFeature *feature = gst_registry_lookup_feature (
      registry, "dmabufdec");

  gst_plugin_feature_set_rank (feature, rank);
  gst_object_unref (feature);
}

static void
note_decoder (GstBin *bin, GstBin *sub, GstElement *element, gpointer data)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  (void) bin;
  (void) sub;
  if (factory && g_str_equal (GST_OBJECT_NAME (factory), "dmabufdec"))
    g_atomic_int_set ((gint *) data, TRUE);
}

static gboolean
decodebin_takes_it (const char *name)
{
  g_autofree gchar *text = g_strdup_printf (
      "videotestsrc num-buffers=10 ! "
      "video/x-raw,format=NV12,width=640,height=480 ! dmabufenc ! "
      "%s ! fakesink",
      name);
  GstElement *pipeline = pipeline_new (text);
  gint taken = FALSE;

  g_signal_connect (
      pipeline, "deep-element-added", G_CALLBACK (note_decoder), &taken);
  pipeline_run (pipeline);
  pipeline_free (pipeline);
  return taken;
}

GST_START_TEST (decodebin_takes_it_by_rank)
{
  set_rank (GST_RANK_PRIMARY + 200);
  fail_unless (decodebin_takes_it ("decodebin"));
  fail_unless (decodebin_takes_it ("decodebin3"));
}
GST_END_TEST;

/* No device here decodes these; the next decoder does. */
static void
assert_leaves_jpeg (const char *name)
{
  g_autofree gchar *text = g_strdup_printf (
      "videotestsrc num-buffers=10 ! video/x-raw,width=640,height=480 ! "
      "jpegenc ! %s ! fakesink",
      name);
  GstElement *pipeline = pipeline_new (text);

  pipeline_run (pipeline);
  pipeline_free (pipeline);
}

GST_START_TEST (what_no_device_decodes_is_left_to_others)
{
  set_rank (GST_RANK_PRIMARY + 200);
  assert_leaves_jpeg ("decodebin");
  assert_leaves_jpeg ("decodebin3");
}
GST_END_TEST;

/* --- players ------------------------------------------------------------ */

static void
feed (GstElement *player, GstElement *source, gpointer data)
{
  const struct fwht *fwht = data;
  GstFlowReturn flow;

  (void) player;
  g_object_set (source, "caps", fwht->caps, "format", GST_FORMAT_TIME, NULL);
  for (guint i = 0; i < fwht->frames->len; i++) {
    GstBuffer *frame = fwht_frame (fwht, i, i);

    g_signal_emit_by_name (source, "push-buffer", frame, &flow);
    gst_buffer_unref (frame);
  }
  g_signal_emit_by_name (source, "end-of-stream", &flow);
}

static void
assert_player_takes_it (const char *name)
{
  struct fwht *fwht = fwht_new (
      "video/x-raw,format=BGRx,width=640,height=480,framerate=30/1", 0, 10);
  g_autofree gchar *text = g_strdup_printf (
      "%s name=player uri=appsrc:// flags=video+native-video "
      "video-sink=\"dmabufsink sync=false\"",
      name);
  GstElement *pipeline = gst_parse_launch (text, NULL);
  gint taken = FALSE;

  fail_unless (pipeline != NULL, "%s", name);
  g_signal_connect (
      pipeline, "deep-element-added", G_CALLBACK (note_decoder), &taken);
  g_signal_connect (pipeline, "source-setup", G_CALLBACK (feed), fwht);
  pipeline_run (pipeline);
  pipeline_free (pipeline);
  fail_unless (taken, "%s", name);
  fwht_free (fwht);
}

GST_START_TEST (players_take_it_by_rank)
{
  set_rank (GST_RANK_PRIMARY + 200);
  assert_player_takes_it ("playbin");
  assert_player_takes_it ("playbin3");
}
GST_END_TEST;

GST_START_TEST (decodebin_does_not_take_it_unasked)
{
  fail_if (decodebin_takes_it ("decodebin"));
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (what_is_coded_and_decoded_is_shown_without_a_copy),
    RUNNER_TEST (padded_pictures_are_shown_without_a_copy),
    RUNNER_TEST (packed_pictures_are_shown_without_a_copy),
    RUNNER_TEST (coded_frames_are_imported),
    RUNNER_TEST (streams_of_upstreams_encoder_are_decoded),
    RUNNER_TEST (what_is_decoded_can_be_coded_again),
    RUNNER_TEST (decodebin_takes_it_by_rank),
    RUNNER_TEST (what_no_device_decodes_is_left_to_others),
    RUNNER_TEST (players_take_it_by_rank),
    RUNNER_TEST (decodebin_does_not_take_it_unasked))
