import base64
import secrets
import string
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.encryption.services import KEY_BYTES
from accounts.vault import paper_keys, sealing

LETTERS = 4


class Command(BaseCommand):
    help = (
        "Tạo một khóa mới của kho niêm phong và in ra một lần: phần công khai cho mọi bộ phận, "
        "phần mở cho kho, và hai tờ giấy để cất ở hai người. --join ghép hai tờ lại."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--join", action="store_true", help="hỏi hai tờ giấy rồi ghép thành khóa"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["join"]:
            self._join()
            return
        letters = "".join(secrets.choice(string.ascii_lowercase) for _ in range(LETTERS))
        kid = f"n{timezone.localdate():%y%m%d}{letters}"
        private = secrets.token_bytes(KEY_BYTES)
        self._print(kid, private)
        first, second = paper_keys.split(kid, private)
        self.stdout.write(
            f"VAULT_INDEX_KEY={secrets.token_hex(32)}   (chỉ lần đầu; không bao giờ đổi)\n\n"
            f"Tờ 1: {first}\nTờ 2: {second}"
        )
        self.stderr.write(
            f"""Việc cần làm với khóa “{kid}”:
1. Chép tờ 1 và tờ 2 ra hai tờ giấy, hai người giữ ở hai nơi. Một tờ không mở được gì. Thử ngay:
   manage.py new_vault_key --join hỏi hai tờ và phải in lại đúng dòng VAULT_KEYS.
2. Thêm phần công khai vào đầu VAULT_PUBLIC_KEY của mọi bộ phận, phần mở vào đầu VAULT_KEYS của kho
   (tệp riêng, chỉ kho đọc được); giữ các khóa cũ ở phía sau, cách nhau bằng dấu phẩy.
3. Chạy manage.py migrate, khởi động lại kho trước, rồi mọi bộ phận.
4. Chạy manage.py try_vault_key: hai tờ ghép lại đúng là khóa đang dùng. Rồi manage.py seal_anew
   với môi trường của kho. Chỉ bỏ khóa cũ khi lệnh này báo đã cho nghỉ.
5. Xóa màn hình này: khóa không được in lại."""
        )

    def _join(self) -> None:
        try:
            kid, private = paper_keys.join(*paper_keys.ask())
        except paper_keys.Unreadable as error:
            raise CommandError(str(error)) from error
        self._print(kid, private)

    def _print(self, kid: str, private: bytes) -> None:
        public = base64.b64encode(sealing.public_part(private)).decode()
        self.stdout.write(
            f"VAULT_PUBLIC_KEY={kid}:{public}\n"
            f"VAULT_KEYS={kid}:{base64.b64encode(private).decode()}"
        )
