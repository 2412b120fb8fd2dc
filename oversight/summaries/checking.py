"""Whether a signed summary is still what was signed."""

from collections.abc import Iterator

from accounts.models import AuditEvent
from oversight.models import PeriodSummary
from oversight.summaries.content import sha256
from oversight.summaries.services import digests

NAMES = {
    "numbers": "Số liệu", "paper": "Văn bản", "docx": "Tệp Word", "xlsx": "Bảng tính",
}  # fmt: skip


def check(summary: PeriodSummary) -> list[str]:
    """What differs from its digests, in words; of a draft only the figures have one.

    The digests stand in the audit trail as well, so whoever changes both in the row is found out.
    """
    return list(_differences(summary))


def _differences(summary: PeriodSummary) -> Iterator[str]:
    kept = digests(summary)
    found = {"numbers": sha256(summary.content)}
    if summary.is_signed:
        found["paper"] = sha256(summary.paper)
        found["docx"] = sha256(bytes(summary.docx or b""))
        found["xlsx"] = sha256(bytes(summary.xlsx)) if summary.xlsx is not None else ""
    for part, digest in found.items():
        if digest != kept[part]:
            yield f"{NAMES[part]} không còn khớp mã kiểm lúc ký."
    if not summary.is_signed:
        return
    event = AuditEvent.objects.filter(
        action="summary.signed", target_type=summary._meta.label_lower, target_id=str(summary.pk)
    ).first()
    if event is None:
        yield "Nhật ký không có việc ký báo cáo này."
        return
    for part, digest in kept.items():
        if event.details.get(part, "") != digest:
            yield f"{NAMES[part]}: mã kiểm khác mã đã ghi trong nhật ký lúc ký."
