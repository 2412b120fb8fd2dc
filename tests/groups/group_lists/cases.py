"""Lists that say who is in which group, as heads of hamlets fill them; the truth by person.

A truth is a line of facts between bars: `+0@2026-01-31` is in group 0 since that day, `-0@a/b` was
in it from a to b, `?0` was invited; `nozalo`; `proxy:…`; `owner:…`; `note:…`; `nick:…`; `doubt`.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from groups.member_import.reader.member_list import MemberList, read_member_list
from groups.member_import.reader.zalo_facts import columns_of_groups, groups_in, suggested
from tests.groups.member_list.writers import Grid, xlsx

FIRST, LATER, LAST = (
    Path(__file__).with_name(f"{name}.jsonl") for name in ("lists", "later_lists", "last_lists")
)


@dataclass
class Case:
    name: str
    groups: list[str]
    rows: list[list[Any]]
    truth: dict[str, str]

    def read(self) -> MemberList:
        rows = [[_cell(cell) for cell in row] for row in self.rows]
        named = dict.fromkeys(self.groups, "group_mark")  # as `previewing` passes them
        return read_member_list(xlsx(Grid(rows, name="Danh sách")), "ds.xlsx", mapping=named)

    def facts(self) -> dict[str, set[str]]:
        """The facts of each person as the reader finds them, in the words of the truth."""
        found = self.read()
        choices = list(enumerate(self.groups))
        columns: dict[str, str] = {}
        for table in found.mapping:
            columns |= columns_of_groups(table.columns)
        chosen = suggested(columns, choices)
        return {
            person.full_name: _facts(person.zalo.as_json() if person.zalo else {}, chosen, choices)
            for person in found.people
        }

    def wanted(self) -> dict[str, set[str]]:
        return {
            name: {part.strip() for part in truth.split("|") if part.strip()}
            for name, truth in self.truth.items()
        }


def _cell(cell: Any) -> Any:
    return date.fromisoformat(cell["day"]) if isinstance(cell, dict) else cell


def _facts(
    said: dict[str, Any], chosen: dict[str, int], choices: list[tuple[int, str]]
) -> set[str]:
    facts = set()
    for place in said.get("places", ()):
        groups: list[int] | None = [chosen[place["column"]]] if place["column"] in chosen else None
        if place["state"] == "named":
            groups = groups_in(place["name"], choices)
        if not groups:
            facts.add("doubt")
            continue
        since, until = place.get("joined_on", ""), place.get("left_on", "")
        for group in groups:
            if place["state"] == "left":
                facts.add(f"-{group}@{since}/{until}" if since or until else f"-{group}")
            elif place["state"] == "invited":
                facts.add(f"?{group}")
            else:
                facts.add(f"+{group}@{since}" if since else f"+{group}")
    if said.get("no_zalo"):
        facts.add("nozalo")
    if said.get("owner"):
        facts.add(f"owner:{said['owner']}")
    elif said.get("proxy"):
        facts.add(f"proxy:{said['proxy']}")
    for remark in said.get("remarks", ()):
        is_doubt = remark["kind"] in ("unclear", "bad_day")
        facts.add("doubt" if is_doubt else f"{remark['kind']}:{remark['text']}")
    return facts


def cases(*files: Path) -> list[Case]:
    lines = [line for file in files or (FIRST, LATER, LAST) for line in _lines_of(file)]
    return [Case(**json.loads(line)) for line in lines]


def _lines_of(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines()


def score(*files: Path) -> str:
    """People exactly right, lists exactly right, and what was read otherwise."""
    people = right = lists = 0
    lines = []
    for case in cases(*files):
        found, wanted = case.facts(), case.wanted()
        wrong = {
            name: (found.get(name), due) for name, due in wanted.items() if found.get(name) != due
        }
        people += len(wanted)
        right += len(wanted) - len(wrong)
        lists += not wrong
        lines += [
            f"{case.name}: {name}: read {read}, due {due}" for name, (read, due) in wrong.items()
        ]
    return "\n".join([f"{right}/{people} people, {lists}/{len(cases(*files))} lists", *lines])
