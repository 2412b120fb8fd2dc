"""Writing a list down, what came of it, taking it back, throwing it away."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from groups.admin.member_imports import wording
from groups.admin.member_imports.forms import ConsentForm
from groups.admin.member_imports.lines import lines_of
from groups.admin.member_imports.pages import (
    AFTER_COMMIT,
    State,
    batch_of,
    page_of,
    refused,
    render,
)
from groups.admin.member_imports.places import other_place
from groups.admin.member_lists import sheet_response
from groups.member_list import batches
from groups.member_list.committing import UNDO_DAYS
from groups.models import MemberImport, MemberImportFile, MemberImportRow

Lane = MemberImportRow.Lane
UNDO_ROWS = 50
# Lanes that wrote nothing, in the order in which people ask about them.
LEFT_OUT_LANES = (Lane.DOUBTFUL, Lane.REFUSED, Lane.OUTDATED, Lane.REPEATED, Lane.DROPPED)


@require_http_methods(["GET", "POST"])
def commit(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """What will happen, in numbers; on what paper the people agreed; one button."""
    batch = batch_of(request, pk)
    if batch.state != State.PREVIEW:
        return redirect(page_of(batch))
    form = ConsentForm(request.POST or None, batch=batch, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            batches.commit(batch, by=request.user, paper=form.stated())
        except batches.NotAllowed as refusal:
            refused(request, refusal)
            return redirect(page_of(batch, "commit"))
        return redirect(page_of(batch))
    counts = wording.lane_counts(batch)
    return render(
        request, site, "commit", batch, step="commit", form=form,
        facts=_facts(counts), writes=counts[Lane.NEW] + counts[Lane.CHANGED],
        bases=form.fields["basis"].choices, undo_days=UNDO_DAYS,
        basis=form["basis"].value() or form.NONE, other_place=other_place(batch, request.user),
    )  # fmt: skip


def _facts(counts: dict[str, int]) -> list[tuple[str, str, str]]:
    """Lane, number and what happens to it."""
    sentences = (
        (Lane.NEW, "người mới được thêm vào danh sách thành viên"),
        (Lane.CHANGED, "người đã có được sửa theo tệp"),
        (Lane.SAME, "người đã có và giống hệt, để nguyên"),
        (Lane.DOUBTFUL, "dòng cần xem mà chưa chọn, không nhập"),
        (Lane.REFUSED, "dòng không nhận vì có ô sai, không nhập"),
        (Lane.REPEATED, "dòng lặp lại trong tệp, không nhập lần nữa"),
    )
    return [(lane, wording.number(counts[lane]), said) for lane, said in sentences if counts[lane]]


@require_GET
def result(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """What was written, what was not and why, and how to take it back."""
    batch = batch_of(request, pk)
    if batch.state not in AFTER_COMMIT:
        return redirect(page_of(batch))
    counts = wording.lane_counts(batch)
    return render(
        request, site, "result", batch, step="result",
        written=[
            (wording.number(counts[lane]), said)
            for lane, said in (
                (Lane.NEW, "người mới"), (Lane.CHANGED, "người được sửa"),
                (Lane.SAME, "người không đổi"),
            )
        ],
        left_out=[
            (
                lane,
                wording.LANES[lane][0],
                wording.number(counts[lane]),
                wording.meaning_of(lane, is_open=False),
            )
            for lane in LEFT_OUT_LANES
            if counts[lane]
        ],
        can_undo=batch.can_be_undone, has_file=_has_file(batch),
        can_mend=batch.state == State.COMMITTED
        and any(counts[lane] for lane in (Lane.DOUBTFUL, Lane.REFUSED, Lane.OUTDATED)),
    )  # fmt: skip


def _has_file(batch: MemberImport) -> bool:
    return MemberImportFile.objects.filter(batch=batch).exists()


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """Everything that changes back and everybody who stays, before the button."""
    batch = batch_of(request, pk)
    if not batch.can_be_undone:
        return redirect(page_of(batch))
    try:
        if request.method == "POST":
            done = batches.undo(batch, by=request.user)
            messages.success(request, _undone(done))
            return redirect(page_of(batch, "result"))
        plan = batches.undo_plan(batch, by=request.user)
    except batches.NotAllowed as refusal:
        refused(request, refusal)
        return redirect(page_of(batch, "result"))
    reasons = dict(plan.kept)
    written = Q(lane=Lane.NEW) | Q(lane__in=(Lane.CHANGED, Lane.SAME), old__isnull=False)
    rows = batch.rows.filter(written).order_by("position")
    asked = request.GET.get("trang", "1")
    page = Paginator(rows, UNDO_ROWS).get_page(asked)
    lines = [
        (line, reasons.get(line.row.pk, "")) for line in lines_of(batch, page, user=request.user)
    ]
    return render(
        request, site, "undo", batch, step="result", page=page, lines=lines,
        removed=wording.number(plan.removed), restored=wording.number(plan.restored),
        kept=wording.number(len(plan.kept)), does_something=plan.removed + plan.restored > 0,
        pages=[
            (number, f"trang={number}" if isinstance(number, int) else "")
            for number in page.paginator.get_elided_page_range(page.number, on_each_side=2)
        ],
    )  # fmt: skip


def _undone(done: batches.UndoPlan) -> str:
    parts = (
        (done.removed, "bỏ {} người mới"),
        (done.restored, "trả lại {} người như cũ"),
    )
    did = ", ".join(text.format(wording.number(people)) for people, text in parts if people)
    said = f"Đã hoàn tác: {did or 'không ai thay đổi'}."
    return f"{said} {wording.number(len(done.kept))} người được để nguyên." if done.kept else said


@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """Throw a list away that was not written; asks first."""
    batch = batch_of(request, pk)
    if batch.state not in (State.READING, State.PREVIEW, State.FAILED):
        return redirect(page_of(batch))
    if request.method == "GET":
        return render(request, site, "discard", batch)
    try:
        batches.discard(batch, by=request.user)
    except batches.NotAllowed as refusal:
        refused(request, refusal)
        return redirect(page_of(batch))
    messages.success(request, "Đã bỏ danh sách. Danh sách thành viên không thay đổi.")
    return redirect("admin:groups_memberimport_changelist")


@require_GET
def marked(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """The file again with a note on each cell that needs a look."""
    batch = batch_of(request, pk)
    if batch.state not in (State.PREVIEW, *AFTER_COMMIT) or not _has_file(batch):
        return redirect(page_of(batch))
    try:
        content = batches.marked_workbook(batch, by=request.user)
    except batches.NotAllowed as refusal:
        refused(request, refusal)
        return redirect(page_of(batch))
    stem = batch.filename.rpartition(".")[0] or batch.filename
    return sheet_response(content, f"{stem[:60]}-danh-dau")
