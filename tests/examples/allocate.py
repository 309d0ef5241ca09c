#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""allocate.py [HEAP]: takes memory from a heap, reads it, and says which
dma-buf it is. Without HEAP the library chooses one, and says why."""

import os
import sys

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstAllocators', '1.0')
gi.require_version('GstZerocopy', '1.0')
from gi.repository import Gst, GstAllocators, GstZerocopy  # noqa: E402

SIZE = 640 * 480 * 4


def find_heap(name):
    if name:
        return next(heap for heap in GstZerocopy.Heap.list() if heap.get_name() == name)
    heap, why = GstZerocopy.Heap.choose(SIZE, GstZerocopy.HeapFlags.DMABUF, Gst.MapFlags.READ, None)
    print(why)
    return heap


def main():
    Gst.init(None)
    heap = find_heap(sys.argv[1] if len(sys.argv) > 1 else None)
    memory = heap.alloc(SIZE)

    mapped, info = memory.map(Gst.MapFlags.READ)
    assert mapped and info.size == SIZE, 'not mapped'
    first = bytes(info.data[:4])
    memory.unmap(info)

    fd = GstAllocators.dmabuf_memory_get_fd(memory)
    _, identity = GstZerocopy.memory_get_identity(memory)
    assert os.fstat(fd).st_ino == identity.ino, 'another dma-buf'
    print(f'{heap.get_name()}: {info.size} bytes, fd {fd}, dma-buf {identity.ino}, '
          f'begins with {first.hex()}')


main()
