"""From a sealed row to what it means for the portal: claimed in chunks, each event by itself.

A row is locked, read, handed on and marked within one transaction, so that an event whose handler
broke, or whose worker died, is interpreted again, and every handler must bear that. An event that
cannot be interpreted waits longer each time and is then set aside; it never holds up the others.

What single people wrote, and what the account wrote to them, is interpreted by the same code inside
the vault (`zalo.inbox.operations`): nowhere else can a person be joined to what they told.
"""

import logging
import time
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import DateTimeField, F, Func, Value
from django.utils import timezone

from accounts.vault.client import ask
from accounts.vault.errors import VaultAway, VaultRefused
from zalo.followers import services as followers
from zalo.inbox import events, signals
from zalo.inbox import services as inbox
from zalo.inbox.models import InboundFile, WebhookEvent
from zalo.inbox.querysets import WebhookEventQuerySet
from zalo.official_accounts.models import OfficialAccount
from zalo.official_accounts.services import note_revoked

logger = logging.getLogger(__name__)

CHUNK: Final = 25  # so few that answers to the first leave before the last is read
INTERPRET: Final = "zalo.interpret_private"  # the operation of the vault
LOCK: Final = 0x5A616C6F  # any number that nobody else locks in this database
BUDGET_S: Final = 20.0
WAITS_S: Final = (10, 30, 120, 600, 3600, 6 * 3600)
FETCHED_KINDS: Final = frozenset({"image", "gif", "audio", "video", "file"})
MOST_FILES: Final = 20
State = WebhookEvent.State
COUNT_ONE: Final = """
INSERT INTO zalo_groupactivity (account_id, zalo_group_id, day, messages) VALUES (%s, %s, %s, 1)
ON CONFLICT (account_id, zalo_group_id, day)
DO UPDATE SET messages = zalo_groupactivity.messages + 1
"""


class Quarter(Func):
    """The quarter of an hour that a moment lies in. Of what was taken no finer time is kept: who
    sees a phone or a network could tell by the second who wrote to the police."""

    template = "date_bin('15 minutes', %(expressions)s, '2000-01-01 00:00+00'::timestamptz)"
    output_field = DateTimeField()


class _Halted(Exception):
    """The connection ended, or the time of the process, while this row was interpreted."""

    def __init__(self, row: WebhookEvent, trouble: Exception) -> None:
        super().__init__(row.pk)
        self.row, self.trouble = row, trouble


class MalformedEvent(Exception):
    """A known name whose body lacks what it is about; kept like an unknown one."""


def interpret_due(*, budget_s: float = BUDGET_S) -> dict[str, int]:
    """Interpret what waits until nothing does or the time is up; returns state → count, `files`
    that are now to be fetched, and `more` when only the time ended it.

    What single people wrote is interpreted by the vault. While that is away it waits, and nothing
    else does.
    """
    counts: Counter[str] = Counter()
    end = time.monotonic() + budget_s
    is_vault_here = True
    while True:
        done = _interpret_own()
        if is_vault_here:
            try:
                done += _ask_vault()
            except (VaultAway, VaultRefused) as error:
                logger.warning("zalo inbox: private messages wait: %s", type(error).__name__)
                is_vault_here = False
        counts.update(done)
        if not done:
            return dict(counts)
        if time.monotonic() >= end:
            return {**counts, "more": 1}


def _due() -> WebhookEventQuerySet:
    return WebhookEvent.objects.due(timezone.now())


def _interpret_own() -> Counter[str]:
    """Interpret some of the events that tell of no private talk."""
    numbers = list(_due().of_the_portal().values_list("pk", flat=True)[:CHUNK])
    return interpret_some(WebhookEvent.objects.filter(pk__in=numbers)) if numbers else Counter()


def _ask_vault() -> Counter[str]:
    """Have the vault interpret some of the private messages."""
    uuids = list(_due().of_people().values_list("uuid", flat=True)[:CHUNK])
    if not uuids:
        return Counter()
    return Counter(ask(INTERPRET, uuids=[str(uuid) for uuid in uuids]))


