"""Count and keep the figures of a commune at the end of a month.

In the first hour after the month every declared figure is frozen as it stands. On the rest of that
day the others are still counted, and say when; after it only figures of dated facts can be rebuilt.
Both are frozen as estimates. What happened in a period is frozen for the month, and for the
quarter, the half and the year that end with it: a number of a quarter is no sum of its months.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, QuerySet
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import Commune, User
from accounts.work_budget import UNLIMITED, WorkBudget
from groups.models import Hamlet, HamletChange, HamletChangeSource, MembershipSpell
from oversight import periods
from oversight.figures.month_ends.models import MonthEndCount
from oversight.figures.registry import FIGURES
from oversight.figures.scopes import Scope
from oversight.figures.table import Figure, Row, Table
from oversight.periods import ONE_DAY, Period

FROZEN = "figures.month_frozen"
# The first of a month: its end is frozen at 00:10, and a city takes some minutes.
FROZEN_BY = time(1)
LONGEST = 60  # months filled back at most


def keep_due(commune: Commune, now: datetime, budget: WorkBudget = UNLIMITED) -> int:
    """Keep the last month and those missed since the last frozen one; return their number."""
    last = periods.before(periods.month_of(timezone.localdate(now)))
    newest = _of(commune).aggregate(day=Max("month_end"))["day"]
    first = periods.month_of(newest + ONE_DAY) if newest else last
    return _keep_all(commune, first, last, now, budget)


def back_fill(commune: Commune, now: datetime, budget: WorkBudget = UNLIMITED) -> int:
    """Keep every missing month since the first membership, as estimates; return their number."""
    spells = MembershipSpell.objects.filter(member__hamlet__commune=commune)
    began = spells.aggregate(day=Min("began_on"))["day"]
    if began is None:
        return 0
    last = periods.before(periods.month_of(timezone.localdate(now)))
    first = periods.month_of(max(began, _months_before(last, LONGEST - 1).first))
    return _keep_all(commune, first, last, now, budget)


def missing(now: datetime) -> int:
    """Number of communes with frozen months, but not the last one."""
    last = periods.before(periods.month_of(timezone.localdate(now))).last
    frozen = MonthEndCount.objects.filter(commune=OuterRef("pk"))
    return Commune.objects.filter(Exists(frozen), ~Exists(frozen.filter(month_end=last))).count()


def _keep_all(
    commune: Commune, first: Period, last: Period, now: datetime, budget: WorkBudget
) -> int:
    made, month = 0, first
    while month.last <= last.last:
        made += keep(commune, month, now)
        if budget.is_spent:
            break
        month = periods.month_of(month.last + ONE_DAY)
    return made


@transaction.atomic
def keep(commune: Commune, month: Period, now: datetime) -> bool:
    """Keep a month that is over, once; return whether this call did it."""
    asked_at = timezone.now()
    Commune.objects.select_for_update(of=("self",), no_key=True).get(pk=commune.pk)
    now += timezone.now() - asked_at  # the lock may have been waited for
    today = timezone.localdate(now)
    if not month.is_over(today) or _of(commune).filter(month_end=month.last).exists():
        return False
    is_next_day = today == month.last + ONE_DAY
    is_on_time = is_next_day and timezone.localtime(now).time() < FROZEN_BY
    hamlets = _hamlets(commune, month.last, is_next_day=is_next_day)
    nobody = User(commune=commune, is_active=False)
    scope = Scope(commune, tuple(hamlets), nobody, is_whole=True)
    names = _names_at(hamlets, month.last)
    rows = [
        row
        for figure in FIGURES.values()
        if _can_be_counted(figure, is_next_day=is_next_day)
        for period in _periods(figure, month)
        for row in _rows(figure, scope, period, now, names, is_on_time=is_on_time)
    ]
    if not rows:
        return False
    MonthEndCount.objects.bulk_create(rows, batch_size=1000)
    frozen = _of(commune).filter(month_end=month.last)
    audit.record(
        FROZEN, commune=commune, month_end=month.last.isoformat(), rows=len(rows),
        is_estimated=not is_on_time, numbers=digest(frozen),
    )  # fmt: skip
    return True


def digest(rows: QuerySet[MonthEndCount]) -> str:
    """sha256 of the frozen numbers of a month, which the audit trail holds too."""
    found = rows.order_by("pk").values_list(
        "indicator", "line", "label", "hamlet", "numerator", "denominator", "is_estimated", "first"
    )
    numbers = [[*one, first.isoformat()] if first else one for *one, first in found]
    return hashlib.sha256(json.dumps(numbers).encode()).hexdigest()


def _of(commune: Commune) -> "QuerySet[MonthEndCount]":
    rows: QuerySet[MonthEndCount] = MonthEndCount.objects.filter(commune=commune)
    return rows


def _hamlets(commune: Commune, day: date, *, is_next_day: bool) -> list[Hamlet]:
    """Hamlets of a day; in the place of those that moved their people since, their successors.

    Later than on the next day it has those of a later first day too, unless it is on record what
    was there before.
    """
    rows = Hamlet.objects.of_commune(commune).order_by("code")
    of_day = set(rows.valid_on(day).values_list("pk", flat=True))
    if not is_next_day:
        newer = rows.filter(valid_from__gt=day, valid_to=None, predecessors=None)
        of_day |= set(newer.values_list("pk", flat=True))
    ids = sorted(of_day)
    return list(Hamlet.objects.filter(pk__in=Hamlet.objects.succeeding(ids)).order_by("code"))


def _names_at(hamlets: Sequence[Hamlet], day: date) -> Mapping[str, str]:
    """Names of a day, by the key of the line, of hamlets that were renamed since."""
    renamed = HamletChangeSource.objects.filter(
        hamlet__in=[hamlet.pk for hamlet in hamlets], last_day__gte=day,
        change__kind=HamletChange.Kind.RENAME, change__state=HamletChange.State.DONE,
    ).order_by("-last_day", "-pk")  # fmt: skip
    return {str(pk): name for pk, name in renamed.values_list("hamlet", "name_then")}


def _can_be_counted(figure: Figure, *, is_next_day: bool) -> bool:
    how = figure.at_month_end
    return how is not None and (is_next_day or how.is_dated)


def _periods(figure: Figure, month: Period) -> list[Period]:
    how = figure.at_month_end
    return periods.ending_on(month.last) if how is not None and how.is_flow else [month]


def _rows(
    figure: Figure, scope: Scope, period: Period, now: datetime, names: Mapping[str, str],
    *, is_on_time: bool,
) -> Iterator[MonthEndCount]:  # fmt: skip
    how = figure.at_month_end
    if how is None:
        return
    is_own = how.count is not None and (is_on_time or how.is_flow)
    count = how.count if is_own and how.count is not None else figure.count
    table: Table = count(scope, period, now)
    places = {str(hamlet.pk): hamlet.pk for hamlet in scope.hamlets}
    for row in table.rows:
        hamlet = places.get(row.key)
        label = names.get(row.key, row.label) if hamlet else row.label
        about: dict[str, Any] = {
            "commune": scope.commune, "month_end": period.last, "line": row.key, "label": label,
            "first": period.first if how.is_flow else None, "hamlet_id": hamlet,
            "is_estimated": not is_on_time, "frozen_at": now,
        }  # fmt: skip
        for place, column in enumerate(how.columns):
            yield MonthEndCount(
                **about, indicator=f"{figure.key}.{column}", numerator=row.values[place],
                denominator=_whole(row, how.parts_of.get(place)),
            )  # fmt: skip


def _whole(row: Row, place: int | None) -> int | None:
    return None if place is None else row.values[place]


def _months_before(month: Period, count: int) -> Period:
    year, number = divmod(month.first.year * 12 + month.first.month - 1 - count, 12)
    return periods.month(year, number + 1)
