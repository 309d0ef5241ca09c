#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# dmabufconvert under valgrind, by each way that pictures can come and change:
# nothing of ours reads what was never written, and nothing of ours is lost.
set -eu

# shellcheck source=tests/check/helpers/needs.sh
. "$(dirname "$0")/../helpers/needs.sh"
needs camera valgrind gst-launch-1.0

log=$(mktemp)
trap 'rm -f "$log"' EXIT
size=width=320,height=240,framerate=30/1
rgb=video/x-raw,format=RGB
fast=controls=c,transaction_time_msec=1
gst-inspect-1.0 dmabufconvert >/dev/null # the registry is made without valgrind

# launch NAME PIPELINE
launch() {
	name=$1
	shift
	valgrind -q --leak-check=full --show-leak-kinds=definite --log-file="$log" \
		gst-launch-1.0 -q "$@" >&2
	if grep -E 'gst_dmabuf_co|gst_zc_|zc_v4l2_' "$log"; then
		echo "$name:"
		cat "$log"
		exit 1
	fi
}

launch "dma-bufs of a camera" dmabufsrc num-buffers=5 ! \
	video/x-raw,format=RGB,width=320,height=180 ! dmabufconvert "$fast" ! \
	video/x-raw,format=YUY2,width=160,height=120 ! fakesink
launch "memory that is offered" videotestsrc num-buffers=5 ! "$rgb,$size" ! \
	dmabufconvert "$fast" ! "$rgb,width=160,height=120" ! fakesink
launch "copies" videotestsrc num-buffers=5 ! "$rgb,$size" ! \
	identity drop-allocation=true ! dmabufconvert "$fast" ! \
	"$rgb,width=160,height=120" ! fakesink
launch "nothing to do" videotestsrc num-buffers=5 ! "$rgb,$size" ! \
	dmabufconvert "$fast" ! fakesink
launch "mirrors" videotestsrc num-buffers=5 ! "$rgb,$size" ! \
	dmabufconvert "$fast" video-direction=horiz ! fakesink
launch "a tag" videotestsrc num-buffers=5 ! "$rgb,$size" ! \
	taginject tags=image-orientation=rotate-180 ! \
	dmabufconvert "$fast" video-direction=auto ! fakesink
launch "other caps" videotestsrc num-buffers=3 ! "$rgb,$size" ! concat name=c \
	videotestsrc num-buffers=3 ! "$rgb,width=160,height=120,framerate=30/1" ! c. \
	c. ! dmabufconvert "$fast" ! "$rgb,width=640,height=480" ! fakesink
