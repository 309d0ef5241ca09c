# SPDX-License-Identifier: LGPL-2.1-or-later
"""What decoders are fed with: files that our encoder makes, once a format and size."""

import os
import subprocess

from elements import FRAMES, RATE


def prepare(machine, name, size, log):
    if (name, size) in machine.streams:
        return
    path = f'/tmp/{name}-{size[0]}x{size[1]}.gdp'
    subprocess.run(
        ['gst-launch-1.0', '-q', 'videotestsrc', f'num-buffers={FRAMES}', '!',
         f'video/x-raw,format={name},width={size[0]},height={size[1]},framerate={RATE}/1',
         '!', 'dmabufenc', '!', 'gdppay', '!', 'filesink', f'location={path}'],
        stdout=log, stderr=log, timeout=60, check=True,
        env={key: value for key, value in os.environ.items() if key != 'GST_TRACERS'})
    machine.streams[name, size] = path
