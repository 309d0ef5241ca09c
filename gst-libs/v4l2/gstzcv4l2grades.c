/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2grades.h"

#include "gstzcv4l2coded.h"
#include "v4l2-control.h"

#include <errno.h>

#define HIGH_TIER 1 /* V4L2_MPEG_VIDEO_HEVC_TIER_HIGH */

static const gchar *
name_of (const GstZcV4l2Grades *self, GstZcV4l2MenuKind kind, gint value)
{
  return value < 0 ? NULL : self->codec->menu[kind].names[value];
}

static gboolean
has_item (const GstZcV4l2Grades *self, GstZcV4l2MenuKind kind, guint n)
{
  return self->menu[kind].items & G_GUINT64_CONSTANT (1) << n;
}

static guint
count (const GstZcV4l2Grades *self, GstZcV4l2MenuKind kind)
{
  return self->menu[kind].items
             ? gst_zc_v4l2_menu_count (&self->codec->menu[kind])
             : 0;
}

/* --- what the device has ------------------------------------------------ */

/* What a control has not, or the driver does not tell, is no error. */
static gboolean
is_serious (gint ret)
{
  return ret < 0 && ret != -EINVAL && ret != -ENOTTY;
}

static gint
read_current (GstZcV4l2Grades *self, const struct zc_v4l2_device *device,
    GstZcV4l2MenuKind kind)
{
  struct v4l2_ext_control value = { .id = self->codec->menu[kind].id };
  gint ret = zc_v4l2_control_get (device, &value, 1);

  self->menu[kind].current = -1;
  if (ret == 0 && value.value >= 0 && (guint) value.value < count (self, kind))
    self->menu[kind].current = value.value;
  return is_serious (ret) ? ret : 0;
}

static gint
read_menu (GstZcV4l2Grades *self, const struct zc_v4l2_device *device,
    GstZcV4l2MenuKind kind)
{
  const GstZcV4l2Menu *menu = &self->codec->menu[kind];
  struct v4l2_query_ext_ctrl info;
  struct v4l2_querymenu item;
  const gint64 n = gst_zc_v4l2_menu_count (menu);
  gint ret;

  if (n == 0)
    return 0;
  ret = zc_v4l2_control_query (device, menu->id, &info);
  if (ret < 0)
    return is_serious (ret) ? ret : 0;
  if (info.flags & V4L2_CTRL_FLAG_DISABLED || info.type != V4L2_CTRL_TYPE_MENU)
    return 0;
  for (gint64 i = MAX (info.minimum, 0); i <= info.maximum && i < n; i++) {
    ret = zc_v4l2_control_query_item (device, menu->id, (guint32) i, &item);
    if (is_serious (ret))
      return ret;
    if (ret == 0)
      self->menu[kind].items |= G_GUINT64_CONSTANT (1) << i;
  }
  ret = self->menu[kind].items ? read_current (self, device, kind) : 0;
  self->menu[kind].own = self->menu[kind].current;
  return ret;
}

static void
clear (GstZcV4l2Grades *self)
{
  *self = (GstZcV4l2Grades) { 0 };
  for (guint i = 0; i < GST_ZC_V4L2_N_MENUS; i++)
    self->menu[i].own = self->menu[i].current = -1;
}

gint
gst_zc_v4l2_grades_read (
    GstZcV4l2Grades *self, const struct zc_v4l2_device *device, guint32 fourcc)
{
  clear (self);
  self->codec = gst_zc_v4l2_coded_get_codec (fourcc);
  for (guint i = 0; self->codec && i < GST_ZC_V4L2_N_MENUS; i++) {
    gint ret = read_menu (self, device, (GstZcV4l2MenuKind) i);

    if (ret < 0) {
      clear (self);
      return ret;
    }
  }
  return 0;
}

void
gst_zc_v4l2_grades_offer (const GstZcV4l2Grades *self, GstStructure *s)
{
  for (guint i = 0; i < GST_ZC_V4L2_N_MENUS; i++) {
    const GstZcV4l2MenuKind kind = (GstZcV4l2MenuKind) i;
    const guint n = count (self, kind);
    GValue list = G_VALUE_INIT;

    if (n == 0)
      continue;
    g_value_init (&list, GST_TYPE_LIST);
    for (guint j = 0; j < n; j++) {
      GValue name = G_VALUE_INIT;

      if (!has_item (self, kind, j))
        continue;
      g_value_init (&name, G_TYPE_STRING);
      g_value_set_static_string (&name, name_of (self, kind, (gint) j));
      gst_value_list_append_and_take_value (&list, &name);
    }
    gst_structure_take_value (s, gst_zc_v4l2_menu_get_field (kind), &list);
  }
}

