"""Re-sealing everything with the first key while the portal runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models.functions import Cast, Substr

from accounts.encryption.fields import EncryptedBinaryField, EncryptedField
from accounts.encryption.services import BEGINS, VERSION, DecryptionError, key_ring

type Column = tuple[type[models.Model], EncryptedField]

BATCH = 500
FILES = 10  # rows with files are megabytes each
SAMPLE = 20
FILES_SAMPLE = 2


class RotationStopped(Exception):
    """A value does not open, so nothing was sealed anew; the text is for a person."""


@dataclass(frozen=True)
class Sample:
    """One stored value that was tried with today's keys."""

    column: str
    kid: str
    opens: bool


def encrypted_fields(*, of_vault: bool = False) -> Iterator[Column]:
    """Every encrypted column of the portal; `of_vault`: those that only the vault opens."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedField) and field.is_of_vault == of_vault:
                yield model, field


def batch_size(field: EncryptedField) -> int:
    """How many rows are sealed anew at once."""
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


def outdated(model: type[models.Model], field: EncryptedField, current: str) -> models.QuerySet:
    """Rows whose value is sealed with another key than that with which `current` values begin."""
    kid = Substr("begins", 1, len(current), output_field=_type(field))
    binary = isinstance(field, EncryptedBinaryField)
    rows = _all(model, field) if field.seals_empty else _filled(model, field)
    return rows.alias(kid=kid).exclude(kid=current.encode() if binary else current)


@transaction.atomic
def _reseal_batch(model: type[models.Model], field: EncryptedField, after: int) -> list[int]:
    rows = list(
        outdated(model, field, f"{VERSION}:{key_ring().primary}:")
        .filter(pk__gt=after)
        .order_by("pk")
        .select_for_update(of=("self",))
        .only("pk", "uuid", field.name)[: batch_size(field)]
    )
    plain = {row.pk: _opened(field, row) for row in rows}
    for row in rows:
        sealed = field.sealed(plain[row.pk], row)
        model._base_manager.filter(pk=row.pk).update(**{field.name: sealed})
    _check_batch(model, field, plain)
    return [row.pk for row in rows]


def _check_batch(model: type[models.Model], field: EncryptedField, plain: dict[int, Any]) -> None:
    """Read a batch back and open it. Raises RotationStopped, which takes the batch back."""
    stored = model._base_manager.filter(pk__in=plain).only("pk", "uuid", field.name)
    opened = {row.pk: _opened(field, row) for row in stored}
    if any(opened.get(pk) != value for pk, value in plain.items()):
        raise RotationStopped(
            f"{label(model, field)}: một giá trị vừa mã hóa lại không mở ra đúng như cũ. Đợt này "
            "đã được hoàn lại, dữ liệu còn nguyên."
        )


def _opened(field: EncryptedField, row: models.Model) -> Any:
    raw = row.__dict__[field.attname]
    return field.opened(raw, row) if raw else raw


def label(model: type[models.Model], field: EncryptedField) -> str:
    """`table.column`."""
    return f"{model._meta.db_table}.{field.column}"


def samples() -> Iterator[Sample]:
    """Try the newest values of each column and key. A table that is not made yet has none."""
    tables = connection.introspection.table_names()
    for model, field in encrypted_fields():
        if model._meta.db_table not in tables:
            continue
        size = FILES_SAMPLE if isinstance(field, EncryptedBinaryField) else SAMPLE
        for kid in sorted(kids(model, field)):
            begins = f"{VERSION}:{kid}:"
            named = _filled(model, field).alias(
                named=Substr("begins", 1, len(begins), output_field=_type(field))
            )
            is_file = isinstance(field, EncryptedBinaryField)
            newest = named.filter(named=begins.encode() if is_file else begins).order_by("-pk")
            for row in newest.only("pk", "uuid", field.name)[:size]:
                yield Sample(label(model, field), kid, _opens(field, row))


def _opens(field: EncryptedField, row: models.Model) -> bool:
    try:
        _opened(field, row)
    except DecryptionError:
        return False
    return True


def _check_samples() -> None:
    for one in samples():
        if not key_ring().holds(one.kid):
            raise RotationStopped(
                f"{one.column} còn dữ liệu mã hóa bằng khóa “{one.kid}” không có trong "
                f"DATA_ENCRYPTION_KEYS. Hãy thêm lại khóa “{one.kid}”; chưa có gì được mã hóa lại."
            )
        if not one.opens:
            raise RotationStopped(
                f"{one.column} có giá trị mà khóa “{one.kid}” không mở được; chưa có gì được mã "
                "hóa lại."
            )


def reseal_all() -> dict[str, int]:
    """Re-seal in batches, each in its own transaction; returns `table.column` → count.

    A sample is opened before, every value after. Raises RotationStopped.
    """
    _check_samples()
    counts = {}
    for model, field in encrypted_fields():
        after, done = 0, 0
        while batch := _reseal_batch(model, field, after):
            after, done = batch[-1], done + len(batch)
        counts[label(model, field)] = done
    return counts


def remaining_kids() -> set[str]:
    """The names of all keys that some value still needs, those of before the vault among them."""
    found = {kid for model, field in encrypted_fields() for kid in kids(model, field)}
    for model, field in encrypted_fields(of_vault=True):
        found |= kids(model, field)
    return found


def kids(model: type[models.Model], field: EncryptedField, version: str = VERSION) -> set[str]:
    """The names of the keys, of one version, with which the values of a column are sealed."""
    begins: Any = models.F("begins")
    if isinstance(field, EncryptedBinaryField):
        begins = models.Func(begins, models.Value("escape"), function="encode")
    parts = {
        f"part{number}": models.Func(
            begins, models.Value(":"), models.Value(number), function="split_part",
            output_field=models.TextField(),
        )
        for number in (1, 2)
    }  # fmt: skip
    named = _filled(model, field).annotate(**parts).filter(part1=version).order_by()
    return set(named.values_list("part2", flat=True).distinct())
