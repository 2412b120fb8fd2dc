"""Writing a list down, what came of it, taking it back, throwing it away."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.scoped_admin.base import (
    ReadOnlyAdminMixin,
    ScopedModelAdmin,
    ScopedRelatedFilter,
    display,
)
from accounts.scoped_admin.pages import attempt, own_pages
from accounts.scoped_admin.work_filter import WorkFilter
from groups.admin_mixins import FoldedSearchMixin, do
from groups.consultation.thresholds import said_percentage
from groups.member_import import (
    column_pages,
    erased_people,
    group_pages,
    pages,
    review_pages,
    row_display,
)
from groups.member_import import services as member_import
from groups.member_import.committing import UNDO_DAYS
from groups.member_import.forms import ConsentForm
from groups.member_import.models import MemberImport, MemberImportFile, MemberImportRow
from groups.member_import.pages import (
    AFTER_COMMIT,
    State,
    asks_groups,
    batch_of,
    other_place,
    page_of,
    render,
)
from groups.member_import.place_display import joined_by_group, place_facts
from groups.member_import.place_writing import written as places_written
from groups.member_import.row_display import lines_of
from groups.residents.exports import sheet_response
from vietnamese.text import grouped

Lane = MemberImportRow.Lane
UNDO_ROWS = 50
# Lanes that wrote nothing, in the order in which people ask about them.
# Facts about groups that the result tells by group.
WRITTEN_FACTS = ("nhom-ghi", "nhom-nhan-thay")
LEFT_OUT_LANES = (Lane.DOUBTFUL, Lane.REFUSED, Lane.OUTDATED, Lane.REPEATED, Lane.DROPPED)


@require_http_methods(["GET", "POST"])
def commit(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """Numbers of the commit and the consent form that people signed; one button."""
    batch = batch_of(request, pk)
    if batch.state != State.PREVIEW:
        return redirect(page_of(batch))
    form = ConsentForm(request.POST or None, batch=batch, user=request.user)
    if request.method == "POST" and form.is_valid():
        signed = form.stated()
        done = attempt(
            request,
            lambda: member_import.commit(
                batch, by=request.user, signed=signed, by_line=form.by_line
            ),
        )
        return redirect(page_of(batch, "show" if done else "commit"))
    counts, places = row_display.lane_counts(batch), place_facts(batch)
    return render(
        request, site, "commit", batch, step="commit", form=form,
        facts=_facts(counts), places=places, asks_groups=asks_groups(batch),
        writes=counts[Lane.NEW] + counts[Lane.CHANGED] or (batch.groups and places),
        bases=form.fields["basis"].choices, undo_days=UNDO_DAYS,
        basis=form["basis"].value() or form.NONE,
        agreed=grouped(batch.rows.filter(zalo__has_key="consent").count()),
        other_place=other_place(batch, request.user),
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
    return [(lane, grouped(counts[lane]), words) for lane, words in sentences if counts[lane]]


@require_GET
def result(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """Rows written, rows left out with reasons, and the undo."""
    batch = batch_of(request, pk)
    if batch.state not in AFTER_COMMIT:
        return redirect(page_of(batch))
    counts = row_display.lane_counts(batch)
    joined = joined_by_group(batch)
    return render(
        request, site, "result", batch, step="result",
        written=[
            (grouped(counts[lane]), words)
            for lane, words in (
                (Lane.NEW, "người mới"), (Lane.CHANGED, "người được sửa"),
                (Lane.SAME, "người không đổi"),
            )
            if counts[lane] or lane == Lane.NEW
        ],
        places=[fact for fact in place_facts(batch) if fact.code not in WRITTEN_FACTS],
        joined=[(name, grouped(people)) for name, people in joined],
        places_written=grouped(max(places_written(batch) - sum(n for _g, n in joined), 0)),
        coverage=_coverage(batch),
        held=grouped(erased_people.count_held(batch)),
        left_out=[
            (
                lane,
                row_display.LANES[lane][0],
                grouped(counts[lane]),
                row_display.meaning_of(lane, is_open=False),
            )
            for lane in LEFT_OUT_LANES
            if counts[lane]
        ],
        can_undo=batch.can_be_undone, has_file=_has_file(batch),
        can_mend=batch.state == State.COMMITTED
        and any(counts[lane] for lane in (Lane.DOUBTFUL, Lane.REFUSED, Lane.OUTDATED)),
    )  # fmt: skip


def _coverage(batch: MemberImport) -> dict[str, str]:
    """Households that a post reaches, before and after; nothing where it was not counted."""
    found = {}
    for when, pair in batch.coverage.items():
        reached, households = pair
        found[when] = f"{grouped(reached)} hộ" + (
            f" ({said_percentage(reached, households)})" if households else ""
        )
    return found


def _has_file(batch: MemberImport) -> bool:
    return MemberImportFile.objects.filter(batch=batch).exists()


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """Everything that changes back and everybody who stays, before the button."""
    batch = batch_of(request, pk)
    if not batch.can_be_undone:
        return redirect(page_of(batch))
    if request.method == "POST":
        do(request, lambda: member_import.undo(batch, by=request.user), _undone)
        return redirect(page_of(batch, "result"))
    plan = attempt(request, lambda: member_import.undo_plan(batch, by=request.user))
    if plan is None:
        return redirect(page_of(batch, "result"))
    reasons = dict(plan.kept)
    written = (
        Q(lane=Lane.NEW)
        | Q(lane__in=(Lane.CHANGED, Lane.SAME), old__isnull=False)
        | Q(places_new__isnull=False)
    )
    rows = batch.rows.filter(written).order_by("position")
    asked = request.GET.get("trang", "1")
    page = Paginator(rows, UNDO_ROWS).get_page(asked)
    lines = [
        (line, reasons.get(line.row.pk, "")) for line in lines_of(batch, page, user=request.user)
    ]
    return render(
        request, site, "undo", batch, step="result", page=page, lines=lines,
        removed=grouped(plan.removed), restored=grouped(plan.restored),
        kept=grouped(len(plan.kept)), places=grouped(plan.places),
        places_kept=grouped(plan.places_kept),
        does_something=plan.removed + plan.restored + plan.places > 0,
        pages=[
            (number, f"trang={number}" if isinstance(number, int) else "")
            for number in page.paginator.get_elided_page_range(page.number, on_each_side=2)
        ],
    )  # fmt: skip


def _undone(done: member_import.UndoPlan) -> str:
    parts = (
        (done.removed, "bỏ {} người mới"),
        (done.restored, "trả lại {} người như cũ"),
        (done.places, "nhóm Zalo của {} người ghi lại như trước khi nhập"),
    )
    did = ", ".join(text.format(grouped(people)) for people, text in parts if people)
    sentence = f"Đã hoàn tác: {did or 'không ai thay đổi'}."
    return f"{sentence} {grouped(len(done.kept))} người được để nguyên." if done.kept else sentence


@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """Throw a list away that was not written; asks first."""
    batch = batch_of(request, pk)
    if batch.state not in (State.READING, State.PREVIEW, State.FAILED):
        return redirect(page_of(batch))
    if request.method == "GET":
        return render(request, site, "discard", batch)
    message = "Đã bỏ danh sách. Danh sách thành viên không thay đổi."
    done = attempt(request, lambda: member_import.discard(batch, by=request.user), message)
    return redirect("admin:groups_memberimport_changelist" if done else page_of(batch))


@require_GET
def marked(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """The file again with a note on each cell that needs a look."""
    batch = batch_of(request, pk)
    if batch.state not in (State.PREVIEW, *AFTER_COMMIT) or not _has_file(batch):
        return redirect(page_of(batch))
    content = attempt(request, lambda: member_import.marked_workbook(batch, by=request.user))
    if content is None:
        return redirect(page_of(batch))
    stem = batch.filename.rpartition(".")[0] or batch.filename
    return sheet_response(content, f"{stem[:60]}-danh-dau")


# The import screen: member lists from upload to undo.
#
# The list of imports is an ordinary admin list; what is done with one is in pages of their own that
# work without scripts.


TONE_CLASSES = {"plain": "", "good": "success", "warn": "warning", "bad": "danger", "info": "info"}


class ListFilter(WorkFilter):
    """Lists that wait for somebody, and one's own."""

    title = _("việc")
    works = {
        "cho": (
            _("Chờ xem và nhập"),
            lambda rows, _asked: rows.filter(
                state__in=(State.READING, State.PREVIEW, State.COMMITTING, State.FAILED)
            ),
        ),
        "toi": (
            _("Tôi tải lên"),
            lambda rows, request: rows.filter(created_by=request.user.pk),
        ),
        "lui": (
            _("Hoàn tác được"),
            lambda rows, _asked: rows.filter(state=State.COMMITTED, undo_until__gte=timezone.now()),
        ),
    }


