"""People whom the account knows: both families of calls, tags, and what is stored about them."""

from collections.abc import Mapping
from typing import Any, Final

from zalo_simulator.api.calls import (
    Call,
    Refused,
    Routes,
    data_paging,
    is_whole,
    refuse_business,
    refuse_state_agency,
    routes,
    text_of,
)
from zalo_simulator.records import Person
from zalo_simulator.state import SimulatorState
from zalo_simulator.state.base import as_day

MAX_PAGE: Final = 50
LAST_OFFSET: Final = 9_951
SHARED: Final = ("name", "phone", "address", "city_id", "district_id", "user_dob")
MAX_TAG: Final = 50
TRUTH: Final = {"true": True, "false": False}


def _getlist(state: SimulatorState, call: Call) -> dict[str, Any]:
    refuse_state_agency(state)
    data = call.data()
    offset, count = data_paging(data, most=MAX_PAGE, last=LAST_OFFSET)
    is_follower = data.get("is_follower")
    if is_follower is not None and (not isinstance(is_follower, str) or is_follower not in TRUTH):
        raise Refused(-201, "is_follower is invalid")
    try:
        people = state.found_people(
            is_follower=None if is_follower is None else TRUTH[is_follower],
            period=text_of(data, "last_interaction_period", 40),
            tag_name=text_of(data, "tag_name", MAX_TAG),
        )
    except ValueError:
        raise Refused(-201, "last_interaction_period is invalid") from None
    page = people[offset : offset + count]
    return {
        "total": len(people),
        "count": str(len(page)),
        "offset": offset,
        "users": [{"user_id": person.id} for person in page],
    }


def _getfollowers(state: SimulatorState, call: Call) -> dict[str, Any]:
    refuse_business(state)
    offset, count = data_paging(call.data(), most=MAX_PAGE, last=LAST_OFFSET)
    people = state.found_people(is_follower=True)
    page = people[offset : offset + count]
    return {"total": len(people), "followers": [{"user_id": person.id} for person in page]}


def _detail(state: SimulatorState, call: Call) -> dict[str, Any]:
    refuse_state_agency(state)
    person = known(state, call.data().get("user_id"))
    return {
        **_common(state, person),
        "user_external_id": person.external_id,
        "user_is_follower": person.is_follower,
        "user_last_interaction_date": ""
        if person.interacted_at is None
        else as_day(state.local(person.interacted_at).date()),
        "dynamic_param": "",
    }


def _getprofile(state: SimulatorState, call: Call) -> dict[str, Any]:
    """The older family takes the number bare; in quotes it is refused."""
    refuse_business(state)
    user_id = call.data().get("user_id")
    if not is_whole(user_id):
        raise Refused(-201, "user_id is invalid")
    person = known(state, str(user_id))
    if not person.is_follower:
        raise Refused(-213)
    return {**_common(state, person), "user_gender": person.gender, "birth_date": 0}


def _common(state: SimulatorState, person: Person) -> dict[str, Any]:
    picture = f"https://s120-ava-talk.zadn.vn/{person.id}"
    return {
        "user_id": person.id,
        "user_id_by_app": state.app_id_of(person),
        "display_name": person.name,
        "user_alias": person.alias or person.name,
        "is_sensitive": person.age < 18,
        "avatar": picture,
        "avatars": {"120": picture, "240": picture},
        "tags_and_notes_info": {"notes": [], "tag_names": list(person.tags)},
        "shared_info": dict(person.shared_info),
    }


def known(state: SimulatorState, user_id: object) -> Person:
    """The person of an id, which is a string."""
    person = state.people.get(user_id) if isinstance(user_id, str) else None
    if person is None:
        raise Refused(-201, "user_id is invalid")
    return person


def _update(state: SimulatorState, call: Call) -> None:
    refuse_state_agency(state)
    body = call.json()
    _change(state, known(state, body.get("user_id")), body)


def _updatefollowerinfo(state: SimulatorState, call: Call) -> None:
    refuse_business(state)
    body = call.json()
    person = known(state, body.get("user_id"))
    if not person.is_follower:
        raise Refused(-213)
    flat = {name: body[name] for name in SHARED if name in body}
    _change(state, person, {"shared_info": flat} if flat else body)


def _change(state: SimulatorState, person: Person, body: Mapping[str, Any]) -> None:
    shared = body.get("shared_info", {})
    if not isinstance(shared, dict) or set(shared) - set(SHARED):
        raise Refused(-201, "shared_info is invalid")
    with state.lock:
        person.alias = text_of(body, "user_alias", 100) or person.alias
        person.external_id = text_of(body, "user_external_id", 100) or person.external_id
        person.shared_info |= {name: str(value) for name, value in shared.items()}
        state.touch()
        state.emit(
            "update_user_info",
            {"oa_id": state.oa_id, "user_id": person.id, "data": {"method": "oa_update"}},
        )


def _deletefollowerinfo(state: SimulatorState, call: Call) -> None:
    person = known(state, call.json().get("user_id"))
    with state.lock:
        person.shared_info, person.alias, person.external_id = {}, "", ""
        state.touch()


def _tag(state: SimulatorState, call: Call) -> None:
    body = call.json()
    state.tag(
        known(state, body.get("user_id")), text_of(body, "tag_name", MAX_TAG, is_required=True)
    )


def _untag(state: SimulatorState, call: Call) -> None:
    body = call.json()
    state.untag(known(state, body.get("user_id")), _known_tag(state, body))


def _known_tag(state: SimulatorState, body: Mapping[str, Any]) -> str:
    name = text_of(body, "tag_name", MAX_TAG, is_required=True)
    if name not in state.tags:
        raise Refused(-201, "tag_name is invalid")
    return name


ROUTES: Final[Routes] = routes(
    "user_info",
    {
        ("GET", "/v3.0/oa/user/getlist"): _getlist,
        ("GET", "/v3.0/oa/user/detail"): _detail,
        ("POST", "/v3.0/oa/user/update"): _update,
        ("GET", "/v2.0/oa/getfollowers"): _getfollowers,
        ("GET", "/v2.0/oa/getprofile"): _getprofile,
        ("POST", "/v2.0/oa/updatefollowerinfo"): _updatefollowerinfo,
        ("POST", "/v2.0/oa/deletefollowerinfo"): _deletefollowerinfo,
        ("POST", "/v2.0/oa/tag/tagfollower"): _tag,
        ("POST", "/v2.0/oa/tag/rmfollowerfromtag"): _untag,
        ("POST", "/v2.0/oa/tag/rmtag"): lambda state, call: state.remove_tag(
            _known_tag(state, call.json())
        ),
        ("GET", "/v2.0/oa/tag/gettagsofoa"): lambda state, call: list(state.tags),
    },
)
