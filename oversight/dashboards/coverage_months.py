"""Coverage of the last 24 months: of a commune, of the hamlets of an account, or of one."""

from collections.abc import Sequence

from django.http import Http404

from accounts.models import User
from groups.consultation.thresholds import said_percentage
from oversight import periods
from oversight.dashboards import charts
from oversight.dashboards import pages as dashboards_pages
from oversight.dashboards.base_view import Answers, Made, page, workbook
from oversight.dashboards.charts import Chart
from oversight.dashboards.hamlet import NO_HAMLETS, readable
from oversight.dashboards.page_context import Answer, PageContext
from oversight.dashboards.period_query import trend
from oversight.figures.by_month import SHARE
from oversight.figures.scopes import Scope
from oversight.figures.table import Row, Table
from oversight.periods import Period
from vietnamese.text import grouped

MONTHS = 24
QUESTION = "Độ phủ 24 tháng qua lên xuống thế nào?"


def _answers(context: PageContext) -> Sequence[Answer]:
    span = trend(context.period, context.today, months=MONTHS)
    table = context.table("coverage_by_month", span)
    figures = context.figures(("coverage_by_month", span))
    return (Answer(QUESTION, _sentences(table), _pictures(table, span), figures),)


def _sentences(table: Table) -> tuple[str, ...]:
    known = [row for row in table.rows if row.values[0]]
    if not known:
        return ("Chưa ghi số hộ nên chưa tính được độ phủ.",)
    first, last = known[0], known[-1]
    texts = [f"{last.label.capitalize()}: {_share(last)}."]
    if len(known) > 1:
        change = (last.values[1] or 0) - (first.values[1] or 0)
        word = "tăng" if change > 0 else "giảm" if change < 0 else "không đổi"
        number = f" {grouped(abs(change))} hộ" if change else ""
        texts.append(f"So với cuối {first.label} ({_share(first)}): {word}{number}.")
        highest, lowest = max(known, key=_rate), min(known, key=_rate)
        texts.append(
            f"Cao nhất cuối {highest.label} ({_share(highest)}), thấp nhất cuối {lowest.label} "
            f"({_share(lowest)})."
        )
    return (*texts, table.note)


def _rate(row: Row) -> float:
    return (row.values[1] or 0) / (row.values[0] or 1)


def _share(row: Row) -> str:
    homes, joined = row.values[0] or 0, row.values[1] or 0
    return f"{grouped(joined)} trên {grouped(homes)} hộ, {said_percentage(joined, homes)}"


def _pictures(table: Table, span: Period) -> tuple[Chart, ...]:
    shares = Table(
        (table.columns[SHARE],),
        tuple(Row(row.label, (row.values[SHARE],)) for row in table.rows),
    )
    if not any(row.values[0] for row in shares.rows):
        return ()
    months = periods.months_in(span)[: len(shares.rows)]
    marks = [
        (f"{one.first.month}", f"{one.first.year}" if one.first.month in {1, 7} else "")
        for one in months
    ]
    title = f"Độ phủ cuối tháng (%), {months[0].words} đến {months[-1].words}"
    return (charts.columns(shares, key="do-phu-thang", title=title, marks=marks),)


def _place(reader: User) -> Made:
    scope = readable(reader)
    if scope is None:
        nowhere = Scope(reader.commune, (), reader, is_whole=False)  # type: ignore[arg-type]  # asked by the page
        return "Độ phủ theo tháng", str(reader.commune), nowhere, NO_HAMLETS
    return "Độ phủ theo tháng", str(scope.commune), scope, _answers


def _hamlet(reader: User, *, pk: int) -> Made:
    scope = readable(reader)
    hamlet = next((one for one in scope.hamlets if one.pk == pk), None) if scope else None
    if scope is None or hamlet is None:
        raise Http404
    one = Scope(scope.commune, (hamlet,), reader, is_whole=False)
    answers: Answers = _answers
    return f"Độ phủ theo tháng: {hamlet}", str(scope.commune), one, answers


view = page(dashboards_pages.COVERAGE, _place)
download = workbook(dashboards_pages.COVERAGE, _place)
hamlet_view = page(dashboards_pages.COVERAGE, _hamlet)
hamlet_download = workbook(dashboards_pages.COVERAGE, _hamlet)
