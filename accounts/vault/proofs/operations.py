"""Operations of officers on their own keys."""

from accounts.vault.calls import Call
from accounts.vault.client import ask
from accounts.vault.operations import operation
from accounts.vault.proofs import keys
from accounts.workflow.declaration import NotAllowed


@operation("vault.end_own_proofs")
def _end_own(call: Call) -> int:
    return keys.end_all(call.officer, by=call.officer)


def end_own() -> bool:
    """End the keys of the account of this request; False where the vault does not answer."""
    try:
        ask("vault.end_own_proofs")
    except NotAllowed:
        return False
    return True
