"""Communes with a connected account and groups, and posts on their way to them."""

from typing import Any

from django.utils import timezone

from accounts.models import Commune
from broadcasts.models import Broadcast
from broadcasts.scheduling.tick import fan_out
from groups.models import ZaloGroup
from tests.factories.accounts import make_commune
from tests.factories.broadcasts import make_broadcast
from tests.factories.groups import make_hamlet
from tests.factories.zalo import make_official_account


def make_scene(name: str, *, groups: int) -> Commune:
    """A commune whose account owns this many active groups."""
    commune = make_commune(name)
    make_official_account(commune)
    hamlet = make_hamlet(commune)
    ZaloGroup.objects.bulk_create(
        [
            ZaloGroup(
                hamlet=hamlet,
                name=f"Nhóm {number}",
                kind=ZaloGroup.Kind.OA,
                status=ZaloGroup.Status.ACTIVE,
                zalo_group_id=f"{commune.pk}-{number:06d}",
            )
            for number in range(groups)
        ],
        batch_size=1000,
    )
    return commune


def start_post(commune: Commune, **fields: Any) -> Broadcast:
    """A post that has started: one queued delivery for each group of the commune."""
    post = make_broadcast(commune, status=Broadcast.Status.SENDING, **fields)
    fan_out(post, timezone.now())
    return post
