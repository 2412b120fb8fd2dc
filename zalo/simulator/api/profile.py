"""The account itself."""

from typing import Any, Final

from zalo.simulator.api.calls import Call, Routes
from zalo.simulator.state import PROFILES, SimulatorState


def _getoa(state: SimulatorState, call: Call) -> dict[str, Any]:
    profile = PROFILES[state.profile]
    return {
        "oa_id": state.oa_id,
        "name": state.oa_name,
        "oa_alias": "binhyen",
        "is_verified": profile["is_verified"],
        "oa_type": profile["oa_type"],
        "cate_name": "Cơ quan nhà nước",
        "num_follower": str(len(state.people)),
        "avatar": "",
        "cover": "",
        "package_name": profile["package"],
        "package_valid_through_date": "31/12/2027",
        "linked_ZCA": "",
    }


ROUTES: Final[Routes] = {("GET", "/v2.0/oa/getoa"): _getoa}
