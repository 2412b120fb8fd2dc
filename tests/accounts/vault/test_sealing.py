"""Sealing to the vault's key: everybody seals, the vault alone opens, each row for itself."""

import pytest

from accounts.encryption.services import DecryptionError
from accounts.vault import sealing
from accounts.vault.errors import NoVaultKey, VaultOnly
from tests.vaults import opened

# Made once with the keys of the tests: if it does not open any more, data are lost.
OF_BEFORE = "v2:v2:5E597mt23B2gbHpk/DYnPmiAjiTCy3034M8tqyEQSmOu4Mw+0YU+pxNJ4bzD1g9S8Ki4rEWqi4c4xg=="


def test_what_was_sealed_opens_in_the_vault_and_nowhere_else():
    token = sealing.seal("Nguyễn Thị Mẫu".encode(), context="a.b:1")

    with pytest.raises(VaultOnly):
        sealing.unseal(token, context="a.b:1")
    with opened():
        assert sealing.unseal(token, context="a.b:1").decode() == "Nguyễn Thị Mẫu"
    assert token.startswith("v2:v2:")


def test_a_value_of_an_earlier_release_opens():
    with opened():
        assert sealing.unseal(OF_BEFORE, context="t.c:1") == b"Le Thi Mau"


@pytest.mark.parametrize("context", ["a.b:2", "a.c:1", ""])
def test_a_copy_in_another_place_does_not_open(context):
    token = sealing.seal(b"x", context="a.b:1")

    with opened(), pytest.raises(DecryptionError):
        sealing.unseal(token, context=context)


@pytest.mark.parametrize(
    "token", ["", "v2", "v2:v2:", "v2:v2:!!!", "v2:v2:AAAA", "v2:khac:AAAA", "v1:v2:AAAA"]
)
def test_what_is_no_sealed_value_is_refused(token):
    with opened(), pytest.raises(DecryptionError):
        sealing.unseal(token, context="a")


def test_who_has_the_public_key_alone_opens_nothing(settings):
    token = sealing.seal(b"x", context="a")
    settings.VAULT_KEYS = {}

    with opened(), pytest.raises(DecryptionError):
        sealing.unseal(token, context="a")


def test_two_sealings_of_one_value_have_nothing_in_common():
    one, other = sealing.seal(b"x" * 40, context="a"), sealing.seal(b"x" * 40, context="a")

    assert len(one) == len(other)
    assert one[6:40] != other[6:40]


def test_bytes_are_sealed_raw():
    sealed = sealing.seal_bytes(b"\0\1:\2", context="a")

    with opened():
        assert sealing.unseal_bytes(sealed, context="a") == b"\0\1:\2"
    assert len(sealed) == len(b"v2:v2:") + 32 + 4 + 16


def test_without_a_public_key_nothing_is_sealed(settings):
    settings.VAULT_PUBLIC_KEYS = {}

    assert not sealing.can_seal()
    with pytest.raises(NoVaultKey):
        sealing.seal(b"x", context="a")
