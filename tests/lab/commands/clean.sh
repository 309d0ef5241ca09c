# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later

usage() {
	cat <<EOF
Usage: ./lab clean

Removes $LAB_CACHE
and the tree's build directory, and says what it removed. Waits for whoever
uses them.
EOF
}

main() {
	case ${1:-} in
	'') ;;
	-h | --help)
		usage
		return
		;;
	*) usage_error "'clean' takes no '$1'" clean ;;
	esac
	if [ -d "$LAB_CACHE" ]; then
		take_lock "$LAB_CACHE/in-use.lock" -x "the lab is in use; waiting for that to end"
		remove "$LAB_CACHE"/root-* "$LAB_CACHE"/kernel-* "$LAB_CACHE/log" "$LAB_CACHE/cpu"
		rm -rf --one-file-system "$LAB_CACHE"
	fi
	remove "$LAB_TREE/build"
}

# remove PATH...: those that are there.
remove() {
	local path
	for path; do
		[ -e "$path" ] || [ -L "$path" ] || continue
		say "removing $path ($(du -sh "$path" | cut -f1))"
		rm -rf --one-file-system "$path"
	done
}
