"""Changed rows are counted again: once, by one worker, and never less than was written."""

import threading
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.work_budget import WorkBudget
from oversight import health
from oversight.figures.rollups import recounting
from oversight.models import DirtySlice, FigureSlice
from reports.models import TipReport
from tests.factories.groups import make_group, make_member, make_membership
from tests.factories.tips import make_tip
from tests.oversight.conftest import at
from tests.oversight.rollups.conftest import dirty

MARCH = at(date(2026, 3, 10))


def stored(subject: str) -> dict[str, dict]:
    found = FigureSlice.objects.filter(subject=subject)
    return {f"{one.month:%m/%Y}": one.counts for one in found}


def test_month_is_counted_and_counted_again(commune, tips_of):
    tips_of(3, MARCH.date())
    recounting.recount_dirty()
    assert stored("tips")["03/2026"]["tips_by_channel"] == {"web_form": 3}

    TipReport.objects.filter(pk=TipReport.objects.earliest("pk").pk).update(channel="desk")
    assert recounting.recount_dirty() == 1

    assert stored("tips")["03/2026"]["tips_by_channel"] == {"web_form": 2, "desk": 1}
    assert recounting.recount_dirty() == 0


def test_slice_of_what_is_gone_goes(commune, tips_of):
    tips_of(1, MARCH.date())
    recounting.recount_dirty()

    TipReport.objects.all().delete()
    recounting.recount_dirty()

    assert stored("tips") == {}


def test_counts_end_with_the_first_clock_that_runs_out(commune):
    tip = make_tip(commune, received_at=MARCH)
    soon, later = timezone.now() + timedelta(hours=1), timezone.now() + timedelta(hours=2)
    tip.clocks.update(due_at=later)
    open_clock = tip.clocks.open().binding().earliest("pk")
    tip.clocks.filter(pk=open_clock.pk).update(due_at=soon)
    recounting.recount_dirty()
    assert FigureSlice.objects.get(subject="tips").good_until == soon

    FigureSlice.objects.update(good_until=timezone.now())

    assert recounting.recount_dirty() == 1


def test_worker_killed_midway_leaves_everything_to_the_next(commune, tips_of, monkeypatch):
    tips_of(1, MARCH.date())
    before = dirty()

    def die(*args):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(recounting, "_store", die)
        with pytest.raises(SystemExit):
            recounting.recount_dirty()
    assert dirty() == before

    recounting.recount_dirty()
    assert stored("tips")["03/2026"]["tips_by_channel"] == {"web_form": 1}


def test_everything_is_built_from_nothing(commune, hamlet, tips_of, capsys):
    tips_of(2, MARCH.date())
    make_membership(make_member(hamlet, household_code="H1"), make_group(hamlet))
    recounting.recount_dirty()
    before = {subject: stored(subject) for subject in ("tips", "coverage")}
    FigureSlice.objects.all().delete()

    call_command("rebuild_figures")

    assert {subject: stored(subject) for subject in ("tips", "coverage")} == before
    assert "Đã đếm lại" in capsys.readouterr().out


@pytest.mark.parametrize("spoil", ["changed", "lost", "left over"])
def test_comparison_finds_what_is_wrong_tells_and_mends_it(commune, tips_of, spoil, client):
    tips_of(2, MARCH.date())
    recounting.recount_dirty()
    right = stored("tips")
    assert recounting.compare() == []
    if spoil == "changed":
        FigureSlice.objects.update(counts={"tips_by_kind": {"": 7}})
    elif spoil == "lost":
        FigureSlice.objects.all().delete()
    else:
        FigureSlice.objects.create(
            subject="tips", place=commune.pk, month=date(2020, 1, 1), counts={"tips_by_kind": {}},
            counted_at=timezone.now(),
        )  # fmt: skip

    wrong = recounting.compare()

    assert [one[0] for one in wrong] == ["tips"]
    assert health.recounting_state(timezone.now()) | {"compared_s_ago": 0} == {
        "ok": False, "oldest_waiting_s": 0, "differing": 1, "compared_s_ago": 0,
    }  # fmt: skip
    recounting.recount_dirty()
    assert stored("tips") == right
    assert recounting.compare() == []
    assert health.recounting_state(timezone.now())["ok"]


def test_comparison_in_steps_reports_what_a_whole_one_does(commune, tips_of, time_machine):
    time_machine.move_to(at(date(2026, 6, 1)), tick=False)
    for month in (3, 4, 5):
        tips_of(1, date(2026, month, 10))
    recounting.recount_dirty()
    months = FigureSlice.objects.values("subject", "month").distinct().count()
    FigureSlice.objects.filter(subject="tips").update(counts={}, good_until=None)
    assert not recounting.compare_on(WorkBudget(0))
    time_machine.move_to(at(date(2026, 6, 2), 10), tick=False)  # begun anew; March is marked

    steps = [recounting.compare_on(WorkBudget(0)) for _step in range(months + 1)]

    assert steps == [False] * months + [True]
    assert health.recounting_state(timezone.now())["differing"] == 2
    recounting.recount_dirty()
    assert recounting.compare_on(WorkBudget())
    assert health.recounting_state(timezone.now())["ok"]


def test_health_tells_how_long_the_oldest_change_waits(commune, tips_of):
    tips_of(1, MARCH.date())
    DirtySlice.objects.update(at=timezone.now() - timedelta(minutes=6))

    told = health.recounting_state(timezone.now())

    assert not told["ok"]
    assert 360 <= told["oldest_waiting_s"] < 370


# Two connections: rows that others commit


