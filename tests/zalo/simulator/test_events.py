"""The hook that webhooks hang on."""

from typing import Any

from zalo_simulator.state import SimulatorState


def test_listeners_hear_events_in_order():
    state = SimulatorState()
    heard: list[tuple[str, dict[str, Any]]] = []
    state.listeners.append(lambda name, payload: heard.append((name, payload)))

    state.emit("create_group", {"group_id": "a1"})
    state.emit("update_group_info", {"group_id": "a1"})

    assert heard == [
        ("create_group", {"group_id": "a1"}),
        ("update_group_info", {"group_id": "a1"}),
    ]
