"""The first days of a commune: administrator and chief activate each other with codes on paper.

Until a chief has set up the second step there is nobody to ask. So neither of the two sets it up
alone: it takes the code of the own paper and that of the other's, typed at one table.
"""

from typing import Final

from django.conf import settings

from accounts.sign_in.models import SecondFactor
from accounts.users.models import User
from accounts.users.roles import Role, roles_of

PAIR: Final = frozenset({Role.CHIEF.value, Role.TECH_ADMIN.value})
ASKED: Final = (
    "Tài khoản này là một trong hai tài khoản đầu tiên của xã. Hãy nhập mã trên tờ giấy của đồng "
    "chí và mã trên tờ giấy của người kia; hai tờ in từ máy chủ khi cài đặt (lệnh "
    "print_first_codes)."
)


def takes_codes(user: User) -> bool:
    """Whether the account sets up with two papers: it never has, and nobody in the commune could
    vouch yet; an administrator also later, if a paper was printed.
    """
    if not settings.SECOND_FACTOR_REQUIRED or user.commune is None or user.is_superuser:
        return False
    if not roles_of(user) & PAIR:
        return False
    factor = SecondFactor.objects.filter(user=user).first() or SecondFactor(user=user)
    if factor.is_set_up or factor.lost_at is not None or factor.reset_at is not None:
        return False
    is_administrator = Role.TECH_ADMIN.value in roles_of(user)
    return user.commune.vouching_since is None or (is_administrator and factor.first_code != "")
