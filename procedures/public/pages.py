"""Public pages of the library: list, search, one procedure, handout.

Pages are the same for all readers and cached for a minute, except the search, which is cached
nowhere. No page sets a cookie.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import wraps
from itertools import groupby
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from accounts.communes import public_pages
from accounts.communes.public_pages import (
    callable_number,
    code_of,
    commune_of,
    communes,
    full_address,
    inside_a_sentence,
)
from accounts.models import Commune
from procedures.asking.models import Question
from procedures.editions import rendering
from procedures.editions.models import Edition
from procedures.editions.rendering import NATIONAL_PORTAL
from procedures.library.models import Procedure, ProcedureArea
from procedures.library.querysets import STALE_DAYS
from procedures.library.wording import clip
from procedures.public.links import COMMUNE, FULL, page_path, with_commune
from procedures.searching.services import Kind, find

PICTURE = "procedures/share.png"


@dataclass(frozen=True)
class LibrarySite:
    """The commune whose page is shown, the day, and the name of the portal in addresses."""

    commune: Commune | None
    code: str  # of the commune, where addresses have to name it
    today: date
    base: str

    @classmethod
    def of(cls, request: HttpRequest) -> "LibrarySite":
        """For what was asked for; an unknown commune is none."""
        base = full_address(request, "/").rstrip("/")
        commune, is_alone = commune_of(request.GET.get(COMMUNE, ""))
        code = "" if commune is None or is_alone else commune.code
        return cls(commune, code, timezone.localdate(), base)

    @property
    def key(self) -> str:
        """Cache key of everything a page depends on beside its own subject."""
        number = self.commune.pk if self.commune is not None else 0
        return f"{number}:{self.code}:{self.today:%Y%m%d}:{self.base}"

    def path(self, name: str, *args: str, **query: str) -> str:
        """The address of a page of the library, for the same commune."""
        return with_commune(reverse(f"procedures:{name}", args=args), self.code, **query)

    def context(self, here: str, **more: object) -> dict[str, object]:
        """Context of all pages; `here` is the page's own address."""
        profile = self.commune.profile_on(self.today) if self.commune is not None else None
        phone = profile.duty_phone if profile is not None else ""
        named = f"Công an {inside_a_sentence(self.commune)}" if self.commune is not None else ""
        return {
            "commune": self.commune,
            "police": named or "Công an xã",
            "must_choose": self.commune is None and len(communes()) > 1,
            "profile": profile,
            "duty_phone": phone,
            "duty_call": callable_number(phone),
            "today": self.today,
            "portal": NATIONAL_PORTAL,
            "home": self.path("home"),
            "choose": reverse("procedures:choose"),
            "here": here,
            "address": f"{self.base}{here}",
            "picture": f"{self.base}{static(PICTURE)}",
            **more,
        }


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


def entry(procedure: Procedure, edition: Edition | None, site: LibrarySite) -> Entry:
    """A procedure as lists and search results show it."""
    return Entry(
        slug=procedure.slug,
        name=procedure.name,
        area=procedure.area,
        url=site.path("page", procedure.slug),
        place=str(procedure.get_level_display()),
        doubt=_doubt(edition, site.today),
        answer=edition.short_answer.strip() if edition is not None else "",
    )


def library(site: LibrarySite) -> dict[str, object]:
    """The whole library by area, and what is asked for most."""
    rows = list(Procedure.objects.active().select_related("area").with_published())
    entries = [entry(row, _current(row, site.today), site) for row in rows]
    areas = [(area, list(found)) for area, found in groupby(entries, key=lambda row: row.area)]
    return {"areas": areas, "most_asked": _most_asked(rows, entries, site.today)}


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


def one(procedure: Procedure, edition: Edition, site: LibrarySite) -> dict[str, object]:
    """Everything that the page and the handout of a procedure say."""
    return {
        "procedure": procedure,
        "edition": edition,
        "warning": warning(edition, site.today),
        "dossier": list(rendering.dossier_by_case(edition).items()),
        "is_waived": any(item.is_waivable for item in edition.dossier.all()),
        "time_limits": list(edition.time_limits.all()),
        "fee": rendering.fee_line(edition, site.today),
        "citations": list(edition.citations.all()),
        "link": edition.link or f"https://{rendering.NATIONAL_PORTAL}",
        "description": clip(edition.short_answer.strip(), _DESCRIBED),
        "print_url": site.path("print", procedure.slug),
        "large_url": site.path("print", procedure.slug, chu="lon"),
    }


