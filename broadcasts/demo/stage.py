"""Setting the simulated Zalo beside the made-up data, and that data into the past.

For the demo and the practice portal; repeating it changes nothing.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from duty.models import Occasion
from groups.models import ZaloGroup, ZaloLink
from zalo.client.transport import Request, exchange
from zalo.models import Follower

# Whom the simulated Zalo knows as administrator of the account (`zalo_simulator.state.people`).
ADMIN_ID: Final = "3000000000000000001"
PATIENCE_S: Final = (5.0, 30.0)


class Refused(Exception):
    """The simulated Zalo does not do what it was asked."""


def ask(entry: str, value: Any) -> Any:
    """Post to an address of the simulated Zalo's own. Raises Refused, ZaloError."""
    address = f"{settings.ZALO_API_URL}/_sim/{entry}"
    request = Request("POST", address, "_sim", headers={}, is_repeatable=True, json=value)
    answer = exchange(request, timeout=PATIENCE_S)
    if not answer.ok:
        raise Refused(entry)
    return answer.json()


def show_groups() -> int:
    """Make every group of the demo in the simulator; ordinary ones have no id of Zalo's."""
    groups = [
        {
            "id": group.zalo_group_id or f"ordinary-{group.pk}",
            "name": group.name,
            "kind": group.kind,
            "link": group.link or None,
            "total_member": group.head_count,
            **(at_zalo(group) if group.zalo_group_id else {}),
        }
        for group in ZaloGroup.objects.exclude(status=ZaloGroup.Status.CLOSED)
        .select_related("at_zalo__asset")
        .order_by("pk")
    ]
    ask("groups", groups)
    let_people_ask([group["id"] for group in groups if group["kind"] == "oa"][:2])
    return len(groups)


def at_zalo(group: Any) -> dict[str, Any]:
    """The place and the switches of a group of the account, as the demo has them."""
    row = getattr(group, "at_zalo", None)
    if row is None or row.asset is None:
        return {"max_member": group.capacity}
    last = row.asset.valid_through
    return {
        "max_member": group.capacity,
        "asset_id": row.asset.asset_id,
        "valid_through": f"{last:%d/%m/%Y}" if last else None,
        "auto_renew": row.asset.is_auto_renewed,
        "lock_send_msg": row.is_send_locked,
        "join_appr": row.needs_approval,
        "members": members_of(group),
    }


def members_of(group: Any) -> dict[str, float]:
    """The administrator, and those of our list who linked themselves and are in the group."""
    inside = group.memberships.filter(state="joined").values("member")
    links = ZaloLink.objects.filter(member__in=inside, follower__is_following=True)
    ids = [link.follower.zalo_user_id for link in links.select_related("follower")]
    return dict.fromkeys([ADMIN_ID, *ids], 0.0)


def let_people_ask(group_ids: list[str]) -> None:
    """A few residents open the links of groups whose joining is approved, once."""
    asking = (("Trần Thị Bông", "Lê Văn Đậu", "Hoa Sen"), ("Phạm Thị Lài", "Võ Văn Mít", "Cô Út"))
    for place, (group_id, names) in enumerate(zip(group_ids, asking, strict=False), 1):
        for number, name in enumerate(names, 1):
            user_id = f"7700000000{place:04d}{number:04d}"
            try:
                ask("people", {"id": user_id, "name": name})
                ask("deed", {"deed": "join", "user_id": user_id, "group_id": group_id})
            except Refused:
                continue  # they asked when the demo was set up before


def show_followers() -> int:
    """Make the followers of the demo in the simulator, so that its list names them too."""
    now = datetime.now(UTC)
    people = []
    for number, row in enumerate(Follower.objects.following().order_by("pk"), 1):
        spoke_at = row.last_interaction_at or row.followed_at or now
        days = (now - spoke_at).total_seconds() / 86_400
        name = f"Bà con {number}"
        people.append({"id": row.zalo_user_id, "name": name, "days_since_interaction": days})
    if people:
        ask("people", people)
    return len(people)


def let_matters_be_old() -> int:
    """Have the matters of the made-up data told an hour ago: what comes now is told at once."""
    now = timezone.now()
    earlier = now - timedelta(hours=1)
    return (
        Occasion.objects.open()
        .filter(told_at=None)
        .update(
            opened_at=earlier, told_at=earlier, step=4, next_step_at=now + timedelta(minutes=30)
        )
    )
