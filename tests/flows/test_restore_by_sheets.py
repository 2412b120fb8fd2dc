"""A backup put back, the vault's file gone: the two sheets of paper open the reporters again."""

import io
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command
from django.test import override_settings

from accounts.encryption import checks
from accounts.encryption.services import DecryptionError
from accounts.vault import checks as vault_checks
from accounts.vault.checks import WrongKeys
from config.environment import vault_keys
from reports import intake
from reports.models import Reporter
from tests.factories.tips import make_tip
from tests.flows.restoring import Backup
from tests.vaults import reporter_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.flow]

NAME = "Nguyễn Thị Mẫu"


def printed(*sheets: str) -> dict[str, str]:
    """The variables and the sheets that the command prints, by name; of the sheets it is given."""
    out = io.StringIO()
    with mock.patch("sys.stdin", io.StringIO("\n".join(sheets))):
        call_command("new_vault_key", join=bool(sheets), stdout=out, stderr=io.StringIO())
    rows = [line.replace("=", ": ", 1) for line in out.getvalue().splitlines() if line]
    return {name: value.split("   ")[0] for name, _, value in (row.partition(": ") for row in rows)}


def test_both_sheets_open_what_was_restored_and_others_are_refused(commune: Any) -> None:
    made, other = printed(), printed()
    public = vault_keys(made, "VAULT_PUBLIC_KEY")
    with override_settings(VAULT_PUBLIC_KEYS=public, VAULT_KEYS={}):
        checks.register()
        tip = make_tip(commune, person=intake.Person(name=NAME))
        backup = Backup()
        row = Reporter._base_manager.get(tip=tip)
        row.name = "Người Khác"
        row.save()
        backup.restore()

        joined = printed(made["Tờ 1"], made["Tờ 2"])
        wrong = printed(other["Tờ 1"], other["Tờ 2"])

        assert joined["VAULT_KEYS"] == made["VAULT_KEYS"]
        with override_settings(VAULT_KEYS=vault_keys(joined, "VAULT_KEYS")):
            assert reporter_of(tip).name == NAME
        with override_settings(VAULT_KEYS=vault_keys(wrong, "VAULT_KEYS")):
            with pytest.raises(DecryptionError):
                reporter_of(tip)
            with pytest.raises(WrongKeys):
                vault_checks.compare_private()