def interpret_some(chosen: WebhookEventQuerySet) -> Counter[str]:
    """Interpret those of these rows that are still due, in one transaction; returns state → count.

    None while another process interprets.
    """
    try:
        return _interpret_chunk(chosen)
    except _Halted as halted:
        # An event that ends the connection each time must not be the first of every chunk.
        try:
            with transaction.atomic():
                _put_off(halted.row, halted.trouble, timezone.now())
        except (OperationalError, InterfaceError):
            logger.warning("zalo event %s: its attempt could not be counted", halted.row.pk)
        raise halted.trouble from None


@transaction.atomic(durable=True)
def _interpret_chunk(chosen: WebhookEventQuerySet) -> Counter[str]:
    now = timezone.now()
    counts: Counter[str] = Counter()
    if not _is_alone():
        return counts
    due = chosen.filter(state=State.NEW, next_attempt_at__lte=now)
    due = due.select_related("account__commune")
    rows = list(due.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:CHUNK])
    ends: dict[str, list[int]] = {}
    for row in rows:
        try:
            with transaction.atomic():
                state, files = _interpret(row)
        except (OperationalError, InterfaceError, SoftTimeLimitExceeded) as trouble:
            raise _Halted(row, trouble) from trouble  # most likely not for this event
        except Exception as error:  # whatever it is, the others must not wait for it
            state, files = _put_off(row, error, now), 0
        else:
            ends.setdefault(state, []).append(row.pk)
        counts[state] += 1
        counts["files"] += files
    for state, numbers in ends.items():
        _mark(numbers, state, now)
    return +counts


def _is_alone() -> bool:
    """Whether no other worker interprets just now. Two that touch the same people and groups in
    another order would stop each other, and one alone is fast enough."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _mark(numbers: list[int], state: str, now: datetime) -> None:
    values: dict[str, Any] = {"state": state, "next_attempt_at": None, "last_error": ""}
    if state == State.INTERPRETED:
        values |= {
            "body": "",
            "private_body": "",
            "interpreted_at": Quarter(Value(now)),
            "received_at": Quarter("received_at"),
        }
    WebhookEvent.objects.filter(pk__in=numbers).update(**values)


def _put_off(row: WebhookEvent, error: Exception, now: datetime) -> str:
    """Try again later, or set aside. What the exception says may repeat a text: only where it
    happened is noted."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} {frame.filename.rpartition('/')[2]}:{frame.lineno}"[:80]
    is_last = row.attempts >= len(WAITS_S)
    logger.error("zalo event %s (%s) not interpreted: %s", row.pk, row.event_name, place)
    state = State.FAILED if is_last else State.NEW
    WebhookEvent.objects.filter(pk=row.pk).update(
        state=state,
        attempts=F("attempts") + 1,
        next_attempt_at=None if is_last else now + timedelta(seconds=WAITS_S[row.attempts]),
        last_error=place,
    )
    return str(State.FAILED) if is_last else "put_off"


def _interpret(row: WebhookEvent) -> tuple[str, int]:
    """Hand one event on; returns the state it ends in, and how many files it brought."""
    body = inbox.read((row.private_body or row.body).encode())
    account = row.account or _adopt(row, body)
    event = events.parse(body, received_at=row.received_at, oa_id=account.oa_id if account else "")
    if isinstance(event, events.Unknown):
        return State.UNKNOWN, 0
    if isinstance(event, events.Ignored | events.Received | events.Seen):
        return State.INTERPRETED, 0
    if account is None:
        return State.HELD, 0
    try:
        is_taken = HANDLERS[type(event)](account, event, row)
    except MalformedEvent:
        return State.UNKNOWN, 0
    has_files = isinstance(event, events.InboundMessage) and bool(event.attachments)
    files = row.files.filter(state=InboundFile.State.WAITING).count() if has_files else 0
    return (State.INTERPRETED if is_taken else State.HELD), files


