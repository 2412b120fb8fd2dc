"""Files of the chat: from what was fetched of Zalo into the tip, so that each lies here once."""

from typing import Final

from django.db import transaction
from django.db.models import Q

from reports.chat import texts
from reports.intake import fingerprint_of
from reports.models import TipAttachment, TipReport
from reports.services import chat_answers as answers
from zalo.models import InboundFile

State, Fetched = TipAttachment.State, InboundFile.State
ENDED: Final = (Fetched.FETCHED, Fetched.REFUSED, Fetched.GONE)
AT_ONCE: Final = 20


def take_over() -> int:
    """Take what Zalo's files became; returns how many. The door of the task.

    The row at the wall is deleted with it: its event knows the second in which the file came.
    """
    taken = 0
    while taken < AT_ONCE and _take_one():
        taken += 1
    return taken


@transaction.atomic(durable=True)
def _take_one() -> bool:
    rows = TipAttachment.objects.filter(state=State.WAITING).filter(_is_decided())
    attachment = (
        rows.select_for_update(of=("self",), skip_locked=True)
        .select_related("tip__commune", "tip__reporter")
        .order_by("pk")
        .first()
    )
    if attachment is None:
        return False
    file = _file_of(attachment)
    if file is not None and file.state == Fetched.FETCHED and file.content is not None:
        content = bytes(file.content)
        attachment.content, attachment.content_type = content, file.content_type
        attachment.size, attachment.fingerprint = len(content), fingerprint_of(content)
        attachment.state = State.READY
    else:
        attachment.state = State.REFUSED
        _say_refused(attachment, file)
    attachment.inbound = None
    attachment.save(
        update_fields=["content", "content_type", "size", "fingerprint", "state", "inbound"]
    )
    if file is not None:
        file.delete()
    return True


def _file_of(attachment: TipAttachment) -> InboundFile | None:
    if attachment.inbound_id is None:
        return None
    rows = InboundFile.objects.select_for_update(of=("self",))
    return rows.filter(pk=attachment.inbound_id).first()


def _is_decided() -> Q:
    return Q(inbound=None) | Q(inbound__state__in=ENDED)


def _say_refused(attachment: TipAttachment, file: InboundFile | None) -> None:
    """Tell the reporter, in the talk, so that the officer reads it too."""
    tip = attachment.tip
    if tip.channel != TipReport.Channel.OA_CHAT or not tip.reporter.zalo_user_id:
        return
    if tip.reporter.zalo_user_id.startswith(answers.VISITOR):
        return
    gone = file is None or file.state == Fetched.GONE
    reason = "gone" if gone or file is None else file.reason
    text = texts.file_refused(texts.FILE_REASONS.get(reason, texts.FILE_LOST))
    rows = tip.messages.filter(by=None, direction="out", at=attachment.at)
    if not any(row.text == text for row in rows):
        answers.say_by_itself(tip, text, attachment.at)
