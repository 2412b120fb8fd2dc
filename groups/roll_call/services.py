"""Writing who is in a group: many at once, in a number of queries that does not grow."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import record
from groups.residents.models import Member, Membership
from groups.residents.spells.models import Source
from groups.residents.spells.sources import recorded_as
from groups.roll_call.querysets import roll_groups, roll_people
from groups.zalo_groups.models import ZaloGroup
from vietnamese.text import clean, fold

State = Membership.State
JOINED = "j"
NOT_THERE = "0"
UNSEEN = "Tài khoản này không điểm danh được nhóm này."
LATER = "Ngày vào, ra nhóm không được ở tương lai."
LONGEST_NAME = Member._meta.get_field("zalo_name").max_length


@dataclass
class Outcome:
    """The result of a save: how many came in and went out, and names of those left alone.

    `changed`: written by somebody else since the page was opened. `ended`: people who moved away or
    withdrew. `gone`: how many this account no longer sees.
    """

    joined: int = 0
    left: int = 0
    changed: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    gone: int = 0

    @property
    def sentence(self) -> str:
        """Sentence about rows that were written."""
        parts = [f"{self.joined} người vào nhóm"] if self.joined else []
        parts += [f"{self.left} người ra khỏi nhóm"] if self.left else []
        return f"Đã ghi {', '.join(parts)}." if parts else "Không có gì thay đổi."

    @property
    def warnings(self) -> list[str]:
        """Sentences about people who were not written, with the reason."""
        found = []
        if self.changed:
            found.append(
                f"Chưa ghi {', '.join(self.changed)}: vừa có người khác đổi. Trang này đã có tình "
                "trạng mới, hãy xem rồi tích lại nếu cần."
            )
        if self.ended:
            found.append(f"Không ghi {', '.join(self.ended)}: đã chuyển đi hoặc đã rút đồng ý.")
        if self.gone:
            found.append(f"Không ghi {self.gone} người nay không còn ở ấp, tổ này.")
        return found


def mark_of(place: Membership | None) -> str:
    """The state of a place in a group in a few letters, by which a later change is noticed."""
    if place is None:
        return NOT_THERE
    days = (f"{day:%y%m%d}" if day else "-" for day in (place.joined_on, place.left_on))
    return f"{place.state[0]}{''.join(days)}"


def _lock_group(group: ZaloGroup, by: User) -> ZaloGroup:
    """The group, locked and read anew, for an account that calls its roll. Raises NotAllowed."""
    ids = roll_groups(by).filter(pk=group.pk).values("pk")
    rows = ZaloGroup.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("hamlet__commune", "commune").filter(pk__in=ids).first()
    if found is None:
        raise NotAllowed(UNSEEN)
    return found


def _check_day(on: date | None) -> None:
    if on is not None and on > timezone.localdate():
        raise NotAllowed(LATER)


@transaction.atomic
def save(
    group: ZaloGroup,
    *,
    seen: Mapping[int, str],
    ticked: Collection[int],
    by: User,
    on: date | None = None,
    names: Mapping[int, str] | None = None,
) -> Outcome:
    """Write the ticks of a page: `seen` is what it showed (member → mark), `ticked` who is in now.

    Nobody is written whom somebody else changed since, nor who is as before. `on` is the day of
    joining and leaving as stated; without it those who join get an estimate of today. `names` are
    Zalo names to keep of people who are ticked. Raises NotAllowed.
    """
    _check_day(on)
    locked = _lock_group(group, by)
    chosen = set(ticked)
    wanted = {pk for pk, mark in seen.items() if mark.startswith(JOINED) != (pk in chosen)}
    named = {pk: name for pk, name in (names or {}).items() if pk in chosen}
    people = _lock_people(roll_people(by, locked), wanted | set(named))
    places = _lock_places(locked, people)
    outcome = Outcome(gone=len(wanted - set(people)))
    coming: list[int] = []
    going: list[int] = []
    for pk in (pk for pk in people if pk in wanted):
        member, place, joins = people[pk], places.get(pk), pk in chosen
        if joins == (place is not None and place.state == State.JOINED):
            continue  # somebody else has done the same
        if mark_of(place) != seen[pk]:
            outcome.changed.append(member.full_name)
        elif joins and member.status != Member.Status.ACTIVE:
            outcome.ended.append(member.full_name)
        else:
            (coming if joins else going).append(pk)
    _write(locked, coming, going, people, places, outcome, by=by, on=on)
    if seen and not (outcome.joined or outcome.left or outcome.warnings):
        record(locked, "roll_called", by=by, joined=0, left=0)  # called, and all is as it was
    if new_names := _keep_names(people, named):
        record(locked, "names_kept", by=by, rows=new_names)
    return outcome


@transaction.atomic
def join(
    group: ZaloGroup, members: QuerySet[Member], *, by: User, on: date | None = None
) -> Outcome:
    """Write that all of these people are in a group; who is in already stays. Raises NotAllowed."""
    _check_day(on)
    locked = _lock_group(group, by)
    ids = set(members.values_list("pk", flat=True))
    seen = Member.objects.visible_to(by).of_commune(locked.commune_owner_id)
    people = _lock_people(seen, ids)
    places = _lock_places(locked, people)
    outcome = Outcome(gone=len(ids - set(people)))
    coming = []
    for pk, member in people.items():
        place = places.get(pk)
        if place is not None and place.state == State.JOINED:
            continue
        if member.status == Member.Status.ACTIVE:
            coming.append(pk)
        else:
            outcome.ended.append(member.full_name)
    _write(locked, coming, [], people, places, outcome, by=by, on=on)
    return outcome


def _lock_people(rows: QuerySet[Member], ids: Collection[int]) -> dict[int, Member]:
    """Lock people in one order for all.

    Without the key: the database checks foreign keys at the end of a transaction, so whoever writes
    a place for one of them beside this save would wait for it, and it for them.
    """
    locked = rows.filter(pk__in=ids).select_for_update(of=("self",), no_key=True)
    return {row.pk: row for row in locked.order_by("pk")}


def _lock_places(group: ZaloGroup, people: Collection[int]) -> dict[int, Membership]:
    rows = Membership.objects.select_for_update(of=("self",)).order_by("pk")
    return {row.member_id: row for row in rows.filter(group=group, member__in=list(people))}


def _write(
    group: ZaloGroup,
    coming: list[int],
    going: list[int],
    people: Mapping[int, Member],
    places: Mapping[int, Membership],
    outcome: Outcome,
    *,
    by: User,
    on: date | None,
) -> None:
    """Write places in three statements and say how many; triggers write the spells."""
    if not (coming or going):
        return
    today = timezone.localdate()
    rows = Membership.objects.filter(group=group)
    known = [pk for pk in coming if pk in places]
    new = [pk for pk in coming if pk not in places]
    with recorded_as(Source.ROLL_CALL, by=by, on=on or today):
        made = _insert(group, new, on)
        rows.filter(member__in=known).update(state=State.JOINED, joined_on=on, left_on=None)
        left_on = Greatest(Coalesce(F("joined_on"), Value(on or today)), Value(on or today))
        rows.filter(member__in=going).update(state=State.LEFT, left_on=left_on)
    if others := set(new) - made:
        otherwise = rows.filter(member__in=others).exclude(state=State.JOINED)
        ids = otherwise.values_list("member", flat=True)
        outcome.changed += [people[pk].full_name for pk in ids]
    outcome.joined, outcome.left = len(known) + len(made), len(going)
    if outcome.joined or outcome.left:
        record(group, "roll_called", by=by, joined=outcome.joined, left=outcome.left)


def _insert(group: ZaloGroup, members: list[int], on: date | None) -> set[int]:
    """Places of people who had none; returns those that nobody else wrote in the same moment."""
    if not members:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO groups_membership (member_id, group_id, role, state, joined_on)"
            " SELECT pk, %s, %s, %s, %s FROM unnest(%s::bigint[]) pk ORDER BY pk"
            " ON CONFLICT (member_id, group_id) DO NOTHING RETURNING member_id",
            [group.pk, Membership.Role.MEMBER, State.JOINED, on, members],
        )
        return {pk for (pk,) in cursor.fetchall()}


def _keep_names(people: Mapping[int, Member], names: Mapping[int, str]) -> int:
    """Keep names joined to active people, where they say more than the name itself."""
    changed = []
    for pk, name in names.items():
        member, new = people.get(pk), clean(name)[:LONGEST_NAME]
        if member is None or member.status != Member.Status.ACTIVE:
            continue
        is_new = fold(new) != fold(member.full_name) and any(map(str.isalpha, new))
        if is_new and member.zalo_name != new:
            member.zalo_name = new
            changed.append(member)
    Member.objects.bulk_update(changed, ["zalo_name"])
    return len(changed)
