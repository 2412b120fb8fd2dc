"""Operations of the vault for workers of the chat: claimed answers, files that were fetched.

The log has lines for each letter and names no row, only a keyed hash of it: whose words came in
that quarter of an hour is nothing for whoever reads the log.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from accounts.vault.calls import Call
from accounts.vault.errors import ForgedCall, LimitOfAll
from accounts.vault.operations import operation
from reports.chat import letters, services


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


@operation(services.COLLECT, caller="work", needs_session=False)
def _collect_file(_call: Call) -> bool:
    """Move one fetched file into its tip; False where none waits."""
    return services.collect_file()
