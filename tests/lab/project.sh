# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Building the project inside the Debian root.

# project_dir NAME: its build directory; one for each set of LAB_MESON_OPTIONS.
project_dir() {
	local name=$1
	if [ -n "${LAB_MESON_OPTIONS:-}" ]; then
		name=$name-$(printf %s "$LAB_MESON_OPTIONS" | key | cut -c1-6)
	fi
	printf '%s/build/%s\n' "$LAB_TREE" "$name"
}

# project_box COMMAND...: in the root, with the tree writable at its own path.
project_box() {
	box "$lab_root" --bind "$LAB_TREE" "$LAB_TREE" --chdir "$LAB_TREE" -- "$@"
}

# project_build SUITE: configures and compiles what is stale, in lab_build.
# Quiet when there is nothing to do or to complain about.
project_build() {
	lab_build=$(project_dir "$1")
	mkdir -p "$LAB_TREE/build"
	[ -e "$LAB_TREE/meson.build" ] || return 0
	take_lock "$lab_build.lock" -x "another build is at work; waiting for it"
	project_configure
	project_compile project_box
	# Reading all plugins takes seconds; do it here once, not in each VM.
	# shellcheck disable=SC2046 # nothing, or one word
	project_box env $(project_preload) GST_PLUGIN_PATH="$lab_build/gst" GST_REGISTRY="$lab_build/registry.bin" \
		gst-inspect-1.0 fakesink >/dev/null 2>&1 || die "GStreamer does not start in $lab_root"
	drop_lock
}

# project_compile PREFIX: compiles in lab_build; heard of only when it fails or
# the compiler warns.
project_compile() {
	local log=$lab_build.log
	if ! "$1" ninja -C "$lab_build" --quiet >"$log" 2>&1; then
		cat "$log" >&2
		die "the project does not build"
	fi
	! grep -q ': warning: ' "$log" || cat "$log" >&2
}

# A plugin built with a sanitizer loads only into a program that has its
# library, which GStreamer's own have not.
project_preload() {
	local library
	case ${LAB_MESON_OPTIONS:-} in
	*b_sanitize=*thread*) library=libtsan.so ;;
	*b_sanitize=*address*) library=libasan.so ;;
	*) return 0 ;;
	esac
	echo "LD_PRELOAD=$(project_box cc -print-file-name=$library)"
}

project_configure() {
	local stamp=$lab_build/.made-in mode=()
	if [ "$(cat "$stamp" 2>/dev/null)" = "$lab_root" ]; then return 0; fi
	# Made with another root, or interrupted.
	[ ! -d "$lab_build" ] || mode=(--wipe)
	say "configuring $lab_build"
	# shellcheck disable=SC2086 # a list of options
	project_box meson setup "${mode[@]}" "$lab_build" ${LAB_MESON_OPTIONS:-} \
		>"$lab_build.log" 2>&1 || {
		tail -n 15 "$lab_build.log" >&2
		die "meson setup failed; full log: $lab_build.log"
	}
	printf '%s\n' "$lab_root" >"$stamp"
}
