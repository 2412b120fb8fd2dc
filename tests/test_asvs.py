"""docs/asvs.md: every requirement of levels 1 and 2 once, an existing test behind each line."""

import re
from collections import Counter

from accounts.models import User
from dev.places import PROJECT

# Section of ASVS 5.0.0 and how many of its requirements are of level 1 or 2, numbered from 1.
_COUNTS = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1
4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2
7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2
10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5
14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2
"""
SECTIONS = {section: int(count) for section, count in re.findall(r"(\S+):(\d+)", _COUNTS)}
REQUIREMENTS = {f"{section}.{n + 1}" for section, count in SECTIONS.items() for n in range(count)}
DOCUMENT = (PROJECT / "docs" / "asvs.md").read_text()
LINES = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in re.findall(r"(?m)^\| \d.*\|$", DOCUMENT)
]


def named(cell: str) -> list[str]:
    """The requirements of a line: `1.2.3`, or `1.2.3–5` for three of them."""
    found = re.findall(r"(\d+\.\d+)\.(\d+)(?:–(\d+))?", cell)
    return [
        f"{section}.{number}"
        for section, first, last in found
        for number in range(int(first), int(last or first) + 1)
    ]


def test_every_requirement_stands_once():
    times = Counter(one for line in LINES for one in named(line[0]))

    assert len(REQUIREMENTS) == 253
    assert set(times) == REQUIREMENTS
    assert [one for one, count in times.items() if count > 1] == []


def test_every_line_has_a_state_and_what_it_needs():
    for requirement, state, how, test in LINES:
        assert state in {"met", "not met", "not applicable"}, requirement
        assert how, requirement
        assert bool(test) == (state == "met"), requirement


def test_every_test_that_is_named_exists():
    for requirement, _state, _how, test in LINES:
        if not test:
            continue
        path, name = test.strip("`").split("::")
        source = PROJECT / path
        assert source.exists(), requirement
        assert re.search(rf"(?m)^def {name}\(", source.read_text()), f"{requirement}: {test}"


def test_documents_have_the_chapters_that_lines_rest_on():
    guide = (PROJECT / "docs" / "operations.md").read_text()

    for chapter in ("## Signing in", "## Keys", "## Install", "**Who reaches what.**"):
        assert f"\n{chapter}" in guide
    for variable in ("SESSION_IDLE_MINUTES", "SESSION_HOURS", "SECOND_FACTOR_REQUIRED"):
        assert f"`{variable}`" in guide


def test_no_account_comes_with_the_portal(db):
    assert not User.objects.exists()


def test_pages_say_how_browsers_must_treat_them(client, db):
    for address in ("/admin/login/", "/phan-anh/", "/nowhere/"):
        answer = client.get(address)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
