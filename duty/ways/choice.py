"""By which ways a person is told, in that person's order."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts.audit import services as audit
from accounts.models import User
from accounts.workflow.declaration import NotAllowed
from duty.ways import base
from duty.ways.models import OwnWays

USUAL: Final = ("push", "zalo", "mail", "sms")
NO_LAG: Final = timedelta(0)
LAG: Final = timedelta(seconds=15)
NOT_YOURS: Final = "Tài khoản này không nhận báo việc."
NO_WAY: Final = "Không có đường báo này. Hãy tải lại trang."


def ways_of(user: User) -> list[base.Way]:
    """The ways of a person; all that are known where nothing was chosen."""
    chosen = OwnWays.objects.filter(user=user).first()
    known = {one.key: one for one in personal_ways()}
    return [known[key] for key in chosen.ways if key in known] if chosen else list(known.values())


def uses(user_pk: int, key: str) -> bool:
    """Whether a person has not switched a way off."""
    chosen = OwnWays.objects.filter(user=user_pk).first()
    return chosen is None or key in chosen.ways


def personal_ways() -> list[base.Way]:
    """Ways that reach single persons, as they follow unless a person says otherwise; the others
    are a matter of the office."""
    found = [one for one in base.ways() if one.is_personal]
    return sorted(found, key=lambda one: USUAL.index(one.key) if one.key in USUAL else len(USUAL))


def places_of(user: User, now: datetime) -> Iterator[tuple[str, str, timedelta]]:
    """Way and place of each spot where a person can be reached now, and the lag of that way.

    The first way that reaches somebody leaves at once, each further one a while later: whoever has
    opened or taken the matter by then is spared it.
    """
    if not user.has_perm("duty.receive_notice"):
        return
    lag = NO_LAG
    for one in ways_of(user):
        places = list(one.places(user, now))
        for place in places:
            yield one.key, place, lag
        if places:
            lag += LAG


@transaction.atomic
def move_up(key: str, *, by: User) -> None:
    """Put a way before the one above it. Raises NotAllowed."""
    row = _locked(by)
    at = _index(row, key)
    if at > 0:
        row.ways[at - 1], row.ways[at] = row.ways[at], row.ways[at - 1]
        _save(row, by)


@transaction.atomic
def switch_off(key: str, *, by: User) -> None:
    """Use a way no more. Raises NotAllowed."""
    row = _locked(by)
    row.ways.pop(_index(row, key))
    _save(row, by)


@transaction.atomic
def switch_on(key: str, *, by: User) -> None:
    """Use a way again, as the last one. Raises NotAllowed."""
    row = _locked(by)
    if key not in {one.key for one in personal_ways()}:
        raise NotAllowed(NO_WAY)
    if key not in row.ways:
        row.ways.append(key)
        _save(row, by)


def _locked(by: User) -> OwnWays:
    """The choice of a person, made of what counts for that one now. Raises NotAllowed."""
    if not by.has_perm("duty.receive_notice"):
        raise NotAllowed(NOT_YOURS)
    keys = [one.key for one in ways_of(by)]
    OwnWays.objects.bulk_create([OwnWays(user=by, ways=keys)], ignore_conflicts=True)
    row: OwnWays = OwnWays.objects.select_for_update(of=("self",)).get(user=by)
    return row


def _index(row: OwnWays, key: str) -> int:
    if key not in row.ways:
        raise NotAllowed(NO_WAY)
    return row.ways.index(key)


def _save(row: OwnWays, by: User) -> None:
    row.save(update_fields=["ways"])
    labels = {one.key: str(one.label) for one in personal_ways()}
    chosen = ", ".join(labels[key] for key in row.ways if key in labels)
    audit.record("ownways.chosen", by=by, ways=chosen)
