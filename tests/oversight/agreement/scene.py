"""A commune with two years of everything that is counted, and who reads it. Always the same."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from accounts.models import Commune, User
from accounts.users.roles import Role
from broadcasts.models import Topic
from groups.models import Hamlet, ZaloGroup
from procedures.models import Question
from reports.models import Referral, TipReport
from tests.factories.accounts import make_commune, make_profile, make_user
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import (
    make_assignment,
    make_group,
    make_hamlet,
    make_meeting,
    make_member,
    make_membership,
    make_officer,
    make_ordinary_group,
    make_regulation,
)
from tests.factories.procedures import make_question
from tests.factories.year import make_accepted, make_achievement, make_checklist, make_form

FIRST, DAYS = date(2024, 11, 1), 760
NOON = timezone.make_aware(datetime(2026, 11, 26, 12))  # noqa: DTZ001 -- of the portal's own zone
BY_A_PERSON = {"settled", "set_aside"}
ASKED = ("unanswered", "offered", "settled", "set_aside")
ENDS = ("handled_here", "guided", "unfounded")


@dataclass(frozen=True)
class Place:
    """The commune and its readers."""

    commune: Commune
    hamlets: tuple[Hamlet, ...]
    chief: User
    officer: User
    office: User
    member: User


def make_place(chance: Random, *, tips: int = 350, posts: int = 40) -> Place:
    """Call with the clock at NOON."""
    commune = make_commune("Suối Mẫu", code="90077")
    make_profile(commune)
    hamlets = tuple(make_hamlet(commune, households=90) for _ in range(4))
    chief = make_user(commune, Role.CHIEF)
    officer = make_officer(commune, user=make_user(commune, Role.OFFICER))
    for hamlet in hamlets[:2]:
        make_assignment(officer, hamlet)
    place = Place(
        commune, hamlets, chief, officer.user, make_user(commune, Role.PARTY_OFFICE),
        make_user(commune, Role.PARTY_MEMBER),
    )  # fmt: skip
    _add_people(place, chance)
    _add_posts(place, chance, posts)
    _add_tips(place, chance, tips)
    for _ in range(60):
        outcome = chance.choice(ASKED)
        settled = {"settled_by": chief, "settled_at": NOON} if outcome in BY_A_PERSON else {}
        make_question(
            commune, asked_on=_day(chance), channel=chance.choice(Question.Channel.values),
            outcome=outcome, **settled,
        )  # fmt: skip
    _add_year(place, chance)
    return place


def _add_year(place: Place, chance: Random) -> None:
    form = make_form(place.commune)
    for _ in range(20):
        done = make_achievement(place.commune, hamlet=chance.choice(place.hamlets))
        make_accepted(done, form=form, decided_on=_day(chance), is_public=chance.random() < 0.5)
    for hamlet in place.hamlets:
        make_checklist(place.commune, hamlet, year=2025, registered_on=date(2025, 2, 3))


def moment(chance: Random) -> datetime:
    return timezone.make_aware(datetime.combine(_day(chance), time(chance.randrange(24), 15)))


def _day(chance: Random) -> date:
    return FIRST + timedelta(days=chance.randrange(DAYS - 10))


def _add_people(place: Place, chance: Random) -> None:
    for hamlet in place.hamlets:
        group = make_group(hamlet)
        make_ordinary_group(hamlet)
        for number in range(chance.randrange(3, 12)):
            member = make_member(hamlet, household_code=f"H{number // 2}")
            if chance.random() < 0.7:
                make_membership(member, group)
        if chance.random() < 0.6:
            make_regulation(hamlet)
        for _ in range(8):
            make_meeting(hamlet=hamlet, held_on=_day(chance), agree=chance.randrange(40, 90))
    make_meeting(commune=place.commune, held_on=_day(chance))


def _add_posts(place: Place, chance: Random, count: int) -> None:
    topics = list(Topic.objects.all())
    groups = list(ZaloGroup.objects.filter(hamlet__in=place.hamlets).order_by("pk"))
    author = place.officer
    for _ in range(count):
        due = moment(chance)
        post = make_broadcast(
            place.commune, status="completed", topic=chance.choice(topics), created_by=author,
            approved_by=place.chief, scheduled_for=due, started_at=due, completed_at=due,
            approved_at=due - timedelta(hours=1),
        )  # fmt: skip
        for group in chance.sample(groups, 4):
            later = due + timedelta(minutes=chance.choice([1, 30, 90, 600, 2000]))
            by_api = group.capabilities.sends_by_api
            status = chance.choice(["sent", "failed"] if by_api else ["posted", "missed", ""])
            fields = {"sent": {"sent_at": later}, "posted": {"posted_at": later}}
            make_delivery(post, group, status=status, **fields.get(status, {}))


def _add_tips(place: Place, chance: Random, count: int) -> None:
    """Rows alone: some months with few of them, most of two kinds, some handed over."""
    kinds, categories = TipReport.Kind.values[1:], TipReport.Category.values[1:]
    tips = []
    for number in range(count):
        at = moment(chance)
        done = min(at + timedelta(days=chance.randrange(1, 60)), NOON)
        ended = chance.random() < 0.7
        tips.append(
            TipReport(
                commune=place.commune, code=f"P{number:05d}", received_at=at,
                hamlet=chance.choice([None, *place.hamlets]),
                kind=chance.choice(kinds[:2] * 4 + kinds),
                category=chance.choice(categories[:3] * 6 + categories),
                channel=chance.choice(TipReport.Channel.values),
                summary="Tụ tập gây ồn buổi tối.",
                closed_at=done if ended else None,
                **({"status": "closed", "disposition": chance.choice(ENDS)} if ended else {}),
            )
        )  # fmt: skip
    TipReport.objects.bulk_create(tips)
    for tip in chance.sample(tips, count // 10):
        gone = min(tip.received_at + timedelta(days=2), NOON)
        Referral.objects.create(
            tip=tip, to=chance.choice(Referral.To.values), to_whom="Nơi nhận", by=place.chief,
            state=chance.choice(["handed_over", "accepted", "refused"]), slip_number="1",
            slip_on=gone.date(), handed_over_at=gone,
        )  # fmt: skip
