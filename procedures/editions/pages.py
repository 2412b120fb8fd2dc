"""Page of an edition with its steps; import and export of the library."""

import secrets
from copy import copy
from datetime import date
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone

from accounts.audit import services as audit
from accounts.scoped_admin.pages import attempt, own_pages
from accounts.step_pages.declaration import Step, StepForm, text_form
from accounts.step_pages.pages import StepPage
from documents.new_workbook import XLSX
from procedures.editions import services
from procedures.editions.content import content_of, differences
from procedures.editions.models import MOST_WORDS, Edition
from procedures.editions.rendering import FeeNotVerified, answer, fee_for_post, why_not_sendable
from procedures.editions.services import SURE, keeps_library, missing_for_publication
from procedures.library.models import Procedure
from procedures.workbooks import importing, writing

Status = Edition.Status
CHANGES, PUBLISHES = "procedures.change_edition", "procedures.publish_edition"
TONES = {"draft": "info", "checked": "warn", "published": "good", "superseded": ""}


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class VerificationForm(StepForm):
    """Source and day of a verification, and the day of the next review."""

    unmarked = ("next_review_on",)

    with_what = forms.CharField(label="Đã đối chiếu với trang, văn bản nào", max_length=200)
    on = forms.DateField(label="Ngày đối chiếu", widget=_day_input())
    next_review_on = forms.DateField(
        label="Rà soát lại ngày (để trống: sau 150 ngày)", required=False, widget=_day_input()
    )

    def prepare(self, row: Any, user: Any) -> None:
        today = timezone.localdate()
        self.fields["on"].initial = today
        self.fields["on"].widget.attrs["max"] = f"{today:%Y-%m-%d}"


class CheckForm(VerificationForm):
    confidence = forms.ChoiceField(
        label="Độ tin cậy", choices=[(value, value.label) for value in SURE]
    )
    field_order = ("with_what", "on", "confidence", "next_review_on")


def _rows(request: HttpRequest) -> Any:
    rows = Edition.objects.visible_to(request.user).with_parts()
    return rows.select_related(
        "procedure__area", "verified_by", "drafted_by", "checked_by", "published_by"
    )


def freshness(edition: Edition, today: date) -> str:
    """Review state of a published edition, in two or three words; blank for others."""
    if edition.status != Status.PUBLISHED:
        return ""
    if edition.reopened_at is not None:
        return "mở lại"
    if edition.is_stale(today):
        return "quá hạn"
    is_due = edition.next_review_on is not None and edition.next_review_on <= today
    return "đến hạn rà soát" if is_due else "còn hạn"


def _former(edition: Edition) -> Edition | None:
    """Edition to compare with: the one in use, for older ones the one before."""
    others = Edition.objects.filter(procedure=edition.procedure_id).exclude(pk=edition.pk)
    if edition.is_open and (in_use := others.published().with_parts().first()):
        return in_use
    earlier = others.filter(number__lt=edition.number).order_by("-number")
    found: Edition | None = earlier.with_parts().first()
    return found


def _as_published(edition: Edition, today: date) -> Edition:
    """An open edition as if checked and published today."""
    if not edition.is_open:
        return edition
    made = copy(edition)
    made.status, made.verified_on = Status.PUBLISHED, edition.verified_on or today
    return made


def _fee(edition: Edition, today: date) -> tuple[str, bool]:
    try:
        return fee_for_post(edition, today), True
    except FeeNotVerified as refusal:
        return str(refusal), False


def _writes(edition: Edition, user: Any) -> bool:
    return keeps_library(user) and user.has_perm(CHANGES)


def _may_renew(edition: Edition, user: Any) -> bool:
    others = edition.procedure.editions.open().exclude(pk=edition.pk)
    return edition.status != Status.DRAFT and _writes(edition, user) and not others.exists()


def _may_supersede(edition: Edition, user: Any) -> bool:
    if edition.status == Status.DRAFT:
        return _writes(edition, user)
    return keeps_library(user) and user.has_perm(PUBLISHES)


STEPS = {
    "check": Step(
        "Xác nhận đã rà soát", "Đã xác nhận rà soát. Chờ người khác công bố.",
        lambda edition, by, data: services.check(edition, by=by, **data),
        lambda edition, user: keeps_library(user) and not missing_for_publication(edition),
        CheckForm,
        permission="procedures.check_edition", target=Status.CHECKED, route="ra-soat",
        button="Xác nhận",
        hint="Sau bước này nội dung không sửa được nữa; điều chưa chắc thì để trống trước đã.",
    ),
    "publish": Step(
        "Công bố", "Đã công bố. Từ giờ bà con đọc bản này.",
        lambda edition, by, data: services.publish(edition, by=by),
        lambda edition, user: keeps_library(user),
        permission=PUBLISHES, target=Status.PUBLISHED, route="cong-bo", tone="primary",
    ),
    "verify": Step(
        "Vẫn đúng, kiểm chứng lại", "Đã ghi kiểm chứng. Máy gửi lại được bản này.",
        lambda edition, by, data: services.verify(edition, by=by, **data),
        lambda edition, user: keeps_library(user), VerificationForm,
        permission=PUBLISHES, states=(Status.PUBLISHED,), route="kiem-chung",
        button="Ghi kiểm chứng",
        hint="Chỉ ghi khi đã đối chiếu từng mục. Có điều thay đổi thì bấm “Sửa thành bản mới”.",
    ),
    "renew": Step(
        "Sửa thành bản mới", "Đã lập bản nháp từ bản này. Bản đang dùng vẫn dùng tới khi công bố.",
        lambda edition, by, data: services.draft_from(edition, by=by), _may_renew,
        permission=CHANGES, route="ban-moi",
        follow=lambda made: reverse("admin:procedures_edition_change", args=[made.pk]),
    ),
    "supersede": Step(
        lambda edition: "Bỏ bản này" if edition.is_open else "Thôi dùng bản này",
        "Đã thôi dùng bản này.",
        lambda edition, by, data: services.supersede(edition, by=by, **data), _may_supersede,
        text_form("Lý do", name="reason", rows=2, longest=300, missing="Hãy ghi lý do."),
        permission=CHANGES, target=Status.SUPERSEDED, route="thoi-dung", tone="danger",
        button="Xác nhận",
    ),
}  # fmt: skip


