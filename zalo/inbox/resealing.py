"""Bodies of private talks of before, moved from under the keys of the portal to the vault.

Run by `seal_anew`, in the vault. A body that is interpreted meanwhile stays empty.
"""

from collections.abc import Callable

from accounts.encryption.services import DecryptionError
from accounts.vault.resealing import ResealingStopped, batches, register
from zalo.inbox.models import WebhookEvent
from zalo.inbox.querysets import WebhookEventQuerySet


def private_bodies(*, is_stopped: Callable[[], bool]) -> int:
    """Seal to the vault what waits of private talks; returns how many rows."""
    done = 0
    for batch in batches(_of_before().only("uuid", "body"), is_stopped=is_stopped):
        done += sum(_move(row) for row in batch)
    return done


def _of_before() -> WebhookEventQuerySet:
    return WebhookEvent.objects.of_people().exclude(body="")


def _move(row: WebhookEvent) -> bool:
    field = WebhookEvent._meta.get_field("private_body")
    before = row.__dict__["body"]
    try:
        sealed = field.sealed(row.body, row)
    except DecryptionError as error:
        raise ResealingStopped(
            f"zalo_webhookevent.body, dòng {row.pk}: không mở được. Dòng này còn nguyên; những "
            "dòng đã niêm phong lại vẫn tốt."
        ) from error
    same = WebhookEvent.objects.filter(pk=row.pk, body=before)
    return bool(same.update(body="", private_body=sealed))


register("zalo_webhookevent.body", private_bodies, owed=lambda: _of_before().count())
