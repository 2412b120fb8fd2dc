"""The way by the Official Account to a person's own Zalo, while that costs nothing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from duty.ways import base
from duty.ways.models import Notice
from duty.ways.zalo.models import OwnZalo
from zalo.channels.base import Text
from zalo.channels.person import PERSON
from zalo.models import OfficialAccount
from zalo.outbox.outcomes import Outcome, Verdict
from zalo.outbox.rows import STUCK_AFTER, Letter, Message

# Trouble of Zalo is not told by Zalo.
ABOUT_ZALO: Final = frozenset({"zalo_refuses", "zalo_consent", "nothing_leaves"})
WINDOW_IS_CLOSED: Final = "OA chưa nhắn được cho đồng chí."
NOT_BY_ZALO: Final = "Việc về Zalo không báo qua Zalo."
# Zalo says that the person cannot be written to: the window is not what we think.
CLOSING: Final = frozenset({"-230", "-232", "-213"})


def accounts_in_use(now: datetime) -> QuerySet[OfficialAccount]:
    """Accounts that can send now."""
    rows: QuerySet[OfficialAccount] = OfficialAccount.objects.connected()
    return rows.filter(needs_consent=False).exclude(parked_until__gt=now)


def open_link(user: User, now: datetime) -> OwnZalo | None:
    """The link of a person who can be written to now, free of charge."""
    link = (
        OwnZalo.objects.select_related("follower__account")
        .filter(
            user=user, follower__withdrawn_at=None,
            follower__account__in=accounts_in_use(now),
            follower__account__commune=user.commune_id,
        )
        .first()
    )  # fmt: skip
    return link if link is not None and link.open_until(now) else None


def _own(user: User, now: datetime) -> Iterable[str]:
    return (f"own:{user.pk}",) if open_link(user, now) else ()


def _in_words(user: User, now: datetime) -> str:
    link = OwnZalo.objects.filter(user=user).first()
    if link is None:
        return "Chưa liên kết Zalo."
    until = link.open_until(now)
    if until is None:
        return f"{WINDOW_IS_CLOSED} Hãy nhắn NHAN CA cho tài khoản Zalo OA của xã."
    if open_link(user, now) is None:
        return "Tài khoản Zalo OA của xã chưa gửi được."
    return f"Cửa sổ Zalo mở đến {timezone.localtime(until):%H:%M %d/%m/%Y}."


def message(notice: Notice) -> Message | Outcome:
    """The message to the person, asked anew when it leaves."""
    if notice.occasion.kind in ABOUT_ZALO:
        return Outcome(Verdict.CLOSED, NOT_BY_ZALO)
    link = open_link(notice.user, timezone.now()) if notice.user else None
    if link is None:
        return Outcome(Verdict.CLOSED, WINDOW_IS_CLOSED)
    return Message(
        link.follower.account,
        lambda: Letter(link.follower.zalo_user_id, Text(base.words(notice))), link.heard_at,
        reference=f"notice:{notice.pk}", lane="urgent",
    )  # fmt: skip


def _recorded(notice: Notice, outcome: Outcome) -> None:
    if outcome.code in CLOSING:
        OwnZalo.objects.filter(user=notice.user).update(heard_at=None)


OWN_ZALO: Final = base.Way(
    "zalo", _("Zalo của tôi"), base.Doubt.LEAVE,
    places=_own, load=message, channel=PERSON, recorded=_recorded, in_words=_in_words,
    at_once=8, stuck_after=STUCK_AFTER, is_slow=True,
)  # fmt: skip
base.register(OWN_ZALO)
