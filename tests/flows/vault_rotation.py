"""The vault's key is rotated as `docs/operations.md` says, under load, with `seal_anew` killed.

    python -m tests.flows.vault_rotation --seconds 60 --tips 1500 --kills 12

Tips with files come in all the time, and an officer looks at an identity all the time. The vault
gets the new key beside the old one, everybody seals with it, `manage.py seal_anew` is killed again
and again until it gets through, and the old key goes. In the end all that was accepted opens with
the new key alone, nothing needs the old one, and every look showed the same person. Needs
DATABASE_URL and REDIS_URL; makes and drops a database of its own.
"""

import argparse
import base64
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.flows.database import own_database
from tests.flows.rotation_under_way import Crowd

NAME = "Người Mẫu Thứ Nhất"
MOST_RUNS = 10  # of seal_anew after the last kill: it says so where values were written meanwhile


@dataclass
class Outcome:
    """How it ended; every list of faults must be empty."""

    tips: int = 0
    looks: int = 0
    away: int = 0
    killed_midway: int = 0
    with_new_key_alone: int = 0
    opened: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.faults


class Keys:
    """An old and a new key of the vault, in the forms of settings and of the environment."""

    def __init__(self) -> None:
        self.old, self.new = secrets.token_bytes(32), secrets.token_bytes(32)

    def settings(self, *names: str) -> dict[str, Any]:
        """The settings of web, with these keys in this order."""
        from accounts.vault.sealing import public_part  # noqa: PLC0415 -- needs Django

        public = {name: public_part(getattr(self, name)) for name in names}
        return {"VAULT_PUBLIC_KEYS": public}

    def private(self, *names: str) -> dict[str, bytes]:
        return {name: getattr(self, name) for name in names}

    def environment(self, *names: str) -> dict[str, str]:
        """The environment of the vault."""
        public = self.settings(*names)["VAULT_PUBLIC_KEYS"]
        return {
            "VAULT_PUBLIC_KEY": _listed(public), "VAULT_KEYS": _listed(self.private(*names)),
            "VAULT_OPENINGS_AN_HOUR": "1000000", "VAULT_OPENINGS_TOGETHER_AN_HOUR": "1000000",
        }  # fmt: skip


def _listed(keys: dict[str, bytes]) -> str:
    return ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in keys.items())


def run(
    seconds: float, chance: random.Random, *, tips: int, kills: int, pause_s: float = 0
) -> Outcome:
    """One rotation. Call with Django set up and a database to write in."""
    from django.conf import settings  # noqa: PLC0415 -- needs Django
    from django.test import override_settings  # noqa: PLC0415 -- needs Django

    from accounts.encryption import checks  # noqa: PLC0415 -- needs Django
    from accounts.models import KeyCheck  # noqa: PLC0415 -- needs Django
    from accounts.vault import resealing  # noqa: PLC0415 -- needs Django
    from tests.flows.harness import wait_until  # noqa: PLC0415 -- needs Django
    from tests.vault_process import vault_process  # noqa: PLC0415 -- needs Django

    keys, crowd, outcome = Keys(), Crowd(pause_s), Outcome()
    KeyCheck.objects.all().delete()  # of the keys that the database was made with

    def seal_with(*names: str) -> None:
        """Do what `migrate` and a restart of web and workers do; they seal with the first key."""
        settings.VAULT_PUBLIC_KEYS = keys.settings(*names)["VAULT_PUBLIC_KEYS"]
        checks.register()

    def go_on(name: str, more: int) -> None:
        goal = crowd.count(name) + more
        wait_until(lambda: crowd.count(name) >= goal, timeout_s=60, what=f"more {name}")

    with override_settings(**keys.settings("old")):
        seal_with("old", "new")  # `migrate` notes the new one before anybody seals with it
        with vault_process(**keys.environment("new", "old")) as vault:  # the first to have it
            scene = Scene()
            scene.tell(tips, crowd)
            session = scene.session
            crowd.start("tip", scene.tell_one)
            crowd.start("look", lambda _number: look(vault, session, scene.tip, outcome))
            try:
                time.sleep(seconds / 3)
                seal_with("new", "old")
                for _kill in range(kills):
                    outcome.killed_midway += kill_midway(vault, chance)
                told = finish(vault)
                # A run that was killed too late to matter may have retired it before the last one.
                is_retired = not KeyCheck.objects.filter(kid="old", retired_at=None).exists()
                if "Còn dữ liệu dùng khóa: new." not in told or not is_retired:
                    outcome.faults.append(f"still needed: {told[-200:]}")
                restart(vault, keys.environment("new"))
                seal_with("new")
                before = crowd.count("tip")
                time.sleep(seconds / 3)
                go_on("tip", 2)
                go_on("look", 2)
                outcome.with_new_key_alone = crowd.count("tip") - before
            finally:
                crowd.stop()
        outcome.looks, outcome.tips = len(crowd.done["look"]), len(crowd.done["tip"])
        outcome.faults += crowd.faults[:10]
        if needed := resealing.remaining_kids() - {"new"}:
            outcome.faults.append(f"needed again: {sorted(needed)}")
        settle(outcome, crowd, keys)
    return outcome


