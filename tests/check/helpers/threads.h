/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef THREADS_H
#define THREADS_H

/* How many threads this process has whose name is NAME; all if that is NULL. */
unsigned threads_count (const char *name);

#endif
