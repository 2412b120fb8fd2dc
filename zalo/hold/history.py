"""Ask Zalo which of our messages stand in a group: proposals for what no journal knows.

Only the account's own messages of an answer are looked at, compared in memory and forgotten: what
residents wrote beside them is not kept, logged or shown.
"""

import logging
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.work_budget import UNLIMITED, WorkBudget
from accounts.workflow.services import lock
from zalo import services as zalo
from zalo.client.api import ZaloClient
from zalo.client.errors import ZaloError, ZaloRejected, ZaloThrottled
from zalo.client.groups import HISTORY_A_PAGE
from zalo.client.types import OwnMessage
from zalo.hold import kinds
from zalo.hold.models import HeldRow, SendGate
from zalo.official_accounts.models import OfficialAccount
from zalo.pacing.services import call, wait_for_idle_slot

logger = logging.getLogger(__name__)
MOST_OF_A_GROUP: Final = 200
Finding = HeldRow.Finding


def ask(budget: WorkBudget = UNLIMITED) -> bool:
    """Ask about the rows that have no proposal, until the budget is spent or Zalo wants a pause;
    whether any are left."""
    gate = SendGate.objects.get()
    if gate.state != SendGate.State.RECONCILING:
        return False
    waiting = HeldRow.objects.filter(
        finding=Finding.UNKNOWN, decision="", asked_zalo_at=None
    ).exclude(group_id="")
    while (held := waiting.select_related("commune").first()) is not None:
        if budget.is_spent or not _ask_about(held, gate.since):
            return True
    return False


def _ask_about(held: HeldRow, since: datetime) -> bool:
    """Ask about one row; returns whether it could be asked now."""
    account = zalo.account_for(held.commune_id)
    found: HeldRow.Finding = Finding.UNKNOWN
    ids: list[str] = []
    if account is not None:
        try:
            own, is_whole = _own_messages(account, held.group_id, since)
        except ZaloThrottled:
            return False
        except ZaloRejected as error:
            logger.info("history of a group refused: %s", error.code)
        except ZaloError as error:
            logger.info("history of a group not read: %s", type(error).__name__)
        else:
            found, ids = _compare(kinds.kinds[held.kind].words(held), own, is_whole=is_whole)
    _write(held, found, ids)
    return True


@transaction.atomic
def _write(held: HeldRow, found: HeldRow.Finding, ids: list[str]) -> None:
    lock(held)
    held.asked_zalo_at = timezone.now()
    if not held.decision:
        held.finding, held.parts, held.message_ids = found, len(ids), ids
    held.save(update_fields=["asked_zalo_at", "finding", "parts", "message_ids"])


def _own_messages(
    account: OfficialAccount, group_id: str, since: datetime
) -> tuple[list[OwnMessage], bool]:
    """Our messages in a group since then, the oldest first; whether all of them were read."""
    found: list[OwnMessage] = []
    for offset in range(0, MOST_OF_A_GROUP, HISTORY_A_PAGE):
        wait_for_idle_slot(account)
        asked = partial(ZaloClient.own_messages, zalo_group_id=group_id, offset=offset)
        page = call(account, asked, "history", is_question=True)
        found += [one for one in page.ours if _moment(one) >= since]
        if page.is_last or (page.oldest_ms is not None and _at(page.oldest_ms) < since):
            return sorted(found, key=lambda one: one.at_ms), True
    return sorted(found, key=lambda one: one.at_ms), False


def _compare(
    words: Sequence[str], own: Sequence[OwnMessage], *, is_whole: bool
) -> tuple[HeldRow.Finding, list[str]]:
    """Find the messages of a row among ours, in their order; a message without
    words (a file) cannot be recognised."""
    left, ids = list(own), list[str]()
    for part in words:
        match = next((one for one in left if _bare(part) and _bare(one.text) == _bare(part)), None)
        if match is None:
            break
        ids.append(match.message_id)
        left.remove(match)
    if ids and len(ids) == len(words):
        return Finding.AT_ZALO, ids
    if ids:
        return Finding.ATTEMPTED, ids
    return (Finding.NOT_AT_ZALO, []) if is_whole else (Finding.UNKNOWN, [])


def _bare(text: str) -> list[str]:
    """The words of a text, as Zalo may have spaced them anew."""
    bare = "".join(one for one in text if unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFC", bare).split()


def _moment(message: OwnMessage) -> datetime:
    return _at(message.at_ms)


def _at(milliseconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return datetime.now(UTC) - timedelta(days=3650)
