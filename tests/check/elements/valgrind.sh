#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# dmabufsrc under valgrind, by each way that frames can come: nothing of ours
# reads what was never written, and nothing of ours is lost.
set -eu

# shellcheck source=tests/check/helpers/needs.sh
. "$(dirname "$0")/../helpers/needs.sh"
needs camera valgrind gst-launch-1.0

log=$(mktemp)
gst-inspect-1.0 dmabufsrc >/dev/null # the registry is made without valgrind
for mode in dmabuf-import dmabuf-export userptr mmap; do
	valgrind -q --leak-check=full --show-leak-kinds=definite --log-file="$log" \
		gst-launch-1.0 -q dmabufsrc io-mode=$mode num-buffers=5 ! \
		video/x-raw,format=BGRx,width=320,height=180,framerate=10/1 ! fakesink >&2
	if grep -E 'gst_dmabuf_src|gst_zc_|zc_v4l2_' "$log"; then
		echo "$mode:"
		cat "$log"
		exit 1
	fi
done
