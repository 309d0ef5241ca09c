# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Reads the lab's parts. Whoever sources this has set LAB_TREE and LAB_DIR.

for _part in common host box root kernel setup project job native vm options; do
	# shellcheck source=/dev/null
	. "$LAB_DIR/$_part.sh"
done
unset _part
