"""The files of private messages, from a sealed address to sealed bytes: claim, fetch, record.

Zalo keeps a file for some days only, so it is fetched within seconds, outside any transaction. A
claim is a lease: a file whose worker died comes up again by itself.
"""

import logging
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta
from typing import Any, Final

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.encryption import DecryptionError
from zalo import downloading
from zalo.models import InboundFile

logger = logging.getLogger(__name__)

AT_ONCE: Final = 4
LEASE: Final = timedelta(minutes=3)
WAITS_S: Final = (15, 60, 300, 1800, 7200)
State, Reason = InboundFile.State, InboundFile.Reason


def fetch_due() -> dict[str, int]:
    """Fetch some of the files that wait; returns state → count, with `more` where others wait."""
    files = _claim(timezone.now())
    counts: Counter[str] = Counter()
    # Addresses are opened here: threads touch neither database nor keys.
    asked = [(file, request) for file in files if (request := _request(file)) is not None]
    counts["refused"] += len(files) - len(asked)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running: dict[Future[downloading.Fetched], InboundFile] = {
            pool.submit(downloading.download, **request): file for file, request in asked
        }
        for future in as_completed(running):
            counts[_record(running[future], future)] += 1
    if InboundFile.objects.due(timezone.now()).exists():
        counts["more"] = 1
    return dict(+counts)


@transaction.atomic(durable=True)
def _claim(now: datetime) -> list[InboundFile]:
    due = InboundFile.objects.due(now).defer("content")
    files = list(due.select_for_update(of=("self",), skip_locked=True)[: 2 * AT_ONCE])
    numbers = [file.pk for file in files]
    InboundFile.objects.filter(pk__in=numbers).update(
        attempts=F("attempts") + 1, next_attempt_at=now + LEASE
    )
    return files


def _request(file: InboundFile) -> dict[str, Any] | None:
    if file.attempts > len(WAITS_S) + 1:  # its workers died of it
        _end(file, State.REFUSED, Reason.BROKEN)
        return None
    try:
        return {"url": file.url, "kind": file.kind, "checksum": file.checksum}
    except DecryptionError:
        logger.error("zalo file %s: its address cannot be opened", file.pk)
        _end(file, State.REFUSED, Reason.BROKEN)
        return None


def _record(file: InboundFile, future: "Future[downloading.Fetched]") -> str:
    """Write down what came of one file; returns the state."""
    try:
        fetched = future.result()
    except downloading.Refused as refusal:
        return _end(file, State.REFUSED, refusal.reason)
    except downloading.Gone:
        return _end(file, State.GONE, Reason.NONE)
    except downloading.NotYet as trouble:
        return _put_off(file, trouble.reason)
    except SoftTimeLimitExceeded:
        raise  # of the task, not of this file
    except Exception as error:  # of a library that read it: the others must not wait for it
        logger.error("zalo file %s not read: %s", file.pk, type(error).__name__)
        return _put_off(file, Reason.BROKEN)
    file.content, file.content_type = fetched.content, fetched.content_type
    file.size, file.digest = len(fetched.content), fetched.digest
    file.fetched_at = timezone.now()
    return _end(file, State.FETCHED, Reason.NONE)


def _put_off(file: InboundFile, reason: str) -> str:
    """Try again later, or give up."""
    if file.attempts >= len(WAITS_S):
        return _end(file, State.REFUSED, reason)
    later = timezone.now() + timedelta(seconds=WAITS_S[file.attempts])
    InboundFile.objects.filter(pk=file.pk, state=State.WAITING).update(next_attempt_at=later)
    return str(State.WAITING)


def _end(file: InboundFile, state: str, reason: str) -> str:
    """Close a file, unless another worker was faster or its event is gone; forget its address."""
    file.state, file.reason, file.next_attempt_at = state, reason, None
    file.url = file.checksum = ""
    with transaction.atomic():
        waiting = InboundFile.objects.filter(pk=file.pk, state=State.WAITING)
        if waiting.select_for_update(of=("self",)).only("pk").exists():
            file.save(
                update_fields=["state", "reason", "url", "checksum", "next_attempt_at",
                               "content", "content_type", "size", "digest", "fetched_at"]
            )  # fmt: skip
    return str(state)
