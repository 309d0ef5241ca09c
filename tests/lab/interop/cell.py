# SPDX-License-Identifier: LGPL-2.1-or-later
"""One cell: a pipeline, run in a process of its own, and what is to be said of it.

The result is a dict: state is `works`, `fails` or `none` (they have no caps in common); with the
first, frames, copies (frames that the CPU copied between the two), memory, caps, path, why."""

import json
import os
import select
import signal
import sys
import traceback

import gi

gi.require_version('Gst', '1.0')
from gi.repository import GLib, Gst  # noqa: E402

import dmabufs  # noqa: E402
from elements import FORMATS, FRAMES, SINKS, SOURCES  # noqa: E402
from machine import ENVIRONMENT  # noqa: E402

SECONDS = 12


def size_caps(size):
    return f'width={size[0]},height={size[1]}'


def caps_text(cell):
    """Both spellings, so that elements choose."""
    size = size_caps(cell.size) + SOURCES[cell.source].demand
    return (f'video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format={FORMATS[cell.format]},{size};'
            f'video/x-raw,format={cell.format},{size}')


def other_caps(cell):
    return f'video/x-raw,format=RGB,{size_caps(cell.size)}'


def fill(text, cell, machine):
    return text.format(
        camera=machine.camera(cell.size), output=machine.output(),
        frames=FRAMES, format=cell.format, size=size_caps(cell.size), other=other_caps(cell),
        stream=machine.streams.get((cell.format, cell.size)))


def describe(cell, machine):
    source, sink = SOURCES[cell.source], SINKS[cell.sink]
    return (f'{fill(source.pipeline, cell, machine)} ! '
            f'capsfilter name=caps caps="{caps_text(cell)}" ! {fill(sink.pipeline, cell, machine)}')


class Run:
    """In the child."""

    def __init__(self, cell, machine):
        self.cell = cell
        self.pipeline = parse(describe(cell, machine))
        self.src, self.sink, self.caps = (
            self.pipeline.get_by_name(name) for name in ('src', 'sink', 'caps'))

    def lacking(self):
        """Which of both has not got this format and size at all; with devices open."""
        wanted = Gst.Caps.from_string(caps_text(self.cell))
        for element, name in (self.src, 'src'), (self.sink, 'sink'):
            if element.set_state(Gst.State.READY) == Gst.StateChangeReturn.FAILURE:
                continue  # it says why, soon
            pad = element.get_static_pad(name)
            if not pad.query_caps(None).can_intersect(wanted):
                return none_of(self.cell, pad.get_name())
        return None

    def feed(self):
        wanted = dmabufs.choose_caps(self.sink.get_static_pad('sink'), self.cell)
        dmabufs.feed(self.src, wanted, self.cell, FRAMES)

    def drain(self):
        while True:
            sample = self.sink.emit('try-pull-sample', 100 * Gst.MSECOND)
            if not sample:
                return
            buffer = sample.get_buffer()
            mapped, info = buffer.map(Gst.MapFlags.READ)
            if not mapped:
                raise RuntimeError('a frame cannot be mapped')
            buffer.unmap(info)

    def play(self):
        """None, or the error."""
        bus = self.pipeline.get_bus()
        if self.cell.source == 'appsrc':
            self.feed()
        self.pipeline.set_state(Gst.State.PLAYING)
        while True:
            if self.cell.sink == 'appsink':
                self.drain()
            message = bus.timed_pop_filtered(
                100 * Gst.MSECOND, Gst.MessageType.ERROR | Gst.MessageType.EOS)
            if message and message.type == Gst.MessageType.ERROR:
                error, debug = message.parse_error()
                return f'{message.src.get_name()}: {error.message} ({last_line(debug)})'
            if message:
                return None

    def told(self):
        for tracer in Gst.tracing_get_active_tracers():
            if type(tracer).__name__.endswith('ZerocopyTracer'):
                return json.loads(tracer.get_property('json'))
        raise RuntimeError('there is no tracer zerocopy')

    def outcome(self):
        lacks = self.lacking()
        if lacks:
            return lacks
        error = self.play()
        return {'state': 'fails', 'error': error} if error else self.told_result()

    def told_result(self):
        links = self.told()['links']
        out = [link for link in links if link['src'] == 'src']
        into = [link for link in links if link['sink'] == 'sink']
        if not out or not into or into[0]['frames'] == 0:
            return {'state': 'fails', 'error': 'the stream ended without a frame'}
        if into[0]['frames'] < 2:  # others may have been late
            return {'state': 'fails', 'error': f'{into[0]["frames"]} of {FRAMES} frames came'}
        caps = self.sink.get_static_pad('sink').get_current_caps()
        feature = caps and caps.get_features(0).to_string() or ''
        result = {
            'state': 'works',
            'frames': into[0]['frames'],
            'copies': self.copies(out[0], into[0]),
            'memory': into[0]['memory'],
            'caps': 'DMABuf' if 'DMABuf' in feature else 'plain',
        }
        return result | self.words()

    def copies(self, out, into):
        copies = out['copied-by-src']['frames']
        if not SINKS[self.cell.sink].computes:
            copies += into['copied-by-sink']['frames']
        of_stats = sum(stat(element, name) for element, what in self.parts()
                       for name in what.copies)
        return max(copies, of_stats)

    def parts(self):
        return (self.src, SOURCES[self.cell.source]), (self.sink, SINKS[self.cell.sink])

    def words(self):
        words = {}
        for (element, what), side in zip(self.parts(), ('source', 'sink')):
            for name, field in (f'{side}-path', what.path), (f'{side}-why', what.why):
                text = field and element.get_property('stats').get_string(field)
                if text and text != 'none':
                    words[name] = text
        return words


