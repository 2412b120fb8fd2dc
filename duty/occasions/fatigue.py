"""Against too many notices: a second one while the first is unread, and caps, fold and never drop.

A folded notice is not sent; the matter stands in the list and goes on to its next step. All notices
say the same words, so one that is unread says all there is to say of further routine matters. A
person over a cap gets one notice for `MANY_OWN`, whose page is the list; looking at the list is
having seen all that was folded.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from duty.occasions import services
from duty.occasions.kinds import APART, MANY_OWN, NOBODYS, Level
from duty.occasions.models import Occasion, subject_of
from duty.ways.models import Notice

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
# Matters of which one person is told within a time; beyond, they are folded. So few routine ones
# that a shift stays below eight pushes, with the grave matters of a usual day.
CAPS: Final[dict[str, tuple[tuple[timedelta, int], ...]]] = {
    Level.NOW: ((HOUR, 20),),
    Level.HOURS: ((HOUR, 3), (DAY, 4)),
    Level.SHIFT: ((DAY, 1),),
}
# The pause before a person may be told again that there are many.
AGAIN: Final = {Level.NOW: timedelta(minutes=10), Level.HOURS: DAY, Level.SHIFT: DAY}
CALM: Final = (Level.HOURS, Level.SHIFT)
UNREAD: Final = ("waiting", "sending", "accepted", "uncertain")
ONE_UNREAD: Final = "còn một báo chưa mở"
ONE_FOR_MANY: Final = "gộp vào một báo chung"
TOO_MANY: Final = "đã quá nhiều báo"
# With these another notice stands for the folded one.
REASONS: Final = (ONE_UNREAD, ONE_FOR_MANY, TOO_MANY)


def fold(occasion: Occasion, notices: list[Notice], now: datetime) -> None:
    """Mark the notices of persons who get too many; each of them is told once that there are."""
    if occasion.kind in APART:
        return
    people = {one.user.pk: one.user for one in notices if one.user is not None}
    for pk in sorted(people):
        reason = _reason(occasion, people[pk], now)
        for one in notices:
            if reason and one.user_id == pk:
                one.state, one.reason = Notice.State.FOLDED, reason


def _reason(occasion: Occasion, user: Any, now: datetime) -> str:
    """The reason why a person gets no notice of a matter of its own; none: it is sent."""
    level = Level(occasion.level)
    if level in CALM and _has_unread(user, occasion, now):
        return ONE_UNREAD
    if all(_matters(user, occasion, now - span) < most for span, most in CAPS[level]):
        return ""
    is_announced = _tell_of_many(occasion, user, now)
    return ONE_FOR_MANY if is_announced else TOO_MANY


def _has_unread(user: Any, occasion: Occasion, now: datetime) -> bool:
    """Whether a person has not opened the notice of another routine matter that still stands."""
    others = Notice.objects.filter(
        user=user, occasion__level__in=CALM, occasion__closed_at=None, opened_at=None,
        made_at__gt=now - DAY, state__in=UNREAD,
    ).exclude(occasion=occasion)  # fmt: skip
    return others.exclude(text=Notice.Text.TAKEN).exists()


def _matters(user: Any, occasion: Occasion, since: datetime) -> int:
    """Other matters of its level of which a person was told since."""
    sent = Notice.objects.filter(
        user=user, occasion__level=occasion.level, made_at__gt=since, state__in=UNREAD
    )
    others = sent.exclude(occasion=occasion).exclude(text=Notice.Text.TAKEN)
    others = others.exclude(occasion__kind__in=NOBODYS)
    return others.order_by().values("occasion").distinct().count()


def _tell_of_many(occasion: Occasion, user: Any, now: datetime) -> bool:
    """Have the person told that there are many, unless that was done a short time ago."""
    level = Level(occasion.level)
    rows = Occasion.objects.filter(kind=MANY_OWN, subject=subject_of(user))
    is_unread = rows.open().exists()
    if not is_unread and rows.filter(opened_at__gt=now - AGAIN[level]).exists():
        return False
    services.open_occasion(MANY_OWN, user, commune=occasion.commune, level=level)
    return True


def already_told(occasion: Occasion, now: datetime) -> set[int]:
    """Accounts that get no second notice: they have not opened the matter since the last one.

    Of a matter that is told at once only steps decide. A folded notice counts while the one that
    stands for it is unread. After a day without a look a person is reminded.
    """
    if occasion.level == Level.NOW and occasion.kind != MANY_OWN:
        return set()
    notices = occasion.notices.filter(made_at__gt=now - DAY).exclude(text=Notice.Text.TAKEN)
    sent = notices.filter(state__in=UNREAD, user__isnull=False)
    found = {one.user.pk for one in sent.select_related("user") if one.user is not None}
    folded = notices.filter(state=Notice.State.FOLDED).select_related("user")
    by_name = {subject_of(one.user): one.user.pk for one in folded if one.user is not None}
    unread = Occasion.objects.open().filter(kind=MANY_OWN, subject__in=by_name)
    return found | {by_name[name] for name in unread.values_list("subject", flat=True)}
