#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Wrong arguments are errors that name the argument and the help.
. "$(dirname "$0")/check.sh"
lab=$LAB_TREE/lab

for command in setup run shell test demo clean; do
	expect 0 "Usage: ./lab $command" "$lab" "$command" --help
done
for command in setup run shell; do
	expect 2 "unknown option '--frob'; see ./lab help or ./lab $command --help" "$lab" "$command" --frob
done
expect 0 'Usage: ./lab COMMAND' "$lab"
expect 0 'Usage: ./lab COMMAND' "$lab" help
expect 0 'Usage: ./lab COMMAND' "$lab" --help
expect 2 "unknown command 'frob'" "$lab" frob
expect 2 "unknown command '../lab'" "$lab" ../lab
expect 2 'no command to run' "$lab" run
expect 2 'option --mem needs a value' "$lab" run --mem
expect 2 "not '3X'" "$lab" run --mem 3X -- true
expect 2 "not 'soon'" "$lab" run --timeout soon -- true
expect 2 "not '0'" "$lab" run --timeout=0 -- true
expect 2 "not 'potato'" "$lab" run --suite potato -- true
expect 2 "not 'six'" "$lab" run --kernel=six -- true
expect 2 "unknown argument 'more'" "$lab" setup more
expect 2 "takes no 'more'" "$lab" clean more
expect 1 'needs a terminal' "$lab" shell
finish
