"""The vault is killed at random moments while people write, officers call back and tips come in.

    python -m tests.flows.dying_vault --kills 40

Words of many people wait in the inbox, each told twice by Zalo; two workers have them read.
Officers who were given a number to call back press until they have it. The form takes tips in all
the time. Meanwhile the vault gets SIGKILL again and again and starts anew. In the end each word
must be there once, no tip be lost, no number have been shown twice, each number that nobody saw
have a line that it may have been, and the log be whole. Needs DATABASE_URL and REDIS_URL; makes and
drops a database of its own.
"""

import argparse
import json
import logging
import random
import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.flows.database import own_database
from tests.flows.rotation_under_way import Crowd

EACH = 5  # words of one person
BETWEEN_S = (0.2, 0.9)
SETTLED_S = 300.0
SHOWN_S = 25.0  # for so long an app shows a code, or nearly


@dataclass
class Outcome:
    """How it ended; every list of faults must be empty."""

    kills: int = 0
    words: int = 0
    tips: int = 0
    away: int = 0
    shown: int = 0
    asked_anew: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.faults


class Scene:
    """A commune with an account, words that wait, and officers who may call somebody back."""

    def __init__(self, people: int, officers: int) -> None:
        from django.conf import settings  # noqa: PLC0415 -- needs Django

        from tests.factories.accounts import make_commune  # noqa: PLC0415 -- needs Django
        from tests.factories.zalo import make_official_account  # noqa: PLC0415 -- needs Django
        from tests.zalo.webhooks import OA_SECRET  # noqa: PLC0415 -- needs Django

        settings.ZALO_OA_SECRET_KEY = OA_SECRET
        self.commune = make_commune("Bình Minh")
        self.account = make_official_account(self.commune)
        self.words = self._words(people)
        self.callers = [self._caller(number) for number in range(officers)]

    def _words(self, people: int) -> list[str]:
        from tests.zalo import webhooks  # noqa: PLC0415 -- needs Django
        from zalo.inbox import services as inbox  # noqa: PLC0415 -- needs Django

        words = []
        for number in range(people * EACH):
            text = f"Có chuyện số {number} cần báo ở xóm"
            user = f"81{number % people:04d}"
            raw = webhooks.raw(webhooks.message(user=user, oa=self.account.oa_id, text=text))
            for _time in range(2):
                inbox.store(inbox.read(raw), raw)
            words.append(text)
        return words

    def _caller(self, number: int) -> "Caller":
        from accounts.users.roles import Role  # noqa: PLC0415 -- needs Django
        from reports import intake  # noqa: PLC0415 -- needs Django
        from reports.vault import openings  # noqa: PLC0415 -- needs Django
        from tests.factories.accounts import make_user  # noqa: PLC0415 -- needs Django
        from tests.factories.proofs import App, approve  # noqa: PLC0415 -- needs Django
        from tests.factories.tips import make_worked  # noqa: PLC0415 -- needs Django
        from tests.vaults import session_of  # noqa: PLC0415 -- needs Django

        officer, chief = make_user(self.commune, Role.OFFICER), make_user(self.commune, Role.CHIEF)
        phone = f"0900{number:06d}"
        tip = make_worked(officer, person=intake.Person(name="Người Mẫu", phone=phone))
        asked = openings.ask(tip, by=officer, reason="Cần hỏi lại giờ xảy ra.", aim="call")
        approve(asked, by=chief)
        return Caller(str(tip.uuid), phone, session_of(officer), App(officer))

    def tell_one(self, number: int) -> str:
        """A tip by the form, which needs no vault."""
        from reports import intake  # noqa: PLC0415 -- needs Django

        words = f"Lời kể số {number} qua trang"
        intake.receive(self.commune, intake.TipContent(words), channel="web_form")
        return words


@dataclass
class Caller:
    """An officer who was given one number, and what came back each time that they pressed."""

    tip: str
    phone: str
    session: str
    app: Any
    answers: list[str] = field(default_factory=list)
    is_done: bool = False
    code: dict[str, Any] = field(default_factory=dict)
    read_at: float = 0

    def press(self, vault: Any) -> None:
        if self.is_done:
            return
        if not self.code or time.monotonic() - self.read_at > SHOWN_S:
            self.code, self.read_at = self.app(), time.monotonic()
        question = {
            "operation": "reports.open_phone", "arguments": {"tip": self.tip, **self.code},
            "session": self.session,
        }  # fmt: skip
        try:
            said = json.loads(vault.answer_to(json.dumps(question).encode()) or b"{}")
        except OSError:
            said = {}
        self.answers.append(said.get("result") or said.get("refused") or "away")
        if "đã dùng rồi" in said.get("refused", ""):  # by the act that ended with the vault
            self.code = {}
        else:
            self.is_done = "result" in said or "refused" in said


