#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Fails if a C file is not laid out as .clang-format says, and shows where.
# `clang-format -i FILE` mends it.
set -eu

version=19 # another one lays some things out otherwise
cd "$(dirname "$0")/../.."

program=clang-format-$version
command -v "$program" >/dev/null || program=clang-format
if ! "$program" --version 2>/dev/null | grep -q "version $version\."; then
	echo "clang-format $version is not installed"
	exit 77
fi
# What is built into the kernel has the kernel's style.
find gst gst-libs tools tests -path tests/lab/kernel -prune -o -name '*.[ch]' -exec "$program" --dry-run -Werror {} +
