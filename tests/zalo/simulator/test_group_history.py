"""The account reads the messages of groups again (fact sheet §4.2)."""

import pytest

from tests.zalo.simulator.asking import get, post
from zalo_simulator.records import Group
from zalo_simulator.server import Simulator

BASE = "/v3.0/oa/group"


@pytest.fixture
def group(simulator: Simulator) -> Group:
    return simulator.state.add_group("Ấp Bình An")


def say(simulator: Simulator, group: Group, text: str) -> None:
    body = {"recipient": {"group_id": group.id}, "message": {"text": text}}
    assert post(simulator, f"{BASE}/message", body)["error"] == 0


def test_conversation_of_a_group_is_the_latest_first(simulator: Simulator, group: Group):
    other = simulator.state.add_group("Khác")
    say(simulator, other, "Ở nơi khác")
    for number in range(7):
        say(simulator, group, f"Bài {number}")

    items = get(simulator, f"{BASE}/conversation", group_id=group.id)["data"]

    assert [item["message"] for item in items] == [f"Bài {number}" for number in (6, 5, 4, 3, 2)]
    assert items[0]["group_id"] == group.id
    assert "to_id" not in items[0]
    more = get(simulator, f"{BASE}/conversation", group_id=group.id, offset=5, count=10)["data"]
    assert [item["message"] for item in more] == ["Bài 1", "Bài 0"]
    assert get(simulator, f"{BASE}/conversation", group_id=group.id, count=11)["error"] == -210


def test_recent_messages_come_from_all_own_groups(simulator: Simulator, group: Group):
    ordinary = simulator.state.add_group("Bà con", kind="ordinary")
    other = simulator.state.add_group("Khác")
    simulator.state.post(group_id=ordinary.id, text="Dán tay", sender="person")
    say(simulator, group, "Một")
    say(simulator, other, "Hai")

    items = get(simulator, f"{BASE}/listrecentchat", count=10)["data"]

    assert [(item["group_id"], item["message"]) for item in items] == [
        (other.id, "Hai"),
        (group.id, "Một"),
    ]
