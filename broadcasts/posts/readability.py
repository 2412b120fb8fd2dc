"""How hard a text is to read for someone of seventy on a phone: hints, never a refusal."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from broadcasts.posts.rendering import plain

LONG_SENTENCE = 30
LONG_TEXT = 250
WORDS_A_MINUTE = 140  # a calm voice over a loudspeaker
MAX_HINTS = 5
# What offices write, and what people say.
PLAINER: dict[str, str] = json.loads(
    Path(__file__).with_name("plain_words.json").read_text(encoding="utf-8")
)
_SENTENCE = re.compile(r"[.!?…:;]\s|\n+")
_WORD = re.compile(r"\w+", re.UNICODE)
_LOUD = re.compile(r"\b[A-ZÀ-ỸĐ]{2,}\b")


@dataclass(frozen=True)
class Reading:
    """How long a text is, and what would make it easier."""

    words: int
    spoken: str
    hints: list[str]


def _spoken(words: int) -> str:
    seconds = round(words / WORDS_A_MINUTE * 60)
    if seconds < 60:
        return f"{max(10, round(seconds, -1))} giây"
    return f"{round(seconds / 60)} phút"


def look(text: str) -> Reading:
    """Words, seconds over a loudspeaker, and at most a handful of hints in the order of need."""
    content = plain(text)
    words = _WORD.findall(content)
    hints = []
    for sentence in _SENTENCE.split(content):
        count = len(_WORD.findall(sentence))
        if count > LONG_SENTENCE:
            start = " ".join(sentence.split()[:6])
            hints.append(f"Câu dài {count} chữ: “{start} …”. Nên tách làm hai.")
    low = content.lower()
    hints += [
        f"“{hard}”: bà con quen nghe “{easy}”." for hard, easy in PLAINER.items() if hard in low
    ]
    loud = _LOUD.findall(content)
    if len(words) > 40 and len(loud) > len(words) / 3:
        hints.append("Nhiều CHỮ IN HOA quá thì khó đọc. Chỉ in hoa dòng đầu và chữ KHÔNG.")
    if len(words) > LONG_TEXT:
        hints.append(f"Bài dài {len(words)} chữ. Dưới {LONG_TEXT} chữ thì nhiều người đọc hết hơn.")
    return Reading(len(words), _spoken(len(words)), hints[:MAX_HINTS])
