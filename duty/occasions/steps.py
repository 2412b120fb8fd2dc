"""People who are told at a step, asked for at the moment of the step."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from accounts.models import Commune, User
from accounts.users.roles import Role
from duty.occasions import subjects
from duty.occasions.kinds import LEVELS, MANY, MANY_OWN, Level, Step, step_of
from duty.occasions.models import TELLINGS, Occasion
from duty.roster import services as roster
from duty.roster.models import Seat


def _with_role(commune_id: int, *roles: Role) -> QuerySet[User]:
    return User.objects.with_roles(roles).filter(commune=commune_id, is_active=True)


def _ids(rows: QuerySet[User]) -> list[int]:
    return list(rows.order_by("pk").distinct().values_list("pk", flat=True))


def _in_seat(seat: str) -> Callable[[Occasion, datetime], list[int]]:
    def find(occasion: Occasion, now: datetime) -> list[int]:
        return roster.on_duty(occasion.commune, seat, now)

    return find


def _first(occasion: Occasion, now: datetime) -> list[int]:
    named = list(subjects.subject(occasion).first(occasion.subject_pk, now))
    return roster.with_stand_ins(named, now) or roster.on_duty(occasion.commune, Seat.DUTY, now)


def _chiefs(occasion: Occasion, now: datetime) -> list[int]:
    return _ids(_with_role(occasion.commune_id, Role.CHIEF))


AUDIENCES: Final[dict[str, Callable[[Occasion, datetime], list[int]]]] = {
    "first": _first,
    "duty": _in_seat(Seat.DUTY),
    "leader": _in_seat(Seat.LEADER),
    "second": _in_seat(Seat.SECOND),
    "chiefs": _chiefs,
}


# How each of them is called in a sentence.
CALLED: Final = {
    "first": "người phụ trách", "duty": "trực ban", "leader": "trực chỉ huy",
    "second": "trực phụ", "chiefs": "chỉ huy",
}  # fmt: skip
OFFICERS: Final = "groups.view_officer"


def audience(occasion: Occasion, step: Step, now: datetime) -> list[User]:
    """The people of a step who may open the matter; those of nobody fall to the next above.

    None of them able: those named first, then leader, chiefs, then all who work in the commune;
    never nobody silently.
    """
    if occasion.kind == MANY:
        return _of_flood(occasion, step, now)
    wanted: list[int] = []
    for name in ("first",) if occasion.kind == MANY_OWN else step.to:
        wanted += AUDIENCES[name](occasion, now)
    found = able(occasion, wanted)
    for instead in (_first, _in_seat(Seat.LEADER), _chiefs, _everyone):
        if found:
            break
        found = able(occasion, instead(occasion, now))
    return found


def _of_flood(many: Occasion, step: Step, now: datetime) -> list[User]:
    """The people of this step of each matter in it; of a new one also those of the first step."""
    last = many.events.filter(kind__in=TELLINGS).order_by("-pk").values_list("pk", flat=True)
    untaken = many.folded.waiting(now).select_related("commune")
    new = set(untaken.filter(events__kind="folded", events__pk__gt=last.first() or 0))
    found: dict[int, User] = {}
    for child in untaken:
        steps = (step_of(Level.NOW, 0), step) if child in new else (step,)
        for each in steps:
            found |= {person.pk: person for person in audience(child, each, now)}
    return [found[pk] for pk in sorted(found)]


def _everyone(occasion: Occasion, now: datetime) -> list[int]:
    if occasion.level != Level.NOW:
        return []
    return _ids(_with_role(occasion.commune_id, Role.CHIEF, Role.OFFICER, Role.DUTY_OFFICER))


def able(occasion: Occasion, ids: Iterable[int]) -> list[User]:
    """Accounts of these that may open the matter."""
    here = Q(commune=occasion.commune_id) | Q(commune=None)
    people = User.objects.filter(here, pk__in=set(ids), is_active=True).order_by("pk")
    return [person for person in people if subjects.may_open(occasion, person)]


# The people told next, said before it happens; nothing of the matter is in it.


def step_ahead(occasion: Occasion, now: datetime) -> Step | None:
    """The step that comes if nobody takes the matter; None where it is taken or none is set."""
    at = occasion.next_step_at
    if at is None or at <= now or occasion.is_taken(now):
        return None
    return step_of(Level(occasion.level), occasion.step)


def told_next(occasion: Occasion, now: datetime) -> list[User]:
    """The people of that step, as of now."""
    step = step_ahead(occasion, now)
    return [] if step is None else audience(occasion, step, now)


def called(step: Step) -> str:
    """The audiences of a step in words."""
    return ", ".join(CALLED[name] for name in step.to)


@dataclass(frozen=True, slots=True)
class Turn:
    """People told of an urgent matter at one step and at no earlier one."""

    minutes: int
    people: list[tuple[str, str]]
    """Each with the seat and the number, which is blank where the reader may not have it."""


def turns(commune: Commune, reader: User, now: datetime) -> list[Turn]:
    """The order in which people are told of an urgent matter that opens now."""
    seated = roster.on_duty_by_seat(commune, now)
    by_name: dict[str, list[int]] = {
        "first": seated.get(Seat.DUTY, []),
        "duty": seated.get(Seat.DUTY, []),
        "leader": seated.get(Seat.LEADER, []),
        "second": seated.get(Seat.SECOND, []),
        "chiefs": _ids(_with_role(commune.pk, Role.CHIEF)),
    }
    rows = User.objects.filter(pk__in={pk for ids in by_name.values() for pk in ids})
    users = rows.filter(is_active=True).select_related("officer").in_bulk()
    found: list[Turn] = []
    for step in LEVELS[Level.NOW].steps:
        people: list[tuple[str, str]] = []
        for name in step.to:
            label = CALLED["duty" if name == "first" else name]
            for user in [users.pop(pk) for pk in sorted(set(by_name[name])) if pk in users]:
                people.append((f"{label} {user}", phone_of(user, reader)))
        if people:
            found.append(Turn(int(step.after.total_seconds()) // 60, people))
    return found


def phone_of(user: User, reader: User) -> str:
    """The number of an account's officer, for readers of the list of officers alone."""
    officer = getattr(user, "officer", None)
    if officer is None or not officer.is_active or not reader.has_perm(OFFICERS):
        return ""
    return str(officer.phone)


def turn_words(turn: Turn) -> str:
    """One step in a sentence: the time and the people with their numbers."""
    people = ", ".join(f"{name} {phone}".strip() for name, phone in turn.people)
    when = f"sau {turn.minutes} phút chưa ai nhận" if turn.minutes else "ngay"
    return f"{when}: {people}"
