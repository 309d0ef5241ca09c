/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2controlvalue.h"

#include <errno.h>
#include <math.h>

/* No menu has more entries; a driver that says so does not keep us. */
#define MAX_ITEMS 1024

static gboolean
is_menu (const struct v4l2_query_ext_ctrl *info)
{
  return info->type == V4L2_CTRL_TYPE_MENU ||
         info->type == V4L2_CTRL_TYPE_INTEGER_MENU;
}

/* --- memory ------------------------------------------------------------- */

void
gst_zc_v4l2_control_value_init (
    const struct v4l2_query_ext_ctrl *info, struct v4l2_ext_control *value)
{
  *value = (struct v4l2_ext_control) { .id = info->id };
  if (!zc_v4l2_control_has_payload (info))
    return;
  value->size = MAX (info->elems, 1) * info->elem_size;
  value->ptr = g_malloc0 (value->size);
}

void
gst_zc_v4l2_control_value_clear (
    const struct v4l2_query_ext_ctrl *info, struct v4l2_ext_control *value)
{
  if (zc_v4l2_control_has_payload (info))
    g_free (value->ptr);
}

void
gst_zc_v4l2_control_value_copy (const struct v4l2_query_ext_ctrl *info,
    const struct v4l2_ext_control *value, struct v4l2_ext_control *copy)
{
  *copy = *value;
  if (zc_v4l2_control_has_payload (info))
    copy->ptr = g_memdup2 (value->ptr, value->size);
}

gboolean
gst_zc_v4l2_control_value_equal (const struct v4l2_query_ext_ctrl *info,
    const struct v4l2_ext_control *a, const struct v4l2_ext_control *b)
{
  if (zc_v4l2_control_has_payload (info))
    return a->size == b->size && memcmp (a->ptr, b->ptr, a->size) == 0;
  return zc_v4l2_control_get_number (info, a, 0) ==
         zc_v4l2_control_get_number (info, b, 0);
}

/* --- numbers ------------------------------------------------------------ */

static gboolean
number_of_double (gdouble value, gint64 *number)
{
  /* beyond 2^53 it may be another number than was written */
  if (value != floor (value) || fabs (value) > 9007199254740992.)
    return FALSE;
  *number = (gint64) value;
  return TRUE;
}

static gboolean
number_of_text (const gchar *text, gint64 *number)
{
  gchar *end;

  if (!text || !*text)
    return FALSE;
  errno = 0;
  *number = g_ascii_strtoll (text, &end, 0);
  return *end == '\0' && errno == 0;
}

static gboolean
number_of (const GValue *value, gint64 *number)
{
  GValue wide = G_VALUE_INIT;

  if (GST_VALUE_HOLDS_BITMASK (value)) {
    *number = (gint64) gst_value_get_bitmask (value);
    return *number >= 0;
  }
  switch (G_TYPE_FUNDAMENTAL (G_VALUE_TYPE (value))) {
    case G_TYPE_UINT64:
      *number = (gint64) g_value_get_uint64 (value);
      return *number >= 0;
    case G_TYPE_FLOAT:
      return number_of_double (g_value_get_float (value), number);
    case G_TYPE_DOUBLE:
      return number_of_double (g_value_get_double (value), number);
    case G_TYPE_STRING:
      return number_of_text (g_value_get_string (value), number);
    case G_TYPE_CHAR:
    case G_TYPE_UCHAR:
    case G_TYPE_BOOLEAN:
    case G_TYPE_INT:
    case G_TYPE_UINT:
    case G_TYPE_LONG:
    case G_TYPE_ULONG:
    case G_TYPE_INT64:
    case G_TYPE_ENUM:
    case G_TYPE_FLAGS:
      g_value_init (&wide, G_TYPE_INT64);
      g_value_transform (value, &wide);
      *number = g_value_get_int64 (&wide);
      return TRUE;
    default:
      return FALSE;
  }
}

