"""Keys are rotated as `docs/operations.md` says, while tips come in and people work on them.

    python -m tests.flows.rotation_under_way --seconds 120

Messages of Zalo go to the real web, which is restarted with the new key in front and once more
without the old one, each time after `manage.py migrate`; `manage.py rotate_keys` runs in between as
its own process. Meanwhile tips are
taken in and rows that were read before the rotation are saved after it. In the end everything that
was accepted must be there and open with the new key alone, and nothing with the old one. Needs
DATABASE_URL; makes and drops a database of its own.
"""

import argparse
import base64
import json
import random
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.flows.database import own_database

OA_ID = "9001"
SECRET = "oa-secret-of-the-rotation"
LIST_S = 1.5  # how long somebody looks at a page before saving it


@dataclass
class Outcome:
    """How it ended; every list of faults must be empty."""

    messages: int = 0
    tips: int = 0
    saved_late: int = 0
    resealed: int = 0
    with_new_key_alone: int = 0
    opened: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.faults


class Keys:
    """An old and a new key, and what the settings hold at each step."""

    def __init__(self) -> None:
        self.old, self.new = secrets.token_bytes(32), secrets.token_bytes(32)

    def ring(self, *names: str) -> dict[str, bytes]:
        return {name: getattr(self, name) for name in names}

    def variable(self, *names: str) -> str:
        """DATA_ENCRYPTION_KEYS with these keys in this order."""
        return ",".join(
            f"{name}:{base64.b64encode(key).decode()}" for name, key in self.ring(*names).items()
        )


