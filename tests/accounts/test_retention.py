"""The nightly round of retention: a rule that breaks stops none of the others."""

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.core.management import CommandError, call_command
from django.db import OperationalError

from accounts import retention
from accounts.models import Commune
from accounts.retention import RetentionRule, RulesFailed
from accounts.tasks import purge_expired_rows


def rule(label, act):
    return RetentionRule(label, 1, "Thử.", Commune.objects.none, act)


@pytest.fixture
def rules(monkeypatch):
    """No rule but these."""
    there = {}
    monkeypatch.setattr(retention, "_rules", there)
    return there


def broken(rows):
    raise ValueError("nothing goes")


def test_a_broken_rule_lets_the_others_work_and_the_round_fails(rules, caplog):
    for one in (rule("a", lambda rows: 2), rule("b", broken), rule("c", lambda rows: 3)):
        retention.register(one)

    with pytest.raises(RulesFailed, match="failed: b") as failure:
        purge_expired_rows()

    assert failure.value.counts == {"a": 2, "c": 3}
    assert [record.getMessage() for record in caplog.records] == ["retention rule b failed"]


def test_the_command_tells_what_was_done_and_what_failed(rules, capsys):
    for one in (rule("a", broken), rule("b", lambda rows: 3)):
        retention.register(one)

    with pytest.raises(CommandError, match="Chưa áp dụng được thời hạn lưu của: a"):
        call_command("purge_expired")

    assert capsys.readouterr().out == "b: đã xóa 3 dòng (lưu 1 ngày; Thử.)\n"


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
