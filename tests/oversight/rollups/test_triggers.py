"""Triggers mark changed rows, by whatever statement they change."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from broadcasts.models import Delivery, Topic
from groups.models import Member, Membership, ZaloGroup
from procedures.models import Question
from reports.models import Referral, TipClock, TipReport
from tests.factories.accounts import make_commune
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group, make_hamlet, make_member, make_membership
from tests.factories.procedures import make_question
from tests.factories.tips import make_tip
from tests.oversight.conftest import at
from tests.oversight.rollups.conftest import dirty

MARCH, MAY = at(date(2026, 3, 10)), at(date(2026, 5, 10))
ALWAYS = "01/1970"


@pytest.fixture
def tip(commune):
    return make_tip(commune, received_at=MARCH)


@pytest.fixture
def delivery(commune, hamlet):
    post = make_broadcast(
        commune, status="completed", scheduled_for=MARCH, approved_at=MARCH, started_at=MARCH
    )
    return make_delivery(post, make_group(hamlet), status="sent", sent_at=MARCH)


@pytest.fixture
def member(hamlet):
    return make_member(hamlet, household_code="H1")


def test_new_rows_are_noted_once_a_statement(commune, clean):
    hamlet = make_hamlet(commune)
    clean()

    Member.objects.bulk_create(Member(hamlet=hamlet, full_name=f"Người {n}") for n in range(5))

    assert dirty() == {("coverage", hamlet.pk, ALWAYS)}


def test_row_that_moves_to_another_month_dirties_both(commune, tip, clean):
    clean()

    TipReport.objects.update(received_at=MAY)

    assert dirty() == {("tips", commune.pk, "03/2026"), ("tips", commune.pk, "05/2026")}


def test_row_that_moves_to_another_commune_dirties_both(commune, tip, clean):
    other = make_commune()
    clean()

    TipReport.objects.update(commune=other, hamlet=None)

    assert dirty() == {("tips", commune.pk, "03/2026"), ("tips", other.pk, "03/2026")}


@pytest.mark.parametrize(
    "change", [{"kind": "feedback", "category": "khac"}, {"channel": "desk"}, {"told_at": MAY}]
)
def test_tip_that_is_sorted_dirties_the_month_it_came_in(commune, tip, clean, change):
    clean()

    TipReport.objects.update(**change)

    assert dirty() == {("tips", commune.pk, "03/2026")}


def test_what_is_not_counted_dirties_nothing(commune, tip, delivery, member, clean):
    clean()

    TipReport.objects.update(has_unread=True, next_due_at=MAY)
    Delivery.objects.update(error_text="Khác", echo_at=MAY, echo_part=1)
    Member.objects.update(birth_year=1990)
    ZaloGroup.objects.update(name="Khác")

    assert dirty() == set()


def test_hour_after_midnight_belongs_to_the_month_of_vietnam(commune, clean):
    make_tip(commune, received_at=at(date(2026, 4, 1), 0))  # still March in Greenwich

    assert ("tips", commune.pk, "04/2026") in dirty()


def test_clock_and_referral_dirty_the_month_of_their_tip(commune, chief, tip, clean):
    clean()
    TipClock.objects.update(due_at=MAY)
    assert dirty() == {("tips", commune.pk, "03/2026")}
    clean()

    Referral.objects.create(
        tip=tip, to="other_police", to_whom="Công an", state="handed_over", by=chief,
        slip_number="1", slip_on=MAY.date(), handed_over_at=MAY,
    )  # fmt: skip

    assert dirty() == {("tips", commune.pk, "03/2026"), ("tips", commune.pk, "05/2026")}


def test_deleted_tip_dirties_its_month_and_that_of_its_referral(commune, chief, tip, clean, sql):
    Referral.objects.create(
        tip=tip, to="other_police", to_whom="Công an", state="handed_over", by=chief,
        slip_number="1", slip_on=MAY.date(), handed_over_at=MAY,
    )  # fmt: skip
    clean()

    tip.delete()

    assert dirty() == {("tips", commune.pk, "03/2026"), ("tips", commune.pk, "05/2026")}


def test_claim_of_a_delivery_dirties_nothing_and_its_arrival_the_month(commune, delivery, clean):
    Delivery.objects.update(status="queued", sent_at=None, next_attempt_at=MARCH)
    clean()

    Delivery.objects.update(status="sending", claimed_at=MARCH)
    assert dirty() == set()

    Delivery.objects.update(status="sent", sent_at=MAY)
    assert dirty() == {("posts", commune.pk, "03/2026"), ("posts", commune.pk, "05/2026")}


def test_post_of_another_topic_or_hour_dirties_the_months_of_its_deliveries(
    commune, delivery, clean
):
    Delivery.objects.update(sent_at=MAY)
    clean()

    type(delivery.broadcast).objects.update(topic=Topic.objects.order_by("pk").last())

    assert dirty() == {("posts", commune.pk, "03/2026"), ("posts", commune.pk, "05/2026")}


def test_question_dirties_its_month(commune, clean):
    make_question(commune, asked_on=date(2026, 3, 31))

    assert dirty() == {("questions", commune.pk, "03/2026")}
    clean()

    Question.objects.all().delete()

    assert dirty() == {("questions", commune.pk, "03/2026")}


def test_member_who_moves_dirties_both_hamlets(commune, hamlet, member, clean):
    other = make_hamlet(commune)
    clean()

    Member.objects.filter(pk=member.pk).update(hamlet=other)

    assert dirty() == {("coverage", hamlet.pk, ALWAYS), ("coverage", other.pk, ALWAYS)}


def test_membership_dirties_also_the_hamlet_of_who_hears_through_them(
    commune, hamlet, member, clean
):
    other = make_hamlet(commune)
    make_member(other, reached_through=member)
    group = make_group(hamlet)
    clean()
    both = {("coverage", hamlet.pk, ALWAYS), ("coverage", other.pk, ALWAYS)}

    make_membership(member, group)
    assert dirty() == both
    clean()

    ZaloGroup.objects.filter(pk=group.pk).update(status="closed")
    assert dirty() == both
    clean()

    Member.objects.filter(pk=member.pk).update(status="left", ended_at=timezone.now())
    assert dirty() == both
    clean()

    Membership.objects.all().delete()
    assert dirty() == both


def test_copy_is_noted(commune, hamlet, clean, sql):
    group = make_group(hamlet)
    member = make_member(hamlet)
    clean()

    with (
        connection.cursor() as cursor,
        cursor.copy("COPY groups_membership (member_id, group_id, role, state) FROM STDIN") as copy,
    ):
        copy.write_row((member.pk, group.pk, "member", "joined"))

    assert dirty() == {("coverage", hamlet.pk, ALWAYS)}


def test_sql_by_hand_is_noted(commune, tip, clean, sql):
    clean()

    sql("UPDATE reports_tipreport SET received_at = received_at + %s", timedelta(days=31))

    assert dirty() == {("tips", commune.pk, "03/2026"), ("tips", commune.pk, "04/2026")}
