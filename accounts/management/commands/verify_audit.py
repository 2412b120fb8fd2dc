from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import audit
from accounts.models import AuditChain


class Command(BaseCommand):
    help = "Kiểm tra nhật ký hệ thống có bị sửa, xóa hay chèn dòng không. Mã thoát khác 0 nếu có."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(audit.verify())
        for fault in faults:
            self.stderr.write(f"{fault.chain}: {fault.sentence}")
        for chain in AuditChain.objects.select_related("commune").order_by("pk"):
            owner = chain.commune or "cấp thành phố"
            self.stdout.write(f"{owner}: {chain.length} dòng, mã cuối {chain.last_hash[:16]}")
        if faults:
            raise CommandError(f"Nhật ký không toàn vẹn: {len(faults)} chỗ sai.")
        self.stdout.write("Nhật ký toàn vẹn.")
