#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs pipelines of two elements, one of them ours, and upstream's alone, and tells which work,
which copy, and which are worse with ours than without."""

import argparse
import fnmatch
import sys

sys.dont_write_bytecode = True  # not into the tree

import cell as cells  # noqa: E402
import document  # noqa: E402
from elements import SINKS, SOURCES, all_cells  # noqa: E402
from machine import Machine  # noqa: E402
from results import Results  # noqa: E402
import streams  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(prog='./lab interop', description=__doc__)
    parser.add_argument('cells', nargs='*', metavar='SOURCE:SINK:SIZE:FORMAT',
                        help='only these cells, with * and ? (each with its yardstick)')
    parser.add_argument('--list', action='store_true', help='name the cells, and run none')
    parser.add_argument('--document', metavar='FILE', help='where the table goes')
    parser.add_argument('--results', metavar='FILE', help='where the results go, as JSON')
    parser.add_argument('--from', dest='earlier', metavar='FILE',
                        help='take the results of all other cells from there')
    parser.add_argument('--table', action='store_true', help='run none: only what --from has')
    return parser.parse_args()


def matches(cell, patterns):
    name = str(cell)
    return any(fnmatch.fnmatchcase(name, pattern + '*') for pattern in patterns)


def choose(patterns):
    """In the order of all; whoever is compared with another needs that too."""
    chosen = {cell for cell in all_cells() if not patterns or matches(cell, patterns)}
    chosen |= {cell.yardstick for cell in chosen}
    return [cell for cell in all_cells() if cell in chosen]


class Lacking:
    """Who was found to lack what: it is not asked again, before another."""

    def __init__(self):
        self.known = set()

    def find(self, cell):
        for side, name, kinds in ('src', cell.source, SOURCES), ('sink', cell.sink, SINKS):
            formats = kinds[name].formats
            if formats and cell.format not in formats:
                return cells.none_of(cell, side)
            if (side, name, cell.size, cell.format) in self.known:
                return cells.none_of(cell, side)
        return None

    def learn(self, cell, result):
        if result['state'] == 'none':
            self.known.add((result['side'], result['lacks'], cell.size, cell.format))


def run_cell(cell, machine, log):
    if '{stream}' in SOURCES[cell.source].pipeline:
        streams.prepare(machine, cell.format, cell.size, log)
    if '{camera}' in SOURCES[cell.source].pipeline:
        machine.reset_camera(cell.size)
    if cell.sink == 'waylandsink':
        machine.start_weston()
    return cells.run(cell, machine, log)


def run(chosen, results, log, path):
    """To PATH now and then: a machine may die."""
    machine, lacking = Machine(), Lacking()
    machine.require('camera', 'output', 'display')
    machine.slow_down()
    try:
        for number, cell in enumerate(chosen):
            if path and number % 100 == 99:
                results.write(path)
            result = lacking.find(cell) or run_cell(cell, machine, log)
            lacking.learn(cell, result)
            results.add(cell, result)
            print(f'{cell} {document.phrase(result)}', flush=True)
    finally:
        machine.stop()


def tell(results, chosen):
    """The status to leave with."""
    worse = results.worse(chosen)
    counts = results.count(chosen)
    print(', '.join(f'{number} {what}' for what, number in counts.items()))
    for cell, why in worse:
        print(f'WORSE than upstream alone: {cell}: {why}')
    return 1 if worse else 0


def main():
    options = arguments()
    chosen = choose(options.cells)
    if options.list:
        print('\n'.join(map(str, chosen)))
        return 0
    if not chosen:
        sys.exit('no such cells: see --list')
    results = Results(options.earlier)
    if not options.table:
        with open('/tmp/interop.log', 'a+b') as log:
            run(chosen, results, log.fileno(), options.results)
    if options.results:
        results.write(options.results)
    if options.document:
        document.write(options.document, results)
    return tell(results, chosen)


if __name__ == '__main__':
    sys.exit(main())
