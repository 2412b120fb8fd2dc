"""Plan the places in Zalo groups that a list gives its people, and who passes posts on to whom.

A person chooses the groups; a row has marks, days, names of groups and words about relatives
(`reader.zalo_facts`). What nobody can resolve is left out and listed.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.db import connection
from django.db.models import Q

from accounts.models import User
from groups.member_import.models import MemberImport, MemberImportRow
from groups.member_import.reader.aliases import field_named
from groups.member_import.reader.zalo_facts import groups_in, suggested
from groups.places.models import Hamlet
from groups.residents.models import Member, Membership
from groups.zalo_groups.models import ZaloGroup
from vietnamese.text import fold, normalise_phone

Lane = MemberImportRow.Lane
NAMES = "names"  # the cells of the column name the groups
TEAMS = "teams"  # each row speaks of the group of its team
WRITTEN = (Lane.NEW, Lane.CHANGED, Lane.SAME)
_AT_ONCE = 5000
_LOOKED_AT = 50
_PHONE = re.compile(r"\d(?:[\s.\-]?\d){8,}")
_RELATIVES = (
    "con trai", "con gai", "con dau", "con re", "con", "chau noi", "chau ngoai", "chau", "vo",
    "chong", "em trai", "em gai", "em", "anh trai", "chi gai", "anh", "chi", "ba noi", "ba ngoai",
    "ba", "ong", "co", "chu", "bac", "di", "me", "cha", "bo", "nguoi nha", "hang xom", "chu ho",
    "nha ke ben", "ke ben", "gan nha", "ben canh", "ten", "la", "cua", "qua",
)  # fmt: skip
_OF_SEX = {
    "con trai": "male", "chong": "male", "em trai": "male", "anh trai": "male", "cha": "male",
    "bo": "male", "con re": "male", "con gai": "female", "vo": "female", "con dau": "female",
    "em gai": "female", "chi gai": "female", "me": "female",
}  # fmt: skip
_FRONT = re.compile(rf"^(?:{'|'.join(sorted(_RELATIVES, key=len, reverse=True))})\b\s*")
_BACK = re.compile(r"\b(?:ke ben|gan nha|ben canh|cung nha|hang xom|nha ben)$")


def choices(batch: MemberImport, by: User) -> list[ZaloGroup]:
    """Groups that people of the list may be in and that this account sees."""
    return groups_for(batch.hamlet, by)


def groups_for(hamlet: Hamlet, by: User) -> list[ZaloGroup]:
    """Groups that people of the hamlet may be in and that this account sees, its own first."""
    rows = ZaloGroup.objects.visible_to(by).exclude(status=ZaloGroup.Status.CLOSED)
    own = rows.filter(Q(hamlet=hamlet.pk) | Q(commune=hamlet.commune_id))
    return sorted(own, key=lambda group: (group.hamlet_id is None, group.search_text, group.pk))


def suggested_answers(batch: MemberImport, groups: list[ZaloGroup]) -> dict[str, int | str]:
    """The group of each column as its heading, its cells or the only group of the hamlet tell."""
    columns, offered = batch.group_columns, [(group.pk, group.name) for group in groups]
    found: dict[str, int | str] = dict(suggested(columns, offered))
    for key in columns.keys() - found.keys():
        named = batch.rows.filter(zalo__places__contains=[{"column": key, "state": "named"}])
        texts = [
            place.get("name", "")
            for facts in named.values_list("zalo", flat=True)[:_LOOKED_AT]
            for place in (facts or {}).get("places", ())
        ]
        if any(groups_in(text, offered) for text in texts if text):
            found[key] = NAMES
        elif len(groups) > 1 and all(group.team_id for group in groups):
            found[key] = TEAMS
    return found


# What may be answered before the file was read: the columns tell, or nobody is written down.
COLUMNS, NOBODY = "columns", "nobody"
ANSWERS = (COLUMNS, NOBODY)


def settle_answers(batch: MemberImport) -> None:
    """Give the columns their groups by what was answered at the upload, once they are known.

    What nobody can tell stays without an answer, and is asked.
    """
    asked, by = batch.groups.get("asked"), batch.created_by
    if asked not in ANSWERS:
        return
    columns = batch.group_columns
    found: dict[str, int | str] = dict.fromkeys(columns, 0) if asked == NOBODY else {}
    if asked == COLUMNS and by is not None:
        found = suggested_answers(batch, choices(batch, by))
    known = batch.groups.get("columns", {})
    batch.groups = {**batch.groups, "columns": {**found, **known}}
    if not (columns or batch.groups["everyone"] or batch.rows.filter(zalo__isnull=False).exists()):
        batch.groups = {"asked": asked, "everyone": 0, "on": batch.groups["on"]}


def says_nothing(batch: MemberImport) -> bool:
    """Whether no group and no proxy is to be written: nobody answered, or there is nothing."""
    return not batch.groups or "columns" not in batch.groups


def plan_places(batch: MemberImport) -> None:
    """Write onto each row the places that it gives, by the groups that a person chose.

    Call in a transaction, with the batch locked.
    """
    before = batch.rows.filter(Q(places__isnull=False) | Q(proxy_id__isnull=False))
    before.update(places=None, proxy_id=None)
    if says_nothing(batch):
        return
    offered = _offered(batch)
    everyone = int(batch.groups.get("everyone") or 0)
    rows = batch.rows.exclude(lane=Lane.DROPPED)
    if not everyone:
        rows = rows.filter(zalo__isnull=False)
    planned: dict[int, list[dict[str, Any]]] = {}
    repeated: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    columns = ("pk", "lane", "zalo", "team_id", *_IDENTITY)
    for pk, lane, facts, team, *who in rows.values_list(*columns).iterator(chunk_size=_AT_ONCE):
        facts = facts or {}
        places = list(_places_of(facts, batch.groups.get("columns", {}), offered, team))
        is_apart = facts.get("no_zalo") or facts.get("owner") or places
        if everyone in offered.names and not is_apart:
            places = [{"group": everyone, "state": Membership.State.JOINED.value}]
        if places:
            planned[pk] = places
        if places and lane == Lane.REPEATED:
            repeated.setdefault(_identity(who), []).extend(places)
    if repeated:
        _give_to_first(batch, repeated, planned)
    found = [{"id": pk, "places": places, "proxy": None} for pk, places in planned.items()]
    _store(found, "places")
    _store(list(_proxies(batch)), "proxy_id")


@dataclass
class Offered:
    """The groups in which people of a hamlet may be."""

    names: dict[int, str]
    of_teams: dict[int, int]
    named: dict[str, list[int] | None] = field(default_factory=dict)

    def groups_in(self, text: str) -> list[int] | None:
        """The groups that a cell names; each text is looked up once."""
        if text not in self.named:
            self.named[text] = groups_in(text, list(self.names.items()))
        return self.named[text]


def names_of_groups(batch: MemberImport) -> list[str]:
    """Names of groups, under which a list may have a column of marks; no usual headings."""
    names = _offered(batch).names.values()
    return [name for name in names if field_named(name) in ("", "group_mark")]


def _offered(batch: MemberImport) -> Offered:
    rows = (
        ZaloGroup.objects.exclude(status=ZaloGroup.Status.CLOSED)
        .filter(Q(hamlet=batch.hamlet_id) | Q(commune=batch.hamlet.commune_id))
        .order_by("-pk")
        .values_list("pk", "name", "team")
    )
    names = {pk: name for pk, name, _team in rows}
    return Offered(names, {team: pk for pk, _name, team in rows if team})


def _places_of(
    facts: dict[str, Any], chosen: dict[str, int | str], offered: Offered, team: int | None
) -> Iterator[dict[str, Any]]:
    """The places of one row; a column for which no group was chosen gives none."""
    for place in facts.get("places", ()):
        answer = chosen.get(place.get("column", ""), 0)
        if not answer:
            continue
        days = {name: place[name] for name in ("joined_on", "left_on") if place.get(name)}
        state, text = place["state"], place.get("name", "")
        groups: list[int] | None = [answer] if isinstance(answer, int) else None
        if answer == TEAMS and team in offered.of_teams:
            groups = [offered.of_teams[team]]
        if text:
            groups, state = offered.groups_in(text), "joined" if state == "named" else state
        known = [group for group in groups or () if group in offered.names]
        if not known:
            yield {"unclear": text or "dấu không rõ của nhóm nào"}
        for group in known:
            yield {"group": group, "state": state, **days}


_IDENTITY = ("search_text", "phone", "birth_year", "team")


def _identity(who: list[Any]) -> tuple[Any, ...]:
    """Equal for rows of one person within a list, as `staging.Entry.identity`."""
    name, phone, birth_year, team = who
    return (name, phone) if phone else (name, "", birth_year, fold(team))


def _give_to_first(
    batch: MemberImport,
    repeated: dict[tuple[Any, ...], list[dict[str, Any]]],
    planned: dict[int, list[dict[str, Any]]],
) -> None:
    """Give the places of repeated rows to the row of the person that is written."""
    names = [name for name, *_rest in repeated]
    first = batch.rows.filter(lane__in=WRITTEN, search_text__in=names)
    for pk, *who in first.values_list("pk", *_IDENTITY):
        for place in repeated.pop(_identity(who), ()):
            if place not in planned.setdefault(pk, []):
                planned[pk].append(place)


def _store(found: list[dict[str, Any]], column: str) -> None:
    kind = {"places": "places = v.places", "proxy_id": "proxy_id = v.proxy"}[column]
    with connection.cursor() as cursor:
        for some in batched(found, _AT_ONCE):
            cursor.execute(
                f"UPDATE groups_memberimportrow r SET {kind}"  # noqa: S608 -- constants
                " FROM jsonb_to_recordset(%s::jsonb) AS v(id bigint, places jsonb, proxy bigint)"
                " WHERE r.id = v.id",
                [json.dumps(some)],
            )


# Through whom posts reach somebody.


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the list or of the register."""

    member: int
    name: str
    phone: str
    household: str
    team: int | None
    gender: str
    is_head: bool
    is_inside: bool

    @property
    def given_name(self) -> str:
        return self.name.rpartition(" ")[2]


