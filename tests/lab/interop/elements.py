# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is combined: sources, sinks, sizes and formats, as data.

A description's element under test is called `src` or `sink`. What is in braces is filled in by
`machine.py` (devices) and `cell.py` (the rest). `counterpart` is upstream's element that does the
same; an element without one is judged with itself in its place."""

from dataclasses import dataclass

FRAMES = 8
RATE = 10  # frames a second: slow machines decode as many
# A camera that cannot keep up leaves nobody the only CPU.
SLOW = ',framerate=[1/1,25/1]'
SIZES = [(640, 480), (1280, 720), (1918, 1078), (1920, 1080)]

# GStreamer's names, and DRM's.
FORMATS = {
    'YUY2': 'YUYV',
    'NV12': 'NV12',
    'I420': 'YU12',
    'BGRx': 'XR24',
    'RGB16': 'RG16',
    'P010_10LE': 'P010',
}


@dataclass(frozen=True)
class Element:
    name: str
    # For gst_parse_launch().
    pipeline: str
    ours: bool = False
    counterpart: str = ''
    # Of `stats`: frames that the CPU copied, which way was taken, why not a better one.
    copies: tuple = ()
    path: str = ''
    why: str = ''
    # Further caps, between the two.
    demand: str = ''
    # The formats that it can have at all; None: what its pads say.
    formats: tuple = None
    # Reads pixels by its nature: that its output lies elsewhere is no copy.
    computes: bool = False
    remark: str = ''


# Else vim2m takes 40 ms for a frame, and elements drop what comes late.
QUICK = 'c,transaction_time_msec=1'
CODED = 'filesrc location={stream} ! gdpdepay ! '
CONVERTED = 'videotestsrc num-buffers={frames} ! video/x-raw,format=RGB,{size} ! '
ENCODED = ('YUY2', 'NV12', 'I420', 'BGRx')
CONVERTIBLE = ('YUY2', 'RGB16')

SOURCES = {element.name: element for element in [
    Element('dmabufsrc', 'dmabufsrc name=src device={camera} num-buffers={frames}',
            ours=True, counterpart='v4l2src', copies=('copies',), path='path', why='refused',
            demand=SLOW),
    Element('v4l2src', 'v4l2src name=src device={camera} num-buffers={frames}',
            demand=SLOW),
    Element('dmabufdec', CODED + 'dmabufdec name=src', ours=True, counterpart='v4l2fwhtdec',
            copies=('pictures-copied',), formats=ENCODED),
    Element('v4l2fwhtdec', CODED + 'v4l2fwhtdec name=src', formats=ENCODED),
    Element('dmabufconvert', CONVERTED + 'dmabufconvert name=src controls=' + QUICK, ours=True,
            counterpart='v4l2convert', copies=('copies-out',), formats=CONVERTIBLE,
            remark='of RGB that videotestsrc draws'),
    Element('v4l2convert', CONVERTED + 'v4l2convert name=src extra-controls=' + QUICK,
            formats=CONVERTIBLE, remark='of RGB that videotestsrc draws'),
    Element('videotestsrc', 'videotestsrc name=src num-buffers={frames}'),
    Element('appsrc', 'appsrc name=src format=time',
            remark='an application with dma-bufs of the heap `system`, another for each frame'),
]}

SINKS = {element.name: element for element in [
    Element('dmabufsink', 'dmabufsink name=sink', ours=True, counterpart='kmssink',
            copies=('copies', 'blends'), path='path', why='copy-reason'),
    Element('kmssink', 'kmssink name=sink driver-name=vkms'),
    Element('dmabufenc', 'dmabufenc name=sink ! fakesink', ours=True, counterpart='v4l2fwhtenc',
            copies=('copies',), path='input', why='input-refused'),
    Element('v4l2fwhtenc', 'v4l2fwhtenc name=sink ! fakesink'),
    Element('dmabufconvert', 'dmabufconvert name=sink controls=' + QUICK + ' ! {other} ! fakesink',
            ours=True, counterpart='v4l2convert', copies=('copies',), path='input',
            why='input-refused', formats=CONVERTIBLE, remark='to RGB'),
    Element('v4l2convert', 'v4l2convert name=sink extra-controls=' + QUICK +
            ' ! {other} ! fakesink', formats=CONVERTIBLE, remark='to RGB'),
    Element('v4l2sink', 'v4l2sink name=sink device={output}'),
    Element('waylandsink', 'waylandsink name=sink', remark='weston on Mesa\'s llvmpipe'),
    Element('glupload', 'glupload name=sink ! fakesink', remark='Mesa\'s llvmpipe'),
    Element('videoconvert', 'videoconvert name=sink ! {other} ! fakesink', computes=True,
            remark='to RGB'),
    Element('appsink', 'appsink name=sink sync=false caps=video/x-raw,format={format}',
            remark='an application that reads'),
]}


@dataclass(frozen=True)
class Cell:
    source: str
    sink: str
    size: tuple
    format: str

    @property
    def ours(self):
        return SOURCES[self.source].ours or SINKS[self.sink].ours

    @property
    def yardstick(self):
        """The same with upstream's elements alone."""
        return Cell(SOURCES[self.source].counterpart or self.source,
                    SINKS[self.sink].counterpart or self.sink, self.size, self.format)

    def __str__(self):
        width, height = self.size
        return f'{self.source}:{self.sink}:{width}x{height}:{self.format}'


def all_cells():
    """Every one that makes sense: a converter does not feed itself."""
    for source in SOURCES.values():
        for sink in SINKS.values():
            for size in SIZES:
                for name in FORMATS:
                    yield Cell(source.name, sink.name, size, name)
