"""What became of an answer is told to the question that it answers, and whether it still holds."""

from typing import Final

from django.utils import timezone

from procedures.models import Edition, Question
from procedures.rendering import why_not_sendable
from procedures.services import asking
from reports.chat import texts
from reports.models import TipMessage

Sent = TipMessage.State
CHANGED: Final = (
    "Bản thủ tục dùng để trả lời đã thay đổi sau khi lời này được viết, nên máy chưa gửi. Hãy "
    "xem lại bản đang dùng rồi trả lời lại; lời cũ còn đúng thì bấm gửi lại."
)


def tell(question: int | None, state: str, *, is_withheld: bool = False) -> None:
    """An answer ended in a state of `TipMessage`; one that waits on has not ended.

    Call in the transaction that writes the state.
    """
    if question is None or state == Sent.QUEUED:
        return
    if state == Sent.SENT and not is_withheld:
        asking.note_sent([question])
    else:
        told = Question.Told.WITHHELD if state == Sent.SENT else state
        asking.note_not_told([question], told)


def prove(message: TipMessage) -> None:
    """An echo shows that an answer of the machine arrived of which nobody knew: so its question is
    answered.

    The answer names it no longer. It is known by its words alone, as in `library.settle`: the last
    one asked in this talk before the answer. That a choice arrived is proved by the pick.
    """
    edition: Edition | None = message.edition
    if edition is None or message.by_id is not None or message.text == texts.NOT_NOW:
        return
    tip = message.tip
    heard = tip.messages.filter(direction=TipMessage.Direction.IN, pk__lt=message.pk)
    said = [row.text for row in heard.order_by("-pk")]
    said += [row.text for row in tip.sealed_texts.order_by("-pk")]
    lines = (line.strip() for text in said for line in (text, *text.splitlines()))
    asking.note_proved(tip.commune, filter(None, lines), edition)


def holds(message: TipMessage) -> bool:
    """Whether the edition behind an answer of a talk may still be told as it was written.

    The machine tells nothing that it may not tell at this moment. An officer may tell what is being
    checked and says so; then only what changed since the words were written counts.
    """
    edition: Edition | None = message.edition
    if edition is None:
        return True
    today = timezone.localdate()
    why = why_not_sendable(edition, today)
    if not why or message.by_id is None:
        return not why
    was_reopened = edition.reopened_at is not None and edition.reopened_at >= message.at
    is_in_use = edition.status == Edition.Status.PUBLISHED and edition.procedure.is_active
    is_stale_now = edition.is_stale(today) and not edition.is_stale(timezone.localdate(message.at))
    return is_in_use and edition.is_in_force(today) and not was_reopened and not is_stale_now
