#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A driver is asked for the sizes of one format and the rates of one size when
# downstream takes no other: some cameras need a second for all of them.
set -eu

# shellcheck source=tests/check/helpers/needs.sh
. "$(dirname "$0")/../helpers/needs.sh"
needs camera strace gst-launch-1.0

log=$(mktemp)
caps='video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=XR24,width=640,height=480'
strace -f -y -e trace=ioctl -o "$log" gst-launch-1.0 -q \
	dmabufsrc num-buffers=1 ! "$caps" ! fakesink

# Other plugins look at devices too, when they are registered: only what was
# asked of the descriptor that streams counts.
camera=$(sed -n 's/.*ioctl(\([^,]*\), VIDIOC_STREAMON.*/\1/p' "$log")
asked() { grep -F "ioctl($camera, VIDIOC_ENUM_" "$log" | grep -E "$1" || true; }
count() { asked "$1" | wc -l; }

sizes=$(count 'FRAMESIZES.*XBGR32')
rates=$(count 'FRAMEINTERVALS.*XBGR32.*width=640, height=480')
all_sizes=$(count FRAMESIZES)
all_rates=$(count FRAMEINTERVALS)
echo "sizes: asked $all_sizes times, $sizes of them of the format"
echo "rates: asked $all_rates times, $rates of them of the size"
[ "$sizes" -gt 0 ]
[ "$rates" -gt 0 ]
[ "$all_sizes" -eq "$sizes" ]
[ "$all_rates" -eq "$rates" ]

twice=$(asked . | sed 's/^[0-9]* *//' | sort | uniq -d | wc -l)
echo "asked twice: $twice"
[ "$twice" -eq 0 ]
