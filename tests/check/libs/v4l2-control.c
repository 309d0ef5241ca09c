/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/gstzcv4l2controls.h"
#include "gst-libs/v4l2/v4l2-control.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>

#define FIRST 0x00980900U /* ids of the controls that are played */
#define N_CONTROLS 4

/* A device with controls, which behaves as told. */
static struct {
  struct v4l2_query_ext_ctrl control[N_CONTROLS];
  gint64 value[N_CONTROLS];
  gchar payload[N_CONTROLS][8];
  int list_errno;  /* of listing control FAIL_AT */
  guint fail_at;   /* also the control that is refused */
  int set_errno;   /* if control FAIL_AT is among those that are set */
  bool set_tells;  /* as hardware that fails half-way */
  bool try_passes; /* trying does not find it */
  bool clamps;     /* nothing becomes more than 5 */
  bool widens;     /* setting control 0 is the end of the range of 1 */
  bool repeats;    /* lists the same for ever */
  guint n_set, n_try, n_query;
} node;

static const struct zc_v4l2_device device = { .fd = 7, .path = "/dev/video0" };

static int
fail_with (int error)
{
  errno = error;
  return -1;
}

static int
play_query (struct v4l2_query_ext_ctrl *info)
{
  const guint32 next = V4L2_CTRL_FLAG_NEXT_CTRL | V4L2_CTRL_FLAG_NEXT_COMPOUND;

  node.n_query++;
  fail_unless (node.n_query < 100, "it is listed for ever");
  for (guint i = 0; i < N_CONTROLS; i++) {
    const struct v4l2_query_ext_ctrl *control = &node.control[i];

    if (info->id & next ? control->id <= (info->id & ~next) && !node.repeats
                        : control->id != info->id)
      continue;
    if (node.list_errno && i == node.fail_at)
      return fail_with (node.list_errno);
    *info = *control;
    return 0;
  }
  return fail_with (EINVAL);
}

static int
play_values (struct v4l2_ext_controls *set, bool is_try)
{
  fail_unless_equals_int (set->which, V4L2_CTRL_WHICH_CUR_VAL);
  for (guint i = 0; i < set->count; i++) {
    struct v4l2_ext_control *c = &set->controls[i];

    if (node.set_errno && c->id == FIRST + node.fail_at) {
      set->error_idx = is_try || node.set_tells ? i : set->count;
      return fail_with (node.set_errno);
    }
    if (node.clamps && c->size == 0)
      c->value = MIN (c->value, 5);
  }
  for (guint i = 0; i < set->count && !is_try; i++) {
    const struct v4l2_ext_control *c = &set->controls[i];

    if (c->size > 0)
      memcpy (node.payload[c->id - FIRST], c->ptr, c->size);
    else
      node.value[c->id - FIRST] = c->value;
    if (node.widens && c->id == FIRST)
      node.control[1].maximum = c->value;
  }
  return 0;
}

static int
fake_ioctl (int fd, unsigned long request, void *arg)
{
  fail_unless_equals_int (fd, device.fd);
  switch (request) {
    case VIDIOC_QUERY_EXT_CTRL:
      return play_query (arg);
    case VIDIOC_S_EXT_CTRLS:
      node.n_set++;
      return play_values (arg, false);
    case VIDIOC_TRY_EXT_CTRLS:
      node.n_try++;
      return node.try_passes ? 0 : play_values (arg, true);
    case VIDIOC_G_EXT_CTRLS:
      return fail_with (node.set_errno);
    default:
      return fail_with (ENOTTY);
  }
}

static void
set_up (void)
{
  memset (&node, 0, sizeof (node));
  for (guint i = 0; i < N_CONTROLS; i++) {
    node.control[i] = (struct v4l2_query_ext_ctrl) { .id = FIRST + i,
      .type = V4L2_CTRL_TYPE_INTEGER,
      .maximum = 100,
      .step = 1,
      .elems = 1,
      .elem_size = 4 };
    g_snprintf (node.control[i].name, 32, "Control, %u", i);
  }
  zc_v4l2_sys.ioctl = fake_ioctl;
}

/* --- listing ------------------------------------------------------------ */

