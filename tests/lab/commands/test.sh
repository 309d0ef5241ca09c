# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later

usage() {
	cat <<EOF
Usage: ./lab test [--native | --vm] [meson test arguments]

Builds the project and runs its tests, each in a fresh VM of its own. The last
line is "N passed, N failed", maybe with ", N skipped". The status is 0 if
something ran and nothing failed.

LAB_SUITE, LAB_KERNEL: Debian suite and kernel, like the options of ./lab run.
LAB_MESON_OPTIONS: options for meson setup, with a build directory of its own.
LAB_OUT: a directory of the host that tests may write to, at its own path.

A test says in its environment in meson.build what it needs of its VM:
  LAB_APPEND  additional options for the kernel
  LAB_MEM     memory (2G)
  LAB_UDEV    yes: with udev running
  LAB_VM      no: nothing; runs without a VM
EOF
}

main() {
	local own=()
	while [ $# -gt 0 ]; do
		case $1 in
		--native | --vm | -h | --help) own+=("$1") ;;
		*) break ;;
		esac
		shift
	done
	parse_options test "${own[@]}"
	[ -e "$LAB_TREE/meson.build" ] || die "there is no meson.build, so there are no tests"
	if native_wanted; then
		native_build
		test_run env "$@"
		return
	fi
	setup "$opt_suite" "$opt_kernel"
	project_build "$opt_suite"
	export LAB_VM_ROOT=$lab_root LAB_VM_LINUX=$lab_linux LAB_VM_BUILD=$lab_build
	test_run test_box --wrapper "$LAB_DIR/vm-test" "$@"
}

# In the root like a build, with what the VMs need from the host.
test_box() {
	box "$lab_root" --bind "$LAB_TREE" "$LAB_TREE" --bind "$LAB_CACHE" "$LAB_CACHE" \
		${LAB_OUT:+--bind "$LAB_OUT" "$LAB_OUT"} --dev-bind /dev/shm /dev/shm --setenv XDG_CACHE_HOME "$(dirname "$LAB_CACHE")" \
		--chdir "$LAB_TREE" -- "$@"
}

# test_run PREFIX [meson test arguments]
# With logs of its own, because two may run at once.
test_run() {
	local prefix=$1 base=lab-$$ logs=$lab_build/meson-logs status=0
	shift
	"$prefix" meson test -C "$lab_build" --no-rebuild --logbase "$base" --print-errorlogs "$@" || status=$?
	case " $* " in *" --list "*) return "$status" ;; esac
	"$prefix" python3 "$LAB_DIR/count-tests" "$logs/$base"*.json || status=1
	rm -f "$logs/$base"*.json
	find "$logs" -name 'lab-*' -mtime +1 -delete
	return "$status"
}
