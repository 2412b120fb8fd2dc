"""`/thu-tuc/`: the library as anyone reads it, without an account and without a trace.

Only published editions are shown, and one that is stale or being reviewed says so.
"""
