"""The place and its people: hamlets, teams, officers, Zalo groups, members."""

from groups.models.members import Member, Membership
from groups.models.officers import HamletAssignment, Officer
from groups.models.place import Hamlet, Regulation, Team
from groups.models.zalo_groups import ZaloGroup

__all__ = [
    "Hamlet",
    "HamletAssignment",
    "Member",
    "Membership",
    "Officer",
    "Regulation",
    "Team",
    "ZaloGroup",
]
