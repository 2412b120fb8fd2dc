"""The page of a request: what is asked, how far it has come, which groups have it, what to do next.

Who asked reads counts and states; the posts themselves and the groups are for those who answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import audit, documents
from accounts.own_pages import own_pages
from broadcasts import services, wording
from broadcasts.models import Broadcast, PostRequest
from broadcasts.services import post_requests
from broadcasts.wording import Said

State = PostRequest.State
TONES: dict[str, str] = {
    State.RECEIVED: "warn", State.WRITING: "info", State.POSTED: "good", State.DONE: "good",
    State.DECLINED: "bad", State.WITHDRAWN: "",
}  # fmt: skip


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of requests."""
    pages = {
        "<int:pk>/xem/": (show, "show"),
        "<int:pk>/buoc/<slug:name>/": (step, "step"),
        "<int:pk>/van-ban/": (attachment, "attachment"),
    }
    needs = ("broadcasts.view_postrequest",)
    return own_pages(site, "broadcasts_postrequest", pages, *needs, row="asked", rows=_rows)


def _rows(request: HttpRequest) -> Any:
    visible = PostRequest.objects.visible_to(request.user).with_state()
    return visible.select_related("topic", "commune", "created_by", "taken_by", "closed_by")


def state_of(asked: Any) -> Said:
    """The state of a request that was read `with_state`."""
    return Said(str(State(asked.state).label), TONES[asked.state])


def due_words(asked: Any, today: date) -> str:
    """`28/11/2026, còn 2 ngày`; said as late only while nothing was approved for it."""
    if asked.due_on is None:
        return "Không ghi hạn"
    day = f"{asked.due_on:%d/%m/%Y}"
    if asked.closed_as or asked.state == State.POSTED:
        return day
    left = (asked.due_on - today).days
    if left < 0:
        return f"{day}, quá hạn {-left} ngày"
    return f"{day}, {'hết hạn hôm nay' if left == 0 else f'còn {left} ngày'}"


@dataclass(frozen=True)
class RequestStep:
    """One button on the page; the service decides, this only spares a refusal."""

    label: str
    act: Callable[..., Any]
    done: str
    tone: str = "plain"
    asks: str = ""
    needs_reason: bool = False


def _take(asked: PostRequest, by: Any, reason: str) -> None:
    if post_requests.take(asked, by=by).taken_by_id != by.pk:
        raise services.NotAllowed(f"{asked.taken_by} đã nhận làm việc này trước đồng chí.")


def _finish(asked: PostRequest, by: Any, reason: str) -> None:
    post_requests.finish(asked, by=by, note=reason)


def _decline(asked: PostRequest, by: Any, reason: str) -> None:
    post_requests.decline(asked, by=by, reason=reason)


def _withdraw(asked: PostRequest, by: Any, reason: str) -> None:
    post_requests.withdraw(asked, by=by, reason=reason)


STEPS = {
    "nhan-lam": RequestStep("Tôi làm việc này", _take, "Đã ghi: đồng chí nhận làm.", "primary"),
    "xong": RequestStep(
        "Đã xong", _finish, "Đã khép lại. Nơi yêu cầu thấy kết quả.",
        asks="Ghi chú cho nơi yêu cầu (không bắt buộc)",
    ),
    "khong-dang": RequestStep(
        "Không đăng", _decline, "Đã khép lại. Nơi yêu cầu đọc được lý do.", "danger",
        asks="Lý do, nơi yêu cầu đọc được", needs_reason=True,
    ),
    "rut": RequestStep(
        "Rút yêu cầu", _withdraw, "Đã rút yêu cầu.", "danger", asks="Lý do (không bắt buộc)"
    ),
}  # fmt: skip


def _offers(asked: Any, user: Any) -> dict[str, RequestStep]:
    if asked.closed_as:
        return {}
    answers = user.has_perm("broadcasts.answer_postrequest")
    has_left = asked.posts.filter(started_at__isnull=False).exists()
    names = []
    if answers and asked.taken_at is None:
        names.append("nhan-lam")
    if answers:
        names.append("xong" if has_left else "khong-dang")
    if asked.created_by_id == user.pk and asked.state != State.POSTED:
        names.append("rut")
    return {name: STEPS[name] for name in names}


@require_GET
def show(request: HttpRequest, *, site: Any, asked: Any) -> HttpResponse:
    """What is asked, its state, and how many groups have what was written for it."""
    user, today = request.user, timezone.localdate()
    answers = user.has_perm("broadcasts.answer_postrequest")
    posts = Broadcast.objects.visible_to(user).filter(request=asked) if answers else []
    context = {
        **site.each_context(request),
        "title": str(asked),
        "asked": asked,
        "state": state_of(asked),
        "due": due_words(asked, today),
        "answers": answers,
        "posts": [(post, wording.post_state(post)) for post in posts],
        "progress": [
            (post if answers else None, wording.when(post.started_at), counts)
            for post, counts in post_requests.progress_of(asked)
        ],
        "offers": _offers(asked, user),
        "may_change": post_requests.may_change(asked, user),
        "may_write": answers and not asked.closed_as and user.has_perm("broadcasts.add_broadcast"),
    }
    return TemplateResponse(request, "broadcasts/requests/show.html", context)


@require_POST
def step(request: HttpRequest, *, site: Any, asked: Any, name: str) -> HttpResponse:
    """One step; the service checks person and moment again."""
    chosen = STEPS.get(name)
    if chosen is None:
        raise PermissionDenied
    try:
        chosen.act(asked, request.user, request.POST.get("reason", "")[:1000])
    except services.NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, chosen.done)
    return redirect("admin:broadcasts_postrequest_show", asked.pk)


@require_GET
def attachment(request: HttpRequest, *, site: Any, asked: Any) -> HttpResponse:
    """The paper behind a request, as a download."""
    response = documents.download(asked.attachment, name=f"yeu-cau-{asked.pk}")
    audit.record("postrequest.attachment_opened", by=request.user, target=asked)
    return response
