"""Memory of proofs that were used: in the process of the vault, and in its log, where no SQL
reaches it."""

import threading
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from accounts.vault import log

OPERATION: Final = "proof.used"
GOOD_FOR: Final = timedelta(hours=25)  # longer than what is opened with a proof

_lock = threading.Lock()
_until: dict[str, datetime] = {}


def use(account: int, *what: Any) -> bool:
    """Use a proof; False where it was used before. It is in the log before anything is done."""
    mark, now = log.mark_of(OPERATION, account, *what), timezone.now()
    with _lock:
        for old in [one for one, until in _until.items() if until <= now]:
            del _until[old]
        if mark in _until:
            return False
        _until[mark] = now + GOOD_FOR
    log.write(
        operation=OPERATION, caller="", account=account, outcome="answered", error="", mark=mark
    )
    return True


def begin() -> None:
    """Remember what a process of before used, from the log that was just verified."""
    if not settings.VAULT_LOG:
        return
    now = timezone.now()
    for line in log.lines():
        if line.get("operation") == OPERATION:
            until = datetime.fromisoformat(line["at"]) + GOOD_FOR
            if until > now:
                _until[line["mark"]] = until


def forget() -> None:
    """Remember nothing, as in a process that is no vault."""
    with _lock:
        _until.clear()
