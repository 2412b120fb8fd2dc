"""“Ca của tôi”: báo danh, swaps, giao ca."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.scoped_admin.pages import attempt, number_of, try_out
from accounts.workflow.declaration import NotAllowed
from duty.occasions import steps
from duty.occasions.shift_change import open_to
from duty.roster.models import HandOver, Shift, Swap
from duty.shifts import beginning, handing, swapping
from duty.shifts.calendar_view import people_of, span_words, until_words
from duty.shifts.roster_pages import commune_of, person_of, user_of
from duty.ways.zalo.models import OwnZalo

MOST_AHEAD = 12
ANSWERS = {
    "nhan": (swapping.accept, "Đã nhận đổi ca. Lịch trực đã đổi."),
    "khong": (swapping.decline, "Đã trả lời là không đổi được."),
    "thoi": (swapping.withdraw, "Đã thôi hỏi đổi ca."),
}


def shift_rows(request: HttpRequest) -> Any:
    """Shifts of the own commune."""
    return Shift.objects.visible_to(request.user).select_related("person", "commune")


def swap_rows(request: HttpRequest) -> Any:
    """Swaps in which the account asks or is asked."""
    return swapping.open_swaps(user_of(request), timezone.now())


def handover_rows(request: HttpRequest) -> Any:
    """Hand-overs that the account may read."""
    return handing.readable(user_of(request))


@require_GET
def mine(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Own shifts: the one to confirm, questions about swaps, the ones ahead."""
    user, now = user_of(request), timezone.now()
    current = [
        (shift, beginning.why_not_begin(shift, user, now), until_words(shift.ends_at, now))
        for shift in beginning.own_shifts(user, now)
    ]
    ahead = shift_rows(request).filter(person=user.pk, starts_at__gt=now).order_by("starts_at")
    asked = list(swapping.open_swaps(user, now))
    context = {
        **site.each_context(request),
        "title": "Ca của tôi",
        "current": current,
        "readiness": beginning.readiness(user, now),
        "has_zalo": has_zalo(user),
        "asked_of_me": [one for one in asked if one.asked_of_id == user.pk],
        "asked_by_me": [one for one in asked if one.asked_by_id == user.pk],
        "ahead": [(shift, span_words(shift)) for shift in ahead[:MOST_AHEAD]],
        "to_hand_over": handing.to_hand_over(user, now),
        "to_confirm": list(handing.to_confirm(user)),
        "turns": steps.turns(commune_of(request), user, now),
    }
    return TemplateResponse(request, "duty/shift_mine.html", context)


def has_zalo(user: User) -> bool:
    """Whether the Zalo of this person is linked, its window open or not."""
    return OwnZalo.objects.filter(user=user).exists()


@require_POST
def begin(request: HttpRequest, *, site: Any, shift: Shift) -> HttpResponse:
    attempt(
        request, lambda: beginning.begin(shift, by=user_of(request)),
        "Đã nhận ca. Chúc đồng chí một ca trực bình yên.",
    )  # fmt: skip
    return redirect("admin:duty_shift_mine")


@require_http_methods(["GET", "POST"])
def swap(request: HttpRequest, *, site: Any, shift: Shift) -> HttpResponse:
    """Ask another person for a shift; a shift of theirs may be given in return."""
    user, now = user_of(request), timezone.now()
    if shift.person_id != user.pk:
        raise Http404
    if request.method == "POST":
        done = "Đã hỏi. Người kia thấy lời hỏi ở trang Hôm nay."
        asked = attempt(request, lambda: _ask(request, shift), done)
        if asked is not None:
            return redirect("admin:duty_shift_mine")
    others = shift_rows(request).filter(starts_at__gt=now, seat=shift.seat).exclude(person=user.pk)
    context = {
        **site.each_context(request),
        "title": "Đổi ca",
        "shift": shift,
        "span": span_words(shift),
        "people": [one for one in people_of(commune_of(request)) if one.pk != user.pk],
        "others": others.order_by("starts_at")[:60],
    }
    return TemplateResponse(request, "duty/shift_swap.html", context)


