#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Real VMs: what a command gives comes out, and nothing stays. Run this
# without a VM around it.
. "$(dirname "$0")/check.sh"

[ -n "${LAB_VM_ROOT:-}" ] || exit 77
lab_root=$LAB_VM_ROOT
lab_linux=$LAB_VM_LINUX
lab_build=$LAB_VM_BUILD

# vm SECONDS COMMAND...
vm() { (vm_run 512M "$1" "mark=$$" "${@:2}"); }

expect 0 'a  b*' vm 60 echo 'a  b*'
expect 3 '' vm 60 sh -c 'exit 3'
expect 139 '' vm 60 sh -c 'kill -SEGV $$'
expect 0 err vm 60 sh -c 'echo err >&2'
expect 124 'stopped' vm 1 sleep 60
expect 1 'WARNING: made up' vm 60 sh -c 'echo WARNING: made up >/dev/kmsg'
expect 0 vivid-000-vid-cap vm 60 cat /sys/class/video4linux/video0/name
expect 0 /dev/dri/card0 vm 60 ls /dev/dri/card0 /dev/udmabuf /dev/dma_heap/system
expect 1 '' pgrep -f "mark=$$"
finish
