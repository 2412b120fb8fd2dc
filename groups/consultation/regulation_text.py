"""The words of a regulation: what a new one starts from, and what changed between two versions."""

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

DEFAULT_TEXT = (Path(__file__).parent / "default_regulation.txt").read_text("utf-8")


def tidy(text: str) -> str:
    """NFC, plain line ends, no blanks at the ends of lines."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip() + "\n" if text.strip() else ""


@dataclass(frozen=True)
class Line:
    """A line of a comparison: kept as it was, taken out or put in."""

    change: str
    text: str


def changes(former: str, text: str) -> list[Line]:
    """Lines that a version changes against the one before; empty when nothing changed."""
    old, new = tidy(former).splitlines(), tidy(text).splitlines()
    lines: list[Line] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [Line("kept", line) for line in old[i1:i2]]
        else:
            lines += [Line("out", line) for line in old[i1:i2]]
            lines += [Line("in", line) for line in new[j1:j2]]
    return lines if old != new else []
