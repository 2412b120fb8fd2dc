"""Log searches of `/thu-tuc/` that found nothing, for the authors of the library.

Only the button does it, so that no search by itself, and no robot that follows addresses, leaves
anything behind.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.models import Commune
from content_rules.rulebook import carries_mark
from procedures.asking import services as asking
from procedures.asking.services import Plan
from procedures.models import Question
from procedures.public.links import noted_path
from procedures.searching import services as searching
from reports.public.pages import show, unseen
from reports.public.thresholds import Counts
from reports.vault import conflicts

LONGEST: Final = 300
# More from one commune within an hour, or about so many, is no longer people who did not find
# something.
MOST_AN_HOUR: Final = 60
_lately = Counts(window_s=3600, most=10_000)


@csrf_exempt  # whoever forges it adds a question that nobody asked, within the limit; no cookie
@require_POST
@unseen
def unfound(request: HttpRequest, code: str) -> HttpResponse:
    """Write the question down as unanswered, without who asked it."""
    commune = get_object_or_404(Commune, code=code)
    words = " ".join(request.POST.get("q", "").split())[:LONGEST]
    words = "".join(letter for letter in words if letter.isprintable())
    if not words:
        return redirect("procedures:home")
    if carries_mark(words):
        return show(request, "secret", commune)
    is_full = _lately.of(code) >= _lately.limit(code, MOST_AN_HOUR, low=MOST_AN_HOUR / 2)
    if not is_full:
        _lately.add(code)
    # Words that name an officer stay out of a list that this officer may read.
    if not is_full and not conflicts.users_meant(commune.pk, words):
        hits = searching.find(words, today=timezone.localdate()).hits
        asking.log(commune, words, Question.Channel.PAGE, Plan(Question.Outcome.UNANSWERED, hits))
    return redirect(noted_path(commune, is_full=is_full))
