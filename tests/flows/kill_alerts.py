"""Kill who tells people a thousand times at random moments, and count what was lost or repeated.

    python -m tests.flows.kill_alerts --kills 1000

Two processes at a time carry out steps and send notices to a stand-in push service, in a process of
its own; at a random moment one of them gets SIGKILL and another takes its place, while facts come
in, are taken and closed. Then the rounds go on undisturbed. Fails where an open occasion has a
notice of its last step that neither was accepted nor ended with a reason, where a screen shows two
notices of one matter, or where a kill repeated more than half a push, which nobody sees: there are
about as many kills as pushes here. Needs DATABASE_URL
and REDIS_URL; makes and drops a database of its own.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.flows.database import own_database

OFFICERS = 4
KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"  # of the example of RFC 8291
MOST_S = 0.25
# A killed teller had the pushes of one occasion on their way; on a slow machine each had some.
EXTRA_A_KILL = 2
RECOVERED_S = 60.0


@dataclass(frozen=True)
class Outcome:
    """Counts of a run; `lost` and `visible` must be zero."""

    kills: int
    occasions: int
    accepted: int
    lost: int
    extra: int
    visible: int

    @property
    def is_good(self) -> bool:
        return self.lost == self.visible == 0 and self.extra <= self.kills * EXTRA_A_KILL


class Phones:
    """The stand-in push service as a process, so that this one has no threads when it forks."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dev.push_service", "--port", "0"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]

    def ask(self, name: str, value: dict[str, Any] | None = None) -> Any:
        """Ask for its screens, or for a new phone."""
        import requests  # noqa: PLC0415 -- the module is read before the arguments

        address = f"{self.url}/_sim/{name}"
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(address, json=value) if value else session.get(address)
            return answer.json()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)


def teller() -> int:
    """Fork a process that carries out steps and sends without end; returns its number."""
    from django.db import connection  # noqa: PLC0415 -- needs Django

    from duty.occasions import rounds  # noqa: PLC0415 -- needs Django
    from duty.ways import sending  # noqa: PLC0415 -- needs Django

    connection.close()
    child = os.fork()
    if child:
        return child
    try:
        while True:
            moved = rounds.advance_due()
            for way in sending.due_ways():
                sending.drain(way)
            if not moved:
                time.sleep(0.005)
    finally:
        os._exit(1)


def end(child: int, number: int = signal.SIGKILL) -> None:
    """End a process that was forked here."""
    with suppress(ProcessLookupError):
        os.kill(child, number)
    os.waitpid(child, 0)


def scene(phones: Phones, count: int) -> tuple[list[Any], list[Any]]:
    """Communes of officers with a phone each, and the officers."""
    from accounts.users.roles import Role  # noqa: PLC0415 -- needs Django
    from duty.ways import devices  # noqa: PLC0415 -- needs Django
    from tests.factories.accounts import make_commune, make_user  # noqa: PLC0415 -- needs Django

    communes, officers = [], []
    for number in range(count):
        commune = make_commune(f"Xã {number}")
        communes.append(commune)
        for one in range(OFFICERS):
            officer = make_user(commune, Role.OFFICER)
            given = phones.ask("phones", {"name": f"{number}.{one}"})
            devices.enrol(officer, devices.Subscription.read(given), label=f"máy {one}")
            officers.append(officer)
    return communes, officers


def disturb(communes: list[Any], kills: int, chance: random.Random) -> int:
    """Facts come in, some are taken or closed, and tellers are killed; returns how many facts."""
    from accounts.models import User  # noqa: PLC0415 -- needs Django
    from accounts.workflow.declaration import NotAllowed  # noqa: PLC0415 -- needs Django
    from duty.models import Occasion  # noqa: PLC0415 -- needs Django
    from duty.occasions import services  # noqa: PLC0415 -- needs Django
    from duty.services import close_occasions, open_occasion  # noqa: PLC0415 -- needs Django

    running, facts = [teller(), teller()], 0
    try:
        for _ in range(kills):
            commune = chance.choice(communes)
            match chance.random():
                case number if number < 0.5:
                    facts += 1
                    open_occasion("drill", commune, commune=commune, level="now")
                case number if number < 0.6:
                    close_occasions(commune, "drill")
                case number if number < 0.7:
                    open_one = Occasion.objects.open().filter(commune=commune).first()
                    officer = User.objects.filter(commune=commune).order_by("?").first()
                    if open_one is not None and officer is not None:
                        with suppress(NotAllowed):
                            services.claim(open_one, by=officer)
            time.sleep(chance.uniform(0, MOST_S))
            killed = running.pop(chance.randrange(2))
            end(killed)
            running.append(teller())
    finally:
        for child in running:
            end(child)
    return facts


def unsettled() -> int:
    """Open, untaken occasions with a notice of the last step that has no end yet."""
    from duty.models import Notice, Occasion  # noqa: PLC0415 -- needs Django

    lost = 0
    for occasion in Occasion.objects.waiting():
        last = occasion.notices.order_by("-step").first()
        states = occasion.notices.filter(step=last.step if last else 0).values_list("state")
        unsent = {(Notice.State.WAITING,), (Notice.State.SENDING,)}
        lost += last is None or not unsent.isdisjoint(states)
    return lost


def recover() -> None:
    """Let the rounds go on undisturbed until all is settled, at most a minute."""
    children = [teller(), teller()]
    try:
        until = time.monotonic() + RECOVERED_S
        while unsettled() and time.monotonic() < until:
            time.sleep(1)
    finally:
        for child in children:
            end(child)


def count(phones: Phones, kills: int) -> Outcome:
    """The counts at the end, by the rows and by the screens."""
    from django.db.models import Q  # noqa: PLC0415 -- needs Django

    from duty.models import Device, Notice, Occasion  # noqa: PLC0415 -- needs Django

    screens = {phone["name"]: phone["screen"] for phone in phones.ask("phones")["phones"]}
    pushed = sum(one["times"] for screen in screens.values() for one in screen)
    accepted = Notice.objects.filter(way="push", accepted_at__isnull=False).count()
    visible = 0
    for device in Device.objects.select_related("user"):
        number = device.user.commune.name.rpartition(" ")[2] if device.user.commune else ""
        shown = len(screens[f"{number}.{device.label.rpartition(' ')[2]}"])
        matters = Occasion.objects.filter(
            Q(notices__place=str(device.pk)), notices__way="push"
        ).distinct()
        visible += max(0, shown - matters.count())
    return Outcome(
        kills=kills, occasions=Occasion.objects.count(), accepted=accepted, lost=unsettled(),
        extra=max(0, pushed - accepted), visible=visible,
    )  # fmt: skip


def run(kills: int, chance: random.Random) -> Outcome:
    """One run in the database at hand."""
    from django.conf import settings  # noqa: PLC0415 -- needs Django

    phones = Phones()
    settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT = KEY, "mailto:truc@congan.example.vn"
    settings.PUSH_HOSTS = [phones.url]
    try:
        communes, _officers = scene(phones, max(4, kills // 20))
        disturb(communes, kills, chance)
        recover()
        return count(phones, kills)
    finally:
        phones.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    with own_database():
        outcome = run(options.kills, random.Random(options.seed))
    sys.stdout.write(f"{outcome} {'ok' if outcome.is_good else 'BAD'}\n")
    return 0 if outcome.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
