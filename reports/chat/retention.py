"""Delete chat data: on withdrawal of consent, and unsent fixed replies by age."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import retention
from procedures.asking import services as asking
from procedures.models import Question
from reports.chat.answers import last_heard
from reports.chat.models import ChatReply
from reports.tips.models import TipReport
from reports.tips.services import lock, note, quarter
from reports.vault.models import index_of_reporter
from reports.vault.services import empty_vault
from reports.work.models import TipEvent
from zalo.inbox.events import Withdrawal
from zalo.models import OfficialAccount

# A person takes back in Zalo that their data may be used: what the vault lets go, what not.


Told = Question.AnswerState
EMPTIED = (
    "Người báo tin rút đồng ý trên Zalo: thông tin về người báo đã xóa, không nhắn lại qua Zalo "
    "được nữa."
)
KEPT = (
    "Người báo tin rút đồng ý trên Zalo. Thông tin về người báo vẫn giữ niêm phong vì phản ánh "
    "chưa xong và có thể là tin về tội phạm, hoặc đang được giữ lại; khi đóng thì xóa theo hạn."
)


@transaction.atomic
def withdrew(account: OfficialAccount, event: Withdrawal) -> None:
    """Empty the vault of each tip that this person told in the chat, where the law permits.

    An open tip about a crime, or one that nobody has sorted yet, keeps it: the law wants the
    reporter of a crime known to the police. A word after the withdrawal counts as coming back.
    """
    index = index_of_reporter(event.user_id)
    rows = TipReport.objects.filter(
        commune=account.commune_id, reporter__zalo_index=index, emptied_at=None
    )
    for tip in rows.order_by("pk"):
        lock(tip)
        if last_heard(tip) > event.at:
            continue
        if _must_stay(tip):
            _note_once(tip, KEPT, event.at)
        else:
            empty_vault(tip)
            _note_once(tip, EMPTIED, event.at)
    _drop_replies(account, event)


def _must_stay(tip: TipReport) -> bool:
    may_be_crime = tip.is_crime or tip.kind == TipReport.Kind.UNSORTED
    return tip.is_held or (tip.is_open and may_be_crime)


def _note_once(tip: TipReport, words: str, at: datetime) -> None:
    moment = quarter(at)
    noted = tip.events.filter(kind=TipEvent.Kind.NOTED, at=moment)
    if all(row.note != words for row in noted):
        note(tip, TipEvent.Kind.NOTED, at=moment, note=words)


def _drop_replies(account: OfficialAccount, event: Withdrawal) -> None:
    """Nothing more is sent to them; whom a reply is for lies sealed, so each is looked at."""
    waiting = ChatReply.objects.filter(account=account, state=ChatReply.State.WAITING)
    for reply in waiting.order_by("pk"):
        if reply.zalo_user_id == event.user_id and reply.heard_at <= event.at:
            asking.record_undelivered([reply.question_id] if reply.question_id else [], Told.CLOSED)
            reply.delete()


def register_rules() -> None:
    """After a week Zalo takes them no more; until then they are counted on the health pages."""
    retention.register(
        retention.RetentionRule(
            label="reports.ChatReply",
            days=ChatReply.KEEP_DAYS,
            sentence="Tin trả lời tự động không gửi được qua Zalo thì xóa sau 8 ngày.",
            expired=_old,
        )
    )


def _old() -> Any:
    return ChatReply.objects.filter(
        heard_at__lt=timezone.now() - timedelta(days=ChatReply.KEEP_DAYS)
    )
