"""The sections of `tests/contracts.json` and the functions that compute them."""

import json
from collections.abc import Callable
from typing import Any

from dev.contracts import commands, database, declared, literals, worked
from dev.contracts.scene import scene
from dev.places import PROJECT

FILE = PROJECT / "tests" / "contracts.json"


def _commands() -> dict[str, Any]:
    with scene():
        return commands.commands()


SECTIONS: dict[str, Callable[[], dict[str, Any]]] = {
    "tables": database.tables,
    "keys": worked.keys,
    "tasks": declared.tasks,
    "permissions": declared.permissions,
    "audit": worked.trail,
    "constraints": database.constraints,
    "stored names": literals.stored_names,
    "commands": _commands,
    "health": worked.health,
    "documents": worked.documents,
    "addresses": declared.addresses,
    "static files": declared.static_files,
    "models": declared.models,
    "environment": declared.environment,
}


def computed(section: str) -> Any:
    """A section as it is now, in the types that JSON has."""
    return json.loads(json.dumps(SECTIONS[section](), ensure_ascii=False))


def written() -> dict[str, Any]:
    """The contracts as they stand in the file."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def as_text(contracts: dict[str, Any]) -> str:
    """The same contracts give the same bytes."""
    return json.dumps(contracts, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
