"""Answers of the police to a reporter, by the channel through which the reporter came."""

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.communes.public_pages import inside_a_sentence
from accounts.models import User
from accounts.workflow.services import record
from procedures.models import Edition
from reports.clocks import services as clocks
from reports.clocks.rules import Stage
from reports.tips import occasions
from reports.tips.errors import NotAllowed
from reports.tips.models import TipReport
from reports.tips.services import MAX_ANSWER, fit_to_tell, lock_for_worker
from reports.work import suggestions
from reports.work.models import CannedReply, TipEvent, TipMessage

Via, State = TipMessage.Via, TipMessage.State
SIGNED_AS = 100
_BLANK = re.compile(r"\[[^\]]+\]")


@transaction.atomic
def answer(
    tip: TipReport,
    *,
    by: User,
    text: str,
    canned: CannedReply | None = None,
    edition: Edition | None = None,
    signed_as: str = "",
) -> TipMessage:
    """Answer the reporter of a tip. Raises NotAllowed, CarriesSecret.

    The holder of the receipt sees it; for a tip of the chat it also waits to be sent there
    (`queued`). Unread words count as read. `canned` is the reply it was made from, or `edition` the
    source in the library.
    """
    lock_for_worker(tip, by, "reports.work_tipreport")
    return say(tip, by=by, text=text, canned=canned, edition=edition, signed_as=signed_as)


@transaction.atomic
def answer_all(
    tip: TipReport,
    *,
    by: User,
    text: str,
    canned: CannedReply | None = None,
    edition: Edition | None = None,
    signed_as: str = "",
    is_result: bool = False,
) -> list[TipMessage]:
    """Answer each reporter of a matter: of the tip, first, and of its duplicates; none learns of
    another. `is_result`: the words are the outcome."""
    lock_for_worker(tip, by, "reports.work_tipreport")
    words: dict[str, Any] = {
        "by": by, "text": text, "canned": canned, "edition": edition, "signed_as": signed_as,
        "is_result": is_result,
    }  # fmt: skip
    made = [say(tip, **words)]
    rows = tip.duplicates.filter(emptied_at=None).order_by("pk")
    for other in rows.select_for_update(of=("self",)).select_related("commune"):
        made.append(say(other, **words))
    return made


def say(
    tip: TipReport,
    *,
    by: User,
    text: str,
    canned: CannedReply | None,
    signed_as: str,
    edition: Edition | None = None,
    is_result: bool = False,
) -> TipMessage:
    """Put an answer into the talk of a tip that the caller has locked and checked."""
    _require_filled(text, canned)
    now = timezone.now()
    is_chat = tip.channel == TipReport.Channel.OA_CHAT
    made = TipMessage.objects.create(
        tip=tip,
        direction=TipMessage.Direction.OUT,
        via=Via.CHAT if is_chat else Via.RECEIPT,
        text=fit_to_tell(text, "lời trả lời", MAX_ANSWER),
        at=now,
        by=by,
        signed_as=(signed_as.strip() or f"Công an {inside_a_sentence(tip.commune)}")[:SIGNED_AS],
        state=State.QUEUED if is_chat else State.SHOWN,
        next_attempt_at=now if is_chat else None,
        is_result=is_result,
        edition=edition,
    )
    _read(tip, now, by)
    occasions.taken_up(tip)
    if edition is not None:
        record(tip, TipEvent.Kind.ANSWERED, by=by, library=str(edition))
        suggestions.settle(tip, edition, by=by)
    else:
        record(tip, TipEvent.Kind.ANSWERED, by=by, canned=canned.title if canned else "")
    clocks.stop(tip, Stage.ACKNOWLEDGE, at=now)
    return made


def _require_filled(text: str, canned: CannedReply | None) -> None:
    """Raises NotAllowed while square brackets of a canned reply are not filled in."""
    left = [blank for blank in _BLANK.findall(canned.text if canned else "") if blank in text]
    if left:
        raise NotAllowed(f"Còn chỗ chưa điền: {', '.join(left)}.")


@transaction.atomic
def mark_read(tip: TipReport, *, by: User) -> TipReport:
    """Mark the reporter's words as read by somebody who works on the tip. Raises NotAllowed."""
    lock_for_worker(tip, by, "reports.read_sealed_words")
    if not tip.has_unread:
        raise NotAllowed("Không có lời nào chưa đọc.")
    _read(tip, timezone.now(), by)
    audit.record("tip.talk_read", by=by, target=tip, commune=tip.commune)
    return tip


def _read(tip: TipReport, now: datetime, by: User) -> None:
    unread = tip.messages.filter(direction=TipMessage.Direction.IN, read_at=None)
    unread.open_to(by).update(read_at=now)
    occasions.talk_read(tip)
    if tip.has_unread:
        tip.has_unread = False
        tip.save(update_fields=["has_unread"])
