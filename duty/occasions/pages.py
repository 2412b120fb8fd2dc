"""The page behind the address of a notice: one matter, who has it, two big buttons.

It stands outside the admin and grants nothing: who may not open the matter, and an address that is
unknown or of a matter that is over, get the same page, which no log names as an error with its
address. Looking never takes, and what a page asks by itself is no looking.
"""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.live.pages import live_page
from accounts.models import User
from accounts.scoped_admin import hours
from accounts.scoped_admin.pages import attempt, number_of
from accounts.sign_in.pages import verified
from accounts.sign_in.sessions import asks_by_itself
from duty.occasions import history, services, steps, subjects
from duty.occasions.kinds import MANY, MANY_OWN, Level
from duty.occasions.models import Occasion

COLLEAGUES: Final = 60
# What the open matters of an account follow from; `live_page` leaves out what is not its to know.
TOPICS: Final = ("duty", "tips", "posts", "hand")
# By this value of `ve` a step leads back to the home page.
HOME: Final = "trang-chu"
PART_TAKEN: Final = "Đã ghi đồng chí đang làm. Những người khác vẫn được báo để làm phần của mình."


@require_safe
@verified
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The matter of an address, for who may open it; notes the look and changes nothing else."""
    user = _account(request)
    if user.must_change_password:
        return redirect("admin:password_change")
    live, is_read = live_page(request, *TOPICS), not asks_by_itself(request)
    occasion = _find(token, user)
    if occasion is None:
        # To a page that asks it says whose it is; that page is then loaded anew.
        return TemplateResponse(
            request, "duty/occasion_gone.html", {"live": None if is_read else live}
        )
    if is_read:
        services.note_seen(occasion, user)
    if occasion.kind == MANY_OWN:
        return redirect("admin:duty_occasion_list")
    now = timezone.now()
    is_many = occasion.kind == MANY
    has_right = user.has_perm(services.RIGHT)
    is_taken = occasion.is_taken(now)
    is_mine = is_taken and occasion.taken_by_id == user.pk
    at_work = history.at_work(occasion)
    rows = Occasion.objects.to_list(user).filter(folded_into=occasion)
    folded = subjects.openable(rows, user)
    context = {
        "live": live.soon(occasion.level == Level.NOW),
        "occasion": occasion,
        "is_taken": is_taken,
        "is_mine": is_mine,
        "may_take": has_right and not is_taken and user not in at_work,
        "at_work": at_work,
        "address": "" if is_many else subjects.subject(occasion).address(user, occasion.subject_pk),
        "folded": [(one, one.is_taken(now)) for one in folded],
        "count": len(folded) if is_many else occasion.count,
        "others": max(len(subjects.openable(Occasion.objects.to_list(user), user)) - 1, 0)
        if has_right
        else 0,
        "told_next": [(one, steps.phone_of(one, user)) for one in steps.told_next(occasion, now)]
        if has_right and not is_many
        else [],
        "history": history.lines_of(occasion),
        "colleagues": _colleagues(occasion, user)
        if has_right and not is_many and not occasion.all_must_know and (is_mine or not is_taken)
        else [],
    }
    return TemplateResponse(request, "duty/occasion.html", context)


@verified
def act(request: HttpRequest, token: str, step: str) -> HttpResponse:
    """Take it, give it back, or give it to another; then its page again, or the list.

    Whoever signs in on the way comes back by GET, which does nothing and leads to the page.
    """
    user = _account(request)
    if request.method != "POST":
        return redirect("duty_occasion", token)
    occasion = _find(token, user)
    if occasion is None:
        return TemplateResponse(request, "duty/occasion_gone.html")
    if step == "nhan":
        done = PART_TAKEN if occasion.all_must_know else "Đồng chí đã nhận việc này."
        attempt(request, lambda: services.claim(occasion, by=user), done)
    elif step == "tra":
        attempt(
            request,
            lambda: services.release(occasion, by=user),
            "Đã trả lại. Việc này được báo lại từ đầu.",
        )
    elif step == "giao":
        to = User.objects.filter(pk=number_of(request.POST.get("cho")), is_active=True).first()
        if to is None:
            messages.error(request, "Hãy chọn người nhận.")
        else:
            attempt(
                request,
                lambda: services.hand_over(occasion, to=to, by=user),
                f"Đã giao cho {to}. Hãy báo trực tiếp cho người này.",
            )
    else:
        raise Http404
    if group := request.POST.get("ve"):
        return redirect(list_address(group))
    return redirect("duty_occasion", token)


def list_address(group: str) -> str:
    """The list, or one group of it; or the home page."""
    if group == HOME:
        return reverse("admin:index")
    address = reverse("admin:duty_occasion_list")
    return f"{address}?nhom={group}" if group in hours.TITLES else address


def _account(request: HttpRequest) -> User:
    """The account of a request that `verified` has let through."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    return user


def _find(token: str, user: User) -> Occasion | None:
    """The open matter of an address, if this person may see it."""
    rows = Occasion.objects.open().select_related("taken_by", "commune", "folded_into")
    occasion = rows.filter(token=token).first()
    return occasion if occasion is not None and subjects.may_open(occasion, user) else None


def _colleagues(occasion: Occasion, user: User) -> list[User]:
    """Accounts that the matter may be given to, by name."""
    people = User.objects.filter(commune=occasion.commune_id, is_active=True).exclude(pk=user.pk)
    found = people.order_by("first_name", "last_name", "pk")[:COLLEAGUES]
    return [
        one for one in found if one.has_perm(services.RIGHT) and subjects.may_open(occasion, one)
    ]
