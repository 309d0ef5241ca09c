/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- what there is ------------------------------------------------------ */

void
zc_v4l2_control_name (char name[ZC_V4L2_CONTROL_NAME_SIZE], const char *text)
{
  size_t n = 0;
  bool between = false;

  for (; *text && n < ZC_V4L2_CONTROL_NAME_SIZE - 1; text++) {
    /* not isalnum(), which asks the locale */
    bool is_word = ('a' <= (*text | 0x20) && (*text | 0x20) <= 'z') ||
                   ('0' <= *text && *text <= '9');

    if (!is_word) {
      between = n > 0;
      continue;
    }
    if (between && n < ZC_V4L2_CONTROL_NAME_SIZE - 2)
      name[n++] = '_';
    between = false;
    name[n++] = 'A' <= *text && *text <= 'Z' ? *text | 0x20 : *text;
  }
  name[n] = '\0';
}

static int
list_add (struct zc_v4l2_control_list *list, size_t *room,
    const struct v4l2_query_ext_ctrl *info)
{
  struct zc_v4l2_control *control;

  if (list->count == *room) {
    size_t more = *room ? 2 * *room : 64;

    control = realloc (list->control, more * sizeof (*control));
    if (!control)
      return -ENOMEM;
    list->control = control;
    *room = more;
  }
  control = &list->control[list->count++];
  control->info = *info;
  control->info.name[sizeof (info->name) - 1] = '\0';
  zc_v4l2_control_name (control->name, control->info.name);
  return 0;
}

/* As the kernel names what follows ID: each is larger than the last, else a
 * driver would keep us for ever. */
static int
query_next (const struct zc_v4l2_device *device, uint32_t id,
    struct v4l2_query_ext_ctrl *info)
{
  int ret = zc_v4l2_control_query (device,
      id | V4L2_CTRL_FLAG_NEXT_CTRL | V4L2_CTRL_FLAG_NEXT_COMPOUND, info);

  return ret == 0 && info->id <= id ? -EINVAL : ret;
}

int
zc_v4l2_control_list (
    const struct zc_v4l2_device *device, struct zc_v4l2_control_list *list)
{
  struct v4l2_query_ext_ctrl info = { 0 };
  size_t room = 0;
  int ret;

  *list = (struct zc_v4l2_control_list) { 0 };
  while ((ret = query_next (device, info.id, &info)) == 0) {
    if (info.flags & V4L2_CTRL_FLAG_DISABLED ||
        info.type == V4L2_CTRL_TYPE_CTRL_CLASS)
      continue;
    ret = list_add (list, &room, &info);
    if (ret < 0)
      break;
  }
  if (ret == -EINVAL || ret == -ENOTTY) /* the end; there are none */
    return 0;
  zc_v4l2_control_list_clear (list);
  return ret;
}

void
zc_v4l2_control_list_clear (struct zc_v4l2_control_list *list)
{
  free (list->control);
  *list = (struct zc_v4l2_control_list) { 0 };
}

const struct zc_v4l2_control *
zc_v4l2_control_list_find (
    const struct zc_v4l2_control_list *list, const char *name)
{
  char wanted[ZC_V4L2_CONTROL_NAME_SIZE];

  zc_v4l2_control_name (wanted, name);
  for (size_t i = 0; i < list->count; i++)
    if (strcmp (list->control[i].name, wanted) == 0)
      return &list->control[i];
  return NULL;
}

int
zc_v4l2_control_query (const struct zc_v4l2_device *device, uint32_t id,
    struct v4l2_query_ext_ctrl *info)
{
  int ret;

  *info = (struct v4l2_query_ext_ctrl) { .id = id };
  ret = zc_v4l2_device_ioctl (device, VIDIOC_QUERY_EXT_CTRL, info);
  return ret < 0 ? ret : 0;
}

int
zc_v4l2_control_query_item (const struct zc_v4l2_device *device, uint32_t id,
    uint32_t index, struct v4l2_querymenu *item)
{
  int ret;

  *item = (struct v4l2_querymenu) { .id = id, .index = index };
  ret = zc_v4l2_device_ioctl (device, VIDIOC_QUERYMENU, item);
  return ret < 0 ? ret : 0;
}

