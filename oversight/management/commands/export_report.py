"""Write a document as a Word file."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.audit import services as audit
from accounts.models import User
from accounts.papers.services import Issuer
from accounts.scoped_admin.pages import number_of
from accounts.services import NotAllowed
from accounts.vault import sealing
from accounts.vault.calls import Call, running
from documents.building import build
from documents.content import Paper
from groups.consultation.minutes import export_minutes
from groups.models import ConsultationMeeting
from oversight import periods
from oversight.commendations.pages import NEEDS as LIST_NEEDS
from oversight.commendations.pages import Listed, list_document
from oversight.direction.querysets import bodies_of
from oversight.figures.report import may_download, reads_for, report_document
from oversight.figures.scopes import Scope, whole_commune
from oversight.models import PeriodSummary, Plan, YearlyReview
from oversight.periods import Period
from oversight.plans import pages as plans_pages
from oversight.review import pages as review_pages
from oversight.summaries.content import Unreadable
from oversight.summaries.services import paper_of
from reports.models import TipReport
from reports.register.days import FIRST_YEAR, LAST_YEAR, TOO_FAR, NotDays
from reports.register.rows import LONGEST_SPAN, Refused, export_register
from reports.register.transfer import export_transfer

BY_COMMAND = {"way": "lệnh trên máy chủ"}


@dataclass(frozen=True)
class Asked:
    """Request on behalf of an account."""

    by: User
    period: Period
    row: str = ""
    issuer: Issuer = Issuer.POLICE


@dataclass(frozen=True)
class Kind:
    """Kind of document: name, permissions, maker."""

    name: str
    needs: tuple[str, ...]
    make: Callable[[Asked], Paper]


class NotMade(Exception):
    """Document not made; the message is for a person."""


def make(kind: str, asked: Asked) -> Paper:
    """Make a document for this account. Raises NotMade."""
    chosen = KINDS[kind]
    if not asked.by.is_active or not asked.by.has_perms(chosen.needs):
        raise NotMade(f"Tài khoản {asked.by.username} không được lấy {chosen.name}.")
    try:
        return chosen.make(asked)
    except (NotAllowed, Refused) as refusal:
        raise NotMade(str(refusal)) from refusal


def _minutes(asked: Asked) -> Paper:
    rows = ConsultationMeeting.objects.select_related("hamlet__commune", "commune", "regulation")
    meeting = _row(rows.visible_to(asked.by), "cuộc họp", pk=number_of(asked.row))
    return export_minutes(meeting, by=asked.by, **BY_COMMAND)


@contextmanager
def _words_open() -> Iterator[None]:
    """Open the words of tips, in the environment of the vault; elsewhere raise NotMade."""
    if not sealing.is_vault():
        raise NotMade(
            "Văn bản này có lời đã niêm phong, chỉ kho niêm phong mở được. Hãy chạy lệnh trong môi "
            "trường của kho, hoặc tải trên trang của cổng."
        )
    with running(Call("export_report")):
        yield


def _transfer(asked: Asked) -> Paper:
    rows = TipReport.objects.visible_to(asked.by).filter(emptied_at=None, commune=asked.by.commune)
    tip = _row(rows.select_related("commune", "hamlet__commune"), "phản ánh", code=asked.row)
    with _words_open():
        return export_transfer(tip, by=asked.by, **BY_COMMAND)


def _row(rows: Any, name: str, **named: Any) -> Any:
    try:
        return rows.get(**named)
    except ObjectDoesNotExist as error:
        raise NotMade(f"Không có {name} này, hoặc tài khoản không xem được.") from error


def _register(asked: Asked) -> Paper:
    if asked.period.last - asked.period.first > LONGEST_SPAN:
        raise NotMade("Sổ lấy được nhiều nhất một năm. Hãy chọn khoảng ngắn hơn.")
    with _words_open():
        return export_register(asked.period, by=asked.by, **BY_COMMAND)


def _plan(asked: Asked) -> Paper:
    rows = Plan.objects.visible_to(asked.by).filter(body__in=bodies_of(asked.by))
    plan = _row(rows.select_related("body", "commune"), "kế hoạch", pk=number_of(asked.row))
    return plans_pages.DOCUMENT.export(plan, asked.by, **BY_COMMAND)


def _list_of(listed: Listed) -> Callable[[Asked], Paper]:
    """List of the year of the last requested day."""

    def made(asked: Asked) -> Paper:
        action, year = "paper.commendations_exported", asked.period.last.year
        return list_document(action, year, listed, asked.by, **BY_COMMAND)

    return made


def _review(asked: Asked) -> Paper:
    rows = YearlyReview.objects.visible_to(asked.by).select_related("commune", "summary")
    review = _row(rows, "tổng kết", pk=number_of(asked.row))
    try:
        return review_pages.DOCUMENT.export(review, asked.by, **BY_COMMAND)
    except Unreadable as error:
        raise NotMade(f"Không đọc lại được số liệu đã chốt: {error}") from error


def _summary(asked: Asked) -> Paper:
    rows = PeriodSummary.objects.visible_to(asked.by).signed()
    summary = _row(rows.select_related("commune"), "báo cáo đã ký", pk=number_of(asked.row))
    try:
        document = paper_of(summary)
    except Unreadable as error:
        raise NotMade(f"Không đọc lại được báo cáo đã ký: {error}") from error
    audit.record(
        "paper.report_exported", by=asked.by, target=summary, commune=summary.commune,
        issuer=summary.issuer, draft=document.draft, **BY_COMMAND,
    )  # fmt: skip
    return document


def _report_of(span: Callable[[date], Period]) -> Callable[[Asked], Paper]:
    """Report of the month, quarter … of the last requested day."""

    def made(asked: Asked) -> Paper:
        return _report(replace(asked, period=span(asked.period.last)))

    return made


def _report(asked: Asked) -> Paper:
    return report_document(
        "paper.report_exported", _scope(asked), asked.period, asked.issuer, timezone.now(),
        **BY_COMMAND,
    )  # fmt: skip


def _scope(asked: Asked) -> Scope:
    """Whole commune; reports of the Party or the Committee need an account without tips."""
    commune = asked.by.commune
    if commune is None:
        raise NotMade("Hãy dùng tài khoản của một xã.")
    if asked.issuer is not Issuer.POLICE and not reads_for(asked.by, asked.issuer):
        raise NotMade("Báo cáo của cơ quan ngoài Công an phải do tài khoản ngoài Công an lấy.")
    if not may_download(asked.by, asked.issuer):
        raise NotMade(f"Tài khoản {asked.by.username} không được lấy báo cáo này.")
    return whole_commune(commune, reader=asked.by)


KINDS = {
    "report": Kind("báo cáo", (), _report),
    "report-month": Kind("báo cáo tháng", (), _report_of(periods.month_of)),
    "report-quarter": Kind("báo cáo quý", (), _report_of(periods.quarter_of)),
    "report-half": Kind("báo cáo 6 tháng", (), _report_of(periods.half_of)),
    "report-year": Kind("báo cáo năm", (), _report_of(periods.year_of)),
    "summary": Kind("báo cáo đã ký", ("oversight.view_periodsummary",), _summary),
    "plan": Kind("kế hoạch", ("oversight.view_plan",), _plan),
    "commendations": Kind("danh sách đề nghị khen thưởng", LIST_NEEDS, _list_of(Listed.NOMINATED)),
    "commendations-decided": Kind(
        "danh sách khen thưởng đã có quyết định", LIST_NEEDS, _list_of(Listed.DECIDED)
    ),
    "review": Kind("tổng kết năm", ("oversight.view_yearlyreview",), _review),
    "minutes": Kind("biên bản họp", ("groups.view_consultationmeeting",), _minutes),
    "register": Kind(
        "sổ tiếp nhận", ("reports.view_tipreport", "reports.print_register"), _register
    ),
    "transfer": Kind(
        "phiếu chuyển", ("reports.view_tipreport", "reports.print_register"), _transfer
    ),
}


class Command(BaseCommand):
    """`manage.py export_report KIND --by USERNAME --out FILE`: a document for that account."""

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
    """Requested days, by default this month until today."""
    today = timezone.localdate()
    period = Period(first or (last or today).replace(day=1), last or today)
    if period.first.year < FIRST_YEAR or period.last.year > LAST_YEAR:
        raise NotDays(TOO_FAR)
    return period
