"""Rows with columns that only the vault opens."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

from accounts.vault.calls import matching

_is_refreshing: ContextVar[bool] = ContextVar("vault_refreshing", default=False)


def is_refreshing() -> bool:
    """Whether a row is read anew: its values are carried over sealed."""
    return _is_refreshing.get()


@contextmanager
def _refreshing() -> Iterator[None]:
    token = _is_refreshing.set(True)
    try:
        yield
    finally:
        _is_refreshing.reset(token)


class SealedRow(models.Model):
    """A row with columns of the vault: read anew, and so locked, it opens none of them."""

    class Meta:
        abstract = True

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        with _refreshing():
            super().refresh_from_db(*args, **kwargs)


def rebind(row: SealedRow, **changed: Any) -> None:
    """Change what the values of a row are bound to (`vault_binds`), which are sealed anew, and save
    both with what else is given. In the vault; nothing of it counts as shown."""
    sealed = [
        field.attname for field in row._meta.concrete_fields if getattr(field, "is_of_vault", False)
    ]
    with matching():
        plain = {name: getattr(row, name) for name in sealed}
    for name, value in (changed | plain).items():
        setattr(row, name, value)
    row.save(update_fields=[*changed, *sealed])
    for name in sealed:
        del row.__dict__[name]  # whoever reads on reads the database, and counts
