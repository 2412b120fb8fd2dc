"""The nightly round of retention: chunks and steps, and a rule that breaks stops no other."""

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.core.management import CommandError, call_command
from django.db import OperationalError

from accounts import retention, tasks
from accounts.models import Commune
from accounts.retention import RetentionRule, RulesFailed
from accounts.tasks import purge_expired_rows
from accounts.vault import sides
from accounts.vault.calls import Call
from accounts.work_budget import WorkBudget
from tests.factories.accounts import make_commune

pytestmark = pytest.mark.django_db


def rule(label, act):
    return RetentionRule(label, 1, "Thử.", Commune.objects.all, act)


@pytest.fixture(autouse=True)
def communes(monkeypatch):
    """Five rows that every rule finds, two a chunk."""
    monkeypatch.setattr(retention, "CHUNK", 2)
    return [make_commune() for _number in range(5)]


@pytest.fixture
def rules(monkeypatch):
    """No rule but these."""
    there = {}
    monkeypatch.setattr(retention, "_rules", there)
    return there


def broken(rows):
    raise ValueError("nothing goes")


def test_a_broken_rule_lets_the_others_work_and_the_round_fails(rules, caplog):
    for one in (rule("a", len), rule("b", broken), rule("c", len)):
        retention.register(one)

    with pytest.raises(RulesFailed, match="failed: b") as failure:
        purge_expired_rows()

    assert failure.value.counts == {"a": 5, "c": 5}
    assert [record.getMessage() for record in caplog.records] == ["retention rule b failed"]


def test_the_command_tells_what_was_done_and_what_failed(rules, capsys):
    for one in (rule("a", broken), rule("b", len)):
        retention.register(one)

    with pytest.raises(CommandError, match="Chưa áp dụng được thời hạn lưu của: a"):
        call_command("purge_expired")

    assert capsys.readouterr().out == "b: đã xóa 5 dòng (lưu 1 ngày; Thử.)\n"


@pytest.mark.parametrize("arguments", [[], ["--dry-run"]])
def test_the_command_asks_for_nothing_where_the_vault_takes_it_for_web(
    rules, monkeypatch, arguments
):
    retention.register(rule("a", len))
    monkeypatch.setattr(sides, "ask", lambda _asked: sides._side(Call("vault.side", "web")))

    with pytest.raises(CommandError, match="docker compose exec worker-slow"):
        call_command("purge_expired", *arguments)


def test_a_worker_and_an_absent_vault_hinder_no_command(rules, settings, capsys):
    retention.register(rule("a", len))
    call_command("purge_expired")
    settings.VAULT_SOCKET = "/nonexistent/vault"
    call_command("purge_expired", "--dry-run")

    assert capsys.readouterr().out.count("\n") == 2


@pytest.mark.parametrize("trouble", [OperationalError, SoftTimeLimitExceeded])
def test_the_round_ends_where_no_rule_could_work(rules, trouble):
    def stop(rows):
        raise trouble

    reached = []
    retention.register(rule("a", stop))
    retention.register(rule("b", lambda rows: reached.append(1) or 1))

    with pytest.raises(trouble):
        purge_expired_rows()

    assert reached == []


def test_rows_go_a_chunk_at_a_time_and_each_once(rules, communes):
    chunks = []

    def leave(rows):  # as a rule whose row somebody writes to meanwhile
        chunks.append([row.pk for row in rows.order_by("pk")])
        return 0

    retention.register(rule("a", leave))

    assert retention.purge_expired() == {"a": 0}
    numbers = sorted(row.pk for row in communes)
    assert chunks == [numbers[:2], numbers[2:4], numbers[4:]]


def test_a_step_ends_after_a_chunk_and_calls_a_worker_for_the_rest(rules, monkeypatch):
    called, removed = [], []
    monkeypatch.setattr(tasks.purge_expired_rows, "delay", lambda: called.append(1))
    # Asked before each rule, after each chunk and by the task.
    asked = iter([False, True] + [True] * 2)
    monkeypatch.setattr(WorkBudget, "is_spent", property(lambda budget: next(asked)))
    retention.register(rule("a", lambda rows: removed.append(len(rows)) or len(rows)))
    retention.register(rule("b", broken))

    purge_expired_rows()

    assert (removed, called) == ([2], [1])


def test_a_spent_step_that_removed_nothing_leaves_the_rest_to_the_next_night(rules, monkeypatch):
    called = []
    monkeypatch.setattr(tasks.purge_expired_rows, "delay", lambda: called.append(1))
    monkeypatch.setattr(tasks, "WorkBudget", lambda: WorkBudget(0))
    retention.register(rule("a", len))

    purge_expired_rows()

    assert called == []
