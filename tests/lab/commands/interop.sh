# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later

# A webcam, and beside it what captures HDMI (and has any size) and an output.
INTEROP_APPEND='vivid.n_devs=2 vivid.node_types=0x1,0x101 vivid.num_inputs=1,1 vivid.input_types=0,3 vivid.num_outputs=0,1 vivid.output_types=0,1'
