"""Linking the own Zalo with the account: a code on the page, sent to the Official Account."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import User
from accounts.workflow.declaration import NotAllowed
from duty.ways.zalo.models import CODE_FOR, OwnZalo, OwnZaloCode, code_index
from zalo.followers import codes
from zalo.followers import services as followers
from zalo.models import Follower, OfficialAccount
from zalo.services import account_for

WORD: Final = "TB"
NOT_YOURS: Final = "Tài khoản này không nhận báo việc."
NO_ACCOUNT: Final = "Xã chưa kết nối tài khoản Zalo OA nên chưa liên kết được."


@transaction.atomic
def new_code(*, by: User) -> str:
    """The message to send to the Official Account within ten minutes; an older one ends.

    Raises NotAllowed.
    """
    if not by.has_perm("duty.receive_notice") or by.commune_id is None:
        raise NotAllowed(NOT_YOURS)
    if account_for(by.commune_id) is None:
        raise NotAllowed(NO_ACCOUNT)
    code = codes.new_code()
    OwnZaloCode.objects.filter(user=by).delete()
    ends = timezone.now() + CODE_FOR
    OwnZaloCode.objects.create(user=by, code_index=code_index(code), expires_at=ends)
    audit.record("ownways.zalo_code_made", by=by)
    return codes.spelled(WORD, code)


def address_of(user: User) -> str:
    """The page of the Official Account on Zalo, to which the code is sent; empty without one."""
    account = account_for(user.commune_id) if user.commune_id else None
    return f"https://zalo.me/{account.oa_id}" if account else ""


def code_row(account: OfficialAccount, code: str, at: datetime) -> OwnZaloCode | None:
    """The code that a message of this moment brought, live or used by this very message."""
    is_live = Q(used_at=None, expires_at__gt=at) | Q(used_at=at)
    rows = OwnZaloCode.objects.of_commune(account.commune_id).select_related("user__commune")
    return rows.filter(is_live, code_index=code_index(code), user__is_active=True).first()


@transaction.atomic
def redeem(account: OfficialAccount, row: OwnZaloCode, follower: Follower, at: datetime) -> bool:
    """Keep that this follower is the person whose page showed the code; a newer link replaces.

    Returns whether the code was fresh.
    """
    if row.used_at is not None:
        return False
    _end(Q(user=row.user_id) | Q(follower=follower))
    OwnZalo.objects.create(user=row.user, follower=follower, linked_at=at, heard_at=_not_ahead(at))
    row.used_at = at
    row.save(update_fields=["used_at"])
    followers.be_named(follower)
    audit.record("ownways.zalo_linked", by=row.user, commune=account.commune)
    return True


def link_of(account: OfficialAccount, follower: Follower) -> OwnZalo | None:
    """The link of a person of an account, or None."""
    rows = OwnZalo.objects.filter(follower=follower, user__commune=account.commune_id)
    return rows.filter(user__is_active=True).select_related("user__commune").first()


def note_heard(link: OwnZalo, at: datetime) -> bool:
    """The person wrote: the free window begins anew. An older event changes nothing: False."""
    rows = OwnZalo.objects.filter(Q(heard_at=None) | Q(heard_at__lt=_not_ahead(at)), pk=link.pk)
    return rows.update(heard_at=_not_ahead(at)) > 0


@transaction.atomic
def unlink(*, by: User) -> bool:
    """The person takes the link back; returns whether there was one."""
    OwnZaloCode.objects.filter(user=by).delete()
    is_ended = _end(Q(user=by))
    if is_ended:
        audit.record("ownways.zalo_unlinked", by=by)
    return is_ended


def _end(which: Q) -> bool:
    rows = OwnZalo.objects.filter(which)
    ids = list(rows.values_list("follower", flat=True))
    rows.delete()
    followers.be_nameless(ids)
    return bool(ids)


def named(ids: set[int]) -> Iterable[int]:
    """Of these followers those who are persons of the portal."""
    found: Iterable[int] = OwnZalo.objects.filter(follower__in=ids).values_list(
        "follower", flat=True
    )
    return found


def end_with_the_account(user: User) -> None:
    """An account that was switched off is reached by no Zalo any more."""
    OwnZaloCode.objects.filter(user=user).delete()
    _end(Q(user=user))


def forget(account: OfficialAccount, zalo_user_id: str, at: datetime) -> None:
    """The person withdrew on Zalo: the link ends."""
    follower = followers.find(account, zalo_user_id)
    if follower is not None:
        _end(Q(follower=follower, linked_at__lte=at))


def _not_ahead(at: datetime) -> datetime:
    return min(at, timezone.now())
