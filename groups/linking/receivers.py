"""Receivers of Zalo events on linking: three short messages, shared contacts, withdrawals.

A message that is one of ours is taken, so that its text is not kept; every other is left to whoever
hears tips. Nothing of a message is written to a member or a follower.
"""

from collections.abc import Iterable
from typing import Any, Final

from django.dispatch import receiver

from groups.linking import codes, replies
from groups.linking import services as linking
from groups.linking.models import LinkProposal, LinkReply, ZaloLink
from groups.personal_data import services as personal_data
from vietnamese.text import fold
from zalo.followers import services as followers
from zalo.inbox.events import ContactShared, InboundMessage, Withdrawal
from zalo.inbox.signals import contact_shared, message_received, person_withdrew
from zalo.models import Follower, OfficialAccount

Kind = LinkReply.Kind
ASKS: Final = frozenset({"lien ket", "lk", "lienket"})
ENDS: Final = frozenset({"huy lien ket", "bo lien ket", "huy lk", "huylienket"})


def _named(ids: set[int]) -> Iterable[int]:
    """Of these followers those who are linked, or have shared who they are."""
    for model in (ZaloLink, LinkProposal):
        yield from model.objects.filter(follower__in=ids).values_list("follower", flat=True)


followers.register_naming(_named)


def is_about_linking(event: InboundMessage) -> bool:
    """Whether a message is taken here; whoever hears tips leaves it alone."""
    if event.kind != "text" or event.is_anonymous or event.group_id or event.attachments:
        return False
    return _bare(event) in ASKS | ENDS or codes.code_in(event.text) is not None


def _bare(event: InboundMessage) -> str:
    return fold(event.text).strip(" .!")


@receiver(message_received, dispatch_uid="groups.linking.hear")
def hear(
    sender: Any, account: OfficialAccount, event: InboundMessage, **kwargs: Any
) -> bool | None:
    """“LIEN KET”, “HUY LIEN KET” and “LK” with a code; None for everything else."""
    if not is_about_linking(event):
        return None
    words, code = _bare(event), codes.code_in(event.text)
    follower = followers.find(account, event.user_id)
    if follower is None:
        return True
    if code is not None:
        link = codes.redeem(code, follower, at=event.at) or linking.link_of(account, event.user_id)
        is_linked = link is not None and link.linked_at >= event.at
        kind = Kind.LINKED if is_linked else Kind.BAD_CODE
    elif words in ENDS:
        kind = _end(account, follower, event)
    else:
        kind = Kind.LINKED if linking.link_of(account, event.user_id) else Kind.ASK
    replies.make(follower, kind, event.at, heard_at=event.at)
    return True


def _end(account: OfficialAccount, follower: Follower, event: InboundMessage) -> LinkReply.Kind:
    dropped = linking.drop(follower, shared_by=event.at)
    link = linking.link_of(account, event.user_id)
    if link is not None and link.linked_at <= event.at:
        linking.end(link)
        return Kind.UNLINKED
    return Kind.UNLINKED if dropped else Kind.NOT_LINKED


@receiver(contact_shared, dispatch_uid="groups.linking.shared")
def shared(sender: Any, account: OfficialAccount, event: ContactShared, **kwargs: Any) -> None:
    """A person pressed “share”."""
    follower = followers.find(account, event.user_id)
    if follower is not None:
        linking.propose(account, follower, event)


@receiver(person_withdrew, dispatch_uid="groups.linking.withdrew")
def withdrew(sender: Any, account: OfficialAccount, event: Withdrawal, **kwargs: Any) -> None:
    """A linked person gets a request with its clock; the link ends at once, as for everybody."""
    follower = followers.find(account, event.user_id)
    if follower is None:
        return
    linking.drop(follower, shared_by=event.at)
    link = linking.link_of(account, event.user_id)
    if link is not None and link.linked_at <= event.at:
        personal_data.receive_from_zalo(link.member, at=event.at)
        linking.end(link)
