"""Have events of the inbox interpreted anew."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zalo.inbox import services as inbox
from zalo.models import WebhookEvent


def _day(text: str) -> date:
    return date.fromisoformat(text)


class Command(BaseCommand):
    help = (
        "Đưa sự kiện trong hộp thư Zalo về hàng chờ để xử lý lại. Chỉ những sự kiện còn giữ nội "
        "dung (giữ niêm phong, chưa biết loại, không xử lý được) mới xử lý lại được."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--id", type=int, nargs="+", help="số của từng sự kiện")
        which.add_argument("--day", type=_day, help="mọi sự kiện nhận trong ngày (YYYY-MM-DD)")
        which.add_argument("--failed", action="store_true", help="không xử lý được")
        which.add_argument("--held", action="store_true", help="đang giữ niêm phong")
        which.add_argument("--unknown", action="store_true", help="chưa biết loại")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = WebhookEvent.objects.all()
        if options["id"]:
            rows = rows.filter(pk__in=options["id"])
            if missing := set(options["id"]) - set(rows.values_list("pk", flat=True)):
                numbers = ", ".join(map(str, sorted(missing)))
                raise CommandError(f"Không có sự kiện số {numbers}.")
        elif options["day"]:
            rows = rows.received_on(options["day"])
        else:
            rows = rows.filter(state=next(s for s in ("failed", "held", "unknown") if options[s]))
        waiting, emptied = inbox.replay(rows)
        self.stdout.write(f"Đã đưa {waiting} sự kiện về hàng chờ.")
        if emptied:
            self.stdout.write(f"{emptied} sự kiện đã xử lý xong nên không còn nội dung.")
