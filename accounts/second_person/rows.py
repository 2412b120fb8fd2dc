"""Changes of the columns of a row: their values as JSON, in words, and written."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.dateparse import parse_date
from django.utils.text import capfirst

from accounts.audit import services as audit
from accounts.communes.models import CommuneProfile
from accounts.second_person.kinds import Kind, register
from accounts.second_person.models import ChangeProposal

NOTHING = "(trống)"
_encoder = DjangoJSONEncoder()


def values_of(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The columns of a row as JSON keeps them."""
    found = {}
    for name in names:
        value = getattr(row, row._meta.get_field(name).attname)  # type: ignore[union-attr]
        is_plain = value is None or isinstance(value, str | int | bool)
        found[name] = value if is_plain else _encoder.default(value)
    return found


def _stored(proposal: ChangeProposal) -> models.Model | None:
    model: Any = proposal.content_type.model_class()
    return model._base_manager.filter(pk=proposal.object_id).first() if proposal.object_id else None


def _current(proposal: ChangeProposal) -> dict[str, Any]:
    row = _stored(proposal)
    return values_of(row, proposal.old) if row is not None else {}


def _words(field: Any, value: Any) -> str:
    if value in (None, ""):
        return NOTHING
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(field, models.DateField) and (day := parse_date(str(value))):
        return f"{day:%d/%m/%Y}"
    if field.is_relation:
        return str(field.related_model._base_manager.filter(pk=value).first() or NOTHING)
    return str(value)


def _lines(proposal: ChangeProposal) -> list[tuple[str, str, str]]:
    model: Any = proposal.content_type.model_class()
    found = []
    for name, value in proposal.new.items():
        field = model._meta.get_field(name)
        old = _words(field, proposal.old.get(name))
        new = _words(field, value)
        if old != new:
            found.append((capfirst(str(field.verbose_name)), old, new))
    return found


def _carry_out(action: str) -> Callable[[ChangeProposal], object]:
    def carry_out(proposal: ChangeProposal) -> object:
        """Write the columns, or make the row. Raises ValidationError where it no longer fits."""
        model: Any = proposal.content_type.model_class()
        row = model()
        if proposal.object_id is not None:
            row = model._base_manager.select_for_update(of=("self",)).get(pk=proposal.object_id)
        for name, value in proposal.new.items():
            field = model._meta.get_field(name)
            setattr(row, field.attname, field.to_python(value))
        row.full_clean()
        row.save(update_fields=None if proposal.object_id is None else list(proposal.new))
        return audit.record(
            action, by=proposal.decided_by, target=row, fields=sorted(proposal.new),
            proposed_by=str(proposal.proposed_by or ""),
        )  # fmt: skip

    return carry_out


def register_rows(name: str, action: str, scope: Callable[[Any], Q] | None = None) -> None:
    """Register a kind that changes columns of rows; `action` is its line in the audit trail."""
    register(Kind(name, _current, _lines, _carry_out(action), scope))


# What residents read of the commune; quiet hours and caps are none of it.
INTERNAL: Sequence[str] = ("id", "quiet_from", "quiet_to", "daily_cap", "weekly_cap")
PROFILE_FIELDS = frozenset(
    field.name for field in CommuneProfile._meta.concrete_fields if field.name not in INTERNAL
)
register_rows("commune_profile", "commune.changed")