static gboolean
is_one_of (const gchar *text, const gchar *const *words)
{
  for (; *words; words++)
    if (g_ascii_strcasecmp (text, *words) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
parse_boolean (const GValue *value, gint64 *number)
{
  static const gchar *const yes[] = { "true", "yes", "on", "t", NULL };
  static const gchar *const no[] = { "false", "no", "off", "f", NULL };
  const gchar *text = G_VALUE_HOLDS_STRING (value) ? g_value_get_string (value)
                                                   : NULL;

  if (text && (is_one_of (text, yes) || is_one_of (text, no))) {
    *number = is_one_of (text, yes);
    return TRUE;
  }
  return number_of (value, number) && (*number == 0 || *number == 1);
}

static gboolean
parse_bitmask (
    const struct v4l2_query_ext_ctrl *info, const GValue *value, gint64 *number)
{
  /* the kernel has the allowed bits in a signed number */
  const guint32 allowed = (guint32) info->maximum;

  if (!number_of (value, number) || *number > G_MAXUINT32 ||
      *number < G_MININT32)
    return FALSE;
  if (*number == -1)
    *number = allowed;
  *number &= G_MAXUINT32; /* a text with bit 31 becomes a negative int */
  return (*number & ~(gint64) allowed) == 0;
}

static gboolean
parse_number (
    const struct v4l2_query_ext_ctrl *info, const GValue *value, gint64 *number)
{
  gint64 minimum, maximum;

  switch (info->type) {
    case V4L2_CTRL_TYPE_BOOLEAN:
    case V4L2_CTRL_TYPE_BUTTON:
      return parse_boolean (value, number);
    case V4L2_CTRL_TYPE_BITMASK:
      return parse_bitmask (info, value, number);
    default:
      zc_v4l2_control_range (info, &minimum, &maximum);
      return number_of (value, number) && *number >= minimum &&
             *number <= maximum;
  }
}

/* --- menus -------------------------------------------------------------- */

/* The next entry from INDEX on. */
static gboolean
next_item (const struct zc_v4l2_device *device,
    const struct v4l2_query_ext_ctrl *info, gint64 *index,
    struct v4l2_querymenu *item)
{
  gint64 end = MIN (info->maximum, info->minimum + MAX_ITEMS - 1);

  for (*index = MAX (*index, MAX (info->minimum, 0)); *index <= end; (*index)++)
    if (zc_v4l2_control_query_item (device, info->id, (guint32) *index, item) ==
        0)
      return TRUE;
  return FALSE;
}

static gchar *
item_name (
    const struct v4l2_query_ext_ctrl *info, const struct v4l2_querymenu *item)
{
  if (info->type == V4L2_CTRL_TYPE_INTEGER_MENU)
    return g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) item->value);
  return g_strndup ((const gchar *) item->name, sizeof (item->name));
}

static gboolean
item_has_name (const struct v4l2_query_ext_ctrl *info,
    const struct v4l2_querymenu *item, const gchar *text)
{
  g_autofree gchar *name = item_name (info, item);
  gchar a[ZC_V4L2_CONTROL_NAME_SIZE], b[ZC_V4L2_CONTROL_NAME_SIZE];
  gint64 number;

  if (info->type == V4L2_CTRL_TYPE_INTEGER_MENU)
    return number_of_text (text, &number) && number == item->value;
  if (g_ascii_strcasecmp (name, text) == 0)
    return TRUE;
  zc_v4l2_control_name (a, name);
  zc_v4l2_control_name (b, text);
  return *a && strcmp (a, b) == 0;
}

static gboolean
parse_menu (const struct zc_v4l2_device *device,
    const struct v4l2_query_ext_ctrl *info, const GValue *value, gint64 *number)
{
  const gchar *text = G_VALUE_HOLDS_STRING (value) ? g_value_get_string (value)
                                                   : NULL;
  struct v4l2_querymenu item;

  if (text) {
    for (*number = 0; next_item (device, info, number, &item); (*number)++)
      if (item_has_name (info, &item, text))
        return TRUE;
    return FALSE;
  }
  return parse_number (info, value, number) &&
         zc_v4l2_control_query_item (
             device, info->id, (guint32) *number, &item) == 0;
}

void
gst_zc_v4l2_control_value_list_items (const struct zc_v4l2_device *device,
    const struct v4l2_query_ext_ctrl *info, GValue *array)
{
  struct v4l2_querymenu item;

  for (gint64 i = 0; next_item (device, info, &i, &item); i++) {
    g_autofree gchar *name = item_name (info, &item);
    GstStructure *s = gst_structure_new ("item", "index", G_TYPE_INT, (gint) i,
        "name", G_TYPE_STRING, name, NULL);
    GValue value = G_VALUE_INIT;

    g_value_init (&value, GST_TYPE_STRUCTURE);
    g_value_take_boxed (&value, s);
    gst_value_array_append_and_take_value (array, &value);
  }
}

/* --- texts and arrays --------------------------------------------------- */

/* The kernel counts bytes, and takes the length with the zero at the end. */
static gboolean
parse_text (const struct v4l2_query_ext_ctrl *info, const GValue *value,
    struct v4l2_ext_control *out)
{
  g_autofree gchar *text = NULL;
  gint64 number, length;

