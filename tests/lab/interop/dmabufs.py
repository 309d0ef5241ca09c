# SPDX-License-Identifier: LGPL-2.1-or-later
"""An application that has dma-bufs of its own, by GStreamer's own allocator, and an appsrc."""

import fcntl
import os
import struct

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstAllocators', '1.0')
gi.require_version('GstVideo', '1.0')
from gi.repository import Gst, GstAllocators, GstVideo  # noqa: E402

from elements import FORMATS, RATE  # noqa: E402

HEAP = '/dev/dma_heap/system'
DMA_HEAP_IOCTL_ALLOC = 0xc0184800
PAGE = 4096


def allocate(heap, size):
    request = struct.pack('QIIQ', size, 0, os.O_RDWR | os.O_CLOEXEC, 0)
    return struct.unpack('QIIQ', fcntl.ioctl(heap, DMA_HEAP_IOCTL_ALLOC, request))[1]


def choose_caps(pad, cell):
    """Those of dma-bufs where PAD takes them, else plain ones."""
    width, height = cell.size
    tail = (f'width={width},height={height},framerate={RATE}/1,'
            'pixel-aspect-ratio=1/1,interlace-mode=progressive')
    caps = Gst.Caps.from_string('video/x-raw(memory:DMABuf),format=DMA_DRM,'
                                f'drm-format={FORMATS[cell.format]},{tail}')
    if not pad.query_caps(caps).is_empty():
        return caps
    return Gst.Caps.from_string(f'video/x-raw,format={cell.format},{tail}')


def make(allocator, heap, info):
    size = (info.size + PAGE - 1) // PAGE * PAGE
    buffer = Gst.Buffer.new()
    buffer.append_memory(GstAllocators.DmaBufAllocator.alloc(allocator, allocate(heap, size), size))
    buffer.set_size(info.size)
    GstVideo.buffer_add_video_meta_full(
        buffer, GstVideo.VideoFrameFlags.NONE, info.finfo.format, info.width, info.height,
        info.finfo.n_planes, info.offset, info.stride)
    return buffer


def feed(appsrc, caps, cell, frames):
    """The whole stream."""
    info = GstVideo.VideoInfo.new_from_caps(Gst.Caps.from_string(
        f'video/x-raw,format={cell.format},width={cell.size[0]},height={cell.size[1]}'))
    allocator = GstAllocators.DmaBufAllocator.new()
    heap = os.open(HEAP, os.O_RDONLY | os.O_CLOEXEC)
    appsrc.set_property('caps', caps)
    appsrc.set_property('max-buffers', frames)
    appsrc.set_property('max-bytes', 0)
    for number in range(frames):
        buffer = make(allocator, heap, info)
        buffer.pts = Gst.util_uint64_scale(number, Gst.SECOND, RATE)
        buffer.duration = Gst.SECOND // RATE
        appsrc.emit('push-buffer', buffer)
    appsrc.emit('end-of-stream')
    os.close(heap)
