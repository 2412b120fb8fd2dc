"""Rows that occasions are about: each app says for its kinds who hears first, who may open it.

Duty stands below the apps and knows no row of theirs. All functions get the number of the row.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Model, QuerySet
from django.dispatch import receiver

from accounts.models import User
from accounts.scoped_admin.asking import Asking, alone, side_by_side
from accounts.scoped_admin.questions import Later
from duty.occasions.kinds import KINDS, MANY
from duty.occasions.models import Occasion
from duty.roster import services as roster
from duty.signals import sight_of_all_asked

# Rows of a list, each of which is asked about by itself, and rows looked through for them.
LISTED: Final = 50
MOST: Final = 200


def _nobody(pk: int, now: datetime) -> Iterable[int]:
    return ()


type Seen = Callable[[User, list[int]], Asking[set[int]]]


def seen(rows: Callable[[User], QuerySet[Any] | None]) -> Seen:
    """For subjects in the sight of whoever sees these rows; None: the account sees none."""

    def among(user: User, pks: list[int]) -> Asking[set[int]]:
        def asked() -> QuerySet[Any] | None:
            found = rows(user)
            return None if found is None else found.filter(pk__in=pks).values_list("pk", flat=True)

        return set((yield Later(f"{id(rows)} {pks}", asked)))

    return among


@dataclass(frozen=True, slots=True)
class Subject:
    """How an app answers for one kind of occasion.

    `first(pk, now)`: accounts told first, asked at the moment of the step; none: the roster's.
    `among(user, pks)`: which of these rows the person may see, asked together (`asking`); or
    `may_open(user, pk)`, whether one, without a question. Nobody else is ever told.
    `address(user, pk)`: the page of the matter. `stands(pk)`: whether the duty still exists, asked
    before each step, so that a forgotten close tells nobody for long.
    """

    address: Callable[[User, int], str]
    stands: Callable[[int], bool]
    may_open: Callable[[User, int], bool] | None = None
    among: Seen | None = None
    first: Callable[[int, datetime], Iterable[int]] = _nobody

    @property
    def question(self) -> Any:
        """The question that is asked of all rows of the kinds that share it."""
        return self.among or self.may_open

    def seen_by(self, user: User, pks: list[int]) -> Asking[set[int]]:
        """Numbers of the rows that the person may see."""
        if self.among is not None:
            return (yield from self.among(user, pks))
        assert self.may_open is not None  # noqa: S101 -- one of the two is given
        return {pk for pk in pks if self.may_open(user, pk)}


_SUBJECTS: Final[dict[str, Subject]] = {}
_OF_MODELS: Final[dict[tuple[str, str], Subject]] = {}


def register(kind: str, subject: Subject, *, of: type[Model] | None = None) -> None:
    """Say how an app answers for a kind, or for its rows `of` one model where it has several.

    Called from its `ready`. Raises KeyError for no kind.
    """
    key = KINDS[kind].key
    if of is None:
        _SUBJECTS[key] = subject
    else:
        _OF_MODELS[key, of._meta.label_lower] = subject


def subject(occasion: Occasion) -> Subject:
    """The answers for the kind of an occasion and the model of its row."""
    model = occasion.subject.rpartition(":")[0]
    return _OF_MODELS.get((occasion.kind, model)) or _SUBJECTS[occasion.kind]


def registered() -> frozenset[str]:
    """Kinds for which some app answers."""
    return frozenset(_SUBJECTS)


def may_open(occasion: Occasion, user: User) -> bool:
    """Whether a person may see what an occasion is about, at this moment."""
    return bool(alone(openable_asked([occasion], user, of_flood=_of_flood(occasion))))


def _of_flood(occasion: Occasion) -> list[Occasion]:
    """The open matters that are folded into a flood; none for any other."""
    if occasion.kind != MANY:
        return []
    rows = Occasion.objects.open().of_commune(occasion.commune_id)
    return list(rows.filter(folded_into__kind=MANY, folded_into__closed_at=None))


def all_may_open(occasion: Occasion) -> bool:
    """Whether everybody who keeps shifts may see it while in a seat: they all read what goes to a
    place of several people, and one from whom it is kept would learn that it exists."""
    with roster.all_seated():
        return all(may_open(occasion, one) for one in roster.keepers(occasion.commune_id))


@receiver(sight_of_all_asked)
def _answer_for_all(sender: Any, *, occasion: Occasion, **kwargs: Any) -> bool:
    return all_may_open(occasion)


def openable(occasions: QuerySet[Occasion], user: User, listed: int = LISTED) -> list[Occasion]:
    """The first rows that a person may open."""
    return alone(openable_asked(list(occasions[:MOST]), user))[:listed]


def openable_asked(
    occasions: list[Occasion], user: User, of_flood: Iterable[Occasion] = ()
) -> Asking[list[Occasion]]:
    """Occasions that a person may open, all asked together: of each kind in one go.

    A flood is open to who may open a matter in it: one of these, or of `of_flood`.
    """
    if not user.is_active:
        return []
    wanted: dict[Any, tuple[Subject, set[int]]] = {}
    single = [one for one in (*occasions, *of_flood) if one.kind != MANY]
    for one in single:
        about = subject(one)
        wanted.setdefault(about.question, (about, set()))[1].add(one.subject_pk)
    answers = yield from side_by_side(
        [about.seen_by(user, sorted(pks)) for about, pks in wanted.values()]
    )
    found = dict(zip(wanted, answers, strict=True))
    is_open = {one.pk for one in single if one.subject_pk in found[subject(one).question]}
    floods = {one.folded_into_id for one in single if one.pk in is_open}
    return [one for one in occasions if one.pk in is_open or one.pk in floods]