GST_START_TEST (names_are_those_of_v4l2_ctl)
{
  static const struct {
    const char *text, *name;
  } names[] = {
    { "Brightness", "brightness" },
    { "Gain, Automatic", "gain_automatic" },
    { "75% Colorbar", "75_colorbar" },
    { "U8 2x3x4x5 Array", "u8_2x3x4x5_array" },
    { "White Balance (auto) ", "white_balance_auto" },
    { " -- odd", "odd" },
    { "Sch\xc3\xa4rfe", "sch_rfe" },
    { "", "" },
    { "A Name That Is Much Longer Than Names Are", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    char name[ZC_V4L2_CONTROL_NAME_SIZE];

    zc_v4l2_control_name (name, names[i].text);
    fail_unless (strlen (name) < sizeof (name));
    if (names[i].name)
      fail_unless (strcmp (name, names[i].name) == 0, "%s", name);
  }
}
GST_END_TEST;

GST_START_TEST (classes_and_what_is_disabled_are_left_out)
{
  struct zc_v4l2_control_list list;

  set_up ();
  node.control[0].type = V4L2_CTRL_TYPE_CTRL_CLASS;
  node.control[2].flags = V4L2_CTRL_FLAG_DISABLED;
  fail_unless_equals_int (zc_v4l2_control_list (&device, &list), 0);
  fail_unless_equals_int (list.count, 2);
  fail_unless (zc_v4l2_control_list_find (&list, "control_0") == NULL);
  fail_unless_equals_int (
      zc_v4l2_control_list_find (&list, "CONTROL-3")->info.id, FIRST + 3);
  zc_v4l2_control_list_clear (&list);
}
GST_END_TEST;

GST_START_TEST (a_device_without_controls_has_a_list_of_none)
{
  struct zc_v4l2_control_list list;

  set_up ();
  node.list_errno = ENOTTY;
  fail_unless_equals_int (zc_v4l2_control_list (&device, &list), 0);
  fail_unless_equals_int (list.count, 0);
  zc_v4l2_control_list_clear (&list);
}
GST_END_TEST;

GST_START_TEST (each_errno_of_listing_comes_out)
{
  static const int errors[] = { EIO, ENODEV, ENOMEM };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    struct zc_v4l2_control_list list;

    set_up ();
    node.list_errno = errors[i];
    node.fail_at = 2; /* two are listed already */
    fail_unless_equals_int (zc_v4l2_control_list (&device, &list), -errors[i]);
    fail_unless (list.control == NULL && list.count == 0);
  }
}
GST_END_TEST;

GST_START_TEST (a_driver_that_repeats_itself_is_left)
{
  struct zc_v4l2_control_list list;

  set_up ();
  node.repeats = true;
  fail_unless_equals_int (zc_v4l2_control_list (&device, &list), 0);
  fail_unless_equals_int (list.count, 1);
  zc_v4l2_control_list_clear (&list);
}
GST_END_TEST;

/* --- setting ------------------------------------------------------------ */

/* All of them, to 10 and more. */
static int
set_four (guint32 *failed, bool *partly)
{
  struct v4l2_ext_control values[N_CONTROLS];

  for (guint i = 0; i < N_CONTROLS; i++)
    values[i] = (struct v4l2_ext_control) { .id = FIRST + i,
      .value = 10 + (int) i };
  return zc_v4l2_control_set (&device, values, N_CONTROLS, failed, partly);
}

GST_START_TEST (all_are_set_in_one_call)
{
  guint32 failed;
  bool partly;

  set_up ();
  fail_unless_equals_int (set_four (&failed, &partly), 0);
  fail_if (partly);
  fail_unless_equals_int (node.n_set, 1);
  fail_unless_equals_int (node.n_try, 0);
  fail_unless_equals_int (node.value[3], 13);
}
GST_END_TEST;

/* Setting says only that one was refused: its index is the count then. */
GST_START_TEST (trying_tells_which_was_refused)
{
  static const int errors[] = { EINVAL, ERANGE, EACCES, EBUSY, EIO };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    guint32 failed;
    bool partly;

    set_up ();
    node.set_errno = errors[i];
    node.fail_at = 2;
    fail_unless_equals_int (set_four (&failed, &partly), -errors[i]);
    fail_unless_equals_int (failed, 2);
    fail_if (partly);
    fail_unless_equals_int (node.n_try, 1);
    fail_unless_equals_int (node.value[0], 0);
  }
}
GST_END_TEST;

GST_START_TEST (hardware_that_fails_half_way_tells_where)
{
  guint32 failed;
  bool partly;

  set_up ();
  node.set_errno = EIO;
  node.set_tells = true;
  node.fail_at = 1;
  fail_unless_equals_int (set_four (&failed, &partly), -EIO);
  fail_unless_equals_int (failed, 1);
  fail_unless (partly);
  fail_unless_equals_int (node.n_try, 0);
}
GST_END_TEST;

