"""A person takes back in Zalo that their data may be used: what the vault lets go, what not."""

from datetime import datetime

from django.db import transaction

from procedures.models import Question
from procedures.services import asking
from reports.models import ChatReply, TipEvent, TipReport
from reports.models.sealed import index_of_reporter
from reports.services.chat_answers import last_heard
from reports.services.emptying import empty_vault
from reports.services.steps import lock, note, quarter
from zalo.events import Withdrawal
from zalo.models import OfficialAccount

Told = Question.Told
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
            asking.note_not_told([reply.question_id] if reply.question_id else [], Told.CLOSED)
            reply.delete()
