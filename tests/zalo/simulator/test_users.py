"""People of the account, in both families of calls (fact sheet §6)."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.zalo.simulator.asking import get, get_data, heard, post, tell
from zalo_simulator.records import Person
from zalo_simulator.server import Simulator

LIST, DETAIL, UPDATE = "/v3.0/oa/user/getlist", "/v3.0/oa/user/detail", "/v3.0/oa/user/update"
V2 = "/v2.0/oa"


@pytest.fixture
def agency(start_simulator: Callable[..., Simulator]) -> Simulator:
    return start_simulator(profile="state_agency")


@pytest.fixture
def person(simulator: Simulator) -> Person:
    return simulator.state.add_person("Nguyễn Thị Hoa", days_since_interaction=1)


def listed(simulator: Simulator, **data: Any) -> list[str]:
    return [user["user_id"] for user in get_data(simulator, LIST, **data)["data"]["users"]]


def test_list_of_a_business_goes_in_pages_with_mixed_numbers(simulator: Simulator):
    people = simulator.state.add_people(7)

    page = get_data(simulator, LIST, offset=5, count=50)["data"]

    assert (page["total"], page["count"], page["offset"]) == (7, "2", 5)
    assert [user["user_id"] for user in page["users"]] == [person.id for person in people[5:]]
    assert len(listed(simulator)) == 5


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"count": 50, "offset": 9_951}, 0),
        ({"count": 51}, -210),
        ({"offset": 9_952}, -210),
        ({"offset": -1}, -201),
        ({"count": "10"}, -201),
        ({"is_follower": True}, -201),
        ({"is_follower": "yes"}, -201),
        ({"last_interaction_period": "L8D"}, -201),
        ({"last_interaction_period": "2026_13_01:2026_13_02"}, -201),
    ],
)
def test_list_has_its_limits(simulator: Simulator, data: dict[str, Any], code: int):
    assert get_data(simulator, LIST, **data)["error"] == code


def test_list_is_filtered_by_following_tag_and_last_word(simulator: Simulator):
    noon = simulator.state.local_now().replace(hour=12, minute=0)
    simulator.state.set_clock(noon)
    add = simulator.state.add_person
    today, yesterday = add("A"), add("B", days_since_interaction=1)
    week, month = add("C", days_since_interaction=6), add("D", days_since_interaction=20)
    left = add("E", days_since_interaction=40, is_follower=False)
    never = add("F", days_since_interaction=None)
    simulator.state.tag(week, "Ấp 1")
    everyone = {person.id for person in (today, yesterday, week, month, left)}

    assert set(listed(simulator, count=50)) == everyone
    assert never.id not in everyone
    assert listed(simulator, is_follower="false") == [left.id]
    assert listed(simulator, tag_name="Ấp 1") == [week.id]
    assert listed(simulator, last_interaction_period="TODAY") == [today.id]
    assert listed(simulator, last_interaction_period="YESTERDAY") == [yesterday.id]
    assert set(listed(simulator, last_interaction_period="L7D")) == {
        today.id,
        yesterday.id,
        week.id,
    }
    assert month.id in listed(simulator, last_interaction_period="L30D")
    day = f"{simulator.state.local(month.interacted_at or 0):%Y_%m_%d}"
    assert listed(simulator, last_interaction_period=f"{day}:{day}") == [month.id]


def test_detail_has_the_fields_of_the_paper(simulator: Simulator, person: Person):
    simulator.state.tag(person, "Ấp 1")

    data = get_data(simulator, DETAIL, user_id=person.id)["data"]

    assert (data["user_id"], data["display_name"]) == (person.id, "Nguyễn Thị Hoa")
    assert data["user_id_by_app"] != person.id
    assert data["user_is_follower"] is True
    assert data["is_sensitive"] is False
    assert data["tags_and_notes_info"] == {"notes": [], "tag_names": ["Ấp 1"]}
    day = simulator.state.local(person.interacted_at or 0)
    assert data["user_last_interaction_date"] == f"{day:%d/%m/%Y}"
    assert get_data(simulator, DETAIL, user_id=int(person.id))["error"] == -201
    assert get_data(simulator, DETAIL, user_id="1")["error"] == -201


def test_stored_data_are_changed_told_and_deleted(simulator: Simulator, person: Person):
    told = heard(simulator)
    body = {
        "user_id": person.id,
        "user_alias": "Chị Hoa ấp 1",
        "shared_info": {"name": "Hoa", "phone": 84900000123},
    }

    assert post(simulator, UPDATE, body)["error"] == 0
    assert [name for name, _ in told] == ["update_user_info"]
    data = get_data(simulator, DETAIL, user_id=person.id)["data"]
    assert (data["user_alias"], data["shared_info"]["phone"]) == ("Chị Hoa ấp 1", "84900000123")
    assert post(simulator, UPDATE, user_id=person.id, shared_info={"x": 1})["error"] == -201

    assert post(simulator, f"{V2}/deletefollowerinfo", user_id=person.id)["error"] == 0
    assert get_data(simulator, DETAIL, user_id=person.id)["data"]["shared_info"] == {}


def test_older_family_is_withdrawn_for_a_business(simulator: Simulator, person: Person):
    assert get_data(simulator, f"{V2}/getfollowers", offset=0, count=50)["error"] == -240
    assert get_data(simulator, f"{V2}/getprofile", user_id=int(person.id))["error"] == -240
    assert post(simulator, f"{V2}/updatefollowerinfo", user_id=person.id)["error"] == -240


def test_state_agency_knows_only_the_older_family(agency: Simulator):
    people = agency.state.add_people(3)
    stranger = agency.state.add_person("Xa", is_follower=False)

    assert get_data(agency, LIST)["error"] == -235
    assert get_data(agency, DETAIL, user_id=people[0].id)["error"] == -235
    assert post(agency, UPDATE, user_id=people[0].id)["error"] == -235
    page = get_data(agency, f"{V2}/getfollowers", offset=1, count=50)["data"]
    assert page == {"total": 3, "followers": [{"user_id": p.id} for p in people[1:]]}

    profile = get_data(agency, f"{V2}/getprofile", user_id=int(people[0].id))
    assert profile["data"]["display_name"] == people[0].name
    assert get_data(agency, f"{V2}/getprofile", user_id=people[0].id)["error"] == -201
    assert get_data(agency, f"{V2}/getprofile", user_id=int(stranger.id))["error"] == -213


def test_state_agency_stores_what_it_knows(agency: Simulator):
    person = agency.state.add_person("Hoa")

    answer = post(agency, f"{V2}/updatefollowerinfo", user_id=person.id, name="Hoa", phone="0")

    assert answer["error"] == 0
    data = get_data(agency, f"{V2}/getprofile", user_id=int(person.id))["data"]
    assert data["shared_info"] == {"name": "Hoa", "phone": "0"}


def test_tags_are_made_given_and_taken(simulator: Simulator, person: Person):
    other = simulator.state.add_person("Nam")
    told = heard(simulator)

    def tag(name: str, **body: str) -> int:
        return post(simulator, f"{V2}/tag/{name}", body)["error"]

    assert tag("tagfollower", user_id=person.id, tag_name="Ấp 1") == 0
    assert tag("tagfollower", user_id=other.id, tag_name="Ấp 1") == 0
    assert get(simulator, f"{V2}/tag/gettagsofoa")["data"] == ["Ấp 1"]
    assert tag("rmfollowerfromtag", user_id=other.id, tag_name="Ấp 1") == 0
    assert tag("rmtag", tag_name="Ấp 1") == 0
    assert tag("rmtag", tag_name="Ấp 1") == -201

    assert person.tags == []
    assert [(name, payload["tag"]["user_ids"]) for name, payload in told] == [
        ("add_user_to_tag", [person.id]),
        ("add_user_to_tag", [other.id]),
        ("remove_user_from_tag", [other.id]),
        ("remove_tag", [person.id]),
    ]


def test_twenty_thousand_followers_come_quickly_and_are_cut_at_ten_thousand(
    simulator: Simulator,
):
    began = time.monotonic()
    tell(simulator, "people", count=20_000, days_since_interaction=3)
    took = time.monotonic() - began

    last = get_data(simulator, LIST, offset=9_951, count=50, is_follower="true")["data"]
    assert (last["total"], len(last["users"])) == (20_000, 50)
    assert get_data(simulator, LIST, offset=10_000, count=50)["error"] == -210
    assert took < 10


def test_a_list_of_people_is_taken_whole_and_no_other_door_takes_a_list(simulator: Simulator):
    door = f"{simulator.url}/_sim"
    named = [{"id": f"771000000000000000{number}", "name": f"Bà con {number}"} for number in (1, 2)]

    made = requests.post(f"{door}/people", json=named, timeout=30).json()
    refused = requests.post(f"{door}/quota", json=[{"quota_left": 1}], timeout=30)

    assert [person["name"] for person in made["people"]] == ["Bà con 1", "Bà con 2"]
    assert {person["id"] for person in named} <= simulator.state.people.keys()
    assert (refused.status_code, simulator.state.settings.quota_left) == (400, 500)


def test_door_changes_what_is_known_of_a_person(simulator: Simulator, person: Person):
    tell(simulator, "person", user_id=person.id, refusal=-227, age=17)

    assert (person.refusal, person.age) == (-227, 17)
    assert get_data(simulator, DETAIL, user_id=person.id)["data"]["is_sensitive"] is True
