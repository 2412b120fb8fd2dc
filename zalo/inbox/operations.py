"""The operation of the vault that interprets private events of the inbox."""

from accounts.vault.calls import Call
from accounts.vault.operations import operation
from zalo.inbox.interpreting import INTERPRET, interpret_some
from zalo.inbox.models import WebhookEvent


@operation(INTERPRET, caller="work", needs_session=False)
def interpret_private(call: Call, *, uuids: list[str]) -> dict[str, int]:
    """Interpret these stored events of private talks; returns how many ended in which state.

    The rows are all that the vault believes: whatever else it needs it reads in them.
    """
    return dict(interpret_some(WebhookEvent.objects.filter(uuid__in=uuids).of_people()))
