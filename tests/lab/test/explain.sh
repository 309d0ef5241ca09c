#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Failures of apt are told in a sentence that says what to do.
. "$(dirname "$0")/check.sh"

# explain LINE: of a log with that line.
explain() {
	printf '%s\nE: something failed\n' "$1" >"$scratch/log"
	explain_log "$scratch/log"
}

expect 0 'check the network' explain 'E: Failed to fetch x  Could not connect to 127.0.0.1:9'
expect 0 'check the network' explain "Err:1 x  Temporary failure resolving 'x'"
expect 0 "no package 'gone'" explain 'E: Unable to locate package gone'
expect 0 "no package 'gone'" explain "E: Package 'gone' has no installation candidate"
expect 0 'disk is full' explain 'write error: No space left on device'
expect 0 'LAB_MIRROR' explain 'E: Failed to fetch x  404  Not Found'
expect 0 "$scratch/log" explain 'whatever'
expect 1 'roomier' need_space 99999999 "$scratch"
finish
