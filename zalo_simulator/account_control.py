"""Entries about the account, its application, its places for groups, and what is known of people.

profile  {"profile"?, "group_refusal"?, "account_refusal"?}: the kind of account; -235, -224 or null
          for its groups; -204, -212, -219 … or null for everything
app      {"redirect_uris"?, "permissions"?, "is_app_active"?, "is_proof_required"?,
          "rate_per_min"?, "app_rate_per_min"?, "is_oauth_error_numbered"?, "is_invite_waiting"?,
          "article_rounds"?, "article_quota"?}
quota    {"quota_total"?, "quota_left"?, "purchased_left"?, "zca_balance"?}
assets   {"product_type", "days_left"?, "valid_through"?, "auto_renew"?, "is_free"?, "quota_type"?}
people   {"name", "id"?, "days_since_interaction"?, "count"?, …}, or a list of such
person   {"user_id", "refusal"?, "age"?, "is_mobile"?, "is_admin"?, …}
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from zalo_simulator.server import Simulator

MOST_PEOPLE: Final = 100_000
PROFILE: Final = frozenset({"profile", "account_refusal", "group_refusal"})
QUOTA: Final = frozenset({"quota_total", "quota_left", "purchased_left", "zca_balance"})


def _change(simulator: "Simulator", values: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := values.keys() - known:
        raise ValueError(f"không có mục {', '.join(sorted(unknown))}")
    simulator.state.change_settings(**values)


def _profile(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
    _change(simulator, values, PROFILE)
    return described(simulator)


def _app(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
    _change(simulator, values, frozenset(asdict(simulator.state.settings)) - PROFILE - QUOTA)
    return described(simulator)


def _quota(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
    _change(simulator, values, QUOTA)
    return described(simulator)


def described(simulator: "Simulator") -> dict[str, Any]:
    """How everything is set up now."""
    return asdict(simulator.state.settings)


def _assets(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
    if values:
        simulator.state.add_asset(**values)
    with simulator.state.lock:
        return {"assets": [asdict(asset) for asset in simulator.state.assets.values()]}


def _people(simulator: "Simulator", items: list[dict[str, Any]], is_list: bool) -> dict[str, Any]:
    made = [_add_people(simulator, item) for item in items]
    return {"people": made} if is_list else made[0]


def _add_people(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(values)
    count = values.pop("count", None)
    if count is None:
        person = simulator.state.add_person(**values)
        return {"user_id": person.id, "name": person.name}
    if not 0 < int(count) <= MOST_PEOPLE:
        raise ValueError(f"count phải từ 1 đến {MOST_PEOPLE}")
    return {"count": len(simulator.state.add_people(int(count), **values))}


def _person(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(values)
    person = simulator.state.people.get(str(values.pop("user_id")))
    if person is None:
        raise ValueError("Không có người này.")
    simulator.state.change_person(person, **values)
    return asdict(person)


def _broadcasts(simulator: "Simulator") -> dict[str, Any]:
    with simulator.state.lock:
        return {"broadcasts": [asdict(sent) for sent in simulator.state.broadcasts]}


VIEWS: Final[dict[str, Callable[["Simulator"], dict[str, Any]]]] = {
    "profile": described,
    "assets": lambda simulator: _assets(simulator, {}),
    "broadcasts": _broadcasts,
}
"""What `GET /_sim/<name>` shows."""
ENTRIES: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    "profile": _profile,
    "app": _app,
    "quota": _quota,
    "assets": _assets,
    "people": _people,
    "person": _person,
}
