"""The admin of the place and its people."""

from groups.admin import (
    consent,
    data_requests,
    duplicates,
    hamlet_changes,
    handovers,
    linking,
    meetings,
    member_imports,
    members,
    oa_groups,
    officers,
    place,
    regulations,
    zalo_groups,
)

__all__ = [
    "consent",
    "data_requests",
    "duplicates",
    "hamlet_changes",
    "handovers",
    "linking",
    "meetings",
    "member_imports",
    "members",
    "oa_groups",
    "officers",
    "place",
    "regulations",
    "zalo_groups",
]
