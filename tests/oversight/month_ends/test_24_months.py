"""Coverage of 24 months is one on the page, in lists, in .docx and .xlsx, and by SQL of its own."""

from itertools import pairwise

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.demo import Place
from oversight import periods
from oversight.figures.month_ends import demo
from oversight.figures.registry import FIGURES
from tests.oversight.agreement import reading
from tests.oversight.agreement.comparing import client_of
from tests.oversight.month_ends.conftest import LAST, SPAN, coverage, into, keep_all

pytestmark = pytest.mark.django_db
NAME = FIGURES["coverage_by_month"].name
# Written apart from the figures: one row of households and of those with somebody in a group.
BY_HAND = """
SELECT
    (SELECT sum((SELECT c.households FROM groups_householdcount c
                 WHERE c.hamlet_id = h.id AND c.team_id IS NULL AND c.valid_from <= %(day)s
                 ORDER BY c.valid_from DESC LIMIT 1))
     FROM groups_hamlet h WHERE h.commune_id = %(commune)s),
    (SELECT count(DISTINCT (m.hamlet_id, upper(m.household_code)))
     FROM groups_member m JOIN groups_membershipspell s ON s.member_id = m.id
     JOIN groups_hamlet h ON h.id = m.hamlet_id
     WHERE h.commune_id = %(commune)s AND s.began_on <= %(day)s
       AND (s.ended_on IS NULL OR s.ended_on > %(day)s))
"""
DAYS = {"tu": SPAN.first.isoformat(), "den": SPAN.last.isoformat()}


def by_hand(commune):
    found = []
    with connection.cursor() as cursor:
        for month in periods.months_in(SPAN):
            cursor.execute(BY_HAND, {"commune": commune.pk, "day": month.last})
            found.append((month.words, *cursor.fetchone()))
    return found


def cut(lines):
    return [(label, *values[:2]) for label, values in lines]


@pytest.fixture(params=["by chance", "demo"])
def by_sql(request, commune, hamlet, group, chief):
    """Of a commune that a test made, and of one whose past the demo made."""
    if request.param == "demo":
        for number in range(60):
            into(group, None, code=f"H{number // 2}")
        demo.make(Place(commune, {}, timezone.now()))
    else:
        keep_all(request.getfixturevalue("two_years"))
    found = by_hand(commune)
    assert len(found) == 24
    return found


def test_months_rise_and_fall_and_equal_sql_written_apart(by_sql, chief):
    table = coverage(chief, SPAN, "coverage_by_month").table

    assert [(row.label, *row.values[:2]) for row in table.rows] == by_sql
    joined = [row[2] for row in by_sql]
    assert any(one < two for one, two in pairwise(joined))
    assert any(one > two for one, two in pairwise(joined))
    assert len({row[1] for row in by_sql}) == 3


def test_page_and_its_workbook_equal_sql(by_sql, chief):
    browser, days = client_of(chief), {"tu": LAST.first.isoformat(), "den": LAST.last.isoformat()}

    page = browser.get(reverse("admin:oversight_coverage_months"), days).text
    book = browser.post(reverse("admin:oversight_coverage_months_workbook"), days).content

    assert cut(reading.of_page(page)[NAME]) == by_sql
    assert cut(reading.of_workbook(book)[NAME]) == by_sql
    assert f"Tính đến hết ngày {LAST.last:%d/%m/%Y}" in " ".join(page.split())


def test_word_file_and_dashboard_of_the_span_equal_sql(by_sql, chief):
    browser = client_of(chief)

    page = browser.get(reverse("admin:oversight_figures"), DAYS).text
    word = browser.post(reverse("admin:oversight_report_police_file"), DAYS).content

    assert cut(reading.of_page(page)[NAME]) == by_sql
    assert cut(reading.of_word(word)[NAME]) == by_sql


def test_each_month_leads_to_a_list_as_long(by_sql, chief):
    browser = client_of(chief)
    address = reverse("admin:oversight_list", args=["coverage_by_month"])

    for month, (_words, _homes, joined) in zip(
        periods.months_in(SPAN)[::6], by_sql[::6], strict=True
    ):
        asked = DAYS | {"dong": f"{month.first:%Y-%m}", "cot": "2"}
        shown = browser.get(address, asked).context

        assert (shown["asked"].value, shown["page"].paginator.count) == (joined, joined)


def test_coverage_of_a_hamlet_has_its_own_months(by_sql, hamlet, chief):
    page = client_of(chief).get(reverse("admin:oversight_hamlet_coverage", args=[hamlet.pk])).text

    lines = dict(cut_by_label(reading.of_page(page)[NAME]))
    assert {words: lines[words] for words, _homes, _joined in by_sql[1:]} == {
        words: (homes, joined) for words, homes, joined in by_sql[1:]
    }


def cut_by_label(lines):
    return [(label, tuple(values[:2])) for label, values in lines]
