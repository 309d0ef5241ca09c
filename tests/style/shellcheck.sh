#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Fails if shellcheck finds fault with one of the shell programs.
set -eu

cd "$(dirname "$0")/../.."
command -v shellcheck >/dev/null || {
	echo "shellcheck is not installed"
	exit 77
}
find lab .ci tests -type f -exec sh -c \
	'for f; do head -n 1 "$f" | grep -qE "^#!/bin/(ba)?sh" && printf "%s\0" "$f"; done' sh {} + |
	xargs -0 shellcheck -x
