"""Split two matters reported together into two tips, and move words between them."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from accounts.audit import services as audit
from accounts.models import User
from accounts.quarters import quarter
from accounts.vault.rows import rebind
from accounts.workflow.services import lock, record, sees
from reports import intake
from reports.clocks import services as clocks
from reports.clocks.rules import Stage
from reports.proposals import services as proposals
from reports.tips import occasions
from reports.tips.errors import NotAllowed, TransitionNotAllowed
from reports.tips.models import TipReport
from reports.tips.search import tokens
from reports.tips.services import MAX_SUMMARY, cleaned, is_worker, lock_for_worker
from reports.vault import conflicts
from reports.vault.kin import kin_of
from reports.vault.models import Reporter, index_of_telling, indexes_of_telling
from reports.work.models import TipEvent, TipMessage

NOT_MOVABLE = "Chỉ chuyển được lời của người báo tin."


@transaction.atomic
def split(tip: TipReport, *, by: User, summary: str) -> TipReport:
    """Make a second tip of another matter in this one, given by its `summary`.

    Returns the new one, which waits to be sorted. Raises NotAllowed, CarriesSecret. In the vault
    alone, as the reporter is carried over; pages ask for it (`reports.triage.operations`).
    """
    lock_for_worker(tip, by, "reports.triage_tipreport")
    conflicts.require_unnamed(tip, by)
    if not tip.is_open:
        raise TransitionNotAllowed("Chỉ tách được phản ánh chưa đóng. Hãy mở lại trước.")
    summary = cleaned(summary, "tóm tắt việc thứ hai", MAX_SUMMARY)
    words = "\n\n".join(row.text for row in tip.sealed_texts.order_by("at", "pk"))
    if not words:
        raise NotAllowed("Phản ánh này không còn lời gốc nên không tách được.")
    made = _received_with(tip, words)
    made.summary, made.search_tokens = summary, tokens(summary)
    made.save(update_fields=["summary", "search_tokens"])
    if not tip.clocks.open().filter(stage=Stage.ACKNOWLEDGE).exists():
        clocks.stop(made, Stage.ACKNOWLEDGE, at=made.received_at)  # the first says so already
    proposals.copy_decisions(tip, made)
    proposals.hold_back(made, summary)
    record(tip, TipEvent.Kind.SPLIT, by=by, text=f"Việc thứ hai: {made.code}")
    return made


def _received_with(tip: TipReport, words: str) -> TipReport:
    """Make a tip of the same person, channel and time, with these words."""
    known: Reporter = tip.reporter
    is_public = tip.exposure == TipReport.Exposure.PUBLIC_IN_GROUP
    made = intake.receive(
        tip.commune,
        intake.TipContent(words, hamlet=tip.hamlet, urgency=tip.urgency),
        channel=tip.channel,
        person=intake.Person(
            name=known.name, phone=known.phone, address=known.address,
            zalo_user_id=known.zalo_user_id, how_known=known.how_known,
            why_unnamed=known.why_unnamed,
        ),
        by=tip.recorded_by,
        in_group=tip.zalo_group if is_public else None,
        relayed=intake.Relayed(tip.relayed_through, tip.relayed_at),
        at=tip.received_at,
        gives_receipt=False,
    ).tip  # fmt: skip
    Reporter.objects.filter(tip=made).update(told_with=index_of_telling(tip))
    return made


def told_with(tip: TipReport) -> list[TipReport]:
    """Return the tips split from this one, and from those, for the holder of its receipt. In the
    vault."""
    found: list[TipReport] = []
    asked = [tip]
    while asked:
        rows = TipReport.objects.filter(
            reporter__told_with__in=[one for tip in asked for one in indexes_of_telling(tip)]
        )
        asked = list(rows.select_related("commune", "hamlet", "duplicate_of").order_by("pk"))
        found += asked
    return found


# The chat cannot know which of two matters of one report somebody means: words go where somebody
# spoke last, else to the newer one, and are moved by whoever works on both, who has read the same
# words in both. Who works on one matter alone does not learn that there is another.


def beside(tip: TipReport, *, by: User) -> list[TipReport]:
    """Return the open tips of the same report that this account works on too."""
    if tip.emptied_at is not None or not by.has_perm("reports.work_tipreport"):
        return []
    return _among(kin_of(tip).tips, by)


def _among(numbers: Collection[int], by: User) -> list[TipReport]:
    """Of these tips the open ones that this account works on."""
    if not numbers:
        return []
    rows = TipReport.objects.visible_to(by).filter(pk__in=numbers, emptied_at=None)
    found = [row for row in rows.select_related("commune").order_by("pk") if row.is_open]
    return [row for row in found if is_worker(by, row)]


def move(message: TipMessage, *, to: TipReport, by: User) -> TipMessage:
    """Put words of the reporter, with what hung on them, into the talk of the other matter.

    There they are new again. The history of the one names the other in a sealed line; the audit
    trail says that words were moved, not where to. Raises NotAllowed.
    """
    kin = kin_of(message.tip).tips
    return _move(message, to, by, kin)


@transaction.atomic
def _move(message: TipMessage, to: TipReport, by: User, kin: Collection[int]) -> TipMessage:
    tip = message.tip
    for one in sorted((tip, to), key=lambda row: row.pk):
        lock_for_worker(one, by, "reports.work_tipreport")
    if to.pk not in {one.pk for one in _among(kin, by)} or tip.emptied_at is not None:
        raise NotAllowed("Hai phản ánh này không phải một lần kể, hoặc việc kia đã đóng.")
    lock(message, missing=NOT_MOVABLE)
    if not sees(by, message):
        raise NotAllowed(NOT_MOVABLE)
    if message.tip_id != tip.pk or message.direction != TipMessage.Direction.IN:
        raise NotAllowed(NOT_MOVABLE)
    rebind(message, tip=to, read_at=None)
    for row in (*_locked(message.attachments), *_locked(message.proposals)):
        rebind(row, tip=to)
    for row in message.proposals.filter(state="confirmed").select_related("user"):
        conflicts.shut_out(to, row.user)
    is_held = message.proposals.waiting().exists()
    for one in (tip, to):
        one.has_unread = one.messages.unread().exists()
        one.save(update_fields=["has_unread"])
        occasions.follow_readers(one)
        if not one.has_unread:
            occasions.talk_read(one)
    if to.has_unread and not is_held:
        occasions.heard(to)
    audit.record("tip.words_moved", by=by, target=tip, commune=tip.commune)
    TipEvent.objects.create(
        tip=tip, kind=TipEvent.Kind.WORDS_MOVED, by=by, note=f"Sang phản ánh {to.code}"
    )
    moment = quarter(message.at)
    if not is_held and not to.events.filter(kind=TipEvent.Kind.HEARD_MORE, at=moment).exists():
        record(to, TipEvent.Kind.HEARD_MORE, at=moment)
    return message


def _locked(rows: Any) -> Any:
    """Of a message; what waits there for its file, too, which the vault may be moving in."""
    return rows.select_for_update(of=("self",)).order_by("pk")
