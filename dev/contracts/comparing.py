"""Compare two sections of contracts: what went, what came, what changed. Pure."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

LONGEST = 200  # characters of a value


def differences(expected: Any, found: Any, where: str = "") -> list[str]:
    """One line for each difference: `- gone`, `+ new`, `~ changed: before -> after`."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return [
            line
            for key in sorted(expected.keys() | found.keys())
            for line in _of_key(key, expected, found, where)
        ]
    if isinstance(expected, list) and isinstance(found, list):
        return list(_of_lists(expected, found, where))
    return [] if _same(expected, found) else [f"~ {where}: {_short(expected)} -> {_short(found)}"]


def _of_key(key: str, expected: dict, found: dict, where: str) -> list[str]:
    place = f"{where} / {key}" if where else key
    if key not in found:
        return [f"- {place}: {_short(expected[key])}"]
    if key not in expected:
        return [f"+ {place}: {_short(found[key])}"]
    return differences(expected[key], found[key], place)


def _of_lists(expected: list, found: list, where: str) -> Iterator[str]:
    # The order of a list is no contract, but how often a line stands in it is.
    before, after = Counter(map(_text, expected)), Counter(map(_text, found))
    for mark, lines in (("-", before - after), ("+", after - before)):
        for line in sorted(lines.elements()):
            yield f"{mark} {where}: {_short(line)}"


def _same(expected: Any, found: Any) -> bool:
    return type(expected) is type(found) and expected == found


def _text(value: Any) -> str:
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value


def _short(value: Any) -> str:
    text = _text(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
