"""Values of before, and of older keys of the vault, sealed to its current key; in the vault alone.

Each value is opened, sealed anew, opened again and then written, only where the row still holds
what was read: a value written meanwhile was sealed with the current key and stays.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import models

from accounts.encryption.rotation import BATCH, batch_size, encrypted_fields, kids, label, outdated
from accounts.vault import sealing, unbound
from accounts.vault.calls import Call, running
from accounts.vault.fields import binds, version


class ResealingStopped(Exception):
    """A value does not open: it stays as it was; the text is for a person."""


# `table.column` and what makes its keyed hashes anew: `make(is_stopped=…)` → how many rows. It is
# called in the vault, again and again until it finds nothing, and stops between rows when asked.
_hashes: dict[str, Callable[..., int]] = {}
_owed: dict[str, Callable[[], int]] = {}


def register(
    column: str, make: Callable[..., int], *, owed: Callable[[], int] | None = None
) -> None:
    """Have the hashes of a column, or values that move, made anew with the key of the vault by
    `seal_anew`; `owed` counts what waits for it, where anybody can tell."""
    _hashes[column] = make
    if owed is not None:
        _owed[column] = owed


def batches(rows: models.QuerySet[Any], *, is_stopped: Callable[[], bool]) -> Iterator[list[Any]]:
    """Yield rows in the order of their numbers, some at a time, until it is to stop."""
    after = 0
    while not is_stopped() and (found := list(rows.filter(pk__gt=after).order_by("pk")[:BATCH])):
        yield found
        after = found[-1].pk


def seal_anew(*, is_stopped: Callable[[], bool] = lambda: False) -> Iterator[tuple[str, int]]:
    """Yield `table.column` and how many values were sealed anew; ends between batches if asked.

    Resumed by calling it again: what is done is done. Raises ResealingStopped.
    """
    with running(Call("seal_anew")):
        for model, field in encrypted_fields(of_vault=True):
            after, done = 0, 0
            while not is_stopped() and (rows := _next(model, field, after)):
                done += sum(_seal_row(model, field, row) for row in rows)
                after = rows[-1].pk
            yield label(model, field), done
        if not is_stopped():
            close_unbound()
        for column, make in _hashes.items():
            yield column, 0 if is_stopped() else make(is_stopped=is_stopped)


def remaining_kids() -> set[str]:
    """Names of the vault's keys that some value needs."""
    return {
        kid
        for model, field in encrypted_fields(of_vault=True)
        for form in sealing.VERSIONS
        for kid in kids(model, field, form)
    }


def close_unbound() -> None:
    """Close columns without a value that is bound to its row alone: none opens there any more."""
    for model, field in encrypted_fields(of_vault=True):
        is_later = version(model) == sealing.BOUND
        if is_later and not outdated(model, field, _current(model)).exists():
            unbound.close(label(model, field))


def waiting() -> int:
    """How many values are not sealed with the current key."""
    return sum(owed() for owed in _owed.values()) + sum(
        outdated(model, field, _current(model)).count()
        for model, field in encrypted_fields(of_vault=True)
    )


def _current(model: type[models.Model]) -> str:
    return f"{version(model)}:{sealing.current_kid()}:"


def _next(model: type[models.Model], field: Any, after: int) -> list[Any]:
    rows = outdated(model, field, _current(model)).filter(pk__gt=after).order_by("pk")
    return list(rows.only("pk", "uuid", field.name, *binds(model))[: batch_size(field)])


def _seal_row(model: type[models.Model], field: Any, row: Any) -> bool:
    stored = row.__dict__[field.attname]
    try:
        plain = field.opened(stored, row) if stored else stored
        sealed = field.sealed(plain, row)
        is_same = field.opened(sealed, row) == plain
    except Exception as error:
        raise ResealingStopped(
            f"{label(model, field)}, dòng {row.pk}: không mở được ({type(error).__name__}). Dòng "
            "này còn nguyên; những dòng đã niêm phong lại vẫn tốt."
        ) from error
    if not is_same:
        raise ResealingStopped(f"{label(model, field)}, dòng {row.pk}: niêm phong lại không khớp.")
    as_stored = stored or field.sealed_type()  # blank, wiped while there was no key
    same = model._base_manager.filter(**{"pk": row.pk, field.name: as_stored})
    return bool(same.update(**{field.name: sealed}))