def _people(batch: MemberImport) -> list[Person]:
    """The people of the list, then those of the hamlet's register that it does not name."""
    inside = set(
        Membership.objects.joined()
        .filter(member__hamlet=batch.hamlet_id)
        .values_list("member", flat=True)
    )
    columns = ("search_text", "phone", "household_code", "team_id", "gender", "is_representative")
    people: dict[int, Person] = {}
    listed = batch.rows.filter(lane__in=WRITTEN).exclude(member=None)
    for member, places, *values in listed.values_list("member", "places", *columns):
        joins = any(place.get("state") == "joined" for place in places or [])
        people[member] = _person(member, values, is_inside=joins or member in inside)
    register = Member.objects.active().filter(hamlet=batch.hamlet_id)
    for member, *values in register.values_list("pk", *columns):
        if member not in people:
            people[member] = _person(member, values, is_inside=member in inside)
    return list(people.values())


def _person(member: int, values: list[Any], *, is_inside: bool) -> Person:
    name, phone, household, team, gender, is_head = values
    return Person(
        member, name, phone, fold(household), team, gender,
        bool(is_head) or fold(household) == name, is_inside,
    )  # fmt: skip


def _proxies(batch: MemberImport) -> Iterator[dict[str, Any]]:
    rows = (
        batch.rows.filter(zalo__has_key="proxy", lane__in=WRITTEN)
        .exclude(member=None)
        .values_list("pk", "member", "zalo")
    )
    wanted = [(pk, member, facts["proxy"]) for pk, member, facts in rows if facts]
    if not wanted:
        return
    people = _people(batch)
    known = {person.member: person for person in people}
    by_name: defaultdict[str, list[Person]] = defaultdict(list)
    by_phone: defaultdict[str, list[Person]] = defaultdict(list)
    by_home: defaultdict[str, list[Person]] = defaultdict(list)
    for person in people:
        by_name[person.name].append(person)
        if person.phone:
            by_phone[person.phone].append(person)
        if person.household:
            by_home[person.household].append(person)
    for pk, member, text in wanted:
        own = known.get(member)
        if own is None:
            continue
        home = [one for one in by_home.get(own.household, ()) if one.member != member]
        proxy = _match(text, own, home, by_name, by_phone)
        if proxy is not None:
            yield {"id": pk, "places": None, "proxy": proxy.member}