def _show(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    """Everything about one edition."""
    today, user = timezone.localdate(), request.user
    former, as_published = _former(edition), _as_published(edition, today)
    fee, is_fee_told = _fee(as_published, today)
    return {
        "edition": edition,
        "tone": TONES[edition.status],
        "facts": _facts(edition),
        "former": former,
        "changes": differences(content_of(former), content_of(edition)) if former else [],
        "events": edition.events.select_related("by"),
        "message": answer(as_published, today, commune=user.commune, by_officer=True),  # type: ignore[union-attr]
        "why_not": why_not_sendable(as_published, today),
        "fee": fee,
        "is_fee_told": is_fee_told,
        "has_unsure_fee": any(not one.is_verified for one in edition.fees.all()),
        "freshness": freshness(edition, today),
        "is_stale": edition.status == Status.PUBLISHED and edition.is_stale(today),
        "most_words": MOST_WORDS,
        "lacks": missing_for_publication(edition) if edition.status == Status.DRAFT else [],
        "may_edit": edition.status == Status.DRAFT and _writes(edition, user),
    }


def _facts(edition: Edition) -> list[tuple[str, str]]:
    """The columns of the content that say something, under their names."""
    found = []
    for name in ("who", "in_person", "where", "when", "how", "online", "result"):
        label = str(Edition._meta.get_field(name).verbose_name)
        found.append((label[:1].upper() + label[1:], getattr(edition, name)))
    found.append(("Mã biểu mẫu", ", ".join(edition.forms)))
    return [(label, text) for label, text in found if text]


PAGE = StepPage(
    "procedures_edition", "procedures.view_edition", _rows, _show, STEPS,
    "procedures/edition/show.html", has_prefixes=False,
)  # fmt: skip


WAIT_S: Final = 3600
MAX_ROWS: Final = 200


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of editions."""
    pages = {"nhap/": (import_library, "import", "procedures.import_edition")}
    return own_pages(site, "procedures_edition", pages, "procedures.change_edition")


def export_library(request: HttpRequest) -> HttpResponse:
    """The whole library as a file."""
    rows = Procedure.objects.visible_to(request.user).select_related("area")
    content = writing.write(rows)
    audit.record("procedure.exported", by=request.user, rows=len(rows))
    response = HttpResponse(content, content_type=XLSX)
    name = f"thu-vien-thu-tuc-{timezone.localdate():%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _key(request: HttpRequest, token: str) -> str:
    return f"library-upload:{request.user.pk}:{token}"


def import_library(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Upload, preview, confirm; a file with a wrong cell is refused as a whole."""
    if not keeps_library(request.user):
        raise PermissionDenied
    context = {**site.each_context(request), "title": "Nhập thư viện thủ tục"}
    if request.method == "POST":
        token = request.POST.get("token", "")
        if token:
            return _carry_out(request, token)
        context |= _look_at(request)
    return TemplateResponse(request, "procedures/edition/import.html", context)


def _look_at(request: HttpRequest) -> dict[str, Any]:
    upload = request.FILES.get("file")
    if upload is None:
        return {"refusal": "Hãy chọn một tệp .xlsx."}
    if (upload.size or 0) > importing.MOST_BYTES:
        return {"refusal": f"Tệp lớn hơn {importing.MOST_BYTES // 1024 // 1024} MB. Hãy tách nhỏ."}
    content = upload.read()
    try:
        found = importing.read(content)
    except importing.UnreadableWorkbook as refusal:
        return {"refusal": str(refusal)}
    if found.problems:
        return {"problems": found.problems[:MAX_ROWS], "count": len(found.problems)}
    changes = importing.plan(found.rows)
    token = secrets.token_urlsafe(16)
    cache.set(_key(request, token), content, WAIT_S)
    return {
        "changes": changes[:MAX_ROWS],
        "count": len(changes),
        "token": token,
        "is_planned": True,
    }


def _carry_out(request: HttpRequest, token: str) -> HttpResponse:
    """Reads the file anew, so that what changed in between is seen."""
    key = _key(request, token)
    content = cache.get(key)
    if content is None:
        messages.error(request, "Tệp đã chờ quá một giờ. Hãy tải lên lại.")
        return redirect("admin:procedures_edition_import")
    by: Any = request.user
    plan = importing.plan(importing.read(content).rows)
    count = attempt(request, lambda: importing.apply(plan, by=by))
    if count is None:
        return redirect("admin:procedures_edition_import")
    cache.delete(key)
    messages.success(request, f"Đã nhập: {count} thủ tục thay đổi. Hãy rà soát các bản nháp.")
    return redirect("admin:procedures_edition_changelist")
