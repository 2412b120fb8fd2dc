"""Comparing Zalo's groups with ours: by night, or by a button.

`waking` opens comparisons and wakes their workers, `running` asks Zalo group by group,
`comparing` says what differs and calls nobody, `deciding` carries out what a person decided.
"""
