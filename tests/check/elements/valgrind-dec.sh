#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# dmabufdec under valgrind, for a device and for a CPU: nothing of ours reads
# what was never written, and nothing of ours is lost.
set -eu

# shellcheck source=tests/check/helpers/needs.sh
. "$(dirname "$0")/../helpers/needs.sh"
needs camera valgrind gst-launch-1.0

log=$(mktemp)
decoded=$(mktemp)
gst-inspect-1.0 dmabufdec >/dev/null # the registry is made without valgrind

# run NAME ELEMENT...: decodes for them.
run() {
	name=$1
	shift
	valgrind -q --leak-check=full --show-leak-kinds=definite --log-file="$log" \
		gst-launch-1.0 -q videotestsrc num-buffers=5 ! \
		"video/x-raw,format=NV12,width=640,height=$height" ! dmabufenc ! \
		dmabufdec ! "$@" >&2
	if grep -E 'gst_dmabuf_|gst_zc_|zc_v4l2_' "$log"; then
		echo "$name:"
		cat "$log"
		exit 1
	fi
}

height=480
run dma-bufs fakesink
run cpu videoconvert ! "video/x-raw,format=I420" ! filesink "location=$decoded"
[ -s "$decoded" ]
height=470
run cropped videoconvert ! "video/x-raw,format=I420" ! fakesink
