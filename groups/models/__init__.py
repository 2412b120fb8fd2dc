"""The place and its people: hamlets, teams, officers, Zalo groups, members."""

from groups.models.acknowledgements import RegulationAcknowledgement
from groups.models.meetings import ConsultationMeeting, MeetingCluster
from groups.models.members import Member, Membership
from groups.models.officers import HamletAssignment, Officer
from groups.models.place import Hamlet, Team
from groups.models.regulations import Regulation
from groups.models.zalo_groups import ZaloGroup

__all__ = [
    "ConsultationMeeting",
    "Hamlet",
    "HamletAssignment",
    "MeetingCluster",
    "Member",
    "Membership",
    "Officer",
    "Regulation",
    "RegulationAcknowledgement",
    "Team",
    "ZaloGroup",
]
