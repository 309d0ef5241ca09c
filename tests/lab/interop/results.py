# SPDX-License-Identifier: LGPL-2.1-or-later
"""What came of cells, and the rule: no cell that upstream alone can do may be worse with one of
ours in it."""

import json

from elements import Cell


def parse(name):
    source, sink, size, format_name = name.split(':')
    width, height = size.split('x')
    return Cell(source, sink, (int(width), int(height)), format_name)


class Results:
    def __init__(self, path=None):
        self.of = {}
        if path:
            with open(path, encoding='utf-8') as file:
                for name, result in json.load(file).items():
                    self.of[parse(name)] = result

    def add(self, cell, result):
        self.of[cell] = result

    def write(self, path):
        """A line a cell."""
        lines = (f'{json.dumps(str(cell))}: {json.dumps(result, sort_keys=True)}'
                 for cell, result in self.of.items())
        with open(path, 'w', encoding='utf-8') as file:
            file.write('{\n' + ',\n'.join(lines) + '\n}\n')

    def why_worse(self, cell):
        """None, or in which way."""
        ours, upstreams = self.of.get(cell), self.of.get(cell.yardstick)
        if cell == cell.yardstick or not ours or not upstreams or upstreams['state'] != 'works':
            return None
        if ours['state'] == 'none':
            return f'{ours["lacks"]} has no such caps'
        if ours['state'] == 'fails':
            return f'fails: {ours["error"]}'
        if ours['copies'] and not upstreams['copies']:
            return f'{ours["copies"]} of {ours["frames"]} frames are copied'
        return None

    def worse(self, cells):
        found = ((cell, self.why_worse(cell)) for cell in cells)
        return [(cell, why) for cell, why in found if why]

    def count(self, cells):
        """By what is told of them, of those with one of ours."""
        counts = {'without a copy': 0, 'with copies': 0, 'failed': 0, 'without common caps': 0}
        for cell in cells:
            result = self.of.get(cell)
            if not result or not cell.ours:
                continue
            counts[kind(result)] += 1
        return counts


def kind(result):
    if result['state'] == 'works':
        return 'with copies' if result['copies'] else 'without a copy'
    return {'fails': 'failed', 'none': 'without common caps'}[result['state']]
