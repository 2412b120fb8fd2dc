"""The simulator stores its state on disk, so that a demo goes on after a stop."""

import json
from pathlib import Path

from tests.flows.harness import wait_until
from zalo_simulator import server
from zalo_simulator.state import SimulatorState

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50


def test_state_survives_a_restart(tmp_path: Path):
    path = tmp_path / "deep" / "zalo.json"
    first = server.start(path=path)
    group = first.state.add_group("Ấp Bình An")
    image = first.state.add_attachment("image/png", PNG)
    first.state.post(group_id=group.id, text="Chào", image_id=image.id)
    access = first.state.tokens.access
    first.stop()

    second = server.start(path=path)
    second.stop()

    assert second.state.tokens.access == access
    assert second.state.groups[group.id].name == "Ấp Bình An"
    assert [message.text for message in second.state.messages] == ["Chào"]
    assert second.state.attachments[image.id].content == PNG


def test_state_is_written_soon_after_a_change(tmp_path: Path):
    path = tmp_path / "zalo.json"
    state = SimulatorState(path=path)
    state.add_group("Ấp Bình An")

    wait_until(path.exists, timeout_s=30, what="the file")

    assert json.loads(path.read_text())["groups"][0]["name"] == "Ấp Bình An"
    state.close()


def test_file_of_an_earlier_release_is_taken_up(tmp_path: Path):
    path = tmp_path / "zalo.json"
    first = SimulatorState(path=path)
    group = first.add_group("Ấp Bình An")
    first.close()
    body = json.loads(path.read_text())
    for name in ("settings", "assets", "articles", "drafts", "broadcasts", "tags", "people"):
        del body[name]
    [kept] = body["groups"]
    body["groups"] = [
        {name: kept[name] for name in ("id", "name", "kind", "status", "asset_id", "link")}
        | {"total_member": 3, "max_member": 100, "asset_valid_through": "31/12/2027"}
    ]
    body["people"] = []
    path.write_text(json.dumps(body))

    second = SimulatorState(path=path)
    second.close()

    taken = second.groups[group.id]
    assert (taken.name, len(second.roster(taken))) == ("Ấp Bình An", 2)
    assert second.assets[taken.asset_id].used_id == group.id
