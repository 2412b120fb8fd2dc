"""Operations of the vault for the worker that has claimed an answer of the chat, or files of it.

The log has lines for each letter and names no row, only a keyed hash of it: whose words came in
that quarter of an hour is nothing for whoever reads the log.
"""

import logging
from dataclasses import asdict
from datetime import datetime
from typing import Any

from accounts.vault.calls import Call
from accounts.vault.client import ask
from accounts.vault.errors import ForgedCall, LimitOfAll, VaultAway, VaultRefused
from accounts.vault.operations import operation
from reports.chat import letters
from reports.chat import services as chat

logger = logging.getLogger(__name__)


def _moment(text: str) -> datetime:
    """Raises ForgedCall."""
    try:
        return datetime.fromisoformat(text)
    except (ValueError, TypeError):
        raise ForgedCall("Kho niêm phong không hiểu lời gọi này.") from None


@operation("reports.prospect", caller="work", needs_session=False, is_logged=False)
def _prospect(_call: Call, *, kind: str, row: int, until: str) -> dict[str, str]:
    """Whether a claimed answer may leave; nothing of whom."""
    found = letters.prospect(kind, row, until=_moment(until))
    return {"obstacle": str(found.obstacle), "heard_at": found.heard_at.isoformat()}


@operation(
    "reports.letter", caller="work", needs_session=False, letters=1, marks=("kind", "row"),
    raises=(LimitOfAll,),
)  # fmt: skip
def _letter(_call: Call, *, kind: str, row: int, until: str) -> dict[str, Any]:
    """The address and the words of one claimed answer."""
    return asdict(letters.letter(kind, row, until=_moment(until)))


@operation("reports.collect_files", caller="work", needs_session=False, is_logged=False)
def _collect_files(_call: Call) -> int:
    return chat.collect_files()


def collect_files() -> int:
    """Have files that were fetched from Zalo moved into their tips; returns how many. While the
    vault is away they wait for the next round."""
    if not chat.files_to_collect().exists():
        return 0
    try:
        return int(ask("reports.collect_files"))
    except (VaultAway, VaultRefused) as error:
        logger.warning("files of the chat wait for the vault: %s", type(error).__name__)
        return 0
