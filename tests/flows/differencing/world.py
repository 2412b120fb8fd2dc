"""Two years of tips of a commune, those who may not see them, and what is done to tips later."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

import time_machine
from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts.models import Commune, User
from accounts.users.roles import Role
from groups.models import Hamlet
from oversight import periods
from oversight.figures.freezing import freeze_past
from oversight.periods import Period
from reports.models import Referral, TipReport
from tests.factories.accounts import make_commune, make_profile, make_user
from tests.factories.groups import make_assignment, make_hamlet, make_officer

YEARS = (2024, 2025)
# Each role that sees no tip, and the account that oversees communes without being of one.
OUTSIDERS = (
    Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT, Role.HAMLET_HEAD, Role.TECH_ADMIN,
)  # fmt: skip
CITY = "city"


def at(day: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


LATER = at(date(2026, 11, 10))


@dataclass(frozen=True)
class World:
    commune: Commune
    hamlets: tuple[Hamlet, ...]
    users: dict[str, User]
    chief: User


def people() -> World:
    commune = make_commune()
    make_profile(commune, valid_from=date(2024, 1, 1), party_name="Lê Thị Thử")
    hamlets = tuple(make_hamlet(commune) for _number in range(2))
    users: dict[str, User] = {str(role): make_user(commune, role) for role in OUTSIDERS}
    head = make_officer(commune, user=users[str(Role.HAMLET_HEAD)])
    make_assignment(head, hamlets[0])
    users[CITY] = make_user(None, Role.CITY)
    users[CITY].user_permissions.set(Permission.objects.filter(codename="view_figures"))
    return World(commune, hamlets, users, make_user(commune, Role.CHIEF))


def spread(commune: Commune, random: Random, *, by: User) -> None:
    """Some months with very few tips, a few rows with most of them."""
    kinds, categories = TipReport.Kind.values[1:], TipReport.Category.values[1:]
    ends = ["handled_here", "guided", "unfounded", "diverted", "duplicate"]
    tips: list[TipReport] = []
    for year in YEARS:
        for number in range(1, 13):
            for _tip in range(random.choice([0, 1, 3, 5, 8, 13, 25])):
                day = date(year, number, random.randint(1, 28))
                done = random.random() < 0.7
                ended = at(day + timedelta(days=random.randint(1, 60))) if done else None
                closed = {"status": "closed", "disposition": random.choice(ends)} if done else {}
                tips.append(
                    TipReport(
                        commune=commune, code=f"T{len(tips)}", received_at=at(day),
                        kind=random.choice(kinds[:2] * 4 + kinds),
                        category=random.choice(categories[:3] * 6 + categories),
                        channel=random.choice(
                            TipReport.Channel.values[:2] * 5 + ["desk", "paper", "hamlet_head"] * 2
                        ),
                        closed_at=ended, told_at=_told_at(ended, closed, random),
                        **closed,
                    )
                )  # fmt: skip
    for tip in tips:
        if tip.disposition == "diverted":
            tip.emptied_at = tip.closed_at
    made = TipReport.objects.bulk_create(tip for tip in tips if tip.disposition != "duplicate")
    twins = [tip for tip in tips if tip.disposition == "duplicate"]
    for tip in twins:
        tip.duplicate_of = random.choice(made)
    made += TipReport.objects.bulk_create(twins)
    Referral.objects.bulk_create(
        Referral(
            tip=tip,
            to=Referral.To.values[0],
            to_whom="Nơi khác",
            slip_number="1/PC",
            slip_on=(tip.received_at + timedelta(days=2)).date(),
            state="handed_over",
            handed_over_at=tip.received_at + timedelta(days=2),
            by=by,
        )
        for tip in made
        if random.random() < 0.1
    )


def _told_at(ended: datetime | None, closed: dict[str, str], random: Random) -> datetime | None:
    """Nobody is told of what only came twice."""
    is_twin = closed.get("disposition") == "duplicate"
    return ended if random.random() < 0.6 and not is_twin else None


def whole_spans() -> Iterator[Period]:
    """All that are made of months."""
    for year in YEARS:
        yield from (periods.month(year, number) for number in range(1, 13))
        yield from (periods.quarter(year, number) for number in range(1, 5))
        yield from (periods.half(year, number) for number in (1, 2))
        yield periods.whole_year(year)
    yield Period(date(2024, 1, 1), date(2025, 12, 31))
    yield Period(date(2024, 2, 1), date(2024, 4, 30))
    yield Period(date(2024, 7, 1), date(2025, 6, 30))


def spans(random: Random) -> Iterator[Period]:
    """Return the quarters, the years of Thông tư 124, and any days."""
    yield from whole_spans()
    for year in YEARS:
        yield periods.hamlet_year(year)
        yield periods.commune_year(year)
    for _number in range(4):
        first = date(2024, 1, 1) + timedelta(days=random.randrange(700))
        yield Period(first, first + timedelta(days=random.randrange(1, 90)))
    for _number in range(4):
        month = random.randrange(20)
        begin = periods.month(2024 + month // 12, month % 12 + 1)
        end = min(month + random.randrange(1, 10), 23)
        yield Period(begin.first, periods.month(2024 + end // 12, end % 12 + 1).last)


def work_on(commune: Commune, random: Random) -> None:
    """Long afterwards: tips are sorted anew, closed, told, split, and a few are emptied."""
    tips = list(TipReport.objects.filter(commune=commune).order_by("pk"))
    for tip in random.sample(tips, min(12, len(tips))):
        tip.kind = random.choice(TipReport.Kind.values[1:])
        tip.category = random.choice(TipReport.Category.values[1:])
        if tip.status == "closed" and tip.emptied_at is None:
            tip.told_at = tip.closed_at if tip.told_at is None else None
            tip.emptied_at = at(date(2026, 10, 1))
        tip.save()
    for number, tip in enumerate(random.sample(tips, min(4, len(tips)))):
        TipReport.objects.create(
            commune=commune, code=f"S{number}", received_at=tip.received_at, kind=tip.kind,
            category=tip.category, channel=tip.channel,
        )  # fmt: skip


def moments(random: Random) -> list[datetime]:
    """The last day of each month and the day after, in any order."""
    days = [periods.month(year, number).last for year in YEARS for number in range(1, 13)]
    found = [at(day + timedelta(days=more)) for day in days for more in (0, 1)]
    random.shuffle(found)
    return found


def freeze(commune: Commune) -> None:
    """Freeze a quarter as the portal does by itself once it is over."""
    with time_machine.travel(LATER, tick=False):
        freeze_past(commune)
