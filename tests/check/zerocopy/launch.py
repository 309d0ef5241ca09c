#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""launch.py TEST TOOL: what gst-zerocopy-launch and the tracer say of pipelines
that copy, and of those that do not."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOOL = sys.argv[2]
FRAMES = 'videotestsrc num-buffers=20 ! video/x-raw,format=YUY2,width=64,height=48'
BYTES = 64 * 48 * 2
PLANAR = 'num-buffers=10 ! video/x-raw,width=640,height=480,format=I420'
CAMERA = 'num-buffers=10 ! video/x-raw,width=1280,height=720,format=YUY2'


def skip(why):
    print(why)
    sys.exit(1 if 'LAB_VM_ROOT' in os.environ else 77)


def start(*arguments, tracers=None):
    environment = dict(os.environ)
    environment.pop('GST_TRACERS', None)
    if tracers:
        environment['GST_TRACERS'] = tracers
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, env=environment)


def finish(process, status=0):
    out, err = process.communicate()
    assert process.returncode == status, (process.returncode, status, out, err)
    return out, err


def launch(pipeline, *options, status=0):
    return finish(start(TOOL, *options, *pipeline.split()), status)[0]


def report(pipeline):
    return json.loads(launch(pipeline, '--format=json'))


def link_into(told, sink, pad='sink'):
    found = [link for link in told['links'] if link['sink'] == sink and link['sink-pad'] == pad]
    assert len(found) == 1, (sink, told)
    return found[0]


def element(told, name):
    found = [element for element in told['elements'] if element['name'] == name]
    assert len(found) == 1, (name, told)
    return found[0]


def expect_copies(told, sink, frames, size):
    link = link_into(told, sink)
    assert link['copied-by-sink'] == {'frames': frames, 'bytes': frames * size}, link
    assert f'copied by {sink}: ' in link['verdict'], link
    assert told['copied-frames'] == frames, told


def expect_zero_copy(told, frames):
    raw = [link for link in told['links'] if link['media'] == 'raw']
    assert raw and all(link['verdict'].startswith('zero copy') for link in raw), told
    assert all(link['frames'] == frames for link in raw), told
    assert told['copied-frames'] == 0, told


def needs_devices():
    if not os.path.exists('/dev/video0'):
        skip('there is no camera')


def an_encoder_that_copies_is_named():
    needs_devices()
    told = report(f'v4l2src {CAMERA} ! v4l2fwhtenc name=upstream ! fakesink')
    expect_copies(told, 'upstream', 10, 1280 * 720 * 2)
    assert link_into(told, 'upstream')['verdict'] == 'copied by upstream: 1 843 200 bytes a frame'


def an_encoder_that_imports_is_none():
    needs_devices()
    told = report(f'v4l2src {CAMERA} ! v4l2fwhtenc output-io-mode=dmabuf-import ! fakesink')
    expect_zero_copy(told, 10)


def a_camera_on_a_display_is_zero_copy():
    needs_devices()
    told = report('dmabufsrc num-buffers=10 ! video/x-raw(memory:DMABuf),width=640,height=480 ! '
                  'dmabufsink name=sink')
    expect_zero_copy(told, 10)
    link = link_into(told, 'sink')
    assert link['memory'] == 'dmabuf' and 2 <= link['dmabufs'] < 10, link
    assert link['dmabufs'] == link['distinct'], link


def a_camera_that_is_encoded_is_zero_copy():
    needs_devices()
    expect_zero_copy(report(f'dmabufsrc {CAMERA} ! dmabufenc ! fakesink'), 10)


def syncs_of_a_reader_are_counted():
    needs_devices()
    told = report(f'dmabufsrc io-mode=dmabuf-export {PLANAR} ! videoanalyse name=reader ! fakesink')
    expect_zero_copy(told, 10)
    reader = element(told, 'reader')
    # each plane is mapped by itself, while the others are
    assert reader['maps-read'] == 30 and reader['syncs'] == 20, reader


def syncs_of_gstreamers_own_dmabufs_are_counted():
    needs_devices()
    told = report(f'v4l2src io-mode=dmabuf {PLANAR} ! '
                  'videoanalyse name=reader ! fakesink')
    reader = element(told, 'reader')
    assert reader['syncs'] == 2 * reader['maps-read'] >= 20, reader


