"""The roll of a group on a phone, and a list of names pasted from Zalo.

Nothing of a pasted text is kept but what a person joins to somebody by a tick.
"""

import re
import secrets
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.scoped_admin.pages import own_pages, try_out
from groups.places.models import Officer
from groups.residents.models import Member, Membership
from groups.roll_call import services
from groups.roll_call.actions import DayForm
from groups.roll_call.matching import Known, Matched, match
from groups.roll_call.pasted_text import MOST_NAMES, Pasted, names_in
from groups.roll_call.querysets import CALLS, roll_groups, roll_people
from groups.roll_call.roll import NO_TICKS, Ticks, heads_of, roll_of
from groups.zalo_groups.models import ZaloGroup
from vietnamese.text import clean, fold

LONGEST_PASTE = 60_000
LONGEST_NAME = 80
UNSAVED = "Chưa ghi gì, các dấu vẫn còn trên trang."
_SEEN = re.compile(r"(\d{1,18}):([a-z0-9-]{1,16})")
_CHOSEN = re.compile(r"\(số (\d{1,18})\)\s*$")
_PAIR = re.compile(r"(?:pair|whose)-(\d{1,4})")


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of groups."""
    pages = {
        "<int:pk>/diem-danh/": (show, "roll"),
        "<int:pk>/diem-danh/dan/": (paste, "paste"),
        "<int:pk>/diem-danh/dan/ghi/": (save_pasted, "savepasted"),
    }
    return own_pages(site, "groups_zalogroup", pages, CALLS, row="group", rows=_rows)


def _rows(request: HttpRequest) -> Any:
    return roll_groups(request.user).select_related("hamlet__commune", "commune", "team")


def _numbers(words: list[str]) -> set[int]:
    """Numbers of rows in what a browser sent, alone or several with hyphens between."""
    parts = (part for word in words for part in word.split("-"))
    return {int(part) for part in parts if part.isdecimal() and len(part) <= 18}


@never_cache
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """People by team and household, each with a tick; one save for all of them."""
    form, ticks, team = DayForm(), NO_TICKS, request.GET.get("to", "")
    if request.method == "POST":
        form, ticks, team = DayForm(request.POST), _ticks(request.POST), request.POST.get("to", "")
        if _is_saved(request, group, form, ticks):
            return _back_to(group, to=team, luu=request.POST.get("once", ""))
    words = clean(request.GET.get("tim", ""))[:LONGEST_NAME] if request.method == "GET" else ""
    roll = roll_of(group, request.user, team, ticks, words)
    everybody = roll_people(request.user, group).values_list("pk", flat=True)
    context = {
        **site.each_context(request),
        "title": f"Điểm danh: {group}",
        "group": group,
        "roll": roll,
        "people": roll.people,
        "heads": heads_of(group, everybody),
        "form": form,
        "once": secrets.token_urlsafe(9),
        "saved": request.GET.get("luu", ""),
        "tends": request.user.has_perm("groups.tend_zalogroup"),
    }
    return TemplateResponse(request, "groups/roll_call/roll.html", context)


def _marks(sent: QueryDict) -> dict[int, str]:
    return {int(pk): mark for pk, mark in _SEEN.findall(sent.get("seen", ""))}


def _ticks(sent: QueryDict) -> Ticks:
    return Ticks(_marks(sent), _numbers(sent.getlist("in") + sent.getlist("household")))


def _is_saved(request: HttpRequest, group: ZaloGroup, form: DayForm, ticks: Ticks) -> bool:
    """Save the ticks and say so, or say why not: then the page shows them once more."""
    outcome, refusal = None, ""
    if form.is_valid():
        outcome, refusal = try_out(
            lambda: services.save(
                group, seen=ticks.seen, ticked=ticks.ticked, by=request.user,
                on=form.cleaned_data["on"],
            )
        )  # fmt: skip
    else:
        refusal = " ".join(form.errors["on"])
    if outcome is None:
        messages.error(request, f"{refusal} {UNSAVED}")
        return False
    _tell(request, outcome)
    return True


def _back_to(group: ZaloGroup, **asked: str) -> HttpResponse:
    """The roll again; the address says which page was saved, so that its ticks are let go."""
    words = urlencode({key: word for key, word in asked.items() if word})
    address = reverse("admin:groups_zalogroup_roll", args=[group.pk])
    return redirect(f"{address}?{words}" if words else address)


def _tell(request: HttpRequest, outcome: services.Outcome) -> None:
    messages.success(request, outcome.sentence)
    for words in outcome.warnings:
        messages.warning(request, words)


# A pasted list: read, shown, and forgotten.


def _line(one: Pasted) -> str:
    """A name that somebody is asked about, as the page carries it."""
    return one.text or "-"


class _Answers:
    """Ticks, choices and typed names of the page of a pasted list."""

    def __init__(self, sent: QueryDict) -> None:
        self.sent = sent
        self.lines = sent.get("names", "").splitlines()
        self.ticked = _numbers(sent.getlist("in"))
        self.chosen: dict[int, str] = {}
        self.typed: dict[int, str] = {}
        for key, value in sent.items():
            pair, words = _PAIR.fullmatch(key), str(value).strip()
            if not (pair and words and int(pair[1]) < len(self.lines)):
                continue
            named = _CHOSEN.search(words)
            pk = words if key.startswith("pair-") else named[1] if named else ""
            if pk.isdecimal() and len(pk) <= 18:
                self.chosen[int(pk)] = self.lines[int(pair[1])]
            elif key.startswith("whose-"):
                self.typed[int(pair[1])] = words

    def of(self, kind: str, number: int, one: Pasted) -> str:
        """The answer about a name, if the page asked the same under this number."""
        is_same = number < len(self.lines) and self.lines[number] == _line(one)
        return self.sent.get(f"{kind}-{number}", "") if is_same else ""

    def find_typed(self, people: Iterable[Member]) -> None:
        """Choose who was typed without a pick from the list, where only one has this name."""
        known: dict[str, set[int]] = defaultdict(set)
        for row in people:
            known[fold(row.full_name)].add(row.pk)
            if row.team:
                known[fold(f"{row.full_name}, {row.team.name}")].add(row.pk)
        for number, words in list(self.typed.items()):
            found = known[fold(words)]
            if len(found) == 1:
                self.chosen[min(found)] = self.lines[number]
                del self.typed[number]


@never_cache
@require_http_methods(["GET", "POST"])
def paste(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Take a text and show whom its names are; nothing is written before a person ticks."""
    context = {
        **site.each_context(request),
        "title": _paste_title(group),
        "group": group,
        "longest": LONGEST_PASTE,
    }
    text = request.POST.get("text", "")
    if not text.strip():
        return TemplateResponse(request, "groups/roll_call/paste.html", context)
    return _matched(request, context, text)


