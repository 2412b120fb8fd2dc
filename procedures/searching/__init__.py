"""Finding the procedure that somebody means, in the words of everyday."""

from procedures.searching.finding import Found, Hit, Kind, find, meant
from procedures.searching.indexing import refresh

__all__ = ["Found", "Hit", "Kind", "find", "meant", "refresh"]