def _match(
    text: str,
    own: Person,
    home: list[Person],
    by_name: dict[str, list[Person]],
    by_phone: dict[str, list[Person]],
) -> Person | None:
    """The one person whom the words mean; None where none or several may be meant."""
    phones = [normalise_phone(found) for found in _PHONE.findall(text)]
    relation, name = _relation_and_name(text)
    of_name = [one for one in by_name.get(name, ()) if one.member != own.member]
    of_phone = [
        one for phone in phones for one in by_phone.get(phone, ()) if one.member != own.member
    ]
    if name and of_phone:
        of_phone = [one for one in of_phone if one.name == name or one.given_name == name]
    if of_phone:
        return _only(of_phone)
    if name:
        near = [one for one in of_name if own.household and one.household == own.household]
        team = [one for one in of_name if own.team is not None and one.team == own.team]
        given = [one for one in home if one.given_name == name] if " " not in name else []
        return _only(near) or _only(of_name) or _only(team) or _only(given)
    if relation == "chu ho":
        return _only([one for one in home if one.is_head])
    sex = _OF_SEX.get(relation, "")
    return _only([one for one in home if one.is_inside and (not sex or one.gender in (sex, ""))])


def _only(people: Iterable[Person]) -> Person | None:
    found = list(people)
    return found[0] if len(found) == 1 else None


