"""Operations of the vault for workers: private events of the inbox, addresses of their files."""

from datetime import datetime

from django.utils import timezone

from accounts.encryption.services import DecryptionError
from accounts.vault.calls import Call
from accounts.vault.errors import ForgedCall, VaultRefused
from accounts.vault.operations import operation
from zalo.inbox.files import ADDRESS
from zalo.inbox.interpreting import INTERPRET, interpret_some
from zalo.inbox.models import InboundFile, WebhookEvent


@operation(INTERPRET, caller="work", needs_session=False)
def interpret_private(call: Call, *, uuids: list[str]) -> dict[str, int]:
    """Interpret these stored events of private talks; returns how many ended in which state.

    The rows are all that the vault believes: whatever else it needs it reads in them.
    """
    return dict(interpret_some(WebhookEvent.objects.filter(uuid__in=uuids).of_people()))


@operation(ADDRESS, caller="work", needs_session=False, marks=("file",))
def file_address(call: Call, *, file: int, until: str) -> dict[str, str]:
    """Give the address and the checksum of one claimed file, blank where they do not open.

    `until` is when the claim counts as lost: who asks is who claimed.
    """
    try:
        claim = datetime.fromisoformat(until)
        rows = InboundFile.objects.filter(pk=int(file), state=InboundFile.State.WAITING)
        is_over = claim <= timezone.now()
    except (ValueError, TypeError):
        raise ForgedCall("Kho niêm phong không hiểu lời gọi này.") from None
    row = rows.filter(next_attempt_at=claim).only("uuid", "url", "checksum").first()
    if row is None or is_over:
        raise VaultRefused("Tệp này không còn chờ tải.")
    try:
        return {"url": row.url, "checksum": row.checksum}
    except DecryptionError:
        return {"url": "", "checksum": ""}
