"""The two papers of the first days: their codes are printed, compared and used."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.services import NotAllowed, readable
from accounts.sign_in import first_days, second_factor
from accounts.sign_in.models import SecondFactor
from accounts.users.models import User
from accounts.users.roles import Role, roles_of

PERMIT: Final = timedelta(hours=1)
PARTS: Final = 3


@transaction.atomic
def print_codes(chief: User, administrator: User) -> list[tuple[User, str]]:
    """New codes for the two; those printed before are void. Raises NotAllowed."""
    found = []
    for user, role in ((chief, Role.CHIEF), (administrator, Role.TECH_ADMIN)):
        if role.value not in roles_of(user) or user.commune is None:
            raise NotAllowed(f"{user} không có vai trò “{role.label}” của một xã.")
        if user.commune_id != chief.commune_id:
            raise NotAllowed("Hai tài khoản phải cùng một xã.")
        if user.commune.vouching_since is not None:
            raise NotAllowed("Xã đã có chỉ huy cài bước hai; không còn cần mã giấy.")
        code = "-".join(readable(4) for _ in range(PARTS))
        factor = second_factor.locked(user)
        factor.first_code = factor.first_digest(code)
        factor.save(update_fields=["first_code"])
        audit.record("account.first_code_printed", target=user)
        found.append((user, code))
    return found


def use(user: User, own: str, other: str) -> None:
    """The codes of both papers, typed by the two who hold them: the account may set up within the
    hour. Raises WrongCode.
    """

    def check(factor: SecondFactor) -> str:
        if not (first_days.takes_codes(user) and _fits(factor, own, other)):
            return ""
        factor.permitted_until = timezone.now() + PERMIT
        return "first"

    if not second_factor.attempt(user, check):
        raise second_factor.WrongCode(
            "Một trong hai mã chưa đúng. Hãy xem lại từng chữ trên hai tờ giấy."
        )


def _fits(factor: SecondFactor, own: str, other: str) -> bool:
    """Whether these are the codes of the own paper and of the other one's."""
    wanted = first_days.PAIR - roles_of(factor.user)
    others = SecondFactor.objects.filter(
        user__commune=factor.user.commune_id, user__is_active=True
    ).exclude(first_code="")
    others = others.exclude(pk=factor.pk).select_related("user")
    return factor.first_code == factor.first_digest(own) and any(
        one.first_code == one.first_digest(other) and roles_of(one.user) & wanted for one in others
    )
