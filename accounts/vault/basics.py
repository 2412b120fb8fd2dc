"""Operations that belong to no app."""

from accounts.vault.calls import Call
from accounts.vault.operations import operation


@operation("vault.ping", caller="any", needs_session=False, is_logged=False)
def ping(_call: Call) -> bool:
    """Say that the vault answers."""
    return True