def warning(edition: Edition, today: date) -> str:
    """Warning about a reopened or stale edition; blank for others."""
    if edition.reopened_at is not None:
        return f"Nội dung này đang được rà soát lại: {edition.reopened_because}."
    if edition.is_stale(today):
        return f"Nội dung này chưa được rà soát lại trong {STALE_DAYS} ngày qua, có thể đã đổi."
    return ""


LONGEST: Final = 300
SHOWN_HITS: Final = 6
type View = Callable[..., HttpResponse]


def _briefly(view: View) -> View:
    """Decorator: cache publicly for a minute, answer 304 to an unchanged page."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = f"public, max-age={public_pages.KEEP_S}"
        return response

    return conditional_page(answered)


def _unkept(response: HttpResponse) -> HttpResponse:
    """Never cache or index a page with what somebody typed."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _show(name: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    return HttpResponse(render_to_string(f"procedures/public/{name}.html", context), status=status)


@require_safe
@_briefly
def home(request: HttpRequest) -> HttpResponse:
    """The library by area; with words, what they may mean."""
    site = LibrarySite.of(request)
    asked = request.GET.get("q", "").strip()[:LONGEST]
    if asked:
        return _unkept(_show("found", _search(site, asked)))
    text = public_pages.cached(f"library:{site.key}", lambda: _home_text(site))
    return HttpResponse(text)


def _home_text(site: LibrarySite) -> str:
    context = site.context(site.path("home"), **library(site))
    return render_to_string("procedures/public/home.html", context)


def _search(site: LibrarySite, asked: str) -> dict[str, object]:
    found = find(asked, today=site.today, limit=SHOWN_HITS)
    hits = [entry(hit.procedure, hit.edition, site) for hit in found.hits]
    return site.context(site.path("home"), asked=asked, hits=hits, is_sure=found.kind == Kind.SURE)


@require_safe
@_briefly
def choose(request: HttpRequest) -> HttpResponse:
    """Page to choose a commune, where a portal serves several."""
    asked = request.GET.get("tim", "").strip()[:LONGEST]
    site = LibrarySite.of(request)
    rows = communes(asked)
    if len(rows) == 1 and not asked:
        return redirect("procedures:home")
    return _show("choose", site.context(site.path("choose"), asked=asked, communes=rows))


@require_safe
@_briefly
def page(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure: what its published edition says, or that it has none yet."""
    site = LibrarySite.of(request)
    text = public_pages.cached(f"procedure:{code}:{site.key}", lambda: _page_text(code, site))
    if text is not None:
        return HttpResponse(text)
    procedure = _rows().filter(code=code).exclude(code="").first()  # as it stands on papers
    return redirect(page_path(procedure, site.commune)) if procedure else _gone(site)


def _page_text(slug: str, site: LibrarySite) -> str | None:
    procedure = _rows().filter(slug=slug).first()
    if procedure is None:
        return None
    edition = edition_of(procedure, site.today)
    here = site.path("page", slug)
    if edition is None:
        context = site.context(here, procedure=procedure)
        return render_to_string("procedures/public/unwritten.html", context)
    context = site.context(here, **one(procedure, edition, site))
    return render_to_string("procedures/public/page.html", context)


@require_safe
@_briefly
def handout(request: HttpRequest, code: str) -> HttpResponse:
    """Printed handout: A5, or large type on A4; not while the content is in doubt."""
    site = LibrarySite.of(request)
    is_large = request.GET.get("chu") == "lon"
    key = f"handout:{code}:{is_large}:{site.key}"
    text = public_pages.cached(key, lambda: _handout_text(code, site, is_large=is_large))
    return HttpResponse(text) if text is not None else _gone(site)


def _handout_text(slug: str, site: LibrarySite, *, is_large: bool) -> str | None:
    procedure = _rows().filter(slug=slug).first()
    edition = edition_of(procedure, site.today) if procedure is not None else None
    if procedure is None or edition is None:
        return None
    here = site.path("page", slug)
    context = site.context(here, **one(procedure, edition, site))
    if context["warning"]:
        return render_to_string("procedures/public/unprintable.html", context)
    context |= {"qr": code_of(str(context["address"])), "is_large": is_large}
    return render_to_string("procedures/public/handout.html", context)


def _rows() -> Any:
    return Procedure.objects.active().select_related("area")


def _gone(site: LibrarySite) -> HttpResponse:
    return _show("gone", site.context(site.path("home")), status=404)


@require_safe
def noted(request: HttpRequest) -> HttpResponse:
    """Page of thanks for a question that has no page yet."""
    site = LibrarySite.of(request)
    is_full = request.GET.get("day") == FULL
    return _unkept(_show("noted", site.context(site.path("noted"), is_full=is_full)))
