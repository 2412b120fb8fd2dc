"""Check values of the keys: written by `migrate`, compared before a key is used."""

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.audit import services as audit
from accounts.encryption import checks, rotation, services
from accounts.encryption.checks import WrongKeys
from accounts.encryption.fields import EncryptedTextField
from accounts.encryption.services import PURPOSES, blind_index, seal
from accounts.models import KeyCheck
from config.environment import encryption_keys
from reports.public import form_tokens
from tests.factories.accounts import make_commune
from tests.factories.zalo import make_official_account
from zalo.models import OfficialAccount

WRONG, NEW = b"w" * 32, b"n" * 32


@pytest.fixture
def known(db: None, settings: Any) -> dict[str, bytes]:
    """The keys of the test database, as `migrate` wrote their rows."""
    return dict(settings.DATA_ENCRYPTION_KEYS)


@pytest.fixture
def account(db: None) -> OfficialAccount:
    return make_official_account(make_commune(), access_token="at-1", refresh_token="rt-1")


@pytest.fixture
def armed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Arm the check as a serving process does; the test's transaction outlives a refusal."""
    monkeypatch.setattr(connection, "close", lambda: None)
    checks.arm()
    yield
    services.before_use = services.nothing
    checks.connection_created.disconnect(dispatch_uid="accounts.encryption.checks")


def sentence() -> str:
    with pytest.raises(WrongKeys) as refusal:
        checks.compare()
    return str(refusal.value)


def retired(kid: str) -> bool:
    return not KeyCheck.objects.filter(kid=kid, retired_at=None).exists()


# Rows


def test_every_key_has_a_row_for_each_purpose(known):
    rows = set(KeyCheck.objects.values_list("kid", "purpose"))

    expected = {(kid, purpose) for kid in known for purpose in PURPOSES}
    assert rows == expected | {("BLIND_INDEX_KEY", ""), ("v2", "vault")}
    assert len(set(KeyCheck.objects.values_list("fingerprint", flat=True))) == len(rows)
    assert KeyCheck.objects.values("installation").distinct().count() == 1


def test_purposes_with_a_row_are_those_in_use():
    columns = {field.purpose for _model, field in rotation.encrypted_fields()}

    of_before_the_vault = {"identity", "files"}
    assert columns | of_before_the_vault | {form_tokens._KEYS} == set(PURPOSES)
    with pytest.raises(ValueError, match="purpose: 'others'"):
        seal("x", context="c", purpose="others")


def test_rows_hold_no_key(known, settings):
    text = str(list(KeyCheck.objects.values()))
    secrets = [base64.b64encode(key).decode() for key in known.values()]
    secrets += [settings.BLIND_INDEX_KEY, *(key.hex() for key in known.values())]

    assert [secret for secret in secrets if secret in text] == []


# Comparison


def test_keys_of_the_database_fit(known):
    checks.compare()

    assert checks.state() == {"ok": True, "sentence": "", "in_use": 2}


def test_order_of_the_keys_does_not_matter(known, settings):
    settings.DATA_ENCRYPTION_KEYS = dict(reversed(known.items()))

    checks.compare()


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"t2": WRONG}, "khóa “t2” trong DATA_ENCRYPTION_KEYS không phải khóa “t2”"),
        ({"t1": WRONG}, "khóa “t1” trong DATA_ENCRYPTION_KEYS không phải khóa “t1”"),
        ({"t2": None}, "DATA_ENCRYPTION_KEYS thiếu khóa “t2”"),
        ({"t1": None}, "DATA_ENCRYPTION_KEYS thiếu khóa “t1”"),
        ({"neu": NEW}, "khóa “neu” chưa được ghi nhận"),
        ({"neu": NEW, "t2": None}, "DATA_ENCRYPTION_KEYS thiếu khóa “t2”"),
    ],
)
def test_a_wrong_set_of_keys_is_one_sentence_that_names_the_key(known, settings, keys, words):
    changed = {**known, **keys}
    settings.DATA_ENCRYPTION_KEYS = {kid: key for kid, key in changed.items() if key}

    said = sentence()

    assert words in said
    assert "\n" not in said
    assert checks.state() == {"ok": False, "sentence": said, "in_use": None}


def test_another_index_key_is_named(known, settings):
    settings.BLIND_INDEX_KEY = "another-key-" * 4

    assert sentence().startswith("BLIND_INDEX_KEY không phải khóa đã dùng")


def test_a_canary_that_does_not_open_is_found(known):
    row = KeyCheck.objects.get(kid="t1", purpose="words")
    other = KeyCheck.objects.get(kid="t1", purpose="files")
    KeyCheck.objects.filter(pk=row.pk).update(sealed_canary=other.sealed_canary)

    assert "khóa “t1”" in sentence()


# Before use


def test_nothing_is_sealed_or_hashed_with_a_wrong_key(account, armed, settings):
    settings.DATA_ENCRYPTION_KEYS = {**settings.DATA_ENCRYPTION_KEYS, "t2": WRONG}
    before = OfficialAccount.objects.get(pk=account.pk)
    account.access_token = "at-2"

    for use in (
        account.save,
        lambda: seal("x", context="c"),
        lambda: blind_index("x", purpose="p"),
        lambda: audit.record("account.logged_in"),
    ):
        with pytest.raises(WrongKeys), transaction.atomic():
            use()

    row = OfficialAccount.objects.get(pk=account.pk)
    assert row.__dict__["access_token"] == before.__dict__["access_token"]


def test_right_keys_are_compared_once(known, armed, django_assert_num_queries):
    with django_assert_num_queries(1):
        seal("x", context="c")
        blind_index("x", purpose="p")


# What `migrate` writes


