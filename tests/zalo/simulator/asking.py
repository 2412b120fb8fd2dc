"""Calls as a client makes them, without our client in between."""

import json
from typing import Any

import requests

from zalo_simulator.server import Simulator

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50


def get(simulator: Simulator, path: str, **query: Any) -> dict[str, Any]:
    """Ask with ordinary query parameters, as groups and articles are asked."""
    answer = requests.get(simulator.url + path, params=query, headers=_token(simulator), timeout=30)
    assert answer.status_code == 200
    return answer.json()


def get_data(simulator: Simulator, path: str, **data: Any) -> dict[str, Any]:
    """Ask with one parameter `data` that holds JSON, as users and messages are asked."""
    return get(simulator, path, data=json.dumps(data))


def post(simulator: Simulator, path: str, body: Any = None, **fields: Any) -> dict[str, Any]:
    answer = requests.post(
        simulator.url + path, json=body or fields, headers=_token(simulator), timeout=30
    )
    assert answer.status_code == 200
    return answer.json()


def tell(simulator: Simulator, door: str, **values: Any) -> dict[str, Any]:
    """Use one of the simulator's own doors."""
    answer = requests.post(f"{simulator.url}/_sim/{door}", json=values, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def upload(
    simulator: Simulator, kind: str, content: bytes, name: str = "a.png", field: str = "file"
) -> dict[str, Any]:
    return requests.post(
        f"{simulator.url}/v2.0/oa/upload/{kind}",
        files={field: (name, content)},
        headers=_token(simulator),
        timeout=30,
    ).json()


def heard(simulator: Simulator) -> list[tuple[str, dict[str, Any]]]:
    """A list that fills with what is told from now on."""
    told: list[tuple[str, dict[str, Any]]] = []
    simulator.state.listeners.append(lambda name, payload: told.append((name, payload)))
    return told


def _token(simulator: Simulator) -> dict[str, str]:
    return {"access_token": simulator.state.tokens.access}


def pass_days(simulator: Simulator, days: float) -> None:
    """Let time go by; the portal has kept its tokens fresh meanwhile."""
    simulator.state.advance(days * 86_400)
    simulator.state.consent()
