#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the kernel's log and the command's status make of a run.
. "$(dirname "$0")/check.sh"

# verdict STATUS LINE: of a VM that left this status, or none, and this log.
verdict() {
	vm_dir=$scratch/vm
	rm -rf "$vm_dir"
	mkdir "$vm_dir"
	job_status=0
	[ -z "$1" ] || echo "$1" >"$vm_dir/status"
	printf '[    0.1] vivid: all well\n%s\n' "$2" >"$vm_dir/kernel.log"
	status=$(vm_verdict)
	[ -e "$vm_dir/keep" ] && echo kept
	return "$status"
}

for status in 0 1 77 139; do
	expect "$status" '' verdict "$status" ''
done
expect 1 'died' verdict '' ''
expect 1 'kept' verdict '' ''
expect 3 'kernel complained' verdict 3 'BUG: spinlock bad magic'
expect 1 'kernel complained' verdict 77 'BUG: spinlock bad magic'
while read -r line; do
	expect 1 "$line" verdict 0 "$line"
done <<'EOF'
[    0.3] WARNING: CPU: 0 PID: 1 at drivers/dma-buf/dma-buf.c:12 dma_buf_put+0x1/0x2
[    0.3] WARNING: drivers/dma-buf/dma-buf.c:12 at dma_buf_put+0x1/0x2, CPU#0: a/1
[    0.3] BUG: kernel NULL pointer dereference, address: 0
[    0.3] BUG vm_area_struct (Not tainted): Object already free
[    0.3] kernel BUG at mm/slub.c:1
[    0.3] Oops: 0000 [#1]
[    0.3] Kernel panic - not syncing: Segfault with no mm
[    0.3] INFO: task gst-launch-1.0:12 blocked for more than 120 seconds.
[    0.3] list_del corruption. next->prev should be 1
EOF
expect 0 '' verdict 0 'Warning: unable to open an initial console.'
finish
