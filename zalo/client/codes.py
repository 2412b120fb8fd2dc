"""The error numbers of the Official Account API, from `codes.toml`: reaction and sentence.

A number that is not there proves nothing about a send: the caller treats it as uncertain
(`kind_of`), because Zalo has been seen to report an error for a delivered message.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum, auto
from pathlib import Path
from zoneinfo import ZoneInfo

ZALO_TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT_ENDS_AT = time(6, 0)
QUOTA_RETRY_S = 3600.0
PROCESSING_RETRY_S = 5.0


class Kind(Enum):
    """The caller's reaction to an error number."""

    THROTTLED = auto()
    """Slow the whole account down, then repeat."""
    REUPLOAD = auto()
    """Upload the picture again, then repeat."""
    REFRESH = auto()
    """Refresh the access token once, then repeat once."""
    RETRY = auto()
    """Nothing was done; repeat later."""
    RESCHEDULE = auto()
    """Nothing was done; repeat when the quota or the night is over."""
    SWITCH_ENDPOINT = auto()
    """Use the other family of message endpoints, once."""
    PERMANENT = auto()
    """This call can never succeed as it stands."""
    HUMAN = auto()
    """A person must change something at Zalo."""
    CONFIG = auto()
    """The technical administrator must mend the settings of the application."""
    CONSENT = auto()
    """An administrator of the account must grant access again."""
    UNCERTAIN = auto()
    """It may have been done; a person must look."""


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One number: what to do, and the sentence that a person reads."""

    kind: Kind
    sentence: str
    is_account_wide: bool = False


CODES = {
    int(code): CodeEntry(Kind[entry["kind"]], entry["sentence"], entry.get("account", False))
    for code, entry in tomllib.loads(
        Path(__file__).with_name("codes.toml").read_text(encoding="utf-8")
    ).items()
}

OF_A_CAPABILITY = frozenset({-209, -212, -219, -221, -223, -224, -235, -240})
"""Numbers by which Zalo says what an account may not do; its other calls go on."""


def find(code: int | None) -> CodeEntry | None:
    """The entry of a number, or None where the number is unknown or absent."""
    return None if code is None else CODES.get(code)


def kind_of(code: int, *, is_repeatable: bool) -> Kind:
    """The reaction to `code` of a call that `is_repeatable` (a read, an upload) or is a send.

    An unknown number, and one that leaves the outcome open, is a plain retry where repeating does
    no harm, and uncertain where it could post twice.
    """
    entry = CODES.get(code)
    if entry is None or entry.kind is Kind.UNCERTAIN:
        return Kind.RETRY if is_repeatable else Kind.UNCERTAIN
    return entry.kind


def wait_for(code: int, now: datetime) -> float | None:
    """Seconds to leave before repeating a call that answered `code`, or None if no rule says so."""
    entry = CODES.get(code)
    if entry is None:
        return None
    if code == -234:
        local = now.astimezone(ZALO_TIME_ZONE)
        morning = datetime.combine(local.date(), NIGHT_ENDS_AT, tzinfo=ZALO_TIME_ZONE)
        if morning <= local:
            morning += timedelta(days=1)
        return (morning - local).total_seconds()
    return {
        Kind.RESCHEDULE: QUOTA_RETRY_S,
        Kind.RETRY: PROCESSING_RETRY_S,
    }.get(entry.kind)


def sentence_for(code: int | None) -> str:
    """The Vietnamese sentence for a number, also for one that we do not know."""
    entry = find(code)
    if entry is not None:
        return entry.sentence
    if code is None:
        return "Không có câu trả lời rõ ràng từ Zalo."
    return (
        f"Zalo trả về mã lỗi {code} chưa có trong tài liệu. Hãy mở nhóm để xem bài đã lên hay "
        "chưa và báo quản trị kỹ thuật."
    )
