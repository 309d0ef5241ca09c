# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The options that subcommands share.

OPTIONS_HELP='  --append "OPTIONS"  additional options for the VM'\''s kernel
  --mem SIZE          the VM'\''s memory (2G)
  --timeout SECONDS   stop the VM after that time, with status 124
  --suite NAME        Debian suite of the root: trixie or sid (LAB_SUITE)
  --kernel VERSION    kernel, like 6.12; else the newest (LAB_KERNEL)
  --native            no VM: the host'\''s own GStreamer and devices
  --vm                a VM, also where the host could do without'

# parse_options COMMAND ARGUMENTS: sets opt_* and, in `rest`, the arguments
# from the first on that is not an option.
parse_options() {
	local name=$1
	shift
	opt_append='' opt_mem=2G opt_timeout=600 opt_native=auto
	opt_suite=${LAB_SUITE:-trixie} opt_kernel=${LAB_KERNEL:-newest}
	while [ $# -gt 0 ]; do
		case $1 in
		--append | --mem | --timeout | --suite | --kernel)
			[ $# -ge 2 ] || usage_error "option $1 needs a value" "$name"
			printf -v "opt_${1#--}" %s "$2"
			shift
			;;
		--append=* | --mem=* | --timeout=* | --suite=* | --kernel=*)
			set -- "${1%%=*}" "${1#*=}" "${@:2}"
			continue
			;;
		--native) opt_native=yes ;;
		--vm) opt_native=no ;;
		-h | --help)
			usage
			exit 0
			;;
		--)
			shift
			break
			;;
		-*) usage_error "unknown option '$1'" "$name" ;;
		*) break ;;
		esac
		shift
	done
	check_options "$name"
	# shellcheck disable=SC2034 # for the subcommands
	rest=("$@")
}

# check_options COMMAND
check_options() {
	[[ $opt_suite =~ ^(trixie|sid)$ ]] || usage_error "--suite is trixie or sid, not '$opt_suite'" "$1"
	[[ $opt_kernel =~ ^(newest|[0-9]+\.[0-9]+)$ ]] || usage_error "--kernel is a version like 6.12, not '$opt_kernel'" "$1"
	[[ $opt_timeout =~ ^[0-9]+$ && $opt_timeout -gt 0 ]] || usage_error "--timeout is a number of seconds, not '$opt_timeout'" "$1"
	[[ $opt_mem =~ ^[0-9]+[KMG]$ ]] || usage_error "--mem is a size like 512M, not '$opt_mem'" "$1"
}
