"""Counts kept by month and place, so that a page reads months and not years of rows.

`triggers` notes what was written to, `counting` counts, `recounting` counts again what was written
to, `reading` gives a page the months that stand and the days that it counts itself.
"""
