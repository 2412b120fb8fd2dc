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
from duty.occasions.kinds import KINDS
from duty.occasions.models import Occasion
from duty.roster import services as roster
from duty.signals import sight_of_all_asked

# Rows of a list, each of which is asked about by itself, and rows looked through for them.
LISTED: Final = 50
MOST: Final = 200


def _nobody(pk: int, now: datetime) -> Iterable[int]:
    return ()


@dataclass(frozen=True, slots=True)
class Subject:
    """How an app answers for one kind of occasion.

    `first(pk, now)`: accounts told first, asked at the moment of the step; none: the roster's.
    `may_open(user, pk)`: whether the person may see the row; nobody else is ever told.
    `address(user, pk)`: the page of the matter. `stands(pk)`: whether the duty still exists, asked
    before each step, so that a forgotten close tells nobody for long.
    """

    may_open: Callable[[User, int], bool]
    address: Callable[[User, int], str]
    stands: Callable[[int], bool]
    first: Callable[[int, datetime], Iterable[int]] = _nobody


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
    return user.is_active and subject(occasion).may_open(user, occasion.subject_pk)


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
    found: list[Occasion] = []
    for occasion in occasions[:MOST]:
        if may_open(occasion, user):
            found.append(occasion)
        if len(found) == listed:
            break
    return found
