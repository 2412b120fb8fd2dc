"""A second account for commands of the server: its name, its password, its code."""

import getpass
from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.audit import services as audit
from accounts.second_person.table import SIDE, expanded, is_guarded, side_of, table
from accounts.sign_in import second_factor
from accounts.users.models import User
from accounts.users.roles import group_names

OPTION = "--second"


def add_second(parser: CommandParser) -> None:
    """The option that names the second account."""
    parser.add_argument(
        OPTION, metavar="TÊN_ĐĂNG_NHẬP",
        help="tài khoản của người thứ hai; mật khẩu và mã được hỏi khi chạy",
    )  # fmt: skip


def require_second(command: str, *, subject: User | None = None, username: str | None) -> None:
    """Ask for the second account that the table wants for this command. Raises CommandError.

    Nothing is asked before any commune has a chief.
    """
    if not is_guarded():
        return
    roles = expanded(_roles(command, subject), subject, None)
    if not _others(subject).with_roles(_lines(command, subject)).exists():
        roles = table()["stand_in"]
    username = username or _ask("Tên đăng nhập của người thứ hai: ")
    second = User.objects.filter(username=username.strip()).first()
    password = _ask("Mật khẩu của người thứ hai: ", hidden=True)
    if second is None or not second.check_password(password) or not _fits(second, subject, roles):
        labels = ", ".join(group_names(roles))
        raise CommandError(
            "Lệnh này cần người thứ hai: tên đăng nhập và mật khẩu của một tài khoản khác đang "
            f"hoạt động, vai trò {labels}. Chưa có gì thay đổi."
        )
    if second_factor.of(second).is_set_up:  # of a passkey alone a code on paper
        try:
            second_factor.verify(second, _ask("Mã xác thực của người thứ hai: "))
        except second_factor.WrongCode as error:
            raise CommandError(f"{error} Chưa có gì thay đổi.") from error
    audit.record("account.command_seconded", by=second, target=subject, reason=command)


def _ask(question: str, *, hidden: bool = False) -> str:
    try:
        return getpass.getpass(question) if hidden else input(question)
    except EOFError:
        raise CommandError(
            "Lệnh này hỏi người thứ hai nên phải chạy ở cửa sổ lệnh có người gõ. Chưa có gì "
            "thay đổi."
        ) from None


def _roles(command: str, subject: User | None) -> list[str]:
    """Of an account without a side (a superuser) the second person is a chief."""
    roles: list[str] = table()["commands"][command]
    if SIDE in roles and (subject is None or not side_of(subject)):
        return list(table()["others"])
    return roles


def _lines(command: str, subject: User | None) -> list[str]:
    """The roles of which anybody could ever confirm this command: those of all lines of a side."""
    roles = _roles(command, subject)
    if SIDE not in roles or subject is None:
        return roles
    return [role for line in table()["sides"][side_of(subject)]["seconds"] for role in line]


def _others(subject: User | None) -> Any:
    """Accounts in use beside the one concerned, of its commune; also those that are shut, for one
    person shuts them and opens them again.
    """
    rows = User.objects.filter(last_login__isnull=False)
    if subject is None:
        return rows
    rows = rows.exclude(pk=subject.pk)
    return rows if subject.commune_id is None else rows.filter(commune=subject.commune_id)


def _fits(second: User, subject: User | None, roles: list[str]) -> bool:
    return second.is_active and _others(subject).with_roles(roles).filter(pk=second.pk).exists()


def named(options: dict[str, Any]) -> str | None:
    """The value of the option, taken out: the command of Django behind does not know it."""
    found: str | None = options.pop("second", None)
    return found
