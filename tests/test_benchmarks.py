"""The measuring scripts: they start, say what they measure, and count right."""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from benchmarks import _stub
from benchmarks._bench import Bar, Report, alternate
from benchmarks.rate import busiest_second, calls_per_s
from dev.places import PROJECT
from dev.run_benchmarks import scripts
from zalo.client.api import ZaloClient
from zalo.client.errors import ZaloThrottled

# Runs each script of the arguments with --help and prints its exit code and its words, as JSON.
ASK = """
import contextlib, io, json, runpy, sys
answers = {}
for name in sys.argv[1:]:
    sys.argv, words = [name, "--help"], io.StringIO()
    try:
        with contextlib.redirect_stdout(words):
            runpy.run_module(f"benchmarks.{name}", run_name="__main__")
    except SystemExit as end:
        answers[name] = [end.code or 0, words.getvalue()]
print(json.dumps(answers))
"""
NAMES = (
    "admin_list", "alerts", "answers", "dashboards", "due_post", "gate", "live", "member_import",
    "member_reader", "pages",
    "probes", "public_pages", "questions", "rate", "receipts", "sending", "statements", "tips",
    "roll_call", "vault", "webhooks",
)  # fmt: skip


def test_each_script_says_what_it_measures():
    assert set(scripts([])) == set(NAMES)

    asked = subprocess.run(
        [sys.executable, "-c", ASK, *NAMES],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked.returncode == 0, asked.stderr
    answers = json.loads(asked.stdout.splitlines()[-1])
    assert {name: code for name, (code, _) in answers.items()} == dict.fromkeys(NAMES, 0)
    assert [name for name, (_, words) in answers.items() if "--quick" not in words] == []


def test_line_names_product_limit_ratio_bar_and_verdict():
    assert str(Bar("sending", 512, 640, 0.8, "/s")) == ("sending: 512/s, 640/s, 80.0%, ≥ 80%, pass")
    assert str(Bar("late", 6, 5, 1, " s", at_most=True)) == ("late: 6 s, 5 s, 120.0%, ≤ 100%, fail")


def test_nothing_allowed_and_nothing_found_passes():
    assert Bar("errors", 0, 0, 0, at_most=True).passes
    assert not Bar("errors", 1, 0, 0, at_most=True).passes


def test_one_missed_bar_fails_the_script():
    report = Report()
    report.add(Bar("a", 1, 1, 0.5))
    assert report.exit_code == 0

    report.add(Bar("b", 1, 4, 0.5))
    report.add(Bar("c", 1, 1, 0.5))

    assert report.exit_code == 1


def test_variants_alternate_and_the_first_round_does_not_count():
    runs: list[str] = []
    figures = {"a": iter([99.0, 1.0, 5.0, 3.0]), "b": iter([99.0, 2.0, 2.0, 8.0])}

    def variant(name):
        def run():
            runs.append(name)
            return next(figures[name])

        return run

    assert alternate(3, a=variant("a"), b=variant("b")) == {"a": 3, "b": 2}
    assert runs == ["a", "b"] * 4


def test_rate_is_counted_from_the_moments():
    moments = [number / 10 for number in range(101)]

    assert busiest_second(moments) == 10
    assert calls_per_s(moments, 10) == pytest.approx(10, rel=0.02)
    assert busiest_second([0.0, 0.9, 1.1, 1.2, 1.3]) == 4


@pytest.mark.alone
def test_stub_answers_as_zalo_does_and_counts():
    with _stub.running(delay_ms=50) as stub:
        client = ZaloClient(stub.url, "access")
        started = time.time()
        with ThreadPoolExecutor(4) as threads:
            sent = list(threads.map(lambda n: client.send_text_to_group(f"g{n}", "Chào"), range(8)))
        arrivals = stub.arrivals()
        stub.reset()

        assert len({one.message_id for one in sent}) == 8
        assert {one.to for one in arrivals} == {f"g{number}" for number in range(8)}
        assert {one.text for one in arrivals} == {"Chào"}
        assert time.time() - started >= 0.1
        assert arrivals[0].at - started < 5
        assert stub.arrivals() == []


def test_stub_refuses_what_is_too_fast():
    with _stub.running(most_per_s=3) as stub:
        client = ZaloClient(stub.url, "access")
        refused = 0
        for _number in range(5):
            with suppress(ZaloThrottled):
                client.send_text_to_group("g", "Chào")
                continue
            refused += 1

        assert refused == stub.refused() == 2
        assert len(stub.arrivals()) == 3
