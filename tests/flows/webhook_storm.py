"""A storm of events into the real web, worker and broker, each of which is restarted on the way.

    python -m tests.flows.webhook_storm --events 100000

A fifth of the events comes twice, a tenth out of order, some with a signature that is wrong; the
sender repeats what was not answered with 200, as Zalo does. In the end each event must have been
counted once, and none be missing. Needs DATABASE_URL; makes and drops a database of its own, and
starts a broker of its own.
"""

import argparse
import http.client
import json
import random
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.flows.database import own_database

AT_ONCE = 16
OA_ID = "9001"
SECRET = "oa-secret-of-the-storm"
GROUPS = 40
TWICE, MOVED, FORGED = 0.2, 0.1, 0.01
GREETS = 0.1  # of private messages; the others tell something
PATIENCE_S = 120.0
# After which share of the letters which part is taken away and given back.
RESTARTS = (
    (0.1, "kill_worker"), (0.25, "kill_web"), (0.4, "restart_broker"), (0.55, "restart_web"),
    (0.7, "kill_worker"), (0.8, "kill_web"), (0.9, "restart_broker"),
)  # fmt: skip
KINDS = {
    "user_send_group_text": 45, "user_send_text": 10, "follow": 12, "unfollow": 8,
    "user_seen_message": 10, "user_join_group": 10, "something_new": 5,
}  # fmt: skip


@dataclass
class Expected:
    """The rows that must be there in the end."""

    names: Counter[str] = field(default_factory=Counter)
    talk: Counter[tuple[str, date]] = field(default_factory=Counter)
    private: dict[str, str] = field(default_factory=dict)  # message → words
    greeters: Counter[str] = field(default_factory=Counter)
    following: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Letter:
    """One telling of an event."""

    raw: bytes
    stamp: str
    is_forged: bool = False


@dataclass
class Outcome:
    """How it ended; every list of faults must be empty."""

    events: int
    told: int
    repeated_by_sender: int
    refused: int
    seconds: float
    a_second: float
    p99_ms: float
    worst_ms: float
    interpreted_after_s: float
    states: dict[str, int]
    restarts: list[str]
    faults: list[str]

    @property
    def is_good(self) -> bool:
        return not self.faults


def make_letters(count: int, chance: random.Random, app_id: str) -> tuple[list[Letter], Expected]:
    """The tellings in the order in which they are sent, and what they amount to."""
    from django.utils import timezone  # noqa: PLC0415 -- needs Django

    begin = timezone.now() - timedelta(hours=20)
    step = timedelta(hours=19) / count
    expected, letters = Expected(), []
    names, weights = list(KINDS), list(KINDS.values())
    for number in range(count):
        name = chance.choices(names, weights)[0]
        at = begin + number * step
        user, group = f"u{chance.randrange(1 + count // 20)}", f"g{chance.randrange(GROUPS)}"
        stamp = str(int(at.timestamp() * 1000) + number)
        body: dict[str, Any] = {"app_id": app_id, "event_name": name, "timestamp": stamp}
        if name == "user_send_group_text":
            body |= {"sender": {"id": user}, "recipient": {"id": group}, "oa_id": OA_ID,
                     "message": {"msg_id": f"m{number}", "text": "Chào bà con"}}  # fmt: skip
            seen_at = begin + number * step + timedelta(milliseconds=number)
            expected.talk[group, timezone.localtime(seen_at).date()] += 1
        elif name == "user_send_text":
            words = f"Có nhóm tụ tập đánh bạc ở ngõ {number}"
            if chance.random() < GREETS:  # by whom nothing else is heard, so that it is answered
                user, words = f"h{number}", "Chào"
                expected.greeters[user] += 1
            else:
                expected.private[f"m{number}"] = words
            body |= {"sender": {"id": user}, "recipient": {"id": OA_ID},
                     "message": {"msg_id": f"m{number}", "text": words}}  # fmt: skip
        elif name in {"follow", "unfollow"}:
            body |= {"oa_id": OA_ID, "follower": {"id": user}}
            expected.following[user] = name == "follow"
        elif name == "user_seen_message":
            body |= {"sender": {"id": OA_ID}, "recipient": {"id": user},
                     "message": {"msg_ids": [f"s{number}"]}}  # fmt: skip
        else:
            body |= {"oa_id": OA_ID, "group_id": group, "users": [{"id": user}]}
        expected.names[name] += 1
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        letters.append(Letter(raw, stamp))
    return _in_disorder(letters, chance), expected


