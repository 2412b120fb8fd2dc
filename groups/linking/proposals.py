"""What a person shared with the account, and who of the list an officer says that is.

Name and phone are typed by whoever holds the Zalo account, and both can be read off a list. So even
a perfect match proves nothing: an officer calls the number on the list and asks.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock_for, sees
from groups.linking import links, replies
from groups.models import LinkProposal, LinkReply, Member, ZaloLink
from groups.querysets import MemberQuerySet
from groups.vietnamese import clean, fold, normalise_phone
from zalo.events import ContactShared
from zalo.models import Follower, OfficialAccount
from zalo.services import followers

MOST_CANDIDATES: Final = 12
SETTLES: Final = "groups.settle_linkproposal"


def fitting(account: OfficialAccount, name: str, phone: str) -> tuple[Member | None, Member | None]:
    """The one member whom phone and name fit, and else the one whom the phone alone fits."""
    phone = normalise_phone(phone)
    if not phone.startswith("+"):
        return None, None
    rows = Member.objects.active().filter(hamlet__commune=account.commune_id, phone=phone)
    found = list(rows.select_related("hamlet").order_by("pk")[:20])
    named = [row for row in found if row.search_text == fold(name)]
    if len(named) == 1:
        return named[0], named[0]
    return None, found[0] if len(found) == 1 else None


@transaction.atomic
def take(account: OfficialAccount, follower: Follower, event: ContactShared) -> LinkProposal | None:
    """Keep what was shared until an officer has decided; None where there is nothing to decide."""
    if ZaloLink.objects.filter(follower=follower).exists():
        return None
    newer = LinkProposal.objects.filter(follower=follower, shared_at__gte=event.at)
    if newer.exists():
        return None
    name, phone = clean(event.name)[:100], clean(event.phone)[:30]
    if not name and not phone:
        return None
    member, near = fitting(account, name, phone)
    LinkProposal.objects.filter(follower=follower).delete()
    row = LinkProposal(
        follower=follower,
        member=member,
        hamlet=near.hamlet if near is not None else None,
        shared_at=min(event.at, timezone.now()),
    )
    if member is None:
        row.name, row.phone = name, phone
    row.save()
    followers.be_named(follower)
    replies.make(follower, LinkReply.Kind.NOTED, event.at, heard_at=event.at)
    return row


def candidates(proposal: LinkProposal, *, by: User, words: str = "") -> MemberQuerySet:
    """Members in sight whom these words bring up; without any, those near to what was shared."""
    rows = Member.objects.visible_to(by).active().select_related("hamlet")
    rows = rows.filter(hamlet__commune=proposal.follower.account.commune_id)
    if fold(words):
        near = rows.search(words)
    else:
        phone, name = normalise_phone(proposal.phone), fold(proposal.name)
        near = rows.filter(Q(phone=phone) & ~Q(phone="") | Q(search_text=name))
        if not near.exists():
            near = rows.search(proposal.name.rpartition(" ")[2])
    ids = list(near.order_by("sort_key", "pk").values_list("pk", flat=True)[:MOST_CANDIDATES])
    found: MemberQuerySet = rows.filter(pk__in=ids).order_by("sort_key", "pk")
    return found


@transaction.atomic
def confirm(proposal: LinkProposal, *, by: User, member: Member | None = None) -> ZaloLink:
    """The officer has asked the person: yes, it is this member. Raises NotAllowed."""
    row = lock_for(proposal, by, permission=SETTLES)
    chosen = row.member or member
    if chosen is None:
        raise NotAllowed("Hãy chọn người này trong danh sách thành viên.")
    if not sees(by, chosen):
        raise NotAllowed("Tài khoản này không xem được người đã chọn.")
    follower = row.follower
    link = links.make(chosen, follower, way=ZaloLink.Way.CONTACT, at=row.shared_at, by=by)
    replies.make(follower, LinkReply.Kind.LINKED, timezone.now(), heard_at=row.shared_at)
    return link


@transaction.atomic
def refuse(proposal: LinkProposal, *, by: User) -> None:
    """Not on the list, or it was not they: what was shared goes. Raises NotAllowed."""
    row = lock_for(proposal, by, permission=SETTLES)
    replies.make(row.follower, LinkReply.Kind.REFUSED, timezone.now(), heard_at=row.shared_at)
    audit.record("zalolink.refused", by=by, commune=row.follower.account.commune)
    drop(row.follower, shared_by=row.shared_at)


def drop(follower: Follower, *, shared_by: datetime) -> bool:
    """Forget what somebody shared until then; returns whether there was anything.

    Call in a transaction.
    """
    shared = LinkProposal.objects.filter(follower=follower, shared_at__lte=shared_by)
    dropped, _by_model = shared.delete()
    if dropped:
        followers.be_nameless([follower.pk])
    return bool(dropped)
