#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# dmabufenc under valgrind, by each way that frames can come: nothing of ours
# reads what was never written, and nothing of ours is lost.
set -eu

# shellcheck source=tests/check/helpers/needs.sh
. "$(dirname "$0")/../helpers/needs.sh"
needs camera valgrind gst-launch-1.0

log=$(mktemp)
size=width=640,height=480,framerate=10/1
gst-inspect-1.0 dmabufenc >/dev/null # the registry is made without valgrind

# run NAME ELEMENT...: encodes what they make.
run() {
	name=$1
	shift
	valgrind -q --leak-check=full --show-leak-kinds=definite --log-file="$log" \
		gst-launch-1.0 -q "$@" ! dmabufenc ! fakesink >&2
	if grep -E 'gst_dmabuf_|gst_zc_|zc_v4l2_' "$log"; then
		echo "$name:"
		cat "$log"
		exit 1
	fi
}

run dma-bufs dmabufsrc num-buffers=5 ! \
	"video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=NV12,$size"
run offered videotestsrc num-buffers=5 ! "video/x-raw,format=NV12,$size"
run copied videotestsrc num-buffers=5 ! "video/x-raw,format=I420,$size" ! \
	videoconvert ! videocrop top=2 ! "video/x-raw,format=NV12,width=640,height=478"
