"""Check values of the vault's keys: public ones for everybody, private ones for the vault."""

import pytest
from django.core.management import call_command

from accounts.encryption import checks as of_portal
from accounts.encryption.checks import WrongKeys
from accounts.models import KeyCheck
from accounts.vault import checks, sealing

pytestmark = pytest.mark.django_db
NEW = b"n" * 32


def of_vault():
    return set(KeyCheck.objects.filter(purpose="vault").values_list("kid", flat=True))


def test_migrate_writes_the_public_key_and_the_vault_that_of_its_hashes():
    assert of_vault() == {"v2"}
    checks.compare_private()

    assert of_vault() == {"v2", "VAULT_INDEX_KEY"}
    checks.compare_private()
    of_portal.compare()


def test_another_public_key_under_a_known_name_stops_every_start(settings):
    settings.VAULT_PUBLIC_KEYS = {"v2": sealing.public_part(NEW)}

    with pytest.raises(WrongKeys, match="VAULT_PUBLIC_KEY không phải khóa “v2”"):
        of_portal.compare()


def test_a_new_key_takes_a_migrate(settings):
    settings.VAULT_PUBLIC_KEYS = {"n1": sealing.public_part(NEW)} | settings.VAULT_PUBLIC_KEYS
    settings.VAULT_KEYS = {"n1": NEW} | settings.VAULT_KEYS

    with pytest.raises(WrongKeys, match=r"“n1”.*manage\.py migrate"):
        of_portal.compare()
    of_portal.register()
    of_portal.compare()
    checks.compare_private()


def test_without_any_public_key_everything_starts(settings):
    settings.VAULT_PUBLIC_KEYS = {}

    of_portal.compare()


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({}, "thiếu VAULT_KEYS"),
        ({"v2": NEW}, "không có khóa mở tương ứng"),
        ({"n1": NEW}, "không có khóa mở tương ứng"),
    ],
)
def test_a_vault_with_wrong_keys_does_not_begin(settings, keys, sentence):
    settings.VAULT_KEYS = keys

    with pytest.raises(WrongKeys, match=sentence):
        checks.compare_private()


def test_a_vault_without_an_older_key_that_is_needed_does_not_begin(settings):
    settings.VAULT_PUBLIC_KEYS = {"n1": sealing.public_part(NEW)}
    settings.VAULT_KEYS = {"n1": NEW}
    of_portal.register()

    with pytest.raises(WrongKeys, match="VAULT_KEYS thiếu khóa “v2”"):
        checks.compare_private()
    assert checks.retire({"n1"}) == ["v2"]
    checks.compare_private()


def test_another_key_of_the_hashes_is_refused(settings):
    checks.compare_private()
    settings.VAULT_INDEX_KEY = "another-key-of-the-same-length-or-more"

    with pytest.raises(WrongKeys, match="VAULT_INDEX_KEY không phải khóa"):
        checks.compare_private()


def test_retiring_keys_of_the_portal_leaves_those_of_the_vault():
    of_portal.retire(set())

    assert not KeyCheck.objects.filter(purpose="vault").exclude(retired_at=None).exists()


def test_check_names_what_is_missing(settings, capsys):
    settings.VAULT_KEYS = {}
    call_command("check")
    assert "VAULT_SOCKET" in capsys.readouterr().err
    settings.VAULT_PUBLIC_KEYS = {}
    call_command("check")
    assert "VAULT_PUBLIC_KEY" in capsys.readouterr().err
