from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.encryption import checks, rotation
from accounts.encryption.services import key_ring
from accounts.sign_in.second_account import add_second, require_second


class Command(BaseCommand):
    help = (
        "Mã hóa lại mọi giá trị bằng khóa đứng đầu DATA_ENCRYPTION_KEYS, trong khi hệ thống vẫn "
        "chạy. Xong lệnh này mới được bỏ khóa cũ khỏi cấu hình."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_second(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        require_second("rotate_keys", username=options["second"])
        try:
            counts = rotation.reseal_all()
        except rotation.RotationStopped as error:
            raise CommandError(str(error)) from error
        for label, count in counts.items():
            self.stdout.write(f"{label}: đã mã hóa lại {count} giá trị")
        kids = rotation.remaining_kids()
        self.stdout.write(
            f"Khóa đang dùng: {key_ring().primary}. Còn dữ liệu dùng khóa: "
            f"{', '.join(sorted(kids)) or 'không có'}."
        )
        if retired := checks.retire(kids):
            self.stdout.write(f"Đã cho nghỉ khóa: {', '.join(retired)}.")
