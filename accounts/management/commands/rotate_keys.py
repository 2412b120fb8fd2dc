from typing import Any

from django.core.management.base import BaseCommand

from accounts.encryption.rotation import remaining_kids, reseal_all
from accounts.encryption.services import key_ring


class Command(BaseCommand):
    help = (
        "Mã hóa lại mọi giá trị bằng khóa đứng đầu DATA_ENCRYPTION_KEYS, trong khi hệ thống vẫn "
        "chạy. Xong lệnh này mới được bỏ khóa cũ khỏi cấu hình."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for label, count in reseal_all().items():
            self.stdout.write(f"{label}: đã mã hóa lại {count} giá trị")
        kids = remaining_kids()
        self.stdout.write(
            f"Khóa đang dùng: {key_ring().primary}. Còn dữ liệu dùng khóa: "
            f"{', '.join(sorted(kids)) or 'không có'}."
        )
