"""A summary that was signed is the same for ever, whatever happens around it."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.papers.services import Issuer
from accounts.services import NotAllowed
from accounts.users.roles import Role
from documents.building import build
from groups.models import Hamlet
from oversight import periods
from oversight.figures.registry import FIGURES, compute
from oversight.figures.scopes import whole_commune
from oversight.models import PeriodSummary
from oversight.summaries import services as summaries
from oversight.summaries.content import (
    Unreadable,
    figures_from,
    figures_text,
    paper_from,
    paper_text,
)
from reports.models import TipConflict, TipReport
from tests.factories.accounts import make_profile, make_user
from tests.factories.groups import make_hamlet
from tests.factories.summaries import last_month, make_draft, make_signed
from tests.oversight.conftest import at
from tests.papers_checking import validate

pytestmark = pytest.mark.django_db


def counts(summary, key="tips"):
    table = next(one.table for one in summaries.figures_of(summary) if one.figure.key == key)
    return [row.values for row in table.rows]


# Text and back


def test_every_figure_comes_back_equal(chief, tips_of):
    make_hamlet(chief.commune)
    tips_of(7, last_month().first)
    scope, now = whole_commune(chief.commune, reader=chief), timezone.now()
    counted = tuple(compute(key, scope, last_month(), as_of=now) for key in FIGURES)

    assert figures_from(figures_text(counted)) == counted


def test_draft_keeps_every_figure_with_its_words(chief):
    drafted = summaries.figures_of(make_draft(chief))

    assert [one.figure for one in drafted] == list(FIGURES.values())
    assert {one.period for one in drafted} == {last_month()}


def test_paper_comes_back_equal(chief):
    make_hamlet(chief.commune)
    paper = summaries.paper_of(make_draft(chief))

    assert paper_from(paper_text(paper)) == paper
    assert validate(build(paper)) == []


@pytest.mark.parametrize("text", ["", "[", '{"schema":99}'])
def test_text_of_something_else_is_refused_in_words(chief, text):
    summary = make_draft(chief)
    summary.content = text

    with pytest.raises(Unreadable, match="Số liệu"):
        summaries.figures_of(summary)


# Drafts


def test_draft_is_counted_anew_and_gets_the_next_number(chief, tips_of):
    first = make_draft(chief)
    tips_of(3, last_month().first)

    again = summaries.redraft(first, by=chief)

    assert (again.pk, again.revision, counts(first)) == (first.pk, 2, [(0,)])
    assert counts(again) == [(3,)]
    assert summaries.paper_of(again).draft_line == "DỰ THẢO LẦN 2"


def test_second_draft_of_a_span_is_the_same_row(chief, party_office):
    one, two = make_draft(chief), make_draft(chief)
    others = make_draft(party_office, Issuer.PARTY)

    assert (one.pk, PeriodSummary.objects.count()) == (two.pk, 2)
    assert others.pk != one.pk


@pytest.mark.parametrize(
    ("role", "issuer"),
    [
        (Role.PARTY_OFFICE, Issuer.POLICE),
        (Role.PARTY_MEMBER, Issuer.PARTY),
        (Role.CHIEF, Issuer.PARTY),
        (Role.CHIEF, Issuer.COMMITTEE),
        (Role.OFFICER, Issuer.POLICE),
        (Role.FRONT, Issuer.PARTY),
        (Role.TECH_ADMIN, Issuer.POLICE),
    ],
)
def test_nobody_drafts_for_another_body(commune, role, issuer):
    with pytest.raises(NotAllowed, match="không lập, ký"):
        make_draft(make_user(commune, role), issuer)


def test_police_count_no_tip_that_bars_one_of_those_who_read_it(chief, tips_of):
    deputy = make_user(chief.commune, Role.CHIEF)
    tips = tips_of(6, last_month().first)
    TipConflict.objects.create(tip=tips[0], user=deputy)

    assert counts(make_draft(chief)) == [(5,)]
    assert counts(summaries.redraft(PeriodSummary.objects.get(), by=deputy)) == [(5,)]


def test_summary_of_outsiders_holds_what_they_may_see(chief, party_office, tips_of):
    tips_of(3, last_month().first)
    police, party = make_draft(chief), make_draft(party_office, Issuer.PARTY)

    assert (counts(police), counts(party)) == ([(3,)], [(None,)])


def test_superuser_who_reads_tips_gets_no_more_into_a_summary_of_outsiders(commune, tips_of):
    tips_of(3, last_month().first)

    summary = make_draft(make_user(commune, is_superuser=True), Issuer.PARTY)

    assert counts(summary) == [(None,)]


# Signing


def test_signed_summary_is_the_same_after_everything_has_changed(chief, tips_of, time_machine):
    tips_of(5, last_month().first)
    make_hamlet(chief.commune, name="Ấp cũ")
    summary = make_signed(chief)
    figures, paper = summaries.figures_of(summary), summaries.paper_of(summary)

    time_machine.move_to(timezone.now() + timedelta(days=800))
    TipReport.objects.update(kind="", received_at=at(date(2020, 1, 1)))
    Hamlet.objects.update(name="Ấp mới")
    make_profile(chief.commune, valid_from=date(2026, 12, 1), chief_name="Người Kế Nhiệm")
    chief.commune.name = "Tên mới"
    chief.commune.save()
    chief.last_name = "Họ khác"
    chief.save()
    summary = PeriodSummary.objects.get()

    assert summaries.figures_of(summary) == figures
    assert summaries.paper_of(summary) == paper
    assert build(summaries.paper_of(summary)) == bytes(summary.docx)
    assert summaries.check(summary) == []
    assert "Nguyễn Văn Bình" in summary.paper


def test_span_that_is_not_over_is_not_signed(chief):
    today = timezone.localdate()
    running = make_draft(chief, period=periods.whole_year(today.year))

    with pytest.raises(NotAllowed, match="ký sau ngày đó"):
        summaries.sign(running, by=chief)


def test_numbers_of_before_the_end_are_not_signed(chief, time_machine):
    time_machine.move_to(at(date(2026, 11, 20)))
    draft = make_draft(chief, period=periods.month(2026, 11))
    time_machine.move_to(at(date(2026, 12, 2)))

    with pytest.raises(NotAllowed, match="Lập lại"):
        summaries.sign(draft, by=chief)
    assert summaries.sign(summaries.redraft(draft, by=chief), by=chief).is_signed


def test_draft_that_was_counted_anew_meanwhile_is_not_signed_unseen(chief, tips_of):
    seen = make_draft(chief)
    tips_of(9, last_month().first)
    summaries.redraft(seen, by=chief)

    with pytest.raises(NotAllowed, match="vừa được lập lại"):
        summaries.sign(seen, by=chief)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sign_at_once_one_wins(chief):
    draft = make_draft(chief)
    start, outcomes = threading.Barrier(2), []

    def sign():
        start.wait()
        try:
            outcomes.append(summaries.sign(PeriodSummary.objects.get(pk=draft.pk), by=chief))
        except NotAllowed as refusal:
            outcomes.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sign) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(isinstance(one, str) for one in outcomes) == [False, True]
    assert AuditEvent.objects.filter(action="summary.signed").count() == 1


# In the place of a signed one


def test_mistake_is_mended_by_another_row_and_both_are_read(chief, tips_of):
    old = make_signed(chief)
    tips_of(4, last_month().first)

    new = summaries.supersede(old, by=chief, reason="Ghi sót bốn phản ánh giấy")
    assert list(PeriodSummary.objects.in_force()) == [old]
    summaries.sign(new, by=chief)

    assert list(PeriodSummary.objects.in_force()) == [new]
    assert (counts(old), counts(new)) == ([(0,)], [(4,)])


def test_signed_summary_has_one_replacement_which_may_be_dropped(chief):
    old = make_signed(chief)
    draft = summaries.supersede(old, by=chief, reason="Sai")

    with pytest.raises(NotAllowed, match="đã có bản thay thế"):
        summaries.supersede(old, by=chief, reason="Sai nữa")
    summaries.discard(draft, by=chief)

    assert list(PeriodSummary.objects.all()) == [old]
    with pytest.raises(NotAllowed, match="Chỉ bỏ được"):
        summaries.discard(make_draft(chief, period=periods.month(2026, 1)), by=chief)


# Checking


def test_who_signs_in_another_commune_does_nothing_with_a_summary(chief, other_commune):
    elsewhere = make_user(other_commune, Role.CHIEF)
    draft = make_draft(chief)
    signed = make_signed(chief, period=periods.before(last_month()))

    for act in (
        lambda: summaries.redraft(draft, by=elsewhere),
        lambda: summaries.sign(draft, by=elsewhere),
        lambda: summaries.discard(draft, by=elsewhere),
        lambda: summaries.supersede(signed, by=elsewhere, reason="Ghi sót."),
    ):
        with pytest.raises(NotAllowed, match="không xem được"):
            act()

    assert PeriodSummary.objects.count() == 2
    draft.refresh_from_db()
    assert (draft.revision, draft.is_signed) == (1, False)