def _relation_and_name(text: str) -> tuple[str, str]:
    """“con trai Đàm Văn Uy 0900…” → `con trai` and `dam van uy`."""
    bare = re.sub(r"[^a-z' ]+", " ", fold(_PHONE.sub(" ", re.sub(r"\([^)]*\)", " ", text))))
    bare = _BACK.sub("", " ".join(bare.split())).strip()
    relation = ""
    while found := _FRONT.match(bare):
        relation = relation or found[0].strip()
        bare = bare[found.end() :]
    return relation, bare


# What a person sees before the button and after it.


@dataclass
class PlaceCounts:
    """Numbers of what the rows of a list say about groups."""

    joined: int = 0
    left: int = 0
    proxies: int = 0
    unclear: int = 0
    unmatched: int = 0
    remarks: int = 0
    without_zalo: int = 0
    unasked: int = 0


def count_places(batch: MemberImport) -> PlaceCounts:
    """Rows that will be written, by what they say; `unclear`, `unmatched` and `unasked` (marks of
    a column for which no group was chosen) wait for a person."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT count(*) FILTER (WHERE places @> \'[{"state": "joined"}]\'),'
            ' count(*) FILTER (WHERE places @> \'[{"state": "left"}]\'),'
            " count(proxy_id),"
            " count(*) FILTER (WHERE jsonb_path_exists(places, '$[*].unclear')"
            '   OR jsonb_path_exists(zalo, \'$.remarks[*].kind ? (@ == "unclear"'
            '   || @ == "bad_day")\')),'
            " count(*) FILTER (WHERE zalo ? 'proxy' AND proxy_id IS NULL),"
            ' count(*) FILTER (WHERE jsonb_path_exists(zalo, \'$.remarks[*].kind ? (@ == "note"'
            '   || @ == "nick")\')),'
            " count(*) FILTER (WHERE zalo ? 'no_zalo'),"
            " count(*) FILTER (WHERE zalo -> 'places' -> 0 IS NOT NULL AND places -> 0 IS NULL)"
            " FROM groups_memberimportrow"
            " WHERE batch_id = %s AND lane IN ('new', 'changed', 'same')",
            [batch.pk],
        )
        return PlaceCounts(*cursor.fetchone())
