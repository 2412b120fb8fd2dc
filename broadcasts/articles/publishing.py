"""The tick of articles: hand in, ask for the id, send to the followers; each a claimed row.

Nothing sleeps and nothing is done twice by itself: an article whose handing in, or whose way to
the followers, met silence waits for a person.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from broadcasts.articles.models import Article
from broadcasts.articles.services import DAY_ENDS, DAY_STARTS, body_parts, cover_url, stopping
from broadcasts.scheduling.late import LATE, TOO_LATE, late_sentence
from zalo import services as zalo
from zalo.capabilities.states import Capability, may
from zalo.channels.article import send as send_article
from zalo.channels.base import Page
from zalo.client.errors import ZaloError
from zalo.hold import journal
from zalo.hold import process as gate
from zalo.hold.kinds import moment_text
from zalo.models import OfficialAccount
from zalo.outbox.outcomes import Outcome, Verdict, interrupted_before, outcome_of
from zalo.pacing.services import wait_for_slot

logger = logging.getLogger(__name__)
Status, Spread = Article.Status, Article.Spread

AT_ONCE: Final = 20
ASK_AGAIN: Final = timedelta(seconds=10)
RETRY_S: Final = (60,)
WITHOUT_ACCOUNT_S: Final = 60
STILL_PROCESSED: Final = -214
PROCESSED_WITHIN: Final = timedelta(hours=24)
LONGEST_ID = 64
# Kinds of lines in the journal of sends.
HANDING_IN, SPREADING = "article", "spread"
NO_ACCOUNT = "Xã chưa kết nối tài khoản Zalo OA. Bài sẽ tự đăng sau khi kết nối."
NO_CONSENT = "Zalo cần được cấp quyền lại. Bài sẽ tự đăng sau khi cấp quyền."
NO_ANSWER = (
    "Đã giao bài cho Zalo nhưng không có câu trả lời rõ ràng. Hãy bấm “Xem lại trên OA” để biết "
    "bài đã có chưa; hệ thống không tự đăng lần hai."
)
HELD = "Chưa gửi cho ai. Bấm “Gửi rộng lại” thì gửi ngay; không bấm thì máy không gửi nữa."
NO_WORD = (
    "Đã yêu cầu Zalo gửi bài nhưng không có câu trả lời rõ ràng. Hệ thống không tự gửi lần hai; "
    "hãy xem trên trang quản lý OA."
)


def run(now: datetime | None = None) -> dict[str, int]:
    """One round; returns what it did. Call outside a transaction."""
    now = now or timezone.now()
    counts: dict[str, int] = {}
    sweep(now, counts)
    if not gate.begin():
        return counts
    articles = Article.objects.select_related("commune")
    for article in articles.to_publish(now).order_by("next_attempt_at", "pk")[:AT_ONCE]:
        _count(counts, _with_account(article, now, Capability.ARTICLES, _hand_in))
    for article in articles.to_verify(now).order_by("next_attempt_at", "pk")[:AT_ONCE]:
        _count(counts, _with_account(article, now, None, _verify))
    for article in articles.to_spread(now).order_by("spread_due_at", "pk")[:AT_ONCE]:
        _count(
            counts,
            _hold_late(article, now) or _with_account(article, now, Capability.BROADCAST, _spread),
        )
    return counts


def sweep(now: datetime, counts: dict[str, int]) -> None:
    """Mark as uncertain what an interrupted process began."""
    lost_at = interrupted_before(now)
    unclear = Article.objects.stuck(lost_at).update(
        status=Status.UNCERTAIN, error_code="interrupted", error_text=NO_ANSWER
    )
    lost = Article.objects.stuck_in_spreading(lost_at).update(
        spread=Spread.UNCERTAIN, error_code="interrupted", error_text=NO_WORD
    )
    _count(counts, "uncertain", unclear + lost)


def day_hour(moment: datetime) -> datetime:
    """`moment`, or the next six in the morning where Zalo sends nothing at that hour."""
    local = timezone.localtime(moment)
    if DAY_STARTS <= local.hour < DAY_ENDS:
        return moment
    morning = local.replace(hour=DAY_STARTS, minute=0, second=0, microsecond=0)
    return morning if local.hour < DAY_STARTS else morning + timedelta(days=1)


type Act = Callable[[Article, OfficialAccount, datetime], str]


def _with_account(article: Article, now: datetime, needs: Capability | None, act: Act) -> str:
    account = zalo.account_for(article.commune_id)
    if account is None or account.needs_consent:
        sentence = NO_CONSENT if account else NO_ACCOUNT
        return _put_off(article, Outcome(Verdict.QUEUED, sentence, wait_s=WITHOUT_ACCOUNT_S), now)
    answer = may(account, needs) if needs is not None else None
    if answer is not None and answer.is_no:
        code = "" if answer.code is None else str(answer.code)
        return _fail(article, code, answer.sentence)
    try:
        wait_for_slot(account)
    except ZaloError as error:
        return _put_off(article, outcome_of(error), now)
    return act(article, account, now)


def _hand_in(article: Article, account: OfficialAccount, now: datetime) -> str:
    if article.compute_hash() != article.approved_hash:
        return _fail(article, "content", "Nội dung khác với bản đã duyệt nên không đăng.")
    if hits := stopping(article):
        return _fail(article, "gate", " ".join(hit.sentence for hit in hits))
    claimed = Article.objects.filter(
        gate.gate_is_open(),
        pk=article.pk,
        status=Status.APPROVED,
        approved_hash=article.approved_hash,
    ).update(status=Status.PUBLISHING, claimed_at=now, handed_in_at=now, zalo_token="")
    if not claimed:
        return ""
    _write_journal(HANDING_IN, article, now)
    try:
        page = Page(
            article.title, article.author, article.description, cover_url(article),
            body_parts(article.text),
        )  # fmt: skip
        token = send_article(account, "", page, reference=_reference(article)).message_id
    except ZaloError as error:
        outcome = _outcome(error)
        _write_journal(HANDING_IN, article, now, outcome.verdict)
        match outcome.verdict:
            case Verdict.UNCERTAIN:
                return _write(
                    article, "uncertain", status=Status.UNCERTAIN, next_attempt_at=None,
                    error_code=outcome.code, error_text=NO_ANSWER,
                )  # fmt: skip
            case Verdict.QUEUED:
                return _put_off(article, outcome, now, status=Status.APPROVED)
        return _fail(article, outcome.code, outcome.sentence)
    return _write(
        article,
        "handed_in",
        zalo_token=token,
        next_attempt_at=now + ASK_AGAIN,
        error_code="",
        error_text="",
    )


def _verify(article: Article, account: OfficialAccount, now: datetime) -> str:
    # Put off first: a second round that starts meanwhile does not ask too.
    asked = Article.objects.filter(
        pk=article.pk, status=Status.PUBLISHING, next_attempt_at=article.next_attempt_at
    ).update(next_attempt_at=now + ASK_AGAIN)
    if not asked:
        return ""
    try:
        article_id = zalo.verify_article(account, article.zalo_token, reference=_reference(article))
    except ZaloError as error:
        outcome = _outcome(error)
        if outcome.verdict is not Verdict.QUEUED:
            return _fail(article, outcome.code, outcome.sentence)
        is_processed = not (article.handed_in_at and article.handed_in_at < now - PROCESSED_WITHIN)
        if outcome.is_attempt and not is_processed:
            return _fail(article, "-214", "Zalo xử lý bài quá một ngày chưa xong. Hãy trình lại.")
        if error.code != STILL_PROCESSED:
            _write(article, "", error_text=outcome.sentence)
        return "still_processed" if outcome.is_attempt else "waiting"
    link = ""
    try:
        link = zalo.article_detail(account, article_id).link
    except ZaloError as error:
        logger.info("link of article %s not asked for: %r", article.pk, error)
    return _write(
        article,
        "published",
        status=Status.PUBLISHED,
        zalo_article_id=article_id[:LONGEST_ID],
        zalo_token="",
        link=link[:500] if link.startswith("https://") else "",
        published_at=now,
        next_attempt_at=None,
        error_code="",
        error_text="",
    )


def _hold_late(article: Article, now: datetime) -> str:
    """Leave an article that missed its moment by hours to a person; blank where it may go.

    What the machine itself put off, to the morning or until the account is back, is not late.
    """
    due = article.spread_due_at
    if due is None or now - due <= LATE:
        return ""
    waiting = Article.objects.filter(gate.gate_is_open(), pk=article.pk, spread=Spread.WAITING)
    held = waiting.filter(spread_due_at=due).update(
        spread=Spread.FAILED, error_code="late",
        error_text=f"{late_sentence(due, now, TOO_LATE, 'gửi rộng')} {HELD}",
    )  # fmt: skip
    return "spread_held" if held else ""


def _spread(article: Article, account: OfficialAccount, now: datetime) -> str:
    due = _when_possible(article, now)
    if due > now:
        return _write(article, "rescheduled", spread_due_at=due)
    allowance = zalo.may_broadcast(account, now)
    if not allowance.is_allowed:
        return _write(article, "spread_failed", spread=Spread.FAILED, error_text=allowance.sentence)
    claimed = Article.objects.filter(
        gate.gate_is_open(), pk=article.pk, spread=Spread.WAITING
    ).update(spread=Spread.SENDING, claimed_at=now)
    if not claimed:
        return ""
    _write_journal(SPREADING, article, now)
    try:
        sent = zalo.broadcast_article(
            account,
            article.zalo_article_id,
            cities=article.cities,
            now=now,
            reference=_reference(article),
        )
    except ZaloError as error:
        outcome = _outcome(error)
        _write_journal(SPREADING, article, now, outcome.verdict)
        match outcome.verdict:
            case Verdict.UNCERTAIN:
                return _write(
                    article, "uncertain", spread=Spread.UNCERTAIN, error_code="", error_text=NO_WORD
                )
            case Verdict.QUEUED:
                return _put_off(article, outcome, now)
        return _fail(article, outcome.code, outcome.sentence)
    message_id = sent.message_id[:LONGEST_ID]
    _write_journal(SPREADING, article, now, Verdict.SENT, message_id)
    return _write(
        article,
        "accepted",
        spread=Spread.ACCEPTED,
        spread_at=now,
        spread_message_id=message_id,
        spread_due_at=None,
        error_code="",
        error_text="",
    )


def _when_possible(article: Article, now: datetime) -> datetime:
    """The first moment from now at which Zalo would send it: by day, one a person and day."""
    moment = day_hour(now)
    sent_days = {
        timezone.localdate(at)
        for at in Article.objects.filter(
            commune=article.commune_id, spread=Spread.ACCEPTED, spread_at__gte=now - timedelta(2)
        ).values_list("spread_at", flat=True)
        if at is not None
    }
    while timezone.localdate(moment) in sent_days:
        morning = timezone.localtime(moment) + timedelta(days=1)
        moment = morning.replace(hour=max(DAY_STARTS, morning.hour))
    return moment


def _outcome(error: ZaloError) -> Outcome:
    """Outcome of an error; a missing capability fails, for an article has no second channel."""
    return outcome_of(error, waits_s=RETRY_S, waits_for_capability=False)


def _put_off(article: Article, outcome: Outcome, now: datetime, **values: Any) -> str:
    """Retry later; broadcasts by day only, as Zalo sends at no other hour."""
    due = outcome.next_at(now)
    values |= {"error_code": outcome.code, "error_text": outcome.sentence}
    if article.status == Status.PUBLISHED:
        due = day_hour(due)
        return _write(article, "rescheduled", spread=Spread.WAITING, spread_due_at=due, **values)
    return _write(article, "waiting", next_attempt_at=due, **values)


def _fail(article: Article, code: str, sentence: str) -> str:
    values: dict[str, Any] = {"error_code": code[:20], "error_text": sentence}
    if article.status == Status.PUBLISHED:
        return _write(article, "spread_failed", spread=Spread.FAILED, **values)
    return _write(article, "failed", status=Status.FAILED, next_attempt_at=None, **values)


def _write(article: Article, what: str, **values: Any) -> str:
    Article.objects.filter(pk=article.pk).exclude(
        status__in=[Status.CANCELLED, Status.REMOVED]
    ).update(**values)
    return what


def _write_journal(
    kind: str, article: Article, claimed_at: datetime, state: str = "", message_id: str = ""
) -> None:
    """Note a claim before its call, or its answer. What Zalo took in, its own page shows."""
    if (stamp := gate.stamp()) is not None:
        installation, epoch = stamp
        pk, at = article.pk, moment_text(claimed_at)
        line = journal.Line(epoch, kind, pk, pk, "", 0, at, state, message_id)
        journal.write(installation, [line])


def _reference(article: Article) -> str:
    return f"article:{article.pk}"


def _count(counts: dict[str, int], what: str, number: int = 1) -> None:
    if what and number:
        counts[what] = counts.get(what, 0) + number
