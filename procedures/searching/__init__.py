"""Finding the procedure that a resident means."""

from procedures.searching.finding import Found, Hit, Kind, find, narrow

__all__ = ["Found", "Hit", "Kind", "find", "narrow"]
