from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import demo
from broadcasts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD, RealDataPresent, seed

# The account of the local Zalo (`zalo_simulator`), which may not be installed.
DEFAULT_OA_ID = "4321000000000000001"


class Command(BaseCommand):
    help = (
        "Tạo một xã mẫu hoàn toàn hư cấu để chạy thử: 19 ấp, 60 tổ, 40 nhóm, 2.000 người dân, bài "
        "đăng ở mọi trạng thái. Chạy lại không tạo thêm."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--oa-id", default=DEFAULT_OA_ID, help="mã OA (mặc định: OA giả lập)")
        parser.add_argument("--access-token", default="", help="mã truy cập; trống: kết nối sau")
        parser.add_argument("--refresh-token", default="", help="mã làm mới")
        parser.add_argument(
            "--force", action="store_true", help="vẫn tạo khi đã có xã khác trong cơ sở dữ liệu"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            seeded = seed(
                oa_id=options["oa_id"],
                access_token=options["access_token"],
                refresh_token=options["refresh_token"],
                force=options["force"],
            )
        except RealDataPresent as present:
            raise CommandError(
                f"Cơ sở dữ liệu đang có dữ liệu thật ({present}) nên không tạo dữ liệu mẫu. Hãy "
                "dùng một cơ sở dữ liệu trống; nếu thật sự muốn, thêm --force."
            ) from present
        state = "Đã tạo" if seeded.is_new else "Đã có sẵn"
        self.stdout.write(f"{state} {seeded.commune} với dữ liệu mẫu hư cấu.")
        self.stdout.write(f"Mật khẩu của mọi tài khoản mẫu: {DEMO_PASSWORD}")
        printed = set()
        for account in DEMO_ACCOUNTS:
            if account.role not in printed:
                printed.add(account.role)
                self.stdout.write(f"  {account.username:<14} {account.role.label}")
        for part in demo.parts():
            if part.sentence:
                self.stdout.write(part.sentence)
