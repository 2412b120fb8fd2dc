"""Bodies with their plans, directions with their replies, documents, spreading, proposals."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import Commune, User
from accounts.users.roles import Role
from oversight.models import (
    AskedNumber,
    Body,
    BodyAccount,
    Direction,
    DirectionRound,
    GuidingDocument,
    Job,
    Milestone,
    PartyOrganisation,
    Plan,
    Proposal,
    Spreading,
)
from tests.factories.accounts import make_user

_numbers = count(1)


def make_body(commune: Commune, kind: str = Body.Kind.WOMEN, **fields: Any) -> Body:
    """The only one of its kind where a commune has but one."""
    if kind in {Body.Kind.PARTY, Body.Kind.POLICE, Body.Kind.COMMITTEE}:
        found = Body.objects.filter(commune=commune, kind=kind).first()
        if found is not None:
            return found
    values = {"name": f"Cơ quan thử {next(_numbers)}"}
    return Body.objects.create(commune=commune, kind=kind, **(values | fields))


def speaker_of(body: Body, role: Role = Role.FRONT) -> User:
    """An account with the seat of a body."""
    user = make_user(body.commune, role)
    BodyAccount.objects.create(body=body, user=user)
    return user


def make_organisation(commune: Commune, **fields: Any) -> PartyOrganisation:
    values = {"name": f"Chi bộ thử {next(_numbers)}", "kind": PartyOrganisation.Kind.AGENCY_CELL}
    return PartyOrganisation.objects.create(commune=commune, **(values | fields))


def make_document(commune: Commune, **fields: Any) -> GuidingDocument:
    values = {
        "number": f"{next(_numbers)}-CV/ĐU", "issued_on": date(2026, 3, 2), "issuer": "Đảng ủy xã",
        "kind": GuidingDocument.Kind.LETTER, "summary": "Về công tác an ninh, trật tự",
    }  # fmt: skip
    return GuidingDocument.objects.create(commune=commune, **(values | fields))


def make_plan(body: Body, **fields: Any) -> Plan:
    """A draft for this year."""
    year = timezone.localdate().year
    values: dict[str, Any] = {
        "subject": f"Kế hoạch thử {next(_numbers)}", "starts_on": date(year, 1, 1),
        "ends_on": date(year, 12, 31), "purposes": "Giữ bình yên.", "duties": "Các ấp thực hiện.",
    }  # fmt: skip
    if "created_by" not in fields:
        values["created_by"] = make_user(body.commune, Role.FRONT)
    return Plan.objects.create(commune=body.commune, body=body, **(values | fields))


def make_issued(body: Body, **fields: Any) -> Plan:
    values = {
        "state": "issued", "number": f"{next(_numbers)}/KH", "signed_by": "Chủ tịch",
        "issued_on": timezone.localdate(),
    }  # fmt: skip
    return make_plan(body, **(values | fields))


def make_milestone(plan: Plan, **fields: Any) -> Milestone:
    values = {"what": f"Việc thử {next(_numbers)}", "responsible": "Trưởng ấp"}
    return Milestone.objects.create(plan=plan, **(values | fields))


def make_round(commune: Commune, **fields: Any) -> DirectionRound:
    """Of the Party; due in a week, without parts. `asked`: pairs of label and unit."""
    today, asked = timezone.localdate(), fields.pop("asked", ())
    values: dict[str, Any] = {
        "title": f"Đợt chỉ đạo {next(_numbers)}", "text": "Báo cáo kết quả.",
        "directed_by": "Phó Bí thư Thường trực", "given_on": today,
        "due_on": today + timedelta(days=7),
    }  # fmt: skip
    if "created_by" not in fields:
        values["created_by"] = make_user(commune, Role.PARTY_OFFICE)
    made = DirectionRound.objects.create(commune=commune, **(values | fields))
    for place, (label, unit) in enumerate(asked, 1):
        AskedNumber.objects.create(round=made, place=place, label=label, unit=unit)
    return made


def make_part(given: DirectionRound, to: Any, **fields: Any) -> Direction:
    """The part of a round for one addressee."""
    shared = ("title", "text", "directed_by", "given_on", "due_on", "created_by")
    values = {name: getattr(given, name) for name in shared}
    return make_direction(to, round=given, **(values | fields))


def make_direction(to: Any, **fields: Any) -> Direction:
    """To a body, a hamlet or a party organisation; due in a week; a round by itself."""
    names = {Body: "body", PartyOrganisation: "organisation"}
    today = timezone.localdate()
    values: dict[str, Any] = {
        "title": f"Việc chỉ đạo {next(_numbers)}", "text": "Báo cáo kết quả.",
        "directed_by": "Phó Bí thư Thường trực", "given_on": today,
        "due_on": today + timedelta(days=7), names.get(type(to), "hamlet"): to,
    }  # fmt: skip
    if "created_by" not in fields:
        values["created_by"] = make_user(to.commune, Role.PARTY_OFFICE)
    values |= fields
    if "round" not in values:
        shared = (
            "title", "text", "directed_by", "given_on", "due_on", "created_by", "document",
            "post_request",
        )  # fmt: skip
        words = {name: values[name] for name in shared if name in values}
        values["round"] = DirectionRound.objects.create(commune=to.commune, **words)
    return Direction.objects.create(commune=to.commune, **values)


def make_job(commune: Commune, **fields: Any) -> Job:
    """Given by a chief to an officer, due in three days; `doer` and `given_by` may be named."""
    values: dict[str, Any] = {
        "title": f"Việc thử {next(_numbers)}",
        "due_on": timezone.localdate() + timedelta(days=3),
    }
    if "doer" not in fields:
        values["doer"] = make_user(commune, Role.OFFICER)
    if "given_by" not in fields:
        values["given_by"] = make_user(commune, Role.CHIEF)
    return Job.objects.create(commune=commune, **(values | fields))


def make_proposal(sender: Any, **fields: Any) -> Proposal:
    names = {Body: "body", PartyOrganisation: "organisation"}
    values: dict[str, Any] = {
        "title": f"Kiến nghị thử {next(_numbers)}", "text": "Xin thêm bảng tin.",
        "sent_at": timezone.now(), names.get(type(sender), "hamlet"): sender,
    }  # fmt: skip
    if "sent_by" not in fields:
        values["sent_by"] = make_user(sender.commune, Role.FRONT)
    return Proposal.objects.create(commune=sender.commune, **(values | fields))


def make_spreading(
    organisation: PartyOrganisation, document: GuidingDocument, **fields: Any
) -> Any:
    values: dict[str, Any] = {"held_on": timezone.localdate(), "attendees": 20}
    if "recorded_by" not in fields:
        values["recorded_by"] = make_user(organisation.commune, Role.PARTY_OFFICE)
    return Spreading.objects.create(
        organisation=organisation, document=document, **(values | fields)
    )