/* --- setting and reading ------------------------------------------------ */

static int
call (const struct zc_v4l2_device *device, unsigned long request,
    struct v4l2_ext_control *values, uint32_t count, uint32_t *error_index)
{
  struct v4l2_ext_controls set = {
    .which = V4L2_CTRL_WHICH_CUR_VAL,
    .count = count,
    .error_idx = count,
    .controls = values,
  };
  int ret = zc_v4l2_device_ioctl (device, request, &set);

  *error_index = set.error_idx < count ? set.error_idx : count;
  return ret < 0 ? ret : 0;
}

/* The kernel finds a control that is in use when it sets it, not when it tries
 * it. */
static uint32_t
find_grabbed (const struct zc_v4l2_device *device,
    const struct v4l2_ext_control *values, uint32_t count)
{
  struct v4l2_query_ext_ctrl info;

  for (uint32_t i = 0; i < count; i++)
    if (zc_v4l2_control_query (device, values[i].id, &info) == 0 &&
        info.flags & V4L2_CTRL_FLAG_GRABBED)
      return i;
  return count;
}

int
zc_v4l2_control_set (const struct zc_v4l2_device *device,
    struct v4l2_ext_control *values, uint32_t count, uint32_t *failed,
    bool *partly)
{
  int ret = call (device, VIDIOC_S_EXT_CTRLS, values, count, failed);

  *partly = ret < 0 && *failed > 0 && *failed < count;
  if (ret == 0 || *failed < count)
    return ret;

  /* Refused before anything was set. Setting keeps to itself which it was;
   * trying tells. */
  if (count == 1)
    *failed = 0;
  else if (call (device, VIDIOC_TRY_EXT_CTRLS, values, count, failed) == 0)
    *failed = count;
  if (*failed == count && ret == -EBUSY)
    *failed = find_grabbed (device, values, count);
  return ret;
}

int
zc_v4l2_control_get (const struct zc_v4l2_device *device,
    struct v4l2_ext_control *values, uint32_t count)
{
  uint32_t failed;

  return call (device, VIDIOC_G_EXT_CTRLS, values, count, &failed);
}

/* --- values that are numbers -------------------------------------------- */

static bool
is_geometry (const struct v4l2_query_ext_ctrl *info)
{
  return info->type == V4L2_CTRL_TYPE_AREA ||
         info->type == ZC_V4L2_CTRL_TYPE_RECT;
}

bool
zc_v4l2_control_has_payload (const struct v4l2_query_ext_ctrl *info)
{
  return info->flags & V4L2_CTRL_FLAG_HAS_PAYLOAD;
}

static uint32_t
numbers_in_element (const struct v4l2_query_ext_ctrl *info)
{
  if (!is_geometry (info))
    return 1;
  return info->type == V4L2_CTRL_TYPE_AREA ? 2 : 4;
}

static bool
has_numeric_type (const struct v4l2_query_ext_ctrl *info)
{
  switch (info->type) {
    case V4L2_CTRL_TYPE_INTEGER:
    case V4L2_CTRL_TYPE_INTEGER64:
    case V4L2_CTRL_TYPE_BOOLEAN:
    case V4L2_CTRL_TYPE_MENU:
    case V4L2_CTRL_TYPE_INTEGER_MENU:
    case V4L2_CTRL_TYPE_BITMASK:
    case V4L2_CTRL_TYPE_BUTTON:
    case V4L2_CTRL_TYPE_U8:
    case V4L2_CTRL_TYPE_U16:
    case V4L2_CTRL_TYPE_U32:
    case V4L2_CTRL_TYPE_AREA:
    case ZC_V4L2_CTRL_TYPE_RECT:
      return true;
    default:
      return false;
  }
}

/* A driver whose sizes contradict its types is not believed. */
bool
zc_v4l2_control_is_numeric (const struct v4l2_query_ext_ctrl *info)
{
  if (!has_numeric_type (info))
    return false;
  if (!zc_v4l2_control_has_payload (info))
    return !is_geometry (info);
  return info->elem_size ==
         zc_v4l2_control_element_size (info) * numbers_in_element (info);
}

uint32_t
zc_v4l2_control_elements (const struct v4l2_query_ext_ctrl *info)
{
  return (info->elems ? info->elems : 1) * numbers_in_element (info);
}

