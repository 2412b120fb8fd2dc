"""What the simulated Zalo remembers: the account, its tokens, groups, messages, pictures.

One lock guards everything. With a file the state is written there, whole and atomically, at most
once a second, so that a demo starts again where it stopped.
"""

import base64
import json
import os
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from zalo.simulator.records import Attachment, Group, Message, Person, Tokens

ACCESS_TOKEN_LIFE_S: Final = 90_000
REFRESH_TOKEN_LIFE_S: Final = 90 * 86_400
ATTACHMENT_LIFE_S: Final = 7 * 86_400
SAVE_EVERY_S: Final = 1.0
DEFAULT_OA_ID: Final = "4321000000000000001"
DEFAULT_APP_ID: Final = "1000000000000000001"

type Listener = Callable[[str, dict[str, Any]], None]
"""Told of an event: its webhook name, and the body without `app_id`, `event_name`, `timestamp`."""

PROFILES: Final = {
    "business": {"oa_type": 2, "package": "Tăng trưởng", "is_verified": True},
    "state_agency": {"oa_type": 4, "package": "", "is_verified": True},
    "low_package": {"oa_type": 2, "package": "Cơ bản", "is_verified": True},
    "unverified": {"oa_type": 2, "package": "", "is_verified": False},
}


class SimulatorState:
    """Everything that the simulator knows; every method is safe to call from any thread."""

    def __init__(
        self,
        *,
        path: Path | None = None,
        profile: str = "business",
        rate_per_min: int = 0,
        oa_id: str = DEFAULT_OA_ID,
        oa_name: str = "Công an xã Bình Yên",
        app_id: str = DEFAULT_APP_ID,
        app_secret: str = "",
        access_token: str = "",
        refresh_token: str = "",
        is_proof_required: bool = False,
        group_refusal: int | None = None,
    ) -> None:
        if profile not in PROFILES:
            raise ValueError(f"unknown profile {profile!r}; one of {', '.join(PROFILES)}")
        self.lock = threading.RLock()
        self.profile = profile
        self.rate_per_min = rate_per_min
        self.oa_id = oa_id
        self.oa_name = oa_name
        self.app_id = app_id
        self.app_secret = app_secret
        self.is_proof_required = is_proof_required
        self.group_refusal = group_refusal
        self.clock_offset_s = 0.0
        self.groups: dict[str, Group] = {}
        self.people: dict[str, Person] = {}
        self.messages: list[Message] = []
        self.attachments: dict[str, Attachment] = {}
        self.stats: Counter[str] = Counter()
        self.calls_by_second: Counter[int] = Counter()
        self.listeners: list[Listener] = []
        self._window: tuple[int, int] = (0, 0)
        now = self.now()
        self.tokens = Tokens(
            access_token or self._secret("at"),
            refresh_token or self._secret("rt"),
            now + ACCESS_TOKEN_LIFE_S,
            now + REFRESH_TOKEN_LIFE_S,
        )
        self._path = path
        self._dirty = threading.Event()
        self._stopped = threading.Event()
        self._saver: threading.Thread | None = None
        if path is not None:
            self._load(path)
            self._saver = threading.Thread(target=self._save_loop, daemon=True, name="sim-state")
            self._saver.start()

    # Time and chance

    def now(self) -> float:
        """Seconds since the epoch by the simulator's own clock, which tests may advance."""
        return time.time() + self.clock_offset_s

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        with self.lock:
            self.clock_offset_s += seconds
            self._touch()

    def emit(self, event_name: str, payload: dict[str, Any]) -> None:
        """Tell the listeners what Zalo would tell by webhook, in the order in which it happened.

        They are called under the lock of the state, so they must only take note and return.
        """
        with self.lock:
            for listener in list(self.listeners):
                listener(event_name, payload)

    @staticmethod
    def _secret(prefix: str) -> str:
        return f"sim-{prefix}-{secrets.token_urlsafe(48)}"

    # Tokens

    def access_error(self, token: str | None) -> int:
        """0 for the access token in force, else the number that Zalo answers."""
        with self.lock:
            if token != self.tokens.access:
                return -216
            return 0 if self.now() < self.tokens.access_until else -220

    def refresh(self, refresh_token: str) -> Tokens | None:
        """Rotate the pair; None where the refresh token is wrong, used or expired."""
        with self.lock:
            now = self.now()
            if refresh_token != self.tokens.refresh or now >= self.tokens.refresh_until:
                self.stats["refresh_refused"] += 1
                return None
            self.tokens = Tokens(
                self._secret("at"),
                self._secret("rt"),
                now + ACCESS_TOKEN_LIFE_S,
                now + REFRESH_TOKEN_LIFE_S,
            )
            self.stats["refreshed"] += 1
            self._touch()
            return self.tokens

    def kill_access_token(self) -> None:
        """The access token dies now; the refresh token still works."""
        with self.lock:
            self.tokens.access = self._secret("dead")
            self.stats["token_deaths"] += 1
            self._touch()

    def revoke(self) -> None:
        """Both tokens die: an administrator must grant access again."""
        with self.lock:
            self.tokens.access = self._secret("dead")
            self.tokens.refresh = self._secret("dead")
            self._touch()

    def consent(self) -> Tokens:
        """An administrator grants access (again): a fresh pair, as the permission page gives it."""
        with self.lock:
            now = self.now()
            self.tokens = Tokens(
                self._secret("at"),
                self._secret("rt"),
                now + ACCESS_TOKEN_LIFE_S,
                now + REFRESH_TOKEN_LIFE_S,
            )
            self._touch()
            return self.tokens

    # Rate

    def take_call(self) -> tuple[bool, int]:
        """Count one call of this minute: whether it is within the rate, and how many remain."""
        with self.lock:
            if not self.rate_per_min:
                return True, 4000
            minute = int(self.now() // 60)
            used = self._window[1] if self._window[0] == minute else 0
            if used >= self.rate_per_min:
                return False, 0
            self._window = (minute, used + 1)
            return True, self.rate_per_min - used - 1

    # Groups, people, pictures, messages

    def add_group(self, name: str, *, kind: str = "oa", **values: Any) -> Group:
        """Make a group, or rename and return the one that has the given id."""
        with self.lock:
            group_id = str(values.pop("id", "") or secrets.token_hex(10))
            group = self.groups.get(group_id)
            if group is None:
                group = Group(id=group_id, name=name, kind=kind)
                group.asset_id = secrets.token_hex(4)
                group.link = f"https://zalo.me/g/{secrets.token_hex(5)}"
                self.groups[group_id] = group
            group.name, group.kind = name, kind
            for key, value in values.items():
                if value is not None and hasattr(group, key):
                    setattr(group, key, value)
            self._touch()
            return group

    def add_person(
        self, name: str, *, id: str = "", days_since_interaction: float | None = 0
    ) -> Person:
        """Make a person; None days: one who never spoke to the account."""
        with self.lock:
            person = Person(id or str(2**60 + secrets.randbelow(2**60)), name)
            if days_since_interaction is not None:
                person.interacted_at = self.now() - days_since_interaction * 86_400
            self.people[person.id] = person
            self._touch()
            return person

    def add_attachment(self, media_type: str, content: bytes) -> Attachment:
        """Keep an uploaded picture."""
        with self.lock:
            attachment = Attachment(secrets.token_urlsafe(40), media_type, content, self.now())
            self.attachments[attachment.id] = attachment
            self._touch()
            return attachment

    def usable_attachment(self, attachment_id: str) -> Attachment | None:
        """A picture that may still be named in a message."""
        with self.lock:
            attachment = self.attachments.get(attachment_id)
            if attachment and self.now() - attachment.uploaded_at < ATTACHMENT_LIFE_S:
                return attachment
            return None

    def post(
        self,
        *,
        text: str,
        group_id: str = "",
        user_id: str = "",
        image_id: str = "",
        sender: str = "oa",
        sender_name: str = "",
        mentions: list[str] | None = None,
    ) -> Message:
        """Put a message where people see it."""
        with self.lock:
            message = Message(
                seq=len(self.messages) + 1,
                id=secrets.token_hex(10),
                group_id=group_id,
                user_id=user_id,
                sender=sender,
                sender_name=sender_name or self.oa_name,
                text=text,
                image_id=image_id,
                at=self.now(),
                mentions=mentions or [],
            )
            self.messages.append(message)
            self.stats["accepted" if sender == "oa" else "pasted"] += 1
            self._touch()
            return message

    def messages_of(self, group_id: str | None = None, after: int = 0) -> list[Message]:
        """Messages in order of arrival, of one group or of all, after a sequence number."""
        with self.lock:
            return [
                message
                for message in self.messages[after:]
                if group_id is None or message.group_id == group_id
            ]

    def reset(self, *, keep_groups: bool = True) -> None:
        """Forget messages, pictures and counts; groups and people too unless kept."""
        with self.lock:
            self.messages.clear()
            self.attachments.clear()
            self.stats.clear()
            self.calls_by_second.clear()
            self._window = (0, 0)
            if not keep_groups:
                self.groups.clear()
                self.people.clear()
            self._touch()

    # Keeping

    def close(self) -> None:
        """Write what is unwritten and stop writing."""
        self._stopped.set()
        self._dirty.set()
        if self._saver is not None:
            self._saver.join(timeout=5)

    def _touch(self) -> None:
        self._dirty.set()

    def _save_loop(self) -> None:
        while not self._stopped.is_set():
            self._dirty.wait()
            self._stopped.wait(SAVE_EVERY_S)
            self.save()

    def save(self) -> None:
        """Write the state to its file, whole or not at all."""
        if self._path is None:
            return
        with self.lock:
            self._dirty.clear()
            body = {
                "oa_id": self.oa_id,
                "oa_name": self.oa_name,
                "clock_offset_s": self.clock_offset_s,
                "tokens": asdict(self.tokens),
                "groups": [asdict(group) for group in self.groups.values()],
                "people": [asdict(person) for person in self.people.values()],
                "messages": [asdict(message) for message in self.messages],
                "attachments": [
                    asdict(item) | {"content": base64.b64encode(item.content).decode()}
                    for item in self.attachments.values()
                ],
            }
        draft = self._path.with_name(f"{self._path.name}.draft")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
        os.replace(draft, self._path)

    def _load(self, path: Path) -> None:
        if not path.exists():
            return
        body = json.loads(path.read_text(encoding="utf-8"))
        self.oa_id, self.oa_name = body["oa_id"], body["oa_name"]
        self.clock_offset_s = body["clock_offset_s"]
        self.tokens = Tokens(**body["tokens"])
        self.groups = {item["id"]: Group(**item) for item in body["groups"]}
        self.people = {item["id"]: Person(**item) for item in body["people"]}
        self.messages = [Message(**item) for item in body["messages"]]
        self.attachments = {
            item["id"]: Attachment(**item | {"content": base64.b64decode(item["content"])})
            for item in body["attachments"]
        }
