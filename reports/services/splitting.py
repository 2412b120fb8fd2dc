"""Two matters told in one breath become two tips, each worked on by itself.

The second has the sealed words and the vault of the first, a number of its own, and the time at
which it was told, for the law counts from there. Whoever works on one does not learn from it that
there is another: what joins them is a keyed hash in the vault, by which the one receipt opens both,
and a sealed line in the history of the first. Pictures stay with the first.
"""

from django.db import transaction

from accounts.models import User
from accounts.workflow.services import lock_for, record
from reports import intake
from reports.deadlines.rules import Stage
from reports.models import Reporter, TipEvent, TipReport
from reports.models.sealed import index_of_telling
from reports.searching import tokens
from reports.services import clocks, conflicts
from reports.services.errors import NotAllowed, TransitionNotAllowed
from reports.services.steps import require_worker
from reports.services.words import SUMMARY, cleaned


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
