"""Columns that everybody writes and only the vault reads."""

import uuid
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from accounts.encryption import rotation
from accounts.encryption.fields import EncryptedBinaryField, EncryptedTextField, PaddedTextField
from accounts.encryption.services import DecryptionError
from accounts.vault import resealing, sealing
from accounts.vault.errors import VaultOnly
from accounts.vault.fields import VaultBinaryField, VaultPaddedField, VaultTextField
from tests.vaults import opened

NAME = "Trần Thị Thử Nghiệm"
COLUMNS = {"words": "w", "files": b"\xff\xd8", "name": NAME}


def _model(name: str, text: Any, binary: Any, padded: Any) -> Any:
    meta = type("Meta", (), {"app_label": "accounts", "db_table": "accounts_thing"})
    return type(name, (models.Model,), {
        "__module__": __name__, "Meta": meta, "__str__": lambda row: str(row.uuid),
        "uuid": models.UUIDField(default=uuid.uuid4, unique=True, editable=False),
        "words": text(purpose="words", blank=True, default=""),
        "files": binary(purpose="files", null=True),
        "name": padded(purpose="identity", blank=True, default=""),
    })  # fmt: skip


@pytest.fixture
def things(db: None, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """One table, as the models of today and of before the vault see it."""
    with isolate_apps("accounts"):
        before = _model("Before", EncryptedTextField, EncryptedBinaryField, PaddedTextField)
    with isolate_apps("accounts"):
        thing = _model("Thing", VaultTextField, VaultBinaryField, VaultPaddedField)
    with connection.schema_editor() as editor:
        editor.create_model(thing)
    fields = [(thing, thing._meta.get_field(name)) for name in COLUMNS]
    monkeypatch.setattr(
        resealing, "encrypted_fields", lambda *, of_vault: fields if of_vault else []
    )
    monkeypatch.setattr(
        rotation, "encrypted_fields", lambda *, of_vault=False: fields if of_vault else []
    )
    return thing, before


@pytest.fixture
def thing(things):
    return things[0]


def stored(row: models.Model, column: str) -> Any:
    value = type(row)._base_manager.filter(pk=row.pk).values_list(column, flat=True).get()
    return bytes(value) if isinstance(value, bytes) else str(value)


def read(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


def test_everybody_writes_and_the_vault_reads(thing):
    row = thing.objects.create(**COLUMNS)

    assert {stored(row, name)[:6] for name in ("words", "name")} == {"v2:v2:"}
    assert stored(row, "files")[:6] == b"v2:v2:"
    with opened():
        assert read(thing.objects.get()) == COLUMNS


@pytest.mark.parametrize("column", COLUMNS)
def test_reading_elsewhere_is_a_fault_that_names_the_column(thing, column):
    thing.objects.create(**COLUMNS)

    with pytest.raises(VaultOnly, match=f"accounts_thing.{column}"):
        getattr(thing.objects.get(), column)


def test_a_row_that_is_saved_unopened_keeps_what_it_has(thing):
    row = thing.objects.create(**COLUMNS)
    before = {name: stored(row, name) for name in COLUMNS}

    found = thing.objects.get()
    found.words = "khác"
    found.save()

    after = {name: stored(row, name) for name in COLUMNS}
    assert [name for name in COLUMNS if before[name] != after[name]] == ["words"]
    with opened():
        assert read(thing.objects.get()) == COLUMNS | {"words": "khác"}


def test_empty_and_named_look_alike(thing):
    named, nameless = thing.objects.create(name=NAME), thing.objects.create()

    assert len(stored(named, "name")) == len(stored(nameless, "name"))
    assert (stored(nameless, "words"), nameless.files) == ("", None)
    with opened():
        assert thing.objects.get(pk=nameless.pk).name == ""


def test_value_in_another_row_does_not_open(thing):
    one, other = thing.objects.create(name=NAME), thing.objects.create(name="Khác")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_thing SET name = %s WHERE id = %s", [stored(one, "name"), other.pk]
        )

    with opened(), pytest.raises(DecryptionError):
        _ = thing.objects.get(pk=other.pk).name


def test_it_is_neither_searched_nor_written_past_the_row(thing):
    for call in (
        lambda: thing.objects.filter(name=NAME).exists(),
        lambda: thing.objects.filter(words__contains="w").exists(),
        lambda: thing.objects.update(words="w"),
    ):
        with pytest.raises(TypeError, match="encrypted"):
            call()


def test_what_lay_there_before_opens_in_the_vault_until_it_is_sealed_anew(things):
    thing, before = things
    row = before.objects.create(**COLUMNS)
    raw = {name: stored(row, name) for name in COLUMNS}

    with pytest.raises(VaultOnly):
        _ = thing.objects.get().name
    with opened():
        assert read(thing.objects.get()) == COLUMNS
    assert raw["name"].startswith("v1:t2:")
    assert rotation.remaining_kids() == {"t2"}
    assert resealing.waiting() == 3

    done = {name: count for name, count in resealing.seal_anew() if count}

    assert done == {f"accounts_thing.{name}": 1 for name in COLUMNS}
    assert (rotation.remaining_kids(), resealing.waiting()) == (set(), 0)
    assert resealing.remaining_kids() == {"v2"}
    with opened():
        assert read(thing.objects.get()) == COLUMNS


def test_a_row_of_before_that_is_saved_unopened_stays_as_it_was(things):
    thing, before = things
    row = before.objects.create(**COLUMNS)
    raw = stored(row, "name")

    found = thing.objects.get()
    found.save()

    assert stored(row, "name") == raw


def test_resealing_takes_values_of_an_older_key_and_leaves_the_new(thing, settings):
    public = settings.VAULT_PUBLIC_KEYS
    older = {"v1": sealing.public_part(settings.VAULT_KEYS["v1"])}
    settings.VAULT_PUBLIC_KEYS = older
    old = thing.objects.create(**COLUMNS)
    settings.VAULT_PUBLIC_KEYS = public | older
    new = thing.objects.create(**COLUMNS)
    kept = stored(new, "name")

    assert resealing.remaining_kids() == {"v1", "v2"}
    assert sum(dict(resealing.seal_anew()).values()) == 3
    assert sum(dict(resealing.seal_anew()).values()) == 0

    assert (resealing.remaining_kids(), stored(new, "name")) == ({"v2"}, kept)
    with opened():
        assert read(thing.objects.get(pk=old.pk)) == COLUMNS


def test_what_is_written_while_it_is_sealed_anew_is_not_overwritten(things, monkeypatch):
    thing, before = things
    row = before.objects.create(**COLUMNS)
    once = resealing._seal_row

    def slow(model: Any, field: Any, read_before: Any) -> bool:
        if field.name == "name":
            found = thing.objects.get()
            found.name = "Tên mới"
            found.save(update_fields=["name"])
        return once(model, field, read_before)

    monkeypatch.setattr(resealing, "_seal_row", slow)
    done = dict(resealing.seal_anew())

    with opened():
        assert thing.objects.get(pk=row.pk).name == "Tên mới"
    assert done["accounts_thing.name"] == 0


def test_a_value_that_does_not_open_stops_it_and_stays(things):
    _thing, before = things
    row = before.objects.create(**COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_thing SET words = 'v1:t9:AAAA'")

    with pytest.raises(resealing.ResealingStopped, match=r"accounts_thing\.words"):
        list(resealing.seal_anew())
    assert stored(row, "words") == "v1:t9:AAAA"


def test_it_ends_between_batches_when_asked(things):
    _thing, before = things
    before.objects.create(**COLUMNS)

    assert sum(count for _column, count in resealing.seal_anew(is_stopped=lambda: True)) == 0
    assert resealing.waiting() == 3


def test_rotating_the_keys_of_the_portal_leaves_them_alone(things):
    thing, _before = things
    row = thing.objects.create(**COLUMNS)
    raw = stored(row, "name")

    assert rotation.reseal_all() == {}
    assert stored(row, "name") == raw
