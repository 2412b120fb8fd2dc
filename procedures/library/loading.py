"""Load the shipped synonyms and the shipped library from data files, as often as one likes.

Synonyms that a person changed or switched off stay; those that a newer file no longer has go. A
changed edition of a file becomes a draft for a person to review, and nothing at all while somebody
works on a draft of their own.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from procedures import models
from procedures.editions.content import Content, GetModel, columns_of, write_parts
from procedures.editions.services import REVIEW_AFTER
from procedures.searching.indexing import refresh

FILE: Final = Path(__file__).parent.parent / "data" / "synonyms.json"
_BATCH: Final = 1000

type Row = tuple[str, int, dict[str, Any]]  # words, weight, what they stand for


def load_synonyms(
    get_model: GetModel = lambda name: getattr(models, name), file: Path = FILE
) -> int:
    """Bring the file into the database; returns how many rows are new."""
    table = get_model("Synonym")
    shipped = {row.shipped_as: row for row in table.objects.exclude(shipped_as="")}
    known_terms = set(table.objects.values_list("term", "procedure", "area"))
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
        if (
            term,
            *(getattr(target.get(to), "pk", None) for to in ("procedure", "area")),
        ) in known_terms:
            continue  # somebody here wrote it first
        added.append(table(term=term, weight=weight, is_shipped=True, shipped_as=name, **target))
    table.objects.bulk_create(added, batch_size=_BATCH)
    gone = [row.pk for name, row in shipped.items() if row.is_shipped and name not in wanted]
    table.objects.filter(pk__in=gone).delete()
    return len(added)


def _name(term: str, target: dict[str, Any]) -> str:
    """Key of a row of the file."""
    slugs = [getattr(target.get(to), "slug", "") for to in ("procedure", "area")]
    return f"{term} → {''.join(slugs) or 'elsewhere'}"


def _rows(get_model: GetModel, file: Path) -> Iterator[Row]:
    content = json.loads(file.read_text(encoding="utf-8"))
    for part, to, model in (
        ("procedures", "procedure", "Procedure"),
        ("areas", "area", "ProcedureArea"),
    ):
        known = {row.slug: row for row in get_model(model).objects.all()}
        for slug, groups in content[part].items():
            if slug in known:  # a commune may have other procedures than the file
                yield from _each(groups, {to: known[slug]})
    yield from _each(content["elsewhere"], {"is_elsewhere": True})


def _each(groups: dict[str, list[str]], target: dict[str, Any]) -> Iterator[Row]:
    for weight, terms in groups.items():
        for term in terms:
            yield term, int(weight), target


FOLDER: Final = Path(__file__).parent.parent / "data"
TEXTS: Final = "legal_texts.json"
SYNONYMS: Final = "synonyms.json"
SURE: Final = {"H": "high", "M-H": "fairly_high"}
UNSURE: Final = {"M": "medium", "L": "low"}


@dataclass
class Loaded:
    """Numbers of procedures: new, with a new draft, unchanged, left to a person."""

    created: int = 0
    drafted: int = 0
    unchanged: int = 0
    kept: int = 0


def read_areas(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The data files, in the order of their areas."""
    files = [path for path in folder.glob("*.json") if path.name not in {TEXTS, SYNONYMS}]
    areas: list[dict[str, Any]] = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    return sorted(areas, key=lambda area: area["order"])