uint32_t
zc_v4l2_control_max_elements (const struct v4l2_query_ext_ctrl *info)
{
  uint32_t n = 1;

  if (!(info->flags & V4L2_CTRL_FLAG_DYNAMIC_ARRAY))
    return zc_v4l2_control_elements (info);
  for (uint32_t i = 0; i < info->nr_of_dims && i < V4L2_CTRL_MAX_DIMS; i++)
    n *= info->dims[i];
  return n * numbers_in_element (info);
}

uint32_t
zc_v4l2_control_element_size (const struct v4l2_query_ext_ctrl *info)
{
  switch (info->type) {
    case V4L2_CTRL_TYPE_U8:
      return 1;
    case V4L2_CTRL_TYPE_U16:
      return 2;
    case V4L2_CTRL_TYPE_INTEGER64:
      return 8;
    default:
      return 4;
  }
}

static void
type_range (
    const struct v4l2_query_ext_ctrl *info, int64_t *minimum, int64_t *maximum)
{
  switch (info->type) {
    case V4L2_CTRL_TYPE_U8:
      *minimum = 0;
      *maximum = UINT8_MAX;
      break;
    case V4L2_CTRL_TYPE_U16:
      *minimum = 0;
      *maximum = UINT16_MAX;
      break;
    case V4L2_CTRL_TYPE_U32:
    case V4L2_CTRL_TYPE_AREA:
    case V4L2_CTRL_TYPE_BITMASK:
      *minimum = 0;
      *maximum = UINT32_MAX;
      break;
    case V4L2_CTRL_TYPE_INTEGER64:
      *minimum = INT64_MIN;
      *maximum = INT64_MAX;
      break;
    default:
      *minimum = INT32_MIN;
      *maximum = INT32_MAX;
  }
}

void
zc_v4l2_control_range (
    const struct v4l2_query_ext_ctrl *info, int64_t *minimum, int64_t *maximum)
{
  type_range (info, minimum, maximum);
  switch (info->type) {
    case V4L2_CTRL_TYPE_BUTTON:
    case V4L2_CTRL_TYPE_AREA:
    case ZC_V4L2_CTRL_TYPE_RECT:
    case V4L2_CTRL_TYPE_BITMASK: /* info.maximum has the bits */
      return;
    default:
      break;
  }
  if (info->minimum > *minimum)
    *minimum = info->minimum;
  if (info->maximum < *maximum)
    *maximum = info->maximum;
}

int64_t
zc_v4l2_control_get_number (const struct v4l2_query_ext_ctrl *info,
    const struct v4l2_ext_control *value, uint32_t index)
{
  bool is_unsigned = info->type == V4L2_CTRL_TYPE_U32 ||
                     info->type == V4L2_CTRL_TYPE_AREA ||
                     info->type == V4L2_CTRL_TYPE_BITMASK;
  int32_t number;

  if (!zc_v4l2_control_has_payload (info)) {
    if (info->type == V4L2_CTRL_TYPE_INTEGER64)
      return value->value64;
    number = value->value;
  } else {
    switch (zc_v4l2_control_element_size (info)) {
      case 1:
        return value->p_u8[index];
      case 2:
        return value->p_u16[index];
      case 8:
        return value->p_s64[index];
      default:
        number = value->p_s32[index];
    }
  }
  return is_unsigned ? (int64_t) (uint32_t) number : number;
}

void
zc_v4l2_control_set_number (const struct v4l2_query_ext_ctrl *info,
    struct v4l2_ext_control *value, uint32_t index, int64_t number)
{
  if (!zc_v4l2_control_has_payload (info)) {
    if (info->type == V4L2_CTRL_TYPE_INTEGER64)
      value->value64 = number;
    else
      value->value = (int32_t) number;
    return;
  }
  switch (zc_v4l2_control_element_size (info)) {
    case 1:
      value->p_u8[index] = (uint8_t) number;
      break;
    case 2:
      value->p_u16[index] = (uint16_t) number;
      break;
    case 8:
      value->p_s64[index] = number;
      break;
    default:
      value->p_u32[index] = (uint32_t) number;
  }
}
