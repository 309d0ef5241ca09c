# SPDX-License-Identifier: LGPL-2.1-or-later
"""The machine that cells run on: its devices by what they are, its compositor, its streams."""

import fcntl
import glob
import os
import re
import struct
import subprocess
import time

VIDIOC_QUERYCAP = 0x80685600
CAPTURES = 0x00000001 | 0x00001000
OUTPUTS = 0x00000002 | 0x00002000

# kmssink, dmabufsink and the compositor must not ask for one card: it has none.
WESTON = ['weston', '--backend=headless', '--renderer=gl', '--idle-time=0', '--socket=interop']
ENVIRONMENT = {
    'G_DEBUG': '',  # criticals of upstream's are not the end of a cell
    'GST_GL_PLATFORM': 'egl',
    'GST_GL_WINDOW': 'surfaceless',
    'WAYLAND_DISPLAY': 'interop',
    'GST_TRACERS': 'zerocopy(format=none)',
}


def query(path):
    """(driver, capabilities) of a V4L2 node."""
    answer = bytearray(104)
    node = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.ioctl(node, VIDIOC_QUERYCAP, answer)
    finally:
        os.close(node)
    driver = answer[:16].split(b'\0')[0].decode()
    return driver, struct.unpack_from('I', answer, 88)[0]


def v4l2_ctl(path, *options):
    return subprocess.run(['v4l2-ctl', '-d', path, *options], check=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


class Machine:
    def __init__(self):
        self.cameras = []
        self.outputs = []
        for path in sorted(glob.glob('/dev/video*'), key=lambda path: (len(path), path)):
            driver, capabilities = query(path)
            if driver != 'vivid':
                continue
            if capabilities & CAPTURES:
                self.cameras.append(path)
            if capabilities & OUTPUTS:
                self.outputs.append(path)
        self.weston = None
        self.streams = {}

    def camera(self, size):
        """A webcam has the sizes of webcams; what captures HDMI scales to any."""
        return self.cameras[0 if size != (1918, 1078) else -1] if self.cameras else None

    def slow_down(self):
        """A camera that cannot keep up with its own rate leaves nobody the only CPU. HDMI has no
        slower timings than 24 frames a second: of these, it captures some."""
        listed = v4l2_ctl(self.cameras[-1], '--list-dv-timings')
        wanted = [timings.split()[0] for timings in listed.split('Index: ')[1:]
                  if re.search(r'Active width: 1920\b.*Active height: 1080\b.*progressive.*'
                               r'\(24\.00 frames', timings, re.DOTALL)]
        v4l2_ctl(self.cameras[-1], f'--set-dv-bt-timings=index={wanted[0]}')
        v4l2_ctl(self.cameras[-1], '-c', 'percentage_of_dropped_buffers=60')

    def reset_camera(self, size):
        """Colours that one pipeline asks for stay set: the next would not have to ask."""
        v4l2_ctl(self.camera(size),
                 '--set-fmt-video=width=640,height=480,pixelformat=YUYV,'
                 'colorspace=srgb,xfer=srgb,ycbcr=601,quantization=lim-range')

    def output(self):
        return self.outputs[0] if self.outputs else None

    def has(self, what):
        return {
            'camera': bool(self.cameras),
            'output': bool(self.outputs),
            'display': bool(glob.glob('/sys/class/drm/card*-Virtual-*')),
        }[what]

    def require(self, *things):
        for thing in things:
            if not self.has(thing):
                raise SystemExit(f'there is no {thing}')

    def start_weston(self):
        if self.weston:
            return
        with open('/tmp/weston.log', 'wb') as log:
            self.weston = subprocess.Popen(WESTON, stdout=log, stderr=log)
        socket = os.path.join(os.environ['XDG_RUNTIME_DIR'], 'interop')
        for _ in range(200):
            if os.path.exists(socket):
                time.sleep(1)  # its shell
                return
            time.sleep(0.05)
        raise RuntimeError('weston does not start: see /tmp/weston.log')

    def stop(self):
        if self.weston:
            self.weston.terminate()
            self.weston.wait()
            self.weston = None
