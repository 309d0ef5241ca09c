# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later

usage() {
	cat <<EOF
Usage: ./lab COMMAND [arguments]

  demo     show a camera on a display without a copy, with figures and a picture
  test     run the tests, each in a virtual machine of its own
  interop  find out what goes with what, and write docs/interop.md
  run      run a command in a fresh virtual machine
  shell    the same, interactive
  setup    make what all these need, once (they do it by themselves)
  clean    remove what setup and builds have made

./lab COMMAND --help tells more.
EOF
}

main() {
	case ${1:-} in
	'' | -h | --help) usage ;;
	*) usage_error "'help' takes no '$1'" "" ;;
	esac
}