/* --- choosing ----------------------------------------------------------- */

static gint
find (const GstZcV4l2Grades *self, GstZcV4l2MenuKind kind, const GValue *value)
{
  const guint n = count (self, kind);

  if (!G_VALUE_HOLDS_STRING (value))
    return -1;
  for (guint i = 0; i < n; i++)
    if (has_item (self, kind, i) && g_strcmp0 (name_of (self, kind, (gint) i),
                                        g_value_get_string (value)) == 0)
      return (gint) i;
  return -1;
}

static const GValue *
get_wish (const GstStructure *wanted, GstZcV4l2MenuKind kind)
{
  return wanted ? gst_structure_get_value (
                      wanted, gst_zc_v4l2_menu_get_field (kind))
                : NULL;
}

/* The entries that WISH names; FIRST is the first of them. */
static guint64
find_all (const GstZcV4l2Grades *self, GstZcV4l2MenuKind kind,
    const GValue *wish, gint *first)
{
  const guint n = GST_VALUE_HOLDS_LIST (wish) ? gst_value_list_get_size (wish)
                                              : 1;
  guint64 found = 0;

  *first = -1;
  for (guint i = 0; i < n; i++) {
    gint item = find (self, kind,
        GST_VALUE_HOLDS_LIST (wish) ? gst_value_list_get_value (wish, i)
                                    : wish);

    if (item < 0)
      continue;
    if (*first < 0)
      *first = item;
    found |= G_GUINT64_CONSTANT (1) << item;
  }
  return found;
}

/* Entries that downstream takes: all, if it does not say. FIRST is the first of
 * them in its order, or -1 if it has none. */
static guint64
find_wished (const GstZcV4l2Grades *self, const GstStructure *wanted,
    GstZcV4l2MenuKind kind, GstZcV4l2GradeChoice *choice, gint *first)
{
  const GValue *wish = get_wish (wanted, kind);
  guint64 found;

  *first = -1;
  if (!wish || self->menu[kind].items == 0)
    return self->menu[kind].items;
  found = find_all (self, kind, wish, first);
  if (found == 0)
    choice->refused |= 1U << kind;
  return found;
}

/* The lowest of ITEMS, or -1. */
static gint
lowest (guint64 items)
{
  for (gint i = 0; i < 64; i++)
    if (items & G_GUINT64_CONSTANT (1) << i)
      return i;
  return -1;
}

/* The driver's own is not set again: it may be better than what its menu
 * says. */
static void
choose_profile (const GstZcV4l2Grades *self, const GstStructure *wanted,
    const GstZcV4l2Load *load, GstZcV4l2GradeChoice *choice)
{
  const gint own = self->menu[GST_ZC_V4L2_MENU_PROFILE].own;
  gint first, profile;
  guint64 items = find_wished (
      self, wanted, GST_ZC_V4L2_MENU_PROFILE, choice, &first);
  const guint64 deep = items & self->codec->deep_profiles;

  if (load->depth > 8 && deep) {
    items = deep;
    first = lowest (deep);
  }
  profile = own >= 0 && items & G_GUINT64_CONSTANT (1) << own ? own : first;
  if (profile != self->menu[GST_ZC_V4L2_MENU_PROFILE].current)
    choice->value[GST_ZC_V4L2_MENU_PROFILE] = profile;
  choice->shallow = load->depth > 8 && profile >= 0 && deep == 0;
}

/* What is chosen, or else what is. */
static gint
effective (const GstZcV4l2Grades *self, const GstZcV4l2GradeChoice *choice,
    GstZcV4l2MenuKind kind)
{
  return choice->value[kind] >= 0 ? choice->value[kind]
                                  : self->menu[kind].current;
}

/* The lowest of ITEMS that is enough, or -1. */
static gint
least_level (const GstZcV4l2Grades *self, const gchar *profile,
    gboolean high_tier, guint64 items, const GstZcV4l2Load *load)
{
  const guint n = count (self, GST_ZC_V4L2_MENU_LEVEL);

  for (guint i = 0; self->codec->levels && i < n; i++)
    if (items & G_GUINT64_CONSTANT (1) << i &&
        gst_zc_v4l2_levels_fit (self->codec->levels,
            name_of (self, GST_ZC_V4L2_MENU_LEVEL, (gint) i), profile,
            high_tier, load))
      return (gint) i;
  return -1;
}

