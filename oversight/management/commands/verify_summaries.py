"""Check that every signed summary is unchanged."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import AuditEvent
from oversight.models import PeriodSummary
from oversight.summaries import services as summaries


class Command(BaseCommand):
    """`manage.py verify_summaries`: exit code 1 if one differs or is missing."""

    help = "Kiểm từng báo cáo số liệu đã ký: số liệu, văn bản, tệp còn đúng như lúc ký."

    def handle(self, *args: Any, **options: Any) -> None:
        checked, faults = 0, []
        rows = PeriodSummary.objects.signed().select_related("commune").order_by("pk")
        for summary in rows.iterator(chunk_size=50):
            checked += 1
            name = f"{summary.commune}, {summary}"
            faults += [f"{name} (số {summary.pk}): {one}" for one in summaries.check(summary)]
        faults += _gone()
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} chỗ không đúng trong {checked} báo cáo đã ký.")
        self.stdout.write(f"{checked} báo cáo đã ký, tất cả đúng như lúc ký.")


def _gone() -> list[str]:
    """Summaries signed according to the audit trail and missing now."""
    there = {str(pk) for pk in PeriodSummary.objects.signed().values_list("pk", flat=True)}
    signed = AuditEvent.objects.filter(action="summary.signed").order_by("pk")
    return [
        f"{label} (số {pk}): nhật ký ghi đã ký, nay không còn."
        for pk, label in signed.values_list("target_id", "target_label")
        if pk not in there
    ]
