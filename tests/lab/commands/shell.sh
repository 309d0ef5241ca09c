# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later

usage() {
	cat <<EOF
Usage: ./lab shell [options] [COMMAND [ARGUMENTS]]

Like ./lab run, but on your terminal and with no time limit: a shell, or
COMMAND, in a fresh VM. The VM ends with it.

$OPTIONS_HELP
EOF
}

main() {
	parse_options shell "$@"
	if [ ! -t 0 ] || [ ! -t 1 ]; then
		die "./lab shell needs a terminal; without one use ./lab run"
	fi
	[ ${#rest[@]} -gt 0 ] || rest=(bash)
	VM_CONSOLE=yes
	if native_wanted; then
		native_run "${rest[@]}"
		return
	fi
	setup "$opt_suite" "$opt_kernel"
	project_build "$opt_suite"
	vm_run "$opt_mem" infinity "$opt_append" "${rest[@]}"
}