def _adopt(row: WebhookEvent, body: dict[str, Any]) -> OfficialAccount | None:
    """The account of an event that came before the account was known, or that names none where
    there is but one."""
    named = events.party_ids(body)
    rows = OfficialAccount.objects.all()
    found: list[OfficialAccount] = list((rows.filter(oa_id__in=named) if named else rows)[:2])
    if len(found) != 1:
        return None
    WebhookEvent.objects.filter(pk=row.pk).update(account=found[0])
    return found[0]


def _require(*values: str) -> None:
    if not all(values):
        raise MalformedEvent


# Each returns whether somebody took the event; what nobody takes stays sealed in the inbox.


def _message(account: OfficialAccount, event: events.InboundMessage, row: WebhookEvent) -> bool:
    if event.group_id:
        day = timezone.localtime(event.at).date()
        with connection.cursor() as cursor:
            cursor.execute(COUNT_ONE, [account.pk, event.group_id[:64], day])
        return True
    _require(event.user_id)
    if not event.is_anonymous:
        followers.note_contact(account, event.user_id, event.at)
    now = timezone.now()  # each file is fetched at once: Zalo keeps none for long
    InboundFile.objects.bulk_create(
        [
            InboundFile(
                event=row,
                position=position,
                kind=attachment.kind[:20],
                url=attachment.url,
                checksum=attachment.checksum if len(attachment.checksum) == 32 else "",
                next_attempt_at=now,
            )
            for position, attachment in enumerate(event.attachments[:MOST_FILES])
            if attachment.kind in FETCHED_KINDS and attachment.url
        ],
        ignore_conflicts=True,
    )
    answers: list[tuple[Any, Any]] = signals.message_received.send(
        sender=WebhookEvent, account=account, event=event, record=row
    )
    return any(answer is True for _receiver, answer in answers)


def _echo(account: OfficialAccount, event: events.OwnEcho, row: WebhookEvent) -> bool:
    signals.echo_received.send(sender=WebhookEvent, account=account, event=event)
    return True


def _follow(account: OfficialAccount, event: events.FollowChange, row: WebhookEvent) -> bool:
    _require(event.user_id)
    followers.note_follow(account, event)
    return True


def _contact(account: OfficialAccount, event: events.ContactShared, row: WebhookEvent) -> bool:
    _require(event.user_id)
    followers.note_contact(account, event.user_id, event.at)
    signals.contact_shared.send(sender=WebhookEvent, account=account, event=event)
    return signals.contact_shared.has_listeners(WebhookEvent)


def _withdrawal(account: OfficialAccount, event: events.Withdrawal, row: WebhookEvent) -> bool:
    _require(event.user_id)
    signals.person_withdrew.send(sender=WebhookEvent, account=account, event=event)
    followers.forget(account, event.user_id, event.at)
    return signals.person_withdrew.has_listeners(WebhookEvent)


def _group_change(account: OfficialAccount, event: events.GroupChange, row: WebhookEvent) -> bool:
    _require(event.group_id)
    signals.group_changed.send(sender=WebhookEvent, account=account, event=event)
    return True


def _interaction(account: OfficialAccount, event: events.Interaction, row: WebhookEvent) -> bool:
    _require(event.user_id)
    followers.note_interaction(account, event)
    return True


def _revoked(account: OfficialAccount, event: events.PermissionRevoked, row: WebhookEvent) -> bool:
    """Nothing can be sent until the grant is given anew; one given since then stands."""
    note_revoked(account, event)
    signals.permission_was_revoked.send(sender=WebhookEvent, account=account, event=event)
    return True


Handler = Callable[[OfficialAccount, Any, WebhookEvent], bool]
HANDLERS: Final[dict[type, Handler]] = {
    events.InboundMessage: _message,
    events.OwnEcho: _echo,
    events.FollowChange: _follow,
    events.ContactShared: _contact,
    events.Withdrawal: _withdrawal,
    events.GroupChange: _group_change,
    events.Interaction: _interaction,
    events.PermissionRevoked: _revoked,
}
