"""The minutes of a breach and the notice to the authority, for page and file.

Both are drafts: what nobody wrote down is left to be filled by hand, and the notice is compared
with the form in force before it is sent.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.audit import services as audit
from accounts.papers.downloads import word_file
from accounts.papers.services import Issuer, letterhead, numbered, signature
from accounts.scoped_admin.pages import own_pages
from documents.content import BLANK, Block, Heading, Paper, Signature, Text
from groups.export_workbooks import watermark
from groups.personal_data.breaches.models import DataBreach

PREFIX = "groups_databreach"
TO_FILL = BLANK * 24
SIGN = "(Ký, ghi rõ họ tên)"
FORM = (
    "Đối chiếu với Mẫu số 08 ban hành kèm theo Nghị định số 356/2025/NĐ-CP trước khi gửi; nội "
    "dung chưa rõ thì gửi trước phần đã biết, bổ sung sau."
)
KINDS = {
    "has_contacts": "họ tên, điện thoại, địa chỉ", "has_tips": "tin báo hoặc người báo tin",
    "has_location": "vị trí", "has_biometric": "dữ liệu sinh trắc học",
}  # fmt: skip


def minutes(breach: DataBreach, *, mark: str = "") -> Paper:
    """The minutes that confirm a breach (Luật 91/2025, art. 23.2)."""
    blocks: tuple[Block, ...] = (
        Heading("Sự việc"), *_facts(breach), Heading("Đánh giá"), *_judgement(breach),
        Heading("Việc đã làm"), *_deeds(breach),
    )  # fmt: skip
    signers = (
        Signature("Người lập biên bản", note=SIGN), Signature("Đại diện Công an xã", note=SIGN),
    )  # fmt: skip
    return _draft(
        breach, "minutes", "Biên bản", "Xác nhận vi phạm quy định về bảo vệ dữ liệu cá nhân",
        blocks, signers, code="BB", mark=mark,
    )  # fmt: skip


def notice(breach: DataBreach, *, mark: str = "") -> Paper:
    """The notice to the authority with its four contents (NĐ 356/2025, art. 28)."""
    blocks: tuple[Block, ...] = (
        Heading("Mô tả vi phạm"), *_facts(breach),
        Heading("Người làm đầu mối bảo vệ dữ liệu cá nhân"),
        Text(f"Họ tên, chức vụ, điện thoại: {TO_FILL}"),
        Heading("Hậu quả, thiệt hại có thể xảy ra"), *_judgement(breach),
        Heading("Biện pháp đã làm, sẽ làm"), *_deeds(breach), Text(FORM, is_basis=True),
    )  # fmt: skip
    signers = (signature(breach.commune, Issuer.POLICE, on=_day(breach.found_at)),)
    return _draft(
        breach, "notice", "Thông báo", "Vi phạm quy định về bảo vệ dữ liệu cá nhân", blocks,
        signers, code="TB", mark=mark,
    )  # fmt: skip


def _draft(
    breach: DataBreach, kind: str, title: str, summary: str, blocks: tuple[Block, ...],
    signers: tuple[Signature, ...], *, code: str, mark: str,
) -> Paper:  # fmt: skip
    document = Paper(
        letterhead=letterhead(breach.commune, Issuer.POLICE, on=_day(breach.found_at)),
        title=title, summary=summary, blocks=blocks, signatures=signers,
        on=timezone.localdate(), code=code, mark=mark,
    )  # fmt: skip
    return numbered(document, commune=breach.commune, about=f"groups.databreach.{breach.pk}.{kind}")


def _facts(breach: DataBreach) -> Iterator[Text]:
    yield Text(f"Phát hiện lúc {_moment(breach.found_at)}. {breach.get_source_display()}.")
    yield from (Text(line.strip()) for line in breach.what.splitlines() if line.strip())
    kinds = [words for name, words in KINDS.items() if getattr(breach, name)]
    yield Text(f"Loại dữ liệu: {', '.join(kinds) or TO_FILL}.")
    people = TO_FILL if breach.people_count is None else f"khoảng {breach.people_count} người"
    yield Text(f"Số người liên quan: {people}.")


def _judgement(breach: DataBreach) -> Iterator[Text]:
    if breach.is_harmful is None or breach.assessed_at is None:
        yield Text(TO_FILL)
        return
    harm = "Có thể gây hại" if breach.is_harmful else "Không có khả năng gây hại"
    yield Text(f"{harm}. Lý do: {breach.harm_reason}")
    yield Text(f"Đánh giá lúc {_moment(breach.assessed_at)}.")


def _deeds(breach: DataBreach) -> Iterator[Text]:
    yield Text(f"Ngăn chặn: {breach.contained or TO_FILL}")
    if breach.told_at is not None:
        yield Text(f"Báo cơ quan chuyên trách lúc {_moment(breach.told_at)}: {breach.told_how}")
    if breach.late_reason:
        yield Text(f"Lý do báo sau 72 giờ: {breach.late_reason}")
    if breach.people_told_at is not None:
        on = _moment(breach.people_told_at)
        yield Text(f"Báo người dân lúc {on}: {breach.people_told_how}")
    if breach.remedy:
        yield Text(f"Khắc phục: {breach.remedy}")


def _day(moment: datetime) -> Any:
    return timezone.localdate(moment)


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H giờ %M phút ngày %d/%m/%Y}"


# Page and file.

PAPERS = {"bien-ban": minutes, "thong-bao": notice}


def urls(site: Any) -> list[URLPattern]:
    """The address of the files; the pages are buttons of the admin."""
    pages = {"<int:pk>/giay/<slug:kind>/": (download, "file")}
    return own_pages(site, PREFIX, pages, "groups.settle_databreach", row="breach", rows=_visible)


def _visible(request: HttpRequest) -> Any:
    return DataBreach.objects.visible_to(request.user).select_related("commune")


def page(request: HttpRequest, breach: DataBreach, kind: str) -> HttpResponse:
    """The sheet, ready to be printed and signed."""
    context = {
        "paper": PAPERS[kind](breach),
        "back": reverse(f"admin:{PREFIX}_change", args=[breach.pk]),
        "file": reverse(f"admin:{PREFIX}_file", args=[breach.pk, kind]),
    }
    return TemplateResponse(request, "groups/print/paper.html", context)


@require_POST
def download(request: HttpRequest, *, site: Any, breach: DataBreach, kind: str) -> HttpResponse:
    """The same paper as a Word file that says who took it."""
    if kind not in PAPERS:
        raise Http404
    document = _exported(breach, kind, by=request.user)
    return word_file(document, name=f"su-co-du-lieu-{breach.pk}-{kind}")


def _exported(breach: DataBreach, kind: str, *, by: Any) -> Paper:
    document = PAPERS[kind](breach, mark=watermark(breach.commune, by))
    audit.record(
        "databreach.paper_taken", by=by, target=breach, commune=breach.commune,
        draft=document.draft, paper=kind,
    )  # fmt: skip
    return document
