# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# One program with everything that it starts, which leaves nothing behind
# however it ends. It is the leader of a session of its own (setsid), is
# killed with this process (setpriv --pdeathsig), and has its id in job_pid.

# job_guard COMMAND: from here on, when this process is told to end, the job
# ends too, and then COMMAND is run.
job_guard() {
	job_pid=
	# shellcheck disable=SC2064 # the command as it is now
	trap "job_halt; $1" EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

job_unguard() { trap - EXIT INT TERM HUP; }

job_halt() {
	[ -n "$job_pid" ] || return 0
	kill -KILL -- "-$job_pid" 2>/dev/null || kill -KILL "$job_pid" 2>/dev/null || true
	wait "$job_pid" 2>/dev/null || true
}

# job_wait SECONDS: until the job has ended, or its time has. Sets job_status.
job_wait() {
	local ended timer
	setpriv --pdeathsig KILL sleep "$1" &
	timer=$!
	job_status=0
	wait -n -p ended "$job_pid" "$timer" 2>/dev/null || job_status=$?
	if [ "$ended" = "$timer" ]; then
		job_halt
		job_status=124
		say "no end after $1 s: stopped"
	else
		kill "$timer"
		wait "$timer" 2>/dev/null || true
		# What it has left running.
		kill -KILL -- "-$job_pid" 2>/dev/null || true
	fi
}
