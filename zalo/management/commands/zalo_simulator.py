"""Run the local Zalo, which is a program of its own and may not be installed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

try:
    from zalo_simulator.command import Command
except ModuleNotFoundError as missing:
    if missing.name not in {"zalo_simulator", "zalo_simulator.command"}:
        raise

    class Command(BaseCommand):  # type: ignore[no-redef]
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


__all__ = ["Command"]
