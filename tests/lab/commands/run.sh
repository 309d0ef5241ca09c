# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later

usage() {
	cat <<EOF
Usage: ./lab run [options] -- COMMAND [ARGUMENTS]

Builds the project if need be and runs COMMAND in a fresh VM, with the
project's plugins on GStreamer's path and the tree at its own place. The exit
status is COMMAND's; it is 1 too if the VM's kernel complains or dies.

$OPTIONS_HELP

LAB_OUT: a directory of the host that COMMAND may write to, at its own path.
LAB_UDEV=yes: with udev running. LAB_MESON_OPTIONS: options for meson setup.
Variables with names in GST_ G_ CK_ LAB_ MESON_ MALLOC_ ASAN_ TSAN_ UBSAN_
LSAN_ are passed on.
EOF
}

main() {
	parse_options run "$@"
	[ ${#rest[@]} -gt 0 ] || usage_error "no command to run" run
	if native_wanted; then
		native_run "${rest[@]}"
		return
	fi
	setup "$opt_suite" "$opt_kernel"
	project_build "$opt_suite"
	vm_run "$opt_mem" "$opt_timeout" "$opt_append" "${rest[@]}"
}
