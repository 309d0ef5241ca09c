# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The Debian root: what the VM boots from and what everything is compiled in.

# root_dir SUITE: where its root is, or will be.
root_dir() {
	printf '%s/root-%s-%s\n' "$LAB_CACHE" "$1" \
		"$(echo "$1 $(host_mirror)" | key "$LAB_DIR/packages" "$LAB_DIR/root.sh")"
}

root_packages() { sed 's/#.*//' "$LAB_DIR/packages" | xargs | tr ' ' ,; }

# root_make SUITE DIR
root_make() {
	local tmp=$2.tmp log=$LAB_CACHE/log/root-$1.log mirror
	need_space 2600 "$LAB_CACHE"
	rm -rf "$tmp"
	mkdir "$tmp"
	mirror=$(host_mirror)
	say "making the Debian root ($1, about one minute)"
	root_bootstrap "$1" "$tmp" "$mirror" >"$log" 2>&1 ||
		die "the Debian root could not be made: $(explain_log "$log")"
	# The VM mounts things here.
	mkdir -p "$tmp/mnt"
	rm -f "$tmp/etc/resolv.conf"
	: >"$tmp/etc/resolv.conf"
	mv "$tmp" "$2"
}

# root_bootstrap SUITE DIR MIRROR
root_bootstrap() {
	local settings=$2.apt make
	host_apt_settings >"$settings"
	make=(mmdebstrap --variant=apt --include="$(root_packages)"
		--aptopt='Apt::Install-Recommends "false"' --aptopt="$settings"
		--dpkgopt='path-exclude=/usr/share/doc/*'
		--dpkgopt='path-exclude=/usr/share/man/*'
		--dpkgopt='path-exclude=/usr/share/locale/*'
		--dpkgopt='path-exclude=/usr/share/info/*')
	# As a job, in namespaces of its own: stopped at any moment, it leaves
	# no processes and no mounts.
	job_guard :
	if [ "$(id -u)" -eq 0 ]; then
		setsid setpriv --pdeathsig KILL \
			unshare --mount --pid --fork --kill-child --mount-proc -- \
			"${make[@]}" "$1" "$2" ${3:+"$3"} </dev/null &
	else
		# By way of a tar, so that the files end up as the caller's own
		# and can be removed like any others.
		# shellcheck disable=SC2016 # for the inner shell
		setsid setpriv --pdeathsig KILL bash -o pipefail -c \
			'dir=$1; shift; "$@" | tar -x -C "$dir" --exclude="./dev/*"' tar "$2" \
			"${make[@]}" --mode=unshare "$1" - ${3:+"$3"} </dev/null &
	fi
	job_pid=$!
	job_wait infinity
	job_unguard
	rm -f "$settings"
	return "$job_status"
}