def read_texts(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The legal texts with what is known of their changes."""
    texts: list[dict[str, Any]] = json.loads((folder / TEXTS).read_text(encoding="utf-8"))
    return texts


def digest_of(content: Content) -> str:
    """Hash of an edition in a data file."""
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()


class Loader:
    """One run over the files; `get_model` gives models by name, for migrations."""

    def __init__(self, get_model: GetModel, folder: Path = FOLDER) -> None:
        self.get_model = get_model
        self.folder = folder
        self.editions = get_model("Edition").objects
        self.events = get_model("EditionEvent").objects
        self.changes: dict[str, tuple[date, str]] = {}
        self.loaded = Loaded()

    def run(self) -> Loaded:
        self._load_texts()
        for order, area in enumerate(read_areas(self.folder)):
            stored, _new = self.get_model("ProcedureArea").objects.get_or_create(
                slug=area["slug"],
                defaults={"name": area["name"], "order": area.get("order", order)},
            )
            for place, entry in enumerate(area["procedures"]):
                self._load(stored, place, entry)
        return self.loaded

    def _load_texts(self) -> None:
        texts = self.get_model("LegalText").objects
        for row in read_texts(self.folder):
            days = {name: _day(row.get(name)) for name in ("effective_on", "changed_on")}
            stored, is_new = texts.get_or_create(number=row["number"], defaults={**row, **days})
            changed_on = days["changed_on"]
            if changed_on is None:
                continue
            why = f"{row['number']} thay đổi từ {changed_on:%d/%m/%Y}"
            if row.get("changed_through"):
                why += f" theo {row['changed_through']}"
            self.changes[row["number"]] = (changed_on, why)
            if not is_new and (stored.changed_on is None or stored.changed_on < changed_on):
                stored.status, stored.changed_on = row["status"], changed_on
                stored.changed_through = row.get("changed_through", "")
                stored.save(update_fields=["status", "changed_on", "changed_through"])
                self._reopen(stored, changed_on, why)

    def _reopen(self, text: Any, changed_on: date, why: str) -> None:
        found = self.editions.filter(
            status="published", citations__text=text, verified_on__lt=changed_on, reopened_at=None
        ).distinct()
        for edition in found:
            edition.reopened_at, edition.reopened_because = timezone.now(), why
            edition.save(update_fields=["reopened_at", "reopened_because"])
            self.events.create(edition=edition, kind="reopened", note=why)

    def _load(self, area: Any, place: int, entry: dict[str, Any]) -> None:
        values: dict[str, Any] = {
            name: entry[name] for name in ("name", "code", "matt_id", "other_codes", "level")
            if name in entry
        }  # fmt: skip
        procedure, is_new = self.get_model("Procedure").objects.get_or_create(
            slug=entry["slug"], defaults=values | {"area": area, "order": place}
        )
        content, digest = entry["edition"], digest_of(entry["edition"])
        known = self.editions.filter(procedure=procedure)
        if known.filter(source_digest=digest).exists():
            self.loaded.unchanged += 1
        elif not known.exists():
            self._add(procedure, 1, content, digest, is_first=True)
            self.loaded.created += is_new
            self.loaded.drafted += not is_new
        elif self._is_in_hand(known):
            self.loaded.kept += 1
        else:
            last = known.order_by("-number").first()
            self._add(procedure, last.number + 1, content, digest, is_first=False)
            self.loaded.drafted += 1

    def _is_in_hand(self, known: Any) -> bool:
        """Whether a person works on the open edition; one that came from a file is superseded."""
        open_one = known.filter(status__in=["draft", "checked"]).first()
        if open_one is None:
            return False
        touched = self.events.filter(edition=open_one).exclude(by=None).exists()
        if touched or not open_one.source_digest:
            return True
        open_one.status, open_one.superseded_at = "superseded", timezone.now()
        open_one.save(update_fields=["status", "superseded_at"])
        self.events.create(edition=open_one, kind="superseded", note="Có bản mới của tệp có sẵn")
        return False

    def _add(
        self, procedure: Any, number: int, content: Content, digest: str, *, is_first: bool
    ) -> None:
        verified_on = _day(content.get("verified_on"))
        is_sure = content["confidence"] in SURE
        values = columns_of(content) | {
            "procedure": procedure, "number": number, "source_digest": digest,
            "confidence": (SURE | UNSURE)[content["confidence"]], "verified_on": verified_on,
            "verified_with": content.get("verified_with", ""),
            "next_review_on": _day(content.get("next_review_on")),
        }  # fmt: skip
        if is_sure and verified_on is not None:
            values["next_review_on"] = values["next_review_on"] or verified_on + REVIEW_AFTER
        if is_first and is_sure:
            now = timezone.now()
            values |= {"status": "published", "checked_at": now, "published_at": now}
            values |= self._reopened(content, verified_on, now)
        edition = self.editions.create(**values)
        write_parts(edition, content, self.get_model)
        self.events.create(edition=edition, kind="loaded")
        if why := values.get("reopened_because"):
            self.events.create(edition=edition, kind="reopened", note=why)

    def _reopened(self, content: Content, verified_on: date | None, now: Any) -> dict[str, Any]:
        """A text that changed after the edition was verified opens it from the beginning."""
        for row in content.get("citations", ()):
            changed_on, why = self.changes.get(row["text"], (date.min, ""))
            if verified_on is not None and changed_on > verified_on:
                return {"reopened_at": now, "reopened_because": why}
        return {}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@transaction.atomic
def load(folder: Path = FOLDER, get_model: GetModel = lambda name: getattr(models, name)) -> Loaded:
    """Bring the files into the library, with everyday words; a second run changes nothing."""
    loaded = Loader(get_model, folder).run()
    load_synonyms(get_model)
    refresh(get_model)
    return loaded