/* Trying does not mind them (validate_ctrls() in v4l2-ctrls-api.c). */
GST_START_TEST (what_is_in_use_is_found_by_its_flag)
{
  guint32 failed;
  bool partly;

  set_up ();
  node.set_errno = EBUSY;
  node.try_passes = true;
  node.fail_at = 3;
  node.control[3].flags = V4L2_CTRL_FLAG_GRABBED;
  fail_unless_equals_int (set_four (&failed, &partly), -EBUSY);
  fail_unless_equals_int (failed, 3);
}
GST_END_TEST;

GST_START_TEST (where_nobody_knows_none_is_blamed)
{
  guint32 failed;
  bool partly;

  set_up ();
  node.set_errno = EIO;
  node.try_passes = true;
  fail_unless_equals_int (set_four (&failed, &partly), -EIO);
  fail_unless_equals_int (failed, N_CONTROLS);
  fail_if (partly);
}
GST_END_TEST;

GST_START_TEST (one_alone_is_to_blame)
{
  struct v4l2_ext_control value = { .id = FIRST, .value = 1 };
  guint32 failed;
  bool partly;

  set_up ();
  node.set_errno = ERANGE;
  fail_unless_equals_int (
      zc_v4l2_control_set (&device, &value, 1, &failed, &partly), -ERANGE);
  fail_unless_equals_int (failed, 0);
  fail_unless_equals_int (node.n_try, 0);
}
GST_END_TEST;

GST_START_TEST (each_errno_of_reading_comes_out)
{
  static const int errors[] = { EINVAL, EACCES, ENOSPC, EIO, ENODEV };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    struct v4l2_ext_control value = { .id = FIRST };

    set_up ();
    node.set_errno = errors[i];
    fail_unless_equals_int (
        zc_v4l2_control_get (&device, &value, 1), -errors[i]);
  }
}
GST_END_TEST;

/* --- numbers ------------------------------------------------------------ */

static void
assert_number (const struct v4l2_query_ext_ctrl *info, gint64 number)
{
  guint64 memory[4];
  struct v4l2_ext_control value = { 0 };
  guint32 last = zc_v4l2_control_elements (info) - 1;

  memset (memory, 0xA5, sizeof (memory));
  if (zc_v4l2_control_has_payload (info))
    value.ptr = memory;
  zc_v4l2_control_set_number (info, &value, last, number);
  fail_unless_equals_int64 (
      zc_v4l2_control_get_number (info, &value, last), number);
  if (zc_v4l2_control_has_payload (info)) {
    gsize end = zc_v4l2_control_element_size (info) * (last + 1);

    fail_unless_equals_int (((guint8 *) memory)[end], 0xA5);
    fail_unless_equals_int (((guint8 *) memory)[0], last ? 0xA5 : number);
  }
}

