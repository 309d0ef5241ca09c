/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2controls.h"

#include "gstzcv4l2controlvalue.h"

#include <errno.h>

struct _GstZcV4l2Controls {
  const struct zc_v4l2_device *device;
  struct zc_v4l2_control_list list;
  gboolean listed;
};

/* What a wish is called in complaints: its control's name, and the name that a
 * property gave it. */
#define NAME_SIZE (2 * ZC_V4L2_CONTROL_NAME_SIZE + 4)

/* A control that is to be set. */
typedef struct {
  struct v4l2_query_ext_ctrl info;
  gchar name[NAME_SIZE];
  struct v4l2_ext_control asked; /* what the user wants */
} Wish;

/* What gst_zc_v4l2_controls_apply() is doing. */
typedef struct {
  GstZcV4l2Controls *controls;
  GPtrArray *complaints;
  GArray *wishes;   /* of Wish, still to be set */
  GArray *done;     /* of ids */
  GPtrArray *later; /* names of those whose value is not possible yet; NULL
                     * once they have to be */
  gboolean unknown_name;
  gboolean gone; /* the device was unplugged */
} Work;

GstZcV4l2Controls *
gst_zc_v4l2_controls_new (const struct zc_v4l2_device *device)
{
  GstZcV4l2Controls *self = g_new0 (GstZcV4l2Controls, 1);

  self->device = device;
  return self;
}

void
gst_zc_v4l2_controls_free (GstZcV4l2Controls *self)
{
  zc_v4l2_control_list_clear (&self->list);
  g_free (self);
}

static gint
make_list (GstZcV4l2Controls *self)
{
  gint ret = self->listed ? 0
                          : zc_v4l2_control_list (self->device, &self->list);

  self->listed = ret == 0;
  return ret;
}

static void
clear_wish (Wish *wish)
{
  gst_zc_v4l2_control_value_clear (&wish->info, &wish->asked);
}

static void G_GNUC_PRINTF (2, 3) complain (Work *work, const gchar *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (work->complaints, g_strdup_vprintf (format, args));
  va_end (args);
}

/* --- names -------------------------------------------------------------- */

/* How many letters must change to make B of A; both are short. */
static guint
distance (const gchar *a, const gchar *b)
{
  guint row[ZC_V4L2_CONTROL_NAME_SIZE];
  const guint n = (guint) strlen (b);

  for (guint j = 0; j <= n; j++)
    row[j] = j;
  for (guint i = 0; a[i]; i++) {
    guint diagonal = row[0];

    row[0] = i + 1;
    for (guint j = 0; j < n; j++) {
      guint changed = diagonal + (a[i] != b[j]);

      diagonal = row[j + 1];
      row[j + 1] = MIN (MIN (row[j], row[j + 1]) + 1, changed);
    }
  }
  return row[n];
}

/* What was probably meant, or NULL. */
static const gchar *
nearest (const struct zc_v4l2_control_list *list, const gchar *name)
{
  const gchar *best = NULL;
  guint least = (guint) strlen (name) / 3 + 1; /* more is no misspelling */

  for (gsize i = 0; i < list->count; i++) {
    guint d = distance (name, list->control[i].name);

    if (d < least) {
      least = d;
      best = list->control[i].name;
    }
  }
  return best;
}

static void
complain_unknown (Work *work, const gchar *field)
{
  gchar name[ZC_V4L2_CONTROL_NAME_SIZE];
  const gchar *near;

  zc_v4l2_control_name (name, field);
  near = nearest (&work->controls->list, name);
  if (near)
    complain (
        work, "%s: there is no such control; \"%s\" perhaps?", field, near);
  else
    complain (work, "%s: there is no such control.", field);
  work->unknown_name = TRUE;
}

static void
complain_names (Work *work)
{
  const struct zc_v4l2_control_list *list = &work->controls->list;
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < list->count; i++)
    g_string_append_printf (text, "%s%s", i ? ", " : "", list->control[i].name);
  complain (work, "The controls are: %s.", list->count ? text->str : "none");
}

static const struct zc_v4l2_control *
find_id (GstZcV4l2Controls *self, guint32 id)
{
  for (gsize i = 0; i < self->list.count; i++)
    if (self->list.control[i].info.id == id)
      return &self->list.control[i];
  return NULL;
}

