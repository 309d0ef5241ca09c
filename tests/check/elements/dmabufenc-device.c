/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "enc.h"

#include "gst-libs/v4l2/v4l2-m2m.h"

#include <string.h>

/* Which device encodes. */

static struct zc_v4l2_device *
open_encoder (void)
{
  const struct zc_v4l2_wanted_job wanted = { .job = ZC_V4L2_JOB_ENCODE };
  struct zc_v4l2_device *device;
  char path[64];

  fail_unless_equals_int (zc_v4l2_m2m_find (&wanted, path, sizeof (path)), 0);
  fail_unless_equals_int (zc_v4l2_device_open_m2m (&device, path), 0);
  return device;
}

static void
assert_encodes (const char *name)
{
  struct zc_v4l2_device *device = open_encoder ();
  g_autofree gchar *path = g_strdup (device->path), *used = NULL;
  struct enc enc;

  zc_v4l2_device_close (device);
  enc_open (&enc, "", NULL);
  gst_element_set_state (enc.element, GST_STATE_NULL);
  g_object_set (enc.element, "device", name, NULL);
  gst_element_set_state (enc.element, GST_STATE_PLAYING);
  gst_harness_play (enc.harness);
  enc_set_caps (&enc, ENC_DMABUF);
  enc_push_some (&enc, 3);
  g_object_get (enc.element, "device", &used, NULL);
  fail_unless_equals_string (used, path);
  enc_end (&enc);
  enc_pull_some (&enc, 3);
  enc_close (&enc);
}

GST_START_TEST (by_default_it_is_the_first)
{
  assert_encodes (NULL);
}
GST_END_TEST;

GST_START_TEST (a_path_names_it)
{
  struct zc_v4l2_device *device = open_encoder ();
  g_autofree gchar *path = g_strdup (device->path);

  zc_v4l2_device_close (device);
  assert_encodes (path);
}
GST_END_TEST;

/* vicodec has three nodes of one card at one place. */
GST_START_TEST (a_card_names_its_encoder)
{
  struct zc_v4l2_device *device = open_encoder ();
  g_autofree gchar *card = g_strdup ((char *) device->capability.card);

  zc_v4l2_device_close (device);
  assert_encodes (card);
}
GST_END_TEST;

GST_START_TEST (a_place_on_the_bus_names_its_encoder)
{
  struct zc_v4l2_device *device = open_encoder ();
  g_autofree gchar *bus = g_strdup ((char *) device->capability.bus_info);

  zc_v4l2_device_close (device);
  assert_encodes (bus);
}
GST_END_TEST;

static void
assert_does_not_open (const char *name, const char *words)
{
  struct enc enc;

  enc_open (&enc, "", NULL);
  gst_element_set_state (enc.element, GST_STATE_NULL);
  g_object_set (enc.element, "device", name, NULL);
  fail_unless_equals_int (gst_element_set_state (enc.element, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  {
    g_autofree gchar *error = enc_take_error (&enc);

    fail_unless (error && strstr (error, words), "%s", error);
    fail_unless (strstr (error, name) != NULL, "%s", error);
    fail_unless (strstr (error, "errno") != NULL, "%s", error);
  }
  gst_element_set_state (enc.element, GST_STATE_NULL);
  g_object_set (enc.element, "device", NULL, NULL);
  enc_close (&enc);
}

GST_START_TEST (a_camera_is_no_encoder)
{
  char path[64];

  fail_unless (devices_find_camera (path, sizeof (path)));
  assert_does_not_open (path, "no encoder");
}
GST_END_TEST;

GST_START_TEST (what_is_not_there_is_told)
{
  assert_does_not_open ("/dev/video250", "There is no encoder");
}
GST_END_TEST;

GST_START_TEST (what_is_no_video_device_is_told)
{
  assert_does_not_open ("/dev/null", "not a video device");
}
GST_END_TEST;

/* The device is open while it is needed. */
GST_START_TEST (twenty_openings_leave_no_descriptor)
{
  struct enc enc;
  unsigned fds = 0;

  for (guint i = 0; i < 20; i++) {
    enc_open (&enc, "", i % 2 ? ENC_DMABUF : NULL);
    enc_close (&enc);
    if (i == 1)
      fds = fds_count ();
  }
  fail_unless_equals_int (fds_settle (fds), fds);
}
GST_END_TEST;

/* --- those who look for an encoder -------------------------------------- */

static GstElementFactory *
find_factory (void)
{
  GstElementFactory *factory = gst_element_factory_find ("dmabufenc");

  fail_unless (factory != NULL);
  return factory;
}

GST_START_TEST (nobody_takes_it_unasked)
{
  GstElementFactory *factory = find_factory ();

  fail_unless_equals_int (
      gst_plugin_feature_get_rank (GST_PLUGIN_FEATURE (factory)),
      GST_RANK_NONE);
  gst_object_unref (factory);
}
GST_END_TEST;

static void
find_encoder (GstBin *bin, GstBin *inner, GstElement *element, gpointer found)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  (void) bin;
  (void) inner;
  if (factory && g_str_equal (GST_OBJECT_NAME (factory), "dmabufenc"))
    *(gboolean *) found = TRUE;
}

GST_START_TEST (encodebin_takes_it_when_its_rank_is_raised)
{
  GstElementFactory *factory = find_factory ();
  gboolean found = FALSE;
  GstElement *pipeline, *source, *caps, *bin, *sink;
  GstCaps *nv12 = gst_caps_from_string (ENC_NV12);

  gst_plugin_feature_set_rank (GST_PLUGIN_FEATURE (factory), G_MAXINT);
  gst_object_unref (factory);
  pipeline = gst_pipeline_new (NULL);
  source = gst_element_factory_make ("videotestsrc", NULL);
  caps = gst_element_factory_make ("capsfilter", NULL);
  bin = gst_element_factory_make ("encodebin", NULL);
  sink = gst_element_factory_make ("fakesink", NULL);
  if (!bin)
    runner_skip ("there is no encodebin");
  g_signal_connect (
      pipeline, "deep-element-added", G_CALLBACK (find_encoder), &found);
  g_object_set (source, "num-buffers", 10, NULL);
  g_object_set (caps, "caps", nv12, NULL);
  gst_caps_unref (nv12);
  gst_bin_add_many (GST_BIN (pipeline), source, caps, bin, sink, NULL);
  gst_util_set_object_arg (G_OBJECT (bin), "profile", "video/x-fwht");
  fail_unless (gst_element_link_many (source, caps, bin, sink, NULL));
  pipeline_run (pipeline);
  fail_unless (found);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (by_default_it_is_the_first),
    RUNNER_TEST (a_path_names_it), RUNNER_TEST (a_card_names_its_encoder),
    RUNNER_TEST (a_place_on_the_bus_names_its_encoder),
    RUNNER_TEST (a_camera_is_no_encoder),
    RUNNER_TEST (what_is_not_there_is_told),
    RUNNER_TEST (what_is_no_video_device_is_told),
    RUNNER_TEST (twenty_openings_leave_no_descriptor),
    RUNNER_TEST (nobody_takes_it_unasked),
    RUNNER_TEST (encodebin_takes_it_when_its_rank_is_raised))
