"""Split two matters reported together into two tips, and move words between them."""

from django.db import transaction

from accounts.audit import services as audit
from accounts.models import User
from accounts.workflow.services import lock, lock_for, record
from reports import intake
from reports.clocks import services as clocks
from reports.clocks.rules import Stage
from reports.tips.errors import NotAllowed, TransitionNotAllowed
from reports.tips.models import TipReport
from reports.tips.search import tokens
from reports.tips.services import SUMMARY, cleaned, is_worker, quarter, require_worker
from reports.vault import conflicts, siblings
from reports.vault.models import Reporter, index_of_telling
from reports.work.models import TipEvent, TipMessage


@transaction.atomic
def split(tip: TipReport, *, by: User, summary: str) -> TipReport:
    """Make a second tip of what this one tells beside its own matter; `summary` says what.

    Returns the new one, which waits to be sorted. Raises NotAllowed, CarriesSecret.
    """
    lock_for(tip, by, permission="reports.triage_tipreport")
    require_worker(tip, by)
    if not tip.is_open:
        raise TransitionNotAllowed("Chỉ tách được phản ánh chưa đóng. Hãy mở lại trước.")
    said = cleaned(summary, "tóm tắt việc thứ hai", SUMMARY)
    words = "\n\n".join(row.text for row in tip.sealed_texts.order_by("at", "pk"))
    if not words:
        raise NotAllowed("Phản ánh này không còn lời gốc nên không tách được.")
    made = _received_with(tip, words)
    made.summary, made.search_tokens = said, tokens(said)
    made.save(update_fields=["summary", "search_tokens"])
    if not tip.clocks.open().filter(stage=Stage.ACKNOWLEDGE).exists():
        clocks.stop(made, Stage.ACKNOWLEDGE, at=made.received_at)  # the first says so already
    conflicts.share(tip, by=by)
    conflicts.note_named(made, said)
    record(tip, TipEvent.Kind.SPLIT, by=by, text=f"Việc thứ hai: {made.code}")
    return made


def _received_with(tip: TipReport, words: str) -> TipReport:
    """A tip of the same person, door and time, with these words."""
    known: Reporter = tip.reporter
    is_shown = tip.exposure == TipReport.Exposure.PUBLIC_IN_GROUP and tip.zalo_group is not None
    made = intake.receive(
        tip.commune,
        intake.Told(words, hamlet=tip.hamlet, urgency=tip.urgency),
        channel=tip.channel,
        person=intake.Person(
            name=known.name, phone=known.phone, address=known.address,
            zalo_user_id=known.zalo_user_id, how_known=known.how_known,
            why_unnamed=known.why_unnamed,
        ),
        by=tip.recorded_by,
        in_group=intake.SeenInGroup(tip.zalo_group) if is_shown and tip.zalo_group else None,
        relayed=intake.Relayed(tip.relayed_through, tip.relayed_at),
        at=tip.received_at,
        gives_receipt=False,
    ).tip  # fmt: skip
    Reporter.objects.filter(tip=made).update(told_with=index_of_telling(tip))
    return made


def told_with(tip: TipReport) -> list[TipReport]:
    """The matters that were split from a tip, and from those, for whoever holds its receipt."""
    found: list[TipReport] = []
    asked = [tip]
    while asked:
        rows = TipReport.objects.filter(
            reporter__told_with__in=[index_of_telling(one) for one in asked]
        )
        asked = list(rows.select_related("commune", "hamlet", "duplicate_of").order_by("pk"))
        found += asked
    return found


# Words that came for the other matter of one telling are moved to it, by whoever works on both.
#
# The chat cannot know which of two matters somebody means who told both. The words go where
# somebody spoke last, else to the newer one. Who works on one matter alone does not learn that
# there is another; who works on both has read the same words in both.


IN = TipMessage.Direction.IN


def beside(tip: TipReport, *, by: User) -> list[TipReport]:
    """The open matters of the same telling that this account works on too."""
    if tip.emptied_at is not None or not by.has_perm("reports.work_tipreport"):
        return []
    numbers = siblings.others(tip)
    if not numbers:
        return []
    rows = TipReport.objects.visible_to(by).filter(pk__in=numbers, emptied_at=None)
    found = [row for row in rows.select_related("commune").order_by("pk") if row.is_open]
    return [row for row in found if is_worker(by, row)]


@transaction.atomic
def move(message: TipMessage, *, to: TipReport, by: User) -> TipMessage:
    """Put words of the reporter, with what hung on them, into the talk of the other matter.

    There they are new again. The history of the one names the other in a sealed line; the trail
    says that words were moved, and not where to. Raises NotAllowed.
    """
    tip = message.tip
    for one in sorted((tip, to), key=lambda row: row.pk):
        lock(one)
    for one in (tip, to):
        lock_for(one, by, permission="reports.work_tipreport")
        require_worker(one, by)
    if to.pk not in {one.pk for one in beside(tip, by=by)}:
        raise NotAllowed("Hai phản ánh này không phải một lần kể, hoặc việc kia đã đóng.")
    row = TipMessage.objects.select_for_update(of=("self",)).filter(pk=message.pk, tip=tip).first()
    if row is None or row.direction != IN:
        raise NotAllowed("Chỉ chuyển được lời của người báo tin.")
    row.tip, row.read_at = to, None
    row.save(update_fields=["tip", "read_at"])
    row.attachments.update(tip=to)
    for one in (tip, to):
        one.has_unread = one.messages.filter(direction=IN, read_at=None).exists()
        one.save(update_fields=["has_unread"])
    audit.record("tip.words_moved", by=by, target=tip, commune=tip.commune)
    TipEvent.objects.create(
        tip=tip, kind=TipEvent.Kind.WORDS_MOVED, by=by, note=f"Sang phản ánh {to.code}"
    )
    moment = quarter(row.at)
    if not to.events.filter(kind=TipEvent.Kind.HEARD_MORE, at=moment).exists():
        record(to, TipEvent.Kind.HEARD_MORE, at=moment)
    return row
