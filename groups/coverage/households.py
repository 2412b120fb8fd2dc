"""How many households a post reaches: by hamlet now or at the end of a day, by team now.

Pure reads: one grouped query a table, so that a page, a printout and a frozen figure cannot
disagree. They count and name nobody.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Concat, Upper

from groups.consultation.thresholds import said_percentage
from groups.household_counts.services import at_end_of
from groups.places.models import Hamlet, Team
from groups.residents.models import Member, Membership
from groups.residents.querysets import MemberQuerySet
from groups.residents.spells.models import MembershipSpell, ProxySpell
from groups.zalo_groups.capabilities import API_KINDS, HAND_KINDS
from groups.zalo_groups.models import ZaloGroup

DEFINITION = (
    "Độ phủ = số hộ có ít nhất một người đang ở trong một nhóm Zalo của xã, chia cho tổng số hộ. "
    "Người cùng mã hộ là một hộ. Chưa ghi mã hộ thì mỗi người đại diện tính là một hộ. Không tính "
    "người đã chuyển đi, đã rút đồng ý, và nhóm đã đóng. Kỳ đã qua thì tính đến hết ngày cuối kỳ, "
    "theo ngày vào nhóm, rời nhóm đã ghi và số hộ của ngày đó; chưa ghi ngày vào thì tính từ ngày "
    "ghi vào cổng."
)
THROUGH_DEFINITION = (
    "Hộ nhận tin qua người khác: không ai trong hộ ở trong nhóm, nhưng có người thân hoặc hàng xóm "
    "trong nhóm đã nhận báo lại. Cột này đứng riêng, không cộng vào độ phủ."
)

# A household is its code; without one, each representative stands for a household.
HOUSEHOLD = Case(
    When(~Q(household_code=""), then=Upper("household_code")),
    When(is_representative=True, then=Concat(Value("#"), Cast("pk", CharField()))),
    output_field=CharField(),
)


def joined_membership(member: str = "pk", *, on: date | None = None, **of_place: Any) -> Exists:
    """Whether a member is in a group that is not closed: now, or at the end of a past day."""
    if on is not None:
        spells = MembershipSpell.objects.on(on).filter(member=OuterRef(member), **of_place)
        return Exists(spells.exclude(group__in=ZaloGroup.objects.closed_by(on).values("pk")))
    return Exists(
        Membership.objects.joined()
        .filter(member=OuterRef(member), **of_place)
        .exclude(group__status=ZaloGroup.Status.CLOSED)
    )


def is_told(on: date | None = None) -> Exists:
    """Whether the one who passes word on to a member is still there and in a group."""
    if on is None:
        return joined_membership("reached_through", member__status=Member.Status.ACTIVE)
    there = Member.objects.active_on(on).filter(pk=OuterRef("through"))
    spells = ProxySpell.objects.on(on).filter(member=OuterRef("pk"))
    return Exists(spells.filter(Exists(there), joined_membership("through", on=on)))


@dataclass(frozen=True)
class Coverage:
    """The figures of one place. `households` is None where nobody knows it.

    joined + through + missing = households, always: a `missing` below zero says that the number of
    households on record is too small. Of the missing ones, `listed` minus those reached are known
    by name. `balance` is what a rest line takes over from teams without a number. `members` is
    None of a past day: the register does not know since when it has a person.
    """

    label: str
    hamlet_id: int
    team_id: int | None = None
    households: int | None = None
    joined: int = 0
    through: int = 0
    listed: int = 0
    members: int | None = 0
    people_joined: int = 0
    is_rest: bool = False
    balance: int | None = None

    @property
    def missing(self) -> int | None:
        """Households that no post reaches; None where their number is not known."""
        if self.balance is not None:
            return self.balance
        return None if self.households is None else self.households - self.joined - self.through

    @property
    def unreached_listed(self) -> int:
        """Households on the list that no post reaches: those that can be gone to by name."""
        return self.listed - self.joined - self.through

    @property
    def share(self) -> str | None:
        """Of all households, as it is said everywhere; None where their number is not known."""
        return said_percentage(self.joined, self.households) if self.households else None

    @property
    def warning(self) -> str:
        """Odd figures, for the person who maintains the lists."""
        if self.is_rest:
            return (
                "Các tổ cộng lại nhiều hơn số hộ của ấp: hãy kiểm tra lại số hộ."
                if self.households is not None and self.households < 0
                else ""
            )
        if not self.households:
            return "Chưa ghi số hộ nên không tính được độ phủ."
        if self.joined + self.through > self.households:
            return "Nhiều hơn số hộ đã ghi: hãy kiểm tra lại số hộ và mã hộ."
        return ""


@dataclass(frozen=True)
class HamletCoverage:
    """A hamlet with its teams, and those of its people who have none."""

    hamlet: Hamlet
    total: Coverage
    teams: list[Coverage] = field(default_factory=list)


COUNTED = ("joined", "through", "listed", "members", "people_joined")


def by_hamlet(hamlets: Iterable[Hamlet], on: date | None = None) -> dict[int, Coverage]:
    """The figures of these hamlets by id, now or at the end of a past day; one query.

    Of a past day the people in groups and the number of households are dated; the codes of the
    households are those of today.
    """
    wanted = list(hamlets)
    if not wanted:
        return {}
    joined, reached = Q(is_joined=True), Q(is_told=True)
    people = Member.objects.active() if on is None else Member.objects.active_on(on)
    rows = (
        people.filter(hamlet__in=[row.pk for row in wanted])
        .order_by()
        .alias(is_joined=joined_membership(on=on), is_told=is_told(on), household=HOUSEHOLD)
        .values("hamlet")
        .annotate(
            joined=Count("household", distinct=True, filter=joined),
            either=Count("household", distinct=True, filter=joined | reached),
            listed=Count("household", distinct=True),
            members=Count("pk"),
            people_joined=Count("pk", filter=joined),
        )
    )
    counts: dict[int, dict[str, Any]] = {}
    for row in map(dict[str, Any], rows):
        row["through"] = row.pop("either") - row["joined"]
        if on is not None:
            row["members"] = None
        counts[row.pop("hamlet")] = row
    nobody: dict[str, Any] = {} if on is None else {"members": None}
    known = {} if on is None else at_end_of(on, wanted)
    return {
        hamlet.pk: of_counts(hamlet, counts.get(hamlet.pk, nobody), known.get(hamlet.pk))
        for hamlet in wanted
    }


def joined_on(hamlets: Iterable[Hamlet], day: date) -> dict[int, int]:
    """Households with somebody in a group at the end of a past day, by hamlet; one query."""
    people = Member.objects.active_on(day).filter(
        joined_membership(on=day), hamlet__in=[row.pk for row in hamlets]
    )
    rows = people.order_by().values("hamlet").annotate(homes=Count(HOUSEHOLD, distinct=True))
    return dict(rows.values_list("hamlet", "homes"))


def of_counts(hamlet: Hamlet, counts: Mapping[str, Any], known: int | None = None) -> Coverage:
    """The figures of a hamlet from what was counted (COUNTED) and what is on record of it.

    `known`: its households of a past day.
    """
    number = hamlet.households if known is None else known
    return Coverage(str(hamlet), hamlet.pk, households=number, **counts)


def by_team(hamlets: Iterable[Hamlet]) -> list[HamletCoverage]:
    """Hamlets in the given order, each with its teams; three queries however many there are.

    A household whose people stand in two teams belongs to one of them, so that the teams and the
    people without one add up to the hamlet.
    """
    wanted = list(hamlets)
    ids = [hamlet.pk for hamlet in wanted]
    totals, counts = by_hamlet(wanted), _by_place(ids)
    teams: dict[int, list[Coverage]] = defaultdict(list)
    for team in Team.objects.filter(hamlet__in=ids).order_by("hamlet", "name"):
        found: dict[str, Any] = counts.get((team.hamlet_id, team.pk), {})
        teams[team.hamlet_id].append(
            Coverage(
                team.name, team.hamlet_id, team.pk, households=team.households or None, **found
            )
        )
    return [
        HamletCoverage(
            hamlet,
            totals[hamlet.pk],
            [
                *teams[hamlet.pk],
                *_rest(totals[hamlet.pk], teams[hamlet.pk], counts.get((hamlet.pk, None))),
            ],
        )
        for hamlet in wanted
    ]


def _by_place(hamlets: list[int]) -> dict[tuple[int, int | None], Any]:
    """Counts by hamlet and team; each household once, in the first of its teams."""
    rows = (
        Member.objects.active()
        .filter(hamlet__in=hamlets)
        .order_by()
        .alias(is_joined=joined_membership(), is_told=is_told())
        .annotate(household=HOUSEHOLD)
        .values("hamlet", "household", "team")
        .annotate(
            members=Count("pk"),
            people_joined=Count("pk", filter=Q(is_joined=True)),
            people_told=Count("pk", filter=Q(is_told=True)),
        )
    )
    counts: dict[tuple[int, int | None], Counter[str]] = defaultdict(Counter)
    households: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for row in rows:
        place = counts[row["hamlet"], row["team"]]
        place["members"] += row["members"]
        place["people_joined"] += row["people_joined"]
        if row["household"] is not None:
            households[row["hamlet"], row["household"]].append(row)
    for (hamlet, _code), parts in households.items():
        named = [part["team"] for part in parts if part["team"] is not None]
        place = counts[hamlet, min(named) if named else None]
        place["listed"] += 1
        if any(part["people_joined"] for part in parts):
            place["joined"] += 1
        elif any(part["people_told"] for part in parts):
            place["through"] += 1
    return counts


def _rest(
    total: Coverage, teams: list[Coverage], found: dict[str, Any] | None
) -> Iterable[Coverage]:
    """The line that makes the teams add up: people without a team, households of no team."""
    households = (total.households or 0) - sum(team.households or 0 for team in teams)
    if not teams or not (households or found):
        return []
    missing = (total.missing or 0) - sum(team.missing or 0 for team in teams)
    return [
        Coverage(
            "Chưa xếp tổ", total.hamlet_id, households=households, is_rest=True, balance=missing,
            **(found or {}),
        )
    ]  # fmt: skip


def total_of(rows: Iterable[Coverage]) -> Coverage:
    """The sum of several hamlets."""
    listed = list(rows)
    counted: dict[str, Any] = {
        name: sum(getattr(row, name) or 0 for row in listed) for name in COUNTED
    }
    if any(row.members is None for row in listed):
        counted["members"] = None
    return Coverage("Cộng", 0, households=sum(row.households or 0 for row in listed), **counted)


FIGURES = {
    "households": "Số hộ",
    "teams": "Số tổ",
    "members": "Thành viên đang có",
    "people_joined": "Người đang ở trong nhóm",
    "joined": "Hộ có người trong nhóm",
    "through": "Hộ nhận tin qua người khác",
    "groups": "Nhóm Zalo chưa đóng",
    "groups_by_api": "Trong đó máy gửi được",
    "groups_by_hand": "Trong đó đăng tay",
    "groups_active": "Trong đó đang hoạt động",
}


def figures_of(hamlet: Hamlet) -> dict[str, int]:
    """The figures of a hamlet that are frozen when it changes; keys of FIGURES."""
    counted = asdict(by_hamlet([hamlet])[hamlet.pk])
    groups = (
        ZaloGroup.objects.filter(hamlet=hamlet)
        .exclude(status=ZaloGroup.Status.CLOSED)
        .aggregate(
            groups=Count("pk"),
            groups_by_api=Count("pk", filter=Q(kind__in=API_KINDS)),
            groups_by_hand=Count("pk", filter=Q(kind__in=HAND_KINDS)),
            groups_active=Count("pk", filter=Q(status=ZaloGroup.Status.ACTIVE)),
        )
    )
    found = counted | groups | {"teams": hamlet.teams.count()}
    return {name: found[name] or 0 for name in FIGURES}


def figure_lines(figures: dict[str, int]) -> list[tuple[str, str]]:
    """Frozen figures in words: (label, number), then the coverage that they make."""
    lines = [(label, str(figures[name])) for name, label in FIGURES.items() if name in figures]
    if figures.get("households"):
        lines.append(("Độ phủ", said_percentage(figures["joined"], figures["households"])))
    return lines


def _mates(flag: Any) -> Exists:
    """Whether someone of the same household (by its code) is one of those that `flag` marks."""
    return Exists(
        Member.objects.active()
        .filter(flag, hamlet=OuterRef("hamlet"), household_code__iexact=OuterRef("household_code"))
        .exclude(household_code="")
    )


def household_reach(members: MemberQuerySet, reach: str) -> MemberQuerySet:
    """The people behind a figure: of households `joined`, reached `through` others, or `none`."""
    joined, reached = joined_membership(), is_told()
    if reach == "joined":
        return members.active().filter(joined)
    apart = members.active().filter(~joined & ~_mates(joined))
    if reach == "through":
        return apart.filter(reached)
    return apart.filter(~reached & ~_mates(reached))
