"""The operation of the vault that passes proposals on: their words say how urgent they are."""

import logging

from django.utils import timezone

from accounts.vault.calls import Call
from accounts.vault.client import ask
from accounts.vault.errors import VaultAway, VaultFailed, VaultRefused
from accounts.vault.operations import operation
from reports.proposals import services as proposals

logger = logging.getLogger(__name__)


@operation("reports.pass_on", caller="work", needs_session=False, is_logged=False)
def _pass_on(_call: Call, *, row: int) -> bool:
    return proposals.pass_on(row, timezone.now())


def pass_on_overdue() -> int:
    """Have proposals that nobody decided in time given to the next level; returns how many. While
    the vault is away they wait for the next round, as nobody can read their words; one at which it
    breaks holds up no other."""
    count = 0
    for row in proposals.overdue(timezone.now()):
        try:
            count += ask("reports.pass_on", row=row)
        except VaultFailed:
            logger.error("the vault cannot pass on proposal %s", row)
        except (VaultAway, VaultRefused) as error:
            logger.warning("proposals wait for the vault: %s", type(error).__name__)
            break
    return count
