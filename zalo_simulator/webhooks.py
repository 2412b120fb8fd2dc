"""Webhooks of the simulated Zalo: signed events, two seconds of patience, the ladder.

An event leaves at its moment on the simulator's own clock. Whatever is not answered 200 within two
seconds is sent again after 30 s, 5 min, 15 min, 30 min and 1 h; after the last try the application
is unsubscribed, and what happens then is told to nobody until someone switches it on again.
"""

import hashlib
import heapq
import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

import requests

from zalo_simulator.state import SimulatorState

PATIENCE_S: Final = 2.0
LADDER_S: Final = (30.0, 300.0, 900.0, 1800.0, 3600.0)
WORKERS: Final = 8
LOOK_AGAIN_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way: the very bytes, which every try repeats, and how often it was tried."""

    name: str
    body: bytes
    timestamp: str
    tries: int = 0
    is_wrongly_signed: bool = False
    is_tampered: bool = False


@dataclass
class Console:
    """Settings of the developers' console, and how this Zalo misbehaves.

    `off`: events whose switch is off. `only_hash`: pass only texts that begin with `#`.
    Shares from 0 to 1: `duplicates` is told twice, `shuffled` comes late by up to `late_s` seconds
    of the simulator's clock, `wrongly_signed` carries another secret's signature, `tampered` was
    changed after signing.
    """

    url: str = ""
    secret: str = ""
    off: list[str] = field(default_factory=list)
    only_hash: bool = False
    is_retrying: bool = True
    is_bare: bool = False
    duplicates: float = 0.0
    shuffled: float = 0.0
    late_s: float = 5.0
    wrongly_signed: float = 0.0
    tampered: float = 0.0


def sign(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """Hex SHA-256 over application, raw body, timestamp and the secret key of the account."""
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


class Webhooks:
    """Everything that goes out to the portal; listens to the state, sends from its own threads."""

    def __init__(self, state: SimulatorState, console: Console, *, seed: int | None = None) -> None:
        self.state = state
        self.console = console
        self.is_subscribed = True
        self.stats: Counter[str] = Counter()
        self._chance = random.Random(seed)  # noqa: S311 -- not a secret
        self._numbers = itertools.count()
        self._waiting: list[tuple[float, int, Delivery]] = []
        self._under_way = 0
        self._changed = threading.Condition()
        self._is_stopped = False
        state.listeners.append(self.tell)
        for number in range(WORKERS):
            name = f"sim-webhook-{number}"
            threading.Thread(target=self._work, daemon=True, name=name).start()

    def configure(self, values: Mapping[str, Any]) -> None:
        """Change what the console says; raises ValueError for a name that it does not know."""
        if unknown := values.keys() - asdict(self.console).keys():
            raise ValueError(f"không có mục {', '.join(sorted(unknown))}")
        self.console = replace(self.console, **values)

    def subscribe(self) -> None:
        """Someone switches the webhook on again in the console."""
        with self._changed:
            self.is_subscribed = True

    def tell(self, name: str, payload: dict[str, Any]) -> None:
        """Take note of an event and send it as soon as a thread is free."""
        console, chance = self.console, self._chance
        if not console.url or name in console.off or not self._passes_filter(payload):
            self.stats["not_told"] += 1
            return
        if not self.is_subscribed:
            self.stats["lost_unsubscribed"] += 1
            return
        now = self.state.now()
        timestamp = str(payload.get("timestamp") or int(now * 1000))
        whole = {"app_id": self.state.app_id, **payload, "event_name": name, "timestamp": timestamp}
        body = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
        event = Delivery(
            name,
            body,
            timestamp,
            is_wrongly_signed=chance.random() < console.wrongly_signed,
            is_tampered=chance.random() < console.tampered,
        )
        late = chance.uniform(0, console.late_s) if chance.random() < console.shuffled else 0.0
        self.stats["told"] += 1
        self._put(now + late, event)
        if chance.random() < console.duplicates:
            self.stats["told_twice"] += 1
            self._put(now + chance.uniform(0, console.late_s), event)

    def _passes_filter(self, payload: Mapping[str, Any]) -> bool:
        message = payload.get("message")
        text = message.get("text") if isinstance(message, dict) else None
        return not self.console.only_hash or not isinstance(text, str) or text.startswith("#")

    def _put(self, due: float, event: Delivery) -> None:
        with self._changed:
            heapq.heappush(self._waiting, (due, next(self._numbers), event))
            self._changed.notify()

    def _next(self) -> Delivery | None:
        """The next event whose moment has come; None after the end."""
        with self._changed:
            while not self._is_stopped:
                if self._waiting and self._waiting[0][0] <= self.state.now():
                    self._under_way += 1
                    return heapq.heappop(self._waiting)[2]
                self._changed.wait(LOOK_AGAIN_S if self._waiting else None)
        return None

    def _work(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while (event := self._next()) is not None:
                try:
                    self._deliver(session, event)
                finally:
                    with self._changed:
                        self._under_way -= 1
                        self._changed.notify_all()

    def _deliver(self, session: requests.Session, event: Delivery) -> None:
        answer = self._post(session, event)
        self.stats[f"answer {answer}"] += 1
        if answer == "200" or event.is_wrongly_signed or event.is_tampered:
            self.stats["delivered" if answer == "200" else "refused"] += 1
        elif not self.console.is_retrying:
            self.stats["given_up"] += 1
        elif event.tries == len(LADDER_S):
            self.stats["given_up"] += 1
            self._unsubscribe()
        else:
            self.stats["retried"] += 1
            wait = LADDER_S[event.tries]
            self._put(self.state.now() + wait, replace(event, tries=event.tries + 1))

    def _post(self, session: requests.Session, event: Delivery) -> str:
        """One try; returns the status, or a word where none came in time."""
        console = self.console
        secret = "of-someone-else" if event.is_wrongly_signed else console.secret
        signature = sign(self.state.app_id, event.body, event.timestamp, secret)
        headers = {
            "Content-Type": "application/json",
            "X-ZEvent-Signature": signature if console.is_bare else f"mac={signature}",
        }
        if event.tries:
            headers["num_retry"] = str(event.tries)
        body = (
            event.body.replace(b'"timestamp"', b'"timestamp" ') if event.is_tampered else event.body
        )
        try:
            with session.post(
                console.url, data=body, headers=headers, timeout=PATIENCE_S, allow_redirects=False
            ) as answer:
                return str(answer.status_code)
        except requests.Timeout:
            return "late"
        except requests.RequestException:
            return "unmade"

    def _unsubscribe(self) -> None:
        with self._changed:
            self.is_subscribed = False
            self.stats["lost_unsubscribed"] += len(self._waiting)
            self._waiting.clear()

    def described(self) -> dict[str, Any]:
        """For the page and for tests; the secret is not in it."""
        with self._changed:
            waiting, under_way = len(self._waiting), self._under_way
        settings = {name: value for name, value in asdict(self.console).items() if name != "secret"}
        return {
            **settings,
            "is_subscribed": self.is_subscribed,
            "waiting": waiting,
            "under_way": under_way,
            "stats": dict(self.stats),
        }

    def wait_until_idle(self, timeout_s: float) -> bool:
        """Whether everything that is due has been answered within `timeout_s` real seconds."""

        def is_idle() -> bool:
            due = self._waiting and self._waiting[0][0] <= self.state.now()
            return not due and not self._under_way

        with self._changed:
            return self._changed.wait_for(is_idle, timeout_s)

    def stop(self) -> None:
        """Send nothing more."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()