GST_START_TEST (numbers_keep_their_width_and_sign)
{
  static const struct {
    guint32 type, size;
    gint64 least, most;
  } types[] = {
    { V4L2_CTRL_TYPE_INTEGER, 4, G_MININT32, G_MAXINT32 },
    { V4L2_CTRL_TYPE_INTEGER64, 8, G_MININT64, G_MAXINT64 },
    { V4L2_CTRL_TYPE_BITMASK, 4, 0, G_MAXUINT32 },
    { V4L2_CTRL_TYPE_U8, 1, 0, 255 },
    { V4L2_CTRL_TYPE_U16, 2, 0, 65535 },
    { V4L2_CTRL_TYPE_U32, 4, 0, G_MAXUINT32 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    struct v4l2_query_ext_ctrl info = { .type = types[i].type,
      .elem_size = types[i].size,
      .elems = 3,
      .minimum = G_MININT64,
      .maximum = G_MAXINT64,
      .flags = V4L2_CTRL_FLAG_HAS_PAYLOAD };
    gint64 least, most;

    fail_unless (zc_v4l2_control_is_numeric (&info));
    zc_v4l2_control_range (&info, &least, &most);
    fail_unless_equals_int64 (least, types[i].least);
    fail_unless_equals_int64 (most, types[i].most);
    assert_number (&info, least);
    assert_number (&info, most);
    if (types[i].type >= V4L2_CTRL_COMPOUND_TYPES)
      continue;
    info.flags = 0;
    info.elems = 1;
    assert_number (&info, least);
    assert_number (&info, most);
  }
}
GST_END_TEST;

GST_START_TEST (a_driver_that_contradicts_itself_is_not_believed)
{
  struct v4l2_query_ext_ctrl info = { .type = V4L2_CTRL_TYPE_U16,
    .elem_size = 2,
    .elems = 8,
    .flags = V4L2_CTRL_FLAG_HAS_PAYLOAD };

  fail_unless (zc_v4l2_control_is_numeric (&info));
  info.elem_size = 1; /* there is not the memory for 16 bits each */
  fail_if (zc_v4l2_control_is_numeric (&info));
  info = (struct v4l2_query_ext_ctrl) { .type = V4L2_CTRL_TYPE_AREA };
  fail_if (zc_v4l2_control_is_numeric (&info));
  info.type = V4L2_CTRL_TYPE_FWHT_PARAMS;
  fail_if (zc_v4l2_control_is_numeric (&info));
}
GST_END_TEST;

/* --- by name ------------------------------------------------------------ */

/* Returns how many were set. */
static guint
apply (const char *text, GPtrArray **complaints)
{
  GstZcV4l2Controls *controls = gst_zc_v4l2_controls_new (&device);
  GstStructure *wanted = gst_structure_from_string (text, NULL);
  GArray *done;
  guint n;

  fail_unless (wanted != NULL, "%s", text);
  *complaints = g_ptr_array_new_with_free_func (g_free);
  done = gst_zc_v4l2_controls_apply (controls, wanted, *complaints);
  n = done->len;
  g_array_unref (done);
  gst_structure_free (wanted);
  gst_zc_v4l2_controls_free (controls);
  return n;
}

static void
assert_complaint (GPtrArray *complaints, guint index, const char *words)
{
  fail_unless (complaints->len > index, "no complaint %u", index);
  fail_unless (strstr (g_ptr_array_index (complaints, index), words) != NULL,
      "%s", (char *) g_ptr_array_index (complaints, index));
}

#define ALL "c,control_0=10,control_1=11,control_2=12,control_3=13"

GST_START_TEST (what_is_refused_does_not_keep_the_others)
{
  GPtrArray *complaints;

  set_up ();
  node.set_errno = EBUSY;
  node.fail_at = 1;
  fail_unless_equals_int (apply (ALL, &complaints), 3);
  fail_unless_equals_int (complaints->len, 1);
  assert_complaint (complaints, 0, "control_1: VIDIOC_S_EXT_CTRLS");
  assert_complaint (complaints, 0, g_strerror (EBUSY));
  fail_unless_equals_int (node.n_set, 2);
  fail_unless_equals_int (node.value[0], 10);
  fail_unless_equals_int (node.value[1], 0);
  fail_unless_equals_int (node.value[3], 13);
  g_ptr_array_unref (complaints);
}
GST_END_TEST;

GST_START_TEST (what_was_set_half_way_is_not_set_twice)
{
  GPtrArray *complaints;

  set_up ();
  node.set_errno = EIO;
  node.set_tells = true;
  node.fail_at = 2;
  fail_unless_equals_int (apply (ALL, &complaints), 4 - 1);
  fail_unless_equals_int (complaints->len, 1);
  assert_complaint (complaints, 0, "control_2: ");
  fail_unless_equals_int (node.n_set, 2);
  fail_unless_equals_int (node.value[0], 0); /* by the call that failed */
  fail_unless_equals_int (node.value[3], 13);
  g_ptr_array_unref (complaints);
}
GST_END_TEST;

GST_START_TEST (where_nobody_knows_each_is_set_alone)
{
  GPtrArray *complaints;

  set_up ();
  node.set_errno = EIO;
  node.try_passes = true;
  node.fail_at = 3;
  fail_unless_equals_int (apply (ALL, &complaints), 3);
  fail_unless_equals_int (complaints->len, 1);
  assert_complaint (complaints, 0, "control_3: ");
  fail_unless_equals_int (node.n_set, 1 + 4);
  g_ptr_array_unref (complaints);
}
GST_END_TEST;

GST_START_TEST (payloads_live_through_a_refusal)
{
  GPtrArray *complaints;

  set_up ();
  node.set_errno = EBUSY;
  node.control[1].type = V4L2_CTRL_TYPE_STRING;
  node.control[1].maximum = 7;
  node.control[1].elem_size = 8;
  node.control[2].type = V4L2_CTRL_TYPE_U8;
  node.control[2].elem_size = 1;
  node.control[2].elems = 3;
  node.control[1].flags = V4L2_CTRL_FLAG_HAS_PAYLOAD;
  node.control[2].flags = V4L2_CTRL_FLAG_HAS_PAYLOAD;
  fail_unless_equals_int (apply ("c,control_0=1,control_1=text,"
                                 "control_2=<1,2,3>",
                              &complaints),
      2);
  fail_unless_equals_int (complaints->len, 1);
  fail_unless_equals_string (node.payload[1], "text");
  fail_unless (memcmp (node.payload[2], "\1\2\3", 3) == 0);
  g_ptr_array_unref (complaints);
}
GST_END_TEST;

GST_START_TEST (what_the_driver_makes_another_value_of_is_told)
{
  GPtrArray *complaints;

  set_up ();
  node.clamps = true;
  fail_unless_equals_int (apply ("c,control_0=4,control_1=7", &complaints), 2);
  fail_unless_equals_int (complaints->len, 1);
  assert_complaint (complaints, 0, "control_1: the driver made 5 of 7");
  g_ptr_array_unref (complaints);
}
GST_END_TEST;

/* As an exposure does that ends with the frame's length. */
GST_START_TEST (a_range_that_another_control_widens_is_used)
{
  GPtrArray *complaints;

  set_up ();
  node.widens = true;
  node.control[0].maximum = 1000;
  fail_unless_equals_int (
      apply ("c,control_1=500,control_2=101,control_0=600", &complaints), 2);
  fail_unless_equals_int (node.value[0], 600);
  fail_unless_equals_int (node.value[1], 500);
  fail_unless_equals_int (complaints->len, 1);
  assert_complaint (complaints, 0, "control_2: it cannot be 101");
  g_ptr_array_unref (complaints);
}
GST_END_TEST;

GST_START_TEST (a_camera_that_is_gone_is_told_once)
{
  GPtrArray *complaints;

  set_up ();
  node.set_errno = ENODEV;
  fail_unless_equals_int (apply (ALL, &complaints), 0);
  fail_unless_equals_int (complaints->len, 1);
  assert_complaint (complaints, 0, g_strerror (ENODEV));
  g_ptr_array_unref (complaints);

  set_up ();
  node.list_errno = ENODEV;
  fail_unless_equals_int (apply (ALL, &complaints), 0);
  fail_unless_equals_int (complaints->len, 1);
  assert_complaint (complaints, 0, g_strerror (ENODEV));
  g_ptr_array_unref (complaints);
}
GST_END_TEST;

GST_START_TEST (a_control_that_is_named_twice_is_set_once)
{
  GPtrArray *complaints;

  set_up ();
  fail_unless_equals_int (apply ("c,control_0=1,Control-0=2", &complaints), 1);
  fail_unless_equals_int (complaints->len, 1);
  assert_complaint (complaints, 0, "twice");
  fail_unless_equals_int (node.value[0], 1);
  g_ptr_array_unref (complaints);
}
GST_END_TEST;

GST_START_TEST (an_id_is_a_name_too)
{
  GPtrArray *complaints;

  set_up ();
  fail_unless_equals_int (apply ("c,0x980902=33", &complaints), 1);
  fail_unless_equals_int (complaints->len, 0);
  fail_unless_equals_int (node.value[2], 33);
  g_ptr_array_unref (complaints);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (names_are_those_of_v4l2_ctl),
    RUNNER_TEST (classes_and_what_is_disabled_are_left_out),
    RUNNER_TEST (a_device_without_controls_has_a_list_of_none),
    RUNNER_TEST (each_errno_of_listing_comes_out),
    RUNNER_TEST (a_driver_that_repeats_itself_is_left),
    RUNNER_TEST (all_are_set_in_one_call),
    RUNNER_TEST (trying_tells_which_was_refused),
    RUNNER_TEST (hardware_that_fails_half_way_tells_where),
    RUNNER_TEST (what_is_in_use_is_found_by_its_flag),
    RUNNER_TEST (where_nobody_knows_none_is_blamed),
    RUNNER_TEST (one_alone_is_to_blame),
    RUNNER_TEST (each_errno_of_reading_comes_out),
    RUNNER_TEST (numbers_keep_their_width_and_sign),
    RUNNER_TEST (a_driver_that_contradicts_itself_is_not_believed),
    RUNNER_TEST (what_is_refused_does_not_keep_the_others),
    RUNNER_TEST (what_was_set_half_way_is_not_set_twice),
    RUNNER_TEST (where_nobody_knows_each_is_set_alone),
    RUNNER_TEST (payloads_live_through_a_refusal),
    RUNNER_TEST (what_the_driver_makes_another_value_of_is_told),
    RUNNER_TEST (a_range_that_another_control_widens_is_used),
    RUNNER_TEST (a_camera_that_is_gone_is_told_once),
    RUNNER_TEST (a_control_that_is_named_twice_is_set_once),
    RUNNER_TEST (an_id_is_a_name_too))
