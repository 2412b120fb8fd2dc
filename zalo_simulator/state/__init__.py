"""The file: written whole and atomically, at most once a second, read again at the next start."""

import base64
import json
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from zalo_simulator.records import (
    Article,
    Asset,
    Attachment,
    Broadcast,
    Draft,
    Group,
    Message,
    Person,
    Tokens,
)
from zalo_simulator.state.base import (
    DEFAULT_APP_ID,
    DEFAULT_OA_ID,
    PERMISSIONS,
    PROFILES,
    Listener,
    Settings,
)
from zalo_simulator.state.groups import GroupState
from zalo_simulator.state.messages import ATTACHMENT_LIFE_S, ArticleState, MessageState
from zalo_simulator.state.tokens import ACCESS_TOKEN_LIFE_S, REFRESH_TOKEN_LIFE_S, TokenState

SAVE_EVERY_S: Final = 1.0


class KeptState(GroupState, ArticleState, MessageState, TokenState):
    """All the parts together, with a file or without."""

    _path: Path | None = None
    _saver: threading.Thread | None = None

    def keep_in(self, path: Path) -> None:
        """Take up what the file holds, and write it from now on."""
        self._stopped = threading.Event()
        self._path = path
        self._load(path)
        self._saver = threading.Thread(target=self._save_loop, daemon=True, name="sim-state")
        self._saver.start()

    def close(self) -> None:
        """Write what is unwritten and stop writing."""
        if self._saver is not None:
            self._stopped.set()
            self._dirty.set()
            self._saver.join(timeout=5)

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
            text = json.dumps(self._body(), ensure_ascii=False)
        draft = self._path.with_name(f"{self._path.name}.draft")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, self._path)

    def _body(self) -> dict[str, Any]:
        return {
            "oa_id": self.oa_id,
            "oa_name": self.oa_name,
            "clock_offset_s": self.clock_offset_s,
            "settings": vars(self.settings),
            "tokens": vars(self.tokens),
            "tags": self.tags,
            "groups": _rows(self.groups.values()),
            "assets": _rows(self.assets.values()),
            "people": _rows(self.people.values()),
            "messages": _rows(self.messages),
            "articles": _rows(self.articles.values()),
            "drafts": _rows(self.drafts.values()),
            "broadcasts": _rows(self.broadcasts),
            "attachments": [
                vars(item) | {"content": base64.b64encode(item.content).decode()}
                for item in self.attachments.values()
            ],
        }

    def _load(self, path: Path) -> None:
        if not path.exists():
            return
        body = json.loads(path.read_text(encoding="utf-8"))
        self.oa_id, self.oa_name = body["oa_id"], body["oa_name"]
        self.clock_offset_s = body["clock_offset_s"]
        self.settings = _made(Settings, body.get("settings", {}))
        self.tokens = Tokens(**body["tokens"])
        self.tags = body.get("tags", [])
        self.groups = {item.id: item for item in _all(Group, body, "groups")}
        self.assets = {item.id: item for item in _all(Asset, body, "assets")}
        self.people = {item.id: item for item in _all(Person, body, "people")}
        self.messages = list(_all(Message, body, "messages"))
        self.articles = {item.id: item for item in _all(Article, body, "articles")}
        self.drafts = {item.token: item for item in _all(Draft, body, "drafts")}
        self.broadcasts = list(_all(Broadcast, body, "broadcasts"))
        self.attachments = {
            item["id"]: _made(Attachment, item | {"content": base64.b64decode(item["content"])})
            for item in body["attachments"]
        }
        self._adopt()
        self._index()
        self.fall_due(0.0)  # what fell due while nobody ran it

    def _adopt(self) -> None:
        """A file of an earlier release has groups without places and people."""
        for group in self.groups.values():
            if group.kind == "oa" and group.asset_id not in self.assets:
                group.members.setdefault(self.ensure_admin().id, self.now())
                self._give_asset(
                    group, {"asset_id": group.asset_id, "max_member": group.max_member}
                )


def _rows(items: Iterable[Any]) -> list[dict[str, Any]]:
    return [vars(item) for item in items]


def _all[Record](kind: Callable[..., Record], body: dict[str, Any], name: str) -> Iterable[Record]:
    return (_made(kind, item) for item in body.get(name, ()))


def _made[Record](kind: Callable[..., Record], values: dict[str, Any]) -> Record:
    """A record of what a file says, without the words that no longer mean anything."""
    known = kind.__dataclass_fields__  # type: ignore[attr-defined]
    return kind(**{name: value for name, value in values.items() if name in known})


# What the simulated Zalo remembers: the account, its tokens, groups, people, messages, articles.
#
# One lock guards everything. With a file the state is written there, whole and atomically, at most
# once a second, so that a demo starts again where it stopped.


__all__ = [
    "ACCESS_TOKEN_LIFE_S",
    "ATTACHMENT_LIFE_S",
    "DEFAULT_APP_ID",
    "DEFAULT_OA_ID",
    "PERMISSIONS",
    "PROFILES",
    "REFRESH_TOKEN_LIFE_S",
    "Listener",
    "SimulatorState",
]


class SimulatorState(KeptState):
    """Everything that the simulator knows; every method is safe to call from any thread.

    What is given beyond the names is a setting (`Settings`); with a file, what the file says
    counts unless it is given here.
    """

    def __init__(
        self,
        *,
        path: Path | None = None,
        oa_id: str = DEFAULT_OA_ID,
        oa_name: str = "Công an xã Bình Yên",
        app_id: str = DEFAULT_APP_ID,
        app_secret: str = "",
        access_token: str = "",
        refresh_token: str = "",
        **settings: Any,
    ) -> None:
        super().__init__(
            oa_id=oa_id,
            oa_name=oa_name,
            app_id=app_id,
            app_secret=app_secret,
            access_token=access_token,
            refresh_token=refresh_token,
        )
        if path is not None:
            self.keep_in(path)
        self.settings.change(**settings)
        self.ensure_admin()

    @property
    def profile(self) -> str:
        """The kind of account that is played."""
        return self.settings.profile

    def change_settings(self, **values: Any) -> None:
        """Change how the account and its application are set up while the simulator runs."""
        with self.lock:
            self.settings.change(**values)
            self.touch()

    def seen_in_group(self, user_id: str, group_id: str) -> list[Message]:
        """Messages that a member sees: since joining, or all where the group says so."""
        with self.lock:
            group = self.groups.get(group_id)
            if group is None or user_id not in group.members:
                return []
            since = 0.0 if group.enable_msg_history else group.members[user_id]
            return [message for message in self.messages_of(group_id) if message.at >= since]

    def reset(self, *, keep_groups: bool = True) -> None:
        """Forget messages, uploads, articles and counts; groups and people too unless kept."""
        with self.lock:
            self.messages.clear()
            self._index()
            self.attachments.clear()
            self.articles.clear()
            self.drafts.clear()
            self.broadcasts.clear()
            self.stats.clear()
            self.calls_by_second.clear()
            self.reset_rates()
            if not keep_groups:
                self.groups.clear()
                self.assets.clear()
                self.people.clear()
                self.tags.clear()
                self.ensure_admin()
            self.touch()
