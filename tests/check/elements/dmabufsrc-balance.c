/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <gst/check/gstharness.h>
#include <gst/video/colorbalance.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CAPS "video/x-raw,format=BGRx,width=640,height=480,framerate=30/1"

static gint
read_control (guint32 id)
{
  struct v4l2_control control = { .id = id };
  int fd = vivid_open ();

  fail_unless_equals_int (ioctl (fd, VIDIOC_G_CTRL, &control), 0);
  close (fd);
  return control.value;
}

static GstElement *
open_source (void)
{
  GstElement *source = gst_element_factory_make ("dmabufsrc", NULL);

  fail_unless (GST_IS_COLOR_BALANCE (source));
  fail_unless_equals_int (gst_element_set_state (source, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  return source;
}

static void
close_source (GstElement *source)
{
  gst_element_set_state (source, GST_STATE_NULL);
  gst_object_unref (source);
}

static GstColorBalanceChannel *
get_channel (GstElement *source, const char *label)
{
  const GList *list = gst_color_balance_list_channels (
      GST_COLOR_BALANCE (source));

  for (; list; list = list->next) {
    GstColorBalanceChannel *channel = list->data;

    if (strcmp (channel->label, label) == 0)
      return channel;
  }
  fail ("no %s", label);
  return NULL;
}

static void
set_channel (GstElement *source, const char *label, gint value)
{
  gst_color_balance_set_value (
      GST_COLOR_BALANCE (source), get_channel (source, label), value);
}

GST_START_TEST (the_channels_are_the_drivers)
{
  static const struct {
    const char *label;
    guint32 id;
    gint minimum, maximum;
  } kinds[] = {
    { "Brightness", V4L2_CID_BRIGHTNESS, 0, 255 },
    { "Contrast", V4L2_CID_CONTRAST, 0, 255 },
    { "Saturation", V4L2_CID_SATURATION, 0, 255 },
    { "Hue", V4L2_CID_HUE, -128, 128 },
  };
  GstElement *source = open_source ();
  GstColorBalance *balance = GST_COLOR_BALANCE (source);

  fail_unless_equals_int (
      g_list_length ((GList *) gst_color_balance_list_channels (balance)), 4);
  fail_unless_equals_int (
      gst_color_balance_get_balance_type (balance), GST_COLOR_BALANCE_HARDWARE);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    GstColorBalanceChannel *channel = get_channel (source, kinds[i].label);

    fail_unless_equals_int (channel->min_value, kinds[i].minimum);
    fail_unless_equals_int (channel->max_value, kinds[i].maximum);
    gst_color_balance_set_value (balance, channel, 60 + (gint) i);
    fail_unless_equals_int (read_control (kinds[i].id), 60 + i);
  }
  close_source (source);
}
GST_END_TEST;

/* Another program changes it. */
GST_START_TEST (values_are_those_of_the_device)
{
  GstElement *source = open_source ();
  GstColorBalanceChannel *channel = get_channel (source, "Hue");

  for (gint i = -2; i < 3; i++) {
    vivid_set ((enum vivid_control) V4L2_CID_HUE, i);
    fail_unless_equals_int (
        gst_color_balance_get_value (GST_COLOR_BALANCE (source), channel), i);
  }
  close_source (source);
}
GST_END_TEST;

GST_START_TEST (values_end_where_the_range_ends)
{
  GstElement *source = open_source ();

  set_channel (source, "Contrast", 100000);
  fail_unless_equals_int (read_control (V4L2_CID_CONTRAST), 255);
  set_channel (source, "Contrast", -100000);
  fail_unless_equals_int (read_control (V4L2_CID_CONTRAST), 0);
  close_source (source);
}
GST_END_TEST;

/* What a list holds may be used by a thread that does not know of the state. */
GST_START_TEST (a_closed_device_has_no_channels)
{
  GstElement *source = gst_element_factory_make ("dmabufsrc", NULL);
  GstColorBalance *balance = GST_COLOR_BALANCE (source);
  GstColorBalanceChannel *channel;
  const GList *list;

  fail_unless (gst_color_balance_list_channels (balance) == NULL);
  gst_element_set_state (source, GST_STATE_READY);
  list = gst_color_balance_list_channels (balance);
  channel = list->data;
  gst_element_set_state (source, GST_STATE_NULL);
  fail_unless (gst_color_balance_list_channels (balance) == NULL);
  fail_unless (list->data == channel);
  gst_color_balance_set_value (balance, channel, 3);
  fail_unless_equals_int (gst_color_balance_get_value (balance, channel), 0);
  fail_unless_equals_int (read_control (V4L2_CID_BRIGHTNESS), 128);
  close_source (source);
}
GST_END_TEST;

typedef struct {
  guint count;
  gint value;
  const char *label;
} Heard;

static void
on_value_changed (GstColorBalance *balance, GstColorBalanceChannel *channel,
    gint value, Heard *heard)
{
  heard->count++;
  heard->value = value;
  heard->label = channel->label;
  /* whoever listens may ask */
  fail_unless_equals_int (
      gst_color_balance_get_value (balance, channel), value);
}

GST_START_TEST (who_listens_hears_what_was_set)
{
  GstElement *source = open_source ();
  Heard heard = { 0 };

  g_signal_connect (
      source, "value-changed", G_CALLBACK (on_value_changed), &heard);
  set_channel (source, "Saturation", 17);
  fail_unless_equals_int (heard.count, 1);
  fail_unless_equals_int (heard.value, 17);
  fail_unless_equals_string (heard.label, "Saturation");
  set_channel (source, "Saturation", 1000);
  fail_unless_equals_int (heard.value, 255);
  close_source (source);
}
GST_END_TEST;

GST_START_TEST (who_listens_hears_of_controls)
{
  GstElement *source = open_source ();
  GstStructure *controls = gst_structure_new ("c", "hue", G_TYPE_INT, 9, "gain",
      G_TYPE_INT, 3, "nothing", G_TYPE_INT, 3, NULL);
  Heard heard = { 0 };

  g_signal_connect (
      source, "value-changed", G_CALLBACK (on_value_changed), &heard);
  g_object_set (source, "controls", controls, NULL);
  fail_unless_equals_int (heard.count, 1);
  fail_unless_equals_int (heard.value, 9);
  fail_unless_equals_string (heard.label, "Hue");
  gst_structure_free (controls);
  close_source (source);
}
GST_END_TEST;

/* A pixel of the white bar. */
static guint8
pull_white (GstHarness *harness)
{
  GstBuffer *buffer = gst_harness_pull (harness);
  guint8 pixel[4];

  gst_buffer_extract (buffer, 4 * 40, pixel, 4);
  gst_buffer_unref (buffer);
  return pixel[0];
}

/* It takes as many frames as are on their way. */
static void
assert_white_becomes (GstHarness *harness, guint8 least, guint8 most)
{
  guint8 white = 0;

  for (guint i = 0; i < 20; i++) {
    white = pull_white (harness);
    if (white >= least && white <= most)
      return;
  }
  fail ("the white bar is %u, not from %u to %u", white, least, most);
}

GST_START_TEST (brightness_changes_the_pixels)
{
  GstHarness *harness = gst_harness_new ("dmabufsrc");

  vivid_set (VIVID_TEST_PATTERN, 1); /* bars: white first */
  vivid_set (VIVID_OSD_TEXT_MODE, 2);
  gst_harness_set_sink_caps_str (harness, CAPS);
  gst_harness_play (harness);
  fail_unless_equals_int (pull_white (harness), 255);

  set_channel (harness->element, "Brightness", 28);
  assert_white_becomes (harness, 100, 200);
  set_channel (harness->element, "Contrast", 0);
  assert_white_becomes (harness, 0, 60);
  set_channel (harness->element, "Contrast", 128);
  set_channel (harness->element, "Brightness", 128);
  assert_white_becomes (harness, 255, 255);
  gst_harness_teardown (harness);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (the_channels_are_the_drivers),
    RUNNER_TEST (values_are_those_of_the_device),
    RUNNER_TEST (values_end_where_the_range_ends),
    RUNNER_TEST (a_closed_device_has_no_channels),
    RUNNER_TEST (who_listens_hears_what_was_set),
    RUNNER_TEST (who_listens_hears_of_controls),
    RUNNER_TEST (brightness_changes_the_pixels))
