"""Stored counts by month and place, so that pages need not count years of rows.

`triggers` marks changed slices, `counting` counts, `recounting` counts marked slices again,
`reading` gives a page the valid months and the days to count by row.
"""
