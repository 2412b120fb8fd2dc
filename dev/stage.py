"""Set the simulated Zalo beside the demo's data: its groups stand there, its account is connected.

Accounts that are told of what must be done have a phone at the stand-in for push services. Run by
the demo with its environment; repeating it changes nothing.
"""

import os
import sys
from typing import Any

import django
import requests

PHONE = "Điện thoại giả lập"


def ask(entry: str, value: Any) -> Any:
    """Post to an address of the stand-in for push services, around any proxy."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(f"{os.environ['PUSH_HOSTS']}/_sim/{entry}", json=value, timeout=30)
        answer.raise_for_status()
        return answer.json()


def connect_account() -> bool:
    """Bind the simulator's account to the commune that has groups of the account."""
    from accounts.models import Commune  # noqa: PLC0415 -- needs Django
    from broadcasts.demo import stage  # noqa: PLC0415 -- needs Django
    from zalo import services  # noqa: PLC0415 -- needs Django
    from zalo.models import OfficialAccount  # noqa: PLC0415 -- needs Django
    from zalo.tokens import connecting  # noqa: PLC0415 -- needs Django
    from zalo_simulator.state import DEFAULT_OA_ID  # noqa: PLC0415 -- needs Django

    commune = Commune.objects.order_by("pk").first()
    if commune is None:
        return False
    pair = stage.ask("tokens", {"action": "show"})
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
        made = ask("phones", {"name": f"{user} ({role})"})
        last = user.devices.on().filter(label=PHONE).values_list("endpoint_hash", flat=True).first()
        subscription = devices.Subscription.read(made)
        devices.enrol(user, subscription, label=PHONE, replaces=last or "")
        given += 1
    return given


def main() -> int:
    django.setup()
    from broadcasts.demo import stage  # noqa: PLC0415 -- needs Django

    print(f"{stage.show_groups()} nhóm đã có trong Zalo giả lập.")
    print(f"{stage.show_followers()} người quan tâm đã có trong Zalo giả lập.")
    if not connect_account():
        print("Chưa có xã, phường nào trong dữ liệu mẫu.", file=sys.stderr)
        return 1
    print("Đã kết nối tài khoản OA.")
    print(f"{give_phones()} người có điện thoại giả lập nhận báo việc.")
    print(f"{stage.let_matters_be_old()} việc của dữ liệu mẫu coi như đã báo từ trước.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
