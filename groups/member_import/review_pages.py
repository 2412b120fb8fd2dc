"""Looking at the lines of a list before they are written: correct, decide, repair."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET, require_POST

from accounts.scoped_admin.pages import attempt, number_of
from groups.admin_mixins import do
from groups.member_import import row_display
from groups.member_import import services as member_import
from groups.member_import.forms import RowForm, RowsForm
from groups.member_import.models import MemberImport, MemberImportRow
from groups.member_import.pages import (
    AFTER_COMMIT,
    State,
    asks_groups,
    batch_of,
    other_place,
    page_of,
    render,
    was_overruled,
)
from groups.member_import.place_display import FILTERS, place_facts
from groups.member_import.row_display import lines_of
from vietnamese.text import fold, grouped

ROWS_A_PAGE = 50
Lane = MemberImportRow.Lane


class Rows(Paginator):
    """Pages of lines; a lane without a search is counted already."""

    known: int | None = None

    @cached_property
    def count(self) -> int:
        return self.known if self.known is not None else int(self.object_list.count())


class Asked:
    """Filter and page of the lines, from the address."""

    def __init__(self, data: Any, counts: dict[str, int]) -> None:
        form = RowsForm(data)
        form.is_valid()
        read = form.cleaned_data
        first = next((lane for lane in row_display.ORDER if counts.get(lane)), Lane.NEW)
        self.code = read.get("loc") or ""
        # With a remark asked for and no lane, the lines of all lanes that have it.
        self.lane = read.get("nhom") or ("" if self.code else first)
        self.words = fold(read.get("tim") or "")
        self.typed = read.get("tim") or ""
        page = data.get("trang", "1")
        self.page = int(page) if page.isdecimal() and len(page) < 7 else 1

    def rows(self, batch: MemberImport, counts: dict[str, int]) -> Rows:
        rows = batch.rows.order_by("position")
        rows = rows.filter(lane=self.lane) if self.lane else rows.exclude(lane=Lane.DROPPED)
        for word in self.words.split():
            rows = rows.filter(search_text__contains=word)
        if self.code in FILTERS:
            rows = rows.filter(FILTERS[self.code])
        elif self.code:
            rows = rows.filter(problems__contains=[{"code": self.code}])
        pages = Rows(rows, ROWS_A_PAGE)
        if not (self.words or self.code):
            pages.known = counts.get(self.lane, 0)
        return pages

    def query(self, **other: Any) -> str:
        asked = {"nhom": self.lane, "tim": self.typed, "loc": self.code, "trang": self.page}
        return urlencode({name: value for name, value in (asked | other).items() if value})


class Repairs:
    """The bulk repairs where they belong: answers to doubts, mended cells, remarks to tick off,
    and what the machine may have understood otherwise than it was meant."""

    def __init__(self, found: list[member_import.Repair]) -> None:
        self.answers = [one for one in found if one.code in ("same_single", "separate_all")]
        self.remarks = [
            (one, one.code.removeprefix("seen_"), one.label.removesuffix(" Bấm khi đã xem."))
            for one in found
            if one.code.startswith("seen_")
        ]
        self.choices = [one for one in found if one.code == "century"]
        others = (*self.answers, *self.choices, *(row[0] for row in self.remarks))
        sorted_out = {one.code for one in others}
        self.mends = [one for one in found if one.code not in sorted_out]


@require_GET
def review(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """The lines of a list by lane, each with its problems; read only after the commit."""
    batch = batch_of(request, pk)
    is_open = batch.state == State.PREVIEW
    if not is_open and batch.state not in AFTER_COMMIT:
        return redirect(page_of(batch))
    counts = row_display.lane_counts(batch)
    asked = Asked(request.GET, counts)
    page = asked.rows(batch, counts).get_page(asked.page)
    return render(
        request, site, "review", batch,
        step="review" if is_open else "result",
        is_open=is_open,
        tabs=[
            (lane, label, tone, grouped(counts[lane]))
            for lane, (label, tone, _why) in row_display.LANES.items()
            if counts[lane] or lane in row_display.ALWAYS
        ],
        lane=asked.lane,
        lane_says=row_display.meaning_of(asked.lane, is_open=is_open) if asked.lane else "",
        asked=asked,
        page=page,
        just_done=_just_done(request, batch, page.object_list) if is_open else None,
        pages=[
            (number, asked.query(trang=number)) if isinstance(number, int) else (number, "")
            for number in page.paginator.get_elided_page_range(page.number, on_each_side=2)
        ],
        lines=lines_of(batch, page, user=request.user),
        repairs=Repairs(member_import.repairs(batch) if is_open else []),
        earlier=member_import.earlier(batch) if is_open else None,
        was_overruled=is_open and was_overruled(batch),
        other_place=other_place(batch, request.user) if is_open else None,
        places=place_facts(batch), asks_groups=is_open and asks_groups(batch),
        to_write=grouped(counts[Lane.NEW] + counts[Lane.CHANGED]),
    )  # fmt: skip


def _back(request: HttpRequest, batch: MemberImport, row_id: int | None = None) -> HttpResponse:
    """To the same lines, at the same line if it is still there; onwards when none is left."""
    asked = Asked(request.POST, {})
    if asked.lane and not (asked.words or asked.code or batch.counts.get(asked.lane)):
        return redirect(page_of(batch, "review"))
    anchor = f"#dong-{row_id}" if row_id else ""
    return redirect(f"{page_of(batch, 'review')}?{asked.query()}{anchor}")


def _moved(row: MemberImportRow) -> str:
    return f"Dòng {row.row} nay ở nhóm “{row_display.LANES[row.lane][0]}”."


def _onwards(request: HttpRequest, batch: MemberImport, row: MemberImportRow) -> HttpResponse:
    """After a line is right: said where the next one stands, so that nobody looks for the place."""
    asked = Asked(request.POST, {})
    is_left = bool(asked.code or asked.words or batch.counts.get(asked.lane))
    if not is_left or row.lane == asked.lane:
        messages.success(request, _moved(row))
        return _back(request, batch, row.pk)
    return redirect(f"{page_of(batch, 'review')}?{asked.query(vua=row.pk)}#vua-xong")


@dataclass(frozen=True)
class JustDone:
    """A line that a person has just put right, told above the line `before` (None: at the end)."""

    said: str
    before: int | None


def _just_done(
    request: HttpRequest, batch: MemberImport, rows: Iterable[MemberImportRow]
) -> JustDone | None:
    done = batch.rows.filter(pk=number_of(request.GET.get("vua"))).first()
    if done is None:
        return None
    after = (row.pk for row in rows if row.position > done.position)
    return JustDone(_moved(done), next(after, None))


@require_POST
def correct(request: HttpRequest, *, site: Any, pk: int, row_id: int) -> HttpResponse:
    """Other texts for the cells of one line; only that line is checked again."""
    batch = batch_of(request, pk)
    row = get_object_or_404(batch.rows, pk=row_id)  # of this list and of no other
    form = RowForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Có ô dài quá. Hãy ghi ngắn lại.")
        return _back(request, batch, row_id)
    cells = form.sent_cells()
    changed = attempt(request, lambda: member_import.correct(batch, row.pk, cells, by=request.user))
    if changed is None:
        return _back(request, batch, row_id)
    still_wrong = [problem for problem in changed.problems or [] if problem["is_error"]]
    if not still_wrong:
        return _onwards(request, batch, changed)
    messages.error(request, f"Dòng {changed.row}: {still_wrong[0]['message']}")
    return _back(request, batch, row_id)


@require_POST
def decide(request: HttpRequest, *, site: Any, pk: int, row_id: int) -> HttpResponse:
    """The line is this candidate, or somebody else."""
    batch = batch_of(request, pk)
    row = get_object_or_404(batch.rows, pk=row_id)
    said = request.POST.get("la", "")
    member_id = None if said == "khac" else number_of(said)
    if member_id == 0:
        messages.error(request, "Hãy chọn cùng một người hay hai người khác nhau.")
        return _back(request, batch, row_id)
    changed = attempt(
        request, lambda: member_import.decide(batch, row.pk, member_id, by=request.user)
    )
    return _onwards(request, batch, changed) if changed else _back(request, batch, row_id)


@require_POST
def repair(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """One repair over all lines that need it."""
    batch = batch_of(request, pk)
    code = request.POST.get("sua", "")
    known = (
        {one.code for one in member_import.repairs(batch)}
        if batch.state == State.PREVIEW
        else set()
    )
    if code not in known:
        messages.error(request, "Không còn dòng nào cần sửa như vậy.")
        return _back(request, batch)
    do(
        request,
        lambda: member_import.repair(batch, code, by=request.user),
        lambda done: f"Đã sửa {grouped(done)} dòng.",
    )
    return _back(request, batch)
