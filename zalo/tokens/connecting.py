"""Binding an Official Account to a commune with a token pair that a person brings."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import services as audit
from accounts.models import Commune, User
from zalo.client.api import ZaloClient
from zalo.client.errors import ZaloError, ZaloRejected, ZaloRetryable, ZaloUnauthorized
from zalo.client.types import OaProfile, TokenPair
from zalo.inbox.services import requeue_unowned
from zalo.official_accounts.models import OfficialAccount
from zalo.tokens import oauth, write_ahead
from zalo.tokens import services as tokens


class ConnectionRefused(Exception):
    """The account cannot be bound; the message says in Vietnamese why and what to do."""


class Check(Enum):
    """Result of asking Zalo about the tokens."""

    CONFIRMED = auto()
    UNREACHABLE = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Connected:
    """A bound account; `check` other than CONFIRMED comes with the sentence that explains it."""

    account: OfficialAccount
    check: Check
    sentence: str = ""


def connect(
    commune: Commune,
    *,
    oa_id: str,
    access_token: str,
    refresh_token: str,
    by: User | None = None,
    is_replacing: bool = False,
) -> Connected:
    """Bind the account `oa_id` to `commune` with this pair; a second call connects it anew.

    Zalo is asked first, outside any transaction. Tokens of another account, tokens that Zalo
    declares dead, and an account that belongs to another commune raise ConnectionRefused, and
    nothing is changed. An unreachable Zalo does not: the pair is saved and used until it is
    refused. `is_replacing` allows another account than the one that the commune has now.
    """
    require_free(commune, oa_id, is_replacing=is_replacing)
    pair = TokenPair(access_token, refresh_token)
    check, sentence, profile, pair = examine(oa_id, pair)
    with transaction.atomic():
        account = save(commune, oa_id, pair, profile, by=by)
    tokens.remember(account)
    return Connected(account, check, sentence)


def require_free(commune: Commune, oa_id: str, *, is_replacing: bool = False) -> None:
    """Raises ConnectionRefused where this account or this commune is bound otherwise."""
    elsewhere = OfficialAccount.objects.filter(oa_id=oa_id).exclude(commune=commune).first()
    if elsewhere is not None:
        raise ConnectionRefused(
            _("OA %(oa)s đã được kết nối cho %(commune)s. Mỗi OA chỉ thuộc một xã, phường.")
            % {"oa": oa_id, "commune": elsewhere.commune}
        )
    present = OfficialAccount.objects.filter(commune=commune).exclude(oa_id=oa_id).first()
    if present is not None and not is_replacing:
        raise ConnectionRefused(
            _(
                "%(commune)s đang dùng OA %(oa)s. Nếu thật sự muốn đổi sang OA khác, quản trị kỹ "
                "thuật dùng lệnh zalo_connect với --replace; các nhóm của OA cũ sẽ không gửi được "
                "nữa."
            )
            % {"commune": commune, "oa": present.oa_id}
        )


def examine(
    oa_id: str, pair: TokenPair, keep: Callable[[TokenPair], None] | None = None
) -> tuple[Check, str, OaProfile | None, TokenPair]:
    """Ask Zalo whose tokens these are; a pair that had to be refreshed comes back rotated.

    `keep` is told of a rotated pair before it is used. Raises ConnectionRefused for tokens of
    another account (`oa_id` empty: any will do) and for a dead pair.
    """
    try:
        profile = _profile(pair.access_token)
    except ZaloUnauthorized:
        try:
            pair = _rotate(pair)
            if keep is not None:
                keep(pair)
        except ZaloRejected as error:
            raise ConnectionRefused(str(error)) from error
        except ZaloRetryable as error:
            return Check.REFUSED, str(error), None, pair
        try:
            profile = _profile(pair.access_token)
        except ZaloError as error:
            return Check.UNREACHABLE, str(error), None, pair
    except ZaloRejected as error:
        return Check.REFUSED, str(error), None, pair
    except ZaloError as error:
        return Check.UNREACHABLE, str(error), None, pair
    if oa_id and profile.oa_id and profile.oa_id != oa_id:
        raise ConnectionRefused(
            _(
                "Mã truy cập này thuộc OA %(found)s (%(name)s), không phải OA %(oa)s. Hãy lấy mã "
                "của đúng tài khoản OA."
            )
            % {"found": profile.oa_id, "name": profile.name, "oa": oa_id}
        )
    return Check.CONFIRMED, "", profile, pair


def _profile(access_token: str) -> OaProfile:
    client = ZaloClient(
        settings.ZALO_API_URL,
        access_token,
        timeout=tokens.timeout(),
        app_secret=settings.ZALO_APP_SECRET,
    )
    return client.get_oa()


def _rotate(pair: TokenPair) -> TokenPair:
    """Refresh a pair that is on no account yet; one received before and put aside counts."""
    rotated = write_ahead.find(pair.refresh_token)
    if rotated is not None:
        return rotated
    rotated = oauth.refresh_pair(
        settings.ZALO_OAUTH_URL,
        app_id=settings.ZALO_APP_ID,
        app_secret=settings.ZALO_APP_SECRET,
        refresh_token=pair.refresh_token,
        timeout=tokens.timeout(),
    )
    write_ahead.put(pair.refresh_token, rotated)
    return rotated


def save(
    commune: Commune,
    oa_id: str,
    pair: TokenPair,
    profile: OaProfile | None,
    *,
    by: User | None,
    received_at: datetime | None = None,
) -> OfficialAccount:
    """Bind the account and put the pair on its row, under its lock; call inside a transaction.

    What Zalo told of it before is interpreted now.

    A pair without lifetimes is of unknown age: it is used until Zalo refuses it. A pair that was
    `received_at` before another connection raises ConnectionRefused.
    """
    now = timezone.now()
    account = (
        OfficialAccount.objects.select_for_update(of=("self",)).filter(commune=commune).first()
    )
    is_new = account is None
    if account and received_at and account.connected_at and account.connected_at > received_at:
        raise ConnectionRefused(_("OA đã được kết nối lại sau lần cấp quyền này, nên giữ lần mới."))
    account = account or OfficialAccount(commune=commune)
    if account.oa_id != oa_id:
        account.oa_id = oa_id
        account.endpoint_family = OfficialAccount.EndpointFamily.UNKNOWN
        account.users_family = OfficialAccount.EndpointFamily.UNKNOWN
        account.capabilities = {}
    account.is_active = True
    account.connected_at = now
    if profile is not None:
        account.name = profile.name or account.name
        account.oa_type = profile.oa_type
        account.is_verified = profile.is_verified
        account.package_name = profile.package_name
        account.checked_at = now
    account.save()
    tokens.save_pair(account, pair, received_at or now)
    if pair.expires_in is None:
        account.refreshed_at = account.token_expires_at = account.refresh_expires_at = None
        account.save(update_fields=["refreshed_at", "token_expires_at", "refresh_expires_at"])
    requeue_unowned()
    audit.record("zalo.connect", by=by, target=account, commune=commune, oa_id=oa_id, is_new=is_new)
    return account
