#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# dmabufsink under valgrind, by each way that pictures can come and change:
# nothing of ours reads what was never written, and nothing of ours is lost.
set -eu

# shellcheck source=tests/check/helpers/needs.sh
. "$(dirname "$0")/../helpers/needs.sh"
needs camera display valgrind gst-launch-1.0

log=$(mktemp)
trap 'rm -f "$log"' EXIT
size=width=320,height=240,framerate=30/1
gst-inspect-1.0 dmabufsink >/dev/null # the registry is made without valgrind

# launch NAME PIPELINE
launch() {
	name=$1
	shift
	valgrind -q --leak-check=full --show-leak-kinds=definite --log-file="$log" \
		gst-launch-1.0 -q "$@" sync=false >&2
	if grep -E 'gst_dmabuf_sink|gst_zc_|zc_kms_' "$log"; then
		echo "$name:"
		cat "$log"
		exit 1
	fi
}

launch "dma-bufs of a camera" dmabufsrc num-buffers=5 ! \
	video/x-raw,format=BGRx,width=320,height=180,framerate=10/1 ! dmabufsink
launch "the sink's own pool" videotestsrc num-buffers=5 ! \
	video/x-raw,format=BGRx,$size ! dmabufsink
launch "copies" videotestsrc num-buffers=5 ! video/x-raw,format=BGRx,$size ! \
	identity drop-allocation=true ! dmabufsink
launch "text" videotestsrc num-buffers=5 ! video/x-raw,format=BGRx,$size ! \
	textoverlay text=text ! dmabufsink
launch "other caps" videotestsrc num-buffers=3 ! \
	video/x-raw,format=BGRx,$size ! concat name=c videotestsrc num-buffers=3 ! \
	video/x-raw,format=BGRx,width=160,height=120,framerate=30/1 ! c. \
	c. ! dmabufsink
launch "another style while it plays" videotestsrc num-buffers=3 ! \
	video/x-raw,format=BGRx,$size ! concat name=c videotestsrc num-buffers=3 ! \
	video/x-raw,format=BGRx,$size ! \
	taginject tags=image-orientation=rotate-180 ! c. \
	c. ! dmabufsink rotate-method=auto
launch "two sinks of a display" videotestsrc num-buffers=5 ! \
	video/x-raw,format=BGRx,$size ! \
	dmabufsink "render-rectangle=<320,0,320,240>" sync=false \
	videotestsrc num-buffers=5 ! video/x-raw,format=BGRx,$size ! \
	dmabufsink "render-rectangle=<0,0,320,240>"