/* The highest of ITEMS; of those whose limits are known, if there are such. */
static gint
highest_level (const GstZcV4l2Grades *self, guint64 items)
{
  static const GstZcV4l2Load nothing = { .fps_d = 1 };
  gint known = -1, any = -1;

  for (guint i = 0; i < count (self, GST_ZC_V4L2_MENU_LEVEL); i++) {
    if (!(items & G_GUINT64_CONSTANT (1) << i))
      continue;
    any = (gint) i;
    if (self->codec->levels &&
        gst_zc_v4l2_levels_fit (self->codec->levels,
            name_of (self, GST_ZC_V4L2_MENU_LEVEL, any), NULL, FALSE, &nothing))
      known = any;
  }
  return known >= 0 ? known : any;
}

/* The tiers that can be had, lower first: of a codec without such a control it
 * is the main one. Returns the lowest level of ITEMS, or -1. */
static gint
choose_tier (const GstZcV4l2Grades *self, const GstStructure *wanted,
    const GstZcV4l2Load *load, guint64 items, GstZcV4l2GradeChoice *choice)
{
  const gchar *profile = name_of (self, GST_ZC_V4L2_MENU_PROFILE,
      effective (self, choice, GST_ZC_V4L2_MENU_PROFILE));
  const gboolean has_tiers = self->menu[GST_ZC_V4L2_MENU_TIER].items != 0;
  gint first, tier, level = -1;
  const guint64 tiers = find_wished (
      self, wanted, GST_ZC_V4L2_MENU_TIER, choice, &first);

  for (gint i = 0; i <= HIGH_TIER && level < 0; i++) {
    if (has_tiers ? !(tiers & G_GUINT64_CONSTANT (1) << i) : i == HIGH_TIER)
      continue;
    level = least_level (self, profile, i == HIGH_TIER, items, load);
    tier = i;
  }
  if (level < 0)
    tier = lowest (tiers);
  if (tiers && tier != self->menu[GST_ZC_V4L2_MENU_TIER].current)
    choice->value[GST_ZC_V4L2_MENU_TIER] = tier;
  return level;
}

static void
choose_level (const GstZcV4l2Grades *self, const GstStructure *wanted,
    const GstZcV4l2Load *load, GstZcV4l2GradeChoice *choice)
{
  gint first;
  const guint64 items = find_wished (
      self, wanted, GST_ZC_V4L2_MENU_LEVEL, choice, &first);
  const gint level = choose_tier (self, wanted, load, items, choice);

  if (items == 0)
    return;
  choice->exceeded = level < 0 && self->codec->levels;
  choice->value[GST_ZC_V4L2_MENU_LEVEL] = level >= 0
                                              ? level
                                              : highest_level (self, items);
}

gboolean
gst_zc_v4l2_grades_choose (const GstZcV4l2Grades *self,
    const GstStructure *wanted, const GstZcV4l2Load *load,
    GstZcV4l2GradeChoice *choice)
{
  *choice = (GstZcV4l2GradeChoice) { .value = { -1, -1, -1 } };
  if (self->codec) {
    choose_profile (self, wanted, load, choice);
    choose_level (self, wanted, load, choice);
  }
  return choice->refused == 0;
}

/* --- setting ------------------------------------------------------------ */

gint
gst_zc_v4l2_grades_set (GstZcV4l2Grades *self,
    const struct zc_v4l2_device *device, const GstZcV4l2GradeChoice *choice,
    GstZcV4l2MenuKind *failed)
{
  for (guint i = 0; self->codec && i < GST_ZC_V4L2_N_MENUS; i++) {
    struct v4l2_ext_control value = { .id = self->codec->menu[i].id,
      .value = choice->value[i] };
    guint32 index;
    bool partly;
    gint ret;

    *failed = (GstZcV4l2MenuKind) i;
    if (choice->value[i] < 0)
      continue;
    ret = zc_v4l2_control_set (device, &value, 1, &index, &partly);
    if (ret < 0)
      return ret;
  }
  for (guint i = 0; i < GST_ZC_V4L2_N_MENUS; i++) {
    gint ret = self->menu[i].items
                   ? read_current (self, device, (GstZcV4l2MenuKind) i)
                   : 0;

    *failed = (GstZcV4l2MenuKind) i;
    if (ret < 0)
      return ret;
  }
  return 0;
}

void
gst_zc_v4l2_grades_tell (const GstZcV4l2Grades *self, GstStructure *s)
{
  for (guint i = 0; i < GST_ZC_V4L2_N_MENUS; i++) {
    const GstZcV4l2MenuKind kind = (GstZcV4l2MenuKind) i;
    const gchar *field = gst_zc_v4l2_menu_get_field (kind);
    const gint current = self->menu[kind].current;

    if (current >= 0)
      gst_structure_set (
          s, field, G_TYPE_STRING, name_of (self, kind, current), NULL);
    else
      gst_structure_remove_field (s, field);
  }
}
