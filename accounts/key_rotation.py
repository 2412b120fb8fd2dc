"""Re-sealing everything with the first key while the portal runs."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Cast

from accounts.encryption import VERSION, key_ring, seal, sealed_with, unseal
from accounts.fields import EncryptedTextField, Sealed

BATCH = 500


def encrypted_fields() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    """Every encrypted column of the portal."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field


def _filled(model: type[models.Model], field: EncryptedTextField) -> models.QuerySet:
    stored = Cast(models.F(field.name), models.TextField())
    return model._base_manager.alias(stored=stored).exclude(stored=None).exclude(stored="")


def _outdated(model: type[models.Model], field: EncryptedTextField) -> models.QuerySet:
    return _filled(model, field).exclude(stored__startswith=f"{VERSION}:{key_ring().primary}:")


@transaction.atomic
def _reseal_batch(model: type[models.Model], field: EncryptedTextField, after: int) -> list[int]:
    rows = list(
        _outdated(model, field)
        .filter(pk__gt=after)
        .order_by("pk")
        .select_for_update(of=("self",))
        .only("pk", "uuid", field.name)[:BATCH]
    )
    for row in rows:
        context = field.context_of(row)
        opened = unseal(row.__dict__[field.attname], context=context)
        resealed = Sealed(seal(opened, context=context))
        model._base_manager.filter(pk=row.pk).update(**{field.name: resealed})
    return [row.pk for row in rows]


def reseal_all() -> dict[str, int]:
    """Re-seal in batches of 500, each in its own transaction; returns `table.column` → count."""
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
        for row in _filled(model, field).only("pk", field.name).iterator(chunk_size=BATCH):
            kids.add(sealed_with(str(row.__dict__[field.attname])))
    return kids