def test_a_new_key_gets_its_rows_and_the_old_ones_stay(known, settings):
    before = list(KeyCheck.objects.values_list("pk", "fingerprint"))
    settings.DATA_ENCRYPTION_KEYS = {"neu": NEW, **known}

    checks.register()
    checks.register()

    assert list(KeyCheck.objects.exclude(kid="neu").values_list("pk", "fingerprint")) == before
    assert KeyCheck.objects.filter(kid="neu").count() == len(PURPOSES)
    assert KeyCheck.objects.values("installation").distinct().count() == 1


@pytest.mark.parametrize("keys", [{"t2": WRONG}, {"neu": NEW, "t2": b""}])
def test_no_row_is_written_beside_a_wrong_key(known, settings, keys):
    changed = {**known, **keys}
    settings.DATA_ENCRYPTION_KEYS = {kid: key for kid, key in changed.items() if key}
    before = KeyCheck.objects.count()

    with pytest.raises(WrongKeys, match="“t2”"):
        checks.register()
    with pytest.raises(WrongKeys, match="“t2”"):
        call_command("migrate", verbosity=0)
    assert KeyCheck.objects.count() == before


@pytest.fixture
def upgraded(account: OfficialAccount, chief: Any) -> None:
    """A database of before the check values: sealed values and a trail, no rows."""
    audit.record("account.logged_in", by=chief)
    KeyCheck.objects.all().delete()


def test_an_older_database_gets_its_rows(upgraded):
    call_command("migrate", verbosity=0)

    checks.compare()


@pytest.mark.parametrize(
    ("keys", "words"),
    [({"t2": WRONG}, "khóa “t2” trong"), ({"t1": NEW}, "thiếu khóa “t2”")],
)
def test_an_older_database_is_not_given_to_a_key_that_opens_nothing(
    upgraded, settings, keys, words
):
    settings.DATA_ENCRYPTION_KEYS = keys

    with pytest.raises(WrongKeys, match=words):
        checks.register()
    assert not KeyCheck.objects.exists()


def test_an_older_database_is_not_given_to_another_index_key(upgraded, settings):
    settings.BLIND_INDEX_KEY = "another-key-" * 4

    with pytest.raises(WrongKeys, match="BLIND_INDEX_KEY"):
        checks.register()
    assert not KeyCheck.objects.exists()


# Rotation


def test_rotation_retires_the_old_keys_which_may_then_go(account, settings, capsys):
    settings.DATA_ENCRYPTION_KEYS = {"neu": NEW, **settings.DATA_ENCRYPTION_KEYS}
    checks.register()

    call_command("rotate_keys")

    assert "Đã cho nghỉ khóa: t1, t2." in capsys.readouterr().out
    settings.DATA_ENCRYPTION_KEYS = {"neu": NEW}
    checks.compare()
    assert not retired("BLIND_INDEX_KEY")


def test_a_retired_key_must_still_be_itself(account, settings):
    settings.DATA_ENCRYPTION_KEYS = {"neu": NEW, **settings.DATA_ENCRYPTION_KEYS}
    checks.register()
    call_command("rotate_keys")
    settings.DATA_ENCRYPTION_KEYS = {"neu": NEW, "t2": WRONG}

    assert "khóa “t2”" in sentence()


def test_a_key_that_a_value_needs_again_is_in_use_again(account, known):
    checks.retire(set())
    assert (retired("t2"), retired("t1")) == (False, True)

    checks.retire({"t1"})

    assert not retired("t1")


def test_a_retired_key_in_front_wants_migrate(known, settings):
    checks.retire(set())
    settings.DATA_ENCRYPTION_KEYS = dict(reversed(known.items()))
    assert "khóa “t1” đứng đầu" in sentence()

    call_command("migrate", verbosity=0)

    checks.compare()


def test_rotation_begins_only_if_a_sample_opens(account, settings):
    stranger = make_official_account(make_commune(), access_token="at-3")
    row = OfficialAccount.objects.get(pk=account.pk)
    moved = row.__dict__["refresh_token"]
    OfficialAccount.objects.filter(pk=stranger.pk).update(refresh_token=moved)
    settings.DATA_ENCRYPTION_KEYS = {"neu": NEW, **settings.DATA_ENCRYPTION_KEYS}

    with pytest.raises(CommandError, match="refresh_token có giá trị mà khóa “t2” không mở được"):
        call_command("rotate_keys")
    assert rotation.remaining_kids() == {"t2"}


def test_rotation_takes_back_what_does_not_open_after_sealing(account, settings, monkeypatch):
    sealed = EncryptedTextField.sealed
    monkeypatch.setattr(
        EncryptedTextField, "sealed", lambda self, raw, instance: sealed(self, raw + "?", instance)
    )
    settings.DATA_ENCRYPTION_KEYS = {"neu": NEW, **settings.DATA_ENCRYPTION_KEYS}

    with pytest.raises(CommandError, match="không mở ra đúng như cũ"):
        call_command("rotate_keys")
    assert rotation.remaining_kids() == {"t2"}
    assert OfficialAccount.objects.get(pk=account.pk).access_token == "at-1"


# A new key


def test_a_new_key_is_printed_with_a_name_of_its_own(capsys):
    call_command("new_key")
    call_command("new_key")

    printed = capsys.readouterr()
    keys = encryption_keys(",".join(printed.out.split()))
    assert len(keys) == len(set(keys.values())) == 2
    assert all(re.fullmatch(r"k\d{6}[a-z]{4}", kid) for kid in keys)
    assert "DATA_ENCRYPTION_KEYS" in printed.err
    assert [line for line in printed.out.split() if line.partition(":")[2] in printed.err] == []
