"""The vault's log: a line a call, each bound to the one before."""

import io
import json
import threading

import pytest
from django.core.management import CommandError, call_command

from accounts.vault import log


@pytest.fixture
def path(settings, tmp_path):
    settings.VAULT_LOG = str(tmp_path / "vault.log")
    return tmp_path / "vault.log"


def write(count=3):
    for number in range(count):
        log.write(operation=f"việc {number}", outcome="answered")


def test_lines_follow_each_other(path):
    write()

    verdict = log.verify()

    assert (verdict.lines, verdict.wrong_at) == (3, None)
    assert [json.loads(line)["n"] for line in path.read_text().splitlines()] == [1, 2, 3]
    assert verdict.head == json.loads(path.read_text().splitlines()[-1])["mac"]


@pytest.mark.parametrize(
    ("change", "wrong_at"),
    [
        (lambda lines: [lines[0].replace("việc 0", "việc 9"), *lines[1:]], 1),
        (lambda lines: [lines[0], lines[2]], 2),
        (lambda lines: [lines[0], lines[2], lines[1]], 2),
        (lambda lines: [*lines[:2], lines[1], lines[2]], 3),
        (lambda lines: lines[1:], 1),
        (lambda lines: [*lines, '{"n": 4, "mac": ""}'], 4),
        (lambda lines: [*lines, "rác"], 4),
    ],
)
def test_every_change_of_the_middle_is_found(path, change, wrong_at):
    write()
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")

    assert log.verify().wrong_at == wrong_at
    with pytest.raises(log.LogUnusable, match=f"dòng {wrong_at}"):
        log.begin()
    with pytest.raises(CommandError, match=f"dòng {wrong_at}"):
        call_command("verify_vault_log")


def test_a_line_of_another_key_is_wrong(path, settings):
    write(1)
    settings.VAULT_INDEX_KEY = "another-key-of-the-same-length-or-more"
    write(1)
    settings.VAULT_INDEX_KEY = "only-for-tests-of-the-vault-" * 2

    assert log.verify().wrong_at == 2


def test_a_line_that_a_kill_left_half_is_cut_off(path):
    write()
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])

    assert log.begin().wrong_at is None
    assert [line["n"] for line in map(json.loads, path.read_text().splitlines())] == [1, 2, 3, 4]


def test_threads_and_processes_write_one_chain(path):
    threads = [threading.Thread(target=write, args=(20,)) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert log.verify().lines == 80
    assert log.verify().wrong_at is None


def test_without_a_place_for_its_log_the_vault_does_not_begin(settings, tmp_path):
    with pytest.raises(log.LogUnusable, match="VAULT_LOG"):
        log.begin()
    settings.VAULT_LOG = str(tmp_path / "none" / "vault.log")
    with pytest.raises(log.LogUnusable, match="không ghi được"):
        log.begin()


def test_the_command_names_lines_and_head(path):
    write()
    out = io.StringIO()
    call_command("verify_vault_log", stdout=out)

    assert "3 dòng" in out.getvalue()
    assert log.verify().head in out.getvalue()
