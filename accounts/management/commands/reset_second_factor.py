from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.sign_in import second_factor
from accounts.sign_in.second_account import add_second, require_second


class Command(BaseCommand):
    help = (
        "Cho một tài khoản cài lại bước hai trong 7 ngày, khi trong cổng không còn ai làm được "
        "(ví dụ chỉ huy hoặc quản trị cao nhất duy nhất mất cả điện thoại và mã dự phòng)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", metavar="TÊN_ĐĂNG_NHẬP")
        parser.add_argument("--reason", required=True, metavar="LÝ_DO", help="ghi vào nhật ký")
        add_second(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"Không có tài khoản “{options['username']}”.")
        if not options["reason"].strip():
            raise CommandError("Hãy ghi lý do.")
        require_second("reset_second_factor", subject=user, username=options["second"])
        second_factor.reset_on_server(user, reason=options["reason"].strip())
        self.stdout.write(f"{user} cài lại được bước hai ở lần đăng nhập tới, trong 7 ngày.")
