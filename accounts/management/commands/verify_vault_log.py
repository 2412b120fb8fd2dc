from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.vault import log


class Command(BaseCommand):
    help = (
        "Kiểm tra nhật ký của kho niêm phong: không dòng nào bị sửa, bớt hay chèn. Chạy với môi "
        "trường của kho."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help="tệp khác với VAULT_LOG")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"] or settings.VAULT_LOG
        if not settings.VAULT_INDEX_KEY or not path:
            raise CommandError("lệnh này cần VAULT_INDEX_KEY và VAULT_LOG: chạy ở nơi của kho.")
        try:
            verdict = log.verify(Path(path))
        except OSError as error:
            raise CommandError(f"không đọc được {path} ({type(error).__name__}).") from error
        if verdict.wrong_at is not None:
            raise CommandError(
                f"Nhật ký bị đứt ở dòng {verdict.wrong_at}: có dòng bị sửa, bớt hoặc chèn. "
                f"{verdict.lines} dòng đầu còn nguyên."
            )
        self.stdout.write(
            f"Nhật ký của kho nguyên vẹn: {verdict.lines} dòng. Mốc cuối: {verdict.head}\n"
            "Ghi lại số dòng và mốc cuối ở nơi khác: lần sau số dòng không được ít hơn, và dòng "
            "ấy phải còn đúng mốc này."
        )
