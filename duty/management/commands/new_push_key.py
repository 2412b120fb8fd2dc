from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management.base import BaseCommand

from duty.ways.push.base64url import encoded
from duty.ways.push.encryption import CURVE


class Command(BaseCommand):
    help = (
        "Tạo khóa cho VAPID_PRIVATE_KEY (báo việc trên điện thoại). Chỉ in ra, không ghi vào đâu."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        secret = ec.generate_private_key(CURVE).private_numbers().private_value
        self.stdout.write(encoded(secret.to_bytes(32)))
        self.stderr.write(
            """Việc cần làm với khóa này:
1. Đặt vào VAPID_PRIVATE_KEY trong tệp .env, cùng VAPID_SUBJECT (mailto: của người vận hành).
2. Cất một bản cùng các khóa khác: mất hay đổi khóa thì mọi người phải đăng ký lại máy.
3. Khởi động lại web và worker-alerts (docker compose up -d tự làm)."""
        )
