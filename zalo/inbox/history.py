"""Messages that Zalo told and nobody heard: read again from the chats, put into the inbox once.

Zalo gives up telling an event after some hours, and lists afterwards what single people wrote: the
last word of each chat, and each chat ten messages at a time. Nothing else can be brought back: no
word in a group, who followed or joined (the nightly lists find that), who shared or withdrew, no
file older than seven days.

What is found becomes an event like those that Zalo tells, under the key that the telling would have
had, so that either finds the other there. The row `HistoryReading` is the memory.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.work_budget import WorkBudget
from zalo.capabilities.services import used
from zalo.capabilities.states import Capability
from zalo.client.api import HISTORY_A_PAGE, ZaloClient
from zalo.client.types import PastMessage
from zalo.followers.models import Follower, index_of
from zalo.inbox import services as inbox
from zalo.inbox.models import HistoryReading
from zalo.inbox.querysets import KEEP_DAYS
from zalo.official_accounts.models import OfficialAccount
from zalo.pacing.pager import Pager
from zalo.pacing.services import call, wait_for_idle_slot

State = HistoryReading.State
MOST_DAYS: Final = KEEP_DAYS - 2
"""Earlier messages are deleted here by now, and would count as new ones."""
USUAL_DAYS: Final = 7
A_NIGHT: Final = timedelta(days=2)
OVERLAP: Final = timedelta(hours=2)
MOST_OF_A_CHAT: Final = 500
KINDS: Final = {
    "text": "text", "voice": "audio", "photo": "image", "GIF": "gif", "link": "link",
    "links": "link", "sticker": "sticker", "location": "location",
}  # fmt: skip
_ODD: Final = re.compile(r"[^a-z_]")


def start(
    account: OfficialAccount, *, since: datetime, by: User | None = None, is_whole: bool = True
) -> HistoryReading:
    """Have past messages read by a worker; `by` is who pressed the button.

    `since` is moved to the earliest day of which the inbox still knows what it heard. Raises
    NotAllowed where the account may not, or is being read already.
    """
    if by is not None and not by.has_perm("zalo.connect_officialaccount"):
        raise NotAllowed("Tài khoản này không đọc lại được hội thoại của OA.")
    since = max(since, timezone.now() - timedelta(days=MOST_DAYS))
    noted = {"since": f"{timezone.localtime(since):%d/%m/%Y}"}
    return _readings.open(account, by=by, noted=noted, since=since, is_whole=is_whole)


def start_all(*, since: datetime | None = None) -> int:
    """Look at the chats of every account, since the last reading unless a moment is given."""
    started = 0
    for account in OfficialAccount.objects.connected().filter(needs_consent=False):
        read = account.readings.filter(state=State.COMPLETE).first()
        usual = timezone.now() - A_NIGHT if read is None else read.started_at - OVERLAP
        try:
            start(account, since=since or usual, is_whole=since is not None)
        except NotAllowed:
            continue
        started += 1
    return started


class _Readings(Pager[HistoryReading]):
    model, task = HistoryReading, "zalo.tasks.read_history"
    capability, audited = Capability.HISTORY, "zalo.history_read"
    busy = "Hội thoại đang được đọc lại. Hãy chờ lần đọc đó xong."
    endless = "Đọc mãi không hết, hệ thống sẽ đọc lại vào đêm sau."

    def read(self, row: HistoryReading, budget: WorkBudget) -> None:
        while row.finished_at is None and not budget.is_spent:
            _read_page(row, budget)


_readings = _Readings()
resume_stale, read_on = _readings.resume_stale, _readings.read_on


def _read_page(reading: HistoryReading, budget: WorkBudget) -> None:
    """One page of chats, each of them opened if it is to be; then the next page, or the end.

    A budget that is spent after a chat leaves the offset at the next one.
    """
    listed = _ask(reading.account, lambda client: client.recent_chats(reading.offset))
    since = reading.started_at if reading.is_second_round else reading.since
    recent = [last for last in listed if _moment(last) >= since]
    if not reading.is_whole:
        unheard = _unheard(reading, recent)
        if unheard:  # something was missed: from here on every chat is opened, from the first on
            _readings.beat(reading, is_whole=True, offset=0)
            reading.is_whole, reading.offset = True, 0
            return
        _move_on(reading, len(listed), len(recent))
    else:
        for last in recent:
            if last.user_id:
                _read_chat(reading, last.user_id)
            _move_on(reading, 1, 1)
            if budget.is_spent:
                return
        _move_on(reading, len(listed) - len(recent), 0)
    if len(listed) == HISTORY_A_PAGE and len(recent) == len(listed):
        return
    if reading.is_whole and not reading.is_second_round:
        # Who wrote meanwhile moved to the top, perhaps before their chat was opened.
        _readings.beat(reading, is_second_round=True, offset=0)
        reading.is_second_round, reading.offset = True, 0
        return
    _readings.finish(reading, State.COMPLETE, "")


def _move_on(reading: HistoryReading, listed: int, chats: int) -> None:
    _readings.beat(reading, offset=reading.offset + listed, chats=F("chats") + chats)
    reading.offset += listed


def _read_chat(reading: HistoryReading, zalo_user_id: str) -> None:
    for offset in range(0, MOST_OF_A_CHAT, HISTORY_A_PAGE):
        asked = partial(ZaloClient.conversation, zalo_user_id=zalo_user_id, offset=offset)
        page = _ask(reading.account, asked)
        recent = [message for message in page if _moment(message) >= reading.since]
        found = sum(_keep(reading.account, message) for message in _unheard(reading, recent))
        _readings.beat(reading, found=F("found") + found)
        if len(page) < HISTORY_A_PAGE or len(recent) < len(page):
            return


def _ask(
    account: OfficialAccount, do: Callable[[ZaloClient], tuple[PastMessage, ...]]
) -> tuple[PastMessage, ...]:
    """One call in a slot that no post wants."""
    wait_for_idle_slot(account)
    with used(account, Capability.HISTORY):
        return call(account, do, "history", is_question=True)


def _unheard(reading: HistoryReading, messages: Sequence[PastMessage]) -> list[PastMessage]:
    """Messages of people that the inbox does not know, except those withdrawn since."""
    theirs = [one for one in messages if not one.is_ours and one.message_id and one.user_id]
    known = inbox.known_messages(one.message_id for one in theirs)
    unheard = [one for one in theirs if one.message_id not in known]
    withdrew = _withdrew(reading.account, {one.user_id for one in unheard})
    return [
        one
        for one in unheard
        if (at := withdrew.get(index_of(one.user_id))) is None or _moment(one) > at
    ]


def _withdrew(account: OfficialAccount, user_ids: Iterable[str]) -> dict[str, datetime]:
    rows = Follower.objects.filter(
        account=account,
        user_index__in=[index_of(one) for one in user_ids],
        withdrawn_at__isnull=False,
    )
    return {row.user_index: row.withdrawn_at for row in rows if row.withdrawn_at is not None}


def _moment(message: PastMessage) -> datetime:
    """When it was written; long ago for one without a usable clock, which is then left alone."""
    try:
        return datetime.fromtimestamp(message.at_ms / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0, UTC)


def _keep(account: OfficialAccount, message: PastMessage) -> bool:
    """Put it into the inbox as Zalo would have told it; returns whether it was news."""
    body = body_of(account.oa_id, message)
    return inbox.store(body, json.dumps(body, ensure_ascii=False).encode())


def body_of(oa_id: str, message: PastMessage) -> dict[str, Any]:
    """The body of the event that this message would have been."""
    kind = KINDS.get(message.kind) or _ODD.sub("", message.kind.lower()) or "unknown"
    if kind == "text" and message.url:  # Zalo lists a file among the texts
        kind = "file"
    body: dict[str, Any] = {"msg_id": message.message_id}
    if message.text:
        body["text"] = message.text
    if attachments := _attachments(kind, message):
        body["attachments"] = attachments
    return {
        "event_name": f"user_send_{kind}",
        "oa_id": oa_id,
        "sender": {"id": message.user_id},
        "recipient": {"id": oa_id},
        "timestamp": str(message.at_ms),
        "message": body,
    }


def _attachments(kind: str, message: PastMessage) -> list[dict[str, Any]]:
    if message.place is not None:
        latitude, longitude = message.place
        where = {"latitude": latitude, "longitude": longitude}
        return [{"type": "location", "payload": {"coordinates": where}}]
    addresses = [*([message.url] if message.url else []), *message.links]
    return [
        {
            "type": kind,
            "payload": {
                "url": address,
                "thumbnail": message.thumbnail,
                "name": message.description if kind == "file" else "",
                "description": message.description,
            },
        }
        for address in dict.fromkeys(addresses)
    ]
