"""Verbs of the gate: keep it alive, hold, look through what was due, open again by two persons."""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from redis import RedisError

from accounts.audit import services as audit
from accounts.enqueue import enqueue
from accounts.models import AuditEvent, User
from accounts.workflow.declaration import NotAllowed
from accounts.workflow.services import lock, move
from zalo.hold import detectors, holding, journal, kinds, witness
from zalo.hold.models import HeldRow, SendGate
from zalo.hold.witness import Witness, WitnessUnreachable

State, Finding, Decision = SendGate.State, HeldRow.Finding, HeldRow.Decision
TIDY_EVERY: Final = 120
FEW_BEATS: Final = 12
HELD_KEY: Final = "held-sentence"
HELD_SENTENCE: Final = (
    "Việc gửi đang được giữ lại: chưa bài nào, lời nào rời khỏi hệ thống. Vẫn nhận tin, đọc và "
    "soạn như thường. Lý do: {reason}"
)
HELD_BY_HAND: Final = "Giữ theo yêu cầu của {by}."
PROPOSED: Final = {
    Finding.ANSWERED: Decision.SENT,
    Finding.AT_ZALO: Decision.SENT,
    Finding.ATTEMPTED: Decision.UNCERTAIN,
    Finding.NOT_AT_ZALO: Decision.SEND,
}
_BEAT: Final = """
UPDATE zalo_sendgate SET high_water = high_water + 1, beat_at = %s, blocked = %s,
    system_identifier = %s
WHERE state = 'open' AND epoch = %s AND high_water >= %s RETURNING high_water
"""


def is_witnessed(gate: SendGate) -> bool:
    """Whether both witnesses are there, and neither is far behind the rows."""
    try:
        found = witness.read(gate.installation)
    except WitnessUnreachable:
        return False
    recent = [one for one in found if gate.high_water - one.high_water <= FEW_BEATS]
    return gate.beat_at is None or len(recent) == len(witness.SOURCES)


def note_for_pages(gate: SendGate) -> None:
    """Put the sentence of the banner where every page finds it without asking the database."""
    if gate.state == State.OPEN and not gate.blocked:
        sentence = ""
    elif gate.state == State.OPEN:
        sentence = gate.blocked
    else:
        sentence = HELD_SENTENCE.format(reason=gate.reason)
    with suppress(RedisError, OSError):
        cache.set(HELD_KEY, sentence, timeout=None)


def current() -> SendGate:
    """The gate as it stands."""
    return SendGate.objects.select_related("asked_by", "accounts_confirmed_by").get()


def beat() -> bool:
    """Look for trouble, raise `high_water`, write both witnesses. Whether anything may leave."""
    try:
        gate, witnesses = detectors.look()
    except WitnessUnreachable:
        return False
    note_for_pages(gate)
    if gate.state != State.OPEN:
        return False
    trouble, now = detectors.clock_trouble(witnesses), timezone.now()
    values: list[Any] = [now, trouble, detectors.system_identifier(), gate.epoch, gate.high_water]
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, values)
        row = cursor.fetchone()
    if row is None or trouble:  # held meanwhile; a wrong clock is no witness
        return False
    _write_witnesses(gate.installation, gate.epoch, row[0])
    if row[0] % TIDY_EVERY == 0:
        journal.tidy(gate.installation)
    return True


def _write_witnesses(installation: UUID, epoch: UUID, high_water: int) -> list[str]:
    last = AuditEvent.objects.order_by("-pk").values_list("chain", "sequence", "hash").first()
    mark = "" if last is None else f"{last[0]}:{last[1]}:{last[2][:16]}"
    return witness.write(installation, Witness(str(epoch), high_water, time.time(), mark))


def hold(*, by: User | None, reason: str = "", is_restored: bool = False) -> SendGate:
    """Hold by a person's word. Raises NotAllowed."""
    _require(by, "zalo.hold_sending")
    words = reason.strip() or HELD_BY_HAND.format(by=by or "người quản lý máy chủ")
    gate = holding.hold(words, by=by, is_restored=is_restored)
    note_for_pages(gate)
    return gate


@transaction.atomic
def start(*, by: User | None) -> SendGate:
    """Begin to look through what was due or half sent; lists it with proposals. Raises NotAllowed.

    Of a command (`by` None) the account is not known: whoever holds the server runs it.
    """
    _require(by, "zalo.hold_sending")
    gate = lock(current())
    move(gate, State.RECONCILING)
    gate.started_at = timezone.now()
    gate.save()
    lines = list(journal.since(gate.installation, timezone.localdate(gate.since)))
    known = _by_place(lines)
    rows = [
        _proposed(held, known[_place(held)])
        for kind in kinds.kinds.values()
        for held in kind.open_rows(gate.since, lines)
    ]
    HeldRow.objects.bulk_create(rows, ignore_conflicts=True)
    audit.record("gate.started", by=by, target=gate, reason=gate.reason, rows=len(rows))
    if gate.is_restored:
        holding.purge_again()  # held by SQL, nobody has yet
    enqueue("zalo.tasks.ask_history_of_groups")
    return gate


type Place = tuple[str, int, str | int]


def _place(held: HeldRow) -> Place:
    """A row is known by its group, for a fan-out after the restore has other numbers."""
    return held.kind, held.subject_id, held.group_id or held.row_id


def _by_place(lines: Iterable[journal.Line]) -> defaultdict[Place, list[journal.Line]]:
    """Lines by the group they went to, and by the number of their row."""
    found = defaultdict[Place, list[journal.Line]](list)
    for line in lines:
        found[line.kind, line.subject_id, line.row_id].append(line)
        if line.to:
            found[line.kind, line.subject_id, line.to].append(line)
    return found


