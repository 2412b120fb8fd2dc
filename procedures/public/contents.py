"""What the pages say: the list of the library, one procedure, and what is asked for most."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from procedures import rendering
from procedures.models import Edition, Procedure, ProcedureArea, Question
from procedures.public.shell import Shell
from procedures.querysets import STALE_DAYS
from procedures.wording import clip

SHOWN_MOST: Final = 6
ASKED_DAYS: Final = 90
# A procedure that fewer questions were answered with is not said to be asked for often.
OFTEN: Final = 3
# What people come for, until the questions of a place themselves say it.
USUAL: Final = (
    "dang-ky-tam-tru", "dang-ky-thuong-tru", "cap-doi-the-can-cuoc", "vneid-muc-2",
    "thong-bao-luu-tru", "sang-ten-xe",
)  # fmt: skip
_DESCRIBED: Final = 190


@dataclass(frozen=True)
class Entry:
    """One procedure in a list; `doubt` says why its content is to be read with care."""

    slug: str
    name: str
    area: ProcedureArea
    url: str
    place: str
    doubt: str
    answer: str = ""


def entry(procedure: Procedure, edition: Edition | None, shell: Shell) -> Entry:
    """A procedure as lists and search results show it."""
    return Entry(
        slug=procedure.slug,
        name=procedure.name,
        area=procedure.area,
        url=shell.path("page", procedure.slug),
        place=str(procedure.get_level_display()),
        doubt=_doubt(edition, shell.today),
        answer=edition.short_answer.strip() if edition is not None else "",
    )


def library(shell: Shell) -> dict[str, object]:
    """The whole library by area, and what is asked for most."""
    rows = list(Procedure.objects.active().select_related("area").with_published())
    entries = [entry(row, _current(row, shell.today), shell) for row in rows]
    areas = [(area, list(found)) for area, found in groupby(entries, key=lambda row: row.area)]
    return {"areas": areas, "most_asked": _most_asked(rows, entries, shell.today)}


def _most_asked(rows: list[Procedure], entries: list[Entry], today: date) -> list[Entry]:
    """By the questions that were answered lately; what is missing is filled with the usual ones."""
    since = today - timedelta(days=ASKED_DAYS)
    asked = list(Question.objects.all().most_asked(since, at_least=OFTEN)[:SHOWN_MOST])
    by_key = {row.pk: found for row, found in zip(rows, entries, strict=True)}
    by_slug = {found.slug: found for found in entries}
    wanted = [by_key.get(key) for key in asked] + [by_slug.get(slug) for slug in USUAL]
    answered = dict.fromkeys(row for row in wanted if row is not None and not row.doubt)
    return list(answered)[:SHOWN_MOST]


def _current(procedure: Procedure, today: date) -> Edition | None:
    """The edition in force, from rows that came with their procedure."""
    found: list[Edition] = getattr(procedure, "published_editions", [])
    return next((edition for edition in found if edition.is_in_force(today)), None)


def _doubt(edition: Edition | None, today: date) -> str:
    if edition is None:
        return "Đang rà soát, chưa có nội dung"
    if edition.reopened_at is not None:
        return "Đang rà soát lại"
    return "Cần rà soát lại" if edition.is_stale(today) else ""


def edition_of(procedure: Procedure, today: date) -> Edition | None:
    """The edition that the page shows: published and in force, whether or not it may be sent."""
    rows = Edition.objects.current(today).with_parts()
    return rows.filter(procedure=procedure).first()


def one(procedure: Procedure, edition: Edition, shell: Shell) -> dict[str, object]:
    """Everything that the page and the handout of a procedure say."""
    return {
        "procedure": procedure,
        "edition": edition,
        "warning": warning(edition, shell.today),
        "dossier": list(rendering.dossier_by_case(edition).items()),
        "is_waived": any(item.is_waivable for item in edition.dossier.all()),
        "time_limits": list(edition.time_limits.all()),
        "fee": rendering.fee_line(edition, shell.today),
        "citations": list(edition.citations.all()),
        "link": edition.link or f"https://{rendering.NATIONAL_PORTAL}",
        "description": clip(edition.short_answer.strip(), _DESCRIBED),
        "print_url": shell.path("print", procedure.slug),
        "large_url": shell.path("print", procedure.slug, chu="lon"),
    }


def warning(edition: Edition, today: date) -> str:
    """What a reader has to know of an edition that no machine may send; blank of others."""
    if edition.reopened_at is not None:
        return f"Nội dung này đang được rà soát lại: {edition.reopened_because}."
    if edition.is_stale(today):
        return f"Nội dung này chưa được rà soát lại trong {STALE_DAYS} ngày qua, có thể đã đổi."
    return ""
