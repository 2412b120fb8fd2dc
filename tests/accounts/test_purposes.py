"""Keys by purpose, and text whose length says nothing: fields, migrations, rotation."""

import base64
import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from accounts.encryption import rotation
from accounts.encryption.fields import (
    EncryptedBinaryField,
    EncryptedTextField,
    PaddedTextField,
    Sealed,
)
from accounts.encryption.services import (
    DecryptionError,
    KeyRing,
    derive,
    key_ring,
    seal,
    sealed_with,
    unseal,
)
from accounts.models import Commune

KEY_A, KEY_B = b"a" * 32, b"b" * 32
NAME = "Trần Thị Thử Nghiệm"


# Keys


def test_a_subkey_is_neither_the_key_nor_that_of_another_purpose():
    derived = {derive(KEY_A, purpose) for purpose in ("words", "files", "identity")}

    assert len(derived) == 3
    assert KEY_A not in derived
    assert derive(KEY_A, "words") != derive(KEY_B, "words")


def test_a_subkey_stays_the_same_in_every_version():
    # Values in databases hang on it: another answer here is data lost.
    assert derive(KEY_A, "words").hex() == (
        "474c96d84b654254f7f22a7384170ff25b2363117753ec4f0cae520e5fe0081a"
    )


@pytest.mark.parametrize("name", ["", "Words", "words ", "từ", "a:b", "1"])
def test_a_purpose_is_a_lower_case_word(name):
    with pytest.raises(ValueError, match="purpose"):
        derive(KEY_A, name)


@pytest.mark.parametrize("held", ["words", "files", "identity", ""])
@pytest.mark.parametrize("used", ["words", "files", "identity", ""])
def test_who_holds_one_subkey_opens_that_purpose_alone(settings, held, used):
    settings.DATA_ENCRYPTION_KEYS = {"k1": KEY_A}
    token = seal("x", context="c", purpose=used)
    stolen = KeyRing({"k1": derive(KEY_A, held) if held else KEY_A})

    if held == used:
        assert stolen.unseal(token, context="c") == "x"
    else:
        with pytest.raises(DecryptionError):
            stolen.unseal(token, context="c")


def test_a_subkey_of_an_old_key_opens_nothing_of_the_new_one(settings):
    settings.DATA_ENCRYPTION_KEYS = {"k2": KEY_B, "k1": KEY_A}
    token = seal("x", context="c", purpose="words")

    with pytest.raises(DecryptionError):
        KeyRing({"k2": derive(KEY_A, "words")}).unseal(token, context="c")


def test_the_form_of_a_sealed_value_does_not_tell_its_purpose(settings):
    settings.DATA_ENCRYPTION_KEYS = {"k1": KEY_A}

    assert seal("x", context="c", purpose="words").startswith("v1:k1:")


def test_without_a_purpose_the_keys_are_those_of_old(settings):
    settings.DATA_ENCRYPTION_KEYS = {"k1": KEY_A}

    assert unseal(KeyRing({"k1": KEY_A}).seal("x", context="c"), context="c") == "x"


# Fields


@pytest.fixture
def vault(db) -> Any:
    """A table with a column of each kind; it goes with the test's transaction."""
    with isolate_apps("accounts"):

        class Vault(models.Model):
            uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
            plain = EncryptedTextField(blank=True, default="")
            words = EncryptedTextField(purpose="words", blank=True, default="")
            files = EncryptedBinaryField(purpose="files", null=True)
            name = PaddedTextField(purpose="identity", blank=True, default="")

            class Meta:
                app_label = "accounts"

            def __str__(self) -> str:
                return str(self.uuid)

        with connection.schema_editor() as editor:
            editor.create_model(Vault)
        yield Vault


def stored(row: models.Model, column: str) -> str | bytes:
    """Return a column as it lies in the database: read by itself it is not opened."""
    value = type(row)._base_manager.filter(pk=row.pk).values_list(column, flat=True).get()
    return bytes(value) if isinstance(value, bytes) else str(value)


def opens(token: str | bytes, row: Any, column: str, ring: KeyRing) -> bool:
    context = f"{row._meta.db_table}.{column}:{row.uuid}"
    try:
        if isinstance(token, bytes):
            ring.unseal_bytes(token, context=context)
        else:
            ring.unseal(token, context=context)
    except DecryptionError:
        return False
    return True


