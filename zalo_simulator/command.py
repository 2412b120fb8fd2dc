"""The command that runs the local Zalo for the demo, for training and for tests."""

import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zalo_simulator import server
from zalo_simulator.state import DEFAULT_OA_ID, PROFILES, SimulatorState
from zalo_simulator.webhooks import Console

SAMPLE_GROUPS = (
    ("Ấp Bình An – Tin an ninh, trật tự", "oa"),
    ("Ấp Tân Phú – Tin an ninh, trật tự", "oa"),
    ("Bà con ấp Bình An", "ordinary"),
)


class Command(BaseCommand):
    help = (
        "Chạy Zalo giả lập trên máy này: nhận lời gọi như Zalo thật và hiện các nhóm thành trang "
        "web để xem bài đến. Không gọi ra ngoài."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, required=True, help="cổng để mở")
        parser.add_argument("--host", default="127.0.0.1", help="địa chỉ để mở")
        parser.add_argument("--state", type=Path, help="tệp lưu dữ liệu để lần sau chạy tiếp")
        parser.add_argument(
            "--profile", choices=sorted(PROFILES), help="loại tài khoản OA (mặc định: business)"
        )
        parser.add_argument(
            "--redirect-uri",
            action="append",
            help="địa chỉ nhận kết quả cấp quyền đã đăng ký; ghi nhiều lần được (trống: không xét)",
        )
        parser.add_argument("--rate-per-min", type=int, help="số lời gọi mỗi phút, quá thì báo -32")
        parser.add_argument("--delay-ms", type=int, default=0, help="trả lời chậm bấy nhiêu")
        parser.add_argument("--oa-id", default=DEFAULT_OA_ID, help="mã OA giả lập")
        parser.add_argument("--oa-name", default="Công an xã Bình Yên", help="tên OA giả lập")
        parser.add_argument("--app-id", default="", help="mã ứng dụng phải khớp (trống: không xét)")
        parser.add_argument(
            "--app-secret", default="", help="khóa bí mật phải khớp (trống: không xét)"
        )
        parser.add_argument("--require-proof", action="store_true", help="bắt buộc appsecret_proof")
        parser.add_argument(
            "--group-refusal", type=int, help="mã lỗi cho mọi lời gọi về nhóm, ví dụ -224"
        )
        parser.add_argument("--access-token", default="", help="mã truy cập ban đầu")
        parser.add_argument("--refresh-token", default="", help="mã làm mới ban đầu")
        parser.add_argument(
            "--webhook-url", default="", help="nơi nhận sự kiện (trống: không báo cho ai)"
        )
        parser.add_argument("--oa-secret", default="", help="khóa bí mật của OA, để ký các sự kiện")
        parser.add_argument("--sample", action="store_true", help="tạo vài nhóm mẫu nếu đang trống")

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        simulator = self._start(options)
        state = simulator.state
        if not state.assets:
            state.add_asset("gmf100", is_free=True)
            state.add_asset("gmf100", quota_type="purchase_quota")
            state.add_asset("gmf1000", quota_type="purchase_quota")
        if options["sample"] and not state.groups:
            for name, kind in SAMPLE_GROUPS:
                state.add_group(name, kind=kind)
        self.stdout.write(f"Zalo giả lập: {simulator.url}")
        self.stdout.write("Kết nối cổng Bình Yên với nó:")
        self.stdout.write(
            f"  ZALO_API_URL={simulator.url} ZALO_OAUTH_URL={simulator.url} "
            f"python manage.py zalo_connect --oa-id {state.oa_id} "
            f"--access-token {state.tokens.access} --refresh-token {state.tokens.refresh}"
        )
        self.stdout.flush()
        stopping.wait()
        simulator.stop()

    def _start(self, options: dict[str, Any]) -> server.Simulator:
        if not 0 <= options["port"] <= 65535:
            raise CommandError("cổng phải nằm trong khoảng 0 đến 65535.")
        try:
            state = SimulatorState(
                path=options["state"],
                oa_id=options["oa_id"],
                oa_name=options["oa_name"],
                app_id=options["app_id"],
                app_secret=options["app_secret"],
                access_token=options["access_token"],
                refresh_token=options["refresh_token"],
                **_settings(options),
            )
        except (KeyError, TypeError, ValueError, OSError) as error:
            raise CommandError(
                f"không đọc được tệp dữ liệu {options['state']}. Hãy xóa tệp này để bắt đầu lại."
            ) from error
        try:
            return server.start(
                options["port"],
                options["host"],
                state=state,
                answer_delay_s=options["delay_ms"] / 1000,
                console=Console(url=options["webhook_url"], secret=options["oa_secret"]),
            )
        except OSError as error:
            raise CommandError(
                f"không mở được cổng {options['port']} ({error.strerror}). Có thể cổng đang được "
                "chương trình khác dùng; hãy chọn cổng khác bằng --port."
            ) from error


def _settings(options: dict[str, Any]) -> dict[str, Any]:
    """Settings given on the command line; the rest is as the file says."""
    values = {
        "profile": options["profile"],
        "rate_per_min": options["rate_per_min"],
        "redirect_uris": options["redirect_uri"],
        "is_proof_required": options["require_proof"] or None,
        "group_refusal": options["group_refusal"],
    }
    return {name: value for name, value in values.items() if value is not None}
