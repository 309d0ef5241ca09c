# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later

usage() {
	cat <<EOF
Usage: ./lab interop [--append OPTIONS | --mem SIZE | --timeout SECONDS |
                      --suite NAME | --kernel VERSION] [CELL...]

Runs each pair of a source and a sink, one of them ours, and upstream's alone,
in all sizes and formats; some 20 minutes. Writes docs/interop.md, and
lab-out/interop.json (or in LAB_OUT). Fails if ours is worse than upstream's in
the same place: that fails, or copies, where upstream's does not.

With cells, SOURCE:SINK:SIZE:FORMAT with * and ?, only these are run, with what
they are compared with; others are as they were in lab-out/interop.json.
    ./lab interop 'dmabufsrc:kmssink' '*:dmabufenc:1920x1080:NV12'
EOF
}

main() {
	local machine results given=()
	parse_options interop --timeout 7200 "$@"
	LAB_OUT=${LAB_OUT:-$PWD/lab-out}
	check_paths
	results=$LAB_OUT/interop.json
	if [ ${#rest[@]} -gt 0 ] && [ -e "$results" ]; then given=(--from "$results"); fi
	# A webcam, and beside it what captures HDMI (and has any size) and an output.
	machine=$(cat "$LAB_DIR/interop/kernel-options")
	setup "$opt_suite" "$opt_kernel"
	project_build "$opt_suite"
	vm_run "$opt_mem" "$opt_timeout" "$machine $opt_append" "$LAB_DIR/interop/main.py" \
		--document "$LAB_TREE/docs/interop.md" --results "$results" "${given[@]}" "${rest[@]}"
}
