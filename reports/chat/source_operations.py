"""The operation of the vault for the worker that has sent an answer of the chat."""

from accounts.vault.calls import Call
from accounts.vault.operations import operation
from reports.chat.sources import source_of_answer
from reports.work.models import TipMessage
from zalo import services as zalo


@operation("reports.source", caller="work", needs_session=False, is_logged=False)
def _source(_call: Call, *, row: int, message_id: str) -> str:
    """The hash that recognises the echo of an answer that is being sent; blank where another
    message has it."""
    sending = TipMessage.objects.filter(
        pk=row, via=TipMessage.Via.CHAT, state=TipMessage.State.SENDING
    )
    message = sending.select_related("tip").first()
    account = zalo.account_for(message.tip.commune_id) if message is not None else None
    if account is None:
        return ""
    source = source_of_answer(account, message_id)
    return "" if TipMessage.objects.filter(source=source).exists() else source
