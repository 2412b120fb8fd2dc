"""How long each step of a tip may take: pure functions over rules, moments and a calendar.

`rules` says which rule applies to which tip on which day, `counting` until when it runs, `running`
how a clock stands at a moment, `changes` what happens to clocks when a tip turns out to be
something else or is opened again. Nothing here knows a database; the calendar is given.
"""
