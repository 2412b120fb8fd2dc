"""A summary that was signed is the same for ever, whatever happens around it."""

import os
import subprocess
import sys
import threading
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.papers.building import build
from accounts.papers.checking import validate
from accounts.papers.letterheads import Issuer
from accounts.roles import Role
from accounts.services import NotAllowed
from groups.models import Hamlet
from oversight import periods, summaries
from oversight.figures import FIGURES, compute
from oversight.models import PeriodSummary
from oversight.scopes import whole_commune
from oversight.summaries.content import figures_from, figures_text, paper_from, paper_text
from reports.models import TipConflict, TipReport
from tests.factories.accounts import make_profile, make_user
from tests.factories.groups import make_hamlet
from tests.factories.summaries import last_month, make_draft, make_signed
from tests.oversight.conftest import at

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


def test_figure_that_is_no_longer_counted_is_still_read(chief):
    summary = make_signed(chief)
    before = summaries.figures_of(summary)

    with patch.dict(FIGURES):  # puts back the order of the figures, too
        del FIGURES["tips"]
        read = {one.figure.key: one for one in summaries.figures_of(summary)}["tips"]

    was = next(one for one in before if one.figure.key == "tips")
    assert (read.table, read.figure.definition) == (was.table, was.figure.definition)


def test_paper_comes_back_equal(chief):
    make_hamlet(chief.commune)
    paper = summaries.paper_of(make_draft(chief))

    assert paper_from(paper_text(paper)) == paper
    assert validate(build(paper)) == []


@pytest.mark.parametrize("text", ["", "[", '{"schema":99}'])
def test_text_of_something_else_is_refused_in_words(chief, text):
    summary = make_draft(chief)
    summary.content = text

    with pytest.raises(summaries.Unreadable, match="Số liệu"):
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


def test_another_process_builds_the_same_bytes(chief):
    summary = make_signed(chief)
    code = (
        "import sys, hashlib, django; django.setup()\n"
        "from accounts.papers.building import build\n"
        "from oversight.summaries.content import paper_from\n"
        "print(hashlib.sha256(build(paper_from(sys.stdin.read()))).hexdigest())"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], input=summary.paper, capture_output=True, text=True,
        check=True, env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "America/Lima"},
    )  # fmt: skip

    assert done.stdout.strip() == summary.docx_digest


def test_paper_names_who_froze_the_figures_and_their_digest(chief):
    summary = make_signed(chief)

    paper = summaries.paper_of(summary)

    assert str(chief) in paper.mark
    assert summary.digest[:16] in paper.mark
    assert paper.signatures[0].name == "Nguyễn Văn Bình"
    assert validate(bytes(summary.docx)) == []


def test_signing_leaves_the_digests_in_the_trail(chief):
    summary = make_signed(chief)

    event = AuditEvent.objects.get(action="summary.signed")
    assert (event.actor, event.target_id) == (chief, str(summary.pk))
    assert event.details["docx"] == summary.docx_digest


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE oversight_periodsummary SET content = 'x'",
        "UPDATE oversight_periodsummary SET status = 'draft'",
        "UPDATE oversight_periodsummary SET signed_name = 'Ai đó'",
        "DELETE FROM oversight_periodsummary",
    ],
)
def test_database_refuses_to_change_a_signed_summary(chief, statement):
    summary = make_signed(chief)

    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        connection.cursor().execute(statement)

    assert summaries.check(PeriodSummary.objects.get(pk=summary.pk)) == []


def test_signed_summary_is_neither_drafted_nor_signed_again(chief):
    summary = make_signed(chief)

    for verb in (summaries.redraft, summaries.sign, summaries.discard):
        with pytest.raises(NotAllowed, match="đã ký"):
            verb(summary, by=chief)
    with pytest.raises(NotAllowed, match="đã ký"):
        make_draft(chief)


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


@pytest.mark.parametrize("reason", ["", "   "])
def test_replacement_needs_a_reason(chief, reason):
    with pytest.raises(NotAllowed, match="lý do"):
        summaries.supersede(make_signed(chief), by=chief, reason=reason)


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


def test_check_finds_what_somebody_changed_behind_the_portal(chief):
    """With the trigger off, as the owner of the database could."""
    summary = make_signed(chief)
    summary.content += " "
    summary.docx = b"x"

    assert len(summaries.check(summary)) == 2
    summary.digest = summaries.content.sha256(summary.content)
    assert any("nhật ký" in one for one in summaries.check(summary))


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
