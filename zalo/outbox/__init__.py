"""Rows that leave, each at most once: claim, slot, call, record, sweep.

`ladder` turns an answer of Zalo into an outcome; `gate` is the one condition on every claim; `rows`
sends the few rows of a table side by side, `lanes` the many of a commune as fast as it may.
"""
