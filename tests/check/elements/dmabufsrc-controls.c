/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* vivid has a control of each type (vivid-ctrls.c). Each is read back by
 * another descriptor, without the library. */
#define CUSTOM (V4L2_CID_USER_BASE | 0xf000)

enum {
  BOOLEAN = CUSTOM + 1,
  INTEGER = CUSTOM + 2,
  INTEGER64 = CUSTOM + 3,
  MENU = CUSTOM + 4,
  STRING = CUSTOM + 5,
  BITMASK = CUSTOM + 6,
  INTEGER_MENU = CUSTOM + 7,
  U32_ARRAY = CUSTOM + 8,  /* of 1 */
  U16_MATRIX = CUSTOM + 9, /* of 8 by 16 */
  U8_ARRAY = CUSTOM + 10,  /* of 2 by 3 by 4 by 5 */
  AREA = CUSTOM + 11,
  DYNAMIC = CUSTOM + 13, /* u32, up to 100 */
  S32_ARRAY = CUSTOM + 15,
  S64_ARRAY = CUSTOM + 16,
  RECT = CUSTOM + 17,
};

static int
read_control (struct v4l2_ext_control *control)
{
  struct v4l2_ext_controls set = {
    .which = V4L2_CTRL_WHICH_CUR_VAL, .count = 1, .controls = control
  };
  int fd = vivid_open ();
  int ret = ioctl (fd, VIDIOC_G_EXT_CTRLS, &set) == 0 ? 0 : -errno;

  close (fd);
  return ret;
}

static gint
read_int (guint32 id)
{
  struct v4l2_ext_control control = { .id = id };

  fail_unless_equals_int (read_control (&control), 0);
  return control.value;
}

/* Exactly SIZE bytes, unless that is what this kernel does not have. */
static void
read_payload (guint32 id, void *memory, gsize size)
{
  struct v4l2_ext_control control = {
    .id = id, .size = (guint32) size, .ptr = memory
  };
  int ret = read_control (&control);

  if (ret == -EINVAL)
    runner_skip_always ("vivid has no such control in this kernel");
  fail_unless_equals_int (ret, 0);
  fail_unless_equals_int (control.size, size);
}

static GstElement *
open_source (GstElement **source)
{
  GstElement *pipeline = pipeline_new ("dmabufsrc name=src ! fakesink "
                                       "name=sink");

  *source = pipeline_get (pipeline, "src");
  pipeline_set_state (pipeline, GST_STATE_READY);
  return pipeline;
}

static void
set_controls (GstElement *source, const char *text)
{
  GstStructure *controls = gst_structure_from_string (text, NULL);

  fail_unless (controls != NULL, "%s", text);
  g_object_set (source, "controls", controls, NULL);
  gst_structure_free (controls);
}

/* The details of the next warning; NULL if there is none. */
static gchar *
pop_warning (GstElement *pipeline, const char *path)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage)
      message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  g_autoptr (GError) error = NULL;
  gchar *debug;

  if (!message)
    return NULL;
  gst_message_parse_warning (message, &error, &debug);
  fail_unless (
      g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
  fail_unless (strstr (error->message, path) != NULL);
  return debug;
}

static void
assert_no_warning (GstElement *pipeline)
{
  g_autofree gchar *debug = pop_warning (pipeline, vivid_path ());

  fail_unless (debug == NULL, "%s", debug);
}

/* One warning, with all of WORDS in it. */
static void
assert_warning (GstElement *pipeline, const char *const *words)
{
  g_autofree gchar *debug = pop_warning (pipeline, vivid_path ());

  fail_unless (debug != NULL, "no warning");
  for (; *words; words++)
    fail_unless (
        strstr (debug, *words) != NULL, "no \"%s\" in: %s", *words, debug);
  assert_no_warning (pipeline);
}

/* Sets it at an open device, which takes it without a word. */
static void
assert_taken (const char *text)
{
  GstElement *source, *pipeline = open_source (&source);

  set_controls (source, text);
  assert_no_warning (pipeline);
  gst_object_unref (source);
  pipeline_free (pipeline);
}

/* --- types -------------------------------------------------------------- */

