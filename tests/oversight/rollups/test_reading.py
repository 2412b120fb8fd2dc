"""Figures read from what is kept say the same as counted row by row, whatever was written."""

from datetime import date, timedelta
from random import Random

import pytest
from django.utils import timezone

from accounts.users.roles import Role
from broadcasts.models import Delivery, Topic
from groups.models import Member, Membership, ZaloGroup
from oversight import periods
from oversight.figures.registry import FIGURES, compute
from oversight.figures.rollups import reading, recounting
from oversight.figures.scopes import whole_commune
from oversight.models import DirtySlice, FigureSlice, Subject
from oversight.periods import Period
from procedures.models import Question
from reports.models import Referral, TipClock, TipConflict, TipReport
from reports.tips.models import barred_as
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import (
    make_group,
    make_hamlet,
    make_member,
    make_membership,
    make_ordinary_group,
)
from tests.factories.procedures import make_question
from tests.factories.tips import make_tip, make_triaged
from tests.oversight.conftest import at
from tests.oversight.rollups.conftest import asked_for_slices, row_by_row
from tests.sizes import size

FIRST = date(2026, 1, 1)
DAYS = 320
MARCH = periods.month(2026, 3)


def all_figures(keys, scope, period, now):
    return {key: compute(key, scope, period, as_of=now).table for key in keys}


def figures_that_read(commune, reader):
    """Keys of the figures that ask for slices: the others are counted the same way twice."""
    found = []
    for key in FIGURES:
        scope = whole_commune(commune, reader=reader)
        with asked_for_slices() as asked:
            compute(key, scope, periods.whole_year(2026), as_of=timezone.now())
        if any(one.called for one in asked):
            found.append(key)
    return found


def assert_same(keys, scope, period, now):
    read = all_figures(keys, scope, period, now)
    with row_by_row():
        counted = all_figures(keys, scope, period, now)
    assert read == counted


class Life:
    """A commune in which things happen at random."""

    def __init__(self, commune, chief, seed):
        self.random, self.commune, self.chief = Random(seed), commune, chief
        self.hamlets = [make_hamlet(commune) for _ in range(2)]
        self.groups = [
            make(hamlet) for hamlet in self.hamlets for make in (make_group, make_ordinary_group)
        ]
        self.posts = [self._post() for _ in range(3)]

    def moment(self):
        return at(FIRST + timedelta(days=self.random.randrange(DAYS)), self.random.randrange(24))

    def _post(self):
        moment = self.moment()
        topic = self.random.choice(Topic.objects.order_by("pk")[:3])
        return make_broadcast(
            self.commune, status="completed", topic=topic, scheduled_for=moment,
            approved_at=moment - timedelta(hours=1), started_at=moment,
        )  # fmt: skip

    def one_of(self, model):
        pks = list(model.objects.order_by("pk").values_list("pk", flat=True))
        return model.objects.filter(pk=self.random.choice(pks)) if pks else model.objects.none()

    def new_tip(self):
        make = self.random.choice([make_tip, make_triaged])
        make(self.commune, received_at=self.moment(), hamlet=self.random.choice(self.hamlets))

    def sorted_tip(self):
        category = self.random.choice(TipReport.Category.values[1:])
        self.one_of(TipReport).update(category=category, channel="desk")

    def moved_tip(self):
        self.one_of(TipReport).update(received_at=self.moment())

    def closed_tip(self):
        moment = self.moment()
        self.one_of(TipReport).update(
            status="closed", disposition="handled_here", resolved_at=moment, closed_at=moment,
            told_at=self.random.choice([None, moment]), duplicate_of=None,
        )  # fmt: skip

    def clock(self):
        moment = self.random.choice([self.moment(), timezone.now() + timedelta(days=3)])
        self.one_of(TipClock).update(due_at=moment)

    def stopped_clock(self):
        self.one_of(TipClock).update(state="met", stopped_at=self.moment())

    def referral(self):
        tip = self.one_of(TipReport).exclude(referrals__isnull=False).first()
        if tip is not None:
            moment = self.moment()
            Referral.objects.create(
                tip=tip, to="other_police", to_whom="Công an", state="handed_over", by=self.chief,
                slip_number="1", slip_on=moment.date(), handed_over_at=moment,
            )  # fmt: skip

    def answered_referral(self):
        self.one_of(Referral).update(state="accepted", handed_over_at=self.moment())

    def lost_tip(self):
        for tip in self.one_of(TipReport):
            TipReport.objects.filter(duplicate_of=tip).update(duplicate_of=None, disposition="")
            tip.delete()

    def delivery(self):
        post, group = self.random.choice(self.posts), self.random.choice(self.groups)
        if Delivery.objects.filter(broadcast=post, zalo_group=group).exists():
            return
        by_api = group.capabilities.sends_by_api
        status = self.random.choice(["sent", "queued", "failed"] if by_api else ["posted", ""])
        times = {"sent": "sent_at", "posted": "posted_at"}.get(status)
        make_delivery(post, group, status=status, **({times: self.moment()} if times else {}))

    def arrived(self):
        self.one_of(Delivery).filter(status="sent").update(sent_at=self.moment())

    def missed(self):
        self.one_of(Delivery).filter(status="to_post").update(status="missed")

    def post_at_another_hour(self):
        post = self.random.choice(self.posts)
        type(post).objects.filter(pk=post.pk).update(
            scheduled_for=self.moment(), topic=self.random.choice(Topic.objects.order_by("pk")[:3])
        )

    def asked(self):
        make_question(self.commune, asked_on=self.moment().date())

    def forgotten(self):
        self.one_of(Question).delete()

    def person(self):
        through = self.one_of(Member).first() if self.random.random() < 0.4 else None
        make_member(
            self.random.choice(self.hamlets), household_code=f"H{self.random.randrange(6)}",
            reached_through=through,
        )  # fmt: skip

    def joined(self):
        member, group = self.one_of(Member).first(), self.random.choice(self.groups)
        if member and not Membership.objects.filter(member=member, group=group).exists():
            make_membership(member, group)

    def left(self):
        self.one_of(Membership).update(state="left", left_on=self.moment().date())

    def moved_person(self):
        self.one_of(Member).update(hamlet=self.random.choice(self.hamlets), team=None)

    def closed_group(self):
        group = self.random.choice(self.groups)
        status = self.random.choice(["active", "closed"])
        ZaloGroup.objects.filter(pk=group.pk).update(status=status)

    def happens(self):
        names = [name for name in vars(Life) if not name.startswith("_")]
        events = [name for name in names if name not in ("moment", "one_of", "happens")]
        getattr(self, self.random.choice(events))()


