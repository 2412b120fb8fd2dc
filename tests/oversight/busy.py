"""A commune in which something of everything happened, by chance but the same each time."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from accounts.models import Commune, User
from broadcasts.models import Topic
from groups.models import ConsultationMeeting, Hamlet, Membership, Regulation, ZaloGroup
from procedures.models import Edition, Question
from reports.models import Referral, TipReport
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import (
    make_group,
    make_hamlet,
    make_meeting,
    make_member,
    make_membership,
    make_ordinary_group,
    make_regulation,
)
from tests.factories.procedures import make_question
from tests.factories.tips import make_tip, make_triaged
from tests.factories.year import (
    make_accepted,
    make_achievement,
    make_checklist,
    make_commendation,
    make_form,
    make_informant,
)

FIRST, DAYS = date(2026, 9, 20), 66  # to 24/11
MOMENTS = {"sent": "sent_at", "posted": "posted_at"}


def busy_commune(commune: Commune, hamlet: Hamlet, *, by: User, chance: Random) -> None:
    """Fill a commune with this hamlet and two more; one elsewhere has rows that nobody counts."""
    places = [hamlet, *(make_hamlet(commune, households=40) for _number in range(2))]
    away = make_hamlet()
    for place in (*places, away):
        _people(place, chance)
        _asked(place, chance)
    make_meeting(commune=commune, held_on=_day(chance), households=12, agree=9)
    make_ordinary_group(None, commune=commune)
    _posts(commune, list(ZaloGroup.objects.of_commune(commune)), chance)
    editions = [None, *Edition.objects.all()[:3]]
    for _number in range(16):
        _tip(commune, chance.choice([*places, None]), by, chance)
        _question(commune, chance.choice(editions), by, chance)
    _year(commune, [*places, None], by, chance)
    make_question(away.commune, asked_on=_day(chance))
    make_tip(away.commune, received_at=_at(chance))


def _day(chance: Random) -> date:
    return FIRST + timedelta(days=chance.randrange(DAYS))


def _at(chance: Random) -> datetime:
    midnight = timezone.make_aware(datetime.combine(_day(chance), time()))
    return midnight + timedelta(minutes=chance.randrange(24 * 60))


def _people(place: Hamlet, chance: Random) -> None:
    groups = [make_group(place), make_ordinary_group(place)]
    make_group(place, status=chance.choice(["draft", "paused", "closed"]))
    first = None
    for _number in range(8):
        code = chance.choice(["", "H1", "H2", "H3", "H4"])
        passes_on = first if chance.random() < 0.3 else None
        member = make_member(place, household_code=code, reached_through=passes_on)
        first = first or member
        if passes_on is None:
            state = chance.choice([*Membership.State, "joined"])
            gone = _day(chance) if state == "left" else None
            group = chance.choice(groups)
            make_membership(member, group, state=state, joined_on=_day(chance), left_on=gone)


def _asked(place: Hamlet, chance: Random) -> None:
    regulation = make_regulation(place, agreed=False, status=chance.choice(Regulation.OPEN))
    for form in ConsultationMeeting.Form:
        agree = chance.choice([0, 30, 70])
        make_meeting(regulation, held_on=_day(chance), form=form, agree=agree, disagree=agree // 3)


def _posts(commune: Commune, groups: list[ZaloGroup], chance: Random) -> None:
    topics = list(Topic.objects.all())[:3]
    for _number in range(5):
        due = _at(chance)
        post = make_broadcast(
            commune, status="completed", topic=chance.choice(topics), scheduled_for=due,
            approved_at=due, started_at=due,
        )  # fmt: skip
        for group in groups:
            by_api = group.capabilities.sends_by_api
            status = chance.choice(
                ["sent", "sent", "failed", "uncertain", "queued"] if by_api
                else ["posted", "missed", "to_post", "cancelled"]
            )  # fmt: skip
            late = timedelta(minutes=chance.choice([5, 90, 3000]))
            moments = {MOMENTS[status]: due + late} if status in MOMENTS else {}
            make_delivery(post, group, status=status, **moments)


def _tip(commune: Commune, hamlet: Hamlet | None, by: User, chance: Random) -> None:
    received_at = _at(chance)
    where = {"hamlet": hamlet, "received_at": received_at}
    if chance.random() < 0.3:
        make_tip(commune, channel=chance.choice(["phone", "web_form"]), **where)
        return
    kind = chance.choice([one for one in TipReport.Kind if one])
    category = chance.choice([one for one in TipReport.Category if one])
    if chance.random() < 0.5:
        make_triaged(commune, kind=kind, category=category, owner=by, **where)
        return
    done = received_at + timedelta(hours=chance.randrange(1, 200))
    tip = make_triaged(
        commune, kind=kind, category=category, status="closed", disposition="guided",
        measure="explained", owner=by, resolved_at=done, closed_at=done, told_at=done, **where,
    )  # fmt: skip
    if chance.random() < 0.7:
        Referral.objects.create(
            tip=tip, to=chance.choice(list(Referral.To)), to_whom="Nơi khác", by=by,
            state="accepted", slip_number="1", slip_on=done.date(), handed_over_at=done,
            answered_at=done,
        )  # fmt: skip


def _question(commune: Commune, edition: Edition | None, by: User, chance: Random) -> None:
    outcomes = ["answered", "settled"] if edition else ["unanswered", "offered", "set_aside"]
    outcome = chance.choice(outcomes)
    settled = {"settled_by": by, "settled_at": timezone.now()}
    make_question(
        commune, chance.choice(["làm tạm trú", "đổi căn cước"]), asked_on=_day(chance),
        channel=chance.choice(list(Question.Channel)), outcome=outcome, edition=edition,
        **(settled if outcome in ("settled", "set_aside") else {}),
    )  # fmt: skip


def _year(commune: Commune, places: list[Hamlet | None], by: User, chance: Random) -> None:
    """Thanks for collectives, persons and one informant; a list for each place and the commune."""
    forms = [make_form(commune) for _number in range(3)]
    for number in range(12):
        kind = chance.choice(["collective", "individual"])
        done = make_achievement(commune, subject_kind=kind, hamlet=chance.choice(places))
        public = chance.random() < 0.5
        if number % 4:
            day = _day(chance)
            make_accepted(done, form=chance.choice(forms), decided_on=day, is_public=public)
        else:
            make_commendation(done, form=chance.choice(forms))
    make_accepted(make_informant(commune), form=forms[0], decided_on=_day(chance))
    for place in places:
        is_recognised = chance.choice([True, False, None])
        decided = {} if is_recognised is None else {
            "is_recognised": is_recognised, "decision_number": "7/QĐ", "decided_on": _day(chance),
            "recorded_by": by,
        }  # fmt: skip
        make_checklist(commune, place, registered_on=_day(chance), **decided)
