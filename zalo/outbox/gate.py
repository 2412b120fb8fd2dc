"""The condition that stands in every claim, for a mode that holds everything back.

Nothing is held back today. Whoever adds such a mode writes its condition here, in SQL that names no
table of the claim: a claim is then refused in the very statement that would have made it.
"""

from typing import Final

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

GATE_IS_OPEN: Final = "TRUE"


def gate_is_open() -> RawSQL:
    """The same condition for a claim that is a queryset."""
    return RawSQL(GATE_IS_OPEN, (), output_field=BooleanField())  # noqa: S611 -- our own words
