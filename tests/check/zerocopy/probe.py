#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""probe.py TEST TOOL: what gst-zerocopy-probe says of machines and of the ways
between their devices."""

import json
import os
import subprocess
import sys
import tempfile

TOOL = sys.argv[2]
CARD = '/dev/dri/card0'
NOTHING = ('unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /dev && exec "$@"', 'sh')


def skip(why):
    print(why)
    sys.exit(1 if 'LAB_VM_ROOT' in os.environ else 77)


def needs_devices():
    if not os.path.exists('/dev/video0'):
        skip('there is no camera')


def run(*options, status=0, before=(), **variables):
    done = subprocess.run([*before, TOOL, *options], text=True, stdin=subprocess.DEVNULL,
                          capture_output=True, env={**os.environ, **variables}, check=False)
    assert done.returncode == status, (done.returncode, status, done.stdout, done.stderr)
    return done


def words(*options, **how):
    return run(*options, **how).stdout


def probe(*options, **how):
    return json.loads(words('--json', *options, **how))


def pairs(*options, **how):
    needs_devices()
    return probe(*options, **how)['pairs']


def only(items):
    assert len(items) == 1, items
    return items[0]


def trial(*options, **how):
    return only(only(pairs(*options, **how))['formats'])


def expect_zero_copy(tried, paths, frames=10):
    assert tried['verdict'] == 'zero copy' and tried['copies'] == 0, tried
    assert tried['frames'] == frames and tried['error'] == '', tried
    assert [(step['element'], step['path']) for step in tried['steps']] == paths, tried


def a_listing_names_devices_and_heaps():
    needs_devices()
    told = probe('--no-run')
    devices = {device['name']: device for device in told['devices']}
    assert devices['camera:/dev/video0']['label'] == 'vivid', told
    assert 'NV12' in devices['camera:/dev/video0']['gives'], told
    for codec, pictures in ('encoder:/dev/video1', 'takes'), ('decoder:/dev/video2', 'gives'):
        assert devices[codec]['label'] == 'vicodec', told
        assert devices[codec]['coded'] == ['video/x-fwht'], told
        assert 'NV12' in devices[codec][pictures], told
    assert devices['converter:/dev/video4']['label'] == 'vim2m', told
    assert devices['display:/dev/dri/card0:Virtual-1']['label'] == 'vkms', told
    assert 'BGRx' in devices['display:/dev/dri/card0:Virtual-1']['takes'], told
    assert {'system', 'udmabuf', 'card0', 'user'} <= {heap['name'] for heap in told['heaps']}, told
    assert not told['missing'] and not told['pairs'], told
    assert not any('DMA_DRM' in device['gives'] for device in told['devices']), told


def what_is_of_no_use_says_why():
    needs_devices()
    trouble = {device['path']: device['trouble'] for device in probe('--no-run')['devices']}
    assert 'media-controller' in trouble['/dev/video5'], trouble
    assert 'request API' in trouble['/dev/video8'], trouble


def a_camera_is_shown_without_a_copy():
    tried = trial('--from=camera', '--to=display', '--format=BGRx')
    expect_zero_copy(tried, [('dmabufsrc', 'dmabuf-import'), ('dmabufsink', 'scanout-pool')])
    assert (tried['width'], tried['height']) == (640, 480), tried


def a_camera_is_encoded_without_a_copy():
    expect_zero_copy(trial('--from=camera', '--to=encoder', '--format=NV12', '--size=1280x720'),
                     [('dmabufsrc', 'dmabuf-import'), ('dmabufenc', 'dmabuf-import')])


def a_decoder_is_fed_by_an_encoder():
    tried = trial('--from=decoder', '--to=display', '--format=BGRx')
    expect_zero_copy(tried, [('dmabufdec', ''), ('dmabufsink', 'dmabuf-import')])


def a_decoder_without_an_encoder_is_not_tried():
    needs_devices()
    told = probe('--from=decoder', '--to=cpu', before=(
        'unshare', '-m', 'sh', '-c', 'mount --bind /dev/null /dev/video1 && exec "$@"', 'sh'))
    assert 'decoder:/dev/video2' in [device['name'] for device in told['devices']], told
    pair = only(told['pairs'])
    assert 'no encoder of this machine' in pair['skipped'] and not pair['formats'], pair


def a_converter_converts():
    tried = trial('--from=producer', '--to=converter', '--format=RGB16')
    expect_zero_copy(tried, [('dmabufconvert', 'dmabuf-import')])
    made = tried['launch'].split(' ! ')[-2]
    assert 'format=' in made and 'RG16' not in made and 'format=RGB16' not in made, tried


def all_formats_of_both_are_tried():
    tried = only(pairs('--from=camera', '--to=converter', '--frames=3'))['formats']
    assert {each['format'] for each in tried} == {'RGB16', 'RGB', 'BGR'}, tried


def each_source_is_tried_with_each_sink():
    tried = {(pair['from'].split(':')[0], pair['to'].split(':')[0])
             for pair in pairs('--format=RGB', '--frames=3')}
    sinks = {'display', 'encoder', 'converter', 'cpu'}
    assert tried == ({(source, sink) for source in ('camera', 'decoder', 'producer')
                      for sink in sinks} - {('producer', 'cpu')}), tried


def commands_that_are_told_can_be_run():
    lines = [tried['launch'] for pair in pairs('--format=RGB', '--frames=4')
             for tried in pair['formats']]
    assert len(lines) >= 4, lines
    for line in lines:
        done = subprocess.run(['sh', '-c', line], text=True, capture_output=True, check=False)
        assert done.returncode == 0 and 'ERROR' not in done.stderr, (line, done)


def frames_are_as_many_as_are_wanted():
    tried = trial('--from=camera', '--to=cpu', '--format=NV12', '--frames=25')
    assert tried['frames'] == 25, tried
    assert tried['cost']['frames'] == 23 and tried['cost']['elapsed-us'] > 0, tried


def a_camera_that_has_another_size_alone_gives_that():
    tried = trial('--from=camera', '--to=display', '--format=BGRx')
    assert tried['verdict'] == 'zero copy', tried
    assert (tried['width'], tried['height']) == (720, 576), tried


def a_size_that_a_camera_lacks_is_told():
    tried = trial('--from=camera', '--to=cpu', '--format=NV12', '--size=1000x700')
    assert tried['verdict'] == 'failed' and 'does not have it in 1000x700' in tried['error'], tried
    assert tried['launch'] == '' and tried['frames'] == 0, tried


def the_status_says_that_a_pair_copies():
    copying = ('--from=decoder', '--to=cpu', '--format=NV12', '--size=1278x718')
    tried = trial(*copying)
    assert tried['verdict'] == 'copied' and tried['copies'] == 10, tried
    assert tried['bytes-copied'] >= 10 * 1278 * 718 * 3 / 2, tried
    assert 'were copied' in run(*copying, '--require-zero-copy', status=3).stderr
    run('--from=decoder', '--to=cpu', '--format=NV12', '--require-zero-copy')


def the_status_says_that_nothing_was_proved():
    assert 'nothing is proved' in run('--no-run', '--require-zero-copy', status=3).stderr


def a_busy_display_is_told_and_the_rest_is_tried():
    needs_devices()
    probe('--no-run')  # has the monitors asked for; after that the holder is master
    holder = os.open(CARD, os.O_RDWR)
    told = probe('--from=camera', '--format=NV12')
    display = only([device for device in told['devices'] if device['kind'] == 'display'])
    assert display['busy'] and 'python3 (pid' in display['trouble'], display
    tried = {pair['to'].split(':')[0]: pair for pair in told['pairs']}
    assert 'in use' in tried['display']['skipped'], told
    assert only(tried['encoder']['formats'])['verdict'] == 'zero copy', told
    assert '  busy' in words('--from=camera', '--to=display').splitlines()[-1]
    os.close(holder)


def a_busy_card_that_nobody_has_asked_for_monitors_is_told():
    needs_devices()
    holder = os.open(CARD, os.O_RDWR)
    card = only([device for device in probe('--no-run')['devices'] if device['path'] == CARD])
    assert card['busy'] and 'errno 16' in card['trouble'], card
    assert 'python3 (pid' in card['trouble'], card
    os.close(holder)


def a_machine_with_nothing_says_what_is_missing():
    needs_devices()
    told = probe(before=NOTHING)
    for what in '/dev/video*', '/dev/dri/card*', '/dev/dma_heap', '/dev/udmabuf', 'camera':
        only([line for line in told['missing'] if line.startswith(f'no {what}:')])
    assert [heap['name'] for heap in told['heaps']] == ['user'], told
    assert not told['pairs'], told
    assert 'modprobe vivid' in words(before=NOTHING)


def who_may_not_open_devices_is_told_how():
    needs_devices()
    told = probe('--no-run', before=('setpriv', '--reuid=65534', '--clear-groups'),
                 GST_REGISTRY='/tmp/other')
    for device in told['devices']:
        if device['path']:
            assert 'errno 13' in device['trouble'] and 'udev rule' in device['trouble'], device
    assert any('cannot be opened' in line for line in told['missing']), told
    assert not any('no camera' in line for line in told['missing']), told


def words_have_a_table():
    needs_devices()
    out = words('--from=camera', '--to=display', '--format=BGRx').splitlines()
    assert out[-2].split() == ['from', '\\', 'to', 'display:/dev/dri/card0:Virtual-1'], out
    assert out[-1].split(maxsplit=1) == ['camera:/dev/video0', 'zero copy'], out
    assert any(line.endswith('ms of CPU a frame') for line in out), out
    assert any(line.startswith('    gst-launch-1.0 dmabufsrc ') for line in out), out


def wrong_options_are_told():
    for options, why in ((['--format=nonesuch'], 'no format'), (['--size=640'], 'no size'),
                         (['--size=0x480'], 'no size'), (['--frames=2'], '3 frames'),
                         (['something'], 'no option'), (['--from=nonesuch'], 'nothing called'),
                         (['--to=producer:'], 'nothing called')):
        assert why in run('--no-run', *options, status=2).stderr, options


def plugins_that_are_missing_are_told():
    with tempfile.TemporaryDirectory() as folder:
        told = probe('--no-run', GST_PLUGIN_PATH=folder, GST_REGISTRY=folder + '/registry')
    assert any('no element dmabufsrc:' in line for line in told['missing']), told


globals()[sys.argv[1].replace('-', '_')]()
