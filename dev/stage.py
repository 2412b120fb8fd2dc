"""Set the simulated Zalo beside the demo's data: its groups stand there, its account is connected.

Accounts that are told of what must be done have a phone at the stand-in for push services. Run by
the demo with its environment; repeating it changes nothing.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import django
import requests

PHONE = "Điện thoại giả lập"


def ask(entry: str, value: Any, *, of: str = "ZALO_API_URL") -> Any:
    """Post to an address of a stand-in's own, around any proxy of the environment."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(f"{os.environ[of]}/_sim/{entry}", json=value, timeout=30)
        answer.raise_for_status()
        return answer.json()


def show_groups() -> int:
    """Make every group of the demo in the simulator; ordinary ones have no id of Zalo's."""
    from groups.models import ZaloGroup  # noqa: PLC0415 -- needs Django

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
    from groups.linking.models import ZaloLink  # noqa: PLC0415 -- needs Django
    from zalo_simulator.state.people import ADMIN_ID  # noqa: PLC0415 -- as its neighbour

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
            except requests.HTTPError:
                continue  # they asked when the demo was set up before


def show_followers() -> int:
    """Make the followers of the demo in the simulator, so that its list names them too."""
    from zalo.models import Follower  # noqa: PLC0415 -- needs Django

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


def connect_account() -> bool:
    """Bind the simulator's account to the commune that has groups of the account."""
    from accounts.models import Commune  # noqa: PLC0415 -- needs Django
    from zalo import services  # noqa: PLC0415 -- needs Django
    from zalo.models import OfficialAccount  # noqa: PLC0415 -- needs Django
    from zalo.tokens import connecting  # noqa: PLC0415 -- needs Django
    from zalo_simulator.state import DEFAULT_OA_ID  # noqa: PLC0415 -- needs Django

    commune = Commune.objects.order_by("pk").first()
    if commune is None:
        return False
    pair = ask("tokens", {"action": "show"})
    known = OfficialAccount.objects.filter(commune=commune, oa_id=DEFAULT_OA_ID).first()
    if known is None or known.access_token != pair["access_token"]:
        connected = connecting.connect(
            commune,
            oa_id=DEFAULT_OA_ID,
            access_token=pair["access_token"],
            refresh_token=pair["refresh_token"],
            is_replacing=True,
        )
        services.probe(connected.account, is_asked=True)
    return True


def give_phones() -> int:
    """Enrol a phone of the stand-in for each account that is told of things.

    The stand-in begins anew with each demo, so the phones of the last one are replaced.
    """
    from accounts.models import User  # noqa: PLC0415 -- needs Django
    from duty.ways import devices  # noqa: PLC0415 -- needs Django

    given = 0
    people = User.objects.filter(is_active=True, is_superuser=False).exclude(commune=None)
    for user in people.order_by("pk"):
        if not user.has_perm(devices.RECEIVE):
            continue
        role = user.groups.values_list("name", flat=True).first()
        made = ask("phones", {"name": f"{user} ({role})"}, of="PUSH_HOSTS")
        last = user.devices.on().filter(label=PHONE).values_list("endpoint_hash", flat=True).first()
        subscription = devices.Subscription.read(made)
        devices.enrol(user, subscription, label=PHONE, replaces=last or "")
        given += 1
    return given


def let_matters_be_old() -> int:
    """Have the matters of the demo's data told an hour ago: what comes now is told at once."""
    from django.utils import timezone  # noqa: PLC0415 -- needs Django

    from duty.models import Occasion  # noqa: PLC0415 -- needs Django

    now = timezone.now()
    earlier = now - timedelta(hours=1)
    return (
        Occasion.objects.open()
        .filter(told_at=None)
        .update(
            opened_at=earlier, told_at=earlier, step=4, next_step_at=now + timedelta(minutes=30)
        )
    )


def main() -> int:
    django.setup()
    print(f"{show_groups()} nhóm đã có trong Zalo giả lập.")
    print(f"{show_followers()} người quan tâm đã có trong Zalo giả lập.")
    if not connect_account():
        print("Chưa có xã, phường nào trong dữ liệu mẫu.", file=sys.stderr)
        return 1
    print("Đã kết nối tài khoản OA.")
    print(f"{give_phones()} người có điện thoại giả lập nhận báo việc.")
    print(f"{let_matters_be_old()} việc của dữ liệu mẫu coi như đã báo từ trước.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
