"""Steps of a post, and their conditions."""

from typing import Any

from django.utils import timezone

from accounts.step_pages.declaration import Step, StepForm, reason_form, text_form
from broadcasts import services
from broadcasts.content_check.pages import ApproveForm, SubmitForm
from broadcasts.posts import wording
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast
from broadcasts.sending.group_coverage import still_valid
from broadcasts.sending.models import Delivery

Status = Broadcast.Status
SUBMITS, APPROVES = "broadcasts.submit_broadcast", "broadcasts.approve_broadcast"
NO_REASON = "Hãy ghi lý do để người soạn biết cần làm gì."
STOPS, RESENDS = "broadcasts.stop_broadcast", "broadcasts.resend_delivery"


def _approve(post: Broadcast, by: Any, data: Any) -> str:
    services.approve(post, by=by, **data)
    if post.is_pattern:
        return "Đã duyệt. Mỗi lần đăng theo lịch dùng bản duyệt này cho đến khi có người sửa."
    if post.scheduled_for:
        return "Đã duyệt. Bài sẽ tự gửi đúng giờ đã hẹn."
    return "Đã duyệt. Bài bắt đầu được gửi."


def _is_sent_alone(post: Broadcast, user: Any) -> bool:
    """The content of a schedule is only approved; the schedule is stopped on its own page."""
    return not post.is_pattern


def _has_failed(post: Broadcast, user: Any) -> bool:
    if post.is_pattern or services.corrected_by(post) is not None:
        return False
    visible = Delivery.objects.visible_to(user).filter(broadcast=post)
    return bool(visible.filter(status=Delivery.Status.FAILED).exists())


def _may_cancel(post: Broadcast, user: Any) -> bool:
    is_own_draft = post.created_by_id == user.pk and post.status not in Broadcast.UNDER_APPROVAL
    return not post.is_pattern and (is_own_draft or user.has_perm(STOPS))


def _reason(missing: str = "") -> type[StepForm]:
    return text_form(
        "Lý do", name="reason", rows=3, longest=1000, missing=missing, is_optional=not missing
    )


STEPS = {
    "trinh-duyet": Step(
        "Trình duyệt", "Đã trình duyệt. Chỉ huy sẽ thấy bài này ở trang Hôm nay.",
        lambda post, by, data: services.submit(post, by=by, **data),
        form=SubmitForm, permission=SUBMITS, states=(Status.DRAFT, Status.RETURNED),
        tone="primary",
    ),
    "duyet": Step(
        "Duyệt bài này", "", _approve, form=ApproveForm, permission=APPROVES,
        states=(Status.PENDING_APPROVAL,), tone="primary", closed=services.why_not_second_person,
    ),
    "gui-tiep": Step(
        "Gửi tiếp", "Bài được gửi tiếp, bắt đầu từ nhóm chưa nhận.",
        lambda post, by, data: services.resume(post, by=by), _is_sent_alone,
        permission=STOPS, states=(Status.PAUSED,), tone="primary",
    ),
    "tra-lai": Step(
        "Trả lại để sửa", "Đã trả lại bài để người soạn sửa.",
        lambda post, by, data: services.return_for_changes(post, by=by, **data),
        form=_reason(NO_REASON), permission=APPROVES,
        states=(Status.PENDING_APPROVAL,), tone="danger",
        hint="Người soạn sẽ thấy lý do, sửa bài rồi trình lại.",
    ),
    "khong-duyet": Step(
        "Không duyệt", "Đã ghi không duyệt. Bài này không được gửi.",
        lambda post, by, data: services.reject(post, by=by, **data),
        form=_reason(NO_REASON), permission=APPROVES,
        states=(Status.PENDING_APPROVAL,), tone="danger",
        hint="Bài khép lại, không sửa và không trình lại được nữa.",
    ),
    "dung": Step(
        "Dừng gửi", "Đã dừng. Không có tin nào rời máy nữa cho đến khi bấm “Gửi tiếp”.",
        lambda post, by, data: services.pause(post, by=by, **data), _is_sent_alone,
        # Asks first: the button before it in this place, under the same thumb, was to approve.
        _reason(), permission=STOPS,
        states=(Status.APPROVED, Status.SCHEDULED, Status.SENDING), tone="danger",
        hint="Nhóm nào chưa nhận thì chưa nhận nữa, cho đến khi bấm “Gửi tiếp”.",
        button="Dừng gửi ngay",
    ),
    "gui-lai": Step(
        "Gửi lại nhóm bị lỗi", "",
        lambda post, by, data: f"Đang gửi lại {services.resend_failed(post, by=by)} nhóm bị lỗi. "
        "Nhóm đã nhận không bị gửi lần hai.", _has_failed,
        permission=RESENDS, states=(Status.SENDING, Status.COMPLETED),
    ),
    "gui-them": Step(
        "Gửi cho nhóm mới tham gia", "",
        lambda post, by, data: f"Đang gửi cho {services.send_to_new(post, by=by)} nhóm mới. "
        "Nhóm đã có bài không bị gửi lần hai.",
        lambda post, user: not post.is_pattern and newcomers(post, user) > 0,
        permission=RESENDS, states=(Status.SENDING, Status.COMPLETED),
    ),
    "huy": Step(
        "Hủy bài", "Đã hủy bài. Nhóm nào chưa nhận thì sẽ không nhận nữa.",
        lambda post, by, data: services.cancel(post, by=by, **data), _may_cancel,
        reason_form(longest=1000),
        target=Status.CANCELLED, tone="danger",
        hint="Nhóm nào chưa nhận thì sẽ không nhận nữa. Không lấy lại được.",
    ),
}  # fmt: skip


def may_edit(broadcast: Broadcast, user: Any) -> bool:
    """Whether the account may edit: the author, and approvers."""
    if broadcast.status not in Broadcast.EDITABLE:
        return False
    return broadcast.created_by_id == user.pk or user.has_perm("broadcasts.approve_broadcast")


def is_being_written(broadcast: Broadcast) -> bool:
    """Still with its author: a draft, or returned for changes."""
    return broadcast.status in {Status.DRAFT, Status.RETURNED}


def newcomers(broadcast: Broadcast, user: Any) -> int:
    """Number of new groups that may still get the post; 0 for accounts that may not resend."""
    may_get = (
        user.has_perm("broadcasts.resend_delivery")
        and still_valid(broadcast, timezone.now())
        and services.corrected_by(broadcast) is None
    )
    return int(services.late_groups(broadcast).count()) if may_get else 0


def returned_because(broadcast: Broadcast) -> str:
    """The reason with which a returned post came back; blank for any other."""
    if broadcast.status != Status.RETURNED:
        return ""
    last = broadcast.events.filter(kind=BroadcastEvent.Kind.RETURNED).last()
    return last.note if last else ""


def held_note(broadcast: Broadcast) -> str:
    """Sentence with which the machine held a post the last time."""
    last = broadcast.events.filter(kind=BroadcastEvent.Kind.HELD).last()
    return last.note if last else ""


def waiting_for(broadcast: Broadcast, user: Any) -> str:
    """Sentence about the person that a post waits for; blank where it waits for none."""
    if wording.is_held(broadcast):
        return held_note(broadcast)
    if broadcast.status == Status.PENDING_APPROVAL and not user.has_perm(
        "broadcasts.approve_broadcast"
    ):
        return "Bài đang chờ chỉ huy duyệt. Sửa bài lúc này thì phải trình lại."
    return ""
