"""Asking for, approving and opening the identity of a reporter, in the vault, with proofs of two
officers; pages call the functions without a call.
"""

from dataclasses import asdict
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.vault.calls import Call
from accounts.vault.client import ask
from accounts.vault.errors import ForgedCall
from accounts.vault.operations import operation
from accounts.vault.proofs import keys
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


@operation("reports.ask_opening", subject="tip")
def _ask_opening(call: Call, *, tip: str, reason: str, aim: str, code: str) -> str:
    given = Given.of(code)
    if aim not in IdentityOpening.Aim.values or not isinstance(reason, str):
        raise ForgedCall("Kho niêm phong không hiểu lời gọi này.")
    row = visible_tip(call, tip)
    with transaction.atomic():
        made = openings.ask(row, by=call.officer, reason=reason, aim=IdentityOpening.Aim(aim))
        proofs.prove(made, Act.ASK, by=call.officer, given=given)
    return str(made.uuid)


@operation("reports.approve_opening", subject="opening")
def _approve_opening(call: Call, *, opening: str, code: str) -> bool:
    given, row = Given.of(code), _visible_opening(call, opening)
    if row.asked_by_id == call.officer.pk:
        raise ForgedCall("Người đề nghị không tự duyệt được.")
    with transaction.atomic():
        made = openings.decide(row, by=call.officer, approved=True)
        proofs.require_asked(made)
        proofs.prove(made, Act.APPROVE, by=call.officer, given=given)
    return True


@operation("reports.open_identity", opens=1, subject="tip")
def _open_identity(call: Call, *, tip: str, code: str = "") -> dict[str, str]:
    check = partial(proofs.look, by=call.officer, given=Given.of(code))
    return asdict(openings.open_identity(visible_tip(call, tip), by=call.officer, check=check))


@operation("reports.open_phone", opens=1, subject="tip")
def _open_phone(call: Call, *, tip: str, code: str) -> str:
    check = partial(proofs.look_once, by=call.officer, given=Given.of(code))
    return openings.open_phone(visible_tip(call, tip), by=call.officer, check=check)


def ask_opening(tip: TipReport, *, reason: str, aim: str, code: str) -> None:
    """Ask, for the account of this request, with its proof. Raises NotAllowed."""
    ask("reports.ask_opening", tip=str(tip.uuid), reason=reason, aim=aim, code=code)


def approve_opening(opening: IdentityOpening, *, code: str) -> None:
    """Approve, for the account of this request, with its proof. Raises NotAllowed."""
    ask("reports.approve_opening", opening=str(opening.uuid), code=code)


def identity_of(tip: TipReport, *, code: str = "") -> openings.Identity:
    """The reporter, for the account of this request within its 24 hours, with its proof or within
    15 minutes of the last. Raises NotAllowed."""
    return openings.Identity(**ask("reports.open_identity", tip=str(tip.uuid), code=code))


def phone_of(tip: TipReport, *, code: str) -> str:
    """The number to call back, once, with a proof. Raises NotAllowed."""
    return str(ask("reports.open_phone", tip=str(tip.uuid), code=code))
