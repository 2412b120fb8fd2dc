"""Keep the ends of past months, rebuilt from dated facts."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import Commune
from oversight.figures.month_ends import keeping


class Command(BaseCommand):
    """`manage.py back_fill_month_ends`: every missing month, marked as an estimate.

    A month is kept in one transaction and never twice, so a stopped run is gone on with.
    """

    help = "Chốt số cuối các tháng đã qua còn thiếu, dựng lại từ ngày đã ghi (số ước tính)."

    def handle(self, *args: Any, **options: Any) -> None:
        for commune in Commune.objects.order_by("pk"):
            made = keeping.back_fill(commune, timezone.now())
            self.stdout.write(f"{commune}: chốt thêm {made} tháng.")
