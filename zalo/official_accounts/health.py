"""The health of a connection in sentences: what a person sees without knowing Zalo's words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Max
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from zalo.capabilities import states
from zalo.capabilities.services import REFERENCE as PROBE
from zalo.capabilities.states import Answer, State
from zalo.followers import quota
from zalo.inbox.models import WebhookEvent
from zalo.inbox.services import bad_signatures
from zalo.official_accounts.alarms import alarm_of, refresh_dies_at
from zalo.official_accounts.models import ApiCall, ConsentAttempt, OfficialAccount

GOOD, WARN, BAD, PLAIN = "good", "warn", "bad", ""
TYPES = {2: "Doanh nghiệp", 4: "Cơ quan nhà nước"}
TONES = {State.YES: GOOD, State.NO: WARN, State.UNKNOWN: PLAIN}
WORDS = {State.YES: "Được", State.NO: "Không được", State.UNKNOWN: "Chưa rõ"}
SILENCE = timedelta(days=3)
CALLS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the page: what, how it stands, and how good that is."""

    label: str
    value: str
    tone: str = PLAIN


@dataclass(frozen=True, slots=True)
class Trouble:
    """Failed calls of the last day, and how often."""

    sentence: str
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """Everything that the page shows of one account."""

    account: OfficialAccount
    headline: str
    tone: str
    facts: list[Fact]
    quotas: list[Fact]
    answers: list[tuple[Answer, str, str]]
    troubles: list[Trouble]
    calls: int
    attempts: list[ConsentAttempt]
    next_steps: list[str] = field(default_factory=list)
    needs_consent: bool = False
    articles_a_month: int | None = None
    articles_told_by_zalo: bool = False
    history: str = ""


def health_of(account: OfficialAccount, now: datetime) -> Health:
    """How an account is doing now; reads our own rows only and asks Zalo nothing."""
    alarm = alarm_of(account, now)
    headline, tone = _headline(account, alarm.sentence if alarm else "", now)
    articles_a_month, is_told = quota.broadcasts_allowed(account, now)
    calls = ApiCall.objects.filter(account=account, at__gte=now - timedelta(days=1))
    return Health(
        account=account,
        headline=headline,
        tone=BAD if alarm and alarm.stops_sending else tone,
        facts=list(_facts(account, now)),
        quotas=[
            Fact(line.label, line.sentence, WARN if line.is_short else PLAIN)
            for line in quota.summary(account, now)
        ],
        answers=[
            (answer, WORDS[answer.state], TONES[answer.state]) for answer in states.all_of(account)
        ],
        troubles=_troubles(account, now),
        calls=calls.count(),
        attempts=list(
            ConsentAttempt.objects.filter(commune=account.commune_id).select_related("created_by")[
                :3
            ]
        ),
        next_steps=list(_next_steps(account, alarm is not None, now)),
        needs_consent=alarm is not None,
        articles_a_month=articles_a_month,
        articles_told_by_zalo=is_told,
        history=_history(account),
    )


def _headline(account: OfficialAccount, alarm: str, now: datetime) -> tuple[str, str]:
    if not account.is_active:
        return _("Kết nối đang tạm ngừng."), WARN
    if alarm:
        return alarm, WARN
    if account.last_error:
        return account.last_error, WARN
    if account.checked_at is None:
        return _("Đã kết nối, chưa hỏi lại Zalo lần nào."), WARN
    return _("Kết nối tốt. Hỏi Zalo lần cuối %(when)s.") % {"when": _when(account.checked_at)}, GOOD


def _facts(account: OfficialAccount, now: datetime) -> Iterator[Fact]:
    yield Fact(_("Mã OA"), account.oa_id)
    yield Fact(_("Loại OA"), TYPES.get(account.oa_type or 0, _("Chưa rõ")))
    yield Fact(
        _("Xác thực"),
        _("Đã xác thực") if account.is_verified else _("Chưa xác thực, hoặc chưa rõ"),
        GOOD if account.is_verified else WARN,
    )
    yield Fact(_("Gói dịch vụ"), account.package_name or _("Zalo không nêu"))
    yield _access_life(account, now)
    yield _refresh_life(account, now)
    yield Fact(
        _("Đổi mã lần cuối"),
        _when(account.refreshed_at) if account.refreshed_at else _("Chưa đổi lần nào từ khi nhập"),
    )
    yield Fact(_("Nhóm lệnh nhắn tin"), account.get_endpoint_family_display())
    yield Fact(_("Nhóm lệnh người quan tâm"), account.get_users_family_display())
    yield _silence(account, now)
    if forged := bad_signatures():
        yield Fact(
            _("Tin sai chữ ký trong 24 giờ"),
            _(
                "%(count)s tin, không nhận tin nào. Nếu webhook vừa được bật, hãy xem lại khóa bí "
                "mật của OA."
            )
            % {"count": forged},
            WARN,
        )


