/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The rules that the played card claims to have, of the kernel itself. */
#define RULES_OF_VKMS true
#include "../libs/card-memory-rules.c"
