#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""documented.py GIR: fails unless every public symbol of the library says what
it is, since when, and what its parameters and results are."""

import sys
import xml.etree.ElementTree as ElementTree

CORE = '{http://www.gtk.org/introspection/core/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'

# The functions of a class are told with its structure.
SYMBOLS = ('function', 'method', 'constructor', 'class', 'record', 'enumeration',
           'bitfield', 'constant', 'function-macro', 'callback', 'alias', 'union', 'interface')
PARTS = ('member', 'field', 'property')


def tag(node):
    return node.tag.replace(CORE, '').replace(GLIB, '')


def name_of(node):
    return (node.get(C + 'identifier') or node.get(C + 'type') or node.get(GLIB + 'type-name') or
            node.get('name'))


def has_doc(node):
    doc = node.find(CORE + 'doc')
    return doc is not None and bool(doc.text.strip())


def is_told(node):
    """In words, or by what it returns."""
    result = node.find(CORE + 'return-value')
    return has_doc(node) or (result is not None and has_doc(result))


def is_private(node):
    """What nobody outside sees: padding, and the bodies of opaque types."""
    return (node.get('private') == '1' or node.get('readable') == '0' or
            node.get('name', '').startswith('_') or
            node.get('name') in ('parent_instance', 'parent_class') or
            node.get('disguised') == '1' or node.get(GLIB + 'is-gtype-struct-for') is not None or
            (name_of(node) or '').endswith('_get_type'))


def missing_of_call(node):
    for parameter in node.iterfind(CORE + 'parameters/' + CORE + 'parameter'):
        if not has_doc(parameter):
            yield f'{name_of(node)}: parameter {parameter.get("name")}'
    result = node.find(CORE + 'return-value')
    nothing = result is None or result.find(CORE + 'type').get('name') == 'none'
    if not nothing and not has_doc(result):
        yield f'{name_of(node)}: what it returns'


def missing(node, owner=''):
    for child in node:
        if is_private(child):
            continue
        if tag(child) in SYMBOLS:
            if not is_told(child):
                yield name_of(child)
            elif not child.get('version'):
                yield f'{name_of(child)}: since when'
            yield from missing_of_call(child)
            yield from missing(child, name_of(child))
        elif tag(child) in PARTS and owner and not has_doc(child):
            yield f'{owner}: {tag(child)} {child.get("name")}'


def main():
    namespace = ElementTree.parse(sys.argv[1]).getroot().find(CORE + 'namespace')
    count = sum(1 for node in namespace.iter() if tag(node) in SYMBOLS)
    lacking = sorted(set(missing(namespace)))
    for what in lacking:
        print('not documented:', what)
    print(f'{count} symbols')
    return 1 if lacking or count < 40 else 0


sys.exit(main())
