"""The library of procedures beside a tip: what answers it, and which question that settles."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.models import User
from procedures.asking import services as asking
from procedures.editions.rendering import answer, why_not_sendable
from procedures.models import Edition
from procedures.searching import services as searching
from procedures.searching.services import Kind
from reports.tips.models import TipReport
from reports.work.models import TipMessage

IN = TipMessage.Direction.IN


@dataclass(frozen=True)
class Suggestion:
    """An edition that may answer; `why_not` says why no machine tells it today, blank if it may."""

    edition: Edition
    why_not: str


def suggest(tip: TipReport, today: date, *, asked: str = "") -> list[Suggestion]:
    """Up to three editions in use that may answer: what was `asked` of the search, else the tip.

    For whoever may read the words of the tip.
    """
    texts = [asked] if asked.strip() else _texts_to_search(tip)
    for text in texts:
        found = searching.find(text, today=today)
        if found.kind != Kind.NONE:
            editions = [hit.edition for hit in found.hits if hit.edition is not None]
            return [Suggestion(one, why_not_sendable(one, today)) for one in editions]
    return []


def _texts_to_search(tip: TipReport) -> list[str]:
    """The newest first: what was added, the clean summary, what was told first. Of a tip that was
    sorted as anything else nothing is looked up by itself."""
    if tip.kind not in (TipReport.Kind.PROCEDURE_QUESTION, TipReport.Kind.UNSORTED):
        return []
    last = tip.messages.filter(direction=IN).order_by("-at", "-pk").first()
    first = tip.sealed_texts.order_by("at", "pk").first()
    return [text for text in (last and last.text, tip.summary, first and first.text) if text]


def words_of(edition: Edition, tip: TipReport) -> str:
    """What an officer may send of an edition, to be changed first."""
    whole = Edition.objects.with_parts().get(pk=edition.pk)
    return answer(whole, timezone.localdate(), commune=tip.commune, by_officer=True)


def settle(tip: TipReport, edition: Edition, *, by: User) -> None:
    """Somebody answered from the library: the questions in this tip are settled by that edition.

    They are known by their words alone; each line counts, for what was asked first stands above
    what was said to reach a person.
    """
    texts = [row.text for row in tip.sealed_texts.all()]
    texts += [row.text for row in tip.messages.filter(direction=IN)]
    lines = {line.strip() for text in texts for line in (text, *text.splitlines())}
    asking.note_answered(tip.commune, lines - {""}, edition, by=by)
