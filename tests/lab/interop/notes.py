# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a reader of the table asks: causes that no run can tell, found by hand."""

NOTES = '''
'''
