"""The admin of the place and its people."""

from groups.admin import (
    hamlet_changes,
    meetings,
    members,
    officers,
    place,
    regulations,
    zalo_groups,
)

__all__ = [
    "hamlet_changes",
    "meetings",
    "members",
    "officers",
    "place",
    "regulations",
    "zalo_groups",
]
