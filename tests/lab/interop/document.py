# SPDX-License-Identifier: LGPL-2.1-or-later
"""Results as a table for people: docs/interop.md."""

from collections import defaultdict

from elements import FORMATS, SINKS, SIZES, SOURCES
from notes import NOTES
from results import kind

HEAD = '''# What goes with what

Written by `./lab interop`, from real runs in its virtual machine; do not edit. Each cell is a source (row) before a sink (column), both with no
property set but which device is meant; names in **bold** are ours. Each pair was run with {sizes} and {formats},
{runs} pipelines in all, as far as both have those by their caps.

Copies are those of the CPU between the two, told by the tracer `zerocopy` and by our elements' `stats`, whichever says more. What a CPU element does with
pixels by its nature (`videoconvert`) is none, and neither is drawing.

- **0**: all work without a copy
- **copies**: all work, and all are copied by the CPU; **0, copies**: some are
- **fails**: none works; **0, fails** and the like: some work
- –: both have no format of these in common

Behind it is where frames lie: `dmabuf`, or `cpu` for other memory; and the way that our element took.
'''


def phrase(result):
    """A result in few words."""
    if result['state'] == 'none':
        return f'-: not of {result["lacks"]}'
    if result['state'] == 'fails':
        return f'fails: {result["error"]}'
    copies = f'{result["copies"]} of {result["frames"]} copied' if result['copies'] else '0'
    return ', '.join([copies, way(result)])


def way(result):
    """memory, caps and what our elements call it."""
    ours = [result[key] for key in ('source-path', 'sink-path') if key in result]
    memory = result['memory'] + (' by caps' if result['caps'] == 'DMABuf' else '')
    return ': '.join([memory, ' → '.join(ours)] if ours else [memory])


def name_of(element):
    return f'**{element.name}**' if element.ours else element.name


def short_memory(result):
    return 'dmabuf' if result['memory'] == 'dmabuf' else 'cpu'


def summary(results):
    """What stands in a cell."""
    results = [result for result in results if result['state'] != 'none']
    if not results:
        return '–'
    words = {'without a copy': '0', 'with copies': 'copies', 'failed': 'fails'}
    found = {kind(result) for result in results}
    text = ', '.join(words[what] for what in words if what in found)
    memories = sorted({short_memory(result) for result in results if result['state'] == 'works'})
    ways = sorted({result[key] for result in results if result['state'] == 'works'
                   for key in ('source-path', 'sink-path') if key in result})
    return '<br>'.join(line for line in (text, ', '.join(memories), ', '.join(ways)) if line)


def table(by_pair):
    yield '| source | ' + ' | '.join(map(name_of, SINKS.values())) + ' |'
    yield '|---' * (len(SINKS) + 1) + '|'
    for source in SOURCES.values():
        cells = (summary(by_pair[source.name, sink].values()) for sink in SINKS)
        yield f'| {name_of(source)} | ' + ' | '.join(cells) + ' |'


def grouped(cells):
    """{what is to be said: [(size, format)]}, in the order of first sight."""
    groups = defaultdict(list)
    for (size, name), result in cells.items():
        if result['state'] != 'none':
            groups[outcome(result)].append((size, name))
    return groups


def outcome(result):
    if result['state'] == 'fails':
        return 'fails', '', result['error']
    reasons = [result[key] for key in ('source-why', 'sink-why') if key in result]
    # Not how many: sinks leave out what comes late.
    copies = {0: '0', 1: 'copies one frame'}.get(result['copies'], 'copies')
    return copies, way(result), '; '.join(reasons)


def name_size(size):
    return f'{size[0]}x{size[1]}'


def name_variants(variants):
    """[((640, 480), 'YUY2'), ...]: "YUY2: all sizes"."""
    sizes = defaultdict(list)
    for size, name in variants:
        sizes[name].append(size)
    formats = defaultdict(list)
    for name, found in sizes.items():
        formats[tuple(found)].append(name)
    parts = []
    for found, names in formats.items():
        where = 'all sizes' if len(found) == len(SIZES) else ', '.join(map(name_size, found))
        parts.append(f'{", ".join(names)}: {where}')
    return 'all' if len(variants) == len(SIZES) * len(FORMATS) else '<br>'.join(parts)


def escape(text):
    return ' '.join(text.split()).replace('|', '\\|').replace('<', '&lt;')


def details(source, by_pair):
    yield f'<details><summary>{source.name}</summary>\n\nWhat is not listed, one of both has not.\n'
    yield '| sink | formats and sizes | copies | way | why |'
    yield '|---|---|---|---|---|'
    for sink in SINKS.values():
        for said, variants in grouped(by_pair[source.name, sink.name]).items():
            cells = [escape(text) for text in said]
            yield f'| {name_of(sink)} | {name_variants(variants)} | ' + ' | '.join(cells) + ' |'
    yield '\n</details>\n'


def remarks():
    for element in list(SOURCES.values()) + list(SINKS.values()):
        if element.remark:
            side = 'source' if element in SOURCES.values() else 'sink'
            yield f'- {name_of(element)} as a {side}: {element.remark}'


def worse(results):
    found = results.worse(results.of)
    if not found:
        yield ('No cell that upstream\'s elements alone can do, each in the place of ours, is worse '
               'with ours: `./lab interop` fails if one is.')
        return
    yield 'Worse than with upstream\'s elements in the place of ours:\n'
    yield '| source | sink | size | format | how |'
    yield '|---|---|---|---|---|'
    for cell, why in found:
        yield (f'| {cell.source} | {cell.sink} | {name_size(cell.size)} | {cell.format} | '
               f'{escape(why)} |')


def text(results):
    by_pair = defaultdict(dict)
    for cell, result in results.of.items():
        by_pair[cell.source, cell.sink][cell.size, cell.format] = result
    runs = sum(result['state'] != 'none' for result in results.of.values())
    yield HEAD.format(sizes=', '.join(map(name_size, SIZES)), formats=', '.join(FORMATS), runs=runs)
    yield from table(by_pair)
    yield '\n' + '\n'.join(remarks())
    yield '\n## Against upstream alone\n'
    yield from worse(results)
    yield '\n## Why\n'
    yield NOTES
    yield '## Each size and format\n'
    for source in SOURCES.values():
        yield from details(source, by_pair)


def write(path, results):
    with open(path, 'w', encoding='utf-8') as file:
        file.write('\n'.join(text(results)).rstrip() + '\n')