def run(kills: int, chance: random.Random, *, people: int, officers: int) -> Outcome:
    """One run. Call with Django set up and a database to write in."""
    from django.test import override_settings  # noqa: PLC0415 -- needs Django

    from tests.flows.harness import wait_until  # noqa: PLC0415 -- needs Django
    from tests.vault_process import vault_process  # noqa: PLC0415 -- needs Django
    from zalo.inbox.interpreting import interpret_due  # noqa: PLC0415 -- needs Django
    from zalo.models import WebhookEvent  # noqa: PLC0415 -- needs Django

    for noisy in ("accounts.vault.client", "zalo.inbox.interpreting"):
        logging.getLogger(noisy).setLevel(logging.ERROR)  # it is away all the time
    scene, outcome, crowd = Scene(people, officers), Outcome(kills=kills), Crowd(0.05)
    waiting = list(scene.callers)
    chance.shuffle(waiting)
    lock = threading.Lock()

    def press(_number: int) -> None:
        with lock:
            caller = waiting.pop() if waiting else None
        if caller is not None:
            caller.press(vault)
            if not caller.is_done:
                with lock:
                    waiting.insert(0, caller)

    def have_read(_number: int) -> None:
        interpret_due(budget_s=1)

    many = dict.fromkeys(("VAULT_OPENINGS_AN_HOUR", "VAULT_OPENINGS_TOGETHER_AN_HOUR"), "1000000")
    with vault_process(**many) as vault, override_settings(VAULT_SOCKET=vault.work):
        for _thread in range(2):
            crowd.start("read", have_read)
            crowd.start("press", press)
        crowd.start("tell", scene.tell_one)
        try:
            for _kill in range(kills):
                time.sleep(chance.uniform(*BETWEEN_S))
                if vault.kill() != -signal.SIGKILL:
                    outcome.faults.append("the vault had ended by itself")
                vault.start()
            wait_until(
                lambda: not WebhookEvent.objects.filter(state="new").exists() and not waiting,
                timeout_s=SETTLED_S, what="the last word and the last number",
            )  # fmt: skip
        finally:
            crowd.stop()
        lines = vault.lines()
        outcome.faults += crowd.faults[:10] + broken_log(vault)
    settle(outcome, scene, crowd, lines)
    return outcome


def broken_log(vault: Any) -> list[str]:
    """Whether its log is one chain from the first line to the last, through every death."""
    import os  # noqa: PLC0415 -- the key is in the environment alone

    from django.test import override_settings  # noqa: PLC0415 -- needs Django

    from accounts.vault import log  # noqa: PLC0415 -- needs Django

    with override_settings(VAULT_INDEX_KEY=os.environ["VAULT_INDEX_KEY"]):
        wrong = log.verify(vault.log).wrong_at
    return [] if wrong is None else [f"the log breaks at line {wrong}"]


def settle(outcome: Outcome, scene: Scene, crowd: Crowd, lines: list[dict[str, Any]]) -> None:
    """Compare what is there with what was told and what was shown."""
    from reports.models import SealedText, TipMessage  # noqa: PLC0415 -- needs Django

    heard: Counter[str] = Counter(row.text for row in SealedText.objects.iterator())
    heard += Counter(row.text for row in TipMessage.objects.filter(direction="in").iterator())
    told = Counter(scene.words + crowd.done["tell"])
    heard = Counter({text: count for text, count in heard.items() if "số" in text})
    if heard != told:
        outcome.faults.append(f"{(told - heard).total()} lost, {(heard - told).total()} too many")
    outcome.words, outcome.tips = len(scene.words), len(crowd.done["tell"])
    closed = {line["of"] for line in lines if "of" in line}
    for caller in scene.callers:
        times = caller.answers.count(caller.phone)
        mine = [line for line in lines if line.get("subject") == caller.tip]
        ends = Counter(line["outcome"] for line in mine)
        cut_short = sum(line["outcome"] == "begun" and line["n"] not in closed for line in mine)
        outcome.shown += times
        outcome.away += caller.answers.count("away")
        outcome.asked_anew += not times
        if times > 1:
            outcome.faults.append(f"a number was shown {times} times")
        if not times and not (cut_short or ends["answered"]):
            outcome.faults.append(f"a number was not shown, and no line says why: {mine[-3:]}")
        # A row that is still open though its number may have been seen looks as if SQL opened it.
        if ends["forged"] and not cut_short:
            outcome.faults.append(f"an officer was taken for a forger: {mine[-3:]}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--officers", type=int, default=60)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    with own_database():
        outcome = run(
            options.kills, random.Random(options.seed),
            people=options.people, officers=options.officers,
        )  # fmt: skip
    sys.stdout.write(f"{outcome}\n{'ok' if outcome.is_good else 'BAD'}\n")
    return 0 if outcome.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
