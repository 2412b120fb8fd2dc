"""Asking for, approving and opening the identity of a reporter, in the vault, with proofs of two
officers; pages call the functions without a call.
"""

from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.vault.calls import Call
from accounts.vault.client import ask
from accounts.vault.errors import ForgedCall
from accounts.vault.operations import operation
from accounts.vault.proofs import keys, passkeys
from accounts.vault.proofs.checking import Given
from reports.tips.models import TipReport
from reports.vault import openings, proofs
from reports.vault.models import IdentityOpening
from reports.vault.proofs import Act

keys.register_right("reports.ask_identityopening")
keys.register_right("reports.decide_identityopening")


def visible_tip(call: Call, uuid: str) -> TipReport:
    """The tip, where the account of the call sees it: no page leads to another. Raises ForgedCall.

    A number that is none is refused alike.
    """
    try:
        tip = TipReport.objects.visible_to(call.officer).filter(uuid=uuid).first()
    except (ValidationError, ValueError, TypeError):
        tip = None
    if tip is None:
        raise ForgedCall("Tài khoản này không xem được phản ánh này.")
    return tip


def _visible_opening(call: Call, uuid: str) -> IdentityOpening:
    """The opening, where the account of the call sees its tip. Raises ForgedCall."""
    try:
        row = IdentityOpening.objects.visible_to(call.officer).filter(uuid=uuid).first()
    except (ValidationError, ValueError, TypeError):
        row = None
    if row is None:
        raise ForgedCall("Tài khoản này không xem được đề nghị này.")
    return row


def _uuid_of(opening: str) -> UUID | None:
    try:
        return UUID(opening) if opening else None
    except (ValueError, TypeError, AttributeError):
        raise ForgedCall("Kho niêm phong không hiểu lời gọi này.") from None


@operation("reports.proof_options", is_logged=False)
def _proof_options(call: Call, *, act: str, tip: str = "", opening: str = "") -> dict[str, str]:
    if act == Act.ASK:
        row = IdentityOpening(tip=visible_tip(call, tip))
    elif act in Act.values:
        row = _visible_opening(call, opening)
    else:
        raise ForgedCall("Kho niêm phong không hiểu lời gọi này.")
    options = passkeys.options_to_prove(call.officer, *proofs.aim_of(row, act))
    return {"options": options, "opening": str(row.uuid)}


@operation("reports.ask_opening", subject="tip")
def _ask_opening(
    call: Call, *, tip: str, reason: str, aim: str, code: str = "", answer: str = "",
    opening: str = "",
) -> str:  # fmt: skip
    given, uuid = Given.of(code, answer), _uuid_of(opening)
    if aim not in IdentityOpening.Aim.values or not isinstance(reason, str):
        raise ForgedCall("Kho niêm phong không hiểu lời gọi này.")
    row = visible_tip(call, tip)
    with transaction.atomic():
        made = openings.ask(
            row, by=call.officer, reason=reason, aim=IdentityOpening.Aim(aim), uuid=uuid
        )
        proofs.prove(made, Act.ASK, by=call.officer, given=given)
    return str(made.uuid)


@operation("reports.approve_opening", subject="opening")
def _approve_opening(call: Call, *, opening: str, code: str = "", answer: str = "") -> bool:
    given, row = Given.of(code, answer), _visible_opening(call, opening)
    if row.asked_by_id == call.officer.pk:
        raise ForgedCall("Người đề nghị không tự duyệt được.")
    with transaction.atomic():
        made = openings.decide(row, by=call.officer, approved=True)
        proofs.require_asked(made)
        proofs.prove(made, Act.APPROVE, by=call.officer, given=given)
    return True


@operation("reports.open_identity", opens=1, subject="tip")
def _open_identity(call: Call, *, tip: str, code: str = "", answer: str = "") -> dict[str, str]:
    check = partial(proofs.look, by=call.officer, given=Given.of(code, answer))
    return asdict(openings.open_identity(visible_tip(call, tip), by=call.officer, check=check))


@operation("reports.open_phone", opens=1, subject="tip")
def _open_phone(call: Call, *, tip: str, code: str = "", answer: str = "") -> str:
    check = partial(proofs.look_once, by=call.officer, given=Given.of(code, answer))
    return openings.open_phone(visible_tip(call, tip), by=call.officer, check=check)


def proof_options(act: str, tip: TipReport, opening: IdentityOpening | None) -> dict[str, str]:
    """Options of a passkey for an act, and the opening that they name: for asking a new one.

    Raises NotAllowed.
    """
    named: dict[str, Any] = (
        {"tip": str(tip.uuid)} if opening is None else {"opening": str(opening.uuid)}
    )
    return dict(ask("reports.proof_options", act=act, **named))


def ask_opening(tip: TipReport, *, reason: str, aim: str, **proof: Any) -> None:
    """Ask, for the account of this request, with its proof. Raises NotAllowed."""
    ask("reports.ask_opening", tip=str(tip.uuid), reason=reason, aim=aim, **proof)


def approve_opening(opening: IdentityOpening, **proof: Any) -> None:
    """Approve, for the account of this request, with its proof. Raises NotAllowed."""
    ask("reports.approve_opening", opening=str(opening.uuid), **proof)


def identity_of(tip: TipReport, **proof: Any) -> openings.Identity:
    """The reporter, for the account of this request within its 24 hours, with its proof or within
    15 minutes of the last. Raises NotAllowed."""
    return openings.Identity(**ask("reports.open_identity", tip=str(tip.uuid), **proof))


def phone_of(tip: TipReport, **proof: Any) -> str:
    """The number to call back, once, with a proof. Raises NotAllowed."""
    return str(ask("reports.open_phone", tip=str(tip.uuid), **proof))
