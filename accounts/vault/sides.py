"""The side of the vault, of web or of workers, at which this process asks."""

from accounts.vault.calls import Call, Caller
from accounts.vault.client import ask
from accounts.vault.errors import VaultOnly
from accounts.vault.operations import operation
from accounts.workflow.declaration import NotAllowed

ASKED = "vault.side"


@operation(ASKED, caller="any", needs_session=False, is_logged=False)
def _side(call: Call) -> Caller:
    return call.caller


def is_of_web() -> bool:
    """Whether this process asks as web does; False also where it cannot ask just now."""
    try:
        return bool(ask(ASKED) == "web")
    except (NotAllowed, VaultOnly):  # away; or inside a transaction, where nothing is asked
        return False
