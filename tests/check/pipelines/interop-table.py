#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""interop-table.py TEST: what ./lab interop finds out, and how it judges that."""

import json
import os
import subprocess
import sys
import tempfile

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
INTEROP = os.path.join(TREE, 'tests/lab/interop')
sys.path.insert(0, INTEROP)
sys.dont_write_bytecode = True

import document  # noqa: E402
from elements import all_cells  # noqa: E402
from results import Results, parse  # noqa: E402

OURS = parse('dmabufsrc:dmabufsink:640x480:NV12')
GOOD = {'state': 'works', 'frames': 8, 'copies': 0, 'memory': 'dmabuf', 'caps': 'plain'}
COPIED = GOOD | {'copies': 8}
FAILED = {'state': 'fails', 'error': 'it broke'}
NONE = {'state': 'none', 'lacks': 'dmabufsink'}


def results_of(ours, upstreams):
    results = Results()
    results.add(OURS, ours)
    results.add(OURS.yardstick, upstreams)
    return results


def why(ours, upstreams):
    return results_of(ours, upstreams).why_worse(OURS)


def skip(reason):
    print(reason)
    sys.exit(1 if 'LAB_VM_ROOT' in os.environ else 77)


def run(*cells, status=0):
    """The results of the cells and their yardsticks."""
    if not os.path.exists('/dev/video0'):
        skip('there is no camera')
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [f'{INTEROP}/main.py', f'--results={folder}/json', f'--document={folder}/md', *cells],
            capture_output=True, text=True, check=False)
        assert done.returncode == status, (done.stdout, done.stderr)
        with open(f'{folder}/md', encoding='utf-8') as file:
            assert '| **dmabufsrc** |' in file.read()
        with open(f'{folder}/json', encoding='utf-8') as file:
            return json.load(file)


def each_cell_is_held_against_upstream_alone():
    for cell in all_cells():
        assert not cell.yardstick.ours, cell
    assert str(OURS.yardstick) == 'v4l2src:kmssink:640x480:NV12'


def what_fails_where_upstream_works_is_worse():
    assert 'it broke' in why(FAILED, GOOD)
    assert 'it broke' in why(FAILED, COPIED)


def what_copies_where_upstream_does_not_is_worse():
    assert why(COPIED, GOOD) == '8 of 8 frames are copied'
    assert why(GOOD | {'copies': 1}, GOOD) == '1 of 8 frames are copied'


def what_is_not_offered_where_upstream_works_is_worse():
    assert 'dmabufsink' in why(NONE, GOOD)


def what_upstream_cannot_do_is_no_yardstick():
    for upstreams in FAILED, NONE:
        for ours in GOOD, COPIED, FAILED, NONE:
            assert why(ours, upstreams) is None, (ours, upstreams)
    for ours in GOOD, COPIED:
        assert why(ours, COPIED) is None, ours
    assert why(GOOD, GOOD) is None


def a_table_names_what_is_worse():
    text = '\n'.join(document.text(results_of(COPIED, GOOD)))
    assert '| dmabufsrc | dmabufsink | 640x480 | NV12 | 8 of 8 frames are copied |' in text, text
    assert 'is worse with ours' not in text, text


def a_table_says_what_came_of_cells():
    text = '\n'.join(document.text(results_of(GOOD, FAILED)))
    rows = {line.split(' | ')[0]: line.split(' | ')[1:] for line in text.splitlines()
            if line.startswith('| ')}
    assert rows['| **dmabufsrc**'][0] == '0<br>dmabuf', rows
    assert rows['| v4l2src'][1] == 'fails', rows
    assert 'is worse with ours' in text, text


def results_are_read_as_they_were_written():
    with tempfile.TemporaryDirectory() as folder:
        results_of(COPIED, FAILED).write(f'{folder}/json')
        assert Results(f'{folder}/json').of == results_of(COPIED, FAILED).of


def cells_without_a_copy_are_told():
    told = run('dmabufsrc:dmabufsink:640x480:BGRx', 'appsrc:dmabufenc:1280x720:NV12')
    assert len(told) == 4, told
    ours = told['dmabufsrc:dmabufsink:640x480:BGRx']
    assert ours['copies'] == 0 and ours['frames'] == 8 and ours['memory'] == 'dmabuf', ours
    assert ours['source-path'] == 'dmabuf-import', ours
    assert told['appsrc:dmabufenc:1280x720:NV12']['copies'] == 0, told


def copies_are_told():
    told = run('v4l2src:v4l2fwhtenc:1280x720:YUY2')
    assert told['v4l2src:v4l2fwhtenc:1280x720:YUY2']['copies'] == 8, told


def what_fails_and_what_is_not_offered_is_told():
    told = run('dmabufsrc:v4l2fwhtenc:640x480:YUY2', 'dmabufsrc:dmabufenc:640x480:P010_10LE')
    if int(os.uname().release.split('.')[0]) >= 7:  # it starts on what was before
        assert 'Buffer pool' in told['dmabufsrc:v4l2fwhtenc:640x480:YUY2']['error'], told
    assert told['dmabufsrc:dmabufenc:640x480:P010_10LE']['lacks'] == 'dmabufsrc', told


globals()[sys.argv[1].replace('-', '_')]()
