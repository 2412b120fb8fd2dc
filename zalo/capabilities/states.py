"""Capabilities of an account at Zalo, as far as Zalo has answered.

Types, packages and permissions of accounts differ, and for state agencies much is documented
nowhere. So nothing is concluded from the type: each capability is asked for or learnt from a
refusal, kept on the account with the number that Zalo gave, and every screen that offers a way to
Zalo asks `may` first and shows its sentence.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from zalo.official_accounts.models import OfficialAccount


class Capability(StrEnum):
    """One thing that an account may or may not do."""

    GROUPS = "groups"
    FOLLOWERS = "followers"
    PERSON_MESSAGES = "person_messages"
    ARTICLES = "articles"
    BROADCAST = "broadcast"
    FILES = "files"
    HISTORY = "history"


class State(StrEnum):
    """Knowledge of a capability."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """State of one capability; `sentence` says why (not) and what to do instead."""

    capability: Capability
    state: State
    sentence: str
    code: int | None = None
    at: datetime | None = None

    @property
    def is_no(self) -> bool:
        """Whether Zalo has said that this account may not."""
        return self.state is State.NO

    @property
    def label(self) -> str:
        """The name of the capability, for a person."""
        return _words(self.capability, "name")


ASKED: Final = frozenset({Capability.GROUPS, Capability.FOLLOWERS, Capability.ARTICLES})
"""Capabilities that a harmless call finds out; the others are learnt in use."""
CONFIRMED_AFTER: Final = timedelta(minutes=10)

_WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
_WHY_NOT: Final = {int(code): str(why) for code, why in _WORDS["why_not"].items()}
"""The numbers by which Zalo says that an account may not; every other number proves nothing."""


def _words(capability: Capability, kind: str) -> str:
    """Its `name`, the sentence where it is `working`, or the way out, `instead`."""
    return str(_WORDS["capabilities"][capability][kind])


def may(account: OfficialAccount | None, capability: Capability) -> Answer:
    """State of `capability` for `account` (None: no account is connected)."""
    if account is None or not account.is_active:
        reason = _("Xã chưa kết nối tài khoản Zalo OA.")
        return Answer(capability, State.NO, f"{reason} {_words(capability, 'instead')}")
    stored = account.capabilities.get(capability.value, {})
    state = State(stored.get("state", State.UNKNOWN))
    code = stored.get("code")
    at = parse_datetime(stored.get("at") or "")
    return Answer(capability, state, _sentence(capability, state, code), code, at)


def all_of(account: OfficialAccount | None) -> list[Answer]:
    """States of all capabilities, in their order."""
    return [may(account, capability) for capability in Capability]


def state_for(code: int | None) -> State:
    """The state that an answer of Zalo proves for the capability that was used; 0 is success."""
    if code == 0:
        return State.YES
    return State.NO if code in _WHY_NOT else State.UNKNOWN


def is_news(known: Mapping[str, Any], capability: Capability, code: int | None) -> bool:
    """Whether an answer met in use says another thing than what is known."""
    stored = known.get(capability.value, {})
    if state_for(code) is State.YES:
        return stored.get("state") != State.YES or "refused_since" in stored
    since = parse_datetime(stored.get("refused_since") or "")
    if since is not None:
        return timezone.now() >= since + CONFIRMED_AFTER
    return not (stored.get("state") == State.NO and stored.get("by_use"))


def merged(
    known: Mapping[str, Any],
    found: Mapping[Capability, int | None],
    *,
    by_use: bool = False,
    is_asked: bool = False,
) -> dict[str, Any]:
    """`known` with what was `found` (capability → number of Zalo); what proves nothing is left.

    A refusal met in use counts once it stands for ten minutes without a success between, since
    some are mended at once; then it stands against a yes to a mere question, unless `is_asked` by
    a person.
    """
    now = timezone.now()
    fresh: dict[str, Any] = {}
    for capability, code in found.items():
        state = state_for(code)
        stored = dict(known.get(capability.value, {}))
        is_proved = stored.get("state") == State.NO and stored.get("by_use")
        if state is State.UNKNOWN or (
            is_proved and state is State.YES and not (by_use or is_asked)
        ):
            continue
        if by_use and state is State.NO and not is_proved:
            since = parse_datetime(stored.get("refused_since") or "")
            if since is None or now < since + CONFIRMED_AFTER:
                first = stored.get("refused_since") or now.isoformat()
                fresh[capability.value] = {**stored, "refused_since": first}
                continue
        fresh[capability.value] = {
            "state": state.value, "code": code, "at": now.isoformat(), "by_use": by_use,
        }  # fmt: skip
    return {**known, **fresh}


def _sentence(capability: Capability, state: State, code: int | None) -> str:
    if state is State.YES:
        return _words(capability, "working")
    if state is State.NO:
        why = _WHY_NOT.get(code or 0, _("Zalo không cho"))
        return _("Chưa dùng được vì %(why)s. %(instead)s") % {
            "why": why,
            "instead": _words(capability, "instead"),
        }
    if capability in ASKED:
        return _("Chưa rõ: hệ thống chưa hỏi được Zalo. Bấm “Kiểm tra ngay” để hỏi.")
    return _("Chưa rõ: không hỏi trước được, sẽ biết khi dùng lần đầu.")
