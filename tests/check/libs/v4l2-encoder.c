/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-encoder.h"

#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <gst/check/gstcheck.h>

struct encoder encoder;

static guint n_settings;

static int
fail_with (int error)
{
  errno = error;
  return -1;
}

struct encoder_control *
encoder_find (guint32 id)
{
  for (guint i = 0; i < encoder.n_controls; i++)
    if (encoder.control[i].info.id == id)
      return &encoder.control[i];
  return NULL;
}

/* The lowest id above that of INFO. */
static const struct encoder_control *
find_next (guint32 id)
{
  const struct encoder_control *next = NULL;

  for (guint i = 0; i < encoder.n_controls; i++) {
    const struct encoder_control *c = &encoder.control[i];

    if (c->info.id > id && (!next || c->info.id < next->info.id))
      next = c;
  }
  return next;
}

static int
play_query (struct v4l2_query_ext_ctrl *info)
{
  const guint32 next = V4L2_CTRL_FLAG_NEXT_CTRL | V4L2_CTRL_FLAG_NEXT_COMPOUND;
  const struct encoder_control *c = info->id & next
                                        ? find_next (info->id & ~next)
                                        : encoder_find (info->id);

  if (!c)
    return fail_with (EINVAL);
  *info = c->info;
  return 0;
}

static bool
has_item (const struct encoder_control *c, gint64 value)
{
  return c->info.minimum <= value && value <= c->info.maximum &&
         (c->info.type != V4L2_CTRL_TYPE_MENU ||
             !(c->skipped & G_GUINT64_CONSTANT (1) << value));
}

static int
play_menu (struct v4l2_querymenu *item)
{
  const struct encoder_control *c = encoder_find (item->id);

  encoder.n_menu++;
  if (!c || c->info.type != V4L2_CTRL_TYPE_MENU || !has_item (c, item->index))
    return fail_with (EINVAL);
  g_snprintf (
      (char *) item->name, sizeof (item->name), "Entry %u", item->index);
  return 0;
}

static int
check (const struct encoder_control *c, gint64 value, bool is_try)
{
  if (!c)
    return EINVAL;
  if (!has_item (c, value))
    return ERANGE;
  return c->info.flags & V4L2_CTRL_FLAG_GRABBED && !is_try ? EBUSY : 0;
}

static int
play_values (struct v4l2_ext_controls *set, bool is_try)
{
  for (guint i = 0; i < set->count; i++) {
    struct v4l2_ext_control *value = &set->controls[i];
    int error = check (encoder_find (value->id), value->value, is_try);

    set->error_idx = is_try ? i : set->count;
    if (error)
      return fail_with (error);
  }
  for (guint i = 0; i < set->count && !is_try; i++) {
    struct v4l2_ext_control *value = &set->controls[i];
    struct encoder_control *c = encoder_find (value->id);

    c->value = value->value = MIN (value->value, c->at_most);
    c->order = ++n_settings;
  }
  return 0;
}

static int
play_get (struct v4l2_ext_controls *set)
{
  for (guint i = 0; i < set->count; i++) {
    const struct encoder_control *c = encoder_find (set->controls[i].id);

    if (!c)
      return fail_with (EINVAL);
    set->controls[i].value = c->value;
  }
  return 0;
}

static int
play_ioctl (int fd, unsigned long request, void *arg)
{
  fail_unless_equals_int (fd, encoder.device.fd);
  encoder.n_set += request == VIDIOC_S_EXT_CTRLS;
  if (encoder.error && request == encoder.failing)
    return fail_with (encoder.error);
  switch (request) {
    case VIDIOC_QUERY_EXT_CTRL:
      return play_query (arg);
    case VIDIOC_QUERYMENU:
      return play_menu (arg);
    case VIDIOC_S_EXT_CTRLS:
      return play_values (arg, false);
    case VIDIOC_TRY_EXT_CTRLS:
      return play_values (arg, true);
    case VIDIOC_G_EXT_CTRLS:
      return play_get (arg);
    default:
      return fail_with (ENOTTY);
  }
}

void
encoder_set_up (void)
{
  memset (&encoder, 0, sizeof (encoder));
  n_settings = 0;
  encoder.device.fd = 7;
  encoder.device.path = (char *) "/dev/video1";
  zc_v4l2_sys.ioctl = play_ioctl;
}

struct encoder_control *
encoder_add (guint32 id, guint32 type, gint minimum, gint maximum, gint value)
{
  struct encoder_control *c = &encoder.control[encoder.n_controls++];

  fail_unless (encoder.n_controls <= ENCODER_CONTROLS);
  *c = (struct encoder_control) {
    .info = { .id = id,
        .type = type,
        .minimum = minimum,
        .maximum = maximum,
        .step = 1,
        .default_value = value,
        .elems = 1,
        .elem_size = 4 },
    .value = value,
    .at_most = G_MAXINT32,
  };
  g_snprintf (c->info.name, sizeof (c->info.name), "Control %08x", id);
  return c;
}

struct encoder_control *
encoder_add_menu (
    guint32 id, gint minimum, gint maximum, guint64 skipped, gint value)
{
  struct encoder_control *c = encoder_add (
      id, V4L2_CTRL_TYPE_MENU, minimum, maximum, value);

  c->skipped = skipped;
  return c;
}
