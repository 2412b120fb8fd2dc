"""Members and officers behind ids of Zalo: known by their own act alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import record
from groups.linking.models import ZaloLink
from groups.oa_groups.creation import USER_ID
from groups.oa_groups.models import GroupAtZalo
from groups.oa_groups.services import asking, require_made
from groups.places.models import Officer
from groups.residents.models import Member, Membership
from groups.zalo_groups import zalo_state
from groups.zalo_groups.models import ZaloGroup
from groups.zalo_groups.zalo_state import account_of
from zalo import services as zalo
from zalo.client.types import GroupPerson
from zalo.groups import A_PAGE


def members_behind(group: ZaloGroup, user_ids: Iterable[str]) -> dict[str, Member]:
    """Id → member, for those who are on the list of this commune; all others are nobody."""
    wanted = {one for one in user_ids if one}
    if not wanted:
        return {}
    in_commune = Member.objects.people().filter(hamlet__commune=group.commune_owner_id)
    account = account_of(group)
    if account is None:
        return {}
    links = (
        ZaloLink.objects.behind(account, wanted)
        .filter(member__in=in_commune)
        .select_related("member__hamlet", "follower")
    )
    return {link.follower.zalo_user_id: link.member for link in links}


def ids_of(group: ZaloGroup, members: Iterable[Member]) -> dict[int, str]:
    """Member → id at Zalo, for those who linked themselves to this account."""
    account = account_of(group)
    if account is None:
        return {}
    links = ZaloLink.objects.filter(
        member__in=[member.pk for member in members],
        follower__account=account,
        follower__withdrawn_at=None,
    ).select_related("follower")
    return {link.member_id: link.follower.zalo_user_id for link in links}


def officers_behind(group: ZaloGroup, user_ids: Iterable[str]) -> dict[str, Officer]:
    """Id → serving officer of this commune."""
    rows = Officer.objects.filter(
        commune=group.commune_owner_id,
        is_active=True,
        zalo_user_id__in=[one for one in user_ids if one],
    )
    return {officer.zalo_user_id: officer for officer in rows}


# The people of a group at Zalo: read live and never kept, except for who is on our own list.
#
# Of strangers neither name nor id is written down anywhere; what the portal keeps is whether a
# member of its list, whose Zalo id is known with their act, is in the group.


MOST_AT_ONCE = A_PAGE
INTERACTED_WITHIN = timedelta(days=7)
Role, State = Membership.Role, Membership.State


@dataclass(frozen=True)
class Person:
    """Someone in a group or at its door; `member`, `officer` where the portal knows who it is."""

    user_id: str = field(repr=False)
    name: str = field(repr=False)
    member: Member | None = None
    officer: Officer | None = None
    is_deputy: bool = False


@dataclass(frozen=True)
class Roster:
    """A page of a group, and how many Zalo counts in all of it."""

    people: list[Person]
    total: int
    page: int
    pages: int


def roster(group: ZaloGroup, *, by: User, page: int = 1) -> Roster:
    """Fifty people of the group as Zalo lists them now; the look is audited. Raises NotAllowed."""
    account = require_made(group, by)
    with asking(group):
        listed = zalo.people_page(account, group.zalo_group_id, page=page)
    people = [person for person in listed.people if person.user_id]
    record(group, "roster_viewed", by=by, rows=len(people))
    pages = max(1, -(-listed.total // A_PAGE))
    return Roster(_known(group, people, by), listed.total, page, pages)


def pending(group: ZaloGroup, *, by: User) -> list[Person]:
    """Everyone who asks to be let in; the look is audited. Raises NotAllowed."""
    account = require_made(group, by)
    with asking(group):
        people = zalo.pending_people(account, group.zalo_group_id)
    zalo_state.keep_waiting(group, len(people))
    if people:
        record(group, "pending_viewed", by=by, rows=len(people))
    return _known(group, people, by)


def _known(group: ZaloGroup, people: Sequence[GroupPerson], by: User) -> list[Person]:
    """The people, with the member where `by` may see them and the officer."""
    ids = [person.user_id for person in people]
    members = members_behind(group, ids)
    in_sight = set(
        Member.objects.visible_to(by)
        .filter(pk__in=[member.pk for member in members.values()])
        .values_list("pk", flat=True)
    )
    officers = officers_behind(group, ids)
    deputies = set(
        group.memberships.filter(role=Role.DEPUTY, state=State.JOINED).values_list(
            "member", flat=True
        )
    )
    found = []
    for person in people:
        member = members.get(person.user_id)
        if member is not None and member.pk not in in_sight:
            member = None
        is_deputy = member is not None and member.pk in deputies
        officer = officers.get(person.user_id)
        found.append(Person(person.user_id, person.name, member, officer, is_deputy))
    return found


def _checked(user_ids: Sequence[str]) -> list[str]:
    ids = list(dict.fromkeys(one for one in user_ids if USER_ID.match(one)))
    if not ids:
        raise NotAllowed("Hãy chọn ít nhất một người.")
    if len(ids) > MOST_AT_ONCE:
        raise NotAllowed(f"Mỗi lần tối đa {MOST_AT_ONCE} người.")
    return ids


def accept(group: ZaloGroup, user_ids: Sequence[str], *, by: User) -> int:
    """Let people in who asked; returns how many. Raises NotAllowed."""
    return _answer(group, user_ids, by, zalo.PeopleChange.ACCEPT, "people_accepted")


def reject(group: ZaloGroup, user_ids: Sequence[str], *, by: User) -> int:
    """Turn people away who asked; returns how many. Raises NotAllowed."""
    return _answer(group, user_ids, by, zalo.PeopleChange.REJECT, "people_rejected")


def _answer(
    group: ZaloGroup, user_ids: Sequence[str], by: User, change: zalo.PeopleChange, event: str
) -> int:
    account, ids = require_made(group, by), _checked(user_ids)
    with asking(group):
        zalo.change_people(account, group.zalo_group_id, change, ids)
    with transaction.atomic():
        rows = GroupAtZalo.objects.select_for_update(of=("self",))
        row = rows.get(pk=zalo_state.row_of(group).pk)
        zalo_state.keep_waiting(group, max(0, row.waiting - len(ids)))
        record(group, event, by=by, rows=len(ids))
    return len(ids)


def remove(group: ZaloGroup, user_ids: Sequence[str], *, by: User, reason: str) -> int:
    """Take people out of the group, with a reason for the trail. Raises NotAllowed."""
    account, ids = require_made(group, by), _checked(user_ids)
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do đưa người ra khỏi nhóm (không ghi tên, số điện thoại).")
    if officers_behind(group, ids):
        raise NotAllowed("Không đưa cán bộ ra khỏi nhóm từ trang này; hãy bàn giao trước.")
    with asking(group):
        zalo.change_people(account, group.zalo_group_id, zalo.PeopleChange.REMOVE, ids)
    with transaction.atomic():
        note_people(group, ids, joined=False, at=timezone.now())
        record(group, "people_removed", by=by, text=reason, rows=len(ids))
    return len(ids)


def invitable(group: ZaloGroup, by: User) -> list[Member]:
    """Members of the list who may be invited by Zalo's rule and are not in the group.

    Their Zalo id is known, they agreed to be on the list, and they follow the account or linked
    themselves within seven days. Whoever wrote to it lately might be invited too, but that would
    tell here who wrote: everyone else comes by the link.
    """
    account = zalo_state.account_of(group)
    if account is None:
        return []
    rows = Member.objects.visible_to(by).active().filter(zalo_link__isnull=False)
    rows = rows.exclude(consent_basis=Member.Consent.NONE)
    if group.hamlet_id is not None:
        rows = rows.filter(hamlet=group.hamlet_id)
    if group.team_id is not None:
        rows = rows.filter(team=group.team_id)
    inside = Membership.objects.filter(
        group=group, state__in=[State.JOINED, State.INVITED, State.DECLINED]
    )
    rows = rows.exclude(pk__in=inside.values("member")).select_related("hamlet")
    since = timezone.now() - INTERACTED_WITHIN
    reachable = ZaloLink.objects.filter(
        Q(follower__is_following=True) | Q(linked_at__gt=since),
        follower__account=account,
        follower__withdrawn_at=None,
    )
    return list(rows.filter(pk__in=reachable.values("member")).order_by("sort_key", "pk"))


def invite(group: ZaloGroup, members: Sequence[int], *, by: User) -> int:
    """Invite members by the account; returns how many. Raises NotAllowed."""
    account = require_made(group, by)
    chosen = [member for member in invitable(group, by) if member.pk in set(members)]
    ids = _checked(list(ids_of(group, chosen).values()))
    with asking(group):
        zalo.change_people(account, group.zalo_group_id, zalo.PeopleChange.INVITE, ids)
    with transaction.atomic():
        for member in chosen:
            # Whether they are in at once is told by an event or the roster, not by this answer.
            Membership.objects.update_or_create(
                member=member, group=group, defaults={"state": State.INVITED, "left_on": None}
            )
        record(group, "people_invited", by=by, rows=len(ids))
    return len(ids)


def deputies_possible(group: ZaloGroup) -> tuple[list[Officer], list[Member]]:
    """Officers with a Zalo id, and members of the list who are in the group."""
    officers = Officer.objects.filter(commune=group.commune_owner_id, is_active=True)
    joined = Member.objects.active().filter(
        memberships__group=group, memberships__state=State.JOINED
    )
    members = list(joined.select_related("hamlet").order_by("sort_key", "pk"))
    linked = ids_of(group, members)
    return (
        list(officers.exclude(zalo_user_id="").order_by("sort_key", "pk")),
        [member for member in members if member.pk in linked],
    )


def set_deputy(group: ZaloGroup, who: Officer | Member, *, by: User, is_deputy: bool) -> None:
    """Make an officer or a member a deputy of the group, or a plain member. Raises NotAllowed."""
    account = require_made(group, by)
    officers, members = deputies_possible(group)
    if who not in [*officers, *members]:
        raise NotAllowed("Người này chưa có mã người dùng Zalo, hoặc chưa ở trong nhóm.")
    changes = zalo.PeopleChange
    change = changes.ADD_DEPUTIES if is_deputy else changes.REMOVE_DEPUTIES
    known = ids_of(group, [who]).get(who.pk, "") if isinstance(who, Member) else who.zalo_user_id
    with asking(group):
        zalo.change_people(account, group.zalo_group_id, change, _checked([known]))
    with transaction.atomic():
        if isinstance(who, Member):
            group.memberships.filter(member=who).update(
                role=Role.DEPUTY if is_deputy else Role.MEMBER
            )
        record(group, "deputy_added" if is_deputy else "deputy_removed", by=by)


def note_people(group: ZaloGroup, ids: Iterable[str], *, joined: bool, at: datetime) -> int:
    """Zalo says that these are in the group, or out of it; returns for how many it was news.

    Strangers are nobody. An older word than the newest one on a person changes nothing.
    """
    news = 0
    for member in members_behind(group, ids).values():
        place = group.memberships.select_for_update(of=("self",)).filter(member=member).first()
        if place is not None and place.zalo_said_at and place.zalo_said_at >= at:
            continue
        if joined:
            news += _came_in(group, member, place, at)
        elif place is not None:
            news += _went_out(place, at)
    return news


def _came_in(group: ZaloGroup, member: Member, place: Membership | None, at: datetime) -> bool:
    if member.status in Member.ENDED:
        return False  # they withdrew: nothing new is kept about them
    day = timezone.localdate(at)
    if place is None:
        group.memberships.create(member=member, state=State.JOINED, joined_on=day, zalo_said_at=at)
        return True
    is_news = place.state != State.JOINED
    if is_news:
        place.state, place.joined_on, place.left_on = State.JOINED, day, None
    place.zalo_said_at = at
    place.save(update_fields=["state", "joined_on", "left_on", "zalo_said_at"])
    return is_news


def _went_out(place: Membership, at: datetime) -> bool:
    is_news = place.state == State.JOINED
    if is_news:
        place.state, place.left_on = State.LEFT, timezone.localdate(at)
    place.zalo_said_at = at
    place.save(update_fields=["state", "left_on", "zalo_said_at"])
    return is_news
