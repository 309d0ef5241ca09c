#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""bindings.py BEHAVIOUR: the library as Python sees it, by introspection."""

import os
import sys

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstAllocators', '1.0')
gi.require_version('GstVideo', '1.0')
gi.require_version('GstZerocopy', '1.0')
from gi.repository import GLib, Gst, GstAllocators, GstVideo, GstZerocopy  # noqa: E402

CAPS = 'video/x-raw,format=NV12,width=300,height=240,framerate=30/1'


def dma_heap(name='system'):
    return GstZerocopy.Heap.new_dma_heap(name)


def memory_is_allocated_mapped_and_has_a_descriptor():
    memory = dma_heap().alloc(10000)
    mapped, info = memory.map(Gst.MapFlags.READ)
    assert mapped
    assert bytes(info.data) == bytes(10000)
    memory.unmap(info)

    assert GstAllocators.is_dmabuf_memory(memory)
    fd = GstAllocators.dmabuf_memory_get_fd(memory)
    known, identity = GstZerocopy.memory_get_identity(memory)
    assert known and os.fstat(fd).st_ino == identity.ino


def what_is_written_is_read():
    buffer = Gst.Buffer.new()
    buffer.append_memory(dma_heap().alloc(4096))
    assert buffer.fill(0, b'abc') == 3
    assert buffer.extract_dup(0, 3) == b'abc'


def heaps_say_what_they_are():
    heaps = {heap.get_name(): heap for heap in GstZerocopy.Heap.list()}
    flags = heaps['system'].get_flags()
    assert flags & GstZerocopy.HeapFlags.DMABUF
    assert flags & GstZerocopy.HeapFlags.CACHED
    assert not flags & GstZerocopy.HeapFlags.CONTIGUOUS
    assert heaps['system'].props.path == '/dev/dma_heap/system'
    assert heaps['system'].check()


def the_choice_is_explained():
    heap, why = GstZerocopy.Heap.choose(
        4096, GstZerocopy.HeapFlags.DMABUF, Gst.MapFlags.READ, None)
    assert heap.get_name() == 'system'
    assert 'udmabuf' in why


def errors_are_exceptions():
    allocator = GstZerocopy.Allocator.new(None)
    with open('/dev/null', 'rb') as file:
        try:
            allocator.wrap_fd(file.fileno(), 0, GstZerocopy.WrapFlags.DONT_CLOSE)
        except GLib.Error as error:
            assert error.matches(GstZerocopy.error_quark(), GstZerocopy.Error.NOT_DMABUF), error
            return
    raise AssertionError('wrapped what is no dma-buf')


def a_pool_lays_frames_out():
    constraints = GstZerocopy.Constraints.new()
    constraints.height_align = 32
    pool = GstZerocopy.Pool.new_for_caps(
        dma_heap(), Gst.Caps.from_string(CAPS), constraints, 2, 0)
    assert pool.set_active(True)
    flow, buffer = pool.acquire_buffer(None)
    assert flow == Gst.FlowReturn.OK
    meta = GstVideo.buffer_get_video_meta(buffer)
    assert (meta.width, meta.height) == (300, 240)
    known, layout = pool.get_layout()
    assert known and layout.coded_height == 256
    buffer = None
    pool.set_active(False)


def caps_are_parsed():
    for _ in range(1000):
        info = GstVideo.VideoInfo.new()
        known, fourcc, modifier = GstZerocopy.caps_parse(Gst.Caps.from_string(CAPS), info)
        assert known and modifier == 0
        assert fourcc.to_bytes(4, 'little') == b'NV12'
        assert (info.width, info.height, info.fps_n) == (300, 240, 30)
        assert info.finfo.name == 'NV12'


def main():
    Gst.init(None)
    globals()[sys.argv[1].replace('-', '_')]()


main()
