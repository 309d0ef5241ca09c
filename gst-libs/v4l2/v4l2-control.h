/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_CONTROL_H
#define ZC_V4L2_CONTROL_H

#include "v4l2-device.h"

#include <stdint.h>

/*
 * The controls of a device, of any kind: cameras' and codecs' alike. Rests on
 * Documentation/userspace-api/media/v4l/extended-controls.rst. Any thread may
 * call what follows; the kernel serializes.
 */

/* The kernel cuts names at 31 bytes. */
#define ZC_V4L2_CONTROL_NAME_SIZE 32

/* A left, a top, a width and a height of 32 bits each; newer than some of the
 * kernel headers that this is built with. */
#define ZC_V4L2_CTRL_TYPE_RECT 0x0107

struct zc_v4l2_control {
  struct v4l2_query_ext_ctrl info;      /* as it was when it was listed */
  char name[ZC_V4L2_CONTROL_NAME_SIZE]; /* as v4l2-ctl writes it */
};

/* In the order of the driver, without classes and what is disabled. */
struct zc_v4l2_control_list {
  struct zc_v4l2_control *control;
  size_t count;
};

/*
 * What the device has, one call for each. Returns 0 and the list, to be freed
 * by zc_v4l2_control_list_clear(); or -errno and an empty one. A device without
 * controls has a list of none.
 */
int zc_v4l2_control_list (
    const struct zc_v4l2_device *device, struct zc_v4l2_control_list *list);
void zc_v4l2_control_list_clear (struct zc_v4l2_control_list *list);

/* NAME in any spelling that zc_v4l2_control_name() makes the same of. Returns
 * NULL if there is none; the first if drivers named two alike. */
const struct zc_v4l2_control *zc_v4l2_control_list_find (
    const struct zc_v4l2_control_list *list, const char *name);

/* TEXT as v4l2-ctl writes names: lower case, and what lies between letters and
 * digits is one underscore. */
void zc_v4l2_control_name (
    char name[ZC_V4L2_CONTROL_NAME_SIZE], const char *text);

/* INFO of control ID as it is now: flags, and often the range, depend on other
 * controls and on the format. 0 or -errno (-EINVAL: no such control). */
int zc_v4l2_control_query (const struct zc_v4l2_device *device, uint32_t id,
    struct v4l2_query_ext_ctrl *info);

/* An entry of a menu: its name, or its value if that is an integer menu. INDEX
 * is from info.minimum to info.maximum, and -EINVAL says that there is none. */
int zc_v4l2_control_query_item (const struct zc_v4l2_device *device,
    uint32_t id, uint32_t index, struct v4l2_querymenu *item);

/*
 * Sets COUNT controls in one call, all or none as far as the hardware allows.
 * What the driver made of the values is written back (numbers into VALUES,
 * payloads into the memory that these point to).
 *
 * Returns 0, or -errno and in FAILED the index of the control that is to blame;
 * FAILED is COUNT if nobody knows which. Those before it have been set
 * if *PARTLY, which only hardware that fails and payloads do; otherwise
 * none was.
 */
int zc_v4l2_control_set (const struct zc_v4l2_device *device,
    struct v4l2_ext_control *values, uint32_t count, uint32_t *failed,
    bool *partly);

/* Reads COUNT controls in one call. VALUES have the ids, and size and memory of
 * those with a payload. Returns 0, or -errno (-ENOSPC: a payload is larger, and
 * its size says how large). */
int zc_v4l2_control_get (const struct zc_v4l2_device *device,
    struct v4l2_ext_control *values, uint32_t count);

/* --- values that are numbers -------------------------------------------- */

/* Whether it is one number or an array of them: no text, no structure but
 * areas and rectangles, which are arrays of two and of four. */
bool zc_v4l2_control_is_numeric (const struct v4l2_query_ext_ctrl *info);

/* Whether the value is memory that v4l2_ext_control points to. */
bool zc_v4l2_control_has_payload (const struct v4l2_query_ext_ctrl *info);

/* Numbers in it, as it is now and at most. */
uint32_t zc_v4l2_control_elements (const struct v4l2_query_ext_ctrl *info);
uint32_t zc_v4l2_control_max_elements (const struct v4l2_query_ext_ctrl *info);

/* Bytes of a number in a payload. */
uint32_t zc_v4l2_control_element_size (const struct v4l2_query_ext_ctrl *info);

/* What any of the numbers may be: the control's own range where the driver
 * tells one that binds each, else that of the type. */
void zc_v4l2_control_range (
    const struct v4l2_query_ext_ctrl *info, int64_t *minimum, int64_t *maximum);

/* Number INDEX of a value of a numeric control. */
int64_t zc_v4l2_control_get_number (const struct v4l2_query_ext_ctrl *info,
    const struct v4l2_ext_control *value, uint32_t index);
void zc_v4l2_control_set_number (const struct v4l2_query_ext_ctrl *info,
    struct v4l2_ext_control *value, uint32_t index, int64_t number);

#endif
