"""Load the data files of the library, as often as one likes."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from procedures.library.loading import FOLDER, load


class Command(BaseCommand):
    help = "Nạp thủ tục từ tệp dữ liệu; bản đang có người sửa được giữ nguyên, chạy lại không sao."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=FOLDER, help="Thư mục chứa tệp dữ liệu.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"Không có thư mục {folder}.")
        try:
            done = load(folder)
        except (KeyError, ValueError, OSError) as error:
            raise CommandError(f"Tệp dữ liệu trong {folder} không đọc được: {error}") from error
        self.stdout.write(
            f"Thủ tục mới: {done.created}. Bản nháp mới: {done.drafted}. "
            f"Không đổi: {done.unchanged}. Giữ nguyên vì đang có người sửa: {done.kept}."
        )
