import os
import signal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from accounts.encryption import checks as key_checks
from accounts.vault import checks, log, recall, relay, resealing
from accounts.vault.proofs import memory

THREADS = 4


class Command(BaseCommand):
    help = (
        "Chạy kho niêm phong: tiến trình duy nhất có khóa mở người báo tin. Cần VAULT_KEYS, "
        "VAULT_INDEX_KEY, VAULT_LOG trong môi trường riêng của nó. Dừng bằng SIGTERM."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--web", type=Path, required=True, help="socket cho các trang")
        parser.add_argument("--work", type=Path, required=True, help="socket cho bộ phận chạy nền")
        parser.add_argument("--threads", type=int, default=THREADS, help="luồng của mỗi socket")

    def handle(self, *args: Any, **options: Any) -> None:
        from vault.server import Server  # noqa: PLC0415 -- a program of its own

        try:
            key_checks.confirm()
            checks.compare_private()
            verdict = log.begin()
            memory.begin()
            recall.begin()
            resealing.close_unbound()
        except (key_checks.WrongKeys, log.LogUnusable) as error:
            raise CommandError(str(error)) from error
        relay.handler()  # before anybody waits for it
        connections.close_all()
        os.umask(0o077)
        server = Server(
            {"web": options["web"], "work": options["work"]}, threads=options["threads"]
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.stop())
        self.stdout.write(f"Kho niêm phong đang chạy; nhật ký có {verdict.lines} dòng.")
        self.stdout.flush()
        server.run()
