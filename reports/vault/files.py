"""Fingerprints of files of tips, by which the same picture is found again. In the vault.

A hash that web or a worker could make would let whoever has their keys try known pictures. So files
come in without one at every door, and a round of the worker has the vault make them afterwards.
"""

import logging
from typing import Final

from django.db.models import QuerySet

from accounts.encryption.services import DecryptionError
from accounts.vault.calls import Call
from accounts.vault.client import ask
from accounts.vault.operations import operation
from reports.vault.models import TipAttachment, index_of_file, nobodys_index

logger = logging.getLogger(__name__)

MARK: Final = "reports.mark_files"
AT_ONCE: Final = 5  # files of some megabytes, one after the other
CALLS_A_ROUND: Final = 10


def mark_new() -> int:
    """Have the vault make the fingerprints that are missing; returns how many. Raises VaultAway."""
    marked = 0
    for _number in range(CALLS_A_ROUND):
        if not _unmarked().exists():
            break
        marked += ask(MARK)
    return marked


def _unmarked() -> QuerySet[TipAttachment]:
    return TipAttachment.objects.filter(state=TipAttachment.State.READY, fingerprint="")


@operation(MARK, caller="work", needs_session=False)
def _mark(_call: Call) -> int:
    """Make some fingerprints. A file that does not open is like no other."""
    marked = 0
    for pk in list(_unmarked().order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        file = _unmarked().only("uuid", "content", "tip").filter(pk=pk).first()
        if file is None:
            continue
        try:
            made = index_of_file(bytes(file.content or b""))
        except DecryptionError:
            logger.error("file %s of a tip cannot be opened", pk)
            made = nobodys_index()
        marked += _unmarked().filter(pk=pk).update(fingerprint=made)
    return marked
