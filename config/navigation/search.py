"""One field that finds people, groups, hamlets, posts, tips by code, procedures, pages and verbs.

Lists answer by their own search, so that scope and audit are theirs; words of tips are not looked
at here. Nothing is kept: neither what was asked nor what was found. Pages that hold every word
stand before people, those that hold most of them after (`config.navigation.matching`).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, Final

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from broadcasts.models import Broadcast
from config.guides.reading import address as guide_address
from config.guides.reading import found as paragraphs
from config.navigation.declared import HOME, OWN, SECTIONS, VERBS
from config.navigation.entries import Entry
from config.navigation.matching import Line, Lines, Match, words_of
from config.navigation.sections import address, open_to
from groups.models import Hamlet, Member, Officer, ZaloGroup
from procedures.models import Procedure
from reports.models import TipReport
from vietnamese.text import fold

LONGEST: Final = 80
SHORTEST: Final = 2
OF_EACH: Final = 5
OF_PAGES: Final = 8
OF_LIKELY: Final = 5
OF_GUIDES: Final = 4
# A page that holds less than this of what was typed is another matter, and so is one that is
# much worse than the best.
LEAST_SHARE: Final = 0.5
LEAST_OF_BEST: Final = 0.6
# A code as people write it: letters or none, a year or none, a number; any sign between them.
_CODE: Final = re.compile(
    r"[a-z]{0,3}\W*(?P<year>\d{2}(?=\W*\d{3}))?\W*(?P<number>\d{3,6})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the answer."""

    title: str
    description: str
    link: str
    icon: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows of a model that the field finds: how they are called, and a line about one."""

    model: Any
    name: str
    icon: str
    view: str = "change"
    about: Callable[[Any], str] = lambda row: ""
    by_name: bool = False
    """Whether the words must stand in `folded_name`; the list's own search would guess."""


KINDS: Final = (
    Kind(Member, "Người", "person", about=lambda row: str(row.hamlet)),
    Kind(ZaloGroup, "Nhóm Zalo", "forum", about=lambda row: str(row.hamlet or "")),
    Kind(Hamlet, "Ấp, khu phố", "holiday_village"),
    Kind(Broadcast, "Bài đăng", "campaign", about=lambda row: row.get_status_display()),
    Kind(Officer, "Cán bộ", "badge"),
    Kind(Procedure, "Thủ tục", "menu_book", by_name=True),
)


def asked(request: HttpRequest) -> str:
    """The words that were typed: one line without control signs, cut where nobody types on."""
    words = "".join(sign if sign.isprintable() else " " for sign in request.GET.get("s", ""))
    return " ".join(words.split())[:LONGEST].strip()


def find(site: Any, request: HttpRequest, words: str) -> list[Found]:
    """Every line for these words that this account may open, pages first."""
    if len(words) < SHORTEST:
        return []
    code = _CODE.fullmatch(words)
    tips = _tips(request.user, code) if code else []
    if tips and not words.isdecimal():
        return tips
    whole, likely = pages_for(request.user, words)
    return [
        *whole,
        *tips,
        *(line for kind in KINDS for line in _rows(site, request, kind, words)),
        *likely,
        *_guides(fold(words).split()),
    ]


def pages_for(user: Any, words: str) -> tuple[list[Found], list[Found]]:
    """Verbs, pages and sections that hold all these words, and those that hold most of them."""
    typed = words_of(words)
    if not typed:
        return [], []
    lines, weights = _lines()
    found = [
        (match, line)
        for key, line in _open_lines(user)
        if (match := weights.match(typed, lines[key])).share >= LEAST_SHARE
    ]
    found.sort(key=lambda pair: -pair[0].rank)
    whole = [line for match, line in found if match.is_whole][:OF_PAGES]
    best = max((match.rank for match, _line in found), default=0)

    def is_likely(match: Match) -> bool:
        return not match.is_whole and match.rank >= best * LEAST_OF_BEST

    return whole, [line for match, line in found if is_likely(match)][:OF_LIKELY]


@cache
def _lines() -> tuple[dict[str, Line], Lines]:
    """The words of every page by its view, of every section by its key."""
    entries = [*VERBS, *OWN]
    lines = {}
    for section in SECTIONS:
        lines[section.key] = Line(section.title, section.about)
        entries += _entries(section)
    lines |= {entry.view: Line(entry.title, entry.about, entry.also) for entry in entries}
    return lines, Lines(lines.values())


def _open_lines(user: Any) -> Iterator[tuple[str, Found]]:
    for entry in VERBS:
        if entry.may(user):
            yield entry.view, Found(entry.title, "Việc làm", entry.address(), "bolt")
    for section in open_to(user):
        for entry in _entries(section):
            yield entry.view, Found(entry.title, entry.about, entry.address(), section.icon)
        if section is not HOME:
            yield section.key, Found(section.title, section.about, address(section), section.icon)
    for entry in OWN:
        if entry.may(user):
            yield entry.view, Found(entry.title, entry.about, entry.address(), "person")


def _entries(section: Any) -> Iterator[Entry]:
    for part in section.parts:
        yield from part.entries


def _tips(user: Any, code: re.Match[str]) -> list[Found]:
    """Tips by code: the code and its state, of those that this account reads."""
    end = f"{code['year'] or ''}-{code['number']}"
    rows = TipReport.objects.visible_to(user).filter(code__iendswith=end)
    return [
        Found(
            f"Phản ánh {row.code}", row.get_status_display(),
            reverse("admin:reports_tipreport_show", args=[row.pk]), "contact_support",
        )
        for row in rows.only("pk", "code", "status")[:OF_EACH]
    ]  # fmt: skip


def _guides(words: list[str]) -> list[Found]:
    """Paragraphs of the guides."""
    return [
        Found(heading.title, f"Hướng dẫn · {guide.title}",
              guide_address(f"{guide.key}#{heading.anchor}"), "help")
        for guide, heading in islice(paragraphs(words, fold), OF_GUIDES)
    ]  # fmt: skip


def _rows(site: Any, request: HttpRequest, kind: Kind, words: str) -> list[Found]:
    """Rows of a list by its own search."""
    made: ModelAdmin[Any] = site.get_model_admin(kind.model)
    if not made.has_view_permission(request):
        return []
    meta = kind.model._meta
    rows, is_double = made.get_queryset(request), False
    if kind.by_name:
        for word in fold(words).split():
            rows = rows.filter(folded_name__contains=word)
    else:
        rows, is_double = made.get_search_results(request, rows, words)
    return [
        Found(
            str(row), " · ".join(filter(None, (kind.name, kind.about(row)))),
            reverse(f"admin:{meta.app_label}_{meta.model_name}_{kind.view}", args=[row.pk]),
            kind.icon,
        )
        for row in (rows.distinct() if is_double else rows)[:OF_EACH]
    ]  # fmt: skip


@never_cache
@require_safe
def page(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Answer the field: lines alone for the window over a page, a whole page for a browser."""
    words = asked(request)
    is_part = "HX-Request" in request.headers
    context = {"words": words, "results": find(site, request, words), "shortest": SHORTEST}
    if is_part:
        return TemplateResponse(request, "unfold/helpers/command_results.html", context)
    return TemplateResponse(
        request, "navigation/search.html", {**site.each_context(request), "title": "Tìm", **context}
    )
