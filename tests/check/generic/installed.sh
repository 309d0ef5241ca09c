#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# installed.sh BUILD SOURCE: a program that knows the library by pkg-config alone
# compiles against what is installed, and works; C++ takes the header, too, where
# there is a compiler.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
meson install -C "$1" --no-rebuild --quiet --destdir "$dir"

PKG_CONFIG_PATH=$(dirname "$(find "$dir" -name gstreamer-zerocopy-1.0.pc)")
export PKG_CONFIG_PATH
prefix=$(pkg-config --variable=prefix gstreamer-zerocopy-1.0)
flags=$(pkg-config --cflags --libs gstreamer-zerocopy-1.0 |
	sed "s|\([IL]\)$prefix/|\1$dir$prefix/|g")
# shellcheck disable=SC2086 # several flags
cc -Wall -Wextra -Werror -o "$dir/program" "$2" $flags
if command -v c++ >/dev/null; then
	# shellcheck disable=SC2086 # several flags
	echo '#include <gst/zerocopy/zerocopy.h>' |
		c++ -Wall -Wextra -Werror -fsyntax-only -x c++ - $flags
fi
LD_LIBRARY_PATH=$(dirname "$(find "$dir" -name 'libgstzerocopy-1.0.so')") "$dir/program"
find "$dir" -name GstZerocopy-1.0.typelib | grep -q .
