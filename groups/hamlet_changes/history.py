"""The past of a hamlet: its decisions and figures, under the names in force then."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from groups.coverage import households
from groups.hamlet_changes.models import HamletChange, HamletChangeSource
from groups.places.models import Hamlet

Kind = HamletChange.Kind


@dataclass(frozen=True)
class Frozen:
    """A hamlet under its old name: its figures at the end of its last day under it."""

    title: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True)
class PastLine:
    """A sentence about a decision; the address leads to its page, for who may see that."""

    sentence: str
    url: str = ""
    figures: list[Frozen] = field(default_factory=list)


def _sources(**fields: Any) -> list[HamletChangeSource]:
    """Sources of decisions that were carried out, oldest first."""
    rows = HamletChangeSource.objects.filter(change__state=HamletChange.State.DONE, **fields)
    return list(rows.select_related("change").order_by("change__effective_on", "pk"))


def _line(sentence: str, sources: list[HamletChangeSource], user: Any) -> PastLine:
    change = sources[0].change
    seen = HamletChange.objects.visible_to(user).filter(pk=change.pk)
    may_read = user.has_perm("groups.view_hamletchange") and seen.exists()
    return PastLine(
        f"{sentence} ({change.decision_number}, có hiệu lực {change.effective_on:%d/%m/%Y}).",
        reverse("admin:groups_hamletchange_show", args=[change.pk]) if may_read else "",
        [
            Frozen(
                f"Số liệu {source.name_then} đến hết {source.last_day:%d/%m/%Y}",
                households.figure_lines(source.figures),
            )
            for source in sources
        ],
    )


def _names(rows: Any) -> str:
    return ", ".join(str(row) for row in rows)


def past_of(hamlet: Hamlet, user: Any) -> list[PastLine]:
    """Lines on its successors, former names and origins.

    Whoever sees a hamlet reads the figures of those that it came from: they count and name nobody.
    """
    lines = []
    for source in _sources(hamlet=hamlet):
        if source.change.kind == Kind.RENAME:
            sentence = f"Trước đây là {source.name_then}"
        else:
            after = _names(source.change.results.all())
            sentence = f"{source.name_then} đã hết hiệu lực, nay là {after}"
        lines.append(_line(sentence, [source], user))
    by_change: dict[int, list[HamletChangeSource]] = {}
    for source in _sources(change__results__hamlet=hamlet):
        if source.change.kind != Kind.RENAME:
            by_change.setdefault(source.change_id, []).append(source)
    lines += [_line(f"Hình thành từ {_names(rows)}", rows, user) for rows in by_change.values()]
    return lines