def _ask(request: HttpRequest, shift: Shift) -> Swap:
    in_return = None
    if number := number_of(request.POST.get("doi-lai")):
        in_return = shift_rows(request).filter(pk=number).first()
        if in_return is None:
            raise NotAllowed("Ca đổi lại không còn trong lịch.")
    of = in_return.person if in_return is not None else person_of(request)
    return swapping.ask(shift, of=of, by=user_of(request), in_return=in_return)


@require_POST
def answer(request: HttpRequest, *, site: Any, swap: Swap, reply: str) -> HttpResponse:
    """One answer to a question about a swap."""
    if reply not in ANSWERS:
        raise Http404
    act, done = ANSWERS[reply]
    attempt(request, lambda: act(swap, by=user_of(request)), done)
    return redirect("admin:duty_shift_mine")


@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, *, site: Any, shift: Shift) -> HttpResponse:
    """The page to hand over: open matters, words to the successor, and that one's name."""
    user, now = user_of(request), timezone.now()
    text, refusal = request.POST.get("loi", ""), ""
    if request.method == "POST":
        offered, refusal = try_out(
            lambda: handing.give(shift, to=person_of(request), text=text, by=user)
        )
        if offered is not None:
            return redirect("admin:duty_shift_handover", offered.pk)
    else:
        refusal = handing.why_not_give(shift, user, now)
        before = HandOver.objects.filter(shift=shift, given_by=user).first()
        text = before.text if before is not None else ""
    context = {
        **site.each_context(request),
        "title": "Giao ca",
        "shift": shift,
        "span": span_words(shift),
        "matters": matters(user, now),
        "people": [one for one in people_of(commune_of(request)) if one.pk != user.pk],
        "chosen": number_of(request.POST.get("nguoi")) or handing.successor_of(shift),
        "text": text,
        "refusal": refusal,
        "longest": handing.LONGEST,
    }
    return TemplateResponse(request, "duty/shift_give.html", context)


def matters(user: User, now: Any) -> list[dict[str, Any]]:
    """Open matters that the account may open: kind, since when, who has it. No content."""
    return [
        {
            "words": one.words,
            "opened_at": one.opened_at,
            "level": one.level,
            "has_it": one.taken_by if one.is_taken(now) else None,
        }
        for one in open_to(user)
    ]


@require_GET
def handover(request: HttpRequest, *, site: Any, handover: HandOver) -> HttpResponse:
    """One hand-over: what is open for the reader, the words, the button of the successor."""
    context = {
        **site.each_context(request),
        "title": "Bàn giao ca",
        **_of_handover(request, handover),
        "may_confirm": handover.given_to_id == request.user.pk and handover.confirmed_at is None,
    }
    return TemplateResponse(request, "duty/shift_handover.html", context)


def _of_handover(request: HttpRequest, handover: HandOver) -> dict[str, Any]:
    return {
        "handover": handover,
        "shift": handover.shift,
        "span": span_words(handover.shift),
        "matters": matters(user_of(request), timezone.now()),
    }


@require_POST
def confirm(request: HttpRequest, *, site: Any, handover: HandOver) -> HttpResponse:
    done = attempt(request, lambda: handing.confirm(handover, by=user_of(request)))
    if done is not None:
        given, waiting = done
        words = f"Đã nhận bàn giao. {given} việc chuyển sang đồng chí"
        messages.success(request, f"{words}, {waiting} việc trở lại chờ người nhận.")
    return redirect("admin:duty_shift_mine")


@require_GET
def handover_print(request: HttpRequest, *, site: Any, handover: HandOver) -> HttpResponse:
    """The hand-over on A4, with lines for two signatures."""
    handing.printed(handover, by=user_of(request))
    context = {**_of_handover(request, handover), "now": timezone.now(), "by": request.user}
    response = TemplateResponse(request, "duty/shift_print.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
