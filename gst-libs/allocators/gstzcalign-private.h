/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_ALIGN_PRIVATE_H__
#define __GST_ZC_ALIGN_PRIVATE_H__

#include <glib.h>

/* Alignments of any size, not only powers of two: RGB in 24 bits on a bus of
 * 64 bytes needs lines of 192. An alignment of 0 is none. */

static inline guint64
gst_zc_gcd (guint64 a, guint64 b)
{
  while (b > 0) {
    guint64 rest = a % b;

    a = b;
    b = rest;
  }
  return a;
}

/* The least common multiple; FALSE if it is more than MAX. */
static inline gboolean
gst_zc_lcm (guint64 *lcm, guint64 a, guint64 b, guint64 max)
{
  a = MAX (a, 1);
  b = MAX (b, 1);
  return g_uint64_checked_mul (lcm, a / gst_zc_gcd (a, b), b) && *lcm <= max;
}

/* VALUE rounded up to a multiple of ALIGN; FALSE if it is more than MAX. */
static inline gboolean
gst_zc_align_up (guint64 *aligned, guint64 value, guint64 align, guint64 max)
{
  guint64 over = align > 1 ? value % align : 0;

  *aligned = value;
  return (over == 0 || g_uint64_checked_add (aligned, value, align - over)) &&
         *aligned <= max;
}

#endif /* __GST_ZC_ALIGN_PRIVATE_H__ */
