"""The figures of a summary are those of one moment, whatever is written while they are counted."""

from collections import Counter
from unittest.mock import patch

import pytest

from accounts.papers.services import Issuer
from accounts.services import NotAllowed
from groups.models import Hamlet
from oversight.figures.registry import FIGURES, compute
from oversight.models import PeriodSummary
from oversight.summaries import services
from tests.factories.groups import make_hamlet
from tests.factories.summaries import last_month, make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def counting(monkeypatch):
    """Sets off an act after each count of the tips; says how often each figure was counted."""
    times = Counter()

    def begin(act):
        def counted(key, *args, **kwargs):
            found = compute(key, *args, **kwargs)
            times[key] += 1
            if key == "tips":
                act(times[key])
            return found

        monkeypatch.setattr(services, "compute", counted)
        return times

    return begin


def total(summary, key):
    table = next(one.table for one in services.figures_of(summary) if one.figure.key == key)
    return sum(sum(row.values) for row in table.rows)


def test_what_is_written_between_two_figures_stands_in_all_of_them(chief, tips_of, counting):
    tips_of(2, last_month().first)
    times = counting(lambda time: tips_of(3, last_month().last) if time == 1 else None)

    summary = make_draft(chief)

    assert (total(summary, "tips"), total(summary, "tips_by_kind")) == (5, 5)
    assert times == dict.fromkeys(FIGURES, 3)


def test_a_hamlet_that_comes_meanwhile_has_its_line(chief, counting):
    make_hamlet(chief.commune)
    counting(lambda time: make_hamlet(chief.commune, name="Ấp mới") if time == 1 else None)

    lines = {one.figure.key: len(one.table.rows) for one in services.figures_of(make_draft(chief))}

    assert lines["members_moved"] == lines["consulted_by_hamlet"] == Hamlet.objects.count()


def test_figures_at_rest_are_counted_twice(party_office, counting):
    times = counting(lambda time: None)

    make_draft(party_office, Issuer.PARTY)

    assert times == dict.fromkeys(FIGURES, 2)


def test_figures_that_never_rest_are_not_kept(chief, tips_of, counting):
    counting(lambda time: tips_of(1, last_month().first))

    with pytest.raises(NotAllowed, match="thử lại sau vài phút"):
        make_draft(chief)

    assert not PeriodSummary.objects.exists()


def test_a_draft_that_cannot_be_counted_anew_stays_as_it_was(chief, tips_of):
    summary = make_draft(chief)
    numbers = iter(range(99))

    with (
        patch.object(services, "figures_text", side_effect=lambda *a, **k: str(next(numbers))),
        pytest.raises(NotAllowed, match="vài phút"),
    ):
        services.redraft(summary, by=chief)

    summary.refresh_from_db()
    assert (summary.revision, next(numbers)) == (1, 5)