def test_each_column_opens_with_its_own_subkey_and_no_other(vault, settings):
    settings.DATA_ENCRYPTION_KEYS = {"k1": KEY_A}
    row = vault.objects.create(plain="p", words="w", files=b"\xff\xd8", name=NAME)
    held = {"plain": KEY_A} | {
        column: derive(KEY_A, purpose)
        for column, purpose in {"words": "words", "files": "files", "name": "identity"}.items()
    }

    opened = {
        (column, owner)
        for column in held
        for owner, key in held.items()
        if opens(stored(row, column), row, column, KeyRing({"k1": key}))
    }

    assert opened == {(column, column) for column in held}
    again = vault.objects.get()
    assert (again.plain, again.words, bytes(again.files), again.name) == (
        "p", "w", b"\xff\xd8", NAME,
    )  # fmt: skip


def test_purpose_is_kept_in_migrations_and_left_out_where_there_is_none(vault):
    fields = {field.name: field for field in vault._meta.fields}

    assert "purpose" not in fields["plain"].deconstruct()[3]
    assert fields["words"].clone().purpose == "words"
    text, _ = MigrationWriter.serialize(fields["name"])
    assert text.startswith("accounts.encryption.fields.PaddedTextField(")
    assert "purpose='identity'" in text


def test_a_wrong_purpose_and_a_missing_value_are_found_by_the_checks():
    with isolate_apps("accounts"):

        class Wrong(models.Model):
            uuid = models.UUIDField(default=uuid.uuid4)
            words = EncryptedTextField(purpose="Words!")
            name = PaddedTextField(purpose="identity", null=True)

            class Meta:
                app_label = "accounts"

            def __str__(self) -> str:
                return str(self.uuid)

        problems = [str(problem.msg) for problem in Wrong.check()]

    assert problems == [
        "A purpose stands in services.PURPOSES.",
        "NULL would tell that nothing is there.",
    ]


@pytest.mark.parametrize("column", ["words", "name"])
@pytest.mark.parametrize("value", ["x", NAME])
def test_a_column_with_a_purpose_cannot_be_searched_or_written_at_once(vault, column, value):
    with pytest.raises(TypeError, match="is encrypted"):
        vault.objects.filter(**{column: value}).exists()
    with pytest.raises(TypeError, match="is encrypted"):
        vault.objects.filter(**{f"{column}__icontains": value}).exists()
    with pytest.raises(TypeError, match="is encrypted"):
        vault.objects.update(**{column: value})


def test_a_padded_column_is_not_emptied_at_once_nor_searched_for_emptiness(vault):
    vault.objects.create(name=NAME)

    with pytest.raises(TypeError, match="is encrypted"):
        vault.objects.update(name="")
    with pytest.raises(TypeError, match="is encrypted"):
        vault.objects.filter(name="").exists()


# Length


@pytest.mark.parametrize("text", ["", "A", NAME, "ệ" * 66, "x" * 200, "\0", "\x01\0\0", " \n"])
def test_up_to_200_bytes_the_database_shows_one_length(vault, text):
    row = vault.objects.create(name=text)
    empty = vault.objects.create()

    assert len(stored(row, "name")) == len(stored(empty, "name"))
    assert vault.objects.get(pk=row.pk).name == text


def test_beyond_that_lengths_grow_by_steps(vault):
    def length(size: int) -> int:
        row = vault.objects.create(name="x" * size)
        assert vault.objects.get(pk=row.pk).name == "x" * size
        return len(base64.b64decode(str(stored(row, "name")).split(":")[2]))

    assert [length(size) - length(200) for size in (201, 400, 401)] == [200, 200, 400]


@given(text=st.text(max_size=700))
def test_padded_text_comes_back_whole(text):
    field: PaddedTextField = PaddedTextField(purpose="identity")
    field.set_attributes_from_name("name")
    row = Commune()  # any row that has a uuid
    row.uuid = uuid.UUID(int=1)

    sealed = field.sealed(text, row)

    assert field.opened(sealed, row) == text
    assert (len(base64.b64decode(sealed.split(":")[2])) - 29) % 200 == 0  # nonce, tag, mark


