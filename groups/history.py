"""What a hamlet was before: its decisions, under the names that were in force then."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from groups.models import Hamlet, HamletChange, HamletChangeSource

Kind = HamletChange.Kind


@dataclass(frozen=True)
class PastLine:
    """A sentence about the past; the address leads to the frozen figures, for who may see them."""

    sentence: str
    url: str = ""


def _sources(**fields: Any) -> list[HamletChangeSource]:
    """Those of decisions that were carried out, oldest first."""
    rows = HamletChangeSource.objects.filter(change__state=HamletChange.State.DONE, **fields)
    return list(rows.select_related("change").order_by("change__effective_on", "pk"))


def _line(source: HamletChangeSource, sentence: str, user: Any) -> PastLine:
    change = source.change
    said = f"{sentence} ({change.decision_number}, có hiệu lực {change.effective_on:%d/%m/%Y})."
    seen = HamletChange.objects.visible_to(user).filter(pk=change.pk).exists()
    may_read = user.has_perm("groups.view_hamletchange") and seen
    return PastLine(
        said, reverse("admin:groups_hamletchange_show", args=[change.pk]) if may_read else ""
    )


def _names(rows: Any) -> str:
    return ", ".join(str(row) for row in rows)


def past_of(hamlet: Hamlet, user: Any) -> list[PastLine]:
    """What became of it, what it was called, and where it came from."""
    lines = []
    for source in _sources(hamlet=hamlet):
        if source.change.kind == Kind.RENAME:
            sentence = f"Trước đây là {source.name_then}"
        else:
            after = _names(source.change.results.all())
            sentence = f"{source.name_then} đã hết hiệu lực, nay là {after}"
        lines.append(_line(source, sentence, user))
    came_from = _sources(change__results__hamlet=hamlet)
    by_change: dict[int, list[HamletChangeSource]] = {}
    for source in came_from:
        if source.change.kind != Kind.RENAME:
            by_change.setdefault(source.change_id, []).append(source)
    lines += [_line(rows[0], f"Hình thành từ {_names(rows)}", user) for rows in by_change.values()]
    return lines
