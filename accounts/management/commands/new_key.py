import base64
import secrets
import string
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.encryption.services import KEY_BYTES

LETTERS = 4


class Command(BaseCommand):
    help = (
        "Tạo một khóa mới cho DATA_ENCRYPTION_KEYS, tên không trùng với khóa nào. Chỉ in ra, không "
        "ghi vào đâu."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        letters = "".join(secrets.choice(string.ascii_lowercase) for _ in range(LETTERS))
        kid = f"k{timezone.localdate():%y%m%d}{letters}"
        key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        self.stdout.write(f"{kid}:{key}")
        self.stderr.write(
            f"""Việc cần làm với khóa “{kid}”:
1. Cất một bản ở nơi an toàn, tách khỏi bản sao lưu cơ sở dữ liệu.
2. Thêm dòng trên vào đầu DATA_ENCRYPTION_KEYS trong tệp .env, giữ các khóa cũ ở phía sau, cách nhau
   bằng dấu phẩy.
3. Chạy manage.py migrate để ghi nhận khóa (docker compose up -d tự làm), khởi động lại mọi bộ phận.
4. Chạy manage.py rotate_keys. Chỉ bỏ khóa cũ sau hai giờ, khi lệnh này báo khóa đó đã cho nghỉ."""
        )