def test_emptying_a_row_leaves_its_length(vault):
    row = vault.objects.create(name=NAME)
    before = stored(row, "name")
    row.name = ""
    row.save()

    assert len(stored(row, "name")) == len(before)
    assert vault.objects.get().name == ""


# Rotation


@pytest.fixture
def rotated(vault, monkeypatch) -> Any:
    fields = [(vault, field) for field in vault._meta.fields if hasattr(field, "purpose")]
    monkeypatch.setattr(
        rotation, "encrypted_fields", lambda of_vault=False: iter([] if of_vault else fields)
    )
    return vault


def test_rotation_reaches_every_purpose_and_the_padded_text(rotated, settings):
    settings.DATA_ENCRYPTION_KEYS = {"k1": KEY_A}
    row = rotated.objects.create(plain="p", words="w", files=b"f" * 9, name=NAME)
    nameless = rotated.objects.create()
    settings.DATA_ENCRYPTION_KEYS = {"k2": KEY_B, "k1": KEY_A}

    counts = rotation.reseal_all()

    assert list(counts.values()) == [1, 1, 1, 2]
    assert rotation.remaining_kids() == {"k2"}
    settings.DATA_ENCRYPTION_KEYS = {"k2": KEY_B}
    again = rotated.objects.get(pk=row.pk)
    assert (again.plain, again.words, bytes(again.files), again.name) == ("p", "w", b"f" * 9, NAME)
    assert rotated.objects.get(pk=nameless.pk).name == ""
    assert len(stored(row, "name")) == len(stored(nameless, "name"))


def test_rotation_seals_a_padded_column_that_was_added_empty(rotated):
    row = rotated.objects.create()
    rotated.objects.update(name=models.Value(""))  # as AddField leaves it

    rotation.reseal_all()

    assert sealed_with(stored(row, "name")) == key_ring().primary
    assert rotated.objects.get().name == ""


def test_a_row_read_before_the_rotation_and_saved_after_it_needs_no_old_key(rotated, settings):
    settings.DATA_ENCRYPTION_KEYS = {"k1": KEY_A}
    rotated.objects.create(plain="p", words="w", files=b"f", name=NAME)
    settings.DATA_ENCRYPTION_KEYS = {"k2": KEY_B, "k1": KEY_A}
    read_before = rotated.objects.get()

    rotation.reseal_all()
    read_before.save()

    assert rotation.remaining_kids() == {"k2"}
    settings.DATA_ENCRYPTION_KEYS = {"k2": KEY_B}
    assert rotated.objects.get().name == NAME


def test_saving_what_no_key_opens_leaves_it_as_it_is(rotated, settings):
    settings.DATA_ENCRYPTION_KEYS = {"k1": KEY_A}
    row = rotated.objects.create(name=NAME)
    before = stored(row, "name")
    settings.DATA_ENCRYPTION_KEYS = {"k2": KEY_B}

    rotated.objects.get().save()

    assert stored(row, "name") == before


def test_the_command_prints_names_and_counts_alone(rotated, settings, capsys):
    settings.DATA_ENCRYPTION_KEYS = {"k1": KEY_A}
    rotated.objects.create(plain="lời đơn", words="lời kể", files=b"f", name=NAME)
    settings.DATA_ENCRYPTION_KEYS = {"k2": KEY_B, "k1": KEY_A}

    call_command("rotate_keys")

    printed = "".join(capsys.readouterr())
    assert "Khóa đang dùng: k2. Còn dữ liệu dùng khóa: k2." in printed
    secrets = [NAME, "lời", "v1:", KEY_A.decode(), KEY_B.decode(), KEY_B.hex()]
    secrets += [base64.b64encode(KEY_B).decode(), derive(KEY_B, "words").hex()]
    assert [secret for secret in secrets if secret in printed] == []


def test_a_sealed_value_that_was_copied_to_another_column_does_not_open(rotated):
    row = rotated.objects.create(words="w")
    rotated.objects.filter(pk=row.pk).update(plain=Sealed(str(stored(row, "words"))))

    with pytest.raises(DecryptionError):
        _ = rotated.objects.get().plain