def _paste_title(group: ZaloGroup) -> str:
    return f"Dán danh sách Zalo: {group}"


def _matched(
    request: HttpRequest, context: dict[str, Any], text: str, answers: _Answers | None = None
) -> HttpResponse:
    """The lists of a pasted text; `answers` are those of a save that was refused."""
    group, names = context["group"], names_in(text[:LONGEST_PASTE])
    people = list(roll_people(request.user, group).active().select_related("team", "hamlet"))
    found = match(names, [_known(row, request.user) for row in people])
    context |= _lists(found, group, people, answers)
    context |= {
        "total": len(names),
        "is_cut": len(names) == MOST_NAMES or len(text) > LONGEST_PASTE,
        "text": text[:LONGEST_PASTE],
        "form": DayForm(answers.sent if answers else None),
    }
    return TemplateResponse(request, "groups/roll_call/matched.html", context)


def _known(row: Member, user: Any) -> Known:
    """A person as names are compared with; a masked phone is not found by trying."""
    digits = re.search(r"\d+", row.team.name) if row.team else None
    phone = row.phone if user.has_perm("groups.reveal_member") else ""
    team = digits[0].lstrip("0") if digits else ""
    return Known(row.pk, row.full_name, row.zalo_name, phone, team)


def _lists(
    found: Matched, group: ZaloGroup, people: list[Member], answers: _Answers | None
) -> dict[str, Any]:
    """The three lists of the page, with those who are in the group already apart."""
    marks = {
        place.member_id: services.mark_of(place)
        for place in Membership.objects.filter(group=group, member__in=[row.pk for row in people])
    }
    inside = {pk for pk, mark in marks.items() if mark.startswith(services.JOINED)}
    rows = {row.pk: row for row in people}
    officers = {
        key
        for name in Officer.objects.of_commune(group.commune_owner_id)
        .filter(is_active=True)
        .values_list("search_text", flat=True)
        if (key := name)
    }
    doubtful = [
        {
            "number": number,
            "pasted": one,
            "people": [(rows[who.pk], who.pk in inside) for who in who_all],
            "chosen": answers.of("pair", number, one) if answers else "",
        }
        for number, (one, who_all) in enumerate(found.doubtful)
    ]
    strangers = [one for one in found.nobody if one.folded not in officers]
    nobody = [
        {
            "number": number,
            "pasted": one,
            "typed": answers.of("whose", number, one) if answers else "",
        }
        for number, one in enumerate(strangers, len(found.doubtful))
    ]
    asked = [one["pasted"] for one in [*doubtful, *nobody]]
    return {
        "sure": [
            (one, rows[who.pk], answers is None or who.pk in answers.ticked)
            for one, who in found.sure
            if who.pk not in inside
        ],
        "inside": [rows[who.pk] for _one, who in found.sure if who.pk in inside],
        "doubtful": doubtful,
        "nobody": nobody,
        "officers": [one for one in found.nobody if one.folded in officers],
        "repeated": len(found.repeated),
        "names": "\n".join(map(_line, asked)),
        "seen": " ".join(f"{row.pk}:{marks.get(row.pk, services.NOT_THERE)}" for row in people),
        "people": people,
    }


@never_cache
@require_POST
def save_pasted(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Write those who were ticked or chosen; a name goes to the person that it was joined to."""
    answers, form = _Answers(request.POST), DayForm(request.POST)
    if answers.typed:
        answers.find_typed(roll_people(request.user, group).active().select_related("team"))
    ticked = answers.ticked | set(answers.chosen)
    seen = _marks(request.POST)
    if form.is_valid():
        outcome, refusal = try_out(
            lambda: services.save(
                group, seen={pk: mark for pk, mark in seen.items() if pk in ticked}, ticked=ticked,
                by=request.user, on=form.cleaned_data["on"], names=answers.chosen,
            )
        )  # fmt: skip
    else:
        outcome, refusal = None, " ".join(form.errors["on"])
    if outcome is None:
        messages.error(request, refusal)
        context = {**site.each_context(request), "title": _paste_title(group), "group": group}
        return _matched(request, context, request.POST.get("text", ""), answers)
    _tell(request, outcome)
    if answers.typed:
        words = f"{len(answers.typed)} tên gõ tay chưa rõ là ai, chưa ghi."
        messages.warning(request, words)
    return redirect("admin:groups_zalogroup_roll", group.pk)