def who_reads_no_dmabuf_syncs_nothing():
    told = report('videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=64,height=48 ! '
                  'videoanalyse name=reader ! fakesink')
    assert element(told, 'reader')['syncs'] == 0, told


def a_conversion_is_a_copy():
    told = report(f'{FRAMES} ! videoconvert name=conversion ! video/x-raw,format=BGRx ! '
                  'fakesink name=sink')
    expect_copies(told, 'conversion', 20, BYTES)
    assert link_into(told, 'sink')['verdict'] == 'zero copy', told


def a_conversion_of_nothing_is_no_copy():
    expect_zero_copy(report(f'{FRAMES} ! videoconvert ! fakesink'), 20)


def identity_queue_and_tee_are_no_copies():
    told = report(f'{FRAMES} ! identity ! tee name=t ! queue ! fakesink name=a '
                  't. ! queue ! fakesink name=b')
    expect_zero_copy(told, 20)
    assert not element(told, 'a')['maps-read'], told


def one_that_reads_is_no_copy():
    told = report('videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=64,height=48 ! '
                  'videoanalyse name=reader ! fakesink')
    expect_zero_copy(told, 20)
    link = link_into(told, 'reader')
    assert link['read'] == 20 and link['verdict'] == 'zero copy, read by reader', link
    reader = element(told, 'reader')
    assert reader['maps-read'] >= 20 and reader['bytes-read'] >= 20 * 64 * 48, reader


def one_that_draws_in_place_is_no_copy():
    told = report(f'{FRAMES} ! videobalance name=painter saturation=0.5 ! fakesink')
    expect_zero_copy(told, 20)
    assert element(told, 'painter')['maps-write'] == 20, told


def drawing_on_a_shared_frame_is_a_copy():
    told = report(f'{FRAMES} ! tee name=t ! queue ! fakesink async=false '
                  't. ! queue ! videobalance name=painter saturation=0.5 ! fakesink async=false')
    assert link_into(told, 'painter')['copied-by-sink']['frames'] > 0, told


def a_coder_of_the_cpu_reads_and_copies_nothing():
    told = report(f'{FRAMES} ! jpegenc name=coder ! jpegdec ! fakesink')
    expect_zero_copy(told, 20)
    assert link_into(told, 'coder')['read'] == 20, told
    assert [link['media'] for link in told['links'] if link['src'] == 'coder'] == ['coded'], told


def a_mixer_copies_each_of_its_inputs():
    told = report(f'compositor name=mixer ! fakesink {FRAMES},format=AYUV ! mixer. '
                  f'{FRAMES},format=AYUV ! mixer.')
    for pad in 'sink_0', 'sink_1':
        link = link_into(told, 'mixer', pad)
        assert link['copied-by-sink']['frames'] >= 19, told


def bins_are_seen_through():
    told = report(f'{FRAMES} ! bin.( identity name=inside ) ! fakesink name=sink')
    assert link_into(told, 'sink')['src'] == 'inside', told
    assert link_into(told, 'inside')['src'].startswith('capsfilter'), told
    expect_zero_copy(told, 20)


def lists_of_buffers_are_counted():
    told = report('videotestsrc num-buffers=10 ! video/x-raw,format=RGBA,width=64,height=48 ! '
                  'rtpvrawpay ! fakesink name=sink')
    link = link_into(told, 'sink')
    assert link['media'] == 'other' and link['frames'] > 10, link


def files_are_pulled():
    with tempfile.TemporaryDirectory() as folder:
        launch(f'{FRAMES} ! jpegenc ! matroskamux ! filesink location={folder}/video')
        told = report(f'filesrc name=file location={folder}/video ! matroskademux name=demux ! '
                      'fakesink')
    link = link_into(told, 'demux')
    assert link['src'] == 'file' and link['frames'] > 0, link
    assert element(told, 'file')['maps-write'] > 0, told


def frames_that_are_kept_are_timed():
    told = report('videotestsrc num-buffers=3 ! identity name=slow sleep-time=20000 ! fakesink')
    slow = element(told, 'slow')
    assert slow['held-frames'] == 3, slow
    assert slow['held-longest-ns'] >= 20000000 and slow['held-total-ns'] >= 60000000, slow


