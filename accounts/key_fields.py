"""Foreign keys; a row that another names is protected unless `on_delete` says otherwise."""

from typing import Any

from django.db import models


def required_key[M: models.Model](
    to: type[M], label: Any, related_name: str = "+", **options: Any
) -> "models.ForeignKey[M, M]":
    """Foreign key that every row has."""
    options.setdefault("on_delete", models.PROTECT)
    return models.ForeignKey(to, verbose_name=label, related_name=related_name, **options)


def optional_key[M: models.Model](
    to: type[M], label: Any, related_name: str = "+", **options: Any
) -> "models.ForeignKey[M | None, M | None]":
    """Foreign key that a row may lack."""
    options.setdefault("on_delete", models.PROTECT)
    return models.ForeignKey(
        to, verbose_name=label, related_name=related_name, null=True, blank=True, **options
    )