  if (G_VALUE_HOLDS_STRING (value))
    text = g_value_dup_string (value);
  else if (G_VALUE_HOLDS_INT (value) && number_of (value, &number))
    text = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  if (!text)
    return FALSE;

  length = (gint64) strlen (text);
  if (length < info->minimum || length > info->maximum ||
      (info->step > 1 && (guint64) (length - info->minimum) % info->step != 0))
    return FALSE;
  out->id = info->id;
  out->size = (guint32) length + 1;
  out->string = g_steal_pointer (&text);
  return TRUE;
}

/* The numbers of arrays in arrays, one after the other. */
static gboolean
flatten (const struct v4l2_query_ext_ctrl *info, const GValue *value,
    guint most, GArray *numbers)
{
  gint64 number;

  if (GST_VALUE_HOLDS_ARRAY (value)) {
    for (guint i = 0; i < gst_value_array_get_size (value); i++)
      if (!flatten (info, gst_value_array_get_value (value, i), most, numbers))
        return FALSE;
    return TRUE;
  }
  if (numbers->len == most || !parse_number (info, value, &number))
    return FALSE;
  g_array_append_val (numbers, number);
  return TRUE;
}

static gboolean
parse_array (const struct v4l2_query_ext_ctrl *info, const GValue *value,
    struct v4l2_ext_control *out)
{
  const guint most = zc_v4l2_control_max_elements (info);
  const gboolean dynamic = info->flags & V4L2_CTRL_FLAG_DYNAMIC_ARRAY;
  const gboolean fill = !GST_VALUE_HOLDS_ARRAY (value) && !dynamic &&
                        info->type != V4L2_CTRL_TYPE_AREA &&
                        info->type != ZC_V4L2_CTRL_TYPE_RECT;
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint n;

  if (!flatten (info, value, most, numbers) || numbers->len == 0 ||
      (numbers->len != most && !fill && !dynamic))
    return FALSE;

  n = fill ? most : numbers->len;
  *out = (struct v4l2_ext_control) { .id = info->id };
  out->size = n * zc_v4l2_control_element_size (info);
  out->ptr = g_malloc0 (out->size);
  for (guint i = 0; i < n; i++)
    zc_v4l2_control_set_number (
        info, out, i, g_array_index (numbers, gint64, fill ? 0 : i));
  return TRUE;
}

gboolean
gst_zc_v4l2_control_value_parse (const struct zc_v4l2_device *device,
    const struct v4l2_query_ext_ctrl *info, const GValue *value,
    struct v4l2_ext_control *out)
{
  gint64 number;

  *out = (struct v4l2_ext_control) { .id = info->id };
  if (info->type == V4L2_CTRL_TYPE_STRING && info->nr_of_dims == 0)
    return parse_text (info, value, out);
  if (!zc_v4l2_control_is_numeric (info))
    return FALSE;
  if (zc_v4l2_control_has_payload (info))
    return parse_array (info, value, out);
  if (!(is_menu (info) ? parse_menu (device, info, value, &number)
                       : parse_number (info, value, &number)))
    return FALSE;
  zc_v4l2_control_set_number (info, out, 0, number);
  return TRUE;
}

/* --- the other way ------------------------------------------------------ */

static void
number_to_gvalue (
    const struct v4l2_query_ext_ctrl *info, gint64 number, GValue *out)
{
  switch (info->type) {
    case V4L2_CTRL_TYPE_BOOLEAN:
      g_value_init (out, G_TYPE_BOOLEAN);
      g_value_set_boolean (out, number != 0);
      break;
    case V4L2_CTRL_TYPE_INTEGER64:
      g_value_init (out, G_TYPE_INT64);
      g_value_set_int64 (out, number);
      break;
    case V4L2_CTRL_TYPE_BITMASK:
    case V4L2_CTRL_TYPE_U32:
    case V4L2_CTRL_TYPE_AREA:
      g_value_init (out, G_TYPE_UINT);
      g_value_set_uint (out, (guint) number);
      break;
    default:
      g_value_init (out, G_TYPE_INT);
      g_value_set_int (out, (gint) number);
  }
}

static void
array_to_gvalue (const struct v4l2_query_ext_ctrl *info,
    const struct v4l2_ext_control *value, GValue *out)
{
  guint n = value->size / zc_v4l2_control_element_size (info);

  g_value_init (out, GST_TYPE_ARRAY);
  for (guint i = 0; i < n; i++) {
    GValue element = G_VALUE_INIT;

    number_to_gvalue (
        info, zc_v4l2_control_get_number (info, value, i), &element);
    gst_value_array_append_and_take_value (out, &element);
  }
}

