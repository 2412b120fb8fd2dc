"""What is heard of Zalo about tips: words of residents, withdrawals, what the account wrote.

One receiver decides what a private message is. Those about linking belong to `groups.linking`; what
somebody shares as contact data does too, and never comes near a tip.
"""

from typing import Any

from django.dispatch import receiver

from groups.linking.receivers import is_about_linking
from reports.services import chat, chat_answers, chat_leaving
from zalo.events import InboundMessage, OwnEcho, Withdrawal
from zalo.models import OfficialAccount, WebhookEvent
from zalo.signals import echo_received, message_received, person_withdrew


@receiver(message_received, dispatch_uid="reports.hear")
def hear(
    sender: Any,
    account: OfficialAccount,
    event: InboundMessage,
    record: WebhookEvent | None = None,
    **kwargs: Any,
) -> bool | None:
    """Every private message that is not about linking: a tip, a question or a greeting."""
    if event.group_id or is_about_linking(event):
        return None
    chat.hear(account, event, record)
    return True


@receiver(person_withdrew, dispatch_uid="reports.withdrew")
def withdrew(sender: Any, account: OfficialAccount, event: Withdrawal, **kwargs: Any) -> None:
    """Somebody wants no more use of their data."""
    chat_leaving.withdrew(account, event)


@receiver(echo_received, dispatch_uid="reports.note_echo")
def note_echo(sender: Any, account: OfficialAccount, event: OwnEcho, **kwargs: Any) -> None:
    """The account wrote to somebody."""
    chat_answers.note_echo(account, event)
