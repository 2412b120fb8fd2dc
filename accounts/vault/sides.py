"""Which socket of the vault this process asks at."""

from accounts.vault.calls import Call, Caller
from accounts.vault.client import ask
from accounts.vault.operations import operation
from accounts.workflow.declaration import NotAllowed

ASKED = "vault.side"


@operation(ASKED, caller="any", needs_session=False, is_logged=False)
def _side(call: Call) -> Caller:
    return call.caller


def is_of_web() -> bool:
    """Whether this process asks as web does; False also where the vault does not answer."""
    try:
        return bool(ask(ASKED) == "web")
    except NotAllowed:
        return False
