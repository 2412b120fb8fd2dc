"""Erased people are not brought back by a list.

At the erasure a few keyed hashes are kept of what a list would say about the person: name with
phone, with birth, or with team alone. They say nothing without both keys of the portal, and no page
lists them: a line that meets one is held back, in the hamlet where the person was and nowhere else.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from accounts.encryption.services import blind_index
from groups.member_import.models import ErasureMark, MemberImport, MemberImportRow
from groups.member_import.reader.problems import notice
from groups.residents.models import Member
from vietnamese.text import fold

CODE = "member_erased"
# A lifted mark stays as long as the list that lifted it can be taken back.
LIFTED_DAYS = 30
_PURPOSE = "member.erased"
Lane = MemberImportRow.Lane
_COLUMNS = ("full_name", "phone", "birth_year", "birth_date", "team")


@dataclass(frozen=True, slots=True)
class Identity:
    """Facts by which a person of the register or of a line is known again."""

    full_name: str
    phone: str
    birth_year: int | None
    birth_date: date | None
    team: str

    def _hash(self, kind: str, value: object = "") -> str:
        return blind_index(f"{kind}\0{fold(self.full_name)}\0{value}", purpose=_PURPOSE)

    def marks(self) -> Iterator[str]:
        """Hashes that are kept of somebody who is erased."""
        if self.phone:
            yield self._hash("phone", self.phone)
        if self.birth_date:
            yield self._hash("day", self.birth_date.isoformat())
            yield self._hash("year of a day", self.birth_date.year)
        elif self.birth_year:
            yield self._hash("year", self.birth_year)
        yield self._hash("team", fold(self.team))

    def looked_for(self) -> Iterator[str]:
        """Hashes that a line would meet. Two days that differ are two people; a name alone, or
        with another phone, proves nothing."""
        if self.phone:
            yield self._hash("phone", self.phone)
        if self.birth_year:
            yield self._hash("year", self.birth_year)
        if self.birth_date:
            yield self._hash("day", self.birth_date.isoformat())
        elif self.birth_year:
            yield self._hash("year of a day", self.birth_year)
        if not self.phone and not self.birth_year:
            yield self._hash("team", fold(self.team))


def remember(person: Member, *, absorbed: Iterable[Member] = (), on: date | None = None) -> None:
    """Keep the marks of somebody who is about to be erased, and of the rows they absorbed."""
    on = on or timezone.localdate()
    last_day = timezone.localdate() + timedelta(days=ErasureMark.DAYS)
    found: set[str] = set()
    for row in (person, *absorbed):
        team = row.team.name if row.team else ""
        found |= set(
            Identity(row.full_name, row.phone, row.birth_year, row.birth_date, team).marks()
        )
    key = uuid4()
    ErasureMark.objects.bulk_create(
        ErasureMark(hamlet_id=person.hamlet_id, person=key, mark=one, made_on=on, last_day=last_day)
        for one in sorted(found)
    )


def _standing(hamlet: int) -> dict[str, date]:
    """Each hash that stands in a hamlet, and the newest day of its erasures."""
    rows = ErasureMark.objects.filter(
        hamlet=hamlet, lifted_at=None, last_day__gte=timezone.localdate()
    )
    found: dict[str, date] = {}
    for row in rows:
        found[row.mark] = max(row.made_on, found.get(row.mark, row.made_on))
    return found


def erased_on(row: MemberImportRow, hamlet: int) -> date | None:
    """The day from which a paper of this line counts again; None where nothing holds it."""
    return _met(Identity(*(getattr(row, name) for name in _COLUMNS)), _standing(hamlet))


def _met(identity: Identity, standing: dict[str, date]) -> date | None:
    return max((standing[one] for one in identity.looked_for() if one in standing), default=None)


def hold_back(batch: MemberImport) -> int:
    """Refuse the new people of a list who were erased and have not agreed since; how many.

    Call in a transaction, with the batch locked.
    """
    standing = _standing(batch.hamlet_id)
    if not standing:
        return 0
    fresh = batch.rows.filter(lane=Lane.NEW, position__gt=batch.rows_done)
    held = []
    for pk, consent, *values in fresh.values_list("pk", "consent", *_COLUMNS).iterator():
        day = _met(Identity(*values), standing)
        if day is not None and not (consent and date.fromisoformat(consent["given_on"]) >= day):
            held.append(pk)
    if held:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE groups_memberimportrow SET lane = 'refused', member_id = NULL,"
                " problems = COALESCE(problems, '[]') || %s::jsonb WHERE id = ANY(%s)",
                [json.dumps([notice(CODE)]), held],
            )
    return len(held)


def count_held(batch: MemberImport) -> int:
    """Lines of a list that are held back."""
    return batch.rows.filter(lane=Lane.REFUSED, problems__contains=[{"code": CODE}]).count()


def lift(batch: MemberImport, rows: Iterable[int]) -> None:
    """The people of these lines agreed again and are written down: their marks hold no more."""
    standing = ErasureMark.objects.filter(hamlet=batch.hamlet_id, lifted_at=None)
    by_hash: dict[str, set[UUID]] = {}
    for mark in standing:
        by_hash.setdefault(mark.mark, set()).add(mark.person)
    people: set[UUID] = set()
    for values in batch.rows.filter(pk__in=list(rows)).values_list(*_COLUMNS):
        for one in Identity(*values).looked_for():
            people |= by_hash.get(one, set())
    standing.filter(person__in=people).update(lifted_at=timezone.now(), lifted_with=batch)


def hold_again(batch: MemberImport) -> None:
    """The list is taken back, and with it the agreements that it wrote down."""
    ErasureMark.objects.filter(lifted_with=batch).update(lifted_at=None, lifted_with=None)


def expired() -> models.QuerySet[ErasureMark]:
    """Marks whose last day is over, and lifted ones that no undo needs any more."""
    lifted_before = timezone.now() - timedelta(days=LIFTED_DAYS)
    return ErasureMark.objects.filter(
        Q(last_day__lt=timezone.localdate()) | Q(lifted_at__lt=lifted_before)
    )
