"""Rules change by versions: from a day to come, for one commune, with the basis of a law."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from reports.clocks import changes
from reports.clocks import rows as clocks_rows
from reports.clocks import services as clocks
from reports.models import ClockRule
from reports.tips.errors import NotAllowed
from tests.factories.accounts import make_commune
from tests.factories.tips import make_tip


@pytest.fixture
def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def changed(code: str, by, first: date, amount: int = 5, basis: str = "Thông tư mới, Điều 1"):
    rule = ClockRule.objects.filter(code=code).order_by("commune", "-valid_from").first()
    new = ClockRule(amount=amount, valid_from=first, legal_basis=basis)
    return changes.put_in_force(new, instead_of=rule, by=by)


def test_a_new_version_takes_over_what_the_clock_is(chief, tomorrow):
    old = ClockRule.objects.get(code="transfer")

    new = changed("transfer", chief, tomorrow)

    assert (new.commune, new.amount, new.valid_from) == (chief.commune, 5, tomorrow)
    assert (new.stage, new.kinds, new.for_grave, new.unit) == (
        old.stage, old.kinds, old.for_grave, old.unit
    )  # fmt: skip
    old.refresh_from_db()
    assert (old.amount, old.valid_to) == (7, None)
    event = AuditEvent.objects.get(action="clockrule.added")
    assert (event.actor, event.commune) == (chief, chief.commune)


def test_the_own_version_before_ends_the_day_before_and_one_not_begun_goes(chief, tomorrow):
    first = changed("recommendation", chief, tomorrow, 10)
    later = changed("recommendation", chief, tomorrow + timedelta(days=30), 8)
    again = changed("recommendation", chief, tomorrow + timedelta(days=20), 9)

    first.refresh_from_db()
    assert first.valid_to == tomorrow + timedelta(days=19)
    assert not ClockRule.objects.filter(pk=later.pk).exists()
    assert again.valid_to is None


def test_tips_received_before_keep_the_rule(hamlet, chief, tomorrow):
    tip = make_tip(hamlet=hamlet)
    changed("transfer", chief, tomorrow)
    tip.kind = "crime_report"
    tip.save()

    clocks.sorted_first(tip, at=timezone.now())

    running = tip.clocks.get(rule__code="transfer")
    assert running.due_at == tip.received_at + timedelta(days=7)


def test_another_commune_is_not_touched(chief, tomorrow):
    changed("transfer", chief, tomorrow)

    rows = ClockRule.objects.of_commune(make_commune()).filter(code="transfer")

    assert [(row.commune, row.amount) for row in rows] == [(None, 7)]


@pytest.mark.parametrize(
    ("first", "amount", "basis", "said"),
    [
        (0, 5, "Thông tư mới", "từ ngày mai"),
        (-1, 5, "Thông tư mới", "từ ngày mai"),
        (1, 0, "Thông tư mới", "từ 1 trở lên"),
        (1, 5, "  ", "hãy ghi căn cứ"),
    ],
)
def test_what_may_not_be(chief, first, amount, basis, said):
    day = timezone.localdate() + timedelta(days=first)

    with pytest.raises(NotAllowed, match=said):
        changed("transfer", chief, day, amount, basis)

    assert ClockRule.objects.filter(code="transfer").count() == 1


def test_only_chiefs_change_rules_and_only_their_own(officer_of, hamlet, chief, tomorrow):
    with pytest.raises(NotAllowed, match="không có quyền"):
        changed("transfer", officer_of(hamlet), tomorrow)
    foreign = ClockRule.objects.get(code="transfer")
    foreign.pk, foreign.commune = None, make_commune()
    foreign.save()
    with pytest.raises(NotAllowed, match="xã khác"):
        changes.check(foreign, by=chief, amount=5, valid_from=tomorrow, legal_basis="x")


def test_the_new_version_is_what_the_clocks_read(chief, tomorrow):
    new = changed("transfer", chief, tomorrow)

    rule = clocks_rows.rule_of(new)

    assert (rule.is_own, rule.amount, rule.valid_from) == (True, 5, tomorrow)