/* LABEL gets the part before "@", if there is one. */
static const struct zc_v4l2_control *
find (GstZcV4l2Controls *self, const gchar *field, gchar **label)
{
  const gchar *at = strchr (field, '@');
  const gchar *name = at ? at + 1 : field;
  guint64 id;

  *label = at ? g_strndup (field, (gsize) (at - field)) : NULL;
  if (g_str_has_prefix (name, "0x") && g_ascii_string_to_unsigned (name + 2, 16,
                                           0, V4L2_CTRL_ID_MASK, &id, NULL))
    return find_id (self, (guint32) id);
  return zc_v4l2_control_list_find (&self->list, name);
}

/* Once is enough. */
static void
complain_gone (Work *work)
{
  if (!work->gone)
    complain (work, "The device is gone: %s (errno %d).", g_strerror (ENODEV),
        ENODEV);
  work->gone = TRUE;
}

/* --- wishes ------------------------------------------------------------- */

static void
complain_value (Work *work, const Wish *wish, const GValue *value)
{
  g_autofree gchar *text = gst_value_serialize (value);
  g_autofree gchar *takes = gst_zc_v4l2_control_value_describe (
      work->controls->device, &wish->info);

  complain (work, "%s: it cannot be %s. It takes %s.", wish->name,
      text ? text : G_VALUE_TYPE_NAME (value), takes);
}

static gboolean
is_wished (Work *work, guint32 id)
{
  for (guint i = 0; i < work->wishes->len; i++)
    if (g_array_index (work->wishes, Wish, i).info.id == id)
      return TRUE;
  return FALSE;
}

static gboolean
parse (Work *work, Wish *wish, const gchar *field, const GValue *value)
{
  gint ret = zc_v4l2_control_query (
      work->controls->device, wish->info.id, &wish->info);

  if (ret == -ENODEV)
    complain_gone (work);
  else if (ret < 0)
    complain (work, "%s: VIDIOC_QUERY_EXT_CTRL: %s (errno %d).", wish->name,
        g_strerror (-ret), -ret);
  else if (wish->info.flags & V4L2_CTRL_FLAG_READ_ONLY)
    complain (work, "%s: it can be read, but not set.", wish->name);
  else if (is_wished (work, wish->info.id))
    complain (
        work, "%s: it is named twice; the first value counts.", wish->name);
  else if (gst_zc_v4l2_control_value_parse (
               work->controls->device, &wish->info, value, &wish->asked))
    return TRUE;
  else if (work->later)
    g_ptr_array_add (work->later, (gchar *) field);
  else
    complain_value (work, wish, value);
  return FALSE;
}

static void
add_wish (Work *work, const gchar *field, const GValue *value)
{
  g_autofree gchar *label = NULL;
  const struct zc_v4l2_control *control = find (work->controls, field, &label);
  Wish wish;

  if (!control) {
    complain_unknown (work, field);
    return;
  }
  wish = (Wish) { .info = control->info };
  if (label)
    g_snprintf (wish.name, sizeof (wish.name), "%s (%s)", label, control->name);
  else
    g_strlcpy (wish.name, control->name, sizeof (wish.name));
  if (!parse (work, &wish, field, value))
    return;
  /* whatever is written presses a button */
  if (wish.info.type == V4L2_CTRL_TYPE_BUTTON && wish.asked.value == 0)
    return;
  g_array_append_val (work->wishes, wish);
}

static void
add_wishes (Work *work, const GstStructure *wanted)
{
  const gint n = gst_structure_n_fields (wanted);

  for (gint i = 0; i < n && !work->gone; i++) {
    const gchar *field = gst_structure_nth_field_name (wanted, (guint) i);

    add_wish (work, field, gst_structure_get_value (wanted, field));
  }
  if (work->unknown_name)
    complain_names (work);
}

/* What has been set may have widened the range of others. */
static void
add_later (Work *work, const GstStructure *wanted)
{
  GPtrArray *later = g_steal_pointer (&work->later);

  for (guint i = 0; i < later->len && !work->gone; i++) {
    const gchar *field = g_ptr_array_index (later, i);

    add_wish (work, field, gst_structure_get_value (wanted, field));
  }
  g_ptr_array_unref (later);
}

/* --- setting ------------------------------------------------------------ */

