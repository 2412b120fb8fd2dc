"""`/thu-tuc/`: the list, the search, a page and a sheet for each procedure, for anyone.

What nobody asked for by name is the same for all readers and kept for a minute; what somebody
searched for is kept nowhere. No page sets a cookie.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import conditional_page, require_safe

from accounts import public_pages
from accounts.public_pages import code_of, communes
from procedures.models import Procedure
from procedures.public import contents
from procedures.public.links import FULL, page_path
from procedures.public.shell import Shell
from procedures.searching import Kind, find

LONGEST: Final = 300
SHOWN_HITS: Final = 6
type View = Callable[..., HttpResponse]


def _briefly(view: View) -> View:
    """The answer may be kept for a minute by anyone, and is told unchanged by its mark."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = f"public, max-age={public_pages.KEEP_S}"
        return response

    return conditional_page(answered)


def _unkept(response: HttpResponse) -> HttpResponse:
    """What somebody typed stays between them and us, and no search engine lists it."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _show(name: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    return HttpResponse(render_to_string(f"procedures/public/{name}.html", context), status=status)


@require_safe
@_briefly
def home(request: HttpRequest) -> HttpResponse:
    """The library by area; with words, what they may mean."""
    shell = Shell.of(request)
    asked = request.GET.get("q", "").strip()[:LONGEST]
    if asked:
        return _unkept(_show("found", _search(shell, asked)))
    text = public_pages.kept(f"library:{shell.key}", lambda: _home_text(shell))
    return HttpResponse(text)


def _home_text(shell: Shell) -> str:
    context = shell.context(shell.path("home"), **contents.library(shell))
    return render_to_string("procedures/public/home.html", context)


def _search(shell: Shell, asked: str) -> dict[str, object]:
    found = find(asked, today=shell.today, limit=SHOWN_HITS)
    hits = [contents.entry(hit.procedure, hit.edition, shell) for hit in found.hits]
    return shell.context(
        shell.path("home"), asked=asked, hits=hits, is_sure=found.kind == Kind.SURE
    )


@require_safe
@_briefly
def choose(request: HttpRequest) -> HttpResponse:
    """Whose hours and phone to show, where a portal serves several communes."""
    asked = request.GET.get("tim", "").strip()[:LONGEST]
    shell = Shell.of(request)
    rows = communes(asked)
    if len(rows) == 1 and not asked:
        return redirect("procedures:home")
    return _show("choose", shell.context(shell.path("choose"), asked=asked, communes=rows))


@require_safe
@_briefly
def page(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure: what its published edition says, or that it has none yet."""
    shell = Shell.of(request)
    text = public_pages.kept(f"procedure:{code}:{shell.key}", lambda: _page_text(code, shell))
    if text is not None:
        return HttpResponse(text)
    procedure = _rows().filter(code=code).exclude(code="").first()  # as it stands on papers
    return redirect(page_path(procedure, shell.commune)) if procedure else _gone(shell)


def _page_text(slug: str, shell: Shell) -> str | None:
    procedure = _rows().filter(slug=slug).first()
    if procedure is None:
        return None
    edition = contents.edition_of(procedure, shell.today)
    here = shell.path("page", slug)
    if edition is None:
        context = shell.context(here, procedure=procedure)
        return render_to_string("procedures/public/unwritten.html", context)
    context = shell.context(here, **contents.one(procedure, edition, shell))
    return render_to_string("procedures/public/page.html", context)


@require_safe
@_briefly
def handout(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet to give away: A5, or large letters on A4; not while the content is in doubt."""
    shell = Shell.of(request)
    is_large = request.GET.get("chu") == "lon"
    key = f"handout:{code}:{is_large}:{shell.key}"
    text = public_pages.kept(key, lambda: _handout_text(code, shell, is_large=is_large))
    return HttpResponse(text) if text is not None else _gone(shell)


def _handout_text(slug: str, shell: Shell, *, is_large: bool) -> str | None:
    procedure = _rows().filter(slug=slug).first()
    edition = contents.edition_of(procedure, shell.today) if procedure is not None else None
    if procedure is None or edition is None:
        return None
    here = shell.path("page", slug)
    context = shell.context(here, **contents.one(procedure, edition, shell))
    if context["warning"]:
        return render_to_string("procedures/public/unprintable.html", context)
    context |= {"qr": code_of(str(context["address"])), "is_large": is_large}
    return render_to_string("procedures/public/handout.html", context)


def _rows() -> Any:
    return Procedure.objects.active().select_related("area")


def _gone(shell: Shell) -> HttpResponse:
    return _show("gone", shell.context(shell.path("home")), status=404)


@require_safe
def noted(request: HttpRequest) -> HttpResponse:
    """Thanks for a question that has no page yet, and where it is answered today."""
    shell = Shell.of(request)
    is_full = request.GET.get("day") == FULL
    return _unkept(_show("noted", shell.context(shell.path("noted"), is_full=is_full)))
