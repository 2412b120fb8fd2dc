"""Quotas of an account: given by Zalo, counted here, reserved for emergencies.

Money is never spent by machine. What was bought is shown; a message that could be charged leaves
only when a person has said yes to that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import Case, F, PositiveIntegerField, Q, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import services as audit
from accounts.models import User
from accounts.quarters import quarter
from zalo.capabilities.services import family_of
from zalo.client.api import EndpointFamily, ZaloClient
from zalo.client.errors import ZaloConsentRequired, ZaloRejected
from zalo.client.types import SentQuota
from zalo.followers.models import QuotaLedger
from zalo.official_accounts import call_log
from zalo.official_accounts.models import OfficialAccount
from zalo.pacing.services import call

Kind = QuotaLedger.Kind
PREPAID: Final = (Kind.PACKAGE, Kind.REWARD, Kind.PURCHASE)
KEPT_PER_CENT: Final = 5
"""So much of the package, and at least one message, is left to what is urgent."""
MOST_BROADCASTS: Final = 1000
"""More articles a month than any package allows: a figure above it is a slip of the keyboard."""
FRESH_FOR: Final = timedelta(hours=1)
SHORTEST_PACE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether something may be sent, and in one sentence why (not)."""

    is_allowed: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of the quota of an account, for the health page."""

    label: str
    sentence: str
    is_short: bool = False


def record(
    account: OfficialAccount, quota: SentQuota, at: datetime, *, is_asked: bool = False
) -> None:
    """Keep what Zalo said with a message; an answer older than what is known changes nothing.

    No finer time than the quarter of an hour is kept: the first answer to a tip leaves in the
    minute in which it came. Within one quarter the answer that leaves less is the newer one, or
    the one that was `is_asked` for by itself.
    """
    if quota.kind not in Kind.values or quota.remain is None:
        return
    at = quarter(at)
    row = _row(account, Kind(quota.kind), at)
    is_less = Q() if is_asked else Q(remain__gte=quota.remain)
    is_news = Q(seen_at=None) | Q(seen_at__lt=at) | (Q(seen_at=at) & is_less)
    is_topped_up = Q(first_remain=None) | Q(remain__lt=quota.remain)
    total = None if quota.total is None else max(quota.total, quota.remain)
    QuotaLedger.objects.filter(is_news, pk=row.pk).update(
        first_remain=Case(
            When(is_topped_up, then=quota.remain),
            default=F("first_remain"),
            output_field=PositiveIntegerField(),
        ),
        first_seen_at=Case(When(is_topped_up, then=at), default=F("first_seen_at")),
        remain=quota.remain,
        total=total,
        expires_on=quota.expires_on,
        seen_at=at,
    )


def refresh(account: OfficialAccount) -> bool:
    """Ask Zalo what is left; False where this kind of account cannot be asked.

    Raises ZaloRetryable or ZaloRejected.
    """
    if family_of(account) is not EndpointFamily.V3:
        return False
    try:
        for kind in PREPAID:
            assets = call(account, partial(ZaloClient.quota_assets, quota_type=kind.value), "quota")
            known = [asset for asset in assets if asset.remain is not None]
            ends = [asset.expires_on for asset in known if asset.expires_on]
            remain = sum(asset.remain or 0 for asset in known)
            total = sum(asset.total or asset.remain or 0 for asset in known)
            answer = SentQuota(kind.value, remain, total, min(ends, default=None))
            record(account, answer, timezone.now(), is_asked=True)
    finally:
        call_log.flush()
    return True


def count_broadcast(account: OfficialAccount, at: datetime) -> None:
    """One more article was broadcast; Zalo tells nobody how many there were."""
    row = _row(account, Kind.BROADCAST, at)
    QuotaLedger.objects.filter(pk=row.pk).update(used=F("used") + 1)


def note_broadcasts_allowed(account: OfficialAccount, total: int, at: datetime) -> None:
    """How many articles a person may get in this month, as Zalo said."""
    row = _row(account, Kind.BROADCAST, at)
    QuotaLedger.objects.filter(pk=row.pk).update(total=total, seen_at=at)


def learn_broadcasts(account: OfficialAccount) -> int | None:
    """Ask Zalo, by one follower, how many articles a person may get in a month.

    None where this kind of account cannot be asked, nobody follows, or Zalo leaves it out: then a
    person types it. Raises ZaloRetryable or ZaloConsentRequired.
    """
    if family_of(account) is not EndpointFamily.V3:
        return None
    one = account.followers.filter(is_following=True, withdrawn_at=None).order_by("pk").last()
    if one is None:
        return None
    user_id = one.zalo_user_id
    try:
        total = call(
            account, lambda client: client.monthly_articles(user_id), "quota", is_question=True
        )
    except ZaloConsentRequired:
        raise
    except ZaloRejected:  # of this one person, or of the question
        return None
    finally:
        call_log.flush()
    if total is not None:
        note_broadcasts_allowed(account, total, timezone.now())
    return total


@transaction.atomic
def declare_broadcasts(account: OfficialAccount, total: int | None, *, by: User) -> None:
    """A person read the figure in Zalo's own tool; None takes it back.

    Raises ValueError for a figure that no package has.
    """
    if total is not None and not 0 <= total <= MOST_BROADCASTS:
        raise ValueError(total)
    row = _row(account, Kind.BROADCAST, timezone.now())
    QuotaLedger.objects.filter(pk=row.pk).update(total=total, seen_at=None)
    if total is None:  # else an earlier month would still speak
        account.quotas.filter(kind=Kind.BROADCAST).update(total=None, seen_at=None)
    audit.record("zalo.broadcasts_declared", by=by, target=account, allowed=total)


def broadcasts_allowed(account: OfficialAccount, now: datetime) -> tuple[int | None, bool]:
    """How many articles this month allows, and whether Zalo said so; a figure of an earlier month
    holds until there is a newer one."""
    rows = account.quotas.filter(kind=Kind.BROADCAST, total__isnull=False, month__lte=_month(now))
    row = rows.order_by("-month").first()
    return (None, False) if row is None else (row.total, row.seen_at is not None)


def is_known(account: OfficialAccount, now: datetime) -> bool:
    """Whether Zalo said lately how many messages are paid for already."""
    return bool(_lately_said(account, now))


def may_send(account: OfficialAccount, now: datetime, *, is_urgent: bool = False) -> Allowance:
    """Whether one more message may leave out of the package without costing money."""
    known = _lately_said(account, now)
    if not known:
        return Allowance(
            False,
            _(
                "Đã quá 48 giờ nên tin này tính vào gói hoặc bị tính tiền, và Zalo chưa cho biết "
                "gói còn bao nhiêu. Người có trách nhiệm phải đồng ý trước khi gửi."
            ),
        )
    remain = sum(row.remain or 0 for row in known)
    if remain == 0:
        return Allowance(
            False,
            _(
                "Gói đã hết tin nên gửi tin này sẽ bị tính tiền. Hệ thống không tự gửi; người có "
                "trách nhiệm phải đồng ý trước."
            ),
        )
    reserve = max(1, sum(row.total or 0 for row in known) * KEPT_PER_CENT // 100)
    if remain <= reserve and not is_urgent:
        return Allowance(
            False,
            _("Gói chỉ còn %(remain)s tin, để dành cho việc khẩn. Hãy gọi điện cho người dân.")
            % {"remain": number(remain)},
        )
    return Allowance(True, _("Còn %(remain)s tin trong gói.") % {"remain": number(remain)})


def may_broadcast(account: OfficialAccount, at: datetime, *, ahead: int = 0) -> Allowance:
    """Whether one more article may be broadcast in the month of `at`; `ahead` others wait for it.

    None is kept for emergencies: an article is never urgent.
    """
    month, this_month = _month(at), _month(timezone.now())
    named = (
        _("Tháng này")
        if month == this_month
        else _("Tháng %(month)s") % {"month": f"{month:%m/%Y}"}
    )
    counted = account.quotas.filter(kind=Kind.BROADCAST, month=month).values_list("used", flat=True)
    used = (counted.first() or 0) + ahead
    total, _is_told = broadcasts_allowed(account, at)
    if total is None:
        sentence = _(
            "%(month)s đã gửi %(used)s bài; chưa biết được gửi bao nhiêu. Xem trên trang quản lý "
            "OA rồi ghi ở trang Sức khỏe kết nối Zalo."
        )
        return Allowance(True, sentence % {"month": named, "used": used})
    if used >= total:
        sentence = _(
            "%(month)s đã hết %(total)s bài Zalo cho gửi tới người quan tâm. Hãy đăng vào nhóm, "
            "hoặc chờ sang tháng sau."
        )
        return Allowance(False, sentence % {"month": named, "total": total})
    sentence = _("%(month)s còn gửi được %(remain)s bài tới người quan tâm.")
    return Allowance(True, sentence % {"month": named, "remain": total - used})


def summary(account: OfficialAccount, now: datetime | None = None) -> list[Summary]:
    """The quota of an account in sentences, the most important first; empty where nothing is
    known."""
    return list(_lines(account, now or timezone.now()))


def forecast(row: QuotaLedger, now: datetime) -> tuple[str, bool]:
    """Rest, period and whether it lasts at the pace since the last top-up; with whether it is
    short.
    """
    today = timezone.localdate(now)
    ends = row.expires_on or ((row.month + timedelta(days=32)).replace(day=1) - timedelta(days=1))
    remain = row.remain or 0
    sentence = _("Còn %(remain)s tin đến %(ends)s") % {
        "remain": number(remain),
        "ends": f"{ends:%d/%m/%Y}",
    }
    if remain == 0:
        return sentence + ". " + str(_("Tin ngoài 48 giờ sẽ bị tính tiền nên không tự gửi.")), True
    if row.first_seen_at is None or row.seen_at is None:
        return f"{sentence}.", False
    span = row.seen_at - row.first_seen_at
    if span < SHORTEST_PACE:
        return sentence + "; " + str(_("chưa đủ số liệu để tính nhịp dùng.")), False
    a_day = ((row.first_remain or 0) - remain) / (span / timedelta(days=1))
    if a_day <= 0 or remain / a_day >= (ends - today).days:
        return sentence + "; " + str(_("theo nhịp hiện nay đủ dùng.")), False
    gone = today + timedelta(days=int(remain / a_day))
    runs_out = _("theo nhịp hiện nay hết vào khoảng ngày %(gone)s.") % {"gone": f"{gone:%d/%m/%Y}"}
    return f"{sentence}; {runs_out}", True


def number(value: int) -> str:
    """A number as Vietnamese writes it."""
    return f"{value:,}".replace(",", ".")


def _lines(account: OfficialAccount, now: datetime) -> Iterator[Summary]:
    for row in _known(account, now):
        sentence, is_short = forecast(row, now)
        yield Summary(str(row.get_kind_display()), sentence, is_short)
    month = _month(now)
    if account.quotas.filter(kind=Kind.BROADCAST, month=month).exists():
        allowance = may_broadcast(account, now)
        yield Summary(str(Kind.BROADCAST.label), allowance.sentence, not allowance.is_allowed)


def _known(account: OfficialAccount, now: datetime) -> list[QuotaLedger]:
    """The newest word of Zalo on each prepaid kind that has not run out by its date."""
    today = timezone.localdate(now)
    rows = (
        QuotaLedger.objects.filter(account=account, kind__in=PREPAID, remain__isnull=False)
        .filter(Q(expires_on__gte=today) | Q(expires_on=None, month=_month(now)))
        .order_by("kind", "-month")
        .distinct("kind")
    )
    return sorted(rows, key=lambda row: PREPAID.index(Kind(row.kind)))


def _lately_said(account: OfficialAccount, now: datetime) -> list[QuotaLedger]:
    """The same, where every word of it is new enough to send by: the account is used elsewhere
    too."""
    known = _known(account, now)
    is_new = all(row.seen_at and row.seen_at >= now - FRESH_FOR for row in known)
    return known if is_new else []


def _row(account: OfficialAccount, kind: QuotaLedger.Kind, at: datetime) -> QuotaLedger:
    row, _is_new = QuotaLedger.objects.get_or_create(account=account, kind=kind, month=_month(at))
    return row


def _month(at: datetime) -> date:
    return timezone.localdate(at).replace(day=1)
