"""Late facts change the open month, never a frozen one, whose page names the difference."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.building import build
from groups.household_counts import services as household_counts
from oversight import periods
from oversight.figures.registry import FIGURES
from oversight.figures.report import SUBJECT
from oversight.figures.workbook import workbook_of
from oversight.summaries import services as summaries
from oversight.summaries.content import figures_text
from tests.factories.summaries import make_signed
from tests.oversight.agreement.comparing import client_of
from tests.oversight.month_ends.conftest import LAST, coverage, day_of, into, keep_all

pytestmark = pytest.mark.django_db
THIS = periods.month_of(timezone.localdate())
FROZEN = [
    key for key, figure in FIGURES.items() if figure.at_month_end and figure.at_month_end.is_dated
]


@pytest.fixture
def past(commune, group):
    """Two households in all of last month, of which the end was frozen."""
    for code in ("H1", "H2"):
        into(group, day_of(1), code=code)
    keep_all(commune)
    return commune


def page_of(chief, period):
    days = {"tu": period.first.isoformat(), "den": period.last.isoformat()}
    return " ".join(client_of(chief).get(reverse("admin:oversight_figures"), days).text.split())


def test_a_late_membership_changes_no_frozen_month_and_is_told(past, group, chief):
    before = coverage(chief, LAST).table
    for code in ("H7", "H8", "H9"):
        into(group, LAST.last - timedelta(days=2), code=code)

    assert coverage(chief, LAST).table == before
    assert before.total.values[1] == 2
    assert coverage(chief, THIS).table.total.values[1] == 5
    text = page_of(chief, LAST)
    assert (
        "Tính lại theo sổ hôm nay (ghi muộn, ghi sửa, đổi mã hộ, người đã xóa dữ liệu) thì khác số "
        f"đã chốt hết ngày {LAST.last:%d/%m/%Y}: +3 hộ có người trong nhóm ({group.hamlet} +3)"
    ) in text
    assert "Tính lại theo sổ" not in page_of(chief, THIS)


def test_a_late_membership_changes_the_open_month(past, group, chief):
    into(group, THIS.first, code="H7")

    assert coverage(chief, THIS).table.total.values[1] == 3


def test_a_late_number_of_households_changes_no_frozen_month_and_is_told(past, hamlet, chief):
    household_counts.record(hamlet, 150, on=day_of(0), by=chief)

    assert coverage(chief, LAST).table.total.values[0] == 120
    assert coverage(chief, THIS).table.total.values[0] == 150
    assert f"+30 hộ trong tổng số hộ ({hamlet} +30)" in page_of(chief, LAST)


def test_each_period_speaks_of_its_last_day_and_compares_with_the_one_before(past, group, chief):
    into(group, THIS.first, code="H7")
    before = periods.before(LAST)

    text, running = page_of(chief, LAST), page_of(chief, THIS)

    assert f"Tính đến hết ngày {LAST.last:%d/%m/%Y}" in text
    assert f"So với hết ngày {before.last:%d/%m/%Y} (2 trên 120 hộ, 1,7%): giữ nguyên." in text
    assert f"So với hết ngày {LAST.last:%d/%m/%Y} (2 trên 120 hộ, 1,7%): tăng 1 hộ." in running


def test_a_signed_report_is_the_same_to_the_byte_whatever_is_written_later(
    past, hamlet, group, chief
):
    signed = make_signed(chief)
    files = bytes(signed.docx), bytes(signed.xlsx)
    into(group, LAST.first, code="H9")
    household_counts.record(hamlet, 500, on=LAST.first, by=chief)
    hamlet.name = "Tên Khác"
    hamlet.save()

    again = summaries.supersede(signed, by=chief, reason="So lại.")
    signed.refresh_from_db()

    assert (bytes(signed.docx), bytes(signed.xlsx)) == files
    assert build(summaries.paper_of(signed)) == files[0]
    mark = summaries.paper_of(signed).mark
    figures = summaries.figures_of(signed)
    assert workbook_of(figures, title=SUBJECT, commune=str(past), mark=mark) == files[1]
    assert _frozen_text(again) == _frozen_text(signed)
    assert len(FROZEN) >= 1


def _frozen_text(summary):
    """Frozen text of the figures that are frozen at the end of a month."""
    return figures_text([one for one in summaries.figures_of(summary) if one.figure.key in FROZEN])


def test_the_list_of_a_frozen_number_says_why_it_is_longer(past, group, chief):
    into(group, LAST.first, code="H9")
    asked = {"tu": LAST.first.isoformat(), "den": LAST.last.isoformat(), "cot": "2"}

    shown = client_of(chief).get(reverse("admin:oversight_list", args=["coverage"]), asked)

    assert (shown.context["asked"].value, shown.context["page"].paginator.count) == (2, 3)
    assert "ghi muộn" in shown.text
