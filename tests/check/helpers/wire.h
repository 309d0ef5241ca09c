/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WIRE_H
#define WIRE_H

#include <glib.h>
#include <linux/videodev2.h>

/*
 * Sits between the plugins and the V4L2 devices that there are: an ioctl() of
 * the program's own, which comes before libc's. For what no device can be made
 * to do. Any thread.
 */

/* Of all calls of REQUEST from now on, that after SKIP others fails with ERROR,
 * once. Each replaces the last. */
void wire_fail (unsigned long request, int error, guint skip);

/* Whether it has. */
gboolean wire_has_failed (void);

/* What calls of REQUEST gave is passed through CHANGE: RET is 0 or -errno, and
 * so is what it returns. Each replaces the last; NULL ends it. */
void wire_change (
    unsigned long request, int (*change) (int ret, gpointer argument));

/* Every call is shown to WATCH before the kernel has it, and after it worked:
 * it may change ARGUMENT. Each replaces the last; NULL ends it. */
void wire_watch (
    void (*watch) (unsigned long request, gpointer argument, gboolean before));

/* How often REQUEST was called since wire_fail() or wire_change() named it. */
guint wire_calls (void);

#endif
