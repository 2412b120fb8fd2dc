"""A key on two sheets: one alone tells nothing, a slip of the pen is named."""

import io
import sys
from string import ascii_uppercase
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from accounts.vault import checks, paper_keys, sealing
from accounts.vault.paper_keys import Unreadable

KID = "n261129abcd"


@given(st.binary(min_size=32, max_size=32))
def test_two_sheets_are_the_key_in_any_order_and_case(key):
    first, second = paper_keys.split(KID, key)

    assert paper_keys.join(first, second) == (KID, key)
    assert paper_keys.join(second.lower(), first.replace("-", " ")) == (KID, key)


def test_a_sheet_alone_is_random():
    sheets = {part for _time in range(3) for part in paper_keys.split(KID, b"k" * 32)}

    assert len(sheets) == 6


@given(st.integers(min_value=0), st.sampled_from(ascii_uppercase + "234567"))
def test_one_wrong_letter_is_found(at, letter):
    first, second = paper_keys.split(KID, bytes(range(32)))
    places = [at for at in range(len(f"1 {KID} "), len(first)) if first[at] != "-"]
    place = places[at % len(places)]
    if first[place] == letter:
        return

    with pytest.raises(Unreadable, match=r"Tờ 1|Hai tờ"):
        paper_keys.join(first[:place] + letter + first[place + 1 :], second)


def test_sheets_of_two_keys_do_not_join():
    one, other = paper_keys.split(KID, b"a" * 32), paper_keys.split(KID, b"b" * 32)

    with pytest.raises(Unreadable, match="không phải của cùng một khóa"):
        paper_keys.join(one[0], other[1])
    with pytest.raises(Unreadable, match="hai lần cùng một tờ"):
        paper_keys.join(one[0], one[0])
    with pytest.raises(Unreadable):
        paper_keys.join("", one[0])


def test_the_command_prints_what_its_sheets_give_back(typed):
    out, err = io.StringIO(), io.StringIO()
    call_command("new_vault_key", stdout=out, stderr=err)
    lines = out.getvalue().splitlines()
    sheets = [line.partition(": ")[2] for line in lines if line.startswith("Tờ ")]

    joined = io.StringIO()
    typed(sheets)
    call_command("new_vault_key", "--join", stdout=joined)

    assert joined.getvalue().splitlines() == lines[:2]
    assert [line.partition("=")[0] for line in lines[:3]] == [
        "VAULT_PUBLIC_KEY", "VAULT_KEYS", "VAULT_INDEX_KEY",
    ]  # fmt: skip
    typed([sheets[0][:-1] + "?", sheets[1]])
    with pytest.raises(CommandError, match="chép sai"):
        call_command("new_vault_key", "--join")
    typed([sheets[0]])
    with pytest.raises(CommandError, match="hai dòng"):
        call_command("new_vault_key", "--join")


@pytest.fixture
def typed(monkeypatch):
    """`typed(sheets)`: what comes in at the next command."""
    return lambda sheets: monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(sheets)))


@pytest.mark.django_db
def test_sheets_are_tried_against_the_key_in_use(typed, settings):
    private, older = settings.VAULT_KEYS["v2"], settings.VAULT_KEYS["v1"]
    settings.VAULT_PUBLIC_KEYS = settings.VAULT_PUBLIC_KEYS | {"v1": sealing.public_part(older)}
    checks.register_keys(uuid4())
    settings.VAULT_KEYS, settings.VAULT_INDEX_KEY = {}, ""  # as web has it
    said = io.StringIO()

    typed(paper_keys.split("v2", private))
    call_command("try_vault_key", stdout=said)
    refused = []
    for kid, key in (("v1", older), ("v2", older), ("v9", private)):
        typed(paper_keys.split(kid, key))
        with pytest.raises(CommandError) as error:
            call_command("try_vault_key")
        refused.append(str(error.value))

    assert "đúng là khóa “v2” đang dùng" in said.getvalue()
    assert "mở được dữ liệu cũ" in refused[0]
    assert all("không mở được dữ liệu ở đây" in sentence for sentence in refused[1:])
