#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Proves from outside that no frame is mapped for the CPU between camera and
# display: strace sees no mmap of a dma-buf or of a device. That strace would
# see one is shown first, with a pipeline that reads the frames.
set -eu

# shellcheck source=tests/check/helpers/needs.sh
. "$(dirname "$0")/../helpers/needs.sh"
needs camera display strace gst-launch-1.0

log=$(mktemp)
format='format=DMA_DRM,drm-format=XR24,width=640,height=480'

# mappings PIPELINE...: how often frame memory was mapped
mappings() {
	strace -f -y -e trace=mmap -o "$log" gst-launch-1.0 -q "$@" >&2
	grep -cE '<(anon_inode:|/)?\[?dmabuf|</dev/(video|dri/)' "$log" || true
}

read_by_cpu=$(mappings dmabufsrc io-mode=dmabuf-export num-buffers=3 ! video/x-raw,format=BGRx,width=640,height=480 ! filesink location=/dev/null)
zero_copy=$(mappings dmabufsrc num-buffers=30 ! "video/x-raw(memory:DMABuf),$format" ! dmabufsink)
echo "mapped when read by the CPU: $read_by_cpu; on the way to the display: $zero_copy"
[ "$read_by_cpu" -gt 0 ] && [ "$zero_copy" -eq 0 ]
