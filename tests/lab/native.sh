# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Working without a VM, on the host's own GStreamer and devices.

# native_wanted: by --native, or because the host has all it takes.
native_wanted() {
	case $opt_native in
	yes)
		native_tools || die "--native needs meson, ninja, a C compiler and GStreamer 1.24 or newer" \
			"with its development files on this machine"
		;;
	no) return 1 ;;
	*)
		native_tools && native_module vivid && native_module vkms || return 1
		say "using this machine's own GStreamer and devices; --vm for a virtual machine"
		modprobe -a vivid vkms 2>/dev/null || true
		;;
	esac
}

native_tools() {
	have meson && have ninja && have cc && have pkg-config &&
		pkg-config --atleast-version=1.24 gstreamer-1.0 gstreamer-allocators-1.0 libdrm
}

# native_module NAME: loaded, or could be.
native_module() {
	[ -d "/sys/module/$1" ] || { [ "$(id -u)" -eq 0 ] && modprobe -n "$1" 2>/dev/null; }
}

native_build() {
	lab_build=$(project_dir native)
	mkdir -p "$LAB_TREE/build"
	take_lock "$lab_build.lock" -x "another build is at work; waiting for it"
	if [ ! -e "$lab_build/build.ninja" ]; then
		say "configuring $lab_build"
		# shellcheck disable=SC2086 # a list of options
		meson setup "$lab_build" "$LAB_TREE" ${LAB_MESON_OPTIONS:-} >"$lab_build.log" 2>&1 ||
			die "meson setup failed; full log: $lab_build.log"
	fi
	project_compile env
	drop_lock
	export GST_PLUGIN_PATH="$lab_build/gst${GST_PLUGIN_PATH:+:$GST_PLUGIN_PATH}"
	export GST_REGISTRY="$lab_build/registry.bin"
	export PATH="$lab_build/tools:$PATH"
	export LAB_BUILD="$lab_build"
}

# native_run COMMAND...: returns its status. With VM_CONSOLE=yes the command has
# the caller's terminal.
native_run() {
	native_build
	if [ "${VM_CONSOLE:-no}" = yes ]; then
		"$@"
		return
	fi
	job_guard :
	setsid setpriv --pdeathsig KILL "$@" </dev/null &
	job_pid=$!
	job_wait "$opt_timeout"
	job_unguard
	return "$job_status"
}
