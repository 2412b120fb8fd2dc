"""Run the local Zalo, which is a program of its own and may not be installed."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

try:
    from zalo_simulator.command import Command as Simulator
except ModuleNotFoundError as missing:
    if missing.name not in {"zalo_simulator", "zalo_simulator.command"}:
        raise

    class Simulator(BaseCommand):  # type: ignore[no-redef]
        """Says where the local Zalo is to be found."""

        help = "Chạy Zalo giả lập trên máy này (bản cài đặt này không kèm chương trình đó)."
        requires_system_checks: list[str] = []

        def add_arguments(self, parser: ArgumentParser) -> None:
            parser.add_argument("--port", type=int, help="cổng để mở")

        def handle(self, *args: Any, **options: Any) -> None:
            raise CommandError(
                "bản cài đặt này không kèm Zalo giả lập. Hãy dùng thư mục zalo_simulator/ của mã "
                "nguồn, hoặc dựng ảnh riêng: docker build --target simulator ."
            )


class Command(Simulator):
    """Beside a practice portal it knows that portal's application, as Zalo's console would."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        if settings.PRACTICE:
            parser.set_defaults(
                app_id=settings.ZALO_APP_ID,
                app_secret=settings.ZALO_APP_SECRET,
                oa_secret=settings.ZALO_OA_SECRET_KEY,
            )
