import io
from typing import Any

import segno
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.services import NotAllowed
from accounts.vault import log, sealing
from accounts.vault.calls import Call, running
from accounts.vault.proofs import keys

PAGE = """
----------------------------------------------------------------
Bình Yên - tờ mã mở danh tính của {user} ({username})
Chỉ in một lần. Mở ứng dụng xác thực trên điện thoại của chính người
này, chọn thêm tài khoản, quét hình (hoặc gõ khóa), rồi hủy tờ này.

{square}
Khóa: {key}

Dòng mới tên “{issuer}”, khác dòng dùng để đăng nhập.
Không cho ai xem tờ này, không chụp lại.
----------------------------------------------------------------"""


class Command(BaseCommand):
    help = (
        "In một lần tờ mã mở danh tính của một tài khoản, mã cũ của tài khoản đó hết dùng. Chạy "
        "với môi trường của kho, đưa tận tay người có tên trên tờ."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", metavar="TÀI_KHOẢN", help="tên đăng nhập")

    def handle(self, *args: Any, **options: Any) -> None:
        if not sealing.is_vault():
            raise CommandError("lệnh này cần VAULT_KEYS: chạy ở nơi của kho niêm phong.")
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"Không có tài khoản “{options['username']}”.")
        with running(Call("print_proof")):
            try:
                log.write(operation="print_proof", caller="", account=user.pk, outcome="begun")
                seed = keys.make_app(user)
            except (NotAllowed, OSError) as refusal:
                raise CommandError(str(refusal)) from refusal
        square = io.StringIO()
        code = segno.make(keys.address_of(user, seed), error="l", micro=False)
        code.terminal(square, compact=True)
        self.stdout.write(
            PAGE.format(
                user=user, username=user.username, square=square.getvalue(), issuer=keys.ISSUER,
                key=" ".join(seed[start : start + 4] for start in range(0, len(seed), 4)),
            )
        )  # fmt: skip
