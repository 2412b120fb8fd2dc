"""The cost of asking the vault beside that of what it does, and its size.

The same look at an identity is made in turns by the real vault over its socket and by the same
verb in this process, among 1,000 tips. The verb takes a lock, two rows of history and one of the
trail; the rest is the session read anew, the log on the disk, and the way there and back. Times
swing with the machine and are told; processor time of the vault has the bar. The page of the tip is
asked for as well, answered by the vault and, in turns, by this process.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from threading import Thread

from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from accounts.users.roles import Role
from accounts.vault.calls import Call, acting_as, running
from accounts.vault.client import ask
from benchmarks import _bench
from reports import intake
from reports.models import TipReport
from reports.vault import openings
from reports.vault.operations import identity_of
from tests.attacks.test_services_as_processes import group_of
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import make_assignment, make_hamlet, make_officer
from tests.factories.proofs import approve
from tests.factories.tips import make_tip, make_worked
from tests.vault_process import vault_process
from tests.vaults import session_of

TIPS, ROUNDS, CALLS = 1_000, 30, 20
QUICK_TIPS, QUICK_ROUNDS = 100, 10
CALLERS, SECONDS = 4, 5.0
NO_LIMITS = {
    "VAULT_OPENINGS_AN_HOUR": "1000000", "VAULT_OPENINGS_TOGETHER_AN_HOUR": "1000000",
}  # fmt: skip
A_SECOND_MS, MOST_MIB = 1000 / 20, 150.0  # of one core that opens twenty a second
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def timed(look: Callable[[], object], times: list[float]) -> float:
    """Milliseconds of one look, the median of a round; every one is kept."""
    found = []
    for _call in range(CALLS):
        started = time.perf_counter()
        look()
        found.append((time.perf_counter() - started) * 1000)
    times += found
    return sorted(found)[len(found) // 2]


def processor_ms(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_MS


def scene(tips: int) -> tuple[TipReport, str]:
    """So many tips, one whose reporter an officer may see, and the officer's session."""
    commune = make_commune("Bình Minh", code="90001")
    hamlet = make_hamlet(commune)
    chief, officer = make_user(commune, Role.CHIEF), make_user(commune, Role.OFFICER)
    make_assignment(make_officer(commune, user=officer), hamlet)
    for _number in range(tips):
        make_tip(commune)
    person = intake.Person(name="Nguyễn Thị Mẫu", phone="0900000123")
    tip = make_worked(officer, hamlet=hamlet, person=person)
    opening = openings.ask(tip, by=officer, reason="Cần hỏi lại giờ xảy ra.")
    approve(opening, by=chief, looks=True)
    return tip, session_of(officer)


def a_second(tip: TipReport, key: str) -> float:
    """Openings a second by a few callers at once."""
    counts = [0] * CALLERS
    end = time.monotonic() + SECONDS

    def press(number: int) -> None:
        with acting_as(key):
            while time.monotonic() < end:
                identity_of(tip)
                counts[number] += 1

    callers = [Thread(target=press, args=(number,)) for number in range(CALLERS)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    return sum(counts) / SECONDS


def main(arguments: list[str] | None = None) -> int:
    options = _bench.parser(__doc__).parse_args(arguments)
    tips, rounds = (QUICK_TIPS, QUICK_ROUNDS) if options.quick else (TIPS, ROUNDS)
    report = _bench.Report()
    with _bench.scratch_database():
        commit = _bench.commit_ms()
        tip, key = scene(tips)
        officer = tip.owner
        own_keys = {name: getattr(settings, name) for name in ("VAULT_KEYS", "VAULT_INDEX_KEY")}
        page = reverse("admin:reports_tipreport_show", args=[tip.pk])
        browser = Client(SERVER_NAME="localhost")
        browser.cookies[settings.SESSION_COOKIE_NAME] = key
        asked: list[float] = []
        own: list[float] = []

        def by_asking() -> None:
            with acting_as(key):
                identity_of(tip)

        def by_itself() -> None:
            with running(Call("bench", user=officer)), override_settings(**own_keys):
                openings.open_identity(tip, by=officer)  # type: ignore[arg-type]

        def relayed() -> None:
            assert browser.get(page).status_code == 200

        def answered_here() -> None:
            with running(Call("bench")), override_settings(**own_keys):
                relayed()

        with vault_process(**NO_LIMITS) as vault:
            assert vault.process is not None
            pid = vault.process.pid
            before_pages = sum(group_of(vault.process).values()) / 2**20
            found = _bench.alternate(
                rounds,
                asked=lambda: timed(by_asking, asked),
                itself=lambda: timed(by_itself, own),
                ping=lambda: timed(lambda: ask("vault.ping"), []),
                page=lambda: timed(relayed, []),
                own_page=lambda: timed(answered_here, []),
            )
            before = processor_ms(pid)
            many = a_second(tip, key)
            of_one = (processor_ms(pid) - before) / (many * SECONDS)
            size = sum(group_of(vault.process).values()) / 2**20
    p95 = quantiles(asked, n=20)[-1]
    report.remark(f"a ping takes {found['ping']:.2f} ms, a commit {commit:.2f} ms")
    report.add(_bench.Bar("an opening", found["asked"], found["itself"], 2.0, " ms", at_most=True))
    report.remark(f"an opening: {p95:.0f} ms p95; {many:.1f} a second by {CALLERS} callers")
    report.add(_bench.Bar("processor time of one", of_one, A_SECOND_MS, 1.0, " ms", at_most=True))
    report.add(
        _bench.Bar("a page of a tip", found["page"], found["own_page"], 1.2, " ms", at_most=True)
    )
    report.remark(f"the vault holds {before_pages:.0f} MiB before the first page")
    report.add(_bench.Bar("memory of the vault", size, MOST_MIB, 1.0, " MiB", at_most=True))
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
