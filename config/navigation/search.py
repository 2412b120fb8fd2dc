"""One field that finds people, groups, hamlets, posts, tips by code, procedures, pages and verbs.

Lists answer by their own search, so that scope and audit are theirs; words of tips are not looked
at here. Nothing is kept: neither what was asked nor what was found. Pages that hold every word
stand before people, those that hold most of them after (`config.navigation.matching`). Rows of all
kinds come as they are written: names with these very marks, then with these whole words, then the
rest.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, reduce
from operator import and_
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.admin import ModelAdmin
from django.db.models import Case, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from broadcasts.models import Broadcast
from config.guides.declared import first_for
from config.guides.reading import address as guide_address
from config.guides.reading import found as paragraphs
from config.navigation.declared import HOME, OWN, SECTIONS, VERBS
from config.navigation.entries import Entry
from config.navigation.matching import Line, Lines, Match, words_of
from config.navigation.sections import address, open_to
from groups.models import Hamlet, Member, Officer, ZaloGroup
from procedures.models import Procedure
from reports.models import TipReport
from vietnamese.text import clean, fold

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
_WORDS: Final = re.compile(r"\w+")
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
    named: str = "name"
    folded: str = "search_text"
    by_name: bool = False
    """Whether the words must stand in `folded`; the list's own search would guess."""


KINDS: Final = (
    Kind(Member, "Người", "person", about=lambda row: str(row.hamlet), named="full_name"),
    Kind(ZaloGroup, "Nhóm Zalo", "forum", about=lambda row: str(row.hamlet or "")),
    Kind(Hamlet, "Ấp, khu phố", "holiday_village"),
    Kind(
        Broadcast,
        "Bài đăng",
        "campaign",
        about=lambda row: row.get_status_display(),
        named="title",
    ),
    Kind(Officer, "Cán bộ", "badge", named="full_name"),
    Kind(Procedure, "Thủ tục", "menu_book", folded="folded_name", by_name=True),
)


def asked(request: HttpRequest) -> str:
    """The words that were typed: one line without control signs, cut where nobody types on."""
    words = "".join(sign if sign.isprintable() else " " for sign in request.GET.get("s", ""))
    return " ".join(words.split())[:LONGEST].strip()


@dataclass(frozen=True, slots=True)
class Answer:
    """Lines for the words, best first; `is_met`: more than pages alike and guides."""

    lines: list[Found]
    is_met: bool


NOTHING: Final = Answer([], is_met=False)


def find(site: Any, request: HttpRequest, words: str) -> Answer:
    """Every line for these words that this account may open, pages first."""
    if len(words) < SHORTEST:
        return NOTHING
    code = _CODE.fullmatch(words)
    tips = _tips(request.user, code) if code else []
    if tips and not words.isdecimal():
        return Answer(tips, is_met=True)
    whole, likely = pages_for(request.user, words)
    ranked = [pair for kind in KINDS for pair in _rows(site, request, kind, words)]
    ranked.sort(key=lambda pair: pair[0])
    met = [*whole, *tips, *(line for _rank, line in ranked)]
    return Answer([*met, *likely, *_guides(request.user, fold(words).split())], bool(met))


def ways_on(site: Any, request: HttpRequest, words: str) -> list[Found]:
    """Places to look in after nothing was met; the same whatever exists elsewhere."""
    people = site.get_model_admin(Member)
    if not people.has_view_permission(request):
        return []
    ways = [
        Found(
            "Mở danh sách thành viên", "Lọc theo ấp, tổ, nhóm",
            reverse("admin:groups_member_changelist"), "person",
        )
    ]  # fmt: skip
    if people.has_add_permission(request) and words.replace(" ", "").isalpha():
        ways.append(
            Found(
                "Thêm người này", "Chưa có trong danh sách",
                f"{reverse('admin:groups_member_add')}?{urlencode({'full_name': words})}",
                "person_add",
            )
        )  # fmt: skip
    return ways


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


def _guides(user: Any, words: list[str]) -> list[Found]:
    """Paragraphs of the guides, those of one's own roles first."""
    own = first_for(set(user.groups.values_list("name", flat=True)))
    hits = sorted(paragraphs(words, fold), key=lambda hit: hit[0].key not in own)
    return [
        Found(heading.title, f"Hướng dẫn · {guide.title}",
              guide_address(f"{guide.key}#{heading.anchor}"), "help")
        for guide, heading in hits[:OF_GUIDES]
    ]  # fmt: skip


def _rows(site: Any, request: HttpRequest, kind: Kind, words: str) -> Iterator[tuple[int, Found]]:
    """Rows of a list by its own search, each with how it is written: 0 is as it was typed."""
    made: ModelAdmin[Any] = site.get_model_admin(kind.model)
    if not made.has_view_permission(request):
        return
    meta = kind.model._meta
    rows, is_double = made.get_queryset(request), False
    if kind.by_name:
        for word in fold(words).split():
            rows = rows.filter(**{f"{kind.folded}__contains": word})
    else:
        rows, is_double = made.get_search_results(request, rows, words)
    usual = made.get_ordering(request) or meta.ordering
    rows = (rows.distinct() if is_double else rows).annotate(written=_written(kind, words))
    for row in rows.order_by("written", *usual)[:OF_EACH]:
        about = " · ".join(filter(None, (kind.name, kind.about(row))))
        address = reverse(f"admin:{meta.app_label}_{meta.model_name}_{kind.view}", args=[row.pk])
        yield row.written, Found(str(row), about, address, kind.icon)


def _written(kind: Kind, words: str) -> Case:
    """0 where the name holds every word with its marks, 1 where without them, 2 for the rest."""

    def whole(field: str, text: str) -> Q:
        every = (Q(**{f"{field}__iregex": rf"\m{one}\M"}) for one in _WORDS.findall(text))
        return reduce(and_, every, Q(pk__isnull=False))

    return Case(
        When(whole(kind.named, clean(words)), then=Value(0)),
        When(whole(kind.folded, fold(words)), then=Value(1)),
        default=Value(2),
    )


@never_cache
@require_safe
def page(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Answer the field: lines alone for the window over a page, a whole page for a browser."""
    words = asked(request)
    is_part = "HX-Request" in request.headers
    found = find(site, request, words)
    is_missed = len(words) >= SHORTEST and not found.is_met
    ways = ways_on(site, request, words) if is_missed else []
    context = {
        "words": words,
        "results": found.lines,
        "shortest": SHORTEST,
        "is_missed": is_missed,
        "ways": ways,
        "lines": [*ways, *found.lines],
    }
    if is_part:
        return TemplateResponse(request, "unfold/helpers/command_results.html", context)
    return TemplateResponse(
        request, "navigation/search.html", {**site.each_context(request), "title": "Tìm", **context}
    )
