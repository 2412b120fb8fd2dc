"""Kinds of account, permissions and rates, changed while the simulator runs (fact sheet §13)."""

import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.zalo.simulator.asking import get, get_data, post, tell
from zalo_simulator import server
from zalo_simulator.server import Simulator

GROUPS = "/v3.0/oa/group/getgroupsofoa"
ASSETS = "/v3.0/oa/quota/group"


def codes(simulator: Simulator, user_id: str) -> dict[str, int]:
    """Return the code that each family of calls answers."""
    message = {"recipient": {"user_id": user_id}, "message": {"text": "Chào"}}
    return {
        "getoa": get(simulator, "/v2.0/oa/getoa")["error"],
        "v3 message": post(simulator, "/v3.0/oa/message/cs", message)["error"],
        "v2 message": post(simulator, "/v2.0/oa/message", message)["error"],
        "v3 list": get_data(simulator, "/v3.0/oa/user/getlist")["error"],
        "v2 list": get_data(simulator, "/v2.0/oa/getfollowers")["error"],
        "groups": get(simulator, GROUPS)["error"],
        "places": post(simulator, ASSETS, quota_owner="OA")["error"],
        "articles": get(simulator, "/v2.0/article/getslice", type="normal")["error"],
    }


BUSINESS = {
    "getoa": 0,
    "v3 message": 0,
    "v2 message": -240,
    "v3 list": 0,
    "v2 list": -240,
    "groups": 0,
    "places": 0,
    "articles": 0,
}
AGENCY = BUSINESS | {"v3 message": -235, "v2 message": 0, "v3 list": -235, "v2 list": 0}


@pytest.mark.parametrize(
    ("values", "expected", "oa_type"),
    [
        ({"profile": "business"}, BUSINESS, 2),
        ({"profile": "state_agency"}, AGENCY, 4),
        (
            {"profile": "state_agency", "group_refusal": -235},
            AGENCY | {"groups": -235, "places": -235},
            4,
        ),
        (
            {"profile": "state_agency", "group_refusal": -224},
            AGENCY | {"groups": -224, "places": -224},
            4,
        ),
        ({"profile": "low_package"}, BUSINESS | {"groups": -224, "places": -224}, 2),
        ({"profile": "unverified"}, BUSINESS | {"groups": -221, "places": -221}, 2),
    ],
)
def test_profile_is_switched_while_running(
    simulator: Simulator, values: dict[str, Any], expected: dict[str, int], oa_type: int
):
    person = simulator.state.add_person("Hoa")

    shown = tell(simulator, "profile", **values)

    assert shown["profile"] == values["profile"]
    assert codes(simulator, person.id) == expected
    about = get(simulator, "/v2.0/oa/getoa")["data"]
    assert about["oa_type"] == oa_type
    assert about["is_verified"] is (values["profile"] != "unverified")


def test_unknown_profile_and_unknown_setting_are_refused_whole(simulator: Simulator):
    for door, values in (
        ("profile", {"profile": "city"}),
        ("profile", {"profile": "state_agency", "colour": "red"}),
        ("profile", {"rate_per_min": 3}),
        ("app", {"permissions": ["everything"]}),
        ("quota", {"profile": "state_agency"}),
    ):
        answer = requests.post(f"{simulator.url}/_sim/{door}", json=values, timeout=30)
        assert answer.status_code == 400

    assert simulator.state.profile == "business"


def test_setting_survives_a_restart_unless_asked_otherwise(tmp_path: Path):
    path = tmp_path / "zalo.json"
    first = server.start(path=path)
    tell(first, "profile", profile="state_agency", group_refusal=-235)
    tell(first, "app", redirect_uris=["https://a.vn/x"], permissions=["send"])
    asset = first.state.add_asset("gmf50")
    group = first.state.add_group("Ấp Bình An", auto_renew=True)
    person = first.state.add_person("Hoa", refusal=-227)
    first.state.tag(person, "Ấp 1")
    first.stop()

    second = server.start(path=path)
    third = server.start(path=path, profile="business")
    second.stop()
    third.stop()

    assert second.state.settings == first.state.settings
    assert second.state.assets[asset.id] == asset
    assert second.state.groups[group.id] == group
    assert second.state.people[person.id] == person
    assert second.state.tags == ["Ấp 1"]
    assert (third.state.profile, third.state.settings.group_refusal) == ("business", -235)


def test_what_lapsed_while_it_stood_still_has_lapsed_when_it_starts(tmp_path: Path):
    path = tmp_path / "zalo.json"
    first = server.start(path=path)
    group = first.state.add_group("Ấp Bình An", valid_through="01/01/2026")
    first.stop()

    second = server.start(path=path)
    answer = get(second, "/v3.0/oa/group/getgroup", group_id=group.id)
    second.stop()

    assert answer["error"] == -403