def _in_disorder(letters: list[Letter], chance: random.Random) -> list[Letter]:
    count = len(letters)
    moved = chance.sample(range(count), round(count * MOVED))
    places = moved[:]
    chance.shuffle(places)
    taken = [letters[index] for index in moved]
    for place, letter in zip(places, taken, strict=True):
        letters[place] = letter
    again = chance.sample(letters, round(count * TWICE))
    extra = [(chance.random() * count, letter) for letter in again]
    forged = [
        (chance.random() * count, Letter(letter.raw.replace(b'"m', b'"x'), letter.stamp, True))
        for letter in chance.sample(letters, max(1, round(count * FORGED)))
    ]
    numbered = [*((float(n), letter) for n, letter in enumerate(letters)), *extra, *forged]
    return [letter for _place, letter in sorted(numbered, key=lambda pair: pair[0])]


class Sender:
    """Tells every letter until it is answered, over some kept connections at once."""

    def __init__(self, port: int, letters: list[Letter], app_id: str, secret: str = SECRET) -> None:
        self.port, self.app_id, self.secret = port, app_id, secret
        self.letters: Iterator[Letter] = iter(letters)
        self.lock = threading.Lock()
        self.done = self.repeated = self.refused = 0
        self.took: list[float] = []
        self.faults: list[str] = []

    def start(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=self.tell_all) for _number in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        return threads

    def _next(self) -> Letter | None:
        with self.lock:
            return next(self.letters, None)

    def tell_all(self) -> None:
        """Tell what is left, one letter after the other."""
        line: http.client.HTTPConnection | None = None
        while (letter := self._next()) is not None:
            give_up, wait, status = time.monotonic() + PATIENCE_S, 0.05, 0
            while True:
                line = line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                started = time.perf_counter()
                status = self._tell(line, letter)
                took = time.perf_counter() - started
                if status in {200, 403} or time.monotonic() > give_up:
                    break
                line.close()
                line = None
                with self.lock:
                    self.repeated += 1
                time.sleep(wait)
                wait = min(2 * wait, 1.0)
            with self.lock:
                self.done += 1
                self.took.append(took)
                self.refused += status == 403
                if status != (403 if letter.is_forged else 200):
                    self.faults.append(f"answered with {status}")
        if line is not None:
            line.close()

    def _tell(self, line: http.client.HTTPConnection, letter: Letter) -> int:
        """The status, 0 where no whole answer came."""
        from tests.zalo.webhooks import signature  # noqa: PLC0415 -- needs Django

        secret = "another" if letter.is_forged else self.secret
        mac = signature(letter.raw, timestamp=letter.stamp, app_id=self.app_id, secret=secret)
        headers = {"X-ZEvent-Signature": f"mac={mac}", "Content-Type": "application/json"}
        try:
            line.request("POST", "/zalo/webhook/", letter.raw, headers)
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        return answer.status


