"""The steps of a post as buttons: which ones this account sees now, and why one is closed.

The services decide; this table only spares people a button that would be refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import User
from broadcasts import services
from broadcasts.models import Broadcast, BroadcastEvent

Status = Broadcast.Status


@dataclass(frozen=True)
class Seen:
    """What the page held on which a button stood: the hash of the content, and answers given to
    findings of the gate (reasons by rule, keys of confirmed ones)."""

    content_hash: str | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One button. `act(broadcast, by, reason, seen)` returns the sentence that says it is
    done."""

    name: str
    label: str
    permission: str
    statuses: frozenset[str]
    act: Callable[[Broadcast, User, str, Seen], str]
    tone: str = "plain"
    icon: str = ""
    asks_reason: bool = False
    needs_reason: bool = False
    consequence: str = ""


@dataclass(frozen=True)
class Offer:
    """A step as offered to one account; with `refusal` it is shown closed, with the reason."""

    step: Step
    refusal: str = ""


def _submit(broadcast: Broadcast, by: User, reason: str, seen: Seen) -> str:
    services.submit(broadcast, by=by, reasons=seen.reasons or reason)
    return "Đã trình duyệt. Chỉ huy sẽ thấy bài này ở trang Hôm nay."


def _approve(broadcast: Broadcast, by: User, reason: str, seen: Seen) -> str:
    services.approve(
        broadcast, by=by, seen_hash=seen.content_hash or "", confirmations=seen.confirmed
    )
    if broadcast.is_pattern:
        return "Đã duyệt. Mỗi lần đăng theo lịch dùng bản duyệt này cho đến khi có người sửa."
    if broadcast.scheduled_for:
        return "Đã duyệt. Bài sẽ tự gửi đúng giờ đã hẹn."
    return "Đã duyệt. Bài bắt đầu được gửi."


def _return(broadcast: Broadcast, by: User, reason: str, seen: Seen) -> str:
    services.return_for_changes(broadcast, by=by, reason=reason)
    return "Đã trả lại bài để người soạn sửa."


def _reject(broadcast: Broadcast, by: User, reason: str, seen: Seen) -> str:
    services.reject(broadcast, by=by, reason=reason)
    return "Đã ghi không duyệt. Bài này không được gửi."


def _pause(broadcast: Broadcast, by: User, reason: str, seen: Seen) -> str:
    services.pause(broadcast, by=by, reason=reason)
    return "Đã dừng. Không có tin nào rời máy nữa cho đến khi bấm “Gửi tiếp”."


def _resume(broadcast: Broadcast, by: User, reason: str, seen: Seen) -> str:
    services.resume(broadcast, by=by)
    return "Bài được gửi tiếp, bắt đầu từ nhóm chưa nhận."


def _cancel(broadcast: Broadcast, by: User, reason: str, seen: Seen) -> str:
    services.cancel(broadcast, by=by, reason=reason)
    return "Đã hủy bài. Nhóm nào chưa nhận thì sẽ không nhận nữa."


def _resend(broadcast: Broadcast, by: User, reason: str, seen: Seen) -> str:
    count = services.resend_failed(broadcast, by=by)
    return f"Đang gửi lại {count} nhóm bị lỗi. Nhóm đã nhận không bị gửi lần hai."


def _send_to_new(broadcast: Broadcast, by: User, reason: str, seen: Seen) -> str:
    count = services.send_to_new(broadcast, by=by)
    return f"Đang gửi cho {count} nhóm mới. Nhóm đã có bài không bị gửi lần hai."


def _leading_to(status: str) -> frozenset[str]:
    return frozenset(
        origin for origin, targets in Broadcast.TRANSITIONS.items() if status in targets
    )


