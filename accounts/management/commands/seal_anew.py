import signal
import threading
from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.encryption.checks import WrongKeys
from accounts.vault import checks, resealing, sealing, unbound


class Command(BaseCommand):
    help = (
        "Niêm phong lại bằng khóa hiện tại của kho mọi giá trị cũ: còn dạng trước khi có kho, hoặc "
        "của khóa kho cũ. Chạy với môi trường của kho, trong khi hệ thống vẫn chạy; dừng giữa "
        "chừng (SIGTERM) rồi chạy lại thì làm tiếp."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--unbound",
            action="store_true",
            help="nhận cả dạng chưa gắn với phản ánh ở nơi đã hết dạng đó; chỉ dùng sau khi khôi "
            "phục một bản sao lưu của trước lần seal_anew đầu tiên",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            checks.compare_private()
        except WrongKeys as error:
            raise CommandError(str(error)) from error
        stopping = threading.Event()
        before = signal.signal(signal.SIGTERM, lambda *_: stopping.set())
        try:
            with unbound.allowed() if options["unbound"] else nullcontext():
                for column, count in resealing.seal_anew(is_stopped=stopping.is_set):
                    self.stdout.write(f"{column}: đã niêm phong lại {count} giá trị")
        except resealing.ResealingStopped as error:
            raise CommandError(str(error)) from error
        finally:
            signal.signal(signal.SIGTERM, before)
        if stopping.is_set():
            raise CommandError("Đã dừng giữa chừng. Chạy lại lệnh này để làm tiếp.")
        if left := resealing.waiting():
            raise CommandError(f"Còn {left} giá trị được ghi trong lúc chạy. Hãy chạy lại.")
        kids = resealing.remaining_kids()
        self.stdout.write(
            f"Khóa đang niêm phong: {sealing.current_kid()}. Còn dữ liệu dùng khóa: "
            f"{', '.join(sorted(kids)) or 'không có'}."
        )
        if retired := checks.retire(kids):
            self.stdout.write(f"Đã cho nghỉ khóa: {', '.join(retired)}.")
