"""Receivers of Zalo events on duty: a code from the page, “NHAN CA”, a withdrawal.

Only these messages are taken, and the words “NHAN CA” only of a person who is linked; every other
is left to whoever hears tips.
"""

from typing import Any, Final

from django.dispatch import receiver

from duty.ways.models import Notice
from duty.ways.zalo import linking, replies
from vietnamese.text import fold
from zalo.followers import codes
from zalo.followers import services as followers
from zalo.inbox.events import InboundMessage, Withdrawal
from zalo.inbox.signals import message_received, person_withdrew
from zalo.models import OfficialAccount

BEGINS: Final = "nhan ca"


followers.register_naming(linking.named)


def is_about_duty(account: OfficialAccount, event: InboundMessage) -> bool:
    """Whether a message is taken here, asked before or after it was; others leave it alone."""
    return _code_row(account, event) is not None or _link(account, event) is not None


def _is_plain(event: InboundMessage) -> bool:
    return event.kind == "text" and not (event.is_anonymous or event.group_id or event.attachments)


def _code_row(account: OfficialAccount, event: InboundMessage) -> Any:
    code = codes.code_in(event.text, linking.WORD.lower()) if _is_plain(event) else None
    return None if code is None else linking.code_row(account, code, event.at)


def _link(account: OfficialAccount, event: InboundMessage) -> Any:
    if not _is_plain(event) or fold(event.text).strip(" .!") != BEGINS:
        return None
    follower = followers.find(account, event.user_id)
    return None if follower is None else linking.link_of(account, follower)


@receiver(message_received, dispatch_uid="duty.hear")
def hear(
    sender: Any, account: OfficialAccount, event: InboundMessage, **kwargs: Any
) -> bool | None:
    """A live code links, “NHAN CA” opens the free window, each with an answer in Zalo; None for
    everything else."""
    row = _code_row(account, event)
    if row is not None:
        follower = followers.find(account, event.user_id)
        if follower is not None and linking.redeem(account, row, follower, event.at):
            replies.answer(row.user, Notice.Text.LINKED)
        return True
    link = _link(account, event)
    if link is None:
        return None
    if linking.note_heard(link, event.at):
        replies.answer(link.user, Notice.Text.WINDOW)
    return True


@receiver(person_withdrew, dispatch_uid="duty.withdrew")
def withdrew(sender: Any, account: OfficialAccount, event: Withdrawal, **kwargs: Any) -> None:
    """Zalo data of a person who withdrew are not used any more."""
    linking.forget(account, event.user_id, event.at)
