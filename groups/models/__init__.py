"""The place and its people: hamlets, teams, officers, Zalo groups, members."""

from groups.models.acknowledgements import RegulationAcknowledgement
from groups.models.consent import ConsentNotice, ConsentRecord
from groups.models.data_requests import DataRequest
from groups.models.hamlet_changes import (
    HamletChange,
    HamletChangePlacement,
    HamletChangeResult,
    HamletChangeSource,
)
from groups.models.handovers import Handover, HandoverGroup, HandoverHamlet
from groups.models.meetings import ConsultationMeeting, MeetingCluster
from groups.models.member_imports import (
    MemberImport,
    MemberImportFile,
    MemberImportRow,
    MemberListMapping,
)
from groups.models.members import Member, Membership
from groups.models.merges import DistinctPair, MemberMerge
from groups.models.national_ids import NationalId
from groups.models.oa_groups import (
    GroupAtZalo,
    GroupCreation,
    GroupReconciliation,
    ReconciliationLine,
)
from groups.models.officers import HamletAssignment, Officer
from groups.models.place import Hamlet, Team
from groups.models.regulations import Regulation
from groups.models.zalo_groups import ZaloGroup
from groups.models.zalo_links import LinkCode, LinkProposal, LinkReply, ZaloLink

__all__ = [
    "ConsentNotice",
    "ConsentRecord",
    "ConsultationMeeting",
    "DataRequest",
    "DistinctPair",
    "GroupAtZalo",
    "GroupCreation",
    "GroupReconciliation",
    "Hamlet",
    "HamletAssignment",
    "HamletChange",
    "HamletChangePlacement",
    "HamletChangeResult",
    "HamletChangeSource",
    "Handover",
    "HandoverGroup",
    "HandoverHamlet",
    "LinkCode",
    "LinkProposal",
    "LinkReply",
    "MeetingCluster",
    "Member",
    "MemberImport",
    "MemberImportFile",
    "MemberImportRow",
    "MemberListMapping",
    "MemberMerge",
    "Membership",
    "NationalId",
    "Officer",
    "ReconciliationLine",
    "Regulation",
    "RegulationAcknowledgement",
    "Team",
    "ZaloGroup",
    "ZaloLink",
]