def run_storm(
    folder: Path, count: int, chance: random.Random, *,
    restarts: Sequence[tuple[float, str]] = RESTARTS, web_workers: int = 2,
) -> Outcome:  # fmt: skip
    """One storm. Call with Django set up and a database to write in."""
    from django.conf import settings  # noqa: PLC0415 -- needs Django

    from dev.valkey import Valkey  # noqa: PLC0415 -- beside the others
    from tests.factories.accounts import make_commune  # noqa: PLC0415 -- needs Django
    from tests.factories.zalo import make_official_account  # noqa: PLC0415 -- needs Django
    from tests.flows.harness import Portal, wait_until  # noqa: PLC0415 -- needs Django
    from zalo.models import WebhookEvent  # noqa: PLC0415 -- needs Django

    class Nowhere:
        url = "http://127.0.0.1:9"

    make_official_account(make_commune("Bình Minh"), oa_id=OA_ID)
    letters, expected = make_letters(count, chance, settings.ZALO_APP_ID)
    broker = Valkey(folder / "valkey", log=folder / "valkey.log", password="storm")
    broker.start()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    portal = Portal(
        Nowhere(),  # type: ignore[arg-type]  # only its address is used
        folder / "portal.log",
        REDIS_URL=broker.url,
        ZALO_OA_SECRET_KEY=SECRET,
        LOG_LEVEL="WARNING",
    )
    try:
        portal.start_web(port, workers=web_workers)
        portal.start_worker("inbound", queues="inbound")
        portal.start_beat()
        sender = Sender(port, letters, settings.ZALO_APP_ID)
        wait_until(lambda: _listens(port), timeout_s=60, what="the web")
        started = time.monotonic()
        threads = sender.start()
        deeds = Restarts(portal, broker, port, web_workers)
        for share, name in restarts:
            while sender.done < share * len(letters):
                time.sleep(0.01)
            getattr(deeds, name)()
        for thread in threads:
            thread.join()
        told_in = time.monotonic() - started
        wait_until(
            lambda: not WebhookEvent.objects.filter(state="new").exists(),
            timeout_s=120 + count / 100, what="the end of the interpretation",
        )  # fmt: skip
        after = time.monotonic() - started - told_in
    finally:
        portal.stop()
        broker.stop()
    took = sorted(sender.took)
    return Outcome(
        events=count,
        told=len(letters),
        repeated_by_sender=sender.repeated,
        refused=sender.refused,
        seconds=round(told_in, 1),
        a_second=round(len(letters) / told_in),
        p99_ms=round(took[len(took) * 99 // 100] * 1000),
        worst_ms=round(took[-1] * 1000),
        interpreted_after_s=round(after, 1),
        states=dict(Counter(WebhookEvent.objects.values_list("state", flat=True))),
        restarts=[name for _share, name in restarts],
        faults=sender.faults[:10] + faults(expected),
    )


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Restarts:
    """Each takes a part away and gives it back."""

    def __init__(self, portal: Any, broker: Any, port: int, web_workers: int) -> None:
        self.portal, self.broker, self.port, self.workers = portal, broker, port, web_workers

    def kill_worker(self) -> None:
        self.portal.kill("inbound")
        self.portal.start_worker("inbound", queues="inbound")

    def kill_web(self) -> None:
        self.portal.kill("web")
        self.portal.start_web(self.port, workers=self.workers)

    def restart_web(self) -> None:
        self.portal.end("web")
        self.portal.start_web(self.port, workers=self.workers)

    def restart_broker(self) -> None:
        self.broker.stop()
        time.sleep(1)
        self.broker.start()


def faults(expected: Expected) -> list[str]:
    """Everything that is not as it must be, in the database."""
    from zalo.models import Follower, GroupActivity, WebhookEvent  # noqa: PLC0415 -- needs Django

    found = []

    def compare(what: str, is_now: Any, must_be: Any) -> None:
        if is_now == must_be:
            return
        if isinstance(is_now, Counter) and isinstance(must_be, Counter):
            lost, surplus = must_be - is_now, is_now - must_be
            found.append(f"{what}: {lost.total()} lost, {surplus.total()} too many")
        else:
            found.append(f"{what}: {is_now!r:.300} instead of {must_be!r:.300}")

    rows = WebhookEvent.objects.all()
    compare("names", Counter(rows.values_list("event_name", flat=True)), expected.names)
    compare("failed", rows.filter(state="failed").count(), 0)
    compare("unknown", rows.filter(state="unknown").count(), expected.names["something_new"])
    compare("left with a body", rows.filter(state="interpreted").exclude(body="").count(), 0)
    compare("held", rows.filter(state="held").count(), 0)
    compare("private messages", _heard(), _must_be_heard(expected))
    compare("greeted", _greeted(), expected.greeters)
    talk = GroupActivity.objects.values_list("zalo_group_id", "day", "messages")
    compare("talk", {(group, day): n for group, day, n in talk}, dict(expected.talk))
    following = {row.zalo_user_id for row in Follower.objects.filter(is_following=True).iterator()}
    must_follow = {user for user, follows in expected.following.items() if follows}
    compare("following", following, must_follow)
    return found


def _heard() -> Counter[tuple[str, str]]:
    """Return the words of residents that lie with tips, by message."""
    from reports.models import SealedText, TipMessage  # noqa: PLC0415 -- needs Django

    said = TipMessage.objects.filter(direction=TipMessage.Direction.IN)
    return Counter(
        (row.source, row.text)
        for rows in (SealedText.objects.all(), said)
        for row in rows.iterator()
    )


def _must_be_heard(expected: Expected) -> Counter[tuple[str, str]]:
    from reports.chat.sources import source_of  # noqa: PLC0415 -- needs Django
    from tests.vaults import opened  # noqa: PLC0415 -- needs Django
    from zalo.models import OfficialAccount  # noqa: PLC0415 -- needs Django

    account = OfficialAccount.objects.get(oa_id=OA_ID)
    with opened():
        told = expected.private.items()
        return Counter((source_of(account, name), words) for name, words in told)


def _greeted() -> Counter[str]:
    """Return the people who wait for the answer to a greeting; no worker of the storm sends any."""
    from reports.models import ChatReply  # noqa: PLC0415 -- needs Django
    from tests.vaults import look  # noqa: PLC0415 -- needs Django

    replies = ChatReply.objects.filter(kind=ChatReply.Kind.GREETING)
    return Counter(look(row).zalo_user_id for row in replies.iterator())


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    with own_database(), tempfile.TemporaryDirectory() as folder:
        outcome = run_storm(Path(folder), options.events, random.Random(options.seed))
    sys.stdout.write(f"{outcome}\n{'ok' if outcome.is_good else 'BAD'}\n")
    return 0 if outcome.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
