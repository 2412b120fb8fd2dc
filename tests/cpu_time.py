"""Processor time of tests: lists of the dear ones and of the dear files, and a limit for each.

Time of the process and of children it waited for, without fixtures that outlive the test, as the
machine of reference would have needed it: a busy or older one fails nobody. Tests of the browser,
of whole processes and of time itself are listed, not limited.
"""

import os
import time
from collections.abc import Generator
from typing import Any, Final

import pytest

LISTED_S: Final = 2.0
LIMIT_S: Final = 5.0
UNLIMITED: Final = {"flow", "browser", "alone"}
KEY: Final = "cpu_s"
MOST_LISTED: Final = 40
FILE_S: Final = 10.0
MOST_FILES: Final = 25
LAST_FAILED: Final = "cache/lastfailed"
"""The key under which pytest notes the tests that failed."""
COUNTED: Final = {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
LOOPS: Final = 5
LOOP_S: Final = 0.0028
"""Of `_loop` on the machine of reference, idle."""

_shared = pytest.StashKey[float]()


def cpu_now() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> Generator[None, Any, Any]:
    """Set aside the time of fixtures that other tests use too."""
    if fixturedef.scope == "function":
        return (yield)
    began = cpu_now()
    try:
        return (yield)
    finally:
        item = request.session.stash.get(_running, None)
        if item is not None:
            item.stash[_shared] = item.stash.get(_shared, 0.0) + cpu_now() - began


_running = pytest.StashKey[pytest.Item]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    item.session.stash[_running] = item
    return (yield from _timed(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    return (yield from _timed(item))


_used = pytest.StashKey[float]()


def _timed(item: pytest.Item) -> Generator[None, Any, Any]:
    began = cpu_now()
    try:
        return (yield)
    finally:
        item.stash[_used] = item.stash.get(_used, 0.0) + cpu_now() - began


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, Any]:
    report = yield
    if report.when == "call":
        used = item.stash.get(_used, 0.0) - item.stash.get(_shared, 0.0)
        if used >= LIMIT_S:
            used /= _slowness()
        is_limited = not any(item.get_closest_marker(name) for name in UNLIMITED)
        report.user_properties.append((KEY, (round(used, 2), is_limited)))
    return report


def _loop() -> None:
    known: dict[str, int] = {}
    for number in range(30_000):
        known[str(number)] = number * number % 7


def _slowness() -> float:
    """How much longer this machine takes just now than the one of reference; at least 1."""
    began = time.process_time()
    for _loop_number in range(LOOPS):
        _loop()
    return max(1.0, (time.process_time() - began) / (LOOPS * LOOP_S))


def _used_by(reports: list[Any]) -> list[tuple[float, bool, str]]:
    found = [
        (*value, report.nodeid)
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == KEY and report.when == "call"
    ]
    return sorted(found, reverse=True)


def _reports(terminal: Any) -> list[Any]:
    return [report for reports in terminal.stats.values() for report in reports]


def _over_limit(terminal: Any) -> list[tuple[float, bool, str]]:
    return [row for row in _used_by(_reports(terminal)) if row[1] and row[0] >= LIMIT_S]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run for tests over the limit, and note them beside those that failed."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    is_main = not hasattr(session.config, "workerinput")
    if not is_main or terminal is None or session.exitstatus not in COUNTED:
        return
    if over := _over_limit(terminal):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if cache := getattr(session.config, "cache", None):
            noted = cache.get(LAST_FAILED, {})
            cache.set(LAST_FAILED, {**noted, **{name: True for _used, _limited, name in over}})


def _files(used: list[tuple[float, bool, str]]) -> list[tuple[float, int, str]]:
    """Seconds and number of tests of each file, the dearest first."""
    sums: dict[str, list[float]] = {}
    for seconds, _is_limited, name in used:
        sums.setdefault(name.partition("::")[0], []).append(seconds)
    return sorted(((sum(all_of), len(all_of), name) for name, all_of in sums.items()), reverse=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    all_of = _used_by(_reports(terminalreporter))
    if files := [row for row in _files(all_of) if row[0] >= FILE_S]:
        terminalreporter.section(f"files over {FILE_S:.0f} seconds of the processor")
        for seconds, tests, name in files[:MOST_FILES]:
            terminalreporter.write_line(f"{seconds:6.0f} s  {tests:5} tests  {name}")
        terminalreporter.write_line(f"{sum(row[0] for row in all_of):6.0f} s in all")
    dear = [row for row in all_of if row[0] >= LISTED_S]
    if not dear:
        return
    terminalreporter.section(f"tests over {LISTED_S:.0f} seconds of the processor")
    for used, is_limited, name in dear[:MOST_LISTED]:
        fails = "  FAILS" if is_limited and used >= LIMIT_S else ""
        terminalreporter.write_line(f"{used:6.1f} s  {name}{fails}")
