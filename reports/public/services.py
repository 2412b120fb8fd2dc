"""Actions of a reporter with a receipt: look up, add, object."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.encryption.services import blind_index
from accounts.quarters import quarter
from accounts.workflow.services import lock, record, require_going_on
from reports.intake import File, keep_file
from reports.proposals import services as proposals
from reports.tips import emergency, occasions, receipts
from reports.tips.errors import TransitionNotAllowed
from reports.tips.models import TipReport
from reports.tips.services import require_no_secret
from reports.vault.models import SealedText
from reports.work.models import TipEvent, TipMessage

NOT_SOLVED = "Chuyện này chưa giải quyết xong."
# A chain of duplicates is no longer than this; beyond it a tip stands for itself.
_LONGEST_CHAIN = 10


def source_of_form(once: str) -> str:
    """Return the keyed hash that recognises a form that came in, however often it is sent.

    Of eighteen random bytes, so made at the door, with the key of the portal: nobody guesses them.
    """
    return blind_index(once, purpose="tip_form.once")


def tip_of_form(once: str) -> TipReport | None:
    """The tip that this form became, if it was sent before."""
    row = SealedText.objects.filter(source=source_of_form(once)).select_related("tip").first()
    return row.tip if row is not None else None


def tip_of_receipt(receipt: str | None) -> TipReport | None:
    """The tip behind a receipt. Costs one slow hash and one look, whatever it is asked for."""
    return tip_of_stretched(receipts.stretched(receipt or receipts.new()))


def tip_of_stretched(digits: str) -> TipReport | None:
    """The tip behind the stretched digits of a receipt; one look."""
    # Tips of before stand under the stretched digits themselves.
    hashes = (receipts.hash_of_stretched(digits), digits)
    found = TipReport.objects.filter(receipt_hash__in=hashes)
    return found.select_related("commune", "hamlet", "duplicate_of").first()


@transaction.atomic
def confirm_receipt(tip: TipReport, receipt: str) -> bool:
    """Note that the reporter has the receipt; False where it is not the receipt of this tip."""
    digits = receipts.stretched(receipt)
    is_right = tip.receipt_hash in (receipts.hash_of_stretched(digits), digits)
    if is_right and not tip.receipt_confirmed:
        tip.receipt_confirmed = True
        tip.save(update_fields=["receipt_confirmed"])
    return is_right


@transaction.atomic
def renew_receipt(tip: TipReport) -> str:
    """Make a new receipt for a reporter who never saw the first, which is void from now on.

    Raises TransitionNotAllowed once the reporter has proved to have it.
    """
    lock(tip)
    if tip.receipt_confirmed:
        raise TransitionNotAllowed("Mã biên nhận của tin này đã được chép lại, không cấp mã khác.")
    receipt = receipts.new()
    tip.receipt_hash = receipts.hash_of(receipt)
    tip.save(update_fields=["receipt_hash"])
    return receipt


@transaction.atomic
def say_more(
    tip: TipReport, text: str, *, files: Sequence[File] = (), once: str = "", now: datetime
) -> TipMessage | None:
    """Add words and pictures to a tip; None where the same were added before (`once`).

    Raises CarriesSecret, or NotAllowed where nothing of the tip is kept any more.
    """
    require_no_secret(text)
    lock(tip)
    require_going_on(tip)
    at = quarter(now)
    source = blind_index(f"{tip.pk}:{once}", purpose="tip_message.once") if once else ""
    if source and TipMessage.objects.filter(source=source).exists():
        return None
    message = TipMessage.objects.create(
        tip=tip,
        direction=TipMessage.Direction.IN,
        via=TipMessage.Via.RECEIPT,
        text=text,
        at=at,
        source=source,
    )
    for position, file in enumerate(files):
        keep_file(tip, file, position=position, at=at, message=message)
    if not proposals.hold_words(message):
        is_urgent = bool(emergency.numbers_to_call(text))
        if is_urgent and tip.is_open:
            tip.urgency = TipReport.Urgency.EMERGENCY
        tip.has_unread = True
        tip.save(update_fields=["has_unread", "urgency"])
        record(tip, TipEvent.Kind.HEARD_MORE, at=at)
        occasions.became_urgent(tip)
        occasions.heard(tip, is_urgent=is_urgent)
    return message


def not_solved(tip: TipReport, *, now: datetime) -> TipMessage | None:
    """Say that the outcome did not solve it, once for each outcome; to reopen is the officer's.

    Raises TransitionNotAllowed before there is an outcome.
    """
    if not may_object(tip):
        raise TransitionNotAllowed("Tin này chưa có kết quả.")
    return say_more(tip, NOT_SOLVED, once=_objection(tip), now=now)


def may_object(tip: TipReport) -> bool:
    """Whether there is an outcome, and something left to work on."""
    return standing_of(tip).status in TipReport.WITH_OUTCOME and tip.emptied_at is None


def has_objected(tip: TipReport) -> bool:
    """Whether it was said of this outcome."""
    source = blind_index(f"{tip.pk}:{_objection(tip)}", purpose="tip_message.once")
    return TipMessage.objects.filter(source=source).exists()


def _objection(tip: TipReport) -> str:
    since = standing_of(tip).resolved_at or tip.closed_at
    return f"not solved {since.isoformat() if since else ''}"


def mark_answers_read(tip: TipReport, *, now: datetime) -> None:
    """Mark the answers as read by the reporter."""
    answers = tip.messages.filter(direction=TipMessage.Direction.OUT, read_at=None)
    answers.update(read_at=quarter(now))


def standing_of(tip: TipReport) -> TipReport:
    """Return the tip whose state counts: of a duplicate the main one, otherwise hidden."""
    for _step in range(_LONGEST_CHAIN):
        if tip.duplicate_of is None:
            break
        tip = tip.duplicate_of
    return tip


def days_of_openings(tip: TipReport, reasons: Mapping[int, str]) -> list[tuple[datetime, str]]:
    """Return the days of openings of the identity, with those of their `reasons` that the vault
    opened; never who looked."""
    openings = tip.openings.exclude(opened_at=None).order_by("opened_at")
    return [
        (timezone.localtime(at), reasons.get(pk, ""))
        for pk, at in openings.values_list("pk", "opened_at")
    ]
