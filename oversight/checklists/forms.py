"""Evidence: its form, its list on a page, its files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.audit import services as audit
from accounts.scoped_admin.pages import number_of
from accounts.step_pages.declaration import StepForm
from broadcasts.requests.services import prepare_attachment
from documents import uploads
from oversight.admin_forms import DayField


class EvidenceForm(StepForm):
    """Evidence with a day and a location: paper file, portal page or uploaded file."""

    unmarked = ("paper", "page", "file")

    what = forms.CharField(label="Tài liệu, việc", max_length=200)
    on = DayField(label="Ngày")
    paper = forms.CharField(
        label="Có ở hồ sơ giấy số", max_length=60, required=False, help_text="Ví dụ: 12/HS-ANTT."
    )
    page = forms.CharField(
        label="Hoặc trang trong cổng", max_length=300, required=False,
        help_text="Chép địa chỉ trang trong cổng vào đây.",
    )  # fmt: skip
    file = forms.FileField(
        label="Hoặc tệp", required=False,
        help_text="Word, PDF hoặc ảnh chụp, đến 20 MB. Không gửi văn bản có dấu mật.",
    )  # fmt: skip

    def clean_file(self) -> Any:
        handed_in = self.cleaned_data["file"]
        return prepare_attachment(handed_in) if handed_in else handed_in


@dataclass(frozen=True)
class EvidenceRow:
    """A piece of evidence on a page: subject, address of its file."""

    row: Any
    about: str
    url: str


def evidence_rows(
    rows: Iterable[Any], name: str, owner: Any, about: Callable[[Any], str]
) -> list[EvidenceRow]:
    return [
        EvidenceRow(
            one, about(one),
            reverse(f"admin:{name}", args=[owner.pk, str(one.pk)]) if one.file else "",
        )
        for one in rows
    ]  # fmt: skip


def download_evidence(request: HttpRequest, rows: Any, number: str, *, action: str) -> HttpResponse:
    """Return the file of one of these rows as a download, recorded in the audit trail."""
    one = get_object_or_404(rows, pk=number_of(number))
    answer = uploads.download(one.file, name=f"minh-chung-{one.pk}")
    audit.record(action, by=request.user, number=one.pk)  # type: ignore[arg-type]
    return answer
