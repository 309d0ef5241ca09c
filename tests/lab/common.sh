# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Messages, places and locks that every part of the lab uses.

LAB_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/gst-dmabuf-lab

# Everything the lab itself says goes to stderr: stdout is the command's.
say() { printf 'lab: %s\n' "$*" >&2; }
die() {
	say "$@"
	exit 1
}

# usage_error MESSAGE COMMAND
usage_error() {
	say "$1; see ./lab help${2:+ or ./lab $2 --help}"
	exit 2
}

have() { command -v "$1" >/dev/null 2>&1; }

# key FILE...: a short name for the contents of the files and of stdin.
key() { cat - "$@" | sha256sum | cut -c1-12; }

# take_lock FILE MODE MESSAGE: holds the lock until this process and its
# children end. MODE is -x or -s. Waits if it must, and says so.
take_lock() {
	local fd
	while :; do
		mkdir -p "$(dirname "$1")" 2>/dev/null ||
			die "cannot write to $(dirname "$1"); set XDG_CACHE_HOME to a place where you can"
		exec {fd}>>"$1"
		if ! flock -w 1 "$2" "$fd"; then
			say "$3"
			flock "$2" "$fd"
		fi
		# `lab clean` may have removed the file while we waited for it.
		if [ "$1" -ef "/proc/self/fd/$fd" ]; then break; fi
		exec {fd}>&-
	done
	lock_fd=$fd
}

drop_lock() { exec {lock_fd}>&-; }

# in_use: keeps `lab clean` from removing what this process works with.
in_use() { take_lock "$LAB_CACHE/in-use.lock" -s "waiting for 'lab clean' to end"; }

# need_space MEGABYTES DIR
need_space() {
	local free
	free=$(df -BM --output=avail "$2" | tail -n 1 | tr -dc 0-9)
	[ "$free" -ge "$1" ] ||
		die "not enough disk space: $2 has $free MB free, $1 MB are needed;" \
			"free some or set XDG_CACHE_HOME to a roomier place"
}

# check_paths: the VM mounts these paths, and mount options know no quotes.
check_paths() {
	if [ -n "${LAB_OUT:-}" ]; then
		LAB_OUT=$(realpath -m "$LAB_OUT")
		export LAB_OUT
		mkdir -p "$LAB_OUT" 2>/dev/null || die "cannot make the directory LAB_OUT: $LAB_OUT"
	fi
	case $LAB_TREE$LAB_CACHE${LAB_OUT:-} in
	*[[:space:],\"\'\\]*) die "the paths of the tree, the cache and LAB_OUT must not contain spaces, commas or quotes" ;;
	esac
}