static void
complain_errno (Work *work, const Wish *wish, gint error)
{
  const gchar *cure = "";

  if (error == -EBUSY && wish->info.flags & V4L2_CTRL_FLAG_MODIFY_LAYOUT)
    cure = " It changes how frames lie in memory: set it before they flow.";
  else if (wish->info.flags & V4L2_CTRL_FLAG_INACTIVE)
    cure = " Another control decides of it now, such as an automatic.";
  else if (error == -EBUSY)
    cure = " The device is using it: set it while nothing is captured.";
  complain (work, "%s: VIDIOC_S_EXT_CTRLS: %s (errno %d).%s", wish->name,
      g_strerror (-error), -error, cure);
}

/* Drivers round and clamp without a word. */
static void
complain_adjusted (
    Work *work, const Wish *wish, const struct v4l2_ext_control *made)
{
  g_autofree gchar *asked_text = NULL, *made_text = NULL, *takes = NULL;
  g_auto (GValue) asked_value = G_VALUE_INIT;
  g_auto (GValue) made_value = G_VALUE_INIT;

  if (wish->info.type == V4L2_CTRL_TYPE_BUTTON ||
      wish->info.flags & V4L2_CTRL_FLAG_VOLATILE || /* changes by itself */
      gst_zc_v4l2_control_value_equal (&wish->info, &wish->asked, made) ||
      !gst_zc_v4l2_control_value_to_gvalue (
          work->controls->device, &wish->info, &wish->asked, &asked_value) ||
      !gst_zc_v4l2_control_value_to_gvalue (
          work->controls->device, &wish->info, made, &made_value))
    return;
  takes = gst_zc_v4l2_control_value_describe (
      work->controls->device, &wish->info);
  asked_text = gst_value_serialize (&asked_value);
  made_text = gst_value_serialize (&made_value);
  complain (work, "%s: the driver made %s of %s. It takes %s.", wish->name,
      made_text, asked_text, takes);
}

/* It may have become active with the others. */
static void
complain_inactive (Work *work, const Wish *wish)
{
  struct v4l2_query_ext_ctrl info;

  if (wish->info.flags & V4L2_CTRL_FLAG_INACTIVE &&
      zc_v4l2_control_query (work->controls->device, wish->info.id, &info) ==
          0 &&
      info.flags & V4L2_CTRL_FLAG_INACTIVE)
    complain (work,
        "%s: it has no effect: another control decides of it now, such as an "
        "automatic.",
        wish->name);
}

/* Those up to N are done: MADE is what the driver made of them. */
static void
finish (Work *work, guint n, const struct v4l2_ext_control *made)
{
  for (guint i = 0; i < n; i++) {
    const Wish *wish = &g_array_index (work->wishes, Wish, i);

    g_array_append_val (work->done, wish->info.id);
    complain_adjusted (work, wish, &made[i]);
    complain_inactive (work, wish);
  }
  if (n > 0)
    g_array_remove_range (work->wishes, 0, n);
}

/* One call for the first N: 0, or -errno of the one in FAILED. */
static gint
set (Work *work, guint n, guint32 *failed)
{
  struct v4l2_ext_control *values = g_new0 (struct v4l2_ext_control, n);
  const guint n_wishes = work->wishes->len;
  g_autofree struct v4l2_query_ext_ctrl *infos = g_new (
      struct v4l2_query_ext_ctrl, n);
  bool partly;
  gint ret;

  for (guint i = 0; i < n; i++) {
    const Wish *wish = &g_array_index (work->wishes, Wish, i);

    infos[i] = wish->info;
    gst_zc_v4l2_control_value_copy (&wish->info, &wish->asked, &values[i]);
  }
  ret = zc_v4l2_control_set (
      work->controls->device, values, n, failed, &partly);
  if (ret == 0)
    finish (work, n, values);
  else if (partly)
    finish (work, *failed, values);
  if (ret < 0 && *failed < n)
    *failed -= n_wishes - work->wishes->len; /* those that are gone */

  for (guint i = 0; i < n; i++)
    gst_zc_v4l2_control_value_clear (&infos[i], &values[i]);
  g_free (values);
  return ret;
}

/* What fails is left out, and the rest set again; where nobody knows what
 * fails, each is set alone. */
