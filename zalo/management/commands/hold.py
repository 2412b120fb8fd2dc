"""Hold everything that leaves, look through it, and open again, without a page."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from accounts.workflow.declaration import NotAllowed
from zalo.hold import by_sql, kinds, services
from zalo.hold.models import HeldRow, SendGate

Finding = HeldRow.Finding
DECISIONS = ("proposed", *HeldRow.Decision.values)
ACCOUNTS = "Đã ghi: tài khoản và quyền đã được soát lại."


class Command(BaseCommand):
    help = (
        "Giữ mọi việc gửi đi Zalo, rà soát việc đã gửi hay chưa sau khi khôi phục dữ liệu, rồi mở "
        "lại. Không kèm việc nào: cho biết tình trạng."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", metavar="VIỆC")
        on = steps.add_parser("on", help="giữ lại từ bây giờ")
        on.add_argument("--reason", required=True, help="lý do, ghi vào nhật ký")
        on.add_argument("--restored", action="store_true", help="dữ liệu vừa được khôi phục")
        steps.add_parser("start", help="bắt đầu rà soát")
        steps.add_parser("list", help="đếm việc chờ kết luận")
        settle = steps.add_parser("settle", help="kết luận đã gửi hay chưa")
        settle.add_argument(
            "--as", dest="decision", required=True, choices=DECISIONS,
            help="proposed: theo đề xuất của từng việc",
        )  # fmt: skip
        settle.add_argument("--kind", help="chỉ loại này (xem lệnh “hold list”)")
        settle.add_argument("--subject", type=int, help="chỉ việc số này")
        accounts = steps.add_parser("accounts", help="xác nhận đã soát tài khoản và quyền")
        opening = steps.add_parser("open", help="đề nghị mở lại; người thứ hai gọi thì mở")
        for step in (settle, accounts, opening):
            step.add_argument("--by", required=True, metavar="TÊN_ĐĂNG_NHẬP")
        steps.add_parser("restored-sql", help="in lệnh SQL để giữ ngay sau khi khôi phục")

    def handle(self, *args: Any, **options: Any) -> None:
        steps = {
            "on": self._on, "start": self._start, "list": self._list, "settle": self._settle,
            "accounts": self._accounts, "open": self._open, "restored-sql": self._sql,
        }  # fmt: skip
        try:
            steps.get(options["step"], self._state)(options)
        except NotAllowed as refused:
            raise CommandError(str(refused)) from None
        except DatabaseError as error:
            raise CommandError(
                "Không đọc, ghi được cơ sở dữ liệu. Hãy kiểm tra PostgreSQL và chạy migrate."
            ) from error

    def _state(self, options: dict[str, Any]) -> None:
        gate = services.current()
        self.stdout.write(f"{gate}.")
        if gate.blocked:
            self.stdout.write(gate.blocked)
        if gate.state == SendGate.State.OPEN:
            return
        self.stdout.write(f"Giữ từ {_moment(gate.held_at)}. {gate.reason}")
        if gate.lost_from:
            until = f" đến {_moment(gate.lost_to)}" if gate.lost_to else ""
            self.stdout.write(f"Mất dữ liệu từ {_moment(gate.lost_from)}{until}.")
        if gate.asked_by:
            self.stdout.write(f"{gate.asked_by} đã đề nghị mở lại.")
        if missing := services.missing_before_opening(gate):
            self.stdout.write(missing)

    def _on(self, options: dict[str, Any]) -> None:
        services.hold(by=None, reason=options["reason"], is_restored=options["restored"])
        self._state(options)

    def _start(self, options: dict[str, Any]) -> None:
        services.start(by=None)
        self._list(options)

    def _list(self, options: dict[str, Any]) -> None:
        rows = HeldRow.objects.filter(decision="").order_by("kind", "subject_id", "finding")
        counted = rows.values_list("kind", "subject_id", "finding").annotate(Count("pk"))
        for kind, subject, finding, count in counted:
            label = kinds.kinds[kind].label if kind in kinds.kinds else kind
            self.stdout.write(
                f"{label} ({kind}) số {subject}: {count} việc. {Finding(finding).label}."
            )
        self.stdout.write(services.missing_before_opening(services.current()) or "Đã kết luận hết.")

    def _settle(self, options: dict[str, Any]) -> None:
        rows = HeldRow.objects.filter(decision="").order_by("pk")
        if options["kind"]:
            if options["kind"] not in kinds.kinds:
                raise CommandError(f"Không có loại việc “{options['kind']}”.")
            rows = rows.filter(kind=options["kind"])
        if options["subject"] is not None:
            rows = rows.filter(subject_id=options["subject"])
        chosen = options["decision"]
        decision = "" if chosen == "proposed" else chosen
        by = _account(options)
        in_sight = services.visible_rows(by).filter(pk__in=rows)
        count = services.settle(list(in_sight), decision, by=by)
        self.stdout.write(f"Đã kết luận {count} việc.")
        left = HeldRow.objects.filter(decision="").count()
        self.stdout.write(f"Còn {left} việc chưa có kết luận." if left else "Đã kết luận hết.")

    def _accounts(self, options: dict[str, Any]) -> None:
        services.confirm_accounts(by=_account(options))
        self.stdout.write(ACCOUNTS)

    def _open(self, options: dict[str, Any]) -> None:
        by, gate = _account(options), services.current()
        if gate.asked_by_id is None:
            services.ask_to_open(by=by)
            self.stdout.write("Đã đề nghị mở lại. Người thứ hai gọi lại lệnh này để mở.")
        else:
            services.open_again(by=by)
            self.stdout.write("Đã mở lại: việc gửi đi tiếp từ bây giờ.")

    def _sql(self, options: dict[str, Any]) -> None:
        self.stdout.write(by_sql.restored())


def _moment(moment: Any) -> str:
    return f"{timezone.localtime(moment):%H:%M:%S ngày %d/%m/%Y}"


def _account(options: dict[str, Any]) -> User:
    found: User | None = User.objects.filter(username=options["by"], is_active=True).first()
    if found is None:
        raise CommandError(f"Không có tài khoản đang hoạt động “{options['by']}”.")
    return found
