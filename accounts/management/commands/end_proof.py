from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.vault import log, sealing
from accounts.vault.proofs import keys


class Command(BaseCommand):
    help = (
        "Hủy mã mở danh tính và khóa truy cập đã ghim của một tài khoản: mất điện thoại, thôi giữ "
        "việc. Chạy với môi trường của kho."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", metavar="TÀI_KHOẢN", help="tên đăng nhập")

    def handle(self, *args: Any, **options: Any) -> None:
        if not sealing.is_vault():
            raise CommandError("lệnh này cần VAULT_KEYS: chạy ở nơi của kho niêm phong.")
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"Không có tài khoản “{options['username']}”.")
        log.write(operation="end_proof", caller="", account=user.pk, outcome="begun")
        self.stdout.write(f"Đã hủy {keys.end_all(user)} khóa của {user}.")
