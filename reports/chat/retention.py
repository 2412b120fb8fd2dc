"""Delete chat data: on withdrawal of consent, and unsent fixed replies by age."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import retention
from accounts.quarters import quarter
from accounts.vault import sealing
from accounts.workflow.services import lock, record
from procedures.asking import services as asking
from procedures.models import Question
from reports.chat.answers import last_heard
from reports.chat.models import ChatReply
from reports.tips.models import TipReport
from reports.vault.models import indexes_of_reporter
from reports.vault.services import empty_vault
from reports.work.models import TipEvent
from zalo.inbox.events import Withdrawal
from zalo.models import OfficialAccount

EMPTIED = (
    "Người báo tin rút đồng ý trên Zalo: thông tin về người báo đã xóa, không nhắn lại qua Zalo "
    "được nữa."
)
NOT_EMPTIED = (
    "Người báo tin rút đồng ý trên Zalo. Thông tin về người báo vẫn giữ niêm phong vì phản ánh "
    "chưa xong và có thể là tin về tội phạm, hoặc đang được giữ lại; khi đóng thì xóa theo hạn."
)


@transaction.atomic
def withdrew(account: OfficialAccount, event: Withdrawal) -> None:
    """Empty what is known of this person at each tip in the chat, where the law permits. In the
    vault.

    An open tip about a crime, or one not sorted yet, stays: the law wants the reporter of a crime
    known to the police. A word after the withdrawal counts as coming back.
    """
    rows = TipReport.objects.filter(
        commune=account.commune_id,
        reporter__zalo_index__in=indexes_of_reporter(event.user_id),
        emptied_at=None,
    )
    for tip in rows.order_by("pk"):
        lock(tip)
        if last_heard(tip) > event.at:
            continue
        may_be_crime = tip.is_crime or tip.kind == TipReport.Kind.UNSORTED
        must_stay = tip.is_held or (tip.is_open and may_be_crime)
        if not must_stay:
            empty_vault(tip)
        _note_once(tip, NOT_EMPTIED if must_stay else EMPTIED, event.at)
    # The recipient is sealed, so each row is read.
    waiting = ChatReply.objects.filter(account=account, state=ChatReply.State.WAITING)
    for reply in waiting.order_by("pk"):
        if reply.zalo_user_id == event.user_id and reply.heard_at <= event.at:
            asking.record_undelivered(
                [reply.question_id] if reply.question_id else [], Question.AnswerState.CLOSED
            )
            reply.delete()


def _note_once(tip: TipReport, words: str, at: datetime) -> None:
    moment = quarter(at)
    noted = tip.events.filter(kind=TipEvent.Kind.NOTED, at=moment)
    if not sealing.can_seal():
        words = ""  # what is to be wiped is wiped there too
    if all(row.note != words for row in noted):
        record(tip, TipEvent.Kind.NOTED, at=moment, text=words)


retention.register(
    retention.RetentionRule(
        label="reports.ChatReply",
        days=ChatReply.KEEP_DAYS,
        sentence="Tin trả lời tự động không gửi được qua Zalo thì xóa sau 8 ngày.",
        expired=lambda: ChatReply.objects.filter(
            heard_at__lt=timezone.now() - timedelta(days=ChatReply.KEEP_DAYS)
        ),
    ),
)
