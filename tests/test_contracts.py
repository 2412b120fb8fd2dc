"""`contracts.json` holds everything that a move must not change; a planted difference is found."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from dev.contracts.comparing import differences
from dev.contracts.database import constraints, our_tables, tables, tables_of_models
from dev.contracts.literals import purposes, stored_names
from dev.contracts.reading import Source
from dev.contracts.sections import FILE, SECTIONS, as_text, computed, written

CONTRACTS, SOURCE = written(), Source()
EVENTS = CONTRACTS["constraints"]["tables"]["accounts_auditevent"]


@pytest.mark.django_db
@pytest.mark.parametrize("section", SECTIONS)
def test_contracts_hold(section):
    changed = differences(CONTRACTS[section], computed(section), section)

    assert changed == [], "\n".join(
        [f"{len(changed)} contracts differ (see “a contract” in docs/architecture.md):", *changed]
    )


@pytest.mark.django_db
def test_our_tables_have_the_columns_of_the_models_and_no_others():
    live = {
        table: {name: re.sub(r" default .*", "", kind) for name, kind in columns.items()}
        for table, columns in tables()["columns"].items()
        if table in our_tables()
    }

    assert differences(tables_of_models(), live) == []


# The file


def test_the_file_has_every_section_in_the_form_in_which_it_is_written():
    assert CONTRACTS.keys() == SECTIONS.keys()
    assert FILE.read_text(encoding="utf-8") == as_text(CONTRACTS)


def texts(value: Any) -> set[str]:
    """Every key and every text."""
    if isinstance(value, dict):
        return set(value).union(*map(texts, value.values()))
    return set().union(*map(texts, value)) if isinstance(value, list) else {str(value)}


def test_the_file_names_no_module_of_ours_and_no_place_on_a_disk():
    root = Path(settings.BASE_DIR)
    modules = {name for name in SOURCE.raw if "." in name}
    pattern = re.compile(r"(?<![\w.])(?:" + "|".join(map(re.escape, sorted(modules))) + r")(?!\w)")
    found = texts(CONTRACTS) - set(CONTRACTS["models"]["content types"])

    assert [text for text in found if pattern.search(text)] == []
    assert [text for text in found if str(root) in text or " at 0x" in text] == []


# What is computed follows the database and the source


LENGTH = "accounts_auditchain_length_check"
NAME = "character varying(100)"
TABLE = "constraints / tables / accounts_audit"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "lines"),
    [
        ("ALTER TABLE groups_team ADD planted date",
         ["+ tables / columns / groups_team / planted: date null"]),
        ("ALTER TABLE groups_team ALTER name DROP NOT NULL",
         [f"~ tables / columns / groups_team / name: {NAME} -> {NAME} null"]),
        ("DROP INDEX audit_target",
         [f"- {TABLE}event / named / audit_target: {EVENTS['named']['audit_target']}"]),
        (f"ALTER TABLE accounts_auditchain DROP CONSTRAINT {LENGTH}",
         [f"- {TABLE}chain / nameless: CHECK ((length >= 0))"]),
        (f"ALTER TABLE accounts_auditchain RENAME CONSTRAINT {LENGTH} TO made_up_0f1abd76", []),
        ("DROP TRIGGER audit_append_only ON accounts_auditevent",
         [f"- {TABLE}event / triggers: {json.dumps(EVENTS['triggers'])}"]),
        ("CREATE FUNCTION planted() RETURNS int LANGUAGE sql AS 'SELECT  1'",
         ["+ constraints / functions / planted(): e004ebd5b5532a4b"]),
    ],
)  # fmt: skip
def test_a_change_of_the_database_is_found(statement, lines):
    with connection.cursor() as cursor:
        cursor.execute(statement)

    found = {"tables": tables(), "constraints": constraints()}

    assert differences({name: CONTRACTS[name] for name in found}, found) == lines


@pytest.mark.parametrize(
    ("section", "read", "changes"),
    [
        ("keys", purposes,
         {"blind_index": "tip.barred", "context": "phan-anh/door", "salt": "reports.abuse.work"}),
        ("stored names", stored_names,
         {"cache / keys": "beat-heartbeat", "redis": ":zalo:slots:", "sessions / keys": "sign_in"}),
    ],
)  # fmt: skip
def test_a_change_of_the_source_is_found(section, read, changes):
    raw = dict(SOURCE.raw)
    for before in changes.values():
        raw = {name: text.replace(before, f"planted{before}") for name, text in raw.items()}

    lines = differences(CONTRACTS[section], CONTRACTS[section] | read(Source(raw)), section)

    for where, before in changes.items():
        hit = {line[0] for line in lines if f"{where}: " in line and before in line}
        assert hit == {"-", "+"}, where
    assert [line for line in lines if not any(one in line for one in changes.values())] == []


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ('cache.get("a")', ["a"]),
        ('cache.get(f"a:{b}")', ["a:{}"]),
        ('KEY = "a"\ncache.get(KEY + ":b")', ["a:b"]),
        ('def f(x):\n    key = f"a:{x}"\n    cache.get(key)\nf("b")', ["a:b"]),
        ('def f(key):\n    key = f"a:{key}"\n    cache.get(key)\nf("b")', ["a:b"]),
        ('def key(x):\n    return f"a:{x}"\ncache.get(key(1))', ["a:1"]),
        ('class A:\n    k = "a"\n    def f(self):\n        cache.get(self.k)', ["a"]),
        ('from other import KEY\ncache.get(KEY)', ["elsewhere"]),
        ('import other\nfrom a import other\ncache.get("x" if y else "z")', ["x", "z"]),
        ("cache.get(key)", []),
    ],
)  # fmt: skip
def test_keys_are_followed_to_where_they_are_made(code, texts):
    found = stored_names(Source({"one": code, "other": 'KEY = "elsewhere"'}))

    assert found["cache"]["keys"] == texts


# The comparison


def planted(section: str, kind: str) -> tuple[Any, str]:
    """A section with one difference at the first value found, and the way there."""
    found = copy.deepcopy(CONTRACTS[section])
    inside: Any = found
    key: Any = ""
    way = [section]
    while isinstance(inside.get(key, inside), dict):
        inside = inside.get(key, inside)
        key = next(one for one in inside if inside[one] not in ({}, []))
        way.append(key)
    if isinstance(inside[key], list):
        inside, key = inside[key], 0
    else:
        way.pop()
    if kind == "went":
        del inside[key]
    elif kind == "changed":
        inside[key] = "planted"
    elif isinstance(inside, list):
        inside.append("planted")
    else:
        inside["new"] = "planted"
    return found, " / ".join(way)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_that_is_equal_has_no_difference(section):
    assert differences(CONTRACTS[section], copy.deepcopy(CONTRACTS[section]), section) == []


@pytest.mark.parametrize("kind", ["went", "came", "changed"])
@pytest.mark.parametrize("section", SECTIONS)
def test_a_difference_in_a_section_is_named_and_no_other(section, kind):
    found, way = planted(section, kind)

    lines = differences(CONTRACTS[section], found, section)

    marks = "".join(line[0] for line in lines)
    assert marks in {"went": ["-"], "came": ["+"], "changed": ["~", "-+"]}[kind]
    assert all(line[2:].startswith(way) for line in lines)
    assert lines[-1].endswith("planted") is (kind != "went")


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (["a", "b"], ["b", "a"], []),
        (["a", "b"], ["b"], ["- x: a"]),
        (["a"], ["a", "a"], ["+ x: a"]),
        (["a"], ["b"], ["- x: a", "+ x: b"]),
        ([{"a": 1}], [{"a": 2}], ['- x: {"a": 1}', '+ x: {"a": 2}']),
        ({"a": 1}, {"a": True}, ["~ x / a: 1 -> true"]),
        ({"a": None}, {}, ["- x / a: null"]),
        ({"a": {"b": "1", "c": "2"}}, {"a": {"c": "3"}}, ["- x / a / b: 1", "~ x / a / c: 2 -> 3"]),
    ],
)
def test_lists_and_tables_are_compared_part_by_part(before, after, lines):
    assert differences(before, after, "x") == lines
