"""docker-compose.yml as the tests read it: services with the variables of a filled-in `.env`."""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from dev.places import PROJECT

TEXT = (PROJECT / "docker-compose.yml").read_text()
DOCKERFILE = (PROJECT / "Dockerfile").read_text()
RAW: dict[str, Any] = yaml.safe_load(TEXT)
OURS = [name for name, service in RAW["services"].items() if "build" in service]
_UNITS = {"m": 2**20, "g": 2**30}
_VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?::([?-])([^}]*))?\})")


@dataclass(frozen=True)
class Service:
    """One service as compose would start it."""

    command: list[str]
    environment: dict[str, str]
    user: str
    memory: int
    processes: int


def filled(value: Any, env: Mapping[str, str]) -> Any:
    """The value with its variables, as compose puts them in; KeyError where one must be set."""
    if isinstance(value, dict):
        return {key: filled(one, env) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, env) for one in value]

    def put(found: re.Match[str]) -> str:
        name, rule, text = found.groups()
        if name is None:
            return "$"
        if env.get(name):
            return env[name]
        if rule == "?":
            raise KeyError(name)
        return text or ""

    return _VARIABLE.sub(put, value) if isinstance(value, str) else value


def service(name: str, env: Mapping[str, str]) -> Service:
    """One service of ours, as docker is asked to start it."""
    raw = filled(RAW["services"][name], env)
    command = raw.get("command") or json.loads(
        re.search(r"(?ms)^CMD (\[\"gunicorn.*?\])$", DOCKERFILE)[1].replace("\\\n", "")  # type: ignore[index]
    )
    size = re.fullmatch(r"(\d+)([mg])", raw["mem_limit"])
    assert size is not None
    return Service(
        shlex.split(command) if isinstance(command, str) else command,
        raw["environment"],
        raw["user"],
        int(size[1]) * _UNITS[size[2]],
        raw["pids_limit"],
    )