def names_need_not_be_plain():
    told = json.loads(finish(start(
        TOOL, '--format=json', 'videotestsrc', 'num-buffers=3', '!', 'fakesink',
        'name="a\\"b\\\\c"'))[0])
    assert [link['sink'] for link in told['links']] == ['a"b\\c'], told


def audio_is_not_judged():
    told = report('audiotestsrc num-buffers=5 ! audioconvert ! audio/x-raw,format=F64LE ! fakesink')
    assert told['copied-frames'] == 0 and told['frames'] == 0, told
    assert {link['verdict'] for link in told['links']} == {'not video'}, told


def the_status_says_that_a_frame_was_copied():
    copying = f'{FRAMES} ! videoconvert ! video/x-raw,format=BGRx ! fakesink'
    launch(copying, '--require-zero-copy', status=3)
    launch(copying)
    launch(f'{FRAMES} ! fakesink', '--require-zero-copy')


def the_status_says_that_nothing_was_proved():
    launch('audiotestsrc num-buffers=5 ! fakesink', '--require-zero-copy', status=3)


def the_status_says_that_the_pipeline_failed():
    launch('videotestsrc ! identity error-after=5 ! fakesink', status=1)
    launch('videotestsrc ! nonesuch', status=2)
    launch('', status=2)


def an_interrupt_ends_the_stream():
    with tempfile.TemporaryDirectory() as folder:
        process = start(TOOL, *f'videotestsrc is-live=true ! jpegenc ! matroskamux ! '
                        f'filesink location={folder}/video'.split())
        while not os.path.exists(f'{folder}/video') or not os.path.getsize(f'{folder}/video'):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out = finish(process)[0]
        assert 'zerocopy: 0 of ' in out, out
        launch(f'filesrc location={folder}/video ! matroskademux ! jpegdec ! fakesink')


def a_graph_has_copies_in_red():
    with tempfile.TemporaryDirectory() as folder:
        launch(f'{FRAMES} ! videoconvert ! video/x-raw,format=BGRx ! fakesink',
               f'--dot={folder}/graph')
        with open(f'{folder}/graph', encoding='utf-8') as file:
            lines = file.read().splitlines()
    red = [line for line in lines if 'color=red' in line]
    assert lines[0] == 'digraph zerocopy {' and lines[-1] == '}', lines
    assert len(red) == 1 and '-> "pipeline0/videoconvert0"' in red[0], lines


def a_table_has_a_line_for_each_link():
    out = launch(f'{FRAMES} ! videoconvert ! video/x-raw,format=BGRx ! fakesink')
    lines = [line for line in out.splitlines() if ' -> ' in line]
    assert len(lines) == 4, out
    assert lines[1].endswith('copied by videoconvert0: 6 144 bytes a frame'), lines
    assert out.startswith('zerocopy: 20 of 80 video frames were copied'), out


def gst_launch(tracers, pipeline):
    if not shutil.which('gst-launch-1.0'):
        skip('there is no gst-launch-1.0')
    return start('gst-launch-1.0', '-q', *pipeline.split(), tracers=tracers)


def any_program_can_be_traced():
    err = finish(gst_launch('zerocopy', f'{FRAMES} ! fakesink'))[1]
    assert err.count('zero copy') == 2, err


def a_report_goes_to_a_file():
    with tempfile.TemporaryDirectory() as folder:
        err = finish(gst_launch(f'zerocopy(format=json,file={folder}/report)',
                                f'{FRAMES} ! fakesink name=sink'))[1]
        assert 'zero copy' not in err, err
        with open(f'{folder}/report', encoding='utf-8') as file:
            expect_zero_copy(json.load(file), 20)


def a_format_that_is_not_known_is_told():
    err = finish(gst_launch('zerocopy(format=yaml)', f'{FRAMES} ! fakesink'))[1]
    assert 'no format yaml' in err and 'zero copy' in err, err


def a_signal_asks_for_a_report():
    process = gst_launch('zerocopy', 'videotestsrc is-live=true ! fakesink')
    while True:
        time.sleep(0.3)
        process.send_signal(signal.SIGUSR1)
        line = process.stderr.readline()
        if line.startswith('zerocopy: 0 of '):
            break
        assert process.poll() is None, line
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert ' -> ' in finish(process)[1]


globals()[sys.argv[1].replace('-', '_')]()
