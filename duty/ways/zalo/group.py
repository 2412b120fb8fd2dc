"""The way into the small group of the people on duty, which the Official Account owns."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from duty.occasions.models import Occasion
from duty.roster.models import DutySettings
from duty.ways import base
from duty.ways.models import Notice
from duty.ways.zalo.group_check import is_of_residents
from duty.ways.zalo.person import ABOUT_ZALO, NOT_BY_ZALO, accounts_in_use
from zalo.channels.base import Text
from zalo.channels.group import GROUP
from zalo.outbox.outcomes import Outcome, Verdict
from zalo.outbox.rows import STUCK_AFTER, Letter, Message

PLACE: Final = "duty"
LEVEL: Final = "now"
NO_GROUP: Final = "Chưa đặt nhóm trực ban, hoặc tài khoản OA chưa gửi được."
# Everybody on duty reads the group: the same words of one matter not again so soon.
QUIET_FOR: Final = timedelta(minutes=15)
MOST_AN_HOUR: Final = 12


def _group_of(occasion: Occasion) -> str:
    """The group; none where it has become one of residents since it was set."""
    row = DutySettings.objects.filter(commune=occasion.commune_id).first()
    group = row.duty_group if row else ""
    return "" if group and is_of_residents(occasion.commune_id, group) else group


def _shared(occasion: Occasion, now: datetime) -> Iterable[str]:
    """The group for what must be known now, at most each quarter of an hour and not in a flood."""
    if occasion.level != LEVEL or occasion.kind in ABOUT_ZALO or not _group_of(occasion):
        return ()
    sent = Notice.objects.of_commune(occasion.commune_id).filter(way="group", place=PLACE)
    if sent.filter(occasion=occasion, made_at__gt=now - QUIET_FOR).exists():
        return ()
    lately = sent.filter(made_at__gt=now - timedelta(hours=1)).count()
    return (PLACE,) if lately < MOST_AN_HOUR else ()


def message(notice: Notice) -> Message | Outcome:
    """The message into the group, asked anew when it leaves."""
    if notice.occasion.kind in ABOUT_ZALO:
        return Outcome(Verdict.CLOSED, NOT_BY_ZALO)
    if not base.may_be_shared(notice.occasion):
        return Outcome(Verdict.CLOSED, base.NOT_FOR_ALL)
    account = accounts_in_use(timezone.now()).filter(commune=notice.occasion.commune_id).first()
    group = _group_of(notice.occasion)
    if account is None or not group:
        return Outcome(Verdict.CLOSED, NO_GROUP)
    return Message(
        account, lambda: Letter(group, Text(base.words(notice))), None,
        reference=f"notice:{notice.pk}", lane="urgent",
    )  # fmt: skip


DUTY_GROUP: Final = base.Way(
    "group", _("Nhóm Zalo trực ban"), base.Doubt.LEAVE,
    places=lambda user, now: (), shared=_shared, load=message, channel=GROUP,
    at_once=8, stuck_after=STUCK_AFTER, is_slow=True, is_personal=False,
)  # fmt: skip
base.register(DUTY_GROUP)
