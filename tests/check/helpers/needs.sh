# shellcheck shell=sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# For tests that are shell programs: what runner.h is for the others.

# needs THING...: camera, display, or the name of a program. Ends the test as
# skipped if one is missing; in the lab nothing may be, and it is a failure.
needs() {
	for thing; do
		has "$thing" && continue
		echo "there is no $thing"
		[ -z "${LAB_VM_ROOT:-}" ] || exit 1
		exit 77
	done
}

has() {
	case $1 in
	camera) grep -qs vivid /sys/class/video4linux/video*/name ;;
	display) ls /sys/class/drm/card*-Virtual-* >/dev/null 2>&1 ;;
	*) command -v "$1" >/dev/null ;;
	esac
}
