"""Two communes and two hamlets full of rows that could leak, each marked with its place."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import AuditEvent, ChangeProposal, Commune, CommuneProfile, Holiday, User
from accounts.papers.services import Issuer
from accounts.users.roles import Role
from broadcasts.models import (
    Broadcast,
    BroadcastEvent,
    Delivery,
    OfficialPhone,
    PostRequest,
    PostTemplate,
    Schedule,
    Topic,
)
from groups.models import (
    ConsentNotice,
    ConsultationMeeting,
    DataBreach,
    DataRequest,
    GroupReconciliation,
    Hamlet,
    HamletAssignment,
    HamletChange,
    Handover,
    LinkProposal,
    Member,
    MemberImport,
    MemberMerge,
    Membership,
    Officer,
    Regulation,
    RegulationAcknowledgement,
    Team,
    ZaloGroup,
)
from oversight.models import (
    Body,
    Commendation,
    CommendationForm,
    Direction,
    DirectionRound,
    GuidingDocument,
    Job,
    Milestone,
    PartyOrganisation,
    PeriodSummary,
    Plan,
    Proposal,
    ReviewHamlet,
    SafetyChecklist,
    SafetyCriterion,
    Spreading,
    Target,
    YearlyReview,
)
from procedures.models import Edition, LegalText, Procedure, ProcedureArea, Question, Synonym
from reports import intake
from reports.models import (
    CannedReply,
    ClockRule,
    ConflictProposal,
    Diversion,
    IdentityOpening,
    TipReport,
)
from tests.factories.accounts import (
    make_change_proposal,
    make_commune,
    make_profile,
    make_user,
)
from tests.factories.articles import make_article
from tests.factories.broadcasts import (
    make_broadcast,
    make_delivery,
    make_official_phone,
    make_request,
    make_template,
)
from tests.factories.direction import (
    make_body,
    make_document,
    make_job,
    make_milestone,
    make_organisation,
    make_part,
    make_plan,
    make_proposal,
    make_round,
    make_spreading,
)
from tests.factories.groups import (
    make_acknowledgement,
    make_assignment,
    make_group,
    make_hamlet,
    make_hamlet_change,
    make_handover,
    make_meeting,
    make_member,
    make_membership,
    make_officer,
    make_ordinary_group,
    make_regulation,
    make_team,
)
from tests.factories.member_imports import make_import_row, make_member_import
from tests.factories.oa_groups import make_reconciliation
from tests.factories.people import (
    make_breach,
    make_consent,
    make_data_request,
    make_link_proposal,
    make_merge,
    make_notice,
)
from tests.factories.procedures import make_question
from tests.factories.schedules import make_schedule
from tests.factories.summaries import make_signed, make_target
from tests.factories.tips import (
    make_canned,
    make_clock_rule,
    make_conflict_proposal,
    make_diversion,
    make_message,
    make_opening,
    make_worked,
)
from tests.factories.year import (
    make_achievement,
    make_checklist,
    make_commendation,
    make_criterion,
    make_form,
    make_informant,
    make_review,
    make_review_hamlet,
)
from tests.factories.zalo import make_asset, make_official_account
from zalo.models import ApiCall, GroupAsset, OfficialAccount, WebhookEvent

# The same for every commune.
SHARED = {Group, Topic, Holiday, Edition, LegalText, Procedure, ProcedureArea, Synonym}


@dataclass
class Place:
    """One row a model, all of one hamlet (or of its commune), and the mark in their texts."""

    mark: str
    hamlet: Hamlet
    rows: dict[type[models.Model], models.Model] = field(default_factory=dict)

    def add(self, row: models.Model) -> Any:
        self.rows[type(row)] = row
        return row


def fill(commune: Commune, mark: str) -> Place:
    """A hamlet with a row of every model that hangs on it; `mark` is in every text."""
    hamlet = make_hamlet(commune, name=f"{mark} ấp", code=f"{mark}A")
    place = Place(mark, hamlet)
    place.add(hamlet)
    team = place.add(make_team(hamlet, name=f"{mark} tổ"))
    group = place.add(make_group(hamlet, name=f"{mark} nhóm", zalo_group_id=f"{mark}G"))
    by_hand = make_ordinary_group(hamlet, name=f"{mark} nhóm thường")
    officer = make_officer(commune, full_name=f"Cán bộ của {commune.name}")
    place.add(make_assignment(officer, hamlet))
    member = place.add(
        make_member(
            hamlet, team=team, full_name=f"{mark} người", address=f"{mark} nhà", phone="0900000919"
        )
    )
    place.add(make_membership(member, group))
    fill_people(place, member)
    chief = make_user(commune, Role.CHIEF)
    place.add(make_hamlet_change(hamlet, by=chief, decision_number=f"{mark}/NQ-HĐND"))
    taker = make_officer(commune, full_name=f"Người nhận của {commune.name}")
    place.add(make_handover(officer, taker, hamlet, by=chief, reason=f"{mark} lý do"))
    regulation = place.add(make_regulation(hamlet, text=f"{mark} quy chế"))
    place.add(
        make_meeting(
            regulation, subject=f"{mark} họp", minutes=f"{mark} ý kiến", venue=f"{mark} nơi"
        )
    )
    place.add(make_acknowledgement(member, regulation, by=make_user(commune, Role.CHIEF)))
    post = place.add(
        make_broadcast(
            commune, title=f"{mark} bài", text=f"{mark} nội dung", status="sending",
            audience_groups=[group.pk, by_hand.pk],
        )
    )  # fmt: skip
    BroadcastEvent.objects.create(broadcast=post, kind="started", note=f"{mark} bước")
    place.add(make_delivery(post, group, status="failed", error_text=f"{mark} lỗi"))
    make_delivery(post, by_hand)
    place.add(
        make_schedule(
            commune, title=f"{mark} lịch", text=f"{mark} lặp lại", audience_groups=[group.pk]
        )
    )
    fill_tip(place, chief)
    fill_year(place, chief)
    return place


def fill_year(place: Place, chief: User) -> None:
    """Fill the year that a hamlet looks back on, and an informant, who is of no hamlet."""
    mark, commune = place.mark, place.hamlet.commune
    review = YearlyReview.objects.filter(commune=commune).first() or make_review(
        commune, chief, strengths=f"{commune.name} ưu điểm"
    )
    place.add(
        make_review_hamlet(
            review,
            place.hamlet,
            figures=[
                {
                    "name": f"{mark} số",
                    "unit": "hộ",
                    "definition": f"{mark} là gì",
                    "columns": [mark],
                    "rows": [[mark, 1]],
                }
            ],
        )
    )
    done = make_achievement(
        commune,
        hamlet=place.hamlet,
        name=f"{mark} tổ",
        what=f"{mark} làm tốt",
        place=f"{mark} nơi ở",
    )
    form = make_form(commune, given_by=f"Chủ tịch {commune.name}")
    place.add(make_commendation(done, form=form, occasion=f"{mark} dịp"))
    make_commendation(make_informant(commune), form=form)
    listed = place.add(
        make_checklist(
            commune, place.hamlet, registration_paper=f"{mark}/ĐK", registered_on=date(2026, 2, 1)
        )
    )
    listed.items.filter(position=1).update(note=f"{mark} ghi chú")


def fill_tip(place: Place, owner: User) -> None:
    """A tip of the hamlet with everything that hangs on one; the vault bears the mark as well."""
    mark = place.mark
    tip = place.add(
        make_worked(
            owner, hamlet=place.hamlet, words=f"{mark} lời gốc", summary=f"{mark} tóm tắt",
            place=f"{mark} nơi xảy ra", code=f"{mark}-0001",
            person=intake.Person(name=f"{mark} người báo", phone="0900000919"),
        )
    )  # fmt: skip
    make_message(tip, text=f"{mark} nói thêm")
    place.add(make_opening(tip, make_user(owner.commune, Role.CHIEF), reason=f"{mark} lý do mở"))
    named = make_user(owner.commune, Role.CHIEF)
    place.add(
        make_conflict_proposal(tip, named, message=make_message(tip, text=f"{mark} lời nhắc tên"))
    )


def fill_people(place: Place, member: Member) -> None:
    """Fill the records about the people of a hamlet."""
    mark, commune = place.mark, member.hamlet.commune
    notice = make_notice(commune, version=f"{commune.name} thông báo {mark[:1]}")
    make_consent(member, notice, evidence=f"{mark} hồ sơ")
    place.add(
        make_data_request(
            commune, hamlet=member.hamlet, member=member, person_name=f"{mark} hỏi",
            detail=f"{mark} chuyện",
        )
    )  # fmt: skip
    absorbed = make_member(member.hamlet, full_name=f"{mark} người trùng", phone=member.phone)
    place.add(make_merge(member, absorbed))
    batch = place.add(make_member_import(member.hamlet, filename=f"{mark} danh sách.xlsx"))
    make_import_row(batch, full_name=f"{mark} mới", address=f"{mark} nơi ở", phone=member.phone)


def fill_commune(commune: Commune, place: Place) -> None:
    """The rows that belong to the commune itself."""
    mark = place.mark
    place.add(commune)
    place.add(make_profile(commune, chief_name=f"{mark} người ký"))
    place.add(make_notice(commune, version=f"{mark} thông báo", text=f"{mark} nội dung"))
    user = place.add(make_user(commune, Role.CHIEF, username=f"{mark}.user", first_name=mark))
    place.add(make_officer(commune, full_name=f"{mark} cán bộ", user=user))
    place.add(make_breach(commune, what=f"{mark} lộ tệp"))
    phone = place.add(make_official_phone(commune, label=f"{mark} trạm"))
    place.add(make_change_proposal(phone, {"label": f"{mark} nơi khác"}, by=user))
    place.add(
        make_template(commune, name=f"{mark} mẫu", title=f"{mark} bài", what_happened=f"{mark} a")
    )
    place.add(make_canned(commune, title=f"{mark} mẫu trả lời", text=f"{mark} lời đáp"))
    place.add(make_question(commune, f"{mark} câu hỏi"))
    place.add(make_clock_rule(commune, name=f"{mark} thời hạn"))
    place.add(make_diversion(commune, user))
    place.add(make_request(commune, title=f"{mark} yêu cầu", message=f"{mark} ý chính"))
    place.add(YearlyReview.objects.get(commune=commune))
    place.add(make_form(commune, name=f"{mark} hình thức"))
    place.add(make_criterion(commune, text=f"{mark} tiêu chí"))
    place.add(make_reconciliation(commune, problem=f"{mark} vướng"))
    fill_direction(commune, place)
    # Signed for a body outside the police: whoever reads summaries at all reads this one.
    place.add(make_signed(make_user(commune, Role.PARTY_OFFICE), Issuer.PARTY))
    place.add(make_article(commune, title=f"{mark} bài viết", text=f"{mark} lời"))
    account = place.add(make_official_account(commune, name=f"{mark} OA"))
    place.add(make_asset(account, asset_id=f"{mark}-goi", used_by=f"{mark}G"))
    place.add(
        ApiCall.objects.create(
            account=account, at=timezone.now(), endpoint="/v3.0/x", code="0", duration_ms=5,
            reference=f"{mark}-ref",
        )
    )  # fmt: skip
    place.add(
        WebhookEvent.objects.create(
            account=account, key=f"{mark}-key", event_name=f"{mark}_event", state="held",
            body=f"{mark} lời người dân",
        )
    )  # fmt: skip


def fill_direction(commune: Commune, place: Place) -> None:
    """Fill directions of the Party and plans of the police, with a step in the hamlet."""
    mark = place.mark
    police = place.add(make_body(commune, Body.Kind.POLICE, name=f"{mark} công an"))
    cell = place.add(make_organisation(commune, name=f"{mark} chi bộ"))
    document = place.add(make_document(commune, number=f"{mark}-CV", summary=f"{mark} về việc"))
    place.add(make_spreading(cell, document))
    place.add(make_target(commune, document=f"{mark}/KH"))
    plan = place.add(make_plan(police, subject=f"{mark} kế hoạch", purposes=f"{mark} mục đích"))
    place.add(make_milestone(plan, what=f"{mark} việc", hamlet=place.hamlet))
    words = {"title": f"{mark} chỉ đạo", "text": f"{mark} làm ngay"}
    given = place.add(make_round(commune, issuer=DirectionRound.Issuer.POLICE, **words))
    place.add(make_part(given, police))
    place.add(make_proposal(police, title=f"{mark} kiến nghị", text=f"{mark} xin"))
    giver, doer = make_user(commune, Role.OFFICER), make_user(commune, Role.HAMLET_HEAD)
    words = {"title": f"{mark} việc giao", "text": f"{mark} làm thế này"}
    place.add(make_job(commune, given_by=giver, doer=doer, **words))


def audited(commune: Commune, place: Place, by: User | None = None) -> None:
    """One event about a person, and one that the technical administrator reads too."""
    audit.record(
        "member.viewed", by=by, commune=commune, target=place.rows[Member], reason=place.mark
    )
    place.add(audit.record("commune.changed", by=by, target=commune, reason=place.mark))


@dataclass
class World:
    """`own`: the hamlet of the actor; `next_door`: another of the commune; `away`: elsewhere."""

    commune: Commune
    own: Place
    next_door: Place
    away: Place


def make_world() -> World:
    commune, elsewhere = make_commune("Bình Minh"), make_commune("AWAYZ xã")
    own, next_door = fill(commune, "OWNZ"), fill(commune, "NEXTZ")
    away = fill(elsewhere, "AWAYZ")
    fill_commune(commune, own)
    fill_commune(elsewhere, away)
    for place in (own, next_door, away):
        place.add(make_link_proposal(place.rows[Member]))
    for member, group in ((own, next_door), (next_door, own)):
        make_membership(member.rows[Member], group.rows[ZaloGroup])
    audited(commune, own)
    audited(elsewhere, away)
    return World(commune, own, next_door, away)


HAMLET_ROWS = (
    HamletChange, Handover,
    Hamlet, Team, ZaloGroup, HamletAssignment, Member, Membership, Regulation, ConsultationMeeting,
    RegulationAcknowledgement, DataRequest, LinkProposal, MemberMerge, MemberImport,
    Broadcast, Delivery,
    Schedule,
    TipReport, IdentityOpening, ConflictProposal,
    ReviewHamlet, Commendation, SafetyChecklist,
)  # fmt: skip
# Of a hamlet, and yet for those alone whom they name, and who see all hamlets.
PERSONAL_ROWS = {ChangeProposal, Handover, PostRequest, Direction, Job, Milestone, Plan, Proposal}
COMMUNE_ROWS = (
    ChangeProposal,
    Commune, CommuneProfile, User, Officer, ConsentNotice, OfficialAccount, GroupAsset, ApiCall,
    AuditEvent, OfficialPhone, PostTemplate, PostRequest, GroupReconciliation, WebhookEvent,
    CannedReply, ClockRule, DataBreach, Diversion, Question,
    PeriodSummary, YearlyReview, CommendationForm, SafetyCriterion,
    Body, Direction, DirectionRound, GuidingDocument, Job, Milestone, PartyOrganisation, Plan,
    Proposal, Spreading, Target,
)  # fmt: skip
