"""A person's own shifts as a calendar at a secret address; no name stands in it."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import User
from accounts.workflow.declaration import NotAllowed
from duty.roster.models import Feed, Shift, new_feed_secret

BACK, AHEAD = timedelta(days=31), timedelta(weeks=9)
SUMMARY: Final = "Trực ban"
# When a calendar program last asked is written once an hour.
READ_EVERY: Final = timedelta(hours=1)


def hash_of(secret: str) -> str:
    """The stored form of the secret part of an address."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make(*, by: User) -> str:
    """Make the account's address, in place of an older one; returns the secret, shown once.

    Raises NotAllowed.
    """
    if not by.has_perm("duty.view_roster"):
        raise NotAllowed("Tài khoản này không có lịch trực.")
    secret = new_feed_secret()
    feed, _made = Feed.objects.update_or_create(
        user=by,
        defaults={"secret_hash": hash_of(secret), "made_at": timezone.now(), "read_at": None},
    )
    audit.record("duty_feed.made", by=by, target=feed, commune=by.commune)
    return secret


@transaction.atomic
def revoke(*, by: User) -> bool:
    """End the account's address; whether there was one."""
    feed = Feed.objects.select_for_update(of=("self",)).filter(user=by).first()
    if feed is None:
        return False
    audit.record("duty_feed.revoked", by=by, target=feed, commune=by.commune)
    feed.delete()
    return True


def reader_of(secret: str, now: datetime) -> User | None:
    """The account behind a secret, if it still keeps shifts."""
    feed = Feed.objects.select_related("user__commune").filter(secret_hash=hash_of(secret)).first()
    if feed is None or not feed.user.is_active or not feed.user.has_perm("duty.view_roster"):
        return None
    if feed.read_at is None or feed.read_at < now - READ_EVERY:
        Feed.objects.filter(pk=feed.pk).update(read_at=now)
    return feed.user


def calendar_of(user: User, now: datetime) -> bytes:
    """The shifts of a person from a month ago on, as an iCalendar file."""
    from icalendar import Calendar, Event  # noqa: PLC0415 -- 2 MiB, for a page that few ask for

    zone = ZoneInfo(settings.TIME_ZONE)
    calendar = Calendar()
    calendar.add("prodid", "-//Binh Yen//Lich truc//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", SUMMARY)
    rows = Shift.objects.of_commune(user.commune_id).between(now - BACK, now + AHEAD)
    for shift in rows.filter(person=user).order_by("starts_at", "pk"):
        event = Event()
        event.add("uid", f"{hash_of(f'{user.pk}:{shift.pk}')[:32]}@lich-truc")
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", shift.starts_at.astimezone(zone))
        event.add("dtend", shift.ends_at.astimezone(zone))
        event.add("summary", SUMMARY)
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
