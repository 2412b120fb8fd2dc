"""The page of a roll-call as data: people by team and household, each ticked or not."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from groups.places.models import Hamlet, Team
from groups.residents.models import Member, Membership
from groups.residents.own_team import leads_only
from groups.residents.spells.models import MembershipSpell
from groups.roll_call.querysets import roll_people
from groups.roll_call.services import JOINED, NOT_THERE, mark_of
from groups.zalo_groups.models import ZaloGroup
from vietnamese.text import fold

# As many people as a phone shows at once; more are shown by team.
MOST = 400
NO_TEAM = "Chưa xếp tổ"


@dataclass(frozen=True)
class Ticks:
    """Ticks of a page whose save was refused: the marks that it showed, and who was ticked."""

    seen: Mapping[int, str]
    ticked: Collection[int]

    def of(self, pk: int, mark: str) -> bool | None:
        """The tick of a person whose place nobody changed since; None for others."""
        return pk in self.ticked if self.seen.get(pk) == mark else None


NO_TICKS = Ticks({}, ())


@dataclass(frozen=True)
class Person:
    """One line: `mark` is what the page knows, `aside` tells people of one name apart.

    `tick`: a tick that is not saved yet.
    """

    pk: int
    name: str
    mark: str
    aside: str = ""
    tick: bool | None = None

    @property
    def folded(self) -> str:
        """The name without marks, by which the page finds it at once."""
        return fold(f"{self.name} {self.aside}")

    @property
    def is_in(self) -> bool:
        return self.mark.startswith(JOINED)

    @property
    def is_ticked(self) -> bool:
        return self.is_in if self.tick is None else self.tick


@dataclass
class Household:
    """People of one household code; one without a code stands alone and has no box of its own."""

    code: str
    people: list[Person] = field(default_factory=list)
    is_whole: bool = True

    @property
    def has_box(self) -> bool:
        return self.is_whole and len(self.people) > 1

    @property
    def ids(self) -> str:
        return "-".join(str(person.pk) for person in self.people)


@dataclass
class Part:
    """A team with its households; `pk` is 0 for people of a hamlet without a team."""

    hamlet: int
    pk: int
    name: str
    households: list[Household] = field(default_factory=list)

    @property
    def people(self) -> list[Person]:
        return [person for household in self.households for person in household.people]


@dataclass(frozen=True)
class Choice:
    """A team to choose, with how many people it has."""

    key: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Roll:
    """Content of the page; `choices` are empty where everybody fits."""

    parts: list[Part]
    choices: list[Choice]
    chosen: str
    found: str = ""
    """The words of a search, which shows people of every team."""

    @property
    def people(self) -> list[Person]:
        return [person for part in self.parts for person in part.people]

    @property
    def inside(self) -> int:
        return sum(person.is_ticked for person in self.people)

    @property
    def unsaved(self) -> int:
        return sum(person.is_ticked != person.is_in for person in self.people)

    @property
    def seen(self) -> str:
        """Every person with the mark, as the form carries it."""
        return " ".join(f"{person.pk}:{person.mark}" for person in self.people)


def roll_of(
    group: ZaloGroup, user: Any, asked: str = "", ticks: Ticks = NO_TICKS, words: str = ""
) -> Roll:
    """The roll for an account: one team if `asked` (id, or 0 for none), else all if they fit.

    With `words` it is people of every team whose names hold them, with marks or without.
    `ticks` are those of a refused save, which stay on the page.
    """
    people = roll_people(user, group).active()
    counts = _teams(people, group)
    total = sum(number for _name, number in counts.values())
    chosen = asked if asked in counts else ""
    if not chosen and total > MOST:
        own = str(group.team_id or "")
        chosen = own if own in counts else next(iter(counts))
    rows = people
    if words:
        chosen = ""
        for word in fold(words).split():
            people = people.filter(search_text__contains=word)
        found = people.order_by("sort_key", "pk").values_list("pk", flat=True)[:MOST]
        rows = rows.filter(pk__in=list(found))
    elif chosen:
        rows = rows.filter(team=None) if chosen == "0" else rows.filter(team=int(chosen))
    choices = [
        Choice(key, f"{name} ({number})", key == chosen) for key, (name, number) in counts.items()
    ]
    if total <= MOST:
        choices.insert(0, Choice("", f"Tất cả ({total})", not (chosen or words)))
    parts = _parts(rows, group, ticks, tells_years=not leads_only(user))
    if words:
        for home in (home for part in parts for home in part.households):
            home.is_whole = False
    return Roll(parts, choices if len(counts) > 1 else [], chosen, words)


def _named(name: str, group: ZaloGroup, hamlet: Hamlet) -> str:
    """The name of a team, with the hamlet where the group is of the whole commune."""
    return f"{name or NO_TEAM}, {hamlet}" if group.hamlet_id is None else name


def _teams(people: Any, group: ZaloGroup) -> dict[str, tuple[str, int]]:
    """Teams with people, by id as text: name and number; those without a team last."""
    ids = list(people.values_list("team", flat=True))
    teams = Team.objects.filter(pk__in={pk for pk in ids if pk}).select_related("hamlet")
    ordered = sorted(teams, key=lambda team: (_in_order(team.hamlet.name), _in_order(team.name)))
    found = {
        str(team.pk): (_named(team.name, group, team.hamlet), ids.count(team.pk))
        for team in ordered
    }
    if None in ids:
        found["0"] = (NO_TEAM, ids.count(None))
    return found


def _parts(rows: Any, group: ZaloGroup, ticks: Ticks, *, tells_years: bool) -> list[Part]:
    marks = {
        place.member_id: mark_of(place)
        for place in Membership.objects.filter(group=group, member__in=rows.order_by().values("pk"))
    }
    listed = list(rows.select_related("team", "hamlet").order_by("sort_key", "pk"))
    names = Counter(fold(member.full_name) for member in listed)
    parts: dict[tuple[int, int], Part] = {}
    homes: dict[tuple[int, int, str], Household] = {}
    order: dict[int, list[tuple[int, str]]] = {}
    for member in listed:
        place = (member.hamlet_id, member.team_id or 0)
        if place not in parts:
            name = member.team.name if member.team else ""
            parts[place] = Part(*place, _named(name, group, member.hamlet))
            order[member.hamlet_id] = _in_order(member.hamlet.name)
        part, code = parts[place], member.household_code
        key = (*place, code.upper() or f"#{member.pk}")
        if key not in homes:
            homes[key] = Household(code)
            part.households.append(homes[key])
        needs_year = tells_years and names[fold(member.full_name)] > 1
        aside = member.zalo_name or (_year(member) if needs_year else "")
        mark = marks.get(member.pk, NOT_THERE)
        tick = ticks.of(member.pk, mark)
        homes[key].people.append(Person(member.pk, member.full_name, mark, aside, tick))
    for part in parts.values():
        part.households.sort(key=lambda home: (home.code == "", home.code.upper()))
    return sorted(
        parts.values(),
        key=lambda part: (order[part.hamlet], part.hamlet, part.pk == 0, _in_order(part.name)),
    )


def _in_order(name: str) -> list[tuple[int, str]]:
    """Sorts “Tổ 2” before “Tổ 10”."""
    return [(int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d+)", name)]


def _year(member: Member) -> str:
    return f"sinh {member.birth_year}" if member.birth_year else ""


# The declared number of heads beside the named people, and what explains the rest.


@dataclass(frozen=True)
class Heads:
    """Named people of a group against its declared number."""

    declared: int | None
    on: date | None
    own: int
    elsewhere: int
    officers: int
    left_since: int
    joined_since: int

    @property
    def named(self) -> int:
        return self.own + self.elsewhere

    @property
    def unnamed(self) -> int | None:
        """People inside on the day of the declaration whom nobody has named."""
        if self.declared is None:
            return None
        then = self.named + self.left_since - self.joined_since
        return self.declared - self.officers - then

    @property
    def sentences(self) -> list[str]:
        """All that is known of the numbers, for the keeper of the group."""
        named = f"Đã có tên {self.named} người"
        if self.elsewhere:
            named += f", trong đó {self.elsewhere} người ở ấp, tổ khác"
        if self.declared is None:
            return [f"{named}. Chưa ghi số người trong nhóm nên không biết còn thiếu bao nhiêu."]
        day = f" ngày {self.on:%d/%m/%Y}" if self.on else ""
        found = [f"Nhóm có {self.declared} người (khai báo{day}). {named}."]
        more = []
        if self.officers:
            more.append(f"{self.officers} cán bộ trong nhóm")
        if self.left_since:
            more.append(f"{self.left_since} người rời nhóm sau ngày khai")
        if self.joined_since:
            more.append(f"{self.joined_since} người vào nhóm sau ngày khai")
        if more:
            found.append(f"Tính thêm: {', '.join(more)}.")
        unnamed = self.unnamed or 0
        if unnamed > 0:
            found.append(f"Còn {unnamed} người trong nhóm chưa có tên trong danh sách.")
        elif unnamed < 0:
            found.append("Số khai ít hơn số người đã có tên: hãy đếm lại số người trong nhóm.")
        else:
            found.append("Mọi người trong nhóm đều đã có tên.")
        return found


def heads_of(group: ZaloGroup, people: Iterable[int]) -> Heads:
    """`people` are those of the place: the others named are of elsewhere."""
    here = set(people)
    named = set(Membership.objects.joined().filter(group=group).values_list("member", flat=True))
    on = group.head_count_on
    left = joined = 0
    if on is not None:
        spells = MembershipSpell.objects.filter(group=group)
        left = (
            spells.filter(began_on__lte=on, ended_on__gt=on)
            .values("member")
            .distinct()
            .exclude(member__in=named)
            .count()
        )
        stated = Q(began_on__gt=on, ended_on=None, is_estimated=False)
        joined = spells.filter(stated).count()
    officers = {pk for pk in (group.owner_id, group.officer_inside_id) if pk}
    return Heads(
        group.head_count, on, len(named & here), len(named - here), len(officers), left, joined
    )
