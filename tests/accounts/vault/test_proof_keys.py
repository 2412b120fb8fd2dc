"""Apps of codes are made in the environment of the vault and printed once."""

import re

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent, ProofKey
from accounts.users.roles import Role
from accounts.vault import log
from accounts.vault.errors import ProofMisused, VaultOnly
from accounts.vault.proofs import checking, keys
from accounts.vault.proofs.checking import Given
from tests.factories.accounts import make_user
from tests.factories.proofs import App
from tests.vaults import opened

pytestmark = pytest.mark.django_db


def printed(username, capsys) -> str:
    call_command("print_proof", username)
    return str(capsys.readouterr().out)


def test_sheet_is_printed_once_and_names_its_owner(chief, capsys, settings, tmp_path):
    settings.VAULT_LOG = str(tmp_path / "vault.log")
    sheet = printed(chief.username, capsys)
    seed = "".join(re.search(r"Khóa: (.*)", sheet).group(1).split())

    assert str(chief) in sheet
    with opened():
        assert ProofKey.objects.get().secret == seed
        assert ProofKey.objects.get().is_sound
    assert log.verify().lines == 1
    assert seed not in (tmp_path / "vault.log").read_text()
    assert AuditEvent.objects.filter(action="account.proof_key_made").count() == 1


def test_new_sheet_ends_the_one_before(chief, capsys):
    old = App(chief)
    printed(chief.username, capsys)

    assert ProofKey.objects.filter(ended_at=None).count() == 1
    with opened(), pytest.raises(checking.ProofRefused):
        checking.check(chief, Given.of(old.code()))


def test_only_who_asks_or_approves_gets_one(commune, capsys):
    hamlet_head = make_user(commune, Role.HAMLET_HEAD)

    with pytest.raises(CommandError, match="không có quyền"):
        printed(hamlet_head.username, capsys)
    with pytest.raises(CommandError, match="Không có tài khoản"):
        printed("khong-co", capsys)


@pytest.mark.parametrize("command", ["print_proof", "end_proof"])
def test_web_can_neither_make_nor_end_it_by_command(command, chief, settings):
    settings.VAULT_KEYS = {}

    with pytest.raises(CommandError, match="nơi của kho"):
        call_command(command, chief.username)
    with pytest.raises(VaultOnly):
        keys.make_app(chief)
    assert not ProofKey.objects.exists()


def test_ended_key_proves_nothing(chief, capsys):
    app = App(chief)
    call_command("end_proof", chief.username)

    assert "Đã hủy 1 khóa" in capsys.readouterr().out
    with opened(), pytest.raises(checking.ProofRefused, match="chưa có mã"):
        checking.check(chief, Given.of(app.code()))


def test_code_is_good_once_whichever_row_says_otherwise(chief):
    code = App(chief).code()
    with opened():
        checking.check(chief, Given.of(code))
        ProofKey.objects.update(last_step=0)
        with pytest.raises(ProofMisused):
            checking.check(chief, Given.of(code))