def stat(element, name):
    return element.get_property('stats').get_value(name)


def last_line(text):
    return (text or '').strip().splitlines()[-1] if text else ''


def none_of(cell, side):
    """SIDE, src or sink, has no such caps."""
    return {'state': 'none', 'side': side, 'lacks': cell.source if side == 'src' else cell.sink}


class NoLink(Exception):
    """Templates of caps say already that they cannot."""


def parse(text):
    try:
        return Gst.parse_launch(text)
    except GLib.Error as error:
        for side, link in ('src', 'src to caps'), ('sink', 'caps to sink'):
            if f'could not link {link}' in error.message:
                raise NoLink(side) from error
        raise


def judge(cell, machine):
    """In the child: the result."""
    Gst.init(None)
    try:
        run = Run(cell, machine)
    except NoLink as side:
        return none_of(cell, str(side))
    result = run.outcome()
    run.pipeline.set_state(Gst.State.NULL)
    return result


def child(cell, machine, log, answer):
    os.environ.update(ENVIRONMENT)
    for stream in 1, 2:
        os.dup2(log, stream)
    try:
        result = judge(cell, machine)
    except BaseException as error:  # whatever it is, the table has to say it
        traceback.print_exc()
        result = {'state': 'fails', 'error': f'{type(error).__name__}: {error}'}
    os.write(answer, json.dumps(result).encode())
    os.close(answer)
    sys.stderr.flush()
    os._exit(0)


def wait_for(pid, answer):
    """What the child says; how it ended if it says nothing."""
    ready = select.select([answer], [], [], SECONDS)[0]
    text = os.read(answer, 65536) if ready else b''
    os.close(answer)
    if not text:
        os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    if text:
        return json.loads(text)
    if not ready:
        return {'state': 'fails', 'error': f'no end after {SECONDS} s'}
    return {'state': 'fails', 'error': f'it died of signal {os.WTERMSIG(status)}'}


def last_words(log, start):
    """What the child said of why it died."""
    lines = os.pread(log, 1 << 16, start).decode(errors='replace').strip().splitlines()
    return lines[-1] if lines else 'without a word'


def run(cell, machine, log):
    """Runs CELL; what its process says goes to the descriptor LOG."""
    start = os.fstat(log).st_size
    answer, answers = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(answer)
        child(cell, machine, log, answers)
    os.close(answers)
    result = wait_for(pid, answer)
    if 'it died' in result.get('error', ''):
        result['error'] += f': {last_words(log, start)}'
    return result
