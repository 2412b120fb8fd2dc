"""The one page: how the model of a commune stands, for who leads it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.scoped_admin.asking import Asking, together
from accounts.scoped_admin.request_cache import reading_once
from groups.consultation.thresholds import said_percentage
from oversight import periods
from oversight.dashboards.base_view import NO_COMMUNE
from oversight.dashboards.decisions import Matter, matters
from oversight.dashboards.pages import ONE, open_to
from oversight.dashboards.period_query import asked_period, last_month
from oversight.figures.scopes import Scope, whole_commune
from oversight.indicators import readings, support, wording
from oversight.indicators.readings import Reading, Verdict
from oversight.indicators.support import Need
from oversight.periods import Period

# A month as high as wide: x of a point, y of a share; the ends keep clear of the edge.
STEP, HEIGHT, EDGE = 10, 24, 2
# Hamlets that need support, and causes of each.
HAMLETS, CAUSES = 5, 2
WITHOUT_ROW = (Verdict.UNKNOWN, Verdict.NOTHING)
CLASSES = {Verdict.MISSED: "missed", Verdict.NEAR: "near", Verdict.MET: "met"}


@dataclass(frozen=True)
class Trend:
    """Points of a small line over twelve months; `goal` is the height of the target."""

    lines: tuple[str, ...]
    last: tuple[int, float]
    goal: float | None
    label: str


@dataclass(frozen=True)
class Line:
    """A row of the page, in words."""

    name: str
    url: str
    value: str
    goal: str
    change: str
    year_change: str
    trend: Trend
    verdict: str
    kind: str
    is_estimated: bool


@never_cache
@require_GET
def view(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The indicators of a period, by default of the last month that is over."""
    reader, now = cast("User", request.user), timezone.now()  # signed in, by the guard
    if not ONE.may(reader):
        raise PermissionDenied
    today = timezone.localdate(now)
    period, problem = asked_period(request.GET, today, otherwise=last_month(today))
    context: dict[str, Any] = {"problem": NO_COMMUNE if reader.commune is None else problem}
    if not context["problem"]:
        with reading_once():
            scope = whole_commune(reader.commune, reader=reader)  # type: ignore[arg-type]  # asked above
            found = readings.read(scope, period, now)
            lacking, open_matters = _in_one_go(scope, reader, today)
        context |= {
            "scope": scope, "finding": wording.finding(found, period),
            "counts": wording.counts(found), "without": _without(found), "today": today,
            "needs": [_need(one) for one in lacking[:HAMLETS]], "more": len(lacking[HAMLETS:]),
            "matters": open_matters,
            "lines": [_line(one, period) for one in found if one.verdict not in WITHOUT_ROW],
        }  # fmt: skip
    context |= {
        "period": period, "is_over": period.is_over(today),
        "spoken_of": periods.spoken_of(period, now),
        "spans": _spans(period, today),
        "entries": [(one.name, one.address(period), one is ONE) for one in open_to(reader)],
        "may_set": reader.has_perm("oversight.add_target"),
    }  # fmt: skip
    status = 400 if context["problem"] else 200
    return TemplateResponse(request, "oversight/one_page.html", context, status=status)


def _in_one_go(scope: Scope, reader: User, today: date) -> tuple[list[Need], list[Matter]]:
    asked: list[Asking[Any]] = [support.needs(scope, today), matters(reader, today)]
    lacking, open_matters = together(asked)
    return lacking, open_matters


def _spans(period: Period, today: date) -> list[tuple[str, Period, bool]]:
    """Words and periods to go to: the one before, the one after, and the spans of each kind."""
    around = [("Kỳ trước", periods.before(period))]
    after = periods.after(period)
    if after is not None and after.first <= today:
        around.append(("Kỳ sau", after))
    kinds = [span for span in periods.presets(today) if periods.is_usual(span)]
    return [(words, span, False) for words, span in around] + [
        (span.words.capitalize(), span, span == period) for span in kinds
    ]


def _line(reading: Reading, period: Period) -> Line:
    indicator = reading.indicator
    figures = reverse("admin:oversight_figures")
    return Line(
        name=indicator.name,
        url=f"{figures}?{urlencode(period.query)}#so-{indicator.figure.key}",
        value=wording.value_text(reading.now, indicator),
        goal=wording.goal(reading),
        change=wording.change(reading.now, reading.before, indicator),
        year_change=wording.change(reading.now, reading.year_before, indicator),
        trend=_trend(reading),
        verdict=reading.verdict,
        kind=CLASSES.get(reading.verdict, "open"),
        is_estimated=reading.is_estimated,
    )


def _need(need: Need) -> dict[str, str]:
    share = need.share
    return {
        "name": str(need.hamlet),
        "url": reverse("admin:oversight_hamlet", args=[need.hamlet.pk]),
        "share": said_percentage(share.part, share.whole) if share.whole else "",
        "number": str(len(need.causes)),
        "causes": support.sentence(need.causes, CAUSES),
    }


def _trend(reading: Reading) -> Trend:
    heights = [
        _height(float(readings.percent(share))) if share is not None and share.whole else None
        for _month, share in reading.months
    ]
    known = [(place * STEP + EDGE, y) for place, y in enumerate(heights) if y is not None]
    goal = None if reading.expected is None else _height(float(reading.expected))
    label = f"{reading.indicator.name}: {wording.months_text(reading)}"
    return Trend(tuple(_runs(heights)), known[-1] if known else (EDGE, HEIGHT), goal, label)


def _height(percent: float) -> float:
    return round(EDGE + (HEIGHT - 2 * EDGE) * (1 - percent / 100), 1)


def _runs(heights: Sequence[float | None]) -> Iterable[str]:
    """Points of each run of months with a number; a month without one parts two runs."""
    run: list[str] = []
    for place, y in enumerate([*heights, None]):
        if y is not None:
            run.append(f"{place * STEP + EDGE},{y}")
        elif run:
            yield " ".join(run)
            run = []


def _without(found: Sequence[Reading]) -> list[tuple[str, str]]:
    """Names of the indicators that have no row, by reason."""
    reasons = [(verdict, [one for one in found if one.verdict == verdict])
               for verdict in WITHOUT_ROW]  # fmt: skip
    return [
        (str(verdict), "; ".join(one.indicator.name for one in those))
        for verdict, those in reasons if those
    ]  # fmt: skip
