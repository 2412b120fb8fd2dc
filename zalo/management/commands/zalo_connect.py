"""Bind an Official Account to a commune with a token pair from the developer console."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from accounts.models import Commune
from zalo import services
from zalo.capabilities import states
from zalo.client.errors import ZaloError
from zalo.models import OfficialAccount
from zalo.tokens import connecting

FROM_INPUT = "-"


class Command(BaseCommand):
    help = (
        "Kết nối tài khoản Zalo OA với xã, phường bằng cặp mã truy cập và mã làm mới. Gọi lại lần "
        "nữa để thay mã. Để mã không hiện trong danh sách tiến trình, ghi “-” rồi nhập mã từ "
        "đầu vào chuẩn, mỗi mã một dòng (mã truy cập trước, mã làm mới sau)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--oa-id", required=True, help="mã OA do Zalo cấp (chỉ gồm chữ số)")
        parser.add_argument(
            "--access-token", default=FROM_INPUT, help="mã truy cập, hoặc “-” để nhập sau"
        )
        parser.add_argument(
            "--refresh-token", default=FROM_INPUT, help="mã làm mới, hoặc “-” để nhập sau"
        )
        parser.add_argument("--commune", help="mã xã, phường; bỏ qua nếu chỉ có một")
        parser.add_argument(
            "--replace", action="store_true", help="đổi sang OA khác với OA đang dùng"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        oa_id = options["oa_id"].strip()
        if not oa_id or len(oa_id) > 40:
            raise CommandError("mã OA là dãy ký tự do Zalo cấp, dài nhất 40 ký tự.")
        try:
            commune = _commune(options["commune"])
            connected = connecting.connect(
                commune,
                oa_id=oa_id,
                access_token=_token(options["access_token"], "mã truy cập"),
                refresh_token=_token(options["refresh_token"], "mã làm mới"),
                is_replacing=options["replace"],
            )
        except connecting.ConnectionRefused as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(
                "không lưu được vào cơ sở dữ liệu. Hãy kiểm tra PostgreSQL và chạy migrate."
            ) from error
        account = connected.account
        self.stdout.write(f"Đã kết nối OA {account.oa_id} ({account}) cho {commune}.")
        if connected.check is connecting.Check.CONFIRMED:
            self.stdout.write("Zalo đã xác nhận mã truy cập.")
            self._ask_what_it_may(account)
        else:
            self.stderr.write(
                f"Cảnh báo: chưa kiểm tra được mã với Zalo. {connected.sentence} "
                "Mã đã được lưu và sẽ được dùng cho tới khi Zalo từ chối."
            )

    def _ask_what_it_may(self, account: OfficialAccount) -> None:
        try:
            services.probe(account, is_asked=True)
        except ZaloError as error:
            self.stderr.write(f"Chưa hỏi được OA làm được gì: {error}")
            return
        for answer in states.all_of(account):
            if answer.is_no:
                self.stdout.write(f"{answer.label}: {answer.sentence}")


def _commune(code: str | None) -> Commune:
    communes = list(Commune.objects.order_by("code", "pk")[:21])
    if code is not None:
        commune = Commune.objects.filter(code=code.strip()).first()
        if commune is None:
            raise CommandError(f"không có xã, phường nào mang mã “{code}”.")
        return commune
    if not communes:
        raise CommandError("chưa có xã, phường nào. Hãy tạo xã, phường trước rồi kết nối lại.")
    if len(communes) > 1:
        known = ", ".join(f"{commune.code} ({commune.name})" for commune in communes[:20])
        raise CommandError(f"có nhiều xã, phường, hãy chọn bằng --commune MÃ: {known}.")
    return communes[0]


def _typed(name: str) -> str:
    """A secret from the input: asked for without an echo at a terminal, else one line."""
    if sys.stdin.isatty():
        return getpass.getpass(f"Dán {name} rồi bấm Enter (không hiện ra màn hình): ")
    return sys.stdin.readline()


def _token(value: str, name: str) -> str:
    token = (_typed(name) if value == FROM_INPUT else value).strip()
    if not token:
        raise CommandError(f"thiếu {name}.")
    if not token.isascii() or any(letter.isspace() for letter in token):
        raise CommandError(f"{name} có ký tự lạ; hãy chép lại nguyên vẹn.")
    return token
