"""Every ending has a clean summary and the way in which the matter was dealt with."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from oversight import periods
from oversight.figures.registry import compute
from oversight.figures.scopes import whole_commune
from reports.models import TipReport
from reports.register import rows
from reports.tips.errors import NotAllowed
from reports.triage import duplicates
from reports.triage import services as triage
from reports.work import closing
from tests.factories.tips import make_tip, make_triaged, make_worked

pytestmark = pytest.mark.django_db
Status = TipReport.Status
END = {"disposition": "handled_here", "measure": "reconciled", "outcome": "Đã hòa giải."}


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


def page(name, tip):
    return reverse(f"admin:reports_tipreport_{name}", args=[tip.pk])


@pytest.mark.parametrize("verb", [closing.resolve, closing.close_unworked])
def test_without_a_summary_there_is_no_outcome(officer, hamlet, verb):
    make = make_worked if verb is closing.resolve else make_triaged
    tip = make(officer, summary="") if verb is closing.resolve else make(hamlet=hamlet, summary="")
    status = tip.status

    with pytest.raises(NotAllowed, match="Ghi tóm tắt"):
        verb(tip, by=officer, **END)

    tip.refresh_from_db()
    assert (tip.status, tip.disposition) == (status, "")
    triage.summarise(tip, by=officer, summary="Hai nhà cãi nhau.")
    verb(tip, by=officer, **END)
    assert (tip.disposition, tip.measure) == ("handled_here", "reconciled")


def test_one_with_an_outcome_of_before_is_summed_up_before_it_closes(officer, hamlet):
    tip = make_triaged(hamlet=hamlet, summary="", status=Status.TOLD, disposition="guided")
    with pytest.raises(NotAllowed, match="Ghi tóm tắt"):
        closing.close(tip, by=officer)

    triage.summarise(tip, by=officer, summary="Hỏi thủ tục.")
    with pytest.raises(NotAllowed, match="không sửa tóm tắt"):
        triage.summarise(tip, by=officer, summary="Khác.")

    assert closing.close(tip, by=officer).status == Status.CLOSED


def test_page_leads_to_the_summary_before_the_outcome(officer, hamlet, login):
    tip = make_worked(officer, hamlet=hamlet, summary="")
    client = login(officer)

    shown = client.get(page("show", tip)).content.decode()
    outcome = client.get(page("resolve", tip)).content.decode()

    assert page("summary", tip) in shown
    assert page("resolve", tip) not in shown
    assert page("summary", tip) in outcome
    tip.summary = "Hai nhà cãi nhau."
    tip.save()
    assert page("resolve", tip) in client.get(page("show", tip)).content.decode()
    assert "Ghi tóm tắt trước" not in client.get(page("resolve", tip)).content.decode()


@pytest.mark.parametrize("measure", ["", "passed_on", "checked", "nonsense"])
def test_what_was_handled_here_says_how(officer, hamlet, measure):
    tip = make_worked(officer, hamlet=hamlet)

    with pytest.raises(NotAllowed, match="cách giải quyết"):
        closing.resolve(tip, by=officer, **{**END, "measure": measure})

    tip.refresh_from_db()
    assert tip.status == Status.IN_PROGRESS


def test_the_form_asks_for_it_and_keeps_the_words(officer, hamlet, login):
    tip = make_worked(officer, hamlet=hamlet)
    client = login(officer)

    answer = client.post(page("resolve", tip), {**END, "measure": ""}).content.decode()

    assert "chọn cách giải quyết" in answer
    assert END["outcome"] in answer
    offered = client.get(page("resolve", tip)).content.decode()
    assert 'value="reconciled"' in offered
    assert 'value="passed_on"' not in offered


@pytest.mark.parametrize(
    ("disposition", "measure"), [("guided", "explained"), ("unfounded", "checked")]
)
def test_other_endings_say_it_themselves(officer, hamlet, disposition, measure):
    tip = make_worked(officer, hamlet=hamlet)

    closing.resolve(tip, by=officer, disposition=disposition, measure="fined", outcome="Xong.")

    assert tip.measure == measure


def test_ways_are_counted_for_the_police_alone(officer, chief, party_member, hamlet):
    for measure in ("reconciled", "reconciled", "fined"):
        closing.resolve(
            make_worked(officer, hamlet=hamlet), by=officer, **{**END, "measure": measure}
        )
    closing.resolve(
        make_worked(officer, hamlet=hamlet), by=officer, disposition="guided", outcome="Hỏi."
    )
    today = timezone.localdate()
    month = periods.month(today.year, today.month)

    def table(reader):
        scope = whole_commune(chief.commune, reader=reader)
        return compute("tip_measures", scope, month, as_of=timezone.now()).table

    found = {row.label: row.values[0] for row in table(chief).rows if row.values[0]}
    assert found == {"Hòa giải": 2, "Xử phạt hành chính": 1, "Hướng dẫn, giải thích": 1}
    assert table(chief).total.values == (4,)
    assert table(party_member).rows == ()


def test_the_register_has_something_of_every_finished_case(chief, hamlet):
    now = timezone.now()
    main = make_triaged(hamlet=hamlet)
    twin = make_tip(hamlet=hamlet)
    duplicates.link(twin, of=main, by=chief)
    old = make_tip(
        hamlet=hamlet, status="closed", disposition="guided", closed_at=now,
        received_at=now - timedelta(minutes=15),
    )  # fmt: skip
    fresh = make_tip(hamlet=hamlet)
    day = timezone.localdate(old.received_at)

    found = {
        line.code: line.summary
        for line in rows.lines(rows.Period(day, timezone.localdate()), by=chief)
    }

    assert found[twin.code] == f"Như phản ánh {main.code}."
    assert found[old.code] == "Đã hướng dẫn."
    assert found[fresh.code] == rows.UNWRITTEN
