# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Having the root and the kernel, making what is missing. Each is built in a
# directory beside its final one and renamed when done: what has its final
# name is complete.

# setup SUITE KERNEL: sets lab_root and lab_linux.
setup() {
	local kernel
	host_check_cpu
	check_paths
	lab_root=$(root_dir "$1")
	kernel=$(kernel_dir "$2")
	lab_linux=$kernel/linux
	in_use
	# bwrap is for building, too: it may be gone though the rest is there.
	if [ ! -d "$lab_root" ] || [ ! -x "$lab_linux" ] || ! have bwrap; then
		setup_missing "$1" "$2" "$kernel"
	fi
}

# setup_missing SUITE KERNEL KERNEL-DIR
setup_missing() {
	local builder
	take_lock "$LAB_CACHE/setup.lock" -x "another set-up is at work; waiting for it"
	mkdir -p "$LAB_CACHE/log"
	# Left by a set-up that was interrupted.
	rm -rf --one-file-system "$LAB_CACHE"/*.tmp "$LAB_CACHE"/*.apt
	host_packages
	[ -d "$lab_root" ] || root_make "$1" "$lab_root"
	if [ ! -x "$lab_linux" ]; then
		builder=$(root_dir trixie)
		[ -d "$builder" ] || root_make trixie "$builder"
		kernel_make "$2" "$3" "$builder"
	fi
	drop_lock
}
