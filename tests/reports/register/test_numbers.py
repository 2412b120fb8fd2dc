"""Running numbers of the register: no hole, never given twice, the same at each print."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from reports.models import RegisterEntry, TipReport
from reports.register import numbering, rows
from reports.triage import services as triage
from reports.vault import conflicts
from tests.factories.tips import make_tip, make_triaged
from tests.vaults import opened

pytestmark = pytest.mark.django_db
HERE = timezone.get_default_timezone()


def at(year, month, day, hour=9):
    return datetime(year, month, day, hour, tzinfo=HERE)


def printed(user, first=None, last=None):
    first = first or timezone.localdate().replace(month=1, day=1)
    period = rows.Period(first, last or timezone.localdate())
    table = rows.print_register(period, by=user).blocks[1]
    return {row[1]: row[0] for row in table.rows}


def test_numbers_count_receipts_of_a_year_and_stay(chief):
    year = timezone.localdate().year
    late = make_tip(chief.commune, received_at=at(year, 1, 5))
    early = make_tip(chief.commune, received_at=at(year, 1, 2))
    before = make_tip(chief.commune, received_at=at(year - 1, 12, 30))
    make_tip(received_at=at(year, 1, 1))  # another commune counts for itself

    assert printed(chief) == {early.code: "1", late.code: "2"}
    between = make_tip(chief.commune, received_at=at(year, 1, 3))
    assert printed(chief) == {early.code: "1", late.code: "2", between.code: "3"}
    assert printed(chief, at(year, 1, 3).date()) == {late.code: "2", between.code: "3"}
    both = printed(chief, at(year - 1, 12, 1).date(), at(year, 1, 2).date())
    assert both == {before.code: f"1/{year - 1}", early.code: f"1/{year}"}


def test_a_single_line_keeps_its_number(chief):
    first, second = make_tip(chief.commune), make_tip(chief.commune)
    before = printed(chief)
    with opened():
        triage.divert(first, by=chief, kind="complaint")

    assert printed(chief) == before
    assert set(before.values()) == {"1", "2"}
    assert second.code in before


def test_a_hole_tells_nobody_that_a_tip_is_about_him(chief, deputy_chief):
    tips = [make_triaged(chief.commune) for _number in range(3)]
    conflicts.add(tips[1], user=chief, by=deputy_chief)

    assert printed(chief) == {tips[0].code: "1", tips[2].code: "2"}
    assert printed(deputy_chief) == {
        tips[0].code: "1", tips[1].code: rows.UNNUMBERED, tips[2].code: "2"
    }  # fmt: skip

    conflicts.lift(tips[1].conflicts.get(), by=deputy_chief)
    assert printed(deputy_chief)[tips[1].code] == "3"
    assert printed(chief)[tips[2].code] == "2"


def test_an_officer_reads_the_same_numbers(chief, officer_of, hamlet):
    make_triaged(chief.commune, received_at=timezone.now() - timedelta(hours=1))
    own = make_triaged(hamlet=hamlet)

    assert printed(officer_of(hamlet)) == {own.code: "2"}
    assert printed(chief)[own.code] == "2"


def test_numbers_are_given_once(chief):
    make_tip(chief.commune), make_tip(chief.commune)
    years = [timezone.localdate().year]

    assert numbering.enter(chief.commune, years) == 2
    assert numbering.enter(chief.commune, years) == 0
    entry = RegisterEntry.objects.order_by("number").last()
    with pytest.raises(IntegrityError, match="registerentry_number_once"), transaction.atomic():
        RegisterEntry.objects.create(
            tip=make_tip(chief.commune), commune=chief.commune, year=entry.year, number=entry.number
        )
    assert TipReport.objects.filter(register_entry=None).count() == 0
