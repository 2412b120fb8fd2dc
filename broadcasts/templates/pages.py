"""“Soạn từ mẫu”: choose a template, answer its questions one part at a time, go on in the form.

Nothing is stored on the way; the answers travel in the page, so that a phone may be put away.
"""

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.scoped_admin.pages import number_of, own_pages
from broadcasts.posts import prefill
from broadcasts.templates.models import Part, PostTemplate, required_parts
from broadcasts.templates.services import Blank, blanks_in, fill, unanswered

LONGEST = 1500
# Answered by the portal itself, where the letterhead of the commune knows it.
DUTY_PHONE = "số trực ban Công an xã (nếu có)"
NEEDED = "Hãy ghi chỗ này. Chủ đề này không thể thiếu."


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of templates, for writers of posts."""
    pages = {
        "soan/": (choose, "choose"),
        "<int:pk>/soan/": (fill_in, "fill"),
    }
    needs = ("broadcasts.view_posttemplate", "broadcasts.add_broadcast")
    return own_pages(site, "broadcasts_posttemplate", pages, *needs, row="template", rows=_rows)


def _rows(request: HttpRequest) -> Any:
    visible = PostTemplate.objects.visible_to(request.user)
    return visible.usable(request.user.commune_id).select_related("topic")


@dataclass
class Asked:
    """One question of a step: its field in the page, the answer so far, what is wrong with it."""

    name: str
    blank: Blank
    value: str = ""
    error: str = ""


@dataclass
class PartStep:
    """One part of the notice: its questions, or room to write it where the template has none."""

    part: Part
    text: str
    asked: list[Asked] = field(default_factory=list)
    is_free: bool = False

    @property
    def preview(self) -> str:
        """Text of the part so far, with `…` for missing answers."""
        answers = {one.blank.label: one.value or "…" for one in self.asked}
        return "" if self.is_free else fill(self.text, answers)


def steps_of(template: PostTemplate) -> list[PartStep]:
    """The parts that ask something, in their order; a question is asked where it comes first."""
    known: set[str] = set()
    steps = []
    required = required_parts(template.topic.code)
    for part in Part:
        text = template.part(part)
        sources = [template.title, text] if part == Part.WHAT else [text]
        fresh = [blank for blank in blanks_in(*sources) if blank.label not in known]
        known |= {blank.label for blank in fresh}
        is_free = not text.strip() and part in required
        if is_free:
            fresh = [Blank(str(part.label))]
        if fresh:
            asked = [Asked(f"{part.value}-{number}", blank) for number, blank in enumerate(fresh)]
            steps.append(PartStep(part, text, asked, is_free))
    return steps


def composed(template: PostTemplate, steps: list[PartStep]) -> tuple[str, str]:
    """Title and text with everything answered."""
    answers = {one.blank.label: one.value for step in steps for one in step.asked}
    free = {step.part: step.asked[0].value for step in steps if step.is_free}
    parts = [free.get(part) or fill(template.part(part), answers) for part in Part]
    title = " ".join(fill(template.title, answers).split())
    return title[:1].upper() + title[1:150], "\n\n".join(part.strip() for part in parts if part)


@require_GET
def choose(request: HttpRequest, *, site: Any) -> HttpResponse:
    """All templates by topic; one reached from a request keeps it."""
    rows = _rows(request).order_by("topic__order", "name")
    context = {
        **site.each_context(request),
        "title": "Soạn từ mẫu",
        "topics": [(topic, list(mine)) for topic, mine in groupby(rows, lambda row: row.topic)],
        "asked": request.GET.get("yeu-cau", ""),
        "wanted_topic": number_of(request.GET.get("chu-de")),
    }
    return TemplateResponse(request, "broadcasts/compose/choose.html", context)


def _read_answers(request: HttpRequest, steps: list[PartStep]) -> None:
    """Set the answers from the page; at first the phone on duty, where the commune has one."""
    commune = request.user.commune if request.method == "GET" else None
    profile = commune.profile_on(timezone.localdate()) if commune else None
    for one in (one for step in steps for one in step.asked):
        one.value = request.POST.get(one.name, "").replace("\r\n", "\n").strip()[:LONGEST]
        if one.blank.label == DUTY_PHONE and profile is not None:
            one.value = profile.duty_phone


def _mark_missing(step: PartStep) -> bool:
    """Say in place what is missing in a step; whether anything is."""
    answers = {one.blank.label: one.value for one in step.asked}
    missing = {blank.label for blank in unanswered([one.blank for one in step.asked], answers)}
    for one in step.asked:
        one.error = NEEDED if one.blank.label in missing else ""
    return bool(missing)


def _where_to(request: HttpRequest, steps: list[PartStep]) -> int:
    """The step to show next; one past the last when everything is answered."""
    here = min(number_of(request.POST.get("buoc")), len(steps) - 1)
    if "back" in request.POST:
        return max(here - 1, 0)
    if _mark_missing(steps[here]):
        return here
    if here + 1 < len(steps):
        return here + 1
    return next((n for n, step in enumerate(steps) if _mark_missing(step)), len(steps))


@require_http_methods(["GET", "POST"])
def fill_in(request: HttpRequest, *, site: Any, template: PostTemplate) -> HttpResponse:
    """One part a page, large fields, back and on; at the end the ordinary form of a post."""
    steps = steps_of(template)
    asked = request.GET.get("yeu-cau", "")
    _read_answers(request, steps)
    here = _where_to(request, steps) if request.method == "POST" and steps else 0
    if here == len(steps):
        title, text = composed(template, steps)
        key = prefill.store_filled(request, template, title, text)
        return redirect(prefill.compose_url(mau=key, yeu_cau=asked))
    context = {
        **site.each_context(request),
        "title": str(template),
        "template": template,
        "step": steps[here],
        "others": [one for n, step in enumerate(steps) if n != here for one in step.asked],
        "here": here,
        "number": here + 1,
        "count": len(steps),
        "asked": asked,
    }
    return TemplateResponse(request, "broadcasts/compose/step.html", context)
