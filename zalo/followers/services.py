"""Record people who follow an account or write to it.

Events come twice and in any order: each column keeps the newest time of its kind, in one UPDATE
whose result does not depend on the order, and whether somebody follows is read off the two times.
Of a word to the account the day is kept, of people who are known by name not even that.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.audit import services as audit
from zalo.followers.models import Follower, day_of, index_of
from zalo.inbox.events import FollowChange, Interaction
from zalo.official_accounts.models import OfficialAccount

_NAMING: Final[list[Callable[[set[int]], Iterable[int]]]] = []
_SOURCES = frozenset(Follower.Source.values) - {""}


def find(account: OfficialAccount, zalo_user_id: str) -> Follower | None:
    """The row of a person, or None where the account does not know them."""
    rows = Follower.objects.filter(account=account, user_index=index_of(zalo_user_id))
    return rows.present().first()


def note_follow(account: OfficialAccount, event: FollowChange) -> None:
    """A person follows, or no longer does; an older event than what is known changes nothing."""
    at = _not_in_future(event.at)
    source = event.source if event.source in _SOURCES else Follower.Source.UNKNOWN
    # One who leaves is noted even where nobody knew them: the word that they came may be late.
    row = _row_of(account, event.user_id, at)
    if row is None:
        return
    if not event.is_following:
        Follower.objects.filter(pk=row.pk).update(
            unfollowed_at=Greatest(F("unfollowed_at"), at), is_following=_follows(unfollowed_at=at)
        )
        return
    is_news = Q(followed_at=None) | Q(followed_at__lt=at)
    Follower.objects.filter(pk=row.pk).update(
        source=Case(When(is_news, then=Value(str(source))), default=F("source")),
        followed_at=Greatest(F("followed_at"), at),
        is_following=_follows(followed_at=at),
        last_interaction_at=Case(
            When(is_named=False, then=Greatest(F("last_interaction_at"), day_of(at))), default=None
        ),
    )


def note_interaction(account: OfficialAccount, event: Interaction) -> None:
    """A person did what opens the window of 48 hours and 7 days (a message, a press, a call)."""
    if event.opens_window:
        note_contact(account, event.user_id, event.at)


def note_contact(account: OfficialAccount, zalo_user_id: str, at: datetime) -> Follower | None:
    """The same from any event that names a person; returns the row, None for one who withdrew
    later than that."""
    at = _not_in_future(at)
    row = _row_of(account, zalo_user_id, at)
    if row is not None:
        _note_word(row, day_of(at))
    return row


def _note_word(row: Follower, day: datetime) -> None:
    """Write no row where nothing is new, so that none shows by its place that it was."""
    known = row.last_interaction_at
    if row.is_named or (row.source and known is not None and known >= day):
        return
    is_news = Q(last_interaction_at=None) | Q(last_interaction_at__lt=day) | Q(source="")
    Follower.objects.filter(is_news, pk=row.pk, is_named=False).update(
        last_interaction_at=Greatest(F("last_interaction_at"), day),
        source=Case(When(source="", then=Value(str(Follower.Source.MESSAGE))), default=F("source")),
    )


@transaction.atomic
def be_named(person: Follower) -> None:
    """Somebody says by an act of their own who they are, or may be: from now on it is not kept when
    they write, and of what was known before the days alone."""
    row = Follower.objects.select_for_update(of=("self",)).get(pk=person.pk)
    row.is_named, row.last_interaction_at = True, None
    row.followed_at = row.followed_at and day_of(row.followed_at)
    row.unfollowed_at = None  # whoever left before has come back by this act
    row.save(update_fields=["is_named", "last_interaction_at", "followed_at", "unfollowed_at"])


def register_naming(named: Callable[[set[int]], Iterable[int]]) -> None:
    """Make known a part of the portal that knows followers by name: of these numbers of rows it
    returns those that it knows."""
    _NAMING.append(named)


def be_nameless(ids: Iterable[int]) -> None:
    """The caller knows no more who these are (numbers of rows); one that another knows stays."""
    left = set(ids)
    for named in _NAMING:
        left -= set(named(left))
    Follower.objects.filter(pk__in=left).update(is_named=False)


def note_refusal(account: OfficialAccount, zalo_user_id: str, code: int) -> None:
    """Zalo refused a message to a person: their window is closed (-230, -232), or they no longer
    follow (-213)."""
    rows = Follower.objects.filter(account=account, user_index=index_of(zalo_user_id)).present()
    if code == -213:
        rows.update(is_following=False, unfollowed_at=timezone.now())
    else:
        rows.update(last_interaction_at=None)


@transaction.atomic
def forget(account: OfficialAccount, zalo_user_id: str, at: datetime) -> bool:
    """A person withdrew: their id and times go at once; what stays is a keyed hash.

    Without it the next reading of the list would bring them back. Returns whether they were known.
    """
    at = _not_in_future(at)
    rows = Follower.objects.filter(account=account, user_index=index_of(zalo_user_id))
    row = rows.select_for_update(of=("self",)).first()
    is_known = row is not None
    if row is None:
        row = Follower(account=account, user_index=index_of(zalo_user_id))
    elif any(moment and moment > at for moment in (row.last_interaction_at, row.followed_at)):
        return True  # they have come back since
    elif row.withdrawn_at is not None:
        return True
    blank(row, at)
    audit.record("zalo.follower_forgotten", commune=account.commune)
    return is_known


def blank(row: Follower, at: datetime) -> None:
    """Take everything but the keyed hash out of a row."""
    row.zalo_user_id, row.source = "", ""
    row.is_following, row.is_named, row.withdrawn_at = False, False, at
    row.followed_at = row.unfollowed_at = row.last_interaction_at = None
    row.save()


def _row_of(account: OfficialAccount, zalo_user_id: str, at: datetime) -> Follower | None:
    """The row of a person, made where there is none. Who withdrew comes back by a later act of
    their own only."""
    rows = Follower.objects.filter(account=account, user_index=index_of(zalo_user_id))
    row = rows.first()
    if row is None:
        new = Follower(
            account=account, zalo_user_id=zalo_user_id, user_index=index_of(zalo_user_id)
        )
        Follower.objects.bulk_create([new], ignore_conflicts=True)
        row = rows.get()
    if row.withdrawn_at is not None:
        if row.withdrawn_at >= at:
            return None
        row.zalo_user_id, row.withdrawn_at = zalo_user_id, None
        row.save(update_fields=["zalo_user_id", "withdrawn_at"])
    return row


def _follows(*, followed_at: datetime | None = None, unfollowed_at: datetime | None = None) -> Case:
    """Whether the newest of the two times, with this one added, is that of following."""
    if followed_at is not None:
        newer = Q(unfollowed_at=None) | Q(unfollowed_at__lte=followed_at)
        newer |= Q(unfollowed_at__lte=F("followed_at"))
        return Case(When(newer, then=Value(True)), default=Value(False))
    gone = Q(followed_at=None) | Q(followed_at__lt=unfollowed_at)
    return Case(
        When(gone | Q(followed_at__lt=F("unfollowed_at")), then=Value(False)), default=Value(True)
    )


def _not_in_future(at: datetime) -> datetime:
    """A clock of Zalo's that is ahead of ours must not close later events out."""
    return min(at, timezone.now())
