"""What all verbs share: the right, the locked row, the step forward, the trace of it."""

from typing import Any

from accounts import audit
from accounts.models import User
from procedures.models import Edition, EditionEvent
from procedures.services.errors import NotAllowed, TransitionNotAllowed

Kind = EditionEvent.Kind
Status = Edition.Status


def keeps_library(user: User) -> bool:
    """Whether the library is this account's to change: the city's, or that of the only commune."""
    return user.keeps_calendar


def check_right(by: User, permission: str) -> None:
    """Raises NotAllowed."""
    if not by.is_active or not by.has_perm(f"procedures.{permission}"):
        raise NotAllowed("Tài khoản này không có quyền làm việc này với thư viện thủ tục.")
    if not keeps_library(by):
        raise NotAllowed(
            "Thư viện thủ tục dùng chung cho mọi xã, nên do tài khoản cấp thành phố sửa. Giờ tiếp "
            "dân và nơi tiếp dân của xã thì sửa ở Thông tin xã."
        )


def take(edition: Edition, by: User, permission: str) -> Edition:
    """The stored edition, locked, for an account with this right. Raises NotAllowed."""
    check_right(by, permission)
    rows = Edition.objects.select_for_update(of=("self",)).select_related("procedure__area")
    found = rows.filter(pk=edition.pk).first()
    if found is None:
        raise NotAllowed("Không tìm thấy bản thủ tục này.")
    return found


def move(edition: Edition, status: Status) -> None:
    """Set the next state, without saving. Raises TransitionNotAllowed."""
    if status not in Edition.TRANSITIONS[edition.status]:
        raise TransitionNotAllowed(
            f"{edition} đang ở bước “{edition.get_status_display()}”, không chuyển sang "
            f"“{status.label}” được. Muốn sửa, hãy soạn bản mới."
        )
    edition.status = status


def record(kind: Kind, edition: Edition, *, by: User, note: str = "", **details: Any) -> None:
    """Write a step into the history of the edition and into the audit trail."""
    EditionEvent.objects.create(edition=edition, kind=kind, by=by, note=note[:300])
    audit.record(f"procedure.{kind}", by=by, target=edition, reason=note[:300], **details)