GST_START_TEST (integers_of_32_bits)
{
  static const struct {
    const char *text;
    gint value;
  } cases[] = {
    { "c,integer_32_bits=-7", -7 },
    { "c,integer_32_bits=(uint)8", 8 },
    { "c,integer_32_bits=(gint64)-2147483648", G_MININT32 },
    { "c,integer_32_bits=(guint64)2147483647", G_MAXINT32 },
    { "c,integer_32_bits=(double)12", 12 },
    { "c,integer_32_bits=(string)0x10", 16 },
    { "c,integer_32_bits=true", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    assert_taken (cases[i].text);
    fail_unless_equals_int (read_int (INTEGER), cases[i].value);
  }
}
GST_END_TEST;

/* Without a type, what is longer than 32 bits becomes a double. */
GST_START_TEST (integers_of_64_bits)
{
  static const struct {
    const char *text;
    gint64 value;
  } cases[] = {
    { "c,integer_64_bits=(gint64)-9223372036854775808", G_MININT64 },
    { "c,integer_64_bits=(gint64)9223372036854775807", G_MAXINT64 },
    { "c,integer_64_bits=9000000000", 9000000000 },
    { "c,integer_64_bits=(string)-9000000000", -9000000000 },
    { "c,integer_64_bits=5", 5 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    struct v4l2_ext_control control = { .id = INTEGER64 };

    assert_taken (cases[i].text);
    fail_unless_equals_int (read_control (&control), 0);
    fail_unless_equals_int64 (control.value64, cases[i].value);
  }
}
GST_END_TEST;

GST_START_TEST (booleans)
{
  static const char *const off[] = { "c,boolean=false", "c,boolean=0",
    "c,boolean=(string)off", "c,boolean=(string)NO" };
  static const char *const on[] = { "c,boolean=true", "c,boolean=1",
    "c,boolean=(string)On", "c,boolean=yes" };

  for (guint i = 0; i < G_N_ELEMENTS (on); i++) {
    assert_taken (off[i]);
    fail_unless_equals_int (read_int (BOOLEAN), 0);
    assert_taken (on[i]);
    fail_unless_equals_int (read_int (BOOLEAN), 1);
  }
}
GST_END_TEST;

GST_START_TEST (menus_by_entry_and_by_index)
{
  static const struct {
    const char *text;
    gint index;
  } cases[] = {
    { "c,menu=4", 4 },
    { "c,menu=\"Menu Item 3\"", 3 },
    { "c,menu=\"mENU iTEM 1\"", 1 },
    { "c,menu=menu_item_4", 4 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    assert_taken (cases[i].text);
    fail_unless_equals_int (read_int (MENU), cases[i].index);
  }
}
GST_END_TEST;

/* 13 is entry 6. */
GST_START_TEST (menus_of_integers_by_entry_and_by_index)
{
  assert_taken ("c,integer_menu=(string)13");
  fail_unless_equals_int (read_int (INTEGER_MENU), 6);
  assert_taken ("c,integer_menu=7");
  fail_unless_equals_int (read_int (INTEGER_MENU), 7);
}
GST_END_TEST;

GST_START_TEST (texts)
{
  char text[5];

  assert_taken ("c,string=abcd");
  read_payload (STRING, text, sizeof (text));
  fail_unless (strcmp (text, "abcd") == 0, "%s", text);
  assert_taken ("c,string=\"x y\"");
  read_payload (STRING, text, sizeof (text));
  fail_unless (strcmp (text, "x y") == 0, "%s", text);
  assert_taken ("c,string=123"); /* which is a number without a type */
  read_payload (STRING, text, sizeof (text));
  fail_unless (strcmp (text, "123") == 0, "%s", text);
}
GST_END_TEST;

/* 0x80402010 are allowed. */
GST_START_TEST (bitmasks)
{
  static const struct {
    const char *text;
    guint32 bits;
  } cases[] = {
    { "c,bitmask=0x10", 0x10 },
    { "c,bitmask=0x80000010", 0x80000010 },
    { "c,bitmask=(uint)0x80402000", 0x80402000 },
    { "c,bitmask=(bitmask)0x80400000", 0x80400000 },
    { "c,bitmask=0", 0 },
    { "c,bitmask=-1", 0x80402010 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    assert_taken (cases[i].text);
    fail_unless_equals_int_hex ((guint32) read_int (BITMASK), cases[i].bits);
  }
}
GST_END_TEST;

static gchar *
make_array (const char *name, guint n, guint first)
{
  GString *text = g_string_new ("c,");

  g_string_append_printf (text, "%s=<", name);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%u", i ? "," : "", first + i);
  g_string_append_c (text, '>');
  return g_string_free (text, FALSE);
}

GST_START_TEST (arrays_of_each_width)
{
  g_autofree gchar *u16_text = make_array ("u16_8x16_matrix", 128, 8000);
  guint32 u32[1];
  guint16 u16[128];
  guint8 u8[120];

  assert_taken ("c,u32_1_element_array=<131072>");
  read_payload (U32_ARRAY, u32, sizeof (u32));
  fail_unless_equals_int (u32[0], 131072);

  assert_taken (u16_text);
  read_payload (U16_MATRIX, u16, sizeof (u16));
  for (guint i = 0; i < 128; i++)
    fail_unless_equals_int (u16[i], 8000 + i);

  assert_taken ("c,u8_2x3x4x5_array=31");
  read_payload (U8_ARRAY, u8, sizeof (u8));
  for (guint i = 0; i < 120; i++)
    fail_unless_equals_int (u8[i], 31);
}
GST_END_TEST;

/* 8 rows of 16, as a program has them that thinks in rows. */
GST_START_TEST (arrays_of_arrays)
{
  GString *text = g_string_new ("c,u16_8x16_matrix=<");
  guint16 u16[128];

  for (guint row = 0; row < 8; row++) {
    g_string_append (text, row ? ",<" : "<");
    for (guint i = 0; i < 16; i++)
      g_string_append_printf (text, "%s%u", i ? "," : "", 100 * (row + 1) + i);
    g_string_append_c (text, '>');
  }
  g_string_append_c (text, '>');
  assert_taken (text->str);
  read_payload (U16_MATRIX, u16, sizeof (u16));
  for (guint i = 0; i < 128; i++)
    fail_unless_equals_int (u16[i], 100 * (i / 16 + 1) + i % 16);
  g_string_free (text, TRUE);
}
GST_END_TEST;

GST_START_TEST (arrays_of_signed_numbers)
{
  gint32 s32[2];
  gint64 s64[5];

  read_payload (S32_ARRAY, s32, sizeof (s32)); /* or skip */
  assert_taken ("c,s32_2_element_array=<-10,9>,"
                "s64_5_element_array=<1,-2,3,-4,5>");
  read_payload (S32_ARRAY, s32, sizeof (s32));
  fail_unless (s32[0] == -10 && s32[1] == 9);
  read_payload (S64_ARRAY, s64, sizeof (s64));
  fail_unless (s64[0] == 1 && s64[3] == -4 && s64[4] == 5);
}
GST_END_TEST;

GST_START_TEST (arrays_that_grow)
{
  guint32 u32[3];

  assert_taken ("c,u32_dynamic_array=<11,12,13>");
  read_payload (DYNAMIC, u32, sizeof (u32));
  fail_unless (u32[0] == 11 && u32[1] == 12 && u32[2] == 13);
  assert_taken ("c,u32_dynamic_array=77");
  read_payload (DYNAMIC, u32, 4);
  fail_unless_equals_int (u32[0], 77);
}
GST_END_TEST;

GST_START_TEST (areas_and_rectangles)
{
  guint32 area[2];
  gint32 rect[4];

  assert_taken ("c,area=<640,481>");
  read_payload (AREA, area, sizeof (area));
  fail_unless (area[0] == 640 && area[1] == 481);
  read_payload (RECT, rect, sizeof (rect)); /* or skip */
  assert_taken ("c,rect=<10,20,300,400>");
  read_payload (RECT, rect, sizeof (rect));
  fail_unless (rect[0] == 10 && rect[1] == 20);
  fail_unless (rect[2] == 300 && rect[3] == 400);
}
GST_END_TEST;

/* This one makes the next start fail. */
GST_START_TEST (buttons_are_pressed_by_true_alone)
{
  GstElement *source, *pipeline = open_source (&source);

  gst_util_set_object_arg (G_OBJECT (source), "io-mode", "dmabuf-export");
  set_controls (source, "c,inject_vidioc_streamon_error=false");
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 1);
  pipeline_set_state (pipeline, GST_STATE_READY);
  set_controls (source, "c,inject_vidioc_streamon_error=true");
  assert_no_warning (pipeline);
  g_error_free (pipeline_run_to_error (pipeline, NULL));
  gst_object_unref (source);
  pipeline_free (pipeline);
}
GST_END_TEST;

/* --- when --------------------------------------------------------------- */

/* The gain is lost if it is set while the driver sets it by itself: each order
 * is right only in one call. */
GST_START_TEST (what_belongs_together_is_set_together)
{
  assert_taken ("c,gain=77,gain_automatic=false");
  fail_unless_equals_int (read_int (V4L2_CID_GAIN), 77);
  assert_taken ("c,gain_automatic=true");
  assert_taken ("c,gain_automatic=false,gain=78");
  fail_unless_equals_int (read_int (V4L2_CID_GAIN), 78);
}
GST_END_TEST;

GST_START_TEST (each_opening_sets_them)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc controls=\"c,contrast=33\" ! fakesink");

  fail_unless (read_int (V4L2_CID_CONTRAST) != 33);
  for (guint i = 0; i < 2; i++) {
    pipeline_set_state (pipeline, GST_STATE_READY);
    fail_unless_equals_int (read_int (V4L2_CID_CONTRAST), 33);
    pipeline_set_state (pipeline, GST_STATE_NULL);
    vivid_set ((enum vivid_control) V4L2_CID_CONTRAST, 34);
  }
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (they_change_while_frames_flow)
{
  GstElement *source, *pipeline = open_source (&source);

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  for (gint i = 40; i < 50; i++) {
    g_autofree char *text = g_strdup_printf ("c,brightness=%d", i);

    pipeline_wait_buffers (pipeline, "sink", 1);
    set_controls (source, text);
    fail_unless_equals_int (read_int (V4L2_CID_BRIGHTNESS), i);
  }
  assert_no_warning (pipeline);
  gst_object_unref (source);
  pipeline_free (pipeline);
}
GST_END_TEST;

static gpointer
set_many (gpointer source)
{
  for (guint i = 0; i < 50; i++) {
    GstStructure *controls = gst_structure_new (
        "c", "saturation", G_TYPE_UINT, i, "hue", G_TYPE_INT, (gint) i, NULL);

    g_object_set (source, "controls", controls, NULL);
    gst_structure_free (controls);
  }
  return NULL;
}

/* What the property has in the end is what the device has. */
GST_START_TEST (threads_set_them_at_once)
{
  GstElement *source, *pipeline = open_source (&source);
  g_autoptr (GstStructure) controls = NULL;
  GThread *threads[4];
  guint saturation;

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("set", set_many, source);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_object_get (source, "controls", &controls, NULL);
  fail_unless (gst_structure_get_uint (controls, "saturation", &saturation));
  fail_unless_equals_int (read_int (V4L2_CID_SATURATION), saturation);
  assert_no_warning (pipeline);
  gst_object_unref (source);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (the_property_returns_what_was_set)
{
  GstElement *source, *pipeline = open_source (&source);
  g_autoptr (GstStructure) wanted = gst_structure_from_string (
      "c,brightness=12,menu=menu_item_1,nothing=3", NULL);
  g_autoptr (GstStructure) got = NULL;
  GstStructure *none;

  g_object_get (source, "controls", &none, NULL);
  fail_unless (none == NULL);
  g_object_set (source, "controls", wanted, NULL);
  g_object_get (source, "controls", &got, NULL);
  fail_unless (gst_structure_is_equal (wanted, got));
  g_object_set (source, "controls", NULL, NULL);
  g_object_get (source, "controls", &none, NULL);
  fail_unless (none == NULL);
  fail_unless_equals_int (read_int (V4L2_CID_BRIGHTNESS), 12);
  gst_object_unref (source);
  pipeline_free (pipeline);
}
GST_END_TEST;

/* --- warnings ----------------------------------------------------------- */

static void
assert_refused (const char *text, const char *const *words)
{
  GstElement *source, *pipeline = open_source (&source);
  g_autofree gchar *with = g_strconcat (text, ",brightness=55", NULL);

  vivid_set ((enum vivid_control) V4L2_CID_BRIGHTNESS, 1);
  set_controls (source, with);
  assert_warning (pipeline, words);
  /* the others are set all the same */
  fail_unless_equals_int (read_int (V4L2_CID_BRIGHTNESS), 55);
  gst_object_unref (source);
  pipeline_free (pipeline);
}

#define ASSERT_REFUSED(text, ...) \
  assert_refused (text, (const char *const[]) { __VA_ARGS__, NULL })

GST_START_TEST (a_name_that_does_not_exist_lists_those_that_do)
{
  ASSERT_REFUSED ("c,contrst=3", "contrst: there is no such control",
      "\"contrast\" perhaps?", "u8_2x3x4x5_array", "test_pattern");
  ASSERT_REFUSED ("c,xyzzy=3", "xyzzy: there is no such control.", "hue");
}
GST_END_TEST;

GST_START_TEST (a_number_out_of_range_tells_the_range)
{
  ASSERT_REFUSED (
      "c,contrast=256", "contrast: it cannot be 256", "from 0 to 255");
  ASSERT_REFUSED ("c,hue=-129", "hue: it cannot be -129", "from -128 to 128");
  fail_unless_equals_int (read_int (V4L2_CID_CONTRAST), 128);
}
GST_END_TEST;

GST_START_TEST (what_is_no_whole_number_is_refused)
{
  ASSERT_REFUSED ("c,contrast=1.5", "contrast: it cannot be 1.5");
  ASSERT_REFUSED ("c,contrast=much", "contrast: it cannot be much");
  ASSERT_REFUSED ("c,contrast=1/2", "contrast: it cannot be 1/2");
  ASSERT_REFUSED ("c,contrast=[0,2]", "contrast: it cannot be");
  ASSERT_REFUSED ("c,boolean=2", "boolean: it cannot be 2", "true or false");
  fail_unless_equals_int (read_int (V4L2_CID_CONTRAST), 128);
}
GST_END_TEST;

GST_START_TEST (an_entry_that_does_not_exist_lists_those_that_do)
{
  ASSERT_REFUSED ("c,menu=foo", "menu: it cannot be foo",
      "\"Menu Item 1\" (1), \"Menu Item 3\" (3), \"Menu Item 4\" (4)");
  ASSERT_REFUSED ("c,menu=2", "menu: it cannot be 2", "\"Menu Item 1\" (1)");
  ASSERT_REFUSED ("c,menu=5", "menu: it cannot be 5");
  ASSERT_REFUSED (
      "c,integer_menu=(string)4", "integer_menu: it cannot be 4", "\"13\" (6)");
  fail_unless_equals_int (read_int (MENU), 3);
}
GST_END_TEST;

GST_START_TEST (a_text_of_another_length_tells_which_it_may_have)
{
  ASSERT_REFUSED (
      "c,string=abcde", "string: it cannot be abcde", "a text of 2 to 4 bytes");
  ASSERT_REFUSED ("c,string=a", "string: it cannot be a");
}
GST_END_TEST;

GST_START_TEST (bits_that_do_not_exist_tell_which_do)
{
  ASSERT_REFUSED ("c,bitmask=0x11", "bitmask: it cannot be 17", "0x80402010");
}
GST_END_TEST;

GST_START_TEST (an_array_of_another_length_tells_its_size)
{
  ASSERT_REFUSED ("c,u8_2x3x4x5_array=<16,17>", "u8_2x3x4x5_array: it cannot",
      "an array of 120 numbers (2x3x4x5) from 16 to 32");
  ASSERT_REFUSED ("c,u8_2x3x4x5_array=15", "u8_2x3x4x5_array: it cannot");
  ASSERT_REFUSED ("c,u32_1_element_array=<16,17>", "u32_1_element_array: it");
  ASSERT_REFUSED ("c,area=7", "area: it cannot be 7", "an array of 2 numbers");
}
GST_END_TEST;

GST_START_TEST (what_can_only_be_read_is_not_set)
{
  ASSERT_REFUSED ("c,read_only_integer_32_bits=3",
      "read_only_integer_32_bits: it can be read, but not set");
}
GST_END_TEST;

/* The driver sets it by itself. */
GST_START_TEST (what_has_no_effect_is_told)
{
  ASSERT_REFUSED ("c,gain=50", "gain: it has no effect");
  ASSERT_REFUSED ("c,gain_automatic=false,gain=1000", "gain: it cannot");
}
GST_END_TEST;

/* The driver holds this one while it captures. */
GST_START_TEST (a_control_that_is_in_use_is_left_out)
{
  GstElement *source, *pipeline = open_source (&source);
  const char *const words[] = { "enable_capture_scaler: VIDIOC_S_EXT_CTRLS",
    g_strerror (EBUSY), "while nothing is captured", NULL };

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 1);
  set_controls (source, "c,enable_capture_scaler=false,brightness=56");
  assert_warning (pipeline, words);
  fail_unless_equals_int (read_int (V4L2_CID_BRIGHTNESS), 56);
  gst_object_unref (source);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_camera_that_is_gone_is_told_once)
{
  GstElement *source, *pipeline = open_source (&source);
  g_autofree char *path = g_strdup (vivid_path ());
  g_autofree char *text = NULL;
  GstStructure *controls;

  vivid_set (VIVID_DISCONNECT, 1);
  set_controls (source, "c,brightness=1,contrast=2,nothing=3");
  text = pop_warning (pipeline, path);
  fail_unless (text != NULL && strstr (text, "The device is gone"), "%s", text);
  fail_unless (strstr (text, "contrast") == NULL, "%s", text);
  g_object_get (source, "device-controls", &controls, NULL);
  fail_unless_equals_int (gst_structure_n_fields (controls), 0);
  gst_structure_free (controls);
  gst_object_unref (source);
  pipeline_free (pipeline);
}
GST_END_TEST;

static GstBusSyncReply
look_at_once (GstBus *bus, GstMessage *message, gpointer n_warnings)
{
  GstStructure *controls;

  (void) bus;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING) {
    g_object_get (
        GST_MESSAGE_SRC (message), "device-controls", &controls, NULL);
    gst_structure_free (controls);
    (*(guint *) n_warnings)++;
  }
  return GST_BUS_PASS;
}

GST_START_TEST (who_hears_a_warning_may_ask_at_once)
{
  GstElement *source, *pipeline = open_source (&source);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  guint n_warnings = 0;

  gst_bus_set_sync_handler (bus, look_at_once, &n_warnings, NULL);
  set_controls (source, "c,nothing=1");
  fail_unless_equals_int (n_warnings, 1);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  gst_object_unref (source);
  pipeline_free (pipeline);
}
GST_END_TEST;

/* --- what there is ------------------------------------------------------ */

static const GstStructure *
get_control (const GstStructure *all, const char *name)
{
  const GValue *value = gst_structure_get_value (all, name);

  fail_unless (value != NULL, "no %s", name);
  return gst_value_get_structure (value);
}

GST_START_TEST (the_device_tells_its_controls)
{
  GstElement *source, *pipeline = open_source (&source);
  g_autoptr (GstStructure) all = NULL;
  const GstStructure *control;
  const GValue *menu;
  gint64 maximum;
  gint value;

  set_controls (source, "c,contrast=99,menu=1");
  g_object_get (source, "device-controls", &all, NULL);
  control = get_control (all, "contrast");
  fail_unless (gst_structure_get_int (control, "value", &value));
  fail_unless_equals_int (value, 99);
  fail_unless (gst_structure_get_int64 (control, "maximum", &maximum));
  fail_unless_equals_int64 (maximum, 255);
  control = get_control (all, "menu");
  fail_unless_equals_string (
      gst_structure_get_string (control, "value"), "Menu Item 1");
  menu = gst_structure_get_value (control, "menu");
  fail_unless_equals_int (gst_value_array_get_size (menu), 3);
  control = get_control (all, "read_only_integer_32_bits");
  fail_unless_equals_string (
      gst_structure_get_string (control, "flags"), "read-only");
  gst_object_unref (source);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_closed_device_tells_nothing)
{
  GstElement *pipeline = pipeline_new ("dmabufsrc name=src ! fakesink");
  GstElement *source = pipeline_get (pipeline, "src");
  GstStructure *all;

  g_object_get (source, "device-controls", &all, NULL);
  fail_unless (all == NULL);
  pipeline_set_state (pipeline, GST_STATE_READY);
  pipeline_set_state (pipeline, GST_STATE_NULL);
  g_object_get (source, "device-controls", &all, NULL);
  fail_unless (all == NULL);
  gst_object_unref (source);
  pipeline_free (pipeline);
}
GST_END_TEST;

/* All that can be read can be written, whatever type it has. */
GST_START_TEST (what_the_device_tells_can_be_set_again)
{
  GstElement *source, *pipeline = open_source (&source);
  g_autoptr (GstStructure) wanted = gst_structure_new_empty ("c");
  g_autoptr (GstStructure) all = NULL;

  set_controls (source, "c,bitmask=0x80000010,string=abc");
  g_object_get (source, "device-controls", &all, NULL);
  fail_unless (gst_structure_n_fields (all) > 40);
  for (gint i = 0; i < gst_structure_n_fields (all); i++) {
    const char *name = gst_structure_nth_field_name (all, (guint) i);
    const GstStructure *control = get_control (all, name);
    const GValue *value = gst_structure_get_value (control, "value");
    const char *flags = gst_structure_get_string (control, "flags");

    /* the gain changes by itself */
    if (value && (!flags || (!strstr (flags, "read-only") &&
                                !strstr (flags, "volatile"))))
      gst_structure_set_value (wanted, name, value);
  }
  fail_unless (gst_structure_n_fields (wanted) > 35);
  g_object_set (source, "controls", wanted, NULL);
  assert_no_warning (pipeline);
  gst_object_unref (source);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (integers_of_32_bits),
    RUNNER_TEST (integers_of_64_bits), RUNNER_TEST (booleans),
    RUNNER_TEST (menus_by_entry_and_by_index),
    RUNNER_TEST (menus_of_integers_by_entry_and_by_index), RUNNER_TEST (texts),
    RUNNER_TEST (bitmasks), RUNNER_TEST (arrays_of_each_width),
    RUNNER_TEST (arrays_of_arrays), RUNNER_TEST (arrays_of_signed_numbers),
    RUNNER_TEST (arrays_that_grow), RUNNER_TEST (areas_and_rectangles),
    RUNNER_TEST (buttons_are_pressed_by_true_alone),
    RUNNER_TEST (what_belongs_together_is_set_together),
    RUNNER_TEST (each_opening_sets_them),
    RUNNER_TEST (they_change_while_frames_flow),
    RUNNER_TEST (threads_set_them_at_once),
    RUNNER_TEST (the_property_returns_what_was_set),
    RUNNER_TEST (a_name_that_does_not_exist_lists_those_that_do),
    RUNNER_TEST (a_number_out_of_range_tells_the_range),
    RUNNER_TEST (what_is_no_whole_number_is_refused),
    RUNNER_TEST (an_entry_that_does_not_exist_lists_those_that_do),
    RUNNER_TEST (a_text_of_another_length_tells_which_it_may_have),
    RUNNER_TEST (bits_that_do_not_exist_tell_which_do),
    RUNNER_TEST (an_array_of_another_length_tells_its_size),
    RUNNER_TEST (what_can_only_be_read_is_not_set),
    RUNNER_TEST (what_has_no_effect_is_told),
    RUNNER_TEST (a_control_that_is_in_use_is_left_out),
    RUNNER_TEST (a_camera_that_is_gone_is_told_once),
    RUNNER_TEST (who_hears_a_warning_may_ask_at_once),
    RUNNER_TEST (the_device_tells_its_controls),
    RUNNER_TEST (a_closed_device_tells_nothing),
    RUNNER_TEST (what_the_device_tells_can_be_set_again))
