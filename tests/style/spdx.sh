#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Fails if a source file does not say in its first lines under what licence.
set -eu

cd "$(dirname "$0")/../.."
missing=$(find gst gst-libs tools tests lab .ci -type f \
	\( -name '*.[ch]' -o -name '*.sh' -o -name '*.py' -o -perm -u+x \) \
	-exec sh -c 'for f; do head -n 3 "$f" | grep -q SPDX-License-Identifier || echo "$f"; done' sh {} +)
[ -z "$missing" ] || {
	echo "no SPDX-License-Identifier in:"
	echo "$missing"
	exit 1
}
