"""The place and its people: hamlets, teams, officers, Zalo groups, members."""

from groups.consultation.models import ConsultationMeeting, MeetingCluster, Regulation
from groups.duplicates.models import DistinctPair, MemberMerge
from groups.hamlet_changes.models import (
    HamletChange,
    HamletChangePlacement,
    HamletChangeResult,
    HamletChangeSource,
)
from groups.handovers.models import Handover, HandoverGroup, HandoverHamlet
from groups.household_counts.models import HouseholdCount
from groups.linking.models import LinkCode, LinkProposal, LinkReply, ZaloLink
from groups.member_import.models import (
    ErasureMark,
    MemberImport,
    MemberImportFile,
    MemberImportRow,
    MemberListMapping,
    NationalId,
)
from groups.oa_groups.models import (
    GroupAtZalo,
    GroupCreation,
    GroupReconciliation,
    ReconciliationLine,
)
from groups.personal_data.breaches.models import DataBreach
from groups.personal_data.models import DataRequest
from groups.places.models import Hamlet, HamletAssignment, Officer, Team
from groups.residents.consent.models import ConsentNotice, ConsentRecord
from groups.residents.models import Member, Membership, RegulationAcknowledgement
from groups.residents.spells.models import MembershipSpell, ProxySpell
from groups.zalo_groups.models import ZaloGroup
