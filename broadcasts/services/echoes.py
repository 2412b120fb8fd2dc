"""What an echo of Zalo says of a delivery that nobody answered for: a hint, never a verdict.

Zalo tells what the account itself wrote in a group. Where a delivery waits for its answer, or never
got one, and the words are those of the message that left, the moment is noted beside it. A person
still looks into the group. The words of the echo are compared and forgotten.
"""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from broadcasts.models import Broadcast, Delivery
from broadcasts.services.rendering import plain
from zalo.events import OwnEcho
from zalo.models import OfficialAccount

# The clocks of Zalo and of this machine may differ; what Zalo took late it tells late.
EARLY: Final = timedelta(minutes=2)
LATE: Final = timedelta(hours=1)
Status = Delivery.Status


@transaction.atomic
def note_echo(account: OfficialAccount, echo: OwnEcho) -> Delivery | None:
    """Note that these words stand in the group, on the one delivery which may be meant; None where
    there is none. A row that the sender is writing just now is left alone: it gets its answer."""
    if not echo.group_id or not echo.text.strip():
        return None
    waiting = (
        Delivery.objects.filter(
            Q(status=Status.SENDING) | Q(status=Status.UNCERTAIN, settled_at=None),
            ~Q(echo_part=F("parts_sent")) | Q(echo_part=None),
            commune=account.commune_id,
            target_group_id=echo.group_id,
            claimed_at__range=(echo.at - LATE, echo.at + EARLY),
        )
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .order_by("-claimed_at")
    )
    for delivery in waiting:
        if not _is_meant(delivery, echo.text):
            continue
        if _is_answered(delivery, echo.message_id):
            return None
        delivery.echo_at, delivery.echo_part = echo.at, delivery.parts_sent
        delivery.save(update_fields=["echo_at", "echo_part"])
        return delivery
    return None


def _is_meant(delivery: Delivery, text: str) -> bool:
    parts = Broadcast.objects.values_list("approved_parts", flat=True).get(pk=delivery.broadcast_id)
    place = delivery.parts_sent  # the file of a post comes after its parts and has no words
    return place < len(parts) and plain(parts[place]).split() == plain(text).split()


def _is_answered(delivery: Delivery, message_id: str) -> bool:
    """Whether Zalo named this very message in an answer, to whichever post of the group."""
    named = Delivery.objects.filter(
        zalo_group=delivery.zalo_group_id, zalo_message_ids__contains=[message_id]
    )
    return bool(message_id) and named.exists()
