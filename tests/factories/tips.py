"""Tips, as the doors take them in."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import Commune, User
from reports import intake
from reports.models import (
    CannedReply,
    ClockRule,
    ConflictProposal,
    Diversion,
    IdentityOpening,
    TipMessage,
    TipReport,
)
from reports.tips import receipts
from tests.factories.accounts import make_commune
from tests.factories.proofs import prove

_numbers = count(1)
WORDS = "Tối nào cũng có người tụ tập đánh bạc sau quán nước."


def make_tip(commune: Commune | None = None, **fields: Any) -> TipReport:
    """A new tip of a web form; `words`, `place`, `hamlet`, `person`, `channel` go to the intake,
    other fields are set on the row afterwards."""
    told = intake.TipContent(
        words=fields.pop("words", WORDS),
        place=fields.pop("place", ""),
        hamlet=fields.pop("hamlet", None),
    )
    tip = intake.receive(
        commune or (told.hamlet.commune if told.hamlet else make_commune()),
        told,
        channel=fields.pop("channel", TipReport.Channel.WEB_FORM),
        person=fields.pop("person", None),
        by=fields.pop("by", None),
    ).tip
    for name, value in fields.items():
        setattr(tip, name, value)
    if fields:
        tip.save()
    return tip


def with_receipt(tip: TipReport) -> str:
    """New digits for a tip."""
    digits = receipts.new()
    tip.receipt_hash = receipts.hash_of(digits)
    tip.save(update_fields=["receipt_hash"])
    return digits


def make_triaged(commune: Commune | None = None, **fields: Any) -> TipReport:
    """A tip that somebody sorted and summed up."""
    sorted_as = {
        "kind": TipReport.Kind.FEEDBACK,
        "category": TipReport.Category.TTATXH,
        "status": TipReport.Status.TRIAGED,
        "summary": "Tụ tập đánh bạc buổi tối sau một quán nước.",
    }
    return make_tip(commune, **{**sorted_as, **fields})


def make_worked(owner: User, **fields: Any) -> TipReport:
    """A tip that its owner works on."""
    commune = fields.pop("commune", owner.commune)
    return make_triaged(commune, owner=owner, status=TipReport.Status.IN_PROGRESS, **fields)


def make_message(tip: TipReport, **fields: Any) -> TipMessage:
    """Add an unread message of the reporter; `direction="out"` needs a `by`."""
    values = {"direction": "in", "via": "receipt", "text": "Tối qua lại tụ tập."}
    message = TipMessage.objects.create(tip=tip, **(values | fields))
    if message.direction == TipMessage.Direction.IN and message.read_at is None:
        TipReport.objects.filter(pk=tip.pk).update(has_unread=True)
    return message


def make_opening(tip: TipReport, asked_by: User, **fields: Any) -> IdentityOpening:
    """Asked for, and not decided yet."""
    values = {"reason": "Cần hỏi lại giờ xảy ra."}
    opening = IdentityOpening.objects.create(tip=tip, asked_by=asked_by, **(values | fields))
    return prove(opening)


def make_conflict_proposal(tip: TipReport, user: User, **fields: Any) -> ConflictProposal:
    """Waits for a decision; of the first words, unless a `message` is given."""
    values = {"due_at": timezone.now() + timedelta(days=1)}
    return ConflictProposal.objects.create(tip=tip, user=user, **(values | fields))


def make_canned(commune: Commune | None, **fields: Any) -> CannedReply:
    values = {
        "stage": CannedReply.Stage.RECEIVED,
        "title": f"Mẫu {next(_numbers)}",
        "text": "Công an xã đã nhận tin của bà con.",
    }
    return CannedReply.objects.create(commune=commune, **(values | fields))


def make_clock_rule(commune: Commune | None, **fields: Any) -> ClockRule:
    """An aim of the commune of its own, for tips that are none of ours."""
    number = next(_numbers)
    values = {
        "code": f"thu-{number}", "name": f"Thời hạn thử {number}", "stage": "work",
        "kinds": ["out_of_scope"], "amount": 5, "unit": "days", "is_legal": False,
        "valid_from": date(2026, 1, 1),
    }  # fmt: skip
    return ClockRule.objects.create(commune=commune, **(values | fields))


def make_diversion(commune: Commune, officer: User | None = None, **fields: Any) -> Diversion:
    values = {"on": timezone.localdate(), "channel": "desk", "kind": "complaint"}
    return Diversion.objects.create(commune=commune, officer=officer, **(values | fields))