class Crowd:
    """Threads that each do one thing again and again, with a pause, until they are told to stop."""

    def __init__(self, pause_s: float) -> None:
        self.pause_s = pause_s
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self.done: dict[str, list[Any]] = {}
        self.faults: list[str] = []
        self.threads: list[threading.Thread] = []

    def start(self, name: str, act: Callable[[int], Any]) -> None:
        """`act(number)` returns what it achieved, or None; an exception is a fault."""
        thread = threading.Thread(target=self._run, args=(name, act), name=name)
        self.done.setdefault(name, [])
        self.threads.append(thread)
        thread.start()

    def _run(self, name: str, act: Callable[[int], Any]) -> None:
        from django.db import connection  # noqa: PLC0415 -- needs Django

        number = 0
        while not self.stopped.is_set():
            number += 1
            try:
                achieved = act(number)
            except Exception as error:
                with self.lock:
                    self.faults.append(f"{name}: {type(error).__name__}: {error!s:.200}")
                time.sleep(0.2)
                continue
            if achieved is not None:
                with self.lock:
                    self.done[name].append(achieved)
            self.stopped.wait(self.pause_s)
        connection.close()

    def count(self, name: str) -> int:
        with self.lock:
            return len(self.done[name])

    def stop(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join(timeout=60)


def run(
    folder: Path, seconds: float, chance: random.Random, *, pause_s: float = 0, web_workers: int = 2
) -> Outcome:
    """One rotation; everybody rests for `pause_s` after each deed.

    Call with Django set up and a database to write in.
    """
    from django.conf import settings  # noqa: PLC0415 -- needs Django
    from django.test import override_settings  # noqa: PLC0415 -- needs Django

    from accounts.encryption.rotation import remaining_kids  # noqa: PLC0415 -- needs Django
    from accounts.models import KeyCheck  # noqa: PLC0415 -- needs Django
    from tests.factories.accounts import make_commune  # noqa: PLC0415 -- needs Django
    from tests.factories.zalo import make_official_account  # noqa: PLC0415 -- needs Django
    from tests.flows.harness import Portal, wait_until  # noqa: PLC0415 -- needs Django

    class Nowhere:
        url = "http://127.0.0.1:9"

    keys, crowd, outcome = Keys(), Crowd(pause_s), Outcome()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    portal = Portal(
        Nowhere(),  # type: ignore[arg-type]  # only its address is used
        folder / "portal.log",
        ZALO_OA_SECRET_KEY=SECRET,
        LOG_LEVEL="WARNING",
    )

    def restart(*names: str) -> None:
        if "web" in portal.processes:
            portal.end("web")
        portal.environment["DATA_ENCRYPTION_KEYS"] = keys.variable(*names)
        settings.DATA_ENCRYPTION_KEYS = keys.ring(*names)
        manage(portal, "migrate", "--verbosity=0")
        portal.start_web(port, workers=web_workers)
        wait_until(lambda: answers(port), timeout_s=60, what="the web")

    def go_on(name: str, more: int) -> None:
        goal = crowd.count(name) + more
        wait_until(lambda: crowd.count(name) >= goal, timeout_s=60, what=f"more {name}")

    with override_settings(DATA_ENCRYPTION_KEYS=keys.ring("old"), ZALO_OA_SECRET_KEY=SECRET):
        KeyCheck.objects.all().delete()  # of the keys that the database was made with
        commune = make_commune("Bình Minh")
        make_official_account(commune, oa_id=OA_ID)
        try:
            restart("old")
            begin(crowd, commune, port, settings.ZALO_APP_ID, chance)
            time.sleep(seconds / 3)
            restart("new", "old")
            go_on("late", 1)
            told = manage(portal, "rotate_keys")
            if "Còn dữ liệu dùng khóa: new." not in told or "Đã cho nghỉ khóa: old." not in told:
                outcome.faults.append(f"still needed: {told[-200:]}")
            time.sleep(LIST_S + seconds / 3)  # whoever looked at a page meanwhile has saved it
            if (kids := remaining_kids()) != {"new"}:
                outcome.faults.append(f"needed again: {sorted(kids)}")
            restart("new")
            before = crowd.count("message") + crowd.count("tip")
            time.sleep(seconds / 3)
            go_on("message", 3)
            go_on("tip", 3)
            outcome.with_new_key_alone = crowd.count("message") + crowd.count("tip") - before
        finally:
            crowd.stop()
            portal.stop()
        outcome.resealed = resealed(told)
        outcome.messages, outcome.tips = len(crowd.done["message"]), len(crowd.done["tip"])
        outcome.saved_late = len(crowd.done["late"])
        outcome.faults += crowd.faults[:10]
        settle(outcome, crowd, keys)
    return outcome


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def begin(crowd: Crowd, commune: Any, port: int, app_id: str, chance: random.Random) -> None:
    """Messages, tips and late savers, some threads of each."""
    from django.db.models import Max, Min  # noqa: PLC0415 -- needs Django

    from reports import intake  # noqa: PLC0415 -- needs Django
    from reports.models import TipReport  # noqa: PLC0415 -- needs Django

    def tip(number: int) -> tuple[int, str]:
        words = f"Lời kể {threading.get_ident()} {number}"
        person = intake.Person(name=f"Người Mẫu {number}" if number % 2 else "")
        file = intake.File(words.encode() * 50, "image/jpeg")
        told = intake.receive(
            commune, intake.TipContent(words, place=f"Nơi {number}"),
            channel="web_form", person=person, files=[file],
        )  # fmt: skip
        return told.tip.pk, words

    def late(_number: int) -> int | None:
        """Read a tip unopened, look at it for a while, save all of it."""
        ends = TipReport.objects.aggregate(first=Min("pk"), last=Max("pk"))
        is_there = ends["last"] is not None
        number = chance.randint(ends["first"], ends["last"]) if is_there else 0
        row = TipReport.objects.filter(pk=number).first()
        time.sleep(chance.random() * LIST_S)
        if row is None:
            return None
        row.save()
        return int(row.pk)

    for _thread in range(2):
        crowd.start("message", lambda number: send_message(port, number, app_id))
        crowd.start("tip", tip)
    for _thread in range(8):
        crowd.start("late", late)


def send_message(port: int, number: int, app_id: str) -> str:
    """One private message, told until it is answered with 200, as Zalo does."""
    from tests.flows.webhook_storm import Letter, Sender  # noqa: PLC0415 -- beside this script

    user = f"{threading.get_ident()}{number}"
    text, stamp = f"Tin nhắn {user}", str(int(time.time() * 1000))
    body = {
        "app_id": app_id, "event_name": "user_send_text", "timestamp": stamp,
        "sender": {"id": user}, "recipient": {"id": OA_ID},
        "message": {"msg_id": f"m{user}", "text": text},
    }  # fmt: skip
    letter = Letter(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), stamp)
    sender = Sender(port, [letter], app_id, secret=SECRET)
    sender.tell_all()
    if sender.faults:
        raise RuntimeError(sender.faults[0])
    return text


