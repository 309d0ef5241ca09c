/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VIMC_H
#define VIMC_H

/* The vimc camera: a pipeline of devices that must be set up as a whole
 * (vimc.rst). Each fails the test if it fails. */

/* The node behind a scaler, a debayer and a sensor: its path, to be freed. */
char *vimc_find_camera (void);

/* Sets up all of them for RGB of 640 x 480. */
void vimc_set_up (void);

#endif
