# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later

usage() {
	cat <<EOF
Usage: ./lab setup [options]

Makes what the lab needs, once: a Debian root and a kernel, kept in
$LAB_CACHE.
Every other command does this by itself when it has to.

  --suite NAME        Debian suite of the root: trixie or sid (LAB_SUITE)
  --kernel VERSION    kernel, like 6.12; else the newest (LAB_KERNEL)

LAB_MIRROR: the Debian archive to take packages from.
EOF
}

main() {
	parse_options setup "$@"
	[ ${#rest[@]} -eq 0 ] || usage_error "unknown argument '${rest[0]}'" setup
	setup "$opt_suite" "$opt_kernel"
	say "ready: $(basename "$lab_root"), $(basename "$(readlink -f "$(dirname "$lab_linux")")")"
}