def manage(portal: Any, *command: str) -> str:
    """A command of `manage.py` as a process of its own; what it said."""
    from tests.flows.harness import ROOT  # noqa: PLC0415 -- needs Django

    ended = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=portal.environment,
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if ended.returncode:
        raise RuntimeError(f"{command[0]}: {ended.stderr[-500:]}")
    return ended.stdout


def resealed(told: str) -> int:
    lines = [line for line in told.splitlines() if "đã mã hóa lại" in line]
    return sum(int(line.split("đã mã hóa lại ")[1].split()[0]) for line in lines)


def settle(outcome: Outcome, crowd: Crowd, keys: Keys) -> None:
    """With the new key everything opens and is there, with the old one nothing."""
    from django.test import override_settings  # noqa: PLC0415 -- needs Django

    from accounts.encryption.rotation import remaining_kids  # noqa: PLC0415 -- needs Django

    if (kids := remaining_kids()) != {"new"}:
        outcome.faults.append(f"keys still needed: {sorted(kids)}")
    with override_settings(DATA_ENCRYPTION_KEYS=keys.ring("new")):
        opened, unreadable = open_all()
        outcome.opened = sum(opened.values())
        outcome.faults += unreadable[:10]
        outcome.faults += lost(crowd)[:10]
    # Under the new name, so that it is the key that fails and not the name.
    with override_settings(DATA_ENCRYPTION_KEYS={"new": keys.old}):
        opened, _unreadable = open_all()
        if opened:
            outcome.faults.append(f"opened by the old key: {dict(opened)}")


def open_all() -> tuple[Counter[str], list[str]]:
    """How many values of each sealed column open with today's keys, and which do not."""
    from accounts.encryption.rotation import encrypted_fields  # noqa: PLC0415 -- needs Django
    from accounts.encryption.services import DecryptionError  # noqa: PLC0415 -- needs Django

    opened: Counter[str] = Counter()
    unreadable = []
    for model, column in encrypted_fields():
        name = f"{model._meta.label}.{column.name}"
        for row in model._base_manager.iterator(chunk_size=200):
            is_sealed = isinstance(row.__dict__[column.attname], column.sealed_type)
            try:
                getattr(row, column.name)
            except DecryptionError as error:
                unreadable.append(f"{name} {row.pk}: {error}")
            else:
                opened[name] += is_sealed
    return +opened, unreadable


def lost(crowd: Crowd) -> list[str]:
    """Return the accepted words that are missing or changed."""
    from tests.vaults import opened  # noqa: PLC0415 -- needs Django

    with opened():
        return _lost(crowd)


def _lost(crowd: Crowd) -> list[str]:
    from reports.models import SealedText, TipAttachment  # noqa: PLC0415 -- needs Django
    from zalo.models import WebhookEvent  # noqa: PLC0415 -- needs Django

    heard = {row.text for row in SealedText.objects.iterator()}
    for event in WebhookEvent.objects.exclude(private_body="").iterator():
        heard.add(json.loads(event.private_body)["message"]["text"])
    faults = [f"lost: {text}" for text in crowd.done["message"] if text not in heard]
    words = {row.tip_id: row.text for row in SealedText.objects.iterator()}
    files = {row.tip_id: bytes(row.content) for row in TipAttachment.objects.iterator()}
    for tip, said in crowd.done["tip"]:
        if words.get(tip) != said or files.get(tip) != said.encode() * 50:
            faults.append(f"not as it was told: {said}")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    with own_database(), tempfile.TemporaryDirectory() as folder:
        outcome = run(Path(folder), options.seconds, random.Random(options.seed))
    sys.stdout.write(f"{outcome}\n{'ok' if outcome.is_good else 'BAD'}\n")
    return 0 if outcome.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