static void
set_all (Work *work)
{
  guint batch = work->wishes->len;

  while (work->wishes->len > 0 && !work->gone) {
    guint n = MIN (batch, work->wishes->len);
    guint32 failed;
    gint ret = set (work, n, &failed);

    if (ret == 0)
      continue;
    if (ret == -ENODEV) {
      complain_gone (work);
      continue;
    }
    if (failed >= n) {
      batch = 1;
      continue;
    }
    complain_errno (work, &g_array_index (work->wishes, Wish, failed), ret);
    g_array_remove_index (work->wishes, failed);
  }
}

GArray *
gst_zc_v4l2_controls_apply (
    GstZcV4l2Controls *self, const GstStructure *wanted, GPtrArray *complaints)
{
  Work work = {
    .controls = self,
    .complaints = complaints,
    .wishes = g_array_new (FALSE, FALSE, sizeof (Wish)),
    .done = g_array_new (FALSE, FALSE, sizeof (guint32)),
    .later = g_ptr_array_new (),
  };
  gint ret = make_list (self);

  g_array_set_clear_func (work.wishes, (GDestroyNotify) clear_wish);
  if (ret == -ENODEV)
    complain_gone (&work);
  else if (ret < 0)
    complain (&work, "VIDIOC_QUERY_EXT_CTRL: %s (errno %d).", g_strerror (-ret),
        -ret);
  else
    add_wishes (&work, wanted);
  set_all (&work);
  add_later (&work, wanted);
  set_all (&work);
  g_array_unref (work.wishes);
  return work.done;
}

/* --- telling ------------------------------------------------------------ */

static const gchar *
type_name (guint32 type)
{
  switch (type) {
    case V4L2_CTRL_TYPE_INTEGER:
      return "integer";
    case V4L2_CTRL_TYPE_INTEGER64:
      return "integer64";
    case V4L2_CTRL_TYPE_BOOLEAN:
      return "boolean";
    case V4L2_CTRL_TYPE_MENU:
      return "menu";
    case V4L2_CTRL_TYPE_INTEGER_MENU:
      return "integer-menu";
    case V4L2_CTRL_TYPE_BUTTON:
      return "button";
    case V4L2_CTRL_TYPE_STRING:
      return "string";
    case V4L2_CTRL_TYPE_BITMASK:
      return "bitmask";
    case V4L2_CTRL_TYPE_U8:
      return "u8";
    case V4L2_CTRL_TYPE_U16:
      return "u16";
    case V4L2_CTRL_TYPE_U32:
      return "u32";
    case V4L2_CTRL_TYPE_AREA:
      return "area";
    case ZC_V4L2_CTRL_TYPE_RECT:
      return "rect";
    default:
      return "structure";
  }
}

static gchar *
flags_to_string (guint32 flags)
{
  static const struct {
    guint32 flag;
    const gchar *name;
  } names[] = {
    { V4L2_CTRL_FLAG_GRABBED, "grabbed" },
    { V4L2_CTRL_FLAG_READ_ONLY, "read-only" },
    { V4L2_CTRL_FLAG_WRITE_ONLY, "write-only" },
    { V4L2_CTRL_FLAG_UPDATE, "update" },
    { V4L2_CTRL_FLAG_INACTIVE, "inactive" },
    { V4L2_CTRL_FLAG_SLIDER, "slider" },
    { V4L2_CTRL_FLAG_VOLATILE, "volatile" },
    { V4L2_CTRL_FLAG_MODIFY_LAYOUT, "modify-layout" },
    { V4L2_CTRL_FLAG_DYNAMIC_ARRAY, "dynamic-array" },
  };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (flags & names[i].flag)
      g_string_append_printf (
          text, "%s%s", text->len ? ", " : "", names[i].name);
  return g_string_free (text, FALSE);
}

/* Where payloads have a default, it is that of each element. */
static void
tell_default (GstZcV4l2Controls *self, const struct v4l2_query_ext_ctrl *info,
    GstStructure *s)
{
  struct v4l2_ext_control value = { .id = info->id };
  GValue v = G_VALUE_INIT;

  if (!zc_v4l2_control_is_numeric (info) || info->type == V4L2_CTRL_TYPE_AREA ||
      info->type == ZC_V4L2_CTRL_TYPE_RECT)
    return;
  if (zc_v4l2_control_has_payload (info)) {
    gst_structure_set (
        s, "default", G_TYPE_INT64, (gint64) info->default_value, NULL);
    return;
  }
  zc_v4l2_control_set_number (info, &value, 0, info->default_value);
  if (gst_zc_v4l2_control_value_to_gvalue (self->device, info, &value, &v))
    gst_structure_take_value (s, "default", &v);
}

