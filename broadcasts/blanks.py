"""The blanks of a template: `{câu hỏi}` in plain text, as a chief of police can write them.

`{nơi họp}` must be answered; `{số trực ban (nếu có)}` may stay empty, and its whole line goes;
`{buổi: sáng / chiều / tối}` is a choice; `{giờ | ví dụ: 7 giờ 30}` carries a hint. The same words
twice are one question.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

OPTIONAL = "(nếu có)"
_BLANK = re.compile(r"\{([^{}\n]+)\}")
_SLOPPY = re.compile(r"[{}]")
# An answer that ends a sentence, before the full stop of the template.
_DOUBLE_STOP = re.compile(r"(?<!\.)([.!?…])\.(?!\.)")


@dataclass(frozen=True)
class Blank:
    """One question; `label` is its name too."""

    label: str
    hint: str = ""
    choices: tuple[str, ...] = ()

    @property
    def is_optional(self) -> bool:
        return self.label.endswith(OPTIONAL)


def _read(inner: str) -> Blank:
    question, _bar, hint = (piece.strip() for piece in inner.partition("|"))
    label, colon, listed = question.partition(":")
    choices = tuple(choice.strip() for choice in listed.split("/") if choice.strip())
    if colon and len(choices) > 1:
        return Blank(label.strip(), hint, choices)
    return Blank(question, hint)


def blanks_in(*texts: str) -> list[Blank]:
    """Each question once, in the order in which it is met; the first wording gives the hint."""
    found: dict[str, Blank] = {}
    for text in texts:
        for inner in _BLANK.findall(text):
            blank = _read(inner)
            found.setdefault(blank.label, blank)
    return list(found.values())


def fill(text: str, answers: Mapping[str, str]) -> str:
    """The text with its blanks answered; lines whose optional blank stayed empty are left out."""

    def answer(match: re.Match[str]) -> str:
        return answers.get(_read(match[1]).label, "").strip()

    kept = []
    for line in text.split("\n"):
        skipped = any(
            blank.is_optional and not answers.get(blank.label, "").strip()
            for blank in blanks_in(line)
        )
        if not skipped:
            filled = _DOUBLE_STOP.sub(r"\1", _BLANK.sub(answer, line))
            kept.append(filled[:1].upper() + filled[1:] if line.startswith("{") else filled)
    return "\n".join(kept).strip()


def unanswered(blanks: Iterable[Blank], answers: Mapping[str, str]) -> list[Blank]:
    """The questions that must be answered and are not."""
    return [
        blank
        for blank in blanks
        if not blank.is_optional and not answers.get(blank.label, "").strip()
    ]


def slips(text: str) -> list[str]:
    """What is wrong with the braces of a template, in a sentence each."""
    rest = _BLANK.sub("", text)
    if _SLOPPY.search(rest):
        return ["Có dấu ngoặc nhọn mở mà không đóng, hoặc đóng mà không mở. Viết {câu hỏi}."]
    return []
