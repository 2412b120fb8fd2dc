"""The link itself: made by an act of the person, ended by them, by an officer, or with the data."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Commune, User
from accounts.services import NotAllowed
from accounts.workflow.services import lock, lock_for
from groups.models import ConsentNotice, ConsentRecord, LinkCode, LinkProposal, Member, ZaloLink
from groups.notice_text import ZALO_LINK_NOTICE, ZALO_LINK_VERSION
from zalo.models import Follower, OfficialAccount
from zalo.services import followers

Basis, Purpose = ConsentRecord.Basis, ConsentNotice.Purpose


class CannotLink(NotAllowed):
    """The member or the follower is not free, or the member takes part no longer."""


def link_of(account: OfficialAccount, zalo_user_id: str) -> ZaloLink | None:
    """The link of a person of an account, or None."""
    return ZaloLink.objects.behind(account, [zalo_user_id]).select_related("member__hamlet").first()


@transaction.atomic
def make(
    member: Member, follower: Follower, *, way: str, at: datetime, by: User | None = None
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
        member=member, follower=follower, way=way, linked_at=at, confirmed_by=by
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
        way=str(ZaloLink.Way(way).label),
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
    """Whoever withdrew, left or is erased is not linked any more; codes and proposals go too.

    Call in a transaction.
    """
    ids = list(members)
    ConsentRecord.objects.of_link().filter(member__in=ids).update(
        withdrawn_at=timezone.now(), withdrawn_recorded_by=by
    )
    linked = ZaloLink.objects.filter(member__in=ids)
    followers.be_nameless(linked.values_list("follower", flat=True))
    for model in (ZaloLink, LinkCode, LinkProposal):
        model._default_manager.filter(member__in=ids).delete()


def _notice(commune: Commune) -> ConsentNotice:
    """What people agree to by linking; the same words for every commune."""
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
