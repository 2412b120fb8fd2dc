"""Answer a tip from the library of procedures, and settle its questions."""

from dataclasses import dataclass
from datetime import date
from typing import Any

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
    """An edition that may answer; `why_not`: the machine's obstacle today, blank where none."""

    edition: Edition
    why_not: str


def suggest(tip: TipReport, today: date, *, by: Any, asked: str = "") -> list[Suggestion]:
    """Return up to three editions that may answer the `asked` words, else the tip.

    Only for accounts that may read the words of the tip.
    """
    texts = [asked] if asked.strip() else _texts_to_search(tip, by)
    for text in texts:
        found = searching.find(text, today=today)
        if found.kind != Kind.NONE:
            editions = [hit.edition for hit in found.hits if hit.edition is not None]
            return [Suggestion(one, why_not_sendable(one, today)) for one in editions]
    return []


def _texts_to_search(tip: TipReport, by: Any) -> list[str]:
    """Return the texts to search with, the newest first; none for a tip sorted as anything else."""
    if tip.kind not in (TipReport.Kind.PROCEDURE_QUESTION, TipReport.Kind.UNSORTED):
        return []
    last = tip.messages.open_to(by).filter(direction=IN).order_by("-at", "-pk").first()
    first = tip.sealed_texts.order_by("at", "pk").first()
    return [text for text in (last and last.text, tip.summary, first and first.text) if text]


def words_of(edition: Edition, tip: TipReport) -> str:
    """Return the text that an officer may send of an edition, to be changed first."""
    whole = Edition.objects.with_parts().get(pk=edition.pk)
    return answer(whole, timezone.localdate(), commune=tip.commune, by_officer=True)


def settle(tip: TipReport, edition: Edition, *, by: User) -> None:
    """Settle the questions in a tip that was answered from an edition of the library.

    They are known by their words alone; each line counts, for the question stands above the wish to
    reach a person.
    """
    texts = [row.text for row in tip.sealed_texts.all()]
    texts += [row.text for row in tip.messages.filter(direction=IN)]
    lines = {line.strip() for text in texts for line in (text, *text.splitlines())}
    asking.note_answered(tip.commune, lines - {""}, edition, by=by)