# Many events at once, some told twice, out of order or wrongly signed: a storm on request.


MOST_EVENTS: Final = 1_000_000
SHARES: Final = ("duplicates", "shuffled", "late_s", "wrongly_signed", "tampered")


class Storm:
    """One storm; `events` in all, `per_second` of them (0: as fast as they can be made).

    Numbers begin after those of an earlier storm, so that no event of it comes again.
    """

    def __init__(
        self, state: SimulatorState, webhooks: Webhooks, values: Mapping[str, Any], first: int
    ) -> None:
        self.state, self.webhooks = state, webhooks
        self.events = int(values["events"])
        self.per_second = float(values.get("per_second", 0))
        self.first = first
        self.told = 0
        if not 0 < self.events <= MOST_EVENTS or self.per_second < 0:
            raise ValueError(f"events phải từ 1 đến {MOST_EVENTS}, per_second không âm")
        self._usual = {name: asdict(webhooks.console)[name] for name in SHARES}
        self._shares = {name: float(values[name]) for name in SHARES if name in values}
        self._thread = threading.Thread(target=self._blow, daemon=True, name="sim-storm")
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether every event has been handed to the webhooks."""
        return not self._thread.is_alive()

    def described(self) -> dict[str, Any]:
        """State of the storm, as JSON."""
        return {"events": self.events, "told": self.told, "first": self.first, "over": self.is_over}

    def _blow(self) -> None:
        self.webhooks.configure(self._shares)
        started = time.monotonic()
        try:
            for number in range(self.first, self.first + self.events):
                if self.per_second:
                    ahead = self.told / self.per_second - (time.monotonic() - started)
                    time.sleep(max(ahead, 0))
                self.state.emit(*storm_event(self.state, number))
                self.told += 1
        finally:
            self.webhooks.configure(self._usual)


def storm_event(state: SimulatorState, number: int) -> tuple[str, dict[str, Any]]:
    """An event of a storm: mostly texts to the account, some follows, group events, unknown ones.

    `number` makes every event another one; the same number gives the same ids.
    """
    user = str(7_000_000_000_000_000_000 + number % 5_000)
    between = {
        "sender": {"id": user},
        "recipient": {"id": state.oa_id},
        "user_id_by_app": f"a{user}",
    }
    account = state.oa_id
    match number % 10:
        case 0:
            return "follow", {
                "oa_id": state.oa_id,
                "follower": {"id": user},
                "source": "oa_profile",
            }
        case 1:
            return "user_join_group", {
                "oa_id": account, "group_id": f"{number % 50:020x}", "users": [{"id": user}],
            }  # fmt: skip
        case 2:
            message = {"msg_id": f"seen-{number}", "msg_ids": [f"seen-{number}"]}
            return "user_seen_message", {**between, "message": message}
        case 3:
            return "event_of_next_year", {"oa_id": account, "data": {"number": number}}
    message = {"text": f"Tin số {number}", "msg_id": f"storm-{number}"}
    return "user_send_text", {**between, "message": message}
