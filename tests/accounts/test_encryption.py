"""Sealed values: round trip, tampering, moving, missing keys, rotation."""

import base64

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from accounts.encryption.fields import Sealed
from accounts.encryption.rotation import remaining_kids
from accounts.encryption.services import (
    DecryptionError,
    KeyRing,
    blind_index,
    seal,
    sealed_with,
    unseal,
)
from tests.factories.accounts import make_commune
from tests.factories.zalo import make_official_account
from zalo.models import OfficialAccount

KEY_A, KEY_B = b"a" * 32, b"b" * 32


@given(st.text(), st.text())
def test_what_is_sealed_opens_for_the_same_context(plaintext, context):
    ring = KeyRing({"k1": KEY_A})

    assert ring.unseal(ring.seal(plaintext, context=context), context=context) == plaintext


def test_the_same_value_is_never_sealed_the_same_way():
    ring = KeyRing({"k1": KEY_A})

    assert ring.seal("x", context="c") != ring.seal("x", context="c")


@given(st.data())
def test_any_altered_byte_is_noticed(data):
    ring = KeyRing({"k1": KEY_A})
    version, kid, encoded = ring.seal("bí mật", context="c").split(":")
    raw = bytearray(base64.b64decode(encoded))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))

    with pytest.raises(DecryptionError):
        ring.unseal(f"{version}:{kid}:{base64.b64encode(bytes(raw)).decode()}", context="c")


@pytest.mark.parametrize("token", ["", "plain", "v1:k1", "v1:k1:???", "v2:k1:AAAA", "v1:k1:AA=="])
def test_what_is_no_sealed_value_does_not_open(token):
    with pytest.raises(DecryptionError):
        KeyRing({"k1": KEY_A}).unseal(token, context="c")


def test_a_value_of_another_row_does_not_open():
    ring = KeyRing({"k1": KEY_A})

    with pytest.raises(DecryptionError):
        ring.unseal(ring.seal("x", context="t.c:row-1"), context="t.c:row-2")


def test_a_missing_key_is_named_without_showing_anything_else():
    token = KeyRing({"k1": KEY_A}).seal("x", context="c")

    with pytest.raises(DecryptionError, match="no key named 'k1'"):
        KeyRing({"k2": KEY_B}).unseal(token, context="c")


def test_the_first_key_seals_and_every_key_opens():
    old = KeyRing({"k1": KEY_A})
    new = KeyRing({"k2": KEY_B, "k1": KEY_A})

    assert new.unseal(old.seal("x", context="c"), context="c") == "x"
    assert sealed_with(new.seal("x", context="c")) == "k2"


def test_blind_index_finds_equal_values_of_one_purpose_only():
    assert blind_index("0912", purpose="phone") == blind_index("0912", purpose="phone")
    assert blind_index("0912", purpose="phone") != blind_index("0912", purpose="id")
    assert blind_index("0912", purpose="phone") != blind_index("0913", purpose="phone")


def test_blind_index_depends_on_its_key(settings):
    before = blind_index("0912", purpose="phone")
    settings.BLIND_INDEX_KEY = "another-secret-" * 4

    assert blind_index("0912", purpose="phone") != before


# The field


@pytest.fixture
def account(db):
    return make_official_account(make_commune(), access_token="at-1", refresh_token="rt-1")


def stored(account) -> str:
    row = OfficialAccount.objects.get(pk=account.pk)
    return str(row.__dict__["access_token"])


def test_database_holds_only_the_sealed_value(account):
    assert stored(account).startswith("v1:t2:")
    assert "at-1" not in stored(account)


def test_field_is_opened_when_it_is_read_and_not_before(account, settings):
    row = OfficialAccount.objects.get(pk=account.pk)
    settings.DATA_ENCRYPTION_KEYS = {"other": KEY_B}

    assert row.name.startswith("Công an")
    with pytest.raises(DecryptionError):
        _ = row.access_token


def test_saving_an_unopened_row_keeps_its_sealed_value(account):
    before = stored(account)
    row = OfficialAccount.objects.get(pk=account.pk)
    row.name = "Tên mới"
    row.save()

    assert stored(account) == before


def test_value_copied_to_another_row_does_not_open(account):
    other = make_official_account(make_commune(), access_token="at-2")
    OfficialAccount.objects.filter(pk=other.pk).update(access_token=Sealed(stored(account)))
    other = OfficialAccount.objects.get(pk=other.pk)

    with pytest.raises(DecryptionError):
        _ = other.access_token


def test_update_and_filter_are_refused(account):
    with pytest.raises(TypeError, match="is encrypted"):
        OfficialAccount.objects.update(access_token="plain")
    with pytest.raises(TypeError, match="is encrypted"):
        OfficialAccount.objects.filter(access_token="at-1").exists()


def test_blank_stays_blank(db):
    account = make_official_account(make_commune(), access_token="")
    account.refresh_from_db()

    assert account.access_token == ""


# Rotation


def test_rotation_reseals_with_the_first_key_while_the_old_one_is_there(account, settings, capsys):
    keys = dict(settings.DATA_ENCRYPTION_KEYS)
    settings.DATA_ENCRYPTION_KEYS = {"t3": KEY_B, **keys}
    blank = make_official_account(make_commune(), access_token="", refresh_token="")

    call_command("rotate_keys")

    assert remaining_kids() == {"t3"}
    assert "zalo_officialaccount.access_token: đã mã hóa lại 1 giá trị" in capsys.readouterr().out
    settings.DATA_ENCRYPTION_KEYS = {"t3": KEY_B}
    assert OfficialAccount.objects.get(pk=account.pk).access_token == "at-1"
    assert OfficialAccount.objects.get(pk=blank.pk).access_token == ""


def test_rotation_twice_changes_nothing_more(account, settings):
    settings.DATA_ENCRYPTION_KEYS = {"t3": KEY_B, **settings.DATA_ENCRYPTION_KEYS}
    call_command("rotate_keys")
    before = stored(account)

    call_command("rotate_keys")

    assert stored(account) == before


def test_rotation_without_the_old_key_fails_and_changes_nothing(account, settings):
    before = stored(account)
    settings.DATA_ENCRYPTION_KEYS = {"t3": KEY_B}

    with pytest.raises(CommandError, match=r"access_token còn dữ liệu .* khóa “t2” không có"):
        call_command("rotate_keys")
    assert stored(account) == before


def test_module_functions_use_the_keys_of_the_settings(settings):
    settings.DATA_ENCRYPTION_KEYS = {"only": KEY_A}

    token = seal("x", context="c")

    assert sealed_with(token) == "only"
    assert unseal(token, context="c") == "x"
