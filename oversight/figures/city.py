"""Figures of the communes of a city, in the order of codes and never by result.

A row equals the page of its commune for readers outside the police. Stored counts
(`oversight.figures.rollups.reading`) are read for all communes at once, in a constant number of
queries; only the rest is counted by row.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Commune
from broadcasts.models import Delivery
from groups.household_counts.services import at_end_of
from groups.models import Hamlet, Regulation, ZaloGroup
from oversight import data_files
from oversight.figures.clocks import within
from oversight.figures.deliveries import Status, arrivals, by_hand_and_status, by_topic, due
from oversight.figures.models import Subject
from oversight.figures.month_ends import reading as month_ends
from oversight.figures.place import furthest_of, households_joined, past_day
from oversight.figures.published import received_by_commune
from oversight.figures.registry import FIGURES
from oversight.figures.rollups.reading import PartsOfPlaces, parts_of_places
from oversight.figures.table import Counted, Figure, Row, Table, no_list, summed
from oversight.periods import Period, is_of_months
from procedures.models import Question

TOLD_ALONE = "Cộng các xã đã nêu"
NO_LIST = "Trang của thành phố xem số, không xem danh sách."
type Numbers = Mapping[int, tuple[int | None, ...]]


@dataclass(frozen=True)
class City:
    """Request: communes in order, a period of whole months, a moment."""

    communes: tuple[Commune, ...]
    hamlets: tuple[Hamlet, ...]
    period: Period
    as_of: datetime

    @property
    def ids(self) -> list[int]:
        return [commune.pk for commune in self.communes]

    @cached_property
    def frozen(self) -> Mapping[str, Mapping[int, int]]:
        """Numbers of communes that froze the end of the period, as their own pages show them."""
        asked = {
            "groups": Q(indicator="groups.active"),
            "regulations": Q(indicator="regulations.hamlets", line__in=Regulation.IN_FORCE),
            "missed": Q(
                indicator="hand_posting.deliveries", line=Status.MISSED, first=self.period.first
            ),
            "questions": Q(indicator__startswith="questions.", first=self.period.first),
        }
        day = past_day(self.period, self.as_of)
        return month_ends.sums_of(self.ids, day, **asked) if day else {key: {} for key in asked}

    @cached_property
    def named(self) -> tuple[tuple[Commune, str], ...]:
        """Communes with the names of their rows."""
        return tuple((commune, str(commune)) for commune in self.communes)


@dataclass(frozen=True)
class Part:
    """Columns of the page: the figure of a commune that they repeat, and their count."""

    figure: Figure
    columns: tuple[str, ...]
    count: Callable[[City], Numbers]


def city_of(communes: Sequence[Commune], period: Period, as_of: datetime) -> City:
    """Request with the hamlets of today. Raises ValueError if the period cuts a month."""
    if not is_of_months(period):
        raise ValueError("the city is told whole months")
    today = timezone.localdate()
    ids = [commune.pk for commune in communes]
    hamlets = Hamlet.objects.filter(commune__in=ids).valid_on(today).order_by("code")
    return City(tuple(communes), tuple(hamlets), period, as_of)


def figures_of(city: City) -> tuple[Counted, ...]:
    """All figures; the rows of each are the communes in their order."""
    is_frozen = len(city.frozen["groups"]) == len(city.communes) > 0
    counted = [
        Counted(
            month_ends.as_frozen(part.figure) if is_frozen and part.figure.is_of_moment
            else part.figure,
            city.period, city.as_of, _table(part.columns, part.count(city), city),
        )
        for part in PARTS
    ]  # fmt: skip
    return (*counted, _tips(city))


def _table(columns: tuple[str, ...], numbers: Numbers, city: City) -> Table:
    nothing = (0,) * len(columns)
    rows = tuple(
        Row(name, numbers.get(commune.pk, nothing), commune.code) for commune, name in city.named
    )
    return summed(Table(columns, rows))


def _tips(city: City) -> Counted:
    """Published numbers of each commune; the total adds up only these, so it reveals no more."""
    counts, remark = received_by_commune(city.communes, city.period, city.as_of)
    rows = tuple(Row(name, (counts[one.pk],), one.code) for one, name in city.named)
    known = [number for number in counts.values() if number is not None]
    total = Row(TOLD_ALONE, (sum(known) if known else None,))
    return Counted(TIPS, city.period, city.as_of, Table(("Phản ánh",), rows, total, remark))


def _reach(city: City) -> Numbers:
    """Hamlets, households, those with a group member: frozen at the end of the span, or counted."""
    day = past_day(city.period, city.as_of)
    sums = month_ends.coverage_of(city.ids, day) if day else {}
    frozen = set(sums)
    counted = [hamlet for hamlet in city.hamlets if hamlet.commune_id not in frozen]
    joined = households_joined(counted, day)
    homes = at_end_of(day, counted) if day else {one.pk: one.households for one in counted}
    for hamlet in counted:
        hamlets, households, reached = sums.get(hamlet.commune_id, (0, 0, 0))
        sums[hamlet.commune_id] = (
            hamlets + 1, households + homes[hamlet.pk], reached + joined[hamlet.pk],
        )  # fmt: skip
    return dict(sums)


def _groups(city: City) -> Numbers:
    found = (
        ZaloGroup.objects.filter(Q(commune__in=city.ids) | Q(hamlet__commune__in=city.ids))
        .filter(status=ZaloGroup.Status.ACTIVE)
        .order_by()
        .values_list(Coalesce("commune", "hamlet__commune"))
        .annotate(Count("pk"))
    )
    return _columns({**dict(found), **city.frozen["groups"]})


def _regulations(city: City) -> Numbers:
    agreed = furthest_of([hamlet.pk for hamlet in city.hamlets])
    found = agreed.filter(stage__in=Regulation.IN_FORCE).order_by().values_list("commune")
    counted = dict(found.annotate(Count("pk")))
    return _columns({**counted, **city.frozen["regulations"]})


def _columns(numbers: Mapping[int, int]) -> Numbers:
    return {commune: (number,) for commune, number in numbers.items()}


def _posts(city: City) -> Numbers:
    """Posts, deliveries by machine and by hand, missed deliveries by hand."""
    asked = ("arrived", "hand")
    parts = parts_of_places(Subject.POSTS, asked, city.ids, city.period, city.as_of)
    posts: defaultdict[int, set[int]] = defaultdict(set)
    sums: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for commune, counts in parts.counts:
        found = sums[commune]
        for api, hand, some in counts.get("arrived", {}).values():
            posts[commune].update(some)
            found["api"] += api
            found["hand"] += hand
        found["missed"] += counts.get("hand", {}).get(Status.MISSED.value, 0)
    if parts.rest:
        rows = Delivery.objects.all()
        for row in by_topic(arrivals(rows, parts.rest).filter(_asked("at", parts))):
            posts[row["commune"]].update(row["posts"])
            sums[row["commune"]].update(api=row["by_api"], hand=row["by_hand"])
        late = due(rows, parts.rest).filter(_asked("due_at", parts), status=Status.MISSED)
        for row in by_hand_and_status(late):
            sums[row["commune"]].update(missed=row["deliveries"])
    for commune, number in city.frozen["missed"].items():
        sums[commune]["missed"] = number
    return {
        commune: (len(posts[commune]), found["api"], found["hand"], found["missed"])
        for commune, found in sums.items()
    }


def _questions(city: City) -> Numbers:
    parts = parts_of_places(Subject.QUESTIONS, ("asked",), city.ids, city.period, city.as_of)
    sums: Counter[int] = Counter()
    for commune, counts in parts.counts:
        sums[commune] += sum(counts.get("asked", {}).values())
    if parts.rest:
        wanted = Q(pk__in=[])
        for whole, communes in parts.rest.items():
            days = Q(asked_on__gte=whole.first, asked_on__lte=whole.last)
            wanted |= days & Q(commune__in=communes)
        rows = Question.objects.filter(wanted).order_by().values_list("commune")
        for commune, number in rows.annotate(Count("pk")):
            sums[commune] += number
    return _columns({**sums, **city.frozen["questions"]})


def _asked(name: str, parts: PartsOfPlaces) -> Q:
    """Condition for the months without stored counts, by the field of the moment."""
    found = Q(pk__in=[])
    for whole, communes in parts.rest.items():
        found |= within(name, [whole]) & Q(commune__in=communes)
    return found


WORDS = data_files.read("city")


def _figure(key: str) -> Figure:
    """Figure of the dictionary with the words of the city, without a list."""
    words = {name: text for name, text in WORDS[key].items() if name != "columns"}
    return replace(FIGURES[key], **words, behind=no_list(NO_LIST), listing=None)


PARTS = tuple(
    Part(_figure(key), tuple(WORDS[key]["columns"]), count)
    for key, count in {
        "coverage": _reach, "groups": _groups, "regulations": _regulations,
        "posts_by_topic": _posts, "questions": _questions,
    }.items()
)  # fmt: skip
TIPS = _figure("tips")