def _proposed(held: HeldRow, own: Sequence[journal.Line]) -> HeldRow:
    """Fill in what the journal knows of a row by its lines."""
    if held.finding != Finding.UNKNOWN or not own:
        return held
    sent: dict[int, str] = {line.part: line.message_id for line in own if line.message_id}
    refused = {(line.row_id, line.part, line.claimed_at) for line in own if line.is_not_sent}
    open_calls = [
        line
        for line in own
        if not line.state
        and line.part not in sent
        and (line.row_id, line.part, line.claimed_at) not in refused
    ]
    held.parts = len(sent)
    held.message_ids = [sent[part] for part in sorted(sent)]
    if open_calls:
        held.finding = Finding.ATTEMPTED
        held.noted_at = datetime.fromisoformat(max(line.claimed_at for line in open_calls))
    elif sent:
        held.finding = Finding.ANSWERED
    return held


def visible_rows(by: User) -> QuerySet[HeldRow]:
    """Rows of the account's commune; all of them for an account of all communes."""
    return HeldRow.objects.visible_to(by).select_related("commune")


@transaction.atomic
def settle(rows: Iterable[HeldRow], decision: str, *, by: User | None) -> int:
    """Write one decision on rows, blank for the one proposed of each; returns how many.

    A row that has no proposal is left for a person. Raises NotAllowed.
    """
    _require(by, "zalo.settle_heldrow")
    gate = lock(current())
    if gate.state != State.RECONCILING:
        raise NotAllowed("Hãy bấm “Bắt đầu rà soát” trước.")
    now, count = timezone.now(), 0
    for row in rows:
        lock(row)
        chosen = decision or PROPOSED.get(Finding(row.finding), "")
        if row.decision or not chosen:
            continue
        row.decision, row.decided_by, row.decided_at = chosen, by, now
        kinds.kinds[row.kind].apply(row)
        row.save(update_fields=["decision", "decided_by", "decided_at"])
        count += 1
    if count:
        audit.record("gate.settled", by=by, target=gate, rows=count, finding=decision or "proposed")
    return count


@transaction.atomic
def confirm_accounts(*, by: User | None) -> SendGate:
    """Say that the accounts and their rights were looked through. Raises NotAllowed."""
    _require(by, "zalo.settle_heldrow")
    gate = lock(current())
    if gate.state != State.RECONCILING:
        raise NotAllowed("Hãy bấm “Bắt đầu rà soát” trước.")
    gate.accounts_confirmed_by = by
    gate.save(update_fields=["accounts_confirmed_by"])
    audit.record("gate.accounts_confirmed", by=by, target=gate)
    return gate


def missing_before_opening(gate: SendGate) -> str:
    """Sentence on what is still to be done before opening; blank where nothing is."""
    if gate.state != State.RECONCILING:
        return "Chưa bắt đầu rà soát."
    left = HeldRow.objects.filter(decision="").count()
    if left:
        return f"Còn {left} việc chưa có kết luận đã gửi hay chưa."
    if gate.is_restored and gate.accounts_confirmed_by_id is None:
        return "Chưa có người soát lại tài khoản và quyền sau khi khôi phục."
    return ""


@transaction.atomic
def ask_to_open(*, by: User) -> SendGate:
    """The first of two persons asks to open again. Raises NotAllowed."""
    _require(by, "zalo.open_sending")
    gate = lock(current())
    if missing := missing_before_opening(gate):
        raise NotAllowed(missing)
    gate.asked_by, gate.asked_at = by, timezone.now()
    gate.save(update_fields=["asked_by", "asked_at"])
    audit.record("gate.opening_asked", by=by, target=gate)
    return gate


def open_again(*, by: User) -> SendGate:
    """The second person opens, under a new epoch. Raises NotAllowed.

    Tokens are renewed and chats of the gap are read afterwards.
    """
    _require(by, "zalo.open_sending")
    gate = _open(by)
    enqueue("zalo.tasks.refresh_tokens")
    if gate.is_restored and gate.lost_from is not None:
        enqueue("zalo.tasks.read_histories_since", gate.lost_from.timestamp())
    _write_witnesses(gate.installation, gate.epoch, gate.high_water)
    note_for_pages(gate)
    return gate


@transaction.atomic
def _open(by: User) -> SendGate:
    gate = lock(current())
    if missing := missing_before_opening(gate):
        raise NotAllowed(missing)
    if gate.asked_by_id is None:
        raise NotAllowed("Chưa có người thứ nhất đề nghị mở lại.")
    if gate.asked_by_id == by.pk:
        raise NotAllowed("Cần người thứ hai mở lại: đồng chí là người đã đề nghị.")
    try:
        witnesses = witness.read(gate.installation)
    except WitnessUnreachable:
        raise NotAllowed(
            "Chưa đọc được dấu đối chiếu bên ngoài (Redis, thư mục WITNESS_DIR). Hãy sửa rồi mở."
        ) from None
    move(gate, State.OPEN)
    past = {gate.epoch, *(UUID(one.epoch) for one in witnesses)}
    gate.earlier_epochs = sorted({*gate.earlier_epochs, *past})
    gate.epoch, gate.opened_at = uuid4(), timezone.now()
    gate.high_water = max([gate.high_water, *(one.high_water for one in witnesses)]) + 1
    gate.system_identifier, gate.blocked = detectors.system_identifier(), ""
    gate.beat_at = gate.opened_at
    gate.save()
    marks = sorted({one.audit for one in witnesses})
    audit.record("gate.opened", by=by, target=gate, witnessed=marks, asked_by=gate.asked_by_id)
    return gate


def _require(by: User | None, permission: str) -> None:
    if by is not None and not by.has_perm(permission):
        raise NotAllowed(SendGate.workflow.denied)
