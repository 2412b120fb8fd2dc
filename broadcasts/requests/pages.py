"""Page of a request: content, progress, posts, steps.

Who asked reads counts and states; the posts themselves and the groups are for those who answer.
"""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.audit import services as audit
from accounts.step_pages.content import Line, Link, RowContent
from accounts.step_pages.declaration import Step, reason_form, text_form
from accounts.step_pages.pages import StepPage
from broadcasts import services
from broadcasts.posts import wording
from broadcasts.posts.models import Broadcast
from broadcasts.posts.wording import StateWords
from broadcasts.requests import services as requests
from broadcasts.requests.models import PostRequest
from documents import uploads

State = PostRequest.State
TONES: dict[str, str] = {
    State.RECEIVED: "warn", State.WRITING: "info", State.POSTED: "good", State.DONE: "good",
    State.DECLINED: "bad", State.WITHDRAWN: "",
}  # fmt: skip


def _rows(request: HttpRequest) -> Any:
    visible = PostRequest.objects.visible_to(request.user).with_state()
    return visible.select_related("topic", "commune", "created_by", "taken_by", "closed_by")


def state_of(asked: Any) -> StateWords:
    """The state of a request that was read `with_state`."""
    return StateWords(str(State(asked.state).label), TONES[asked.state])


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


def _assign(asked: PostRequest, by: Any, data: Any) -> None:
    if requests.assign(asked, by=by).taken_by_id != by.pk:
        raise services.NotAllowed(f"{asked.taken_by} đã nhận làm việc này trước đồng chí.")


def _answers(asked: Any, user: Any) -> bool:
    return not asked.closed_as and user.has_perm("broadcasts.answer_postrequest")


def _has_left(asked: Any) -> bool:
    return bool(asked.posts.filter(started_at__isnull=False).exists())


STEPS = {
    "nhan-lam": Step(
        "Tôi làm việc này", "Đã ghi: đồng chí nhận làm.", _assign,
        lambda asked, user: _answers(asked, user) and asked.taken_at is None,
    ),
    "xong": Step(
        "Đã xong", "Đã khép lại. Nơi yêu cầu thấy kết quả.",
        lambda asked, by, data: requests.finish(asked, by=by, remark=data["reason"]),
        lambda asked, user: _answers(asked, user) and _has_left(asked),
        text_form("Ghi chú cho nơi yêu cầu", name="reason", rows=3, longest=1000, is_optional=True),
    ),
    "khong-dang": Step(
        "Không đăng", "Đã khép lại. Nơi yêu cầu đọc được lý do.",
        lambda asked, by, data: requests.decline(asked, by=by, **data),
        lambda asked, user: _answers(asked, user) and not _has_left(asked),
        text_form(
            "Lý do, nơi yêu cầu đọc được", name="reason", rows=3, longest=1000,
            missing="Hãy ghi lý do để nơi yêu cầu biết.",
        ),
        tone="danger",
    ),
    "rut": Step(
        "Rút yêu cầu", "Đã rút yêu cầu.",
        lambda asked, by, data: requests.withdraw(asked, by=by, **data),
        lambda asked, user: not asked.closed_as and asked.created_by_id == user.pk
        and asked.state != State.POSTED,
        reason_form(longest=1000), tone="danger",
    ),
}  # fmt: skip


def _show(request: HttpRequest, asked: Any) -> dict[str, Any]:
    """Context of the page of a request."""
    user = request.user
    answers = user.has_perm("broadcasts.answer_postrequest")
    return {
        "name": "yêu cầu",
        "list_label": "Tất cả yêu cầu",
        "content": _content(asked, user, answers),
        "progress": [
            (post if answers else None, wording.when(post.started_at), counts)
            for post, counts in requests.progress_of(asked)
        ],
        "edit_url": reverse("admin:broadcasts_postrequest_change", args=[asked.pk])
        if requests.may_change(asked, user)
        else "",
        "edit_label": "Sửa yêu cầu",
    }


def _content(asked: Any, user: Any, answers: bool) -> RowContent:
    state = state_of(asked)
    source = f" ({asked.source_name})" if asked.source_name else ""
    begun, files, before = "", (), ()
    if asked.taken_at:
        by = f"{asked.taken_by}, " if answers else ""
        begun = f"{by}{timezone.localtime(asked.taken_at):%H:%M %d/%m/%Y}"
    received = f"{timezone.localtime(asked.created_at):%H:%M %d/%m/%Y}"
    if asked.attachment:
        address = reverse("admin:broadcasts_postrequest_attachment", args=[asked.pk])
        files = (("Tải văn bản kèm theo", address),)
    if answers and not asked.closed_as and user.has_perm("broadcasts.add_broadcast"):
        address = reverse("admin:broadcasts_posttemplate_choose")
        before = (
            Link(
                "Soạn bài", f"{address}?yeu-cau={asked.pk}&chu-de={asked.topic_id}",
                is_primary=asked.state in (State.RECEIVED, State.WRITING),
            ),
        )  # fmt: skip
    posts = Broadcast.objects.visible_to(user).filter(request=asked) if answers else []
    lines = tuple(
        Line(str(post), reverse("admin:broadcasts_broadcast_review", args=[post.pk]),
             words.label, words.tone)
        for post in posts
        for words in [wording.post_state(post)]
    )  # fmt: skip
    return RowContent(
        badge=state.label,
        tone=state.tone,
        under=str(asked.topic),
        notes=((state.tone or "info", f"{asked.get_closed_as_display()}: {asked.close_note}"),)
        if asked.close_note
        else (),
        texts=(("Cần nói gì", asked.message),),
        facts=(
            ("Nơi chỉ đạo", f"{asked.get_source_display()}{source}"),
            ("Văn bản", asked.document),
            ("Gửi tới", asked.audience or "Cả xã"),
            ("Đăng trước", due_words(asked, timezone.localdate())),
            ("Nhận lúc", f"{received} ({asked.created_by})" if answers else received),
            ("Nhận làm", begun),
        ),
        links=files,
        list_title="Bài viết cho yêu cầu này" if lines else "",
        lines=lines,
        before=before,
    )


def _attachment(request: HttpRequest, *, site: Any, row: Any) -> HttpResponse:
    """Download the attachment of a request."""
    response = uploads.download(row.attachment, name=f"yeu-cau-{row.pk}")
    audit.record("postrequest.attachment_opened", by=request.user, target=row)
    return response


PAGE = StepPage(
    "broadcasts_postrequest", "broadcasts.view_postrequest", _rows, _show, STEPS,
    "broadcasts/requests/show.html", has_prefixes=False,
)  # fmt: skip
MORE = {"<int:pk>/van-ban/": (require_GET(_attachment), "attachment")}
