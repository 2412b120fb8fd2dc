"""The token pair of an account: read without the database, renewed under its row lock.

A refresh token works once, and the old access token dies when a new one is issued. So one token
death must lead to one refresh, whoever notices it: the threads of a process queue on a lock, the
processes queue on the row, and each compares the token in force with the one that was refused
before it refreshes anything. Holding one row for one call is the sanctioned exception to "no HTTP
inside a transaction": it is cheaper than losing the account.
"""

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from zalo.client import codes
from zalo.client.errors import ZaloConsentRequired, ZaloError, ZaloRejected, ZaloRetryable
from zalo.client.types import TokenPair
from zalo.official_accounts import call_log
from zalo.official_accounts.models import PARKED_FOR, OfficialAccount
from zalo.tokens import oauth, write_ahead

logger = logging.getLogger(__name__)

FAILURE_HOLDS_S = 3.0
UNREACHABLE_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class _Known:
    """The newest access token that this process knows of an account."""

    token: str
    since: datetime


@dataclass(frozen=True, slots=True)
class _Failure:
    """The last refresh of an account failed; the threads that queue behind it need not try too."""

    stale_token: str
    error: ZaloRejected | ZaloRetryable
    until: float


class _Memory:
    """Memory of this process; made anew in a forked child."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.tokens: dict[int, _Known] = {}
        self.renewing: dict[int, threading.Lock] = {}
        self.unsaved: dict[int, tuple[str, TokenPair]] = {}
        self.failures: dict[int, _Failure] = {}


_memory = _Memory()


def forget() -> None:
    """Forget every token held in this process (tests; a forked child)."""
    global _memory
    _memory = _Memory()


os.register_at_fork(after_in_child=forget)


def timeout() -> tuple[float, float]:
    """(connect, read) in seconds, from ZALO_TIMEOUT_S."""
    seconds = float(settings.ZALO_TIMEOUT_S)
    return min(seconds, 5.0), seconds


def access_token(account: OfficialAccount) -> str:
    """The access token to use now, without touching the database.

    Raises ZaloConsentRequired when the account holds none.
    """
    since = _since(account)
    with _memory.lock:
        known = _memory.tokens.get(account.pk)
    if known is not None and known.since >= since:
        return known.token
    token = str(account.access_token)
    if not token:
        raise ZaloConsentRequired(f"account {account.pk} holds no access token")
    _remember(account.pk, token, since)
    return token


def renew(account: OfficialAccount, *, stale_token: str) -> str:
    """A token other than `stale_token`, which Zalo has refused; refreshed at most once for it.

    Whoever comes second finds the new token and refreshes nothing. The pair is saved before it is
    used. Raises ZaloConsentRequired when the refresh token is dead (the account is marked, a
    person must act), ZaloRejected when Zalo refuses our application, ZaloRetryable when the token
    endpoint cannot be reached or answers nonsense; the stored pair is untouched in all three.
    Must not be called inside a transaction, whose end could undo the saving.
    """
    with _renewing(account.pk):
        with _memory.lock:
            known = _memory.tokens.get(account.pk)
        if known is not None and known.token != stale_token:
            return known.token
        failed = _memory.failures.get(account.pk)
        if failed and failed.stale_token == stale_token and time.monotonic() < failed.until:
            raise failed.error
        try:
            with leaving_connection_as_found():
                return _renew_under_lock(account.pk, stale_token)
        except DatabaseError as error:
            # Should a pair have been received, it is kept in memory and saved by the next try.
            logger.exception("zalo token pair of account %s not saved", account.pk)
            raise ZaloRetryable(f"token pair not saved: {type(error).__name__}") from error
        except (ZaloRejected, ZaloRetryable) as error:
            until = time.monotonic() + FAILURE_HOLDS_S
            _memory.failures[account.pk] = _Failure(stale_token, error, until)
            raise


def save_pair(account: OfficialAccount, pair: TokenPair, now: datetime) -> None:
    """Put a new pair on the row, with its lifetimes; the caller holds the lock or owns the row."""
    account.access_token = pair.access_token
    account.refresh_token = pair.refresh_token
    account.refreshed_at = now
    account.token_expires_at = _after(now, pair.expires_in)
    account.refresh_expires_at = _after(now, pair.refresh_expires_in or 90 * 86_400)
    account.needs_consent = False
    account.last_error = ""
    account.last_error_at = account.parked_until = None
    account.save(
        update_fields=[
            "access_token",
            "refresh_token",
            "refreshed_at",
            "token_expires_at",
            "refresh_expires_at",
            "needs_consent",
            "last_error",
            "last_error_at",
            "parked_until",
        ]
    )


def remember(account: OfficialAccount) -> None:
    """Use the tokens of this row in this process from now on (after they were replaced)."""
    _remember(account.pk, account.access_token, _since(account))


@contextmanager
def leaving_connection_as_found() -> Iterator[None]:
    """Close this thread's database connection afterwards if it was not open before.

    The threads of a sending task use the database only in the rare case; none may keep a
    connection of its own for that.
    """
    was_open = connection.connection is not None
    try:
        yield
    finally:
        if not was_open and not connection.in_atomic_block:
            connection.close()


@contextmanager
def _renewing(account_id: int) -> Iterator[None]:
    with _memory.lock:
        lock = _memory.renewing.setdefault(account_id, threading.Lock())
    with lock:
        yield


def _renew_under_lock(account_id: int, stale_token: str) -> str:
    failure: ZaloRejected | None = None
    with transaction.atomic(durable=True):
        account = OfficialAccount.objects.select_for_update(of=("self",)).get(pk=account_id)
        if account.access_token and account.access_token != stale_token:
            _remember(account_id, account.access_token, _since(account))
            return str(account.access_token)
        rescued = _rescued(account)
        if rescued is None and (account.needs_consent or not account.refresh_token):
            raise ZaloConsentRequired(f"account {account_id} needs consent", code=-14014)
        pair, spent = None, str(account.refresh_token)
        try:
            pair = rescued or _ask(account)
        except ZaloRejected as error:
            failure = error
            _note_failure(account, error)
        if pair is not None:
            _memory.unsaved[account_id] = (spent, pair)
            if rescued is None:
                write_ahead.put(spent, pair)
            save_pair(account, pair, timezone.now())
    # The transaction has ended: the pair is safe, or the mark "needs consent" is.
    if failure is not None:
        raise failure
    _memory.unsaved.pop(account_id, None)
    write_ahead.drop(spent)
    _remember(account_id, account.access_token, _since(account))
    logger.debug("zalo token pair of account %s refreshed", account_id)
    return str(account.access_token)


def _ask(account: OfficialAccount) -> TokenPair:
    return oauth.refresh_pair(
        settings.ZALO_OAUTH_URL,
        app_id=settings.ZALO_APP_ID,
        app_secret=settings.ZALO_APP_SECRET,
        refresh_token=account.refresh_token,
        timeout=timeout(),
        observer=partial(call_log.record, account.pk, reference="refresh"),
    )


def _rescued(account: OfficialAccount) -> TokenPair | None:
    """The pair that was received for this very refresh token but could not be saved, if any.

    By this process, or by another that was killed before its transaction ended.
    """
    spent, pair = _memory.unsaved.get(account.pk, ("", None))
    if pair is not None and spent == account.refresh_token:
        return pair
    return write_ahead.find(account.refresh_token) if account.refresh_token else None


def _note_failure(account: OfficialAccount, error: ZaloRejected) -> None:
    account.needs_consent = isinstance(error, ZaloConsentRequired)
    account.last_error = codes.sentence_for(error.code)[:255]
    account.last_error_at = timezone.now()
    if error.parks_account:
        account.parked_until = account.last_error_at + PARKED_FOR
    account.save(update_fields=["needs_consent", "last_error", "last_error_at", "parked_until"])


def _remember(account_id: int, token: str, since: datetime) -> None:
    with _memory.lock:
        _memory.tokens[account_id] = _Known(token, since)


def _since(account: OfficialAccount) -> datetime:
    times = [moment for moment in (account.refreshed_at, account.connected_at) if moment]
    return max(times, default=datetime.min.replace(tzinfo=timezone.get_default_timezone()))


def _after(now: datetime, seconds: int | None) -> datetime | None:
    return now + timedelta(seconds=seconds) if seconds and seconds > 0 else None


def refresh_due() -> dict[str, int]:
    """Refresh every account past the half-life of its token or silent for a week.

    Called by the periodic task. One account's failure does not stop the others, an unreachable
    Zalo does; returns counts.
    """
    counts = {"refreshed": 0, "failed": 0}
    unmade = 0
    due = OfficialAccount.objects.due_for_refresh(timezone.now())
    for account in [*_with_a_pair_put_aside(), *due]:
        try:
            renew(account, stale_token=account.access_token)
        except (ZaloRetryable, ZaloRejected) as error:
            logger.warning("zalo token of account %s not refreshed: %r", account.pk, error)
            counts["failed"] += 1
            unmade = unmade + 1 if is_unreachable(error) else 0
        else:
            counts["refreshed"] += 1
            unmade = 0
        if unmade == UNREACHABLE_IN_A_ROW:
            break
    return counts


def _with_a_pair_put_aside() -> list[OfficialAccount]:
    """Accounts marked as lost whose pair was received after all, by a process that did not save it.

    Another process found their old refresh token spent; the new pair lies where the first put it.
    """
    lost = OfficialAccount.objects.connected().filter(needs_consent=True)
    return [account for account in lost if _rescued(account) is not None]


def is_unreachable(error: ZaloError) -> bool:
    """Whether nothing was learnt of the account, because Zalo could not be asked at all."""
    return type(error) is ZaloRetryable and error.code is None