def in_thread(work):
    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_write_that_is_committed_while_its_month_is_counted_is_not_lost(
    commune, tips_of, monkeypatch
):
    tips_of(1, MARCH.date())
    count = recounting.count

    def count_and_write(*args):
        found = count(*args)
        if args[0] == "tips":  # between the count and its commit somebody else writes and commits
            in_thread(lambda: TipReport.objects.update(channel="desk")).join()
        return found

    with monkeypatch.context() as patched:
        patched.setattr(recounting, "count", count_and_write)
        recounting._turn()
    assert stored("tips")["03/2026"]["tips_by_channel"] == {"web_form": 1}
    assert ("tips", commune.pk, "03/2026") in dirty()

    recounting.recount_dirty()
    assert stored("tips")["03/2026"]["tips_by_channel"] == {"desk": 1}


@pytest.mark.django_db(transaction=True)
def test_write_that_is_open_while_its_month_is_counted_is_counted_afterwards(commune, tips_of):
    tips_of(1, MARCH.date())
    recounting.recount_dirty()
    wrote, may_commit = threading.Event(), threading.Event()

    def write():
        with transaction.atomic():
            TipReport.objects.update(channel="desk")
            wrote.set()
            may_commit.wait(10)

    writer = in_thread(write)
    assert wrote.wait(10)
    assert recounting.recount_dirty() == 0  # nothing to see yet, and nobody to wait for
    may_commit.set()
    writer.join()

    assert recounting.recount_dirty() == 1
    assert stored("tips")["03/2026"]["tips_by_channel"] == {"desk": 1}


@pytest.mark.django_db(transaction=True)
def test_second_worker_leaves_the_turn_to_the_first(commune, tips_of, monkeypatch):
    tips_of(1, MARCH.date())
    counted = []
    keep = recounting._store

    def keep_and_meet(*args):
        in_thread(lambda: counted.append(recounting.recount_dirty())).join()
        return keep(*args)

    monkeypatch.setattr(recounting, "_store", keep_and_meet)
    recounting._turn()

    assert set(counted) == {0}
    assert dirty() == set()
    assert stored("tips")["03/2026"]["tips_by_channel"] == {"web_form": 1}


@pytest.mark.django_db(transaction=True)
def test_writers_of_the_same_month_do_not_wait_for_each_other(commune, tips_of):
    first, second = tips_of(2, MARCH.date())
    recounting.recount_dirty()
    with transaction.atomic():
        TipReport.objects.filter(pk=first.pk).update(channel="desk")

        other = in_thread(lambda: TipReport.objects.filter(pk=second.pk).update(channel="phone"))
        other.join(5)
        assert not other.is_alive()

    recounting.recount_dirty()
    assert stored("tips")["03/2026"]["tips_by_channel"] == {"desk": 1, "phone": 1}


def marks() -> int:
    return DirtySlice.objects.count()


@pytest.fixture
def marked(tips_of):
    """Two tips, counted once, and the committed mark of a write since."""
    tips = tips_of(2, MARCH.date())
    recounting.recount_dirty()
    TipReport.objects.update(channel="phone")
    assert marks() == 1
    return tips


class OpenWrite:
    """A write on another connection that is not yet committed."""

    def __init__(self, **values):
        self.values, self.wrote, self.may_commit = values, threading.Event(), threading.Event()
        self.thread = in_thread(self.run)
        assert self.wrote.wait(10)  # it waits for nobody

    def run(self):
        with transaction.atomic():
            TipReport.objects.update(**self.values)
            self.wrote.set()
            self.may_commit.wait(10)

    def commit(self):
        self.may_commit.set()
        self.thread.join()


def channels():
    return stored("tips")["03/2026"]["tips_by_channel"]


def test_slice_has_one_mark_however_many_statements_write_to_it(marked):
    for channel in ("desk", "web_form", "desk"):
        TipReport.objects.update(channel=channel)

    assert marks() == 1
    recounting.recount_dirty()
    assert channels() == {"desk": 2}


@pytest.mark.django_db(transaction=True)
def test_mark_is_not_taken_while_a_write_that_relies_on_it_is_open(commune, marked):
    write = OpenWrite(channel="desk")
    seen, counted = marks(), recounting.recount_dirty()
    write.commit()

    assert (seen, counted) == (1, 0)
    assert dirty() == {("tips", commune.pk, "03/2026")}
    assert recounting.recount_dirty() == 1
    assert channels() == {"desk": 2}


@pytest.mark.django_db(transaction=True)
def test_write_begun_after_the_mark_is_taken_marks_anew_though_it_commits_later(
    commune, marked, monkeypatch
):
    count, writes = recounting.count, []

    def write_and_count(*args):
        writes.append(OpenWrite(channel="desk"))
        return count(*args)

    with monkeypatch.context() as patched:
        patched.setattr(recounting, "count", write_and_count)
        recounting._turn()
    writes[0].commit()

    assert dirty() == {("tips", commune.pk, "03/2026")}
    recounting.recount_dirty()
    assert channels() == {"desk": 2}


@pytest.mark.django_db(transaction=True)
def test_writers_share_a_mark_without_waiting(marked):
    first, second = marked
    with transaction.atomic():
        TipReport.objects.filter(pk=first.pk).update(channel="desk")
        other = in_thread(lambda: TipReport.objects.filter(pk=second.pk).update(channel="web_form"))
        other.join(5)
        assert not other.is_alive()

    assert marks() == 1
    recounting.recount_dirty()
    assert channels() == {"desk": 1, "web_form": 1}
