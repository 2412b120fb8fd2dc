"""The right that all verbs over the library ask for, and the locked row."""

from typing import Any

from accounts.models import User
from accounts.workflow.services import stored_for
from procedures.models import Edition, EditionEvent
from procedures.services.errors import NotAllowed

Kind = EditionEvent.Kind
Status = Edition.Status


def keeps_library(user: User) -> bool:
    """Whether the library is this account's to change: the city's, or that of the only commune."""
    return user.keeps_calendar


def check_right(by: User, permission: str) -> None:
    """Raises NotAllowed."""
    if not by.is_active or not by.has_perm(f"procedures.{permission}"):
        raise NotAllowed(Edition.workflow.denied)
    if not keeps_library(by):
        raise NotAllowed(
            "Thư viện thủ tục dùng chung cho mọi xã, nên do tài khoản cấp thành phố sửa. Giờ tiếp "
            "dân và nơi tiếp dân của xã thì sửa ở Thông tin xã."
        )


def edition_for(edition: Edition, by: User, permission: str, **states: Any) -> Edition:
    """The stored edition, locked, for an account with this right. Raises NotAllowed."""
    check_right(by, permission)
    return stored_for(edition, by, permission=None, **states)
