#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The last line of `./lab test`.
. "$(dirname "$0")/check.sh"

# count RESULT...: of tests with these results.
count() {
	printf '{"result": "%s"}\n' "$@" >"$scratch/log.json"
	python3 "$LAB_DIR/count-tests" "$scratch/log.json"
}

expect 0 '2 passed, 0 failed' count OK EXPECTEDFAIL
expect 0 '1 passed, 0 failed, 2 skipped' count OK SKIP SKIP
expect 1 '1 passed, 4 failed' count OK FAIL TIMEOUT ERROR UNEXPECTEDPASS
expect 1 '0 passed, 0 failed, 1 skipped' count SKIP
expect 1 '0 passed, 0 failed' python3 "$LAB_DIR/count-tests" "$scratch/none.json"
finish
