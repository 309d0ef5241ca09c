# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later

usage() {
	cat <<EOF
Usage: ./lab demo [options] [arguments]

Shows a camera on a display without a copy: for some ten seconds, with a table
of figures and a picture of what the display showed, in lab-out/ (or LAB_OUT).
The arguments go to tests/lab/demo, for example with real devices:
    ./lab demo --native --device /dev/video0

$OPTIONS_HELP
EOF
}

# The first option that is not the lab's ends the lab's.
split_arguments() {
	own=()
	while [ $# -gt 0 ]; do
		case $1 in
		--append | --mem | --timeout | --suite | --kernel)
			own+=("${@:1:2}")
			shift
			;;
		--append=* | --mem=* | --timeout=* | --suite=* | --kernel=* | --native | --vm | -h | --help)
			own+=("$1")
			;;
		*) break ;;
		esac
		shift
	done
	theirs=("$@")
}

main() {
	local own theirs
	split_arguments "$@"
	parse_options demo "${own[@]}"
	LAB_OUT=${LAB_OUT:-$PWD/lab-out}
	check_paths
	if native_wanted; then
		native_run "$LAB_DIR/demo" "${theirs[@]}"
		return
	fi
	setup "$opt_suite" "$opt_kernel"
	project_build "$opt_suite"
	vm_run "$opt_mem" "$opt_timeout" "$opt_append" "$LAB_DIR/demo" "${theirs[@]}"
}
