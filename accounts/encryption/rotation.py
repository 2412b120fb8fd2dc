"""Re-sealing everything with the first key while the portal runs."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Cast, Substr

from accounts.encryption.fields import EncryptedBinaryField, EncryptedField
from accounts.encryption.services import BEGINS, VERSION, key_ring, sealed_with

BATCH = 500
FILES = 10  # rows with files are megabytes each


def encrypted_fields() -> Iterator[tuple[type[models.Model], EncryptedField]]:
    """Every encrypted column of the portal."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedField):
                yield model, field


def _batch(field: EncryptedField) -> int:
    return FILES if isinstance(field, EncryptedBinaryField) else BATCH


def _type(field: EncryptedField) -> models.Field:
    is_binary = isinstance(field, EncryptedBinaryField)
    return models.BinaryField() if is_binary else models.TextField()


def _all(model: type[models.Model], field: EncryptedField) -> models.QuerySet:
    """Rows, and how their value begins: version and name of the key, or nothing."""
    binary = isinstance(field, EncryptedBinaryField)
    column = field.name if binary else Cast(field.name, models.TextField())
    begins = Substr(column, 1, BEGINS, output_field=_type(field))
    return model._base_manager.annotate(begins=begins).exclude(begins=None)


def _filled(model: type[models.Model], field: EncryptedField) -> models.QuerySet:
    empty = b"" if isinstance(field, EncryptedBinaryField) else ""
    return _all(model, field).exclude(begins=empty)


def _outdated(model: type[models.Model], field: EncryptedField) -> models.QuerySet:
    current = f"{VERSION}:{key_ring().primary}:"
    kid = Substr("begins", 1, len(current), output_field=_type(field))
    binary = isinstance(field, EncryptedBinaryField)
    rows = _all(model, field) if field.seals_empty else _filled(model, field)
    return rows.alias(kid=kid).exclude(kid=current.encode() if binary else current)


@transaction.atomic
def _reseal_batch(model: type[models.Model], field: EncryptedField, after: int) -> list[int]:
    rows = list(
        _outdated(model, field)
        .filter(pk__gt=after)
        .order_by("pk")
        .select_for_update(of=("self",))
        .only("pk", "uuid", field.name)[: _batch(field)]
    )
    for row in rows:
        raw = row.__dict__[field.attname]
        plain = field.opened(raw, row) if raw else raw
        model._base_manager.filter(pk=row.pk).update(**{field.name: field.sealed(plain, row)})
    return [row.pk for row in rows]


def _plain(value: str | bytes | memoryview) -> str | bytes:
    return bytes(value) if isinstance(value, memoryview) else value


def reseal_all() -> dict[str, int]:
    """Re-seal in batches, each in its own transaction; returns `table.column` → count."""
    counts = {}
    for model, field in encrypted_fields():
        after, done = 0, 0
        while batch := _reseal_batch(model, field, after):
            after, done = batch[-1], done + len(batch)
        counts[f"{model._meta.db_table}.{field.column}"] = done
    return counts


def remaining_kids() -> set[str]:
    """The names of all keys that some value still needs."""
    kids: set[str] = set()
    for model, field in encrypted_fields():
        begins = _filled(model, field).values_list("begins", flat=True)
        kids.update(sealed_with(_plain(one)) for one in begins.iterator(chunk_size=BATCH))
    return kids
