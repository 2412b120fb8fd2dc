from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.services import NotAllowed
from accounts.sign_in import first_codes

PAGE = """
----------------------------------------------------------------
Bình Yên - mã giấy của {user} ({username})
{code}
Giữ kín, chỉ dùng khi cài bước hai lần đầu: người này gõ mã của mình
rồi nhờ {other} gõ mã trên tờ của người đó, và ngược lại.
----------------------------------------------------------------"""


class Command(BaseCommand):
    help = (
        "In hai tờ mã giấy cho chỉ huy và quản trị kỹ thuật đầu tiên của một xã, để hai người cài "
        "bước hai cho nhau. Đưa mỗi người một tờ, không ai giữ cả hai."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("chief", metavar="CHỈ_HUY", help="tên đăng nhập")
        parser.add_argument("administrator", metavar="QUẢN_TRỊ", help="tên đăng nhập")

    def handle(self, *args: Any, **options: Any) -> None:
        chief, administrator = (self._user(options[name]) for name in ("chief", "administrator"))
        try:
            codes = first_codes.print_codes(chief, administrator)
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        for (user, code), (other, _code) in zip(codes, reversed(codes), strict=True):
            self.stdout.write(
                PAGE.format(user=user, username=user.username, code=code, other=other)
            )

    @staticmethod
    def _user(username: str) -> User:
        user = User.objects.select_related("commune").filter(username=username).first()
        if user is None:
            raise CommandError(f"Không có tài khoản “{username}”.")
        return user
