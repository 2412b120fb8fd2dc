"""Finding the procedure that somebody means, in the words of everyday."""

from procedures.searching.finding import AHEAD, Found, Hit, Kind, find, meant
from procedures.searching.indexing import refresh

__all__ = ["AHEAD", "Found", "Hit", "Kind", "find", "meant", "refresh"]
