# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# One virtual machine: a fresh User-Mode Linux on one CPU, that runs one
# command and is gone.

# The default machine: /dev/video0 is vivid as one plain webcam, and vkms has
# its overlay and cursor planes.
VM_MACHINE='vivid.n_devs=1 vivid.node_types=0x1 vivid.num_inputs=1 vivid.input_types=0 vkms.enable_overlay=1 vkms.enable_cursor=1'

# What in the kernel's log makes a run fail.
VM_TROUBLE='WARNING:|BUG:|BUG |Oops|list_(add|del) corruption|Kernel panic|KASAN|UBSAN|INFO: task .* blocked|INFO: .*detected|general protection fault|possible circular locking|refcount_t:|DMA-API:'

# Variables of the caller's that the command sees too.
VM_PASSED='^(GST_|G_|CK_|LAB_|MESON_|MALLOC_|ASAN_|TSAN_|UBSAN_|LSAN_)'

# vm_run MEMORY SECONDS "KERNEL OPTIONS" COMMAND...: runs the command and
# returns its status. Uses lab_root, lab_linux, lab_build. With VM_CONSOLE=yes
# the command has the caller's terminal.
vm_run() {
	local memory=$1 seconds=$2 append=$3 vm_dir status
	shift 3
	mkdir -p "$LAB_TREE/build/vm"
	vm_dir=$(mktemp -d "$LAB_TREE/build/vm/XXXXXX")
	printf '%s\0' "$@" >"$vm_dir/command"
	vm_environment >"$vm_dir/environment"
	vm_where >"$vm_dir/cwd"
	job_guard "vm_give_back_terminal; rm -rf '$vm_dir'"
	vm_take_cpu
	vm_boot "$memory" "$append"
	job_wait "$seconds"
	# What the command wrote last is still on its way.
	wait "${vm_pipes[@]}" 2>/dev/null || true
	vm_give_back_terminal
	job_unguard
	status=$(vm_verdict)
	[ -e "$vm_dir/keep" ] || rm -rf "$vm_dir"
	return "$status"
}

# As it was before UML changed its modes.
vm_give_back_terminal() { [ -z "${vm_terminal:-}" ] || stty "$vm_terminal"; }

vm_environment() {
	printf '%s\0' "PATH=$lab_build/tools:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin" \
		LANG=C.UTF-8 HOME=/root TERM="${TERM:-dumb}" XDG_RUNTIME_DIR=/run/user/0 \
		GST_REGISTRY=/tmp/registry.bin
	env -0 | grep -zE "$VM_PASSED" | grep -zvE '^GST_(PLUGIN_PATH|REGISTRY)=' || true
	printf '%s\0' "GST_PLUGIN_PATH=${GST_PLUGIN_PATH:+$GST_PLUGIN_PATH:}$lab_build/gst" \
		"LD_LIBRARY_PATH=$lab_build/gst-libs/allocators" \
		"GI_TYPELIB_PATH=$lab_build/gst-libs/allocators" \
		"LAB_BUILD=$lab_build"
}

# The caller's directory where the VM has it too, else the tree's top.
vm_where() {
	case $PWD/ in
	"$LAB_TREE"/*) printf '%s' "$PWD" ;;
	*) printf '%s' "$LAB_TREE" ;;
	esac
}

# Picks a CPU that no other VM holds, in vm_cpu; any one if there is none.
# The lock goes when the VM does.
vm_take_cpu() {
	local cpu fd
	mkdir -p "$LAB_CACHE/cpu"
	for cpu in $(vm_cpus); do
		exec {fd}>>"$LAB_CACHE/cpu/$cpu"
		vm_cpu=$cpu
		if flock -n "$fd"; then return; fi
		exec {fd}>&-
	done
}

# The CPUs this process may use, in an order of chance.
vm_cpus() {
	local range
	for range in $(taskset -cp $$ | sed 's/.*: //; s/,/ /g'); do
		seq "${range%-*}" "${range#*-}"
	done | shuf
}

# vm_boot MEMORY "KERNEL OPTIONS"
# In the VM, tty0 takes the kernel's log, tty1 and tty2 are the command's
# stdout and stderr. UML changes the modes of the files it is given, so these
# are pipes of their own.
vm_boot() {
	local log=$vm_dir/kernel.log guest options
	: >"$log"
	guest="mount -t hostfs -o hostfs=$LAB_DIR none /mnt && exec /bin/bash /mnt/init"
	# shellcheck disable=SC2206 # lists of options
	options=(root=/dev/root rootfstype=hostfs "rootflags=$lab_root" ro init=/bin/sh
		mem="$1" uml_dir="$vm_dir/" umid=uml con=null "con0=null,fd:7" console=tty0
		loglevel=8 seccomp=auto $VM_MACHINE $2
		LAB_RUN="$vm_dir" LAB_TREE="$LAB_TREE" LAB_OUT="${LAB_OUT:-}" LAB_BUILD="$lab_build" LAB_UDEV="${LAB_UDEV:-no}")
	vm_pipes=()
	vm_terminal=
	if [ "${VM_CONSOLE:-no}" = yes ]; then
		exec 4<&0 5>&1 6>&1
		vm_terminal=$(stty -g)
		options+=("con1=fd:4,fd:5" con2=null "LAB_CONSOLE=\"$(stty size)\"")
	else
		exec 5> >(exec cat)
		vm_pipes+=($!)
		exec 6> >(exec cat >&2)
		vm_pipes+=($!)
		options+=("con1=null,fd:5" "con2=null,fd:6")
	fi
	(
		ulimit -c 0
		# UML before 6.13 forks the VM's processes from itself and unmaps
		# all they have, with what the host's kernel was told of rseq.
		export GLIBC_TUNABLES=glibc.pthread.rseq=0
		exec setsid setpriv --pdeathsig KILL taskset -c "$vm_cpu" \
			"$lab_linux" "${options[@]}" -- -c "\"$guest\"" 2>>"$log" 7>>"$log" >&2
	) &
	job_pid=$!
	exec 4<&- 5>&- 6>&-
}

# Prints the status to return, and tells of what the kernel complained.
# Leaves the log in place, and vm_dir with it, where it is needed.
vm_verdict() {
	local log=$vm_dir/kernel.log status trouble
	status=$(cat "$vm_dir/status" 2>/dev/null || true)
	[ "$job_status" != 124 ] || status=124
	trouble=$(grep -aE "$VM_TROUBLE" "$log" | head -n 3 || true)
	if [ -n "$trouble" ]; then
		say "the VM's kernel complained:"
		printf '%s\n' "$trouble" >&2
	fi
	if [ -z "$status" ]; then
		say "the VM died before its command ended; the kernel's last words:"
		grep -avE '^\[[ 0-9.]*\]  ([0-9a-f]{8}|\[<)' "$log" | tail -n 12 >&2
	fi
	if [ -z "$status" ] || [ -n "$trouble" ] || [ "$status" = 124 ]; then
		touch "$vm_dir/keep"
		say "the kernel's log: $log"
	fi
	# Neither success nor a skipped test can be had with a broken kernel.
	if [ -n "$trouble" ]; then
		case $status in 0 | 77) status=1 ;; esac
	fi
	echo "${status:-1}"
}