@pytest.mark.parametrize(
    ("missing", "path"),
    [
        ("group_info", GROUPS),
        ("oa_info", "/v2.0/oa/getoa"),
        ("user_info", "/v3.0/oa/user/getlist"),
        ("manage_messages", "/v2.0/oa/listrecentchat"),
        ("articles", "/v2.0/article/getslice?type=normal"),
    ],
)
def test_permission_is_missing_for_its_group_only(simulator: Simulator, missing: str, path: str):
    person = simulator.state.add_person("Hoa")
    kept = [name for name in simulator.state.settings.permissions if name != missing]
    before = get(simulator, path)["error"]

    tell(simulator, "app", permissions=kept)

    assert (before, get(simulator, path)["error"]) == (0, -223)
    message = {"recipient": {"user_id": person.id}, "message": {"text": "Chào"}}
    assert post(simulator, "/v3.0/oa/message/cs", message)["error"] == 0


def test_inactive_application_is_refused_everywhere(simulator: Simulator):
    tell(simulator, "app", is_app_active=False)

    person = simulator.state.add_person("Hoa")
    assert set(codes(simulator, person.id).values()) == {-209}


@pytest.mark.parametrize("code", [-204, -205, -212, -219])
def test_account_may_be_out_of_reach_altogether(simulator: Simulator, code: int):
    person = simulator.state.add_person("Hoa")

    tell(simulator, "profile", account_refusal=code)
    assert set(codes(simulator, person.id).values()) == {code}
    tell(simulator, "profile", account_refusal=None)

    assert codes(simulator, person.id) == BUSINESS


def test_proof_may_be_demanded_while_running(simulator: Simulator):
    tell(simulator, "app", is_proof_required=True)
    assert get(simulator, "/v2.0/oa/getoa")["error"] == -242

    tell(simulator, "app", is_proof_required=False)
    assert get(simulator, "/v2.0/oa/getoa")["error"] == 0


def asked(simulator: Simulator, path: str = "/v2.0/oa/getoa") -> tuple[int, str, str, str]:
    answer = requests.get(
        simulator.url + path,
        headers={"access_token": simulator.state.tokens.access},
        timeout=30,
    )
    return (
        answer.json()["error"],
        answer.json()["message"],
        answer.headers["X-RateLimit-Limit"],
        answer.headers["X-RateLimit-Remain"],
    )


def test_account_and_application_have_a_rate_each_with_its_own_text(simulator: Simulator):
    simulator.state.advance(60 - time.time() % 60)  # a minute of its own
    tell(simulator, "app", rate_per_min=2, app_rate_per_min=10)
    of_account = [asked(simulator) for _ in range(3)]
    tell(simulator, "app", rate_per_min=0, app_rate_per_min=4)
    of_application = [asked(simulator) for _ in range(2)]
    articles = asked(simulator, "/v2.0/article/getslice?type=normal")

    assert of_account == [
        (0, "Success", "2", "1"),
        (0, "Success", "2", "0"),
        (-32, "Request rate limit of OA reached", "2", "0"),
    ]
    assert of_application == [
        (0, "Success", "4", "0"),
        (-32, "Request rate limit of application reached", "4", "0"),
    ]
    assert articles == (0, "Success", "4", "3")
    simulator.state.advance(60)
    assert asked(simulator)[0] == 0


def test_numbers_of_the_account_are_mixed(simulator: Simulator):
    simulator.state.add_people(2)
    simulator.state.add_person("Nam", is_follower=False)

    about = get(simulator, "/v2.0/oa/getoa")["data"]
    tell(simulator, "quota", zca_balance=0)

    assert about["num_follower"] == "2"
    assert int(about["oa_id"]) > 2**53
    assert about["linked_ZCA"] == ""
    assert get(simulator, "/v2.0/oa/getoa")["data"]["linked_ZCA"]


def test_unknown_call_has_no_data(simulator: Simulator):
    answer = get(simulator, "/v3.0/oa/nothing")

    assert (answer["error"], "data" in answer) == (404, False)


def test_doors_show_settings_and_no_token(simulator: Simulator):
    tokens = simulator.state.tokens

    shown = [
        requests.get(f"{simulator.url}/_sim/{door}", timeout=30)
        for door in ("profile", "assets", "broadcasts", "control", "stats", "tokens")
    ]

    assert [answer.status_code for answer in shown] == [200, 200, 200, 200, 200, 404]
    assert not any(
        secret in answer.text for answer in shown for secret in (tokens.access, tokens.refresh)
    )
