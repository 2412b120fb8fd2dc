"""Answers that belong to no talk leave: claimed a few at a time, sent side by side, forgotten.

Threads make the calls and touch no row; what they need is made ready before.
"""

from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from procedures import answering
from procedures.models import Procedure
from procedures.rendering import NotSendable
from reports import receipts
from reports.chat import texts
from reports.models import ChatReply, TipMessage, TipReport
from reports.services import chat_answers as answers
from reports.services import chat_calls as calls
from reports.services import chat_told
from reports.services.chat_calls import Outcome

AT_ONCE: Final = 8
STUCK_AFTER: Final = timedelta(minutes=3)
WHOM: Final = ("zalo_user_id", "tip", "edition", "offered", "question")
State, Sent = ChatReply.State, TipMessage.State

_pool: ThreadPoolExecutor | None = None


def _threads() -> ThreadPoolExecutor:
    """The threads of this process; they keep their connections to Zalo from task to task."""
    global _pool
    if _pool is None:
        _pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="zalo-reply")
    return _pool


def send_some() -> int:
    """Send the few that have waited longest; returns how many were tried, 0 where none waits."""
    replies = _claim()
    outcomes: dict[int, Outcome] = {}
    withheld: set[int] = set()
    calling: dict[Future[Outcome], int] = {}
    try:
        for reply in replies:
            held = calls.hold(reply.account, reply.zalo_user_id, reply.heard_at, is_urgent=False)
            if held is not None:
                outcomes[reply.pk] = held
                continue
            text = _text_of(reply)
            if text == texts.NOT_NOW:
                withheld.add(reply.pk)
            told = (reply.account, reply.zalo_user_id, text, reply.heard_at)
            if len(replies) == 1:
                outcomes[reply.pk] = calls.call(*told)
            else:
                calling[_threads().submit(calls.call, *told)] = reply.pk
        for future in as_completed(calling):
            outcomes[calling[future]] = future.result()
    finally:
        if outcomes:
            _record(outcomes, withheld)
    return len(replies)


@transaction.atomic(durable=True)
def _claim() -> list[ChatReply]:
    now = timezone.now()
    due = ChatReply.objects.filter(state=State.WAITING, next_attempt_at__lte=now)
    rows = due.select_for_update(of=("self",), skip_locked=True).select_related("account__commune")
    replies = list(rows.order_by("next_attempt_at", "pk")[:AT_ONCE])
    if replies:
        ChatReply.objects.filter(pk__in=[reply.pk for reply in replies]).update(
            state=State.SENDING, next_attempt_at=now + STUCK_AFTER, attempts=F("attempts") + 1
        )
    return replies


def _text_of(reply: ChatReply) -> str:
    if reply.kind in (ChatReply.Kind.ANSWER, ChatReply.Kind.CHOICE):
        return _about_procedures(reply)
    if reply.kind != ChatReply.Kind.RECEIPT or reply.tip_id is None:
        return texts.fixed(reply.kind, *answers.place_and_phone(reply.account.commune))
    address = str(settings.PORTAL_URL or "").rstrip("/")
    page = f"{address}/phan-anh/" if address else ""
    code, digits = _renew_receipt(reply.tip_id)
    return texts.receipt(code, receipts.blocks(digits), page)


def _about_procedures(reply: ChatReply) -> str:
    """What may be told at this moment: an edition that was reopened meanwhile is not."""
    if reply.kind == ChatReply.Kind.CHOICE:
        found = Procedure.objects.in_bulk(reply.offered)
        return answering.choice(found[pk] for pk in reply.offered if pk in found)
    if reply.edition_id is None:
        return texts.NOT_NOW
    try:
        return answering.message(reply.edition_id, timezone.localdate(), reply.account.commune)
    except NotSendable:
        return texts.NOT_NOW


def _renew_receipt(tip_id: int) -> tuple[str, str]:
    """New digits, known to this call alone; those before open nothing from now on."""
    digits = receipts.new()
    receipt_hash = receipts.hash_of(digits)
    with transaction.atomic(durable=True):
        tip = TipReport.objects.select_for_update(of=("self",)).get(pk=tip_id)
        tip.receipt_hash, tip.receipt_confirmed = receipt_hash, False
        tip.save(update_fields=["receipt_hash", "receipt_confirmed"])
    return tip.code, digits


@transaction.atomic(durable=True)
def _record(outcomes: dict[int, Outcome], withheld: set[int]) -> None:
    """What left goes; what will not leave stays some days as a number, without whom it was for.
    The question that each answers hears of it.

    Unless the sweep has given it up meanwhile.
    """
    mine = ChatReply.objects.filter(state=State.SENDING, pk__in=outcomes).order_by("pk")
    gone = []
    told = chat_told.Told()
    for row in mine.select_for_update(of=("self",)):
        outcome = outcomes[row.pk]
        told.add(row.question_id, outcome.state, is_withheld=row.pk in withheld)
        if outcome.state in (Sent.SENT, Sent.CLOSED):
            gone.append(row.pk)
            continue
        if outcome.state == Sent.QUEUED:
            row.state, row.next_attempt_at = State.WAITING, calls.later(outcome)
        else:
            is_unclear = outcome.state == Sent.UNCERTAIN
            row.state = State.UNCERTAIN if is_unclear else State.FAILED
            _forget_whom(row)
        row.save(update_fields=["state", "next_attempt_at", *WHOM])
    ChatReply.objects.filter(pk__in=gone).delete()
    told.write()


def _forget_whom(row: ChatReply) -> None:
    row.zalo_user_id, row.tip, row.next_attempt_at = "", None, row.heard_at
    row.edition, row.question, row.offered = None, None, []


def sweep() -> None:
    """One whose sender died may have left: nobody repeats it."""
    stuck = ChatReply.objects.filter(state=State.SENDING, next_attempt_at__lt=timezone.now())
    for row in stuck.order_by("pk"):
        with transaction.atomic():
            _give_up(row)


def _give_up(row: ChatReply) -> None:
    mine = ChatReply.objects.select_for_update(of=("self",))
    found = mine.filter(pk=row.pk, state=State.SENDING).first()
    if found is not None:
        found.state = State.UNCERTAIN
        chat_told.tell(found.question_id, Sent.UNCERTAIN)
        _forget_whom(found)
        found.save(update_fields=["state", "next_attempt_at", *WHOM])
