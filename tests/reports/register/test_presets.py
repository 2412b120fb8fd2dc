"""The spans that the register offers: the finished ones stay at hand while papers are due."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from oversight import periods
from reports.register.rows import LONGEST_SPAN, Period, presets

FINISHED = (
    "Tháng trước", "Năm trước", "Năm xét ấp, khu phố an toàn", "Năm xét xã an toàn",
)  # fmt: skip


def test_presets_name_running_spans_and_those_before():
    assert [(name, one.words) for name, one in presets(date(2026, 11, 16))[4:]] == [
        ("Năm nay", "từ 01/01/2026 đến 16/11/2026"),
        ("Năm trước", "từ 01/01/2025 đến 31/12/2025"),
        ("Năm xét ấp, khu phố an toàn 2027", "từ 01/11/2026 đến 16/11/2026"),
        ("Năm xét ấp, khu phố an toàn 2026", "từ 01/11/2025 đến 31/10/2026"),
        ("Năm xét xã an toàn 2027", "ngày 16/11/2026"),
        ("Năm xét xã an toàn 2026", "từ 16/11/2025 đến 15/11/2026"),
    ]


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1), date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 15),
        date(2026, 11, 20), date(2026, 12, 31), date(2028, 2, 29),
    ],
)  # fmt: skip
def test_a_span_of_each_kind_that_is_over_is_offered_whole_on_any_day(day):
    offered = presets(day)
    over = {name: one for name, one in offered if one.last < day}

    for kind in FINISHED:
        assert [name for name in over if name.startswith(kind)], kind
    whole = {(one.first, one.last) for one in periods.presets(day) if one.is_over(day)}
    assert {(one.first, one.last) for name, one in over.items() if name.startswith("Năm")} <= whole
    assert all(one.first <= one.last <= day for _name, one in offered)
    assert all(one.last - one.first <= LONGEST_SPAN for _name, one in offered)


def test_the_page_opens_the_safety_year_that_is_over(commune, chief, login):
    today = timezone.localdate()
    year = today.year - (today <= date(today.year, 11, 15))
    first, last = date(year - 1, 11, 16), date(year, 11, 15)
    client, address = login(chief), reverse("admin:reports_tipreport_register")

    offered = client.get(address).content.decode()
    page = client.get(address, {"tu": first.isoformat(), "den": last.isoformat()})

    asked = f"?tu={first:%Y-%m-%d}&amp;den={last:%Y-%m-%d}"
    assert asked in offered
    assert page.status_code == 200
    assert page.context["period"] == Period(first, last)
    assert last - first < timedelta(days=366)