class Scene:
    """A commune with an officer who may see one reporter, and tips that come in."""

    def __init__(self) -> None:
        from accounts.users.roles import Role  # noqa: PLC0415 -- needs Django
        from reports import intake  # noqa: PLC0415 -- needs Django
        from reports.vault import openings  # noqa: PLC0415 -- needs Django
        from tests.factories.accounts import make_commune, make_user  # noqa: PLC0415 -- needs Django
        from tests.factories.proofs import approve  # noqa: PLC0415 -- needs Django
        from tests.factories.tips import make_worked  # noqa: PLC0415 -- needs Django
        from tests.vaults import session_of  # noqa: PLC0415 -- needs Django

        self.commune = make_commune("Bình Minh")
        officer, chief = make_user(self.commune, Role.OFFICER), make_user(self.commune, Role.CHIEF)
        self.tip = make_worked(officer, person=intake.Person(name=NAME))
        opening = openings.ask(self.tip, by=officer, reason="Cần hỏi lại giờ xảy ra.")
        approve(opening, by=chief, looks=True)
        self.session = session_of(officer)

    def tell(self, count: int, crowd: Crowd) -> None:
        """So many tips of before the rotation."""
        crowd.done["tip"] = [self.tell_one(-number) for number in range(1, count + 1)]

    def tell_one(self, number: int) -> tuple[int, str]:
        from reports import intake  # noqa: PLC0415 -- needs Django

        words = f"Lời kể {number}"
        told = intake.receive(
            self.commune, intake.TipContent(words, place=f"Nơi {number}"), channel="web_form",
            person=intake.Person(name=f"Người Mẫu {number}"),
            files=[intake.File(words.encode() * 50, "image/jpeg")],
        )  # fmt: skip
        return told.tip.pk, words


def look(vault: Any, session: str, tip: Any, outcome: Outcome) -> str | None:
    """One look at the identity; nothing while the vault is being restarted."""
    question = {
        "operation": "reports.open_identity", "arguments": {"tip": str(tip.uuid)},
        "session": session,
    }  # fmt: skip
    try:
        said = json.loads(vault.answer_to(json.dumps(question).encode()) or b"{}")
    except OSError:
        said = {}
    if not said:
        outcome.away += 1
        time.sleep(0.1)
        return None
    if said.get("result", {}).get("name") != NAME:
        raise RuntimeError(f"a look showed {said}")
    return NAME


def restart(vault: Any, environment: dict[str, str]) -> None:
    vault.kill(signal.SIGTERM)
    vault.more = environment
    vault.start()


@contextmanager
def sealing_anew(vault: Any) -> Iterator[subprocess.Popen[str]]:
    """`manage.py seal_anew` in the vault's environment."""
    from dev.places import PROJECT  # noqa: PLC0415 -- beside the others
    from tests.flows.harness import database_url  # noqa: PLC0415 -- needs Django

    own = {"DATABASE_URL": database_url(), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "manage.py", "seal_anew"], cwd=PROJECT, env=os.environ | own | vault.more,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        yield process


def kill_midway(vault: Any, chance: random.Random) -> bool:
    """Kill it some moments after the first column; whether it had begun and values were left."""
    from accounts.vault import resealing  # noqa: PLC0415 -- needs Django

    waited = resealing.waiting()
    with sealing_anew(vault) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "đã niêm phong lại 0 " not in line:
                break
        time.sleep(chance.uniform(0, 0.1))
        process.kill()
    return process.returncode == -signal.SIGKILL and 0 < resealing.waiting() < waited


def finish(vault: Any) -> str:
    """Run it until it gets through; what it said at last."""
    told = ""
    for _run in range(MOST_RUNS):
        with sealing_anew(vault) as process:
            told = process.communicate(timeout=600)[0]
        if process.returncode == 0:
            break
    return told


def settle(outcome: Outcome, crowd: Crowd, keys: Keys) -> None:
    """All is there with the new key, and the old one opens nothing of it."""
    from django.test import override_settings  # noqa: PLC0415 -- needs Django

    from reports.models import Reporter, SealedText, TipAttachment  # noqa: PLC0415 -- needs Django
    from tests.vaults import opened  # noqa: PLC0415 -- needs Django

    with override_settings(VAULT_KEYS=keys.private("new")), opened():
        every, unreadable = open_vault_values()
        outcome.opened, outcome.faults = every, outcome.faults + unreadable[:10]
        words = {row.tip_id: row.text for row in SealedText.objects.iterator()}
        files = {row.tip_id: bytes(row.content) for row in TipAttachment.objects.iterator()}
        names = {row.tip_id: row.name for row in Reporter._base_manager.iterator()}
        for tip, said in crowd.done["tip"]:
            held = (words.get(tip), files.get(tip), names.get(tip, "").split(" ")[-1])
            if held != (said, said.encode() * 50, said.split(" ")[-1]):
                outcome.faults.append(f"not as it was told: {said}")
    # Under the new name, so that it is the key that fails and not the name.
    with override_settings(VAULT_KEYS={"new": keys.old}), opened():
        if (by_old := open_vault_values()[0]) > 0:
            outcome.faults.append(f"{by_old} values opened by the old key")


def open_vault_values() -> tuple[int, list[str]]:
    """How many sealed values open with today's keys of the vault, and which do not."""
    from accounts.encryption.rotation import encrypted_fields, label  # noqa: PLC0415 -- needs Django
    from accounts.encryption.services import DecryptionError  # noqa: PLC0415 -- needs Django

    count, unreadable = 0, []
    for model, column in encrypted_fields(of_vault=True):
        for row in model._base_manager.iterator(chunk_size=200):
            is_sealed = bool(row.__dict__[column.attname])
            try:
                getattr(row, column.name)
            except DecryptionError as error:
                unreadable.append(f"{label(model, column)} {row.pk}: {error}")
            else:
                count += is_sealed
    return count, unreadable


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--tips", type=int, default=1500, help="that are there before")
    parser.add_argument("--kills", type=int, default=12, help="of seal_anew")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    with own_database():
        chance = random.Random(options.seed)
        outcome = run(options.seconds, chance, tips=options.tips, kills=options.kills, pause_s=0.02)
    is_good = outcome.is_good and outcome.killed_midway > 0
    sys.stdout.write(f"{outcome}\n{'ok' if is_good else 'BAD'}\n")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