STEPS: tuple[Step, ...] = (
    Step(
        "trinh-duyet", "Trình duyệt", "submit_broadcast",
        frozenset({Status.DRAFT, Status.RETURNED}), _submit, tone="primary", icon="send",
    ),
    Step(
        "duyet", "Duyệt bài này", "approve_broadcast",
        frozenset({Status.PENDING_APPROVAL}), _approve, tone="primary", icon="check",
    ),
    Step(
        "gui-tiep", "Gửi tiếp", "stop_broadcast",
        frozenset({Status.PAUSED}), _resume, tone="primary", icon="play_arrow",
    ),
    Step(
        "tra-lai", "Trả lại để sửa", "approve_broadcast",
        frozenset({Status.PENDING_APPROVAL}), _return, icon="undo",
        asks_reason=True, needs_reason=True,
        consequence="Người soạn sẽ thấy lý do, sửa bài rồi trình lại.",
    ),
    Step(
        "khong-duyet", "Không duyệt", "approve_broadcast",
        frozenset({Status.PENDING_APPROVAL}), _reject, tone="danger", icon="block",
        asks_reason=True, needs_reason=True,
        consequence="Bài khép lại, không sửa và không trình lại được nữa.",
    ),
    Step(
        "dung", "Dừng gửi", "stop_broadcast",
        frozenset({Status.APPROVED, Status.SCHEDULED, Status.SENDING}), _pause,
        tone="danger", icon="pause",
    ),
    Step(
        "gui-lai", "Gửi lại nhóm bị lỗi", "resend_delivery",
        frozenset({Status.SENDING, Status.COMPLETED}), _resend, icon="refresh",
    ),
    Step(
        "gui-them", "Gửi cho nhóm mới tham gia", "resend_delivery",
        frozenset({Status.SENDING, Status.COMPLETED}), _send_to_new, icon="group_add",
    ),
    Step(
        "huy", "Hủy bài", "stop_broadcast", _leading_to(Status.CANCELLED), _cancel,
        icon="delete", asks_reason=True,
        consequence="Nhóm nào chưa nhận thì sẽ không nhận nữa. Không lấy lại được.",
    ),
)  # fmt: skip
BY_NAME = {step.name: step for step in STEPS}
# The content of a schedule is only approved; the schedule itself is stopped on its own page.
OF_PATTERNS = {"trinh-duyet", "duyet", "tra-lai", "khong-duyet"}


def may_edit(broadcast: Broadcast, user: Any) -> bool:
    """A post may be changed by its author, and by whoever may approve posts."""
    if broadcast.status not in Broadcast.EDITABLE:
        return False
    return broadcast.created_by_id == user.pk or user.has_perm("broadcasts.approve_broadcast")


def is_being_written(broadcast: Broadcast) -> bool:
    """Still with its author: a draft, or returned for changes."""
    return broadcast.status in {Status.DRAFT, Status.RETURNED}


def _holds(step: Step, broadcast: Broadcast, user: Any) -> bool:
    own_draft = (
        step.name == "huy"
        and broadcast.created_by_id == user.pk
        and broadcast.status not in Broadcast.UNDER_APPROVAL
    )
    return own_draft or user.has_perm(f"broadcasts.{step.permission}")


def _refusal(step: Step, broadcast: Broadcast, user: Any) -> str:
    if step.name != "duyet":
        return ""
    return services.why_not_second_person(broadcast, user)


def offers(broadcast: Broadcast, user: Any, *, failed: int = 0, newcomers: int = 0) -> list[Offer]:
    """The steps that this account is shown for a post, in the order of the table.

    Those that act on groups are shown where there are such groups.
    """
    there = {"gui-lai": failed, "gui-them": newcomers}
    return [
        Offer(step, _refusal(step, broadcast, user))
        for step in STEPS
        if broadcast.status in step.statuses
        and (not broadcast.is_pattern or step.name in OF_PATTERNS)
        and _holds(step, broadcast, user)
        and there.get(step.name, True)
    ]


def newcomers(broadcast: Broadcast, user: Any, now: datetime) -> int:
    """Groups that began since and may still get the post, counted for who may give it to them."""
    if not user.has_perm("broadcasts.resend_delivery") or not services.still_valid(broadcast, now):
        return 0
    if services.corrected_by(broadcast) is not None:
        return 0
    return int(services.late_groups(broadcast).count())


def returned_because(broadcast: Broadcast) -> str:
    """The reason with which a returned post came back; blank for any other."""
    if broadcast.status != Status.RETURNED:
        return ""
    last = broadcast.events.filter(kind=BroadcastEvent.Kind.RETURNED).last()
    return last.note if last else ""


def waiting_for(broadcast: Broadcast, user: Any) -> str:
    """Why nothing can be done right now, for someone who has no step; blank otherwise."""
    if broadcast.status == Status.PENDING_APPROVAL and not user.has_perm(
        "broadcasts.approve_broadcast"
    ):
        return "Bài đang chờ chỉ huy duyệt. Sửa bài lúc này thì phải trình lại."
    return ""
