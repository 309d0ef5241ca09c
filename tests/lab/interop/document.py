# SPDX-License-Identifier: LGPL-2.1-or-later
def phrase(result):
    """A result in few words."""
    if result['state'] == 'none':
        return f'none: {result["lacks"]}'
    if result['state'] == 'fails':
        return f'fails: {result["error"]}'
    copies = f'{result["copies"]} of {result["frames"]} copied' if result['copies'] else 'zero copy'
    ways = [result[key] for key in ('source-path', 'sink-path') if key in result]
    return ', '.join([copies, result['memory'], result['caps']] + ways)
