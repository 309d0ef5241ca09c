#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Of a driver with eighty formats three are asked for if downstream takes
# three, each thing once; and the format is set once.
set -eu

# shellcheck source=tests/check/helpers/needs.sh
. "$(dirname "$0")/../helpers/needs.sh"
needs camera strace gst-launch-1.0

log=$(mktemp)
caps='video/x-raw,format={YUY2,NV12,BGRx}'
strace -f -y -e trace=ioctl -o "$log" gst-launch-1.0 -q \
	dmabufsrc num-buffers=1 ! "$caps" ! fakesink

camera=$(sed -n 's/.*ioctl(\([^,]*\), VIDIOC_STREAMON.*/\1/p' "$log")
asked() { grep -F "ioctl($camera, VIDIOC_$1" "$log" || true; }
formats() { asked "$1" | grep -o 'V4L2_PIX_FMT_[A-Z0-9]*' | sort -u | tr '\n' ' '; }

[ "$(asked ENUM_FMT | wc -l)" -gt 50 ]
for what in ENUM_FRAMESIZES ENUM_FRAMEINTERVALS TRY_FMT; do
	echo "$what: $(asked $what | wc -l) times, of $(formats $what)"
	[ "$(formats $what)" = 'V4L2_PIX_FMT_NV12 V4L2_PIX_FMT_XBGR32 V4L2_PIX_FMT_YUYV ' ]
done

twice=$(asked ENUM_ | sed 's/^[0-9]* *//' | sort | uniq -d | wc -l)
tries=$(asked TRY_FMT | wc -l)
sets=$(asked S_FMT | wc -l)
echo "asked twice: $twice; tried: $tries; set: $sets"
[ "$twice" -eq 0 ]
# how fields come of each format, and what is made of the one that is chosen
[ "$tries" -le 5 ]
[ "$sets" -eq 1 ]
