"""Faults of a connection, present or near: computed from the row and the clock alone.

So it is said also when nothing runs any more: a dead worker refreshes no token, but the home page
of the chiefs still counts the days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.questions import Later
from accounts.scoped_admin.work_lists import (
    Act,
    Level,
    WorkItem,
    WorkList,
    work_list,
)
from zalo.official_accounts.models import OfficialAccount
from zalo.official_accounts.querysets import HEARTBEAT_EVERY

BEFORE_DEATH: Final = timedelta(days=7)
REFRESH_LIFE: Final = timedelta(days=90)
LATE_TOKEN: Final = timedelta(hours=1)
LATE_HEARTBEAT: Final = HEARTBEAT_EVERY + timedelta(days=1)


class Kind(StrEnum):
    """Kinds of faults, the worst first."""

    NO_TOKENS = "no_tokens"
    NEEDS_CONSENT = "needs_consent"
    EXPIRED = "expired"
    REFUSED = "refused"
    DYING = "dying"
    NOT_REFRESHED = "not_refreshed"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that a person must do about a connection; `sentence` says what and why."""

    account: OfficialAccount
    kind: Kind
    sentence: str

    @property
    def stops_sending(self) -> bool:
        """Whether nothing leaves through the account until it is done."""
        return self.kind in {Kind.NO_TOKENS, Kind.NEEDS_CONSENT, Kind.EXPIRED, Kind.REFUSED}


def alarm_of(account: OfficialAccount, now: datetime) -> Alarm | None:
    """The worst thing about an account in use, if any."""
    if not account.is_active:
        return None
    found = _worst(account, now)
    return None if found is None else Alarm(account, *found)


def alarms(accounts: Iterable[OfficialAccount], now: datetime) -> list[Alarm]:
    """Alarms of several accounts."""
    return [alarm for account in accounts if (alarm := alarm_of(account, now)) is not None]


def refresh_dies_at(account: OfficialAccount) -> tuple[datetime | None, bool]:
    """When the refresh token dies, and whether that is known.

    Of unknown age: three months after it was brought at the latest, perhaps sooner.
    """
    if account.refresh_expires_at is not None:
        return account.refresh_expires_at, True
    brought = account.refreshed_at or account.connected_at
    return (brought + REFRESH_LIFE if brought else None), False


def _worst(account: OfficialAccount, now: datetime) -> tuple[Kind, str] | None:
    if not account.has_tokens:
        return Kind.NO_TOKENS, _("Chưa có mã truy cập Zalo nên máy không gửi được. Cần kết nối.")
    if account.needs_consent:
        return Kind.NEEDS_CONSENT, _("Zalo không cho gửi nữa. Cần cấp quyền lại ngay.")
    dies_at, _is_known = refresh_dies_at(account)
    if dies_at is not None and dies_at <= now:
        sentence = _("Quyền của Zalo đã hết hạn ngày %(day)s. Cần cấp quyền lại ngay.")
        return Kind.EXPIRED, sentence % {"day": _day(dies_at)}
    if account.parked_until is not None:
        return Kind.REFUSED, account.last_error
    if dies_at is not None and dies_at <= now + BEFORE_DEATH:
        return Kind.DYING, _(
            "Quyền của Zalo sắp hết hạn. Phải cấp quyền lại trước ngày %(day)s, nếu không máy sẽ "
            "ngừng gửi."
        ) % {"day": _day(dies_at)}
    if account.token_expires_at is not None and account.token_expires_at <= now - LATE_TOKEN:
        return Kind.NOT_REFRESHED, _late(account.token_expires_at, now, dies_at)
    since = account.refreshed_at or account.connected_at
    if since is not None and since <= now - LATE_HEARTBEAT:
        return Kind.NOT_REFRESHED, _late(since, now, dies_at)
    return None


def _late(since: datetime, now: datetime, dies_at: datetime | None) -> str:
    return _(
        "Từ %(since)s chưa đổi được mã Zalo. Hãy kiểm tra đường truyền của máy chủ và các tiến "
        "trình nền; nếu kéo dài phải cấp quyền lại trước ngày %(day)s."
    ) % {"since": f"{localtime(since):%H:%M %d/%m/%Y}", "day": _day(dies_at)}


def _day(moment: datetime | None) -> str:
    return f"{localtime(moment):%d/%m/%Y}" if moment else "?"


# The home page of who looks after the connection: what must be done about it.


LISTED = 5


def health_url(account: OfficialAccount) -> str:
    """The health page of an account."""
    return reverse("admin:zalo_officialaccount_health", args=[account.pk])


@work_list(permission="zalo.view_officialaccount")
def account_health(user: Any, now: datetime) -> Asking[WorkList | None]:
    """The Official Account must be given consent again, or soon must; one press leads there."""
    rows = yield Later(
        "connections", lambda: OfficialAccount.objects.visible_to(user).filter(is_active=True)
    )
    found = alarms(rows, now)
    if not found:
        return None
    connects = user.has_perm("zalo.connect_officialaccount")
    address = reverse("admin:zalo_officialaccount_connect")
    items = [
        WorkItem(
            str(alarm.account),
            health_url(alarm.account),
            alarm.sentence,
            alarm.stops_sending,
            key=subject_of(alarm.account),
            level=Level.NOW if alarm.stops_sending else None,
            acts=(Act("Cấp quyền Zalo lại", f"{address}?xa={alarm.account.commune_id}"),)
            if connects
            else (),
        )
        for alarm in found[:LISTED]
    ]
    return WorkList("Tài khoản Zalo OA", items, len(found), verb="Xem kết nối")