static void
tell_value (GstZcV4l2Controls *self, const struct v4l2_query_ext_ctrl *info,
    GstStructure *s)
{
  struct v4l2_ext_control value;
  GValue v = G_VALUE_INIT;

  if (info->flags & V4L2_CTRL_FLAG_WRITE_ONLY ||
      (info->type != V4L2_CTRL_TYPE_STRING &&
          !zc_v4l2_control_is_numeric (info)))
    return;
  gst_zc_v4l2_control_value_init (info, &value);
  if (zc_v4l2_control_get (self->device, &value, 1) == 0 &&
      gst_zc_v4l2_control_value_to_gvalue (self->device, info, &value, &v))
    gst_structure_take_value (s, "value", &v);
  gst_zc_v4l2_control_value_clear (info, &value);
}

static void
tell_menu (GstZcV4l2Controls *self, const struct v4l2_query_ext_ctrl *info,
    GstStructure *s)
{
  GValue items = G_VALUE_INIT;

  if (info->type != V4L2_CTRL_TYPE_MENU &&
      info->type != V4L2_CTRL_TYPE_INTEGER_MENU)
    return;
  g_value_init (&items, GST_TYPE_ARRAY);
  gst_zc_v4l2_control_value_list_items (self->device, info, &items);
  gst_structure_take_value (s, "menu", &items);
}

static void
tell_dims (const struct v4l2_query_ext_ctrl *info, GstStructure *s)
{
  GValue dims = G_VALUE_INIT;

  if (info->nr_of_dims == 0)
    return;
  g_value_init (&dims, GST_TYPE_ARRAY);
  for (guint i = 0; i < MIN (info->nr_of_dims, V4L2_CTRL_MAX_DIMS); i++) {
    GValue n = G_VALUE_INIT;

    g_value_init (&n, G_TYPE_INT);
    g_value_set_int (&n, (gint) info->dims[i]);
    gst_value_array_append_and_take_value (&dims, &n);
  }
  gst_structure_take_value (s, "dims", &dims);
}

static GstStructure *
tell (GstZcV4l2Controls *self, const struct zc_v4l2_control *control)
{
  struct v4l2_query_ext_ctrl info;
  g_autofree gchar *flags = NULL;
  GstStructure *s;

  if (zc_v4l2_control_query (self->device, control->info.id, &info) < 0)
    return NULL;
  flags = flags_to_string (info.flags);
  s = gst_structure_new ("control", "id", G_TYPE_UINT, info.id, "label",
      G_TYPE_STRING, control->info.name, "type", G_TYPE_STRING,
      type_name (info.type), NULL);
  if (*flags)
    gst_structure_set (s, "flags", G_TYPE_STRING, flags, NULL);
  if (info.minimum != info.maximum)
    gst_structure_set (s, "minimum", G_TYPE_INT64, (gint64) info.minimum,
        "maximum", G_TYPE_INT64, (gint64) info.maximum, "step", G_TYPE_UINT64,
        (guint64) info.step, NULL);
  tell_default (self, &info, s);
  tell_value (self, &info, s);
  tell_menu (self, &info, s);
  tell_dims (&info, s);
  return s;
}

GstStructure *
gst_zc_v4l2_controls_describe_one (GstZcV4l2Controls *self, guint32 id)
{
  const struct zc_v4l2_control *control = make_list (self) < 0
                                              ? NULL
                                              : find_id (self, id);

  return control ? tell (self, control) : NULL;
}

gint
gst_zc_v4l2_controls_has (GstZcV4l2Controls *self, guint32 id)
{
  gint ret = make_list (self);

  return ret < 0 ? ret : find_id (self, id) != NULL;
}

GstStructure *
gst_zc_v4l2_controls_describe (GstZcV4l2Controls *self, const gchar *name)
{
  GstStructure *all = gst_structure_new_empty (name);

  if (make_list (self) < 0)
    return all;
  for (gsize i = 0; i < self->list.count; i++) {
    const struct zc_v4l2_control *control = &self->list.control[i];
    GstStructure *s = tell (self, control);
    GValue v = G_VALUE_INIT;

    if (!s)
      continue;
    g_value_init (&v, GST_TYPE_STRUCTURE);
    g_value_take_boxed (&v, s);
    gst_structure_take_value (all, control->name, &v);
  }
  return all;
}
