"""Many events at once, some told twice, out of order or wrongly signed: a storm on request."""

import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from zalo.simulator.state import SimulatorState
from zalo.simulator.webhooks import Webhooks

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
        """How far it is."""
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
