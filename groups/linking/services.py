"""The link itself: made by an act of the person, ended by them, by an officer, or with the data."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import Commune, User
from accounts.services import NotAllowed
from accounts.workflow.services import lock, lock_for, sees
from groups.linking import replies
from groups.linking.models import LinkCode, LinkProposal, LinkReply, ZaloLink
from groups.residents.consent.models import ConsentNotice, ConsentRecord
from groups.residents.consent.notice import ZALO_LINK_NOTICE, ZALO_LINK_VERSION
from groups.residents.models import Member
from vietnamese.text import clean, fold, normalise_phone
from zalo.followers import services as followers
from zalo.inbox.events import ContactShared
from zalo.models import Follower, OfficialAccount

Basis, Purpose = ConsentRecord.Basis, ConsentNotice.Purpose


class CannotLink(NotAllowed):
    """The member or the follower is not free, or the member takes part no longer."""


def link_of(account: OfficialAccount, zalo_user_id: str) -> ZaloLink | None:
    """The link of a person of an account, or None."""
    return ZaloLink.objects.behind(account, [zalo_user_id]).select_related("member__hamlet").first()


@transaction.atomic
def make(
    member: Member, follower: Follower, *, method: str, at: datetime, by: User | None = None
) -> ZaloLink:
    """Keep that this member is this follower, with the agreement that it is known.

    `at` is when the person acted; `by` who confirmed it, none for a code. A newer act of the person
    with another Zalo account replaces the older link. Raises CannotLink.
    """
    lock(member)
    if member.status != Member.Status.ACTIVE:
        raise CannotLink("Người này không còn tham gia nên không liên kết được.")
    if follower.withdrawn_at is not None:
        raise CannotLink("Người dùng Zalo này đã rút đồng ý.")
    if member.hamlet.commune_id != follower.account.commune_id:
        raise CannotLink("Người này thuộc xã khác.")
    other = ZaloLink.objects.filter(follower=follower).exclude(member=member).first()
    if other is not None:
        raise CannotLink("Tài khoản Zalo này đang liên kết với một người khác trong danh sách.")
    old = ZaloLink.objects.filter(member=member).first()
    if old is not None and old.follower_id == follower.pk:
        return old
    if old is not None:
        end(old, by=by)
    row = ZaloLink.objects.create(
        member=member, follower=follower, way=method, linked_at=at, confirmed_by=by
    )
    followers.be_named(follower)
    ConsentRecord.objects.create(
        member=member,
        notice=_notice(member.hamlet.commune),
        basis=Basis.ZALO,
        given_at=min(at, timezone.now()),
        recorded_by=by,
    )
    LinkCode.objects.filter(member=member).delete()
    LinkProposal.objects.filter(follower=follower).delete()
    audit.record(
        "zalolink.made", by=by, target=member, commune=member.hamlet.commune,
        way=str(ZaloLink.Method(method).label),
    )  # fmt: skip
    return row


@transaction.atomic
def end(link: ZaloLink, *, by: User | None = None, reason: str = "") -> None:
    """Forget who the follower is; the agreement is kept as taken back. `by` None is the person."""
    member, now = link.member, timezone.now()
    ConsentRecord.objects.of_link().filter(member=member).update(
        withdrawn_at=now, withdrawn_recorded_by=by
    )
    link.delete()
    followers.be_nameless([link.follower_id])
    audit.record(
        "zalolink.ended", by=by, target=member, commune=member.hamlet.commune,
        reason=reason.strip()[:500], is_own_act=by is None,
    )  # fmt: skip


@transaction.atomic
def end_for(member: Member, *, by: User, reason: str = "") -> bool:
    """An officer takes a link back; returns whether there was one. Raises NotAllowed."""
    lock_for(
        member, by, permission="groups.end_zalolink",
        denied="Tài khoản này không bỏ được liên kết Zalo của người này.",
        unseen="Tài khoản này không bỏ được liên kết Zalo của người này.",
    )  # fmt: skip
    rows = ZaloLink.objects.select_for_update(of=("self",)).select_related(
        "member__hamlet__commune"
    )
    row = rows.filter(member=member).first()
    if row is None:
        return False
    end(row, by=by, reason=reason)
    return True


def forget(members: Iterable[int], *, by: User | None = None) -> None:
    """Unlink people who withdrew, left or are erased; delete their codes and proposals.

    Call in a transaction.
    """
    ids = list(members)
    ConsentRecord.objects.of_link().filter(member__in=ids).update(
        withdrawn_at=timezone.now(), withdrawn_recorded_by=by
    )
    linked = list(ZaloLink.objects.filter(member__in=ids).values_list("follower", flat=True))
    for model in (ZaloLink, LinkCode, LinkProposal):
        model._default_manager.filter(member__in=ids).delete()
    followers.be_nameless(linked)


def _notice(commune: Commune) -> ConsentNotice:
    """The notice about linking; the same words for every commune."""
    notice, _is_new = ConsentNotice.objects.get_or_create(
        commune=commune,
        version=ZALO_LINK_VERSION,
        defaults={"text": ZALO_LINK_NOTICE, "purpose": Purpose.ZALO_LINK},
    )
    return notice


def in_words(member: Member) -> str:
    """Whether and how this person linked a Zalo account, without what would lead to it: nobody
    here has a use for the id. Empty without a link."""
    link = ZaloLink.objects.filter(member=member).first()
    if link is None:
        return ""
    day = timezone.localtime(link.linked_at)
    return f"Đã liên kết ngày {day:%d/%m/%Y} ({link.get_way_display()})"


# What a person shared with the account, and who of the list an officer says that is.
#
# Name and phone are typed by whoever holds the Zalo account, and both can be read off a list. So
# even a perfect match proves nothing: an officer calls the number on the list and asks.


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
def propose(
    account: OfficialAccount, follower: Follower, event: ContactShared
) -> LinkProposal | None:
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


def candidates(proposal: LinkProposal, *, by: User, words: str = "") -> QuerySet[Member]:
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
    found: QuerySet[Member] = rows.filter(pk__in=ids).order_by("sort_key", "pk")
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
    link = make(chosen, follower, method=ZaloLink.Method.CONTACT, at=row.shared_at, by=by)
    replies.make(follower, LinkReply.Kind.LINKED, timezone.now(), heard_at=row.shared_at)
    return link


@transaction.atomic
def refuse(proposal: LinkProposal, *, by: User, reason: str = "") -> None:
    """Not on the list, or it was not they: what was shared goes. Raises NotAllowed."""
    row = lock_for(proposal, by, permission=SETTLES)
    replies.make(row.follower, LinkReply.Kind.REFUSED, timezone.now(), heard_at=row.shared_at)
    audit.record(
        "zalolink.refused", by=by, commune=row.follower.account.commune, reason=reason.strip()
    )
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
