from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.audit import services as audit
from accounts.models import AuditChain


class Command(BaseCommand):
    help = "Kiểm tra nhật ký hệ thống có bị sửa, xóa hay chèn dòng không. Mã thoát khác 0 nếu có."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect",
            action="append",
            default=[],
            metavar="CHUỖI:SỐ_DÒNG:MÃ",
            help="mốc đã ghi lại ở lần kiểm tra trước; báo lỗi nếu nhật ký không còn mốc đó",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(audit.verify())
        for noted in options["expect"]:
            faults += audit.verify_head(*self._parsed(noted))
        for fault in faults:
            self.stderr.write(f"{fault.chain}: {fault.sentence}")
        for chain in AuditChain.objects.select_related("commune").order_by("pk"):
            owner = chain.commune or "cấp thành phố"
            head = f"{chain.pk}:{chain.length}:{chain.last_hash[:16]}"
            self.stdout.write(f"{owner}: {chain.length} dòng, mốc để ghi lại {head}")
        if faults:
            raise CommandError(f"Nhật ký không toàn vẹn: {len(faults)} chỗ sai.")
        self.stdout.write("Nhật ký toàn vẹn.")

    @staticmethod
    def _parsed(noted: str) -> tuple[int, int, str]:
        try:
            chain, length, prefix = noted.split(":")
            return int(chain), int(length), prefix
        except ValueError:
            raise CommandError(f"Mốc “{noted}” không đúng dạng CHUỖI:SỐ_DÒNG:MÃ.") from None
