"""A word that comes in by every way stands nowhere but with the vault."""

from pathlib import Path

import pytest

from tests.flows.leaks import canary

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.flow,
    pytest.mark.timeout(300),
]


def test_the_word_is_with_the_vault_and_nowhere_else(tmp_path: Path) -> None:
    found, held, pushed = canary.run(tmp_path)

    assert found == []
    assert [name for name, is_held in held.items() if not is_held] == ["group"]  # never taken in
    assert pushed > 0


def test_it_is_found_where_it_stands() -> None:
    heaps = {
        "packed": canary.document(), "capitals": canary.STEM.upper().encode(),
        "remark": canary.telling("PNG"), "nothing": b"qzvxmau",
    }  # fmt: skip

    found = canary.found_in(heaps)

    assert {one.partition(":")[0].partition(" ")[0] for one in found} == {
        "packed", "capitals", "remark",
    }  # fmt: skip
