# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# For the tests of the lab itself: reads its parts and counts what is wrong.
set -uo pipefail

LAB_TREE=$(cd "$(dirname "$0")/../../.." && pwd)
LAB_DIR=$LAB_TREE/tests/lab
# shellcheck source=tests/lab/load.sh
. "$LAB_DIR/load.sh"

failures=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# expect STATUS TEXT COMMAND...: it ends with the status, and what it prints
# has the text in it.
expect() {
	local wanted=$1 text=$2 output status
	shift 2
	output=$("$@" 2>&1 </dev/null)
	status=$?
	if [ "$status" -ne "$wanted" ] || [[ $output != *"$text"* ]]; then
		echo "FAILED: $*"
		echo "  wanted status $wanted and '$text', got $status and: $output"
		failures=$((failures + 1))
	fi
}

finish() { [ "$failures" -eq 0 ]; }
