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
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.scoped_admin.pages import attempt, number_of
from groups.admin_mixins import do
from groups.member_import import row_display
from groups.member_import import services as member_import
from groups.member_import.forms import ConsentForm, RowForm, RowsForm
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
from groups.member_import.row_display import is_held, lines_of
from groups.residents.forms import PaperForm
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


ANSWERS = ("same_single", "separate_all")


class Repairs:
    """The bulk repairs by kind: answers to doubts, cells to mend, remarks to tick off, what the
    machine may have understood otherwise than it was meant, and the last one that was done."""

    def __init__(
        self, found: list[member_import.Repair], last: member_import.Done | None = None
    ) -> None:
        self.answers = [one for one in found if one.code in ANSWERS]
        self.remarks = [
            (one, one.code.removeprefix("seen_"), one.label.removesuffix(" Bấm khi đã xem."))
            for one in found
            if one.code.startswith("seen_")
        ]
        self.choices = [one for one in found if one.code == "century"]
        others = (*self.answers, *self.choices, *(row[0] for row in self.remarks))
        sorted_out = {one.code for one in others}
        self.mends = [one for one in found if one.code not in sorted_out]
        self.last = last

    @property
    def waiting(self) -> list[tuple[member_import.Repair, str]]:
        """Repairs that a person should decide on, each with the word of its button."""
        return [
            *((one, "Sửa cả") for one in self.mends),
            *((one, "Đổi cả") for one in self.choices),
            *((one, "Chọn cả") for one in self.answers),
        ]


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
    places, written = place_facts(batch), counts[Lane.NEW] + counts[Lane.CHANGED]
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
        repairs=Repairs(member_import.repairs(batch), member_import.last_repair(batch))
        if is_open
        else Repairs([]),
        earlier=member_import.earlier(batch) if is_open else None,
        was_overruled=is_open and was_overruled(batch),
        other_place=other_place(batch, request.user) if is_open else None,
        places=places, asks_groups=is_open and asks_groups(batch),
        to_write=grouped(written or counts[Lane.SAME]),
        writes=is_open and (written or (batch.groups and places)),
        **consent_context(batch, request.user, is_open=is_open),
    )  # fmt: skip


def consent_context(batch: MemberImport, user: Any, *, is_open: bool) -> dict[str, Any]:
    """The form about papers, on the same screen where the list itself says who signed."""
    if not (is_open and batch.says_who_agreed()):
        return {}
    form = ConsentForm(batch=batch, user=user)
    return {
        "form": form, "bases": form.fields["basis"].choices, "basis": form.NONE,
        "agreed": grouped(batch.rows.filter(zalo__has_key="consent").count()),
    }  # fmt: skip


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


@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest, *, site: Any, pk: int, row_id: int) -> HttpResponse:
    """The new paper of somebody who had been erased, for their line alone."""
    batch = batch_of(request, pk)
    row = get_object_or_404(batch.rows, pk=row_id)
    if batch.state != State.PREVIEW or not is_held(row):
        return redirect(page_of(batch))
    form = PaperForm(
        request.POST or None, user=request.user, commune=batch.hamlet.commune_id,
        hamlets=[batch.hamlet_id],
    )  # fmt: skip
    form.fields["evidence"].required = True
    if request.method == "POST" and form.is_valid():
        done = attempt(
            request,
            lambda: member_import.agree_again(batch, row.pk, signed=form.stated(), by=request.user),
        )
        if done:
            messages.success(request, f"Đã ghi giấy đồng ý mới. {_moved(done)}")
            return redirect(page_of(batch, "review"))
    return render(request, site, "agree", batch, step="review", form=form, row=row)


@require_POST
def repair(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """One repair over all lines that need it."""
    batch = batch_of(request, pk)
    if step := number_of(request.POST.get("lai")):
        do(
            request,
            lambda: member_import.take_back_repair(batch, step, by=request.user),
            lambda done: f"Đã lấy lại {grouped(done)} dòng như trước khi sửa.",
        )
        return _back(request, batch)
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
