import getpass
from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.core.management.base import CommandParser

from accounts.models import User
from accounts.sign_in.second_account import add_second, named, require_second


class Command(changepassword.Command):
    help = (
        "Đổi mật khẩu của một tài khoản trên máy chủ. Khi xã đã có chỉ huy thì hỏi thêm người thứ "
        "hai."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_second(parser)

    def handle(self, *args: Any, **options: Any) -> str | None:
        second = named(options)
        options["username"] = options["username"] or getpass.getuser()
        subject = User.objects.filter(username=options["username"]).first()
        require_second("changepassword", subject=subject, username=second)
        return super().handle(*args, **options)
