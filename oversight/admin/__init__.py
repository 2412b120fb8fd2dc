"""The admin of the oversight of a commune."""

from oversight.admin import checklists, commendations, reviews  # noqa: F401
