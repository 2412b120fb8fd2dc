"""The account itself."""

from typing import Any, Final

from zalo_simulator.api.calls import Call, Routes, routes
from zalo_simulator.state import PROFILES, SimulatorState


def _getoa(state: SimulatorState, call: Call) -> dict[str, Any]:
    profile = PROFILES[state.profile]
    return {
        "oa_id": state.oa_id,
        "name": state.oa_name,
        "oa_alias": "binhyen",
        "is_verified": profile["is_verified"],
        "oa_type": profile["oa_type"],
        "cate_name": "Cơ quan nhà nước",
        "num_follower": str(sum(person.is_follower for person in state.people.values())),
        "avatar": "",
        "cover": "",
        "package_name": profile["package"],
        "package_valid_through_date": "31/12/2027",
        "linked_ZCA": "" if state.settings.zca_balance is None else "ZCA-0001",
    }


ROUTES: Final[Routes] = routes("oa_info", {("GET", "/v2.0/oa/getoa"): _getoa})
