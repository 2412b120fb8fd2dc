"""Figures at the end of each month, frozen so that a past period reads the same for ever.

`keeping` counts and keeps a month, `reading` gives a page its table, `late` tells what was recorded
afterwards, `checking` finds rows and dated facts that were changed past the triggers.
"""
