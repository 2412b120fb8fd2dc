"""Consent, requests about data, rows of one person."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import Commune
from accounts.users.roles import Role
from groups.duplicates import services as duplicates
from groups.linking import services as linking
from groups.models import (
    ConsentNotice,
    ConsentRecord,
    DataBreach,
    DataRequest,
    LinkProposal,
    Member,
    MemberMerge,
    ZaloLink,
)
from groups.personal_data import services as personal_data
from groups.personal_data.breaches import services as breaches
from groups.residents.consent import services as consent
from tests.factories.accounts import make_user
from tests.factories.groups import make_officer
from tests.factories.zalo import make_follower, make_official_account
from zalo.models import OfficialAccount

_numbers = count(1)


def make_notice(commune: Commune, **fields: Any) -> ConsentNotice:
    """A notice that has been in use for some time."""
    values: dict[str, Any] = {"version": f"Thông báo {next(_numbers)}", "text": "Công an xã giữ …"}
    values["valid_from"] = timezone.localdate() - timedelta(days=100)
    return ConsentNotice.objects.create(commune=commune, **(values | fields))


def make_consent(member: Member, notice: ConsentNotice | None = None, **fields: Any) -> Any:
    """A record and the state that goes with it, as if an officer had written it down."""
    commune = member.hamlet.commune
    record = ConsentRecord.objects.create(
        member=member,
        notice=notice or make_notice(commune),
        **{
            "basis": ConsentRecord.Basis.LIST,
            "given_at": timezone.now() - timedelta(days=10),
            "collected_by": fields.pop("collected_by", None) or make_officer(commune),
            "recorded_by": fields.pop("recorded_by", None) or make_user(commune, Role.CHIEF),
        }
        | fields,
    )
    consent.restate([member.pk])
    member.refresh_from_db()
    return record


def make_link(member: Member, zalo_user_id: str = "", **fields: Any) -> ZaloLink:
    """A member who has sent the code on their paper to the account of the commune."""
    follower = make_follower(_account_of(member), zalo_user_id)
    return linking.make(member, follower, method=ZaloLink.Method.CODE, at=timezone.now(), **fields)


def make_link_proposal(member: Member, **fields: Any) -> LinkProposal:
    """Somebody has shared what fits this member."""
    values = {"member": member, "hamlet": member.hamlet, "shared_at": timezone.now()} | fields
    return LinkProposal.objects.create(follower=make_follower(_account_of(member)), **values)


def _account_of(member: Member) -> OfficialAccount:
    known = OfficialAccount.objects.filter(commune=member.hamlet.commune_id).first()
    return known or make_official_account(member.hamlet.commune)


def make_data_request(commune: Commune, **fields: Any) -> DataRequest:
    """A request that came in just now."""
    request = DataRequest(
        commune=commune,
        **{
            "kind": DataRequest.Kind.WITHDRAW,
            "person_name": f"Người Hỏi {next(_numbers)}",
            "contact": "0900 000 555",
            "recorded_by": fields.pop("recorded_by", None) or make_user(commune, Role.CHIEF),
        }
        | fields,
    )
    personal_data.set_due_dates(request).save()
    return request


def make_breach(commune: Commune, **fields: Any) -> DataBreach:
    """A breach that was found just now."""
    by = fields.pop("by", None) or make_user(commune, Role.CHIEF)
    values = {"what": "Gửi nhầm danh sách của một tổ vào nhóm khác.", "has_contacts": True} | fields
    return breaches.write_down(DataBreach(**values), by=by)


def make_merge(survivor: Member, absorbed: Member, **fields: Any) -> MemberMerge:
    """One row absorbed by another, as a chief would do it."""
    by = fields.pop("by", None) or make_user(survivor.hamlet.commune, Role.CHIEF)
    return duplicates.merge(survivor, absorbed, from_absorbed=fields, by=by)
