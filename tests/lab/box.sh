# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Running a program in the Debian root without a VM: for compiling.

# box ROOT [bwrap options] -- COMMAND...
# The root is seen read-only; /tmp, /var and /home are empty and its own.
box() {
	local root=$1 setup=()
	shift
	while [ "$1" != -- ]; do
		setup+=("$1")
		shift
	done
	shift
	bwrap --die-with-parent --unshare-pid \
		--ro-bind "$root/usr" /usr --ro-bind "$root/etc" /etc \
		--symlink usr/bin /bin --symlink usr/sbin /sbin \
		--symlink usr/lib /lib --symlink usr/lib64 /lib64 \
		--proc /proc --dev /dev --tmpfs /tmp --dir /var/tmp --dir /run \
		--setenv PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin \
		--setenv LANG C.UTF-8 --setenv HOME /tmp --unsetenv TMPDIR \
		--unsetenv XDG_CONFIG_HOME --unsetenv XDG_RUNTIME_DIR \
		"${setup[@]}" -- "$@"
}
