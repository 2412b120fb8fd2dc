"""The everyday words that come with the portal: one data file, loaded again and again.

What a person changed or switched off stays as it is; what a newer file no longer has goes.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from procedures import models
from procedures.content import GetModel

FILE: Final = Path(__file__).parent.parent / "data" / "synonyms.json"
_BATCH: Final = 1000

type Row = tuple[str, int, dict[str, Any]]  # words, weight, what they stand for


def load_synonyms(
    get_model: GetModel = lambda name: getattr(models, name), file: Path = FILE
) -> int:
    """Bring the file into the database; returns how many rows are new."""
    table = get_model("Synonym")
    shipped = {row.shipped_as: row for row in table.objects.exclude(shipped_as="")}
    said = set(table.objects.values_list("term", "procedure", "area"))
    added, wanted = [], set()
    for term, weight, target in _rows(get_model, file):
        name = _name(term, target)
        wanted.add(name)
        known = shipped.get(name)
        if known is not None:
            if known.is_shipped and known.weight != weight:
                known.weight = weight
                known.save(update_fields=["weight"])
            continue
        if (term, *(getattr(target.get(to), "pk", None) for to in ("procedure", "area"))) in said:
            continue  # somebody here wrote it first
        added.append(table(term=term, weight=weight, is_shipped=True, shipped_as=name, **target))
    table.objects.bulk_create(added, batch_size=_BATCH)
    gone = [row.pk for name, row in shipped.items() if row.is_shipped and name not in wanted]
    table.objects.filter(pk__in=gone).delete()
    return len(added)


def _name(term: str, target: dict[str, Any]) -> str:
    """What tells a row of the file from the others."""
    told = [getattr(target.get(to), "slug", "") for to in ("procedure", "area")]
    return f"{term} → {''.join(told) or 'elsewhere'}"


def _rows(get_model: GetModel, file: Path) -> Iterator[Row]:
    said = json.loads(file.read_text(encoding="utf-8"))
    for part, to, model in (
        ("procedures", "procedure", "Procedure"),
        ("areas", "area", "ProcedureArea"),
    ):
        known = {row.slug: row for row in get_model(model).objects.all()}
        for slug, groups in said[part].items():
            if slug in known:  # a commune may have other procedures than the file
                yield from _each(groups, {to: known[slug]})
    yield from _each(said["elsewhere"], {"is_elsewhere": True})


def _each(groups: dict[str, list[str]], target: dict[str, Any]) -> Iterator[Row]:
    for weight, terms in groups.items():
        for term in terms:
            yield term, int(weight), target
