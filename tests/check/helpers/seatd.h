/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SEATD_H
#define SEATD_H

/*
 * A real seatd, without consoles, which the lab's machine does not have: a
 * session is switched to by its number, from 0. Who asks it is nobody, to whom
 * no card belongs.
 */

/* For USER, by name; it is there when this returns. */
void seatd_start (const char *user);

/* All threads of the process. What comes after the test is for root again. */
void seatd_become_nobody (void);
void seatd_become_root (void);

#endif
