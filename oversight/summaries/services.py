"""Verbs of summaries; each raises NotAllowed with a sentence."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.papers.services import Issuer
from accounts.services import NotAllowed
from accounts.workflow.services import record, stored_for
from documents.building import build
from documents.content import Paper
from oversight.figures.registry import FIGURES, compute
from oversight.figures.report import SUBJECT, build_report, report_content
from oversight.figures.scopes import Scope, whole_commune
from oversight.figures.table import Counted
from oversight.figures.workbook import workbook_of
from oversight.periods import Period
from oversight.summaries.content import (
    figures_from,
    figures_text,
    paper_from,
    paper_text,
    sha256,
)
from oversight.summaries.models import PeriodSummary
from oversight.summaries.querysets import SIGNS
from oversight.summaries.readers import scope_for, shared

DIGITS = 16  # of the digest, at the foot of each page


def paper_of(summary: PeriodSummary) -> Paper:
    """Report of a summary; a draft is under the letterhead of today. Raises Unreadable."""
    return paper_from(summary.paper) if summary.is_signed else drawn_up(summary)


def drawn_up(summary: PeriodSummary, *, mark: str = "") -> Paper:
    """Report of the frozen figures, built now."""
    counted = {one.figure.key: one for one in figures_from(summary.content)}
    return build_report(
        report_content(counted, summary.period, as_of=summary.as_of),
        summary.commune,
        issuer=Issuer(summary.issuer),
        on=timezone.localdate(),
        draft=summary.revision,
        mark=mark or f"Số liệu chưa chốt, đếm ngày {timezone.localtime(summary.as_of):%d/%m/%Y}",
    )


def signed_mark(summary: PeriodSummary) -> str:
    """Footer of every page, which links a printed page to its figures."""
    moment = timezone.localtime(summary.signed_at)
    return (
        f"Số liệu chốt lúc {moment:%H:%M ngày %d/%m/%Y}, {summary.signed_name}. "
        f"Mã đối chiếu {summary.digest[:DIGITS]}"
    )


SIGNED = "Báo cáo này đã ký, số liệu đã chốt. Cần sửa thì lập bản thay thế và nêu lý do."
UNSETTLED = "Số liệu đang được ghi liên tục nên chưa đếm được. Hãy thử lại sau vài phút."
# How often figures are counted at most until two counts agree.
COUNTS = 5
Status = PeriodSummary.Status


@transaction.atomic
def draft(
    scope: Scope, period: Period, *, issuer: Issuer, by: User | None, as_of: datetime
) -> PeriodSummary:
    """Count all figures as the draft of this period, or recount the existing draft.

    Without `by` the portal drafts for the signers.
    """
    if by is not None and not (by.is_active and by.has_perm(SIGNS[issuer])):
        raise NotAllowed(PeriodSummary.workflow.denied)
    found = PeriodSummary.objects.filter(
        commune=scope.commune, issuer=issuer, first=period.first, last=period.last, supersedes=None
    )
    content, digest = _count(scope, period, issuer, as_of)
    summary, is_new = found.select_for_update(of=("self",)).get_or_create(
        commune=scope.commune, issuer=issuer, first=period.first, last=period.last,
        supersedes=None,
        defaults={"as_of": as_of, "content": content, "digest": digest, "drafted_by": by},
    )  # fmt: skip
    if not is_new:
        return _replaced(summary, content, digest, as_of=as_of, by=by)
    return _drafted(summary, by)


@transaction.atomic
def redraft(summary: PeriodSummary, *, by: User) -> PeriodSummary:
    """Recount a draft now."""
    row, issuer, now = _stored_for(summary, by), Issuer(summary.issuer), timezone.now()
    scope = scope_for(row.commune, issuer, by=by)
    content, digest = _count(scope, row.period, issuer, now)
    return _replaced(row, content, digest, as_of=now, by=by)


@transaction.atomic
def supersede(summary: PeriodSummary, *, by: User, reason: str) -> PeriodSummary:
    """Draft a replacement of a signed summary, which stays."""
    old, issuer = _stored_for(summary, by), Issuer(summary.issuer)
    if not old.is_signed:
        raise NotAllowed("Bản này chưa ký: hãy lập lại theo số liệu hôm nay.")
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do thay bản đã ký.")
    if PeriodSummary.objects.filter(supersedes=old).exists():
        raise NotAllowed("Bản này đã có bản thay thế. Hãy mở bản mới nhất.")
    now = timezone.now()
    content, digest = _count(scope_for(old.commune, issuer, by=by), old.period, issuer, now)
    made = PeriodSummary.objects.create(
        commune=old.commune, issuer=issuer, first=old.first, last=old.last, supersedes=old,
        reason=reason.strip(), as_of=now, content=content, digest=digest, drafted_by=by,
    )  # fmt: skip
    return _drafted(made, by)


@transaction.atomic
def discard(summary: PeriodSummary, *, by: User, reason: str = "") -> None:
    """Delete the draft of a replacement."""
    row = _stored_for(summary, by)
    if row.is_signed:
        raise NotAllowed(SIGNED)
    if row.supersedes is None:
        raise NotAllowed("Chỉ bỏ được dự thảo của bản thay thế.")
    record(row, "discarded", by=by, text=reason or row.reason)
    row.delete()


@transaction.atomic
def sign(summary: PeriodSummary, *, by: User) -> PeriodSummary:
    """Freeze figures, letterhead and names; of two at once the second is refused."""
    row, now = _stored_for(summary, by), timezone.now()
    if row.is_signed:
        raise NotAllowed(SIGNED)
    if not row.period.is_over(timezone.localdate(now)):
        raise NotAllowed(f"Kỳ này đến hết ngày {row.last:%d/%m/%Y}. Hãy ký sau ngày đó.")
    if row.as_of < row.period.ends_at:
        raise NotAllowed("Số liệu đếm khi kỳ chưa hết. Hãy bấm “Lập lại theo số liệu hôm nay”.")
    if row.digest != summary.digest:
        raise NotAllowed("Dự thảo vừa được lập lại. Hãy mở lại trang, xem số liệu rồi ký.")
    if sha256(row.content) != row.digest:
        raise NotAllowed("Số liệu không khớp mã kiểm. Hãy lập lại dự thảo rồi ký.")
    row.status, row.signed_by, row.signed_at = Status.SIGNED, by, now
    row.signed_name = str(by)
    document = drawn_up(row, mark=signed_mark(row))
    row.paper, row.docx = paper_text(document), build(document)
    row.xlsx = workbook_of(
        figures_of(row), title=SUBJECT, commune=str(row.commune), mark=document.mark
    )
    row.paper_digest, row.docx_digest = sha256(row.paper), sha256(row.docx)
    row.xlsx_digest = sha256(row.xlsx)
    row.save()
    record(row, "signed", by=by, **digests(row))
    return row


def digests(summary: PeriodSummary) -> dict[str, Any]:
    """Digests for the audit trail, which a change of the row does not reach."""
    return {
        "numbers": summary.digest, "paper": summary.paper_digest, "docx": summary.docx_digest,
        "xlsx": summary.xlsx_digest,
    }  # fmt: skip


def figures_of(summary: PeriodSummary) -> tuple[Counted, ...]:
    """Frozen figures, equal to the counted ones. Raises Unreadable."""
    return figures_from(summary.content)


def _stored_for(summary: PeriodSummary, by: User) -> PeriodSummary:
    return stored_for(
        summary, by,
        permission=lambda row, user: user.is_active and user.has_perm(SIGNS[Issuer(row.issuer)]),
    )  # fmt: skip


def _count(scope: Scope, period: Period, issuer: Issuer, as_of: datetime) -> tuple[str, str]:
    """Text and digest of all figures at one moment. Raises NotAllowed.

    Figures are counted one after the other; a write meanwhile is in the later ones only. So they
    are counted until two counts in a row agree: each figure then had this value before and after
    the moment between the counts, which is the same for all (barring a change undone in seconds).
    """
    before = ""
    for _time in range(COUNTS):
        text = _counted(scope, period, issuer, as_of)
        if text == before:
            return text, sha256(text)
        before = text
    raise NotAllowed(UNSETTLED)


def _counted(scope: Scope, period: Period, issuer: Issuer, as_of: datetime) -> str:
    """Text of one count, without caches of the one before."""
    anew = whole_commune(scope.commune, reader=scope.reader) if scope.is_whole else scope
    whose = shared(anew, issuer)
    counted = [compute(key, whose, period, as_of=as_of) for key in FIGURES]
    return figures_text(
        counted, commune=scope.commune.code, name=str(scope.commune), issuer=str(issuer),
        first=period.first.isoformat(), last=period.last.isoformat(),
    )  # fmt: skip


def _replaced(
    row: PeriodSummary, content: str, digest: str, *, as_of: datetime, by: User | None
) -> PeriodSummary:
    if row.is_signed:
        raise NotAllowed(SIGNED)
    row.content, row.digest, row.as_of = content, digest, as_of
    row.drafted_by, row.drafted_at = by, timezone.now()
    row.revision += 1
    row.save()
    return _drafted(row, by)


def _drafted(row: PeriodSummary, by: User | None) -> PeriodSummary:
    record(row, "drafted", by=by, revision=row.revision, numbers=row.digest)
    return row


NAMES = {
    "numbers": "Số liệu", "paper": "Văn bản", "docx": "Tệp Word", "xlsx": "Bảng tính",
}  # fmt: skip


def check(summary: PeriodSummary) -> list[str]:
    """Differences from the digests, in words; a draft has only that of its figures.

    Also compares the audit trail, so that a change of text and digest in the row is detected.
    """
    return list(_differences(summary))


def _differences(summary: PeriodSummary) -> Iterator[str]:
    stored = digests(summary)
    found = {"numbers": sha256(summary.content)}
    if summary.is_signed:
        found["paper"] = sha256(summary.paper)
        found["docx"] = sha256(bytes(summary.docx or b""))
        found["xlsx"] = sha256(bytes(summary.xlsx)) if summary.xlsx is not None else ""
    for part, digest in found.items():
        if digest != stored[part]:
            yield f"{NAMES[part]} không còn khớp mã kiểm lúc ký."
    if not summary.is_signed:
        return
    event = AuditEvent.objects.filter(
        action="summary.signed", target_type=summary._meta.label_lower, target_id=str(summary.pk)
    ).first()
    if event is None:
        yield "Nhật ký không có việc ký báo cáo này."
        return
    for part, digest in stored.items():
        if event.details.get(part, "") != digest:
            yield f"{NAMES[part]}: mã kiểm khác mã đã ghi trong nhật ký lúc ký."