static void
menu_to_gvalue (const struct zc_v4l2_device *device,
    const struct v4l2_query_ext_ctrl *info, gint64 number, GValue *out)
{
  struct v4l2_querymenu item;

  if (zc_v4l2_control_query_item (device, info->id, (guint32) number, &item) <
      0) {
    number_to_gvalue (info, number, out);
    return;
  }
  g_value_init (out, G_TYPE_STRING);
  g_value_take_string (out, item_name (info, &item));
}

gboolean
gst_zc_v4l2_control_value_to_gvalue (const struct zc_v4l2_device *device,
    const struct v4l2_query_ext_ctrl *info,
    const struct v4l2_ext_control *value, GValue *out)
{
  if (info->type == V4L2_CTRL_TYPE_STRING && info->nr_of_dims == 0) {
    g_value_init (out, G_TYPE_STRING);
    g_value_take_string (out, g_strndup (value->string, value->size));
    return TRUE;
  }
  if (!zc_v4l2_control_is_numeric (info) || info->type == V4L2_CTRL_TYPE_BUTTON)
    return FALSE;
  if (zc_v4l2_control_has_payload (info))
    array_to_gvalue (info, value, out);
  else if (is_menu (info))
    menu_to_gvalue (
        device, info, zc_v4l2_control_get_number (info, value, 0), out);
  else
    number_to_gvalue (info, zc_v4l2_control_get_number (info, value, 0), out);
  return TRUE;
}

/* --- in words ----------------------------------------------------------- */

static void
describe_menu (const struct zc_v4l2_device *device,
    const struct v4l2_query_ext_ctrl *info, GString *text)
{
  struct v4l2_querymenu item;
  const gchar *comma = "";

  g_string_append (text, "an entry's text, or its number: ");
  for (gint64 i = 0; next_item (device, info, &i, &item); i++) {
    g_autofree gchar *name = item_name (info, &item);

    g_string_append_printf (
        text, "%s\"%s\" (%" G_GINT64_FORMAT ")", comma, name, i);
    comma = ", ";
  }
}

static void
describe_range (const struct v4l2_query_ext_ctrl *info, GString *text)
{
  gint64 minimum, maximum;

  zc_v4l2_control_range (info, &minimum, &maximum);
  g_string_append_printf (text,
      " from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, minimum, maximum);
  if (info->step > 1)
    g_string_append_printf (
        text, " in steps of %" G_GUINT64_FORMAT, (guint64) info->step);
}

static void
describe_array (const struct v4l2_query_ext_ctrl *info, GString *text)
{
  const guint most = zc_v4l2_control_max_elements (info);

  g_string_append_printf (text, "an array of %s%u numbers",
      info->flags & V4L2_CTRL_FLAG_DYNAMIC_ARRAY ? "1 to " : "", most);
  if (info->nr_of_dims > 1) {
    g_string_append (text, " (");
    for (guint i = 0; i < MIN (info->nr_of_dims, V4L2_CTRL_MAX_DIMS); i++)
      g_string_append_printf (text, "%s%u", i ? "x" : "", info->dims[i]);
    g_string_append_c (text, ')');
  }
  describe_range (info, text);
}

static void
describe_text (const struct v4l2_query_ext_ctrl *info, GString *text)
{
  g_string_append_printf (text,
      "a text of %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " bytes",
      (gint64) info->minimum, (gint64) info->maximum);
  if (info->step > 1)
    g_string_append_printf (
        text, " in steps of %" G_GUINT64_FORMAT, (guint64) info->step);
}

gchar *
gst_zc_v4l2_control_value_describe (
    const struct zc_v4l2_device *device, const struct v4l2_query_ext_ctrl *info)
{
  GString *text = g_string_new (NULL);

  if (info->type == V4L2_CTRL_TYPE_STRING && info->nr_of_dims == 0)
    describe_text (info, text);
  else if (!zc_v4l2_control_is_numeric (info))
    g_string_append_printf (
        text, "a structure (type %#x) that cannot be given here", info->type);
  else if (zc_v4l2_control_has_payload (info))
    describe_array (info, text);
  else if (is_menu (info))
    describe_menu (device, info, text);
  else if (info->type == V4L2_CTRL_TYPE_BOOLEAN)
    g_string_append (text, "true or false");
  else if (info->type == V4L2_CTRL_TYPE_BUTTON)
    g_string_append (text, "true to press it");
  else if (info->type == V4L2_CTRL_TYPE_BITMASK)
    g_string_append_printf (text, "bits of %#x", (guint32) info->maximum);
  else {
    g_string_append (text, "a whole number");
    describe_range (info, text);
  }
  return g_string_free (text, FALSE);
}
