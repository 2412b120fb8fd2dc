"""When a person may be written to, who pays, and which ways are closed (fact sheet §3.3, §3.4)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.zalo.simulator.asking import PNG, get_data, pass_days, post, tell
from zalo_simulator.records import Person
from zalo_simulator.server import Simulator
from zalo_simulator.state.base import VIETNAM

CS, V2, QUOTA = "/v3.0/oa/message/cs", "/v2.0/oa/message", "/v3.0/oa/quota/message"


def write(simulator: Simulator, person: Person, path: str = CS) -> dict[str, Any]:
    body = {"recipient": {"user_id": person.id}, "message": {"text": "Chào"}}
    return post(simulator, path, body)


def test_window_closes_with_the_clock_and_opens_with_a_word(simulator: Simulator):
    person = simulator.state.add_person("Hoa")
    assert write(simulator, person)["data"]["quota"]["quota_type"] == "reply"
    pass_days(simulator, 2.1)
    assert write(simulator, person)["data"]["quota"]["quota_type"] == "sub_quota"
    pass_days(simulator, 5)
    assert write(simulator, person)["error"] == -230

    simulator.residents.do("write", {"user_id": person.id, "text": "Tin báo"})

    assert write(simulator, person)["data"]["quota"]["quota_type"] == "reply"


@pytest.mark.parametrize("code", [-213, -217, -218, -227, -230, -232, -244])
def test_refusal_of_a_person_is_a_setting(
    simulator: Simulator, start_simulator: Callable[..., Simulator], code: int
):
    person = simulator.state.add_person("Hoa")
    tell(simulator, "person", user_id=person.id, refusal=code)

    assert write(simulator, person)["error"] == code
    agency = start_simulator(profile="state_agency")
    other = agency.state.add_person("Nam", refusal=code)
    assert write(agency, other, V2)["error"] == code


def test_package_counts_down_then_what_was_bought_then_the_linked_account(simulator: Simulator):
    person = simulator.state.add_person("Hoa", days_since_interaction=3)
    tell(simulator, "quota", quota_total=2, quota_left=2, purchased_left=1)

    quotas = [write(simulator, person)["data"]["quota"] for _ in range(3)]
    assert quotas[:2] == [
        {"quota_type": "sub_quota", "remain": left, "total": "2", "expired_date": "31/12/2027"}
        for left in (1, 0)
    ]
    assert quotas[2] == {
        "quota_type": "purchase_quota",
        "owner_type": "OA",
        "owner_id": simulator.state.oa_id,
    }
    assert write(simulator, person)["error"] == -320
    tell(simulator, "quota", zca_balance=60)
    paid = write(simulator, person)
    assert (paid["error"], "quota" in paid["data"]) == (0, False)
    assert write(simulator, person)["error"] == -321
    assert len(simulator.state.chat(person.id)) == 4


def test_quota_of_a_person_and_of_the_package_can_be_asked(simulator: Simulator):
    person = simulator.state.add_person("Hoa", days_since_interaction=3)
    silent = simulator.state.add_person("Nam", days_since_interaction=None)
    write(simulator, person)

    about = post(simulator, QUOTA, user_id=person.id)["data"]
    [package] = post(simulator, QUOTA, quota_owner="OA", product_type="cs")["data"]

    assert about["last_interaction"] == str(int((person.interacted_at or 0) * 1000))
    assert about["cs_reply"] == {"remain": "0", "total": "8"}
    assert post(simulator, QUOTA, user_id=silent.id)["data"]["last_interaction"] == ""
    assert (package["remain"], package["total"]) == (499, "500")
    assert post(simulator, QUOTA, user_id="1")["error"] == -201


def test_state_agency_is_answered_without_a_quota(start_simulator: Callable[..., Simulator]):
    agency = start_simulator(profile="state_agency")
    person = agency.state.add_person("Hoa", days_since_interaction=3)

    assert set(write(agency, person, V2)["data"]) == {"message_id", "user_id"}
    assert post(agency, QUOTA, user_id=person.id)["error"] == -235
    pass_days(agency, 5)
    assert write(agency, person, V2)["error"] == -230


def test_history_is_ten_at_most_with_both_sides(simulator: Simulator):
    person = simulator.state.add_person("Hoa")
    simulator.residents.do("write", {"user_id": person.id, "text": "Tin báo"})
    write(simulator, person)
    conversation = "/v2.0/oa/conversation"

    items = get_data(simulator, conversation, user_id=int(person.id), count=10)["data"]

    assert [(item["src"], item["message"], item["type"]) for item in items] == [
        (0, "Chào", "text"),
        (1, "Tin báo", "text"),
    ]
    assert (items[0]["from_id"], items[0]["to_id"]) == (simulator.state.oa_id, person.id)
    assert (items[1]["from_id"], items[1]["to_id"]) == (person.id, simulator.state.oa_id)
    assert isinstance(items[0]["time"], int)
    assert get_data(simulator, conversation, user_id=person.id, count=11)["error"] == -210
    assert get_data(simulator, conversation, user_id="1", count=1)["error"] == -201
    assert get_data(simulator, conversation, user_id=person.id, offset=1)["data"] == items[1:]


def test_history_names_what_a_person_sent(simulator: Simulator):
    person = simulator.state.add_person("Hoa")
    image = simulator.state.add_attachment("image/png", PNG)
    do = simulator.residents.do
    do("send_image", {"user_id": person.id, "image_id": image.id})
    do("send_location", {"user_id": person.id, "latitude": 10.5, "longitude": 106.25})
    do("send_sticker", {"user_id": person.id})

    items = get_data(simulator, "/v2.0/oa/conversation", user_id=person.id, count=10)["data"]

    assert [item["type"] for item in items] == ["sticker", "location", "photo"]
    assert items[1]["location"] == {"latitude": "10.5", "longitude": "106.25"}
    assert items[2]["url"] == f"{simulator.url}/_sim/image/{image.id}"
    pass_days(simulator, 8)
    [gone] = get_data(simulator, "/v2.0/oa/conversation", user_id=person.id, offset=2)["data"]
    assert gone["url"] == ""


def test_what_a_person_shares_can_be_read_again(simulator: Simulator):
    person = simulator.state.add_person("Hoa")
    shared = {"user_id": person.id, "name": "Hoa", "phone": "84900000123", "address": "Ấp 1"}

    simulator.residents.do("share_contact", shared)

    detail = get_data(simulator, "/v3.0/oa/user/detail", user_id=person.id)["data"]
    assert detail["shared_info"] == {name: shared[name] for name in ("name", "phone", "address")}


def test_recent_chats_show_the_last_word_of_each(simulator: Simulator):
    people = simulator.state.add_people(12)
    for person in people:
        write(simulator, person)
    write(simulator, people[0])
    recent = "/v2.0/oa/listrecentchat"

    page = get_data(simulator, recent, offset=0, count=10)["data"]

    assert [item["to_id"] for item in page][:2] == [people[0].id, people[11].id]
    assert len(page) == 10
    assert len(get_data(simulator, recent, offset=10, count=10)["data"]) == 2
    assert get_data(simulator, recent, count=50)["error"] == -210


def at(year: int, month: int, day: int, hour: int) -> datetime:
    return datetime(year, month, day, hour, tzinfo=VIETNAM)


def legacy(simulator: Simulator, person: Person, name: str, kind: str) -> int:
    attachment = {"type": "template", "payload": {"template_type": kind, "elements": []}}
    body = {"recipient": {"user_id": person.id}, "message": {"attachment": attachment}}
    return int(post(simulator, f"/v3.0/oa/message/{name}", body)["error"])


def test_legacy_templates_end_on_the_first_of_march(simulator: Simulator):
    simulator.state.set_clock(at(2026, 2, 28, 12))
    simulator.state.consent()
    follower = simulator.state.add_person("Hoa")
    stranger = simulator.state.add_person("Nam", is_follower=False)

    def transaction(person: Person) -> int:
        return legacy(simulator, person, "transaction", "transaction_order")

    def promotion(person: Person) -> int:
        return legacy(simulator, person, "promotion", "promotion")

    assert (transaction(stranger), promotion(stranger)) == (0, -213)
    assert (promotion(follower), promotion(follower)) == (0, -218)
    simulator.state.set_clock(at(2026, 2, 28, 23))
    assert (transaction(follower), promotion(follower)) == (-234, -234)
    simulator.state.set_clock(at(2026, 3, 1, 12))
    assert (transaction(follower), promotion(follower)) == (-240, -240)


@pytest.mark.parametrize(
    ("profile", "code"),
    [("business", -249), ("state_agency", -235), ("low_package", -224), ("unverified", -221)],
)
def test_template_by_user_id_is_refused(
    start_simulator: Callable[..., Simulator], profile: str, code: int
):
    simulator = start_simulator(profile=profile)
    person = simulator.state.add_person("Hoa")
    body = {"user_id": person.id, "template_id": "1", "template_data": {"a": "b"}}
    nested = body | {"recipient": {"user_id": person.id}}

    assert post(simulator, "/v3.0/oa/message/template", body)["error"] == code
    assert post(simulator, "/v3.0/oa/message/template", nested)["error"] == code
