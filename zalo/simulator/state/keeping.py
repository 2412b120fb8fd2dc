"""The file: written whole and atomically, at most once a second, read again at the next start."""

import base64
import json
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from zalo.simulator.records import (
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
from zalo.simulator.state.articles import ArticleState
from zalo.simulator.state.groups import GroupState
from zalo.simulator.state.messages import MessageState
from zalo.simulator.state.settings import Settings
from zalo.simulator.state.tokens import TokenState

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
