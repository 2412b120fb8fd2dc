"""Write a paper as a Word file."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.models import User
from accounts.papers.building import build
from accounts.papers.letterheads import Issuer
from oversight.papers.kinds import KINDS, Asked, NotMade, make
from oversight.periods import Period
from reports.register.days import FIRST_YEAR, LAST_YEAR, TOO_FAR, NotDays


class Command(BaseCommand):
    """`manage.py export_report KIND --by USERNAME --out FILE`: a paper as that account gets it."""

    help = "Lấy một văn bản (dự thảo) ra tệp Word, với quyền của một tài khoản."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=KINDS, help="loại văn bản")
        parser.add_argument("--by", required=True, help="tên đăng nhập của người lấy")
        parser.add_argument("--out", required=True, type=Path, help="tệp .docx sẽ ghi")
        parser.add_argument("--from", dest="first", type=_day, help="từ ngày, YYYY-MM-DD")
        parser.add_argument("--to", dest="last", type=_day, help="đến ngày, YYYY-MM-DD")
        parser.add_argument(
            "--row", default="",
            help="mã phản ánh, hoặc số của cuộc họp, kế hoạch, tổng kết, báo cáo đã ký",
        )  # fmt: skip
        parser.add_argument(
            "--issuer", type=Issuer, choices=[*Issuer], default=Issuer.POLICE,
            help="cơ quan ban hành báo cáo",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["by"]).first()
        if user is None:
            raise CommandError(f"Không có tài khoản {options['by']}.")
        try:
            period = _period(options["first"], options["last"])
            asked = Asked(user, period, options["row"], options["issuer"])
            content = build(make(options["kind"], asked))
        except (NotMade, ValueError) as refusal:
            raise CommandError(str(refusal)) from refusal
        try:
            options["out"].write_bytes(content)
        except OSError as error:
            raise CommandError(f"Không ghi được {options['out']}: {error.strerror}.") from error
        self.stdout.write(f"Đã ghi {options['out']} ({len(content)} byte), đúng thể thức.")


def _day(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:  # well formed, and no day of the calendar
        day = None
    if day is None:
        raise ArgumentTypeError(f"“{text}” không phải ngày dạng YYYY-MM-DD.")
    return day


def _period(first: date | None, last: date | None) -> Period:
    """The days asked for; this month until today where none is named."""
    today = timezone.localdate()
    period = Period(first or (last or today).replace(day=1), last or today)
    if period.first.year < FIRST_YEAR or period.last.year > LAST_YEAR:
        raise NotDays(TOO_FAR)
    return period