@pytest.mark.parametrize("seed", range(size(6, 3)))
def test_figures_say_the_same_as_the_rows_after_random_writes(commune, chief, seed):
    life = Life(commune, chief, seed)
    random, keys = Random(seed), figures_that_read(commune, chief)
    assert {"coverage", "tips", "posts_by_topic", "questions"} < set(keys)
    for turn in range(4):
        for _event in range(38):
            life.happens()
        if turn % 2:
            recounting.recount_dirty()
            assert recounting.compare() == []
        first = FIRST + timedelta(days=random.randrange(DAYS))
        spans = [
            periods.whole_year(2026), MARCH,
            Period(first, first + timedelta(days=random.randrange(120))),
        ]  # fmt: skip
        for span in spans:
            now = timezone.now()
            assert_same(keys, whole_commune(commune, reader=chief), span, now)
            assert_same(keys, whole_commune(commune, reader=chief), span, at(date(2026, 6, 1)))
            assert_same(keys, whole_commune(commune, reader=chief), span, now + timedelta(days=4))


def test_whole_months_are_read_and_the_days_around_them_counted():
    months = [date(2026, 2, 1), date(2026, 4, 1)]
    span = Period(date(2026, 1, 20), date(2026, 5, 3))

    assert reading.whole_months(span) == [date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)]
    assert list(reading.without(span, months)) == [
        Period(date(2026, 1, 20), date(2026, 1, 31)),
        MARCH,
        Period(date(2026, 5, 1), date(2026, 5, 3)),
    ]


def test_page_reads_months_and_not_their_rows(commune, chief, tips_of):
    tips_of(3, MARCH.first)
    recounting.recount_dirty()
    FigureSlice.objects.filter(subject="tips").update(counts={"tips_by_kind": {"": 70}})

    read = compute("tips", whole_commune(commune, reader=chief), MARCH, as_of=timezone.now())

    assert read.table.rows[0].values == (70,)


def test_dirty_month_is_counted_by_its_rows(commune, chief, tips_of):
    tips_of(3, MARCH.first)
    recounting.recount_dirty()
    FigureSlice.objects.filter(subject="tips").update(counts={"tips_by_kind": {"": 70}})
    DirtySlice.objects.create(subject=Subject.TIPS, place=commune.pk, month=MARCH.first)

    read = compute("tips", whole_commune(commune, reader=chief), MARCH, as_of=timezone.now())

    assert read.table.rows[0].values == (3,)


@pytest.mark.parametrize("barred_by", ["conflict", "mark"])
def test_number_tells_of_no_tip_that_bars_the_reader(commune, chief, tips_of, barred_by):
    tips = tips_of(3, MARCH.first)
    if barred_by == "conflict":
        TipConflict.objects.create(tip=tips[0], user=chief)
    else:
        TipReport.objects.filter(pk=tips[0].pk).update(barred=[barred_as(chief.pk)])
    recounting.recount_dirty()

    read = compute("tips", whole_commune(commune, reader=chief), MARCH, as_of=timezone.now())

    assert read.table.rows[0].values == (2,)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.DUTY_OFFICER])
def test_who_does_not_see_every_tip_is_told_of_those_they_see(commune, tips_of, role):
    tips_of(3, MARCH.first)
    recounting.recount_dirty()
    reader = make_user(commune, role)
    now = timezone.now()

    read = compute("tips", whole_commune(commune, reader=reader), MARCH, as_of=now)

    seen = TipReport.objects.visible_to(reader).count()
    assert seen < 3
    assert read.table.rows[0].values == (seen,)