def _access_life(account: OfficialAccount, now: datetime) -> Fact:
    label = _("Mã truy cập")
    if account.token_expires_at is None:
        return Fact(label, _("Chưa rõ hạn; dùng tới khi Zalo từ chối rồi tự đổi"))
    if account.token_expires_at <= now:
        return Fact(label, _("Đã hết hạn; tự đổi ở lần gọi tới"), WARN)
    hours = int((account.token_expires_at - now).total_seconds() // 3600)
    return Fact(label, _("Còn %(hours)s giờ, tự đổi khi qua nửa hạn") % {"hours": hours}, GOOD)


def _refresh_life(account: OfficialAccount, now: datetime) -> Fact:
    label = _("Phải cấp quyền lại trước")
    dies_at, is_known = refresh_dies_at(account)
    if dies_at is None:
        return Fact(label, _("Chưa rõ"), WARN)
    days = (dies_at - now).days
    day = f"{localtime(dies_at):%d/%m/%Y}"
    if not is_known:
        return Fact(
            label,
            _("Chưa rõ tuổi của mã; muộn nhất %(day)s. Hệ thống tự đổi trong vòng 7 ngày.")
            % {"day": day},
            WARN,
        )
    if days < 0:
        return Fact(label, _("Đã quá hạn từ %(day)s") % {"day": day}, BAD)
    tone = GOOD if days > 30 else WARN if days >= 7 else BAD
    text = _("%(day)s (còn %(days)s ngày; mỗi lần tự đổi mã lại được thêm 3 tháng)")
    return Fact(label, text % {"day": day, "days": days}, tone)


def _silence(account: OfficialAccount, now: datetime) -> Fact:
    label = _("Tin từ Zalo (webhook)")
    heard = WebhookEvent.objects.last_heard(account)
    if heard is None:
        return Fact(label, _("Chưa nhận tin nào. Kiểm tra địa chỉ webhook và từng công tắc."), WARN)
    # To the hour: a minute would tell when somebody wrote.
    text = _("Lần cuối khoảng %(when)s") % {"when": f"{localtime(heard):%H giờ, %d/%m/%Y}"}
    return Fact(label, text, GOOD if heard > now - SILENCE else WARN)


def _history(account: OfficialAccount) -> str:
    """How the last look for missed messages went; empty where there was none."""
    last = account.readings.first()
    if last is None:
        return ""
    values = {"since": _when(last.since), "at": _when(last.started_at), "found": last.found}
    if last.state == last.State.FAILED:
        return f"{_('Lần đọc lúc %(at)s không xong.') % values} {last.problem}"
    if last.state == last.State.RUNNING:
        return _("Đang đọc lại từ %(since)s, đã nhận lại %(found)s tin.") % values
    if not last.is_whole:
        return _("Lần xem lúc %(at)s không thấy tin nào bị lỡ.") % values
    return _("Lần đọc lúc %(at)s, từ %(since)s: nhận lại %(found)s tin bị lỡ.") % values


def _troubles(account: OfficialAccount, now: datetime) -> list[Trouble]:
    """Calls of the last day that failed, by what they mean; the most frequent first.

    A refusal of a mere question is no trouble: it stands among what the account may do.
    """
    failed = (
        ApiCall.objects.filter(account=account, at__gte=now - timedelta(days=1))
        .failed()
        .exclude(reference=PROBE)
        .order_by()
        .values("code")
        .annotate(count=Count("pk"), last_at=Max("at"))
        .order_by("-count")[:CALLS_SHOWN]
    )
    return [
        Trouble(ApiCall(code=row["code"]).answer_sentence, row["count"], row["last_at"])
        for row in failed
    ]


def _next_steps(account: OfficialAccount, is_alarming: bool, now: datetime) -> Iterator[str]:
    if is_alarming:
        yield _(
            "Bấm “Cấp quyền lại”. Người bấm đồng ý trên trang của Zalo phải là quản trị viên của "
            "OA. Bài đã duyệt vẫn chờ và tự gửi sau khi cấp quyền."
        )
    for answer in states.all_of(account):
        if answer.code in {-223, -212, -209}:
            yield _(
                "Trên trang Zalo for Developers, kích hoạt ứng dụng, đăng ký Official Account API "
                "và chọn đủ nhóm quyền; rồi cấp quyền lại."
            )
            break
    if any(answer.code == -221 for answer in states.all_of(account)):
        yield _("Hoàn tất xác thực OA trên trang quản lý OA của Zalo.")
    answers = states.all_of(account)
    if any(one.state is State.UNKNOWN and one.capability in states.ASKED for one in answers):
        yield _("Bấm “Kiểm tra ngay” để hỏi Zalo những gì còn chưa rõ.")
    heard = WebhookEvent.objects.last_heard(account)
    if heard is None or heard <= now - SILENCE:
        yield _(
            "Nhắn thử một tin cho OA từ một điện thoại. Nếu trang này vẫn ghi lâu không nghe gì, "
            "xem lại địa chỉ webhook trên trang Zalo for Developers và bật lại từng sự kiện."
        )


def _when(moment: datetime) -> str:
    return f"{localtime(moment):%H:%M %d/%m/%Y}"
