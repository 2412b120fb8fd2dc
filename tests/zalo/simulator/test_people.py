from typing import Any

import pytest

from zalo_simulator.records import Person
from zalo_simulator.server import Simulator


@pytest.fixture
def payloads(simulator: Simulator) -> list[tuple[str, dict[str, Any]]]:
    events: list[tuple[str, dict[str, Any]]] = []
    simulator.state.listeners.append(lambda name, payload: events.append((name, payload)))
    return events


@pytest.fixture
def person(simulator: Simulator) -> Person:
    return simulator.state.add_person("Bà Lành", days_since_interaction=None)


def do(simulator: Simulator, person: Person, deed: str, **values: Any) -> dict[str, Any]:
    return simulator.residents.do(deed, {"user_id": person.id, "deed": deed, **values})


def test_following_and_leaving_is_told(simulator: Simulator, person: Person, payloads: list[Any]):
    do(simulator, person, "follow")
    was_follower = person.is_follower
    do(simulator, person, "unfollow")

    assert [name for name, _payload in payloads] == ["follow", "unfollow"]
    assert payloads[0][1] == {
        "oa_id": simulator.state.oa_id,
        "follower": {"id": person.id},
        "user_id_by_app": f"app{person.id}",
        "source": "oa_profile",
    }
    assert (was_follower, person.is_follower) == (True, False)


def test_a_text_opens_the_window_and_stands_in_the_talk(
    simulator: Simulator, person: Person, payloads: list[Any]
):
    sent = do(simulator, person, "write", text="  Tổ 5 có trộm  ")

    [(name, payload)] = payloads
    assert name == "user_send_text"
    assert payload["message"] == {"text": "Tổ 5 có trộm", "msg_id": sent["message_id"]}
    assert payload["sender"] == {"id": person.id}
    assert payload["recipient"] == {"id": simulator.state.oa_id}
    assert person.interacted_at is not None
    assert [message.text for message in simulator.state.messages] == ["Tổ 5 có trộm"]


def test_a_picture_is_told_by_where_it_lies(
    simulator: Simulator, person: Person, payloads: list[Any]
):
    stored = simulator.state.add_attachment("image/png", b"\x89PNG\r\n\x1a\nx")

    do(simulator, person, "send_image", image_id=stored.id)

    [(name, payload)] = payloads
    url = f"{simulator.url}/_sim/image/{stored.id}"
    assert name == "user_send_image"
    assert payload["message"]["attachments"] == [
        {"type": "image", "payload": {"thumbnail": url, "url": url}}
    ]
    assert "text" not in payload["message"]


def test_a_place_is_told_in_strings(simulator: Simulator, person: Person, payloads: list[Any]):
    do(simulator, person, "send_location", latitude=10.95, longitude=106.82)

    [(name, payload)] = payloads
    assert name == "user_send_location"
    assert payload["message"]["attachments"][0]["payload"] == {
        "coordinates": {"latitude": "10.95", "longitude": "106.82"}
    }


def test_shared_contact_comes_in_both_forms(
    simulator: Simulator, person: Person, payloads: list[Any]
):
    shared = {"name": "Bà Lành", "phone": "84900000123", "address": "Tổ 5", "ward": "Suối Lành"}
    do(simulator, person, "share_contact", **shared)
    do(simulator, person, "share_contact", **shared, is_old_form=True)

    new, old = (payload["info"] for _name, payload in payloads)
    assert new["full_address"]["user_address"] == "Tổ 5"
    assert (old["address"], old["ward"]) == ("Tổ 5", "Suối Lành")


def test_joining_a_group_by_its_link_is_told(
    simulator: Simulator, person: Person, payloads: list[Any]
):
    group = simulator.state.add_group("Ấp Bình An")

    done = do(simulator, person, "join", group_id=group.id)

    assert done["state"] in {"joined", "asked"}
    expected = {"joined": "user_join_group", "asked": "user_request_join_group"}[done["state"]]
    assert payloads[0][0] == expected
    assert payloads[0][1]["users"] == [{"id": person.id}]


def test_withdrawing_is_told(simulator: Simulator, person: Person, payloads: list[Any]):
    do(simulator, person, "withdraw")

    [(name, payload)] = payloads
    assert (name, payload["user_id"]) == ("user_withdraw", person.id)


@pytest.mark.parametrize(
    ("deed", "values", "sentence"),
    [
        ("unfollow", {}, "chưa quan tâm"),
        ("write", {"text": "  "}, "từ 1 đến 2000"),
        ("write", {"text": "a" * 2001}, "từ 1 đến 2000"),
        ("send_image", {"image_id": "không-có"}, "chưa được đưa lên"),
        ("join", {"group_id": "không-có"}, "Không có nhóm này"),
        ("fly", {}, "không có việc"),
    ],
)
def test_what_a_person_cannot_do_is_said(
    simulator: Simulator, person: Person, deed: str, values: dict[str, Any], sentence: str
):
    with pytest.raises(ValueError, match=sentence):
        do(simulator, person, deed, **values)


def test_nobody_acts_for_someone_unknown(simulator: Simulator):
    with pytest.raises(ValueError, match="Không có người này"):
        simulator.residents.do("follow", {"user_id": "1"})
