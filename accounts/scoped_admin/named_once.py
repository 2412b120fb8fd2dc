"""Inlines whose heading is their name as it stands."""

from typing import Any

from django.contrib.admin.options import BaseModelAdmin


class NamedOnce(BaseModelAdmin):
    """The heading above the rows is their name: the framework would add an English plural's “s”."""

    verbose_name: Any = None
    verbose_name_plural: Any = None

    def __init__(self, *args: Any) -> None:
        if self.verbose_name_plural is None:
            self.verbose_name_plural = self.verbose_name
        super().__init__(*args)