@admin.register(MemberImport)
class MemberImportAdmin(FoldedSearchMixin, ReadOnlyAdminMixin, ScopedModelAdmin):
    list_before_template = "admin/groups/memberimport/list_actions.html"
    list_display = ["filename", "hamlet", "shown_state", "figures", "created_by", "created_at"]
    list_filter = [ListFilter, "state", ("hamlet", ScopedRelatedFilter)]
    list_select_related = ["hamlet", "created_by"]
    search_fields = ["hamlet__search_text"]
    search_help_text = _("Tìm theo tên ấp, khu phố")
    actions = None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A list has no form; its own page says what there is to do."""
        batch = self.get_object(request, object_id)
        if batch is None or not request.user.has_perm("groups.import_member"):
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("admin:groups_memberimport_show", batch.pk)

    @display(description=_("tình trạng"), ordering="state", label=TONE_CLASSES)
    def shown_state(self, batch: MemberImport) -> tuple[str, str]:
        state = row_display.state_of(batch)
        return state.tone, state.label

    @display(description=_("số dòng"))
    def figures(self, batch: MemberImport) -> str:
        return row_display.figures_of(batch)

    def get_urls(self) -> list[URLPattern]:
        routes = {
            "tai-len/": (pages.upload, "upload"),
            "mau/": (pages.template, "template"),
            "<int:pk>/": (pages.show, "show"),
            "<int:pk>/tien-do/": (pages.progress, "progress"),
            "<int:pk>/cot/": (column_pages.mapping, "mapping"),
            "<int:pk>/nhom/": (group_pages.choose, "groups"),
            "<int:pk>/xem/": (review_pages.review, "review"),
            "<int:pk>/dong/<int:row_id>/": (review_pages.correct, "correct"),
            "<int:pk>/dong/<int:row_id>/chon/": (review_pages.decide, "decide"),
            "<int:pk>/dong/<int:row_id>/dong-y-lai/": (review_pages.agree, "agree"),
            "<int:pk>/sua-loat/": (review_pages.repair, "repair"),
            "<int:pk>/nhap/": (commit, "commit"),
            "<int:pk>/ket-qua/": (result, "result"),
            "<int:pk>/tep-danh-dau/": (marked, "marked"),
            "<int:pk>/hoan-tac/": (undo, "undo"),
            "<int:pk>/bo/": (discard, "discard"),
        }
        own = own_pages(self.admin_site, "groups_memberimport", routes, "groups.import_member")
        return own + super().get_urls()
