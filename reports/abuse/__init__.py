"""Holding off floods without turning anybody away, without third parties, without a trace.

`demands` is the door; what it knows of anybody is a count under a hash in the memory of one
process.
"""
