"""The way of a list in pages: upload and progress, and what all of its pages share."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.admin_pages import number_of
from groups.admin.member_imports import wording
from groups.admin.member_imports.forms import UploadForm
from groups.admin.member_lists import sheet_response
from groups.member_list import batches, limits
from groups.models import Hamlet, MemberImport

TEMPLATES = "admin/groups/memberimport"
State = MemberImport.State
AFTER_COMMIT = (State.COMMITTED, State.UNDONE)


def batch_of(request: HttpRequest, pk: int) -> MemberImport:
    """A list that this account may see; 404 otherwise, as if it were not there."""
    rows = MemberImport.objects.visible_to(request.user).select_related(
        "hamlet__commune",
        "created_by",
        "committed_by",
        "undone_by",
        "consent_notice",
        "consent_collected_by",
    )
    return get_object_or_404(rows, pk=pk)


def page_of(batch: MemberImport, page: str = "show") -> str:
    return reverse(f"admin:groups_memberimport_{page}", args=[batch.pk])


def render(
    request: HttpRequest, site: Any, template: str, batch: MemberImport | None = None,
    **context: Any,
) -> HttpResponse:  # fmt: skip
    """A page of the screen inside the admin's frame."""
    shared: dict[str, Any] = {**site.each_context(request), "title": "Nhập danh sách thành viên"}
    if batch is not None:
        shared |= {
            "batch": batch,
            "state": wording.state_of(batch),
            "steps": _steps(batch, context.get("step", "")),
            "number": wording.number,
        }
    return TemplateResponse(request, f"{TEMPLATES}/{template}.html", shared | context)


def _steps(batch: MemberImport, shown: str) -> list[tuple[str, str, str, bool]]:
    """Name, label, address and whether it lies behind, of the steps before the commit."""
    if batch.state not in (State.READING, State.PREVIEW, State.COMMITTING, State.COMMITTED):
        return []
    order = ("upload", "mapping", "review", "commit", "result")
    labels = ("Tải lên", "Các cột", "Xem, sửa", "Nhập", "Kết quả")
    reached = {State.READING: 1, State.PREVIEW: 2, State.COMMITTING: 3, State.COMMITTED: 4}
    is_open = batch.state == State.PREVIEW
    behind = max(reached[State(batch.state)], order.index(shown) if shown in order else 0)
    return [
        (
            name,
            label,
            page_of(batch, name) if is_open and name in ("mapping", "review", "commit") else "",
            number < behind,
        )
        for number, (name, label) in enumerate(zip(order, labels, strict=True))
    ]


def refused(request: HttpRequest, error: Exception) -> None:
    messages.error(request, str(error))


# Upload


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Choose the hamlet and the file, or paste a table."""
    asked = number_of(request.GET.get("ap"))
    form = UploadForm(
        request.POST or None, request.FILES or None, user=request.user,
        initial={"hamlet": asked} if asked else {},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            batch = _start(request, form.cleaned_data)
        except (batches.UnreadableFile, batches.NotAllowed) as error:
            form.add_error(None, str(error))
        else:
            return redirect(f"{page_of(batch)}?toi=cot")
    return render(
        request, site, "upload", step="upload", form=form, has_hamlets=form.has_hamlets,
        max_bytes=limits.MAX_BYTES, max_mb=limits.MAX_BYTES // 1024 // 1024,
        max_rows=wording.number(limits.MAX_ROWS), max_pasted=_max_pasted(),
    )  # fmt: skip


def _max_pasted() -> int:
    """Of a request without files the server reads no more; line ends grow on their way."""
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE * 8 // 10


def _start(request: HttpRequest, chosen: dict[str, Any]) -> MemberImport:
    hamlet, file = chosen["hamlet"], chosen["file"]
    if not file:
        return batches.start_pasted(chosen["pasted"], hamlet=hamlet, by=request.user)
    return batches.start(file.read(), file.name, hamlet=hamlet, by=request.user)


@require_GET
def template(request: HttpRequest, *, site: Any) -> HttpResponse:
    """An empty list with the right columns, for the asked hamlet or the first one."""
    hamlets = Hamlet.objects.visible_to(request.user).valid_on(timezone.localdate())
    if asked := request.GET.get("ap"):
        hamlet = get_object_or_404(hamlets, pk=number_of(asked))
    else:
        hamlet = hamlets.order_by("code").first()
    if hamlet is None:
        raise PermissionDenied
    return sheet_response(batches.template(hamlet), "mau-danh-sach-thanh-vien")


# Progress


@require_GET
def show(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """Whatever there is to do or to see about a list now."""
    batch = batch_of(request, pk)
    to_columns = request.GET.get("toi") == "cot"
    if batch.is_at_work:
        query = "?toi=cot" if to_columns else ""
        return render(
            request, site, "working", batch, progress=wording.progress_of(batch),
            step="mapping" if batch.state == State.READING else "commit",
            then=page_of(batch) + query, again=page_of(batch) + query,
        )  # fmt: skip
    if batch.state == State.PREVIEW:
        return redirect(page_of(batch, "mapping" if to_columns else "review"))
    if batch.state in AFTER_COMMIT:
        return redirect(page_of(batch, "result"))
    return render(request, site, "ended", batch, can_map=bool(batch.sheets))


@require_GET
def progress(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """The same as data, for the script of the page."""
    found = wording.progress_of(batch_of(request, pk))
    return JsonResponse(
        {"state": found.state, "said": found.said, "done": found.done, "total": found.total}
    )
