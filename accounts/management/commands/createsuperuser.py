from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.core.management.base import CommandParser

from accounts.sign_in.second_account import add_second, named, require_second


class Command(createsuperuser.Command):
    help = "Lập quản trị cấp cao nhất. Khi đã có chỉ huy thì hỏi thêm người thứ hai."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_second(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        require_second("createsuperuser", username=named(options))
        super().handle(*args, **options)
