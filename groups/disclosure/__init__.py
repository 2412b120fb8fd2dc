"""What a text gives away: secrets, numbers of people, names, plates, plans of duty.

Pure rules over words, without the database: the gate of posts stops by them, and the pages of tips
propose by them what to strike out.
"""

from groups.disclosure.findings import Hit, Level
from groups.disclosure.secrecy import carries_mark
from groups.disclosure.words import find

__all__ = ["Hit", "Level", "carries_mark", "find"]
